"""Cells as text: one spelling for every value, and how headings and words are held against each other."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite

from qaf_lib.characters import without_unseen

__all__ = ["WORDS_FOR_NOTHING", "cell_text", "elapsed_text", "folded", "tidy"]

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
    """How headings and words are matched.

    Letter case, blanks, underscores, hyphens and unseen characters are set aside; a hyphen in front stays
    (`-1` is not 1).

    Examples
    --------
    >>> folded(" Overall_Grade") == folded("overall\\u00a0-\\u00a0grade")
    True
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
