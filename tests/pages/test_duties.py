"""Duties of a framework as a small period answers them."""

import pytest

from qaf_lib.errors import InputError
from qaf_lib.pages import open_period
from qaf_lib.pages.practice.restricted import restricted_lists

STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,left_on,can_audit,can_moderate\n"
    "m1,Name One,Manager,T1,Care,1.0,2020-01-01,,true,true\n"
    "m2,Name Two,Manager,T2,Need,1.0,2020-01-01,,true,true\n"
    "w1,Name Three,Worker,T1,Care,1.0,2020-01-01,,false,false\n"
)
EVENTS = "event_id,kind,duty_id,due_on,held_on,subject_id,by_id,by_post,team_id\n"


def ask(project, *duties, staff=STAFF):
    lines = "\n".join(f"  - {{{duty}}}" for duty in duties)
    project.change(
        "parameters/frameworks/tiny.yml", "worthwhile_change", f"duties:\n{lines}\nworthwhile_change"
    )
    if staff:
        project.add_records("staff", staff)


def log(project, *rows):
    project.add_records(
        "duty_event", EVENTS + "\n".join(f"E{at},{row}" for at, row in enumerate(rows)) + "\n"
    )


def states(project):
    found = open_period(project.file).duties
    counts = found.counts.set_index("row_key")
    return {
        duty.duty_id: (counts.loc[duty.duty_id, "x"], counts.loc[duty.duty_id, "n"], duty.state)
        for duty in found.duties.itertuples()
    }


MEETING = "duty_id: D1, label: Meet, roles: [Manager], evidence: meeting, times: 1, every: quarter"


def test_a_framework_without_duties_has_none(project):
    found = open_period(project.file).duties
    assert found.duties.empty
    assert found.states.empty


def test_the_log_shows_a_duty_by_its_id_and_kind(project):
    ask(project, MEETING)
    log(
        project,
        "meeting,D1,,2025-07-01,,m1,,",
        "visit,D1,,2025-07-01,,m2,,",
        "meeting,D2,,2025-07-01,,m2,,",
    )
    assert states(project)["D1"] == (1, 2, "partly met")


def test_a_planned_meeting_not_held_is_not_met_and_no_entry_at_all_is_nothing_on_record(project):
    ask(project, MEETING, MEETING.replace("D1", "D2"))
    log(project, "meeting,D1,2025-07-01,,,m1,,")
    found = states(project)
    assert (found["D1"][2], found["D2"][2]) == ("not met", "nothing on record")


def test_audits_count_for_those_who_made_them(project):
    ask(
        project,
        "duty_id: D1, label: Audit, roles: [Manager], evidence: audit, audit_types: [case_file], times: 2, every: quarter",
    )
    project.add_audits({"0071000": "good", "0071001": "good", "0071002": "good", "0072000": "good"})
    text = (project.root / "data" / "audit.csv").read_text(encoding="utf-8")
    project.write("data/audit.csv", text.replace("Auditor-1", "m1", 3))
    # m1 made three, of which two were asked; the fourth is nobody's in post
    assert states(project)["D1"] == (2, 4, "partly met")


def test_moderations_count_for_those_who_made_them(project):
    ask(
        project,
        "duty_id: D1, label: Moderate, roles: [Manager], evidence: moderation, times: 1, every: quarter",
    )
    project.add_audits({"0071000": "good"})
    project.add_records(
        "moderation",
        "moderation_id,audit_id,moderator_id,moderated_on,why,blind,audit_grade,moderated_grade\n"
        "M1,A-random-2025-08-01-0071000,m2,2025-08-20,random,false,good,good\n",
    )
    assert states(project)["D1"] == (1, 2, "partly met")


def test_a_repeated_duty_shows_the_other_s_state_and_is_counted_once(project):
    ask(project, MEETING, f"{MEETING.replace('D1', 'D2')}, same_as: D1")
    log(project, "meeting,D1,,2025-07-01,,m1,,", "meeting,D1,,2025-07-01,,m2,,")
    assert {state for _, _, state in states(project).values()} == {"met"}
    totals = open_period(project.file).duties.states.query("row_key == 'all'")
    assert (totals["x"].sum(), totals["n"].max()) == (1, 1)


