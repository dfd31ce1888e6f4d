"""Files that are whole or not there: written beside, flushed to the disk, then renamed."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["fsync_entries", "fsync_folder", "write_text"]


def write_text(path: Path, text: str) -> None:
    """Write text (UTF-8, LF) so that a reader finds the old file or the new one, never a part.

    On a disk that is full the old file stays, and nothing beside it.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def fsync_folder(folder: Path) -> None:
    """Flush every file below a folder, and the folders' own entries where the system lets us, to the disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
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
