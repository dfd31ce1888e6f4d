"""Numbers of an Excel sheet as their format shows them: dates, times, leading zeros."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from qaf_lib.caseload.cells import cell_text, elapsed_text

__all__ = ["NumberTexts"]

_KNOWN_AT_MOST = 100_000
_FORMAT_CHARACTERS = 255
"""Excel's own; a longer one is no format, and matching it could take hours."""
_ZEROS = re.compile(r"(?:\[[^\]]*\])*(0{2,})(?:;|$)")


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
