"""A published edition, read from its folder: its manifest, its vault, and whether it is as it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from qaf_lib.batch.edition import sums_of
from qaf_lib.batch.standing import MANIFEST, UNDONE, editions_of, prefix_of
from qaf_lib.errors import InputError
from qaf_lib.fingerprint import PREPARED
from qaf_lib.parameters import vault_root
from qaf_lib.register import Register, is_begun

_MEND = "Bring it back from a copy, or make another edition with `qaf run --again`."


@dataclass(frozen=True)
class Published:
    """An edition's folder, what its manifest says, and the council's part of the vault."""

    folder: Path
    manifest: Mapping[str, Any]
    vault: Path

    @property
    def title(self) -> str:
        """Which edition it is, in words."""
        return f"Edition {self.manifest['edition']} of {self.manifest['council']}, {self.manifest['period']}"

    @property
    def parameters(self) -> Path:
        """The parameters of the period's store, as its last run was given them."""
        return self.vault / self.folder.parent.name.removesuffix("-shared") / "store" / PREPARED


def read_edition(edition: str | Path) -> Published:
    """The edition in a folder such as `outputs/<council>/<period>/edition-<number>`; refuses any other."""
    folder = Path(edition).resolve()
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = {name: told[name] for name in ("edition", "council", "period", "audience", "files")}
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{folder.name} is no edition that this kit published. Give the folder of one, such as "
            "outputs/demonshire/2026-27-q2/edition-1."
        ) from None
    council = folder.parent.parent
    vault = vault_root(council.parent.parent) / council.name
    if not is_begun(vault / "register.sqlite"):
        raise InputError(f"{vault}: no register. Give an edition where its vault is.")
    found = Published(folder, manifest, vault)
    if not found.parameters.is_file():
        raise InputError(f"{found.parameters}: no such file. `qaf run` the period's parameters first.")
    return found


def row_of(edition: Published, register: Register) -> pd.Series:
    """The register's row of an edition; refuses one that is not whole, or not as it was published."""
    folder, files, found = edition.folder, edition.manifest["files"], sums_of(edition.folder)
    for place in sorted(found.keys() | set(files)):
        if found.get(place) != files.get(place):
            raise InputError(f"{folder.name}/{place} is not as it was published. {_MEND}")
    told = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    period, audience = str(edition.manifest["period"]), str(edition.manifest["audience"])
    editions = editions_of(register, period=period, audience=audience)
    mine = editions[editions["edition_id"] == f"{prefix_of(period, audience)} {edition.manifest['edition']}"]
    mine = mine[(mine["manifest_sha256"] == told) & (mine["status"] != UNDONE)]
    if mine.empty:
        raise InputError(f"{folder.name}/{MANIFEST} is not as the register has it. {_MEND}")
    return mine.iloc[-1]
