"""The story behind an indicator: what audits, observations and people say of its theme, counted by hand."""

import pytest

from qaf_lib.pages.evidence.indicators import stories_of

INDICATORS = """\
indicators:
  - {indicator_id: heard, label: Reviews with the child's view, target: 0.9, theme: Voice, requirements: []}
  - {indicator_id: timely, label: Reviews in time, requirements: []}
"""
QUESTIONS = """\
questions: [
      {question_id: voice, label: Heard, theme: Voice, answers: [not met, met, not applicable]},
      {question_id: views, label: Views, theme: Voice}, {question_id: plan, label: Plan, theme: Plan}]}"""
FIGURES = [
    {"indicator_id": name, "period": "2025-26 Q2", "numerator": 8, "denominator": 10}
    for name in ("heard", "timely")
]


@pytest.fixture
def story(project, in_memory):
    old = "questions: [{question_id: voice, label: The child's voice}]}"
    project.change("parameters/frameworks/tiny.yml", old, QUESTIONS)

    def told(**tables):
        found = stories_of(in_memory(INDICATORS, indicator=FIGURES, **tables))
        assert [one.indicator_id for one in found] == ["heard"]  # the other names no theme
        return found[0]

    return told


def test_the_figure_stands_with_its_state(story):
    found = story()
    assert (found.x, found.n, found.state, found.answers, found.scored) == (8, 10, "not met", 0, 0)


def test_answers_to_the_theme_s_checks_count_by_their_own_best_answer_or_the_band(story):
    days = ["2025-07-01", "2025-09-30", "2025-10-01", "2025-06-30"]
    audits = [
        {"audit_id": f"a{at}", "audit_type": "case_file", "selection": "ad_hoc", "audited_on": day}
        for at, day in enumerate(days)
    ]
    given = [
        *[("a0", "voice", "met"), ("a1", "voice", "not met"), ("a0", "views", "outstanding")],
        *[("a1", "views", "requires improvement"), ("a0", "plan", "good")],
        *[("a2", "voice", "met"), ("a3", "voice", "met")],  # the day after the period and the day before
    ]
    answers = [{"audit_id": audit, "question_id": name, "answer": answer} for audit, name, answer in given]
    found = story(audit=audits, answer=answers)
    # voice: met of met, not met; views: outstanding of outstanding, requires improvement
    assert (found.answers, found.good) == (4, 2)


@pytest.mark.parametrize("answer", ["not applicable", "N/A", None])
def test_what_does_not_apply_is_no_answer(story, answer):
    audit = {"audit_id": "a", "audit_type": "case_file", "selection": "ad_hoc", "audited_on": "2025-07-01"}
    found = story(audit=[audit], answer=[{"audit_id": "a", "question_id": "voice", "answer": answer}])
    assert (found.answers, found.good) == (0, 0)


def test_observations_of_the_theme_count_with_the_needs_they_found(story):
    rows = [
        ("observation", "Voice", True, "2025-07-01"),
        ("observation", "Voice", None, "2025-09-30"),
        ("observation", "Plan", True, "2025-07-01"),
        ("supervision", "Voice", True, "2025-07-01"),
        ("observation", "Voice", True, "2025-10-01"),
    ]
    events = [
        {"event_id": f"e{at}", "kind": kind, "theme": theme, "learning_need": need, "held_on": day}
        for at, (kind, theme, need, day) in enumerate(rows)
    ]
    found = story(duty_event=events)
    assert (found.observed, found.need) == (2, 1)


def test_voices_count_over_twelve_months_to_the_last_day(story):
    rows = [
        ("survey", "7", "2024-10-01"),  # the first of the twelve months
        ("survey", "9", "2024-09-30"),  # a day before them
        ("survey", "6", "2025-09-30"),
        ("survey", "10", "2025-10-01"),  # after the period
        ("survey", None, "2025-07-01"),
        ("complaint", None, "2025-07-01"),
        ("compliment", None, "2024-10-01"),
        ("compliment", None, "2025-09-30"),
    ]
    voices = [
        {"feedback_id": f"f{at}", "kind": kind, "theme": "Voice", "score": score, "received_on": day}
        for at, (kind, score, day) in enumerate(rows)
    ]
    item = {"feedback_id": "i", "kind": "survey", "theme": "Voice", "score": "8", "received_on": "2025-07-01"}
    found = story(
        feedback=[*voices, {**voices[0], "feedback_id": "o", "theme": "Plan"}], survey_answer=[item]
    )
    # scores 7 and 6 of surveys and 8 of one item: two are 7 or more
    assert (found.scored, found.pleased, found.complaints, found.compliments) == (3, 2, 1, 2)
