"""Everything a period's parameters name, read and checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import pandas as pd

from qaf_lib.errors import InputError
from qaf_lib.frameworks import Deadline, Framework
from qaf_lib.intake.annex_a import annex_a_tables
from qaf_lib.intake.annex_a_counts import counted_in, no_counts
from qaf_lib.intake.checks import (
    IDS_MADE_WHERE_MISSING,
    check_table,
    each_once,
    of_known_audits,
    source_columns,
    wide_answers,
)
from qaf_lib.intake.columns import Rules
from qaf_lib.intake.faults import Checked, all_faults, refuse_too_many, without_names
from qaf_lib.intake.labels import words_of_council
from qaf_lib.intake.tabular import ReadTable, read_source
from qaf_lib.intake.vocabulary import earlier_names, questions_of, team_names
from qaf_lib.parameters import Extract, Parameters, Source
from qaf_lib.register import TABLES

_FIRST = ("team", "staff", "audit", "answer", "action")
_NAMING = ("team", "staff", "answer")
"""Tables that name what other tables may speak of."""

_NO_RECORDS = frozenset(
    {
        *("identity", "snapshot", "draw", "draw_stratum", "draw_case", "edition", "case", "allocation"),
        *("reading", "withdrawal", "computed_indicator", "vault", "retirement"),
    }
)
"""Tables that the kit makes, or that a caseload brings."""


@dataclass(frozen=True)
class Intake:
    """The checked tables of a period.

    `opening`, `closing` and `records` have one `Checked` per source. `only_in_plans` has the children whom
    Annex A's lists 7 and 8 hold and its list 6 does not, `not_in_plans` those whom list 6 puts in another
    list that does not hold them; both for each `as_at`. `counted` are the indicators counted in the newest
    extract, where it is of the period (see `annex_a_counts`).
    """

    opening: list[Checked]
    closing: list[Checked]
    records: list[Checked]
    only_in_plans: pd.DataFrame
    not_in_plans: pd.DataFrame
    counted: pd.DataFrame

    @property
    def checked(self) -> list[Checked]:
        """Every checked table, in reading order."""
        return [*self.records, *self.opening, *self.closing]

    @property
    def faults(self) -> pd.DataFrame:
        """All faults of all sources."""
        return all_faults(self.checked)

    @property
    def counts(self) -> pd.DataFrame:
        """Rows read, set aside and left out, by table and source."""
        rows = [
            {
                "table": checked.table,
                "source": checked.source,
                "rows": checked.rows,
                "set_aside": checked.set_aside,
                "left_out": len(checked.left_out),
            }
            for checked in self.checked
        ]
        return pd.DataFrame(rows, columns=["table", "source", "rows", "set_aside", "left_out"])


def _in_one_list(found: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Children of one list that another lacks, by the day of their caseload."""
    types = {"list": "int64", "row": "int64", "case_id": "string", "as_at": "datetime64[ns]"}
    listed = [table for table in found if len(table)] or [pd.DataFrame(columns=list(types))]
    return pd.concat(listed, ignore_index=True)[list(types)].astype(types)


def read_intake(
    *, parameters: Parameters, today: date, audits_on_record: Mapping[str, str] = MappingProxyType({})
) -> Intake:
    """Every source of a period, read and checked.

    `audits_on_record` gives the tool of each audit that an earlier reading brought: what is said of it now,
    such as a late moderation, has its audit. No open case refuses the period too.
    """
    _refuse_unknown_tables(parameters)
    _refuse_unknown_days(parameters.rules)
    known = _Known(parameters, _read_records(parameters, today, audits_on_record), audits_on_record)
    caseloads = [
        _read_caseload(
            extract,
            parameters,
            known.rules(max(today, extract.as_at), extract.as_at),
            known,
        )
        for extract in parameters.extracts
    ]
    records, *cases = _judged(
        [
            of_known_audits(each_once(known.records), on_record=audits_on_record),
            *(caseload.tables for caseload in caseloads),
        ],
        parameters,
    )
    _refuse_no_cases(parameters, cases)
    return Intake(
        opening=cases[0],
        closing=cases[1] if len(cases) > 1 else [],
        records=records,
        only_in_plans=_in_one_list([caseload.only_in_plans for caseload in caseloads]),
        not_in_plans=_in_one_list([caseload.not_in_plans for caseload in caseloads]),
        counted=caseloads[-1].counted,
    )


