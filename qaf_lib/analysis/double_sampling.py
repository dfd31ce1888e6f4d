"""Moderated grades for all audits, from the share of them that was moderated (double sampling)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import NormalDist

import numpy as np
import pandas as pd

from qaf_lib.analysis.intervals import Interval, share_interval, wilson_limits
from qaf_lib.analysis.results import results_table

__all__ = ["moderated_grades"]


def moderated_grades(
    *,
    audits: pd.DataFrame,
    grades: Sequence[str],
    band: Collection[str],
    table_id: str,
    population: int | None = None,
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

    Parameters
    ----------
    audits : DataFrame
        One row per audit: `audit_grade`, `moderated_grade` (missing where not moderated) and `why`
        ("random" or another reason; looked at for moderated audits only). An audit without a grade
        is left out.
    grades : sequence of str
        The scale, worst grade first.
    band : collection of str
        Grades that count, for example good and outstanding.
    table_id : str
        Name of the result.
    population : int or None
        Cases that the audits were drawn from (count); None to speak of the practice behind them.
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
        of audits, or a fraction is out of range.

    References
    ----------
    Tenenbein, A. (1970). A double sampling scheme for estimating from binomial data with
    misclassifications. JASA 65, 1350-1361 (and Technometrics 14 (1972), 187-202, for more grades).
    Cochran, W. G. (1977). Sampling Techniques, 3rd ed., Wiley, section 12.2 (variance, with a
    second phase within strata of the first).

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
    graded = audits[audits["audit_grade"].notna()]
    n = len(graded)
    cells = _cells(graded, grades)
    unseen = [cell for cell in cells if cell.moderated == 0]
    limits = _Limits(n=n, population=population, confidence=confidence)
    rows = []
    for name in [*reversed(grades), "band"]:
        target = np.array([grade in band if name == "band" else grade == name for grade in grades])
        x = int(graded["audit_grade"].isin([g for g, hit in zip(grades, target, strict=True) if hit]).sum())
        rows.append(
            {
                "row_key": name,
                "measure": "audited",
                "x": x,
                **share_interval(x=x, n=n, population=population, confidence=confidence).cells,
            }
        )
        for measure, interval in _moderated(cells, target, limits, unseen).items():
            rows.append({"row_key": name, "measure": measure, **interval.cells})
    speaks_of = "our_practice" if population is None else "these_cases"
    names = {"table_id": table_id, "n": n, "population": population, "speaks_of": speaks_of}
    return results_table(
        [{**names, **row} for row in rows] + _needed(cells, grades, band, margin, limits, names)
    )


@dataclass(frozen=True)
class _Cell:
    """Audits of one grade that were moderated at random or not at all, or those chosen for moderation."""

    grade: str
    audits: int
    moderated: int
    hits: np.ndarray

    def rate(self, target: np.ndarray) -> float:
        return float(self.hits[target].sum()) / self.moderated

    def smooth(self, target: np.ndarray) -> float:
        """The rate drawn a little from 0 and 1, so that a few alike do not look like certainty."""
        if self.moderated == self.audits:
            return self.rate(target)
        return (float(self.hits[target].sum()) + 0.5) / (self.moderated + 1)


@dataclass(frozen=True)
class _Limits:
    """How shares of the audits become intervals."""

    n: int
    population: int | None
    confidence: float

    @property
    def quantile(self) -> float:
        return NormalDist().inv_cdf((1 + self.confidence) / 2)

    def variance(self, share: float, second_phase: float) -> float:
        left = 1.0 if self.population is None else 1 - self.n / self.population
        return share * (1 - share) / self.n * left + second_phase

    def of(self, estimate: float, smooth: float, second_phase: float) -> tuple[float, float]:
        variance = self.variance(smooth, second_phase)
        if variance <= 0:
            return estimate, estimate
        inside = smooth * (1 - smooth) / variance
        return wilson_limits(share=estimate, effective_n=inside, quantile=self.quantile)


def _cells(graded: pd.DataFrame, grades: Sequence[str]) -> list[_Cell]:
    moderated = graded["moderated_grade"].notna()
    chosen = moderated & (graded["why"] != "random").fillna(True).astype(bool)
    cells = []
    for grade in grades:
        of_grade = graded["audit_grade"] == grade
        for part in (of_grade & ~chosen, of_grade & chosen):
            rows = graded.loc[part.fillna(False).astype(bool)]
            after = rows["moderated_grade"].dropna()
            hits = np.array([int((after == each).sum()) for each in grades])
            if len(rows):
                cells.append(_Cell(grade, len(rows), len(after), hits))
    return cells


def _moderated(
    cells: list[_Cell], target: np.ndarray, limits: _Limits, unseen: list[_Cell]
) -> dict[str, Interval]:
    if not cells:
        return {"moderated": Interval(None, None, None, "no graded cases")}
    method = "double sampling"
    if not unseen:
        return {"moderated": _estimate(cells, target, limits, 0.0, method)}
    names = ", ".join(dict.fromkeys(cell.grade for cell in unseen))
    why = f"not estimable: no random share of the audits graded {names} was moderated"
    return {
        "moderated": Interval(None, None, None, why),
        "least": _estimate(cells, target, limits, 0.0, f"{method}; if none of those graded {names}"),
        "most": _estimate(cells, target, limits, 1.0, f"{method}; if all of those graded {names}"),
    }


def _estimate(
    cells: list[_Cell], target: np.ndarray, limits: _Limits, unseen_rate: float, method: str
) -> Interval:
    estimate = smooth = second_phase = 0.0
    for cell in cells:
        share = cell.audits / limits.n
        if cell.moderated == 0:
            estimate += share * unseen_rate
            smooth += share * unseen_rate
            continue
        rate = cell.smooth(target)
        estimate += share * cell.rate(target)
        smooth += share * rate
        second_phase += (
            share**2 * rate * (1 - rate) / (cell.moderated + 1) * (1 - cell.moderated / cell.audits)
        )
    estimate, smooth = min(1.0, estimate), min(1.0, smooth)
    if second_phase == 0 and smooth in (0.0, 1.0):
        found = share_interval(
            x=round(estimate * limits.n),
            n=limits.n,
            population=limits.population,
            confidence=limits.confidence,
        )
        return Interval(estimate, found.low, found.high, method)
    low, high = limits.of(estimate, smooth, second_phase)
    return Interval(estimate, low, high, method)


def _needed(
    cells: list[_Cell],
    grades: Sequence[str],
    band: Collection[str],
    margin: float,
    limits: _Limits,
    names: dict[str, object],
) -> list[dict[str, object]]:
    """Audits to moderate at random of each grade that nothing speaks for, at one common share."""
    unseen = [cell for cell in cells if cell.moderated == 0]
    if not unseen:
        return []
    target = np.array([grade in band for grade in grades])
    seen = known = open_share = 0.0
    for cell in cells:
        share = cell.audits / limits.n
        if cell.moderated:
            rate = cell.smooth(target)
            seen += share * rate
            known += share**2 * rate * (1 - rate) / (cell.moderated + 1) * (1 - cell.moderated / cell.audits)
        else:
            open_share += share
    middle = min(seen + open_share, max(seen, 0.5))
    spare = (margin / limits.quantile) ** 2 - limits.variance(middle, known)
    worst = sum((cell.audits / limits.n) ** 2 * 0.25 / cell.audits for cell in unseen)
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
    n = int(audits["audit_grade"].notna().sum())
    if population is not None and population < n:
        raise ValueError(f"population must be at least the {n} audits; got {population}")
