"""The period's programme: work planned in the framework's blocks, audits made, and meetings due."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.frameworks import Framework
from qaf_lib.period.store import PeriodStore

__all__ = ["Block", "Programme", "programme_of"]

_DEFAULT = ("title", "date", "how often", "officer", "notes")
_BLOCKS = {"audit": "Audit projects", "research": "Research projects", "evaluation": "Evaluation projects"}
_MEETINGS = ("meeting", "report", "scrutiny", "visit")
_COMES_ROUND = "week|month|quarter"
_HELD = {"date": "on", "often": "frequency", "officer": "officer_post"}
"""What a heading's word says of the column of the project table that fills it; `who` alone is the officer."""


@dataclass(frozen=True)
class Block:
    """One block of the programme: the framework's label and columns, a row per project.

    A column that the project table does not have, or that is free text, is empty; the block's label stands
    for a title that is not reviewed.
    """

    block: str
    label: str
    projects: pd.DataFrame


@dataclass(frozen=True)
class Programme:
    """`blocks` list the period's work; `audits` counts the period's audits by type and selection.

    `coming` counts meetings, reports, scrutiny and visits due in the period by `kind` and `by_post`: `due`,
    `held`, `missing` and the day of the `last_held`.
    `outline` has the headings of the paper that asks for a new piece of work.
    """

    blocks: list[Block]
    audits: pd.DataFrame
    coming: pd.DataFrame
    outline: list[str]


def programme_of(store: PeriodStore) -> Programme:
    """The programme of the period."""
    paper = store.framework.programme
    return Programme(
        blocks=_blocks(store),
        audits=_audits(store),
        coming=_coming(store),
        outline=[heading.label for heading in paper.outline] if paper else [],
    )


def _coming(store: PeriodStore) -> pd.DataFrame:
    events = store.table("duty_event")
    due = store.in_period(events[events["kind"].isin(_MEETINGS)], "due_on")
    counted = due.groupby(["kind", "by_post"], dropna=False, as_index=False).agg(
        due=("due_on", "size"), held=("held_on", "count"), last_held=("held_on", "max")
    )
    counted["missing"] = counted["due"] - counted["held"]
    return counted[["kind", "by_post", "due", "held", "missing", "last_held"]]


def _blocks(store: PeriodStore) -> list[Block]:
    """The framework's blocks, then the usual one of any other work there is."""
    projects = _of_the_period(store)
    asked = _asked(store.framework)
    there = set(projects["block"]) if asked else set(_BLOCKS)
    usual = {name: (label, _DEFAULT) for name, label in _BLOCKS.items() if name in there - set(asked)}
    return [
        Block(name, label, _filled(_titled(projects[projects["block"] == name], label), columns))
        for name, (label, columns) in (asked | usual).items()
    ]


def _asked(framework: Framework) -> dict[str, tuple[str, tuple[str, ...]]]:
    blocks = framework.programme.blocks if framework.programme else []
    return {block.block: (block.label, tuple(block.columns)) for block in blocks}


def _of_the_period(store: PeriodStore) -> pd.DataFrame:
    """Projects of the period: dated in it, without a date, or begun earlier and coming round within it."""
    projects = store.table("project")
    start, end = pd.Timestamp(store.span.start), pd.Timestamp(store.span.end)
    again = projects["frequency"].str.contains(_COMES_ROUND, case=False).fillna(False).astype(bool)
    begun = (projects["on"] <= end) & ((projects["on"] >= start) | again)
    chosen = projects["on"].isna() | begun.fillna(False).astype(bool)
    return projects[chosen].sort_values(["block", "on", "title"], ignore_index=True)


def _titled(projects: pd.DataFrame, label: str) -> pd.DataFrame:
    """Projects with the block's label for titles that are not reviewed."""
    return projects.assign(title=projects["title"].astype("string").fillna(label))


def _filled(projects: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The block's columns in order: the first is the title, others by what their heading says."""
    filled = {}
    for at, heading in enumerate(columns):
        words = heading.lower().split()
        held = next((column for word, column in _HELD.items() if word in words), None)
        if at == 0:
            held = "title"
        elif words == ["who"]:
            held = "officer_post"
        filled[heading] = projects[held] if held else pd.Series(pd.NA, index=projects.index, dtype="string")
    return pd.DataFrame(filled)


def _audits(store: PeriodStore) -> pd.DataFrame:
    labels = {kind.name: kind.label for kind in store.framework.audit_types}
    counted = store.audits_of_period.groupby(["audit_type", "selection"], sort=True).size()
    return results_table(
        {
            "table_id": "programme_audits",
            "row_key": labels.get(kind, kind),
            "measure": selection.replace("_", " "),
            "x": int(count),
            "method": "full count",
        }
        for (kind, selection), count in counted.items()
    )
