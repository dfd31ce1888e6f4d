"""The draws that a parameter file asks for: of which size, from which cases, spread over what."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import pandas as pd
from pydantic import BeforeValidator, Field, model_validator

from qaf_lib.frameworks import Framework
from qaf_lib.frameworks.scale import Name
from qaf_lib.strict_yaml import StrictModel

__all__ = [
    "EACH_STRATUM",
    "SIZES",
    "DrawPlan",
    "Fraction",
    "FromAudited",
    "FromPlans",
    "is_second_look",
    "refuse_unknown",
]


def _fraction(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"must be a fraction between 0 and 1; got {value}")
    if not 0 < value < 1:
        written = f"{value / 100:.2f}" if value == round(value) else f"{value / 100:g}"
        hint = f". For {value} points write {written}" if 1 <= value <= 99 else ""
        raise ValueError(f"must be a fraction between 0 and 1; got {value}{hint}")
    return float(value)


def _count(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"must be a whole number of cases, at least 1; got {value}")
    return value


def _true(value: object) -> object:
    if value is not True:
        raise ValueError(f"must be true, or be left out; got {value}")
    return value


Fraction = Annotated[float, BeforeValidator(_fraction)]
MaybeFraction = Annotated[float | None, BeforeValidator(_fraction)]
Count = Annotated[int, BeforeValidator(_count)]
MaybeCount = Annotated[int | None, BeforeValidator(_count)]
Stratifier = Literal["service", "team_id", "status", "worker_id"]

SIZES = (
    "margin_of_error",
    "share_of_cases",
    "cases",
    "cases_per_stratum",
    "share_per_stratum",
    "discover",
    "improvement",
    "every_case",
)
"""The keys of which a draw has exactly one: what its size follows from."""

EACH_STRATUM = ("cases_per_stratum", "share_per_stratum", "every_case")
"""Sizes that say of each stratum how many of its cases are drawn."""

_ONE_LIST = ("cases", "discover")


class FromAudited(StrictModel):
    """Cases to look at again: those audited in the months before the draw's days, by their last such audit.

    Without `grades` it is whatever grade they had.
    """

    audit_type: str
    grades: list[str] = Field(default_factory=list)
    within_months: Annotated[int, Field(ge=1)]


class FromPlans(StrictModel):
    """Cases that had a plan of a kind on any day of the months before the caseload's day, open or not."""

    kind: Literal["cin", "cp", "cla", "early_help"]
    within_months: Annotated[int, Field(ge=1)]