@pytest.mark.parametrize(
    ("audited", "state"), [(0, "nothing on record"), (7, "behind"), (8, "on track"), (12, "met")]
)
def test_a_duty_that_coverage_counts_takes_its_state(project, audited, state):
    # the calendar year ends on 31 December: 273 of its 365 days ask 8 of the 12
    ask(project, "duty_id: D1, label: Cover, roles: [Manager], shown_by: [open_cases]")
    cases = [f"007100{n}" for n in range(6)] + [f"007200{n}" for n in range(6)]
    if audited:
        project.add_audits(dict.fromkeys(cases[:audited], "good"))
    assert states(project)["D1"] == (audited, 12, state)


@pytest.mark.parametrize(("audited", "state"), [(0, "not met"), (11, "partly met"), (12, "met")])
def test_when_the_year_is_over_what_is_left_is_not_met(project, audited, state):
    ask(project, "duty_id: D1, label: Cover, roles: [Manager], shown_by: [open_cases]")
    project.change("parameters/tiny.yml", "2025-26 Q2", "2025-26 Q3")
    cases = [f"007100{n}" for n in range(6)] + [f"007200{n}" for n in range(6)]
    project.add_audits(dict.fromkeys(cases[:audited], "good") if audited else {"0079999": "good"})
    assert states(project)["D1"] == (audited, 12, state)


def test_a_duty_that_a_deadline_counts_takes_its_state(project):
    ask(project, "duty_id: D1, label: Tell, roles: [Manager], shown_by: [feedback]")
    project.add_audits({"0071000": "good"})
    assert states(project)["D1"] == (0, 1, "not met")


def test_moderation_by_grade_is_counted_where_it_is_due(project):
    moderation = "\nmoderation: {trigger_grades: [inadequate], random_share: 0.5}\ncoverage:\n"
    project.change("parameters/frameworks/tiny.yml", "\ncoverage:\n", moderation)
    ask(project, "duty_id: D1, label: Moderate, roles: [Manager], shown_by: [moderation]")
    project.add_audits({"0071000": "inadequate", "0071001": "good"})
    project.add_records(
        "moderation",
        "moderation_id,audit_id,moderator_id,moderated_on,why,blind,audit_grade,moderated_grade\n"
        "M1,A-random-2025-08-01-0071000,m2,2025-08-20,trigger,false,inadequate,inadequate\n",
    )
    # one by its grade, done; one of two at random, not done
    assert states(project)["D1"] == (1, 2, "partly met")


def test_a_report_is_looked_for_in_the_duty_log(project):
    project.change(
        "parameters/frameworks/tiny.yml",
        "worthwhile_change",
        "reports:\n  - {name: slt, label: To leaders, every: quarter}\nworthwhile_change",
    )
    ask(project, "duty_id: D1, label: Report, as_post: Board, each: council, shown_by: [report_slt]")
    log(project, "report,report_slt,,2025-09-30,,,,")
    assert states(project)["D1"] == (1, 1, "met")


def test_an_indicator_is_held_against_its_target(project):
    project.change(
        "parameters/frameworks/tiny.yml",
        "worthwhile_change",
        "indicators:\n  - {indicator_id: visits, label: Visits, target: 0.9}\nworthwhile_change",
    )
    ask(project, "duty_id: D1, label: Visit, roles: [Manager], shown_by: [visits]")
    project.add_records("indicator", "indicator_id,period,numerator,denominator\nvisits,2025-26 Q2,89,100\n")
    assert states(project)["D1"] == (89, 100, "not met")
    project.change("data/indicator.csv", "89,100", "90,100")
    assert states(project)["D1"] == (90, 100, "met")


@pytest.mark.parametrize(("count", "state"), [(0, "not met"), (99, "partly met"), (100, "met")])
def test_an_indicator_that_asks_for_all_is_partly_met_by_some(project, count, state):
    project.change(
        "parameters/frameworks/tiny.yml",
        "worthwhile_change",
        "indicators:\n  - {indicator_id: visits, label: Visits, target: 1.0}\nworthwhile_change",
    )
    ask(project, "duty_id: D1, label: Visit, roles: [Manager], shown_by: [visits]")
    rows = f"indicator_id,period,numerator,denominator\nvisits,2025-26 Q2,{count},100\n"
    project.add_records("indicator", rows)
    assert states(project)["D1"] == (count, 100, state)


