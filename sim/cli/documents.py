"""The verb about the documents' own targets: whether they fit each other."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.app import (
    ENTERPRISES,
    RUNS,
    SEED,
    JsonOption,
    RunsOption,
    SeedOption,
    SizeOption,
    WorkersOption,
    app,
    emit,
)  # fmt: skip
from sim.cli.simulate import simulate


@app.command()
def consistency(
    scenario: Annotated[str, typer.Argument(help="情景：哪些目标难以同时实现，看它的运行")] = "baseline",
    runs: RunsOption = RUNS,
    seed: SeedOption = SEED,
    enterprises: SizeOption = ENTERPRISES,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """目标之间是否相容：不构成约束的、文件里数字对不上的、难以同时实现的，各附条款。"""
    from sim.analysis.consistency import consistency as fit
    from sim.report.consistencies import consistency_record, show_consistency
    from sim.report.wording import wording

    results = simulate([scenario], runs, seed, enterprises, workers)
    [name] = results.scenarios
    found = fit(results, name)
    if as_json:
        emit(consistency_record(found, seed))
    else:
        show_consistency(found, wording("zh"))
