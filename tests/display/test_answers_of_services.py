"""Answers by service, team and post, and about what goes on from period to period."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports
from qaf_lib.pages.practice import sections as duties

RULES = """\
follow_ups:
  - {name: talked, label: Talked over, event: supervision_on}
  - {name: raised, label: Told, event: escalation}
  - {name: asked, label: Asked, event: supervision_on, action_needed: true}
duties:
  - {duty_id: young, label: Supervise workers, roles: [Manager], shown_by: [held], of_roles: [Worker]}
  - duty_id: fresh
    label: Supervise the newly qualified
    roles: [Manager]
    shown_by: [held]
    of_roles: [Worker]
    newly_qualified: true
  - {duty_id: moved, label: Hand over, roles: [Manager], shown_by: [worker_changes, team_changes]}
  - {duty_id: made, label: Audits, roles: [Manager], evidence: audit, audit_types: [dip]}
  - {duty_id: needs, label: Needs, roles: [Manager], shown_by: [needs_discussed]}
  - {duty_id: plans, label: Plans, roles: [Manager], shown_by: [drafted_with_staff, structural_actions]}
reports:
  - name: places
    label: Places
    headings:
      - {label: Made, answered_by: [made_by_service]}
      - {label: Plans, answered_by: [actions_by_service]}
      - {label: Voice, answered_by: [questions_by_team], of: [voice]}
      - {label: Modes, answered_by: [modes_before]}
      - {label: Tiers, answered_by: [tiers_before], of: [made]}
      - {label: Posts, answered_by: [reached_by_post], of: [held, seen]}
      - {label: Teams, answered_by: [reached_by_team], of: [seen]}
      - {label: Cycles, answered_by: [questions_before], of: [dip, voice]}
      - {label: Taught, answered_by: [routes_by_source]}
      - {label: Days, answered_by: [follow_up_days], of: [talked, raised]}
      - {label: Followed, answered_by: [followed_up], of: [talked, asked]}
      - {label: Closed, answered_by: [closed]}
      - {label: New, answered_by: [proposed]}
      - {label: Programme, answered_by: [programme_kept]}
worthwhile_change"""
COVERAGE = """\
  - {name: held, label: Supervised, of: frontline_staff, counts: supervision, year: financial, roles: [Worker, Manager]}
  - {name: seen, label: Seen, of: frontline_staff, counts: observation, year: financial, roles: [Worker, Officer]}
