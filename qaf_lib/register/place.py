"""Where a SQLite register may stand: on this machine's own disk, in no synced folder."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

from qaf_lib.errors import InputError

__all__ = ["refuse_shared_place"]

_SYNCED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "icloud",
    "nextcloud",
    "box sync",
    "sharepoint",
)
_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "9p", "davfs", "fuse.rclone"}
_MOUNTS = Path("/proc/mounts")
_WINDOWS_REMOTE_DRIVE = 4


def refuse_shared_place(path: Path) -> None:
    """Refuse a register on a network share or in a synced folder, where rows can be lost.

    Raises
    ------
    InputError
        If the place is shared; the message says how to choose another.
    """
    path = path.absolute()
    synced = next((part for part in path.parts if part.lower().startswith(_SYNCED)), None)
    if synced:
        raise _refusal(path, f"in the synced folder {synced}")
    if str(path).startswith("\\\\") or _is_remote_drive(path) or _file_system(path) in _NETWORK:
        raise _refusal(path, "on a network share")


def _refusal(path: Path, where: str) -> InputError:
    return InputError(
        f"{path}: a register {where} can lose rows. "
        "Set QAF_VAULT to a folder on this machine's own disk, and back it up."
    )


def _is_remote_drive(path: Path) -> bool:
    if sys.platform != "win32":
        return False
    return int(ctypes.windll.kernel32.GetDriveTypeW(path.anchor)) == _WINDOWS_REMOTE_DRIVE


def _file_system(path: Path) -> str:
    """The type of the file system that holds a path, on Linux; empty elsewhere."""
    if not _MOUNTS.exists():
        return ""
    mounts = [line.split()[1:3] for line in _MOUNTS.read_text(encoding="utf-8").splitlines()]
    holding = [mount for mount in mounts if path.is_relative_to(mount[0].replace("\\040", " "))]
    return max(holding, key=lambda mount: len(mount[0]), default=["", ""])[1]
