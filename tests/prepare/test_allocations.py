"""Drawn cases given to auditors, and what happens when somebody leaves."""

from pathlib import Path

import pandas as pd
import pytest

from qaf_lib.dates import parse_period
from qaf_lib.frameworks import load_framework
from qaf_lib.prepare import Orders, Replacement, prepare
from qaf_lib.prepare.allocations import allocation_rules, audits_asked, hours_per_audit

KIT = Path(__file__).resolve().parents[2]
HEADING = (
    "staff_id,name,role,team_id,service,fte,started_on,left_on,can_audit,can_moderate,audit_hours_per_month"
)
WORKERS = [f"Worker-{number}" for number in [*range(71000, 71006), *range(72000, 72006)]]


def person(who, *, role="Manager", team="T1", left="", audits="true", hours=""):
    service = {"T1": "Care", "T2": "Need"}[team]
    return f"{who},Name {who},{role},{team},{service},1,2020-01-01,{left},{audits},false,{hours}"


def staff(project, *people):
    project.add_records("staff", "\n".join([HEADING, *people]) + "\n")


def rules(project, text):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", f"{text}\nworthwhile_change")


def listed(project, draw="2025-26_Q2_case_file_1"):
    folder = project.root / "vault" / "tinyshire" / "2025-26-q2" / "restricted"
    return pd.read_csv(folder / f"allocation_{draw}.csv", dtype=str)


def shares(project, draw="2025-26_Q2_case_file_1"):
    """Audits of each auditor, and of nobody."""
    return listed(project, draw)["auditor"].fillna("nobody").value_counts().to_dict()


def kit_rules(framework, audit_type, period="2026-27 Q2"):
    people = pd.DataFrame({"role": ["Quality Officer", "Social Worker"], "can_audit": [True, False]})
    return allocation_rules(
        framework=load_framework(folder=KIT / "parameters" / "frameworks", name=framework),
        audit_type=audit_type,
        span=parse_period(period),
        staff=people,
    )


def kit_independence(framework, audit_type):
    rules = load_framework(folder=KIT / "parameters" / "frameworks", name=framework)
    return [rule for rule in rules.independence if audit_type in rule.audit_types]


def test_drawn_cases_go_to_auditors_evenly_and_a_second_run_adds_nothing(project):
    staff(project, person("m1"), person("m2", team="T2"), person("w1", role="Worker", audits="false"))
    first = project.prepare()
    # seven of twelve cases are drawn
    assert sorted(shares(project).values()) == [3, 4]
    assert set(shares(project)) == {"m1", "m2"}
    before = {path.name: path.read_bytes() for path in first.store.iterdir()}
    assert project.adds() == 0
    assert {path.name: path.read_bytes() for path in first.store.iterdir()} == before


def test_an_allocation_names_its_draw_tool_and_the_period_s_last_day(project):
    staff(project, person("m1"))
    project.prepare()
    rows = project.register("allocation")
    assert rows["allocation_id"].is_unique
    assert set(rows["draw_id"]) == {"2025-26 Q2 case_file 1"}
    assert set(zip(rows["tool_id"], rows["tool_version"], strict=True)) == {("tiny", "1")}
    assert set(rows["due_on"]) == {pd.Timestamp("2025-09-30")}
    assert rows["ended_on"].isna().all()


def test_a_council_without_a_staff_table_has_no_allocation(project):
    project.prepare()
    assert project.register("allocation").empty
    assert not list((project.root / "vault").rglob("allocation_*.csv"))


@pytest.mark.parametrize(("hours", "audits"), [("4", 3), ("3.99", 2)])
def test_hours_a_month_say_how_many_audits_somebody_may_have(project, hours, audits):
    # three months at four hours an audit
    staff(project, person("m1", hours=hours), person("m2", hours="0"))
    project.prepare()
    assert shares(project) == {"m1": audits, "nobody": 7 - audits}
    assert listed(project)["note"].dropna().str.contains("places").all()


