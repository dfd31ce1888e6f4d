"""One framework, whole: its rules as types, read from `parameters/frameworks/<name>.yml`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from qaf_lib.errors import InputError
from qaf_lib.frameworks.duties import (
    FEEDBACK_KINDS,
    OTHER_RECORDS,
    Assumption,
    Duty,
    Every,
    Indicator,
    Mechanism,
    Source,
)
from qaf_lib.frameworks.report_formats import About, ActionPlan, Alias, NotComputed, Programme, Report
from qaf_lib.frameworks.rules import (
    CensusList,
    Coverage,
    Deadline,
    Eligibility,
    Escalation,
    FollowUp,
    Independence,
    Instrument,
    LongestGap,
    Moderation,
    Target,
    Trained,
    WorkerFollowUp,
)
from qaf_lib.frameworks.scale import GradeTarget, Name, Scale, Words
from qaf_lib.frameworks.tools import AuditType, Question, Standard, TagGroup, Tool
from qaf_lib.strict_yaml import StrictModel, load_model

__all__ = ["Framework", "load_framework", "rules_of"]


class Framework(StrictModel):
    """One framework, whole."""

    framework: Name
    title: str
    source: str
    about: About | None = None
    unit: Literal["child", "adult", "family", "carer", "authority"]
    words: Words = Field(default_factory=Words)
    aliases: list[Alias] = Field(default_factory=list)
    scale: Scale
    targets: list[GradeTarget] = Field(default_factory=list)
    standards: list[Standard] = Field(default_factory=list)
    tags: list[TagGroup] = Field(default_factory=list)
    tools: Annotated[list[Tool], Field(min_length=1)]
    audit_types: Annotated[list[AuditType], Field(min_length=1)]
    eligibility: Eligibility
    independence: list[Independence] = Field(default_factory=list)
    moderation: Moderation | None = None
    escalation: Escalation | None = None
    coverage: list[Coverage] = Field(default_factory=list)
    longest_gaps: list[LongestGap] = Field(default_factory=list)
    census_lists: list[CensusList] = Field(default_factory=list)
    deadlines: list[Deadline] = Field(default_factory=list)
    follow_ups: list[FollowUp] = Field(default_factory=list)
    worker_follow_ups: list[WorkerFollowUp] = Field(default_factory=list)
    trained: list[Trained] = Field(default_factory=list)
    duties: list[Duty] = Field(default_factory=list)
    instruments: list[Instrument] = Field(default_factory=list)
    survey_target: Target | None = None
    indicators: list[Indicator] = Field(default_factory=list)
    sources: list[Source] = Field(default_factory=list)
    mechanisms: list[Mechanism] = Field(default_factory=list)
    programme: Programme | None = None
    reports: list[Report] = Field(default_factory=list)
    action_plan: ActionPlan | None = None
    worthwhile_change: Annotated[float, Field(gt=0, lt=1)]
    assumptions: list[Assumption]
    not_computed: list[NotComputed] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _adults_are_adults(cls, given: Any) -> Any:
        """Where the unit is an adult, pages say adult where they else say child."""
        if not isinstance(given, dict) or given.get("unit") != "adult":
            return given
        words = given.get("words", {})
        if not isinstance(words, dict):
            return given
        return {**given, "words": {"child": "adult", "children": "adults", **words}}

    @model_validator(mode="after")
    def _refers_to_what_it_has(self) -> Self:
        self._check_unique()
        tools = {tool.tool_id for tool in self.tools}
        for audit_type in self.audit_types:
            if audit_type.tool_id not in tools:
                raise ValueError(f"audit type {audit_type.name} uses a tool that is not in tools")
        for place, named, known in self._references():
            unknown = sorted(set(named) - set(known))
            if unknown:
                raise ValueError(f"{place}: {', '.join(unknown)}")
        return self

    def _check_unique(self) -> None:
        named = {
            "audit_types": [kind.name for kind in self.audit_types],
            "duties": [duty.duty_id for duty in self.duties],
            "rules": list(self.rule_names()),
            "questions": [question.question_id for question in self.every_question],
            "assumptions": [assumption.name for assumption in self.assumptions],
        }
        for place, names in named.items():
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"{place} repeats a name: {', '.join(repeated)}")

    def _references(self) -> Iterator[tuple[str, list[str], list[str]]]:
        """Where names are used, the names, and those there are."""
        yield from self._of_grades_and_types()
        yield from self._of_tools()
        yield from self._of_duties_and_reports()
        yield from self._of_assumptions()

    def _of_grades_and_types(self) -> Iterator[tuple[str, list[str], list[str]]]:
        grades, types = self.scale.grades, [kind.name for kind in self.audit_types]
        if self.moderation:
            yield (
                "moderation.trigger_grades names grades off the scale",
                self.moderation.trigger_grades,
                grades,
            )
            yield "moderation.drawn_as names no audit type", _given(self.moderation.drawn_as), types
        leads = [self.scale.headline.name, self.scale.concern.name]
        wanted = [target.band for target in self.targets]
        yield "targets name bands that no report leads with", wanted, leads
        again = [kind.looks_again_at for kind in self.audit_types if kind.looks_again_at]
        yield "looks_again_at names no audit type", again, types
        for deadline in self.deadlines:
            yield f"deadline {deadline.name} names grades off the scale", deadline.grades, grades
        follows: list[FollowUp | WorkerFollowUp] = [*self.follow_ups, *self.worker_follow_ups]
        for follow in follows:
            yield f"follow-up {follow.name} names grades off the scale", follow.grades, grades
        counted: list[WorkerFollowUp | Trained] = [*self.worker_follow_ups, *self.trained]
        for rule in counted:
            yield f"{rule.name}: duty_id names no duty", [rule.duty_id], self._duty_ids()
        for used in (
            [rule.audit_types for rule in self.independence]
            + [rule.audit_types for rule in self.coverage]
            + [rule.audit_types for rule in follows]
            + [duty.audit_types for duty in self.duties]
        ):
            yield "audit types are named that are not in audit_types", used, types

    def _of_tools(self) -> Iterator[tuple[str, list[str], list[str]]]:
        standards = [standard.standard_id for standard in self.standards]
        for tool in self.tools:
            used = [question.standard_id for question in tool.questions if question.standard_id]
            yield f"tool {tool.tool_id} names standards that are not in standards", used, standards
            only = [one.only_for for one in tool.questions if one.only_for]
            used = [status for cases in only for status in cases.statuses]
            yield (
                f"tool {tool.tool_id}: only_for names statuses not eligible",
                used,
                self.eligibility.statuses,
            )

    def _of_duties_and_reports(self) -> Iterator[tuple[str, list[str], list[str]]]:
        logged, shows = self._duty_ids(), [*self.rule_names(), *self._record_names()]
        for duty in self.duties:
            place = f"duty {duty.duty_id}"
            yield f"{place}: same_as names no duty", _given(duty.same_as), logged
            yield f"{place}: shown_by names no rule, question, instrument or kind", duty.shown_by, shows
            about = [role for rule in self.coverage if rule.name in duty.shown_by for role in rule.roles]
            about += duty.roles if "obstacles" in duty.shown_by else []
            yield f"{place}: of_roles names posts that nothing in shown_by is about", duty.of_roles, about
        items = [item.name for form in self.instruments for item in form.items]
        named = [*logged, *(kind.name for kind in self.audit_types), *shows, *items]
        named += [*self.eligibility.statuses, *(tool.tool_id for tool in self.tools)]
        for report in self.reports:
            of = [name for heading in report.headings for name in heading.of]
            yield f"report {report.name}: of names nothing that is counted", of, named
            rows = report.rows_of if isinstance(report.rows_of, list) else []
            yield f"report {report.name}: rows_of names no duty", rows, logged
        for group in self.tags:
            of = [name for tag in group.tags for name in tag.of]
            yield f"tags {group.name}: of names nothing that is counted", of, named
        for way in self.mechanisms:
            yield "mechanisms: duties names no duty", way.duties, logged
            covered = [rule.name for rule in self.coverage]
            yield "mechanisms: coverage names no rule of coverage", way.coverage, covered
            yield "mechanisms: sources names no source", way.sources, [each.name for each in self.sources]

    def _of_assumptions(self) -> Iterator[tuple[str, list[str], list[str]]]:
        words = [assumption.name for assumption in self.assumptions]
        tiers = self.escalation.tiers if self.escalation else []
        for assuming in (
            *(self.duties + self.coverage + self.longest_gaps + self.deadlines),
            *(tiers + self.indicators),
        ):
            yield "assumed names no assumption", _given(assuming.assumed), words
        for listed in self.census_lists:
            yield "boundary_assumed names no assumption", _given(listed.boundary_assumed), words

    def _duty_ids(self) -> list[str]:
        return [duty.duty_id for duty in self.duties]

    def _record_names(self) -> Iterator[str]:
        """Names of records that put a duty on record: questions, instruments, feedback, others."""
        yield from (question.question_id for question in self.every_question)
        yield from (instrument.name for instrument in self.instruments)
        yield from FEEDBACK_KINDS
        yield from OTHER_RECORDS

    def rule_names(self) -> Iterator[str]:
        """Names of rules that are counted elsewhere, which a duty's `shown_by` may give."""
        yield from (rule.name for rule in self.coverage)
        yield from (rule.name for rule in self.longest_gaps)
        yield from (rule.name for rule in self.census_lists)
        yield from (rule.name for rule in self.deadlines)
        yield from (rule.name for rule in self.follow_ups)
        yield from (rule.name for rule in self.trained)
        yield from (indicator.indicator_id for indicator in self.indicators)
        yield from (f"report_{report.name}" for report in self.reports)
        if self.survey_target:
            yield "survey_target"
        if self.escalation:
            yield "escalation"
            yield from (f"escalation_of_{status}" for status in self.eligibility.statuses)
        if self.moderation:
            yield "moderation"
        if self.action_plan:
            yield "action_plan"
            yield from (f"actions_of_{kind.name}" for kind in self.audit_types)

    def audit_type(self, name: str) -> AuditType | None:
        """The audit type of that name, or None."""
        return next((kind for kind in self.audit_types if kind.name == name), None)

    @property
    def estimate_types(self) -> list[str]:
        """The types of audit that estimates of practice are made from."""
        return [kind.name for kind in self.audit_types if kind.counts_towards_estimates]

    @property
    def coverage_types(self) -> list[str]:
        """The types of audit that count as reaching a case or a worker."""
        return [kind.name for kind in self.audit_types if kind.counts_towards_coverage]

    def looks_again(self, name: str) -> bool:
        """Whether draws of an audit type pick completed audits, to be moderated and not audited anew."""
        return self.moderation is not None and self.moderation.drawn_as == name

    def gives_grade(self, name: str) -> bool:
        """Whether the tool of an audit type has a question that is answered with a grade of the scale."""
        kind = self.audit_type(name)
        asked = next((tool.asked for tool in self.tools if kind and tool.tool_id == kind.tool_id), [])
        return any(not question.answers for question in asked)

    @property
    def audit_labels(self) -> dict[str, str]:
        """Label of each type of audit, by its name."""
        return {kind.name: kind.label for kind in self.audit_types}

    @property
    def every_question(self) -> list[Question]:
        """The questions of every tool in order, graded or not, asked in an audit or elsewhere."""
        return [question for tool in self.tools for question in tool.questions]

    @property
    def theme_of(self) -> dict[str, str]:
        """Theme of each question that has one, by the question's id."""
        return {question.question_id: question.theme for question in self.every_question if question.theme}

    def questions(self) -> dict[str, str]:
        """Label of each graded question of all tools, by its id."""
        return {
            question.question_id: question.label
            for question in self.every_question
            if not question.answers and question.evidence == "case_file"
        }

    def how_often(self, duty: Duty) -> tuple[int, Every] | None:
        """Times and span of a duty, its ambiguous word read as assumed; None where no number is given."""
        if duty.times is not None and duty.every is not None:
            return duty.times, duty.every
        for reading in self.assumptions:
            if reading.name == duty.assumed and reading.times is not None and reading.every is not None:
                return reading.times, reading.every
        return None


