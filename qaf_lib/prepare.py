"""Sources to register to period store: checked, pseudonymised, recorded; due draws made and allocated."""

from __future__ import annotations

import getpass
import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

from qaf_lib.caseload import Intake, read_intake
from qaf_lib.demonstration import make_where_missing
from qaf_lib.draws import draw_frame, draws_of
from qaf_lib.errors import InputError
from qaf_lib.lists import named, remove_lists, write_allocation_lists, write_apart, write_draw_lists
from qaf_lib.parameters import Parameters
from qaf_lib.period_tables import period_tables, write_store
from qaf_lib.pseudonyms import Pseudonyms
from qaf_lib.readings import Change
from qaf_lib.recording import Orders, Recording
from qaf_lib.register import Register, demonstration_key, held_key, new_key, open_key
from qaf_lib.source_rows import rows_of_sources, snapshots_of

__all__ = ["Prepared", "Recorded", "Rehearsal", "check_sources", "prepare", "rehearse"]

LOCK_SECONDS = 600


@dataclass(frozen=True)
class Recorded:
    """What a period added to a register: changes by readings, new draws, and the staff it was made with."""

    recording: Recording
    changes: list[Change]
    new_draws: list[str]
    staff: pd.DataFrame


@dataclass(frozen=True)
class Prepared:
    """A period's store and what making it did; `drawn` has the strata of all draws."""

    store: Path
    seq: int
    added: int
    new_draws: list[str]
    drawn: pd.DataFrame
    changes: list[Change]
    protected: bool

    def lines(self, cases: str) -> list[str]:
        """What was recorded, in plain lines: rows withdrawn, and each new draw by stratum."""
        said = []
        for change in self.changes:
            corrected, table = len(change.withdrawn) - change.taken_away, change.reading.table
            if change.taken_away:
                said.append(f"Withdrew {change.taken_away:,} rows of table {table}: no longer in the sources")
            if corrected:
                said.append(f"Replaced {corrected:,} rows of table {table}: corrected in the sources")
        for draw in self.new_draws:
            strata = self.drawn[self.drawn["draw_id"] == draw]
            of = f"{strata['sample'].sum():,} of {strata['population'].sum():,} {cases} that could be drawn"
            said.append(f"Recorded the draw {draw}: {of}")
            said += [f"  {row.stratum}: {row.sample:,} of {row.population:,}" for row in strata.itertuples()]
        return said


@dataclass(frozen=True)
class Rehearsal:
    """What preparing would do, found out on a register in memory."""

    intake: Intake
    recorded: Recorded
    tables: dict[str, pd.DataFrame]
    facts: dict[str, Any]
    identity: pd.DataFrame


def check_sources(parameters: Parameters) -> Intake:
    """Read and check everything the parameters name, and change nothing of it."""
    make_where_missing(parameters)
    intake = read_intake(
        parameters=parameters, today=date.today(), audits_on_record=_audits_on_record(parameters)
    )
    _refuse_an_empty_frame(parameters, intake)
    return intake


def _audits_on_record(parameters: Parameters) -> dict[str, str]:
    """The tool of each audit that stands in the register, by the audit's own reference."""
    path = parameters.vault / "register.sqlite"
    if not path.exists():
        return {}
    with Register.in_memory(path) as register:
        audits, identity = register.read("audit"), register.read("identity")
    return dict(zip(named(audits["audit_id"], identity), audits["tool_id"], strict=True))


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


def prepare(parameters: Parameters, *, orders: Orders | None = None) -> Prepared:
    """Bring the sources into the register, record the due draws with their auditors, write the period store.

    Everything is read and checked first; wrong input ends here with nothing written. Running it again on the
    same sources adds nothing. One run at a time works on a council's vault.

    Raises
    ------
    InputError
        If a source breaks a rule, rows that count would be withdrawn unsaid, or another run holds the vault.
    """
    intake = check_sources(parameters)
    protected = _make_vault(parameters.vault)
    with _alone(parameters):
        key = open_key(vault=parameters.vault, given=_published_key(parameters))
        with Register(parameters.vault / "register.sqlite") as register:
            before = register.last_seq()
            recorded = _record(parameters, intake, register, key, orders or Orders())
            tables, facts = period_tables(parameters, intake, register)
            store = write_store(parameters.period_vault / "store", tables, facts)
            _write_lists(recorded.recording, recorded.staff)
            write_apart(folder=parameters.period_vault / "restricted", intake=intake)
            added = register.last_seq() - before
    return Prepared(
        store=store,
        seq=facts["register_seq"],
        added=added,
        new_draws=recorded.new_draws,
        drawn=tables["draw_stratum"],
        changes=recorded.changes,
        protected=protected,
    )


def rehearse(parameters: Parameters) -> Rehearsal:
    """Prepare on a register in memory, a copy of the vault's, and throw it away: nothing is recorded."""
    intake = check_sources(parameters)
    key = held_key(parameters.vault) or _published_key(parameters) or new_key()
    with Register.in_memory(parameters.vault / "register.sqlite") as register:
        recorded = _record(parameters, intake, register, key, Orders(withdraw="in rehearsal"))
        tables, facts = period_tables(parameters, intake, register)
        identity = register.read("identity")
    return Rehearsal(intake=intake, recorded=recorded, tables=tables, facts=facts, identity=identity)


def _record(
    parameters: Parameters, intake: Intake, register: Register, key: bytes, orders: Orders
) -> Recorded:
    pseudonyms = Pseudonyms(key=key, unit=parameters.rules.unit)
    rows = rows_of_sources(parameters, intake, pseudonyms)
    recording = Recording(parameters=parameters, register=register, key=key, by=_recorder(), orders=orders)
    opening = snapshots_of(parameters, intake.opening, parameters.caseload.opening)
    cases = rows.snapshots["case"]
    changes, new_draws = recording.add_sources(
        snapshots=rows.snapshots, readings=rows.readings, cases=cases[cases["snapshot_id"].isin(opening)]
    )
    staff = register.read("staff")
    of_period = snapshots_of(parameters, intake.records, parameters.extracts[-1])
    staff = staff[staff["snapshot_id"].isin(of_period)].reset_index(drop=True)
    recording.add_allocations(staff)
    return Recorded(recording, changes, new_draws, staff)


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


def _write_lists(recording: Recording, staff: pd.DataFrame) -> None:
    """For the auditors: the period's drawn cases and who audits them, by reference, in the vault only."""
    parameters, register = recording.parameters, recording.register
    folder, identity = parameters.period_vault / "restricted", register.read("identity")
    recorded = register.read("draw")
    draws = draws_of(recorded, parameters.span)
    remove_lists(folder=folder, draws=[str(draw) for draw in recorded["replaces_draw_id"].dropna()])
    write_draw_lists(folder=folder, draws=draws, cases=register.read("draw_case"), identity=identity)
    write_allocation_lists(folder=folder, rounds=recording.rounds(staff), identity=identity)