def test_a_second_draw_gets_the_hours_that_the_first_left(project):
    project.change("parameters/tiny.yml", "    strata:", "    minimum_per_stratum: 1\n    strata:")
    text = "draws:\n  - {audit_type: dip, margin_of_error: 0.25}\n"
    project.change("parameters/tiny.yml", "draws:\n", text)
    # 40 hours are ten audits: seven of the first draw, three left for the second
    staff(project, person("m1", hours="13.4"))
    project.prepare()
    assert shares(project, "2025-26_Q2_dip_1") == {"m1": 7}
    assert shares(project) == {"m1": 3, "nobody": 4}
    assert project.adds() == 0


def test_nobody_audits_a_case_of_their_own(project):
    staff(project, *[person(worker, role="Worker") for worker in WORKERS])
    project.prepare()
    own = listed(project)
    assert len(own) == 7
    assert (own["auditor"].str.removeprefix("Worker-") != own["reference"].str.removeprefix("00")).all()


def test_a_tiered_audit_goes_to_somebody_in_another_role(project):
    rules(project, "independence: [{audit_types: [case_file], mode: tiered}]")
    workers = [person(worker, role="Worker", audits="false") for worker in WORKERS]
    staff(project, *workers, person("peer", role="Worker"), person("m1", hours="4"))
    project.prepare()
    assert shares(project) == {"m1": 3, "nobody": 4}


def test_a_role_kept_from_its_own_service_audits_the_other_one_and_others_any(project):
    rules(project, "independence: [{audit_types: [case_file], roles: [Leader], not_own_service: true}]")
    staff(project, person("leader", role="Leader"), person("m1", hours="4"))
    project.prepare()
    by = listed(project).groupby("auditor")["stratum"].agg(set)
    assert by["leader"] == {"Need"}
    assert "Care" in by["m1"]


def test_who_left_gives_the_audits_not_yet_made_to_somebody_else(project):
    staff(project, person("m1"))
    project.prepare()
    made = listed(project)["reference"].iloc[0]
    project.add_audits({made: "good"})
    later = 'as_at: "2025-06-30"}\n  closing: {cases: data/cases.csv, as_at: "2025-09-30"}'
    project.change("parameters/tiny.yml", 'as_at: "2025-06-30"}', later)
    project.write(
        "data/staff.csv", "\n".join([HEADING, person("m1", left="2025-08-31"), person("m2")]) + "\n"
    )
    project.prepare()
    rows = project.register("allocation")
    ended = rows.dropna(subset="ended_on")
    assert len(ended) == 6
    assert set(ended["ended_on"]) == {pd.Timestamp("2025-08-31")}
    assert set(ended["end_reason"]) == {"left the post"}
    # the audit that came back stays with who had it
    assert shares(project) == {"m1": 1, "m2": 6}
    assert listed(project).set_index("reference").loc[made, "auditor"] == "m1"
    assert project.adds() == 0


def test_who_may_no_longer_audit_gives_the_audits_back(project):
    staff(project, person("m1"), person("m2", hours="0"))
    project.prepare()
    project.write("data/staff.csv", "\n".join([HEADING, person("m1", audits="false"), person("m2")]) + "\n")
    project.prepare()
    ended = project.register("allocation").dropna(subset="ended_on")
    assert set(ended["end_reason"]) == {"may no longer audit"}
    assert set(ended["ended_on"]) == {pd.Timestamp("2025-06-30")}
    assert shares(project) == {"m2": 7}


def test_a_redraw_ends_what_the_replaced_draw_gave_out(project):
    staff(project, person("m1"))
    project.prepare()
    replacement = Replacement("2025-26 Q2 case_file 1", "A team was left out.")
    prepare(project.parameters(), orders=Orders(replacement=replacement))
    assert sorted(
        path.stem for path in (project.root / "vault/tinyshire/2025-26-q2/restricted").glob("*.csv")
    ) == [
        "allocation_2025-26_Q2_case_file_2",
        "draw_2025-26_Q2_case_file_2",
    ]
    rows = project.register("allocation").set_index("draw_id")
    assert rows.loc["2025-26 Q2 case_file 1", "end_reason"].unique().tolist() == ["the draw was replaced"]
    assert rows.loc["2025-26 Q2 case_file 2", "ended_on"].isna().all()
    assert project.adds() == 0


