"""What people type, made safe: no characters that nobody sees, and folder names that every system takes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from unicodedata import combining, normalize

_BREAKS = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def without_unseen(text: str) -> str:
    """Text without control characters, marks of direction and zero width, and halves of pairs.

    Tabs and new lines stay; what else breaks a line or a page becomes a blank.

    Examples
    --------
    >>> without_unseen("Jo\\u202enes\\u200b, \\x07North\\u2028team")
    'Jones, North team'
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", _BREAKS.sub(" ", text))


_LONGEST = 60
_OF_WINDOWS = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)\d)")
"""Names that Windows keeps for itself."""


def address_of(name: str) -> str:
    """A name as part of a path: accents dropped, all else but letters and digits as hyphens.

    Where nothing is left, more than 60 letters, or a name that Windows keeps for itself, a few digits of the
    name's checksum follow.

    Examples
    --------
    >>> address_of("Équipe Nord/2"), address_of("団")
    ('equipe-nord-2', '-592f2641')
    """
    letters = "".join(letter for letter in normalize("NFKD", name.casefold()) if not combining(letter))
    plain = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if plain and len(plain) <= _LONGEST and not _OF_WINDOWS.fullmatch(plain):
        return plain
    return f"{plain[:_LONGEST]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def sharing_addresses(names: Iterable[str]) -> list[list[str]]:
    """Names that would share an address, together; in order.

    Examples
    --------
    >>> sharing_addresses(["T/1", "T-1", "T2"])
    [['T-1', 'T/1']]
    """
    by_address: dict[str, list[str]] = {}
    for name in sorted(set(names)):
        by_address.setdefault(address_of(name), []).append(name)
    return [together for together in by_address.values() if len(together) > 1]
