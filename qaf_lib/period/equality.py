"""Cohort and grades by gender, ethnicity group and disability, over the quarter and twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis.equality import cohort_shares, group_shares, groups_apart
from qaf_lib.dates import add_months
from qaf_lib.period.grades import Grades
from qaf_lib.period.random_audits import random_audits
from qaf_lib.period.store import DrawView, PeriodStore

__all__ = ["Equality", "Grouped", "equality_of"]

_KINDS = {"gender": "gender", "ethnicity_group": "ethnicity group", "disability": "disability"}


@dataclass(frozen=True)
class Grouped:
    """One kind of group: all open cases, the quarter's estimate, and twelve months of random audits."""

    name: str
    label: str
    cohort: pd.DataFrame
    quarter: pd.DataFrame
    year: pd.DataFrame


@dataclass(frozen=True)
class Equality:
    """Groups beside one another, for the draw that leads the report.

    `apart` has the probabilities of all groups of the twelve months, adjusted for how many they are; it is
    empty where there is nothing to compare.
    `weighted` says whether every audit of the twelve months has the weight of its draw.
    """

    label: str
    measure: str
    first_day: date
    audits: int
    weighted: bool
    kinds: list[Grouped]
    apart: pd.DataFrame


def equality_of(store: PeriodStore, grades: list[Grades]) -> list[Equality]:
    """Equality of the first draw that counts towards estimates; none where there is no such draw.

    Parameters
    ----------
    store : PeriodStore
        The period.
    grades : list of Grades
        Its estimates; the first gives the quarter's.
    """
    views = {view.key: view for view in store.estimating}
    return [_equality(store, found, views[found.key]) for found in grades[:1]]


def _equality(store: PeriodStore, found: Grades, view: DrawView) -> Equality:
    first = add_months(store.span.end, -12) + timedelta(days=1)
    audits = _audits(store, view, first)
    quarters = {
        "gender": found.by_gender,
        "ethnicity_group": found.by_ethnicity,
        "disability": found.by_disability,
    }
    band = store.framework.scale.headline
    cases = store.closing.drop_duplicates("case_id")
    kinds = [
        Grouped(
            name=name,
            label=label,
            cohort=cohort_shares(groups=cases[name].astype("string"), table_id=f"equality_cohort_{name}"),
            quarter=quarters[name],
            year=group_shares(
                audits=audits.assign(group=audits[name].astype("string")),
                band=band.grades,
                measure=band.name,
                table_id=f"equality_year_{name}",
            ),
        )
        for name, label in _KINDS.items()
    ]
    return Equality(
        label=found.label,
        measure=band.label,
        first_day=first,
        audits=len(audits),
        weighted=bool(len(audits)) and bool(audits["weight"].notna().all()),
        kinds=kinds,
        apart=_apart(kinds),
    )


def _apart(kinds: list[Grouped]) -> pd.DataFrame:
    """Comparisons of groups; their number stands in the method, so that it is not taken for cases."""
    found = groups_apart(shares={kind.label: kind.year for kind in kinds}, table_id="equality_apart")
    return found.assign(n=pd.Series(pd.NA, index=found.index, dtype="Int64"))


def _audits(store: PeriodStore, view: DrawView, first: date) -> pd.DataFrame:
    """Graded random audits since a day, with the groups of their cases and the weights of their draws."""
    audits = random_audits(store, view)
    recent = audits[audits["audited_on"] >= pd.Timestamp(first)].rename(columns={"overall_grade": "grade"})
    people = store.table("case").drop_duplicates("case_id", keep="last")[["case_id", *_KINDS]]
    weights = store.table("draw_case")[["draw_id", "case_id", "weight"]].drop_duplicates(
        ["draw_id", "case_id"]
    )
    return (
        recent[["audit_id", "draw_id", "case_id", "grade"]]
        .merge(people, on="case_id", how="left")
        .merge(weights, on=["draw_id", "case_id"], how="left")
    )
