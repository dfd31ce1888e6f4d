"""Allocation of a sample over strata."""

from __future__ import annotations

from heapq import heapify, heapreplace

import pandas as pd

__all__ = ["allocate_sample"]


def allocate_sample(*, populations: pd.Series, total: int, minimum: int = 2) -> pd.Series:
    """Share a sample out over strata in proportion to their size.

    Every stratum first gets its minimum; each further case goes where it lowers the variance of
    the stratified estimate most, which is where N_h / sqrt(n_h (n_h + 1)) is largest, until the
    total is reached. For strata that vary alike this is the exact optimum among whole numbers,
    and proportional but for rounding. Ties go to the label that sorts first, so the order of
    the strata does not matter; a larger total never takes a case from a stratum.

    Parameters
    ----------
    populations : Series
        Case files on the frame (counts), one per stratum label. Empty strata get nothing.
    total : int
        Case files to draw (count, at least 1, at most the sum of `populations`). Where it is
        below the sum of the minimums, the minimums are drawn and the sample is larger.
    minimum : int
        Least number of cases of a non-empty stratum (count, at least 1); two cases are needed
        to see how a stratum varies. A smaller stratum is taken whole.

    Returns
    -------
    Series
        `sample` (counts), with the labels of `populations` in their order.

    Raises
    ------
    ValueError
        If a label is repeated or missing, a count is negative, or `total` or `minimum` is out
        of range.

    References
    ----------
    Wright, T. (2012). The equivalence of Neyman optimum allocation for sampling and equal
    proportions for apportioning the U.S. House of Representatives. The American Statistician
    66, 217-224.

    Examples
    --------
    >>> allocate_sample(populations=pd.Series({"early help": 30, "in care": 60, "leaving": 1}), total=10)
    early help    3
    in care       6
    leaving       1
    Name: sample, dtype: int64
    """
    _check_populations(populations)
    if minimum < 1:
        raise ValueError(f"minimum must be a count of at least 1; got {minimum}")
    if not 1 <= total <= populations.sum():
        raise ValueError(
            f"total must be a count from 1 to the population of {populations.sum()}; got {total}"
        )
    counts = {str(label): int(population) for label, population in populations.items()}
    sizes = {label: min(minimum, population) for label, population in counts.items()}
    waiting = [
        (_priority(counts[label], size), label) for label, size in sizes.items() if size < counts[label]
    ]
    heapify(waiting)
    for _ in range(total - sum(sizes.values())):
        label = waiting[0][1]
        sizes[label] += 1
        heapreplace(waiting, (_priority(counts[label], sizes[label]), label))
    return pd.Series(list(sizes.values()), index=populations.index, dtype="int64", name="sample")


def _priority(population: int, sample: int) -> float:
    """Rank a stratum for the next case, first where smallest: a stratum taken whole comes last."""
    return float("inf") if sample == population else -(population**2) / (sample * (sample + 1))


def _check_populations(populations: pd.Series) -> None:
    if populations.index.has_duplicates or populations.index.hasnans:
        raise ValueError("populations must have one label per stratum, none repeated or missing")
    if populations.isna().any() or (populations < 0).any():
        raise ValueError("populations must be counts of at least 0")
