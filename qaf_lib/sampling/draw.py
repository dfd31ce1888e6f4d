"""The draw: the next permanent random numbers after each stratum's start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Draw", "draw_sample"]

_STATES = np.array(["not_selected", "reserve", "selected"], dtype=object)


@dataclass(frozen=True)
class Draw:
    """A drawn sample, with all that is needed to weight it and to draw the next one.

    Attributes
    ----------
    cases : DataFrame
        Every case of the frame by stratum and order of draw: `case_id`, `stratum`, `prn`,
        `state` (selected, reserve or not_selected), `position` (1 is the first after the start,
        within the stratum), `inclusion_probability` (fraction) and `weight` (cases that a
        selected case stands for; missing for the others).
    strata : DataFrame
        One row per stratum: `stratum`, `population`, `sample` (counts), `start` and
        `next_start` (the last number taken; the start of the next draw).
    """

    cases: pd.DataFrame
    strata: pd.DataFrame


def draw_sample(*, frame: pd.DataFrame, sizes: pd.Series, starts: pd.Series, reserves: int = 0) -> Draw:
    """Draw each stratum's next cases in the order of their permanent random numbers.

    The sample of a stratum is its next n numbers strictly above the start, going on from 0
    after the largest. The order of rows does not matter (equal numbers go by case_id). Each
    next_start given as the next start, no case comes up again before its stratum is exhausted;
    the same start gives the same sample.

    Parameters
    ----------
    frame : DataFrame
        `case_id`, `stratum` and `prn` (uniform random number in [0, 1)), one row per case.
    sizes : Series
        Cases to draw (counts), one per stratum label; it names every stratum of the frame.
    starts : Series
        Number after which each stratum's draw starts, in [0, 1), one per stratum label.
    reserves : int
        Cases after the sample to keep in reserve in each stratum (count).

    Returns
    -------
    Draw
        Cases with their state and weight, and the strata with their next start.

    Raises
    ------
    ValueError
        If a case is repeated or without a stratum, a number is outside [0, 1), a stratum has no
        size or no start, or a size is negative or above the stratum's population.

    References
    ----------
    Ohlsson, E. (1995). Coordination of samples using permanent random numbers. In Cox, B. G.
    et al. (eds), Business Survey Methods, Wiley, chapter 9.

    Examples
    --------
    >>> frame = pd.DataFrame({"case_id": ["a", "b", "c", "d"], "stratum": "cin", "prn": [0.1, 0.9, 0.4, 0.7]})
    >>> draw = draw_sample(frame=frame, sizes=pd.Series({"cin": 2}), starts=pd.Series({"cin": 0.7}))
    >>> draw.cases[["case_id", "state", "weight"]].head(2).to_dict("list")
    {'case_id': ['b', 'a'], 'state': ['selected', 'selected'], 'weight': [2.0, 2.0]}
    >>> draw.strata["next_start"].tolist()
    [0.1]
    """
    labels = _check_sizes(sizes, starts, reserves)
    code, prn = _check_frame(frame, labels)
    sample = sizes.loc[labels].to_numpy(dtype=np.int64)
    start = starts.loc[labels].to_numpy(dtype=np.float64)
    population = np.bincount(code, minlength=len(labels))
    if (sample > population).any():
        raise ValueError(f"more cases to draw than the stratum has: {_named(labels, sample > population)}")
    order = _order_of_draw(frame["case_id"], prn, prn <= start[code], code)
    code, prn = code[order], prn[order]
    first = np.cumsum(population) - population
    position = np.arange(len(order)) - first[code] + 1
    state = (position <= sample[code]).astype(np.int8) + (position <= sample[code] + reserves)
    cases = frame.iloc[order][["case_id", "stratum"]].reset_index(drop=True)
    cases["prn"] = prn
    cases["state"] = pd.Series(_STATES[state], dtype="string")
    cases["position"] = position
    cases["inclusion_probability"] = sample[code] / population[code]
    cases["weight"] = np.where(state == 2, population[code] / np.maximum(sample[code], 1), np.nan)
    last = np.where(sample > 0, prn[np.maximum(first + sample - 1, 0)], start)
    strata = pd.DataFrame({"stratum": labels, "population": population, "sample": sample})
    return Draw(cases=cases, strata=strata.assign(start=start, next_start=last))


def _order_of_draw(
    case_ids: pd.Series,
    prn: npt.NDArray[np.float64],
    wrapped: npt.NDArray[np.bool_],
    code: npt.NDArray[np.intp],
) -> npt.NDArray[np.intp]:
    order = np.lexsort((prn, wrapped, code))
    tied = (np.diff(prn[order]) == 0) & (np.diff(code[order]) == 0)
    if tied.any():
        rank = pd.factorize(case_ids, sort=True)[0]
        order = np.lexsort((rank, prn, wrapped, code))
    return order


def _check_frame(
    frame: pd.DataFrame, labels: pd.Index
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    if frame["case_id"].isna().any() or frame["case_id"].duplicated().any():
        repeated = int(frame["case_id"].duplicated().sum())
        raise ValueError(
            f"every row of the frame needs its own case_id; {repeated} rows repeat one or lack it"
        )
    if frame.empty:
        raise ValueError("the frame has no cases")
    prn = frame["prn"].to_numpy(dtype=np.float64, na_value=np.nan)
    if not ((prn >= 0) & (prn < 1)).all():
        raise ValueError("every prn of the frame must be a number from 0 up to, but not including, 1")
    if frame["stratum"].isna().any():
        raise ValueError(f"{int(frame['stratum'].isna().sum())} rows of the frame have no stratum")
    code = labels.get_indexer(pd.Index(frame["stratum"]))
    if (code < 0).any():
        raise ValueError(f"sizes names no stratum for {int((code < 0).sum())} rows of the frame")
    return code, prn


def _check_sizes(sizes: pd.Series, starts: pd.Series, reserves: int) -> pd.Index:
    if sizes.index.has_duplicates or starts.index.has_duplicates:
        raise ValueError("sizes and starts must name each stratum once")
    labels = sizes.index.sort_values()
    if sizes.isna().any() or (sizes < 0).any() or reserves < 0:
        raise ValueError("sizes and reserves must be counts of at least 0")
    if not labels.isin(starts.index).all():
        raise ValueError(f"starts has no start for {_named(labels, ~labels.isin(starts.index))}")
    if not starts.between(0, 1, inclusive="left").all():
        raise ValueError("every start must be a number from 0 up to, but not including, 1")
    return labels


def _named(labels: pd.Index, wanted: npt.NDArray[np.bool_]) -> str:
    return ", ".join(str(label) for label in labels[wanted])
