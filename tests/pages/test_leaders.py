"""What leads the report to leaders: one sentence, earlier quarters beside the figures, and what to decide."""

from qaf_lib.display.charts import grade_bars
from qaf_lib.display.words import listed
from qaf_lib.pages import open_period, sections
from qaf_lib.pages.cover import Section
from qaf_lib.pages.leaders.answers import shares_before
from qaf_lib.pages.leaders.decisions import AGREE, decisions_of, on_one_line

CARE = [f"007100{n}" for n in range(6)]
NEED = [f"007200{n}" for n in range(6)]
ALL = CARE + NEED
STAFF = (
    "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
    "P1,Ida Vale,Manager,T1,Care,1,2020-01-01,true,false\nP2,Al Moor,Leader,T1,Care,1,2020-01-01,true,false\n"
    "P3,Bo Lind,Head,T1,Care,1,2020-01-01,true,false\n"
)
ACTIONS = (
    "action_id,source,title,owner_post,due_on,reviewed\n"
    "A1,audit,Chronologies,Manager,2025-08-01,true\n"
    "A2,audit,Plans,Manager,2025-08-02,true\n"
    "A3,audit,Visits,Leader,2025-08-03,true\n"
    "A4,audit,Fathers,Head,2025-08-04,true\n"
    "A5,audit,Records,Head,2026-08-03,true\n"
)


def every_case(project):
    project.change("parameters/tiny.yml", "margin_of_error: 0.25", "margin_of_error: 0.01")
    return project


def test_without_a_graded_audit_the_sentence_says_so(project):
    told = repr(sections.leaders.answer(open_period(project.file)))
    assert told.startswith("In 2025-26 Q2 no case picked at random has a grade, and 1 decision is asked")


def test_the_sentence_says_how_good_practice_is_and_whether_it_has_changed(project):
    every_case(project).add_audits(dict.fromkeys(ALL, "inadequate"), day="2025-05-01")
    project.add_audits(dict.fromkeys(ALL, "good"))
    told = repr(sections.leaders.answer(open_period(project.file)))
    assert told.startswith("In 2025-26 Q2 100% of cases were good or better, 0% of cases were inadequate, ")
    assert "practice has improved since 2025-26 Q1, and " in told


def test_overdue_actions_are_asked_of_the_posts_that_own_most(project):
    project.add_records("staff", STAFF)
    project.add_records("action", ACTIONS)
    (asked,) = [one for one in decisions_of(open_period(project.file)) if one.page == "Actions"]
    assert asked.of == "4 of 5 actions still to be done are overdue"
    assert asked.who == "the owners (Manager 2, Head 1 and others)"
    assert asked.by == AGREE
    assert on_one_line(asked) == (
        "Set new dates or owners for overdue actions (4 of 5 actions still to be done are overdue). "
        "Who: the owners (Manager 2, Head 1 and others)."
    )


def test_the_table_of_decisions_names_an_owner_in_its_row_and_has_no_empty_column(project):
    asked = sections.leaders.decisions(open_period(project.file)).parts[0]
    assert asked.headings == ("To decide", "Because (page with the figures)")
    assert asked.note == "Who does it, and by when, is to be agreed."
    project.add_records("staff", STAFF)
    project.add_records("action", ACTIONS)
    asked = sections.leaders.decisions(open_period(project.file)).parts[0]
    assert asked.rows[-1][1] == (
        "4 of 5 actions still to be done are overdue (Actions). "
        "Who: the owners (Manager 2, Head 1 and others)."
    )
    assert asked.note == "Who does it, and by when, is to be agreed where a row does not say."
    assert [asked.records[-1][name] for name in ("Page", "When")] == ["Actions", AGREE]


def test_grades_that_no_moderator_saw_are_named_with_or_before_the_last():
    assert listed(["good"], "or") == "good"
    assert listed(["good", "inadequate", "outstanding"], "or") == "good, inadequate or outstanding"


def test_an_earlier_period_stands_beside_the_figure_from_ten_graded_audits_on(project):
    every_case(project).add_audits(dict.fromkeys(ALL, "good"))
    project.add_audits(dict.fromkeys(ALL[:9], "inadequate"), day="2025-05-01")
    band = open_period(project.file).framework.scale.headline
    assert shares_before(open_period(project.file).store, band) == []
    project.add_audits({ALL[9]: "inadequate"}, day="2025-05-01")
    assert shares_before(open_period(project.file).store, band) == [("2025-26 Q1", 0.0), ("2025-26 Q2", 1.0)]
    shown = repr(sections.leaders.key_figures(open_period(project.file)).parts[0].to_html())
    assert 'alt="Good or better, random audits: 2025-26 Q1 0%, 2025-26 Q2 100%."' in shown


def test_a_table_is_closed_under_a_chart_of_the_same_name_alone(project, capsys):
    every_case(project).add_audits(dict.fromkeys(ALL, "good"))
    chart, table = sections.grades.distribution(open_period(project.file)).parts
    under, other = Section([chart, table]), Section([table])
    assert [getattr(part, "folded", None) for part in under.shown()] == [None, True]
    assert [part.folded for part in other.shown()] == [None]
    html = under.shown()[1].to_html()
    assert html.startswith(f"<details><summary>{table.caption} ({len(table.rows)} rows)</summary>")
    assert html.endswith("</details>")
    empty = grade_bars(
        open_period(project.file).grades[0].distribution.assign(mark="x"), caption=table.caption
    )
    assert not Section([empty, table]).shown()[1].folded  # nothing is drawn, so the table stays open
    assert Section([table]).folded().parts[0].folded
