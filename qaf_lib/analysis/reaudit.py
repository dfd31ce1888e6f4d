"""Re-audit: have the same cases, or the practice, changed?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import ceil

import pandas as pd

from qaf_lib.analysis.intervals import Interval, share_interval
from qaf_lib.analysis.paired import detectable_paired_change, mcnemar_mid_p, paired_power
from qaf_lib.analysis.pairs import cross_counts
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.unconditional import (
    independent_change_interval,
    independent_change_test,
    paired_change_interval,
    paired_change_test,
)
from qaf_lib.sampling import detectable_improvement

__all__ = [
    "before_after",
    "independent_change",
    "paired_change",
    "verdict",
]

_TOO_FEW = "too few cases to detect any change"


def before_after(*, pairs: pd.DataFrame, grades: Sequence[str], table_id: str) -> pd.DataFrame:
    """Count pairs of audits: grade before by row, grade after by measure, best first.

    Parameters
    ----------
    pairs : DataFrame
        `before` and `after`, one row per case; a pair with either missing is left out.
    grades : sequence of str
        The scale, worst grade first.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result with every pair of grades: `x` pairs out of `n` in all.

    Raises
    ------
    ValueError
        If a grade is not on the scale.

    Examples
    --------
    >>> pairs = pd.DataFrame({"before": ["poor", "poor", "good"], "after": ["good", "poor", None]})
    >>> table = before_after(pairs=pairs, grades=["poor", "good"], table_id="change")
    >>> table.loc[table["x"] > 0, ["row_key", "measure", "x", "n"]].to_numpy().tolist()
    [['poor', 'good', 1, 2], ['poor', 'poor', 1, 2]]
    """
    return cross_counts(first=pairs["before"], second=pairs["after"], grades=grades, table_id=table_id)


def paired_change(
    *,
    pairs: pd.DataFrame,
    grades: Sequence[str],
    band: Collection[str],
    table_id: str,
    worthwhile: float = 0.10,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare the grades of the same cases at two audits.

    Speaks of the practice behind the cases: no finite population correction. Cases chosen for
    re-audit because they did badly would do better on average without any change in practice;
    only cases re-audited by design support a claim of improvement.

    Parameters
    ----------
    pairs : DataFrame
        `before` and `after`, one row per case; a pair with either missing is left out.
    grades : sequence of str
        The scale, worst grade first.
    band : collection of str
        Grades that count, for example good and outstanding.
    table_id : str
        Name of the result.
    worthwhile : float
        Smallest change of the share in the band that would matter (fraction).
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result with the row "all" and the measures `better`, `worse`, `same` (shares of pairs),
        `better_minus_worse`, `band_before`, `band_after`, `band_change` (after less before),
        `change_p` (probability of so large a change by chance; 5% at most where the 95% interval of
        `band_change` leaves out no change), `mcnemar_mid_p` (the same by the mid-p test, for comparison),
        `detectable_change` (smallest change of the share that so many pairs show four times in five)
        and `power_for_worthwhile` (probability of showing a worthwhile change). What cannot be
        estimated is marked "x".

    Raises
    ------
    ValueError
        If a grade is not on the scale, the band is empty, or a fraction is out of range.

    References
    ----------
    As `paired_change_interval` (differences), `paired_change_test`, `share_interval`,
    `mcnemar_mid_p`, `detectable_paired_change` and `paired_power`.

    Examples
    --------
    >>> pairs = pd.DataFrame({"before": ["poor"] * 30 + ["good"] * 30})
    >>> pairs["after"] = ["good"] * 45 + ["poor"] * 15
    >>> found = paired_change(pairs=pairs, grades=["poor", "good"], band=["good"], table_id="change")
    >>> found.loc[found["measure"] == "band_change", ["estimate", "low", "high"]].round(2).to_dict("records")
    [{'estimate': 0.25, 'low': 0.02, 'high': 0.45}]
    """
    if not band or not set(band) <= set(grades):
        raise ValueError(f"band must name grades of the scale {list(grades)}")
    if not 0 < worthwhile < 1:
        raise ValueError(f"worthwhile must be a fraction between 0 and 1; got {worthwhile}")
    _check_scale(pairs, grades)
    both = pairs[["before", "after"]].dropna()
    rank = {grade: place for place, grade in enumerate(grades)}
    step = both["after"].map(rank).astype("int64") - both["before"].map(rank).astype("int64")
    before, after = both["before"].isin(band), both["after"].isin(band)
    gained, lost, n = int((~before & after).sum()), int((before & ~after).sum()), len(both)
    counts = {
        "better": int((step > 0).sum()),
        "worse": int((step < 0).sum()),
        "same": int((step == 0).sum()),
        "band_before": int(before.sum()),
        "band_after": int(after.sum()),
    }
    shares = {name: share_interval(x=x, n=n, confidence=confidence) for name, x in counts.items()}
    found = {
        **{name: shares[name] for name in ("better", "worse", "same")},
        "better_minus_worse": paired_change_interval(
            gained=counts["better"], lost=counts["worse"], pairs=n, confidence=confidence
        ),
        **{name: shares[name] for name in ("band_before", "band_after")},
        "band_change": paired_change_interval(gained=gained, lost=lost, pairs=n, confidence=confidence),
        **_tests(gained, lost, n, worthwhile, confidence),
    }
    names = {"table_id": table_id, "row_key": "all", "speaks_of": "our_practice"}
    return results_table(
        {**names, "measure": measure, "x": counts.get(measure), "n": n, **interval.cells}
        for measure, interval in found.items()
    )


