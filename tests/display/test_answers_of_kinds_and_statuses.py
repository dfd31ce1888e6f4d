"""Answers by kind of work, by who gave feedback, by status, and what named figures and posts have none of."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports
from qaf_lib.pages.practice import sections as duties
from qaf_lib.pages.practice.restricted import restricted_lists

RULES = """\
escalation:
  label: Tell the manager
  tiers:
    - {tier: 1, posts: [Manager], working_days: 0}
    - {tier: 2, posts: [Head], working_days: 5}
duties:
  - {duty_id: W1, label: Follow, roles: [Worker, Manager], evidence: log}
  - {duty_id: W2, label: Lead, roles: [Manager], evidence: log}
  - {duty_id: D1, label: Dip, roles: [Manager, Reviewer], evidence: audit, audit_types: [dip]}
  - {duty_id: C1, label: Worries in care, roles: [Manager], shown_by: [escalation_of_looked_after]}
  - {duty_id: C2, label: Worries in need, roles: [Manager], shown_by: [escalation_of_child_in_need]}
  - {duty_id: H1, label: Act early, roles: [Manager], shown_by: [structural_obstacles]}
  - {duty_id: L1, label: Court, roles: [Manager], shown_by: [court_papers]}
  - {duty_id: L2, label: Budget, roles: [Manager], shown_by: [evaluations_weighed]}
sources:
  - {name: audits, label: Audit, evidence: qualitative, table: audit}
  - {name: said, label: Letters, evidence: qualitative, table: feedback, kinds: [comment]}
indicators:
  - {indicator_id: on_time, label: On time, theme: Planning}
  - {indicator_id: heard, label: Heard, theme: Voice}
reports:
  - name: parts
    label: Part by part
    headings:
      - {label: Figures, answered_by: [from_figures]}
      - {label: Two figures, answered_by: [missed, from_figures], of: [on_time, heard]}
      - {label: One figure, answered_by: [missed, from_figures], of: [heard]}
      - {label: Status, answered_by: [questions_by_status], of: [voice]}
      - {label: In care, answered_by: [questions_by_status], of: [voice, looked_after]}
      - {label: Made, answered_by: [made_by], of: [dip, D1]}
      - {label: Since, answered_by: [sources_since]}
      - {label: From whom, answered_by: [heard_from]}
      - {label: Shared, answered_by: [took_part_by_kind]}
      - {label: Logged, answered_by: [logged_by_locality]}
      - {label: By hand, not_held: what a visit found}
