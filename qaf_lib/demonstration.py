"""The demonstration council's data: its caseload written, its cases drawn, its audits carried out."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pandas as pd

from qaf_lib.caseload.synthetic import Council, case_table, make_council, write_caseload, write_records
from qaf_lib.draws import Past, due_draw
from qaf_lib.files import fsync_folder
from qaf_lib.parameters import Parameters, load_parameters
from qaf_lib.register import demonstration_key, pseudonym

__all__ = ["make_where_missing", "write_demonstration"]

PARTS = {"children": "parameters/demo-lincolnshire.yml", "families": "parameters/demo-durham.yml"}
"""The parameter file whose draws each part of the council audits."""

_OPENING = date(2026, 6, 30)
_NOTHING_YET = Past(
    draws=pd.DataFrame(columns=["seq", "draw_id", "period", "audit_type", "reason"]),
    strata=pd.DataFrame(columns=["draw_id", "stratum", "next_start"]),
    last_audited=pd.Series(dtype="datetime64[ns]"),
)


def make_where_missing(parameters: Parameters) -> None:
    """Write the demonstration data that the parameters name, unless they are there."""
    if parameters.synthetic and not parameters.source_path(parameters.synthetic.folder).exists():
        write_demonstration(
            folder=parameters.source_path(parameters.synthetic.folder), seed=parameters.synthetic.seed
        )


def write_demonstration(*, folder: Path, seed: int) -> None:
    """Write a synthetic council's data: four caseloads, the records of a year, and the truth about them.

    The audits of the last quarter are of the cases that the shipped demonstration parameters draw with
    the demonstration's published key. The folder is written beside and renamed, so that it is whole or
    not there.

    Parameters
    ----------
    folder : Path
        Replaced when it is there already.
    seed : int
        The same seed writes the same bytes.
    """
    council = make_council(seed=seed)
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    write_caseload(council=council, folder=beside)
    drawn = {part: _drawn(council, part, file, seed) for part, file in PARTS.items()}
    write_records(council=council, folder=beside, drawn=drawn)
    fsync_folder(beside)
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)


def _drawn(council: Council, part: str, parameters_file: str, seed: int) -> list[str]:
    """References of the cases that the part's first draw selects, in the order of the draw."""
    parameters, key = load_parameters(parameters_file), demonstration_key(seed)
    kind = "family" if part == "families" else "case"
    cases = case_table(council=council, part=part, as_at=_OPENING)
    names = {pseudonym(key=key, kind=kind, reference=reference): reference for reference in cases["case_id"]}
    due = due_draw(
        plan=parameters.draws[0],
        framework=parameters.rules,
        cases=cases.assign(case_id=list(names), snapshot_id=str(_OPENING)),
        as_at=_OPENING,
        period=parameters.period,
        key=key,
        past=_NOTHING_YET,
    )
    if due is None:
        return []
    selected = due.cases[due.cases["state"] == "selected"]
    return [names[str(case)] for case in selected["case_id"]]
