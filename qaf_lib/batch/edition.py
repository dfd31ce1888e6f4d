"""An edition: built beside, checked, scanned, flushed, and only then given its name.

The front page is the commit point: until it names an edition, that edition is not published. An intent in
the register precedes it, so that the next command can complete or undo what was interrupted.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from qaf_lib.batch.export import Page
from qaf_lib.batch.lint import lint_page
from qaf_lib.csv_files import write_csv
from qaf_lib.disclosure import Leak, scan_folder
from qaf_lib.errors import EditionError
from qaf_lib.files import fsync_entries, fsync_folder, write_text

__all__ = [
    "Staged",
    "changes_between",
    "check_staged",
    "publish",
    "stage",
]

PLACES_TOLD = 40


@dataclass(frozen=True)
class Staged:
    """An edition that is written and named nowhere yet.

    `beside` holds its folder, `edition-<number>`, and in the end the front page; `number_columns` are, by a
    table's path, the headings of its columns of numbers.
    """

    number: int
    beside: Path
    manifest_sha256: str
    number_columns: Mapping[str, frozenset[str]]

    @property
    def edition(self) -> Path:
        """The edition's folder, as long as it is not published."""
        return self.beside / self.name

    @property
    def name(self) -> str:
        """What the edition's folder is called."""
        return f"edition-{self.number}"


def stage(*, folder: Path, number: int, pages: Mapping[str, Page], manifest: Mapping[str, object]) -> Staged:
    """Write an edition beside its place.

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

    Raises
    ------
    EditionError
        If a page breaks a rule of the house; names the page and the rule.
    """
    _refuse_faults(pages)
    beside = folder / f".edition-{number}.new"
    shutil.rmtree(beside, ignore_errors=True)
    edition = beside / f"edition-{number}"
    number_columns = _write(edition, pages)
    text = json.dumps(manifest, indent=1, sort_keys=True) + "\n"
    write_text(edition / "manifest.json", text)
    return Staged(number, beside, hashlib.sha256(text.encode("utf-8")).hexdigest(), number_columns)


def check_staged(
    staged: Staged, *, front: str, references: Collection[str], own_words: Collection[str] = ()
) -> None:
    """Lay the front page beside the edition, search both, and flush them to the disk.

    Parameters
    ----------
    front : str
        The front page that is to name the edition.
    references : collection of str
        Identifiers that must stand nowhere in it.
    own_words : collection of str
        Words of the kit, the framework and the council that are no identifiers.

    Raises
    ------
    EditionError
        If the front page breaks a rule of the house or an identifier is found; names files and places.
    """
    _refuse_faults({"index.html": Page(html=front, tables={}, charts=0)})
    write_text(staged.beside / "index.html", front)
    leaks = scan_folder(
        folder=staged.beside,
        references=references,
        own_words=own_words,
        number_columns={f"{staged.name}/{path}": columns for path, columns in staged.number_columns.items()},
    )
    if leaks:
        raise EditionError(_leak_message(leaks))
    fsync_folder(staged.beside)


def publish(staged: Staged) -> Path:
    """Give a checked edition its name, and then the period its new front page; the front page's path."""
    folder = staged.beside.parent
    staged.edition.rename(folder / staged.name)
    index = folder / "index.html"
    (staged.beside / "index.html").replace(index)
    fsync_entries(folder)
    staged.beside.rmdir()
    return index


def _refuse_faults(pages: Mapping[str, Page]) -> None:
    faults = [f"{place}: {fault}" for place, page in pages.items() for fault in lint_page(page.html)]
    if faults:
        raise EditionError("\n".join(["A page breaks a rule; nothing was published.", *faults]))


def _leak_message(leaks: list[Leak]) -> str:
    found = sorted({f'{leak.place}: {leak.kind} in "{leak.words}"' for leak in leaks})
    more = [f"and {len(found) - PLACES_TOLD:,} more places."] if len(found) > PLACES_TOLD else []
    return "\n".join(
        ["An identifier stands in the edition; nothing was published.", *found[:PLACES_TOLD], *more]
    )


def _write(edition: Path, pages: Mapping[str, Page]) -> dict[str, frozenset[str]]:
    """Write pages and tables; of each table's path, the headings of its columns of numbers."""
    number_columns = {}
    for place, page in pages.items():
        path = edition / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, page.html)
        tables = edition / "tables" if place.startswith("reports/") else path.parent / "tables"
        tables.mkdir(parents=True, exist_ok=True)
        for name, frame in page.tables.items():
            written = tables / f"{name}.csv"
            before = written.read_bytes() if written.exists() else None
            write_csv(written, frame)
            if before not in (None, written.read_bytes()):
                raise EditionError(f"{place}: table {name} differs from another report's table of that name.")
            number_columns[written.relative_to(edition).as_posix()] = _numbers_of(frame)
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
