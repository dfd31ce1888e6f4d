"""The parts of an .xlsx or .xlsm workbook: its sheets in order, their texts and number formats."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import IO
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from qaf_lib.intake.cells import cell_text, elapsed_text
from qaf_lib.intake.file_kinds import PART_TAGS, TAGS, UNPACKED_BYTES, TooLargeError
from qaf_lib.intake.xlsx_sheet import BrokenPartError, Local, SharedTexts, SheetReader, parse

_KNOWN_AT_MOST = 100_000
_FORMAT_CHARACTERS = 255
"""Excel's own; a longer one is no format, and matching it could take hours."""
_ZEROS = re.compile(r"(?:\[[^\]]*\])*(0{2,})(?:;|$)")


_CHUNK = 1 << 16


@dataclass(frozen=True)
class _SheetPart:
    title: str
    part: str
    is_hidden: bool


class Xlsx:
    """An open workbook: `titles` of its worksheets in order, and those of them that are `hidden`."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lower().lstrip("/"): name for name in archive.namelist()}
        self._weighed: set[str] = set()
        self._bytes, self._tags = 0, 0
        self._workbook = self._workbook_part()
        self._from_1904 = False
        self._sheets: list[_SheetPart] = []
        self._read_workbook()
        self.titles = [sheet.title for sheet in self._sheets]
        self.hidden = [sheet.title for sheet in self._sheets if sheet.is_hidden]

    def read(self, title: str, *, top: int | None = None) -> SheetReader:
        """One sheet, or its first rows."""
        reader = SheetReader(strings=self._strings, number=self._numbers.text)
        sheet = next(sheet for sheet in self._sheets if sheet.title == title)
        with self._open(sheet.part) as stream:
            reader.read(stream, top=top)
        return reader

    def _workbook_part(self) -> str:
        for target, kind in self._related("").values():
            if kind == "officeDocument":
                return target
        return "xl/workbook.xml"

    def _read_workbook(self) -> None:
        related = self._related(self._workbook)
        parts: set[str] = set()

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "workbookPr":
                self._from_1904 = attributes.get("date1904") in {"1", "true"}
            if name == "sheet":
                part, kind = related.get(attributes.get("id", ""), ("", "worksheet"))
                if kind == "worksheet":
                    hidden = attributes.get("state", "visible") != "visible"
                    self._sheets.append(_SheetPart(attributes.get("name", ""), part, hidden))
                    if part and part in parts:
                        raise BrokenPartError("two of its sheets are one part")
                    parts.add(part)

        self._elements(self._workbook, start)

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Other parts by the id under which a part names them: where they stand, and their kind."""
        folder, name = posixpath.split(part)
        related: dict[str, tuple[str, str]] = {}

        def start(element: str, attributes: dict[str, str]) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                related[attributes.get("Id", "")] = (target.lstrip("/"), kind)

        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations.lower() in self._names:
            self._elements(relations, start)
        return related

    def _beside(self, kind: str) -> str | None:
        """The workbook's part of a kind, where the file has it."""
        parts = [part for part, its_kind in self._related(self._workbook).values() if its_kind == kind]
        return next((part for part in parts if part.lower() in self._names), None)

    @cached_property
    def _strings(self) -> list[str]:
        part = self._beside("sharedStrings")
        if part is None:
            return []
        with self._open(part) as stream:
            return SharedTexts().read(stream)

    @cached_property
    def _numbers(self) -> NumberTexts:
        formats: dict[int, str] = {}
        styles: list[int] = []
        within = [""]

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "numFmt" and attributes.get("numFmtId", "").isdigit():
                formats.setdefault(int(attributes["numFmtId"]), attributes.get("formatCode", ""))
            if name in {"cellXfs", "cellStyleXfs", "dxfs"}:
                within[0] = name
            if name == "xf" and within[0] == "cellXfs":
                said = attributes.get("numFmtId", "0")
                styles.append(int(said) if said.isdigit() else 0)

        part = self._beside("styles")
        if part is not None:
            self._elements(part, start)
        return NumberTexts(formats=formats, styles=styles, from_1904=self._from_1904)

    def _elements(self, part: str, start: Callable[[str, dict[str, str]], None]) -> None:
        """Hand a part's elements and attributes, without prefixes, to a function."""
        local = Local()
        with self._open(part, tags=PART_TAGS) as stream:
            parse(
                stream,
                start=lambda name, attributes: start(
                    local[name], {local[key]: value for key, value in attributes.items()}
                ),
            )

    def _open(self, part: str, *, tags: int = TAGS) -> IO[bytes]:
        name = self._names.get(part.lower())
        if name is None:
            raise BrokenPartError(f"its part {part or 'of a sheet'} is missing")
        if name not in self._weighed:
            self._weigh(name, tags)
        return self._archive.open(name)

    def _weigh(self, name: str, tags: int) -> None:
        """Unpack a part once, only to count: soon refused is what would take minutes to be made sense of."""
        self._weighed.add(name)
        if self._bytes + self._archive.getinfo(name).file_size > UNPACKED_BYTES:
            raise TooLargeError(f"it unpacks to more than {UNPACKED_BYTES:,} bytes")
        before = self._tags
        with self._archive.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                self._bytes += len(chunk)
                self._tags += chunk.count(b"<")
                if self._tags > min(TAGS, before + tags):
                    raise TooLargeError(f"its XML holds more than {min(tags, TAGS):,} tags")


@dataclass(frozen=True)
class _Shape:
    is_date: bool
    is_elapsed: bool
    zeros: int

    @classmethod
    def of(cls, form: str) -> _Shape:
        if len(form) > _FORMAT_CHARACTERS:
            return _PLAIN
        zeros = _ZEROS.match(form)
        return cls(is_date_format(form), is_timedelta_format(form), len(zeros[1]) if zeros else 0)


_PLAIN = _Shape(is_date=False, is_elapsed=False, zeros=0)


class NumberTexts:
    """The text of a number by the style of its cell; a pair that comes again is seldom worked out twice.

    `formats` gives a workbook's own formats by id, `styles` the format id of each cell style.
    """

    def __init__(self, *, formats: Mapping[int, str], styles: Sequence[int], from_1904: bool) -> None:
        forms = [formats.get(style) or BUILTIN_FORMATS.get(style, "General") for style in styles]
        shapes = {form: _Shape.of(form) for form in set(forms)}
        self._shapes = [shapes[form] for form in forms]
        self._epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
        self._known: dict[tuple[str, str], str] = {}

    def text(self, value: str, style: str) -> str:
        """A number as the sheet holds it, and its cell's style, as text."""
        found = self._known.get((value, style))
        if found is None:
            if len(self._known) > _KNOWN_AT_MOST:
                self._known.clear()
            found = self._known[value, style] = self._worked_out(value, self._shape(style))
        return found

    def _shape(self, style: str) -> _Shape:
        return self._shapes[int(style)] if style.isdigit() and int(style) < len(self._shapes) else _PLAIN

    def _worked_out(self, value: str, shape: _Shape) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if not isfinite(number):
            return value
        if shape.is_elapsed and isfinite(number * 86_400):
            return elapsed_text(number * 86_400)
        if shape.is_date:
            return self._moment(number)
        digits = (value.lstrip("0") or "0") if value.isdigit() else cell_text(number)
        return digits.zfill(shape.zeros) if digits.isdigit() else digits

    def _moment(self, number: float) -> str:
        if number < 0:
            return cell_text(number)
        try:
            return cell_text(from_excel(number, self._epoch))
        except (ValueError, OverflowError):
            return cell_text(number)  # no such day: the checks will say that it is no date
