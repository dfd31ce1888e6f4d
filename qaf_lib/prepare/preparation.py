"""A period prepared, or rehearsed on a register in memory: every step from its sources to its store."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd

from qaf_lib.errors import EditionError, InputError, VaultHeldError
from qaf_lib.files import write_text
from qaf_lib.fingerprint import fingerprint_of
from qaf_lib.intake import Checked, Intake, read_intake
from qaf_lib.parameters import Parameters
from qaf_lib.prepare.auditor_lists import (
    named,
    remove_lists,
    write_allocation_lists,
    write_apart,
    write_draw_lists,
)
from qaf_lib.prepare.draw_frames import Known, draw_frame
from qaf_lib.prepare.draws import draws_of
from qaf_lib.prepare.period_tables import tables_of_period, write_store
from qaf_lib.prepare.readings import Change, computed_rows, rows_of_sources, snapshots_of
from qaf_lib.prepare.recording import Orders, RegisterWriter
from qaf_lib.prepare.trace import others_said
from qaf_lib.register import TABLES, Register, is_begun, typed
from qaf_lib.register.pairing import paired_key, refuse_lost_register, refuse_other_data
from qaf_lib.register.postgresql import register_url
from qaf_lib.register.pseudonyms import Pseudonyms
from qaf_lib.register.vault_location import refuse_shared_place, refuse_synced_place
from qaf_lib.text import sharing_addresses
from qaf_lib.vault.backup import LOCK_SECONDS, lock_of


@dataclass(frozen=True)
class Recorded:
    """What a period added to a register: changes by readings, new draws, and the staff it was made with."""

    writer: RegisterWriter
    changes: list[Change]
    new_draws: list[str]
    staff: pd.DataFrame


@dataclass(frozen=True)
class Hold:
    """A run's mark in its council's vault, beside the lock: whoever takes the vault writes another over it.

    A machine that does not answer for a while can lose a lock on a shared folder without being told. The
    mark tells it, before it publishes, that somebody else has begun meanwhile.
    """

    mark: Path
    own: str

    @classmethod
    def take(cls, vault: Path) -> Hold:
        """Mark a vault as this run's; the lock is held."""
        hold = cls(vault / "held-by", uuid4().hex)
        write_text(hold.mark, hold.own)
        return hold

    def refuse_taken(self) -> None:
        """Refuse to go on where another run has taken the vault since.

        Raises
        ------
        EditionError
            If it has.
        """
        if self.mark.read_text(encoding="utf-8") != self.own:
            raise EditionError(
                f"{self.mark.parent.name}: another run took this council over while this one did not answer; "
                "nothing was published by this one. Look at the other's edition."
            )


@dataclass(frozen=True)
class Prepared:
    """A period's store and what making it did; `drawn` has the strata of all draws."""

    store: Path
    new_draws: list[str]
    drawn: pd.DataFrame
    changes: list[Change]
    others: list[str]
    protected: bool
    hold: Hold

    def lines(self, cases: str) -> list[str]:
        """In plain lines: rows withdrawn, each new draw by stratum, and other councils' draws."""
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
            said += [
                f"  {row.stratum}: {row.sample:,} of {row.population:,}"
                for row in strata.itertuples()
                if row.stratum
            ]
        return said + self.others


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
    intake = read_intake(
        parameters=parameters, today=date.today(), audits_on_record=_audits_on_record(parameters)
    )
    _refuse_an_empty_frame(parameters, intake)
    _refuse_shared_addresses(parameters, intake)
    return intake


def _audits_on_record(parameters: Parameters) -> dict[str, str]:
    """The tool of each audit that stands in the register, by the audit's own reference."""
    path = parameters.vault / "register.sqlite"
    if not is_begun(path):
        return {}
    with Register.in_memory(path) as register:
        audits, identity = register.read("audit"), register.read("identity")
    return dict(zip(named(audits["audit_id"], identity), audits["tool_id"], strict=True))


def _refuse_shared_addresses(parameters: Parameters, intake: Intake) -> None:
    """Refuse teams whose pages would have one address."""
    cases = [checked.frame["team_id"].dropna() for checked in intake.checked if checked.table == "case"]
    for together in sharing_addresses(str(team) for teams in cases for team in teams.unique()):
        raise InputError(
            f"{parameters.path}: the teams {', '.join(together)} would share the address of a page. "
            "Give them ids that differ in letters or digits."
        )


def _refuse_an_empty_frame(parameters: Parameters, intake: Intake) -> None:
    """Refuse a caseload none of which may be drawn, before anything is written."""
    known = Known(
        cases=_rows(intake.opening, "case"),
        plans=_rows([*intake.opening, *intake.records], "plan"),
        as_at=parameters.caseload.opening.as_at,
        audits=typed(pd.DataFrame(columns=TABLES["audit"].names()), TABLES["audit"].columns),
    )
    for plan in parameters.draws:
        if not plan.estimates:
            continue
        try:
            draw_frame(
                plan=plan, framework=parameters.rules, known=known, span=parameters.span, days=parameters.span
            )
        except ValueError as error:
            raise InputError(f"{parameters.path}: {error}.") from None


def _rows(read: Sequence[Checked], table: str) -> pd.DataFrame:
    """The rows of a table, with references still."""
    frames = [checked.frame for checked in read if checked.table == table and len(checked.frame)]
    rows = pd.concat(frames) if frames else pd.DataFrame()
    return typed(rows.reindex(columns=TABLES[table].names()), TABLES[table].columns)