def test_names_of_auditors_stand_in_the_vault_s_list_alone(project):
    staff(project, person("m1"))
    store = project.prepare().store
    assert set(listed(project)["name"]) == {"Name m1"}
    text = pd.read_parquet(store / "allocation.parquet").to_csv()
    assert "Name m1" not in text
    assert not set(listed(project)["reference"]) & set(
        pd.read_parquet(store / "allocation.parquet")["case_id"]
    )


def asked_of_a_post(framework, audit_type, period="2026-27 Q2", **columns):
    """Audits asked in the period of each role that the framework's duties name, in post all along."""
    rules = load_framework(folder=KIT / "parameters" / "frameworks", name=framework)
    roles = sorted({role for duty in rules.duties for role in duty.roles})
    staff = pd.DataFrame({"role": roles, "staff_id": roles, "team_id": "T", "service": "S"})
    staff = staff.assign(started_on=pd.Timestamp("2020-01-01"), left_on=pd.NaT, **columns)
    asked = audits_asked(
        framework=rules,
        audit_type=audit_type,
        span=parse_period(period),
        staff=staff,
        exemptions=pd.DataFrame(columns=["staff_id", "duty_id", "starts_on", "ends_on"]),
        audits=pd.DataFrame(columns=["auditor_id", "audit_type", "audited_on"]),
        elsewhere=pd.DataFrame(columns=["auditor_id", "audit_type"]),
    )
    return asked[asked > 0].to_dict()


def test_portsmouth_asks_one_audit_a_month_of_leaders_from_another_part_of_the_service():
    assert asked_of_a_post("portsmouth", "case_file") == {
        "Deputy Director of Children's Services": 3,
        "Head of Service": 3,
        "Head of Assessment & Intervention": 3,
        "Head of Looked After Children": 3,
        "Head of Safeguarding Monitoring": 3,
        "Service Leader": 3,
        "Service Leader Fostering and Adoption": 3,
        "Service Leader IRO": 3,
        "Service Leader CP / LADO": 3,
    }
    by_role = {rule.roles[0]: rule for rule in kit_independence("portsmouth", "case_file") if rule.roles}
    assert all(rule.not_own_service for rule in by_role.values())
    assert {role.startswith("Service Leader") for role in by_role} == {True}


@pytest.mark.parametrize(("period", "asked"), [("2026-07", None), ("2026-09", 1), ("2026-27", 4)])
def test_a_duty_of_one_a_quarter_is_asked_in_the_month_in_which_it_falls_due(period, asked):
    found = asked_of_a_post("portsmouth", "supervision_file", period)
    assert found.get("Deputy Director of Children's Services") == asked


def test_leeds_names_no_number_so_nobody_owes_audits():
    assert asked_of_a_post("leeds", "case_file") == {}


@pytest.mark.parametrize("audit_type", ["case_file", "self_audit"])
def test_audits_are_given_out_by_the_framework_s_own_rules(audit_type):
    assert list(kit_rules("leeds", audit_type).independence) == kit_independence("leeds", audit_type)


def test_whom_no_rule_binds_may_not_audit_an_own_case(project):
    def default(rules):
        return [(rule.roles, rule.mode, rule.not_own_case, rule.not_own_team) for rule in rules]

    people = pd.DataFrame({"role": ["Leader", "Head", "Worker"], "can_audit": [True, True, False]})
    asked = {"audit_type": "case_file", "span": parse_period("2026-27 Q2"), "staff": people}
    found = allocation_rules(framework=project.parameters().rules, **asked).independence
    assert default(found) == [(["Head", "Leader"], "any", True, False)]
    rules(project, "independence: [{audit_types: [case_file], roles: [Leader], not_own_team: true}]")
    found = allocation_rules(framework=project.parameters().rules, **asked).independence
    assert default(found) == [(["Leader"], "any", True, True), (["Head"], "any", True, False)]


def test_an_audit_takes_the_hours_of_the_coverage_rule_that_counts_it(project):
    framework = project.parameters().rules
    assert hours_per_audit(framework=framework, audit_type="case_file") == 4.0
    project.change(
        "parameters/frameworks/tiny.yml", "year: calendar}", "year: calendar, hours_per_audit: 2.5}"
    )
    framework = project.parameters().rules
    assert hours_per_audit(framework=framework, audit_type="case_file") == 2.5
    # the dip sample counts towards no coverage
    assert hours_per_audit(framework=framework, audit_type="dip") == 4.0
