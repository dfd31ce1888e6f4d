"""Which posts moderated, in how many audits a senior leader took part, and what lasted."""

from qaf_lib.pages import open_period, sections
from qaf_lib.pages.framework.asked import Asked
from qaf_lib.pages.framework.of_audits import moderated as moderated_answer

TINY = "parameters/frameworks/tiny.yml"
STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,left_on,can_audit,can_moderate,audit_hours_per_month\n"
)
MODERATION = "moderation_id,audit_id,moderator_id,moderated_on,why,blind,audit_grade,moderated_grade\n"
CASES = [f"00{number}" for number in range(71000, 71004)]


def moderated(project, *rows):
    """Four audits, and moderations of them by case and moderator."""
    project.add_audits(dict.fromkeys(CASES, "good"), selection="ad_hoc")
    people = [("H1", "Head of Service"), ("O1", "Quality Officer"), ("O2", "Quality Officer")]
    lines = [f"{who},Name,{role},T1,Care,1,2020-01-01,,true,true," for who, role in people]
    project.add_records("staff", STAFF + "\n".join(lines) + "\n")
    lines = [
        f"M{at},A-ad_hoc-2025-08-01-{CASES[case]},{who},2025-08-{10 + at},random,false,good,good"
        for at, (case, who) in enumerate(rows)
    ]
    project.add_records("moderation", MODERATION + "\n".join(lines) + "\n")


def senior(project):
    rule = "moderation: {random_share: 0.2, senior_leaders: [Head of Service]}\nworthwhile_change"
    project.change(TINY, "worthwhile_change", rule)


def test_each_post_counts_the_audits_it_looked_at_once(project):
    moderated(project, (0, "H1"), (0, "O1"), (1, "O1"), (1, "O2"), (2, "Somebody"))
    table = open_period(project.file).moderation.by_post
    assert table[["row_key", "x", "n"]].to_numpy().tolist() == [
        ["Head of Service", 1, 3],
        ["Quality Officer", 2, 3],
        ["not in the staff table", 1, 3],
    ]


def test_the_share_of_senior_leaders_is_told_where_the_framework_names_them(project):
    senior(project)
    moderated(project, (0, "H1"), (1, "O1"))
    period = open_period(project.file)
    page = repr(sections.moderation.posts(period))
    assert "Senior leaders (Head of Service) took part in 1 of 2 moderated audits." in page
    said = moderated_answer(Asked(period, period.span.start, period.span.end))
    assert said == (
        "2 grades were looked at again; 0 were changed. A senior leader took part in 1 of 2 moderated audits."
    )


def test_no_share_of_senior_leaders_is_told_where_none_are_named(project):
    moderated(project, (0, "H1"), (1, "O1"))
    period = open_period(project.file)
    assert period.moderation.senior.empty
    assert "Senior leaders" not in repr(sections.moderation.posts(period))


def test_without_a_moderation_no_post_is_shown(project):
    senior(project)
    assert sections.moderation.posts(open_period(project.file)).parts == []


def test_the_band_held_gained_and_lost_are_counted_by_why_the_case_was_looked_at_again(project):
    before = dict(zip(CASES, ["good", "inadequate", "good", "inadequate"], strict=True))
    now = dict(zip(CASES, ["outstanding", "good", "inadequate", "inadequate"], strict=True))
    project.add_audits(before, day="2025-03-03", selection="ad_hoc")
    project.add_audits(now, selection="ad_hoc")
    period = open_period(project.file)
    assert period.sustained[["row_key", "measure", "x", "n"]].to_numpy().tolist() == [
        ["chosen to be looked at again", course, 1, 4] for course in ("held", "gained", "lost", "not reached")
    ]
    assert "Held: good or better in both audits." in repr(sections.grades.lasted(period))


def test_without_an_earlier_audit_nothing_can_have_lasted(project):
    project.add_audits(dict.fromkeys(CASES, "good"))
    assert "nothing can have lasted" in repr(sections.grades.lasted(open_period(project.file)))
