"""A vault brought back from its backup: checked, and whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from qaf_lib.errors import InputError
from qaf_lib.files import fsync_folder
from qaf_lib.register.place import refuse_shared_place
from qaf_lib.vault.backup import MANIFEST
from qaf_lib.vault.contents import KEY, REGISTER, Kept, check_whole, councils_of

__all__ = ["restore_backup"]

_PART = re.compile(rf"(?:[a-z0-9-]+/)?{KEY}|[a-z0-9-]+/{re.escape(REGISTER)}")
_CHUNK = 1 << 20


def restore_backup(*, vault: Path, file: Path) -> Kept:
    """Bring back the vault that a backup holds, where no vault is.

    Checksums, the registers' own structure, their version, and that key and registers belong together are
    checked before the vault gets its name.

    Raises
    ------
    InputError
        If a vault is there, or the backup is missing, damaged, or of a later version.
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
        kept = Kept(made_at, tuple(path.name for path in councils_of(beside)), (beside / KEY).exists())
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
