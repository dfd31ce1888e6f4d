"""What partners may read of a period: every figure made from rounded counts, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import miettinen_nurminen, share_interval
from qaf_lib.analysis.change_verdict import seen_by_interval
from qaf_lib.analysis.results import results_table
from qaf_lib.dates import previous_period
from qaf_lib.frameworks import Scale
from qaf_lib.period.published import published_before, refuse_overlapping
from qaf_lib.period.shared_counts import (
    AUDITED,
    ENOUGH,
    FEEDBACK,
    NOT_AUDITED,
    SharedCounts,
    feedback_group,
    grades_group,
    question_group,
    shared_counts,
)
from qaf_lib.period.store import PeriodStore

__all__ = ["Shared", "SharedAudits", "SharedChange", "shared_of"]


@dataclass(frozen=True)
class SharedChange:
    """The headline share against the one that the period before published.

    `result` is a result table with the rows `before`, `now` and `difference` (fractions, this period less
    the one before).
    """

    period: str
    result: pd.DataFrame

    @property
    def verdict(self) -> str:
        """ "risen" or "fallen" where chance is an unlikely explanation, else ""."""
        row = self.result.iloc[-1]
        return "risen" if row["low"] > 0 else "fallen" if row["high"] < 0 else ""

    @property
    def seen(self) -> float:
        """The smallest change that would probably have shown (fraction)."""
        row = self.result.iloc[-1]
        return seen_by_interval(low=float(row["low"]), high=float(row["high"]))


@dataclass(frozen=True)
class SharedAudits:
    """One kind of audit that counts towards estimates.

    `headline`, `grades` and `questions` are result tables without weights; they are empty where too few
    audits have a grade. `change` is None where nothing earlier was published.
    """

    label: str
    headline: pd.DataFrame
    grades: pd.DataFrame
    questions: pd.DataFrame
    change: SharedChange | None

    @property
    def apart(self) -> tuple[list[str], list[str]]:
        """Questions above and below the average of all beyond chance, the farthest first.

        Each interval is widened for the number of questions (Bonferroni), as in the report to leaders.
        """
        asked = self.questions.sort_values("estimate", kind="stable")
        confidence = 1 - 0.05 / max(len(asked), 1)
        found = [
            (str(row.row_key), share_interval(x=int(row.x), n=int(row.n), confidence=confidence))
            for row in asked.itertuples()
        ]
        average = asked["estimate"].mean()
        above = [key for key, span in found if span.low is not None and span.low > average]
        below = [key for key, span in found if span.high is not None and span.high < average]
        return above[::-1], below


@dataclass(frozen=True)
class Shared:
    """A period as partners may read it; tables are results, empty where a group is not published.

    `moderation` has what became of the grades that were looked at again, `coverage` the open cases that
    were audited, `feedback` counts by kind, `scores` surveys by score, `actions` those raised in the period
    by state and `themes` by theme; `before` names the period before.
    """

    audits: list[SharedAudits]
    moderation: pd.DataFrame
    coverage: pd.DataFrame
    feedback: pd.DataFrame
    scores: pd.DataFrame
    actions: pd.DataFrame
    themes: pd.DataFrame
    before: str


def shared_of(store: PeriodStore) -> Shared:
    """The answers that may leave the council, from counts rounded to the nearest 5.

    Raises
    ------
    InputError
        If partners have a report of a longer or shorter period that shares days with this one.
    """
    refuse_overlapping(store.parameters)
    counts = shared_counts(store)
    feedback = {kind: count for kind in FEEDBACK for count in counts.of(feedback_group(kind)).values()}
    return Shared(
        audits=[
            _audits(store, counts, kind.name, kind.label)
            for kind in store.framework.audit_types
            if kind.name in {view.audit_type for view in store.estimating}
        ],
        moderation=_shares("shared_moderation", counts.of("moderation")),
        coverage=_shares("shared_coverage", _coverage(counts)),
        feedback=_shares("shared_feedback", feedback),
        scores=_shares("shared_scores", counts.of("scores")),
        actions=_shares("shared_actions", counts.of("actions")),
        themes=_shares("shared_themes", counts.of("themes")),
        before=previous_period(store.span).label,
    )


def _audits(store: PeriodStore, counts: SharedCounts, kind: str, label: str) -> SharedAudits:
    scale, cells = store.framework.scale, counts.of(grades_group(kind))
    return SharedAudits(
        label=label,
        headline=_headline(scale, cells, f"shared_{kind}_headline"),
        grades=results_table(
            _row(_grades_table(kind), grade, "share", count, sum(cells.values()))
            for grade, count in cells.items()
        ),
        questions=_questions(store, counts, kind),
        change=_change(store, kind, cells),
    )


def _grades_table(kind: str) -> str:
    """The table whose counts the next period compares with."""
    return f"shared_{kind}_grades"


def _headline(scale: Scale, cells: Mapping[str, int], table_id: str) -> pd.DataFrame:
    if not cells:
        return results_table([])
    row = _row(table_id, "all", scale.headline.name, _inside(scale, cells), sum(cells.values()))
    return results_table([row])


def _inside(scale: Scale, cells: Mapping[str, int]) -> int:
    return sum(cells[grade] for grade in scale.headline.grades)


def _questions(store: PeriodStore, counts: SharedCounts, kind: str) -> pd.DataFrame:
    """The headline share of each question that has enough answers, in the framework's order."""
    asked = {question: counts.of(question_group(kind, question)) for question in store.framework.questions()}
    name = store.framework.scale.headline.name
    return results_table(
        _row(f"shared_{kind}_questions", question, name, cells["in"], sum(cells.values()))
        for question, cells in asked.items()
        if cells
    )


def _change(store: PeriodStore, kind: str, cells: Mapping[str, int]) -> SharedChange | None:
    scale, table_id = store.framework.scale, f"shared_{kind}_change"
    before = published_before(store.parameters, table_id=_grades_table(kind), row_keys=scale.grades)
    if not cells or before is None or sum(before.values()) < ENOUGH:
        return None
    first, now = (
        _row(table_id, key, scale.headline.name, _inside(scale, one), sum(one.values()))
        for key, one in (("before", before), ("now", cells))
    )
    found = miettinen_nurminen(
        x1=_inside(scale, cells), n1=sum(cells.values()), x2=_inside(scale, before), n2=sum(before.values())
    )
    difference = {"table_id": table_id, "row_key": "difference", "measure": "difference", **found.cells}
    return SharedChange(
        period=previous_period(store.span).label,
        result=results_table([first, now, {**difference, "speaks_of": "our_practice"}]),
    )


def _row(table_id: str, row_key: str, measure: str, x: int, n: int) -> dict[str, object]:
    """A share of audits picked at random, with its interval."""
    interval = share_interval(x=x, n=n)
    row = {"table_id": table_id, "row_key": row_key, "measure": measure, "x": x, "n": n}
    return {**row, **interval.cells, "speaks_of": "our_practice"}


def _coverage(counts: SharedCounts) -> dict[str, int]:
    """Open cases audited and not; nothing where the first is not published."""
    return counts.of(AUDITED) | counts.of(NOT_AUDITED) if counts.of(AUDITED) else {}


def _shares(table_id: str, cells: Mapping[str, int]) -> pd.DataFrame:
    """Counts of everything there is; their shares where there is enough of it."""
    whole = sum(cells.values())
    return results_table(
        {
            "table_id": table_id,
            "row_key": name,
            "measure": "count",
            "x": count,
            "n": whole,
            "estimate": count / whole if whole >= ENOUGH else None,
            "method": "rounded counts",
            "speaks_of": "these_cases",
        }
        for name, count in cells.items()
    )
