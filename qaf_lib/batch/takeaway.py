"""Files to take away from an edition: the committee paper, all tables as a workbook, charts for slides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import pandas as pd

from qaf_lib.batch.export import Figures, Page
from qaf_lib.batch.paper import committee_paper, picture_of
from qaf_lib.display.tables import RESULT_COLUMNS
from qaf_lib.files import Sheet, workbook
from qaf_lib.text import address_of

__all__ = ["TABLES", "takeaway_files"]

TABLES = "tables.xlsx"
"""The workbook of all tables, in the edition's folder."""

_NOTES = (
    "Each sheet has the columns of its CSV file: first what a line is about, then those of this list that "
    "hold something. Other columns are named as on the page. A blank cell holds no number; a mark says why."
)


def takeaway_files(
    pages: Mapping[str, Page], *, leading: str, mark: str, subtitle: str, template: Path | None
) -> dict[str, bytes]:
    """The files by their place in the edition; the same pages and template give the same bytes.

    Parameters
    ----------
    pages : mapping
        Pages by their place in the edition. Those of teams are the teams' own, so they add nothing.
    leading : str
        The place of the page that the committee paper is made from.
    mark, subtitle : str
        Protective marking, "" for none; council and period.
    template : Path, optional
        The council's own Word document.
    """
    reports = {place: page for place, page in pages.items() if place.startswith("reports/")}
    paper = committee_paper(pages[leading].html, mark=mark, subtitle=subtitle, template=template)
    files = {f"{PurePosixPath(leading).stem}.docx": paper, TABLES: workbook(list(_sheets(reports, subtitle)))}
    for place, page in reports.items():
        for number, chart in enumerate(page.charts, start=1):
            name = f"charts/{PurePosixPath(place).stem}-{number}-{address_of(chart.caption)}"
            files |= {f"{name}.svg": chart.svg, f"{name}.png": picture_of(chart.svg)}
    return files


def _sheets(reports: Mapping[str, Page], subtitle: str) -> Iterator[Sheet]:
    """Contents and notes first, then a sheet for each table, in the order of the pages."""
    tables: dict[str, tuple[str, Figures]] = {}
    for place, page in reports.items():
        for name, figures in page.tables.items():
            tables.setdefault(name, (PurePosixPath(place).stem.replace("_", " "), figures))
    named = {name: f"T{number} {name}" for number, name in enumerate(tables, start=1)}
    listed = [(named[name][:31], figures.caption, page) for name, (page, figures) in tables.items()]
    yield Sheet(
        "Contents",
        f"Tables of the reports, {subtitle}",
        [f"{len(tables)} tables, one on each sheet. The sheet called Notes says what the columns mean."],
        pd.DataFrame(listed, columns=["Sheet", "Table", "Page"]),
    )
    yield Sheet(
        "Notes",
        "What the columns mean",
        [_NOTES],
        pd.DataFrame(RESULT_COLUMNS.items(), columns=["Column", "Meaning"]),
    )
    for name, (_, figures) in tables.items():
        lines = [figures.note] if figures.note else []
        yield Sheet(named[name], figures.caption or name, lines, figures.rows)
