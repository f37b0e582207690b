"""``tenglong report SCENARIO --explorer``: one file, the same on a second call without running again."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app

GIVEN = ["report", "baseline", "--explorer", "--runs", "2", "--enterprises", "1300", "--seed", "7", "--workers", "1"]


@pytest.mark.slow
def test_the_command_prints_the_page_s_path(fresh_home: Path) -> None:
    done = CliRunner().invoke(app, GIVEN, catch_exceptions=False)
    assert done.exit_code == 0
    page = fresh_home / done.stdout.strip().splitlines()[-1]
    text = page.read_text(encoding="utf-8")
    assert page.parent == fresh_home / "reports" and "每组2次、每次1,300家企业" in text and "S161" in text
    again = CliRunner().invoke(app, GIVEN, catch_exceptions=False)
    assert again.stdout == done.stdout and len(list((fresh_home / "reports").iterdir())) == 1
