"""The draw: how many cases of each stratum, and which, by the cases' permanent random numbers.

Every case of a frame has a `case_id`, a `stratum` and its `prn`, a uniform random number in [0, 1) that
belongs to it for good. A case's `state` is selected, reserve or not_selected; `position` is its place in the
stratum's order of draw, from 1; `weight` is how many cases a selected one stands for, missing for others. The
order of a frame's rows never matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heapreplace

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.sampling.checks import check_columns, check_counts, check_sample, check_series

ALL_CASES_COMPARED_UP_TO = 20_000
"""Rows of a frame up to which every case_id is compared with every other; above, where numbers are equal."""

_ROWS_AT_ONCE = 2**16  # few enough to stay in the processor's cache
_STATES = ["not_selected", "reserve", "selected"]

_Floats = npt.NDArray[np.float64]
_Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Draw:
    """A drawn sample, with all that is needed to weight it and to draw the next one.

    `cases`: the selected and their reserves by stratum and order of draw, with `case_id`, `stratum`, `prn`,
    `state`, `position`, `inclusion_probability` and `weight`. `strata`: a row for each `stratum` with its
    `population` and `sample` (counts), `start`, and `next_start` (the last number taken).
    """

    cases: pd.DataFrame
    strata: pd.DataFrame


def allocate_sample(*, populations: pd.Series, total: int, minimum: int = 2) -> pd.Series:
    """Share a sample out over strata in proportion to their `populations` (counts, by stratum).

    Every stratum first gets its minimum (two cases are needed to see how a stratum varies; a smaller one is
    taken whole), also where `total` is below the sum of the minimums. Each further case goes where it lowers
    the variance of the stratified estimate most if all strata vary alike, which is where
    N_h / sqrt(n_h (n_h + 1)) is largest: the exact optimum among whole numbers. Ties go to the label that
    sorts first; a larger total never takes a case from a stratum.

    References
    ----------
    Wright, T. (2012). The equivalence of Neyman optimum allocation for sampling and equal proportions for
    apportioning the U.S. House of Representatives. The American Statistician 66, 217-224.

    Examples
    --------
    >>> allocate_sample(populations=pd.Series({"early help": 30, "in care": 60, "leaving": 1}), total=10)
    early help    3
    in care       6
    leaving       1
    Name: sample, dtype: int64
    """
    _check_populations(populations)
    check_counts(minimum=minimum)
    counts = {str(label): int(population) for label, population in populations.items()}
    check_sample(population=sum(counts.values()), total=total)
    sizes = {label: min(minimum, population) for label, population in counts.items()}
    waiting = [
        (_priority(counts[label], size), label) for label, size in sizes.items() if size < counts[label]
    ]
    heapify(waiting)
    for _ in range(total - sum(sizes.values())):
        label = waiting[0][-1]
        sizes[label] += 1
        heapreplace(waiting, (_priority(counts[label], sizes[label]), label))
    return pd.Series(list(sizes.values()), index=populations.index, dtype="int64", name="sample")


def draw_sample(
    *,
    frame: pd.DataFrame,
    sizes: pd.Series,
    starts: pd.Series,
    reserves: int = 0,
) -> Draw:
    """Draw each stratum's next cases in the order of their permanent random numbers.

    The sample of a stratum is its next n numbers strictly above the start, going on from 0
    after the largest (equal numbers go by case_id). Each next_start given as the next start, no case comes
    up again before its stratum is exhausted; the same start gives the same sample. `sizes` (counts) and
    `starts` (numbers in [0, 1)) have every stratum of the frame as label; `reserves` are cases after the
    sample to keep in each stratum.

    Above 20,000 rows a repeated case is looked for among those drawn and where a number comes twice: that
    finds every one as long as numbers are permanent, and comparing all would take four times as long as the
    rest.

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
    """Every case of the frame that a draw was made from, as in `Draw.cases`, those not selected too.

    It refuses a frame that `draw_sample` cannot have made the draw from.

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


def draw_systematic(
    *, frame: pd.DataFrame, size: int, start: float, order_by: Sequence[str] = ()
) -> pd.DataFrame:
    """Draw every k-th case of the frame in the order of some columns, from a random place.

    Among equals, and without `order_by` altogether, the list goes by the permanent random numbers. The step
    k = N / n need not be whole: the case drawn at turn i is the one that holds the place k (i + start), with
    `start` a uniform random number in [0, 1), so that exactly n are drawn and every case has the same chance.
    An ordered list spreads the sample over the values of `order_by` like strata; its sampling error is not
    measured by the sample itself, and intervals that take it for a simple random sample are then too wide
    rather than too narrow, unless the list has a rhythm.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, sections 8.1 and 8.2.
    Madow, W. G. (1949). On the theory of systematic sampling, II. Annals of Mathematical Statistics
    20, 333-354 (steps that are not whole).

    Examples
    --------
    >>> numbers = [0.1, 0.2, 0.3, 0.4, 0.5]
    >>> frame = pd.DataFrame({"case_id": list("abcde"), "team": list("xyxyx"), "prn": numbers})
    >>> drawn = draw_systematic(frame=frame, size=2, start=0.5, order_by=["team"])
    >>> drawn.loc[drawn["state"] == "selected", ["case_id", "weight"]].to_numpy().tolist()
    [['c', 2.5], ['b', 2.5]]
    """
    _check_list(frame, size, start, order_by)
    listed = frame.sort_values([*order_by, "prn", "case_id"], na_position="last", ignore_index=True)
    population = len(listed)
    place = Fraction(start)
    taken = np.array([int(Fraction(population, size) * (turn + place)) for turn in range(size)])
    selected = np.zeros(population, dtype=bool)
    selected[taken] = True
    state = pd.Series(np.where(selected, "selected", "not_selected"), dtype="string")
    return listed.assign(
        position=np.arange(1, population + 1),
        state=state,
        inclusion_probability=size / population,
        weight=np.where(selected, population / size, np.nan),
    )


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
    check_columns(("case_id", "stratum", "prn"), frame=frame)
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
    check_series(sizes=sizes, starts=starts)
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


def _priority(population: int, sample: int) -> float:
    """Rank a stratum for the next case, first where smallest; a full one last."""
    return float("inf") if sample == population else -(float(population) ** 2) / (sample * (sample + 1))


def _check_populations(populations: pd.Series) -> None:
    check_series(populations=populations)
    if populations.index.has_duplicates or populations.index.hasnans:
        raise ValueError("populations must have one label per stratum, none repeated or missing")
    if populations.index.map(str).has_duplicates:
        raise ValueError("populations must have labels that differ as text")
    if populations.isna().any() or (populations < 0).any() or (populations.astype("float64") % 1 != 0).any():
        raise ValueError("populations must be whole counts of at least 0")


def _check_list(frame: pd.DataFrame, size: int, start: float, order_by: Sequence[str]) -> None:
    check_columns(("case_id", "prn", *order_by), frame=frame)
    if frame["case_id"].isna().any() or frame["case_id"].duplicated().any():
        raise ValueError("every row of the frame needs its own case_id")
    check_sample(population=len(frame), size=size)
    if not 0 <= start < 1:
        raise ValueError(f"start must be a number from 0 up to, but not including, 1; got {start}")
    if not frame["prn"].between(0, 1, inclusive="left").all():
        raise ValueError("every prn of the frame must be a number from 0 up to, but not including, 1")
