"""Allocation of a sample over strata."""

from __future__ import annotations

from heapq import heapify, heapreplace

import pandas as pd

__all__ = ["allocate_sample"]


def allocate_sample(
    *,
    populations: pd.Series,
    total: int,
    minimum: int = 2,
    deviations: pd.Series | None = None,
    caps: pd.Series | None = None,
) -> pd.Series:
    """Share a sample out over strata in proportion to their size, or to how much they vary as well.

    Every stratum first gets its minimum; each further case goes where it lowers the variance of
    the stratified estimate most, which is where N_h S_h / sqrt(n_h (n_h + 1)) is largest, until the
    total is reached: the exact optimum among whole numbers. Without `deviations` the strata are
    taken to vary alike, and the allocation is proportional but for rounding; with them it is
    Neyman's, and a stratum that does not vary gets more than its minimum only when the others
    are full, in proportion to its size. Ties go to the label that sorts first, so the order of
    the strata does not matter; a larger total never takes a case from a stratum.

    Parameters
    ----------
    populations : Series
        Case files on the frame (counts), one per stratum label. Empty strata get nothing.
    total : int
        Case files to draw (count, at least 1, at most what populations and caps leave). Where it is
        below the sum of the minimums, the minimums are drawn and the sample is larger.
    minimum : int
        Least number of cases of a non-empty stratum (count, at least 1); two cases are needed
        to see how a stratum varies. A smaller stratum is taken whole.
    deviations : Series, optional
        Standard deviation of a case in each stratum (at least 0), for a share sqrt(p (1 - p)); one
        for every label of `populations`.
    caps : Series, optional
        Most cases of a stratum (counts), for some or all labels of `populations`; a cap below the
        minimum wins over it.

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
    Neyman, J. (1934). On the two different aspects of the representative method. JRSS 97, 558-625.

    Examples
    --------
    >>> allocate_sample(populations=pd.Series({"early help": 30, "in care": 60, "leaving": 1}), total=10)
    early help    3
    in care       6
    leaving       1
    Name: sample, dtype: int64
    >>> two = pd.Series({"a": 50, "b": 50})
    >>> allocate_sample(populations=two, total=12, deviations=pd.Series({"a": 0.5, "b": 0.25})).tolist()
    [8, 4]
    """
    _check_populations(populations)
    if minimum < 1:
        raise ValueError(f"minimum must be a count of at least 1; got {minimum}")
    counts = {str(label): int(population) for label, population in populations.items()}
    most = counts | _capped(counts, caps)
    spread = _spreads(counts, deviations)
    if not 1 <= total <= sum(most.values()):
        what = "the population" if caps is None else "the caps"
        raise ValueError(f"total must be a count from 1 to {what} of {sum(most.values())}; got {total}")
    sizes = {label: min(minimum, room) for label, room in most.items()}
    waiting = [
        (*_priority(spread[label], counts[label], sizes[label], room), label)
        for label, room in most.items()
        if sizes[label] < room
    ]
    heapify(waiting)
    for _ in range(total - sum(sizes.values())):
        label = waiting[0][-1]
        sizes[label] += 1
        ranked = _priority(spread[label], counts[label], sizes[label], most[label])
        heapreplace(waiting, (*ranked, label))
    return pd.Series(list(sizes.values()), index=populations.index, dtype="int64", name="sample")


def _priority(spread: float, population: int, sample: int, room: int) -> tuple[float, float]:
    """Rank a stratum for the next case, first where smallest: a full one last, by size where none varies."""
    if sample == room:
        return float("inf"), 0.0
    held = sample * (sample + 1)
    return -(spread**2) / held, 0.0 if spread else -(population**2) / held


def _spreads(counts: dict[str, int], deviations: pd.Series | None) -> dict[str, float]:
    """N_h S_h of each stratum, with S_h the same for all where it is not given."""
    if deviations is None:
        return {label: float(population) for label, population in counts.items()}
    given = {str(label): float(value) for label, value in deviations.items()}
    if deviations.index.has_duplicates or set(counts) - set(given):
        raise ValueError("deviations must have one number for every stratum of populations")
    if not all(0 <= value < float("inf") for value in given.values()):
        raise ValueError("deviations must be numbers of at least 0")
    return {label: population * given[label] for label, population in counts.items()}


def _capped(counts: dict[str, int], caps: pd.Series | None) -> dict[str, int]:
    if caps is None:
        return {}
    if caps.index.has_duplicates or caps.isna().any() or (caps < 0).any():
        raise ValueError("caps must be counts of at least 0, one per stratum label")
    given = {str(label): int(cap) for label, cap in caps.items()}
    if set(given) - set(counts):
        raise ValueError(f"caps names strata that populations lacks: {sorted(set(given) - set(counts))}")
    return {label: min(cap, counts[label]) for label, cap in given.items()}


def _check_populations(populations: pd.Series) -> None:
    if populations.index.has_duplicates or populations.index.hasnans:
        raise ValueError("populations must have one label per stratum, none repeated or missing")
    if populations.index.map(str).has_duplicates:
        raise ValueError("populations must have labels that differ as text")
    if populations.isna().any() or (populations < 0).any() or (populations.astype("float64") % 1 != 0).any():
        raise ValueError("populations must be whole counts of at least 0")
