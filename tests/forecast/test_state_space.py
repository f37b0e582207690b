"""The Kalman machinery against published numbers, against hand-made truth, and the scope effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.forecast import OutputForecast
from sim.forecast.posterior import posterior
from sim.forecast.priors import REFERENCE_YEAR, Hyper, Means, cloud, means
from sim.forecast.readings import Reading
from sim.forecast.state_space import DESIGN, S, Y, assign, build, transition

FIRST, LAST = 2015, 2027


def test_nile_local_level_likelihood() -> None:
    """Durbin & Koopman (2012), section 2.10: variances 15,099 and 1,469.1, diffuse log-likelihood -632.54.

    The published value leaves out the first observation's constant, log(2 pi) / 2, which statsmodels counts.
    """
    import statsmodels.api as sm
    from statsmodels.tsa.statespace.mlemodel import MLEModel

    flow = sm.datasets.nile.load_pandas().data["volume"].to_numpy()
    model = MLEModel(flow, k_states=1, k_posdef=1)
    for matrix in ("design", "transition", "selection"):
        model[matrix] = np.eye(1)
    model["obs_cov"], model["state_cov"] = np.array([[15099.0]]), np.array([[1469.1]])
    model.ssm.initialize_diffuse()
    assert model.ssm.loglike() + np.log(2 * np.pi) / 2 == pytest.approx(-632.54, abs=0.01)


def reading(year: int, kind: str, value: float, sd: float = 1e-5) -> Reading:
    return Reading((f"T{year}{kind}",), year, str(year), kind, value, "", value, sd, "")


def test_the_transition_follows_the_equations() -> None:
    """One step by hand, without noise: growth leans to the mean of its new year, the level adds all three."""
    hyper = Hyper(0.02, 0.03, 0.01, 0.03, real_growth_persistence=0.2, price_growth_persistence=0.5)
    before = np.array([9.0, 0.09, -0.03, 0.04, 1.5, 0.06, 0.01, 0.005, 0.002, -0.01])
    r = 0.05 + 0.2 * (0.09 - 0.06)
    p = 0.01 + 0.5 * (-0.03 - 0.01)
    after = [9.0 + r + p + 0.005, r, p, 0.005, 1.502, 0.05, 0.01, 0.005, 0.002, -0.01]
    assert transition(hyper) @ before == pytest.approx(after)


def test_level_growth_beyond_comparable_growth_is_scope() -> None:
    """22,100 on 17,887.1 is 21.1 log points, published growth 19.7: 1.4 are entrants and revisions."""
    before, after, published = np.log(17887.1), np.log(22100), np.log(1.218)
    observed = [
        reading(2020, "level", before),
        reading(2021, "level", after),
        reading(2021, "nominal_growth", published),
    ]
    fit = posterior(observed, means(), cloud(16), 2020, 2026, 16)
    scope = np.average(fit.mean[:, 1, S], weights=fit.count)
    assert scope == pytest.approx(after - before - published, abs=1e-4)


def test_the_two_published_scope_effects_are_found(outlook: OutputForecast) -> None:
    years = [2021 - FIRST, 2022 - FIRST]
    scope = np.average(outlook.fit.mean[:, years, S], axis=0, weights=outlook.fit.count)
    assert scope == pytest.approx([0.0143, 0.0215], abs=0.002)


def world(
    draw: np.random.Generator, hyper: Hyper, prior: Means, pattern: tuple[Reading, ...]
) -> tuple[float, list[Reading]]:
    """A history simulated year by year in plain numpy, and what its statistics would have said."""
    mean_r, mean_p, mean_s, drift, slowdown = draw.normal(prior.centre, prior.sd)
    y, k = draw.normal(9.5, 0.3), draw.normal(1.5, 0.1)
    real, price = hyper.real_growth_persistence, hyper.price_growth_persistence
    gap_r = draw.normal(0, hyper.real_growth_sd / np.sqrt(1 - real**2))
    gap_p = draw.normal(0, hyper.price_growth_sd / np.sqrt(1 - price**2))
    seen: list[Reading] = []
    for year in range(FIRST, LAST + 1):
        if year > FIRST:
            gap_r = real * gap_r + draw.normal(0, hyper.real_growth_sd)
            gap_p = price * gap_p + draw.normal(0, hyper.price_growth_sd)
        r, p = mean_r + slowdown * (year - REFERENCE_YEAR) + gap_r, mean_p + gap_p
        if year > FIRST:
            y += r + p + draw.normal(mean_s, hyper.scope_sd)
            k += draw.normal(drift, hyper.ratio_sd)
        said = {"level": y, "value_added": y - k, "nominal_growth": r + p, "real_growth": r}
        said["price_growth"] = p
        here = [one for one in pattern if one.year == year]
        seen += [replace(one, log_value=draw.normal(said[one.kind], one.sd)) for one in here]
    return y, seen


def test_known_truth_is_covered_as_often_as_promised(outlook: OutputForecast) -> None:
    """240 simulated worlds, seen through the real pattern of evidence: 80 % lie in the band of 2027.

    The share covered by a correct band has s.d. sqrt(0.8 x 0.2 / 240) = 2.6 points; three of them, and one
    point for the small parameter cloud, make the tolerance 9 points (too wide fails as well).
    """
    from scipy.stats import norm

    assert set(DESIGN) == {one.kind for one in outlook.fit.observed}
    prior, hypers, tested = means(), cloud(240, key=5), cloud(96)
    places = []
    for number, hyper in enumerate(hypers):
        truth, seen = world(np.random.default_rng([11, number]), hyper, prior, outlook.fit.observed)
        fit = posterior(seen, prior, tested, FIRST, LAST, 24)
        mean, sd = fit.along(np.eye(10)[Y], LAST)
        places.append(np.average(norm.cdf((truth - mean) / sd), weights=fit.count))
    inside = np.mean([0.1 <= place <= 0.9 for place in places])
    assert inside == pytest.approx(0.80, abs=0.09)
    assert np.mean(places) == pytest.approx(0.5, abs=3 * np.sqrt(1 / 12 / len(places)))


def test_setting_the_same_parameters_again_changes_nothing(outlook: OutputForecast) -> None:
    one, other = outlook.fit.particles[0], outlook.fit.particles[-1]
    model = build(outlook.fit.observed, 2015, 2030)
    likelihoods = []
    for hyper in (one, other, one):
        assign(model, hyper, outlook.fit.means, 2015)
        likelihoods.append(model.ssm.loglike())
    assert likelihoods[0] == likelihoods[2] != likelihoods[1]
