"""Rules about which cases are looked at, by whom, and what must follow by when."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qaf_lib.frameworks.scale import Name, Requirements, Share
from qaf_lib.strict_yaml import StrictModel

__all__ = [
    "CensusList",
    "Coverage",
    "Deadline",
    "Eligibility",
    "Escalation",
    "FollowUp",
    "Independence",
    "Instrument",
    "Item",
    "LongestGap",
    "Moderation",
    "Stage",
    "Target",
    "Trained",
    "WorkerFollowUp",
]

Year = Literal["calendar", "financial"]


class Eligibility(StrictModel):
    """Which open cases may be drawn; what is left out is counted by reason."""

    statuses: Annotated[list[Name], Field(min_length=1)]
    open_at_least_days: Annotated[int, Field(ge=0)] = 0
    not_audited_within_months: Annotated[int, Field(ge=1)] | None = None
    leave_out_restricted: bool = True
    requirements: Requirements


class Stage(StrictModel):
    """One step of moderation, in order: the line manager's look, a peer's, the moderator's."""

    name: Name
    label: str
    by_roles: list[str] = Field(default_factory=list)
    requirements: Requirements


class Moderation(StrictModel):
    """Which audits are moderated, by whom and when; `stages` in order where there are several.

    Of `senior_leaders` the share of moderated audits that they looked at is counted. Draws of the audit type
    `drawn_as` pick completed audits to be looked at again: nobody audits those cases anew.
    """

    random_share: Share = 0.0
    trigger_grades: list[str] = Field(default_factory=list)
    before_submission: bool = False
    moderator_sees_grade: bool = True
    by_roles: list[str] = Field(default_factory=list)
    senior_leaders: list[str] = Field(default_factory=list)
    every: Literal["month", "quarter"] = "month"
    stages: list[Stage] = Field(default_factory=list)
    drawn_as: Name | None = None
    requirements: Requirements


class Independence(StrictModel):
    """Who may not audit which case; peers audit another team's, tiered auditors hold another role.

    With `roles` it binds only auditors in those roles. `within_division` keeps auditors in their division.
    """

    audit_types: Annotated[list[Name], Field(min_length=1)]
    roles: list[str] = Field(default_factory=list)
    mode: Literal["any", "peer", "tiered", "self"] = "any"
    not_own_case: bool = True
    not_own_team: bool = False
    not_own_service: bool = False
    within_division: bool = False
    requirements: Requirements


class Coverage(StrictModel):
    """A full count to reach: every open case audited, every practitioner observed and so on.

    `of` case_holders are people who hold an open case; staff and frontline_staff are those in `roles`;
    closures are cases closed or transferred in the period. `newly_qualified` leaves it to people who are so
    in the period. `times_part_time` is asked of people below
    full time; times are pro rata for people in post for part of the year where `pro_rata` says so.
    `by_roles` are the roles whose observations count; `after_observation` counts a yearly review only where
    the person was observed in the year before it was held. `assumed` names the assumption that the number
    rests on, where the document names none: it is shown and never a breach. `hours_per_audit` is assumed
    where the council has not measured it; it says whether the auditors' hours can reach everybody.
    """

    name: Name
    label: str
    of: Literal["open_cases", "case_holders", "frontline_staff", "closures"]
    counts: Literal["audit", "observation", "supervision", "pdr"]
    audit_types: list[Name] = Field(default_factory=list)
    times: Annotated[int, Field(ge=1)] = 1
    times_part_time: Annotated[int, Field(ge=1)] | None = None
    pro_rata: bool = False
    year: Year
    roles: list[str] = Field(default_factory=list)
    newly_qualified: bool = False
    by_roles: list[str] = Field(default_factory=list)
    after_observation: bool = False
    hours_per_audit: Annotated[float, Field(gt=0)] = 4.0
    assumed: Name | None = None
    requirements: Requirements

    @model_validator(mode="after")
    def _what_is_counted_fits(self) -> Self:
        if self.of in ("open_cases", "closures") and self.counts != "audit":
            raise ValueError(f"coverage {self.name} of {self.of} counts audits; got {self.counts}")
        if self.of == "frontline_staff" and not self.roles:
            raise ValueError(f"coverage {self.name} must name the roles it is about")
        if self.after_observation and self.counts != "pdr":
            raise ValueError(f"coverage {self.name}: after_observation is for counts pdr; got {self.counts}")
        return self


class LongestGap(StrictModel):
    """The most days that may pass between two events of a person: supervision of newly qualified staff."""

    name: Name
    label: str
    of: Literal["newly_qualified", "staff"]
    roles: list[str] = Field(default_factory=list)
    event: Literal["supervision", "observation"]
    days: Annotated[int, Field(ge=1)]
    assumed: Name | None = None
    requirements: Requirements


class CensusList(StrictModel):
    """Cases that must all be looked at: short or long plans, repeat plans, placements out of the area.

    Exactly one condition. `neglect` lists running plans of cases with that flag, `admitted` plans (of
    children in care: entries to care) that began in the period, in an emergency or planned. Months are whole
    calendar months from the start of the plan (or of the case, for early help) to its end or to the last day
    of the period. `inclusive` says which side of the boundary counts: with open_at_least_months 18, exactly
    18 months is on the list when true; with ended_within_months 3, exactly 3 months is on it when true;
    `boundary_assumed` names the assumption where that side is the kit's reading.
    """

    name: Name
    label: str
    plan_kind: Literal["cin", "cp", "cla", "early_help"]
    ended_within_months: Annotated[int, Field(ge=1)] | None = None
    open_at_least_months: Annotated[int, Field(ge=1)] | None = None
    previous_at_least: Annotated[int, Field(ge=1)] | None = None
    out_of_area: bool = False
    neglect: bool = False
    admitted: Literal["emergency", "planned"] | None = None
    inclusive: bool
    boundary_assumed: Name | None = None
    teams_named: str | None = None
    every: Literal["week", "month", "quarter", "half_year"]
    looked_at_by: Name | None = None
    requirements: Requirements

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        asked = [self.ended_within_months, self.open_at_least_months, self.previous_at_least, self.admitted]
        if sum(part is not None for part in asked) + self.out_of_area + self.neglect != 1:
            raise ValueError(f"census list {self.name} must have exactly one condition")
        return self


