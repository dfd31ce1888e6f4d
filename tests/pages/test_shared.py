"""What partners read of a small period: everything from rounded counts, in words that hold for them."""

import pytest

from qaf_lib.errors import InputError
from qaf_lib.pages import open_period, sections
from qaf_lib.pages.period import OpenPeriod
from qaf_lib.pages.store import PeriodStore
from tests.pages.conftest import rows

CASES = [f"case-{at:02}" for at in range(70)]
PAGE = ("answer", "change", "questions", "second_looks", "coverage", "feedback", "decided", "method")
SCALE = ["outstanding", "good", "requires improvement", "inadequate"]
TOLD = ("answer", "moderation", "feedback", "action", "action_event")
QUESTIONS = "questions: [{question_id: voice, label: The child's voice}]"


def opened(council, audits=(), **told):
    """The period of seventy open cases, all of them drawn, with these audits and rows."""
    cases = [{"snapshot_id": "s", "case_id": case, "status": "looked_after"} for case in CASES]
    draw = {
        "draw_id": "D",
        "period": "2025-26 Q2",
        "covers_from": "2025-07-01",
        "covers_to": "2025-09-30",
        "audit_type": "case_file",
        "purpose": "estimate",
        "frame_sha256": "f",
    }
    drawn = [{"draw_id": "D", "case_id": case, "stratum": "Care", "state": "selected"} for case in CASES]
    tables = {"audit": audits, "case": cases, "draw": [draw], "draw_case": drawn}
    tables |= {"draw_stratum": [{"draw_id": "D", "stratum": "Care"}], **dict.fromkeys(TOLD, ())} | told
    facts = {"opening": ["s"], "closing": ["s"], "kit_version": "0.2.0"}
    return OpenPeriod(
        PeriodStore.in_memory(
            parameters=council.parameters(),
            tables={name: rows(name, found) for name, found in tables.items()},
            facts=facts,
        )
    )


def graded(*counts, draw_id="D"):
    """Audits of the first cases with so many of each grade, the best first."""
    grades = [grade for grade, count in zip(SCALE, counts, strict=True) for _ in range(count)]
    selection = "random" if draw_id else "themed"
    common = {
        "draw_id": draw_id,
        "audit_type": "case_file",
        "selection": selection,
        "audited_on": "2025-08-01",
    }
    return [
        {**common, "audit_id": f"{selection}-{at}", "case_id": case, "overall_grade": grade}
        for at, (case, grade) in enumerate(zip(CASES, grades, strict=False))
    ]


def answered(*answers, question="voice"):
    """One question answered in the first audits."""
    return [
        {"audit_id": f"random-{at}", "question_id": question, "answer": answer}
        for at, answer in enumerate(answers)
    ]


def acted(*actions):
    """Actions of (theme, day raised, status), and their first steps."""
    named = [{"action_id": f"AC{at}", "theme": theme} for at, (theme, _, _) in enumerate(actions)]
    steps = [
        {"action_id": f"AC{at}", "event_no": 1, "on": day, "status": status}
        for at, (_, day, status) in enumerate(actions)
    ]
    return {"action": named, "action_event": steps}


def received(*kinds):
    """Feedback of (kind, score)."""
    return [{"kind": kind, "received_on": "2025-08-01", "score": score} for kind, score in kinds]


def published(council, *counts, edition="edition-1", grades=SCALE):
    """A shared edition of the quarter before with these counts of grades."""
    lines = [f"{grade.capitalize()},{count}" for grade, count in zip(grades, counts, strict=True)]
    place = f"outputs/tinyshire/2025-26-q1-shared/{edition}/tables/shared_case_file_grades.csv"
    council.write(place, "\n".join(["Grade,Count", *lines]) + "\n")


def said(period, section):
    return repr(getattr(sections.shared, section)(period))


def page(period):
    """Everything that the page says, with its tables as they are exported."""
    return [said(period, section) for section in PAGE]


def counts_of(table):
    return dict(zip(table["row_key"], table["x"], strict=True))


def test_a_shared_edition_has_a_folder_of_its_own(project):
    assert project.parameters().outputs.name == "2025-26-q2"
    assert project.parameters("audience: internal", "audience: shared").outputs.name == "2025-26-q2-shared"


def test_a_prepared_period_is_asked_for_its_page(council):
    council.add_audits({"0071000": "good"})
    period = open_period(council.file)
    assert "too few audits of cases picked at random have a grade to give a share" in said(period, "answer")
    assert all(page(period))


def test_tables_are_named_as_partners_know_them(council):
    records = {"answer": answered(*["good"] * 30, *["inadequate"] * 10)}
    found = opened(council, graded(3, 31, 23, 4), **records).shared.audits[0]
    assert set(found.headline["table_id"]) == {"shared_case_file_headline"}
    assert set(found.questions["table_id"]) == {"shared_case_file_questions"}


