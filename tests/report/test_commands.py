"""The command below an answer names the size it was found in, and is one that the program has."""

from __future__ import annotations

import pytest
from typer.main import get_command

from sim.cli import app
from sim.report.answers import BRIEF, QUESTIONS
from sim.report.commands import Asking, ledger_command
from sim.report.told import Told, part
from sim.report.wording import wording
from sim.scenario.months import month_index

ALONE = Asking("baseline", "", ("gross_output_2027", "quality_space_2027"), month_index("2026-11"), 128, 2027, 73_000)
SMALL = Asking("combined", "baseline", ("gross_output_2027",), month_index("2026-11"), 16, 7, 1_300, BRIEF)


@pytest.mark.parametrize("asking", [ALONE, SMALL])
def test_the_program_understands_each_command(asking: Asking) -> None:
    told = [command for question in QUESTIONS for command in asking.commands(question)]
    told.append(ledger_command(asking.scenario, (8, 2, 2, 2), 2027, 1_300))
    group = get_command(app)
    for command in told:
        program, verb, *words = command.split(" ")
        assert program == "tenglong" and "" not in words
        group.commands[verb].make_context(verb, words)  # type: ignore[attr-defined]
    assert len(told) >= 8


def test_sizes_are_those_of_the_answer_or_the_command_s_own() -> None:
    assert ALONE.commands("attribution") == [
        "tenglong attribute baseline --target gross_output_2027 --target quality_space_2027 --seed 2027"
    ]
    assert SMALL.commands("attribution") == [
        "tenglong attribute baseline combined --target gross_output_2027 --runs 8 --seed 7 --enterprises 7300"
    ]
    assert ALONE.commands("backcast")[1] == "tenglong backcast quality_space_2027 --scenario baseline --seed 2027"
    assert SMALL.commands("comparison") == [] and ALONE.commands("robustness") == []


def test_they_stand_in_view_below_what_is_folded() -> None:
    told = [Told(["甲"], [], ["乙"], again=["tenglong a <b>"]), Told([], [], [], again=["tenglong c"])]
    html = part("题", told, wording("zh"))
    assert html.endswith('<p class="again">复算：<code>tenglong a &lt;b&gt;</code>；<code>tenglong c</code></p>')
