"""Selected cases that were not graded: shown, bounded, and weighted for on request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis.checks import check_room, check_strata
from qaf_lib.analysis.grades import band_share
from qaf_lib.analysis.intervals import Interval, student_quantile, wilson_limits
from qaf_lib.analysis.results import group_labels, results_table
from qaf_lib.sampling.checks import check_columns

_Numbers = npt.NDArray[np.float64]


def response_rates(*, responses: pd.DataFrame, strata: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Share of the selected cases that were graded ("response_rate"), in all and by stratum.

    Counted, not estimated, so without an interval. A stratum from which no case was selected is marked "x".

    References
    ----------
    AAPOR (2023). Standard Definitions, 10th ed. (response rate 1).

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin", "cp"], "population": [40, 20]})
    >>> responses = pd.DataFrame({"stratum": "cin", "grade": ["good", None, "poor", "good"]})
    >>> found = response_rates(responses=responses, strata=strata, table_id="returns")
    >>> found[["row_key", "x", "n", "mark"]].to_numpy().tolist()
    [['all', 3, 4, ''], ['cin', 3, 4, ''], ['cp', 0, 0, 'x']]
    """
    check_strata(strata, responses)
    check_columns(["grade"], responses=responses)
    graded = responses["grade"].notna()
    rows = [_rate_row("all", graded, int(strata["population"].sum()))]
    for stratum, population in zip(strata["stratum"], strata["population"], strict=True):
        rows.append(_rate_row(str(stratum), graded[responses["stratum"] == stratum], int(population)))
    shared = {"table_id": table_id, "measure": "response_rate", "speaks_of": "these_cases"}
    return results_table({**shared, **row} for row in rows)


def extreme_shares(
    *, responses: pd.DataFrame, strata: pd.DataFrame, band: Collection[str], measure: str, table_id: str
) -> pd.DataFrame:
    """Share in a band if none (`low`), and if all (`high`), of the cases without a grade were in it.

    However the missing cases differ, the estimate from a full return would lie between the two. They bound
    non-response only; chance comes on top. The estimate is the weighted share.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 13.2.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [40]})
    >>> responses = pd.DataFrame({"stratum": "cin", "grade": ["good"] * 6 + ["poor"] * 2 + [None] * 2})
    >>> found = extreme_shares(
    ...     responses=responses, strata=strata, band=["good"], measure="good", table_id="extremes"
    ... )
    >>> found[["estimate", "low", "high"]].to_numpy().tolist()
    [[0.75, 0.6, 0.8]]
    """
    row = _share_row(responses, strata, band, measure, table_id)
    if row["mark"] == "x":
        return results_table([row])
    missing, outside = responses["grade"].isna(), object()
    filled = {}
    for name, grade in {"low": outside, "high": next(iter(band))}.items():
        full = responses.assign(grade=responses["grade"].astype("object").where(~missing, grade))
        filled[name] = _share_row(full, strata, band, measure, table_id)["estimate"]
    words = f"if none, or all, of {int(missing.sum())} cases without a grade were counted"
    return results_table([{**row, **filled, "method": words}])


def weighted_band_share(
    *,
    responses: pd.DataFrame,
    strata: pd.DataFrame,
    band: Collection[str],
    within: str,
    table_id: str,
    measure: str = "good_or_better",
) -> pd.DataFrame:
    """Share in a band when graded cases stand for the ungraded ones of their class and stratum.

    `within` names the column of the class, for example the team. In `band_share` the graded cases of a
    stratum stand for all of it; where some teams return fewer grades than others this corrects for it, as
    far as the ungraded cases of a team are like its graded ones. A class without any graded case is taken
    with the largest of its stratum. With a full return it is the row of `band_share`.

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling, Springer, section
    15.6 (response homogeneity groups). Cochran, W. G. (1977). Sampling Techniques, 3rd ed., section 12.2.

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["cin"], "population": [200]})
    >>> responses = pd.DataFrame({"stratum": "cin", "team": ["a"] * 20 + ["b"] * 20})
    >>> responses["grade"] = ["good"] * 18 + ["poor"] * 2 + ["good"] * 4 + ["poor"] * 4 + [None] * 12
    >>> found = weighted_band_share(
    ...     responses=responses, strata=strata, band=["good"], within="team", table_id="weighted"
    ... )
    >>> found["estimate"].tolist()  # (20 * 18 / 20 + 20 * 4 / 8) / 40
    [0.7]
    """
    check_columns([within], responses=responses)
    check_strata(strata, responses)
    check_room(responses, strata)
    row = _share_row(responses, strata, band, measure, table_id)
    if row["mark"] == "x" or responses["grade"].notna().all():
        return results_table([row])
    classes, merged = _classes(responses, band, within)
    found = _weighted(classes, strata)
    silent = sorted(str(name) for name in set(strata["stratum"]) - set(classes["stratum"]))
    notes = [f"ungraded cases weighted by {within} within strata"]
    notes += [f"{merged} classes without a grade taken with the largest of their stratum"] if merged else []
    notes += [f"no return from {', '.join(silent)}, left out"] if silent else []
    found = replace(found, method="; ".join([found.method, *notes]))
    return results_table([{**row, **found.cells}])