def test_supervision_of_a_person_counts_without_the_duty_s_id(project):
    ask(
        project,
        "duty_id: D1, label: Supervise, roles: [Manager], each: subject, subject_roles: [Worker], "
        "evidence: supervision, times: 1, every: month",
    )
    log(
        project,
        "supervision,,,2025-07-31,w1,,,",
        "supervision,D1,,2025-08-01,w1,,,",
        "supervision,,,2025-09-30,m1,,,",
    )
    assert states(project)["D1"] == (2, 3, "partly met")


def test_without_a_staff_table_a_post_is_one(project):
    ask(project, MEETING, staff=None)
    log(project, "meeting,D1,,2025-07-01,,,Manager,")
    assert states(project)["D1"] == (1, 1, "met")


def found_of(project, duty_id="D1"):
    return open_period(project.file).duties.duties.set_index("duty_id").loc[duty_id]


def test_answers_of_audits_show_a_duty_and_never_meet_it(project):
    voice = "questions: [{question_id: voice, label: The child's voice}"
    kept = "{question_id: kept, label: Kept, answers: [not met, met, not applicable]}"
    project.change("parameters/frameworks/tiny.yml", voice, f"{voice}, {kept}")
    ask(project, "duty_id: D1, label: Keep it, roles: [Manager], evidence: log, shown_by: [kept]")
    project.add_audits({"0071000": "good", "0071001": "good", "0072000": "good"})
    audit = "A-random-2025-08-01-00"
    project.add_records(
        "answer",
        "audit_id,question_id,answer\n"
        f"{audit}71000,kept,met\n{audit}71001,kept,not met\n{audit}72000,kept,not applicable\n",
    )
    found = open_period(project.file).duties
    assert found.duties["state"].tolist() == ["on record"]
    assert found.shown[["kind", "n", "x", "best"]].to_numpy().tolist() == [["question", 2, 1, "met"]]


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (("met", "met"), (2, 2, "met")),
        (("met", "not met"), (1, 2, "partly met")),
        (("not met", "not applicable"), (0, 1, "not met")),
        (("not applicable", "not applicable"), (0, 0, "not due")),
    ],
)
def test_what_a_framework_wants_of_everybody_is_held_against_all_that_it_applies_to(project, answers, state):
    voice = "questions: [{question_id: voice, label: The child's voice}"
    kept = "{question_id: kept, label: Kept, of_everybody: true, answers: [not met, met, not applicable]}"
    project.change("parameters/frameworks/tiny.yml", voice, f"{voice}, {kept}")
    ask(project, "duty_id: D1, label: Keep it, as_post: All staff, shown_by: [kept]")
    project.add_audits({"0071000": "good", "0071001": "good"})
    rows = [f"A-random-2025-08-01-007100{at},kept,{answer}" for at, answer in enumerate(answers)]
    project.add_records("answer", "audit_id,question_id,answer\n" + "\n".join(rows) + "\n")
    assert states(project)["D1"] == state
    period = open_period(project.file)
    assert "D1" not in period.breaches.counts["row_key"].tolist()
    assert len(restricted_lists(period.store)["wanted_kept"]) == state[1] - state[0]


def test_surveys_put_a_duty_on_record_and_none_leave_it_off(project):
    ask(project, "duty_id: D1, label: Ask, roles: [Manager], shown_by: [survey, complaint]")
    project.add_records(
        "feedback", "feedback_id,kind,received_on\nF1,survey,2025-07-01\nF2,survey,2025-06-30\n"
    )
    found = open_period(project.file).duties
    assert found.shown[["label", "n"]].to_numpy().tolist() == [["surveys", 1]]
    assert found.duties["state"].tolist() == ["on record"]


