"""Its front door, and the lists of what is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from qaf_lib.synthetic.cases import NEVER
from qaf_lib.synthetic.council import Part, open_cases
from qaf_lib.synthetic.view import (
    ABUSE,
    NEEDS,
    PERMANENCE,
    SOURCES,
    View,
    code,
    columns_of,
    days,
    mix,
    pick,
    yes_no,
)


def early_help_children(families: Part, as_at: date, back: int) -> pd.DataFrame:
    """One or two children of every family open in the window, with references of their own."""
    phases = families.phases
    rows = phases[(phases["start"] <= as_at.toordinal()) & (phases["end"] >= back)]
    rows = rows.join(families.cases, on="case")
    second = rows[rows["u"] < 0.3].assign(born=lambda table: table["born"] - 900, sibling=2)
    both = pd.concat([rows.assign(sibling=1), second], ignore_index=True)
    both["gender"] = np.where(mix(both, 1) < 0.5, "Female", "Male")
    both["case_id"] = [
        "1" + ref[3:] + str(at) for ref, at in zip(both["case_id"], both["sibling"], strict=True)
    ]
    return both.sort_values("case_id").reset_index(drop=True)


def contacts(view: View, early: pd.DataFrame) -> pd.DataFrame:
    """List 1: one contact for each case or early help family that opened in the window."""
    known = view.phases[view.phases["opened"] >= view.back].groupby("case").head(1)
    new = early[early["start"] >= view.back].assign(opened=lambda table: table["start"])
    rows = pd.concat([known.join(view.part.cases, on="case"), new], ignore_index=True)
    table = view.child(rows)
    table["date_of_contact"] = days(rows["opened"] - (mix(rows, 2) < 0.4))
    table["contact_source"] = code("contact_referral_source", pick(SOURCES, mix(rows, 3)))
    return table


def early_help(view: View, early: pd.DataFrame, teams: pd.DataFrame) -> pd.DataFrame:
    """List 2: the children of early help families; the standard holds an organisation, no team."""
    table = view.child(early)
    table["assessment_start_date"] = days(early["start"])
    table["assessment_completion_date"] = days(early["end"].where(early["end"] <= view.day, NEVER))
    names = dict(zip(teams["team_id"], teams["service"], strict=True))
    table["organisation_completing_assessment"] = [names[team] for team in early["team_id"]]
    return table


def referrals(view: View) -> pd.DataFrame:
    """List 3: the referral that opened each case in the window."""
    rows = view.phases[view.phases["opened"] >= view.back].sort_values("start").groupby("case").head(1)
    rows = rows.join(view.part.cases, on="case").sort_values("case_id").reset_index(drop=True)
    table = view.child(rows)
    table["date_of_referral"] = days(rows["opened"])
    table["referral_source"] = code("contact_referral_source", pick(SOURCES, mix(rows, 3)))
    table["referral_nfa"] = yes_no([False] * len(rows))
    table["referrals_12m"] = (mix(rows, 4) * 1.25).astype(int)
    return view.allocation(table, rows)


def assessments(view: View) -> pd.DataFrame:
    """List 4: assessments in the window, those still open among them."""
    rows = view.latest("open_assessment")
    table = view.child(rows)
    done = rows["end"] <= view.day
    table["continuous_assessment_start_date"] = days(rows["start"])
    seen = (mix(rows, 5) < 0.95) & (rows["born"] <= view.day)
    table["child_seen_during_continuous_assessment"] = code(
        "yes_no_unknown", ["Yes" if flag else "No" for flag in seen]
    )
    table["continuous_assessment_date_of_authorisation"] = days(rows["end"].where(done, NEVER))
    support = [
        None if not over else ("Yes" if more else "No")
        for over, more in zip(done, _goes_on(rows), strict=True)
    ]
    table["assessed_needs_support"] = code("yes_no", support)
    return view.allocation(table, rows)


def _goes_on(rows: pd.DataFrame) -> pd.Series:
    return rows["closed"] > rows["end"]


def enquiries(view: View) -> pd.DataFrame:
    """Section 47 enquiries: one before every child protection plan, and some that led to none."""
    plans = view.latest("child_protection")
    plans = plans[plans["start"] >= view.back].assign(leads=True)
    other = view.latest("open_assessment")
    other = other[(other["start"] >= view.back) & (mix(other, 6) < 0.2)]
    other = other[~other["case"].isin(plans["case"])].assign(leads=False)
    rows = pd.concat([plans, other], ignore_index=True).sort_values("case_id").reset_index(drop=True)
    table = view.child(rows)
    leads = rows["leads"].to_numpy(dtype=bool)
    late = np.where(mix(rows, 40) > 0.92, 12, 0)
    began = np.where(leads, rows["start"] - 8 - late - (mix(rows, 7) * 12).astype(int), rows["start"] + 1)
    table["strategy_discussion_date"] = days(np.minimum(began, view.day))
    table["icpc_unnecessary"] = yes_no(~leads)
    table["icpc_date"] = days(np.where(leads, rows["start"], NEVER))
    table["icpc_resulted_in_plan"] = code("yes_no", ["Yes" if flag else None for flag in leads])
    table["s47_enquiries_12m"] = 1 + (mix(rows, 8) < 0.12)
    table["icpcs_12m"] = leads.astype(int)
    return view.allocation(table, rows)


_CASE_STATUS = {
    "looked_after": "Looked after child",
    "child_protection": "Child Protection plan",
    "child_in_need": "Child in need plan",
    "open_assessment": "Open assessment",
}
_LEGAL = ("C2", "C2", "C2", "C2", "C1", "C1", "V2", "V2", "E1")
_PLACEMENTS = ("U1", "U3", "U4", "U4", "U4", "U6", "U6", "U6", "K2", "K2", "P1", "H5", "R3")
_COUNTY = "Demonshire"
_NOT_RECORDED = {"date_of_last_health_assessment": 0.02, "date_of_last_dental_check": 0.03}
"""Share of the children in care for whom no such day stands in the list."""


def children_in_need(view: View) -> pd.DataFrame:
    """List 6: every child with an open statutory case, or one closed in the window."""
    rows = view.latest()
    closed = rows["closed"] <= view.day
    table = view.child(rows)
    table["cin_start_date"] = days(rows["opened"])
    needs = np.where(rows["disability"].eq("Yes") & (mix(rows, 9) < 0.6), "N2", pick(NEEDS, mix(rows, 10)))
    table["primary_need_code"] = code("primary_need", needs.tolist())
    table["date_child_was_last_seen"] = view.recent(rows, 11, 46, rows["opened"])
    table["cin_closure_date"] = days(rows["closed"].where(closed, NEVER))
    assessed = np.where(rows["status"] == "open_assessment", "RC8", "RC7")
    reasons = np.where(
        rows["status"] == "looked_after", np.where(mix(rows, 12) < 0.4, "RC4", "RC7"), assessed
    )
    table["reason_for_closure"] = code(
        "closure_reason", [r if c else None for r, c in zip(reasons, closed, strict=True)]
    )
    status = rows["status"].map(_CASE_STATUS).mask(closed, "Closed episode")
    table["case_status"] = code("case_status", status.tolist())
    return view.allocation(table, rows)


def protection(view: View) -> pd.DataFrame:
    """List 7: the latest child protection plan, open or ended in the window."""
    rows = view.latest("child_protection")
    rows["closed"] = rows["end"]
    table = view.child(rows)
    table["child_protection_plan_start_date"] = days(rows["start"])
    first = pick(ABUSE, mix(rows, 13))
    latest = np.where(mix(rows, 14) < 0.88, first, pick(ABUSE, mix(rows, 15)))
    table["initial_category_of_abuse"] = code("abuse_category", first)
    table["latest_category_of_abuse"] = code("abuse_category", latest.tolist())
    table["date_of_the_last_statutory_visit"] = view.recent(rows, 16, 18, rows["start"])
    alone = np.where(rows["born"] > view.day - 1100, "No", np.where(mix(rows, 17) < 0.85, "Yes", "No"))
    alone = np.where(mix(rows, 42) < 0.02, "Unknown", alone)
    table["was_the_child_seen_alone"] = code("yes_no_unknown", alone.tolist())
    table["date_of_latest_review_conference"] = _last_review(view, rows)
    table["child_protection_plan_end_date"] = days(rows["end"].where(rows["end"] <= view.day, NEVER))
    table["epo_or_police_powers_6m"] = yes_no(mix(rows, 19) < 0.03)
    table["number_of_previous_child_protection_plans"] = np.digitize(mix(rows, 20), [0.79, 0.96])
    return view.allocation(table, rows)


def _last_review(view: View, rows: pd.DataFrame) -> list[date | None]:
    """The last review of each plan: the first after 75 days; some are late, a few are not recorded."""
    last = np.minimum(rows["end"].to_numpy(), view.day)
    reviewed = np.maximum(last - (mix(rows, 18) * 190).astype(int), rows["start"].to_numpy() + 75)
    held = (reviewed <= last) & (mix(rows, 41) > 0.02)
    return days(np.where(held, reviewed, NEVER))


def care(view: View) -> pd.DataFrame:
    """List 8: children looked after, or who ceased to be in the window."""
    rows = view.latest("looked_after")
    rows["closed"] = rows["end"]
    ceased = rows["end"] <= view.day
    table = view.child(rows)
    table["uasc_12m"] = yes_no((mix(rows, 21) < 0.04) & (table["age_years"] >= 14))
    table["date_started_to_be_looked_after"] = days(rows["start"])
    table["childs_category_of_need"] = code("cla_category_of_need", pick(NEEDS, mix(rows, 10)))
    table["second_period_of_care_12m"] = yes_no(mix(rows, 22) < 0.03)
    length = np.minimum(rows["end"].to_numpy(), view.day) - rows["start"].to_numpy()
    table["start_date_of_current_legal_status"] = days(rows["start"] + (length * mix(rows, 23)).astype(int))
    table["childs_legal_status"] = code("legal_status", pick(_LEGAL, mix(rows, 24)))
    for column, within in {
        "date_of_latest_statutory_review": 186,
        "date_of_last_social_work_visit": 45,
        "date_of_last_iro_visit_contact_to_the_child": 120,
        "date_of_last_health_assessment": 400,
        "date_of_last_dental_check": 430,
    }.items():
        known = view.recent(rows, 24 + len(column), within, rows["start"])
        lost = mix(rows, 43 + len(column)) < _NOT_RECORDED.get(column, 0)
        table[column] = [None if blank else day for day, blank in zip(known, lost, strict=True)]
    table["what_is_the_permanence_plan_for_this_child"] = code(
        "permanence_plan", pick(PERMANENCE, mix(rows, 25))
    )
    table["number_of_placements_in_the_last_12_months"] = 1 + np.digitize(mix(rows, 26), [0.72, 0.91, 0.97])
    table["date_ceased_to_be_looked_after"] = days(rows["end"].where(ceased, NEVER))
    _ceased_and_placed(table, rows, ceased, view)
    return view.allocation(table, rows)


def _ceased_and_placed(table: pd.DataFrame, rows: pd.DataFrame, ceased: pd.Series, view: View) -> None:
    ways = np.where(
        rows["end"] - rows["born"] > 6570,
        "E5",
        pick(("E4A", "E4A", "E4B", "E45", "E47", "E11"), mix(rows, 27)),
    )
    table["reason_ceased_to_be_looked_after"] = code(
        "cla_ceased_reason", [way if over else None for way, over in zip(ways, ceased, strict=True)]
    )
    placed = rows["start"] + ((np.minimum(rows["end"], view.day) - rows["start"]) * mix(rows, 28)).astype(int)
    out = mix(rows, 29) < 0.3
    blank = set(columns_of(8)) - set(table.columns) - {"allocated_team", "allocated_worker"}
    kinds = pick(_PLACEMENTS, mix(rows, 30))
    providers = [
        "PR0" if kind == "P1" else "PR1" if chance < 0.6 else "PR4"
        for kind, chance in zip(kinds, mix(rows, 31), strict=True)
    ]
    known: dict[str, Sequence[object]] = {
        "start_date_of_most_recent_placement": days(placed),
        "placement_type": code("placement_type", kinds),
        "placement_provider": code("placement_provider", providers),
        "placement_postcode": [f"ZZ99 {3 if away else 1}VZ" for away in out],
        "urn_of_placement": [
            f"SC{900_000 + int(chance * 9000)}" if kind == "K2" else None
            for kind, chance in zip(kinds, mix(rows, 32), strict=True)
        ],
        "placement_location": code("placement_location", ["Out" if away else "In" for away in out]),
        "la_of_placement": ["Farshire" if away else _COUNTY for away in out],
        "missing_episodes_12m": np.digitize(mix(rows, 33), [0.9, 0.96]).tolist(),
        "absent_episodes_12m": np.digitize(mix(rows, 34), [0.95]).tolist(),
    }
    for column in sorted(blank):
        table[column] = known.get(column)
    missing = table["missing_episodes_12m"] > 0
    offered = ["Yes" if flag else None for flag in missing]
    table["rhi_offered"] = code("yes_no_unknown", offered)
    table["rhi_accepted"] = code(
        "yes_no_unknown",
        [o and ("Yes" if c < 0.7 else "No") for o, c in zip(offered, mix(rows, 35), strict=True)],
    )


def care_leavers(view: View) -> pd.DataFrame:
    """List 9: care leavers on the day; they stand in no other list but 6, as closed, when lately 18."""
    rows = open_cases(part=view.part, as_at=view.as_at)
    rows = rows[rows["status"] == "care_leaver"].reset_index(drop=True)
    table = view.child(rows)
    table["eligibility_category"] = code("leaving_care_eligibility", ["Former relevant child"] * len(rows))
    touch = np.where(mix(rows, 36) < 0.93, "Yes", "No")
    table["la_in_touch"] = code("la_in_touch", touch.tolist())
    homes = pick(("B", "D", "D", "E", "K", "T", "U", "U", "U", "X", "Z", "S"), mix(rows, 37))
    table["type_of_accommodation"] = code("cl_accommodation", homes)
    table["suitability_of_accommodation"] = code(
        "cl_suitability", ["Unsuitable" if home in ("S", "X") else "Suitable" for home in homes]
    )
    table["activity_status"] = code(
        "cl_activity", pick(("F1", "F2", "F2", "F3", "F3", "P3", "G4", "G5", "G5", "G6"), mix(rows, 38))
    )
    return view.allocation(table, rows)
