"""Teams beside one another: funnels and partial pooling, by name and never ranked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import asin, sin, sqrt
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq
from scipy.special import betainc, betaln
from scipy.stats import false_discovery_control

from qaf_lib.analysis.checks import check_parts
from qaf_lib.analysis.intervals import (
    mid_p_limits,
    mid_p_value,
    share_interval,
    two_sided,
)
from qaf_lib.analysis.results import results_table
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_shares
from qaf_lib.sampling.size import normal_quantile

_FEWEST_CASES = 5
_FEWEST_POOLED = 3
_FEWEST_FOR_SPREAD, _FEWEST_EACH = 10, 20
_WINSORISED = 0.1
_LEVELS = {"limits_95": 0.95, "limits_99.8": 0.998}
_FALSE_DISCOVERIES = 0.05
_VERDICTS = {
    -1.0: "lower than chance explains",
    0.0: "no clear difference",
    1.0: "higher than chance explains",
}
_MEANS, _ENOUGH_OF_THEM = 150, 0.1
_Numbers = npt.NDArray[np.float64]
_P = TypeVar("_P")


def funnel(*, teams: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Set every team against all of them together, by name and without ranks, as practice.

    `teams` has `team`, the counts `x` and `n` and, where known, `population`; where a team's cases were all
    audited its share is said to be a census of them. A team is said to differ only when its chance, raised
    for the number of teams looked at (Benjamini and Hochberg), is at most 5%. Teams with fewer than 5 graded
    cases are named without figures and count nowhere.

    Per team `share` (with the interval of the team alone), `limits_95` and `limits_99.8` (the centre as
    estimate), `chance` and `chance_adjusted` (probabilities) and `verdict` (1 above what chance explains,
    -1 below, else 0); for "all" `centre` and `spread` (variance between teams on the arcsine scale).

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics in Medicine
    24, 1185-1202. Benjamini, Y. and Hochberg, Y. (1995). JRSS B 57, 289-300. Goldstein, H. and
    Spiegelhalter, D. J. (1996). League tables and their limitations. JRSS A 159, 385-443 (why no ranks).

    Examples
    --------
    >>> teams = pd.DataFrame({"team": ["a", "b", "c"], "x": [16, 15, 4], "n": [20, 20, 20]})
    >>> found = funnel(teams=teams, table_id="teams")
    >>> found.loc[found["measure"] == "verdict", ["row_key", "method"]].to_numpy().tolist()
    [['a', 'no clear difference'], ['b', 'no clear difference'], ['c', 'lower than chance explains']]
    """
    shown = _shown(teams)
    counts = [(int(x), int(n)) for x, n in zip(shown["x"], shown["n"], strict=True)]
    rows = [_share_row(record) for record in shown.to_dict("records")]
    reason = _not_comparable(counts)
    if reason:
        words = {"method": reason, "mark": "x"}
        rows += [{"row_key": str(team), "measure": "verdict", **words} for team in shown["team"]]
        rows += [{"row_key": "all", "measure": measure, **words} for measure in ("centre", "spread")]
    else:
        x, n = sum(x for x, _ in counts), sum(n for _, n in counts)
        spread = team_spread(teams=shown, centre=x / n)
        rows += _comparison_rows(shown["team"].map(str).tolist(), counts, x / n, spread)
        centre = {"x": x, "n": n, "estimate": x / n, "method": "share of the teams together"}
        rows.append({"row_key": "all", "measure": "centre", **centre})
        mark = "x" if spread.variance is None else ""
        cells = {"n": spread.teams, "estimate": spread.variance, "method": spread.method, "mark": mark}
        rows.append({"row_key": "all", "measure": "spread", **cells})
    shared = {"table_id": table_id, "speaks_of": "our_practice"}
    return results_table({**shared, **row} for row in [*rows, *_hidden_rows(teams)])


