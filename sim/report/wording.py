"""The words of the page.

One YAML file a language, looked up by dotted key, so that a language is one more file. What tables, catalogue and model
say is Chinese; another language has its phrases for that in a second file, looked up by the Chinese text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.scenario.catalogue import Title

_FOLDER, _PHRASES = Path(__file__).parent / "strings", Path(__file__).parent / "phrases"
OF_DATA = "zh"
"""The language that tables, catalogue and model speak."""
CHINESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
"""Letters and marks of punctuation that only Chinese text has."""
_NAMED = {
    "indicators.csv": "label", "population/districts.csv": "name", "population/industries.csv": "name",
}  # fmt: skip
"""Tables that name their rows in both languages, and the columns (with _zh, _en) that hold the names."""


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


class OnlyInChinese(ValueError):
    """A page that has no other language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        super().__init__(f"这一页只有中文，没有 {lang}；简报、情景比较与八问八答另有 en。请把 lang 改为 {OF_DATA}。")


class NotTranslated(ValueError):
    """A text of the data has no translation."""

    def __init__(self, text: str, lang: str) -> None:
        self.text, self.lang = text, lang
        super().__init__(f"“{text}”没有 {lang} 译文。请补入 sim/report/phrases/{lang}.yaml，或改用 --lang zh。")


class Wording:
    """Strings of one language; ``words("figure.output.title", year=2027)`` fills the placeholders."""

    def __init__(self, lang: str, tree: Mapping[str, Any], phrases: Phrases | None = None) -> None:
        self.lang, self._tree, self._phrases = lang, tree, phrases

    def __call__(self, key: str, **values: object) -> str:
        """Return the string under a dotted key with its placeholders filled."""
        text = self._find(key)
        return str(text).format(**values) if values else str(text)

    def of(self, text: str) -> str:
        """Return what the data say in Chinese in the page's language.

        Raises:
            NotTranslated: there are no words for it.
        """
        if self._phrases is None:
            return text
        found = self._phrases.find(text)
        if found is None:
            raise NotTranslated(text, self.lang)
        return found

    def named(self, title: Title) -> str:
        """Return a title in the page's language."""
        return str(getattr(title, self.lang))

    def listed(self, items: Iterable[str]) -> str:
        """Write several things one after the other."""
        return self("mark.list").join(items)

    def aside(self, label: str, said: str) -> str:
        """Write something with a remark in brackets, if there is one."""
        return self("mark.aside", label=label, said=said) if said else label

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


class Phrases:
    """What the data say in Chinese, in another language.

    ``known``: Chinese text -> translation. A text with braces stands for all that differ there only; what is in their
    place is looked up in turn.
    """

    def __init__(self, lang: str, known: Mapping[str, str]) -> None:
        self._lang, self.known = lang, known
        self._patterns = [(_pattern(text), said) for text, said in known.items() if "{" in text]

    def find(self, text: str) -> str | None:
        """Return the translation, the text itself if nothing in it is Chinese, None without words for it."""
        if not CHINESE.search(text):
            return text
        return self.known.get(text) or self._name(text) or self._composed(text)

    def _name(self, text: str) -> str | None:
        from sim.tables import rows

        for table, column in _NAMED.items():
            for row in rows(table):
                if row[f"{column}_{OF_DATA}"] == text:
                    return row[f"{column}_{self._lang}"]
        return None

    def _composed(self, text: str) -> str | None:
        for pattern, said in self._patterns:
            if match := pattern.fullmatch(text):
                parts = {name: self.find(part) for name, part in match.groupdict().items()}
                if None not in parts.values():
                    return said.format(**parts)
        return None


@lru_cache(maxsize=4)
def wording(lang: str) -> Wording:
    """Read the strings of a language.

    Raises:
        UnknownLanguage: there is no file for it.
    """
    path = _FOLDER / f"{lang}.yaml"
    if path.name != f"{lang}.yaml" or not path.is_file():
        raise UnknownLanguage(lang)
    return Wording(lang, _texts(path), None if lang == OF_DATA else phrases(lang))


def chinese(lang: str) -> Wording:
    """Read the strings for a page that is written in Chinese only.

    Raises:
        OnlyInChinese: another language was asked for.
    """
    if lang != OF_DATA:
        raise OnlyInChinese(lang)
    return wording(lang)


@lru_cache(maxsize=4)
def phrases(lang: str) -> Phrases:
    """Read the phrases of a language."""
    return Phrases(lang, _texts(_PHRASES / f"{lang}.yaml"))


def _texts(path: Path) -> Any:
    """Read a file of nothing but texts: ``yes`` and ``1000`` in it are words as well."""
    import yaml

    # in C: fifty times faster than the parser of scenarios, which knows where each word stands
    reader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=reader)


def languages() -> list[str]:
    """Return the languages that reports can be written in."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", text)
    return re.compile("".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)))
