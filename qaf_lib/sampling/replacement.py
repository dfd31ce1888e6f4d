"""Replacement of cases that cannot be audited, in number order and with a reason for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Replaced", "replace_cases"]


@dataclass(frozen=True)
class Replaced:
    """A draw after its replacements.

    Attributes
    ----------
    cases : DataFrame
        The cases of the draw with `in_sample` (whether it is to be audited), `replaces_case_id` and
        `replacement_reason` (of a reserve that took a place), `reason_not_audited`, and `weight` as
        the cases in the sample now stand for.
    strata : DataFrame
        One row per stratum: `stratum`, `population`, `sample` (planned), `in_sample`, `replaced`,
        `without_reserve`, `not_eligible` (counts) and `eligible_population` (estimated cases that
        belong to the population; missing where none of those looked at does).
    """

    cases: pd.DataFrame
    strata: pd.DataFrame

    @property
    def sentence(self) -> str:
        """What was replaced, and of how many cases the sample speaks, in plain words."""
        total = self.strata.sum(numeric_only=True)
        gone = int(total["replaced"] + total["without_reserve"])
        if gone == 0:
            return f"All {int(total['sample']):,} drawn cases can be audited; none was replaced."
        reasons = self.cases.loc[
            self.cases["state"].eq("selected") & self.cases["reason_not_audited"].notna(),
            "reason_not_audited",
        ].value_counts()
        listed = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
        heard = self.strata["in_sample"] > 0
        speaks = self.strata.loc[heard, "eligible_population"].sum()
        lacking = int(total["without_reserve"])
        tail = f", {lacking} had no reserve left" if lacking else ""
        return (
            f"Of {int(total['sample']):,} drawn cases, {gone:,} could not be audited ({listed}): "
            f"{int(total['replaced']):,} replaced by the next in number order{tail}. The sample speaks of "
            f"about {speaks:,.0f} of {int(total['population']):,} cases."
        )


def replace_cases(
    *, cases: pd.DataFrame, reasons: Mapping[str, str], not_eligible: Collection[str] = ()
) -> Replaced:
    """Put the next reserves in number order in the place of cases that cannot be audited.

    No case is replaced without a reason, and none by choice: the reserves of a stratum stand in in
    the order of their numbers, passing over those that cannot be audited either. A case that turns
    out not to belong to the population lowers the estimated population of its stratum; any other is
    a non-response, whose place the reserve takes as if it were like the case it replaces.

    Parameters
    ----------
    cases : DataFrame
        `Draw.cases` with its reserves: `case_id`, `stratum`, `state`, `position` and `weight`.
    reasons : mapping
        Why a case cannot be audited, by case_id of a selected or reserve case.
    not_eligible : collection of str
        The reasons that mean that the case does not belong to the population, for example "closed".

    Returns
    -------
    Replaced
        The cases with who replaces whom and why, and the strata as they now stand.

    Raises
    ------
    ValueError
        If a reason is blank or its case is neither selected nor reserve, or `not_eligible` names a
        reason that no case has.

    References
    ----------
    Lessler, J. T. and Kalsbeek, W. D. (1992). Nonsampling Error in Surveys, Wiley, chapters 5 and 7.
    Haldane, J. B. S. (1945). On a method of estimating frequencies. Biometrika 33, 222-225 (the share
    that does not belong, when cases are looked at until n are found).

    Examples
    --------
    >>> cases = pd.DataFrame({"case_id": ["a", "b", "c"], "stratum": "cin", "position": [1, 2, 3]}).assign(
    ...     state=["selected", "selected", "reserve"], weight=[5.0, 5.0, None]
    ... )
    >>> found = replace_cases(cases=cases, reasons={"a": "file locked"})
    >>> found.cases.loc[found.cases["in_sample"], ["case_id", "weight"]].to_numpy().tolist()
    [['b', 5.0], ['c', 5.0]]
    >>> print(found.sentence)
    Of 2 drawn cases, 1 could not be audited (file locked 1): 1 replaced by the next in number order.
    The sample speaks of about 10 of 10 cases.
    """
    _check(cases, reasons, not_eligible)
    table = cases.sort_values(["stratum", "position"], ignore_index=True)
    given = table["case_id"].astype("string").map({str(key): value for key, value in reasons.items()})
    table["reason_not_audited"] = given.astype("string")
    table["in_sample"] = table["state"].eq("selected") & given.isna()
    table["replaces_case_id"] = pd.Series(pd.NA, index=table.index, dtype="string")
    table["replacement_reason"] = pd.Series(pd.NA, index=table.index, dtype="string")
    rows = []
    for stratum, part in table.groupby("stratum", sort=True):
        gone = part[part["state"].eq("selected") & part["reason_not_audited"].notna()]
        spare = part[part["state"].eq("reserve") & part["reason_not_audited"].isna()]
        into, out = spare.index[: len(gone)], gone.iloc[: len(spare)]
        table.loc[into, "replaces_case_id"] = out["case_id"].astype("string").to_numpy()
        table.loc[into, "replacement_reason"] = out["reason_not_audited"].to_numpy()
        table.loc[into, "in_sample"] = True
        last = part.loc[into[-1], "position"] if len(into) else 0
        looked = part[
            part["state"].eq("selected") | ((part["state"] == "reserve") & (part["position"] <= last))
        ]
        strangers = int(looked["reason_not_audited"].isin(list(not_eligible)).sum())
        rows.append(_stratum(str(stratum), part, gone, len(into), len(looked), strangers))
    strata = pd.DataFrame(rows)
    counted = strata.set_index("stratum")
    each = (
        table["stratum"].astype(str).map(counted["eligible_population"] / counted["in_sample"].clip(lower=1))
    )
    table["weight"] = np.where(table["in_sample"], each.astype(float), np.nan)
    return Replaced(cases=table, strata=strata)


def _stratum(
    stratum: str, part: pd.DataFrame, gone: pd.DataFrame, replaced: int, looked: int, strangers: int
) -> dict[str, object]:
    selected = part["state"].eq("selected")
    planned, population = int(selected.sum()), round(float(part.loc[selected, "weight"].sum()))
    eligible = _eligible(population, looked, strangers, replaced == len(gone) > 0 and planned > 1)
    return {
        "stratum": stratum,
        "population": population,
        "sample": planned,
        "in_sample": planned - len(gone) + replaced,
        "replaced": replaced,
        "without_reserve": len(gone) - replaced,
        "not_eligible": strangers,
        "eligible_population": eligible,
    }


def _eligible(population: int, looked: int, strangers: int, until_full: bool) -> float:
    """Cases that belong to the population, by Haldane's rule where looking stopped once n were found."""
    if looked == strangers:
        return np.nan
    estimate = population * (1 - strangers / (looked - 1 if until_full else looked))
    return float(min(max(estimate, looked - strangers), population - strangers))


def _check(cases: pd.DataFrame, reasons: Mapping[str, str], not_eligible: Collection[str]) -> None:
    if cases.empty:
        raise ValueError("there are no cases")
    lacking = [name for name in ("case_id", "stratum", "state", "position", "weight") if name not in cases]
    if lacking:
        raise ValueError(f"the cases lack the columns {lacking}")
    drawn = set(cases.loc[cases["state"].isin(["selected", "reserve"]), "case_id"].astype(str))
    strangers = sum(str(case) not in drawn for case in reasons)
    if strangers:
        raise ValueError(f"reasons names {strangers} cases that are neither selected nor reserve")
    blank = sum(not isinstance(reason, str) or not reason.strip() for reason in reasons.values())
    if blank:
        raise ValueError(f"every replaced case needs a reason; {blank} have none")
    unknown = sorted(set(not_eligible) - set(reasons.values()))
    if unknown:
        raise ValueError(f"not_eligible names reasons that no case has: {unknown}")
