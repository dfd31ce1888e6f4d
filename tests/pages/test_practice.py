"""Coverage of people, cases and closures, longest gaps and deadlines, as a small period answers them."""

import pytest

from qaf_lib.errors import InputError
from qaf_lib.pages import open_period

HEADING = (
    "staff_id,name,role,team_id,service,fte,started_on,left_on,newly_qualified_until,can_audit,can_moderate,"
    "audit_hours_per_month\n"
)
EVENTS = "event_id,kind,duty_id,due_on,held_on,subject_id,by_id,by_post,team_id,discussed_on\n"


def rule(project, text, old="worthwhile_change"):
    """Add rules to the framework; a list of its own name, or before the first of coverage or deadlines."""
    project.change("parameters/frameworks/tiny.yml", old, f"{text}\n{old}")


def cover(project, text):
    rule(project, f"  - {{name: mine, label: Mine, {text}}}", old="deadlines:")


def staff(project, *rows):
    """Rows of (reference, role, fte, started, left, newly qualified until, audits, hours)."""
    lines = [
        f"{who},Name {who},{role},T1,Care,{fte},{started},{left},{until},{audits},false,{hours}"
        for who, role, fte, started, left, until, audits, hours in rows
    ]
    project.add_records("staff", HEADING + "\n".join(lines) + "\n")


def worker(who, *, role="Worker", fte=1.0, started="2020-01-01", left="", until="", audits="false", hours=""):
    return who, role, fte, started, left, until, audits, hours


def events(project, kind, *rows):
    """Rows of (day, subject, by, post)."""
    lines = [f"E{at},{kind},,,{day},{of},{by},{post},," for at, (day, of, by, post) in enumerate(rows)]
    project.add_records("duty_event", EVENTS + "\n".join(lines) + "\n")


def mine(project):
    return next(found for found in open_period(project.file).practice.coverage if found.name == "mine")


def counted(project):
    return mine(project).by_service.iloc[0][["x", "n"]].tolist()


def test_a_case_holder_is_reached_when_one_case_was_audited_in_the_financial_year(project):
    cover(project, "of: case_holders, counts: audit, year: financial")
    project.add_audits({"0071000": "good"}, day="2025-04-01")
    project.add_audits({"0071001": "good"}, day="2025-03-31", selection="panel")
    # twelve workers hold a case each; the audit of 31 March belongs to the year before
    assert counted(project) == [1, 12]


def test_a_case_s_audit_is_its_worker_s_of_then(project):
    cover(project, "of: case_holders, counts: audit, year: financial")
    project.add_audits({"0071000": "good"})
    project.change("data/audit.csv", ",overall_grade", ",overall_grade,worker_id")
    project.change("data/audit.csv", "2025-08-01,good", "2025-08-01,good,Worker-71005")
    still = mine(project).by_team.set_index("row_key")["x"]
    assert still.to_dict() == {"all": 1, "T1": 1, "T2": 0}


@pytest.mark.parametrize(
    ("fte", "held", "x"), [(1.0, 8, 0), (1.0, 9, 1), (0.99, 5, 0), (0.99, 6, 1), (1.0, 6, 0)]
)
def test_nine_supervisions_full_time_and_six_part_time(project, fte, held, x):
    cover(
        project,
        "of: frontline_staff, counts: supervision, times: 9, times_part_time: 6, year: calendar, roles: [Worker]",
    )
    staff(project, worker("w", fte=fte))
    events(project, "supervision", *[(f"2025-0{month}-15", "w", "", "") for month in range(1, held + 1)])
    assert counted(project) == [x, 1]


@pytest.mark.parametrize(("started", "asked"), [("2025-01-01", 9), ("2025-01-02", 8), ("2025-07-02", 4)])
def test_a_joiner_is_asked_pro_rata(project, started, asked):
    # 2 July: 183 of 365 days are 4.5 of nine
    cover(
        project,
        "of: frontline_staff, counts: supervision, times: 9, pro_rata: true, year: calendar, roles: [Worker]",
    )
    staff(project, worker("w", started=started))
    assert int(mine(project).pace["n"].iloc[0]) == asked


def test_a_joiner_who_is_asked_less_than_once_is_not_expected(project):
    cover(
        project, "of: frontline_staff, counts: observation, pro_rata: true, year: calendar, roles: [Worker]"
    )
    staff(project, worker("w", started="2025-01-02"), worker("v"))
    assert counted(project) == [0, 1]


