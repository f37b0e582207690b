"""``tenglong check``: scenario files, one's own series and registers, all problems at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from sim import workspace
from sim.cli.app import JsonOption, app, emit
from sim.cli.exits import INVALID, say

BESIDE = "-检查.csv"


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(help="情景文件或情景名，或自备的数据、企业名录")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="企业名录的映射文件（.yaml）：名录的列是我们的哪一列")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=f"名录逐格的处理写到哪里；不给则在名录旁边，文件名加 {BESIDE}")
    ] = None,
    with_values: Annotated[bool, typer.Option("--with-values", help="写出的明细里也放原值（可能认得出企业）")] = False,
    as_json: JsonOption = False,
) -> None:
    """检查情景（.yaml）、自备数据（.csv、.xlsx）或企业名录（给 --mapping），一次列出全部问题；存疑的不阻止运行。"""
    if mapping is not None:
        if len(files) != 1:
            raise typer.BadParameter("--mapping 一次只用于一份企业名录。")
        problems, doubts = _register(Path(files[0]), mapping, out, with_values)
    else:
        if out is not None or with_values:
            raise typer.BadParameter("--out 与 --with-values 只用于企业名录，须同时给 --mapping。")
        problems, doubts = _others(files)
    if as_json:
        emit([item.__dict__ | {"must_fix": item in problems} for item in (*problems, *doubts)])
    else:
        for text in (*_lines(problems), *(f"存疑 {text}" for text in _lines(doubts))):
            say(text)
    for text in _in_git(files):
        say(text)
    if problems:
        say(f"共 {len(problems):,} 处问题，未运行。")
        raise typer.Exit(INVALID)
    say(f"没有必须改的问题，{len(doubts):,} 处存疑，请核对。" if doubts else "没有问题。")
    if not as_json and mapping is None:
        _show_contents(files)


def _others(files: list[str]) -> tuple[list[Any], list[Any]]:
    from sim import own
    from sim.scenario.load import check_file
    from sim.scenario.load import doubts as scenario_doubts

    problems: list[Any] = []
    doubts: list[Any] = []
    for name in files:
        workbook = name.lower().endswith(".xlsx") and own.is_series(name)
        if name.lower().endswith((".xlsx", ".xlsm", ".xls", ".parquet")) and not workbook:
            raise typer.BadParameter(_neither(Path(name)))
        if workbook or name.endswith(".csv"):
            problems, doubts = problems + own.check(name), doubts + own.doubts(name)
            continue
        _refuse_mapping(Path(name))
        found = check_file(name)
        wrong, doubted = (found, []) if found else _register_of(name)
        problems += wrong
        doubts += doubted + ([] if found else [*_doubts_of_series(name), *scenario_doubts(name)])
    return problems, doubts


def _in_git(files: list[str]) -> list[str]:
    """What is said of files of one's own that git would take up: those given, and those that scenarios name."""
    from sim.own import versioned
    from sim.own.register import ENDINGS
    from sim.scenario.load import load_scenario
    from sim.scenario.problems import ScenarioInvalid, ScenarioNotFound

    found: list[Path] = []
    for name in files:
        if name.lower().endswith((*ENDINGS, ".xls")):
            found += [path for path in (Path(name), workspace.root() / name) if path.is_file()][:1]
            continue
        try:
            scenario = load_scenario(name)
        except (ScenarioInvalid, ScenarioNotFound):
            continue
        named = (scenario.output_series, scenario.register_file)
        found += [file.location for file in named if file is not None]
    return [text for path in found if (text := versioned.told(path))]


def _show_contents(files: list[str]) -> None:
    """Say what each file without problems holds: a series' months, what a scenario changes. That nothing is wrong says
    little of it."""
    from sim import own
    from sim.report.comparisons import told_changes, told_spreads
    from sim.report.wording import wording
    from sim.scenario.load import BASELINE, load_scenario, scenario_names

    words = wording("zh")
    for name in files:
        if name.lower().endswith((".csv", ".xlsx")):
            if held := own.contents(name):
                print(f"{name}：{held}。")
            continue
        scenario = load_scenario(name)
        against_default = scenario.name == BASELINE or BASELINE not in scenario_names()
        base = scenario.reference() if against_default else load_scenario(BASELINE)
        for line in told_changes(scenario, base, words("comparison.defaults") if against_default else BASELINE, words):
            say(line)
        for line in told_spreads(scenario, base, words):
            say(line)


def _neither(path: Path) -> str:
    """What to do with a workbook or a Parquet file that is no monthly series as it stands."""
    from sim.own.cells import REQUIRED
    from sim.spreadsheets import Unreadable, read_sheet

    said = ""
    if path.suffix.lower() != ".parquet":
        try:
            read_sheet(path)
        except Unreadable as error:
            said = str(error)
    return (
        f"{said or f'{path} 的首行没有月度产值序列的列名。'}若是月度产值序列，"
        f"首行须为 {','.join(REQUIRED)}（首行像标题请删去），其后每月一行，tenglong template series 可写出一份来填；"
        "若是企业名录，须同时给 --mapping 映射文件，tenglong template register 可写出一份来改。"
    )


def _refuse_mapping(path: Path) -> None:
    """Say how a register's mapping is checked, where one was given in place of a scenario.

    Raises:
        typer.BadParameter: it is one.
    """
    from sim.own.register import ENDINGS, MAPPING_ENDINGS, is_mapping
    from sim.spreadsheets import Unreadable, content_of

    if path.suffix.lower() not in MAPPING_ENDINGS:
        return
    try:
        content = content_of(path)
    except Unreadable:
        return
    if is_mapping(content):
        beside = next((each for each in map(path.with_suffix, ENDINGS) if each.is_file()), Path("名录"))
        raise typer.BadParameter(
            f"{path} 是企业名录的映射文件，不是情景。请连同名录检查：tenglong check {beside} --mapping {path}。"
        )


