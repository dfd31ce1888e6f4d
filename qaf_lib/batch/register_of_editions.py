"""Editions in the register: intended before their front page names them, then published or undone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd

from qaf_lib.parameters import Parameters
from qaf_lib.register import Register

__all__ = ["INTENDED", "named_edition", "next_number", "record", "settle"]

INTENDED, UNDONE = "intended: ", "undone"
"""Status of an edition before its front page names it, with the status it is to have then; and of one that
never was."""

_NAMED = re.compile(r'<meta name="edition" content="(\d+)">')


def next_number(parameters: Parameters) -> int:
    """The number of a period's next edition: one that neither a folder nor the register has had."""
    folders = [re.fullmatch(r"edition-(\d+)", path.name) for path in parameters.outputs.glob("edition-*")]
    taken = [int(found[1]) for found in folders if found]
    with Register(parameters.vault / "register.sqlite") as register:
        editions = _editions_of(parameters, register)
        taken += [_number_of(str(name)) for name in editions.loc[editions["status"] != UNDONE, "edition_id"]]
    return max(taken, default=0) + 1


def record(
    parameters: Parameters, *, number: int, manifest_sha256: str, register_seq: int, status: str
) -> None:
    """Add an edition to the register, or what became of it."""
    row = {
        "edition_id": f"{_prefix(parameters)} {number}",
        "period": parameters.period,
        "register_seq": register_seq,
        "audience": parameters.audience,
        "manifest_sha256": manifest_sha256,
        "status": status,
    }
    with Register(parameters.vault / "register.sqlite") as register:
        register.add({"edition": pd.DataFrame([row])}, by="qaf run")


def settle(parameters: Parameters) -> None:
    """Complete or undo what an interrupted run left of an edition; whoever calls it holds the vault."""
    for left in parameters.outputs.glob(".edition-*.new"):
        shutil.rmtree(left)
    with Register(parameters.vault / "register.sqlite") as register:
        editions = _editions_of(parameters, register)
        for _, edition in editions[editions["status"].str.startswith(INTENDED)].iterrows():
            number = _number_of(str(edition["edition_id"]))
            status = str(edition["status"]).removeprefix(INTENDED)
            if named_edition(parameters.outputs) != number:
                shutil.rmtree(parameters.outputs / f"edition-{number}", ignore_errors=True)
                status = UNDONE
            register.add({"edition": edition.to_frame().T.assign(status=status)}, by="qaf")


def named_edition(folder: Path) -> int | None:
    """The number of the edition that a period's front page names; None where there is none."""
    index = folder / "index.html"
    found = _NAMED.search(index.read_text(encoding="utf-8")) if index.is_file() else None
    return int(found[1]) if found else None


def _editions_of(parameters: Parameters, register: Register) -> pd.DataFrame:
    """The period's editions for the parameters' audience."""
    editions = register.read("edition")
    mine = (editions["period"] == parameters.period) & (editions["audience"] == parameters.audience)
    return editions[mine]


def _prefix(parameters: Parameters) -> str:
    return parameters.period if parameters.audience == "internal" else f"{parameters.period} shared"


def _number_of(edition_id: str) -> int:
    return int(edition_id.rsplit(" ", 1)[-1])
