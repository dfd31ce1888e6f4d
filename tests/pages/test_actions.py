"""Actions as a small period answers them, and what the page says of them."""

import pandas as pd

from qaf_lib.pages import open_period
from qaf_lib.pages.actions import sections as actions
from qaf_lib.pages.actions.answers import actions_of, done_on, in_columns
from qaf_lib.pages.framework.asked import Asked
from qaf_lib.pages.framework.of_learning import overdue
from qaf_lib.pages.leaders.decisions import decisions_of
from qaf_lib.pages.leaders.sections import headlines
from qaf_lib.pages.practice.restricted import restricted_lists

ACTION = "action_id,source,source_id,case_id,team_id,theme,title,owner_post,due_on,board_agreed_on,reviewed\n"
EVENT = "action_id,event_no,on,status,approved_by_post\n"
PLAN = """\
action_plan:
  columns:
    - {label: Title}
    - {label: Action taken to date}
    - {label: Team manager who owns it}
    - {label: Worker who owns it}
    - {label: One case or the whole service}
    - {label: Route to learning}
  ask_after_days: 20
worthwhile_change"""
LADDER = """\
escalation: {label: Tell the manager, tiers: [{tier: 1, posts: [Team Manager], working_days: 0}]}
worthwhile_change"""


def change(project, text):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", text)


def three(project):
    """One blocked, one completed and never approved, one raised on the last day of the quarter."""
    project.add_records(
        "action",
        f"{ACTION}a,audit,,0071000,T1,Plan,Plan it,Team Manager,2025-08-01,,true\n"
        "b,board,,,T1,Plan,Guide it,Board,2025-08-01,,true\nc,board,,,T1,Plan,Guide more,Board,2025-12-01,,true\n",
    )
    project.add_records(
        "action_event",
        f"{EVENT}a,1,2025-06-01,open,\na,2,2025-09-10,blocked,\nb,1,2025-05-01,open,\n"
        "b,2,2025-07-01,completed,\nc,1,2025-09-30,open,\n",
    )


def test_the_plan_is_carried_and_says_what_is_blocked_and_silent(project):
    three(project)
    found = open_period(project.file).actions
    last = found.carried[found.carried["row_key"] == "2025-26 Q2"]
    assert last["x"].tolist() == [2, 1, 0, 1, 2]
    assert found.states["blocked_days"].dropna().tolist() == [20]
    assert found.silent["x"].iloc[0] == 0
    assert found.again["n"].iloc[0] == 0  # the actions name no standard


def test_the_framework_says_after_how_many_days_progress_is_asked_for(project):
    change(project, PLAN.replace("20", "19"))
    three(project)
    found = open_period(project.file).actions
    assert (found.ask_after, found.silent["x"].iloc[0]) == (19, 1)


def test_the_action_plan_has_the_framework_s_columns_in_its_order(project):
    change(project, LADDER)  # which names the Team Manager
    change(project, PLAN)
    three(project)
    plan = open_period(project.file).actions.plan
    assert list(plan) == [
        *("Title", "Action taken to date", "Team manager who owns it", "Worker who owns it"),
        *("One case or the whole service", "Route to learning"),
    ]
    assert plan.iloc[0].tolist()[:5] == ["Plan it", "not shown on pages", "Team Manager", "–", "one case"]
    assert plan["Route to learning"].isna().all()


def test_an_action_taken_up_again_has_no_approval_and_its_day_is_that_on_which_it_was_done(project):
    change(project, "action_plan: {columns: [{label: Action approved by}]}\nworthwhile_change")
    project.add_records(
        "action",
        f"{ACTION}a,audit,,,T1,Plan,Plan it,Team Manager,2025-08-01,,true\n"
        "b,audit,,,T1,Plan,Guide it,Team Manager,2025-08-02,,true\n",
    )
    project.add_records(
        "action_event",
        f"{EVENT}a,1,2025-07-01,completed,\na,2,2025-07-02,open,\na,3,2025-07-03,completed,\n"
        "a,4,2025-07-04,approved,Head\nb,1,2025-07-01,approved,Head\nb,2,2025-07-09,open,\n",
    )
    store = open_period(project.file).store
    states = actions_of(store).states
    approved = in_columns(store, states)["Action approved by"].notna()
    assert approved.tolist() == (states["status"] == "approved").tolist()
    assert approved.sum() == 1
    assert done_on(store, states).dropna().tolist() == [pd.Timestamp("2025-07-03")]


