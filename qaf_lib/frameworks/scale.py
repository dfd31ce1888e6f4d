"""What a framework calls its things, the scale it grades on, and what it wants of the grades."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from qaf_lib.strict_yaml import StrictModel

__all__ = ["Band", "GradeTarget", "Name", "Points", "Requirements", "Scale", "Share", "Words"]

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[float, Field(ge=0, le=1)]
Requirements = Annotated[
    list[Annotated[str, Field(pattern=r"^[A-Z]{3}-[1-9]\d*$")]], Field(default_factory=list)
]


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
    child: str = "child"
    children: str = "children"
    family: str = "family"
    families: str = "families"
    worker: str = "worker"
    workers: str = "workers"
    division: str = "division"
    divisions: str = "divisions"
    leaders: str = "Senior Leadership Team"


class Band(StrictModel):
    """A named part of the scale, such as good or better."""

    name: Name
    label: str
    grades: Annotated[list[str], Field(min_length=1)]


class GradeTarget(StrictModel):
    """What the framework wants of its grades: at most a tenth inadequate, at least two fifths good.

    `band` names the scale's first band or its concern, with which reports lead; exactly one of `at_most` and
    `at_least` (fractions).
    """

    band: Name
    at_most: Share | None = None
    at_least: Share | None = None
    requirements: Requirements

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError(f"target {self.band} must have exactly one of at_most and at_least")
        return self


class Threshold(StrictModel):
    """The least share of the points (fraction) that earns a grade."""

    grade: str
    at_least: Annotated[float, Field(gt=0, le=1)]


class Points(StrictModel):
    """How records that hold points become grades: a percentage is out of 100, a score out of its total.

    A score earns the best grade whose threshold it reaches, and the worst grade where it reaches none.
    """

    out_of: Annotated[float, Field(gt=0)]
    thresholds: Annotated[list[Threshold], Field(min_length=1)]

    def grade_of(self, score: Fraction) -> str | None:
        """The grade that so many points reach; None where they reach no threshold.

        Examples
        --------
        >>> points = Points(out_of=32, thresholds=[Threshold(grade="pass", at_least=0.9)])
        >>> points.grade_of(Fraction(29)), points.grade_of(Fraction(28))
        ('pass', None)
        """
        share = score / Fraction(str(self.out_of))
        reached = [step for step in self.thresholds if share >= Fraction(str(step.at_least))]
        return reached[-1].grade if reached else None


class Scale(StrictModel):
    """Grades from worst to best; the first band is the headline, `concern` the lowest end."""

    grades: Annotated[list[str], Field(min_length=2)]
    bands: Annotated[list[Band], Field(min_length=1)]
    concern: Band
    points: Points | None = None
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

    @model_validator(mode="after")
    def _points_lead_to_every_grade(self) -> Self:
        if self.points is None:
            return self
        steps = self.points.thresholds
        if [step.grade for step in steps] != self.grades[1:]:
            raise ValueError("points.thresholds must name every grade but the worst, from worse to better")
        if any(low.at_least >= high.at_least for low, high in pairwise(steps)):
            raise ValueError("points.thresholds must rise from grade to grade")
        if any(grade.replace(".", "").isdigit() for grade in self.grades):
            raise ValueError("grades that are numbers cannot be told from points; give them words")
        return self

    def _rank(self, grade: str) -> int:
        return self.grades.index(grade) if grade in self.grades else -1
