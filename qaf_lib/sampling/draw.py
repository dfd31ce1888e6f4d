"""The draw: the next permanent random numbers after each stratum's start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["ALL_CASES_COMPARED_UP_TO", "Draw", "draw_sample", "every_case"]

ALL_CASES_COMPARED_UP_TO = 20_000
"""Rows of a frame up to which every case_id is compared with every other; above, where numbers are equal."""

_ROWS_AT_ONCE = 2**16  # few enough to stay in the processor's cache
_STATES = ["not_selected", "reserve", "selected"]

_Floats = npt.NDArray[np.float64]
_Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Draw:
    """A drawn sample, with all that is needed to weight it and to draw the next one.

    Attributes
    ----------
    cases : DataFrame
        The selected cases and their reserves by stratum and order of draw: `case_id`, `stratum`,
        `prn`, `state` (selected or reserve), `position` (1 is the first after the start, within the
        stratum), `inclusion_probability` (fraction) and `weight` (cases that a selected case stands
        for; missing for a reserve). `every_case` gives those not selected too.
    strata : DataFrame
        One row per stratum: `stratum`, `population`, `sample` (counts), `start` and
        `next_start` (the last number taken; the start of the next draw).
    """

    cases: pd.DataFrame
    strata: pd.DataFrame


def draw_sample(
    *,
    frame: pd.DataFrame,
    sizes: pd.Series,
    starts: pd.Series,
    reserves: int = 0,
) -> Draw:
    """Draw each stratum's next cases in the order of their permanent random numbers.

    The sample of a stratum is its next n numbers strictly above the start, going on from 0
    after the largest. The order of rows does not matter (equal numbers go by case_id). Each
    next_start given as the next start, no case comes up again before its stratum is exhausted;
    the same start gives the same sample.

    Parameters
    ----------
    frame : DataFrame
        `case_id`, `stratum` and `prn` (uniform random number in [0, 1) that belongs to the case for
        good), one row per case.
    sizes : Series
        Cases to draw (counts), one per stratum label; it names every stratum of the frame.
    starts : Series
        Number after which each stratum's draw starts, in [0, 1), one per stratum label.
    reserves : int
        Cases after the sample to keep in reserve in each stratum (count).

    Returns
    -------
    Draw
        The drawn cases with their weight, their reserves, and the strata with their next start.

    Raises
    ------
    ValueError
        If a case is repeated or without a stratum, a number is outside [0, 1), a stratum has no
        size or no start, or a size is negative or above the stratum's population.

    Notes
    -----
    The time is that of telling the strata apart and of one sort of the numbers; only the cases near
    the start are put in order. Comparing every case_id would take four times as long as all the rest:
    above 20,000 rows a repeated case is looked for among those drawn and where a number comes twice, which
    finds every one as long as numbers are permanent (the same case brings the same number).

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
    kept = np.minimum(sample + reserves, population)
    rows = _nearest(prn, start, code, kept, population)
    rows = rows[_order_of_draw(frame["case_id"].iloc[rows], prn[rows], start, code[rows])]
    rows = rows[_positions(code[rows], len(labels)) <= kept[code[rows]]]
    if frame["case_id"].iloc[rows].duplicated().any():
        raise ValueError("every row of the frame needs its own case_id; a drawn one is repeated")
    first = np.cumsum(kept) - kept
    last = np.where(sample > 0, prn[rows][np.maximum(first + sample - 1, 0)] if len(rows) else start, start)
    strata = pd.DataFrame({"stratum": labels, "population": population, "sample": sample})
    return Draw(
        cases=_cases(frame, prn[rows], code[rows], rows, strata, kept),
        strata=strata.assign(start=start, next_start=last),
    )


def every_case(*, frame: pd.DataFrame, draw: Draw) -> pd.DataFrame:
    """Every case of the frame in the order of draw, with what the draw made of it.

    Parameters
    ----------
    frame : DataFrame
        The frame that the draw was made from, in any order of rows.
    draw : Draw
        The answer of `draw_sample`.

    Returns
    -------
    DataFrame
        The columns of `Draw.cases` for every case of the frame; `state` is selected, reserve or
        not_selected.

    Raises
    ------
    ValueError
        If the draw was not made by `draw_sample` from this frame.

    References
    ----------
    Ohlsson, E. (1995). Coordination of samples using permanent random numbers. In Cox, B. G.
    et al. (eds), Business Survey Methods, Wiley, chapter 9.

    Examples
    --------
    >>> frame = pd.DataFrame({"case_id": ["a", "b", "c"], "stratum": "cin", "prn": [0.1, 0.9, 0.4]})
    >>> draw = draw_sample(frame=frame, sizes=pd.Series({"cin": 1}), starts=pd.Series({"cin": 0.7}))
    >>> every_case(frame=frame, draw=draw)[["case_id", "state"]].to_numpy().tolist()
    [['b', 'selected'], ['a', 'not_selected'], ['c', 'not_selected']]
    """
    labels = pd.Index(draw.strata["stratum"])
    code, prn = _check_frame(frame, labels)
    kept = draw.cases["stratum"].value_counts().reindex(labels, fill_value=0).to_numpy(dtype=np.int64)
    rows = _order_of_draw(frame["case_id"], prn, draw.strata["start"].to_numpy(dtype=np.float64), code)
    cases = _cases(frame, prn[rows], code[rows], rows, draw.strata, kept)
    drawn = cases.loc[cases["state"] != "not_selected", "case_id"].tolist()
    same_size = np.bincount(code, minlength=len(labels)) == draw.strata["population"].to_numpy()
    if not same_size.all() or drawn != draw.cases["case_id"].tolist():
        raise ValueError("the draw was not made from this frame by draw_sample")
    return cases


