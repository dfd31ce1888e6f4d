"""The indicators that the kit counts itself in Annex A's lists: their names, words and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

__all__ = ["COUNTS", "Count"]


@dataclass(frozen=True)
class Count:
    """One count: what it is called, what is counted of what, where that stands, and which way is better.

    `local` says that no law or national guidance gives the number: it is the kit's reading. `together` is a
    count of two others, shown only where a framework's indicator asks for it.
    """

    label: str
    definition: str
    source: str
    better: Literal["higher", "lower"] = "higher"
    local: bool = False
    together: bool = False


_TOGETHER = "Working Together to Safeguard Children (2023)"
_CARE_PLANNING = "Care Planning, Placement and Case Review (England) Regulations 2010"
_CENSUS = "Department for Education, children in need statistics"

COUNTS: Mapping[str, Count] = MappingProxyType(
    {
        "assessments_in_45_days": Count(
            "Assessments authorised within 45 working days",
            "Of the assessments authorised in the period, those authorised 45 working days or fewer after "
            "they began (list 4)",
            f"{_TOGETHER}: at most 45 working days from the referral; counted from the assessment's start, "
            f"as the {_CENSUS} do",
        ),
        "child_seen_in_assessment": Count(
            "Children seen during their assessment",
            "Of the assessments authorised in the period, those in which the child was seen (list 4)",
            f"{_TOGETHER}: every assessment includes seeing the child",
        ),
        "conferences_in_15_days": Count(
            "First child protection conferences within 15 working days",
            "Of the first conferences held in the period, those held 15 working days or fewer after the "
            "strategy discussion (list 5)",
            f"{_TOGETHER}: within 15 working days of the strategy discussion",
        ),
        "cp_reviews_on_time": Count(
            "Child protection plans reviewed on time",
            "Of the plans open for 3 months or more, those last reviewed 6 months or less before the "
            "day (list 7)",
            f"{_TOGETHER}: a first review within 3 months, then every 6 months at most",
        ),
        "cp_conferences_on_time": Count(
            "Child protection conferences and reviews on time",
            "First conferences of the period and plans due for review, counted together (lists 5 and 7)",
            f"{_TOGETHER}: 15 working days, then 3 and 6 months",
            together=True,
        ),
        "cp_visits_in_10_working_days": Count(
            "Children on a protection plan visited within 10 working days",
            "Of the plans open for 10 working days or more, those with a visit 10 working days or fewer "
            "before the day (list 7)",
            "No national number: 10 working days is common in local procedures",
            local=True,
        ),
        "cp_seen_alone": Count(
            "Children on a protection plan seen alone at the last visit",
            "Of the open plans, those whose last visit says that the child was seen alone (list 7)",
            f"{_TOGETHER}: children are seen alone where that is right for them",
        ),
        "cp_plans_over_2_years": Count(
            "Child protection plans running for 2 years or more",
            "Of the open plans, those that began 2 years or more before the day (list 7)",
            f"{_CENSUS}: plans open for 2 years or more",
            better="lower",
        ),
        "repeat_cp_plans": Count(
            "Child protection plans that are not the child's first",
            "Of the plans begun in the period, those of a child who had one before (list 7)",
            f"{_CENSUS}: a second or later plan",
            better="lower",
        ),
        "care_reviews_on_time": Count(
            "Children in care reviewed on time",
            "Of the children in care for 20 working days or more, those last reviewed 6 months or less "
            "before the day, or 3 months where that review fell in the first 20 working days (list 8)",
            f"{_CARE_PLANNING}, regulation 33: within 20 working days, then 3 months, then every 6 months",
        ),
        "plan_reviews_on_time": Count(
            "Protection plans and children in care reviewed on time",
            "Plans and children due for review, counted together (lists 7 and 8)",
            f"{_TOGETHER} and {_CARE_PLANNING}, regulation 33",
            together=True,
        ),
        "care_visits_in_6_weeks": Count(
            "Children in care visited within 6 weeks",
            "Of the children in care for 6 weeks or more, those visited 6 weeks or less before the day "
            "(list 8)",
            f"{_CARE_PLANNING}, regulation 28: every 6 weeks; after a year every 3 months in a placement "
            "meant to last, and more often at first and with parents, which the list does not tell",
        ),
        "health_assessments_on_time": Count(
            "Children in care with a health assessment on time",
            "Of the children in care for 12 months or more, those assessed 12 months or less before the "
            "day, or 6 months under the age of five (list 8)",
            f"{_CARE_PLANNING}, regulation 7: every 12 months, and every 6 under the age of five",
        ),
        "dental_checks_in_12_months": Count(
            "Children in care with a dental check in 12 months",
            "Of the children in care for 12 months or more, those checked 12 months or less before the "
            "day (list 8)",
            "Department for Education, outcomes of children looked after for 12 months or more",
        ),
        "children_seen_in_6_weeks": Count(
            "Children with an open case seen within 6 weeks",
            "Of the cases open for 6 weeks or more, those seen 6 weeks or less before the day (list 6)",
            "No national number: 6 weeks is common in local procedures",
            local=True,
        ),
    }
)
"""Every count by its name; a framework's indicator names one as `computed`."""
