"""Whether a share meets a target, judged by its interval."""

from __future__ import annotations

from typing import Literal

__all__ = ["TargetVerdict", "target_verdict"]

TargetVerdict = Literal["met", "within", "beyond", "missed", "too few"]


def target_verdict(
    *,
    estimate: float | None,
    low: float | None,
    high: float | None,
    at_most: float | None = None,
    at_least: float | None = None,
) -> TargetVerdict:
    """How a share stands to a target.

    Parameters
    ----------
    estimate, low, high : float or None
        The share and its interval (fractions); None where there is none.
    at_most, at_least : float or None
        The target (fraction); exactly one is given.

    Returns
    -------
    str
        "met" or "missed" where the whole interval lies on that side of the target (a bound on the target
        meets it); "within" or "beyond" where the share alone does, so that chance may explain it; "too few"
        where there is no interval.

    Raises
    ------
    ValueError
        If not exactly one of `at_most` and `at_least` is given.

    Examples
    --------
    >>> target_verdict(estimate=0.22, low=0.14, high=0.33, at_most=0.10)
    'missed'
    >>> target_verdict(estimate=0.12, low=0.06, high=0.22, at_most=0.10)
    'beyond'
    """
    if (at_most is None) == (at_least is None):
        raise ValueError("give exactly one of at_most and at_least")
    if estimate is None or low is None or high is None:
        return "too few"
    if at_most is None:
        estimate, low, high, bound = -estimate, -high, -low, -float(at_least or 0)
    else:
        bound = at_most
    if high <= bound:
        return "met"
    if low > bound:
        return "missed"
    return "within" if estimate <= bound else "beyond"
