"""Every answer by its name, and the answer to one heading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from qaf_lib.display.answers import of_areas, of_audits, of_learning, of_names
from qaf_lib.display.answers.asked import Asked
from qaf_lib.frameworks.paper import Answer, Heading

__all__ = ["ANSWERS", "answered"]

ANSWERS: Mapping[Answer, Callable[[Asked], str | None]] = MappingProxyType(
    {
        "actions": of_learning.actions,
        "actions_on_cases": of_learning.actions_on_cases,
        "actions_on_service": of_learning.actions_on_service,
        "audits_by_theme": of_names.audits_by_theme,
        "audits_expected": of_audits.audits_expected,
        "audits_made": of_audits.audits_made,
        "champions": of_learning.champions,
        "change": of_audits.change,
        "cohort": of_audits.cohort,
        "complaints": of_learning.complaints,
        "compliments": of_learning.compliments,
        "data_quality": of_audits.data_quality,
        "figures": of_names.figures,
        "followed_up": of_names.followed_up,
        "from_figures": of_learning.from_figures,
        "good_practice": of_learning.good_practice,
        "grades": of_audits.grades,
        "held_up": of_audits.held_up,
        "how_long": of_areas.how_long,
        "indicators": of_learning.indicators,
        "learning_needs": of_learning.learning_needs,
        "lists": of_names.lists,
        "log": of_learning.log,
        "looked_again": of_learning.looked_again,
        "method": of_audits.method,
        "missed": of_learning.missed,
        "moderated": of_audits.moderated,
        "mp_letters": of_learning.mp_letters,
        "multi_agency": of_audits.multi_agency,
        "not_registered": of_areas.not_registered,
        "outline": of_learning.outline,
        "overdue": of_learning.overdue,
        "precision": of_audits.precision,
        "problem_areas": of_areas.problem_areas,
        "questions": of_names.questions,
        "reached": of_names.reached,
        "reached_by_locality": of_names.reached_by_locality,
        "requested": of_learning.requested,
        "research": of_learning.research,
        "routes": of_learning.routes,
        "sources": of_learning.sources,
        "strengths": of_audits.strengths,
        "strengths_by_locality": of_areas.strengths_by_locality,
        "surveys": of_learning.surveys,
        "told": of_audits.told,
        "took_part": of_learning.took_part,
        "weaknesses": of_audits.weaknesses,
        "who_asked": of_learning.who_asked,
    }
)
"""What the records say to each name that a heading may give; None where they say nothing."""


def answered(asked: Asked, heading: Heading) -> str | None:
    """The answer to a heading, in sentences; None where nothing on record answers it."""
    about = replace(asked, names=tuple(heading.of))
    said = [ANSWERS[name](about) for name in heading.answered_by]
    return " ".join(line for line in said if line) or None