def _judged(parts: Sequence[Sequence[Checked]], parameters: Parameters) -> list[list[Checked]]:
    """The records and each caseload, with no fault naming anybody, unless too much of them is broken."""
    names = frozenset().union(*(checked.names for tables in parts for checked in tables))
    judged = []
    for tables in parts:  # each caseload is a table of its own
        judged.append([replace(checked, faults=without_names(checked.faults, names)) for checked in tables])
        refuse_too_many(judged[-1], parameters)
    return judged


def _refuse_no_cases(parameters: Parameters, caseloads: Sequence[Sequence[Checked]]) -> None:
    """Refuse a caseload without an open case."""
    for name, extract, tables in zip(("opening", "closing"), parameters.extracts, caseloads, strict=False):
        cases = [checked for checked in tables if checked.table == "case"]
        if not any(len(checked.frame) for checked in cases):
            left_out = sum(len(checked.left_out) for checked in cases)
            rows = "1 row is" if left_out == 1 else f"{left_out} rows are"
            why = f"; {rows} not of {extract.as_at}" if left_out else ""
            raise InputError(
                f"{parameters.path}: the {name} caseload holds no open {parameters.rules.words.cases}{why}. "
                "Export it again."
            )


def _refuse_unknown_tables(parameters: Parameters) -> None:
    known = sorted(set(TABLES) - _NO_RECORDS)
    unknown = sorted(set(parameters.records) - set(known)) + sorted(set(parameters.set_aside) - set(TABLES))
    if unknown:
        raise InputError(f"{parameters.path}: {unknown[0]} is not a table. Name one of: {', '.join(known)}.")


def _refuse_unknown_days(framework: Framework) -> None:
    """Refuse a framework whose deadlines count between days, or for kinds, that no table has."""
    for deadline in framework.deadlines:
        for key, name, known in _asked(deadline, framework):
            if name not in known:
                raise InputError(
                    f"framework {framework.framework}: deadline {deadline.name}: {key} {name!r} is not in "
                    f"table {deadline.of}. Name one of: {', '.join(known)}."
                )


def _asked(deadline: Deadline, framework: Framework) -> Iterator[tuple[str, str, list[str]]]:
    """What a deadline asks of its table: the key, what it names, and what it may name."""
    columns = {column.name: column for column in TABLES[deadline.of].columns}
    days = [name for name, column in columns.items() if column.type in "dt"]
    yield "from_event", deadline.from_event, days
    yield "to_event", deadline.to_event, days
    kinds = [kind.name for kind in framework.audit_types]
    for name in deadline.kinds:
        yield "kinds", name, kinds if deadline.of == "audit" else list(columns["kind"].choices)
    if deadline.grades and deadline.of != "audit":
        yield "grades", "overall_grade", list(columns)


@dataclass(frozen=True)
class _Known:
    """What the tables read so far say of teams (all their names, today's first), staff, audits and people."""

    parameters: Parameters
    records: list[Checked]
    audits_on_record: Mapping[str, str]

    @property
    def teams(self) -> pd.DataFrame | None:
        teams = self._frames("team")
        if teams is None:
            return None
        return teams.assign(earlier=earlier_names(teams)).sort_values("earlier", kind="stable")

    @property
    def staff(self) -> pd.DataFrame | None:
        return self._frames("staff")

    def _frames(self, table: str) -> pd.DataFrame | None:
        read = [checked.frame for checked in self.records if checked.table == table]
        return pd.concat(read, ignore_index=True) if read else None

    def rules(self, latest: date, as_at: date | None = None) -> Rules:
        """What the next table is held against."""
        teams, actions = self._frames("team"), self._frames("action")
        audits = [checked for checked in self.records if checked.table == "audit"]
        return Rules(
            framework=self.parameters.rules,
            latest=latest,
            as_at=as_at,
            teams=None if teams is None else team_names(teams),
            tools={**self.audits_on_record, **_tools(audits)} if audits else None,
            actions=None if actions is None else frozenset(actions["action_id"]),
            audits_set_aside=frozenset().union(*(checked.ids_set_aside for checked in audits)),
            council=words_of_council(
                parameters=self.parameters,
                tables={name: found for name in _NAMING if (found := self._frames(name)) is not None},
            ),
            names=frozenset().union(*(checked.names for checked in self.records)),
        )


