"""Who may not audit which case, on both sides of each rule."""

import pandas as pd
import pytest

from qaf_lib.analysis.independence import broken_independence, division_not_known

STAFF = pd.DataFrame(
    {
        "staff_id": ["worker", "colleague", "neighbour", "stranger", "lead"],
        "role": ["Social Worker", "Social Worker", "Social Worker", "Social Worker", "Team Manager"],
        "team_id": ["t1", "t1", "t2", "t3", "t1"],
        "service": ["care", "care", "care", "help", "care"],
    }
)


def audit_by(auditor, worker="worker"):
    return pd.DataFrame(
        {"audit_id": ["a"], "auditor_id": [auditor], "worker_id": [worker], "team_id": ["t1"]}
    )


def broken(auditor, worker="worker", **rules):
    return broken_independence(audits=audit_by(auditor, worker), staff=STAFF, **rules)["rule"].tolist()


def test_nobody_audits_the_own_case():
    assert broken("worker") == ["own case"]
    assert broken("colleague") == []


def test_a_case_without_a_worker_is_nobodys_own():
    assert broken("worker", worker=None) == []


def test_an_audit_without_an_auditor_cannot_be_judged():
    assert broken(None, not_own_team=True) == []


@pytest.mark.parametrize("rules", [{"not_own_team": True}, {"mode": "peer"}])
def test_the_own_team_is_out_and_the_next_one_in(rules):
    assert broken("colleague", **rules) == ["own team"]
    assert broken("neighbour", **rules) == []


def test_another_part_of_the_service_means_another_service():
    assert broken("neighbour", not_own_service=True) == ["own service"]
    assert broken("stranger", not_own_service=True) == []


def test_a_tiered_audit_is_made_by_another_role():
    assert broken("stranger", mode="tiered") == ["same role"]
    assert broken("lead", mode="tiered") == []


def test_a_self_audit_is_of_the_own_case_only():
    assert broken("worker", mode="self") == []
    assert broken("colleague", mode="self") == ["not the own case"]


DIVISIONS = pd.Series({"t1": "North", "t2": "North", "t3": "South"})


def test_a_peer_of_the_own_division_is_in_and_of_another_out():
    assert broken("neighbour", mode="peer", divisions=DIVISIONS) == []
    assert broken("stranger", mode="peer", divisions=DIVISIONS) == ["other division"]
    assert broken("stranger", mode="peer") == []


@pytest.mark.parametrize("gone", ["t1", "t3"])
def test_an_unknown_division_cannot_be_told_and_is_not_broken(gone):
    known = DIVISIONS.where(DIVISIONS.index != gone).astype("string")
    assert broken("stranger", divisions=known) == []
    assert division_not_known(audits=audit_by("stranger"), staff=STAFF, divisions=known) == 1
    assert broken("stranger", divisions=DIVISIONS.drop(gone)) == []


def test_a_known_division_and_an_unknown_auditor_are_counted_apart():
    assert division_not_known(audits=audit_by("stranger"), staff=STAFF, divisions=DIVISIONS) == 0
    assert division_not_known(audits=audit_by("nobody"), staff=STAFF, divisions=DIVISIONS) == 1
    assert division_not_known(audits=audit_by(None), staff=STAFF, divisions=DIVISIONS) == 1


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="`mode` must be one of any, peer, tiered, self; got 'friend'"):
        broken("worker", mode="friend")
