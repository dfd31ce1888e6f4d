"""What of a vault cannot be made again, the key and the registers: kept in one file and brought back."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from filelock import FileLock

from qaf_lib.errors import EditionError, InputError
from qaf_lib.files import fsync_folder, sha256_of
from qaf_lib.register import Register, VaultKey, begun_in, held_key, key_fingerprint, older_key
from qaf_lib.register.postgresql import held_alone, register_url
from qaf_lib.register.vault_location import refuse_shared_place, refuse_synced_place
from qaf_lib.register.versions import copy_register, plain_errors

KEY, REGISTER = "key", "register.sqlite"
LOCK_SECONDS = 600
"""Seconds that a run is given to end."""

MANIFEST = "manifest.json"
_PART = re.compile(rf"(?:[a-z0-9-]+/)?{KEY}|[a-z0-9-]+/{re.escape(REGISTER)}")
_CHUNK = 1 << 20


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
    return [path.parent for path in begun_in(vault)]


@contextmanager
def lock_of(council: Path, wait: float, *, taken: Exception) -> Iterator[None]:
    """What whoever writes to a council's part of the vault holds; others are given some seconds.

    A register in PostgreSQL is held too, since runs on other machines do not see the lock on a file. Where
    another holds either for longer, `taken` is raised.
    """
    council.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as held:
        try:
            held.enter_context(FileLock(council / "prepare.lock", timeout=wait))
            held.enter_context(held_alone(council / REGISTER, wait))
        except TimeoutError:
            raise taken from None
        yield


def alone(council: Path) -> AbstractContextManager[None]:
    """A council's part of the vault held for this command alone; waits some time for a run to end."""
    taken = EditionError(f"{council}: a run holds this part of the vault. Wait for it to end.")
    return lock_of(council, LOCK_SECONDS, taken=taken)


def check_whole(folder: Path, *, name: Path) -> None:
    """Refuse a key and registers that are damaged, of a later version, or do not belong together.

    The message calls the folder `name`.
    """
    key, councils = held_key(folder), _files_in(folder)
    lost = set(key.registers if key else ()) - {council.name for council in councils}
    if lost:
        raise InputError(
            f"{name}: the register of {', '.join(sorted(lost))} was begun with this key and is not there. "
            "Restore an earlier backup."
        )
    for council in councils:
        _check_register(council / REGISTER, key, name=name)


def _files_in(folder: Path) -> list[Path]:
    """The folders of a copy of a vault that have a register's file."""
    return sorted(path.parent for path in folder.glob(f"*/{REGISTER}"))


def _check_register(path: Path, key: VaultKey | None, *, name: Path) -> None:
    with plain_errors(f"{name}, register of {path.parent.name}"), closing(sqlite3.connect(path)) as database:
        found = database.execute("PRAGMA integrity_check").fetchone()
    if found != ("ok",):
        raise InputError(f"{name}: the register of {path.parent.name} is damaged. Restore an earlier backup.")
    with Register.from_file(path) as register:
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


def write_backup(*, vault: Path, file: Path) -> Kept:
    """Write a vault's key and registers, with their checksums, into a new file that its owner alone can read.

    Period stores, lists and executed notebooks are made again from the registers and the sources. What is
    written has been checked: a vault whose parts do not belong together is refused. A run that is under way
    is waited for. A file that is there already, or would lie in a synced folder, in the vault, or among the
    reports that are handed over, is refused.
    """
    councils = councils_of(vault)
    if not councils:
        raise InputError(f"{vault}: no register is there, so there is nothing to keep. Is QAF_VAULT right?")
    _refuse_place(vault, file)
    with ExitStack() as held:
        for council in councils:
            held.enter_context(alone(council))
        copy = vault / "backup.new"
        shutil.rmtree(copy, ignore_errors=True)
        held.callback(shutil.rmtree, copy, ignore_errors=True)
        _copy(vault, councils, copy)
        check_whole(copy, name=vault)
        kept = Kept(
            made_at=datetime.now(UTC).replace(microsecond=0),
            councils=tuple(council.name for council in councils),
            has_key=(copy / KEY).exists(),
        )
        _write(copy, file, kept)
    return kept


