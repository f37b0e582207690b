"""Every package of the lock is under a licence we may use, and the table of them is up to date."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest

from tests.house import licences
from tests.house.licences import ELSEWHERE, PAGE, licence, locked, page, permitted, spoken, written

INSTALLED = [name for name in locked() if licence(name) != ELSEWHERE]


@pytest.mark.parametrize(
    ("said", "read", "may"),
    [
        ("License :: OSI Approved :: MIT License", "MIT", True), ("Apache License, Version 2.0", "Apache-2.0", True),
        ("2-clause BSD", "BSD-2-Clause", True), ("MPL-2.0 AND MIT", "MPL-2.0 AND MIT", True),
        ("License :: OSI Approved :: GNU Affero General Public License v3", "AGPL", False),
        ("License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)", "GPL", False),
        ("GNU Lesser General Public License", "LGPL", False), ("proprietary", "?", False), ("", "?", False),
    ],
)  # fmt: skip
def test_a_licence_is_read_as_it_is_meant(said: str, read: str, may: bool) -> None:
    assert (spoken(said), permitted(read)) == (read, may)
    assert permitted("GPL-3.0-only OR MIT") and not permitted("MIT AND GPL-3.0-only")


def test_every_installed_package_may_be_used() -> None:
    assert len(INSTALLED) > 150
    assert not {name: licence(name) for name in INSTALLED if not permitted(licence(name))}


def test_what_is_installed_is_what_is_locked() -> None:
    """Not setuptools, which an environment may bring along."""
    other = {}
    for name, versions in locked().items():
        try:
            there = version(name)
        except PackageNotFoundError:
            continue
        if name != "setuptools" and there not in versions:
            other[name] = (there, versions)
    assert not other, "装的与锁定的不同：make clean，再 make test"


def test_the_table_is_up_to_date(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--rewrite"):
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    rows = written(PAGE.read_text(encoding="utf-8"))
    asked = {name: "、".join(versions) for name, versions in locked().items()}
    assert {name: versions for name, (versions, _) in rows.items()} == asked, "run: make golden"
    for name, (versions, stated) in rows.items():
        assert stated == ELSEWHERE or permitted(stated), name
        one = "、" not in versions  # of two, each Python installs its own, which may state it in other words
        assert licence(name) in (ELSEWHERE, stated) or stated == ELSEWHERE or not one, name


def test_what_is_not_installed_here_keeps_its_licence(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one environment brings along and another does not, as setuptools, must not change the table."""
    before = PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(licences, "licence", lambda _: ELSEWHERE)
    assert page(before).split("|---|")[-1] == before.split("|---|")[-1] and written(before)["setuptools"][1] == "MIT"
    older = before.replace(f"| setuptools | {'、'.join(locked()['setuptools'])} |", "| setuptools | 1.0 |")
    assert older != before and written(page(older))["setuptools"][1] == ELSEWHERE
