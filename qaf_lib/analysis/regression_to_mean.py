"""Regression to the mean: what cases and teams chosen for a low first audit would gain without any change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaln

from qaf_lib.analysis.checks import check_band, check_parts
from qaf_lib.analysis.comparison import narrowed_prior
from qaf_lib.analysis.intervals import (
    Interval,
    difference_limits,
    share_interval,
    wilson_limits,
)
from qaf_lib.analysis.paired_grades import joint_counts
from qaf_lib.analysis.results import results_table
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, check_fractions
from qaf_lib.sampling.size import normal_quantile

_FEWEST_TEAMS = 5
_MEANS = 100
_Numbers = npt.NDArray[np.float64]
_Counts = npt.NDArray[np.int64]
_Limits = tuple[float, float, float]


def change_beyond_chance(
    *,
    chosen: pd.DataFrame,
    reference: pd.DataFrame,
    grades: Sequence[str],
    band: Collection[str],
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Change of cases that were audited again because of their first grade, beyond what chance gives.

    The `reference` (`before` and `after` of other cases) shows what a second look gives to a case of each
    first grade when nothing was done: audits moderated at random and blind (audit grade as `before`,
    moderated grade as `after`), or an earlier pair of audits of cases taken by chance. Weighted to the
    chosen cases' first grades, it is what regression to the mean alone would give. As practice.

    Measures of "all", of the share in the band: `before`, `after`, `change`, `expected_after` and
    `chance_alone` (expected less before) without any change in practice, and `change_beyond` (after less
    expected), the only one that can be called improvement. Those that need the reference are marked "x"
    where it has no case of a first grade that was chosen.

    References
    ----------
    Davis, C. E. (1976). The effect of regression to the mean in epidemiologic and clinical studies. American
    Journal of Epidemiology 104, 493-498. Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section
    5.10. Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890, method 10 (difference of the two).

    Examples
    --------
    >>> chosen = pd.DataFrame({"before": ["poor"] * 20, "after": ["good"] * 12 + ["poor"] * 8})
    >>> reference = pd.DataFrame({"before": ["poor"] * 40, "after": ["good"] * 16 + ["poor"] * 24})
    >>> found = change_beyond_chance(
    ...     chosen=chosen, reference=reference, grades=["poor", "good"], band=["good"], table_id="beyond"
    ... ).set_index("measure")
    >>> found.loc[["change", "chance_alone", "change_beyond"], "estimate"].round(2).tolist()
    [0.6, 0.4, 0.2]
    """
    check_fractions(confidence=confidence)
    check_band(band, grades)
    counts, known = (joint_counts(pairs=pairs, grades=grades) for pairs in (chosen, reference))
    inside = np.array([grade in band for grade in grades])
    n = int(counts.sum())
    before, after = int(counts[inside].sum()), int(counts[:, inside].sum())
    found = _of_chosen(before, after, n, confidence)
    missing = [grade for place, grade in enumerate(grades) if counts[place].sum() and not known[place].sum()]
    if n == 0 or missing:
        why = f"no reference pair was first graded {', '.join(missing)}" if missing else "no pairs"
        needs = ("expected_after", "chance_alone", "change_beyond")
        found |= dict.fromkeys(needs, Interval(None, None, None, why))
    else:
        z = normal_quantile(confidence)
        expected, pairs = _expected(counts, known, inside, z)
        again = _plain(after / n, n, z)
        found |= _beyond(before / n, expected, again, f"by first grade, from {pairs} reference pairs")
    sizes = {"before": before, "after": after}
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice", "n": n}
    return results_table(
        {**names, "measure": measure, "x": sizes.get(measure), **interval.cells}
        for measure, interval in found.items()
    )


def _of_chosen(before: int, after: int, n: int, confidence: float) -> dict[str, Interval]:
    if n == 0:
        return dict.fromkeys(("before", "after", "change"), Interval(None, None, None, "no pairs"))
    raw = "as found; part of it is chance"
    return {
        "before": Interval(before / n, None, None, "chosen by this grade, no interval"),
        "after": share_interval(x=after, n=n, confidence=confidence),
        "change": Interval((after - before) / n, None, None, raw),
    }


def _expected(
    counts: _Counts, known: _Counts, inside: npt.NDArray[np.bool_], quantile: float
) -> tuple[_Limits, int]:
    """Share expected after a second look alone, with its limits, and the reference pairs it rests on."""
    held = counts.sum(axis=1) > 0
    weight = counts.sum(axis=1)[held] / int(counts.sum())
    pairs = known.sum(axis=1)[held].astype(np.float64)
    hits = known[:, inside].sum(axis=1)[held].astype(np.float64)
    smooth = (hits + 0.5) / (pairs + 1)
    expected = min(1.0, float((weight * hits / pairs).sum()))
    variance = float((weight**2 * smooth * (1 - smooth) / (pairs + 1)).sum())
    middle = float((weight * smooth).sum())
    return _plain(expected, middle * (1 - middle) / variance, quantile), int(pairs.sum())


