"""Any file of the store, spoiled in any way: nothing breaks, and no number changes. What is spoiled is made again."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.ensemble.inventory import holdings, leftovers
from sim.ensemble.nested import Sizes, nested_runs
from sim.ensemble.results import ResultsNotFound, load_results
from sim.ensemble.runner import run
from sim.scenario.load import load_scenario
from tests.often import often
from tests.small import SEED, copy_workspace, working_in

TINY, RUNS, UNTIL, SAVED = 1_250, 4, 23, "tighter-land-00000000"
NAMES = ["baseline", "tighter-land"]


def cut(content: bytes, luck: random.Random) -> bytes:
    return content[: luck.randrange(len(content))]


def flip(content: bytes, luck: random.Random) -> bytes:
    spoiled = bytearray(content)
    spoiled[luck.randrange(len(content))] ^= 1 << luck.randrange(8)
    return bytes(spoiled)


def other_kind(content: bytes, luck: random.Random) -> bytes:
    odd = (b"[]", b"{}", b"null", b"7", b'"x"', b"[" * 99_999, b'{"format": []}', b"\xff\xfe", b"PAR1PAR1")
    return luck.choice(odd)


def emptied(content: bytes, luck: random.Random) -> bytes:
    return b""


SPOILS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": cut, "flip": flip, "other kind": other_kind, "emptied": emptied,
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, pd.DataFrame]:
    """A store with the runs of two scenarios in shards of two, gathered results and a ledger; digest, and ledger."""
    home = copy_workspace(tmp_path_factory.mktemp("any") / "home")
    with pytest.MonkeyPatch.context() as patch, working_in(home) as folder:
        patch.setattr("sim.ensemble.runner.BATCH_ENTERPRISES", 2 * TINY)
        results = run(NAMES, RUNS, SEED, TINY, workers=1)
        results.save(SAVED)
        return folder, results.digest, ledger()


def ledger() -> pd.DataFrame:
    return nested_runs(load_scenario("baseline"), Sizes(2, 2, 2, 2), SEED, TINY, horizon=UNTIL)


def damage(store: Path, kind: str, luck: random.Random) -> str:
    """Do something to a file, a folder or two of them; say what."""
    files = sorted(path for path in store.rglob("*") if path.is_file())
    path = luck.choice(files)
    if kind == "deleted":
        path.unlink()
    elif kind == "swapped files":
        other = luck.choice([each for each in files if each.suffix == path.suffix and each != path])
        content = path.read_bytes()
        path.write_bytes(other.read_bytes())
        other.write_bytes(content)
    elif kind == "swapped folders":
        one, two = luck.sample(sorted(store.glob("*/shard-*")), 2)
        aside = store / "aside"
        one.rename(aside)
        two.rename(one)
        aside.rename(two)
    elif kind == "deleted folder":
        shutil.rmtree(path.parent)
    else:
        path.write_bytes(SPOILS[kind](path.read_bytes(), luck))
    return f"{kind}: {path.relative_to(store)}"


KINDS = [*SPOILS, "deleted", "swapped files", "swapped folders", "deleted folder"]


@pytest.mark.slow
@often(5)
@given(kind=some.sampled_from(KINDS), luck=some.integers(0, 2**32))
def test_whatever_happens_to_a_file_the_numbers_stay(
    made: tuple[Path, str, pd.DataFrame], kind: str, luck: int
) -> None:
    folder, digest, shares = made
    with tempfile.TemporaryDirectory() as scratch, working_in(folder):
        kept = shutil.copytree(folder / "runs", Path(scratch) / "runs")
        try:
            what = damage(folder / "runs", kind, random.Random(luck))
            assert all(holding.runs >= 0 for holding in holdings()) and leftovers() == [], what
            with suppress(ResultsNotFound):
                assert load_results(SAVED).digest == digest, what
            assert run(NAMES, RUNS, SEED, TINY, workers=1).digest == digest, what
            pd.testing.assert_frame_equal(ledger(), shares, check_exact=True)
            again = run(NAMES, RUNS, SEED, TINY, workers=1)
            assert (again.digest, again.stamp["runs_done"]) == (digest, 0), what
            assert {holding.scenario for holding in holdings()} >= set(NAMES), what
        finally:
            shutil.rmtree(folder / "runs")
            shutil.copytree(kept, folder / "runs")