def test_low_grades_without_an_action_are_counted(project):
    project.add_audits({"0071000": "inadequate", "0071001": "requires improvement", "0071002": "good"})
    three(project)
    low = open_period(project.file).actions.low_grades.set_index("row_key")
    # the action of case 0071000 was raised before its audit
    assert low.loc["inadequate", ["x", "n"]].tolist() == [1, 1]
    assert low.loc["not good or better", ["x", "n"]].tolist() == [2, 2]


def test_concerns_found_on_the_last_evening_count_by_london_s_day(project):
    change(project, LADDER)
    project.add_audits({"0071000": "inadequate"})
    audit = "A-random-2025-08-01-0071000"
    heading = "escalation_id,audit_id,tier,found_at,told_at,told_post,resolved_on\n"
    late, after = "2025-09-30T21:00:00Z", "2025-09-30T23:30:00Z"
    project.add_records(
        "escalation",
        f"{heading}E1,{audit},1,{late},{late},Team Manager,\nE2,{audit},1,{after},,Team Manager,\n",
    )
    period = open_period(project.file)
    assert period.actions.escalations["n"].tolist()[0] == 1
    told = repr(actions.escalations(period))
    assert "This alerts nobody; tell the manager now." in told
    assert "1: Team Manager" in told


def test_the_page_says_in_words_how_things_stand(project):
    change(project, PLAN)
    three(project)
    period = open_period(project.file)
    still = repr(actions.standing_still(period))
    assert "1 action is blocked, for 20 days." in still
    assert "1 of 2 actions still to be done are overdue. Of 2 that were due by 30 September 2025" in repr(
        actions.summary(period)
    )
    assert "1 of 2 still to be done" in repr(actions.by_owner(period))
    assert "The longest has been overdue for 60 days." in repr(actions.overdue(period))
    assert "entry for more than 20 days" in still
    assert "2 actions are still to be done; the 2 due first are listed." in repr(actions.plan(period))
    plan = repr(actions.carried(period))
    assert (
        "2 actions were open when the period began and 2 when it ended (1 new, 0 reopened, 1 closed)" in plan
    )
    assert "less closed is open at end" in plan
    assert "no problem can be seen to return" in repr(actions.held(period))


def test_overdue_actions_are_counted_of_those_still_to_be_done_on_every_page(project):
    three(project)  # of which one is done, one is overdue and one is not due yet
    period = open_period(project.file)
    (asked,) = [one for one in decisions_of(period) if one.page == "Actions"]
    (figure,) = [one for one in headlines(period) if "overdue" in one]
    told = overdue(Asked(period, period.span.start, period.span.end))
    assert asked.of == "1 of 2 actions still to be done are overdue"
    assert figure == "Actions overdue: 1. Of 2 actions still to be done."
    assert told == "1 of 2 actions still to be done are overdue."
    assert "1 of 2 actions still to be done are overdue." in repr(actions.in_short(period))
    owners = period.actions.by_owner.query("measure == 'overdue'")
    assert owners[["x", "n"]].to_numpy().tolist() == [[1, 2]]


def test_without_records_each_part_says_so(project):
    period = open_period(project.file)
    assert "No actions came" in repr(actions.summary(period))
    for page in (actions.by_owner, actions.overdue, actions.standing_still, actions.carried, actions.plan):
        assert page(period).parts == []
    assert len(actions.escalations(period).parts) == 2  # none on record, and the warning


WAYS = "action_id,source,case_id,team_id,theme,standard_id,title,owner_post,second_owner_post,kind,route,"
WAYS += "staff_helped,project_id,due_on,board_agreed_on,reviewed\n"


