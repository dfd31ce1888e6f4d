"""CSV files, Excel sheets and database queries as tables of text, each row with its number in the source."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
import pandas as pd
import sqlalchemy as sa
from openpyxl.utils.exceptions import InvalidFileException

from qaf_lib.errors import InputError
from qaf_lib.parameters import Source

__all__ = ["cell_text", "read_source", "text_table", "workbook_rows"]

_MISSING = {"", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
FIRST_ROW = 2
"""Row number of the first record under a heading in row 1."""


def read_source(*, source: Source, root: Path) -> tuple[str, pd.DataFrame]:
    """The name of a source and its rows under the kit's column names, as text indexed by row number.

    Raises
    ------
    InputError
        If the file, sheet or a mapped column is missing, two headings are the same, or the query fails.
    """
    if source.query is not None:
        name = f"query ({source.address_in})"
        table = _read_query(source)
    else:
        path = root / str(source.file)
        name = str(source.file)
        table = _read_file(path, name, source.sheet)
    return name, _renamed(table, source, name)


def _read_file(path: Path, name: str, sheet: str | None) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(
            f"{name}: no such file. Check the path in the parameter file; it is seen from the project folder."
        )
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        rows = workbook_rows(path=path, name=name, sheet=sheet)
        return text_table(rows[0], rows[1:], name=name) if rows else pd.DataFrame()
    return _read_csv(path, name)


def _read_csv(path: Path, name: str) -> pd.DataFrame:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            table = pd.read_csv(
                path, dtype=str, keep_default_na=False, header=None, encoding=encoding, skip_blank_lines=False
            )
        except UnicodeDecodeError:
            continue
        except pd.errors.EmptyDataError:
            raise InputError(f"{name}: the file is empty. Export it again with its heading row.") from None
        except pd.errors.ParserError:
            raise InputError(
                f"{name}: the rows do not all have the same number of columns. Export it again."
            ) from None
        rows = table.to_numpy().tolist()
        return text_table(rows[0], rows[1:], name=name)
    raise InputError(f"{name}: the text is neither UTF-8 nor Windows-1252. Save it as CSV UTF-8.")


def workbook_rows(*, path: Path, name: str, sheet: str | None) -> list[list[str]]:
    """All rows of one sheet as text (the first sheet when none is named)."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError):
        raise InputError(f"{name}: not a readable Excel workbook (.xlsx). Save it again in Excel.") from None
    try:
        if sheet is not None and sheet not in book.sheetnames:
            raise InputError(
                f"{name}: no sheet {sheet!r}; it has {', '.join(book.sheetnames)}. Name one of them."
            )
        chosen = book[sheet] if sheet is not None else book.worksheets[0]
        return [[cell_text(value) for value in row] for row in chosen.iter_rows(values_only=True)]
    finally:
        book.close()


def _read_query(source: Source) -> pd.DataFrame:
    address = os.environ.get(str(source.address_in))
    if not address:
        raise InputError(
            f"{source.address_in}: the environment variable is not set. Set it to the database's address."
        )
    try:
        engine = sa.create_engine(address, poolclass=sa.NullPool)
        with engine.connect() as connection:
            answer = connection.execute(sa.text(str(source.query)))
            headings, rows = list(answer.keys()), [[cell_text(value) for value in row] for row in answer]
    except ImportError as error:
        raise InputError(
            f"{source.address_in}: the database's driver {error.name} is not installed. Install it."
        ) from None
    except sa.exc.SQLAlchemyError as error:
        raise InputError(
            f"query ({source.address_in}): the database refused it ({type(error).__name__}). "
            "Check the query and the address."
        ) from None
    return text_table(headings, rows, name=f"query ({source.address_in})")


def cell_text(value: object) -> str:
    """A cell as text: dates in ISO form, whole numbers without a point, true and false in words."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def text_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, name: str, first: int = FIRST_ROW
) -> pd.DataFrame:
    """Rows of text under tidy headings, indexed by row number; empty rows are left out."""
    tidy = [_tidy(str(heading)) for heading in headings]
    kept = [index for index, heading in enumerate(tidy) if heading]
    repeated = sorted({tidy[index] for index in kept if tidy.count(tidy[index]) > 1})
    if repeated:
        raise InputError(f"{name}: the heading {repeated[0]} stands twice. Keep one column of that name.")
    cells = [[_tidy(row[index]) if index < len(row) else "" for index in kept] for row in rows]
    table = pd.DataFrame(cells, columns=[tidy[index] for index in kept], dtype="string")
    table.index = pd.RangeIndex(first, first + len(table))
    table = table.mask(table.isin(list(_MISSING)))
    return table.dropna(how="all")


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\xa0", " ").strip()


def _renamed(table: pd.DataFrame, source: Source, name: str) -> pd.DataFrame:
    for ours, theirs in {**source.columns, **source.answers}.items():
        if theirs not in table.columns:
            raise InputError(
                f"{name}: the column {theirs} is missing, from which {ours} is read. Check the mapping."
            )
    renamed = table.rename(columns={theirs: ours for ours, theirs in source.columns.items()})
    return renamed.assign(**source.constants)
