"""Partial pooling: what a team's few cases and all the others' say together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq
from scipy.special import betainc, betaln

from qaf_lib.analysis.comparison.teams import hidden_rows, shown_teams
from qaf_lib.analysis.intervals import share_interval
from qaf_lib.analysis.results import results_table

__all__ = ["partial_pooling"]

_FEWEST_TEAMS = 3
_MEANS, _ENOUGH_OF_THEM = 150, 0.1
_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Prior:
    """Beta distributions from which the teams' shares may come, weighted by their likelihood."""

    a: _Numbers
    b: _Numbers
    weight: _Numbers


def partial_pooling(*, teams: pd.DataFrame, table_id: str, confidence: float = 0.95) -> pd.DataFrame:
    """Share of every team drawn towards the average as far as its few cases demand.

    The teams' shares are taken to come from one beta distribution, whose mean and spread are
    learnt from all teams. The lowest of many small teams is mostly unlucky: its partly pooled
    share is what to expect of its next cases, and what a re-audit should be set against. The
    spread is not fixed at its most likely value but averaged over its likelihood, so that a
    handful of teams that happen to agree are not taken to be all the same.

    Parameters
    ----------
    teams : DataFrame
        One row per team: `team` and the counts `x` and `n`. Teams with fewer than 5 cases are
        named without figures and count nowhere.
    table_id : str
        Name of the result.
    confidence : float
        Probability that an interval is to hold the team's share (fraction).

    Returns
    -------
    DataFrame
        A result. Per team, by name, `share` (the raw figure with its interval) and
        `partly_pooled`; for the row "all" `average` and `spread` (standard deviation of the
        teams' shares). With fewer than 3 teams nothing is pooled, and the mark is "x".

    Raises
    ------
    ValueError
        If a team is repeated, or a count or `confidence` is out of range.

    References
    ----------
    Griffin, B. S. and Krutchkoff, R. G. (1971). An empirical Bayes estimator for P[success] in
    the binomial distribution. Sankhya B 33, 217-224 (beta-binomial).
    Kass, R. E. and Steffey, D. (1989). Approximate Bayesian inference in conditionally
    independent hierarchical models (parametric empirical Bayes models). JASA 84, 717-726
    (averaging over mean and spread).
    Christiansen, C. L. and Morris, C. N. (1997). Hierarchical Poisson regression modeling. JASA
    92, 618-632 (equal weight for every degree of shrinkage).

    Examples
    --------
    >>> teams = pd.DataFrame({"team": list("abcde"), "x": [2, 4, 5, 5, 6], "n": 8})
    >>> found = partial_pooling(teams=teams, table_id="teams")
    >>> found.loc[found["row_key"] == "a", ["measure", "estimate"]].round(2).to_numpy().tolist()
    [['share', 0.25], ['partly_pooled', 0.45]]
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    shown = shown_teams(teams)
    x, n = (shown[name].to_numpy(dtype=np.float64) for name in ("x", "n"))
    names = shown["team"].map(str).tolist()
    counts = [(int(each), int(of)) for each, of in zip(x, n, strict=True)]
    rows = [
        {"row_key": name, "measure": "share", "x": each, "n": of}
        | share_interval(x=each, n=of, confidence=confidence).cells
        for name, (each, of) in zip(names, counts, strict=True)
    ]
    pooled: list[dict[str, object]] = []
    if len(names) < _FEWEST_TEAMS:
        words = {"method": f"not pooled: fewer than {_FEWEST_TEAMS} teams", "mark": "x"}
        pooled = [{"row_key": name, "measure": "partly_pooled", **words} for name in names]
        pooled += [{"row_key": "all", "measure": measure, **words} for measure in ("average", "spread")]
    else:
        prior = _learn(x, n)
        drawn = {pair: _share_of_team(prior, *pair, confidence) for pair in set(counts)}
        for name, (each, of) in zip(names, counts, strict=True):
            cells = drawn[each, of]
            pooled.append({"row_key": name, "measure": "partly_pooled", "x": each, "n": of, **cells})
        pooled += _overall(prior, int(x.sum()), int(n.sum()), confidence)
    shared = {"table_id": table_id, "speaks_of": "our_practice"}
    return results_table({**shared, **row} for row in [*rows, *pooled, *hidden_rows(teams)])


def _learn(x: _Numbers, n: _Numbers) -> _Prior:
    """Weigh means, and degrees of shrinkage at the middle number of cases, by their likelihood."""
    low, high = 0.0, 1.0
    while True:  # until the means that matter are more than a few of those looked at
        prior, means = _weighed(x, n, low, high)
        step = (high - low) / _MEANS
        first, last = max(low, float(means.min()) - step), min(high, float(means.max()) + step)
        if last - first > _ENOUGH_OF_THEM * (high - low):
            return prior
        low, high = first, last


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


def _share_of_team(prior: _Prior, x: int, n: int, confidence: float) -> dict[str, object]:
    a, b = prior.a + x, prior.b + n - x
    weight = prior.weight
    estimate = float((weight * a / (a + b)).sum())
    tail = (1 - confidence) / 2
    low, high = (_quantile(a, b, weight, probability) for probability in (tail, 1 - tail))
    method = "beta-binomial, partly pooled"
    return {"estimate": estimate, "low": low, "high": high, "method": method}


def _quantile(a: _Numbers, b: _Numbers, weight: _Numbers, probability: float) -> float:
    return float(brentq(lambda share: (weight * betainc(a, b, share)).sum() - probability, 0, 1, xtol=1e-6))


def _overall(prior: _Prior, x: int, n: int, confidence: float) -> list[dict[str, object]]:
    mean = prior.a / (prior.a + prior.b)
    deviation = np.sqrt(mean * (1 - mean) / (prior.a + prior.b + 1))
    rows: list[dict[str, object]] = []
    for measure, values in {"average": mean, "spread": deviation}.items():
        order = np.argsort(values)
        reached = np.cumsum(prior.weight[order])
        ends = [
            float(values[order][(reached < tail).sum().clip(max=len(order) - 1)])
            for tail in ((1 - confidence) / 2, (1 + confidence) / 2)
        ]
        estimate = float((prior.weight * values).sum())
        cells = {"estimate": estimate, "low": ends[0], "high": ends[1], "method": "beta-binomial"}
        rows.append({"row_key": "all", "measure": measure, "x": x, "n": n, **cells})
    return rows
