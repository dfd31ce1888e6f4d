"""Leniency: how far each auditor's grades stand above or below the moderators'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from qaf_lib.analysis.between_spread import spread_limits
from qaf_lib.analysis.intervals import Interval
from qaf_lib.analysis.results import results_table

__all__ = ["auditor_leniency", "leniency_spread"]

_FEWEST_AUDITORS = 4
_NOT_BLIND = "change rate: the moderator saw the grade"
_Numbers = npt.NDArray[np.float64]


def auditor_leniency(
    *,
    pairs: pd.DataFrame,
    grades: Sequence[str],
    blind: bool,
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Grades by which each auditor stands above the moderator, as found and with luck taken out.

    Above 0 the auditor is lenient. An auditor with few moderated audits looks lenient or strict by
    luck: the second figure draws each towards all auditors, the further the fewer the audits and the
    less auditors differ (empirical Bayes). Right for audits moderated at random only.

    Parameters
    ----------
    pairs : DataFrame
        `auditor`, `audit_grade` and `moderated_grade`, one row per moderated audit; a row with any
        missing is left out.
    grades : sequence of str
        The scale, worst grade first.
    blind : bool
        Whether moderators graded without seeing the audit grade; if not, `method` says so.
    table_id : str
        Name of the result.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result in steps of the scale. Row "all": `leniency` (mean of all moderated audits) and
        `between_auditors` (standard deviation of auditors' true leniency). A row per auditor:
        `leniency` and `leniency_shrunk`. Marked "x", with the reason, where it cannot be told.

    Raises
    ------
    ValueError
        If a grade is not on the scale or `confidence` is out of range.

    References
    ----------
    Morris, C. N. (1983). Parametric empirical Bayes inference: theory and applications. JASA 78,
    47-55, section 5 (unequal variances, and the interval).

    Examples
    --------
    >>> pairs = pd.DataFrame({"auditor": list("aaaabbbbccccdddd"), "moderated_grade": "good"})
    >>> pairs["audit_grade"] = ["good"] * 13 + ["better"] * 3
    >>> found = auditor_leniency(pairs=pairs, grades=["good", "better"], blind=True, table_id="leniency")
    >>> found.loc[found["row_key"] == "d", ["measure", "estimate"]].round(2).to_numpy().tolist()
    [['leniency', 0.75], ['leniency_shrunk', 0.73]]
    """
    moderated, spread, names = _spread_of(pairs, grades, confidence)
    pooled, between = spread.shrunk()
    rows = [
        {"row_key": "all", "measure": "leniency", "n": len(moderated), **_overall(moderated, confidence)},
        {"row_key": "all", "measure": "between_auditors", "n": len(moderated), **between.cells},
    ]
    for place, name in enumerate(names):
        for measure, interval in (("leniency", spread.raw(place)), ("leniency_shrunk", pooled[place])):
            rows.append({"row_key": name, "measure": measure, "n": int(spread.n[place]), **interval.cells})
    return _as_result(rows, blind, table_id)