def ways(project):
    """A finished action for the service, a new one for the same problem, and one for a case."""
    change(project, PLAN.replace("Route to learning}", "Route to learning}\n    - {label: Came from}"))
    project.change(
        "parameters/frameworks/tiny.yml",
        "label: The child's voice}",
        "label: The child's voice, theme: Voice, standard_id: law}",
    )
    change(project, "standards: [{standard_id: law, label: The law, source: statutory}]\nworthwhile_change")
    project.add_records(
        "action",
        f"{WAYS}a,inspection,,,Voice,law,First,Board,,preventive,policy,yes,P1,2025-05-01,2025-04-01,yes\n"
        "b,scrutiny_panel,,,Voice,law,Second,Board,Lead,preventive,training,no,P2,2025-12-01,2025-08-01,yes\n"
        "c,audit,0071000,T1,Voice,law,Third,Board,Quality champion,corrective,,,,2025-12-01,2025-08-01,yes\n",
    )
    project.add_records(
        "action_event",
        f"{EVENT}a,1,2025-04-01,open,\na,2,2025-05-02,completed,\nb,1,2025-08-01,open,\nc,1,2025-08-01,open,\n",
    )
    project.add_records(
        "project",
        "project_id,block,title,officer_post\nP1,research,Secret title,Officer\nP2,audit,Audit,Officer\n",
    )
    return open_period(project.file)


def of(table):
    counts = table[table["measure"] == "all"]
    return {row.row_key: row.x for row in counts.itertuples() if row.x}


def test_actions_are_counted_by_how_they_are_carried_out(project):
    found = ways(project).actions.ways
    assert of(found.routes) == {"training": 1, "policy": 1, "not said": 1}
    assert of(found.sources) == {"audit": 1, "inspection": 1, "scrutiny_panel": 1}
    assert of(found.kinds) == {"corrective": 1, "preventive": 2}
    assert of(found.for_whom) == {"one case": 1, "the service": 2}
    assert of(found.helped) == {"yes": 1, "no": 1, "not said": 1}
    assert of(found.rests_on) == {"yes": 1, "no": 2}


def test_the_plan_names_route_source_and_both_owners_and_what_is_not_agreed(project):
    plan = ways(project).actions.plan.set_index("Came from")
    assert plan.loc["Scrutiny panel", "Route to learning"] == "More training"
    assert plan.index.tolist() == ["Scrutiny panel", "Audit"]


def test_a_problem_met_again_is_flagged_with_the_day_it_was_dealt_with(project):
    period = ways(project)
    assert period.actions.again[["x", "n"]].iloc[0].tolist() == [1, 2]
    assert period.actions.met_again["title"].tolist() == ["Second"]
    page = repr(actions.held(period))
    assert "1 of 2 new actions that name a theme and a standard are for a problem met before" in page
    assert "2 May 2025" in page


def test_an_audit_that_asks_for_an_action_and_has_none_is_flagged(project):
    ways(project)
    project.add_records(
        "audit",
        "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,auditor_id,team_id,audited_on,"
        "overall_grade,action_needed\n"
        + "".join(
            f"{name},{case},child,case_file,ad_hoc,tiny,1,S1,T1,{day},good,{asked}\n"
            for name, case, day, asked in (
                *(("A1", "0071000", "2025-07-15", "yes"), ("A2", "0071001", "2025-07-15", "yes")),
                *(("A3", "0071002", "2025-07-15", "no"), ("A4", "0071003", "2025-06-30", "yes")),
            )
        ),
    )
    period = open_period(project.file)
    assert period.actions.wanting[["x", "n"]].iloc[0].tolist() == [1, 2]
    listed = restricted_lists(period.store)["audits_without_plan"]
    assert listed["audited_on"].tolist() == [pd.Timestamp("2025-07-15")]
    assert "1 of 2 audits that asked for an action has none" in repr(actions.held(period))


def test_without_the_column_the_page_says_that_no_audit_says(project):
    three(project)
    assert "No audit of the period says whether it asks for an action" in repr(
        actions.held(open_period(project.file))
    )


def test_days_from_an_audit_to_the_actions_that_name_it_are_told(project):
    project.add_audits({"0071000": "good", "0071001": "good"})
    lines = [f"a{at},audit,A-random-2025-08-01-007100{at},,T1,,Do,Board,,,yes" for at in (0, 1)]
    project.add_records("action", ACTION + "\n".join(lines) + "\n")
    project.add_records("action_event", f"{EVENT}a0,1,2025-08-02,open,\na1,1,2025-08-06,open,\n")
    assert (
        "2 new actions name the audit that they came from: half were raised within 3 days of it, the longest "
        "after 5."
    ) in repr(actions.held(open_period(project.file)))
