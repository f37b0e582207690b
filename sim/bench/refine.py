"""Answers in the background: the first after one run, then better ones, until the sliders are moved again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sim.bench.answer import Answer, answer
from sim.bench.luck import Luck, Stopped
from sim.ensemble.series import on_one_series
from sim.scenario.schema import Scenario

FIRST_SHOWN = (1, 2, 3, 4, 6, 8, 12)
"""After how many runs an answer is shown at first; from 16 on, after every eighth, and after the last."""


@dataclass(frozen=True)
class Question:
    """A position of the sliders, what it is compared with, and how many runs are wanted."""

    scenario: Scenario
    baseline: Scenario
    runs: int


class Refiner:
    """One thread that works on the newest question; an older one is dropped within a simulated month.

    Args:
        told: called in that thread with each answer to the newest question.
        failed: called in that thread with what a run raised; the question is then given up.
    """

    def __init__(
        self, seed: int, enterprises: int, told: Callable[[Question, Answer], None],
        failed: Callable[[Question, Exception], None],
    ) -> None:
        self._told, self._failed = told, failed
        self._change = threading.Condition()
        self._newest: Question | None = None
        self._closed = False
        self._doing: Question | None = None
        self.luck = Luck(seed, enterprises, self._outdated)
        self._thread = threading.Thread(target=self._work, name="tenglong-bench", daemon=True)
        self._thread.start()

    def ask(self, question: Question) -> None:
        """Work on this from now on."""
        with self._change:
            self._newest = question
            self._change.notify()

    def stop(self) -> None:
        """Drop what is in hand within a simulated month, and end the thread; does not wait for it."""
        with self._change:
            self._closed = True
            self._change.notify()

    def close(self) -> None:
        """Stop, and wait until the thread has ended."""
        self.stop()
        self._thread.join()

    def _outdated(self) -> bool:
        return self._closed or self._newest is not self._doing

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closed or self._newest is not self._doing)
                if self._closed:
                    return
                self._doing = self._newest
            assert self._doing is not None  # a question was waited for
            try:
                self._answer(self._doing)
            except Stopped:
                continue
            except Exception as error:  # whatever a run raises is said on the screen, and the bench lives on
                self._failed(self._doing, error)

    def _answer(self, question: Question) -> None:
        scenario, baseline = on_one_series([question.scenario, question.baseline])
        here, base = [], []
        for replicate in range(question.runs):
            base.append(self.luck.run(baseline, replicate))
            here.append(self.luck.run(scenario, replicate))
            if shown(replicate + 1, question.runs):
                found = answer(here, base, question.runs)
                if self._outdated():
                    raise Stopped
                self._told(question, found)


def shown(runs: int, wanted: int) -> bool:
    """Say whether an answer is shown after so many of the wanted runs."""
    return runs in FIRST_SHOWN or runs % 8 == 0 or runs == wanted
