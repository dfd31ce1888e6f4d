"""What a file is, told by its bytes (systems give exports any ending), and how large a source may be.

The limits are far more than a council's year holds, far less than fills a computer: a large council has
fewer than 50,000 open cases and records some 100,000 answers a year: as a sheet of twelve columns 1.2 million
cells, 7 million tags and 60 megabytes of XML, as text 20 megabytes.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from qaf_lib.errors import InputError
from qaf_lib.files import LARGEST_FILE

FILE_BYTES = LARGEST_FILE
"""A workbook on disk."""

TEXT_BYTES = 50_000_000
"""A text file: it is held whole, and one unusual letter makes each of its characters take four bytes."""

PAGE_BYTES = 25_000_000
"""A web page, which is held twice."""

HELD_BYTES = 150_000_000
"""The memory of the texts of a sheet's cells, and of those that its cells share."""

ROWS, COLUMNS = 1_048_576, 16_384
"""As many as a sheet of Excel has."""

CELLS = 20_000_000
"""The cells that a sheet's rows span, empty ones among them."""

CELL_CHARACTERS = 131_072
"""Four times what Excel lets a cell hold, and what Python reads as a cell of a text file."""

UNPACKED_BYTES = 400_000_000
"""All parts that are read of a workbook, counted as they unpack."""

TAGS = 16_000_000
"""The tags of all parts that are read of a workbook."""

PAGE_TAGS = 3_000_000
"""The tags of a web page, which are read more slowly."""

PART_TAGS = 1_000_000
"""The tags of a part that is neither a sheet nor its texts: sheets, links, styles."""

TAG_BYTES = 1_000_000
"""One tag or comment."""

PAGE_TAG_CHARACTERS = 300_000
"""One tag, comment or style sheet of a web page."""

LEVELS = 1_000
"""Elements within elements; a sheet has ten."""

NAMES = 10_000
"""Different names of elements and attributes in a part; Excel has a few hundred."""

PARTS = 10_000
"""The files packed into a workbook."""


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLDEST_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_TAGS = (b"<html", b"<table", b"<meta", b"<style", b"<body")
_STARTS = {
    b"%PDF": "a PDF document",
    b"{\\rtf": "a text document (RTF)",
    b"\x89PNG": "a picture",
    b"GIF8": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a SQLite database",
    b"\x00\x01\x00\x00Standard": "an Access database",
}
_PARTS_OF = {
    "xl/workbook.bin": "xlsb",
    "xl/workbook.xml": "xlsx",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a presentation",
    "index/document.iwa": "a Numbers document",
    "content.xml": "ods",
}


class TooLargeError(Exception):
    """A source beyond one of these limits; the message says of what there is too much."""


def too_large(name: str, what: str | TooLargeError) -> InputError:
    """The sentence for it."""
    return InputError(f"{name}: too large to be read: {what}. Export only the rows and columns needed.")


def file_kind(*, path: Path, name: str) -> str:
    """`xlsx`, `xlsb`, `ods`, `xls`, `html`, `text`, or words for what else a file is."""
    try:
        if not path.is_file():
            raise _no_file(path, name)
        size = path.stat().st_size
        if size > FILE_BYTES:
            raise too_large(name, f"the file has more than {FILE_BYTES:,} bytes")
        with path.open("rb") as stream:
            start = stream.read(4096)
        kind = _kind(path, start, name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{name}: the file cannot be opened ({reason}). Close it elsewhere.") from None
    most = {"text": TEXT_BYTES, "html": PAGE_BYTES}.get(kind, FILE_BYTES)
    if size > most:
        raise too_large(name, f"the text has more than {most:,} bytes")
    return kind


def _no_file(path: Path, name: str) -> InputError:
    if path.is_dir():
        return InputError(f"{name}: it is a folder. Name a file in it.")
    if path.exists():
        return InputError(f"{name}: it is not a file but a device or a pipe. Name a file.")
    return InputError(
        f"{name}: no such file. Check the path in the parameter file; it is seen from the project folder."
    )


def _kind(path: Path, start: bytes, name: str) -> str:
    if not start:
        raise InputError(f"{name}: the file is empty. Export it again with its heading row.")
    if start.startswith(b"PK"):
        return _zip_kind(path, name)
    if start.startswith(_OLE):
        return _ole_kind(path, name)
    if start.startswith(_OLDEST_EXCEL):
        return "a workbook of Excel 5 or older"
    for sign, words in _STARTS.items():
        if start.startswith(sign):
            return words
    return _text_kind(start)


def _zip_kind(path: Path, name: str) -> str:
    if path.read_bytes().count(b"PK\x01\x02") > PARTS:  # as many entries, before they are held
        raise too_large(name, f"it is packed of more than {PARTS:,} files")
    try:
        with ZipFile(path) as archive:
            if {entry.compress_type for entry in archive.infolist()} - {ZIP_STORED, ZIP_DEFLATED}:
                raise BadZipFile("packed in a way that unpacks without measure")
            parts = {part.replace("\\", "/").lower().lstrip("/") for part in archive.namelist()}
            is_locked = _is_locked(archive)
    except (BadZipFile, zlib.error, ValueError, RuntimeError, EOFError):
        raise InputError(
            f"{name}: not a readable Excel workbook: the file is cut short or damaged. Save it again."
        ) from None
    if is_locked:
        raise _locked(name)
    known = (kind for part, kind in _PARTS_OF.items() if part in parts)
    workbooks = any(part.endswith("/workbook.xml") for part in parts)
    return next(known, "xlsx" if workbooks else "a compressed folder (zip)")


def _is_locked(archive: ZipFile) -> bool:
    """Whether an OpenDocument's manifest says how its parts are encrypted."""
    if "META-INF/manifest.xml" not in archive.namelist():
        return False
    with archive.open("META-INF/manifest.xml") as manifest:
        return b"encryption-data" in manifest.read(1 << 20)


def _ole_kind(path: Path, name: str) -> str:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise _locked(name)
    start = content.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")  # an Excel 97 stream; a lock is its next record
    if start >= 0 and content[start + 20 : start + 22] == b"\x2f\x00":
        raise _locked(name)
    if "WordDocument".encode("utf-16-le") in content:
        return "a Word document"
    return "xls"


def _locked(name: str) -> InputError:
    return InputError(f"{name}: the workbook is locked with a password. Save it without one.")


def _text_kind(start: bytes) -> str:
    plain = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    if plain.startswith(b"mime-version:"):
        return "a web archive (MHTML)"
    if plain.startswith(b"<?xml") and b"spreadsheet" in plain:
        return "an XML spreadsheet of Excel 2003"
    if plain.startswith(b"<") and any(tag in plain for tag in _TAGS):
        return "html"
    if plain.startswith(b"<?xml"):
        return "an XML file"
    return "a JSON file" if plain.startswith((b'[{"', b'{"')) else "text"


def refuse_kind(*, kind: str, name: str, wanted: str) -> InputError:
    """What to say of a file of a kind that is not read there."""
    words = {"text": "a text file", "html": "a web page (HTML)"}.get(kind, kind)
    return InputError(
        f"{name}: not a readable Excel workbook or text file: it is {words}, whatever its name's ending. "
        f"Save it as {wanted}."
    )
