"""A vault's key and registers in one file."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from qaf_lib.errors import InputError
from qaf_lib.fingerprint import sha256_of
from qaf_lib.register.place import refuse_synced_place
from qaf_lib.register.versions import copy_register
from qaf_lib.vault.contents import KEY, REGISTER, Kept, alone, check_whole, councils_of

__all__ = ["MANIFEST", "write_backup"]

MANIFEST = "manifest.json"


def write_backup(*, vault: Path, file: Path) -> Kept:
    """Write a vault's key and registers, with their checksums, into a new file that its owner alone can read.

    Period stores, lists and executed notebooks are made again from the registers and the sources. What is
    written has been checked: a vault whose parts do not belong together is refused. A run that is under way
    is waited for.

    Raises
    ------
    InputError
        If the vault has no register or is damaged, or the file is there already, would lie in a synced
        folder, in the vault, or among the reports that are handed over.
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
        copy_register(council / REGISTER, copy / council.name / REGISTER)
    for key in keys:
        shutil.copy(key, copy / key.relative_to(vault))


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
