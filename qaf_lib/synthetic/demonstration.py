"""The demonstration council's data: its caseload written, its cases drawn, its audits carried out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from qaf_lib.counting import listed_cases
from qaf_lib.dates import Period
from qaf_lib.draw_plans import DrawPlan
from qaf_lib.files import fsync_folder
from qaf_lib.frameworks import CensusList
from qaf_lib.intake.annex_a import annex_a_tables
from qaf_lib.parameters import Parameters, load_parameters
from qaf_lib.prepare import FIRST_CHANCE, DrawHistory, Known, draw_days, due_draw
from qaf_lib.register import TABLES, demonstration_key, pseudonym, typed
from qaf_lib.register.pairing import list_files, refuse_what_others_made
from qaf_lib.synthetic import Council, case_table, make_council, write_caseload, write_records
from qaf_lib.synthetic.view import make_admissions

PARTS = {
    "children": "parameters/demo-lincolnshire.yml",
    "families": "parameters/demo-durham.yml",
    "leeds": "parameters/demo-leeds.yml",
    "portsmouth": "parameters/demo-portsmouth.yml",
}
"""The parameter file whose draws each set of records audits, by its folder."""

_OPENING, _CLOSING = date(2026, 6, 30), date(2026, 9, 30)
_NOTHING_YET = DrawHistory(
    draws=typed(pd.DataFrame(columns=TABLES["draw"].names()), TABLES["draw"].columns).assign(seq=0),
    strata=pd.DataFrame(columns=["draw_id", "stratum", "next_start"]),
)
_NO_PLANS, _NO_AUDITS = (
    typed(pd.DataFrame(columns=TABLES[name].names()), TABLES[name].columns) for name in ("plan", "audit")
)


def make_where_missing(parameters: Parameters) -> None:
    """Write the demonstration data that the parameters name, unless they are there."""
    synthetic = parameters.synthetic
    if synthetic is None:
        return
    folder = parameters.source_path(synthetic.folder)
    if not folder.exists():
        write_demonstration(folder=folder, seed=synthetic.seed)


def write_demonstration(*, folder: Path, seed: int) -> None:
    """Write a synthetic council's data: four caseloads, the records of a year, and the truth about them.

    The audits of the last quarter are of the cases that the shipped demonstration parameters draw with
    the demonstration's published key. The folder is written beside and renamed, so that it is whole or
    not there.

    The same seed writes the same bytes.
    """
    refuse_what_others_made(folder)
    folder, council = folder.resolve(), make_council(seed=seed)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        beside = Path(temporary) / folder.name
        _write(council, beside, seed)
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)


def _write(council: Council, beside: Path, seed: int) -> None:
    """Write everything into a new folder, and flush it to the disk."""
    beside.mkdir()
    write_caseload(council=council, folder=beside)
    periods = {part: load_parameters(file) for part, file in PARTS.items()}
    write_records(
        council=council,
        folder=beside,
        drawn={
            part: drawn_cases(council=council, part=part, parameters=period, seed=seed)
            for part, period in periods.items()
        },
        records_drawn={
            part: _records_drawn(council, part, period, beside, seed) for part, period in periods.items()
        },
        frameworks={part: period.rules for part, period in periods.items()},
        listed={part: _listed(council, part, period, beside) for part, period in periods.items()},
        look_again=lambda part, audits: _second_looks(council, part, periods[part], audits, seed),
    )
    list_files(beside, seed=seed)
    fsync_folder(beside)


def drawn_cases(*, council: Council, part: str, parameters: Parameters, seed: int) -> list[str]:
    """References of the cases that the part's first draw selects, in the order of the draw."""
    key = demonstration_key(seed)
    kind = "family" if part == "families" else "case"
    cases = case_table(council=council, part=council.part(part).caseload, as_at=_OPENING)
    names = {pseudonym(key=key, kind=kind, reference=reference): reference for reference in cases["case_id"]}
    due = due_draw(
        plan=parameters.draws[0],
        framework=parameters.rules,
        known=Known(
            cases=cases.assign(case_id=list(names), snapshot_id=str(_OPENING)),
            plans=_NO_PLANS,
            as_at=_OPENING,
            audits=_NO_AUDITS,
        ),
        span=parameters.span,
        days=parameters.span,
        key=key,
        history=_NOTHING_YET,
    )
    if due is None:
        return []
    selected = due.cases[due.cases["state"] == "selected"]
    return [names[str(case)] for case in selected["case_id"]]


def _records_drawn(
    council: Council, part: str, parameters: Parameters, folder: Path, seed: int
) -> dict[tuple[str, int], list[str]]:
    """References of the cases drawn from those with a plan, by audit type and month."""
    asked = [plan for plan in parameters.draws if plan.from_plans is not None]
    if not asked:
        return {}
    plans = _plans_held(council, part, parameters, folder)
    return _drawn_from(council, part, parameters, asked, seed, plans=plans)