def test_only_observations_by_the_roles_named_count(project):
    cover(
        project,
        "of: frontline_staff, counts: observation, year: calendar, roles: [Worker], by_roles: [Manager]",
    )
    staff(project, worker("a"), worker("b"), worker("c"), worker("m", role="Manager"))
    events(
        project,
        "observation",
        ("2025-07-01", "a", "m", ""),
        ("2025-07-01", "b", "c", ""),
        ("2025-07-01", "c", "", "Manager"),
    )
    assert counted(project) == [2, 3]


def test_everyone_who_left_by_the_last_day_is_no_longer_expected(project):
    cover(project, "of: frontline_staff, counts: observation, year: calendar, roles: [Worker]")
    staff(project, worker("a", left="2025-09-30"), worker("b", left="2025-10-01"))
    assert counted(project) == [0, 1]


def test_closures_and_transfers_of_the_period_are_audited(project):
    cover(project, "of: closures, counts: audit, year: financial, audit_types: [dip]")
    closed = [
        ("0071000", "2025-07-01", "closed"),
        ("0071001", "2025-09-30", "transferred"),
        ("0071002", "2025-06-30", "closed"),
        ("0071003", "2025-07-01", "step_up"),
    ]
    lines = [f"{case},{day},child,T1,{kind}" for case, day, kind in closed]
    project.add_records("closure", "case_id,closed_on,unit,team_id,kind\n" + "\n".join(lines) + "\n")
    project.add_audits({"0071000": "good", "0071001": "good"})
    project.change("data/audit.csv", "0071000,child,case_file", "0071000,child,dip")
    assert counted(project) == [1, 2]
    assert mine(project).pace.empty


def test_the_auditors_hours_say_whether_all_can_be_reached(project):
    staff(
        project,
        worker("a", audits="true", hours="10"),
        worker("b", audits="true", hours="6", left="2025-09-30"),
        worker("c", hours="99"),
    )
    project.add_audits({"0071000": "good", "0071001": "good"})
    rule = open_period(project.file).practice.coverage[0]
    # ten cases left, October to December: four a month; 40 hours needed, 3 x 10 there
    assert rule.months_left == 3
    assert rule.pace.set_index("measure")["estimate"].to_dict() == {
        "a_month": 4,
        "hours_needed": 40,
        "hours_there": 30,
    }


GAP = "longest_gaps:\n  - {name: gap, label: Fortnightly, of: newly_qualified, event: supervision, days: 14}"
FORTNIGHTS = ["2025-07-10", "2025-07-24", "2025-08-07", "2025-08-21", "2025-09-04", "2025-09-18"]


@pytest.mark.parametrize(("last", "over"), [("2025-09-04", 0), ("2025-09-05", 1)])
def test_newly_qualified_staff_are_supervised_at_least_every_fourteen_days(project, last, over):
    rule(project, GAP)
    staff(project, worker("new", until="2025-12-31"), worker("old"), worker("once", until="2025-06-30"))
    days = [last if day == "2025-09-04" else day for day in FORTNIGHTS]
    events(project, "supervision", *[(day, "new", "", "") for day in days])
    counts = open_period(project.file).practice.gaps[0].counts.set_index("measure")
    assert counts.loc["over", ["x", "n"]].tolist() == [over, 1]
    assert counts.loc["longest", "estimate"] == 14 + over


def test_a_deadline_may_be_about_feedback_or_events_of_some_kinds(project):
    deadlines = """\
  - {name: complaint, label: Told, of: feedback, kinds: [complaint], from_event: received_on, to_event: reported_on, working_days: 20}
  - {name: talked, label: Talked through, of: duty_event, kinds: [observation], from_event: held_on, to_event: discussed_on, working_days: 5}"""
    rule(project, deadlines)
    project.add_records(
        "feedback",
        "feedback_id,kind,received_on,reported_on\n"
        # 20 working days after 1 August 2025, over the bank holiday of 25 August: 1 September
        "F1,complaint,2025-08-01,2025-09-01\nF2,complaint,2025-08-01,2025-09-02\nF3,comment,2025-08-01,\n",
    )
    project.add_records(
        "duty_event",
        EVENTS
        + "E1,observation,,,2025-08-01,Worker-1,,,,2025-08-08\nE2,observation,,,2025-06-30,Worker-1,,,,\n",
    )
    found = open_period(project.file).practice.deadlines.set_index(["row_key", "measure"])["x"]
    assert (found["complaint", "on time"], found["complaint", "late"]) == (1, 1)
    assert found["talked"].to_dict() == {
        "on time": 1,
        "late": 0,
        "not done": 0,
        "not yet due": 0,
        "no start recorded": 0,
    }


