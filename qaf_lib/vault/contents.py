"""What of a vault cannot be made again: the key, and each council's register."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from qaf_lib.errors import EditionError, InputError
from qaf_lib.register import Register, VaultKey, held_key, key_fingerprint, older_key
from qaf_lib.register.plain_errors import plain_errors

__all__ = ["KEY", "LOCK_SECONDS", "REGISTER", "Kept", "alone", "check_whole", "councils_of", "lock_of"]

KEY, REGISTER = "key", "register.sqlite"
LOCK_SECONDS = 600
"""Seconds that a run is given to end."""


@dataclass(frozen=True)
class Kept:
    """What a backup holds: when it was made (UTC), and the folder names of the councils."""

    made_at: datetime
    councils: tuple[str, ...]
    has_key: bool

    @property
    def sentence(self) -> str:
        """The same in words."""
        registers = "the register" if len(self.councils) == 1 else f"the {len(self.councils)} registers"
        key = "the key and " if self.has_key else "(no key: a vault of made-up data alone has none) "
        return f"{key}{registers} of {', '.join(self.councils)}."


def councils_of(vault: Path) -> list[Path]:
    """The folders of the councils that have a register in a vault."""
    return sorted(path.parent for path in vault.glob(f"*/{REGISTER}"))


def lock_of(council: Path, wait: float) -> FileLock:
    """What whoever writes to a council's part of the vault holds; others are given some seconds."""
    return FileLock(council / "prepare.lock", timeout=wait)


@contextmanager
def alone(council: Path) -> Iterator[None]:
    """A council's part of the vault held for this command alone; waits for a run to end.

    Raises
    ------
    EditionError
        If the run does not end in time.
    """
    try:
        with lock_of(council, LOCK_SECONDS):
            yield
    except Timeout:
        raise EditionError(f"{council}: a run holds this part of the vault. Wait for it to end.") from None


def check_whole(folder: Path, *, name: Path) -> None:
    """Refuse a key and registers that are damaged, of a later version, or do not belong together.

    Raises
    ------
    InputError
        If anything is wrong; the message calls the folder `name`.
    """
    key, councils = held_key(folder), councils_of(folder)
    lost = set(key.registers if key else ()) - {council.name for council in councils}
    if lost:
        raise InputError(
            f"{name}: the register of {', '.join(sorted(lost))} was begun with this key and is not there. "
            "Restore an earlier backup."
        )
    for council in councils:
        _check_register(council / REGISTER, key, name=name)


def _check_register(path: Path, key: VaultKey | None, *, name: Path) -> None:
    with plain_errors(f"{name}, register of {path.parent.name}"), closing(sqlite3.connect(path)) as database:
        found = database.execute("PRAGMA integrity_check").fetchone()
    if found != ("ok",):
        raise InputError(f"{name}: the register of {path.parent.name} is damaged. Restore an earlier backup.")
    with Register.in_memory(path) as register:
        told = register.read("vault")["key_fingerprint"].tolist()
    older = older_key(path.parent)
    held = {key.fingerprint} if key else set()
    held |= {key_fingerprint(older)} if older else set()
    begun_here = older is not None or (key is not None and path.parent.name in key.registers)
    if told and begun_here and told[-1] not in held:
        raise InputError(
            f"{name}: the register of {path.parent.name} was begun with another key than the one beside it. "
            "Restore a backup in which they belong together."
        )
