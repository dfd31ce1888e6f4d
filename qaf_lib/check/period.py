"""A period checked whole: prepared on a register in memory, every page's answers asked, both thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from qaf_lib.check import sampling, sources
from qaf_lib.check.table import CheckTable
from qaf_lib.errors import InputError
from qaf_lib.files import write_csv
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.store import PeriodStore
from qaf_lib.parameters import Parameters, load_parameters
from qaf_lib.prepare import Rehearsal, apart_in_lists, named, refuse_unsaid, rehearse


@dataclass(frozen=True)
class CheckReport:
    """What `qaf check` says of a period, and the list of rows to work through."""

    parameters: Parameters
    rehearsal: Rehearsal
    tables: list[CheckTable]
    worklist: pd.DataFrame

    def write_worklist(self) -> Path:
        """Write the list of rows, audits and cases to look at into the vault."""
        folder = self.parameters.period_vault / "restricted"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "check.csv"
        write_csv(path, self.worklist)
        return path

    def refuse_unsaid(self) -> None:
        """Refuse what `qaf draw` and `qaf run` would refuse without a reason."""
        refuse_unsaid(self.rehearsal.recorded.changes, place=str(self.parameters.path))


def check_period(parameters_file: str | Path) -> CheckReport:
    """Check a period whole; nothing is recorded and nothing written.

    Anything wrong that would stop `qaf draw` or `qaf run` is an `InputError`.
    """
    parameters = load_parameters(parameters_file)
    rehearsal = rehearse(parameters)
    store = PeriodStore.in_memory(parameters=parameters, tables=rehearsal.tables, facts=rehearsal.facts)
    period = OpenPeriod(store)
    _ask_everything(period, parameters)
    intake, new = rehearsal.intake, rehearsal.recorded.new_draws
    tables = [
        sources.rows_of_sources(intake),
        *sources.withdrawn(rehearsal.recorded.changes),
        *sources.broken_rules(intake),
        *sources.unused_headings(intake),
        *sources.notes(intake),
        *sources.lists_apart(intake),
        *sources.held_back(store),
        *sampling.cases_that_can_be_drawn(store),
        *sampling.draws(period),
        *sampling.drawn_by_others(store),
        sampling.counting_audits(store, new=new),
        *sampling.unmatched(store, new=new),
        *sources.duties_nobody_holds(store),
        *sources.names_not_searched(store, rehearsal.identity),
    ]
    return CheckReport(parameters, rehearsal, tables, _worklist(rehearsal, store))


def _ask_everything(period: OpenPeriod, parameters: Parameters) -> None:
    """Ask every answer that a page asks, so that what would stop a notebook stops here."""
    answers = [name for name, part in vars(OpenPeriod).items() if isinstance(part, cached_property)]
    for name in answers:
        try:
            getattr(period, name)
        except InputError:
            raise
        except ValueError as error:
            raise InputError(f"{parameters.path}: the answer on {name} cannot be given: {error}.") from None
    for team in period.team_ids:
        period.team(team)


def _worklist(rehearsal: Rehearsal, store: PeriodStore) -> pd.DataFrame:
    """Row by row what to look at: broken rules, children in one list, audits and cases that do not meet."""
    faults = rehearsal.intake.faults.rename(columns={"rule": "what"})[["source", "row", "column", "what"]]
    new = rehearsal.recorded.new_draws
    audits = sampling.strays(store, new)
    stray = pd.DataFrame({"reference": audits["audit_id"], "row": audits["source_row"]}).assign(
        source="audits", what="called random and not drawn"
    )
    waiting = [
        view.responses.loc[view.responses["audit_id"].isna(), "case_id"]
        for view in sampling.waiting_for_audits(store, new)
    ]
    missing = pd.DataFrame({"reference": pd.concat(waiting) if waiting else []}).assign(
        source="draws", what="drawn, without an audit"
    )
    parts = [part for part in (faults, *apart_in_lists(rehearsal.intake), stray, missing) if len(part)]
    listed = pd.concat(parts, ignore_index=True) if parts else faults
    listed = listed.reindex(columns=["source", "row", "column", "reference", "what"])
    return listed.assign(reference=named(listed["reference"], rehearsal.identity))
