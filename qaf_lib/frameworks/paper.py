"""What the framework asks its reports, programme and action plans to look like."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from qaf_lib.frameworks.duties import Every
from qaf_lib.frameworks.scale import Name, Requirements
from qaf_lib.strict_yaml import StrictModel

__all__ = ["About", "ActionPlan", "Alias", "NotComputed", "Programme", "Report"]


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


class Heading(StrictModel):
    """One heading or column, in order."""

    label: str
    requirements: Requirements


class Report(StrictModel):
    """A report the framework asks for: its headings, how often, and who receives it."""

    name: Name
    label: str
    every: Every | None = None
    due_month: Annotated[int, Field(ge=1, le=12)] | None = None
    to: list[str] = Field(default_factory=list)
    headings: list[Heading] = Field(default_factory=list)
    requirements: Requirements


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
