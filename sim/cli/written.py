"""What a forecast writes: the file that was asked for, more beside it, and the list of what failed."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sim.cli.exits import say

if TYPE_CHECKING:
    import pandas as pd

ERRORS = "errors.csv"
HEADING = b"unique_id,reason"
"""First line of a list of ours; a file of this name with another is the user's."""
BESIDE = ("-years", "-targets", "-paths", "-notes")
"""What is added to the name of ``--out`` for the tables beside it."""
NAMED = 3
"""Series of an old list that are named."""


def check_out(out: Path, file: Path | None) -> None:
    """Refuse a place where something of the user's would be lost, before anything is computed.

    Raises:
        CannotExport, typer.BadParameter: it cannot be written, or is the table itself or a list of errors.
    """
    from sim.report.export import check_ending

    check_ending(out)
    written = [out.with_name(f"{out.stem}{more}{out.suffix}").resolve() for more in ("", *BESIDE)]
    if out.name == ERRORS or (file is not None and file.resolve() in written):
        raise typer.BadParameter(f"--out 不能是 {ERRORS} 或输入文件本身，写在它旁边的表也不能，请换一个文件名。")


def check_errors(out: Path) -> None:
    """Refuse a folder where another file has the name of the list of errors.

    Raises:
        typer.BadParameter: there is one, and it is not ours.
    """
    path = out.with_name(ERRORS)
    if path.exists() and not _is_ours(path):
        raise typer.BadParameter(
            f"{path} 已有，且不是预测写出的（首行不是 {HEADING.decode()}）。不能预测的序列要列在这个名字的文件里，"
            "为免覆盖它，什么也没有算。请把它改名，或把 --out 放到别的文件夹。"
        )


def write_tables(tables: dict[str, pd.DataFrame], out: Path) -> None:
    """Write tables by what is added to the name of ``out``; an empty one is not written."""
    from sim.report.export import write_frame

    for more, frame in tables.items():
        if len(frame):
            path = out.with_name(f"{out.stem}{more}{out.suffix}")
            write_frame(frame, path)
            say(f"已写入 {path}（{len(frame):,} 行）。")


def write_errors(errors: pd.DataFrame, out: Path, series: Collection[str]) -> None:
    """Write what failed beside ``out``; an old list of none but these ``series`` does not stay where nothing failed.

    One that names another series is of another table and is left. What became of an old list is said.
    """
    from sim.report.export import write_frame

    path = out.with_name(ERRORS)
    old = _listed(path)
    named = f"{'、'.join(old[:NAMED])}{f' 等 {len(old)} 个序列' if len(old) > NAMED else ''}"
    if len(errors):
        write_frame(errors, path)
        say(f"未能预测的序列及原因在 {path}" + (f"，替换了以前一次运行的（列有 {named}）。" if old else "。"))
    elif old and set(old) <= set(series):
        path.unlink()
        say(f"这次没有未能预测的序列，以前一次运行留下的 {path}（列有 {named}）已删去。")
    elif old:
        say(f"这次没有未能预测的序列；{path} 列的是别的表的序列（{named}），没有动它。")


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return file.readline(200).removeprefix(b"\xef\xbb\xbf").rstrip() == HEADING


def _listed(path: Path) -> list[str]:
    """Return the series that an old list of ours names."""
    import pandas as pd

    if not path.is_file() or not _is_ours(path):
        return []
    return list(pd.read_csv(path, dtype=str, keep_default_na=False)["unique_id"])
