"""Rules that councils have of their own: month ends, stages, follow-ups by grade, letters, training."""

import pandas as pd
import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.actions import sections as actions
from qaf_lib.pages.moderation import sections as moderation
from qaf_lib.pages.practice.restricted import restricted_lists, write_restricted
from qaf_lib.pages.programme import allocation_sections as allocation
from qaf_lib.pages.store import PeriodStore

STAFF = "staff_id,name,role,team_id,service,fte,started_on,left_on,can_audit,can_moderate\n"
PEOPLE = [
    "m1,Name One,Manager,T1,Care,1,2020-01-01,,true,true",
    "p1,Name Two,Manager,T2,Need,1,2020-01-01,,true,false",
    "c1,Name Three,Head of Service,T1,Care,1,2020-01-01,,false,true",
]


def rules(project, text):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", f"{text}\nworthwhile_change")


def staff(project):
    project.add_records("staff", STAFF + "\n".join(PEOPLE) + "\n")


def events(project, *rows):
    """Rows of (kind, duty, day, subject)."""
    lines = [f"V{at},{kind},{duty},{day},{of}" for at, (kind, duty, day, of) in enumerate(rows)]
    heading = "event_id,kind,duty_id,held_on,subject_id\n"
    project.add_records("duty_event", heading + "\n".join(lines) + "\n")


def with_columns(project, **columns):
    """More columns of the audits: one value for each audit, in the order of the file."""
    path = project.root / "data" / "audit.csv"
    table = pd.read_csv(path, dtype=str).assign(**columns)
    table.to_csv(path, index=False)


def test_audits_are_due_by_the_month_s_end_or_as_far_as_an_extension_may_reach(project):

    month_end = (
        "  - {name: month, label: Audits due, from_event: given_on, to_event: returned_on, by: month_end, "
        "extension_working_days: 5}\ncoverage:"
    )
    project.change("parameters/frameworks/tiny.yml", "deadlines:\n", "deadlines:\n  - MORE\n")
    project.change("parameters/frameworks/tiny.yml", "  - MORE\n", month_end.removesuffix("coverage:"))
    cases = [f"007100{n}" for n in range(6)]
    project.add_audits(dict.fromkeys(cases, "good"), day="2025-07-20")
    with_columns(
        project,
        given_on=["2025-07-01"] * 5 + [None],
        extended_to=[None, None, "2025-08-05", "2025-08-20", "2025-08-05", None],
        # 31 July 2025 is a Thursday: five working days later is 7 August
        returned_on=["2025-07-31", "2025-08-01", "2025-08-05", "2025-08-08", None, "2025-07-31"],
    )
    found = open_period(project.file).practice.deadlines.query("row_key == 'month'")
    assert found.set_index("measure")["x"].to_dict() == {
        "on time": 1,
        "on time by extension": 1,
        "late": 2,
        "not done": 1,
        "not yet due": 0,
        "no start recorded": 1,
    }
    broken = open_period(project.file).breaches.counts.set_index("row_key")["x"]
    assert broken["month"] == 3


STAGES = """\
moderation:
  stages:
    - {name: manager, label: Line manager}
    - {name: peer, label: Peer}
    - {name: chair, label: Moderator, by_roles: [Head of Service]}"""


def moderated(project, *rows):
    """Rows of (audit, moderator, day, stage, grade)."""
    lines = [
        f"N{at},A-random-2025-08-01-{audit},{by},{day},random,false,good,{grade},{stage}"
        for at, (audit, by, day, stage, grade) in enumerate(rows)
    ]
    heading = "moderation_id,audit_id,moderator_id,moderated_on,why,blind,audit_grade,moderated_grade,stage\n"
    project.add_records("moderation", heading + "\n".join(lines) + "\n")


def test_stages_are_counted_in_order_and_an_audit_counts_once_in_agreement(project):
    rules(project, STAGES)
    staff(project)
    project.add_audits({"0071000": "good", "0071001": "good", "0072000": "good"})
    moderated(
        project,
        ("0071000", "m1", "2025-08-04", "Line manager", "good"),
        ("0071000", "p1", "2025-08-05", "Peer", "good"),
        ("0071000", "c1", "2025-08-06", "Moderator", "inadequate"),
        ("0071001", "m1", "2025-08-05", "manager", "good"),
        ("0071001", "c1", "2025-08-04", "chair", "good"),
        ("0072000", "m1", "2025-08-06", "chair", "good"),
    )
    period = open_period(project.file)
    counts = period.moderation_stages.counts.set_index(["row_key", "measure"])["x"]
    assert counts["manager", "done"] == 2
    assert counts["peer", "left out"] == 1 + 1
    assert counts["chair", "before an earlier stage"] == 1
    assert counts["chair", "by another role"] == 1
    exact = period.moderation_stages.agreement.set_index("row_key")
    assert exact.loc["chair", ["x", "n"]].tolist() == [2, 3]
    # three audits, of which one's standing grade is another
    agreed = period.moderation.agreement.set_index("measure")
    assert agreed.loc["exact", ["x", "n"]].tolist() == [2, 3]
    assert period.moderation.moderated == 3
    assert period.leniency.audits == 3
    assert period.breaches.counts.set_index("row_key")["x"]["moderation_stages"] == 5
    assert "Stages of moderation" in str(moderation.agreement(period))


