"""What the months of an audit programme add up to, and what looking every month costs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import pi, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import beta

from qaf_lib.sampling.checks import check_counts, check_fractions
from qaf_lib.sampling.power import independent_reaudit
from qaf_lib.sampling.size import reported_margin

_CONFIDENCE = 0.95
_NODES = 96


def programme_plan(
    *, population: int, a_month: int, months: Sequence[int], proportion: float = 0.5
) -> pd.DataFrame:
    """What some numbers of months of a monthly programme add up to, at 95%.

    The months are pooled: every month draws the next cases, none twice, so that after
    population / a_month months every case has been audited. A row for each number of `months`, which rise:
    `cases` (count), `margin` for our practice and `margin_these_cases` for the open cases (half-widths,
    `reported_margin`; nothing once all are audited), `unseen_share` (most that could show a fault of which
    none was found, one-sided), `smallest_improvement` (that as many months later on would show,
    `independent_reaudit`; missing where none), `false_signal` (`false_signal_chance` with a look a month).

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits. Biometrika 26,
    404-413 (the unseen share).

    Examples
    --------
    >>> plan = programme_plan(population=1000, a_month=10, months=[1, 3, 6, 12])
    >>> plan[["months", "cases", "margin"]].round(2).to_numpy().tolist()
    [[1.0, 10.0, 0.3], [3.0, 30.0, 0.17], [6.0, 60.0, 0.12], [12.0, 120.0, 0.09]]
    """
    check_counts(population=population, a_month=a_month)
    check_fractions(proportion=proportion)
    whole = all(each >= 1 and not each % 1 for each in months)
    if not months or not whole or any(after <= before for before, after in pairwise(months)):
        raise ValueError(f"months must be rising counts of at least 1; got {list(months)}")
    return pd.DataFrame([_row(population, a_month, each, proportion) for each in months])


def false_signal_chance(looks: int) -> float:
    """Probability that at least one of several looks at growing figures shows a change that is not there.

    Looks are evenly spaced, and each tests all cases so far at 95%.

    References
    ----------
    Armitage, P., McPherson, C. K. and Rowe, B. C. (1969). Repeated significance tests on accumulating
    data. JRSS A 132, 235-244.
    """
    if not 1 <= looks <= 120 or looks % 1:
        raise ValueError(f"looks must be a count from 1 to 120; got {looks}")
    bound = NormalDist().inv_cdf((1 + _CONFIDENCE) / 2)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    here = np.array([0.0])
    mass = np.array([1.0])
    for look in range(1, looks + 1):  # a random walk that has stayed within bound * sqrt(look) so far
        edge = bound * sqrt(look)
        step = (edge * nodes)[:, None] - here[None, :]
        density: npt.NDArray[np.float64] = np.exp(-(step**2) / 2) / sqrt(2 * pi)
        mass = density @ mass * weights * edge
        here = edge * nodes
    return float(1 - mass.sum())


def _row(population: int, a_month: int, months: int, proportion: float) -> dict[str, object]:
    cases = min(population, a_month * months)
    shares = {"proportion": proportion, "confidence": _CONFIDENCE}
    return {
        "months": months,
        "cases": cases,
        "margin": reported_margin(population=None, sample=cases, **shares),
        "margin_these_cases": reported_margin(population=population, sample=cases, **shares),
        "unseen_share": float(beta.ppf(_CONFIDENCE, 1, cases)),
        "smallest_improvement": independent_reaudit(sample=cases, before=proportion).smallest_improvement,
        "false_signal": false_signal_chance(months),
    }
