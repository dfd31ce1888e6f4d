"""Who took part, and what supervision rests on: counts on the page, people in the vault alone."""

import pandas as pd
import pytest

from qaf_lib import open_period
from qaf_lib.pages.evidence import sections as people
from qaf_lib.pages.practice.restricted import write_restricted
from qaf_lib.pages.store import PeriodStore

STAFF = (
    "staff_id,name,role,team_id,service,manager_id,fte,started_on,left_on,can_audit,can_moderate\n"
    "Worker-71000,Ada Invented,Worker,T1,Care,Boss-1,1.0,2020-01-01,,false,false\n"
    "Worker-71001,Bea Invented,Worker,T1,Care,Boss-1,1.0,2020-01-01,,false,false\n"
    "Boss-1,Cid Invented,Manager,T1,Care,,1.0,2020-01-01,,false,false\n"
    "Gone-1,Dan Invented,Worker,T1,Care,Boss-1,1.0,2020-01-01,2025-09-30,false,false\n"
)
EVENTS = "event_id,kind,held_on,subject_id,by_id,team_id\n"


@pytest.fixture
def staffed(project):
    project.add_records("staff", STAFF)
    return project


def test_people_in_post_are_counted_by_kind_and_supervision_stands_apart(staffed):
    staffed.add_records(
        "duty_event",
        f"{EVENTS}E1,observation,2025-07-01,Worker-71000,Boss-1,T1\n"
        "E2,supervision,2025-07-01,Worker-71001,Boss-1,T1\n"
        "E3,observation,2025-07-01,Gone-1,,T1\n",
    )
    found = open_period(staffed.file).people
    kinds = found.kinds.set_index("row_key")
    assert (kinds.loc["observation", "x"], kinds.loc["observation", "n"]) == (2, 3)
    assert kinds.loc["supervision", "x"] == 2
    assert found.people.set_index("row_key")["x"].to_dict() == {
        "none": 1,
        "one kind": 2,
        "two kinds or more": 0,
    }


@pytest.mark.parametrize(("held", "counts"), [("2024-10-01", 1), ("2024-09-30", 0), ("2025-09-30", 1)])
def test_twelve_months_to_the_end_of_the_period_count(staffed, held, counts):
    staffed.add_records("duty_event", f"{EVENTS}E1,observation,{held},Worker-71000,,T1\n")
    kinds = open_period(staffed.file).people.kinds.set_index("row_key")
    assert kinds.loc["observation", "x"] == counts


def test_only_who_took_part_in_the_audit_of_an_own_case_counts(staffed):
    staffed.add_records(
        "audit",
        "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,worker_id,team_id,audited_on,overall_grade,"
        "worker_took_part\n"
        "A1,0071000,child,case_file,ad_hoc,tiny,1,Worker-71000,T1,2025-08-01,good,true\n"
        "A2,0071001,child,case_file,ad_hoc,tiny,1,Worker-71001,T1,2025-08-01,good,false\n",
    )
    kinds = open_period(staffed.file).people.kinds.set_index("row_key")
    assert kinds.loc["own case audited", "x"] == 1


def test_a_supervision_pack_holds_four_sources_by_reference_for_the_vault_alone(staffed):
    staffed.add_audits({"0071000": "good"})
    staffed.change("data/audit.csv", "auditor_id,team_id", "worker_id,team_id")
    staffed.change("data/audit.csv", "Auditor-1", "Worker-71000")
    staffed.add_records(
        "duty_event",
        f"{EVENTS.rstrip()},theme,learning_need\nE1,observation,2025-07-01,Worker-71000,Boss-1,T1,Plan,true\n",
    )
    staffed.add_records(
        "feedback", "feedback_id,kind,case_id,received_on\nF1,compliment,0071000,2025-07-01\n"
    )
    staffed.prepare()
    paths = {path.stem: path for path in write_restricted(PeriodStore(parameters=staffed.parameters()))}
    packs = pd.read_csv(paths["supervision"], dtype=str)
    ada = packs[packs["reference"] == "Worker-71000"].set_index("what")
    assert set(ada["manager"]) == {"Boss-1"}
    assert ada["x"].to_dict() == {
        "open cases": "1",
        "audits of their cases": "1",
        "graded good": "1",
        "observations of them": "1",
        "seen when observed: other": "1",
        "compliments about their cases": "1",
    }
    assert paths["supervision"].parent == staffed.parameters().period_vault / "restricted"
    part = pd.read_csv(paths["took_part"], dtype=str).set_index("reference")["open cases"]
    assert "Gone-1" not in part.index
    assert (part["Worker-71000"], part["Boss-1"]) == ("1", "0")


def test_what_a_manager_s_people_have_is_added_up_for_the_manager_above(project):
    staffed = project
    staffed.add_records(
        "staff",
        STAFF.replace("Care,,1.0", "Care,Chief-1,1.0")
        + "Chief-1,Eve Invented,Director,T1,Care,,1.0,2020-01-01,,false,false\n",
    )
    staffed.add_records(
        "duty_event",
        f"{EVENTS}E1,observation,2025-07-01,Worker-71000,Boss-1,T1\n"
        "E2,observation,2025-07-01,Worker-71001,Boss-1,T1\n",
    )
    staffed.prepare()
    paths = {path.stem: path for path in write_restricted(PeriodStore(parameters=staffed.parameters()))}
    packs = pd.read_csv(paths["supervision"], dtype=str)
    boss = packs[packs["reference"] == "Boss-1"]
    assert set(boss["manager"]) == {"Chief-1"}
    assert boss.set_index("what")["x"]["observations of them, of all they manage"] == "2"
    assert "Chief-1" not in set(packs["reference"])
    told = repr(people.supervision(open_period(staffed.file)))
    assert "observations (2)" in told
    assert "For 1 manager who has one above them, the figures of all whom they manage are added up." in told


def test_feedback_on_a_case_that_has_closed_goes_to_who_held_it(staffed):
    cases = (staffed.root / "data" / "cases.csv").read_text(encoding="utf-8")
    staffed.write("data/closing.csv", cases.replace("0071000,", "0079999,"))
    closing = '"2025-06-30"}\n  closing: {cases: data/closing.csv, as_at: "2025-09-30"}'
    staffed.change("parameters/tiny.yml", '"2025-06-30"}', closing)
    staffed.add_records("feedback", "feedback_id,kind,case_id,received_on\nF1,survey,0071000,2025-07-01\n")
    assert open_period(staffed.file).people.sources["feedback"] == 1


def test_the_page_has_counts_and_nobody_s_reference(staffed):
    staffed.add_records("duty_event", f"{EVENTS}E1,observation,2025-07-01,Worker-71000,Boss-1,T1\n")
    period = open_period(staffed.file)
    told = repr(people.took_part(period)) + repr(people.supervision(period))
    assert "2 of 3 practitioners and managers in post (67%) took part" in told
    assert "For 2 people with 1 supervisor " in told
    assert "The records name no person for: made an audit;" in told
    assert not any(name in told for name in ("Worker-", "Boss-", "Invented", "staff-"))


def test_without_a_staff_table_the_part_is_left_out(project):
    period = open_period(project.file)
    assert people.took_part(period).parts == []
    assert people.supervision(period).parts == []
