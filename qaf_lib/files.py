"""Files that are whole or not there: written beside, flushed to the disk, then renamed."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["fsync_entries", "fsync_file", "fsync_folder", "write_bytes", "write_text"]


def write_text(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Write text (UTF-8, LF), whole or not at all, as `write_bytes` does."""
    write_bytes(path, text.encode("utf-8"), mode=mode)


def write_bytes(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part.

    On a disk that is full the old file stays, and nothing beside it. `mode` says who may read the new one.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    try:
        beside.touch(mode=mode)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def fsync_file(path: Path) -> None:
    """Flush a file to the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Flush every file below a folder, and the folders' own entries where the system lets us, to the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            fsync_file(path)
    fsync_entries(folder, *(path for path in folder.rglob("*") if path.is_dir()), folder.parent)


def fsync_entries(*folders: Path) -> None:
    """Flush the entries of folders to the disk, where the system lets us: names given, changed or taken."""
    if os.name != "posix":
        return
    for path in folders:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