class DrawPlan(StrictModel):
    """One draw of the period, or one a month of it: how large, from which cases, and what it is spread over.

    Exactly one size. `margin_of_error` is the half-width wanted of a share's interval; `share_of_cases` a
    share of those that may be drawn, and `share_per_stratum` of each stratum's, rounded up; `cases` a number,
    and `cases_per_stratum` one of each stratum's, or another for the strata that `cases_in` names; `discover`
    the share of cases with a problem that must not be missed; `improvement` the rise, from `expected_share`,
    that as many cases at re-audit would show four times in five; `every_case` takes them all.

    `spread_over` puts each stratum's list in the order of teams or workers and takes every k-th case, so that
    every case has the same chance and of nobody's cases more are drawn than their share, rounded up.

    A draw `from_audited` cases is a second look: it speaks of the cases audited, never of practice. Several
    draws of one audit type in a period have each a `name`.
    """

    audit_type: str
    name: Name | None = None
    every: Literal["month"] | None = None
    margin_of_error: MaybeFraction = None
    share_of_cases: MaybeFraction = None
    cases: MaybeCount = None
    cases_per_stratum: MaybeCount = None
    cases_in: dict[str, Count] = Field(default_factory=dict)
    share_per_stratum: MaybeFraction = None
    discover: MaybeFraction = None
    improvement: MaybeFraction = None
    every_case: Annotated[Literal[True] | None, BeforeValidator(_true)] = None
    from_audited: FromAudited | None = None
    from_plans: FromPlans | None = None
    leave_out_services: list[str] = Field(default_factory=list)
    leave_out_teams: list[str] = Field(default_factory=list)
    confidence: Fraction = 0.95
    expected_share: Fraction = 0.5
    return_rate: Annotated[float, Field(gt=0, le=1)] = 1.0
    strata: list[Stratifier] | None = None
    spread_over: Literal["team_id", "worker_id"] | None = None
    minimum_per_stratum: Annotated[int, Field(ge=1)] = 2
    reserves_per_stratum: Annotated[int, Field(ge=0)] = 0
    weight_for_nonresponse: Literal["service", "team_id", "status"] | None = None

    @model_validator(mode="after")
    def _has_one_size(self) -> Self:
        given = [key for key in SIZES if getattr(self, key) is not None]
        if len(given) != 1:
            came = " and ".join(given) or "none"
            raise ValueError(f"must give exactly one size; got {came}. Write one of: {', '.join(SIZES)}")
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for broken, words in (
            (self.from_audited and self.from_plans, "draws from_audited or from_plans, not from both"),
            (
                self.size in ("cases_per_stratum", "share_per_stratum") and not self.spread,
                f"{self.size} needs strata. Name them, or write cases or share_of_cases",
            ),
            (self.cases_in and self.cases_per_stratum is None, "cases_in goes with cases_per_stratum"),
            (
                self.every and self.every_case,
                "every_case takes every case once in the period. Leave every: month out",
            ),
            (
                self.return_rate < 1 and self.size in EACH_STRATUM,
                f"return_rate does not go with {self.size}. Leave it out",
            ),
            (
                self.improvement is not None and self.expected_share + self.improvement > 1,
                "improvement and expected_share are more than 1 together. Write a smaller improvement",
            ),
            (
                self.spread_over and (self.spread_over in self.spread or self.reserves_per_stratum),
                "spread_over goes with no reserves, and with strata of other columns",
            ),
        ):
            if broken:
                raise ValueError(words)
        return self

    @property
    def size(self) -> str:
        """The key that says how large the draw is."""
        return next(key for key in SIZES if getattr(self, key) is not None)

    @property
    def spread(self) -> list[Stratifier]:
        """The columns whose values make strata: the service, but for sizes and frames of one list."""
        if self.strata is not None:
            return self.strata
        return [] if self.size in _ONE_LIST or self.from_audited or self.from_plans else ["service"]

    @property
    def least(self) -> int:
        """Least number of cases of a stratum: of one list as few as are asked for."""
        return 1 if self.cases is not None and not self.spread else self.minimum_per_stratum

    @property
    def purpose(self) -> str:
        """What it is recorded as being for, in each period alike.

        Examples
        --------
        >>> DrawPlan(audit_type="case_file", cases=4, name="court").purpose
        'estimate: court'
        """
        base = "estimate" if self.from_audited is None else _SECOND_LOOK
        if self.from_plans is not None:
            base = f"{base} of {self.from_plans.kind} plans"
        return base if self.name is None else f"{base}: {self.name}"

    @property
    def estimates(self) -> bool:
        """Whether it can speak of practice: a second look at audited cases speaks of those alone."""
        return self.from_audited is None


_SECOND_LOOK = "second look"


def is_second_look(purposes: pd.Series) -> pd.Series:
    """Whether draws recorded with these purposes speak of audited cases alone."""
    return purposes.str.startswith(_SECOND_LOOK).fillna(False).astype(bool)


def refuse_unknown(plans: list[DrawPlan], rules: Framework) -> None:
    """Refuse draws that name what the framework has not, or that nothing tells apart."""
    types, grades = [kind.name for kind in rules.audit_types], rules.scale.grades
    for index, plan in enumerate(plans):
        place, again = f"draws[{index}]", plan.from_audited
        named = [("audit_type", [plan.audit_type], types)]
        if again is not None:
            named.append(("from_audited.audit_type", [again.audit_type], types))
            named.append(("from_audited.grades", again.grades, grades))
        for key, words, known in named:
            for word in words:
                if word not in known:
                    raise ValueError(
                        f"{place}.{key} {word!r} is not in framework {rules.framework}. "
                        f"Name one of: {', '.join(known)}"
                    )
        if (plan.audit_type, plan.name) in [(one.audit_type, one.name) for one in plans[:index]]:
            raise ValueError(
                f"draws names an audit type twice. Give {place} of {plan.audit_type} a name of its own"
            )
