"""Sources to register to period store: checked, pseudonymised, recorded; due draws made and allocated."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from qaf_lib.caseload import Checked, Intake, read_intake
from qaf_lib.demonstration import make_where_missing
from qaf_lib.draws import draw_frame
from qaf_lib.errors import InputError
from qaf_lib.files import fsync_folder, write_text
from qaf_lib.fingerprint import fingerprint, sha256_of
from qaf_lib.lists import write_allocation_lists, write_draw_lists
from qaf_lib.parameters import Extract, Parameters
from qaf_lib.pseudonyms import Pseudonyms
from qaf_lib.recording import Recording
from qaf_lib.register import TABLES, Register, demonstration_key, open_key

__all__ = ["Prepared", "check_sources", "prepare"]

_DAY_OF = {
    "audit": "audited_on",
    "moderation": "moderated_on",
    "action_event": "on",
    "duty_event": "held_on",
    "feedback": "received_on",
    "closure": "closed_on",
}
"""The day by which a row belongs to a period; later rows are left for later periods."""

LOCK_SECONDS = 600
_PRIVATE_MARKS = "!#"


@dataclass(frozen=True)
class Prepared:
    """A period's store and what making it did."""

    store: Path
    seq: int
    added: int
    new_draws: list[str]
    protected: bool


def check_sources(parameters: Parameters) -> Intake:
    """Read and check everything the parameters name, and change nothing of it."""
    make_where_missing(parameters)
    intake = read_intake(parameters=parameters, today=date.today())
    _refuse_an_empty_frame(parameters, intake)
    return intake


def _refuse_an_empty_frame(parameters: Parameters, intake: Intake) -> None:
    """Refuse a caseload none of which may be drawn, before anything is written."""
    cases = pd.concat([checked.frame for checked in intake.opening if checked.table == "case"])
    for plan in parameters.draws:
        try:
            draw_frame(
                plan=plan,
                framework=parameters.rules,
                cases=cases,
                as_at=parameters.caseload.opening.as_at,
                last_audited=pd.Series(dtype="datetime64[ns]"),
            )
        except ValueError as error:
            raise InputError(f"{parameters.path}: {error}.") from None


def prepare(parameters: Parameters) -> Prepared:
    """Bring the sources into the register, record the due draws with their auditors, write the period store.

    Everything is read and checked first; wrong input ends here with nothing written. Running it again on the
    same sources adds nothing. One run at a time works on a council's vault.

    Raises
    ------
    InputError
        If a source breaks a rule, or another run holds the vault.
    """
    intake = check_sources(parameters)
    protected = _make_vault(parameters.vault)
    with _alone(parameters):
        key = open_key(vault=parameters.vault, given=_published_key(parameters))
        pseudonyms = Pseudonyms(key=key, unit=parameters.rules.unit)
        with Register(parameters.vault / "register.sqlite") as register:
            before = register.last_seq()
            rows = _rows(parameters, intake, pseudonyms)
            audits = rows.pop("audit", None)
            register.add({**rows, "identity": pseudonyms.identities}, by=_recorder())
            opening = _snapshots_of(parameters, intake.opening, parameters.caseload.opening)
            cases = rows["case"][rows["case"]["snapshot_id"].isin(opening)]
            recording = Recording(parameters=parameters, register=register, key=key, by=_recorder())
            new_draws = recording.add_draws(cases=cases, audits=audits)
            if audits is not None:
                recording.add_audits(audits)
            staff = _staff(parameters, intake, register)
            recording.add_allocations(staff)
            added = register.last_seq() - before
            seq = register.last_seq(without=["edition"])
            store = _write_store(parameters, intake, register, seq)
            _write_lists(recording, staff)
    return Prepared(store=store, seq=seq, added=added, new_draws=new_draws, protected=protected)


def _alone(parameters: Parameters) -> AbstractContextManager[object]:
    """The vault held for this run alone; waits for another run to end."""
    try:
        return FileLock(parameters.vault / "prepare.lock", timeout=LOCK_SECONDS).acquire()
    except Timeout:
        raise InputError(
            f"{parameters.path}: another run holds the vault of {parameters.council}. Wait for it to end."
        ) from None


def _recorder() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def _published_key(parameters: Parameters) -> bytes | None:
    return demonstration_key(parameters.synthetic.seed) if parameters.synthetic else None


def _make_vault(vault: Path) -> bool:
    """Make the vault its owner's only; whether that could be verified."""
    vault.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name != "posix":
        return False
    vault.chmod(0o700)
    return vault.stat().st_mode & 0o077 == 0


