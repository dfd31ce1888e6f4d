"""The rows of a result as a chart shows them, and the chart read aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import pandas as pd

from qaf_lib.display.words import MARK_WORDS, interval_words, percent

__all__ = ["alt_words", "sentence", "shown_rows"]


def shown_rows(results: pd.DataFrame, labels: Mapping[str, str] | None) -> list[dict[str, Any]]:
    """The rows with their words, in order; marks and missing estimates have words but are not drawn."""
    if results["row_key"].duplicated().any():
        raise ValueError("a chart shows one measure: give one row per row_key")
    rows = []
    for cells in results.to_dict("records"):
        row: dict[str, Any] = {
            name: None if pd.isna(cells[name]) else cells[name] for name in ("estimate", "low", "high", "n")
        }
        row["drawn"] = not cells["mark"] and row["estimate"] is not None
        words = MARK_WORDS.get(cells["mark"], "no estimate")
        if row["drawn"]:
            spread = row["low"] is not None and row["low"] != row["high"]
            span = f" ({interval_words(row['low'], row['high'])})" if spread else ""
            words = f"{percent(row['estimate'])}{span}"
        text = (labels or {}).get(str(cells["row_key"]), sentence(str(cells["row_key"])))
        rows.append({**row, "name": text, "label": "\n".join(wrap(text, 27)) or "–", "words": words})
    return rows


def sentence(key: str) -> str:
    """The key with a capital and spaces."""
    text = key.replace("_", " ")
    return text[:1].upper() + text[1:]


def alt_words(
    caption: str, rows: Sequence[Mapping[str, Any]], reference: tuple[float, str] | None = None
) -> str:
    """The chart read aloud: every row with its numbers."""
    parts = [f"{row['name']} {row['words']}" for row in rows]
    if reference:
        parts.append(f"dashed line: {reference[1]} {percent(reference[0])}")
    spans = " (in brackets: 95% interval)" if any("(" in row["words"] for row in rows) else ""
    return f"{caption}{spans}: {'; '.join(parts)}."
