"""What a framework calls its things, and the scale it grades on."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from qaf_lib.strict_yaml import StrictModel

__all__ = ["Band", "Name", "Requirements", "Scale", "Share", "Words"]

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
