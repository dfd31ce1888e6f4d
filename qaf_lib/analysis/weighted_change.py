"""Change of a share between two draws, each with its own strata, that may have cases in common."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.stats import t as student

from qaf_lib.analysis.intervals import Interval, share_interval, wilson_limits
from qaf_lib.analysis.inverted import inverted_probability
from qaf_lib.analysis.overlap import correlation_of_pairs
from qaf_lib.analysis.reaudit import independent_change
from qaf_lib.analysis.results import results_table
from qaf_lib.sampling import detectable_improvement

__all__ = ["weighted_change"]

_TOO_FEW = "too few cases to detect any change"


def weighted_change(
    *,
    before: pd.DataFrame,
    after: pd.DataFrame,
    strata_before: pd.DataFrame | None,
    strata_after: pd.DataFrame | None,
    grades: Sequence[str],
    band: Collection[str],
    table_id: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare the share in a band of two samples, each weighted by the strata it was drawn from.

    Wilson's limits of each share, on the effective number of cases that its strata leave, are joined
    to limits of the difference. Cases audited both times make the two shares alike and the change more
    certain: their correlation counts with the share of the samples that they are. The probability is
    that of the same interval, so that the two agree. Samples without strata and without cases in
    common are compared exactly, as by `independent_change`. Speaks of practice: no finite correction.

    Parameters
    ----------
    before, after : DataFrame
        `case_id`, `stratum` and `grade`, one row per drawn case; a missing grade is not counted.
    strata_before, strata_after : DataFrame or None
        `stratum` and `population` (count); None where the cases count alike. A stratum without graded
        cases is left out of its own side, and named.
    grades : sequence of str
        The scale, worst grade first.
    band : collection of str
        Grades that count, for example good and outstanding.
    table_id : str
        Name of the result.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result with the row "all" and the measures `before`, `after`, `change` (after less before),
        `change_p` (a probability), `detectable_change` (smallest improvement seen four times in five)
        and `in_common` (share of the different cases that were audited both times).

    Raises
    ------
    ValueError
        If a grade is not on the scale, the band is empty or off it, a case stands twice in one sample,
        a stratum is not named or named twice, or `confidence` is out of range.

    References
    ----------
    Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890, method 10, and 2635-2650, method 10 (pairs).
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures: a general
    approach. Statistics in Medicine 27, 1693-1702 (limits of a difference from the limits of each).
    Kish, L. (1965). Survey Sampling, Wiley, section 12.4 (covariance of overlapping samples).
    Korn, E. L. and Graubard, B. I. (1998). Survey Methodology 24, 193-201 (effective size).

    Examples
    --------
    >>> strata = pd.DataFrame({"stratum": ["a", "b"], "population": [300, 100]})
    >>> before = pd.DataFrame({"case_id": range(40), "stratum": ["a", "b"] * 20, "grade": "poor"})
    >>> after = before.assign(case_id=range(40, 80), grade=["good", "poor"] * 20)
    >>> found = weighted_change(before=before, after=after, strata_before=strata, strata_after=strata,
    ...                         grades=["poor", "good"], band=["good"], table_id="t")
    >>> found.loc[found["measure"] == "change", ["estimate", "low", "high"]].round(2).to_numpy().tolist()
    [[0.75, 0.54, 0.87]]
    """
    _check(before, after, grades, band, confidence)
    for strata in (strata_before, strata_after):
        if strata is not None and (strata["stratum"].isna().any() or strata["stratum"].duplicated().any()):
            raise ValueError("strata must have one row per stratum")
    first, second = (
        _graded(cases, strata, band) for cases, strata in ((before, strata_before), (after, strata_after))
    )
    common = first.merge(second, on="case_id", suffixes=("_before", "_after"))
    counts = [int(table["counted"].sum()) for table in (first, second)]
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice"}
    different = len(first) + len(second) - len(common)
    share = len(common) / different if different else None
    shared = {"measure": "in_common", "x": len(common), "n": different}
    shared |= Interval(share, None, None, "count").cells if share is not None else _NONE.cells
    if first.empty or second.empty or (strata_before is None and strata_after is None and common.empty):
        plain = independent_change(
            x1=counts[0],
            n1=len(first),
            x2=counts[1],
            n2=len(second),
            table_id=table_id,
            confidence=confidence,
        )
        return results_table([*plain.to_dict("records"), {**names, **shared}])
    sides = [_Side.of(first, strata_before), _Side.of(second, strata_after)]
    correlation = len(common) / sqrt(len(first) * len(second)) * _alike(common)
    rows: list[dict[str, object]] = []
    for measure, side, x in zip(("before", "after"), sides, counts, strict=True):
        rows.append({"measure": measure, "x": x, "n": side.n, **side.interval(confidence).cells})
    change, p = _change(sides, correlation, confidence, len(common))
    smallest = _detectable(sides, confidence)
    return results_table(
        {**names, **row}
        for row in [
            *rows,
            {"measure": "change", "n": different, **change.cells},
            {"measure": "change_p", "n": different, **p.cells},
            {"measure": "detectable_change", "n": different, **smallest.cells},
            shared,
        ]
    )