TALKED = (
    "  - {name: talked, label: Talked through, of: duty_event, kinds: [observation], from_event: held_on, "
    "to_event: discussed_on, by: next_supervision}"
)


@pytest.mark.parametrize(
    ("discussed", "supervised", "state"),
    [
        ("2025-08-08", ["2025-08-08"], "on time"),
        ("2025-08-09", ["2025-08-08"], "late"),
        ("2025-08-09", ["2025-08-01"], "on time"),  # of the day itself, so not the next
        ("2025-08-09", [], "no start recorded"),
        ("", ["2025-08-08"], "not done"),
        ("", ["2025-07-31"], "not yet due"),
        ("2025-08-09", ["2025-07-31"], "on time"),
    ],
)
def test_by_the_next_supervision_is_by_the_day_of_the_first_one_after(project, discussed, supervised, state):
    rule(project, TALKED)
    held = "".join(f"S{at},supervision,,,{day},Worker-1,,,,\n" for at, day in enumerate(supervised))
    seen = f"E1,observation,,,2025-08-01,Worker-1,,,,{discussed}\n"
    others = "S9,supervision,,,2025-08-02,Worker-2,,,,\n"
    project.add_records("duty_event", EVENTS + seen + held + others)
    found = open_period(project.file).practice.deadlines.set_index("measure")["x"]
    assert found[found > 0].to_dict() == {state: 1}


def test_a_deadline_on_a_column_that_is_not_there_is_refused(project):
    rule(
        project,
        "  - {name: wrong, label: Wrong, of: feedback, from_event: received_on, to_event: thanked_on, working_days: 5}",
    )
    with pytest.raises(InputError, match="deadline wrong: to_event 'thanked_on' is not in table feedback"):
        _ = open_period(project.file).practice


def test_what_must_be_recorded_of_every_audit_is_counted(project):
    rule(project, "follow_ups:\n  - {name: told, label: Told, event: feedback_on}")
    project.add_audits({"0071000": "good", "0071001": "good"})
    project.change("data/audit.csv", ",overall_grade", ",overall_grade,feedback_on")
    project.change("data/audit.csv", "0071000,child,case_file,random,tiny,1,Auditor-1,T1,2025-08-01,good",
                   "0071000,child,case_file,random,tiny,1,Auditor-1,T1,2025-08-01,good,2025-08-05")  # fmt: skip
    assert open_period(project.file).practice.follow_ups[["x", "n"]].to_numpy().tolist() == [[1, 2]]


@pytest.mark.parametrize(("held", "kept"), [(6, 1), (5, 0)])
def test_while_the_year_runs_those_who_keep_pace_are_counted_beside_those_who_are_done(project, held, kept):
    # 273 of 365 days of nine a year ask six
    cover(
        project,
        "of: frontline_staff, counts: supervision, times: 9, pro_rata: true, year: calendar, roles: [Worker]",
    )
    staff(project, worker("w"))
    events(project, "supervision", *[(f"2025-0{month}-15", "w", "", "") for month in range(1, held + 1)])
    assert counted(project) == [0, 1]
    found = mine(project)
    assert found.so_far_by_service.iloc[0][["x", "n"]].tolist() == [kept, 1]
    assert (found.so_far.due, found.so_far.done) == (6, held)


def test_coverage_that_rests_on_an_assumption_says_so_and_nobody_goes_against_it(project):
    rest = "of: frontline_staff, counts: pdr, year: financial, roles: [Worker]"
    cover(project, f"{rest}, assumed: silent")
    rule(project, f"  - {{name: stated, label: Stated, {rest}}}", old="deadlines:")
    staff(project, worker("w"))
    project.change("parameters/tiny.yml", "2025-26 Q2", "2025-26 Q4")
    period = open_period(project.file)
    assert mine(project).assumed == "silent"
    assert period.breaches.counts["row_key"].tolist() == ["stated"]


def test_an_assumed_deadline_is_counted_and_not_among_rules_not_kept(project):
    project.add_audits({"0071000": "good"})
    assert open_period(project.file).breaches.counts["row_key"].tolist() == ["feedback"]
    days = "working_days: 5"
    project.change("parameters/frameworks/tiny.yml", days, f"{days}\n    assumed: silent")
    period = open_period(project.file)
    assert period.breaches.counts.empty
    assert period.practice.deadlines.set_index("measure").loc["not done", "x"] == 1
    assert period.practice.assumed == {"feedback": "silent"}
