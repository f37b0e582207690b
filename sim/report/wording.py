"""The words of the page.

One YAML file a language, looked up by dotted key, so that a language is one more file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "strings"


class UnknownLanguage(ValueError):
    """No strings file for this language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        known = "、".join(sorted(path.stem for path in _FOLDER.glob("*.yaml")))
        super().__init__(f"没有语言 {lang} 的文字；现有：{known}。")


class UnknownWording(KeyError):
    """No string under this key."""

    def __init__(self, key: str, lang: str) -> None:
        self.key, self.lang = key, lang
        super().__init__(f"{lang}.yaml 里没有 {key}")


class Wording:
    """Strings of one language; ``words("figure.output.title", year=2027)`` fills the placeholders."""

    def __init__(self, lang: str, tree: Mapping[str, Any]) -> None:
        self.lang, self._tree = lang, tree

    def __call__(self, key: str, **values: object) -> str:
        """Return the string under a dotted key with its placeholders filled."""
        text = self._find(key)
        return str(text).format(**values) if values else str(text)

    def items(self, key: str) -> dict[str, str]:
        """Return the strings below a key, in file order."""
        return {str(name): str(text) for name, text in self._find(key).items()}

    def has(self, key: str) -> bool:
        """Say whether a string is there, for names that come from data (units, paths, grades)."""
        try:
            self._find(key)
        except UnknownWording:
            return False
        return True

    def _find(self, key: str) -> Any:
        node: Any = self._tree
        for part in key.split("."):
            if not isinstance(node, Mapping) or part not in node:
                raise UnknownWording(key, self.lang)
            node = node[part]
        return node


@lru_cache(maxsize=4)
def wording(lang: str) -> Wording:
    """Read the strings of a language.

    Raises:
        UnknownLanguage: there is no file for it.
    """
    from ruamel.yaml import YAML

    path = _FOLDER / f"{lang}.yaml"
    if path.name != f"{lang}.yaml" or not path.is_file():
        raise UnknownLanguage(lang)
    return Wording(lang, YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
