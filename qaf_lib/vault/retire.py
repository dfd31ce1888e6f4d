"""Identities past their retention taken out of a vault: registers, older copies, and lists of old periods."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from qaf_lib.dates import parse_period
from qaf_lib.errors import InputError
from qaf_lib.register import is_begun
from qaf_lib.register.postgresql import MOVED, place_of
from qaf_lib.register.retirement import refuse_too_late, retire
from qaf_lib.vault.backup import REGISTER, alone

_ADVICE = (
    "What a source still holds comes back with the next run: take it out of the sources too.",
    "Backups made before today hold what went: make a new one with `qaf backup` and destroy those.",
)


def retire_identities(*, councils: Sequence[Path], before: date) -> list[str]:
    """Take the identities last seen before a day out of the parts of a vault; what was done, in lines.

    The register keeps every row with its pseudonyms. Copies from before a change of version or place go, and
    so do the folders of periods that ended before the day: they hold lists and executed notebooks. Nothing is
    changed if a council has no register, or the day lies within its newest period.
    """
    if not councils:
        raise InputError("No register is in the vault, so nobody is in it. Is QAF_VAULT right?")
    for council in councils:
        if not is_begun(council / REGISTER):
            raise InputError(
                f"{place_of(council / REGISTER)}: no such register. Name a council that has one."
            )
        refuse_too_late(council / REGISTER, before)
    lines = []
    for council in councils:
        with alone(council):
            lines += _of_council(council, before)
    return [*lines, *_ADVICE]


def _of_council(council: Path, before: date) -> list[str]:
    retired = retire(council / REGISTER, before=before, by="qaf retire")
    names = ("register-before-version-*", f"{REGISTER}.new", MOVED)
    copies = sorted(path for name in names for path in council.glob(name))
    for copy in copies:
        copy.unlink()
    old = [path for path in sorted(council.iterdir()) if path.is_dir() and _ended_before(path.name, before)]
    for folder in old:
        shutil.rmtree(folder)
    removed = ", ".join(path.name for path in [*copies, *old]) or "nothing"
    return [
        f"{council.name}: {retired.identities:,} identities last seen before {before.day} {before:%B %Y} "
        f"are gone, and names or free text of {retired.rows:,} rows. Every row and figure stays.",
        f"  Older copies and folders of periods removed: {removed}.",
    ]


def _ended_before(name: str, day: date) -> bool:
    """Whether a folder's name is that of a period that ended before a day."""
    try:
        return parse_period(re.sub(r"-q(\d)$", r" Q\1", name)).end < day
    except ValueError:
        return False