class Deadline(StrictModel):
    """By when something must follow on audits, feedback or events of the duty log.

    Either `working_days` from one event to another, or `by` the last day of the month of `from_event`, or by
    the next supervision on record of the person whom an event of the duty log was about.
    `from_event` and `to_event` are date columns of that table; `grades` limits it to audits so graded,
    `kinds` to kinds of feedback or event. An audit whose `extended_to` says so may come later, by
    `extension_working_days` at the most.
    """

    name: Name
    label: str
    of: Literal["audit", "feedback", "duty_event"] = "audit"
    from_event: Name
    to_event: Name
    working_days: Annotated[int | None, Field(ge=0)] = None
    by: Literal["month_end", "next_supervision"] | None = None
    extension_working_days: Annotated[int | None, Field(ge=1)] = None
    grades: list[str] = Field(default_factory=list)
    kinds: list[str] = Field(default_factory=list)
    assumed: Name | None = None
    requirements: Requirements

    @model_validator(mode="after")
    def _one_last_day(self) -> Self:
        if (self.working_days is None) == (self.by is None):
            raise ValueError(
                f"deadline {self.name} must give working_days, or by: month_end or next_supervision "
                "instead of it"
            )
        if self.by == "next_supervision" and self.of != "duty_event":
            raise ValueError(f"deadline {self.name}: by: next_supervision is for duty_event; got {self.of}")
        if self.extension_working_days and self.of != "audit":
            raise ValueError(f"deadline {self.name}: extension_working_days is for audits; got {self.of}")
        return self


class FollowUp(StrictModel):
    """What must be recorded of audits, without a number of days: told, discussed, put on the file.

    `grades` limits it to audits so graded, `action_needed` to audits that asked for an action. Event
    escalation is that the audit was told to one of `by_posts`, so that who must follow up follows from the
    grade and not from a list.
    """

    name: Name
    label: str
    event: Literal[
        "feedback_on", "supervision_on", "recorded_on_file_on", "submitted_on", "returned_on", "escalation"
    ]
    audit_types: list[Name] = Field(default_factory=list)
    grades: list[str] = Field(default_factory=list)
    action_needed: bool = False
    by_posts: list[str] = Field(default_factory=list)
    requirements: Requirements

    @model_validator(mode="after")
    def _posts_are_told(self) -> Self:
        if self.by_posts and self.event != "escalation":
            raise ValueError(f"follow-up {self.name}: by_posts is for event escalation; got {self.event}")
        return self


class WorkerFollowUp(StrictModel):
    """What every nth low grade of a worker asks for: a letter each, a meeting after three.

    It is done by an entry of the duty log under `duty_id` about that worker, on the day of the audit or
    later. Low grades are counted over `within_months`. Listed in the vault alone.
    """

    name: Name
    label: str
    grades: Annotated[list[str], Field(min_length=1)]
    nth: Annotated[int, Field(ge=1)] = 1
    within_months: Annotated[int, Field(ge=1)] = 12
    duty_id: str
    audit_types: list[Name] = Field(default_factory=list)
    requirements: Requirements


class Trained(StrictModel):
    """The training (`duty_id`) that auditors, moderators or staff should have, and how many there should be.

    A training counts for `within_months` (for good where none is named); `roles` limits it to posts, and
    says who is meant by staff, where it is not everybody. Everybody in such a post should have it; who has
    not is a restricted list.
    """

    name: Name
    label: str
    who: Literal["auditors", "moderators", "staff", "everybody"]
    duty_id: str
    at_least: Annotated[int | None, Field(ge=1)] = None
    within_months: Annotated[int | None, Field(ge=1)] = None
    roles: list[str] = Field(default_factory=list)
    requirements: Requirements

    @model_validator(mode="after")
    def _staff_are_named(self) -> Self:
        if self.who == "staff" and not self.roles:
            raise ValueError(
                f"trained {self.name}: staff are those in roles, so roles must be named; for all staff: "
                "who: everybody"
            )
        if self.who == "everybody" and self.roles:
            raise ValueError(f"trained {self.name}: everybody is in no roles; for some roles: who: staff")
        return self


class Tier(StrictModel):
    """One step of an escalation ladder: who is told, and within how many working days (0 is the same day)."""

    tier: Annotated[int, Field(ge=1)]
    posts: Annotated[list[str], Field(min_length=1)]
    working_days: Annotated[int, Field(ge=0)]
    assumed: Name | None = None
    requirements: Requirements


class Escalation(StrictModel):
    """Who is told of a serious concern that an audit finds. This table alerts nobody."""

    label: str
    tiers: Annotated[list[Tier], Field(min_length=1)]
    requirements: Requirements


class Item(StrictModel):
    """One question of a survey form."""

    name: Name
    label: str
    theme: str | None = None
    requirements: Requirements


class Instrument(StrictModel):
    """One way in which families, children or staff say what they think, with its questions."""

    name: str
    label: str
    respondent: str | None = None
    every: Literal["quarter", "year"] = "quarter"
    items: list[Item] = Field(default_factory=list)
    requirements: Requirements


class Target(StrictModel):
    """A target for feedback: a share of the cases that closed in the period."""

    label: str
    share_of_closed: Share
    requirements: Requirements
