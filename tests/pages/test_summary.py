"""Which questions lead a report: only those apart from the average of all by more than chance."""

import pandas as pd

from qaf_lib.analysis import question_shares, simultaneous_questions
from qaf_lib.pages import open_period
from qaf_lib.pages.grades.answers import Grades
from qaf_lib.pages.leaders import sections as cards
from qaf_lib.pages.leaders.answers import summary_of
from qaf_lib.pages.leaders.decisions import decisions_of

CASES = [f"c{number}" for number in range(60)]


def found(good):
    """The summary of questions with so many good answers of sixty each."""
    answers = pd.DataFrame(
        [
            (case, question, "good" if at < count else "poor")
            for question, count in good.items()
            for at, case in enumerate(CASES)
        ],
        columns=["case_id", "question_id", "answer"],
    )
    common = {
        "responses": pd.DataFrame({"case_id": CASES, "stratum": "all"}),
        "strata": pd.DataFrame({"stratum": ["all"], "population": [3000]}),
        "answers": answers,
        "band": ["good"],
        "scale": ["poor", "good"],
    }
    tables = dict.fromkeys(Grades.__dataclass_fields__, pd.DataFrame())
    tables |= {
        "questions": question_shares(**common, table_id="questions", measure="share"),
        "simultaneous_questions": simultaneous_questions(**common, table_id="together"),
    }
    summary = summary_of([Grades(**tables)])
    return [row["row_key"] for row in summary.strong], [row["row_key"] for row in summary.weak]


def test_the_ends_of_a_list_that_chance_explains_are_not_named():
    # 42 of 60 against an average of 36: its interval of a list of five, 52% to 84%, holds 60%
    assert found({"a": 42, "b": 38, "c": 36, "d": 34, "e": 30}) == ([], [])


def test_a_question_beyond_chance_is_named_on_its_own_side():
    assert found({"a": 57, "b": 38, "c": 36, "d": 34, "e": 15}) == (["a"], ["e"])


def test_more_questions_ask_for_more_before_one_is_named():
    """45 of 60 (75%) stands out alone from an average near 60%, and not among forty questions."""
    alone = {"a": 45, "b": 27}
    among = {"a": 45, **{f"q{number}": 36 for number in range(39)}}
    assert found(alone)[0] == ["a"]
    assert found(among) == ([], [])


def test_without_grades_nothing_leads():
    summary = summary_of([])
    assert (summary.strong, summary.weak) == ([], [])


def test_the_cards_name_no_question_where_none_stands_out(project):
    project.add_audits({"0071000": "good", "0072000": "inadequate"})
    told = repr(cards.three(open_period(project.file)))
    assert "average of all questions" not in told
    assert "No question of the audits stands above the others by more than chance explains." in told


PROGRAMME = """\
programme: {blocks: [], outline: [{label: Service, requirements: []}], requirements: []}
worthwhile_change"""
WORK = (
    "project_id,block,title,officer_post,reviewed,agreed_on\n"
    "P1,audit,Two,Manager,true,\nP2,research,One,Manager,true,\nP3,audit,Three,Manager,true,2025-06-01\n"
)


def test_leaders_are_asked_about_new_work_where_the_framework_has_an_outline_paper(project):
    project.add_records("project", WORK)
    assert not [one for one in decisions_of(open_period(project.file)) if "new work" in one.what]
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", PROGRAMME)
    asked = [one for one in decisions_of(open_period(project.file)) if "new work" in one.what]
    assert [(one.what, one.of) for one in asked] == [
        ("Decide whether to take on new work, 2 in all", "One; Two")
    ]
