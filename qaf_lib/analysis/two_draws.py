"""Change of a share between two samples that may have cases in common."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd

from qaf_lib.analysis.changes import independent_change_interval, independent_change_test
from qaf_lib.analysis.checks import check_band, check_on_scale, check_strata
from qaf_lib.analysis.intervals import (
    Interval,
    difference_limits,
    inverted_probability,
    share_interval,
    student_quantile,
    wilson_limits,
)
from qaf_lib.analysis.paired_grades import TOO_FEW
from qaf_lib.analysis.results import results_table
from qaf_lib.errors import InputError
from qaf_lib.sampling import detectable_improvement
from qaf_lib.sampling.checks import check_columns, check_counts
from qaf_lib.sampling.size import normal_quantile

_NONE = Interval(None, None, None, "none graded")


def overlapping_change(
    *, responses: pd.DataFrame, grades: Sequence[str], band: Collection[str], table_id: str
) -> pd.DataFrame:
    """Change of the share in a band between two samples, every case counting alike, as practice.

    `responses` has `before` and `after`, one row per case; a missing grade is a case not graded that time.
    The cases audited both times make the two shares alike, and the change more certain: their correlation
    counts with the share of the samples that they are. Right only where they were not chosen by their first
    grade. Measures: `before`, `after`, `change` (after less before; `n` is the number of different cases)
    and `in_common` (share of those cases).

    References
    ----------
    Kish, L. (1965). Survey Sampling, Wiley, section 12.4. Berger, Y. G. (2004). Variance estimation for
    measures of change in rotating panel surveys. Canadian Journal of Statistics 32, 451-467. Newcombe, R. G.
    (1998). Statistics in Medicine 17, 2635-2650, method 10 (the interval).

    Examples
    --------
    >>> responses = pd.DataFrame({"before": ["poor"] * 20 + ["good"] * 20 + [None] * 10})
    >>> responses["after"] = [None] * 10 + ["poor"] * 10 + ["good"] * 30
    >>> found = overlapping_change(responses=responses, grades=["poor", "good"], band=["good"], table_id="t")
    >>> found.loc[found["measure"] == "change", ["estimate", "low", "high"]].round(3).to_dict("records")
    [{'estimate': 0.25, 'low': 0.133, 'high': 0.357}]
    """
    check_columns(["before", "after"], responses=responses)
    check_band(band, grades)
    times = responses[["before", "after"]]
    check_on_scale(times, grades)
    graded, counted = times.notna(), times.isin(list(band)).fillna(False).astype(bool)
    twice = counted[graded.all(axis=1)]
    in_common, cases = len(twice), int(graded.any(axis=1).sum())
    sides = {time: (int(counted[time].sum()), int(graded[time].sum())) for time in times}
    rows: dict[str, dict[str, object]] = {
        time: {"x": x, "n": n, **share_interval(x=x, n=n).cells} for time, (x, n) in sides.items()
    }
    change = _NONE
    if all(n for _, n in sides.values()):
        z = normal_quantile()
        earlier, later = (
            (x / n, *wilson_limits(share=x / n, effective_n=n, quantile=z)) for x, n in sides.values()
        )
        low, high = difference_limits(later, earlier, _correlation(twice, *(n for _, n in sides.values())))
        change = Interval(later[0] - earlier[0], low, high, f"Newcombe, {in_common} cases in common")
    rows["change"] = {"n": cases, **change.cells}
    rows["in_common"] = _in_common(in_common, cases, "count")
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice"}
    return results_table({**names, "measure": measure, **row} for measure, row in rows.items())


def weighted_change(
    *,
    before: pd.DataFrame,
    after: pd.DataFrame,
    strata_before: pd.DataFrame | None,
    strata_after: pd.DataFrame | None,
    grades: Sequence[str],
    band: Collection[str],
    table_id: str,
) -> pd.DataFrame:
    """Compare the share in a band of two samples, each weighted by the strata it was drawn from, as practice.

    A sample has `case_id`, `stratum` and `grade`; its strata are None where the cases count alike. A stratum
    without graded cases is left out of its own side, and named. Wilson's limits of each share, on the
    effective number of cases that its strata leave, are joined to limits of the difference; cases audited
    both times count as in `overlapping_change`. Samples without strata and without cases in common are
    compared exactly.

    Measures: `before`, `after`, `change` (after less before), `change_p` (the probability of the same
    interval, so that the two agree), `detectable_change` (smallest improvement seen four times in five) and
    `in_common` (share of the different cases that were audited both times).

    References
    ----------
    Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890, method 10, and 2635-2650, method 10 (pairs).
    Zou, G. Y. and Donner, A. (2008). Construction of confidence limits about effect measures. Statistics in
    Medicine 27, 1693-1702. Kish, L. (1965). Survey Sampling, Wiley, section 12.4. Korn, E. L. and Graubard,
    B. I. (1998). Survey Methodology 24, 193-201 (effective size).

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
    check_band(band, grades)
    first = _graded(before, strata_before, grades, band, "before")
    second = _graded(after, strata_after, grades, band, "after")
    common = first.merge(second, on="case_id", suffixes=("_before", "_after"))
    different = len(first) + len(second) - len(common)
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice"}
    if first.empty or second.empty or (strata_before is None and strata_after is None and common.empty):
        counts = [(int(table["counted"].sum()), len(table)) for table in (first, second)]
        rows = _exact(*counts)
    else:
        sides = [_Side.of(first, strata_before), _Side.of(second, strata_after)]
        rows = {time: side.row for time, side in zip(("before", "after"), sides, strict=True)}
        change, p = _change(sides, common)
        rows["change"] = {"n": different, **change.cells}
        rows["change_p"] = {"n": different, **p.cells}
        smallest = _detectable(sides[0].effective, sides[1].effective, sides[0].share)
        rows["detectable_change"] = {"n": different, **smallest.cells}
    rows["in_common"] = _in_common(len(common), different, "count" if different else "none graded")
    return results_table({**names, "measure": measure, **row} for measure, row in rows.items())


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

    def limits(self, confidence: float = 0.95) -> tuple[float, float, float]:
        """The share with its limits."""
        quantile = (
            normal_quantile(confidence)
            if self.freedom is None
            else student_quantile(self.freedom, confidence)
        )
        return self.share, *wilson_limits(share=self.share, effective_n=self.effective, quantile=quantile)

    @property
    def row(self) -> dict[str, object]:
        """The share's columns of a result row."""
        found = share_interval(x=self.x, n=self.n)
        if self.freedom is not None:
            found = Interval(*self.limits(), f"stratified Wilson, {self.note}")
        return {"x": self.x, "n": self.n, **found.cells}


