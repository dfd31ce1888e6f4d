"""Leniency: how far auditors' grades stand above or below the moderators', and how much auditors differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2

from qaf_lib.analysis.checks import ranks_of
from qaf_lib.analysis.intervals import Interval, student_quantile
from qaf_lib.analysis.raters import GRADES, NOT_BLIND
from qaf_lib.analysis.results import results_table
from qaf_lib.errors import InputError
from qaf_lib.sampling.checks import check_columns, last_held
from qaf_lib.sampling.size import normal_quantile

_FEWEST_AUDITORS = 4
_Numbers = npt.NDArray[np.float64]


def leniency_spread(
    *, pairs: pd.DataFrame, grades: Sequence[str], blind: bool, table_id: str
) -> pd.DataFrame:
    """How much a grade depends on who audits, without a figure for any auditor: one row "all".

    `pairs` has `auditor`, `audit_grade` and `moderated_grade`, one row per audit moderated at random. In
    steps of the scale, above 0 where auditors are lenient: `leniency` (mean of all moderated audits),
    `between_auditors` (standard deviation of auditors' true leniency) and `typical_gap` (mean difference of
    two auditors taken at random). Fractions: `due_to_auditor` (share of the variance between audit and
    moderated grades that lies between auditors), and `lenient` and `strict` (auditors whose interval, with
    luck taken out, lies above or below the moderators' grades, `x` of `n`). `blind` as in `agreement`.

    An auditor with few moderated audits looks lenient or strict by luck: each is drawn towards all, the
    further the fewer the audits and the less auditors differ (empirical Bayes).

    References
    ----------
    Morris, C. N. (1983). Parametric empirical Bayes inference: theory and applications. JASA 78, 47-55,
    section 5. Viechtbauer, W. (2007), as `spread_limits`.

    Examples
    --------
    >>> pairs = pd.DataFrame({"auditor": list("aaaabbbbccccdddd"), "moderated_grade": "good"})
    >>> pairs["audit_grade"] = ["good"] * 13 + ["better"] * 3
    >>> found = leniency_spread(pairs=pairs, grades=["good", "better"], blind=True, table_id="leniency")
    >>> found[["measure", "estimate"]].round(2).to_numpy().tolist()[1:4]
    [['between_auditors', 0.35], ['typical_gap', 0.4], ['due_to_auditor', 0.67]]
    """
    moderated = _steps(pairs, grades)
    spread = AuditorSpread.of(moderated)
    method = spread.why_not()
    deviations: list[float | None] = [None] * 3
    counts: dict[str, int | None] = {"lenient": None, "strict": None}
    if not method:
        low, high, between = spread.shrunk()
        limits = spread_limits(mean=spread.mean, variance=spread.within / spread.n)
        deviations = [sqrt(between), *limits]
        counts = {"lenient": int((low > 0).sum()), "strict": int((high < 0).sum())}
        method = "empirical Bayes, Morris" if between > 0 else "empirical Bayes, no difference seen"
    found = {
        "between_auditors": deviations,
        "typical_gap": [None if sd is None else 2 * sd / sqrt(pi) for sd in deviations],
        "due_to_auditor": [None if sd is None else sd**2 / (sd**2 + spread.within) for sd in deviations],
    }
    size, auditors = {"n": len(moderated)}, len(spread.n)
    rows: list[dict[str, object]] = [{"measure": "leniency", **size, **_overall(moderated).cells}]
    for measure, values in found.items():
        cells = Interval(values[0], values[1], values[2], method).cells
        rows.append({"measure": measure, **size, **cells})
    for measure, count in counts.items():
        share = None if count is None else count / auditors
        cells = Interval(share, None, None, method).cells
        rows.append({"measure": measure, "x": count, "n": auditors, **cells})
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice"}
    note = "" if blind else f"; {NOT_BLIND}"
    return results_table({**names, **row, "method": f"{row['method']}{note}"} for row in rows)


def spread_limits(*, mean: npt.ArrayLike, variance: npt.ArrayLike) -> tuple[float, float]:
    """Limits of the standard deviation of true means, each known with its own variance; 0 where none is seen.

    Viechtbauer, W. (2007). Confidence intervals for the amount of heterogeneity in meta-analysis. Statistics
    in Medicine 26, 37-52 (Q-profile limits).
    """
    means, variances = np.asarray(mean, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    if len(means) < 2 or len(means) != len(variances) or not (variances > 0).all():
        raise InputError("spread_limits needs two means or more, each with a variance above 0")

    def excess(between: float) -> float:
        weight = 1 / (variances + between)
        centre = (weight * means).sum() / weight.sum()
        return float((weight * (means - centre) ** 2).sum())

    def limit(wanted: float) -> float:
        outside = float(variances.max())
        while excess(outside) > wanted:
            outside *= 2
        return sqrt(last_held(lambda between: excess(between) > wanted, 0.0, outside))

    tail, freedom = (1 - 0.95) / 2, len(means) - 1
    return limit(chi2.isf(tail, freedom)), limit(chi2.ppf(tail, freedom))


@dataclass(frozen=True)
class AuditorSpread:
    """Auditors' means with what they vary by: `within` is the variance of one audit, pooled."""

    mean: _Numbers
    n: _Numbers
    within: float
    freedom: int

    @classmethod
    def of(cls, moderated: pd.DataFrame) -> AuditorSpread:
        """The spread of moderated audits: each one's `auditor` and `step`."""
        by_auditor = moderated.groupby("auditor", sort=True)["step"]
        n, mean = by_auditor.size().to_numpy(np.float64), by_auditor.mean().to_numpy(np.float64)
        freedom = len(moderated) - len(n)
        apart = ((moderated["step"] - by_auditor.transform("mean")) ** 2).sum()
        return cls(mean=mean, n=n, within=float(apart) / max(freedom, 1), freedom=freedom)

    def shrunk(self) -> tuple[_Numbers, _Numbers, float]:
        """Limits of each auditor drawn towards all, and the variance of true leniency between auditors."""
        k, variance = len(self.n), self.within / self.n
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
        half = normal_quantile() * error
        return estimate - half, estimate + half, between

    def why_not(self) -> str:
        """Why luck cannot be taken out; empty where it can."""
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


def _overall(moderated: pd.DataFrame) -> Interval:
    steps = moderated["step"].to_numpy(np.float64)
    if len(steps) == 0:
        return Interval(None, None, None, "no moderated audits")
    estimate = float(steps.mean())
    if len(steps) == 1 or steps.std() == 0:
        return Interval(estimate, None, None, "mean; no spread, no interval")
    half = student_quantile(len(steps) - 1) * float(steps.std(ddof=1))
    half /= sqrt(len(steps))
    return Interval(estimate, estimate - half, estimate + half, "mean, Student")


def _steps(pairs: pd.DataFrame, grades: Sequence[str]) -> pd.DataFrame:
    """Steps of the scale by which each audit stands above the moderator."""
    check_columns(["auditor", *GRADES], pairs=pairs)
    both = pairs[["auditor", *GRADES]].dropna()
    given, moderated = ranks_of(both, GRADES, grades).astype(np.float64)
    return pd.DataFrame({"auditor": both["auditor"].astype(str).to_numpy(), "step": given - moderated})
