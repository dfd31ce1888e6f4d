"""Cases to auditors: as many as possible, quotas, even workloads, spread, what is kept, and no rule broken."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from qaf_lib.frameworks import Independence
from qaf_lib.sampling import AllocationRules, allocate_audits

# three hours an audit: as many audits in the three months as hours a month
JULY = {"start": date(2026, 7, 1), "months": 3, "hours_per_audit": 3.0}


def cases_of(*teams: str, **columns) -> pd.DataFrame:
    """Cases c0, c1 and so on of these teams; a team is its service's letter and a number."""
    ids = [f"c{number}" for number in range(len(teams))]
    table = pd.DataFrame({"case_id": ids, "service": [team[0] for team in teams], "team_id": list(teams)})
    return table.assign(**{"worker_id": "w", **columns})


def leaders_of(*teams: str, **columns) -> pd.DataFrame:
    """One leader a team, called after it."""
    ids = [f"lead {team}" for team in teams]
    table = pd.DataFrame({"staff_id": ids, "service": [team[0] for team in teams], "team_id": list(teams)})
    return table.assign(**{"role": "Leader", "fte": 1.0, "can_audit": True, **columns})


def rules_of(**says) -> AllocationRules:
    return AllocationRules(**JULY, independence=(apart(**says),))


def apart(**says) -> Independence:
    return Independence(audit_types=["case_file"], **says)


def pairs_of(kind: str, *pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["case_id", "auditor_id"]).assign(kind=kind)


def loads(found) -> list[int]:
    return found.load["allocated"].tolist()


def test_workloads_are_even():
    found = allocate_audits(cases=cases_of(*["A1"] * 7), staff=leaders_of("A1", "B1", "B2"), rules=rules_of())
    assert sorted(loads(found)) == [2, 2, 3]
    assert found.conflicts.empty
    assert found.concerned.empty


def test_workloads_are_even_for_the_post():
    staff = leaders_of("A1", "B1", fte=[1.0, 0.5])
    assert loads(allocate_audits(cases=cases_of(*["A1"] * 6), staff=staff, rules=rules_of())) == [4, 2]


def test_workloads_are_even_for_the_hours():
    staff = leaders_of("A1", "B1", audit_hours_per_month=[9.0, 3.0])
    found = allocate_audits(cases=cases_of(*["A1"] * 4), staff=staff, rules=rules_of())
    assert loads(found) == [3, 1]


@pytest.mark.parametrize(
    ("count", "allocated", "shortfall"), [(5, 5, 1), (6, 6, 0), (7, 7, 0), (8, 8, 0), (9, 8, 0)]
)
def test_quotas_hold_at_each_bound(count, allocated, shortfall):
    staff = leaders_of("B1", "B2", asked=3, audit_hours_per_month=4.0)
    found = allocate_audits(cases=cases_of(*["A1"] * count), staff=staff, rules=rules_of())
    assert len(found.cases) == allocated
    assert found.load["shortfall"].sum() == shortfall
    assert found.load["allocated"].max() <= 4


def test_minimums_go_before_even_workloads():
    staff = leaders_of("A1", "B1", role=["Leader", "Head"], asked=[5, 0])
    assert loads(allocate_audits(cases=cases_of(*["C1"] * 6), staff=staff, rules=rules_of())) == [5, 1]


def test_as_many_as_possible_go_before_the_minimums():
    # both leaders want two; only lead A1 may take the case of B1's team
    found = allocate_audits(
        cases=cases_of("B1", "A1"), staff=leaders_of("A1", "B1", asked=2), rules=rules_of(not_own_team=True)
    )
    assert loads(found) == [1, 1]


def test_one_auditors_cases_are_of_different_teams_and_services():
    cases = cases_of("A1", "A1", "A2", "A2", "B1", "B1")
    found = allocate_audits(cases=cases, staff=leaders_of("C1", "D1"), rules=rules_of())
    teams = found.cases.merge(cases, on="case_id").groupby("auditor_id")["team_id"].agg(sorted)
    assert teams.tolist() == [["A1", "A2", "B1"]] * 2


def test_one_workers_cases_go_to_different_auditors():
    cases = cases_of(*["A1"] * 4, worker_id=["w", "v", "w", "v"])
    found = allocate_audits(cases=cases, staff=leaders_of("C1", "D1"), rules=rules_of())
    workers = found.cases.merge(cases, on="case_id").groupby("auditor_id")["worker_id"].agg(sorted)
    assert workers.tolist() == [["v", "w"]] * 2


