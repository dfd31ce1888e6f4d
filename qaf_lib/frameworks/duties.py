"""Duties by role: who must do what, how often, and which records would show it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qaf_lib.frameworks.scale import Name, Requirements
from qaf_lib.strict_yaml import StrictModel

__all__ = ["Assumption", "Duty", "Every", "Evidence", "Indicator", "Source"]

Every = Literal["week", "month", "quarter", "half_year", "year", "two_years"]
Evidence = Literal[
    "audit",
    "moderation",
    "observation",
    "supervision",
    "pdr",
    "visit",
    "meeting",
    "report",
    "scrutiny",
    "rule",
    "log",
]


class Assumption(StrictModel):
    """A reading chosen where the framework is silent or ambiguous; every report prints it as assumed.

    An ambiguous word for how often (bi-annual, bi-monthly) carries its reading as `times` and `every`;
    duties name it as `how_often`, so that changing the reading here changes them all.
    """

    name: Name
    reading: str
    because: str
    times: Annotated[int, Field(ge=1)] | None = None
    every: Every | None = None
    requirements: Requirements

    @model_validator(mode="after")
    def _times_and_every_go_together(self) -> Self:
        if (self.times is None) != (self.every is None):
            raise ValueError(f"assumption {self.name}: times and every go together")
        return self


class Duty(StrictModel):
    """One duty of the framework's table, in the kit's own words.

    Attributes
    ----------
    duty_id : str
        The number or name it has in the framework's table; the duty log (`duty_event.duty_id`) uses it.
    roles : list of str
        Posts that hold it, as the staff table names them; with `as_post` the body or post that is no
        member of staff (Elected Members, a board).
    each : "post", "subject", "team" or "council"
        What one is expected of: every holder; every person in `subject_roles`; every team; once for all.
    evidence : str
        Records that show it: audits made by the holder, moderations, events of the duty log of that
        kind; `rule` where another rule of the framework counts it (`see`); `log` where nothing but
        an entry in the duty log can show it.
    times, every : int, str
        How often; left out where the framework gives no number ("ongoing", "as required").
    how_often : str
        Name of the assumption that reads an ambiguous word, instead of `times` and `every`.
    due_month : int
        Month by whose end a yearly duty is due; else at the end of its year.
    same_as : str
        The duty that this one repeats; counted once, shown under both.
    """

    duty_id: str
    label: str
    purpose: str | None = None
    roles: list[str] = Field(default_factory=list)
    as_post: str | None = None
    each: Literal["post", "subject", "team", "council"] = "post"
    subject_roles: list[str] = Field(default_factory=list)
    evidence: Evidence
    audit_types: list[Name] = Field(default_factory=list)
    see: str | None = None
    times: Annotated[int, Field(ge=1)] | None = None
    every: Every | None = None
    how_often: Name | None = None
    year: Literal["calendar", "financial"] = "financial"
    due_month: Annotated[int, Field(ge=1, le=12)] | None = None
    pro_rata: bool = True
    same_as: str | None = None
    shared_with: list[str] = Field(default_factory=list)
    requirements: Requirements

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if not self.roles and not self.as_post:
            raise ValueError(f"duty {self.duty_id} must name who holds it: roles or as_post")
        if (self.times is None) != (self.every is None):
            raise ValueError(f"duty {self.duty_id}: times and every go together")
        if self.how_often and self.times is not None:
            raise ValueError(f"duty {self.duty_id}: give times and every, or how_often, not both")
        if (self.evidence == "rule") != (self.see is not None):
            raise ValueError(f"duty {self.duty_id}: evidence rule and see go together")
        if (self.each == "subject") != bool(self.subject_roles):
            raise ValueError(f"duty {self.duty_id}: each subject and subject_roles go together")
        if self.due_month and self.every != "year":
            raise ValueError(f"duty {self.duty_id}: due_month is for duties due every year")
        return self


class Indicator(StrictModel):
    """A performance indicator the framework watches; its figures come with the `indicator` table."""

    indicator_id: str
    label: str
    target: Annotated[float, Field(ge=0, le=1)] | None = None
    better: Literal["higher", "lower"] = "higher"
    theme: str | None = None
    requirements: Requirements


class Source(StrictModel):
    """A source of evidence and the records that hold it: what fed this period, what did not.

    `table` names a table of the register; `kinds` limits it (kinds of feedback or of duty events, audit
    types); without a table the source is outside the kit's records and is listed as such.
    """

    name: Name
    label: str
    evidence: Literal["quantitative", "qualitative", "impact"]
    table: (
        Literal[
            "audit", "moderation", "duty_event", "feedback", "action", "project", "indicator", "escalation"
        ]
        | None
    ) = None
    kinds: list[str] = Field(default_factory=list)
    requirements: Requirements
