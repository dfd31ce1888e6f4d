"""Exact limits of a share in a finite population, for many counts of one sample at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import hypergeom

from qaf_lib.sampling.discovery import ROUNDED

__all__ = ["exact_limits"]

_Floats = npt.NDArray[np.float64]


def exact_limits(
    *, found: npt.NDArray[np.int64], sample: int, population: int, confidence: float = 0.95
) -> tuple[_Floats, _Floats]:
    """Two-sided limits of the share of cases, for each count that a sample may show.

    Parameters
    ----------
    found : array of int
        Cases counted in the sample (counts, 0 to `sample`).
    sample, population : int
        Case files audited, and on the sampling frame (counts).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    tuple of array
        Low and high (fractions), as `most_that_could_exist` gives them on each side.

    Raises
    ------
    ValueError
        If a count or `confidence` is out of range.

    References
    ----------
    Wright, T. (1991). Exact Confidence Bounds when Sampling from Small Finite Universes, Lecture
    Notes in Statistics 66, Springer.

    Examples
    --------
    >>> low, high = exact_limits(found=np.array([0, 5]), sample=10, population=20)
    >>> low.tolist(), high.tolist()
    ([0.0, 0.3], [0.2, 0.7])
    """
    if not 1 <= sample <= population or sample % 1:
        raise ValueError(f"sample must be a count from 1 to the population of {population}; got {sample}")
    if len(found) and not (found.min() >= 0 and found.max() <= sample):
        raise ValueError(f"found must be counts from 0 to the sample of {sample}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    most, others = (_most(each, sample, population, (1 - confidence) / 2) for each in (found, sample - found))
    return (population - others) / population, most / population


def _most(found: npt.NDArray[np.int64], sample: int, population: int, tail: float) -> npt.NDArray[np.int64]:
    """Most cases that each count leaves room for, by bisection of all of them at once."""
    low, high = found.copy(), population - (sample - found) + 1
    while (high - low > 1).any():
        middle = (low + high) // 2
        room = hypergeom.cdf(found, population, middle, sample) > tail * ROUNDED
        low, high = np.where(room, middle, low), np.where(room, high, middle)
    return low
