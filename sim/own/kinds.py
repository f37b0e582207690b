"""What a table is that is neither a monthly series nor yearly figures: what we wrote ourselves, a long table, or other
rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.spreadsheets import LONG, Unreadable, read_sheet

DETAIL = ("行", "列", "处理", "说明")
"""Columns of what ``tenglong check`` writes beside a register."""
YEARLY = frozenset(("year", "value", "source", "年份", "年度", "年", "数值", "值", "来源"))
MOST = 4
"""Columns of a file that may be meant as yearly figures, which have three: a register has more."""


def is_ours(path: Path) -> bool:
    """Whether a file is what ``tenglong check`` wrote beside a register, or what a forecast wrote."""
    header = _header(path)
    return header[: len(DETAIL)] == DETAIL or header[:1] == LONG[:1]


def seems_yearly(path: Path) -> bool:
    """Whether the columns are those of yearly figures, or nearly."""
    header = _header(path)
    return 0 < len(header) <= MOST and bool(YEARLY.intersection(header))


def other_kind(path: Path) -> str:
    """Say what a file is that holds no yearly figures; empty where it may be meant to."""
    header = _header(path)
    if header[: len(DETAIL)] == DETAIL:
        return "这是 tenglong check 写出的名录明细，不是数据，不用检查；各命令都不读它"
    if header[:1] == LONG[:1]:
        return f"这是长表（{'、'.join(LONG)}）或预测写出的表，不是自备的年度数；长表用 tenglong forecast 预测"
    if len(header) <= MOST or seems_yearly(path):
        return ""
    return (
        f"认不出这是什么：列有 {'、'.join(filter(None, header[:MOST]))} 等 {len(header)} 列。"
        "企业名录须同时给 --mapping 映射文件；月度产值序列首行须为 period,value,kind；"
        "年度数的文件名是指标编号加 .csv，列为 year,value,source"
    )


def _header(path: Path) -> Sequence[str]:
    try:
        return tuple(read_sheet(path).header)
    except Unreadable:
        return ()