def test_the_headline_share_is_made_from_rounded_counts(council):
    # rounded 5, 30, 25 and 5; 34 of 61 are good or better
    found = opened(council, graded(3, 31, 23, 4)).shared.audits[0]
    assert counts_of(found.grades) == dict(zip(SCALE, (5, 30, 25, 5), strict=True))
    row = found.headline.iloc[0]
    assert row[["x", "n", "estimate"]].tolist() == [35, 65, 35 / 65]
    # Wilson: centre (35 + z²/2) / (65 + z²) = 0.5363, half of it z √(35 · 30 / 65 + z²/4) / (65 + z²) = 0.1178
    assert row[["low", "high"]].tolist() == pytest.approx([0.4185, 0.6541], abs=1e-4)


@pytest.mark.parametrize(("counts", "shown"), [((0, 13, 10, 0), 25), ((0, 12, 12, 2), 0)])
def test_a_share_needs_twenty_five_by_rounded_counts(council, counts, shown):
    period = opened(council, graded(*counts))
    assert period.shared.audits[0].grades["x"].sum() == shown
    assert ("too few audits" in said(period, "answer")) == (shown == 0)


def test_chosen_cases_are_in_no_share(council):
    period = opened(council, graded(0, 20, 10, 0) + graded(0, 0, 0, 10, draw_id=None))
    assert period.shared.audits[0].grades["x"].tolist() == [0, 20, 10, 0]


@pytest.mark.parametrize("others", [(3, 32, 23, 4), (3, 31, 24, 3), (5, 28, 24, 5)])
def test_a_page_is_the_same_for_true_counts_that_round_alike(council, others):
    answers = answered(*["good"] * 30, *["inadequate"] * 20)
    pages = [page(opened(council, graded(*counts), answer=answers)) for counts in ((3, 31, 23, 4), others)]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(("answers", "shown"), [(23, [10, 25]), (22, [])])
def test_a_question_needs_twenty_five_answers(council, answers, shown):
    given = answered(*["good"] * 10, *["inadequate"] * (answers - 10))
    table = opened(council, graded(0, 30, 0, 0), answer=given).shared.audits[0].questions
    assert (table[["x", "n"]].iloc[0].tolist() if len(table) else []) == shown


def test_answers_of_an_audit_without_a_grade_are_not_counted(council):
    audits = graded(0, 30, 10, 0)
    without = [{**audit, "overall_grade": None} for audit in audits[30:]]
    given = answered(*["good"] * 40)
    table = opened(council, audits[:30] + without, answer=given).shared.audits[0].questions
    assert table["x"].tolist() == [30]


def test_nothing_earlier_published_is_said(council):
    words = said(opened(council, graded(0, 40, 20, 0)), "change")
    assert "nothing earlier to compare with: no report for partners gives a share for 2025-26 Q1" in words


def test_change_is_against_the_counts_that_the_newest_shared_edition_published(council):
    published(council, 0, 60, 0, 0, edition="edition-9")
    published(council, 0, 20, 40, 0, edition="edition-10")
    words = said(opened(council, graded(0, 42, 20, 0)), "change")
    # 40 of 60 less 20 of 60
    assert words.startswith(
        "The share of cases that were good or better has risen since 2025-26 Q1, from 33% to 67% (by between 16 "
        "and 49 points). Chance is an unlikely explanation."
    )


def test_a_change_within_chance_is_not_claimed(council):
    published(council, 0, 35, 25, 0)
    words = said(opened(council, graded(0, 40, 20, 0)), "change")
    # half the interval's width, 0.171, times (1.960 + 0.842) / 1.960 is 0.2447, rounded up
    assert words.startswith(
        "No clear change since 2025-26 Q1. The share of cases that were good or better went from 58% to 67% (+8 "
        "points), but with this many audits a change of less than about 25 points could well go unseen."
    )


@pytest.mark.parametrize(
    ("counts", "grades"),
    [
        ((0, 35, 24, 0), SCALE),  # not rounded
        ((0, 35, "many", 0), SCALE),
        ((0, 35, "", 0), SCALE),
        ((0, 10, 10, 0), SCALE),  # too few
        ((0, 35, 25, 0), [*SCALE[:3], "poor"]),  # another scale
        ((0, 35, 25, 0), [*SCALE[:3], ""]),
    ],
)
def test_another_table_than_a_shared_one_of_the_same_grades_is_not_compared_with(council, counts, grades):
    published(council, *counts, grades=grades)
    assert opened(council, graded(0, 40, 20, 0)).shared.audits[0].change is None


def test_a_table_that_cannot_be_read_is_not_compared_with(council):
    published(council, 0, 35, 25, 0)
    council.write("outputs/tinyshire/2025-26-q1-shared/edition-2/tables/shared_case_file_grades.csv", "")
    assert opened(council, graded(0, 40, 20, 0)).shared.audits[0].change is None


@pytest.mark.parametrize("other", ["2025-26", "2025-09"])
def test_a_report_of_another_length_with_the_same_days_is_refused(council, other):
    council.write(f"outputs/tinyshire/{other}-shared/index.html", "")
    with pytest.raises(
        InputError, match=f"partners have a report of {other}, which shares days with 2025-26 Q2"
    ):
        page(opened(council))


