"""What a file is, told by its bytes: systems give exports any ending."""

from __future__ import annotations

import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from qaf_lib.errors import InputError

__all__ = ["file_kind", "refuse_kind"]

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
_PARTS = {
    "xl/workbook.bin": "xlsb",
    "xl/workbook.xml": "xlsx",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a presentation",
    "index/document.iwa": "a Numbers document",
    "content.xml": "ods",
}


def file_kind(*, path: Path, name: str) -> str:
    """`xlsx`, `xlsb`, `ods`, `xls`, `html`, `text`, or words for what else a file is.

    Raises
    ------
    InputError
        If there is no such file, it cannot be opened, is empty or locked with a password.
    """
    if not path.is_file():
        raise InputError(
            f"{name}: no such file. Check the path in the parameter file; it is seen from the project folder."
        )
    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
        return _kind(path, start, name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{name}: the file cannot be opened ({reason}). Close it elsewhere.") from None


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
    try:
        with ZipFile(path) as archive:
            parts = {part.replace("\\", "/").lower().lstrip("/") for part in archive.namelist()}
            is_locked = _is_locked(archive)
    except (BadZipFile, zlib.error, ValueError, RuntimeError, EOFError):
        raise InputError(
            f"{name}: not a readable Excel workbook: the file is cut short or damaged. Save it again."
        ) from None
    if is_locked:
        raise _locked(name)
    known = (kind for part, kind in _PARTS.items() if part in parts)
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
