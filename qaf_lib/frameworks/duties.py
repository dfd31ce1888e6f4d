"""Duties by role: who must do what, how often, and which records would show it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from qaf_lib.frameworks.counted import COUNTS
from qaf_lib.frameworks.scale import Name, Requirements
from qaf_lib.strict_yaml import StrictModel

__all__ = [
    "ACTION_RECORDS",
    "ACTION_SOURCES",
    "FEEDBACK_KINDS",
    "OTHER_RECORDS",
    "Assumption",
    "Duty",
    "Every",
    "Evidence",
    "Indicator",
    "Mechanism",
    "Source",
]

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
    "log",
]

FEEDBACK_KINDS = ("survey", "complaint", "compliment", "comment")
"""Kinds of feedback, which a duty's `shown_by` may name."""

ACTION_SOURCES = ("inspection", "incident_review", "scrutiny_panel", "board", "multi_agency", "observation")
"""Where actions came from, which `shown_by` may name as records of their own."""

ACTION_RECORDS = (
    *("actions_due", "action_news", "obstacles", "drafted_with_staff", "structural_actions"),
    *("guides_changed", "learning_held"),
    *ACTION_SOURCES,
    *("structural_news", "structural_obstacles", "agreed_by_board", "learning_routes"),
)
"""What `shown_by` may name of actions, beside `action_plan`."""

OTHER_RECORDS = (
    *("good_practice", "signed_off", "learning_needs", "needs_discussed", "closures", "audits_asked_for"),
    *("worker_changes", "team_changes", "feedback_days", "reports_considered", "reflections", "worker_part"),
    *("family_views", "work_shared", "work_agreed", "trainings_led"),
    *("court_papers", "evaluations_weighed"),
    *ACTION_RECORDS,
)
"""Other records that `shown_by` may name: good practice, reports checked, learning needs seen and discussed,
closures that an audit asked about, audits asked for, cases that changed worker or team, days to feedback,
reports considered, observations reflected on, audits with the worker and with the family's views, work that
others shared in and work agreed, trainings led, learning that held, court papers checked, evaluations that
say what was spent or saved, actions due, with news, blocked, drafted with staff, on how things work, on a
policy or guide, agreed by the board, with a route to learning, and actions by source."""


