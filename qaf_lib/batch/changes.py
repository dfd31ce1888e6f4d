"""What differs between two editions, in the words of their tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from qaf_lib.batch.standing import MANIFEST
from qaf_lib.display.words import count_words

_CHANGES_TOLD = 8


def changes_between(old: Path | None, new: Path) -> list[str]:
    """What differs between two editions in words, table by table; nothing for a first edition."""
    if old is None:
        return []
    before, after = _tables(old), _tables(new)
    titles = _titles(old) | _titles(new)
    lines = [
        f"{told}: {_listed([titles.get(name, name) for name in names])}."
        for told, names in (
            ("New tables", [name for name in after if name not in before]),
            ("Tables no longer made", [name for name in before if name not in after]),
        )
        if names
    ]
    changed = [name for name in after if name in before and before[name] != after[name]]
    lines += [
        f"{titles.get(name, name)}: {_cells_changed(old, new, name)}" for name in changed[:_CHANGES_TOLD]
    ]
    if len(changed) > _CHANGES_TOLD:
        lines.append(f"Figures of {len(changed) - _CHANGES_TOLD:,} more tables differ.")
    return lines or ["No figure differs from the last edition."]


def _titles(edition: Path) -> dict[str, str]:
    told = edition / MANIFEST
    return dict(json.loads(told.read_text(encoding="utf-8")).get("tables", {})) if told.is_file() else {}


def _listed(titles: Sequence[str]) -> str:
    more = len(titles) - _CHANGES_TOLD
    return "; ".join([*titles[:_CHANGES_TOLD], *([f"{more:,} more"] if more > 0 else [])])


def _tables(edition: Path) -> dict[str, str]:
    return {
        path.stem: path.read_text(encoding="utf-8") for path in sorted((edition / "tables").glob("*.csv"))
    }


def _cells_changed(old: Path, new: Path, name: str) -> str:
    before, after = (
        pd.read_csv(edition / "tables" / f"{name}.csv", dtype=str, keep_default_na=False)
        for edition in (old, new)
    )
    if before.columns[0] != after.columns[0]:
        return "the table has other columns."
    if len(before) != len(after):
        return f"{count_words(len(before))} lines before, {count_words(len(after))} now."
    before, after = before.align(
        after, axis="columns", fill_value=""
    )  # those that hold nothing are not there
    return f"{int((before != after).any(axis=1).sum()):,} of {len(after):,} lines differ."