deadlines:"""
STAFF = (
    "staff_id,name,role,team_id,service,manager_id,fte,started_on,newly_qualified_until,can_audit,can_moderate\n"
    "m1,Name One,Manager,T1,Lead,,1.0,2020-01-01,,true,true\n"
    "w1,Name Two,Worker,T1,Care,m1,1.0,2020-01-01,2025-07-01,false,false\n"
    "w2,Name Three,Worker,T2,Need,m1,1.0,2020-01-01,2025-06-30,false,false\n"
)
AUDITS = (
    "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,auditor_id,worker_id,team_id,audited_on,"
    "supervision_on,action_needed\n"
)
DAYS = ("2025-06-30", "2025-07-01", "2025-09-30")
EVENTS = "event_id,kind,held_on,subject_id,by_id,team_id,learning_need,discussed_on\n"


def told(project):
    """What each heading says."""
    period = open_period(project.file)
    return {row[0]: row[1] for row in framework_reports.answered_reports(period).parts[-1].rows}


def stands(project):
    """How each duty stands."""
    table = duties.by_role(open_period(project.file)).parts
    rows = [row for part in table if hasattr(part, "rows") for row in part.rows]
    return {row[0]: row[-1] for row in rows}


@pytest.fixture
def work(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.change("parameters/frameworks/tiny.yml", "deadlines:", COVERAGE)
    project.add_records("staff", STAFF)
    return project


def audits(project, *rows):
    lines = [f"A{at},{row}" for at, row in enumerate(rows)]
    project.add_records("audit", AUDITS + "\n".join(lines) + "\n")


def test_audits_stand_under_the_service_of_whoever_made_them(work):
    audits(
        work,
        "0071000,child,dip,themed,tiny,1,m1,w1,T1,2025-08-01,,",
        "0072000,child,dip,themed,tiny,1,nobody,w2,T2,2025-08-01,,",
    )
    work.add_records("duty_event", f"{EVENTS}E1,observation,2025-07-01,w1,m1,T1,,\n")
    assert told(work)["Made"] == (
        "By the service of whoever made them: Lead: 1 audit, 1 observation, 0 of 7 drawn cases given to it are "
        "audited (0 late); service not recorded: 1 audit, 0 observations."
    )


def test_actions_of_a_service_are_due_on_the_last_day_and_have_news_for_thirty_days(work):
    work.add_records(
        "action",
        "action_id,source,title,owner_post,team_id,due_on,case_id,staff_helped\n"
        "a,board,One,Manager,T1,2025-09-30,,true\nb,board,Two,Manager,T1,2025-09-29,0071000,false\n"
        "c,board,Three,Manager,T1,2025-12-01,0071001,\n",
    )
    work.add_records(
        "action_event",
        "action_id,event_no,on,status\na,1,2025-09-30,completed\nb,1,2025-08-30,open\n"
        "b,2,2025-08-31,in_progress\nc,1,2025-08-31,open\n",
    )
    assert told(work)["Plans"] == (
        "Care: 1 of 2 that were due are done; 2 are to be done, 1 of them with an entry in 30 days, "
        "beside the one that opened it."
    )
    assert told(work)["Closed"] == "1 of 3 actions that were open in the period are closed, 2 go on."
    assert stands(work)["Plans"] == (
        "actions on record: 3, of these 1 drafted with staff; actions on how things work: 1, of these 1 done"
    )


@pytest.mark.parametrize("answered", [9, 10])
def test_a_team_with_four_answers_is_left_out_and_one_with_five_is_told(work, answered):
    cases = [("T1", f"00710{at:02d}") for at in range(5)] + [("T2", f"00720{at:02d}") for at in range(5)]
    audits(work, *(f"{case},child,dip,themed,tiny,1,m1,,{team},2025-08-01,," for team, case in cases))
    given = [f"A{at},voice,{'good' if at < 3 else 'inadequate'}" for at in range(answered)]
    work.add_records("answer", "audit_id,question_id,answer\n" + "\n".join(given) + "\n")
    both = (
        "The child's voice, by team: North team: 3 of 5; South team: 0 of 5. So few answers each may differ by "
        "chance; teams with fewer than 5 are left out."
    )
    assert told(work)["Voice"] == (both if answered == 10 else framework_reports.NOTHING)


def test_modes_of_audit_are_told_beside_earlier_periods_where_there_are_any(work):
    now = "0071000,child,dip,themed,tiny,1,w1,w1,T1,2025-08-01,,"
    audits(work, now)
    assert told(work)["Modes"] == framework_reports.NOTHING
    work.write(
        "data/audit.csv", f"{AUDITS}A0,{now}\nA1,0071001,child,dip,themed,tiny,1,m1,w1,T1,2025-06-30,,\n"
    )
    assert told(work)["Modes"] == (
        "Audits of every kind whose auditor and worker are known, by period: 2025-26 Q1, own work 0, a peer's 0, "
        "another post's 1; 2025-26 Q2, own work 1, a peer's 0, another post's 0."
    )


def test_audits_of_managers_are_told_period_by_period_and_those_of_other_posts_and_kinds_are_not(work):
    audits(
        work,
        "0071000,child,dip,themed,tiny,1,m1,w1,T1,2025-06-30,,",
        "0071001,child,dip,themed,tiny,1,m1,w1,T1,2025-07-01,,",
        "0071002,child,dip,themed,tiny,1,w1,w1,T1,2025-07-01,,",
        "0071003,child,case_file,themed,tiny,1,m1,w1,T1,2025-07-01,,",
    )
    assert told(work)["Tiers"].endswith("): 2025-26 Q1, Manager 1; 2025-26 Q2, Manager 1.")


def test_a_question_of_a_type_of_audit_is_told_period_by_period(work):
    rows = [f"007100{at},child,dip,themed,tiny,1,m1,w1,T1,{day},," for at, day in enumerate(DAYS)]
    audits(work, *rows, "0072000,child,case_file,themed,tiny,1,m1,w2,T2,2025-08-01,,")
    given = "A0,voice,good\nA1,voice,inadequate\nA2,voice,good\nA3,voice,good\n"
    work.add_records("answer", f"audit_id,question_id,answer\n{given}")
    assert told(work)["Cycles"].startswith(
        "Period by period, audits of this kind (Dip sample): The child's voice, good or better: "
        "2025-26 Q1 1 of 1, 2025-26 Q2 1 of 2. "
    )


def test_new_actions_with_a_route_are_told_by_source_and_for_those_that_rest_on_work(work):
    work.add_records(
        "action",
        "action_id,source,title,owner_post,route,project_id\n"
        "a,board,One,Manager,training,P1\nb,board,Two,Manager,,P1\nc,survey,Three,Manager,briefing,\n",
    )
    events = "".join(f"{name},1,2025-08-01,open\n" for name in "abc")
    work.add_records("action_event", f"action_id,event_no,on,status\n{events}")
    assert told(work)["Taught"] == (
        "New actions with a route to learning, by where they came from: Board or leaders 1 of 2, Survey 1 of 1; of those "
        "that rest on research or an evaluation 1 of 2."
    )


def test_coverage_is_told_by_post_and_by_whether_the_line_manager_held_it(work):
    work.add_records(
        "duty_event",
        f"{EVENTS}E1,supervision,2025-07-01,w1,m1,T1,,\nE2,observation,2025-07-01,w1,m1,T1,true,2025-07-09\n"
        "E3,observation,2025-07-01,w2,w1,T2,true,\nE4,observation,2025-04-01,w1,m1,T1,,\n"
        "E5,observation,2025-03-31,w1,m1,T1,,\n",
    )
    assert told(work)["Posts"] == (
        "Supervised, by post: Worker 1 of 2, Manager 0 of 1; of all held that year 1 of 1 by the line manager. "
        "Seen, by post: Worker 2 of 2, Officer nobody in post; of all held that year 2 of 3 by the line manager."
    )
    assert told(work)["Teams"] == "Seen, by team: North team 1 of 1, South team 1 of 1."
    said = stands(work)
    assert said["Needs"] == "learning needs seen: 2, of these 1 talked over since"
    assert said["Supervise workers"] == "on track: 1 done, 1 due by now"
    assert said["Supervise the newly qualified"] == "met: 1 of 1"


def test_days_to_what_follows_an_audit_are_told_as_the_middle_and_the_longest(work):
    rows = [
        f"007100{at},child,dip,themed,tiny,1,m1,w1,T1,2025-08-01,2025-08-0{at + 2},{at == 1}"
        for at in range(3)
    ]
    audits(work, *rows, "0071003,child,dip,themed,tiny,1,m1,w1,T1,2025-08-01,,")
    said = told(work)
    assert said["Days"] == "Talked over: half within 2 days of the audit, the longest after 3."
    assert said["Followed"] == "Talked over, 3 of 4; Asked, 1 of 1."


def test_work_that_nobody_agreed_to_is_named_where_its_title_is_reviewed(work):
    work.add_records(
        "project",
        "project_id,block,title,officer_post,on,reviewed,agreed_on,reported_on\n"
        "P1,audit,One,Manager,2025-09-30,true,,\nP2,research,Two,Manager,2025-10-01,true,,\n"
        "P3,audit,Three,Manager,2025-07-01,true,2025-06-01,2025-07-09\nP4,audit,Four,Manager,,false,,\n",
    )
    said = told(work)
    assert said["New"] == (
        "3 pieces of new work to be agreed or refused: One; Two; work without a reviewed title. "
        "1 piece has a day that has come, without being agreed."
    )
    assert said["Programme"] == (
        "1 of 2 pieces of audit work dated in these days are reported. Not reported: One."
    )


def test_cases_that_changed_worker_or_team_between_the_caseloads_are_counted(work):
    cases = (work.root / "data" / "cases.csv").read_text(encoding="utf-8")
    moved = cases.replace("0071000,child,Care,T1,Worker-71000", "0071000,child,Care,T1,Worker-9")
    work.write("data/closing.csv", moved.replace("0071001,child,Care,T1", "0071001,child,Care,T2"))
    closing = '"2025-06-30"}\n  closing: {cases: data/closing.csv, as_at: "2025-09-30"}'
    work.change("parameters/tiny.yml", '"2025-06-30"}', closing)
    audits(work, "0071000,child,dip,themed,tiny,1,m1,w1,T1,2025-08-01,,")
    assert stands(work)["Hand over"] == (
        "cases that changed worker in the period: 1, of these 1 audited; "
        "cases that changed team in the period: 1, of these 0 audited"
    )
