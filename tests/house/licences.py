"""Licences of the packages in the lock, as they state them themselves, in SPDX's names."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "licences.md"
PERMITTED = {
    "MIT", "MIT-0", "MIT-CMU", "BSD", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Apache-2.0", "PSF-2.0", "Zlib",
    "Apache-2.0 WITH LLVM-exception", "CC0-1.0", "OFL-1.1", "MPL-2.0", "MPL-1.1",
}  # fmt: skip
"""Permissive ones, that of fonts, and Mozilla's for libraries that are used as they are."""
CHOSEN = {"pyphen": "MPL-1.1"}
"""Offered under one of several, of which this is taken: Pyphen's are GPL 2+, LGPL 2.1+ and MPL 1.1."""
SPOKEN = (
    (r"GNU Affero|AGPL", "AGPL"), (r"GNU Lesser|LGPL", "LGPL"), (r"GNU General|GPL", "GPL"),
    (r"Apache", "Apache-2.0"), (r"Mozilla Public License 1\.1|MPL[- ]1\.1", "MPL-1.1"), (r"Mozilla|MPL", "MPL-2.0"),
    (r"Python Software Foundation|PSF", "PSF-2.0"), (r"SIL Open Font|OFL", "OFL-1.1"), (r"ISC", "ISC"),
    (r"BSD[- ]3|3-clause BSD", "BSD-3-Clause"), (r"BSD[- ]2|2-clause BSD", "BSD-2-Clause"), (r"BSD", "BSD"),
    (r"MIT", "MIT"),
)  # fmt: skip
"""How classifiers and free texts speak of a licence; the stricter ones first."""
ELSEWHERE, UNKNOWN = "—", "?"
HEAD = """\
# 依赖的软件包与许可 Packages and licences

<!-- 由 make golden 写出 -->

`requirements.lock` 里每个软件包的版本与它自己声明的许可；测试按已安装的包核对，遇到 GPL、AGPL 或认不出的许可即失败。
“—”表示只在别的系统或 Python 版本上安装，装上时同样核对。
*Every locked package, its versions and the licence it states. A test holds this table to what is installed and fails on
GPL, AGPL or anything unknown; “—” is installed only on other systems or Pythons and held to the same when it is.*

- Pyphen 以 GPL 2+、LGPL 2.1+、MPL 1.1 三者任选其一发布，取 MPL 1.1。
  *Pyphen is offered under three licences; MPL 1.1 is taken.*
- `pypandoc-binary` 自身为 MIT，随带的 pandoc 程序为 GPL 2+：只作为独立程序调用，不链接、不随本项目分发。
  *It carries the program pandoc (GPL 2+), which is run as a separate program, neither linked nor distributed here.*
- MPL 的库原样使用，不改其源文件。*Libraries under MPL are used unmodified.*

| 软件包 Package | 版本 Version | 许可 Licence |
|---|---|---|
"""


def locked() -> dict[str, list[str]]:
    """Versions in the lock by package."""
    found: dict[str, list[str]] = {}
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name, version in re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", text, re.MULTILINE):
        found.setdefault(name, []).append(version)
    return {name: sorted(versions) for name, versions in sorted(found.items())}


def licence(name: str) -> str:
    """What an installed package states, in SPDX's names; :data:`ELSEWHERE` if it is not installed."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return ELSEWHERE
    if name in CHOSEN:
        return CHOSEN[name]
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    classes = [spoken(one) for one in about.get_all("Classifier") or [] if one.startswith("License :: ")]
    stated = sorted({one for one in classes if one != UNKNOWN})
    first = next((line for line in str(about.get("License") or "").splitlines() if line.strip()), "")
    return " AND ".join(stated) or spoken(first)


def spoken(text: str) -> str:
    """The licence that a classifier or a free text names: expressions of SPDX stay, words are read."""
    if all(part in PERMITTED for part in re.split(" AND | OR ", text)):
        return text
    return next((name for pattern, name in SPOKEN if re.search(pattern, text)), UNKNOWN)


def permitted(expression: str) -> bool:
    """Whether we may use what is under this expression: all of its parts, one of its choices."""
    parts = [part.strip("() ") for part in expression.split(" AND ")]
    return all(any(choice.strip("() ") in PERMITTED for choice in part.split(" OR ")) for part in parts)


def written(text: str) -> dict[str, tuple[str, str]]:
    """Versions and licence by package, as a page has them."""
    _, table = text.split("|---|---|---|\n")
    rows = (line.strip("| ").split(" | ") for line in table.splitlines())
    return {name: (versions, stated) for name, versions, stated in rows}


def page(before: str) -> str:
    """The table, whole; of what is not installed here, the licence that the page before has of the same versions."""
    known, rows = written(before), []
    for name, each in locked().items():
        versions, stated = "、".join(each), licence(name)
        if stated == ELSEWHERE and name in known and known[name][0] == versions:
            stated = known[name][1]
        rows.append(f"| {name} | {versions} | {stated} |")
    return HEAD + "\n".join(rows) + "\n"