def prepare(parameters: Parameters, *, orders: Orders | None = None) -> Prepared:
    """Bring the sources into the register, record the due draws with their auditors, write the period store.

    Everything is read and checked first; wrong input ends here with nothing written. Running it again on the
    same sources adds nothing. One run at a time works on a council's vault.
    """
    with preparing(parameters, orders=orders or Orders(), wait=LOCK_SECONDS) as prepared:
        return prepared


@contextmanager
def preparing(parameters: Parameters, *, orders: Orders, wait: float) -> Iterator[Prepared]:
    """As `prepare`, and hold the council's vault until the block ends, so that nothing changes beneath it.

    Where another run holds the vault, `wait` are the seconds allowed to it.
    """
    intake, made_from = _read(parameters)
    protected = _make_vault(parameters.vault)
    with _alone(parameters, wait):
        hold = Hold.take(parameters.vault)
        refuse_lost_register(parameters)
        with Register(parameters.vault / "register.sqlite") as register:
            key = paired_key(parameters, register, keep=True)
            recorded = _record(parameters, intake, register, key, orders, made_from)
            tables, facts = tables_of_period(parameters, intake, register, made_from)
            _refuse_changed(parameters, made_from)
            hold.refuse_taken()
            store = write_store(parameters, tables, facts)
            _write_lists(recorded.writer, recorded.staff)
            write_apart(folder=parameters.period_vault / "restricted", intake=intake)
        yield Prepared(
            store=store,
            new_draws=recorded.new_draws,
            drawn=tables["draw_stratum"],
            changes=recorded.changes,
            others=others_said(facts),
            protected=protected,
            hold=hold,
        )


def _read(parameters: Parameters) -> tuple[Intake, str]:
    """The checked sources, and the fingerprint of what they are read from."""
    _refuse_place(parameters)
    refuse_other_data(parameters)
    made_from = fingerprint_of(parameters)
    return check_sources(parameters), made_from


def _refuse_place(parameters: Parameters) -> None:
    """Refuse a vault where rows can be lost or others can read; with no register in it, a share will do."""
    if register_url() is not None:
        refuse_synced_place(parameters.vault, what="a vault there is copied to other machines")
    else:
        refuse_shared_place(parameters.vault)


def _refuse_changed(parameters: Parameters, made_from: str) -> None:
    """Refuse sources of which one part was read before they were changed and another after."""
    if fingerprint_of(parameters) != made_from:
        raise InputError(
            f"{parameters.path}: this file, its framework or a source changed while it was read. "
            "Run again when nobody is writing to them."
        )


def rehearse(parameters: Parameters) -> Rehearsal:
    """Prepare on a register in memory, a copy of the vault's, and throw it away: nothing is recorded."""
    intake, made_from = _read(parameters)
    refuse_lost_register(parameters)
    with Register.in_memory(parameters.vault / "register.sqlite") as register:
        key = paired_key(parameters, register, keep=False)
        recorded = _record(parameters, intake, register, key, Orders(withdraw="in rehearsal"), made_from)
        tables, facts = tables_of_period(parameters, intake, register, made_from)
        identity = register.read("identity")
    return Rehearsal(intake=intake, recorded=recorded, tables=tables, facts=facts, identity=identity)


def _record(
    parameters: Parameters, intake: Intake, register: Register, key: bytes, orders: Orders, made_from: str
) -> Recorded:
    pseudonyms = Pseudonyms(key=key, unit=parameters.rules.unit)
    rows = rows_of_sources(parameters, intake, pseudonyms)
    _refuse_changed(parameters, made_from)
    writer = RegisterWriter(parameters=parameters, register=register, key=key, by=_recorder(), orders=orders)
    opening = snapshots_of(parameters, intake.opening, parameters.caseload.opening)
    of_period = snapshots_of(parameters, intake.records, parameters.extracts[-1])
    counted = computed_rows(
        counted=intake.counted, standing=register.read("computed_indicator"), period=parameters.span.label
    )
    changes, new_draws = writer.add_sources(
        snapshots={**rows.snapshots, "computed_indicator": counted},
        readings=rows.readings,
        drawn_from=[*opening, *of_period],
    )
    staff = register.read("staff")
    staff = staff[staff["snapshot_id"].isin(of_period)].reset_index(drop=True)
    writer.add_allocations(staff)
    return Recorded(writer, changes, new_draws, staff)


def _alone(parameters: Parameters, wait: float) -> AbstractContextManager[None]:
    """The vault held for this run alone; waits for another run to end."""
    taken = VaultHeldError(
        f"{parameters.path}: another run of {parameters.council} is under way and holds its vault. "
        "Wait for it to end."
    )
    return lock_of(parameters.vault, wait, taken=taken)


def _recorder() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def _make_vault(vault: Path) -> bool:
    """Make the vault its owner's only; whether that could be verified."""
    vault.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name != "posix":
        return False
    vault.chmod(0o700)
    return vault.stat().st_mode & 0o077 == 0


def _write_lists(writer: RegisterWriter, staff: pd.DataFrame) -> None:
    """For the auditors: the period's drawn cases and who audits them, by reference, in the vault only."""
    parameters, register = writer.parameters, writer.register
    folder, identity = parameters.period_vault / "restricted", register.read("identity")
    recorded = register.read("draw")
    draws = draws_of(recorded, parameters.span)
    remove_lists(folder=folder, draws=[str(draw) for draw in recorded["replaces_draw_id"].dropna()])
    write_draw_lists(folder=folder, draws=draws, cases=register.read("draw_case"), identity=identity)
    write_allocation_lists(folder=folder, allocations=writer.allocations(staff), identity=identity)
