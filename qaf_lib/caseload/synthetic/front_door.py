"""Annex A lists 1 to 5: contacts, early help, referrals, assessments, section 47 enquiries."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from qaf_lib.caseload.synthetic.cases import NEVER
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.caseload.synthetic.view import SOURCES, View, code, days, mix, pick, yes_no

__all__ = ["assessments", "contacts", "early_help", "early_help_children", "enquiries", "referrals"]


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
