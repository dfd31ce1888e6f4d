"""What each synthetic council fails to do, planted one by one and listed in truth/breaches.csv."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.caseload.synthetic.planting import (
    A_WEEK,
    ALL_QUARTER,
    AUGUST,
    Plant,
    Planter,
    closure_not_audited,
    complaint,
    escalation_told,
    gap_of_fifteen_days,
    missed,
    missed_audit,
    moderation,
    not_looked_at,
    own_case,
    own_service,
    same_role,
    self_audit_of_another,
    support_plan_never_sent,
    support_plan_on_day_six,
)

__all__ = ["plant_breaches"]

Row = dict[str, object]
Tables = dict[str, list[Row]]


def plant_breaches(*, tables: Tables, part: Part, listed: Mapping[str, Sequence[str]]) -> list[Row]:
    """Break the part's rules in a known way, in place.

    Parameters
    ----------
    tables : dict of str to list of rows
        Records that keep every rule; changed.
    part : Part
        Whose they are.
    listed : mapping of str to sequence of str
        References of the cases on each census list.

    Returns
    -------
    list of rows
        `part`, `rule` (its name in the framework file), `subject` (reference of the audit, person, case, team
        or escalation concerned; empty for the council), `detail`.
    """
    planter = Planter(tables, part, listed)
    return [breach for plant in _PLANTED[part.name] for breach in plant(planter)]


_PLANTED: Mapping[str, Sequence[Plant]] = {
    "children": (
        own_case,
        escalation_told(1, 1, 0),
        escalation_told(1, None, 1),
        escalation_told(1, 2, 2),
        complaint("late", 0),
        complaint("not done", 1),
        missed("qa_board", AUGUST),
        missed("monthly_performance", AUGUST),
        missed("service_return", ALL_QUARTER, role="Service Manager"),
        missed("observation_themes", ALL_QUARTER, role="Service Manager"),
        missed("complaints_analysis", ALL_QUARTER),
        missed("improvement_plan", ALL_QUARTER),
    ),
    "families": (
        own_case,
        support_plan_on_day_six,
        support_plan_never_sent,
        moderation("submitted before moderation", ["10"], 0),
        moderation("not moderated", ["4"], 0),
        moderation("moderated by another role", ["5"], 0),
        missed_audit("supervision_audit_om", "supervision_file", AUGUST, "Operations Manager"),
        missed("supervision_audit_sm", ALL_QUARTER, subject="Operations Manager"),
        missed("dashboards", A_WEEK, role="Team Manager"),
        missed("team_briefing", A_WEEK, role="Family Centre TM"),
        missed("management_meeting", AUGUST, role="Strategic Manager"),
        missed("group_learning", AUGUST),
        not_looked_at("long_open_ifst", "clinic_review"),
        not_looked_at("long_open_fct", "clinic_review"),
    ),
    "leeds": (
        own_case,
        same_role,
        self_audit_of_another,
        escalation_told(1, 1, 0),
        escalation_told(1, None, 1),
        missed("A55", ALL_QUARTER, role="Quality Assurance Manager"),
        missed("programme", ALL_QUARTER),
        missed("B1", ALL_QUARTER),
        missed("B2", ALL_QUARTER),
        missed("B3", ALL_QUARTER),
        not_looked_at("plans_over_two_years", "plan_review"),
        not_looked_at("repeat_plans", "plan_review"),
    ),
    "portsmouth": (
        own_case,
        own_service,
        gap_of_fifteen_days,
        closure_not_audited,
        not_looked_at("short_plans", "plan_review"),
        not_looked_at("long_plans", "plan_review"),
        not_looked_at("placed_outside", "placement_review"),
        missed_audit("T30", "supervision_file", AUGUST, "Head of Looked After Children"),
        missed_audit("T55", "conference_record", AUGUST, "Head of Safeguarding Monitoring"),
        missed_audit("T66", "carer_file", AUGUST, "Service Leader Fostering and Adoption"),
        missed("T17", ALL_QUARTER, role="Deputy Director of Children's Services"),
        missed("T41", A_WEEK, role="Head of Assessment & Intervention"),
        missed("T57", AUGUST, role="Head of Safeguarding Monitoring"),
        missed("T62", AUGUST, role="Service Leader"),
        missed("T67", AUGUST, subject="Personal Adviser"),
    ),
}
