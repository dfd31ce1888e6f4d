"""What an answer is asked about: a period, the days of a report, and the heading."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from qaf_lib.display.words import count_words
from qaf_lib.period import OpenPeriod

__all__ = ["Asked", "are", "named"]

_LISTED = 3


@dataclass(frozen=True)
class Asked:
    """Days of a report within a period, and the heading: its words and what its answers are `of`."""

    period: OpenPeriod
    start: date
    end: date
    names: tuple[str, ...] = field(default=())
    label: str = ""

    @property
    def whole(self) -> bool:
        """Whether the report covers the whole period, so that its estimates may answer."""
        return (self.start, self.end) == (self.period.span.start, self.period.span.end)

    @property
    def audits(self) -> pd.DataFrame:
        """Audits made in the report's days."""
        return self.within(self.period.store.audits, "audited_on")

    def within(self, table: pd.DataFrame, day: str) -> pd.DataFrame:
        """The rows of a table whose day lies in the report's days."""
        inside = table[day].between(pd.Timestamp(self.start), pd.Timestamp(self.end))
        return table[inside.fillna(False).astype(bool)]

    def table(self, name: str, day: str) -> pd.DataFrame:
        """The rows of a table of the period whose day lies in the report's days."""
        return self.within(self.period.store.table(name), day)


def are(count: int, one: str, many: str) -> str:
    """So many of something, in the right number.

    Examples
    --------
    >>> are(1, "action was", "actions were"), are(0, "action was", "actions were")
    ('1 action was', '0 actions were')
    """
    return f"{count_words(count)} {one if count == 1 else many}"


def named(words: pd.Series, *, most: int | None = _LISTED) -> str:
    """Words with their counts, the most frequent first, `most` of them and how many others; "" without any.

    Examples
    --------
    >>> named(pd.Series(["Plan", "Voice", "Plan"]))
    'Plan (2), Voice (1)'
    >>> named(pd.Series(["a", "a", "a", "a", "b", "b", "b", "c", "c", "d"]))
    'a (4), b (3), c (2), others (1)'
    """
    counts = words.dropna().astype(str).value_counts()
    ordered = sorted(
        ((str(word), int(count)) for word, count in counts.items()), key=lambda pair: (-pair[1], pair[0])
    )
    left = sum(count for _, count in ordered[most:]) if most else 0
    shown = [*ordered[:most], *([("others", left)] if left else [])]
    return ", ".join(f"{word} ({count_words(count)})" for word, count in shown)
