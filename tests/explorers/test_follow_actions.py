"""The panel of actions leaves what was chosen, longest overdue first, and names no one."""

import pytest

from qaf_lib.explorers import follow_actions_panel
from qaf_lib.pages import open_period

ACTIONS = """\
action_id,source,source_id,case_id,team_id,theme,standard_id,title,action,owner_post,owner_id,due_on,board_agreed_on,reviewed
A1,audit,,0071000,T1,,,Write chronologies,Write that of Quenderly,Team Manager,P1,2025-09-29,,true
A2,audit,,0071001,T1,,,See children alone,,Social Worker,P2,2025-08-30,,true
A3,audit,,,T2,,,Date every plan,,Team Manager,P1,2025-08-31,,true
A4,audit,,,T2,,,Ask fathers,,Social Worker,P2,2025-09-30,,true
A5,audit,,,T2,,,Close old plans,,Team Manager,P1,2025-06-30,,true
"""
STAFF = """\
staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate
P1,Ida Vale,Team Manager,T1,Care,1,2020-01-01,true,false
P2,Al Moor,Social Worker,T1,Care,1,2020-01-01,false,false
"""
EVENTS = "action_id,event_no,on,status\nA2,1,2025-08-01,in_progress\nA5,1,2025-08-01,completed\n"
ANY = {"State": "", "Owner's": "", "Overdue": "any, or not overdue"}
# at 30 September A1 is 1 day overdue, A2 31 days, A3 30 days; A4 is due that day and A5 is done


@pytest.fixture
def acted(project):
    project.add_records("staff", STAFF)
    project.add_records("action", ACTIONS)
    project.add_records("action_event", EVENTS)
    return project


@pytest.fixture
def panel(acted):
    return follow_actions_panel(period=open_period(acted.file))


def choose(panel, **choices):
    controls = {control.description.split()[0]: control for control in panel.children[0].children}
    for name, value in choices.items():
        controls[name].value = value


def listed(panel):
    """The titles in the panel's last table, in order."""
    rows = panel.children[2].value.split("<caption>")[-1].split('<th scope="row">')[1:]
    return [row.split("<")[0] for row in rows]


def test_the_panel_opens_with_every_action_the_longest_overdue_first(panel):
    assert (
        "5 of 5 actions at 30 September 2025; 3 of 4 still to be done are overdue." in panel.children[1].value
    )
    assert listed(panel) == [
        *("See children alone", "Date every plan", "Write chronologies", "Close old plans", "Ask fathers"),
    ]


def test_each_choice_leaves_what_fits_it(panel):
    late = ["See children alone", "Date every plan", "Write chronologies"]
    fitting = [
        ({"State": "completed"}, ["Close old plans"]),
        ({"State": "in_progress"}, ["See children alone"]),
        ({"Owner's": "Social Worker"}, ["See children alone", "Ask fathers"]),
        ({"Overdue": "overdue"}, late),
        ({"Overdue": "over 30 days"}, late[:1]),
        ({"Overdue": "overdue", "Owner's": "Team Manager"}, late[1:]),
    ]
    for chosen, left in fitting:
        choose(panel, **ANY | chosen)
        assert f"{len(left)} of 5 actions" in panel.children[1].value
        assert listed(panel) == left
    choose(panel, **ANY | {"State": "blocked"})
    assert "0 of 5 actions" in panel.children[1].value
    assert "No action fits these choices." in panel.children[2].value


def test_no_case_no_person_and_no_text_about_them_is_shown(panel):
    assert not any(word in panel.children[2].value for word in ("case-", "staff-", "record-", "Quenderly"))


def test_a_long_list_says_that_it_is_cut(project):
    heading, row = ACTIONS.splitlines()[:2]
    rows = [row.replace("A1", f"A{at}", 1) for at in range(51)]
    project.add_records("action", "\n".join([heading, *rows, ""]))
    panel = follow_actions_panel(period=open_period(project.file))
    assert len(listed(panel)) == 50
    assert "The first 50 of 51." in panel.children[2].value


def test_a_council_without_actions_is_told_so(project):
    panel = follow_actions_panel(period=open_period(project.file))
    assert "No actions came with the records" in panel.children[1].value
