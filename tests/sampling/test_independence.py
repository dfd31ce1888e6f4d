"""Who may not audit which case, on both sides of each rule: as audits are given out, and as breaches are counted."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.frameworks import Independence
from qaf_lib.sampling import barred_pairs, broken_rule, case_side, division_not_known
from qaf_lib.sampling.independence import WORKER_NOT_KNOWN

STAFF = pd.DataFrame(
    {
        "auditor_id": ["worker", "colleague", "neighbour", "stranger", "lead", "nobody", None],
        "role": [
            "Social Worker",
            "Social Worker",
            "Social Worker",
            "Social Worker",
            "Team Manager",
            None,
            None,
        ],
        "team_id": ["t1", "t1", "t2", "t3", "t1", None, None],
        "service": ["care", "care", "care", "help", "care", None, None],
        "division": ["North", "North", "North", "South", "North", None, None],
    }
)
CASE = {"worker_id": "worker", "worker_role": "Social Worker", "team_id": "t1", "service": "care"}


def rule(**says):
    return Independence(audit_types=["case_file"], **says)


def auditor(who):
    return STAFF[STAFF["auditor_id"].isna() if who is None else STAFF["auditor_id"] == who]


def audit(**case):
    return pd.DataFrame([{**CASE, "division": "North", **case}])


def broken(who, rules=None, *, staff=None, **says):
    case = {name: says.pop(name) for name in (*CASE, "division") if name in says}
    asked = [rule(**says)] if rules is None else rules
    found = broken_rule(audits=audit(**case), auditors=auditor(who) if staff is None else staff, rules=asked)
    return found.dropna().tolist()


def test_nobody_audits_the_own_case():
    assert broken("worker") == ["own case"]
    assert broken("colleague") == []
    assert broken("worker", not_own_case=False) == []


def test_a_case_without_a_worker_is_nobodys_own():
    assert broken("worker", worker_id=None) == []


def test_an_audit_without_an_auditor_cannot_be_judged():
    assert broken(None, not_own_team=True) == []
    assert broken(None, mode="self", not_own_case=False) == []


@pytest.mark.parametrize("says", [{"not_own_team": True}, {"mode": "peer"}])
def test_the_own_team_is_out_and_the_next_one_in(says):
    assert broken("colleague", **says) == ["own team"]
    assert broken("neighbour", **says) == []


def test_another_part_of_the_service_means_another_service():
    assert broken("neighbour", not_own_service=True) == ["own service"]
    assert broken("stranger", not_own_service=True) == []


def test_a_tiered_audit_is_made_by_another_role():
    assert broken("stranger", mode="tiered") == ["same role"]
    assert broken("lead", mode="tiered") == []


def test_a_self_audit_is_of_the_own_case_only():
    assert broken("worker", mode="self") == []
    assert broken("colleague", mode="self") == ["not the own case"]


def test_a_peer_of_the_own_division_is_in_and_of_another_out():
    assert broken("neighbour", mode="peer", within_division=True) == []
    assert broken("stranger", mode="peer", within_division=True) == ["other division"]
    assert broken("stranger", mode="peer") == []


@pytest.mark.parametrize(
    ("who", "division", "untold"),
    [("stranger", "North", 0), ("stranger", None, 1), ("nobody", "North", 1), (None, "North", 1)],
)
def test_an_unknown_division_cannot_be_told_and_is_not_broken(who, division, untold):
    rules = [rule(within_division=True)]
    assert broken(who, rules, division=division) == ([] if untold else ["other division"])
    at = {"audits": audit(division=division), "auditors": auditor(who)}
    assert division_not_known(rules=rules, **at) == untold
    assert division_not_known(rules=[rule()], **at) == 0


def test_a_rule_for_one_role_leaves_the_others_alone():
    rules = [rule(roles=["Team Manager"], not_own_service=True)]
    assert broken("lead", rules) == ["own service"]
    assert broken("colleague", rules) == []
    assert broken("nobody", rules, team_id=None) == []


def test_of_several_rules_the_first_broken_is_told():
    rules = [rule(roles=["Team Manager"], not_own_service=True), rule(not_own_team=True)]
    assert broken("lead", rules) == ["own team"]
    assert broken("worker", rules) == ["own case"]


def test_a_case_s_service_is_that_of_the_team_s_staff_else_its_own():
    staff = pd.DataFrame(
        {"staff_id": ["b", "a"], "team_id": "t1", "role": ["Worker", "Head"], "service": ["Old", "Care"]}
    )
    cases = pd.DataFrame(
        {"team_id": ["t1", "t2"], "worker_id": ["b", None], "service": ["care team", "Help"]}
    )
    for order in (staff, staff[::-1]):
        found = case_side(cases=cases, staff=order)
        assert found["service"].tolist() == ["Care", "Help"]
        assert found["worker_role"].fillna("").tolist() == ["Worker", ""]
    audits = case_side(cases=cases.drop(columns="service"), staff=staff)
    assert audits["service"].fillna("").tolist() == ["Care", ""]


FLAGS = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["any", "peer", "tiered", "self"]),
        "roles": st.sampled_from([[], ["Team Manager"], ["Social Worker"]]),
        **dict.fromkeys(
            ["not_own_case", "not_own_team", "not_own_service", "within_division"], st.booleans()
        ),
    }
)


@given(
    st.lists(FLAGS, max_size=3), st.sampled_from(["worker", "lead", None]), st.sampled_from(["North", None])
)
def test_whom_a_rule_keeps_from_a_case_is_who_breaks_it_with_an_audit(flags, worker, division):
    rules = [rule(**says) for says in flags]
    case = audit(worker_id=worker, division=division)
    barred = barred_pairs(cases=case, auditors=STAFF, rules=rules)
    barred.pop(WORKER_NOT_KNOWN, None)
    for at, who in enumerate(STAFF["auditor_id"].dropna()):
        first = next((name for name, pairs in barred.items() if pairs[0, at]), None)
        assert broken(who, rules, worker_id=worker, division=division) == ([first] if first else [])
