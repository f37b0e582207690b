"""Whatever is typed, from the real verbs and options: an exit code of the contract and a sentence, never a traceback.

Where a run would begin, the arguments have been taken: the command is stopped there.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as some

from sim.cli import main
from sim.cli.app import app
from tests.often import LONG, often
from tests.registers import register, write
from tests.small import AWKWARD, copy_workspace, working_in
from tests.synthetic import lines, synthetic_months
from tests.synthetic import write as write_series

CODES = {0, 1, 2, 3, 4}
INNER = ("出错：", "Traceback", "Error", "Exception")
"""Words of a fault that nobody foresaw."""
SLOW = {"doctor"} if LONG else {"doctor", "backtest"}
"""The first starts a kernel and takes no arguments; the other computes for ten seconds before it starts workers."""
VERBS = {name: verb for name, verb in typer.main.get_command(app).commands.items() if name not in SLOW}
NAMES = [
    "baseline", AWKWARD, "upstairs-faster", "basline", "quality_space_2027", "gross_output_2027", "S205", "fig:space",
    "highrise.project_starts_per_year", "structure.priority", "gross_output_above_scale", "我的情景", "series",
    "register", "scenario", "zh,en", "pdf,docx", "AB", "YS", "local", "moon", "2027-01", "2027-13",
]  # fmt: skip
FILES = [
    "scenarios/baseline.yaml", "scenarios/baseline.expected.json", "data", "data/sources.csv", "名录/企业 名录.csv",
    "名录/m.yaml", "data/own/output_monthly.csv", "long.csv", "坏.parquet", "坏.xlsx", "空.csv", "没有/结果.csv",
    "out.csv", "out.xlsx", "out.yaml", "新 工作区", ".", "..", "/", "/dev/null", "reports", "runs",
    "reports/baseline-x",
]  # fmt: skip
NUMBERS = ["0", "1", "2", "16", "1250", "-1", "1e3", "0.8", "99", "2027", "1_000", "１２", "9" * 30, "nan", "-inf"]
ODD = ["", " ", "-", "--", "-x", "--no-such", "--json=1", "\ud7ff", "é", "a\nb", "*", "~", "$HOME", "';--", "x" * 300]
WORDS = some.one_of(
    some.sampled_from(NAMES), some.sampled_from(FILES), some.sampled_from(NUMBERS), some.sampled_from(ODD),
    some.text(some.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
)  # fmt: skip
SMALL = ["--workers", "1", "--runs", "2", "--enterprises", "1250"]


class Begun(BaseException):
    """A run would begin."""


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop whatever would simulate or start processes."""

    def begin(*_: Any, **__: Any) -> None:
        raise Begun

    monkeypatch.setattr("sim.abm.model.IndustrialUpgradeModel.run", begin)
    monkeypatch.setattr("loky.ProcessPoolExecutor.__init__", begin)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with files of every kind that an argument may name."""
    folder = copy_workspace(tmp_path_factory.mktemp("any") / "工作 区")
    write(folder / "名录", register(60))
    write_series(folder / "data/own/output_monthly.csv", lines(synthetic_months(5, seed=2), 2021))
    (folder / "long.csv").write_text("unique_id,ds,y\n" + "".join(f"a,{year},{year}\n" for year in range(2000, 2012)))
    for name in ("坏.parquet", "坏.xlsx"):
        (folder / name).write_bytes(b"PK\x03\x04\xff")
    (folder / "空.csv").write_bytes(b"")
    (folder / "reports" / "baseline-x").mkdir(parents=True)
    return folder


@pytest.fixture
def here(filled: Path, tmp_path: Path) -> Iterator[Path]:
    with working_in(shutil.copytree(filled, tmp_path / "工作 区")) as folder:
        yield folder


@some.composite
def commands(draw: some.DrawFn) -> list[str]:
    """A verb, some of its arguments, and some of its options or another's with a value that may not suit it."""
    verb = draw(some.sampled_from(sorted(VERBS)))
    options = [name for part in VERBS[verb].params for name in part.opts if name.startswith("--")]
    some_option = some.sampled_from([*options, "--help", "--debugg"])
    words = draw(some.lists(WORDS, max_size=3))
    for option in draw(some.lists(some_option, max_size=4)):
        words += [option] if option == "--debug" else [option, *draw(some.lists(WORDS, max_size=1))]
    small = [word for at in range(0, len(SMALL), 2) for word in SMALL[at : at + 2] if SMALL[at] in options]
    return [verb, *words, *(small if draw(some.booleans()) else [])]


@often(25)
@given(words=commands())
def test_no_arguments_bring_a_traceback(
    here: Path, stopped: None, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    words = [word for word in words if word != "--debug"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["tenglong", *words])
        capsys.readouterr()
        try:
            main()
        except Begun:
            return
        except SystemExit as ended:
            code = ended.code or 0
    said = capsys.readouterr()
    assert code in CODES, words
    assert not [word for word in INNER if word in said.err], (words, said.err)
    assert code == 0 or (said.out + said.err).strip(), words