@pytest.mark.parametrize(
    "other", ["2025-26-q2-shared", "2025-26-q1-shared", "2025-10-shared", "2025-26", "x-shared"]
)
def test_reports_of_other_days_and_internal_ones_are_no_hindrance(council, other):
    council.write(f"outputs/tinyshire/{other}/index.html", "")
    assert all(page(opened(council)))


def test_an_audit_looked_at_twice_counts_once_by_its_latest_look(council):
    looks = [
        {"audit_id": f"random-{at}", "moderated_on": day, "audit_grade": "good", "moderated_grade": grade}
        for day, grade, many in (("2025-08-05", "good", 10), ("2025-08-06", "inadequate", 4))
        for at in range(many)
    ]
    period = opened(council, graded(0, 40, 0, 0), moderation=looks)
    assert counts_of(period.shared.moderation) == {"kept": 5, "changed": 5}
    assert said(period, "second_looks") == (
        "A second person looked again at about 10 of these audits; about 5 kept their grade."
    )


def test_without_second_looks_the_page_says_no_more_than_where_they_were_left_out(council):
    assert said(opened(council, graded(0, 40, 0, 0)), "second_looks") == (
        "This report has no figure on audits that a second person looked at again."
    )


def test_open_cases_audited_in_the_period_are_counted(council):
    assert said(opened(council, graded(0, 41, 0, 0)), "coverage") == (
        "At 30 September 2025 about 70 cases were open. Since 1 July 2025 about 40 of them (57%) have been "
        "audited."
    )


def test_actions_of_the_period_are_counted_by_known_themes(council):
    council.change("parameters/frameworks/tiny.yml", "label: The child's voice", "label: Voice, theme: Plans")
    typed_in = [("Chat with the Marrowby twins", "2025-08-01", "open")] * 4
    plans = [("Plans", "2025-08-01", "completed")] * 9 + [("Plans", "2025-06-30", "open")] * 9
    period = opened(council, **acted(*typed_in, *plans))
    assert counts_of(period.shared.actions) == {"still to be done": 5, "done": 10, "cancelled": 0}
    assert counts_of(period.shared.themes) == {"Plans": 10, "Other": 5}
    words = said(period, "decided")
    assert words.startswith(
        "About 15 actions were agreed in the period. At 30 September 2025 about 10 were done, about 5 were "
        "still to be done and at most 2 had been cancelled."
    )
    assert "Marrowby" not in words


def test_a_theme_without_an_action_has_its_cell_and_no_row(council):
    council.change("parameters/frameworks/tiny.yml", "label: The child's voice", "label: Voice, theme: Plans")
    period = opened(council, **acted(*[("Something else", "2025-08-01", "open")] * 5))
    assert counts_of(period.shared.themes) == {"Plans": 0, "Other": 5}
    assert "Plans" not in said(period, "decided")


def test_feedback_is_counted_by_kind_and_surveys_by_score(council):
    scores = [10] * 12 + [8] * 7 + [5] * 4 + [2] * 3
    surveys = [("survey", score) for score in scores]
    period = opened(council, feedback=received(*surveys, *[("complaint", None)] * 3, ("comment", None)))
    assert counts_of(period.shared.feedback) == {"survey": 25, "complaint": 5}
    assert counts_of(period.shared.scores) == {"9 or 10": 10, "7 or 8": 5, "5 or 6": 5, "0 to 4": 5}
    assert "Completed surveys by score, from 0 to 10 (best)" in said(period, "feedback")


@pytest.mark.parametrize(
    "scores",
    [
        [8] * 22,  # too few
        [10] * 8 + [8] * 8 + [5] * 3 + [2] * 3,  # 22 surveys at most, 22 scores at least: 8, 8, 3 and 3
    ],
)
def test_scores_that_are_few_or_would_give_a_small_number_away_are_not_shown(council, scores):
    period = opened(council, feedback=received(*[("survey", score) for score in scores]))
    assert (counts_of(period.shared.feedback), len(period.shared.scores)) == ({"survey": 20}, 0)
    assert "score" not in said(period, "feedback").lower()


def test_a_question_stands_out_only_where_chance_is_an_unlikely_explanation(council):
    two = "questions: [{question_id: voice, label: Voice}, {question_id: plan, label: Plan}]"
    council.change("parameters/frameworks/tiny.yml", QUESTIONS, two)
    given = answered(*["good"] * 50, *["inadequate"] * 10)
    for low, words in (
        (20, "Strongest: Voice (83% good or better). Weakest: Plan (33% good or better)."),
        (45, "No question stands out from the others: the differences may be chance."),
    ):
        other = answered(*["good"] * low, *["inadequate"] * (60 - low), question="plan")
        period = opened(council, graded(0, 60, 0, 0), answer=given + other)
        assert said(period, "questions").startswith(words)


def test_the_page_says_how_it_was_made(council):
    words = said(opened(council), "method")
    assert "Every count is rounded to the nearest 5 (0, 1 and 2 become 0)" in words
    assert "The page does not say which" in words
