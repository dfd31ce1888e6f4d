"""What the practice page says of duties, coverage, lists and gaps."""

from qaf_lib.pages import open_period
from qaf_lib.pages.leaders import sections as cards
from qaf_lib.pages.practice import census_sections as census
from qaf_lib.pages.practice import sections as duties
from qaf_lib.pages.practice import sections as practice

STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,left_on,newly_qualified_until,can_audit,can_moderate,"
    "audit_hours_per_month\n"
    "m1,Name One,Manager,T1,Care,1.0,2020-01-01,,2026-01-01,true,true,13\n"
)
RULES = """\
duties:
  - {duty_id: D1, label: Meet, roles: [Manager], evidence: meeting, times: 1, every: quarter}
  - {duty_id: D2, label: Meet more, roles: [Manager], evidence: meeting, times: 1, every: month}
  - {duty_id: D3, label: Chair, as_post: Board, each: council, evidence: meeting, times: 1, every: year}
longest_gaps:
  - {name: gap, label: Fortnightly supervision, of: newly_qualified, event: supervision, days: 14}
census_lists:
  - {name: slow, label: Slow plans, plan_kind: cp, open_at_least_months: 18, inclusive: true, every: quarter}
worthwhile_change"""
EVENTS = """\
event_id,kind,duty_id,held_on,by_id,subject_id
E1,meeting,D1,2025-07-01,m1,
E2,supervision,,2025-07-10,,m1
"""


def pages(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_records("staff", STAFF)
    project.add_records("duty_event", EVENTS)
    project.add_audits({"0071000": "good", "0071001": "good"})
    return open_period(project.file)


def test_what_a_framework_lacks_is_left_out(project):
    period = open_period(project.file)
    for section in (duties.in_short, duties.by_role, census.lists, census.gaps):
        assert section(period).parts == []


def test_the_page_says_in_words_how_things_stand(project):
    period = pages(project)
    assert "3 duties: 1 met, 1 nothing on record, 1 not due." in repr(duties.in_short(period))
    assert "without intervals" in repr(practice.method(period))
    by_role = repr(duties.by_role(period))
    assert "Duties of Manager" in by_role
    assert "not due until 31 March 2026" in by_role
    assert "nothing on record" in by_role
    assert "met: 1 of 1" in by_role
    # twelve cases, eight whole ones due by now; ten are left, four a month from October: 40 hours needed, 3 x 13 there
    left = practice.coverage(period).parts[1]
    assert left.rows == (
        ("Open cases audited", "2 of 12", "2 done, 8 due", "10 audits by 31 December 2025", "4"),
    )
    found = left.records[0]
    assert (found["Reached"], found["Left to do"], found["A month"]) == (2, 10, 4)
    covered = repr(practice.coverage(period))
    assert "1 group is to be reached: 1 behind" in covered
    assert "takes 40 hours, at 4 hours each, as assumed; the auditors in post have 39: not enough" in covered
    assert "lists were looked at whole" in repr(census.lists(period))
    assert "deadlines that fell due were kept." in repr(practice.deadlines(period))
    gaps = repr(census.gaps(period))
    # 10 July to 30 September
    assert "kept for 0 of 1 people. The longest gap was 82 days." in gaps
    broken = repr(practice.broken(period))
    assert "alerts nobody" in broken
    assert "no page names anybody" in broken
    for page in (
        by_role,
        covered,
        gaps,
        broken,
        repr(census.lists(period)),
        repr(practice.deadlines(period)),
    ):
        assert "staff-" not in page


def test_a_rule_not_kept_names_who_holds_it(project):
    project.add_records("duty_event", EVENTS + "E3,meeting,D2,2025-07-01,m1,\n")
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.add_records("staff", STAFF)
    rows = practice.broken(open_period(project.file)).parts[1].rows
    assert ("Meet more", "Manager", "1") in rows
    assert ("Fortnightly supervision", "–", "1") in rows


def test_rules_broken_equally_often_are_not_said_to_be_broken_most_often(project):
    rules = RULES.replace(
        "longest_gaps:",
        "  - {duty_id: D4, label: Visit, roles: [Manager], evidence: visit, times: 1, every: quarter}\n"
        "  - {duty_id: D5, label: Report, roles: [Manager], evidence: report, times: 1, every: quarter}\n"
        "  - {duty_id: D6, label: Review, roles: [Manager], evidence: scrutiny, times: 1, every: quarter}\n"
        "longest_gaps:",
    )
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", rules)
    project.add_records("staff", STAFF)
    events = "E3,visit,D4,2025-04-01,m1,\nE4,report,D5,2025-04-01,m1,\nE5,scrutiny,D6,2025-04-01,m1,\n"
    project.add_records("duty_event", EVENTS + events)
    words = repr(cards.three(open_period(project.file)))
    assert "not on record as kept, among them: " in words
    assert "most often" not in words