class Assumption(StrictModel):
    """A reading chosen where the framework is silent or ambiguous; every report prints it as assumed.

    An ambiguous word for how often (bi-annual, bi-monthly) carries its reading as `times` and `every`;
    duties name it as `assumed`, so that changing the reading here changes them all. What rests on an
    assumption is shown with its state and is never a breach.
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
    method : str
        How it is done, where the framework's own table says so.
    roles : list of str
        Posts that hold it, as the staff table names them; with `as_post` the body or post that is no
        member of staff (Elected Members, a board).
    each : "post", "subject", "team", "locality" or "council"
        What one is expected of: every holder; every person in `subject_roles`; every team; every locality of
        the team table; once for all, whoever makes the audits that show it.
    newly_qualified : bool
        Of the people in `subject_roles` or `of_roles` only those who are newly qualified in the period.
    of_roles : list of str
        Of the people whom rules of coverage in `shown_by` count, and of the owners of its `obstacles`, only
        those in these posts.
    evidence : str, optional
        Records of its own that show it: audits made by the holder, moderations, events of the duty log of
        that kind; `log` where any entry in the duty log under its id shows it.
    audit_types : list of str
        Types of audit that show it; of a duty that the log or a list shows, the types that it asks for.
    shown_by : list of str
        What else shows it, by name: rules that are counted elsewhere (coverage, longest gaps, lists,
        deadlines, follow-ups, indicators, `report_` and a report's name, survey_target, escalation,
        moderation, action_plan, `actions_of_` and an audit type's name), whose state it takes where it has no
        records of its own; and audit questions, instruments, kinds of feedback, `escalation_of_` and a status
        and `OTHER_RECORDS`, which put something on record.
    times, every : int, str
        How often; left out where the framework gives no number ("ongoing", "as required").
    assumed : str
        The assumption that its number rests on; without `times` the assumption's own `times` and `every`.
    excused_months : list of int
        Months (1 to 12) in which it is not asked.
    leave_out_services, leave_out_teams : list of str
        Services and teams whose people and teams do not hold it.
    exercise : bool
        Audits with one `exercise_id` count as one.
    teams_named : str
        Only audits of cases of teams whose name begins so show it.
    with_worker : bool
        Only audits in which the worker took part show it.
    due_month : int
        Month by whose end a yearly duty is due; else at the end of its year.
    lasts_months : int
        Months that what the duty earns (a status, an award) lasts from the day of its record.
    same_as : str
        The duty that this one repeats; counted once, shown under both.
    not_held : str
        What the duty asks that no record holds, after "No record holds"; printed behind its state.
    """

    duty_id: str
    label: str
    purpose: str | None = None
    method: str | None = None
    roles: list[str] = Field(default_factory=list)
    as_post: str | None = None
    each: Literal["post", "subject", "team", "locality", "council"] = "post"
    subject_roles: list[str] = Field(default_factory=list)
    newly_qualified: bool = False
    of_roles: list[str] = Field(default_factory=list)
    evidence: Evidence | None = None
    audit_types: list[Name] = Field(default_factory=list)
    shown_by: list[str] = Field(default_factory=list)
    times: Annotated[int, Field(ge=1)] | None = None
    every: Every | None = None
    assumed: Name | None = None
    year: Literal["calendar", "financial"] = "financial"
    due_month: Annotated[int, Field(ge=1, le=12)] | None = None
    pro_rata: bool = True
    excused_months: list[Annotated[int, Field(ge=1, le=12)]] = Field(default_factory=list)
    leave_out_services: list[str] = Field(default_factory=list)
    leave_out_teams: list[str] = Field(default_factory=list)
    exercise: bool = False
    teams_named: str | None = None
    with_worker: bool = False
    lasts_months: Annotated[int, Field(ge=1)] | None = None
    same_as: str | None = None
    not_held: str | None = None
    shared_with: list[str] = Field(default_factory=list)
    requirements: Requirements

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if not self.roles and not self.as_post:
            raise ValueError(f"duty {self.duty_id} must name who holds it: roles or as_post")
        if (self.times is None) != (self.every is None):
            raise ValueError(f"duty {self.duty_id}: times and every go together")
        if self.evidence is None and not self.shown_by:
            raise ValueError(f"duty {self.duty_id} must say what shows it: evidence or shown_by")
        if (self.exercise or self.teams_named or self.with_worker) and self.evidence != "audit":
            raise ValueError(
                f"duty {self.duty_id}: exercise, teams_named and with_worker are for duties that audits show"
            )
        if (self.each == "subject") != bool(self.subject_roles):
            raise ValueError(f"duty {self.duty_id}: each subject and subject_roles go together")
        if self.newly_qualified and self.each != "subject" and not self.of_roles:
            raise ValueError(
                f"duty {self.duty_id}: newly_qualified is for duties of each subject, or with of_roles"
            )
        if self.due_month and self.every != "year":
            raise ValueError(f"duty {self.duty_id}: due_month is for duties due every year")
        return self

    @property
    def holder(self) -> str:
        """Who holds it, in words."""
        return self.as_post or ", ".join(self.roles)

    @property
    def posts(self) -> set[str]:
        """The posts that hold it: those in the staff table, and the one that stands for a body outside it."""
        return {*self.roles, *([self.as_post] if self.as_post else [])}


class Indicator(StrictModel):
    """A performance indicator the framework watches; its figures come with the `indicator` table.

    `assumed` names the assumption that the target rests on, where the document names none. `computed` names
    the count that the kit makes itself in Annex A (`counted.COUNTS`), for periods without a figure.
    """

    indicator_id: str
    label: str
    computed: Name | None = None
    target: Annotated[float, Field(ge=0, le=1)] | None = None
    assumed: Name | None = None
    better: Literal["higher", "lower"] = "higher"
    theme: str | None = None
    requirements: Requirements

    @model_validator(mode="after")
    def _is_one_of_the_kit_s_counts(self) -> Self:
        if self.computed is not None and self.computed not in COUNTS:
            raise ValueError(
                f"indicator {self.indicator_id}: computed must be one of {', '.join(COUNTS)}; "
                f"got {self.computed}"
            )
        return self


class Source(StrictModel):
    """A source of evidence and the records that hold it: what fed this period, what did not.

    `table` names a table of the register; `kinds` limits it (kinds of feedback or of duty events, audit
    types), and `of` to duties of the duty log, forms of feedback or indicators, by their ids; without a table
    the source is outside the kit's records and is listed as such.
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
    of: list[str] = Field(default_factory=list)
    requirements: Requirements


class Mechanism(StrictModel):
    """One of the framework's ways of assuring quality: when it was last used and when it is next due.

    `sources` and `duties` name the records that show it; duties with a number and rules of `coverage` say how
    often and what is next.
    """

    label: str
    sources: list[Name] = Field(default_factory=list)
    duties: list[str] = Field(default_factory=list)
    coverage: list[Name] = Field(default_factory=list)
    requirements: Requirements
