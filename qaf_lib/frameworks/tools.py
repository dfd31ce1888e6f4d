"""Standards, audit tools with their questions, and the kinds of audit."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qaf_lib.frameworks.report_formats import Answered
from qaf_lib.frameworks.scale import Name, Requirements
from qaf_lib.strict_yaml import StrictModel

__all__ = ["NOT_APPLICABLE", "AuditType", "OnlyFor", "Question", "Standard", "TagGroup", "Tool"]

StandardSource = Literal[
    "statutory", "regulatory", "national performance", "local performance", "good practice"
]
Kind = Literal[
    "compliance",
    "process",
    "system",
    "case_file",
    "thematic",
    "collaborative",
    "ad_hoc",
    "supervision_file",
    "closure",
    "conference_record",
    "review_record",
    "carer_file",
    "multi_agency",
    "commissioned",
    "dip_sample",
    "inspection",
]


NOT_APPLICABLE = ("not applicable", "n/a", "na")
"""What says that a check does not apply to a case, in lower case."""


class Standard(StrictModel):
    """One standard that practice is judged against, and where it comes from."""

    standard_id: Name
    label: str
    source: StandardSource
    requirements: Requirements


class Tag(Answered):
    """One line of a list of the framework's own, and the figures that say something of it."""

    name: Name


class TagGroup(StrictModel):
    """A list of the framework's own: focus areas, principles, outcomes, goals."""

    name: Name
    label: str
    tags: Annotated[list[Tag], Field(min_length=1)]
    requirements: Requirements


class OnlyFor(StrictModel):
    """The cases that a question is for: those of these statuses and, where both are named, these services."""

    statuses: list[str] = Field(default_factory=list)
    services: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if not self.statuses and not self.services:
            raise ValueError("only_for must name statuses or services")
        return self


class Question(StrictModel):
    """One check of an audit tool.

    `answers` from worst to best; where it is left out the answer is a grade of the scale. `evidence` says
    where the answer comes from: most come from the case file, some from a service's return, a survey,
    a register or a yearly self-assessment, and those are never asked in a case audit. `only_for` leaves it
    to some cases, `at_closing` to those that have closed by the day of the audit; `must_answer` asks for an
    answer in every audit it is for; `look_back_months` is how far back it looks, where that is not how far
    back its audit type does. With `of_everybody` the framework wants
    the best answer in every case, so a duty that it shows is held against all that were asked.
    """

    question_id: Name
    label: str
    theme: str | None = None
    standard_id: Name | None = None
    dimension: Literal["process", "outcome"] | None = None
    evidence: Literal["case_file", "return", "survey", "register", "self_assessment"] = "case_file"
    answers: list[str] = Field(default_factory=list)
    look_back_months: Annotated[int, Field(ge=1)] | None = None
    only_for: OnlyFor | None = None
    at_closing: bool = False
    must_answer: bool = False
    of_everybody: bool = False
    requirements: Requirements

    @property
    def scale(self) -> list[str]:
        """The answers that say how well, worst first; none where the answer is a grade."""
        return [answer for answer in self.answers if answer.lower() not in NOT_APPLICABLE]

    @model_validator(mode="after")
    def _is_asked(self) -> Self:
        of_audits = (self.must_answer, self.only_for, self.look_back_months, self.of_everybody)
        if self.evidence != "case_file" and any(of_audits):
            raise ValueError(
                f"question {self.question_id} is never asked in an audit (evidence: {self.evidence}), so it "
                "has no must_answer, only_for, look_back_months or of_everybody"
            )
        return self


class Tool(StrictModel):
    """An audit tool: its version, the kinds of standard behind it and its questions.

    `blank_refused` is `must_answer` of every question: one that does not apply is answered "not applicable"
    and never left empty.
    """

    tool_id: str
    version: str
    label: str | None = None
    blank_refused: bool = False
    questions: Annotated[list[Question], Field(min_length=1)]
    requirements: Requirements

    @property
    def asked(self) -> list[Question]:
        """The questions that an audit answers."""
        return [question for question in self.questions if question.evidence == "case_file"]

    @property
    def required(self) -> list[Question]:
        """The questions that no audit they are for may leave blank."""
        return [question for question in self.asked if question.must_answer or self.blank_refused]


class AuditType(StrictModel):
    """A kind of audit, the tool it uses and what its results may be used for.

    Themed, ad hoc and other chosen audits never count towards estimates, whatever is written here:
    that follows from how each case was selected. `looks_again_at` names the audit type whose cases this one
    looks at with another tool, so that the two grades are compared.
    """

    name: Name
    label: str
    kind: Kind = "case_file"
    tool_id: str
    selection: Literal["random", "panel", "census", "themed", "ad_hoc", "spot_check", "top_up"] = "random"
    look_back_months: Annotated[int, Field(ge=1)] | None = None
    looks_again_at: Name | None = None
    saved_to_record: bool = True
    counts_towards_coverage: bool
    counts_towards_estimates: bool
    requirements: Requirements

    @model_validator(mode="after")
    def _chosen_cases_are_no_estimate(self) -> Self:
        if self.counts_towards_estimates and self.selection in ("themed", "ad_hoc", "spot_check", "top_up"):
            raise ValueError(
                f"audit type {self.name} is chosen ({self.selection}), so counts_towards_estimates must be "
                "false"
            )
        return self
