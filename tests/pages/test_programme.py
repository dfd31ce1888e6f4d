"""The programme, its calendar and the allocation of drawn cases, as a small period answers them."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.dates import parse_period
from qaf_lib.pages import open_period
from qaf_lib.pages.programme.answers import days_after
from qaf_lib.pages.programme.calendar import next_due
from qaf_lib.pages.programme.sections import meetings, reports

STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,left_on,can_audit,can_moderate,audit_hours_per_month\n"
)
PROJECTS = "project_id,block,title,on,frequency,officer_post,notes,reviewed\n"
EVENTS = "event_id,kind,duty_id,due_on,held_on,by_id,by_post,team_id\n"


def rules(project, text):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", f"{text}\nworthwhile_change")


def staff(project, *rows):
    lines = [f"{who},Name,{role},T1,Care,1,2020-01-01,,true,false,{hours}" for who, role, hours in rows]
    project.add_records("staff", STAFF + "\n".join(lines) + "\n")


def titles(project, block="audit"):
    found = {one.block: one.projects for one in open_period(project.file).programme.blocks}
    return found[block].iloc[:, 0].tolist()


@pytest.mark.parametrize(
    ("every", "after", "year", "month", "expected"),
    [
        ("week", date(2026, 10, 3), "financial", None, date(2026, 10, 4)),
        ("week", date(2026, 10, 4), "financial", None, date(2026, 10, 11)),
        ("month", date(2026, 9, 29), "financial", None, date(2026, 9, 30)),
        ("month", date(2026, 9, 30), "financial", None, date(2026, 10, 31)),
        ("quarter", date(2026, 9, 30), "financial", None, date(2026, 12, 31)),
        ("half_year", date(2026, 9, 29), "financial", None, date(2026, 9, 30)),
        ("half_year", date(2026, 9, 30), "financial", None, date(2027, 3, 31)),
        ("half_year", date(2026, 9, 30), "calendar", None, date(2026, 12, 31)),
        ("year", date(2026, 9, 30), "financial", None, date(2027, 3, 31)),
        ("year", date(2026, 9, 30), "calendar", None, date(2026, 12, 31)),
        ("year", date(2026, 9, 29), "financial", 9, date(2026, 9, 30)),
        ("year", date(2026, 9, 30), "financial", 9, date(2027, 9, 30)),
        ("year", date(2027, 12, 1), "financial", 2, date(2028, 2, 29)),
        ("two_years", date(2026, 9, 30), "financial", None, None),
    ],
)
def test_what_falls_due_next(every, after, year, month, expected):
    assert next_due(every=every, after=after, year=year, due_month=month) == expected


def test_the_programme_has_the_framework_s_blocks_and_columns(project):
    staff(project, ("S1", "Officer", ""))
    rules(
        project,
        "programme:\n  blocks:\n    - {block: audit, label: Audits, columns: [audit, theme, who, date]}\n"
        "  outline: [{label: Why}, {label: When}]",
    )
    project.add_records(
        "project",
        PROJECTS + "P1,audit,Voice,2025-07-01,yearly,Officer,n,yes\nP2,research,Moves,,once,Officer,,yes\n",
    )
    found = open_period(project.file).programme
    assert [(one.block, list(one.projects)) for one in found.blocks] == [
        ("audit", ["audit", "theme", "who", "date"]),
        ("research", ["title", "date", "how often", "officer", "notes"]),
    ]
    row = found.blocks[0].projects.iloc[0]
    assert row[["audit", "who", "date"]].tolist() == ["Voice", "Officer", pd.Timestamp("2025-07-01")]
    assert pd.isna(row["theme"])
    assert found.outline == ["Why", "When"]


def test_a_block_that_says_who_is_asked_has_the_yearly_surveys_and_who_took_part(project):
    rules(
        project,
        "programme:\n  blocks:\n    - {block: evaluation, label: Surveys, "
        "columns: [title, who is asked, how often, board, main result]}\n"
        "instruments:\n  - {name: care, label: Children in care, respondent: child, every: year}\n"
        "  - {name: parents, label: Parents, respondent: parent}\n"
        "duties:\n  - {duty_id: tell, label: Tell boards, as_post: Lead, each: council, evidence: report, "
        "shown_by: [care]}",
    )
    project.add_records(
        "project",
        "project_id,block,title,on,officer_post,reviewed,children_took_part,staff_took_part\n"
        "P1,evaluation,Groups,2025-07-01,Lead,yes,false,true\n",
    )
    project.add_records(
        "feedback",
        "feedback_id,kind,instrument,respondent,received_on,score\nF1,survey,care,child,2024-10-01,7\n"
        "F2,survey,care,child,2024-09-30,2\n",
    )
    project.add_records("duty_event", EVENTS + "E1,report,tell,,2025-08-04,,Lead,\n")
    (block,) = open_period(project.file).programme.blocks
    groups, survey = block.projects.astype("string").fillna("").to_numpy().tolist()
    assert groups == ["Groups", "staff", "", "", ""]
    assert survey == [
        "Children in care",
        "child",
        "yearly",
        "2025-08-04",
        "1 came back in twelve months, middle score 7",
    ]


def test_a_meeting_of_the_year_is_not_missing_before_the_year_is_over(project):
    rules(
        project,
        "duties:\n  - {duty_id: D1, label: Visit, as_post: Chief, each: council, evidence: visit, times: 1, every: year}"
        "\n  - {duty_id: D2, label: Meet, as_post: Chief, each: council, evidence: meeting, times: 1, every: quarter}",
    )
    project.add_records("duty_event", EVENTS + "E1,visit,other,2025-08-01,2025-08-01,,Board,\n")
    missing = open_period(project.file).programme.coming.set_index("kind")["missing"]
    assert pd.isna(missing["Visit"])
    assert missing["Meet"] == 1


def test_without_blocks_of_its_own_a_framework_has_the_usual_three(project):
    found = open_period(project.file).programme
    assert [one.block for one in found.blocks] == ["audit", "research", "evaluation"]
    assert found.outline == []


def test_the_quarter_has_what_is_dated_in_it_undated_or_comes_round_in_it(project):
    rows = [
        *("P1,audit,first day,2025-07-01,once,Lead,,yes", "P2,audit,last day,2025-09-30,once,Lead,,yes"),
        *("P3,audit,day before,2025-06-30,once,Lead,,yes", "P4,audit,day after,2025-10-01,monthly,Lead,,yes"),
        *("P5,audit,comes round,2025-01-01,Monthly,Lead,,yes", "P6,audit,undated,,,Lead,,yes"),
        "P7,audit,yearly before,2025-06-30,yearly,Lead,,yes",
    ]
    project.add_records("project", PROJECTS + "\n".join(rows) + "\n")
    assert sorted(titles(project)) == ["comes round", "first day", "last day", "undated"]


def test_meetings_are_counted_by_what_and_whose(project):
    staff(project, ("S1", "Director", ""))
    rows = ["E1,meeting,,2025-07-31,2025-07-30,,Director,", "E2,meeting,,2025-08-31,,,Director,"]
    project.add_records(
        "duty_event", EVENTS + "\n".join([*rows, "E3,meeting,,2025-10-01,,,Director,"]) + "\n"
    )
    period = open_period(project.file)
    assert "1 of 2 meetings, scrutiny and visits due are not on record; none came late." in repr(
        meetings(period)
    )
    found = period.programme.coming
    assert found.to_numpy().tolist() == [["meeting", "Director", 2, 1, 0, 1, pd.Timestamp("2025-07-30")]]


def test_duties_due_are_counted_by_holder_and_the_next_has_its_day(project):
    rules(
        project,
        "duties:\n"
        "  - {duty_id: D1, label: Meet, as_post: Board, each: council, evidence: meeting, times: 1, every: quarter}\n"
        "  - {duty_id: D2, label: Review, as_post: Board, each: council, evidence: report, times: 1, every: year,"
        " due_month: 11}\n"
        "  - {duty_id: D3, label: Advise, as_post: Board, each: council, evidence: log}\n"
        "  - {duty_id: D4, label: Meet too, as_post: Board, each: council, evidence: meeting, same_as: D1}",
    )
    project.add_records("duty_event", EVENTS + "E1,meeting,D1,,2025-07-30,,Board,\n")
    due = open_period(project.file).calendar.due
    assert due[["who", "duties", "met", "unnumbered", "next"]].to_numpy().tolist() == [
        ["Board", 1, 1, 1, "Review"]
    ]
    assert due["next_due"].tolist() == [pd.Timestamp("2025-11-30")]


@pytest.mark.parametrize(("held", "due", "met"), [("2023-09-30", 1, 0), ("2023-10-01", 0, 0)])
def test_what_is_asked_every_two_years_is_due_once_two_years_went_by_without_it(project, held, due, met):
    rules(
        project,
        "duties:\n  - {duty_id: D1, label: Review, as_post: Board, each: council, evidence: report, times: 1,"
        " every: two_years}",
    )
    project.add_records("duty_event", f"{EVENTS}E1,report,D1,,{held},,Board,\n")
    table = open_period(project.file).calendar.due
    assert table[["duties", "met"]].to_numpy().tolist() == [[due, met]]


def test_the_calendar_has_reports_and_duties_due_in_a_named_month(project):
    rules(
        project,
        "duties:\n"
        "  - {duty_id: D1, label: Summary, as_post: Carers, each: council, evidence: report, times: 1, every: year,"
        " due_month: 3, shared_with: [Board]}\n"
        "  - {duty_id: D2, label: Write it, as_post: Officer, each: council, shown_by: [report_findings]}\n"
        "  - {duty_id: D3, label: Tell it, as_post: Officer, each: council, evidence: report, times: 1,"
        " every: year, year: calendar, shown_by: [report_calendar_year]}\n"
        "reports:\n  - {name: calendar_year, label: Of the calendar year, every: year}\n"
        "  - {name: findings, label: Findings, every: month, to: [Leaders]}\n"
        "  - {name: asked, label: As asked}\n"
        "  - {name: form, label: A form that nobody awaits, headings: [{label: What}]}",
    )
    project.add_records("duty_event", EVENTS + "E1,report,D2,2025-08-31,2025-08-20,,Officer,\n")
    found = open_period(project.file).calendar.reports.set_index("report")
    assert found.index.tolist() == ["Findings", "Of the calendar year", "Summary", "As asked"]
    assert found.loc["Of the calendar year", "next_due"] == pd.Timestamp("2025-12-31")
    assert found.loc["Findings", ["made_by", "goes_to"]].tolist() == ["Officer", "Leaders"]
    assert found.loc["Findings", ["due_on", "held_on", "next_due"]].tolist() == [
        pd.Timestamp("2025-09-30"),
        pd.Timestamp("2025-08-20"),
        pd.Timestamp("2025-10-31"),
    ]
    assert found.loc["Summary", "goes_to"] == "Board"
    assert pd.isna(found.loc["Summary", "due_on"])
    assert found.loc["Summary", "next_due"] == pd.Timestamp("2026-03-31")
    assert pd.isna(found.loc["As asked", "next_due"])


@pytest.mark.parametrize(("times", "cell"), [(2, "30 July 2025 (1 of 2)"), (1, "30 July 2025")])
def test_a_report_asked_several_times_says_how_many_came(project, times, cell):
    rules(
        project,
        "duties:\n"
        f"  - {{duty_id: D1, label: Send, as_post: Board, each: council, evidence: report, times: {times},"
        " every: quarter}",
    )
    project.add_records("duty_event", EVENTS + "E1,report,D1,,2025-07-30,,Board,\n")
    (row,) = reports(open_period(project.file)).parts[1].rows
    assert row[5] == cell


def test_a_report_given_before_the_period_alone_has_the_last_day(project):
    duty = "duty_id: R1, label: Report, roles: [Head], evidence: report, times: 1, every: half_year"
    rules(project, f"duties:\n  - {{{duty}}}")
    project.add_records("duty_event", f"{EVENTS}E1,report,R1,,2025-04-10,,Head,\n")
    table = reports(open_period(project.file)).parts[1]
    assert [row[5] for row in table.rows] == ["none in the period, the last on 10 April 2025"]


def test_a_report_shown_by_a_duty_that_was_given_before_the_period_has_the_last_day_too(project):
    rules(
        project,
        "duties:\n  - {duty_id: R1, label: Tell, roles: [Head], evidence: report, shown_by: [report_findings]}\n"
        "reports:\n  - {name: findings, label: Findings, every: quarter, to: [Leaders]}",
    )
    project.add_records("duty_event", f"{EVENTS}E1,report,R1,,2025-04-10,,Head,\n")
    table = reports(open_period(project.file)).parts[1]
    assert [row[5] for row in table.rows] == ["none in the period, the last on 10 April 2025"]


def test_allocation_is_counted_by_role_with_its_conflicts(project):
    rules(
        project,
        "duties:\n"
        "  - {duty_id: D1, label: Audit, roles: [Leader], evidence: audit, audit_types: [case_file], times: 1,"
        " every: month}",
    )
    # seven cases; three hours a month are two audits of four hours, one short of three
    staff(project, ("m1", "Leader", 3), ("m2", "Manager", 16))
    one = open_period(project.file).allocation[0]
    counts = one.by_role.set_index(["row_key", "measure"])["x"]
    assert counts["Leader"].to_dict() == {"auditors": 1, "allocated": 2, "minimum": 3, "short": 1, "hours": 9}
    assert counts["all", "allocated"] == one.allocated == one.drawn == 7
    assert one.conflicts == ["one Leader has room for 1 fewer audit than the minimum of their role"]


def test_an_audit_by_somebody_else_than_allocated_is_counted_and_no_conflict(project):
    staff(project, ("m1", "Leader", 40))
    project.add_audits({f"00{number}": "good" for number in [*range(71000, 71006), *range(72000, 72006)]})
    one = open_period(project.file).allocation[0]
    assert (one.allocated, one.returned, one.by_others) == (7, 7, 7)
    assert one.conflicts == []


def test_without_a_staff_table_there_is_no_allocation(project):
    assert open_period(project.file).allocation == []


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026-07", date(2026, 8, 1), date(2026, 8, 31)),
        ("2026-27 Q3", date(2027, 1, 1), date(2027, 3, 31)),
        ("2026-27", date(2027, 4, 1), date(2028, 3, 31)),
        ("2026", date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_the_period_that_follows_is_as_long(period, first, last):
    assert days_after(parse_period(period)) == (first, last)


def test_the_next_programme_has_what_is_dated_in_it_comes_round_or_is_not_reported(project):
    rows = [
        *("P1,audit,first day,2025-10-01,once", "P2,audit,last day,2025-12-31,once"),
        *("P3,audit,day before,2025-09-30,once", "P4,audit,day after,2026-01-01,once"),
        *("P5,audit,comes round,2025-05-15,half-yearly", "P6,audit,not yet,2025-08-15,half-yearly"),
        "P7,audit,undated,,once",
    ]
    project.add_records("project", PROJECTS + "\n".join(f"{row},Lead,,yes" for row in rows) + "\n")
    found = open_period(project.file).programme.next_blocks[0].projects
    days = dict(zip(found["title"], found["date"], strict=True))
    assert sorted(days) == [
        *("Case file audit: drawn at random", "comes round", "first day", "last day", "undated"),
    ]
    assert days["comes round"] == pd.Timestamp("2025-11-15")
    assert pd.isna(days["undated"])


def test_audits_that_the_framework_asks_of_a_post_or_body_are_in_the_next_programme(project):
    rules(
        project,
        "duties:\n"
        "  - {duty_id: D1, label: Audit a file, roles: [Leader], evidence: audit, audit_types: [case_file], times: 2,"
        " every: month}\n"
        "  - {duty_id: D2, label: Audit a year, roles: [Leader], evidence: audit, audit_types: [case_file], times: 1,"
        " every: year}\n"
        "  - {duty_id: D3, label: Audit with partners, as_post: Partnership, each: council, evidence: log,"
        " audit_types: [case_file], times: 1, every: quarter}\n"
        "  - {duty_id: D4, label: Report, as_post: Partnership, each: council, evidence: log, times: 1, every: quarter}\n"
        "  - {duty_id: D5, label: A file of each, roles: [Leader], each: subject, subject_roles: [Manager],"
        " evidence: scrutiny, times: 1, every: quarter}",
    )
    found = open_period(project.file).programme.next_blocks[0].projects.set_index("title")
    assert found.loc["Audit with partners", ["date", "how often", "officer"]].tolist() == [
        *(pd.Timestamp("2025-12-31"), "quarterly", "Partnership"),
    ]
    assert "Report" not in found.index
    assert found.loc["A file of each", "date"] == pd.Timestamp("2025-12-31")
    assert found.loc["Audit a file", ["date", "how often", "officer"]].tolist() == [
        *(pd.Timestamp("2025-10-31"), "monthly", "Leader"),
    ]
    assert "Audit a year" not in found.index  # due by the end of March


def test_new_work_is_agreed_or_proposed_and_a_planned_day_may_lie_ahead(project):
    rules(project, "programme:\n  outline: [{label: Why}]")
    project.add_records(
        "project",
        "project_id,block,title,on,officer_post,agreed_on,reviewed\n"
        "P1,audit,One,2099-01-01,Lead,2025-07-01,yes\nP2,audit,Two,,Lead,,yes\n",
    )
    counts = open_period(project.file).programme.new_work
    assert counts["x"].tolist() == [1, 1]
