"""Every answer by its name, and the answer to one heading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from qaf_lib.display.answers import of_audits, of_learning
from qaf_lib.display.answers.asked import Asked
from qaf_lib.frameworks.paper import Answer, Heading

__all__ = ["ANSWERS", "answered"]

ANSWERS: Mapping[Answer, Callable[[Asked], str | None]] = MappingProxyType(
    {
        "actions": of_learning.actions,
        "actions_on_cases": of_learning.actions_on_cases,
        "actions_on_service": of_learning.actions_on_service,
        "audits_expected": of_audits.audits_expected,
        "audits_made": of_audits.audits_made,
        "change": of_audits.change,
        "champions": of_learning.champions,
        "cohort": of_audits.cohort,
        "complaints": of_learning.complaints,
        "compliments": of_learning.compliments,
        "data_quality": of_audits.data_quality,
        "good_practice": of_learning.good_practice,
        "grades": of_audits.grades,
        "held_up": of_audits.held_up,
        "indicators": of_learning.indicators,
        "learning_needs": of_learning.learning_needs,
        "log": of_learning.log,
        "looked_again": of_learning.looked_again,
        "method": of_audits.method,
        "moderated": of_audits.moderated,
        "mp_letters": of_learning.mp_letters,
        "multi_agency": of_audits.multi_agency,
        "outline": of_learning.outline,
        "overdue": of_learning.overdue,
        "requested": of_learning.requested,
        "research": of_learning.research,
        "routes": of_learning.routes,
        "sources": of_learning.sources,
        "strengths": of_audits.strengths,
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
    about = replace(asked, duties=tuple(heading.of))
    said = [ANSWERS[name](about) for name in heading.answered_by]
    return " ".join(line for line in said if line) or None
