"""An edition: built beside its place, checked, published, and recorded."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pandas as pd

from qaf_lib.batch.execute import Outcome
from qaf_lib.batch.export import Page
from qaf_lib.batch.page import lint_page
from qaf_lib.batch.standing import MANIFEST
from qaf_lib.disclosure import Leak, scan_folder
from qaf_lib.errors import EditionError
from qaf_lib.files import fsync_entries, fsync_folder, sha256_of, write_bytes, write_csv, write_text
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.sample.answers import trace_for_manifest


def manifest_of(
    period: OpenPeriod, number: int, outcomes: Sequence[Outcome], kit_sha256: str
) -> dict[str, object]:
    """The manifest of an edition; a shared one tells nothing that could be counted back to."""
    parameters = period.parameters
    told: dict[str, object] = {
        "council": parameters.council,
        "period": parameters.period,
        "framework": parameters.framework,
        "audience": parameters.audience,
        "edition": number,
        "synthetic": parameters.synthetic is not None,
        "kit_version": period.facts["kit_version"],
        "kit_sha256": kit_sha256,
        "python": platform.python_version(),
    }
    return told if parameters.audience == "shared" else told | _inside(period, outcomes)


def _inside(period: OpenPeriod, outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {
        "register_seq": period.facts["register_seq"],
        "sources": period.facts["sources"],
        "parameters": period.parameters.path.name,
        **trace_for_manifest(period.facts, period.samples),
        "notebooks": {
            outcome.job.name: {"status": outcome.status, "seconds": outcome.seconds} for outcome in outcomes
        },
    }


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


def stage(
    *,
    folder: Path,
    number: int,
    pages: Mapping[str, Page],
    manifest: Mapping[str, object],
    files: Mapping[str, bytes] | None = None,
) -> Staged:
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
    files : mapping, optional
        Other files, by their place in the edition.

    Raises
    ------
    EditionError
        If a page breaks a rule of the house; names the page and the rule.
    """
    _refuse_faults(pages)
    beside = folder / f".edition-{number}-{uuid4().hex[:8]}.new"  # no other run's, whatever its number
    edition = beside / f"edition-{number}"
    number_columns = _write(edition, pages)
    for place, content in (files or {}).items():
        (edition / place).parent.mkdir(parents=True, exist_ok=True)
        write_bytes(edition / place, content)
    made = {"files": sums_of(edition), "tables": _captions(pages)}
    text = json.dumps({**manifest, **made}, indent=1, sort_keys=True) + "\n"
    write_text(edition / MANIFEST, text)
    return Staged(number, beside, hashlib.sha256(text.encode("utf-8")).hexdigest(), number_columns)


def sums_of(edition: Path) -> dict[str, str]:
    """The checksum of every file of an edition but its manifest, by its place."""
    files = (path for path in sorted(edition.rglob("*")) if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(edition).as_posix(): sha256_of(path) for path in files}


def _captions(pages: Mapping[str, Page]) -> dict[str, str]:
    """The line above each table of the reports, by table_id."""
    return {
        name: figures.caption
        for place, page in pages.items()
        if place.startswith("reports/")
        for name, figures in page.tables.items()
    }


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
    _refuse_faults({"index.html": Page(html=front, tables={})})
    write_text(staged.beside / "index.html", front)
    leaks = scan_folder(
        folder=staged.beside,
        references=references,
        own_words=own_words,
        number_columns={f"{staged.name}/{path}": columns for path, columns in staged.number_columns.items()},
    )
    if leaks:
        raise EditionError(leak_message(leaks))
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


def leak_message(leaks: list[Leak]) -> str:
    """Where identifiers stand, by place and kind, never what they are."""
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
        for name, figures in page.tables.items():
            written = tables / f"{name}.csv"
            before = written.read_bytes() if written.exists() else None
            write_csv(written, figures.rows)
            if before not in (None, written.read_bytes()):
                raise EditionError(f"{place}: table {name} differs from another report's table of that name.")
            number_columns[written.relative_to(edition).as_posix()] = _numbers_of(figures.rows)
    return number_columns


def _numbers_of(frame: pd.DataFrame) -> frozenset[str]:
    """Headings of the columns that hold numbers and nothing else: text that looks like one is no number."""
    return frozenset(str(name) for name in frame if _holds_numbers(frame[name].dropna().tolist()))


def _holds_numbers(cells: list[object]) -> bool:
    return all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells)
