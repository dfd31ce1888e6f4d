"""Every answer by its name, and the answer to one heading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from qaf_lib.display.answers import (
    of_areas,
    of_audits,
    of_figures,
    of_learning,
    of_log,
    of_names,
    of_posts,
    of_voice,
    of_work,
)
from qaf_lib.display.answers.asked import Asked
from qaf_lib.frameworks.paper import Answer, Answered

__all__ = ["ANSWERS", "AT_THE_END", "answered"]

ANSWERS: Mapping[Answer, Callable[[Asked], str | None]] = MappingProxyType(
    {
        "actions": of_learning.actions,
        "actions_from": of_work.actions_from,
        "actions_on_cases": of_learning.actions_on_cases,
        "actions_on_service": of_learning.actions_on_service,
        "activity_by_locality": of_work.activity_by_locality,
        "activity_by_service": of_work.activity_by_service,
        "asked_by_audits": of_audits.asked_by_audits,
        "audits_by_theme": of_names.audits_by_theme,
        "audits_expected": of_audits.audits_expected,
        "audits_made": of_audits.audits_made,
        "champions": of_learning.champions,
        "change": of_audits.change,
        "cohort": of_audits.cohort,
        "complaints": of_learning.complaints,
        "compliments": of_learning.compliments,
        "data_quality": of_audits.data_quality,
        "days_held": of_log.days_held,
        "evaluations": of_work.evaluations,
        "feedback_by_place": of_voice.feedback_by_place,
        "figures": of_names.figures,
        "figures_since": of_figures.figures_since,
        "followed_up": of_names.followed_up,
        "forms": of_voice.forms,
        "from_figures": of_learning.from_figures,
        "given_since": of_posts.given_since,
        "good_practice": of_learning.good_practice,
        "grades": of_audits.grades,
        "gaps_in_log": of_log.gaps_in_log,
        "held_up": of_audits.held_up,
        "how_long": of_areas.how_long,
        "indicators": of_figures.indicators,
        "last_logged": of_log.last_logged,
        "learning_needs": of_learning.learning_needs,
        "lists": of_names.lists,
        "log": of_log.log,
        "logged_on": of_log.logged_on,
        "looked_again": of_learning.looked_again,
        "made_by": of_posts.made_by,
        "method": of_audits.method,
        "missed": of_figures.missed,
        "missed_reasons": of_figures.missed_reasons,
        "moderated": of_audits.moderated,
        "mp_letters": of_learning.mp_letters,
        "multi_agency": of_audits.multi_agency,
        "not_registered": of_areas.not_registered,
        "outline": of_learning.outline,
        "overdue": of_learning.overdue,
        "owners": of_posts.owners,
        "precision": of_audits.precision,
        "problem_areas": of_areas.problem_areas,
        "problem_teams": of_areas.problem_teams,
        "questions": of_names.questions,
        "questions_before": of_names.questions_before,
        "questions_by_locality": of_work.questions_by_locality,
        "questions_by_service": of_work.questions_by_service,
        "reached": of_names.reached,
        "reached_by_locality": of_names.reached_by_locality,
        "requested": of_learning.requested,
        "research": of_learning.research,
        "routes": of_learning.routes,
        "signed_off": of_work.signed_off,
        "sources": of_learning.sources,
        "standing": of_areas.standing,
        "strengths": of_audits.strengths,
        "strengths_by_locality": of_areas.strengths_by_locality,
        "survey_items": of_voice.survey_items,
        "surveys": of_learning.surveys,
        "teams_and_people": of_work.teams_and_people,
        "themes_asked": of_posts.themes_asked,
        "told": of_audits.told,
        "took_part": of_learning.took_part,
        "weaknesses": of_audits.weaknesses,
        "who_asked": of_learning.who_asked,
        "who_audited": of_work.who_audited,
        "work_asked_for": of_work.work_asked_for,
    }
)
"""What the records say to each name that a heading may give; None where they say nothing."""

AT_THE_END: frozenset[Answer] = frozenset(
    (
        *("figures", "followed_up", "how_long", "lists", "missed", "missed_reasons", "not_registered"),
        *("problem_areas", "reached", "reached_by_locality", "strengths_by_locality"),
    )
)
"""Answers that are counted once the period is over, so that its earlier months have none."""


def answered(asked: Asked, line: Answered) -> str | None:
    """The answer to a heading or a line of a list, in sentences; None where nothing on record answers it."""
    about = replace(asked, names=tuple(line.of), label=line.label)
    said = [ANSWERS[name](about) for name in line.answered_by]
    return " ".join(words for words in said if words) or None