def _classes(responses: pd.DataFrame, band: Collection[str], within: str) -> tuple[pd.DataFrame, int]:
    """Selected, graded and counted cases of each class, with empty classes taken into the largest."""
    cases = pd.DataFrame(
        {
            "stratum": responses["stratum"],
            "class": group_labels(responses[within]),
            "selected": 1,
            "graded": responses["grade"].notna().astype("int64"),
            "counted": responses["grade"].isin(band).astype("int64"),
        }
    )
    table = cases.groupby(["stratum", "class"], as_index=False, observed=True).sum()
    table = table[table.groupby("stratum", observed=True)["graded"].transform("sum") > 0].copy()
    empty = table["graded"] == 0
    for _, part in table.groupby("stratum", observed=True):
        table.loc[part["graded"].idxmax(), "selected"] += part.loc[part["graded"] == 0, "selected"].sum()
    return table[~empty], int(empty.sum())


def _weighted(classes: pd.DataFrame, strata: pd.DataFrame) -> Interval:
    population = strata.set_index("stratum")["population"].loc[classes["stratum"]].to_numpy(np.float64)
    drawn = classes.groupby("stratum", observed=True)["selected"].transform("sum").to_numpy(np.float64)
    selected, graded, counted = (
        classes[name].to_numpy(np.float64) for name in ("selected", "graded", "counted")
    )
    part = selected / drawn
    first = ~classes["stratum"].duplicated().to_numpy()
    total = population[first].sum()
    weight = population / total
    share = counted / graded
    estimate = min(1.0, float((weight * part * share).sum()))
    code, _ = pd.factorize(classes["stratum"])
    stratum_share = np.bincount(code, part * share)[code]
    spread = np.where(
        graded > 1, share * (1 - share) * graded / np.maximum(graded - 1, 1), estimate * (1 - estimate)
    )
    within = part**2 * (1 - graded / selected) / graded
    second = np.bincount(code, within * spread)[code]
    between = (stratum_share * (1 - stratum_share) + second) * drawn / np.maximum(drawn - 1, 1)
    first_phase = weight**2 * (1 - drawn / population) / drawn
    variance = (first_phase * between + weight**2 * second)[first].sum()
    plain = (weight**2 * (population - drawn) / np.maximum(population - 1, 1) / drawn)[first].sum()
    most = 1 / (plain + (weight**2 * within).sum())
    effective = min(estimate * (1 - estimate) / variance, most) if variance > 1e-12 else most
    quantile = student_quantile(max(1.0, float((graded - 1).sum())))
    low, high = wilson_limits(share=estimate, effective_n=float(effective), quantile=quantile)
    low = min(max(low, counted.sum() / total), estimate)
    high = max(min(high, 1 - (graded - counted).sum() / total), estimate)
    return Interval(estimate, float(low), float(high), "stratified Wilson, finite population")


def _share_row(
    responses: pd.DataFrame, strata: pd.DataFrame, band: Collection[str], measure: str, table_id: str
) -> dict[str, object]:
    found = band_share(responses=responses, strata=strata, band=band, measure=measure, table_id=table_id)
    return {str(name): value for name, value in found.iloc[0].to_dict().items()}


def _rate_row(name: str, graded: pd.Series, population: int) -> dict[str, object]:
    x, n = int(graded.sum()), len(graded)
    counts = {"row_key": name, "x": x, "n": n, "population": population}
    if n == 0:
        return {**counts, "method": "no case selected", "mark": "x"}
    return {**counts, "estimate": x / n, "method": "graded of selected"}
