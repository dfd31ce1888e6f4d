"""Editions in the register: intended before their front page names them, then published or undone."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pandas as pd

from qaf_lib.fingerprint import is_current
from qaf_lib.parameters import Parameters
from qaf_lib.register import Register

__all__ = ["INTENDED", "PUBLISHED", "named_edition", "next_number", "record", "settle", "standing_edition"]

INTENDED, PUBLISHED, UNDONE = "intended: ", "published", "undone"
"""Status of an edition before its front page names it, with the status it is to have then; of one whose
notebooks all completed; and of one that never was."""

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


def standing_edition(parameters: Parameters, kit_sha256: str) -> int | None:
    """The number of the edition that a run would make again, page by page; None where it would not.

    Sources, parameters, framework, kit and notebooks are as they were, nothing was added to the register, and
    the edition is whole and completed. What was set aside as dated in the future may count on another day.
    """
    number = named_edition(parameters.outputs)
    if number is None or not is_current(parameters):
        return None
    manifest = parameters.outputs / f"edition-{number}" / "manifest.json"
    if not manifest.is_file():
        return None
    told = manifest.read_bytes()
    with Register(parameters.vault / "register.sqlite") as register:
        editions, newest = _editions_of(parameters, register), register.last_seq(without=["edition"])
    mine = editions[editions["edition_id"] == f"{_prefix(parameters)} {number}"]
    if mine.empty or json.loads(told)["kit_sha256"] != kit_sha256:
        return None
    edition = mine.iloc[-1]
    as_made = (
        edition["status"] == PUBLISHED and edition["manifest_sha256"] == hashlib.sha256(told).hexdigest()
    )
    if not as_made or edition["register_seq"] != newest:
        return None
    faults = pd.read_parquet(parameters.period_vault / "store" / "faults.parquet")
    of_today = pd.Timestamp(edition["recorded_at"]).date() == date.today()
    return number if of_today or not faults["rule"].str.contains("future").any() else None


def _editions_of(parameters: Parameters, register: Register) -> pd.DataFrame:
    """The period's editions for the parameters' audience."""
    editions = register.read("edition")
    mine = (editions["period"] == parameters.period) & (editions["audience"] == parameters.audience)
    return editions[mine]


def _prefix(parameters: Parameters) -> str:
    return parameters.period if parameters.audience == "internal" else f"{parameters.period} shared"


def _number_of(edition_id: str) -> int:
    return int(edition_id.rsplit(" ", 1)[-1])
