"""The rules of a quality-assurance framework as types, read from `parameters/frameworks/<name>.yml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qaf_lib.errors import InputError
from qaf_lib.strict_yaml import StrictModel, load_model

__all__ = ["Assumption", "AuditType", "Band", "Framework", "Scale", "load_framework"]

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[float, Field(ge=0, le=1)]
Requirements = Annotated[list[str], Field(default_factory=list)]


class Words(StrictModel):
    """What the framework calls its things; pages use these words."""

    case: str = "case"
    cases: str = "cases"
    team: str = "team"
    teams: str = "teams"
    service: str = "service"
    services: str = "services"
    audit: str = "audit"
    audits: str = "audits"


class Band(StrictModel):
    """A named part of the scale, such as good or better."""

    name: Name
    label: str
    grades: Annotated[list[str], Field(min_length=1)]


class Scale(StrictModel):
    """Grades from worst to best; the first band is the headline, `concern` the lowest end."""

    grades: Annotated[list[str], Field(min_length=2)]
    bands: Annotated[list[Band], Field(min_length=1)]
    concern: Band
    requirements: Requirements

    @property
    def headline(self) -> Band:
        """The band that reports lead with."""
        return self.bands[0]

    @model_validator(mode="after")
    def _bands_are_ends_of_the_scale(self) -> Self:
        if len(set(self.grades)) != len(self.grades):
            raise ValueError("grades must all differ")
        for band in self.bands:
            if self.grades[-len(band.grades) :] != sorted(band.grades, key=self._rank):
                raise ValueError(f"band {band.name} must be the best grades of the scale, without a gap")
        if self.grades[: len(self.concern.grades)] != sorted(self.concern.grades, key=self._rank):
            raise ValueError("concern must be the worst grades of the scale, without a gap")
        return self

    def _rank(self, grade: str) -> int:
        return self.grades.index(grade) if grade in self.grades else -1


class Question(StrictModel):
    """One question of an audit tool whose answer is a grade."""

    question_id: Name
    label: str
    theme: str | None = None
    requirements: Requirements


class Tool(StrictModel):
    """An audit tool and its graded questions."""

    tool_id: str
    version: str
    questions: list[Question]


class AuditType(StrictModel):
    """A kind of audit, the tool it uses and what its results may be used for."""

    name: Name
    label: str
    tool_id: str
    look_back_months: Annotated[int, Field(ge=1)] | None = None
    counts_towards_coverage: bool
    counts_towards_estimates: bool
    requirements: Requirements


class Eligibility(StrictModel):
    """Which open cases may be drawn; what is left out is counted by reason."""

    statuses: Annotated[list[Name], Field(min_length=1)]
    open_at_least_days: Annotated[int, Field(ge=0)] = 0
    not_audited_within_months: Annotated[int, Field(ge=1)] | None = None
    leave_out_restricted: bool = True
    requirements: Requirements


class Moderation(StrictModel):
    """Which audits are moderated, and when."""

    random_share: Share = 0.0
    trigger_grades: list[str] = Field(default_factory=list)
    before_submission: bool = False
    moderator_sees_grade: bool = True
    every: Literal["month", "quarter"] = "month"
    requirements: Requirements


class Coverage(StrictModel):
    """A full count to reach: every open case audited, every practitioner observed and so on."""

    name: Name
    label: str
    of: Literal["open_cases", "frontline_staff"]
    counts: Literal["audit", "observation", "supervision"]
    times: Annotated[int, Field(ge=1)] = 1
    year: Literal["calendar", "financial"]
    roles: list[str] = Field(default_factory=list)
    requirements: Requirements


class Deadline(StrictModel):
    """Working days allowed from one event on an audit to another."""

    name: Name
    label: str
    from_event: Name
    to_event: Name
    working_days: Annotated[int, Field(ge=0)]
    grades: list[str] = Field(default_factory=list)
    requirements: Requirements


class Target(StrictModel):
    """A target for feedback: a share of the cases that closed in the period."""

    label: str
    share_of_closed: Share
    requirements: Requirements


class Assumption(StrictModel):
    """A reading chosen where the framework is silent or ambiguous; every report prints it as assumed."""

    name: Name
    reading: str
    because: str
    requirements: Requirements


class Framework(StrictModel):
    """One framework, whole."""

    framework: Name
    title: str
    source: str
    unit: Literal["child", "family", "carer", "authority"]
    words: Words = Field(default_factory=Words)
    scale: Scale
    tools: Annotated[list[Tool], Field(min_length=1)]
    audit_types: Annotated[list[AuditType], Field(min_length=1)]
    eligibility: Eligibility
    moderation: Moderation | None = None
    coverage: list[Coverage] = Field(default_factory=list)
    deadlines: list[Deadline] = Field(default_factory=list)
    survey_target: Target | None = None
    worthwhile_change: Annotated[float, Field(gt=0, lt=1)]
    assumptions: list[Assumption]

    @model_validator(mode="after")
    def _names_and_grades_are_known(self) -> Self:
        tools = {tool.tool_id for tool in self.tools}
        for audit_type in self.audit_types:
            if audit_type.tool_id not in tools:
                raise ValueError(f"audit type {audit_type.name} uses a tool that is not in tools")
        named = [("moderation.trigger_grades", self.moderation.trigger_grades)] if self.moderation else []
        named += [(f"deadline {deadline.name}", deadline.grades) for deadline in self.deadlines]
        for place, grades in named:
            unknown = sorted(set(grades) - set(self.scale.grades))
            if unknown:
                raise ValueError(f"{place} names grades off the scale: {', '.join(unknown)}")
        return self

    def audit_type(self, name: str) -> AuditType | None:
        """The audit type of that name, or None."""
        return next((kind for kind in self.audit_types if kind.name == name), None)

    def questions(self) -> dict[str, str]:
        """Label of each graded question of all tools, by its id."""
        return {question.question_id: question.label for tool in self.tools for question in tool.questions}


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
