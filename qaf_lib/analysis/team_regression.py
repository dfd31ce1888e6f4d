"""Teams chosen for a low share: what they would show again by chance alone, and the change beyond it."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaln

from qaf_lib.analysis.intervals import Interval, share_interval, wilson_limits
from qaf_lib.analysis.results import results_table

__all__ = ["team_change_beyond_chance"]

_FEWEST_TEAMS = 5
_MEANS, _ENOUGH_OF_THEM = 100, 0.1
_Numbers = npt.NDArray[np.float64]


def team_change_beyond_chance(
    *, teams: pd.DataFrame, table_id: str, confidence: float = 0.95
) -> pd.DataFrame:
    """Change of the teams audited again, beyond what regression to the mean alone would give.

    Every team's true share is taken to come from one beta distribution, learnt from all teams' first
    audits. A team chosen for a low share is expected to show again what that distribution and its own
    cases together say, whichever rule chose it. New cases are meant, not the same ones. How much teams
    differ is never known for certain from few cases, so that a little luck is left in the change.

    Parameters
    ----------
    teams : DataFrame
        One row per team that could have been chosen: `team_id`, `x` and `n` (cases counted, and graded,
        at first), `x_again` and `n_again` (at the re-audit; missing for teams not audited again).
    table_id : str
        Name of the result.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result with the row "all" (teams audited again, together, by their cases at the re-audit) and
        a row for each of them. Measures: `before`, `expected_after`, `chance_alone` (expected less
        before), `after` and `change_beyond` (after less expected). Marked "x" with fewer than 5 teams,
        or with none audited again.

    Raises
    ------
    ValueError
        If a team is repeated or a count is out of range.

    References
    ----------
    Efron, B. and Morris, C. (1975). Data analysis using Stein's estimator and its generalizations. JASA
    70, 311-319.
    Gelman, A. (2006). Prior distributions for variance parameters in hierarchical models. Bayesian
    Analysis 1, 515-534 (any spread alike at first, from five groups on).
    Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890, method 10 (difference of the two).

    Examples
    --------
    >>> teams = pd.DataFrame({"team_id": list("abcdef"), "x": [2, 5, 5, 5, 6, 6], "n": 8})
    >>> teams["x_again"], teams["n_again"] = [5.0] + [None] * 5, [8.0] + [None] * 5
    >>> found = team_change_beyond_chance(teams=teams, table_id="teams").set_index(["row_key", "measure"])
    >>> found.loc["a", "estimate"].round(2).to_dict()["chance_alone"]
    0.25
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    _check(teams)
    first = teams[teams["n"] > 0].sort_values("team_id", kind="stable")
    again = first[first["n_again"].fillna(0) > 0]
    names = {"table_id": table_id, "speaks_of": "our_practice"}
    if len(first) < _FEWEST_TEAMS or again.empty:
        few = len(first) < _FEWEST_TEAMS
        why = f"fewer than {_FEWEST_TEAMS} teams" if few else "no team was audited again"
        measures = ("before", "expected_after", "chance_alone", "after", "change_beyond")
        cells = Interval(None, None, None, why).cells
        return results_table({**names, "row_key": "all", "measure": name, **cells} for name in measures)
    prior = _Prior.fitted(first["x"].to_numpy(np.float64), first["n"].to_numpy(np.float64))
    groups = {"all": again} | {str(team): again[again["team_id"] == team] for team in again["team_id"]}
    return results_table(
        {**names, "row_key": key, **row}
        for key, group in groups.items()
        for row in _rows(group, prior, confidence)
    )


@dataclass(frozen=True)
class _Prior:
    """Beta distributions that true shares may come from: mean, weight in cases, and how likely each is."""

    mean: _Numbers
    weight: _Numbers
    chance: _Numbers

    @classmethod
    def fitted(cls, x: _Numbers, n: _Numbers) -> _Prior:
        """Any mean, and any spread between teams (as a share of the most there can be), alike at first."""
        low, high = 0.0, 1.0
        while True:  # until the means that matter are more than a few of those looked at
            prior = cls._within(x, n, low, high)
            step = (high - low) / _MEANS
            first = max(low, float(prior.mean.min()) - step)
            last = min(high, float(prior.mean.max()) + step)
            if last - first > _ENOUGH_OF_THEM * (high - low):
                return prior
            low, high = first, last

    @classmethod
    def _within(cls, x: _Numbers, n: _Numbers, low: float, high: float) -> _Prior:
        places = low + (np.arange(_MEANS) + 0.5) / _MEANS * (high - low)
        mean, spread = (grid.ravel() for grid in np.meshgrid(places, (np.arange(60) + 0.5) / 60))
        weight = 1 / spread**2 - 1
        a, b = (mean * weight)[:, None], ((1 - mean) * weight)[:, None]
        likelihood = (betaln(a + x, b + n - x) - betaln(a, b)).sum(axis=1)
        chance = np.exp(likelihood - likelihood.max())
        kept = chance > 1e-6
        return cls(mean[kept], weight[kept], chance[kept] / chance[kept].sum())

    def expected(self, x: _Numbers, n: _Numbers, share: _Numbers) -> tuple[float, float]:
        """Mean of the teams' true shares, weighted, and its variance."""
        weight = self.weight[:, None]
        likely = (weight * self.mean[:, None] + x) / (weight + n)
        within = (share**2 * likely * (1 - likely) / (weight + n + 1)).sum(axis=1)
        mean = (share * likely).sum(axis=1)
        expected = float(self.chance @ mean)
        return expected, float(self.chance @ (within + (mean - expected) ** 2))


def _rows(group: pd.DataFrame, prior: _Prior, confidence: float) -> list[dict[str, object]]:
    x, n, x_again, n_again = (group[name].to_numpy(np.float64) for name in ("x", "n", "x_again", "n_again"))
    share = n_again / n_again.sum()
    before = float((share * x / n).sum())
    expected, variance = prior.expected(x, n, share)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    effective = max(expected * (1 - expected) / variance, 1e-6)
    low, high = wilson_limits(share=expected, effective_n=effective, quantile=z)
    counted, cases = int(x_again.sum()), int(n_again.sum())
    after = counted / cases
    least, most = wilson_limits(share=after, effective_n=cases, quantile=z)
    beyond = after - expected
    method = "beta-binomial, partly pooled"
    found = {
        "before": Interval(before, None, None, "chosen by this share, no interval"),
        "expected_after": Interval(expected, low, high, method),
        "chance_alone": Interval(expected - before, low - before, high - before, method),
        "after": share_interval(x=counted, n=cases, confidence=confidence),
        "change_beyond": Interval(
            beyond,
            beyond - sqrt((after - least) ** 2 + (high - expected) ** 2),
            beyond + sqrt((most - after) ** 2 + (expected - low) ** 2),
            f"Newcombe; {method}",
        ),
    }
    firsts = {"before": (int(x.sum()), int(n.sum())), "after": (counted, cases)}
    rows = []
    for measure, interval in found.items():
        of, size = firsts.get(measure, (None, cases))
        rows.append({"measure": measure, "x": of, "n": size, **interval.cells})
    return rows


def _check(teams: pd.DataFrame) -> None:
    if teams["team_id"].duplicated().any():
        raise ValueError(f"{int(teams['team_id'].duplicated().sum())} teams stand twice")
    for x, n in (("x", "n"), ("x_again", "n_again")):
        counts = teams[[x, n]].fillna(0)
        if not ((counts[x] >= 0) & (counts[x] <= counts[n])).all():
            raise ValueError(f"{x} must be a count from 0 to {n} in every row")