_NONE = Interval(None, None, None, "none graded")


@dataclass(frozen=True)
class _Side:
    """A share of one sample: how many plain cases it is worth, and its degrees of freedom."""

    share: float
    x: int
    n: int
    effective: float
    freedom: float | None
    note: str

    @classmethod
    def of(cls, graded: pd.DataFrame, strata: pd.DataFrame | None) -> _Side:
        x, n = int(graded["counted"].sum()), len(graded)
        if strata is None:
            return cls(x / n, x, n, float(n), None, "cases count alike")
        by = graded.groupby("stratum", observed=True)["counted"].agg(["size", "sum"])
        kept = strata[strata["stratum"].isin(by.index)].set_index("stratum")["population"]
        by = by.loc[kept.index]
        weight, size, hits = (
            table.to_numpy(np.float64) for table in (kept / kept.sum(), by["size"], by["sum"])
        )
        share = min(1.0, float((weight * hits / size).sum()))
        each = np.where(size > 1, hits / size * (1 - hits / size), share * (1 - share))
        variance = float((weight**2 * each / np.maximum(size - 1, 1)).sum())
        even = 1 / float((weight**2 / size).sum())
        several = len(kept) > 1
        worth = share * (1 - share) / variance if several and variance > 1e-12 else even
        effective, freedom = min(worth, even), max(1.0, float((size - 1).sum())) if several else None
        left_out = sorted(map(str, set(strata.loc[strata["population"] > 0, "stratum"]) - set(kept.index)))
        note = f"{len(kept)} strata" + (f", no return from {', '.join(left_out)}" if left_out else "")
        return cls(share, x, n, effective, freedom, note)

    def limits(self, confidence: float) -> tuple[float, float]:
        middle = (1 + confidence) / 2
        z = NormalDist().inv_cdf(middle) if self.freedom is None else float(student.ppf(middle, self.freedom))
        return wilson_limits(share=self.share, effective_n=self.effective, quantile=z)

    def interval(self, confidence: float) -> Interval:
        if self.freedom is None:
            return share_interval(x=self.x, n=self.n, confidence=confidence)
        return Interval(self.share, *self.limits(confidence), f"stratified Wilson, {self.note}")


def _change(
    sides: list[_Side], correlation: float, confidence: float, in_common: int
) -> tuple[Interval, Interval]:
    """The change with its interval, and the probability that belongs to it."""
    estimate = sides[1].share - sides[0].share

    def limits(level: float) -> tuple[float, float]:
        (l1, u1), (l2, u2) = (side.limits(level) for side in sides)
        down = _reach(sides[1].share - l2, u1 - sides[0].share, correlation)
        up = _reach(u2 - sides[1].share, sides[0].share - l1, correlation)
        return estimate - down, estimate + up

    notes = " and ".join(dict.fromkeys(side.note for side in sides))
    method = f"Newcombe, weighted: {notes}" + (f"; {in_common} cases in common" if in_common else "")
    p = inverted_probability(limits=limits)
    return Interval(estimate, *limits(confidence), method), Interval(p, None, None, "of the same interval")


def _reach(one: float, other: float, correlation: float) -> float:
    return sqrt(max(0.0, one**2 - 2 * correlation * one * other + other**2))


def _alike(common: pd.DataFrame) -> float:
    """Correlation of the cases in common."""
    first, second = (common[f"counted_{when}"].to_numpy(dtype=bool) for when in ("before", "after"))
    return correlation_of_pairs(
        both=int((first & second).sum()),
        first_only=int((first & ~second).sum()),
        second_only=int((~first & second).sum()),
        neither=int((~first & ~second).sum()),
    )


def _detectable(sides: list[_Side], confidence: float) -> Interval:
    typical = max(1, int(2 / (1 / sides[0].effective + 1 / sides[1].effective)))
    smallest = detectable_improvement(sample=typical, before=sides[0].share, confidence=confidence)
    return Interval(smallest, None, None, _TOO_FEW if smallest is None else "Fleiss, power 80%")


def _graded(cases: pd.DataFrame, strata: pd.DataFrame | None, band: Collection[str]) -> pd.DataFrame:
    graded = cases[cases["grade"].notna()]
    if strata is not None and not graded["stratum"].isin(strata["stratum"]).all():
        raise ValueError("every graded case must have a stratum that strata names")
    kept = graded[["case_id", "stratum"]] if strata is not None else graded[["case_id"]]
    return kept.assign(counted=graded["grade"].isin(list(band)).astype(bool))


def _check(
    before: pd.DataFrame, after: pd.DataFrame, grades: Sequence[str], band: Collection[str], confidence: float
) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be a fraction between 0 and 1; got {confidence}")
    if not band or not set(band) <= set(grades):
        raise ValueError(f"band must name grades of the scale {list(grades)}")
    for cases in (before, after):
        strangers = int((cases["grade"].notna() & ~cases["grade"].isin(list(grades))).sum())
        if strangers:
            raise ValueError(f"{strangers} grades are not on the scale {list(grades)}")
        if cases["case_id"].duplicated().any():
            raise ValueError("a case may stand only once in each sample")
