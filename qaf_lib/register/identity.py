"""Keyed pseudonyms and permanent random numbers, and the vault's key that alone links them to people."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from filelock import FileLock

from qaf_lib.errors import InputError
from qaf_lib.files import fsync_entries, write_text


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


_KEY_BYTES = 32


@dataclass(frozen=True)
class VaultKey:
    """The key of a vault, its birthday, and the folder names of the councils whose registers were begun."""

    secret: bytes = field(repr=False)
    made_on: date
    registers: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What pages print of the key."""
        return key_fingerprint(self.secret)

    @property
    def _seal(self) -> str:
        """What a change by hand to the rest of the file does not match."""
        return keyed_digest(self.secret, "key file", self.made_on.isoformat(), *self.registers).hex()

    def to_text(self) -> str:
        """The content of the key's file."""
        told = {
            "key": self.secret.hex(),
            "made_on": self.made_on.isoformat(),
            "registers": list(self.registers),
            "seal": self._seal,
        }
        return json.dumps(told, indent=1) + "\n"

    @classmethod
    def from_text(cls, text: str) -> VaultKey:
        """The key that a file holds; a ValueError where a part is missing, wrong or was changed by hand."""
        told = json.loads(text)
        try:
            key = cls(
                secret=bytes.fromhex(told["key"]),
                made_on=date.fromisoformat(told["made_on"]),
                registers=tuple(told["registers"]),
            )
            whole = len(key.secret) == _KEY_BYTES and hmac.compare_digest(key._seal, told["seal"])
        except (KeyError, TypeError) as error:
            raise ValueError("a part is missing") from error
        if not whole:
            raise ValueError("the seal does not match")
        return key


def held_key(root: Path) -> VaultKey | None:
    """The key that a vault has, or None where it has none yet."""
    path = root / "key"
    if not path.exists():
        return None
    try:
        return VaultKey.from_text(path.read_text(encoding="ascii"))
    except ValueError:
        raise _damaged(path) from None


def older_key(vault: Path) -> bytes | None:
    """The key that version 0.2 or earlier kept in a council's own folder, or None where there is none."""
    path = vault / "key"
    if not path.exists():
        return None
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise _damaged(path)
    return key


def open_key(root: Path, *, otherwise: VaultKey) -> VaultKey:
    """The vault's key; where it has none, the one given becomes it, readable by its owner only."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(root / "key.lock"):
        held = held_key(root)
        if held is None:
            _write(root, otherwise)
        return held or otherwise


def note_register(root: Path, council: str) -> None:
    """Write into the key's file that a council's register was begun in this vault."""
    with FileLock(root / "key.lock"):
        held = held_key(root)
        if held is not None and council not in held.registers:
            _write(root, replace(held, registers=tuple(sorted({*held.registers, council}))))


def new_key() -> VaultKey:
    """A secret key nobody has had before, made today."""
    return VaultKey(secret=secrets.token_bytes(_KEY_BYTES), made_on=date.today())


def _write(root: Path, key: VaultKey) -> None:
    """Write the key's file, whole or not at all, for its owner alone."""
    write_text(root / "key", key.to_text(), mode=0o600)
    fsync_entries(root)


def _damaged(path: Path) -> InputError:
    return InputError(
        f"{path}: the vault's key is damaged or was changed by hand. Restore the vault from its backup."
    )