def test_nobody_gets_the_case_or_the_team_of_last_time_again_if_it_can_be_helped():
    cases, staff = cases_of("A1", "A2"), leaders_of("C1", "D1")
    for case, other in (("c0", "c1"), ("c1", "c0")):
        before = pairs_of("before", (case, "lead C1"))
        found = allocate_audits(cases=cases, staff=staff, rules=rules_of(), pairs=before)
        assert found.cases.set_index("auditor_id")["case_id"]["lead C1"] == other
    for team, other in (("A1", "c1"), ("A2", "c0")):
        before = pairs_of("before", ("an old case", "lead C1")).assign(team_id=team)
        found = allocate_audits(cases=cases, staff=staff, rules=rules_of(), pairs=before)
        assert found.cases.set_index("auditor_id")["case_id"]["lead C1"] == other
    only = allocate_audits(
        cases=cases, staff=staff[:1], rules=rules_of(), pairs=pairs_of("before", ("c0", "lead C1"))
    )
    assert len(only.cases) == 2


def test_what_is_allocated_already_stays_and_counts():
    cases, staff = cases_of(*["A1"] * 4), leaders_of("B1", "B2")
    kept = pairs_of("kept", ("c0", "lead B1"), ("c3", "lead B1"))
    found = allocate_audits(cases=cases, staff=staff, rules=rules_of(), pairs=kept)
    assert found.cases.to_numpy().tolist() == [
        ["c0", "lead B1", "kept"],
        ["c1", "lead B2", "new"],
        ["c2", "lead B2", "new"],
        ["c3", "lead B1", "kept"],
    ]


def test_when_someone_leaves_only_their_cases_are_allocated_anew():
    cases, staff, rules = cases_of(*["A1", "A2"] * 6), leaders_of("B1", "B2", "B3"), rules_of()
    first = allocate_audits(cases=cases, staff=staff, rules=rules)
    kept = first.cases[["case_id", "auditor_id"]].assign(kind="kept")
    again = allocate_audits(cases=cases, staff=staff, rules=rules, pairs=kept)
    assert again.cases["why"].eq("kept").all()
    later = allocate_audits(cases=cases, staff=staff[:2], rules=rules, pairs=kept)
    new = later.cases[later.cases["why"] == "new"]
    assert set(new["case_id"]) == set(kept.loc[kept["auditor_id"] == "lead B3", "case_id"])
    assert loads(later) == [6, 6]


@pytest.mark.parametrize("rows", [(0, 0), (0, 2), (3, 0)])
def test_empty_tables_are_answered_with_tables(rows):
    cases, staff = cases_of(*["A1"] * rows[0]), leaders_of(*["B1", "B2"][: rows[1]])
    found = allocate_audits(cases=cases, staff=staff.assign(audit_hours_per_month=2.0), rules=rules_of())
    assert found.cases.columns.tolist() == ["case_id", "auditor_id", "why"]
    assert found.cases.empty
    assert len(found.load) == rows[1]
    assert found.conflicts["count"].sum() == rows[0] == len(found.concerned)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"cases": cases_of("A1").drop(columns="team_id")}, r"cases lacks the columns \['team_id'\]"),
        ({"staff": leaders_of("A1").drop(columns="fte")}, r"staff lacks the columns \['fte'\]"),
        ({"cases": pd.concat([cases_of("A1"), cases_of("A1")])}, "1 rows of cases repeat a case_id"),
        ({"cases": cases_of("A1", service=None)}, "cases has 1 rows without service"),
        ({"pairs": pairs_of("liked", ("c0", "lead A1"))}, "kind must be one of"),
        ({"pairs": pd.DataFrame({"case_id": ["c0"]})}, "pairs lacks the columns"),
    ],
)
def test_tables_that_cannot_be_read_are_refused(wrong, message):
    good = {"cases": cases_of("A1"), "staff": leaders_of("A1"), "rules": rules_of()}
    with pytest.raises(ValueError, match=message):
        allocate_audits(**{**good, **wrong})


def councils(size: int):
    """Random councils: cases and staff over a few teams and services, some staff workers who audit too."""
    return st.integers(0, 10_000).map(lambda seed: some_council(np.random.default_rng(seed), size))


def some_council(rng: np.random.Generator, size: int) -> dict[str, object]:
    teams = [f"{service}{number}" for service in "ABC" for number in range(2)]
    count, people = int(rng.integers(0, size)), int(rng.integers(1, 9))
    staff = leaders_of(*rng.choice(teams, size=people)).assign(
        staff_id=[f"p{number}" for number in range(people)],
        role=rng.choice(["Worker", "Leader", "Head"], size=people),
        fte=rng.choice([1.0, 0.5, 0.3], size=people),
    )
    hours = {"Worker": 2, "Leader": int(rng.integers(1, 6)), "Head": None if rng.random() < 0.2 else 4}
    staff["audit_hours_per_month"] = staff["role"].map(hours).astype("float64")
    asked = staff["role"].map({"Worker": 0, "Leader": 1, "Head": 2})
    staff["asked"] = (staff["fte"] * asked).astype("int64")
    cases = cases_of(
        *rng.choice(teams, size=count), worker_id=rng.choice(["p0", "p1", "p2", "w", None], count)
    )
    rules = AllocationRules(
        **JULY,
        independence=(
            apart(roles=["Leader"], not_own_service=bool(rng.random() < 0.5)),
            apart(
                mode=str(rng.choice(["any", "peer", "tiered"])),
                not_own_team=bool(rng.random() < 0.5),
            ),
        ),
    )
    return {"cases": cases, "staff": staff, "rules": rules}