def _doubts_of_series(name: str) -> list[Any]:
    """What is doubted of the monthly series that a scenario without problems rests on."""
    from sim import own
    from sim.scenario.load import load_scenario

    series = load_scenario(name).output_series
    return [] if series is None else own.doubts(str(series.location))


def _register_of(name: str) -> tuple[list[Any], list[Any]]:
    """What is wrong with the register that a scenario, itself without problems, names, and what is doubted of it."""
    from sim.ensemble.stamp import data_digest
    from sim.register import MappingInvalid, RegisterInvalid, ready
    from sim.register.notes import DOUBTED, problems
    from sim.scenario.load import load_scenario

    file = load_scenario(name).register_file
    if file is None:
        return [], []
    try:
        found = ready(file, data_digest())
    except (MappingInvalid, RegisterInvalid) as error:
        return list(error.problems), []
    notes = [*found.register.notes, *found.filled.notes]
    _say_counts(found.register, notes)
    return [], problems(notes, found.register.file, found.register.sheet, DOUBTED)


def _register(path: Path, mapping: Path, out: Path | None, with_values: bool) -> tuple[list[Any], list[Any]]:
    """Check a register, write what was done with its cells, and say how much of it there is."""
    from sim.register import MappingInvalid, clean, read_mapping
    from sim.register.cleaning import more_problems
    from sim.register.notes import DOUBTED, problems

    target = _target(path, out)
    try:
        found = clean(path, read_mapping(mapping, str(mapping)), str(path))
    except MappingInvalid as error:
        return more_problems(path, error.partly) if error.partly else list(error.problems), []
    notes, stops = [*found.notes], found.stops
    notes += _fill(found, stops)
    doubts = problems(notes, found.file, found.sheet, DOUBTED)
    _say_counts(found, notes)
    _write(notes, target, with_values)
    return stops, doubts


def _fill(found: Any, stops: list[Any]) -> list[Any]:
    """Notes of what a run would fill up; a register that totals would give away is one more problem."""
    from sim.ensemble.stamp import data_digest
    from sim.register import RegisterInvalid, complete
    from sim.register.fields import LEAST

    if len(found.rows) < LEAST:
        return []
    try:
        return list(complete(found, data_digest()).filled.notes)
    except RegisterInvalid as error:
        stops += [] if stops else error.problems  # too few may be left only because others are refused
        return []


def _say_counts(found: Any, notes: list[Any]) -> None:
    from sim.register.notes import FIXED, IMPUTED, cells_of, rereadings, rows_of

    def by_column(kind: str) -> str:
        return "、".join(f"{column} {count:,}" for column, count in cells_of(notes, kind).items())

    say(f"读到 {found.read:,} 行，可用 {len(found.rows):,} 行，拒绝 {found.refused:,} 行"
        + ("（映射文件要求不要这些行）。" if found.leave_out and found.refused else "。"))  # fmt: skip
    for kind, verb in ((FIXED, "改读"), (IMPUTED, "补齐")):
        if rows := rows_of(notes, kind):
            say(f"{verb} {rows:,} 行：{by_column(kind)}。")
            for line in rereadings(notes) if kind == FIXED else ():
                say(f"　　{line}。")
    if lacking := [note.column for note in notes if note.kind == IMPUTED and not len(note.rows)]:
        say(f"名录没有、按规则补的列：{'、'.join(lacking)}。")


def _target(path: Path, out: Path | None) -> Path:
    """Where the list goes; a file of the user's is not overwritten.

    Raises:
        typer.BadParameter, CannotExport: it cannot go there.
    """
    from sim.own.kinds import DETAIL
    from sim.report.export import check_ending

    target = out or path.with_name(f"{path.stem}{BESIDE}")
    if out is not None:
        check_ending(target)
    if target.resolve() == path.resolve():
        raise typer.BadParameter("--out 不能是名录本身，请换一个文件名。")
    ours = not target.exists() or (target.suffix.lower() == ".csv" and _begins(target, ",".join(DETAIL)))
    if not ours:
        raise typer.BadParameter(f"{target} 已有，且不是名录检查的明细；请用 --out 换一个地方。")
    return target


def _begins(path: Path, heading: str) -> bool:
    with path.open("rb") as file:
        return file.read(200).removeprefix(b"\xef\xbb\xbf").startswith(heading.encode())


def _write(notes: list[Any], target: Path, with_values: bool) -> None:
    from sim.register.notes import to_frame
    from sim.report.export import write_frame

    frame = to_frame(notes, with_values)
    if len(frame):
        write_frame(frame, target)
        what = "行号、列、处理、说明与原值" if with_values else "只有行号、列、处理、说明，没有原值"
        say(f"逐格的处理写在 {target}（{len(frame):,} 条；{what}）。")
    elif target.is_file() and target.suffix.lower() == ".csv":
        target.unlink()


def _lines(found: list[Any]) -> list[str]:
    from sim.problems import Problem
    from sim.problems import shortened as shortened_rows
    from sim.register.notes import CellProblem, shortened

    rows = [item for item in found if isinstance(item, Problem)]
    cells = [item for item in found if isinstance(item, CellProblem)]
    others = [str(item) for item in found if not isinstance(item, Problem | CellProblem)]
    return others + shortened_rows(rows) + shortened(cells)
