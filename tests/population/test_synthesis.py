"""The draw is reproducible, its tail is the one asked for, and contradictions are reported."""

import numpy as np
import pytest

from sim.population import Population, synthesise
from sim.population.synthesis import PREFIX, TooFewRows
from sim.scenario.catalogue import UnknownEntry, catalogue


def bytes_of(population: Population) -> bytes:
    return b"".join(column.tobytes() for column in population.table.values())


def hill(output: np.ndarray, share: float) -> float:
    """Hill (1975) estimate of the tail exponent from the largest ``share`` of values."""
    ordered = np.sort(output)[::-1]
    k = int(share * len(ordered))
    return float(1 / np.mean(np.log(ordered[:k] / ordered[k])))


def test_the_same_call_gives_the_same_bytes(sample: Population) -> None:
    assert bytes_of(synthesise(2_000)) == bytes_of(sample)


def test_full_size_is_reproducible(full: Population) -> None:
    assert bytes_of(synthesise()) == bytes_of(full)


def test_another_seed_draws_other_firms(sample: Population) -> None:
    assert bytes_of(synthesise(2_000, seed=1)) != bytes_of(sample)


def test_the_tail_exponent_is_recovered(full: Population) -> None:
    asked = catalogue()["population.size_exponent"].value
    output = full.table["demand_wan"][full.table["above_scale"]]
    assert hill(output, 0.1) == pytest.approx(asked, abs=0.2)
    assert hill(output, 0.2) == pytest.approx(asked, abs=0.2)


def test_a_larger_exponent_means_a_thinner_tail() -> None:
    def largest_hundredth(exponent: float) -> float:
        table = synthesise(20_000, parameters={"population.size_exponent": exponent}).table
        output = np.sort(table["demand_wan"][table["above_scale"]])
        return float(output[int(-0.01 * len(output)) :].sum() / output.sum())

    assert largest_hundredth(0.8) > largest_hundredth(1.4)


def test_small_sites_are_more_often_scattered(full: Population) -> None:
    t = full.to_frame()
    parked = t["site"].eq(2).groupby(t["above_scale"]).mean()
    assert parked[True] == pytest.approx(0.65, abs=0.01)
    assert parked[False] == pytest.approx(0.15, abs=0.01)


def test_land_follows_output_below_scale(full: Population) -> None:
    small = full.to_frame().query("not above_scale")
    assert 0.35 < small["land_mu"].corr(small["demand_wan"], method="spearman") < 0.6


def test_too_small_a_sample_is_refused() -> None:
    with pytest.raises(TooFewRows, match="太小"):
        synthesise(500)


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(UnknownEntry, match="size_exponent"):
        synthesise(2_000, parameters={"population.size_exponnet": 1.0})


@pytest.mark.parametrize("name", [name for name in catalogue() if name.startswith(PREFIX)])
def test_every_catalogue_entry_matters(name: str, sample: Population) -> None:
    """Each parameter, moved a little or to the end of its bounds, changes the table: none is decoration."""
    entry = catalogue()[name]
    nearby = entry.value + 0.2 * (max(entry.bounds, key=lambda bound: abs(bound - entry.value)) - entry.value)
    for value in (nearby, *entry.bounds):
        if bytes_of(synthesise(2_000, parameters={name: value})) != bytes_of(sample):
            return
    pytest.fail(f"{name} changes nothing")
