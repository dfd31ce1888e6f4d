"""What cannot be met is named in plain words, with its rule, counts and the cases concerned."""

from datetime import date

import pandas as pd

from qaf_lib.frameworks import Independence
from qaf_lib.sampling import AllocationRules, allocate_audits
from qaf_lib.sampling.allocation.conflicts import counted

# three hours an audit: as many audits in the three months as hours a month
JULY = {"start": date(2026, 7, 1), "months": 3, "hours_per_audit": 3.0}


def cases_of(service: str, count: int, **columns) -> pd.DataFrame:
    ids = [f"{service}-{number}" for number in range(count)]
    table = pd.DataFrame({"case_id": ids, "service": service, "team_id": f"{service} 1", "worker_id": "w"})
    return table.assign(**columns)


def person(staff_id: str, role: str, service: str, **columns) -> dict[str, object]:
    usual = {"team_id": f"{service} 1", "fte": 1.0, "can_audit": True}
    return {"staff_id": staff_id, "role": role, "service": service, **usual, **columns}


def rules_of(**says) -> AllocationRules:
    return AllocationRules(**JULY, independence=(Independence(audit_types=["case_file"], **says),))


def told(cases: pd.DataFrame, staff: list[dict], pairs=None, **says) -> list[tuple[str, int, str]]:
    found = allocate_audits(cases=cases, staff=pd.DataFrame(staff), rules=rules_of(**says), pairs=pairs)
    return list(found.conflicts.itertuples(index=False, name=None))


def kept(**columns) -> pd.DataFrame:
    return pd.DataFrame({"kind": "kept", **columns})


LEADER = {"roles": ["Service Leader"], "not_own_service": True}


def test_a_service_with_one_leader_is_named():
    staff = [person("x", "Service Leader", "Fostering")]
    assert told(cases_of("Fostering", 12), staff, **LEADER) == [
        (
            "own service",
            12,
            "12 audits have no eligible auditor: for service Fostering there is only one Service Leader, "
            "and an audit must go to another part of the service",
        )
    ]


def test_each_service_has_its_own_conflict():
    staff = [person("x", "Social Worker", "Fostering", can_audit=False)]
    cases = pd.concat([cases_of("Fostering", 1), cases_of("Adoption", 2)])
    staff += [person(name, "Service Leader", "Adoption", team_id=f"Adoption {name}") for name in "yz"]
    found = told(cases, staff, mode="tiered")
    assert found == []
    found = told(cases.assign(worker_id="y"), staff, mode="tiered")
    assert [one[:2] for one in found] == [("same role", 2), ("same role", 1)]
    assert found[1][2] == (
        "1 audit has no eligible auditor: for service Fostering there is only one Service Leader, "
        "and a tiered audit must go to another role than the worker's"
    )


def test_the_rule_that_took_the_last_auditor_away_is_the_one_named():
    # the own team takes x, the own service then takes y
    staff = [
        person("x", "Service Leader", "Fostering"),
        person("y", "Head of Service", "Fostering", team_id="Fostering 2"),
    ]
    found = told(cases_of("Fostering", 3), staff, not_own_team=True, not_own_service=True)
    assert found == [
        (
            "own service",
            3,
            "3 audits have no eligible auditor: for service Fostering there is only one Head of Service, "
            "and an audit must go to another part of the service",
        )
    ]


def test_nobody_who_may_audit_is_one_conflict():
    staff = [person("x", "Social Worker", "Fostering")]
    assert told(cases_of("Fostering", 2), [staff[0] | {"can_audit": False}]) == [
        ("no auditors", 2, "2 audits have no eligible auditor: nobody may audit in the period")
    ]


def test_too_few_places_name_the_services_and_the_auditors_they_hang_on():
    # Fostering's five may only go to the two others, who have four places; Adoption's go to Fostering's leader
    cases = pd.concat([cases_of("Fostering", 5), cases_of("Adoption", 2)])
    staff = [
        person("x", "Service Leader", "Fostering"),
        person("y", "Service Leader", "Adoption"),
        person("z", "Service Leader", "Adoption", team_id="Adoption 2"),
    ]
    people = pd.DataFrame(staff).assign(audit_hours_per_month=2.0)
    found = allocate_audits(cases=cases, staff=people, rules=rules_of(**LEADER))
    assert found.conflicts.to_numpy().tolist() == [
        [
            "too few places",
            1,
            "5 audits of service Fostering can only go to two Service Leaders, who have places for 4: "
            "1 stays open",
        ]
    ]
    assert found.concerned.to_numpy().tolist() == [[0, "Fostering-4"]]