def _refuse_place(vault: Path, file: Path) -> None:
    refuse_synced_place(file, what="it would copy the key and every reference to other machines")
    if file.exists():
        raise InputError(f"{file}: is there already. Name a new file; an older backup is not overwritten.")
    if not file.parent.is_dir():
        raise InputError(f"{file.parent}: no such folder. Make it, or name another.")
    real = file.resolve()
    if real.is_relative_to(vault.resolve()):
        raise InputError(f"{file}: lies in the vault and would be lost with it. Name a place elsewhere.")
    if "outputs" in real.parent.parts:
        raise InputError(f"{file}: what lies in outputs is handed over. Name a place elsewhere.")


def _copy(vault: Path, councils: list[Path], copy: Path) -> None:
    copy.mkdir(mode=0o700)
    keys = [folder / KEY for folder in (vault, *councils) if (folder / KEY).is_file()]
    for council in councils:
        (copy / council.name).mkdir(mode=0o700)
        _copy_register(council / REGISTER, copy / council.name / REGISTER)
    for key in keys:
        shutil.copy(key, copy / key.relative_to(vault))


def _copy_register(path: Path, copy: Path) -> None:
    """A register's file, wherever the register stands."""
    if register_url() is None:
        copy_register(path, copy)
        return
    with Register.in_memory(path) as register:
        register.write_file(copy)


def _write(copy: Path, file: Path, kept: Kept) -> None:
    """Write the file beside, flush it to the disk, read it again, then give it its name."""
    names = sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file())
    manifest = {
        "kit_version": version("qaf-kit"),
        "made_at": kept.made_at.isoformat(),
        "files": {name: sha256_of(copy / name) for name in names},
    }
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    try:
        handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as out:
            with ZipFile(out, "w", ZIP_DEFLATED) as packed:
                packed.writestr(MANIFEST, json.dumps(manifest, indent=1) + "\n")
                for name in names:
                    packed.write(copy / name, name)
            out.flush()
            os.fsync(out.fileno())
        with ZipFile(beside) as packed:
            if packed.testzip() is not None:
                raise OSError(f"{file}: what was written cannot be read again")
        beside.rename(file)
    finally:
        beside.unlink(missing_ok=True)


def restore_backup(*, vault: Path, file: Path) -> Kept:
    """Bring back the vault that a backup holds, where no vault is.

    Checksums, the registers' own structure, their version, and that key and registers belong together are
    checked before the vault gets its name; a backup that is damaged or of a later version is refused.
    """
    refuse_shared_place(vault)
    vault = Path(os.path.realpath(vault))
    if vault.exists() and (not vault.is_dir() or any(vault.iterdir())):
        raise InputError(
            f"{vault}: something is there already, and nothing is overwritten. Move it away, then restore."
        )
    if not file.is_file():
        raise InputError(f"{file}: no such file. Name a file that `qaf backup` wrote.")
    vault.parent.mkdir(parents=True, exist_ok=True)
    beside = vault.with_name(f".{vault.name}.restoring")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    try:
        made_at = _unpack(file, beside)
        check_whole(beside, name=file)
        kept = Kept(made_at, tuple(path.name for path in _files_in(beside)), (beside / KEY).exists())
        fsync_folder(beside)
        if vault.exists():
            vault.rmdir()
        beside.rename(vault)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return kept


def _unpack(file: Path, folder: Path) -> datetime:
    """Unpack a backup, every checksum compared; when it was made."""
    try:
        with ZipFile(file) as packed:
            manifest: dict[str, Any] = json.loads(packed.read(MANIFEST))
            made_at, files = datetime.fromisoformat(manifest["made_at"]), dict(manifest["files"])
            if {*packed.namelist()} != {MANIFEST, *files} or not all(map(_PART.fullmatch, files)):
                raise _not_whole(file)
            for name, checksum in files.items():
                if _copied(packed, name, folder / name) != checksum:
                    raise _not_whole(file)
    except Exception as error:  # zipfile and its decompressors know a dozen for bytes that are wrong
        if isinstance(error, InputError) or _of_the_disk(error):
            raise
        raise _not_whole(file) from None
    return made_at


def _of_the_disk(error: Exception) -> bool:
    """Whether the system would not read or write; a place that no file has is a fault of the bytes."""
    return isinstance(error, OSError) and error.errno not in (None, errno.EINVAL)


def _copied(packed: ZipFile, name: str, path: Path) -> str:
    """Write one part where its owner alone can read it; its checksum."""
    path.parent.mkdir(exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with packed.open(name) as part, os.fdopen(handle, "wb") as out:
        while chunk := part.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _not_whole(file: Path) -> InputError:
    return InputError(
        f"{file}: is no backup, or not whole any more. Use another backup; nothing was restored."
    )
