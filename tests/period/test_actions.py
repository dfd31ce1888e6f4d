"""Actions as a small period answers them, and what the page says of them."""

from qaf_lib.display.sections import actions
from qaf_lib.period import open_period

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
    assert found.again["x"].iloc[0] == 1


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
    assert plan.iloc[0].tolist() == [
        *("Plan it", "in the record", "Team Manager", "–", "one case", "no column in the records"),
    ]


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
    assert "Blocked actions: 1; half of them for 20 days or more, the longest for 20 days." in still
    assert "entry for more than 20 days" in still
    assert "2 actions are live; the 2 due first are listed." in repr(actions.plan(period))
    assert "less closed is open at end" in repr(actions.carried(period))
    assert "A problem met again" in repr(actions.held(period))


def test_without_records_each_part_says_so(project):
    period = open_period(project.file)
    for page in (actions.summary, actions.by_owner, actions.overdue, actions.standing_still, actions.carried):
        assert len(page(period).parts) == 1
    assert "names no columns" in repr(actions.plan(period))
    assert "no times" in repr(actions.escalations(period))