def funnel_limits(
    *, n: int, centre: float, variance: float = 0.0, confidence: float = 0.95
) -> tuple[float, float]:
    """Limits between which the share of a team of `n` is expected to lie, low and high.

    Exact (mid-p) binomial limits, and with a `variance` between teams (from `team_spread`) the wider of them
    and the arcsine limits. They never widen as the number of cases grows. Funnels show 0.95 and 0.998.

    References
    ----------
    Spiegelhalter, D. J. (2005), as `funnel`.

    Examples
    --------
    >>> [round(limit, 3) for limit in funnel_limits(n=20, centre=0.6)]
    [0.378, 0.813]
    >>> [round(limit, 3) for limit in funnel_limits(n=20, centre=0.6, variance=0.02)]
    [0.258, 0.894]
    """
    _check_variance(variance)
    low, high = mid_p_limits(n=n, share=centre, confidence=confidence)
    if variance == 0:
        return low, high
    middle = asin(sqrt(centre))
    reach = normal_quantile(confidence) * sqrt(1 / (4 * n) + variance)
    end = asin(1.0)
    return min(low, sin(max(middle - reach, 0)) ** 2), max(high, sin(min(middle + reach, end)) ** 2)


def partial_pooling(*, teams: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Share of every team drawn towards the average as far as its few cases demand, as practice.

    The teams' shares are taken to come from one beta distribution, whose mean and spread are learnt from all
    teams. The lowest of many small teams is mostly unlucky: its partly pooled share is what to expect of its
    next cases, and what a re-audit should be set against. The spread is not fixed at its most likely value
    but averaged over its likelihood, so that a handful of teams that happen to agree are not taken to be all
    the same.

    Per team, by name, `share` (the raw figure with its interval) and `partly_pooled`; for "all" `average`
    and `spread` (standard deviation of the teams' shares). Teams with fewer than 5 cases are named without
    figures and count nowhere; with fewer than 3 others nothing is pooled, and the mark is "x".

    References
    ----------
    Griffin, B. S. and Krutchkoff, R. G. (1971). Sankhya B 33, 217-224 (beta-binomial). Kass, R. E. and
    Steffey, D. (1989). JASA 84, 717-726 (averaging over mean and spread). Christiansen, C. L. and Morris,
    C. N. (1997). Hierarchical Poisson regression modeling. JASA 92, 618-632 (equal weight for every degree
    of shrinkage).

    Examples
    --------
    >>> teams = pd.DataFrame({"team": list("abcde"), "x": [2, 4, 5, 5, 6], "n": 8})
    >>> found = partial_pooling(teams=teams, table_id="teams")
    >>> found.loc[found["row_key"] == "a", ["measure", "estimate"]].round(2).to_numpy().tolist()
    [['share', 0.25], ['partly_pooled', 0.45]]
    """
    shown = _shown(teams)
    x, n = (shown[name].to_numpy(dtype=np.float64) for name in ("x", "n"))
    names = shown["team"].map(str).tolist()
    counts = [(int(each), int(of)) for each, of in zip(x, n, strict=True)]
    rows = [
        {"row_key": name, "measure": "share", "x": each, "n": of} | share_interval(x=each, n=of).cells
        for name, (each, of) in zip(names, counts, strict=True)
    ]
    pooled: list[dict[str, object]] = []
    if len(names) < _FEWEST_POOLED:
        words = {"method": f"not pooled: fewer than {_FEWEST_POOLED} teams", "mark": "x"}
        pooled = [{"row_key": name, "measure": "partly_pooled", **words} for name in names]
        pooled += [{"row_key": "all", "measure": measure, **words} for measure in ("average", "spread")]
    else:
        prior = narrowed_prior(lambda low, high: _weighed(x, n, low, high), means=_MEANS)
        drawn = {pair: _share_of_team(prior, *pair) for pair in set(counts)}
        for name, (each, of) in zip(names, counts, strict=True):
            cells = drawn[each, of]
            pooled.append({"row_key": name, "measure": "partly_pooled", "x": each, "n": of, **cells})
        pooled += _overall(prior, int(x.sum()), int(n.sum()))
    shared = {"table_id": table_id, "speaks_of": "our_practice"}
    return results_table({**shared, **row} for row in [*rows, *pooled, *_hidden_rows(teams)])


@dataclass(frozen=True)
class Spread:
    """Variance of asin(sqrt(share)) between so many teams; None where it is not estimable."""

    variance: float | None
    teams: int
    method: str


def team_spread(*, teams: pd.DataFrame, centre: float) -> Spread:
    """Variance between teams beyond chance, 0 where there is none, of 10 teams or more with 20 cases or more.

    DerSimonian and Laird's estimate on the arcsine scale, from standardised shares of which the lowest and
    highest 10% are drawn in, so that a single odd team does not widen the limits for all.

    Spiegelhalter, D. J. (2005). Handling over-dispersion of performance indicators. Quality and Safety in
    Health Care 14, 347-351. DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials.
    Controlled Clinical Trials 7, 177-188.
    """
    check_parts(teams, ["x", "n"], "teams")
    check_shares(centre=centre)
    large = teams[teams["n"] >= _FEWEST_EACH]
    if len(large) < _FEWEST_FOR_SPREAD:
        reason = f"spread between them not estimable: {len(large)} with {_FEWEST_EACH} graded or more"
        return Spread(None, len(large), f"{reason}, and {_FEWEST_FOR_SPREAD} are needed")
    x, n = (large[name].to_numpy(dtype=np.float64) for name in ("x", "n"))
    z = (np.arcsin(np.sqrt(x / n)) - asin(sqrt(centre))) * 2 * np.sqrt(n)
    z = np.clip(z, *np.quantile(z, [_WINSORISED, 1 - _WINSORISED]))
    weight = 4 * n
    excess = (z**2).sum() - (len(z) - 1)
    variance = max(0.0, float(excess / (weight.sum() - (weight**2).sum() / weight.sum())))
    return Spread(variance, len(large), "DerSimonian-Laird, arcsine, 10% winsorised")


def team_chance(*, x: int, n: int, centre: float, variance: float = 0.0) -> float:
    """Probability of a share as far from the centre by chance; with a variance the larger of the two."""
    _check_variance(variance)
    chance = mid_p_value(x=x, n=n, share=centre)
    if variance == 0:
        return chance
    z = (asin(sqrt(x / n)) - asin(sqrt(centre))) / sqrt(1 / (4 * n) + variance)
    return max(chance, two_sided(z))


def _check_variance(variance: float) -> None:
    if not 0 <= variance < float("inf"):
        raise InputError(f"variance must be at least 0; got {variance}")


def narrowed_prior(weighed: Callable[[float, float], tuple[_P, _Numbers]], *, means: int) -> _P:
    """A prior on a grid of so many means, narrowed until those that matter are more than a few of them.

    `weighed` gives the prior whose mean lies between two shares, and the means that matter.
    """
    low, high = 0.0, 1.0
    while True:
        prior, mattering = weighed(low, high)
        step = (high - low) / means
        first, last = max(low, float(mattering.min()) - step), min(high, float(mattering.max()) + step)
        if last - first > _ENOUGH_OF_THEM * (high - low):
            return prior
        low, high = first, last


def _shown(teams: pd.DataFrame) -> pd.DataFrame:
    """Teams with enough graded cases to be shown, by name: never by their share."""
    check_columns(["team"], teams=teams)
    check_parts(teams, ["x", "n"], "teams")
    if teams["team"].isna().any() or teams["team"].duplicated().any():
        raise InputError("teams must have one row per team")
    if "population" in teams and (teams["population"] < teams["n"]).fillna(False).any():
        raise InputError("population must be at least n for every team")
    return teams[teams["n"] >= _FEWEST_CASES].sort_values("team", key=lambda names: names.map(str))


def _hidden_rows(teams: pd.DataFrame) -> list[dict[str, object]]:
    """Rows that name the teams with too few graded cases, without their figures."""
    few = teams.loc[teams["n"] < _FEWEST_CASES, "team"].map(str).sort_values()
    words = f"fewer than {_FEWEST_CASES} graded: too few to compare"
    return [{"row_key": team, "measure": "share", "method": words, "mark": "x"} for team in few]


def _not_comparable(counts: list[tuple[int, int]]) -> str:
    """Why the teams cannot be set against anything; empty where they can."""
    if not counts:
        return "none has 5 graded"
    if len(counts) == 1:
        return "one team only: nothing to set it against"
    x, n = sum(x for x, _ in counts), sum(n for _, n in counts)
    return "" if 0 < x < n else f"every team's share is {x // n}: no difference to judge"


def _share_row(record: dict[str, object]) -> dict[str, object]:
    x, n, population = int(str(record["x"])), int(str(record["n"])), record.get("population")
    known = population is not None and not pd.isna(population)
    cells = share_interval(x=x, n=n).cells
    if known and int(str(population)) == n:
        cells["method"] = f"{cells['method']}; census: all {n} audited, so of these it is exact"
    size = int(str(population)) if known else None
    return {"row_key": str(record["team"]), "measure": "share", "x": x, "n": n, "population": size, **cells}


def _comparison_rows(
    names: list[str], counts: list[tuple[int, int]], centre: float, spread: Spread
) -> list[dict[str, object]]:
    variance = spread.variance or 0.0
    how = "exact mid-p" if variance == 0 else "wider of exact mid-p and arcsine with spread between teams"
    chances = [team_chance(x=x, n=n, centre=centre, variance=variance) for x, n in counts]
    adjusted = false_discovery_control(chances).tolist()
    over = f"Benjamini-Hochberg over {len(names)} teams"
    rows: list[dict[str, object]] = []
    for name, (x, n), chance, raised in zip(names, counts, chances, adjusted, strict=True):
        for measure, level in _LEVELS.items():
            low, high = funnel_limits(n=n, centre=centre, variance=variance, confidence=level)
            limits = {"estimate": centre, "low": low, "high": high, "method": how}
            rows.append({"row_key": name, "measure": measure, "n": n, **limits})
        rows.append({"row_key": name, "measure": "chance", "n": n, "estimate": chance, "method": how})
        rows.append(
            {"row_key": name, "measure": "chance_adjusted", "n": n, "estimate": raised, "method": over}
        )
        side = 0.0 if raised > _FALSE_DISCOVERIES else 1.0 if x / n > centre else -1.0
        verdict = {"n": n, "estimate": side, "method": _VERDICTS[side]}
        rows.append({"row_key": name, "measure": "verdict", **verdict})
    return rows


@dataclass(frozen=True)
class _Prior:
    """Beta distributions from which the teams' shares may come, weighted by their likelihood."""

    a: _Numbers
    b: _Numbers
    weight: _Numbers


def _weighed(x: _Numbers, n: _Numbers, low: float, high: float) -> tuple[_Prior, _Numbers]:
    """The beta distributions whose mean lies between two shares, and the means of those that matter."""
    places = low + (np.arange(_MEANS) + 0.5) / _MEANS * (high - low)
    mean, shrinkage = (grid.ravel() for grid in np.meshgrid(places, (np.arange(60) + 0.5) / 60))
    size = float(np.median(n)) * shrinkage / (1 - shrinkage)
    a, b = mean * size, (1 - mean) * size
    likelihood = np.zeros(len(a))
    for each, of in zip(x, n, strict=True):
        likelihood += betaln(a + each, b + of - each) - betaln(a, b)
    weight = np.exp(likelihood - likelihood.max())
    kept = weight > 1e-4
    return _Prior(a[kept], b[kept], weight[kept] / weight[kept].sum()), mean[kept]


def _share_of_team(prior: _Prior, x: int, n: int) -> dict[str, object]:
    a, b = prior.a + x, prior.b + n - x
    weight = prior.weight
    estimate = float((weight * a / (a + b)).sum())
    tail = (1 - 0.95) / 2
    low, high = (_quantile(a, b, weight, probability) for probability in (tail, 1 - tail))
    method = "beta-binomial, partly pooled"
    return {"estimate": estimate, "low": low, "high": high, "method": method}


def _quantile(a: _Numbers, b: _Numbers, weight: _Numbers, probability: float) -> float:
    return float(brentq(lambda share: (weight * betainc(a, b, share)).sum() - probability, 0, 1, xtol=1e-6))


def _overall(prior: _Prior, x: int, n: int) -> list[dict[str, object]]:
    mean = prior.a / (prior.a + prior.b)
    deviation = np.sqrt(mean * (1 - mean) / (prior.a + prior.b + 1))
    rows: list[dict[str, object]] = []
    for measure, values in {"average": mean, "spread": deviation}.items():
        order = np.argsort(values)
        reached = np.cumsum(prior.weight[order])
        ends = [
            float(values[order][(reached < tail).sum().clip(max=len(order) - 1)])
            for tail in ((1 - 0.95) / 2, (1 + 0.95) / 2)
        ]
        estimate = float((prior.weight * values).sum())
        cells = {"estimate": estimate, "low": ends[0], "high": ends[1], "method": "beta-binomial"}
        rows.append({"row_key": "all", "measure": measure, "x": x, "n": n, **cells})
    return rows
