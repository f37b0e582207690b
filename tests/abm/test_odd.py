"""The model's description says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.abm.odd import TABLES
from tests.generated import check

DOCUMENT = Path(__file__).parents[2] / "docs" / "odd.md"


def test_the_tables_are_those_of_the_code(pytestconfig: pytest.Config) -> None:
    check(DOCUMENT, TABLES, pytestconfig.getoption("--rewrite"))


def test_every_section_of_the_protocol_is_there_in_order() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [int(number) for number in re.findall(r"^## (\d)", text, re.MULTILINE)] == [1, 2, 3, 4, 5, 6, 7]
    concepts = (
        "基本原理", "涌现", "适应", "目标", "学习", "预测", "感知", "相互作用", "随机性", "集体", "观察",
    )  # fmt: skip
    assert all(f"**{concept}**" in text for concept in concepts)
