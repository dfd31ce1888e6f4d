"""What the framework asks its reports, programme and action plans to look like."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qaf_lib.frameworks.duties import Every
from qaf_lib.frameworks.scale import Name, Requirements
from qaf_lib.strict_yaml import StrictModel

__all__ = [
    "NAMED",
    "About",
    "ActionPlan",
    "Alias",
    "Answer",
    "Answered",
    "Block",
    "Heading",
    "NotComputed",
    "Programme",
    "Report",
    "RowsOf",
]

Answer = Literal[
    "actions",
    "actions_by_service",
    "actions_by_team",
    "actions_from",
    "actions_from_audits",
    "actions_of_champions",
    "actions_of_year",
    "actions_on_cases",
    "actions_on_service",
    "actions_on_work",
    "activity_by_locality",
    "activity_by_service",
    "agreed_by_board",
    "appraisals_reviewed",
    "approved",
    "asked_by_audits",
    "audits_by_theme",
    "audits_expected",
    "audits_made",
    "background",
    "both_answered",
    "champions",
    "change",
    "change_by_locality",
    "closed",
    "cohort",
    "cohort_by_group",
    "comments_by_service",
    "complaints",
    "complaints_of_year",
    "compliments",
    "data_quality",
    "days_held",
    "decisions_recorded",
    "drafted_with_staff",
    "evaluations",
    "feedback_by_place",
    "feedback_ready",
    "figures",
    "figures_of_year",
    "figures_since",
    "follow_up_days",
    "followed_up",
    "followed_up_by_locality",
    "forms",
    "from_figures",
    "gaps_in_log",
    "given_since",
    "gone_round",
    "good_practice",
    "good_practice_by_locality",
    "grades",
    "guides_changed",
    "heard_from",
    "held_now",
    "held_up",
    "how_drawn",
    "how_long",
    "in_own_line",
    "indicators",
    "last_logged",
    "learning_by_locality",
    "learning_needs",
    "lists",
    "log",
    "logged_by_locality",
    "logged_on",
    "longest_apart",
    "looked_again",
    "made_by",
    "made_by_service",
    "method",
    "missed",
    "missed_reasons",
    "moderated",
    "modes_before",
    "mp_letters",
    "multi_agency",
    "not_registered",
    "observed",
    "outline",
    "overdue",
    "owners",
    "people_took_part",
    "precision",
    "problem_areas",
    "problem_areas_by_locality",
    "problem_teams",
    "programme_kept",
    "proposed",
    "questions",
    "questions_before",
    "questions_by_locality",
    "questions_by_service",
    "questions_by_status",
    "questions_by_team",
    "questions_of_posts",
    "questions_of_year",
    "reached",
    "reached_by_locality",
    "reached_by_post",
    "reached_by_service",
    "reached_by_team",
    "requested",
    "research",
    "returns_by_service",
    "routes",
    "returns_came",
    "routes_by_source",
    "scope",
    "services_silent",
    "signed_off",
    "sources",
    "sources_since",
    "standing",
    "strengths",
    "strengths_by_locality",
    "survey_items",
    "survey_items_by_place",
    "surveys",
    "teams_and_people",
    "teams_reached",
    "themed_audits",
    "themes_asked",
    "tiers_before",
    "told",
    "took_part",
    "took_part_by_kind",
    "took_part_by_post",
    "topics_logged",
    "weaknesses",
    "who_asked",
    "who_audited",
    "work_answered",
    "work_asked_for",
    "work_led",
]
"""What may answer a heading: figures of the period, each by one sentence or two."""

NAMED: frozenset[Answer] = frozenset(
    (
        "actions_from",
        "actions_of_year",
        "actions_on_work",
        "appraisals_reviewed",
        "asked_by_audits",
        "audits_by_theme",
        "both_answered",
        "days_held",
        "figures",
        "figures_of_year",
        "follow_up_days",
        "followed_up",
        "followed_up_by_locality",
        "forms",
        "gaps_in_log",
        "last_logged",
        "given_since",
        "held_now",
        "in_own_line",
        "lists",
        "log",
        "logged_on",
        "longest_apart",
        "made_by",
        "questions",
        "questions_before",
        "questions_by_locality",
        "questions_by_service",
        "questions_by_status",
        "questions_by_team",
        "questions_of_posts",
        "questions_of_year",
        "reached",
        "reached_by_locality",
        "reached_by_post",
        "reached_by_service",
        "reached_by_team",
        "returns_by_service",
        "returns_came",
        "services_silent",
        "standing",
        "survey_items",
        "survey_items_by_place",
        "teams_reached",
        "themes_asked",
        "tiers_before",
        "topics_logged",
        "work_asked_for",
        "work_led",
    )
)
"""Answers about what a heading names in `of`."""

MAY_NAME: frozenset[Answer] = frozenset(
    (
        *(
            "actions_by_team",
            "audits_expected",
            "audits_made",
            "missed",
            "missed_reasons",
            "observed",
            "surveys",
        ),
        *("themed_audits", "told", "who_asked"),
    )
)
"""Answers that say all there is, or only of what a heading names in `of`."""

RowsOf = Literal["duties", "meetings", "services"]
DutyColumn = Literal["who", "what", "how_often", "shown_by", "held_on", "shared_with", "purpose", "method"]


class About(StrictModel):
    """The document the rules were read from: when it was written and by which post."""

    dated: str
    covers: str | None = None
    owner_post: str | None = None
    requirements: Requirements


class Alias(StrictModel):
    """A name in the framework that has another today."""

    written: str
    today: str
    requirements: Requirements


class Answered(StrictModel):
    """A line of the framework that figures of the period may answer.

    Attributes
    ----------
    label : str
        In the kit's own words.
    answered_by : list of str
        The figures that answer it; none where nothing of the records does.
    of : list of str
        What the answers of `NAMED` are about: duties (with `log` and `logged_on`), questions, indicators,
        coverage rules, census lists, follow-ups, audit types or statuses. Each answer takes what it knows.
    not_held : str
        What the line asks that no record holds, after "No record holds"; printed behind the answer, and alone
        where the line names none.
    """

    label: str
    answered_by: list[Answer] = Field(default_factory=list)
    of: list[str] = Field(default_factory=list)
    not_held: str | None = None
    requirements: Requirements

    @model_validator(mode="after")
    def _answers_have_names(self) -> Self:
        needed = [answer for answer in self.answered_by if answer in NAMED]
        if needed and not self.of:
            raise ValueError(f"heading {self.label}: of and an answer that needs names go together")
        if self.of and not needed and not set(self.answered_by) & MAY_NAME:
            raise ValueError(f"heading {self.label}: of and an answer that needs names go together")
        return self


class Heading(Answered):
    """One heading or column, in order.

    Attributes
    ----------
    column : str
        What of a duty stands in the column, in a report that is a table of duties.
    optional : bool
        Whether a form may leave it out.
    """

    column: DutyColumn | None = None
    optional: bool = False


class Report(StrictModel):
    """A report the framework asks for: its headings, how often, and who receives it.

    One of each half year or year is of the six or twelve months up to the period's end, others of the period.
    With `rows_of` it is a table: a row for each duty, or each that is a meeting, or each of a service or body
    that is no post, or each of those named, in their order; every heading then names a `column`. The calendar
    names `made_by` as who makes it, else the holder of the duty that it shows.
    """

    name: Name
    label: str
    every: Every | None = None
    due_month: Annotated[int, Field(ge=1, le=12)] | None = None
    to: list[str] = Field(default_factory=list)
    made_by: str | None = None
    headings: list[Heading] = Field(default_factory=list)
    rows_of: RowsOf | list[str] | None = None
    requirements: Requirements

    @property
    def leads(self) -> bool:
        """Whether it is the three columns that lead the report to leaders, which the kit fills itself."""
        return self.name == "summary_columns"

    @property
    def is_form(self) -> bool:
        """Whether it is written when work ends: no set time, and no figures for its headings."""
        answered = self.leads or any(heading.answered_by or heading.column for heading in self.headings)
        return bool(self.headings) and self.every is None and not answered

    @model_validator(mode="after")
    def _columns_of_a_table(self) -> Self:
        named = [heading.column is not None for heading in self.headings]
        if any(named) != (self.rows_of is not None) or (self.rows_of and not all(named)):
            raise ValueError(f"report {self.name}: rows_of and a column in every heading go together")
        return self


class Block(StrictModel):
    """One block of the programme, with its columns."""

    block: Literal["audit", "research", "evaluation"]
    label: str
    columns: Annotated[list[str], Field(min_length=1)]
    requirements: Requirements


class Programme(StrictModel):
    """The quarter's programme, and the headings of the paper that asks for a new piece of work."""

    blocks: list[Block] = Field(default_factory=list)
    outline: list[Heading] = Field(default_factory=list)
    requirements: Requirements


class ActionPlan(StrictModel):
    """Columns of the action plan, and after how many days without an entry progress is asked for."""

    columns: Annotated[list[Heading], Field(min_length=1)]
    ask_after_days: Annotated[int, Field(ge=1)] = 30
    requirements: Requirements


class NotComputed(StrictModel):
    """Rules that no figure of the kit answers, with the reason in a sentence."""

    because: Annotated[str, Field(min_length=20)]
    requirements: Annotated[list[str], Field(min_length=1)]
