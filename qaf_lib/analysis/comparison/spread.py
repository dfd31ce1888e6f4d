"""How much teams differ beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, sin, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis.binomial import mid_p_limits, mid_p_value
from qaf_lib.analysis.comparison.teams import check_teams

__all__ = ["Spread", "funnel_limits", "team_chance", "team_spread"]

_FEWEST_TEAMS, _FEWEST_EACH = 10, 20
_WINSORISED = 0.1
_Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """Variance between teams on the arcsine scale.

    Attributes
    ----------
    variance : float or None
        Variance of asin(sqrt(share)) between teams, tau squared; None where it is not estimable.
    teams : int
        Teams that it rests on.
    method : str
        What was done, or why there is no estimate.
    """

    variance: float | None
    teams: int
    method: str


def team_spread(*, teams: pd.DataFrame, centre: float) -> Spread:
    """Variance between teams beyond chance, where there are enough of them to tell.

    DerSimonian and Laird's estimate on the arcsine scale, from standardised shares of which the
    lowest and highest 10% are drawn in, so that a single odd team does not widen the limits for
    all. Only teams of 20 cases or more are used, and there must be 10 of them.

    Parameters
    ----------
    teams : DataFrame
        One row per team: `team` and the counts `x` and `n`.
    centre : float
        Share they are set against (fraction).

    Returns
    -------
    Spread
        The variance, 0 where the teams do not differ more than by chance.

    Raises
    ------
    ValueError
        If a count or `centre` is out of range.

    References
    ----------
    Spiegelhalter, D. J. (2005). Handling over-dispersion of performance indicators. Quality and
    Safety in Health Care 14, 347-351.
    DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical
    Trials 7, 177-188.

    Examples
    --------
    >>> teams = pd.DataFrame({"team": list("abcdefghij"), "x": [15, 35] * 5, "n": 50})
    >>> found = team_spread(teams=teams, centre=0.5)  # z is 2 sqrt(50) (asin(sqrt(0.7)) - pi / 4) = 2.910
    >>> round(found.variance, 4)  # (10 * 2.910**2 - 9) / (2000 - 200)
    0.042
    """
    check_teams(teams)
    if not 0 <= centre <= 1:
        raise ValueError(f"centre must be a fraction from 0 to 1; got {centre}")
    large = teams[teams["n"] >= _FEWEST_EACH]
    if len(large) < _FEWEST_TEAMS:
        reason = f"spread between them not estimable: {len(large)} with {_FEWEST_EACH} graded or more"
        return Spread(None, len(large), f"{reason}, and {_FEWEST_TEAMS} are needed")
    x, n = (large[name].to_numpy(dtype=np.float64) for name in ("x", "n"))
    z = (np.arcsin(np.sqrt(x / n)) - asin(sqrt(centre))) * 2 * np.sqrt(n)
    z = np.clip(z, *np.quantile(z, [_WINSORISED, 1 - _WINSORISED]))
    weight = 4 * n
    excess = (z**2).sum() - (len(z) - 1)
    variance = max(0.0, float(excess / (weight.sum() - (weight**2).sum() / weight.sum())))
    return Spread(variance, len(large), "DerSimonian-Laird, arcsine, 10% winsorised")


def funnel_limits(
    *, n: int, centre: float, variance: float = 0.0, confidence: float = 0.95
) -> tuple[float, float]:
    """Limits between which a team's share is expected to lie.

    Exact (mid-p) binomial limits, and with a variance between teams the wider of them and the
    arcsine limits. They never widen as the number of cases grows.

    Parameters
    ----------
    n : int
        Graded cases of the team (count, at least 1).
    centre : float
        Share the teams are set against (fraction).
    variance : float
        Variance between teams on the arcsine scale, from `team_spread`.
    confidence : float
        Probability of lying between the limits (fraction); funnels show 0.95 and 0.998.

    Returns
    -------
    tuple of float
        Low and high, as fractions.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. Statistics
    in Medicine 24, 1185-1202.
    As `mid_p_limits`.

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
    reach = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(1 / (4 * n) + variance)
    end = asin(1.0)
    return min(low, sin(max(middle - reach, 0)) ** 2), max(high, sin(min(middle + reach, end)) ** 2)


def team_chance(*, x: int, n: int, centre: float, variance: float = 0.0) -> float:
    """Probability of a share as far from the centre as this team's, by chance.

    Parameters
    ----------
    x, n : int
        Cases counted and graded cases of the team (counts).
    centre : float
        Share the teams are set against (fraction).
    variance : float
        Variance between teams on the arcsine scale, from `team_spread`.

    Returns
    -------
    float
        Two-sided mid-p value (fraction); with a variance the larger of it and the arcsine's.

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    As `funnel_limits`.

    Examples
    --------
    >>> round(team_chance(x=7, n=20, centre=0.6), 3)
    0.027
    >>> round(team_chance(x=7, n=20, centre=0.6, variance=0.02), 3)
    0.16
    """
    _check_variance(variance)
    chance = mid_p_value(x=x, n=n, share=centre)
    if variance == 0:
        return chance
    z = (asin(sqrt(x / n)) - asin(sqrt(centre))) / sqrt(1 / (4 * n) + variance)
    return max(chance, 2 * NormalDist().cdf(-abs(z)))


def _check_variance(variance: float) -> None:
    if not 0 <= variance < float("inf"):
        raise ValueError(f"variance must be at least 0; got {variance}")
