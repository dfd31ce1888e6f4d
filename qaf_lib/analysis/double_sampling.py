"""Moderated grades for all audits, from the share of them that was moderated (double sampling)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import ceil

import numpy as np
import numpy.typing as npt
import pandas as pd

from qaf_lib.analysis.intervals import Interval, share_interval
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.stratified import stratified_share
from qaf_lib.analysis.two_phase import FirstPhase, ModeratedCell, moderated_cells

__all__ = ["moderated_grades"]


def moderated_grades(
    *,
    audits: pd.DataFrame,
    grades: Sequence[str],
    band: Collection[str],
    table_id: str,
    population: int | None = None,
    strata: pd.DataFrame | None = None,
    margin: float = 0.10,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """What the grades of all audits would be had each been moderated.

    Audits of each grade count with their own moderated grades, so that the estimate is right when
    some grades are moderated more than others. Within a grade the audits moderated at random stand
    for those not moderated; audits moderated for another reason stand for themselves. Where a
    grade has audits that no random moderation speaks for, the figure is not estimable: the result
    then gives the least and the most that it could be, and how many of those audits to moderate at
    random so that the share in the band is known to within a margin.

    Audits drawn within strata count with their design weights (the stratum's cases over its graded
    audits). Where the chance of being moderated differs between audits of a grade, because moderation
    was drawn within strata too, the two weights combine.

    Parameters
    ----------
    audits : DataFrame
        One row per audit: `audit_grade`, `moderated_grade` (missing where not moderated) and `why`
        ("random" or another reason; looked at for moderated audits only). An audit without a grade
        is left out. With strata also `stratum`; `probability` of being moderated at random (fraction)
        counts where every audit of a grade that was so moderated has one.
    grades : sequence of str
        The scale, worst grade first.
    band : collection of str
        Grades that count, for example good and outstanding.
    table_id : str
        Name of the result.
    population : int or None
        Cases that the audits were drawn from (count); None to speak of the practice behind them.
    strata : DataFrame or None
        `stratum` and `population` (count), one row per stratum; None where audits were drawn alike.
        A stratum without graded audits is left out and named.
    margin : float
        Half-width of the interval to plan for (fraction).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result with a row per grade, best first, and the row "band". Measures: `audited` (share by
        the audit grades), `moderated` (the estimate, marked "x" where not estimable), then also
        `least` and `most` (if none, or all, of the audits that nothing speaks for had that grade).
        Rows of grades that need it: `random_needed` (audits to moderate, of so many, and the share).

    Raises
    ------
    ValueError
        If a grade is not on the scale, the band is empty or off it, `population` is below the number
        of audits or given beside `strata`, an audit has no stratum that `strata` names, or a fraction
        is out of range: an audit that was moderated at random had a chance of it above 0.

    References
    ----------
    Tenenbein, A. (1970). A double sampling scheme for estimating from binomial data with
    misclassifications. JASA 65, 1350-1361 (and Technometrics 14 (1972), 187-202, for more grades).
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 12.2 (variance, with a
    second phase within strata of the first).
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992). Model Assisted Survey Sampling, Springer,
    section 9.3 (weights of both phases combined).

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_grade": ["good"] * 60 + ["poor"] * 20})
    >>> audits["moderated_grade"] = ["good"] * 16 + ["poor"] * 4 + [None] * 40 + ["poor"] * 20
    >>> audits["why"] = ["random"] * 20 + [None] * 40 + ["trigger"] * 20
    >>> found = moderated_grades(audits=audits, grades=["poor", "good"], band=["good"], table_id="m")
    >>> found.loc[found["row_key"] == "band", ["measure", "estimate"]].round(3).to_numpy().tolist()
    [['audited', 0.75], ['moderated', 0.6]]
    """
    _check(audits, grades, band, population, margin, confidence)
    if strata is not None:
        _check_strata(audits, strata, population)
    graded = audits[audits["audit_grade"].notna()]
    phase = FirstPhase.of(graded, strata, population, confidence)
    cells = moderated_cells(graded=graded, grades=grades, phase=phase)
    note = _left_out(phase, strata)
    rows = []
    for name in [*reversed(grades), "band"]:
        target = np.array([grade in band if name == "band" else grade == name for grade in grades])
        hits = graded["audit_grade"].isin([g for g, hit in zip(grades, target, strict=True) if hit])
        audited = _audited(graded.assign(hit=hits), strata, phase)
        rows.append({"row_key": name, "measure": "audited", "x": int(hits.sum()), **audited.cells})
        for measure, interval in _moderated(cells, target, phase, note).items():
            rows.append({"row_key": name, "measure": measure, **interval.cells})
    speaks_of = "our_practice" if phase.population is None else "these_cases"
    names = {"table_id": table_id, "n": phase.n, "population": phase.population, "speaks_of": speaks_of}
    return results_table(
        [{**names, **row} for row in rows] + _needed(cells, grades, band, margin, phase, names)
    )


def _audited(graded: pd.DataFrame, strata: pd.DataFrame | None, phase: FirstPhase) -> Interval:
    """The share by the audit grades alone."""
    x, n = int(graded["hit"].sum()), len(graded)
    if strata is None:
        return share_interval(x=x, n=n, population=phase.population, confidence=phase.confidence)
    by_stratum = graded.groupby("stratum", observed=True)["hit"].agg(["size", "sum"])
    counts = by_stratum.reindex(strata["stratum"], fill_value=0)
    table = strata[["stratum", "population"]].assign(n=counts["size"].to_numpy(), x=counts["sum"].to_numpy())
    return stratified_share(table=table, confidence=phase.confidence)


def _left_out(phase: FirstPhase, strata: pd.DataFrame | None) -> str:
    if strata is None:
        return ""
    missing = sorted(map(str, set(strata.loc[strata["population"] > 0, "stratum"]) - set(phase.names)))
    return "; weighted by stratum" + (f"; no audit from {', '.join(missing)}, left out" if missing else "")


def _moderated(
    cells: list[ModeratedCell], target: npt.NDArray[np.bool_], phase: FirstPhase, note: str
) -> dict[str, Interval]:
    if not cells:
        return {"moderated": Interval(None, None, None, "none graded")}
    method = f"double sampling{note}"
    unseen = list(dict.fromkeys(cell.grade for cell in cells if cell.moderated == 0))
    if not unseen:
        return {"moderated": phase.interval(cells, target, 0.0, method)}
    names = ", ".join(unseen)
    why = f"not estimable: no random share of the audits graded {names} was moderated"
    return {
        "moderated": Interval(None, None, None, why),
        "least": phase.interval(cells, target, 0.0, f"{method}; if none of those graded {names}"),
        "most": phase.interval(cells, target, 1.0, f"{method}; if all of those graded {names}"),
    }


def _needed(
    cells: list[ModeratedCell],
    grades: Sequence[str],
    band: Collection[str],
    margin: float,
    phase: FirstPhase,
    names: dict[str, object],
) -> list[dict[str, object]]:
    """Audits to moderate at random of each grade that nothing speaks for, at one common share."""
    unseen = [cell for cell in cells if cell.moderated == 0]
    if not unseen:
        return []
    target = np.array([grade in band for grade in grades])
    told = [cell for cell in cells if cell.moderated]
    seen = sum(cell.share * cell.smooth(target) for cell in told)
    known = sum(cell.variance(target) for cell in told)
    middle = min(seen + sum(cell.share for cell in unseen), max(seen, 0.5))
    even = np.full(len(phase.names), middle)
    spare = (margin / phase.quantile) ** 2 - phase.variance(middle, even) - known
    worst = sum(cell.share**2 * 0.25 / cell.audits for cell in unseen)
    reached = spare > 0
    common = worst / (spare + worst) if reached else 1.0
    points = f"{margin * 100:g} points"
    words = f"random share for a margin of {points}" if reached else f"all: {points} cannot be reached"
    rows = []
    for cell in unseen:
        count = min(cell.audits, max(2, ceil(common * cell.audits - 1e-9)))
        rows.append(
            {
                **names,
                "row_key": cell.grade,
                "measure": "random_needed",
                "x": count,
                "n": cell.audits,
                **Interval(count / cell.audits, None, None, words).cells,
                "speaks_of": "these_cases",
            }
        )
    return rows


def _check(
    audits: pd.DataFrame,
    grades: Sequence[str],
    band: Collection[str],
    population: int | None,
    margin: float,
    confidence: float,
) -> None:
    if not band or not set(band) <= set(grades):
        raise ValueError(f"band must name grades of the scale {list(grades)}")
    if not 0 < margin < 1 or not 0 < confidence < 1:
        raise ValueError(
            f"margin and confidence must be fractions between 0 and 1; got {margin}, {confidence}"
        )
    both = audits[["audit_grade", "moderated_grade"]]
    strangers = int((both.notna() & ~both.isin(list(grades))).to_numpy().sum())
    if strangers:
        raise ValueError(f"{strangers} grades are not on the scale {list(grades)}")
    if "probability" in audits:
        by_chance = audits["moderated_grade"].notna() & (audits["why"] == "random").fillna(False)
        known = pd.to_numeric(audits.loc[by_chance, "probability"]).astype("Float64").dropna()
        if not known.between(0, 1, inclusive="right").all():
            raise ValueError("probability of a moderated audit must be a fraction above 0 and at most 1")
    n = int(audits["audit_grade"].notna().sum())
    if population is not None and population < n:
        raise ValueError(f"population must be at least the {n} audits; got {population}")


def _check_strata(audits: pd.DataFrame, strata: pd.DataFrame, population: int | None) -> None:
    if population is not None:
        raise ValueError("give population or strata, not both: strata hold the population")
    if strata["stratum"].isna().any() or strata["stratum"].duplicated().any():
        raise ValueError("strata must have one row per stratum")
    graded = audits[audits["audit_grade"].notna()]
    if not graded["stratum"].isin(strata["stratum"]).all():
        raise ValueError("every audit must have a stratum that strata names")
    n = graded.groupby("stratum", observed=True).size()
    if (n > strata.set_index("stratum")["population"].reindex(n.index)).any():
        raise ValueError("a stratum has more audits than its population")