def test_a_framework_without_stages_has_no_table_of_them(project):
    project.add_audits({"0071000": "good"})
    moderated(project, ("0071000", "m1", "2025-08-04", "", "good"))
    period = open_period(project.file)
    assert period.moderation_stages is None
    assert "Stages" not in str(moderation.agreement(period))


def test_what_a_head_of_service_must_follow_up_comes_from_the_grades(project):
    rules(
        project,
        "follow_ups: [{name: head, label: Followed up by the head of service, event: escalation, "
        "grades: [inadequate], by_posts: [Head of Service]}]",
    )
    staff(project)
    project.add_audits({"0071000": "inadequate", "0071001": "inadequate", "0071002": "good"})
    heading = "escalation_id,audit_id,tier,found_at,told_at,told_post\n"
    told = "X1,A-random-2025-08-01-0071000,1,2025-08-01T09:00Z,2025-08-01T10:00Z,Head of Service\n"
    project.add_records("escalation", heading + told)
    period = open_period(project.file)
    assert period.practice.follow_ups[["x", "n"]].to_numpy().tolist() == [[1, 2]]
    listed = restricted_lists(period.store)["follow_up_head"]
    assert len(listed) == 1
    write_restricted(PeriodStore(parameters=project.parameters()))
    path = project.root / "vault/tinyshire/2025-26-q2/restricted/follow_up_head.csv"
    assert "A-random-2025-08-01-0071001" in path.read_text(encoding="utf-8")


LETTERS = """\
duties:
  - {duty_id: letter, label: Letter, as_post: Practice lead, each: council, evidence: log}
  - {duty_id: half, label: Report to each, as_post: Practice lead, each: subject, subject_roles: [Worker],
     evidence: report, times: 1, every: half_year}
  - {duty_id: course, label: Course for auditors, as_post: Practice lead, each: council, evidence: log}
worker_follow_ups:
  - {name: letters, label: A letter, grades: [inadequate], duty_id: letter}
  - {name: meetings, label: A meeting, grades: [inadequate], nth: 3, duty_id: letter}
trained:
  - {name: auditors, label: Auditors, who: auditors, duty_id: course, at_least: 2, within_months: 12}
  - {name: moderators, label: Moderators, who: moderators, duty_id: course, roles: [Head of Service]}"""


def test_letters_and_the_third_one_s_meeting_are_listed_in_the_vault_alone(project):
    rules(project, LETTERS)
    staff(project)
    low = [f"007100{n}" for n in range(3)]
    project.add_audits(dict.fromkeys(low, "inadequate"))
    with_columns(project, worker_id="Worker-71000")
    events(project, ("report", "letter", "2025-08-02", "Worker-71000"))
    period = open_period(project.file)
    lists = restricted_lists(period.store)
    assert lists["worker_letters"]["low_grades"].tolist() == [1, 2, 3]
    assert lists["worker_letters"]["done_on"].notna().sum() == 1
    assert len(lists["worker_meetings"]) == 1
    assert lists["report_half"]["overall_grade"].tolist() == ["inadequate"] * 3
    assert "letters" not in str(allocation.allocation(period))


def test_auditors_and_moderators_are_counted_with_those_trained_and_those_wanted(project):
    rules(project, LETTERS)
    staff(project)
    events(
        project,
        ("training", "course", "2025-09-30", "m1"),
        ("training", "course", "2024-09-30", "p1"),
        ("training", "course", "2024-09-30", "c1"),
    )
    period = open_period(project.file)
    counts = period.trained.set_index(["row_key", "measure"])["x"].to_dict()
    # a training of 30 September 2024 is over at the end of September 2025 where it holds for twelve months
    assert counts == {
        ("auditors", "people"): 2,
        ("auditors", "trained"): 1,
        ("auditors", "wanted"): 2,
        ("moderators", "people"): 1,
        ("moderators", "trained"): 1,
    }
    assert "Auditors and moderators, and their training" in str(allocation.allocation(period))


