"""Moderation that a grade asks for."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.analysis.moderation_due import moderation_due

END = date(2026, 9, 30)
ROLES = pd.Series({"head": "Operations Manager", "peer": "Team Manager"})


def state(grade="10", submitted="2026-09-10", moderated="2026-09-10", moderator="head", **rules):
    audits = pd.DataFrame(
        {
            "audit_id": ["a"],
            "auditor_id": ["auditor"],
            "overall_grade": [grade],
            "submitted_on": pd.to_datetime([submitted]),
        }
    )
    moderations = pd.DataFrame(
        {"audit_id": ["a"], "moderator_id": [moderator], "moderated_on": pd.to_datetime([moderated])}
    )
    found = moderation_due(
        audits=audits,
        moderations=moderations.dropna(subset="moderated_on"),
        trigger_grades=["1", "2", "3", "4", "5", "10"],
        before_submission=True,
        as_at=END,
        **rules,
    )
    return found["state"].tolist()


@pytest.mark.parametrize(("grade", "asked"), [("5", 1), ("6", 0), ("9", 0), ("10", 1)])
def test_five_and_below_and_ten_are_moderated_and_no_other_grade(grade, asked):
    assert len(state(grade=grade)) == asked


def test_the_day_of_submission_is_in_time_and_the_next_day_is_not():
    assert state(moderated="2026-09-10") == ["moderated in time"]
    assert state(moderated="2026-09-11") == ["submitted before moderation"]


def test_what_is_not_submitted_yet_is_not_due():
    assert state(submitted=None, moderated=None) == ["not yet submitted"]
    assert state(moderated=None) == ["not moderated"]


def test_what_happens_after_the_period_has_not_happened():
    assert state(submitted="2026-10-01", moderated="2026-10-01") == ["not yet submitted"]


def test_the_moderator_has_a_role_that_may_and_is_not_the_auditor():
    assert state(moderator="peer", roles=ROLES, by_roles=["Operations Manager"]) == [
        "moderated by another role"
    ]
    assert state(moderator="head", roles=ROLES, by_roles=["Operations Manager"]) == ["moderated in time"]
    assert state(moderator="auditor") == ["moderated by the auditor"]