def _second_looks(
    council: Council, part: str, parameters: Parameters, audits: Sequence[Mapping[str, object]], seed: int
) -> set[str]:
    """References of the cases drawn from those audited before the period."""
    asked = [plan for plan in parameters.draws if plan.from_audited is not None]
    if not asked:
        return set()
    made = typed(pd.DataFrame(audits).reindex(columns=TABLES["audit"].names()), TABLES["audit"].columns)
    made = made.assign(**{FIRST_CHANCE: pd.NA})
    return {
        case
        for cases in _drawn_from(council, part, parameters, asked, seed, audits=made).values()
        for case in cases
    }


def _drawn_from(
    council: Council,
    part: str,
    parameters: Parameters,
    asked: Sequence[DrawPlan],
    seed: int,
    *,
    plans: pd.DataFrame = _NO_PLANS,
    audits: pd.DataFrame = _NO_AUDITS,
) -> dict[tuple[str, int], list[str]]:
    """References that draws from plans or audits pick, by audit type and month."""
    key = demonstration_key(seed)
    cases = case_table(council=council, part=council.part(part).caseload, as_at=_OPENING)
    references = set(pd.concat([table["case_id"].dropna() for table in (cases, plans, audits)]).astype(str))
    names = {reference: pseudonym(key=key, kind="case", reference=reference) for reference in references}
    known = Known(
        cases=cases.assign(case_id=cases["case_id"].map(names), snapshot_id=str(_OPENING)),
        plans=plans.assign(case_id=plans["case_id"].map(names)),
        as_at=_OPENING,
        audits=audits.assign(case_id=audits["case_id"].map(names)),
    )
    back, history = {name: reference for reference, name in names.items()}, _NOTHING_YET
    found: dict[tuple[str, int], list[str]] = {}
    for plan in asked:
        for days in draw_days(plan, parameters.span):
            due = due_draw(
                plan=plan,
                framework=parameters.rules,
                known=known,
                span=parameters.span,
                days=days,
                key=key,
                history=history,
            )
            if due is not None:
                history = history.then(due)
                selected = due.cases.loc[due.cases["state"] == "selected", "case_id"]
                found[plan.audit_type, days.start.month] = [back[str(case)] for case in selected]
    return found


def _plans_held(council: Council, part: str, parameters: Parameters, folder: Path) -> pd.DataFrame:
    """Plans as the opening workbook and the records give them."""
    path = folder / f"annex_a_{_OPENING}.xlsx"
    listed = annex_a_tables(path=path, name=path.name, as_at=_OPENING, teams=None, staff=None).tables["plan"]
    admitted = pd.DataFrame(make_admissions(part=council.part(part), framework=parameters.rules))
    columns = ["case_id", "kind", "started_on", "ended_on"]
    both = [frame.reindex(columns=columns).astype("object") for frame in (listed, admitted) if len(frame)]
    held = pd.concat(both, ignore_index=True)
    return held.assign(
        started_on=pd.to_datetime(held["started_on"]), ended_on=pd.to_datetime(held["ended_on"])
    )


def _listed(council: Council, part: str, parameters: Parameters, folder: Path) -> dict[str, list[str]]:
    """References of the cases on each of the framework's census lists at the end of the quarter."""
    plans = _families(council) if part == "families" else _plans(folder)
    return {
        rule.name: _on(rule, plans, parameters.span)["case_id"].astype(str).tolist()
        for rule in parameters.rules.census_lists
    }


def _on(rule: CensusList, plans: pd.DataFrame, span: Period) -> pd.DataFrame:
    of_kind = plans[plans["kind"] == rule.plan_kind]
    if rule.teams_named is not None:
        of_kind = of_kind[of_kind["team_name"].str.startswith(rule.teams_named)]
    return listed_cases(plans=of_kind, rule=rule, period=span)


def _plans(folder: Path) -> pd.DataFrame:
    """Plans as the closing workbook gives them."""
    path = folder / f"annex_a_{_CLOSING}.xlsx"
    plans = annex_a_tables(path=path, name=path.name, as_at=_CLOSING, teams=None, staff=None).tables["plan"]
    return plans.assign(
        started_on=pd.to_datetime(plans["started_on"]),
        ended_on=pd.to_datetime(plans["ended_on"]),
        previous=pd.to_numeric(plans["previous"]),
        out_of_area=plans["out_of_area"].eq("true"),
        planned=pd.NA,
    )


def _families(council: Council) -> pd.DataFrame:
    """Open families, dated by the day they were opened."""
    cases = case_table(council=council, part="families", as_at=_CLOSING)
    names = council.families.teams.set_index("team_id")["name"]
    return pd.DataFrame(
        {
            "case_id": cases["case_id"],
            "kind": "early_help",
            "team_name": cases["team_id"].map(names),
            "started_on": pd.to_datetime(cases["opened_on"]),
            "ended_on": pd.NaT,
            "neglect": cases["neglect"].astype("boolean"),
        }
    )
