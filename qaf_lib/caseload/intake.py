"""Everything a period's parameters name, read and checked before anything is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.caseload.annex_a import annex_a_tables
from qaf_lib.caseload.checks import FAULT_COLUMNS, MADE_BY_THE_KIT, Checked, Rules, check_table
from qaf_lib.caseload.tabular import read_source
from qaf_lib.errors import InputError
from qaf_lib.parameters import Extract, Parameters, Source
from qaf_lib.register import TABLES

__all__ = ["Intake", "read_intake"]

SET_ASIDE_AT_MOST = 0.05
"""More of a table set aside than this refuses the run, unless the parameters allow more and say why."""

_FIRST = ("team", "staff", "audit", "answer")


@dataclass(frozen=True)
class Intake:
    """The checked tables of a period.

    `opening`, `closing` and `records` hold lists of `Checked` (one per source); `faults` lists every row
    set aside by source, row, column and rule; `counts` gives rows read and set aside per table and source.
    """

    opening: list[Checked]
    closing: list[Checked]
    records: list[Checked]

    @property
    def checked(self) -> list[Checked]:
        """Every checked table, in reading order."""
        return [*self.records, *self.opening, *self.closing]

    @property
    def faults(self) -> pd.DataFrame:
        """All faults of all sources."""
        return _faults(self.checked)

    @property
    def counts(self) -> pd.DataFrame:
        """Rows read and rows set aside, by table and source."""
        return _counts(self.checked)


def _faults(tables: list[Checked]) -> pd.DataFrame:
    found = [checked.faults.assign(table=checked.table) for checked in tables if len(checked.faults)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=[*FAULT_COLUMNS, "table"])


def _counts(tables: list[Checked]) -> pd.DataFrame:
    rows = [
        {
            "table": checked.table,
            "source": checked.source,
            "rows": checked.rows,
            "set_aside": checked.rows - len(checked.frame),
        }
        for checked in tables
    ]
    return pd.DataFrame(rows, columns=["table", "source", "rows", "set_aside"])


def read_intake(*, parameters: Parameters, today: date) -> Intake:
    """Read and check every source of a period.

    Raises
    ------
    InputError
        What breaks a table: a missing file or column, no rows, an unknown table or unit, or more rows
        set aside than the parameters allow. Nothing has been written by then.
    """
    _refuse_unknown_tables(parameters)
    latest = max(today, parameters.span.end)
    rules = parameters.rules
    teams: pd.DataFrame | None = None
    staff: pd.DataFrame | None = None
    audits: set[str] | None = None
    records: list[Checked] = []
    for name in [*_FIRST, *(name for name in parameters.records if name not in _FIRST)]:
        for source in parameters.records.get(name, []):
            checked = _read_record(
                name, source, parameters, _rules(parameters, latest, teams=_ids(teams), audits=audits)
            )
            records += checked
        read = [checked.frame for checked in records if checked.table == name]
        if name == "team" and read:
            teams = pd.concat(read)
        if name == "staff" and read:
            staff = pd.concat(read)
        if name == "audit" and read:
            audits = set(pd.concat(read)["audit_id"])
    extracts = [
        _once(
            _read_extract(
                extract, parameters, _rules(parameters, extract.as_at, teams=_ids(teams)), teams, staff
            )
        )
        for extract in parameters.extracts
    ]
    intake = Intake(
        opening=extracts[0], closing=extracts[1] if len(extracts) > 1 else [], records=_once(records)
    )
    _refuse_too_many_faults(intake, parameters)
    if not any(len(checked.frame) for checked in intake.opening if checked.table == "case"):
        raise InputError(
            f"{parameters.path}: the opening caseload holds no {rules.words.cases}. Export it again."
        )
    return intake


def _refuse_unknown_tables(parameters: Parameters) -> None:
    made = {
        "identity",
        "snapshot",
        "draw",
        "draw_stratum",
        "draw_case",
        "edition",
        "case",
        "allocation",
    }
    known = sorted(set(TABLES) - made)
    unknown = sorted(set(parameters.records) - set(known)) + sorted(set(parameters.set_aside) - set(TABLES))
    if unknown:
        raise InputError(f"{parameters.path}: {unknown[0]} is not a table. Name one of: {', '.join(known)}.")


def _rules(
    parameters: Parameters,
    latest: date,
    *,
    teams: Collection[str] | None,
    audits: Collection[str] | None = None,
) -> Rules:
    framework = parameters.rules
    return Rules(
        unit=framework.unit,
        latest=latest,
        grades=framework.scale.grades,
        graded=framework.questions(),
        teams=teams,
        audits=audits,
    )


def _ids(teams: pd.DataFrame | None) -> set[str] | None:
    return None if teams is None else set(teams["team_id"])


def _read_record(name: str, source: Source, parameters: Parameters, rules: Rules) -> list[Checked]:
    label, text = read_source(source=source, root=parameters.root)
    if source.answers and name != "audit":
        raise InputError(f"{label}: answers can be mapped for audits only, not for {name}.")
    if name == "audit" and "audit_id" not in text and {"case_id", "audit_type", "audited_on"} <= set(text):
        text["audit_id"] = text["case_id"] + "/" + text["audit_type"] + "/" + text["audited_on"]
    checked = _public(check_table(name=name, text=text, source=label, rules=rules), source)
    if not source.answers:
        return [checked]
    return [checked, _public(_wide_answers(text, checked, source, label, rules), source)]


def _wide_answers(text: pd.DataFrame, audits: Checked, source: Source, label: str, rules: Rules) -> Checked:
    """Graded questions that stand as columns beside the audit: one answer row each; blanks are no answer."""
    sound = text.loc[audits.frame.index]
    long = pd.concat(
        [
            pd.DataFrame({"audit_id": sound["audit_id"], "question_id": question, "answer": sound[column]})
            for question, column in source.answers.items()
        ]
    )
    return check_table(name="answer", text=long[long["answer"].notna()], source=label, rules=rules)


def _read_extract(
    extract: Extract,
    parameters: Parameters,
    rules: Rules,
    teams: pd.DataFrame | None,
    staff: pd.DataFrame | None,
) -> list[Checked]:
    found: list[Checked] = []
    if extract.annex_a:
        tables = annex_a_tables(
            path=parameters.source_path(extract.annex_a),
            name=extract.annex_a,
            as_at=extract.as_at,
            teams=teams,
            staff=staff,
        )
        found += [
            check_table(name=name, text=text, source=extract.annex_a, rules=rules)
            for name, text in tables.items()
            if len(text) or name == "case"
        ]
    for source in (extract.early_help or []) + (extract.cases or []):
        label, text = read_source(source=source, root=parameters.root)
        found.append(_public(check_table(name="case", text=text, source=label, rules=rules), source))
    return found


def _public(checked: Checked, source: Source) -> Checked:
    return Checked(checked.table, checked.source, checked.frame, checked.faults, checked.rows, source.public)


def _once(tables: list[Checked]) -> list[Checked]:
    """The tables with rows set aside whose key an earlier source of the same table brought."""
    seen: dict[str, set[tuple[str, ...]]] = {}
    kept = []
    for checked in tables:
        key = [name for name in TABLES[checked.table].key if name not in MADE_BY_THE_KIT]
        if not set(key) <= set(checked.frame.columns):  # the kit makes the id from the row's content
            kept.append(checked)
            continue
        keys = pd.Series(list(checked.frame[key].itertuples(index=False, name=None)), dtype=object)
        known = seen.setdefault(checked.table, set())
        again = keys.isin(list(known)).to_numpy()
        known |= set(keys)
        faults = pd.DataFrame(
            {
                "source": checked.source,
                "row": checked.frame.index[again],
                "column": key[0],
                "rule": "is a repeated reference",
                "effect": "set_aside",
            }
        )
        merged = pd.concat([checked.faults, faults], ignore_index=True) if len(faults) else checked.faults
        kept.append(
            Checked(
                checked.table, checked.source, checked.frame[~again], merged, checked.rows, checked.public
            )
        )
    return kept


def _refuse_too_many_faults(intake: Intake, parameters: Parameters) -> None:
    for part in (intake.records, intake.opening, intake.closing):  # each caseload is a table of its own
        for row in _counts(part).groupby("table", sort=False)[["rows", "set_aside"]].sum().itertuples():
            allowance = parameters.set_aside.get(str(row.Index))
            limit = allowance.at_most if allowance else SET_ASIDE_AT_MOST
            if row.set_aside > limit * row.rows:
                faults = _faults([checked for checked in part if checked.table == row.Index])
                raise InputError(
                    _too_many(faults, parameters, str(row.Index), int(row.set_aside), int(row.rows), limit)
                )


def _too_many(
    faults: pd.DataFrame, parameters: Parameters, table: str, aside: int, rows: int, limit: float
) -> str:
    by_rule = faults.groupby(["source", "column", "rule"])["row"]
    lines = [
        f"  {source}: {column} {rule}: {len(found)} rows, the first is row {found.min()}"
        for (source, column, rule), found in by_rule
    ]
    return "\n".join(
        [
            f"{parameters.path}: {aside} of {rows} rows ({aside / rows:.1%}) of table {table} would be set "
            f"aside, more than {limit:.0%}. Mend the source, or allow more under set_aside.{table} and say "
            "why.",
            *lines,
        ]
    )