def _given(name: str | None) -> list[str]:
    return [] if name is None else [name]


def rules_of(framework: Framework) -> Iterator[tuple[str, StrictModel, list[str]]]:
    """Every rule of a framework that carries requirement ids: its place in the file, the rule, its ids.

    Examples
    --------
    >>> from qaf_lib.frameworks import load_framework
    >>> framework = load_framework(folder=Path("parameters/frameworks"), name="durham")
    >>> next(place for place, rule, ids in rules_of(framework) if "DUR-36" in ids)
    'moderation'
    """
    yield from _walk("", framework)


def _walk(place: str, value: Any) -> Iterator[tuple[str, StrictModel, list[str]]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(f"{place}[{_name_of(item, index)}]", item)
    elif isinstance(value, StrictModel):
        ids = getattr(value, "requirements", [])
        if ids:
            yield place, value, ids
        for name in type(value).model_fields:
            yield from _walk(f"{place}.{name}".lstrip("."), getattr(value, name))


def _name_of(item: Any, index: int) -> str:
    for key in ("name", "duty_id", "tool_id", "question_id", "standard_id", "indicator_id", "block", "label"):
        if isinstance(item, StrictModel) and getattr(item, key, None):
            return str(getattr(item, key))
    return str(index)


def load_framework(*, folder: Path, name: str) -> Framework:
    """The framework called `name` from its file in `folder`.

    Raises
    ------
    InputError
        If there is no such file (the known names are listed) or the file breaks a rule.
    """
    path = folder / f"{name}.yml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.yml"))) or "none"
        raise InputError(
            f"framework {name!r} is unknown: {folder} has {known}. Name one of them or add its file."
        )
    framework = load_model(path=path, model=Framework)
    if framework.framework != name:
        raise InputError(
            f"{path}: framework must be {name}, as the file is called; got {framework.framework}."
        )
    return framework
