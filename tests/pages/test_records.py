"""Records that show duties: who took part in audits and work, trainings led, and whether learning held."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.practice.duties import duties_of
from qaf_lib.pages.practice.records import action_records, records_of_taking_part

AUDIT = {"unit": "child", "audit_type": "dip", "selection": "themed", "tool_id": "tiny", "tool_version": "1"}
WORK = {"block": "audit", "title": "Work", "officer_post": "Officer"}


def audit(name, on, **more):
    return {"audit_id": name, "case_id": "c", "audited_on": on, **AUDIT, **more}


def event(kind, on, **more):
    return {"event_id": f"{kind}-{on}", "kind": kind, "held_on": on, **more}


def test_part_taken_is_counted_of_the_period_s_audits_and_observations_that_say_it(in_memory):
    store = in_memory(
        audit=[
            audit("a", "2025-07-01", worker_took_part=True, family_feedback=False),
            audit("b", "2025-09-30", worker_took_part=False, family_feedback=True),
            audit("c", "2025-08-01"),
            audit("d", "2025-06-30", worker_took_part=True, family_feedback=True),
        ],
        duty_event=[
            event("observation", "2025-07-01", reflection=True),
            event("observation", "2025-07-02", reflection=False),
            event("observation", "2025-07-03"),
            event("meeting", "2025-07-04", reflection=True),
        ],
    )
    found = records_of_taking_part(store)
    assert found["worker_part"] == ("audits where it is recorded", 2, 1, "in which the worker took part")
    views = "in which the family's views were sought"
    assert found["family_views"] == ("audits where it is recorded", 2, 1, views)
    own = "with the worker's own reflection"
    assert found["reflections"] == ("observations where it is recorded", 2, 1, own)


def test_work_is_shared_with_children_families_or_partners_and_not_with_staff_alone(in_memory):
    store = in_memory(
        project=[
            {
                "project_id": "p",
                "partners_took_part": True,
                "on": "2025-07-01",
                "agreed_on": "2025-06-01",
                **WORK,
            },
            {"project_id": "s", "families_took_part": True, **WORK},
            {"project_id": "q", "staff_took_part": True, "on": "2025-09-30", **WORK},
            {"project_id": "r", "children_took_part": True, "on": "2025-10-01", **WORK},
        ]
    )
    found = records_of_taking_part(store)
    who = "in which children, families or partners took part"
    assert found["work_shared"] == ("pieces of work dated up to the period's end", 2, 1, who)
    assert found["work_agreed"] == ("pieces of work on record", 4, 1, "agreed")


@pytest.mark.parametrize(("day", "counted"), [("2024-09-30", 1), ("2024-10-01", 2)])
def test_trainings_of_twelve_months_name_a_person_and_may_name_who_led(in_memory, day, counted):
    store = in_memory(
        duty_event=[
            event("training", day, subject_id="w", by_id="l"),
            event("training", "2025-09-30", subject_id="w"),
            event("training", "2025-09-29", by_id="l"),
        ]
    )
    led = "led by a colleague" + ("; people who led one: another post 1" if counted > 1 else "")
    told = ("trainings of people in twelve months", counted, counted - 1, led)
    assert records_of_taking_part(store)["trainings_led"] == told


def test_learning_held_where_an_audit_found_the_theme_better_after_somebody_was_taught(project):
    project.change("parameters/frameworks/tiny.yml", "The child's voice}", "The child's voice, theme: Voice}")
    actions = (("x", "training", "good"), ("y", "coaching", "inadequate"), ("z", "policy", "good"))
    audits = "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,audited_on,reaudit_of\n"
    audits += "before,0071000,child,dip,themed,tiny,1,2025-04-01,\n"
    answers = "audit_id,question_id,answer\nbefore,voice,inadequate\n"
    owed, events = "action_id,source,title,owner_post,route,theme\n", "action_id,event_no,on,status\n"
    links = "action_id,audit_id\n"
    for name, route, answer in actions:
        audits += f"after-{name},0071000,child,dip,themed,tiny,1,2025-09-01,before\n"
        answers += f"after-{name},voice,{answer}\n"
        owed += f"{name},audit,Do,Lead,{route},Voice\n"
        events += f"{name},1,2025-06-01,completed\n"
        links += f"{name},after-{name}\n"
    for table, text in (("audit", audits), ("answer", answers), ("action", owed), ("action_event", events)):
        project.add_records(table, text)
    project.add_records("reaudit_link", links)
    label = "actions of training, coaching, e-learning or a briefing that an audit looked at again"
    assert action_records(open_period(project.file).store)["learning_held"] == (
        label,
        2,
        1,
        "with better practice on the theme",
    )


OWNERS = """\
duties:
  - {duty_id: early, label: Early, roles: [Lead], shown_by: [obstacles], of_roles: [Lead]}
  - {duty_id: all, label: All, roles: [Lead], shown_by: [obstacles]}"""


def test_obstacles_are_those_of_the_owners_that_a_duty_names(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", f"{OWNERS}\nworthwhile_change")
    owed = "a,board,Do,Lead,T1\nb,board,Do,Worker,T1\nc,board,Do,Worker,T1\n"
    project.add_records("action", f"action_id,source,title,owner_post,team_id\n{owed}")
    steps = [
        f"{name},{at},2025-07-0{at},{status}\n"
        for name, ended in {"a": "open", "b": "blocked", "c": "open"}.items()
        for at, status in enumerate(("blocked", ended), start=1)
    ]
    project.add_records("action_event", f"action_id,event_no,on,status\n{''.join(steps)}")
    shown = duties_of(open_period(project.file).store).shown.set_index("duty_id")
    assert shown.loc["early", "label"] == "actions owned by Lead that were blocked"
    assert shown.loc["early", ["n", "x"]].tolist() == [1, 1]
    assert shown.loc["all", ["n", "x"]].tolist() == [3, 2]
