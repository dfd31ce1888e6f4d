"""Keyed pseudonyms and permanent random numbers: the vault's key is all that links them to people."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from qaf_lib.errors import InputError

__all__ = ["demonstration_key", "held_key", "new_key", "open_key", "permanent_random_number", "pseudonym"]

_KEY_BYTES = 32


def open_key(*, vault: Path, given: bytes | None = None) -> bytes:
    """The vault's secret key, made on first use and readable by its owner only.

    `given` is the published key of a demonstration council, so that its draws are the same everywhere;
    a vault with real data never has one.
    """
    key = held_key(vault)
    if key is not None:
        return key
    key = given or new_key()
    vault.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(vault / "key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex())
        file.flush()
        os.fsync(file.fileno())
    return key


def held_key(vault: Path) -> bytes | None:
    """The key that a vault has, or None where it has none yet.

    Raises
    ------
    InputError
        If the key is damaged.
    """
    path = vault / "key"
    if not path.exists():
        return None
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except (UnicodeDecodeError, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise InputError(f"{path}: the vault's key is damaged. Restore the vault from its backup.")
    return key


def new_key() -> bytes:
    """A secret key nobody has had before."""
    return secrets.token_bytes(_KEY_BYTES)


def demonstration_key(seed: int) -> bytes:
    """The published key of the demonstration council: its draws are the same on every machine."""
    return hashlib.sha256(f"demonstration {seed}".encode()).digest()


def pseudonym(*, key: bytes, kind: str, reference: str) -> str:
    """A stable pseudonym for a reference: 64 bits of HMAC-SHA256, meaningless without the key.

    Examples
    --------
    >>> pseudonym(key=bytes(32), kind="case", reference="0123456")
    'case-1c39fff625e972a2'
    """
    return f"{kind}-{_digest(key, 'id', kind, reference)[:8].hex()}"


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
    return (int.from_bytes(_digest(key, "number", purpose, identity)[:8], "big") >> 11) / 2**53


def _digest(key: bytes, *parts: str) -> bytes:
    return hmac.new(key, "\x1f".join(parts).encode("utf-8"), hashlib.sha256).digest()