def test_a_letter_of_a_member_of_parliament_is_no_comment_of_a_family(project):
    ask(project, "duty_id: D1, label: Ask, roles: [Manager], shown_by: [comment]")
    rows = (
        "F1,comment,2025-07-01,member of parliament\nF2,comment,2025-07-01,\nF3,comment,2025-07-01,parent\n"
    )
    project.add_records("feedback", "feedback_id,kind,received_on,respondent\n" + rows)
    assert open_period(project.file).duties.shown[["label", "n"]].to_numpy().tolist() == [["comments", 2]]


def test_an_indicator_without_a_target_is_on_record_and_not_met(project):
    project.change(
        "parameters/frameworks/tiny.yml",
        "worthwhile_change",
        "indicators:\n  - {indicator_id: visits, label: Visits}\nworthwhile_change",
    )
    ask(project, "duty_id: D1, label: Visit, roles: [Manager], shown_by: [visits]")
    project.add_records("indicator", "indicator_id,period,numerator,denominator\nvisits,2025-26 Q2,89,100\n")
    assert found_of(project)["state"] == "on record"


def test_an_assumed_number_is_shown_and_nobody_goes_against_it(project):
    ask(project, MEETING, MEETING.replace("D1", "D2") + ", assumed: meetings")
    reading = "assumptions: [{name: meetings, reading: Once a quarter., because: It does not say.}, "
    project.change("parameters/frameworks/tiny.yml", "assumptions: [", reading)
    log(project, "meeting,D1,,2025-07-01,,m1,,", "meeting,D2,,2025-07-01,,m1,,")
    period = open_period(project.file)
    duties = period.duties.duties.set_index("duty_id")
    assert duties["state"].to_dict() == {"D1": "partly met", "D2": "partly met"}
    assert duties["assumed"].fillna("").to_dict() == {"D1": "", "D2": "meetings"}
    assert period.breaches.counts["row_key"].tolist() == ["D1"]


def test_an_assumption_that_is_not_there_is_refused(project):
    ask(project, MEETING + ", assumed: nothing")
    with pytest.raises(InputError, match="assumed names no assumption: nothing"):
        open_period(project.file)


def test_teams_and_services_left_out_do_not_hold_a_duty(project):
    ask(project, MEETING + ", leave_out_services: [Need]", MEETING.replace("D1", "D2") + ", leave_out_teams: [T1]",
        MEETING.replace("D1", "D3"))  # fmt: skip
    log(
        project,
        "meeting,D1,,2025-07-01,,m1,,",
        "meeting,D2,,2025-07-01,,m1,,",
        "meeting,D3,,2025-07-01,,m1,,",
    )
    assert states(project) == {"D1": (1, 1, "met"), "D2": (0, 1, "not met"), "D3": (1, 2, "partly met")}
    assert found_of(project)["left_out"] == 1


EXEMPT = "exemption_id,staff_id,duty_id,starts_on,ends_on,approved_by_post\n"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("X1,m2,D1,2025-07-01,2025-09-30,Director", 1),
        ("X1,m2,,2025-07-01,,Director", 1),
        ("X1,m2,D2,2025-07-01,2025-09-30,Director", 2),
        ("X1,m2,D1,2025-06-01,2025-06-30,Director", 2),
    ],
)
def test_an_exempt_holder_is_counted_and_said_with_who_approved_it(project, row, expected):
    ask(project, MEETING, MEETING.replace("D1", "D2"))
    log(project, "meeting,D1,,2025-07-01,,m1,,")
    project.add_records("exemption", EXEMPT + row + "\n")
    found = found_of(project)
    assert states(project)["D1"][1] == expected
    assert found["exempt"] == (1 if expected == 1 else 0)
    if expected == 1:
        assert found["approved_by"]


def test_audits_of_one_exercise_count_as_one(project):
    duty = (
        "duty_id: D1, label: Dive deep, roles: [Manager], evidence: audit, audit_types: [case_file], "
        "times: 2, every: quarter"
    )
    ask(project, duty, duty.replace("D1", "D2") + ", exercise: true")
    project.add_audits(dict.fromkeys(["0071000", "0071001", "0071002", "0072000"], "good"))
    text = (project.root / "data" / "audit.csv").read_text(encoding="utf-8").replace("Auditor-1", "m1")
    head, *rows = text.strip().split("\n")
    exercises = ["E1", "E1", "E1", "E2"]
    lines = [f"{head},exercise_id", *(f"{row},{one}" for row, one in zip(rows, exercises, strict=True))]
    project.write("data/audit.csv", "\n".join(lines) + "\n")
    events = open_period(project.file).duties.duties.set_index("duty_id")["events"]
    assert events.to_dict() == {"D1": 4, "D2": 2}


