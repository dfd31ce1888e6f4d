"""Grades of groups beside one another, and whether chance alone could set them apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from qaf_lib.analysis.changes import boschloo
from qaf_lib.analysis.checks import check_band
from qaf_lib.analysis.claims import adjusted_probabilities
from qaf_lib.analysis.intervals import Interval, share_interval, wilson_limits
from qaf_lib.analysis.results import counted_share, group_labels, in_order, results_table
from qaf_lib.sampling import NOT_RECORDED
from qaf_lib.sampling.checks import check_columns, check_series

FEWEST_COMPARED = 10
"""Audits below which a group is not compared."""

# not normal_quantile(), whose last digit differs: figures that were published stay as they are
_Z = 1.959963984540054
_NO_GROUP = (NOT_RECORDED, "not stated", "refused", "unknown")


def cohort_shares(*, groups: pd.Series, table_id: str) -> pd.DataFrame:
    """How the cases divide over the groups ("cohort"): a full count.

    Examples
    --------
    >>> found = cohort_shares(groups=pd.Series(["a", "b", "a"]), table_id="t")
    >>> found[["row_key", "x", "n"]].to_numpy().tolist()
    [['a', 2, 3], ['b', 1, 3]]
    """
    check_series(groups=groups)
    counts = group_labels(groups).value_counts()
    return results_table(
        counted_share(table_id=table_id, row_key=name, measure="cohort", x=int(counts[name]), n=len(groups))
        for name in in_order(counts.index)
    )


def group_shares(*, audits: pd.DataFrame, band: Collection[str], measure: str, table_id: str) -> pd.DataFrame:
    """Share in a band by group, of audits over a longer time, as practice: no finite correction.

    `audits` has `group`, `grade` and `weight` (missing where the draw is not known), one row per graded
    audit. Where every audit has a weight they count by it, with the interval of Kish's effective number of
    cases; else they count alike.

    References
    ----------
    Kish, L. (1965). Survey Sampling, Wiley, section 11.7 (effective number).

    Examples
    --------
    >>> audits = pd.DataFrame({"group": ["a"] * 20, "grade": ["good"] * 12 + ["poor"] * 8, "weight": np.nan})
    >>> found = group_shares(audits=audits, band=["good"], measure="good_or_better", table_id="t")
    >>> found[["row_key", "x", "n", "estimate"]].to_numpy().tolist()
    [['a', 12, 20, 0.6]]
    """
    check_band(band)
    check_columns(["group", "grade", "weight"], audits=audits)
    weighted = bool(len(audits)) and bool(audits["weight"].notna().all())
    counted = audits.assign(good=audits["grade"].isin(list(band)), group=group_labels(audits["group"]))
    rows = []
    for name in in_order(set(counted["group"])):
        part = counted[counted["group"] == name]
        x, n = int(part["good"].sum()), len(part)
        found = _weighted(part) if weighted else share_interval(x=x, n=n)
        names = {"table_id": table_id, "row_key": name, "measure": measure, "speaks_of": "our_practice"}
        rows.append({**names, "x": x, "n": n, **found.cells})
    return results_table(rows)


def _weighted(part: pd.DataFrame) -> Interval:
    weight = part["weight"].to_numpy(dtype="float64")
    share = float(np.average(part["good"].to_numpy(dtype="float64"), weights=weight))
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    low, high = wilson_limits(share=share, effective_n=effective, quantile=_Z)
    return Interval(share, low, high, "Wilson, weighted, Kish's effective number")


def groups_apart(*, shares: Mapping[str, pd.DataFrame], table_id: str) -> pd.DataFrame:
    """Each group against all others of its kind, as `adjusted_probabilities` (Benjamini and Hochberg).

    `shares` has a result by kind of group ("gender"); keys become "gender: Female". Audits count alike.
    Where a kind has just two groups they are compared once. Groups with fewer than 10 audits, those without
    counts, and those that say that nothing is known (not recorded, not stated, refused, unknown), are
    compared with nothing. Source of the test: `boschloo`.

    Examples
    --------
    >>> shares = pd.DataFrame({"row_key": ["a", "b"], "x": [9, 1], "n": [10, 10]})
    >>> found = groups_apart(shares={"kind": shares}, table_id="t")
    >>> found.loc[found["measure"] == "p_adjusted", ["row_key", "n"]].to_numpy().tolist()
    [['kind: a', 1]]
    """
    found: dict[str, float | None] = {}
    for kind, table in shares.items():
        check_columns(["row_key", "x", "n"], **{kind: table})
        enough = (table["n"].ge(FEWEST_COMPARED) & table["x"].notna()).fillna(False).astype(bool)
        known = table[enough & ~table["row_key"].str.lower().isin(_NO_GROUP)]
        compared = known.iloc[:1] if len(known) == 2 else known
        for row in compared.to_dict("records") if len(known) > 1 else ():
            x, n = int(row["x"]), int(row["n"])
            test = boschloo(x1=x, n1=n, x2=int(known["x"].sum()) - x, n2=int(known["n"].sum()) - n)
            found[f"{kind}: {row['row_key']}"] = test.p
    p = pd.Series(found, dtype="Float64")
    return adjusted_probabilities(p=p, method="benjamini_hochberg", table_id=table_id)
