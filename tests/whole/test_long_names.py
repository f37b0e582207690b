"""A path longer than the system takes is told as such, wherever it is written: never the system's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole.test_command_line import INVALID, USAGE, tenglong

__all__ = ["tenglong"]
LONG = "名" * 100
TOLD = "名字太长"
HEAD = "name: {name}\ntitle: {{zh: 甲}}\nextends: baseline\n"


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("check", f"{LONG}.csv"), INVALID, "找不到"),
        (("check", "a.csv", "--mapping", f"{LONG}.yaml"), INVALID, TOLD),
        (("check", f"{LONG}.csv", "--mapping", "m.yaml"), USAGE, TOLD),
        (("forecast", f"{LONG}.csv", "--horizon", "3"), INVALID, TOLD),
        (("export", "baseline", "--out", f"{LONG}.csv"), USAGE, TOLD),
        (("template", "register", "--out", f"{LONG}.xlsx"), USAGE, TOLD),
        (("verify", LONG), USAGE, TOLD), (("init", LONG), USAGE, TOLD), (("run", LONG), INVALID, "找不到情景"),
    ],
)  # fmt: skip
def test_on_the_command_line(fresh_home: Path, tenglong, words: tuple[str, ...], code: int, part: str) -> None:
    Path("a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    said = tenglong(*words)
    assert (said.code, part in said.err) == (code, True), said.err
    assert not any(slip in said.err for slip in ("OSError", "Errno", "too long"))


def test_in_a_scenario_it_is_told_at_its_line(fresh_home: Path, tenglong) -> None:
    named = f"register: {{file: {LONG}.csv, mapping: {LONG}/m.yaml}}\noutput_series: {LONG}.csv\n"
    (fresh_home / "scenarios" / "mine.yaml").write_text(HEAD.format(name="mine") + named, encoding="utf-8")
    said = tenglong("check", "mine")
    assert said.code == INVALID and "mine.yaml:4:18: 找不到企业名录" in said.err
    assert "mine.yaml:4:133: 找不到名录的映射文件" in said.err and "mine.yaml:5:16: 找不到产值序列" in said.err