def _exact(first: tuple[int, int], second: tuple[int, int]) -> dict[str, dict[str, object]]:
    """Two independent samples whose cases count alike."""
    (x1, n1), (x2, n2) = first, second
    later_first = {"x1": x2, "n1": n2, "x2": x1, "n2": n1}
    smallest = _detectable(n1, n2, x1 / n1) if n1 and n2 else Interval(None, None, None, TOO_FEW)
    return {
        "before": {"x": x1, "n": n1, **share_interval(x=x1, n=n1).cells},
        "after": {"x": x2, "n": n2, **share_interval(x=x2, n=n2).cells},
        "change": {"n": n1 + n2, **independent_change_interval(**later_first).cells},
        "change_p": {"n": n1 + n2, **independent_change_test(**later_first).cells},
        "detectable_change": {"n": n1 + n2, **smallest.cells},
    }


def _change(sides: Sequence[_Side], common: pd.DataFrame) -> tuple[Interval, Interval]:
    """The change with its interval, and the probability that belongs to it."""
    earlier, later = sides
    twice = common.rename(columns={"counted_before": "before", "counted_after": "after"})
    correlation = _correlation(twice, earlier.n, later.n)

    def limits(level: float) -> tuple[float, float]:
        return difference_limits(later.limits(level), earlier.limits(level), correlation)

    notes = " and ".join(dict.fromkeys(side.note for side in sides))
    method = f"Newcombe, weighted: {notes}" + (f"; {len(common)} cases in common" if len(common) else "")
    p = inverted_probability(limits=limits)
    return (
        Interval(later.share - earlier.share, *limits(0.95), method),
        Interval(p, None, None, "of the same interval"),
    )


def _detectable(one: float, other: float, before: float) -> Interval:
    """Smallest improvement that samples of such sizes, their harmonic mean, show four times in five."""
    typical = max(1, int(2 / (1 / one + 1 / other)))
    smallest = detectable_improvement(sample=typical, before=before)
    return Interval(smallest, None, None, TOO_FEW if smallest is None else "Fleiss, power 80%")


def _in_common(cases: int, different: int, method: str) -> dict[str, object]:
    share = cases / different if different else None
    return {"x": cases, "n": different, **Interval(share, None, None, method).cells}


def _correlation(twice: pd.DataFrame, n1: int, n2: int) -> float:
    """Correlation of two shares, from the cases counted `before` and `after` and the size of each sample."""
    first, second = (twice[time].to_numpy(dtype=bool) for time in ("before", "after"))
    alike = correlation_of_pairs(
        both=int((first & second).sum()),
        first_only=int((first & ~second).sum()),
        second_only=int((~first & second).sum()),
        neither=int((~first & ~second).sum()),
    )
    return len(twice) / sqrt(n1 * n2) * alike


def correlation_of_pairs(*, both: int, first_only: int, second_only: int, neither: int) -> float:
    """Phi of two yes or no answers of the same cases, drawn towards 0 where it is positive (continuity).

    Newcombe, R. G. (1998). Statistics in Medicine 17, 2635-2650, method 10.
    """
    a, b, c, d = both, first_only, second_only, neither
    check_counts(least=0, both=a, first_only=b, second_only=c, neither=d)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    cross = a * d - b * c
    return (max(cross - (a + b + c + d) / 2, 0) if cross > 0 else cross) / sqrt(margins)


def _graded(
    cases: pd.DataFrame,
    strata: pd.DataFrame | None,
    grades: Sequence[str],
    band: Collection[str],
    name: str,
) -> pd.DataFrame:
    """The graded cases of one sample, and whether they count."""
    check_columns(["case_id", "grade"], **{name: cases})
    check_on_scale(cases["grade"], grades)
    if cases["case_id"].duplicated().any():
        raise InputError("a case may stand only once in each sample")
    graded = cases[cases["grade"].notna()]
    if strata is not None:
        check_strata(strata, graded)
    kept = graded[["case_id", "stratum"]] if strata is not None else graded[["case_id"]]
    return kept.assign(counted=graded["grade"].isin(list(band)).astype(bool))