def _read_records(parameters: Parameters, today: date, audits_on_record: Mapping[str, str]) -> list[Checked]:
    """The records of every table, those first that others are held against."""
    latest = max(today, parameters.span.end)
    records: list[Checked] = []
    for name in [*_FIRST, *(name for name in parameters.records if name not in _FIRST)]:
        rules = _Known(parameters, records, audits_on_record).rules(latest)
        for source in parameters.records.get(name, []):
            records += _read_record(name, source, parameters, rules)
    return records


def _tools(audits: Sequence[Checked]) -> dict[str, str]:
    """The tool of each sound audit; the first that came, where two sources bring one."""
    every = pd.concat([checked.frame[["audit_id", "tool_id"]] for checked in audits]).drop_duplicates(
        "audit_id"
    )
    return dict(zip(every["audit_id"].tolist(), every["tool_id"].tolist(), strict=True))


def _read_record(name: str, source: Source, parameters: Parameters, rules: Rules) -> list[Checked]:
    read = _read_table(name, source, parameters)
    if source.answers and name != "audit":
        raise InputError(f"{read.name}: answers can be mapped for audits only, not for {name}.")
    checked = _from(source, read, check_table(name=name, text=read.text, source=read.name, rules=rules))
    if not source.answers:
        return [checked]
    _refuse_unknown_questions(source, read.name, rules.framework)
    answers = wide_answers(answers=read.answers, audits=checked, rules=rules)
    return [checked, replace(answers, public=source.public, covers=source.covers)]


def _refuse_unknown_questions(source: Source, name: str, framework: Framework) -> None:
    known = set(questions_of(framework, tool_id=None).names)
    unknown = [question for question in source.answers if question not in known]
    if unknown:
        raise InputError(
            f"{name}: answers maps {unknown[0]}, which is not a question of the framework. Name one of: "
            f"{', '.join(sorted(known))}."
        )


def _read_table(name: str, source: Source, parameters: Parameters) -> ReadTable:
    columns = source_columns(TABLES[name])
    made = IDS_MADE_WHERE_MISSING | {"audit_id"} if name == "audit" else IDS_MADE_WHERE_MISSING
    return read_source(
        source=source,
        root=parameters.root,
        known=[column.name for column in columns],
        required=[column.name for column in columns if not column.optional and column.name not in made],
    )


def _from(source: Source, read: ReadTable, checked: Checked) -> Checked:
    return replace(
        checked,
        public=source.public,
        covers=source.covers,
        unused=read.unused,
        notes=read.notes,
    )


@dataclass(frozen=True)
class _Caseload:
    """The checked tables of one day's caseload, and the children that one of its lists alone holds."""

    tables: list[Checked]
    only_in_plans: pd.DataFrame
    not_in_plans: pd.DataFrame
    counted: pd.DataFrame


def _read_caseload(extract: Extract, parameters: Parameters, rules: Rules, known: _Known) -> _Caseload:
    """The caseload as at the extract's day; the extract itself may have been made on any day since."""
    found: list[Checked] = []
    only_in_plans = not_in_plans = _in_one_list([])
    counted = no_counts()
    if extract.annex_a:
        book = annex_a_tables(
            path=parameters.source_path(extract.annex_a),
            name=extract.annex_a,
            as_at=extract.as_at,
            teams=known.teams,
            staff=known.staff,
        )
        day = pd.Timestamp(extract.as_at)
        only_in_plans, not_in_plans = (
            book.only_in_plans.assign(as_at=day),
            book.not_in_plans.assign(as_at=day),
        )
        found = [
            check_table(name=name, text=text, source=extract.annex_a, rules=rules)
            for name, text in book.tables.items()
            if len(text) or name == "case"
        ]
        if extract.as_at >= parameters.span.start:
            counted = counted_in(
                lists=book.lists,
                as_at=extract.as_at,
                span=parameters.span,
                teams=known.teams,
                staff=known.staff,
            )
        found[0] = replace(found[0], unused=book.unused, notes=book.notes, unlisted=book.unlisted)
    for source in (extract.early_help or []) + (extract.cases or []):
        read = _read_table("case", source, parameters)
        checked = check_table(name="case", text=read.text, source=read.name, rules=rules)
        found.append(_from(source, read, checked))
    return _Caseload(each_once(found), only_in_plans, not_in_plans, counted)
