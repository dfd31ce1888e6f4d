"""Where a vault may stand: by its real path on this machine's own disk, in no synced folder."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from qaf_lib.errors import InputError

_SYNCED = re.compile(
    r"(onedrive|dropbox|google ?drive|icloud|nextcloud|owncloud|box sync|sharepoint|pcloud|megasync).*"
    r"|box|my drive",
    re.IGNORECASE,
)
"""Names of folders that a service copies to other machines."""

_OF_MACOS = ("library/mobile documents", "library/cloudstorage")
_VARIABLES = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_ONEDRIVE = r"Software\SyncEngines\Providers\OneDrive"
_NETWORK = {
    *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "9p", "davfs", "ceph", "lustre"),
    *("fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.glusterfs"),
}
_MOUNTS = Path("/proc/mounts")
_WINDOWS_REMOTE_DRIVE = 4


def refuse_shared_place(path: Path) -> None:
    """Refuse a vault on a network share or in a synced folder, where rows can be lost and others can read.

    The path counts as it really is: links, mapped drives and other spellings are followed first.
    """
    refuse_synced_place(path, what="a vault there can lose rows and is copied to other machines")
    real = _real(path)
    if str(real).startswith("\\\\") or _is_remote_drive(real) or _file_system(real) in _NETWORK:
        raise _refusal(path, "stands on a network share: a vault there can lose rows")


def refuse_synced_place(path: Path, *, what: str) -> None:
    """Refuse a place in a folder that a service copies to other machines; `what` says why."""
    real = _real(path)
    folder = next((str(part) for part in real.parts if _SYNCED.fullmatch(part)), None)
    if folder is None:
        spelled = real.as_posix().casefold()
        folder = next((name for name in _OF_MACOS if f"/{name}/" in f"{spelled}/"), None)
    if folder is None:
        roots = [*map(Path, filter(None, map(os.environ.get, _VARIABLES))), *_mounted_by_onedrive()]
        folder = next((str(root) for root in roots if _within(real, _real(root))), None)
    if folder is not None:
        raise _refusal(path, f"stands in the synced folder {folder}: {what}")


def _refusal(path: Path, why: str) -> InputError:
    return InputError(
        f"{path} {why}. Choose a folder on this machine's own disk (QAF_VAULT names a vault's)."
    )


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _within(path: Path, folder: Path) -> bool:
    """Whether a path is a folder or below it, without regard to case."""
    here, there = (Path(str(each).casefold()) for each in (path, folder))
    return here.is_relative_to(there)


def _mounted_by_onedrive() -> Iterator[Path]:
    """Folders that OneDrive for Windows keeps, SharePoint's libraries too, whatever they are called."""
    if sys.platform != "win32":
        return
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _ONEDRIVE) as providers:
            for number in range(winreg.QueryInfoKey(providers)[0]):
                with winreg.OpenKey(providers, winreg.EnumKey(providers, number)) as provider:
                    yield Path(str(winreg.QueryValueEx(provider, "MountPoint")[0]))
    except OSError:  # OneDrive is not there, or keeps nothing
        return


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
