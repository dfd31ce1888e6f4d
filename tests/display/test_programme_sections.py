"""What the programme page says of planned work, duties due, reports and auditors."""

from qaf_lib.pages import open_period
from qaf_lib.pages.programme import allocation_sections as allocation
from qaf_lib.pages.programme import sections as calendar
from qaf_lib.pages.programme import sections as programme

STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,left_on,can_audit,can_moderate,audit_hours_per_month\n"
    "m1,Name One,Leader,T1,Care,1,2020-01-01,,true,false,3\n"
)
RULES = """\
programme:
  outline: [{label: Why it is asked for}]
reports:
  - {name: findings, label: Report of findings, every: quarter, to: [Leaders]}
duties:
  - {duty_id: D1, label: Audit, roles: [Leader], evidence: audit, audit_types: [case_file], times: 1, every: month}
worthwhile_change"""

YEARLY = """\
duties:
  - {duty_id: D1, label: Meet, roles: [Leader], evidence: meeting, times: 2, every: year}
  - {duty_id: D2, label: Meet often, roles: [Leader], evidence: meeting, times: 1, every: month}
  - {duty_id: D3, label: Report, roles: [Leader], evidence: report, times: 1, every: year}
worthwhile_change"""


def pages(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_records("staff", STAFF)
    project.add_records(
        "project",
        "project_id,block,title,on,frequency,officer_post,notes,reviewed\n"
        "P1,audit,Voice,2025-07-01,yearly,Officer,Xyzzy,true\n",
    )
    return open_period(project.file)


def test_without_records_and_rules_the_page_says_so_in_one_line_each(project):
    period = open_period(project.file)
    assert "No programme of projects" in repr(programme.blocks(period))
    assert programme.outline(period).parts == []
    assert calendar.due(period).parts == calendar.reports(period).parts == []
    assert "sent no staff table" in repr(allocation.allocation(period))


def test_the_page_says_what_is_planned_due_and_given_out(project):
    period = pages(project)
    blocks = repr(programme.blocks(period))
    assert "Voice" in blocks
    assert "1 piece of work is in the period's programme" in blocks
    assert "Xyzzy" not in blocks
    assert "Why it is asked for" in repr(programme.outline(period))
    due = repr(calendar.due(period))
    assert "1 duty was due in the period: 1 nothing on record." in due
    assert "31 October 2025: Audit" in due
    reports = repr(calendar.reports(period))
    assert "once a quarter" in reports
    assert (
        "1 report is asked for, 1 of them in the period. Next: Report of findings, by 31 December" in reports
    )
    assert "31 December 2025" in reports
    text = repr(allocation.allocation(period))
    # nine hours are two audits of four hours; seven cases are drawn
    assert "2 of 7 drawn cases have an auditor" in text
    assert "What could not be met:" in text
    assert "5 stay open" in text
    assert "Assumed: an audit takes 4 hours" in text
    assert "Name One" not in text


def test_draws_of_few_cases_share_a_table_with_a_row_each(project):
    few = "".join(f"  - {{audit_type: case_file, cases: {cases}, name: of_{cases}}}\n" for cases in (4, 5))
    project.change("parameters/tiny.yml", "draws:\n", f"draws:\n{few}")
    shown = allocation.allocation(pages(project))
    (table,) = [part for part in shown.parts if getattr(part, "table_id", "") == "allocation_small"]
    assert [row[1] for row in table.rows] == ["4", "5"]
    assert all("of_" in row[0] for row in table.rows)


def test_states_of_duties_that_are_due_stand_apart_from_those_whose_year_is_not_over(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", YEARLY)
    project.add_records("staff", STAFF)
    project.add_records(
        "duty_event",
        "event_id,kind,duty_id,held_on,by_id\nE1,meeting,D2,2025-07-01,m1\nE2,report,D3,2025-07-01,m1\n"
        "E3,meeting,D1,2025-05-01,m1\n",
    )
    lead, table = calendar.due(open_period(project.file)).parts
    assert "1 duty was due in the period: 1 partly met. 1 more is met before the day." in repr(lead)
    assert table.rows[0][:3] == ("Leader", "1", "1 partly met; not yet due: 1 on track")