def _plain(share: float, effective: float, quantile: float) -> _Limits:
    """A share with Wilson's limits."""
    return share, *wilson_limits(share=share, effective_n=effective, quantile=quantile)


def _beyond(before: float, expected: _Limits, after: _Limits, method: str) -> dict[str, Interval]:
    """What chance alone gives, and what was found beyond it."""
    share, low, high = expected
    return {
        "expected_after": Interval(*expected, method),
        "chance_alone": Interval(share - before, low - before, high - before, method),
        "change_beyond": Interval(
            after[0] - share, *difference_limits(after, expected), f"Newcombe; {method}"
        ),
    }


def team_change_beyond_chance(
    *, teams: pd.DataFrame, table_id: str, confidence: float = 0.95
) -> pd.DataFrame:
    """Change of the teams audited again, beyond what regression to the mean alone would give.

    `teams` has every team that could have been chosen: `team_id`, `x` and `n` (at first), `x_again` and
    `n_again` (at the re-audit, of new cases; missing for teams not audited again). Every team's true share
    is taken to come from one beta distribution, learnt from all teams' first audits. A team chosen for a low
    share is expected to show again what that distribution and its own cases together say, whichever rule
    chose it. How much teams differ is never known for certain from few cases, so that a little luck is left
    in the change.

    "all" stands for the teams audited again together, by their cases at the re-audit; each has a row too.
    Measures: `before`, `expected_after`, `chance_alone` (expected less before), `after` and `change_beyond`
    (after less expected). Marked "x" with fewer than 5 teams, or with none audited again.

    References
    ----------
    Efron, B. and Morris, C. (1975). Data analysis using Stein's estimator and its generalizations. JASA 70,
    311-319. Gelman, A. (2006). Prior distributions for variance parameters in hierarchical models. Bayesian
    Analysis 1, 515-534 (any spread alike at first). Newcombe, R. G. (1998), as `change_beyond_chance`.

    Examples
    --------
    >>> teams = pd.DataFrame({"team_id": list("abcdef"), "x": [2, 5, 5, 5, 6, 6], "n": 8})
    >>> teams["x_again"], teams["n_again"] = [5.0] + [None] * 5, [8.0] + [None] * 5
    >>> found = team_change_beyond_chance(teams=teams, table_id="teams").set_index(["row_key", "measure"])
    >>> found.loc["a", "estimate"].round(2).to_dict()["chance_alone"]
    0.25
    """
    check_fractions(confidence=confidence)
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
    x, n = (first[name].to_numpy(np.float64) for name in ("x", "n"))
    prior = narrowed_prior(lambda low, high: _Prior.within(x, n, low, high), means=_MEANS)
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
    def within(cls, x: _Numbers, n: _Numbers, low: float, high: float) -> tuple[_Prior, _Numbers]:
        """Means between two shares, and any spread (as a share of the most there can be), alike at first."""
        places = low + (np.arange(_MEANS) + 0.5) / _MEANS * (high - low)
        mean, spread = (grid.ravel() for grid in np.meshgrid(places, (np.arange(60) + 0.5) / 60))
        weight = 1 / spread**2 - 1
        a, b = (mean * weight)[:, None], ((1 - mean) * weight)[:, None]
        likelihood = (betaln(a + x, b + n - x) - betaln(a, b)).sum(axis=1)
        chance = np.exp(likelihood - likelihood.max())
        kept = chance > 1e-6
        return cls(mean[kept], weight[kept], chance[kept] / chance[kept].sum()), mean[kept]

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
    effective = max(expected * (1 - expected) / variance, 1e-6)
    quantile = normal_quantile(confidence)
    counted, cases = int(x_again.sum()), int(n_again.sum())
    luck = _beyond(
        before,
        _plain(expected, effective, quantile),
        _plain(counted / cases, cases, quantile),
        "beta-binomial, partly pooled",
    )
    found = {
        "before": Interval(before, None, None, "chosen by this share, no interval"),
        "expected_after": luck["expected_after"],
        "chance_alone": luck["chance_alone"],
        "after": share_interval(x=counted, n=cases, confidence=confidence),
        "change_beyond": luck["change_beyond"],
    }
    firsts = {"before": (int(x.sum()), int(n.sum())), "after": (counted, cases)}
    rows = []
    for measure, interval in found.items():
        of, size = firsts.get(measure, (None, cases))
        rows.append({"measure": measure, "x": of, "n": size, **interval.cells})
    return rows


def _check(teams: pd.DataFrame) -> None:
    check_columns(["team_id", "x", "n", "x_again", "n_again"], teams=teams)
    if teams["team_id"].duplicated().any():
        raise InputError(f"{int(teams['team_id'].duplicated().sum())} teams stand twice")
    check_parts(teams, ["x", "n"], "teams")
    again = ["x_again", "n_again"]
    check_parts(teams[again].dropna(how="all"), again, "teams")
