"""How large a source may be: far more than a council's year holds, far less than fills a computer.

A large council has fewer than 50,000 open cases and records some 100,000 answers a year: as a sheet of twelve
columns 1.2 million cells, 7 million tags and 60 megabytes of XML, as text 20 megabytes.
"""

from __future__ import annotations

from qaf_lib.errors import InputError
from qaf_lib.fingerprint import LARGEST_FILE

__all__ = [
    "CELLS",
    "CELL_CHARACTERS",
    "COLUMNS",
    "FILE_BYTES",
    "HELD_BYTES",
    "LEVELS",
    "NAMES",
    "PAGE_BYTES",
    "PAGE_TAGS",
    "PAGE_TAG_CHARACTERS",
    "PARTS",
    "PART_TAGS",
    "ROWS",
    "TAGS",
    "TAG_BYTES",
    "TEXT_BYTES",
    "UNPACKED_BYTES",
    "TooLargeError",
    "too_large",
]

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


class TooLargeError(Exception):
    """A source beyond one of these limits; the message says of what there is too much."""


def too_large(name: str, what: str | TooLargeError) -> InputError:
    """The sentence for it."""
    return InputError(f"{name}: too large to be read: {what}. Export only the rows and columns needed.")