@pytest.mark.parametrize(
    ("how", "count"), [("", 3), (", teams_named: North", 2), (", teams_named: North, with_worker: true", 1)]
)
def test_audits_count_only_of_the_teams_and_in_the_way_that_a_duty_names(project, how, count):
    ask(project, f"duty_id: D1, label: Audit, roles: [Manager], evidence: audit{how}")
    project.add_audits(dict.fromkeys(["0071000", "0071001", "0072000"], "good"))
    text = (project.root / "data" / "audit.csv").read_text(encoding="utf-8").replace("Auditor-1", "m1")
    head, *rows = text.strip().split("\n")
    rows[2] = rows[2].replace(",T1,", ",T2,")
    took_part = zip(rows, ["true", "", "true"], strict=True)
    lines = [f"{head},worker_took_part", *(f"{row},{one}" for row, one in took_part)]
    project.write("data/audit.csv", "\n".join(lines) + "\n")
    assert open_period(project.file).duties.duties.set_index("duty_id").loc["D1", "events"] == count


def test_only_a_duty_that_audits_show_asks_for_teams_of_the_cases(project):
    ask(project, f"{MEETING}, teams_named: North")
    with pytest.raises(InputError, match="are for duties that audits show"):
        open_period(project.file)


REPORT = "reports:\n  - {name: slt, label: To leaders, every: quarter}\nworthwhile_change"


def test_a_report_that_is_a_duty_too_stands_in_the_calendar_once(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", REPORT)
    duty = "label: Report, roles: [Manager], evidence: report, times: 1, every: quarter"
    ask(
        project,
        f"duty_id: D1, {duty}, shown_by: [report_slt]",
        f"duty_id: D2, {duty}, same_as: D1",
        f"duty_id: D3, {duty.replace('Report', 'Another')}",
    )
    log(project, "report,slt,,2025-09-30,,m1,,")
    reports = open_period(project.file).calendar.reports
    assert reports["report"].tolist() == ["Another", "To leaders"]
    assert reports["held_on"].notna().tolist() == [False, True]
    # the report's name in the log shows the duty
    assert states(project)["D1"] == (1, 2, "partly met")


def test_what_is_on_track_is_not_called_due(project):
    yearly = (
        "duty_id: D1, label: Chair, as_post: Board, each: council, evidence: meeting, times: 4, every: year"
    )
    ask(project, yearly)
    log(project, "meeting,D1,,2025-04-01,,,,", "meeting,D1,,2025-07-01,,,,")
    due = open_period(project.file).calendar.due.iloc[0]
    assert (due["duties"], due["on track"], due["behind"]) == (0, 1, 0)


def test_supervision_that_names_no_duty_counts_for_the_duty_whose_people_it_is_of(project):
    often = "evidence: supervision, times: 1, every: quarter, each: subject"
    ask(
        project,
        f"duty_id: D1, label: Supervise managers, roles: [Director], {often}, subject_roles: [Manager]",
        f"duty_id: D2, label: Supervise workers, roles: [Manager], {often}, subject_roles: [Worker]",
    )
    log(project, "supervision,,,2025-07-01,w1,m1,,", "supervision,,,2025-08-01,w1,m1,,")
    found = open_period(project.file).duties.duties.set_index("duty_id")
    assert found["events"].tolist() == [0, 2]
    assert found["state"].tolist() == ["nothing on record", "met"]


def test_audits_owed_once_for_all_count_whoever_makes_them(project):
    themed = "label: Audit a theme, roles: [Manager], evidence: audit, audit_types: [case_file]"
    ask(project, f"duty_id: D1, {themed}, each: council", f"duty_id: D2, {themed}")
    project.add_audits({"0071000": "good"})  # by somebody who is no manager
    found = open_period(project.file).duties.duties.set_index("duty_id")
    assert found["events"].tolist() == [1, 0]
