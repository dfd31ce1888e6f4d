"""Keyed pseudonyms and permanent random numbers: the vault's key is all that links them to people."""

from __future__ import annotations

import hashlib
import hmac

__all__ = ["demonstration_key", "key_fingerprint", "keyed_digest", "permanent_random_number", "pseudonym"]


def demonstration_key(seed: int) -> bytes:
    """The published key of the demonstration council: its draws are the same on every machine."""
    return hashlib.sha256(f"demonstration {seed}".encode()).digest()


def key_fingerprint(key: bytes) -> str:
    """What names a key and reveals nothing of it: 64 bits of HMAC-SHA256, in hexadecimal.

    Examples
    --------
    >>> key_fingerprint(bytes(32))
    '2c3767eca98640cc'
    """
    return keyed_digest(key, "fingerprint")[:8].hex()


def pseudonym(*, key: bytes, kind: str, reference: str) -> str:
    """A stable pseudonym for a reference: 64 bits of HMAC-SHA256, meaningless without the key.

    Examples
    --------
    >>> pseudonym(key=bytes(32), kind="case", reference="0123456")
    'case-1c39fff625e972a2'
    """
    return f"{kind}-{keyed_digest(key, 'id', kind, reference)[:8].hex()}"


def permanent_random_number(*, key: bytes, purpose: str, identity: str) -> float:
    """A number in [0, 1) that belongs to an identity for ever: 53 bits of HMAC-SHA256.

    References
    ----------
    Ohlsson, E. (1995). Coordination of samples using permanent random numbers. In Cox et al. (eds),
    Business Survey Methods, Wiley, chapter 9.

    Examples
    --------
    >>> 0 <= permanent_random_number(key=bytes(32), purpose="draw", identity="case-1") < 1
    True
    """
    return (int.from_bytes(keyed_digest(key, "number", purpose, identity)[:8], "big") >> 11) / 2**53


def keyed_digest(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA256 of some texts in their order."""
    return hmac.new(key, "\x1f".join(parts).encode("utf-8"), hashlib.sha256).digest()