def _cases(
    frame: pd.DataFrame, prn: _Floats, code: _Codes, rows: _Codes, strata: pd.DataFrame, kept: _Codes
) -> pd.DataFrame:
    """The rows, which stand in order of draw, with their state, place, chance and weight."""
    sample, population = strata["sample"].to_numpy(), strata["population"].to_numpy()
    position = _positions(code, len(strata))
    state = (position <= sample[code]).astype(np.int8) + (position <= kept[code])
    return pd.DataFrame(
        {
            "case_id": frame["case_id"].take(rows).reset_index(drop=True),
            "stratum": frame["stratum"].take(rows).reset_index(drop=True),
            "prn": prn,
            "state": pd.array(_STATES, dtype="string").take(state),
            "position": position,
            "inclusion_probability": sample[code] / population[code],
            "weight": np.where(state == 2, population[code] / np.maximum(sample[code], 1), np.nan),
        }
    )


def _positions(code: _Codes, strata: int) -> _Codes:
    """Place of each row within its stratum, from 1, when the rows stand by stratum."""
    counts = np.bincount(code, minlength=strata)
    places: _Codes = np.arange(1, len(code) + 1) - (np.cumsum(counts) - counts)[code]
    return places


def _nearest(prn: _Floats, start: _Floats, code: _Codes, wanted: _Codes, population: _Codes) -> _Codes:
    """Rows among which are the wanted ones: those not far after the start, in row order.

    Uniform numbers put the wanted number of a stratum's N within about wanted / N of its start; a
    stratum that proves short of it gives all its rows.
    """
    reach = (wanted + 4 * np.sqrt(wanted) + 8) / np.maximum(population, 1)
    while True:
        pieces = [_within(prn, start, code, reach, at) for at in range(0, len(prn), _ROWS_AT_ONCE)]
        rows = np.concatenate(pieces)
        short = np.bincount(code[rows], minlength=len(wanted)) < wanted
        if not short.any():
            return rows
        reach[short] = 2.0


def _within(prn: _Floats, start: _Floats, code: _Codes, reach: _Floats, at: int) -> _Codes:
    """The rows of a piece of the frame that lie within reach after their stratum's start."""
    piece = code[at : at + _ROWS_AT_ONCE]
    distance = prn[at : at + _ROWS_AT_ONCE] - start.take(piece)
    distance += distance <= 0
    return at + np.flatnonzero(distance <= reach.take(piece))


def _order_of_draw(case_ids: pd.Series, prn: _Floats, start: _Floats, code: _Codes) -> _Codes:
    """Rows by stratum, then the numbers above the start, then those up to it; ties by case_id."""
    turn = 2 * code + (prn <= start.take(code))
    if 2 * len(start) < 2**15:
        turn = turn.astype(np.int16)  # small integers are sorted by radix, in linear time
    order = np.argsort(prn)
    order = order[np.argsort(turn[order], kind="stable")]
    if ((np.diff(prn[order]) == 0) & (np.diff(code[order]) == 0)).any():
        order = np.lexsort((pd.factorize(case_ids, sort=True)[0], prn, turn))
    return order


def _check_frame(frame: pd.DataFrame, labels: pd.Index) -> tuple[_Codes, _Floats]:
    if frame.empty:
        raise ValueError("the frame has no cases")
    prn = frame["prn"].to_numpy(dtype=np.float64, na_value=np.nan)
    if not (prn.min() >= 0 and prn.max() < 1):
        raise ValueError("every prn of the frame must be a number from 0 up to, but not including, 1")
    case_ids = frame["case_id"]
    if case_ids.isna().any() or _repeats(case_ids, prn):
        repeated = int(case_ids.duplicated().sum())
        raise ValueError(
            f"every row of the frame needs its own case_id; {repeated} rows repeat one or lack it"
        )
    found, uniques = pd.factorize(frame["stratum"])
    if found.min() < 0:
        raise ValueError(f"{int((found < 0).sum())} rows of the frame have no stratum")
    place = labels.get_indexer(pd.Index(uniques))
    if (place < 0).any():
        raise ValueError(f"sizes names no stratum for {int((place[found] < 0).sum())} rows of the frame")
    return place.astype(np.intp).take(found, out=found, mode="clip"), prn


def _repeats(case_ids: pd.Series, prn: _Floats) -> bool:
    if len(prn) > ALL_CASES_COMPARED_UP_TO:
        ordered = np.sort(prn)
        if not (ordered[1:] == ordered[:-1]).any():
            return False
        case_ids = case_ids[pd.Series(prn).duplicated(keep=False).to_numpy()]
    return bool(case_ids.duplicated().any())


def _check_sizes(sizes: pd.Series, starts: pd.Series, reserves: int) -> pd.Index:
    if sizes.index.has_duplicates or starts.index.has_duplicates:
        raise ValueError("sizes and starts must name each stratum once")
    labels = sizes.index.sort_values()
    broken = sizes.isna().any() or (sizes < 0).any() or (sizes.astype("float64") % 1 != 0).any()
    if broken or reserves < 0 or reserves % 1:
        raise ValueError("sizes and reserves must be whole counts of at least 0")
    if not labels.isin(starts.index).all():
        raise ValueError(f"starts has no start for {_named(labels, ~labels.isin(starts.index))}")
    if not starts.between(0, 1, inclusive="left").all():
        raise ValueError("every start must be a number from 0 up to, but not including, 1")
    return labels


def _named(labels: pd.Index, wanted: npt.NDArray[np.bool_]) -> str:
    return ", ".join(str(label) for label in labels[wanted])
