"""Every answer by its name, and the answer to one heading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from qaf_lib.frameworks.report_formats import Answer, Answered
from qaf_lib.pages.framework import (
    of_areas,
    of_auditors,
    of_audits,
    of_learning,
    of_log,
    of_names,
    of_papers,
    of_voice,
    of_work,
)
from qaf_lib.pages.framework.asked import Asked

ANSWERS: Mapping[Answer, Callable[[Asked], str | None]] = MappingProxyType(
    {
        "actions": of_learning.actions,
        "actions_by_service": of_areas.actions_by_service,
        "actions_by_team": of_work.actions_by_team,
        "actions_from": of_work.actions_from,
        "actions_from_audits": of_work.actions_from_audits,
        "actions_of_champions": of_learning.actions_of_champions,
        "actions_on_cases": of_learning.actions_on_cases,
        "actions_on_service": of_learning.actions_on_service,
        "actions_on_work": of_papers.actions_on_work,
        "activity_by_locality": of_work.activity_by_locality,
        "activity_by_service": of_work.activity_by_service,
        "actions_of_year": of_voice.actions_of_year,
        "agreed_by_board": of_papers.agreed_by_board,
        "appraisals_reviewed": of_log.appraisals_reviewed,
        "approved": of_papers.approved,
        "asked_by_audits": of_audits.asked_by_audits,
        "audits_by_theme": of_names.audits_by_theme,
        "audits_expected": of_audits.audits_expected,
        "audits_made": of_audits.audits_made,
        "background": of_papers.background,
        "both_answered": of_papers.both_answered,
        "champions": of_learning.champions,
        "change": of_audits.change,
        "change_by_locality": of_areas.change_by_locality,
        "closed": of_names.closed,
        "cohort": of_audits.cohort,
        "cohort_by_group": of_papers.cohort_by_group,
        "complaints": of_learning.complaints,
        "complaints_of_year": of_voice.complaints_of_year,
        "comments_by_service": of_voice.comments_by_service,
        "compliments": of_learning.compliments,
        "data_quality": of_audits.data_quality,
        "days_held": of_log.days_held,
        "decisions_recorded": of_log.decisions_recorded,
        "drafted_with_staff": of_learning.drafted_with_staff,
        "evaluations": of_work.evaluations,
        "feedback_by_place": of_voice.feedback_by_place,
        "feedback_ready": of_work.feedback_ready,
        "figures": of_names.figures,
        "figures_of_year": of_names.figures_of_year,
        "figures_since": of_papers.figures_since,
        "follow_up_days": of_log.follow_up_days,
        "followed_up": of_names.followed_up,
        "followed_up_by_locality": of_areas.followed_up_by_locality,
        "forms": of_voice.forms,
        "from_figures": of_learning.from_figures,
        "given_since": of_auditors.given_since,
        "gone_round": of_audits.gone_round,
        "good_practice": of_learning.good_practice,
        "good_practice_by_locality": of_areas.good_practice_by_locality,
        "grades": of_audits.grades,
        "gaps_in_log": of_log.gaps_in_log,
        "guides_changed": of_learning.guides_changed,
        "heard_from": of_voice.heard_from,
        "held_now": of_log.held_now,
        "held_up": of_audits.held_up,
        "in_own_line": of_log.in_own_line,
        "how_drawn": of_papers.how_drawn,
        "how_long": of_areas.how_long,
        "indicators": of_papers.indicators,
        "last_logged": of_log.last_logged,
        "learning_by_locality": of_areas.learning_by_locality,
        "learning_needs": of_learning.learning_needs,
        "lists": of_names.lists,
        "log": of_log.log,
        "logged_by_locality": of_log.logged_by_locality,
        "logged_on": of_log.logged_on,
        "longest_apart": of_log.longest_apart,
        "looked_again": of_learning.looked_again,
        "made_by": of_auditors.made_by,
        "made_by_service": of_areas.made_by_service,
        "method": of_audits.method,
        "missed": of_papers.missed,
        "missed_reasons": of_papers.missed_reasons,
        "moderated": of_audits.moderated,
        "modes_before": of_auditors.modes_before,
        "mp_letters": of_learning.mp_letters,
        "multi_agency": of_audits.multi_agency,
        "not_registered": of_areas.not_registered,
        "observed": of_audits.observed,
        "outline": of_learning.outline,
        "overdue": of_learning.overdue,
        "owners": of_work.owners,
        "people_took_part": of_auditors.people_took_part,
        "precision": of_audits.precision,
        "problem_areas": of_areas.problem_areas,
        "problem_areas_by_locality": of_areas.problem_areas_by_locality,
        "problem_teams": of_areas.problem_teams,
        "programme_kept": of_names.programme_kept,
        "proposed": of_names.proposed,
        "questions": of_names.questions,
        "questions_of_posts": of_names.questions_of_posts,
        "questions_of_year": of_names.questions_of_year,
        "questions_before": of_names.questions_before,
        "questions_by_locality": of_work.questions_by_locality,
        "questions_by_service": of_work.questions_by_service,
        "questions_by_status": of_areas.questions_by_status,
        "questions_by_team": of_work.questions_by_team,
        "reached": of_names.reached,
        "reached_by_service": of_names.reached_by_service,
        "reached_by_locality": of_names.reached_by_locality,
        "reached_by_team": of_log.reached_by_team,
        "reached_by_post": of_log.reached_by_post,
        "requested": of_learning.requested,
        "research": of_learning.research,
        "returns_came": of_voice.returns_came,
        "returns_by_service": of_voice.returns_by_service,
        "routes": of_learning.routes,
        "routes_by_source": of_learning.routes_by_source,
        "scope": of_papers.scope,
        "services_silent": of_areas.services_silent,
        "signed_off": of_work.signed_off,
        "sources": of_learning.sources,
        "sources_since": of_papers.sources_since,
        "standing": of_areas.standing,
        "strengths": of_audits.strengths,
        "strengths_by_locality": of_areas.strengths_by_locality,
        "survey_items": of_voice.survey_items,
        "survey_items_by_place": of_voice.survey_items_by_place,
        "surveys": of_learning.surveys,
        "teams_and_people": of_work.teams_and_people,
        "teams_reached": of_auditors.teams_reached,
        "themed_audits": of_names.themed_audits,
        "themes_asked": of_work.themes_asked,
        "tiers_before": of_auditors.tiers_before,
        "told": of_audits.told,
        "took_part": of_learning.took_part,
        "took_part_by_kind": of_learning.took_part_by_kind,
        "took_part_by_post": of_log.took_part_by_post,
        "topics_logged": of_log.topics_logged,
        "weaknesses": of_audits.weaknesses,
        "who_asked": of_learning.who_asked,
        "who_audited": of_auditors.who_audited,
        "work_answered": of_papers.work_answered,
        "work_asked_for": of_work.work_asked_for,
        "work_led": of_log.work_led,
    }
)
"""What the records say to each name that a heading may give; None where they say nothing."""

AT_THE_END: frozenset[Answer] = frozenset(
    (
        *("figures", "followed_up", "how_long", "lists", "missed", "missed_reasons", "not_registered"),
        *("problem_areas", "reached", "reached_by_locality", "reached_by_service", "strengths_by_locality"),
        "figures_since",
        "followed_up_by_locality",
        "held_now",
    )
)
"""Answers that are counted once the period is over, so that its earlier months have none."""


NOTHING, NOT_HELD = "Nothing on record", "No record holds"
"""How a line begins to which the records say nothing, and one of which they hold no kind of record."""


def answered(asked: Asked, line: Answered) -> str | None:
    """The answer to a heading or a line of a list, in sentences; None where nothing on record answers it."""
    about = replace(asked, names=tuple(line.of), label=line.label)
    said = [ANSWERS[name](about) for name in line.answered_by]
    if line.not_held and (any(said) or not line.answered_by):
        said.append(f"{NOT_HELD} {line.not_held}.")
    return " ".join(words for words in said if words) or None