def _rows(parameters: Parameters, intake: Intake, pseudonyms: Pseudonyms) -> dict[str, pd.DataFrame]:
    """The register's rows of all sources but the audits' draws, which are not known yet."""
    parts: dict[str, list[pd.DataFrame]] = {"snapshot": []}
    extracts = [(intake.opening, parameters.caseload.opening)]
    if parameters.caseload.closing:
        extracts.append((intake.closing, parameters.caseload.closing))
    for tables, extract in extracts:
        for checked in tables:
            parts["snapshot"].append(_snapshot(parameters, checked, extract.as_at))
            parts.setdefault(checked.table, []).append(_kept(parameters, checked, extract, pseudonyms))
    last = parameters.extracts[-1]
    for checked in intake.records:
        parts["snapshot"].append(_snapshot(parameters, checked, last.as_at))
        parts.setdefault(checked.table, []).append(_kept(parameters, checked, last, pseudonyms))
    return {
        name: pd.concat(frames, ignore_index=True).drop_duplicates(list(TABLES[name].key), keep="first")
        for name, frames in parts.items()
    }


def _kept(parameters: Parameters, checked: Checked, extract: Extract, pseudonyms: Pseudonyms) -> pd.DataFrame:
    frame = pseudonyms.replace(table=checked.table, frame=checked.frame, public=checked.public)
    return frame.assign(
        snapshot_id=_snapshot_id(parameters, checked, extract.as_at),
        source_sha256=_sha256(parameters, checked),
        origin="import",
    )


def _snapshot(parameters: Parameters, checked: Checked, as_at: date) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "snapshot_id": [_snapshot_id(parameters, checked, as_at)],
            "source": checked.source,
            "as_at": pd.Timestamp(as_at),
            "sha256": _sha256(parameters, checked),
            "rows": checked.rows,
            "set_aside": checked.rows - len(checked.frame),
        }
    )


def _snapshot_id(parameters: Parameters, checked: Checked, as_at: date) -> str:
    return f"{as_at.isoformat()} {checked.table} {_sha256(parameters, checked)[:12]}"


def _sha256(parameters: Parameters, checked: Checked) -> str:
    path = parameters.source_path(checked.source)
    if path.is_file():
        return sha256_of(path)
    text = checked.frame.to_csv(index=False, date_format="%Y-%m-%d")
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _staff(parameters: Parameters, intake: Intake, register: Register) -> pd.DataFrame:
    """The staff table of the period; empty where the council sent none."""
    snapshots = _snapshots_of(parameters, intake.records, parameters.extracts[-1])
    staff = register.read("staff")
    return staff[staff["snapshot_id"].isin(snapshots)].reset_index(drop=True)


def _write_store(parameters: Parameters, intake: Intake, register: Register, seq: int) -> Path:
    """The register as at `seq` without identifiers and free text: written beside, then renamed."""
    store = parameters.period_vault / "store"
    fresh = store.with_name("store.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name in TABLES:
        if name in ("identity", "edition"):
            continue
        frame = _of_period(register.read(name, at=seq), name, parameters)
        public = frame[["seq", *TABLES[name].names(without_marks=_PRIVATE_MARKS)]]
        public.to_parquet(fresh / f"{name}.parquet", index=False)
    intake.faults.astype({"row": "int64"}).to_parquet(fresh / "faults.parquet", index=False)
    intake.counts.to_parquet(fresh / "counts.parquet", index=False)
    facts = {
        "fingerprint": fingerprint(parameters),
        "register_seq": seq,
        "kit_version": version("qaf-kit"),
        "opening": _snapshots_of(parameters, intake.opening, parameters.caseload.opening),
        "closing": _snapshots_of(parameters, intake.closing, parameters.extracts[-1]),
        "records": _snapshots_of(parameters, intake.records, parameters.extracts[-1]),
        "sources": {
            checked.source: _sha256(parameters, checked)
            for checked in sorted(intake.checked, key=lambda checked: checked.source)
        },
        "public": all(checked.public for checked in intake.checked),
    }
    write_text(fresh / "store.json", json.dumps(facts, indent=1, sort_keys=True) + "\n")
    fsync_folder(fresh)
    old = store.with_name("store.old")
    shutil.rmtree(old, ignore_errors=True)
    if store.exists():
        store.rename(old)
    fresh.rename(store)
    shutil.rmtree(old, ignore_errors=True)
    return store


def _snapshots_of(parameters: Parameters, tables: list[Checked], extract: Extract) -> list[str]:
    return sorted({_snapshot_id(parameters, checked, extract.as_at) for checked in tables})


def _of_period(frame: pd.DataFrame, name: str, parameters: Parameters) -> pd.DataFrame:
    day = _DAY_OF.get(name)
    if day is None:
        return frame
    return frame[~(frame[day] > pd.Timestamp(parameters.span.end)).fillna(False)]


def _write_lists(recording: Recording, staff: pd.DataFrame) -> None:
    """For the auditors: the period's drawn cases and who audits them, by reference, in the vault only."""
    parameters, register = recording.parameters, recording.register
    folder, identity = parameters.period_vault / "restricted", register.read("identity")
    draws = register.read("draw")
    draws = draws[draws["period"] == parameters.period]
    write_draw_lists(folder=folder, draws=draws, cases=register.read("draw_case"), identity=identity)
    write_allocation_lists(folder=folder, rounds=recording.rounds(staff), identity=identity)
