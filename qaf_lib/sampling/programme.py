"""What the months of an audit programme add up to, and what looking every month costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, pi, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.sampling.attribute import highest_share
from qaf_lib.sampling.precision import reported_margin
from qaf_lib.sampling.reaudit_plan import independent_reaudit

__all__ = ["ProgrammePlan", "confidence_per_look", "false_signal_chance", "programme_plan"]

_Floats = npt.NDArray[np.float64]
_NODES = 96


@dataclass(frozen=True)
class ProgrammePlan:
    """What a monthly programme can say after some months.

    Attributes
    ----------
    table : DataFrame
        One row per number of `months`: `cases` (count), `margin` for our practice and
        `margin_these_cases` for the open cases (half-widths, fractions; nothing once all are audited),
        `unseen_share` (most that could show a fault of which none was found, fraction),
        `smallest_improvement` (rise that as many months later on would show, fraction, missing where
        none), `false_signal` (probability that a comparison at 5% once a month shows something that
        is not there, fraction).
    population, a_month : int
        Open cases, and cases audited every month (counts).
    """

    table: pd.DataFrame
    population: int
    a_month: int

    @property
    def sentence(self) -> str:
        """The last row in plain words."""
        last = self.table.iloc[-1]
        months, cases = int(last["months"]), int(last["cases"])
        points = ceil(round(float(last["margin"]) * 100, 6))
        rise = last["smallest_improvement"]
        seen = (
            "no improvement"
            if pd.isna(rise)
            else f"an improvement of {ceil(round(float(rise) * 100, 6))} percentage points or more"
        )
        after = "month" if months == 1 else "months"
        if cases == self.population:
            return (
                f"After {months} {after} of {self.a_month:,} audits, all {cases:,} cases have been audited."
            )
        return (
            f"After {months} {after} of {self.a_month:,} audits, {cases:,} cases give a share to within "
            f"about {points} percentage point{'' if points == 1 else 's'}, and as many again later would "
            f"show {seen}."
        )


def programme_plan(
    *,
    population: int,
    a_month: int,
    months: Sequence[int] = (1, 3, 6, 12),
    proportion: float = 0.5,
    confidence: float = 0.95,
) -> ProgrammePlan:
    """What 1, 3, 6 and 12 months of a monthly programme add up to.

    The months are pooled: every month draws the next cases, none twice, so that after
    population / a_month months every case has been audited.

    Parameters
    ----------
    population : int
        Case files on the sampling frame (count, at least 1), taken to stay as many.
    a_month : int
        Case files audited every month (count, at least 1).
    months : sequence of int
        Numbers of months, rising (counts, at least 1).
    proportion : float
        Expected share meeting the standard (fraction).
    confidence : float
        Two-sided confidence level; one-sided for the unseen share (fraction).

    Returns
    -------
    ProgrammePlan
        One row per number of months, and a sentence.

    Raises
    ------
    ValueError
        If a count or fraction is out of range, or the months do not rise.

    References
    ----------
    As `reported_margin`, `highest_share`, `independent_reaudit` and `false_signal_chance`.

    Examples
    --------
    >>> plan = programme_plan(population=1000, a_month=10)
    >>> plan.table[["months", "cases", "margin"]].round(2).to_numpy().tolist()
    [[1.0, 10.0, 0.3], [3.0, 30.0, 0.17], [6.0, 60.0, 0.12], [12.0, 120.0, 0.09]]
    """
    if not population >= 1 or population % 1:
        raise ValueError(f"population must be a count of at least 1; got {population}")
    if not 0 < proportion < 1:
        raise ValueError(f"proportion must be a fraction between 0 and 1; got {proportion}")
    if not a_month >= 1 or a_month % 1:
        raise ValueError(f"a_month must be a count of at least 1; got {a_month}")
    if not months or min(months) < 1 or any(after <= before for before, after in pairwise(months)):
        raise ValueError(f"months must be rising counts of at least 1; got {list(months)}")
    rows = [_row(population, a_month, each, proportion, confidence) for each in months]
    return ProgrammePlan(table=pd.DataFrame(rows), population=population, a_month=a_month)


def false_signal_chance(*, looks: int, confidence: float = 0.95) -> float:
    """Probability that at least one of several looks at growing figures shows a change that is not there.

    Looks are evenly spaced, and each tests all cases so far at the same level.

    Parameters
    ----------
    looks : int
        Number of looks (count, 1 to 120).
    confidence : float
        Two-sided confidence level of each look (fraction).

    Returns
    -------
    float
        Probability (fraction).

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Armitage, P., McPherson, C. K. and Rowe, B. C. (1969). Repeated significance tests on accumulating
    data. JRSS A 132, 235-244.

    Examples
    --------
    >>> round(false_signal_chance(looks=5), 3)
    0.142
    """
    if not 1 <= looks <= 120:
        raise ValueError(f"looks must be a count from 1 to 120; got {looks}")
    _check_confidence(confidence)
    return _crossing(looks, NormalDist().inv_cdf((1 + confidence) / 2))


def confidence_per_look(*, looks: int, confidence: float = 0.95) -> float:
    """Confidence level of each look that keeps the chance of any false signal where it should be.

    Parameters
    ----------
    looks : int
        Number of evenly spaced looks (count, 1 to 120).
    confidence : float
        Confidence level of all looks together (fraction).

    Returns
    -------
    float
        Two-sided confidence level of each look (fraction).

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Pocock, S. J. (1977). Group sequential methods in the design and analysis of clinical trials.
    Biometrika 64, 191-199.

    Examples
    --------
    >>> round(confidence_per_look(looks=5), 4)
    0.9842
    """
    if not 1 <= looks <= 120:
        raise ValueError(f"looks must be a count from 1 to 120; got {looks}")
    _check_confidence(confidence)
    low, high = 0.0, 12.0
    while high - low > 1e-5:
        middle = (low + high) / 2
        low, high = (low, middle) if _crossing(looks, middle) <= 1 - confidence else (middle, high)
    return 2 * NormalDist().cdf(high) - 1


def _row(
    population: int, a_month: int, months: int, proportion: float, confidence: float
) -> dict[str, object]:
    cases = min(population, a_month * months)
    shares = {"proportion": proportion, "confidence": confidence}
    plan = independent_reaudit(sample=cases, before=proportion, confidence=confidence)
    return {
        "months": months,
        "cases": cases,
        "margin": reported_margin(population=None, sample=cases, **shares),
        "margin_these_cases": reported_margin(population=population, sample=cases, **shares),
        "unseen_share": highest_share(found=0, sample=cases, confidence=confidence),
        "smallest_improvement": plan.smallest_improvement,
        "false_signal": false_signal_chance(looks=months, confidence=confidence),
    }


def _crossing(looks: int, bound: float) -> float:
    """Probability that a random walk leaves -bound * sqrt(k) to bound * sqrt(k) at a step k up to looks."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    here = np.array([0.0])
    mass = np.array([1.0])
    for look in range(1, looks + 1):
        edge = bound * sqrt(look)
        step = (edge * nodes)[:, None] - here[None, :]
        density: _Floats = np.exp(-(step**2) / 2) / sqrt(2 * pi)
        mass = density @ mass * weights * edge
        here = edge * nodes
    return float(1 - mass.sum())


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