worthwhile_change"""
STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
    "m1,Name One,Manager,T1,Care,1.0,2020-01-01,true,true\n"
    "w1,Name Two,Worker,T1,Care,1.0,2020-01-01,false,false\n"
    "w2,Name Three,Worker,T2,Need,1.0,2020-01-01,false,false\n"
)
AUDITS = (
    "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,auditor_id,team_id,audited_on\n"
    + "".join(
        f"A{at},00{71000 + at if at < 5 else 71995 + at},child,dip,themed,tiny,1,m1,T1,2025-08-01\n"
        for at in range(10)
    )
)
ANSWERS = "audit_id,question_id,standard_id,theme,answer\n" + "".join(
    f"A{at},voice,,Voice,{'good' if at < 4 else 'inadequate'}\n" for at in range(10)
)


@pytest.fixture
def parts(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_records("staff", STAFF)
    project.write("data/team.csv", "team_id,name,service,locality\nT1,One,Care,North\nT2,Two,Need,South\n")
    return project


def told(project):
    """What each heading says."""
    parts = framework_reports.answered_reports(open_period(project.file)).parts
    return {row[0]: row[1] for row in parts[-1].rows}


def stands(project):
    """How each duty stands, by its label."""
    parts = duties.by_role(open_period(project.file)).parts
    return {row[0]: row[-1] for part in parts if hasattr(part, "rows") for row in part.rows}


def test_new_actions_from_figures_are_told_beside_the_themes_of_the_figures_named(parts):
    parts.add_records(
        "action",
        "action_id,source,theme,title,owner_post\na,indicator,Planning,One,Head\nb,indicator,Risk,Two,Head\n"
        "c,audit,Voice,Three,Head\n",
    )
    parts.add_records(
        "action_event",
        "action_id,event_no,on,status\na,1,2025-07-01,open\nb,1,2025-09-30,open\nc,1,2025-08-01,open\n",
    )
    said = told(parts)
    came = "2 new actions came from performance figures"
    assert said["Figures"].startswith(f"{came}: ")
    assert said["Two figures"] == f"{came}; on a theme of these figures (Planning, Voice): Planning (1)."
    assert said["One figure"] == f"{came}; on a theme of these figures (Voice): none."


def test_answers_are_told_of_the_statuses_that_a_heading_names_and_of_all_where_it_names_none(parts):
    parts.add_records("audit", AUDITS)
    parts.add_records("answer", ANSWERS)
    said, asked = told(parts), "The child's voice, good or better, by status:"
    assert said["Status"] == f"{asked} child in need 0 of 5, looked after 4 of 5."
    assert said["In care"] == f"{asked} looked after 4 of 5."


def test_posts_that_owe_an_audit_and_made_none_are_named(parts):
    assert told(parts)["Made"] == "Nothing on record"
    parts.add_records("audit", AUDITS)
    assert told(parts)["Made"] == "Made by: Manager (10). None by: Reviewer."


def test_a_source_that_never_sent_anything_is_named_beside_those_that_did(parts):
    parts.add_records("audit", AUDITS)
    assert told(parts)["Since"] == (
        "On record since: Audit, 1 August 2025. New in these days: Audit. Without a dated record so far: "
        "Letters."
    )


def test_feedback_of_twelve_months_is_told_by_who_gave_it(parts):
    parts.add_records(
        "feedback",
        "feedback_id,kind,respondent,theme,received_on\nF1,complaint,child,Voice,2024-10-01\n"
        "F2,survey,child,Voice,2025-09-30\nF3,comment,parent or carer,,2025-07-01\n"
        "F4,comment,child,Voice,2024-09-30\nF5,comment,,,2025-07-01\n",
    )
    assert told(parts)["From whom"] == (
        "Feedback of twelve months by who gave it. Child: complaint (1), survey (1), most about Voice (2). "
        "Parent or carer: comment (1)."
    )


def test_who_took_part_is_told_by_kind_of_work_and_not_of_a_kind_in_which_nobody_did(parts):
    parts.add_records(
        "project",
        "project_id,block,title,officer_post,on,children_took_part,families_took_part,partners_took_part,"
        "staff_took_part\nP1,audit,One,Head,2025-09-30,true,false,,true\nP2,audit,Two,Head,2025-07-01,false,,,true\n"
        "P3,evaluation,Three,Head,2025-07-01,,true,,\nP4,research,Four,Head,2025-07-01,false,false,false,false\n",
    )
    assert told(parts)["Shared"] == (
        "Took part in work on the programme, by its kind: audit (2), children in 1, families in 0, partners in "
        "0, staff in 2; evaluation (1), children in 0, families in 1, partners in 0, staff in 0."
    )


def test_duties_of_the_log_are_counted_by_locality_for_everybody_who_owes_them(parts):
    parts.add_records(
        "duty_event",
        "event_id,kind,duty_id,held_on,by_id\nE1,report,W1,2025-07-01,m1\nE2,report,W1,2025-08-01,m1\n"
        "E3,report,W2,2025-09-30,m1\nE4,report,W1,2025-06-30,w1\nE5,report,W2,2025-08-01,w2\n",
    )
    said = told(parts)["Logged"]
    assert said.endswith("with an entry in the period (no number is asked): North 2 of 3, South 0 of 1.")


def test_a_heading_that_nothing_answers_says_what_no_record_holds_and_is_not_counted_as_answered(parts):
    page = framework_reports.answered_reports(open_period(parts.file))
    assert told(parts)["By hand"] == "No record holds what a visit found."
    assert "1 of 11 headings are answered from the records, in 1 report: " in repr(page)
    assert ". Nothing is on record for: " in repr(page)
    assert "By hand" in page.parts[0].to_text()


def test_steps_of_telling_are_counted_by_status_of_the_case(parts):
    parts.add_records("audit", AUDITS)
    found = "2025-08-01T10:00:00Z"
    parts.add_records(
        "escalation",
        "escalation_id,audit_id,tier,found_at,told_at,told_post,resolved_on\n"
        f"S1,A0,1,{found},2025-08-01T11:00:00Z,Manager,2025-08-08\n"
        f"S2,A1,1,{found},2025-08-01T11:00:00Z,Manager,2025-08-11\n",
    )
    said = stands(parts)
    # both lie in care; five working days after 1 August end on 8 August, so only the second lasted
    assert said["Worries in care"] == (
        "steps of telling worries (looked after): 3, of these 2 in time (Manager 2 of 2, Head 0 of 1)"
    )
    listed = restricted_lists(open_period(parts.file).store)["concerns"]
    assert listed[["step", "state", "found_on"]].to_numpy().tolist() == [[2, "not told", "2025-08-01"]]
    assert said["Worries in need"] == "nothing on record"


@pytest.mark.parametrize(
    ("days", "label"),
    [
        ("working_days: 5}", ""),
        ("working_days: 5, assumed: silent}", " at step 1, beside 1 at steps with assumed days"),
    ],
)
def test_concerns_untold_at_steps_of_assumed_days_stand_beside_those_that_are_counted(parts, days, label):
    parts.change(
        "parameters/frameworks/tiny.yml", "posts: [Head], working_days: 5}", f"posts: [Head], {days}"
    )
    parts.add_records("audit", AUDITS)
    parts.add_records(
        "escalation",
        "escalation_id,audit_id,tier,found_at,told_at,told_post,resolved_on\n"
        "S1,A0,1,2025-08-01T10:00:00Z,2025-08-02T11:00:00Z,Manager,2025-08-11\n",
    )
    found = open_period(parts.file).breaches
    assert found.labels["escalation"] == f"Serious concerns told late or not at all{label}"
    assert found.counts.set_index("row_key").loc["escalation", "x"] == (1 if label else 2)


def test_court_papers_and_evaluations_with_money_stand_beside_their_duties(parts):
    parts.add_records(
        "duty_event",
        "event_id,kind,duty_id,held_on,by_id,report_type,signed_off\nE1,report,X,2025-07-01,m1,court report,true\n"
        "E2,report,X,2025-09-30,m1,court statement,false\nE3,report,X,2025-08-01,m1,assessment,true\n",
    )
    parts.add_records(
        "project",
        "project_id,block,title,officer_post,cost,saving,decision\nP1,evaluation,One,Head,100,,look_again\n"
        "P2,evaluation,Two,Head,,50,\nP3,evaluation,Three,Head,,,look_again\nP4,audit,Four,Head,100,,look_again\n",
    )
    said = stands(parts)
    assert "court papers checked by any post: 2, of these 1 signed off" in said["Court"]
    assert "evaluations with what was spent or saved: 2, of these 1 decided on" in said["Budget"]


def test_obstacles_on_how_things_work_leave_out_those_of_one_case(parts):
    parts.add_records(
        "action",
        "action_id,source,case_id,title,owner_post\na,board,,One,Head\nb,board,,Two,Head\n"
        "c,board,0071000,Three,Head\n",
    )
    parts.add_records(
        "action_event",
        "action_id,event_no,on,status\na,1,2025-07-01,blocked\na,2,2025-08-01,completed\n"
        "b,1,2025-07-01,blocked\nc,1,2025-07-01,blocked\n",
    )
    said = "actions on how things work that were blocked: 2, of these 1 cleared, half within 31 days"
    assert said in stands(parts)["Act early"]