def leniency_spread(
    *,
    pairs: pd.DataFrame,
    grades: Sequence[str],
    blind: bool,
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How much a grade depends on who audits, without a figure for any auditor.

    Parameters
    ----------
    pairs, grades, blind, table_id, confidence
        As `auditor_leniency`.

    Returns
    -------
    DataFrame
        A result with the row "all". In steps of the scale: `leniency` (mean of all moderated audits),
        `between_auditors` (standard deviation of auditors' true leniency, with limits) and
        `typical_gap` (mean difference of two auditors taken at random). Fractions: `due_to_auditor`
        (share of the variance between audit and moderated grades that lies between auditors), and
        `lenient` and `strict` (auditors whose shrunken interval lies above or below the moderators'
        grades, `x` of `n`). Marked "x", with the reason, where it cannot be told.

    Raises
    ------
    ValueError
        As `auditor_leniency`.

    References
    ----------
    Viechtbauer, W. (2007). Confidence intervals for the amount of heterogeneity in meta-analysis.
    Statistics in Medicine 26, 37-52 (Q-profile limits).
    Morris, C. N. (1983), as `auditor_leniency`.

    Examples
    --------
    >>> pairs = pd.DataFrame({"auditor": list("aaaabbbbccccdddd"), "moderated_grade": "good"})
    >>> pairs["audit_grade"] = ["good"] * 13 + ["better"] * 3
    >>> found = leniency_spread(pairs=pairs, grades=["good", "better"], blind=True, table_id="leniency")
    >>> found[["measure", "estimate"]].round(2).to_numpy().tolist()[1:4]
    [['between_auditors', 0.35], ['typical_gap', 0.4], ['due_to_auditor', 0.67]]
    """
    moderated, spread, names = _spread_of(pairs, grades, confidence)
    pooled, between = spread.shrunk()
    size = {"n": len(moderated)}
    rows: list[dict[str, object]] = [{"measure": "leniency", **size, **_overall(moderated, confidence)}]
    low, high = (None, None) if between.estimate is None else spread.between_limits()
    deviations = [None if value is None else float(value) for value in (between.estimate, low, high)]
    for measure, values in (
        ("between_auditors", deviations),
        ("typical_gap", [None if sd is None else 2 * sd / sqrt(pi) for sd in deviations]),
        ("due_to_auditor", [None if sd is None else sd**2 / (sd**2 + spread.within) for sd in deviations]),
    ):
        interval = Interval(values[0], values[1], values[2], between.method)
        rows.append({"measure": measure, **size, **interval.cells})
    known = [found for found in pooled if found.low is not None and found.high is not None]
    for measure, count in (
        ("lenient", sum(float(found.low or 0) > 0 for found in known)),
        ("strict", sum(float(found.high or 0) < 0 for found in known)),
    ):
        share = count / len(names) if known else None
        cells = Interval(share, None, None, between.method).cells
        rows.append({"measure": measure, "x": count if known else None, "n": len(names), **cells})
    return _as_result([{"row_key": "all", **row} for row in rows], blind, table_id)


def _spread_of(
    pairs: pd.DataFrame, grades: Sequence[str], confidence: float
) -> tuple[pd.DataFrame, _Spread, list[str]]:
    """Moderated audits in steps, what auditors' means vary by, and the auditors in order."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    moderated = _steps(pairs, grades)
    by_auditor = moderated.groupby("auditor", sort=True)["step"]
    n, mean = by_auditor.size().to_numpy(np.float64), by_auditor.mean().to_numpy(np.float64)
    freedom = len(moderated) - len(n)
    within = float(((moderated["step"] - by_auditor.transform("mean")) ** 2).sum()) / max(freedom, 1)
    spread = _Spread(mean=mean, n=n, within=within, freedom=freedom, confidence=confidence)
    return moderated, spread, [str(name) for name in by_auditor.groups]


def _as_result(rows: list[dict[str, object]], blind: bool, table_id: str) -> pd.DataFrame:
    note = "" if blind else f"; {_NOT_BLIND}"
    return results_table(
        {**row, "table_id": table_id, "speaks_of": "our_practice", "method": f"{row['method']}{note}"}
        for row in rows
    )


@dataclass(frozen=True)
class _Spread:
    """Auditors' means with what they vary by: `within` is the variance of one audit, pooled."""

    mean: _Numbers
    n: _Numbers
    within: float
    freedom: int
    confidence: float

    def raw(self, place: int) -> Interval:
        """One auditor's own mean, with the spread that all auditors share."""
        estimate = float(self.mean[place])
        if self.freedom < 1 or self.within == 0:
            return Interval(estimate, None, None, "mean; no spread within auditors, no interval")
        half = float(student.ppf((1 + self.confidence) / 2, self.freedom))
        half *= sqrt(self.within / self.n[place])
        return Interval(estimate, estimate - half, estimate + half, "mean, pooled spread")

    def shrunk(self) -> tuple[list[Interval], Interval]:
        """Each auditor drawn towards all, and how much auditors differ."""
        k = len(self.n)
        why = self._why_not()
        if why:
            return [Interval(None, None, None, why)] * k, Interval(None, None, None, why)
        variance = self.within / self.n
        between = _between(self.mean, variance)
        weight = 1 / (variance + between)
        centre = float((weight * self.mean).sum() / weight.sum())
        shrink = (k - 3) / (k - 1) * variance * weight
        estimate = (1 - shrink) * self.mean + shrink * centre
        typical = float((weight * variance).sum() / weight.sum())
        unsure = 2 / (k - 3) * shrink**2 * (typical + between) * weight
        error = np.sqrt(
            variance * (1 - (1 - weight / weight.sum()) * shrink) + unsure * (self.mean - centre) ** 2
        )
        half = NormalDist().inv_cdf((1 + self.confidence) / 2) * error
        method = "empirical Bayes, Morris" if between > 0 else "empirical Bayes, no difference seen"
        found = [
            Interval(float(value), float(value - reach), float(value + reach), method)
            for value, reach in zip(estimate, half, strict=True)
        ]
        return found, Interval(sqrt(between), None, None, method)

    def between_limits(self) -> tuple[float, float]:
        """Limits of the standard deviation of true leniency."""
        return spread_limits(mean=self.mean, variance=self.within / self.n, confidence=self.confidence)

    def _why_not(self) -> str:
        if len(self.n) == 0:
            return "no moderated audits"
        if len(self.n) < _FEWEST_AUDITORS:
            return f"fewer than {_FEWEST_AUDITORS} auditors"
        if self.freedom < 1:
            return "no auditor was moderated twice"
        return "no spread within auditors" if self.within == 0 else ""


def _between(mean: _Numbers, variance: _Numbers) -> float:
    """Variance of true leniency between auditors, by Morris's weighted moments; 0 where none is seen."""
    k, between = len(mean), 0.0
    for _ in range(200):
        weight = 1 / (variance + between)
        centre = (weight * mean).sum() / weight.sum()
        excess = weight * (k / (k - 1) * (mean - centre) ** 2 - variance)
        last, between = between, max(0.0, float(excess.sum() / weight.sum()))
        if abs(between - last) < 1e-12:
            break
    return between


def _overall(moderated: pd.DataFrame, confidence: float) -> dict[str, object]:
    steps = moderated["step"].to_numpy(np.float64)
    if len(steps) == 0:
        return Interval(None, None, None, "no moderated audits").cells
    estimate = float(steps.mean())
    if len(steps) == 1 or steps.std() == 0:
        return Interval(estimate, None, None, "mean; no spread, no interval").cells
    half = float(student.ppf((1 + confidence) / 2, len(steps) - 1)) * float(steps.std(ddof=1))
    half /= sqrt(len(steps))
    return Interval(estimate, estimate - half, estimate + half, "mean, Student").cells


def _steps(pairs: pd.DataFrame, grades: Sequence[str]) -> pd.DataFrame:
    both = pairs[["auditor", "audit_grade", "moderated_grade"]].dropna()
    strangers = int((~both[["audit_grade", "moderated_grade"]].isin(list(grades))).any(axis=1).sum())
    if strangers:
        raise ValueError(f"{strangers} pairs have a grade that is not on the scale {list(grades)}")
    rank = {grade: place for place, grade in enumerate(grades)}
    audit, moderated = (both[name].map(rank).astype("float64") for name in ("audit_grade", "moderated_grade"))
    return pd.DataFrame({"auditor": both["auditor"].astype(str), "step": audit - moderated})
