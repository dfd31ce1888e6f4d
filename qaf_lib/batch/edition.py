"""An edition: built beside, checked, scanned, flushed, and only then given its name."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from qaf_lib.batch.export import Page, write_table_csv
from qaf_lib.batch.lint import lint_page
from qaf_lib.disclosure import Leak, scan_folder
from qaf_lib.errors import EditionError
from qaf_lib.files import fsync_folder, write_text

__all__ = ["Published", "changes_between", "next_number", "publish"]

PLACES_TOLD = 40


@dataclass(frozen=True)
class Published:
    """A published edition."""

    number: int
    folder: Path
    manifest_sha256: str


def next_number(folder: Path) -> int:
    """The number of the next edition in a period's folder of outputs."""
    found = [re.fullmatch(r"edition-(\d+)", path.name) for path in folder.glob("edition-*")]
    return max((int(match[1]) for match in found if match), default=0) + 1


def publish(
    *,
    folder: Path,
    number: int,
    pages: Mapping[str, Page],
    manifest: Mapping[str, object],
    references: Collection[str],
    own_words: Collection[str] = (),
) -> Published:
    """Write an edition and give it its name, or leave no trace.

    Parameters
    ----------
    folder : Path
        The period's folder of outputs.
    number : int
        The edition's number.
    pages : mapping
        Pages by their place in the edition, such as `reports/slt_report.html`; each page's tables are
        written as CSV beside it in `tables/`.
    manifest : mapping
        What the edition was made from.
    references : collection of str
        Identifiers that must stand nowhere in it.
    own_words : collection of str
        Words of the kit, the framework and the council that are no identifiers.

    Raises
    ------
    EditionError
        If a page breaks a rule of the house or an identifier is found; names files and places.
    """
    faults = [f"{place}: {fault}" for place, page in pages.items() for fault in lint_page(page.html)]
    if faults:
        raise EditionError("\n".join(["A page breaks a rule; nothing was published.", *faults]))
    beside = folder / f".edition-{number}.new"
    shutil.rmtree(beside, ignore_errors=True)
    try:
        number_columns = _write(beside, pages)
        text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
        write_text(beside / "manifest.json", text)
        leaks = scan_folder(
            folder=beside, references=references, own_words=own_words, number_columns=number_columns
        )
        if leaks:
            raise EditionError(_leak_message(leaks))
        fsync_folder(beside)
        beside.rename(folder / f"edition-{number}")
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return Published(number, folder / f"edition-{number}", digest)


def _leak_message(leaks: list[Leak]) -> str:
    found = sorted({f'{leak.place}: {leak.kind} in "{leak.words}"' for leak in leaks})
    more = [f"and {len(found) - PLACES_TOLD:,} more places."] if len(found) > PLACES_TOLD else []
    return "\n".join(
        ["An identifier stands in the edition; nothing was published.", *found[:PLACES_TOLD], *more]
    )


def _write(beside: Path, pages: Mapping[str, Page]) -> dict[str, frozenset[str]]:
    """Write pages and tables; of each table's path, the headings of its columns of numbers."""
    number_columns = {}
    for place, page in pages.items():
        path = beside / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, page.html)
        tables = beside / "tables" if place.startswith("reports/") else path.parent / "tables"
        tables.mkdir(parents=True, exist_ok=True)
        for name, frame in page.tables.items():
            written = tables / f"{name}.csv"
            before = written.read_bytes() if written.exists() else None
            write_table_csv(frame, written)
            if before not in (None, written.read_bytes()):
                raise EditionError(f"{place}: table {name} differs from another report's table of that name.")
            number_columns[written.relative_to(beside).as_posix()] = _numbers_of(frame)
    return number_columns


def _numbers_of(frame: pd.DataFrame) -> frozenset[str]:
    """Headings of the columns that hold numbers and nothing else: text that looks like one is no number."""
    return frozenset(str(name) for name in frame if _holds_numbers(frame[name].dropna().tolist()))


def _holds_numbers(cells: list[object]) -> bool:
    return all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells)


def changes_between(old: Path | None, new: Path) -> list[str]:
    """What differs between two editions, table by table; nothing for a first edition."""
    if old is None:
        return []
    before, after = _tables(old), _tables(new)
    lines = [f"New table: {name}." for name in sorted(after.keys() - before.keys())]
    lines += [f"Table no longer made: {name}." for name in sorted(before.keys() - after.keys())]
    changed = [name for name in sorted(after.keys() & before.keys()) if before[name] != after[name]]
    lines += [f"{name}: {_cells_changed(old, new, name)}" for name in changed]
    return lines or ["No figure differs from the last edition."]


def _tables(edition: Path) -> dict[str, str]:
    return {
        path.stem: path.read_text(encoding="utf-8") for path in sorted((edition / "tables").glob("*.csv"))
    }


def _cells_changed(old: Path, new: Path, name: str) -> str:
    before, after = (
        pd.read_csv(edition / "tables" / f"{name}.csv", dtype=str, keep_default_na=False)
        for edition in (old, new)
    )
    if before.shape != after.shape or list(before.columns) != list(after.columns):
        return f"{len(before)} rows before, {len(after)} now."
    return f"{int((before != after).any(axis=1).sum())} of {len(after)} rows differ."
