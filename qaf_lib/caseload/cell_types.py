"""Text as days, times, numbers and yes or no: only what can be read one way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType

__all__ = ["READERS", "day_of", "flag_of", "fraction_of", "moment_of", "number_of", "whole_number_of"]

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_FIRST_YEAR, _LAST_YEAR = 1678, 2261
"""Years that pandas can hold to the nanosecond."""

_DAY = re.compile(
    r"""(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?
    (?:(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})
    |(?P<day2>\d{1,2})\s*([-/.])\s*(?P<month2>\d{1,2})\s*\6\s*(?P<year2>\d{4})
    |(?P<day3>\d{1,2})(?:st|nd|rd|th)?[-\s/.,]*(?P<name>[a-z]{3,9})[-\s/.,]*(?P<year3>\d{4})
    |(?P<name2>[a-z]{3,9})[\s.-]+(?P<day4>\d{1,2})(?:st|nd|rd|th)?[,\s]+(?P<year4>\d{4}))
    (?P<clock>(?:t|,?\s+).+)?""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_CLOCK = re.compile(
    r"""(?:t|,?\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?
    \s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>z|utc|gmt|bst|[-+]\d{2}(?::?\d{2})?)?""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_NUMBER = re.compile(
    r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})?(?:\.\d*)?(?:e[-+]?\d{1,2})?", re.IGNORECASE | re.ASCII
)
_TRUE = frozenset({"true", "yes", "y", "1", "1.0", "t"})
_FALSE = frozenset({"false", "no", "n", "0", "0.0", "f"})


def day_of(text: str) -> date | None:
    """The day that a text names, day before month; a time beside it is left, whatever its offset.

    Examples
    --------
    >>> day_of("01/08/2026 23:59"), day_of("1 August 2026"), day_of("08/13/2026"), day_of("1/8/26")
    (datetime.date(2026, 8, 1), datetime.date(2026, 8, 1), None, None)
    """
    found = _DAY.fullmatch(text)
    if not found or (found["clock"] and _time_of(found["clock"]) is None):
        return None
    month = found["month"] or found["month2"] or _month(found["name"] or found["name2"])
    day = found["day"] or found["day2"] or found["day3"] or found["day4"]
    year = int(found["year"] or found["year2"] or found["year3"] or found["year4"])
    try:
        return date(year, int(month), int(day)) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


def _month(name: str) -> int:
    """The number of a month by its name or its first letters; 0 for another word."""
    word = name.lower()
    return next((number for number, month in enumerate(_MONTHS, 1) if month.startswith(word)), 0) or (
        9 if word == "sept" else 0
    )


def moment_of(text: str) -> datetime | None:
    """The time that a text names, as UTC; a day alone is its first minute.

    Examples
    --------
    >>> moment_of("2026-08-01T14:05+01:00"), moment_of("1/8/2026 2:05 pm")
    (datetime.datetime(2026, 8, 1, 13, 5), datetime.datetime(2026, 8, 1, 14, 5))
    """
    day = day_of(text)
    if day is None:
        return None
    clock = _time_of(str(found["clock"])) if (found := _DAY.fullmatch(text)) and found["clock"] else time()
    moment = datetime.combine(day, clock or time())
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _time_of(text: str) -> time | None:
    found = _CLOCK.fullmatch(text.rstrip())
    if not found:
        return None
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * found["half"].lower().startswith("p")
    part = int((found["part"] or "").ljust(6, "0")[:6])
    try:
        return time(hour, int(found["minute"]), int(found["second"] or 0), part, tzinfo=_zone(found["zone"]))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return timezone(timedelta(hours=1)) if text.lower() == "bst" else UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def number_of(text: str) -> float | None:
    """The number that a text names; commas only where they part thousands.

    Examples
    --------
    >>> number_of("1,250.5"), number_of("1,5"), number_of("inf")
    (1250.5, None, None)
    """
    if not _NUMBER.fullmatch(text) or not any(sign.isdigit() for sign in text.lower().split("e")[0]):
        return None
    return float(text.replace(",", ""))


def whole_number_of(text: str) -> int | None:
    """The whole number that a text names; `3.0` is one."""
    number = number_of(text)
    return int(number) if number is not None and number.is_integer() and abs(number) < 1e15 else None


def fraction_of(text: str) -> float | None:
    """The fraction from 0 to 1 that a text names, or the percentage with its sign.

    Examples
    --------
    >>> fraction_of("0.45"), fraction_of("45 %"), fraction_of("45")
    (0.45, 0.45, None)
    """
    percent = text.endswith("%")
    number = number_of(text.removesuffix("%").rstrip())
    if number is None:
        return None
    fraction = number / 100 if percent else number
    return fraction if 0 <= fraction <= 1 else None


def flag_of(text: str) -> bool | None:
    """Yes or no in one word, letter or figure."""
    word = text.lower()
    return True if word in _TRUE else False if word in _FALSE else None


READERS: Mapping[str, tuple[Callable[[str], object | None], str, str]] = MappingProxyType(
    {
        "d": (day_of, "is not a date (2026-09-30 or 30/09/2026)", "datetime64[ns]"),
        "t": (moment_of, "is not a time (2026-09-30 14:05)", "datetime64[ns]"),
        "i": (whole_number_of, "is not a whole number", "Int64"),
        "n": (number_of, "is not a number", "Float64"),
        "f": (fraction_of, "is not a fraction from 0 to 1", "Float64"),
        "b": (flag_of, "is not true or false", "boolean"),
    }
)
"""Of each type of column that is no text: how a cell is read, the rule it breaks, the type it is held in."""
