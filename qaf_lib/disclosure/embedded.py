"""Images and other contents that stand within a text as addresses of their own data; words of bytes."""

from __future__ import annotations

import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

__all__ = ["contents_within", "text_of"]

_DATA_ADDRESS = re.compile(
    r"""data:[\w/+.-]*(?:;[\w.=-]+)*?
        (?:;base64,(?P<base64>(?:[A-Za-z0-9+/%]{60,}[ \t]*\r?\n[ \t]*)*[A-Za-z0-9+/%]*={0,2})
          |,(?P<encoded>[^\s"'<>]*))""",
    re.VERBOSE | re.IGNORECASE,
)
_PNG = b"\x89PNG\r\n\x1a\n"
_LONGEST_PACKED = 1_000_000
_SHORTEST_TEXT = re.compile(r"[^\x00-\x1f\x7f\ufffd]{8,}")
"""Shorter runs of letters and digits come about by chance in bytes that are no text."""


def contents_within(text: str) -> tuple[str, list[bytes]]:
    """The text without the data addresses in it, and what each of these holds."""
    if ":" not in text:
        return text, []
    return _DATA_ADDRESS.sub(" ", text), [_bytes_of(found) for found in _DATA_ADDRESS.finditer(text)]


def _bytes_of(found: re.Match[str]) -> bytes:
    if found["base64"] is None:
        return unquote_to_bytes(found["encoded"])
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", unquote_to_bytes(found["base64"]))
    whole = letters[: len(letters) - (len(letters) % 4 == 1)]
    return b64decode(whole + b"=" * (-len(whole) % 4))


def text_of(raw: bytes) -> str:
    """Bytes as text: what is no text is left out but for the words in it."""
    if raw.startswith(_PNG):
        return "\n".join(_png_words(raw))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", errors="replace")
        return "\n".join(_SHORTEST_TEXT.findall(text)) if "\0" in text else text


def _png_words(raw: bytes) -> Iterator[str]:
    """Contents of a PNG image's chunks but for its pixels."""
    at = len(_PNG)
    while at < len(raw):
        size, kind = int.from_bytes(raw[at : at + 4], "big"), raw[at + 4 : at + 8]
        if kind not in (b"IDAT", b"PLTE", b"IHDR"):
            yield _unpacked(kind, raw[at + 8 : at + 8 + size]).decode("utf-8", errors="replace")
        at += size + 12


def _unpacked(kind: bytes, content: bytes) -> bytes:
    """A chunk with the text in it that is compressed, if any."""
    before, mark, packed = content.partition({b"zTXt": b"\0\0", b"iTXt": b"\0\1\0"}.get(kind, b"\0\0\0\0"))
    if kind == b"iTXt":
        packed = packed.split(b"\0", 2)[-1]
    try:
        return before + b"\n" + zlib.decompressobj().decompress(packed, _LONGEST_PACKED) if mark else content
    except zlib.error:
        return content
