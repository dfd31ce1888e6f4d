"""The list of the files that the kit made in a folder, by which they are known again."""

from __future__ import annotations

import hmac
import json
from importlib.metadata import version
from pathlib import Path

from qaf_lib.errors import InputError
from qaf_lib.files import write_text
from qaf_lib.fingerprint import sha256_of
from qaf_lib.register import demonstration_key, keyed_digest

__all__ = ["LIST", "is_as_listed", "list_files", "listed_files", "refuse_what_others_made"]

LIST = "made_by_the_kit.json"
"""The list's name in the folder."""


def list_files(folder: Path, *, seed: int) -> None:
    """Write the list of the files in a folder, with their SHA-256, the seed and the kit's version.

    Its seal is made with the published key: what is changed by hand is seen. Somebody who runs the kit's own
    code can make a list of any files; that is not prevented.
    """
    files = {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LIST
    }
    told = {"seed": seed, "kit_version": version("qaf-kit"), "files": files, "seal": _seal(seed, files)}
    write_text(folder / LIST, json.dumps(told, indent=1) + "\n")


def listed_files(folder: Path, *, seed: int | None = None) -> dict[Path, str]:
    """The files that the kit made in a folder, with their SHA-256; none where the list is not the kit's.

    With a `seed`, only what was made from it.
    """
    try:
        told = json.loads((folder / LIST).read_text(encoding="utf-8"))
        made, files = int(told["seed"]), dict(told["files"])
        whole = hmac.compare_digest(str(told["seal"]), _seal(made, files))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    if not whole or seed not in (None, made):
        return {}
    return {(folder / name).resolve(): str(digest) for name, digest in files.items()}


def refuse_what_others_made(folder: Path) -> None:
    """Refuse to replace a folder that holds anything but what the kit wrote there, as it wrote it.

    Raises
    ------
    InputError
        If the place is a file or a link, or a file in it is somebody's own or was changed.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError(f"{folder}: is a file or a link. Name an empty folder, or a new one.")
    listed = listed_files(folder)
    found = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    others = [
        path
        for path in found
        if path != folder / LIST and (path.is_symlink() or not is_as_listed(path, listed))
    ]
    if others:
        raise InputError(
            f"{folder}: holds {len(others):,} files that the kit did not write, or that were changed since. "
            "Nothing of yours is deleted: name an empty folder or a new one."
        )


def is_as_listed(path: Path, listed: dict[Path, str]) -> bool:
    """Whether the kit wrote a file, and it is as it was."""
    return listed.get(path.resolve()) == sha256_of(path)


def _seal(seed: int, files: dict[str, str]) -> str:
    lines = [f"{name} {digest}" for name, digest in sorted(files.items())]
    return keyed_digest(demonstration_key(seed), "made by the kit", *lines).hex()
