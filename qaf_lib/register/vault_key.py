"""The file of a vault's key: the secret, the day it was made, and the registers begun in the vault."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from filelock import FileLock

from qaf_lib.errors import InputError
from qaf_lib.files import fsync_entries, write_text
from qaf_lib.register.identity import key_fingerprint, keyed_digest

__all__ = ["VaultKey", "held_key", "new_key", "note_register", "older_key", "open_key"]

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
    """The key that a vault has, or None where it has none yet.

    Raises
    ------
    InputError
        If the key's file is damaged.
    """
    path = root / "key"
    if not path.exists():
        return None
    try:
        return VaultKey.from_text(path.read_text(encoding="ascii"))
    except ValueError:
        raise _damaged(path) from None


def older_key(vault: Path) -> bytes | None:
    """The key that version 0.2 or earlier kept in a council's own folder, or None where there is none.

    Raises
    ------
    InputError
        If it is damaged.
    """
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
