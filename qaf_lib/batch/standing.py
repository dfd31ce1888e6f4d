"""A period's editions, in its folder and in the register: their numbers, how each ended, and which stands.

Whether one stands is asked before anything is loaded that only notebooks and pages need.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from qaf_lib.errors import EditionError
from qaf_lib.files import editions_in
from qaf_lib.fingerprint import is_current
from qaf_lib.parameters import Parameters, load_parameters
from qaf_lib.region import is_region, load_region
from qaf_lib.register import Register, is_begun

if TYPE_CHECKING:
    from qaf_lib.batch.execute import Outcome

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks" / "quarter"
MANIFEST = "manifest.json"
"""The file of an edition that says what it was made from, and the checksums of its other files."""

_KIT = Path(__file__).resolve().parents[1]
_SOURCE = {".py", ".j2", ".css", ".json", ".yml", ".csv"}


def kit_sum() -> str:
    """One checksum over the kit's own files and its notebooks: what makes pages from a period store."""
    found = [path for path in _KIT.rglob("*") if path.suffix in _SOURCE]
    found += [*NOTEBOOKS.glob("*.ipynb"), *(NOTEBOOKS.parent / "region").glob("*.ipynb")]
    total = hashlib.sha256()
    for path in sorted(found):
        total.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


INTENDED, PUBLISHED, UNDONE = "intended: ", "published", "undone"
"""Status of an edition before its front page names it, with the status it is to have then; of one whose
notebooks all completed; and of one that never was."""

_NAMED = re.compile(r'<meta name="edition" content="(\d+)">')


def next_number(parameters: Parameters) -> int:
    """The number of a period's next edition: one that neither a folder nor the register has had."""
    taken = list(editions_in(parameters.outputs))
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
        seen, editions = register.last_seq(), _editions_of(parameters, register)
        taken = editions.loc[editions["status"] != UNDONE, "edition_id"]
        if status.startswith(INTENDED) and row["edition_id"] in set(taken):
            raise EditionError(f"Another run made edition {number} while this one worked. Run again.")
        register.add({"edition": pd.DataFrame([row])}, by="qaf run", after=seen)


def settle(parameters: Parameters) -> None:
    """Complete or undo what an interrupted run left of an edition; whoever calls it holds the vault."""
    for left in parameters.outputs.glob(".edition-*.gone"):
        shutil.rmtree(left)
    for left in parameters.outputs.glob(".edition-*.new"):  # renamed, so that nobody can publish a part of it
        shutil.rmtree(left.rename(left.with_suffix(".gone")))
    with Register(parameters.vault / "register.sqlite") as register:
        editions = _editions_of(parameters, register)
        for _, edition in editions[editions["status"].str.startswith(INTENDED)].iterrows():
            number = _number_of(str(edition["edition_id"]))
            status = str(edition["status"]).removeprefix(INTENDED)
            if named_edition(parameters.outputs) != number:
                for name in (f"edition-{number}", f"edition-{number}-pdf"):
                    shutil.rmtree(parameters.outputs / name, ignore_errors=True)
                status = UNDONE
            register.add({"edition": edition.to_frame().T.assign(status=status)}, by="qaf")


def named_edition(folder: Path) -> int | None:
    """The number of the edition that a period's front page names; None where there is none."""
    index = folder / "index.html"
    found = _NAMED.search(index.read_text(encoding="utf-8")) if index.is_file() else None
    return int(found[1]) if found else None


def standing_edition(parameters: Parameters) -> int | None:
    """The number of the edition that a run would make again, page by page; None where it would not.

    Sources, parameters, framework, kit and notebooks are as they were, nothing was added to the register, and
    the edition is whole and completed. What was set aside as dated in the future may count on another day.
    """
    number, path = named_edition(parameters.outputs), parameters.vault / "register.sqlite"
    if number is None or not is_begun(path) or not _is_whole(parameters.outputs, number):
        return None
    with Register.in_memory(path) as register:
        editions, newest = _editions_of(parameters, register), register.last_seq(without=["edition"])
    mine = editions[editions["edition_id"] == f"{_prefix(parameters)} {number}"]
    if mine.empty:
        return None
    edition = mine.iloc[-1]
    told = (parameters.outputs / f"edition-{number}" / MANIFEST).read_bytes()
    as_recorded = edition["manifest_sha256"] == hashlib.sha256(told).hexdigest()
    if not as_recorded or edition["status"] != PUBLISHED or edition["register_seq"] != newest:
        return None
    if json.loads(told).get("kit_sha256") != kit_sum() or not is_current(parameters):
        return None
    faults = pd.read_parquet(parameters.period_vault / "store" / "faults.parquet")
    of_today = pd.Timestamp(edition["recorded_at"]).date() == date.today()
    return number if of_today or not faults["rule"].str.contains("future").any() else None


def _is_whole(folder: Path, number: int) -> bool:
    """Whether an edition has its manifest and every page that the front page links to."""
    linked = re.findall(r'href="([^"#:]+)"', (folder / "index.html").read_text(encoding="utf-8"))
    return all((folder / path).is_file() for path in [*linked, f"edition-{number}/{MANIFEST}"])


def editions_of(register: Register, *, period: str, audience: str) -> pd.DataFrame:
    """The editions of a period for an audience, the newest version of each."""
    editions = register.read("edition")
    return editions[(editions["period"] == period) & (editions["audience"] == audience)]


def _editions_of(parameters: Parameters, register: Register) -> pd.DataFrame:
    return editions_of(register, period=parameters.period, audience=parameters.audience)


def prefix_of(period: str, audience: str) -> str:
    """What the names of a period's editions for an audience begin with."""
    return period if audience == "internal" else f"{period} shared"


def _prefix(parameters: Parameters) -> str:
    return prefix_of(parameters.period, parameters.audience)


def _number_of(edition_id: str) -> int:
    return int(edition_id.rsplit(" ", 1)[-1])


@dataclass(frozen=True)
class RunResult:
    """A finished run: the front page, the edition's number, and the notebooks that failed.

    `stood` tells that the edition is an earlier run's, which this one would only have made again; `protected`
    is None then.
    """

    index: Path
    number: int
    failed: list[Outcome]
    protected: bool | None
    stood: bool = False

    @property
    def edition(self) -> Path:
        """The edition's folder."""
        return self.index.parent / f"edition-{self.number}"


def standing_result(parameters_file: str | Path) -> RunResult | None:
    """What a run would give without running, where the period's edition stands; None where it has to run."""
    if is_region(parameters_file):
        from qaf_lib.batch.region import standing_region  # not where every edition is a council's

        return standing_region(load_region(parameters_file))
    parameters = load_parameters(parameters_file)
    number = standing_edition(parameters)
    if number is None:
        return None
    return RunResult(parameters.outputs / "index.html", number, [], protected=None, stood=True)
