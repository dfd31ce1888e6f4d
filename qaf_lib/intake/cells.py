"""Cells as text in one spelling, and text as days, times, numbers and yes or no: what can be read one way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from math import isfinite

from qaf_lib.text import without_unseen

_ALIKE = re.compile(r"(?<=[^\s_])[\s_\-\u2010-\u2015\u2212]+|[\s_]+")


def cell_text(value: object) -> str:
    """A cell as text: dates in ISO form, whole numbers without a point, true and false in words."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime():
            return _moment_text(value)
        case date():
            return value.isoformat()
        case time():
            return value.replace(microsecond=0, tzinfo=None).isoformat()
        case float() | Decimal():
            return _number_text(value)
        case timedelta():
            return elapsed_text(value.total_seconds())
        case bytes() | memoryview():
            return _bytes_text(bytes(value))
        case _:
            return str(value)


def elapsed_text(seconds: float) -> str:
    """A length of time as hours, minutes and seconds."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _moment_text(value: datetime) -> str:
    clock = value.replace(tzinfo=None) + timedelta(milliseconds=500)  # a sheet's fraction of a day is inexact
    clock = clock.replace(microsecond=0)
    return clock.date().isoformat() if clock.time() == time() else clock.isoformat(sep=" ")


def _number_text(value: float | Decimal) -> str:
    if not isfinite(value):
        return ""
    if value == int(value):
        return str(int(value))
    return format(value if isinstance(value, Decimal) else Decimal(f"{value:.15g}"), "f")


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def tidy(text: str) -> str:
    """Text in NFC with plain blanks, without characters that nobody sees, trimmed."""
    seen = without_unseen(text)
    return (seen if seen.isascii() else unicodedata.normalize("NFC", seen).replace("\xa0", " ")).strip()


def folded(text: str) -> str:
    """How headings and words are matched: without letter case, blanks, underscores, hyphens and unseen signs.

    A hyphen in front stays (`-1` is not 1).
    """
    seen = unicodedata.normalize("NFC", without_unseen(text))
    return _ALIKE.sub(" ", seen).strip().casefold()


WORDS_FOR_NOTHING = frozenset(
    folded(word)
    for word in (
        *("n/a", "na", "-", "--", "–", "—", "null", "(null)", "<null>", "(blank)"),
        *("#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!", "#getting_data"),
    )
)
"""Folded words that stand for an empty cell wherever nothing else knows them as words."""

_SHOWN = 30
"""Words that a message names at most."""

_STARTS = frozenset(sign for word in WORDS_FOR_NOTHING for sign in (word[0], word[0].upper()))


def is_nothing(word: str) -> bool:
    """Whether a tidy cell holds a word that stands for an empty one."""
    return word[:1] in _STARTS and folded(word) in WORDS_FOR_NOTHING


def listed(words: Sequence[str]) -> str:
    """The first words of a list as a message names them, and how many more there are."""
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more


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
    """The day that a text names, day before month; a time beside it is left, whatever its offset."""
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
    """The time that a text names, as UTC; a day alone is its first minute."""
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
    """The number that a text names; commas only where they part thousands."""
    if not _NUMBER.fullmatch(text) or not any(sign.isdigit() for sign in text.lower().split("e")[0]):
        return None
    return float(text.replace(",", ""))


def whole_number_of(text: str) -> int | None:
    """The whole number that a text names; `3.0` is one."""
    number = number_of(text)
    return int(number) if number is not None and number.is_integer() and abs(number) < 1e15 else None


def fraction_of(text: str) -> float | None:
    """The fraction from 0 to 1 that a text names, or the percentage with its sign."""
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


READERS: Mapping[str, tuple[Callable[[str], object | None], str, str]] = {
    "d": (day_of, "is not a date (2026-09-30 or 30/09/2026)", "datetime64[ns]"),
    "t": (moment_of, "is not a time (2026-09-30 14:05)", "datetime64[ns]"),
    "i": (whole_number_of, "is not a whole number", "Int64"),
    "n": (number_of, "is not a number", "Float64"),
    "f": (fraction_of, "is not a fraction from 0 to 1", "Float64"),
    "b": (flag_of, "is not true or false", "boolean"),
}
"""Of each type of column that is no text: how a cell is read, the rule it breaks, the type it is held in."""