def allowed(case, auditor, staff: pd.DataFrame, rules: AllocationRules) -> bool:
    """The rules again, for one pair, as one would read them out."""
    worker = None if pd.isna(case.worker_id) else case.worker_id
    known = staff[staff["staff_id"] == worker]
    same_team, same_service = case.team_id == auditor.team_id, case.service == auditor.service
    leaders, everybody = rules.independence
    if worker == auditor.staff_id or (worker is None and same_team):
        return False
    if (everybody.not_own_team or everybody.mode == "peer") and same_team:
        return False
    if auditor.role == "Leader" and leaders.not_own_service and same_service:
        return False
    return everybody.mode != "tiered" or known.empty or known["role"].iloc[0] != auditor.role


def most_pairs(cases: pd.DataFrame, staff: pd.DataFrame, rules: AllocationRules, capacity) -> int:
    """The largest flow from every single case over the allowed pairs to the auditors' places."""
    count, people = len(cases), len(staff)
    room = np.zeros((count + people + 2, count + people + 2), dtype="int32")
    room[0, 2 : 2 + count] = 1
    for c, case in enumerate(cases.itertuples()):
        for a, auditor in enumerate(staff.itertuples()):
            room[2 + c, 2 + count + a] = allowed(case, auditor, staff, rules)
    room[2 + count :, 1] = capacity
    return int(maximum_flow(csr_array(room), 0, 1).flow_value)


@settings(max_examples=40)
@given(council=councils(30))
def test_no_rule_is_broken_and_no_more_could_be_allocated(council):
    cases, staff, rules = council["cases"], council["staff"], council["rules"]
    found = allocate_audits(**council)
    case, auditor = cases.set_index("case_id", drop=False), staff.set_index("staff_id", drop=False)
    for pair in found.cases.itertuples():
        assert allowed(case.loc[pair.case_id], auditor.loc[pair.auditor_id], staff, rules)
    assert not found.cases["case_id"].duplicated().any()
    load = found.load.set_index("auditor_id").loc[staff["staff_id"]]
    assert (load["allocated"] <= load["capacity"].fillna(len(cases))).all()
    assert load["allocated"].sum() == len(found.cases)
    assert len(found.cases) == most_pairs(
        cases, staff, rules, load["capacity"].fillna(len(cases)).astype(int)
    )


@settings(max_examples=40)
@given(council=councils(30))
def test_every_case_is_allocated_or_named_in_one_conflict(council):
    found = allocate_audits(**council)
    every = [*found.cases["case_id"], *found.concerned["case_id"]]
    assert sorted(every) == sorted(council["cases"]["case_id"])
    rules = ["minimum not met", "hours below the minimum"]
    about_cases = found.conflicts[~found.conflicts["rule"].isin(rules)]
    assert about_cases["count"].sum() == len(found.concerned)
    assert (
        found.load["shortfall"].sum()
        == found.conflicts.loc[found.conflicts["rule"].isin(rules), "count"].sum()
    )
    assert not any(case in message.split() for case in every for message in found.conflicts["message"])


@settings(max_examples=25)
@given(council=councils(20), seed=st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(council, seed):
    mixed = {name: council[name].sample(frac=1, random_state=seed) for name in ("cases", "staff")}
    one, other = allocate_audits(**council), allocate_audits(**{**council, **mixed})
    for name in ("cases", "load", "conflicts", "concerned"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_ties_go_by_the_permanent_numbers():
    cases, staff = cases_of("A1"), leaders_of("B1", "B2")
    for numbers, first in (([0.1, 0.9], "lead B1"), ([0.9, 0.1], "lead B2")):
        found = allocate_audits(cases=cases, staff=staff.assign(prn=numbers), rules=rules_of())
        assert found.cases["auditor_id"].tolist() == [first]


def test_the_cases_left_open_are_the_last_by_number():
    cases = cases_of("A1", "A1", "A1", prn=[0.9, 0.2, 0.5])
    found = allocate_audits(cases=cases, staff=leaders_of("B1", audit_hours_per_month=2.0), rules=rules_of())
    assert found.concerned["case_id"].tolist() == ["c0"]


def test_the_tables_are_left_as_they_were():
    cases, staff = cases_of("A1", "B1"), leaders_of("A1", "B1")
    before = cases.copy(), staff.copy()
    allocate_audits(cases=cases, staff=staff, rules=rules_of())
    pd.testing.assert_frame_equal(cases, before[0])
    pd.testing.assert_frame_equal(staff, before[1])
