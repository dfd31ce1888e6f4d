"""Images and other contents that stand within a text as addresses of their own data."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

__all__ = ["texts_within"]

_DATA_ADDRESS = re.compile(
    r"""data:[\w/+.-]*(?:;[\w.=-]+)*?
        (?:;base64,(?P<base64>(?:[A-Za-z0-9+/%]{60,}[ \t]*\r?\n[ \t]*)*[A-Za-z0-9+/%]*={0,2})
          |,(?P<encoded>[^\s"'<>]*))""",
    re.VERBOSE | re.IGNORECASE,
)
_PNG = b"\x89PNG\r\n\x1a\n"
_SHORTEST_TEXT = re.compile(r"[^\x00-\x1f\x7f\ufffd]{8,}")
"""Shorter runs of letters and digits come about by chance in bytes that are no text."""


def texts_within(text: str) -> Iterator[str]:
    """The text without the data addresses in it, then what each of these holds, as text."""
    yield _DATA_ADDRESS.sub(lambda found: "\n" * found[0].count("\n"), text)
    for found in _DATA_ADDRESS.finditer(text):
        yield from texts_within(_read(_bytes_of(found)))


def _bytes_of(found: re.Match[str]) -> bytes:
    if found["base64"] is None:
        return unquote_to_bytes(found["encoded"])
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", unquote_to_bytes(found["base64"]))
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return b64decode(whole + b"=" * (-len(whole) % 4))


def _read(raw: bytes) -> str:
    """Bytes as text: what is no text is left out but for the words in it."""
    if raw.startswith(_PNG):
        return "\n".join(_png_words(raw))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "\n".join(_SHORTEST_TEXT.findall(raw.decode("utf-8", errors="replace")))


def _png_words(raw: bytes) -> Iterator[str]:
    """Contents of a PNG image's chunks but for its pixels."""
    at = len(_PNG)
    while at < len(raw):
        size, kind = int.from_bytes(raw[at : at + 4], "big"), raw[at + 4 : at + 8]
        if kind not in (b"IDAT", b"PLTE", b"IHDR"):
            yield raw[at + 8 : at + 8 + size].decode("utf-8", errors="replace")
        at += size + 12
