"""Draws with probability proportional to size, on permanent random numbers."""

from __future__ import annotations

from math import fsum

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.sampling.draw import Draw

__all__ = ["draw_by_size", "size_probabilities"]

_Floats = npt.NDArray[np.float64]


def size_probabilities(*, measures: pd.Series, size: int) -> pd.Series:
    """Inclusion probabilities proportional to size, with the units that are certain.

    A unit so large that its probability would pass 1 is taken for certain; the rest of the sample is
    shared among the others, again and again until none passes 1.

    Parameters
    ----------
    measures : Series
        Size of each unit (numbers of at least 0), for example open cases of a worker.
    size : int
        Units to draw (count, 1 to the number of units with a size above 0).

    Returns
    -------
    Series
        `inclusion_probability` (fractions that sum to `size`), with the labels of `measures`; 0 for
        units without size, which can never be drawn.

    Raises
    ------
    ValueError
        If a measure is negative, missing or endless, or `size` is out of range.

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling, Springer,
    section 3.6.1.

    Examples
    --------
    >>> size_probabilities(measures=pd.Series({"a": 1, "b": 2, "c": 3, "d": 10}), size=2).round(3).tolist()
    [0.167, 0.333, 0.5, 1.0]
    """
    values = measures.to_numpy(dtype=np.float64, na_value=np.nan)
    if not ((values >= 0) & (values < np.inf)).all():
        raise ValueError("measures must be numbers of at least 0")
    units = int((values > 0).sum())
    if not 1 <= size <= units or size % 1:
        raise ValueError(f"size must be a count from 1 to the {units} units with a size above 0; got {size}")
    return pd.Series(_probabilities(values, size), index=measures.index, name="inclusion_probability")


def draw_by_size(
    *, frame: pd.DataFrame, sizes: pd.Series, starts: pd.Series, measure: str = "measure"
) -> Draw:
    """Draw with probability proportional to size in each stratum, by Pareto order sampling.

    Units are ranked by U (1 - p) / (p (1 - U)), with U the permanent random number counted from the
    start and p the inclusion probability; the smallest are drawn, after the units that are certain.
    The sample has a fixed size, the chances are p but for a small error that falls with it, and the
    same start draws much the same units again. The next start lies further by the mean chance of the
    units that were not certain, which keeps U uniform: overlap is made rarer, but large units return.

    Parameters
    ----------
    frame : DataFrame
        `case_id`, `stratum`, `prn` (uniform random number in [0, 1)) and the column `measure`
        (size, at least 0), one row per unit.
    sizes : Series
        Units to draw (counts of at least 1), one per stratum label; it names every stratum of the frame.
    starts : Series
        Number from which the permanent numbers are counted, in [0, 1), one per stratum label.
    measure : str
        The column that holds the size.

    Returns
    -------
    Draw
        The drawn units by stratum and rank, with their inclusion probability and weight (1 / p); no
        reserves.
        Units without size are in the population and cannot be drawn: the sample does not speak of them.

    Raises
    ------
    ValueError
        If a unit is repeated or without a stratum, a number or size is out of range, or a stratum has
        no size or start.

    References
    ----------
    Rosén, B. (1997). On sampling with probability proportional to size. Journal of Statistical
    Planning and Inference 62, 159-191.
    Ohlsson, E. (1995). Coordination of samples using permanent random numbers. In Cox, B. G. et al.
    (eds), Business Survey Methods, Wiley, chapter 9.

    Examples
    --------
    >>> numbers = {"prn": [0.9, 0.1, 0.8, 0.7], "measure": [1, 2, 3, 10]}
    >>> frame = pd.DataFrame({"case_id": list("abcd"), "stratum": "east", **numbers})
    >>> draw = draw_by_size(frame=frame, sizes=pd.Series({"east": 2}), starts=pd.Series({"east": 0.0}))
    >>> draw.cases[["case_id", "weight"]].to_numpy().tolist()
    [['d', 1.0], ['b', 3.0]]
    """
    _check(frame, sizes, starts, measure)
    cases, strata = [], []
    for label in sorted(sizes.index):
        units = frame[frame["stratum"] == label]
        start = float(starts.loc[label])
        if units.empty:
            raise ValueError(f"sizes names a stratum that the frame lacks: {label}")
        chances = size_probabilities(measures=units[measure], size=int(sizes.loc[label])).to_numpy()
        chance_left = chances[chances < 1]
        step = fsum(chance_left) / len(chance_left) if len(chance_left) else 0.0
        cases.append(_drawn(units, chances, start, int(sizes.loc[label])))
        strata.append((label, len(units), int(sizes.loc[label]), start, (start + step) % 1))
    columns = ["stratum", "population", "sample", "start", "next_start"]
    return Draw(cases=pd.concat(cases, ignore_index=True), strata=pd.DataFrame(strata, columns=columns))


def _drawn(units: pd.DataFrame, chances: _Floats, start: float, size: int) -> pd.DataFrame:
    number = (units["prn"].to_numpy(dtype=np.float64) - start) % 1
    number = np.clip(number, 0, 1 - 2**-53)
    rank = np.full(len(units), np.inf)
    inside = (chances > 0) & (chances < 1)
    rank[inside] = number[inside] * (1 - chances[inside]) / (chances[inside] * (1 - number[inside]))
    rank[chances >= 1] = -1.0
    taken = np.lexsort((pd.factorize(units["case_id"], sort=True)[0], rank))[:size]
    drawn = units.iloc[taken][["case_id", "stratum", "prn"]].reset_index(drop=True)
    return drawn.assign(
        state=pd.Series("selected", index=drawn.index, dtype="string"),
        position=np.arange(1, size + 1),
        inclusion_probability=chances[taken],
        weight=1 / chances[taken],
    )


def _probabilities(measures: _Floats, size: int) -> _Floats:
    certain = np.zeros(len(measures), dtype=bool)
    while True:
        rest = fsum(measures[~certain])  # exact, so that the order of rows does not matter
        chances = np.where(certain, 1.0, (size - certain.sum()) * measures / rest if rest > 0 else 0.0)
        passed = ~certain & (chances >= 1)
        if not passed.any():
            return chances
        certain |= passed


def _check(frame: pd.DataFrame, sizes: pd.Series, starts: pd.Series, measure: str) -> None:
    lacking = [column for column in ("case_id", "stratum", "prn", measure) if column not in frame]
    if lacking:
        raise ValueError(f"the frame lacks the columns {lacking}")
    if frame["case_id"].isna().any() or frame["case_id"].duplicated().any():
        raise ValueError("every row of the frame needs its own case_id")
    if frame["stratum"].isna().any() or not frame["stratum"].isin(sizes.index).all():
        raise ValueError("every row of the frame needs a stratum that sizes names")
    if not frame["prn"].between(0, 1, inclusive="left").all():
        raise ValueError("every prn of the frame must be a number from 0 up to, but not including, 1")
    if sizes.index.has_duplicates or starts.index.has_duplicates or not sizes.index.isin(starts.index).all():
        raise ValueError("sizes and starts must name each stratum once")
    if not starts.between(0, 1, inclusive="left").all():
        raise ValueError("every start must be a number from 0 up to, but not including, 1")
