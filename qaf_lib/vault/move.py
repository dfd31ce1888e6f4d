"""A council's register moved from its file into PostgreSQL, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from qaf_lib.errors import InputError
from qaf_lib.files import fsync_entries
from qaf_lib.register import Register, is_begun
from qaf_lib.register.postgresql import MOVED, VARIABLE, place_of, register_url
from qaf_lib.vault.backup import REGISTER, alone


def move_register(council: Path) -> list[str]:
    """Move the register in a council's folder into its schema; what was done, in lines.

    All rows go in one transaction, with their numbers, days, recorders and what they supersede, and are read
    back and compared one by one before it ends; then the file gets a name by which nobody goes on with it.
    One killed on the way leaves the file as it was and the schema empty, or is completed by the next. A
    schema that holds other rows is refused. Where there is no file, the register is begun, or brought to this
    kit's version: that is how its owner makes it for those who may only read and add.
    """
    path, moved = council / REGISTER, council / MOVED
    if register_url() is None:
        raise InputError(
            f"{VARIABLE} is not set, so there is nowhere to move a register to. Set it to the database's "
            "address, such as postgresql://USER@HOST/DATABASE."
        )
    with alone(council):
        if not path.exists():
            return [_made_ready(path)]
        if moved.exists():
            raise InputError(
                f"{moved}: is there already, from an earlier move. Put it with the vault's backups, then "
                "move this register."
            )
        with Register.from_file(path) as register:
            rows = register.copy_to_postgresql(path)
        path.rename(moved)
        fsync_entries(council)
    return [
        f"Moved {rows:,} rows, compared one by one, to {place_of(path)}.",
        f"The file from before is kept as {moved}: put it with the vault's backups.",
        f"Set {VARIABLE} wherever the kit runs for this vault.",
    ]


def _made_ready(path: Path) -> str:
    begun = is_begun(path)
    with Register(path) as register:
        rows = register.last_seq()
    if not begun:
        return f"There is no file to move: {place_of(path)} was begun, with no rows."
    return f"There is no file to move: {place_of(path)} is of this kit's version, with {rows:,} rows."