def test_faults_of_audits_are_listed_for_each_auditor(project):
    project.add_audits({"0071000": "good", "0071001": "good"})
    with_columns(project, feedback_on=["2025-08-04", "soon"])
    allowed = "set_aside: {audit: {at_most: 0.6, because: One of two is wrong on purpose.}}\ndraws:"
    project.change("parameters/tiny.yml", "draws:", allowed)
    project.prepare()
    write_restricted(PeriodStore(parameters=project.parameters()))
    path = project.root / "vault/tinyshire/2025-26-q2/restricted/data_errors.csv"
    listed = pd.read_csv(path, dtype=str)
    assert listed[["reference", "row", "column"]].to_numpy().tolist() == [["Auditor-1", "3", "feedback_on"]]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "deadlines: [{name: x, label: X, from_event: a, to_event: b}]",
            "must give working_days, or by: month_end",
        ),
        (
            "deadlines: [{name: x, label: X, from_event: a, to_event: b, working_days: 1, by: month_end}]",
            "must give working_days, or by: month_end",
        ),
        (
            "deadlines: [{name: x, label: X, of: feedback, from_event: a, to_event: b, by: month_end, "
            "extension_working_days: 5}]",
            "extension_working_days is for audits; got feedback",
        ),
        (
            "deadlines: [{name: x, label: X, from_event: a, to_event: b, by: next_supervision}]",
            "by: next_supervision is for duty_event; got audit",
        ),
        (
            "follow_ups: [{name: x, label: X, event: feedback_on, by_posts: [Head]}]",
            "by_posts is for event escalation; got feedback_on",
        ),
        (
            "follow_ups: [{name: x, label: X, event: escalation, grades: [awful]}]",
            "follow-up x names grades off the scale: awful",
        ),
        (
            "trained: [{name: x, label: X, who: auditors, duty_id: none}]",
            "x: duty_id names no duty: none",
        ),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused_with_its_name(project, rule, words):
    old = "deadlines:\n  - name: feedback\n    label: Feedback in 5 working days\n"
    old += "    from_event: audited_on\n    to_event: feedback_on\n    working_days: 5\n"
    project.change("parameters/frameworks/tiny.yml", old, f"{rule}\n")
    with pytest.raises(ValueError, match=words):
        project.parameters()


def test_late_actions_are_listed_for_the_holder_above_the_team_with_the_next_step(project):
    rules(
        project,
        "action_plan: {columns: [{label: Action}], ask_after_days: 30}\n"
        "duties: [{duty_id: D, label: Scrutinise actions, roles: [Head of Service], evidence: scrutiny, times: 1, "
        "every: month, shown_by: [action_plan]}]",
    )
    head = "c1,Name Three,Head of Service,T1,Care,1,2020-01-01,,false,true,"
    people = [f"{PEOPLE[0]},c1", f"{PEOPLE[1]},m1", head]
    project.add_records(
        "staff", STAFF.replace("can_moderate", "can_moderate,manager_id") + "\n".join(people) + "\n"
    )
    lines = [("A1", "T1", "2025-09-29"), ("A2", "T2", "2025-12-01"), ("A3", "T2", "2025-09-30")]
    lines.append(("A4", "", "2025-12-01"))
    project.add_records(
        "action",
        "action_id,source,team_id,title,owner_post,due_on,reviewed\n"
        + "".join(f"{name},board,{team},Do it,Manager,{due},true\n" for name, team, due in lines),
    )
    project.add_records(
        "action_event",
        "action_id,event_no,on,status\nA1,1,2025-09-20,open\nA2,1,2025-09-10,blocked\nA3,1,2025-09-20,open\n"
        "A4,1,2025-09-20,blocked\n",
    )
    period = open_period(project.file)
    listed = restricted_lists(period.store)["late_actions"]
    # due on the last day is not late yet; an action of no team is nobody's above it and stays on the list
    assert dict(zip(listed["team_id"].fillna("-"), listed["next_step"], strict=True)) == {
        "T1": "finish it, or agree another day",
        "T2": "find out what blocks it",
        "-": "find out what blocks it",
    }
    assert listed.loc[listed["team_id"].notna(), "role"].tolist() == ["Head of Service"] * 2
    assert listed.loc[listed["team_id"].isna(), "manager"].isna().all()
    assert "1 of these stand under no manager: no team is named, or nobody above it is" in repr(
        actions.overdue(period)
    )