def test_several_of_a_post_are_named_in_plain_words():
    posts = {
        "Head of Service": 2,
        "Service Leader": 2,
        "Service Leader CP / LADO": 2,
        "Analyst": 2,
        "Chair": 1,
    }
    named = counted(pd.Series([post for post, count in posts.items() for _ in range(count)]))
    assert named == (
        "two Analysts, one Chair, two Heads of Service, two Service Leaders and two Service Leaders CP / LADO"
    )


def test_too_few_places_in_all_say_so():
    staff = [person("x", "Head of Service", "Fostering", audit_hours_per_month=4.0)]
    assert told(cases_of("Adoption", 7), staff) == [
        (
            "too few places",
            3,
            "7 audits have one Head of Service for auditors, who has places for 4: 3 stay open",
        )
    ]


def test_too_few_cases_for_the_minimums_say_so():
    people = [("x", "Service Leader"), ("y", "Head of Service")]
    staff = [person(who, role, "Adoption", asked=3) for who, role in people]
    assert told(cases_of("Fostering", 4), staff) == [
        (
            "minimum not met",
            2,
            "one Head of Service and one Service Leader have a minimum of 6 audits in all, and there are 4 "
            "for them: 2 short",
        )
    ]


def test_an_auditor_whom_the_rules_leave_no_case_is_short():
    staff = [
        person("x", "Service Leader", "Fostering", asked=1),
        person("y", "Head of Service", "Adoption", asked=3),
    ]
    assert told(cases_of("Fostering", 4), staff, **LEADER) == [
        (
            "minimum not met",
            1,
            "one Service Leader has a minimum of 1 audit in all, and there are 0 for them: 1 short",
        )
    ]


def test_hours_below_the_minimum_say_so():
    staff = [person("x", "Service Leader", "Adoption", audit_hours_per_month=2.0, asked=3)]
    assert told(cases_of("Fostering", 2), staff) == [
        (
            "hours below the minimum",
            1,
            "one Service Leader has room for 1 fewer audit than the minimum of their role",
        )
    ]


def test_an_auditor_who_is_gone_is_told_and_the_audit_goes_to_another():
    staff = [person("x", "Service Leader", "Adoption")]
    pairs = kept(case_id=["Fostering-0"], auditor_id=["old"])
    assert told(cases_of("Fostering", 1), staff, pairs=pairs) == [
        (
            "auditor gone",
            1,
            "1 audit was with someone who may no longer audit, and must go to someone else",
        )
    ]


def test_a_kept_pair_against_a_rule_is_told_and_stays():
    staff = [person("w", "Service Leader", "Fostering")]
    pairs = kept(case_id=["Fostering-0", "Fostering-1"], auditor_id="w")
    assert told(cases_of("Fostering", 2), staff, pairs=pairs) == [
        (
            "kept against own case",
            2,
            "2 audits of service Fostering have an auditor already, although nobody may audit a case of "
            "their own",
        )
    ]


def test_more_kept_than_the_maximum_is_told():
    staff = [person("x", "Service Leader", "Adoption", audit_hours_per_month=1.0)]
    pairs = kept(case_id=["Fostering-0", "Fostering-1"], auditor_id="x")
    assert told(cases_of("Fostering", 2), staff, pairs=pairs) == [
        (
            "kept above the hours",
            1,
            "one Service Leader has 1 audit more than the most in the period, allocated already",
        )
    ]


def test_no_places_at_all_is_a_conflict_of_places():
    staff = [person("x", "Service Leader", "Adoption", audit_hours_per_month=0.0)]
    found = told(cases_of("Fostering", 2), staff)
    assert found == [
        (
            "no places",
            2,
            "2 audits have no eligible auditor: for service Fostering there is only one Service Leader, "
            "and they may take no audits in the period",
        )
    ]


def test_a_case_whose_worker_is_not_known_may_be_anybodys_in_the_team():
    staff = [person("x", "Service Leader", "Fostering"), person("y", "Head of Service", "Fostering")]
    found = told(cases_of("Fostering", 2, worker_id=None), staff)
    assert [one[:2] for one in found] == [("worker not known", 2)]
    assert found[0][2].endswith(
        "there are only one Head of Service and one Service Leader, and the worker is not known, so it may be "
        "anybody's case in the team"
    )