def independent_change(
    *,
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    table_id: str,
    row_key: str = "all",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare the shares of two independent samples, before and after.

    Parameters
    ----------
    x1, n1 : int
        Cases counted, and graded cases, of the earlier sample (counts).
    x2, n2 : int
        The same of the later sample.
    table_id, row_key : str
        Names of the result and of its row.
    confidence : float
        Two-sided confidence level (fraction).

    Returns
    -------
    DataFrame
        A result with the measures `before`, `after`, `change` (after less before), `change_p`
        (probability of so large a change by chance; 5% at most where the 95% interval of `change` leaves
        out no change) and `detectable_change` (smallest improvement that samples of this size, their
        harmonic mean, show four times in five). It speaks of practice: no finite population correction.

    Raises
    ------
    ValueError
        If a count or `confidence` is out of range.

    References
    ----------
    As `independent_change_interval`, `independent_change_test`, `share_interval` and
    `detectable_improvement`.

    Examples
    --------
    >>> found = independent_change(x1=48, n1=80, x2=56, n2=70, table_id="change")
    >>> found.loc[found["measure"] == "change", ["estimate", "low", "high"]].round(3).to_dict("records")
    [{'estimate': 0.2, 'low': 0.051, 'high': 0.335}]
    """
    smallest = None
    if n1 and n2:
        typical = max(1, int(2 / (1 / n1 + 1 / n2)))
        smallest = detectable_improvement(sample=typical, before=x1 / n1, confidence=confidence)
    later_first = {"x1": x2, "n1": n2, "x2": x1, "n2": n1}
    change = independent_change_interval(**later_first, confidence=confidence)
    rows = {
        "before": {"x": x1, "n": n1, **share_interval(x=x1, n=n1, confidence=confidence).cells},
        "after": {"x": x2, "n": n2, **share_interval(x=x2, n=n2, confidence=confidence).cells},
        "change": {"n": n1 + n2, **change.cells},
        "change_p": {"n": n1 + n2, **independent_change_test(**later_first).cells},
        "detectable_change": {"n": n1 + n2, **_alone(smallest, "Fleiss, power 80%", _TOO_FEW).cells},
    }
    names = {"table_id": table_id, "row_key": row_key, "speaks_of": "our_practice"}
    return results_table({**names, "measure": measure, **row} for measure, row in rows.items())


def verdict(*, low: float, high: float, detectable: float | None) -> str:
    """Say in plain words what an interval of a change shows.

    Parameters
    ----------
    low, high : float
        Limits of the change, after less before (fractions).
    detectable : float or None
        Smallest change that would probably have been seen (fraction); None where there is none.

    Returns
    -------
    str
        "improved", "worsened" or "no clear change (could have seen N points or more)", N rounded up.

    Raises
    ------
    ValueError
        If `low` is above `high`.

    Examples
    --------
    >>> verdict(low=0.03, high=0.45, detectable=0.22)
    'improved'
    >>> verdict(low=-0.05, high=0.15, detectable=0.22)
    'no clear change (could have seen 22 points or more)'
    """
    if not low <= high:
        raise ValueError(f"low must not be above high; got {low} and {high}")
    if low > 0:
        return "improved"
    if high < 0:
        return "worsened"
    if detectable is None:
        return "no clear change (too few cases to see any)"
    return f"no clear change (could have seen {ceil(detectable * 100 - 1e-9)} points or more)"


def _tests(gained: int, lost: int, n: int, worthwhile: float, confidence: float) -> dict[str, Interval]:
    if n == 0:
        names = ("change_p", "mcnemar_mid_p", "detectable_change", "power_for_worthwhile")
        return dict.fromkeys(names, Interval(None, None, None, "no pairs"))
    changed = (gained + lost) / n
    p = mcnemar_mid_p(gained=gained, lost=lost)
    smallest = detectable_paired_change(pairs=n, changed=changed, confidence=confidence)
    power = paired_power(pairs=n, changed=max(changed, worthwhile), change=worthwhile, confidence=confidence)
    test = paired_change_test(gained=gained, lost=lost, pairs=n)
    return {
        "change_p": Interval(test.p, None, None, test.method),
        "mcnemar_mid_p": Interval(p, None, None, "McNemar, mid-p"),
        "detectable_change": _alone(smallest, "Connor, power 80%", _TOO_FEW),
        "power_for_worthwhile": Interval(power, None, None, f"Connor, change of {worthwhile * 100:g} points"),
    }


def _alone(value: float | None, method: str, otherwise: str) -> Interval:
    """Hold a figure that has no interval of its own."""
    return Interval(value, None, None, otherwise if value is None else method)


def _check_scale(pairs: pd.DataFrame, grades: Sequence[str]) -> None:
    for name in ("before", "after"):
        strangers = int((pairs[name].notna() & ~pairs[name].isin(grades)).sum())
        if strangers:
            raise ValueError(f"{strangers} grades of {name} are not on the scale {list(grades)}")
