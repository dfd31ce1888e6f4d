"""What the rows of a table are held against beside their types."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from qaf_lib.caseload.labels import CouncilWords
from qaf_lib.frameworks import Framework

__all__ = ["Rules"]


@dataclass(frozen=True)
class Rules:
    """The framework, and what other tables and the day allow.

    No event may lie after `latest`. A caseload is that of the day `as_at`. `teams` gives a team's
    reference by its folded names, `tools` the tool of each sound audit; `audits_set_aside` are references
    of the others. `actions` are the actions that came. `council` has the words of the council's own tables.
    `names` are keys of people's names and references: no fault names a word among them.
    """

    framework: Framework
    latest: date
    as_at: date | None = None
    teams: Mapping[str, str] | None = None
    tools: Mapping[str, str] | None = None
    audits_set_aside: Collection[str] = ()
    actions: Collection[str] | None = None
    council: CouncilWords = field(default_factory=CouncilWords)
    names: Collection[str] = ()
