"""Its sources as the files that a council would export."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from qaf_lib.frameworks import Framework
from qaf_lib.intake.annex_a_lists import annex_a_standard
from qaf_lib.intake.checks import source_columns
from qaf_lib.register import TABLES
from qaf_lib.synthetic.actions import make_actions, make_indicators, make_projects, rest_on_work
from qaf_lib.synthetic.audits import (
    Audit,
    make_audits,
    make_chosen_audits,
    make_other_answers,
    of_ages,
    of_moves,
    vary_look_back,
)
from qaf_lib.synthetic.cases import SNAPSHOTS
from qaf_lib.synthetic.council import Council, Part, case_table
from qaf_lib.synthetic.duties import (
    make_duty_events,
    make_exemptions,
    make_more_entries,
    make_other_audits,
    make_training,
)
from qaf_lib.synthetic.front_door import (
    assessments,
    care,
    care_leavers,
    children_in_need,
    contacts,
    early_help,
    early_help_children,
    enquiries,
    protection,
    referrals,
)
from qaf_lib.synthetic.learning import add_learning, say_what_for
from qaf_lib.synthetic.moderation import make_answers, make_escalations, make_moderations
from qaf_lib.synthetic.notices import make_notices
from qaf_lib.synthetic.other_findings import add_other_findings
from qaf_lib.synthetic.people import POSTS, homes_of
from qaf_lib.synthetic.planting import plant_breaches
from qaf_lib.synthetic.practice import TOOLS
from qaf_lib.synthetic.set_pieces import (
    appraisals_before,
    look_at_clinics,
    name_the_children,
    said_at_set_pieces,
    scaled_on_the_agenda,
)
from qaf_lib.synthetic.view import View, adopters, adoption, columns_of, make_admissions
from qaf_lib.synthetic.voices import (
    answer_questions,
    make_closures,
    make_feedback,
    surveys_of_each_quarter,
    tell_outcomes,
    yearly_surveys,
)


def annex_a_lists(*, council: Council, as_at: date) -> dict[int, pd.DataFrame]:
    """The eleven lists on a day, by number; columns are the identifiers of `annex_a_lists.yml`.

    Parameters
    ----------
    council : Council
        From `make_council`.
    as_at : date
        The day the lists are cut.

    Returns
    -------
    dict of int to pd.DataFrame
        Values as they stand in the cells: codes as the standard writes them, `datetime.date`, None for blank.
    """
    part = council.children
    view = View(part, as_at)
    early = early_help_children(council.families, as_at, view.back)
    tables = {
        1: contacts(view, early),
        2: early_help(view, early, council.families.teams),
        3: referrals(view),
        4: assessments(view),
        5: enquiries(view),
        6: children_in_need(view),
        7: protection(view),
        8: care(view),
        9: care_leavers(view),
        10: adoption(view),
        11: adopters(view),
    }
    return {number: _plain(table[columns_of(number)]) for number, table in tables.items()}


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Cells as Python objects, None for blank, under every version of pandas."""
    cells = table.astype(object)
    return cells.where(cells.notna(), None)


def write_annex_a(*, tables: Mapping[int, pd.DataFrame], path: Path) -> None:
    """Write the lists as sheets "List 1" to "List 11": a title in row 1, the standard's headings in row 2.

    Parameters
    ----------
    tables : mapping of int to pd.DataFrame
        From `annex_a_lists`.
    path : Path
        The workbook to write; the same tables give the same bytes.
    """
    standard: Any = annex_a_standard()
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "Annex A (synthetic data)", "created": datetime(2026, 10, 1, 9, 0, 0)})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        bold = book.add_format({"bold": True})
        for listed in standard["lists"]:
            sheet = book.add_worksheet(f"List {listed['list']}")
            sheet.write_string(0, 0, f"List {listed['list']}: {listed['title']} (synthetic data)", bold)
            table = tables[listed["list"]]
            for column, name in enumerate(table.columns):
                sheet.write_string(1, column, standard["columns"][name]["name"], bold)
                _write_column(sheet, column, table[name].tolist(), day)


def _write_column(sheet: Any, column: int, cells: Sequence[object], day: object) -> None:
    epoch = date(1899, 12, 30).toordinal()
    for row, cell in enumerate(cells, start=2):
        if isinstance(cell, str):
            sheet.write_string(row, column, cell)
        elif isinstance(cell, date):
            sheet.write_number(row, column, cell.toordinal() - epoch, day)
        elif cell is not None:
            sheet.write_number(row, column, cell)


Row = dict[str, object]
_UNKNOWN_TEAM = "XT99"
_UNKNOWN_TEAM_NAME = "Duty desk (old structure)"
_README = """Everything in this folder is synthetic: no child, family, worker or place in it exists.

It was made by `qaf demo` from a seed and shows one invented council, Demonshire, in two parts:
children (Annex A workbooks and CSV files) and families (early help, CSV files only).
A family's row holds the youngest child's age band, the main carer's gender, and whether any child
is disabled.
truth/ says what the estimates should find: the quality of every case, how lenient each auditor is, and which
rows were spoilt on purpose (truth/planted.csv). A council has no such folder.
"""


def write_caseload(*, council: Council, folder: Path) -> None:
    """Write teams, staff and the four snapshots of the caseload, a few rows spoilt on purpose.

    Writes annex_a_<day>.xlsx and team.csv, staff.csv and families_<day>.csv under children/ and families/.
    Spoilt rows are added to the true ones, so that setting them aside leaves the true caseload: of a repeated
    reference the first row is the true one.

    Parameters
    ----------
    council : Council
        From `make_council`.
    folder : Path
        Made where missing; files of the same name are replaced.
    """
    for part in map(council.part, TOOLS):
        (folder / part.name).mkdir(parents=True, exist_ok=True)
        teams = pd.concat([part.teams, homes_of(part.name)], ignore_index=True)
        for table, frame in {"team": teams, "staff": part.staff}.items():
            _write(folder / part.name / f"{table}.csv", table, _rows(frame))
    for as_at in SNAPSHOTS:
        tables = annex_a_lists(council=council, as_at=as_at)
        tables[6] = pd.concat([tables[6], _spoilt_children(tables[6], as_at)], ignore_index=True)
        write_annex_a(tables=tables, path=folder / f"annex_a_{as_at}.xlsx")
        families = _rows(case_table(council=council, part="families", as_at=as_at))
        families += _spoilt_families(families, as_at)
        _write(folder / "families" / f"families_{as_at}.csv", "case", families)
    _write_text(folder / "README.txt", _README)


def write_records(
    *,
    council: Council,
    folder: Path,
    drawn: Mapping[str, Sequence[str]],
    records_drawn: Mapping[str, Mapping[tuple[str, int], Sequence[str]]],
    frameworks: Mapping[str, Framework],
    listed: Mapping[str, Mapping[str, Sequence[str]]],
    look_again: Callable[[str, Sequence[Row]], Collection[str]],
) -> None:
    """Write a year of audits and what goes with them, and the truth.

    Everything is done as the framework asks but for what is planted: truth/breaches.csv lists it.

    Parameters
    ----------
    council : Council
        From `make_council`.
    folder : Path
        Where `write_caseload` wrote.
    drawn : mapping of str to sequence of str
        By folder of records: references of the cases drawn for audit in 2026-27 Q2, in draw order.
    records_drawn : mapping of str to mapping of (str, int) to sequence of str
        By folder of records, audit type and month: references of the cases whose records are drawn.
    frameworks : mapping of str to Framework
        By folder of records: the framework it is kept under.
    listed : mapping of str to mapping of str to sequence of str
        By folder and census list: references of the cases on it at the end of the quarter.
    look_again : callable
        From a folder of records and its audits to the references of cases drawn for a second look.

    Raises
    ------
    ValueError
        If a drawn case was not open on the quarter's opening day.
    """
    planted = _planted_in_caseload()
    breaches: list[Row] = []
    reaudits: list[Row] = []
    for name, framework in frameworks.items():
        part = council.part(name)
        (folder / part.name).mkdir(parents=True, exist_ok=True)
        audits = make_audits(council=council, part=part, framework=framework, drawn=drawn[part.name])
        tables, found = _records(
            council, part, framework, audits, listed[part.name], records_drawn[part.name], look_again
        )
        for table, rows in tables.items():
            if rows:
                _write(folder / part.name / f"{table}.csv", table, rows)
        breaches += [{"part": part.name, **row} for row in found]
        reaudits += _reaudit_truth(part, audits)
        planted += [
            {"file": f"{part.name}/audit.csv", "table": "audit", "rule": rule, "count": 1}
            for rule in _AUDIT_RULES
        ]
    truth = folder / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    _write_columns(truth / "case_quality.csv", list(council.truth.columns), _rows(council.truth))
    for name in ("teams", "auditors"):
        frames = [_truth_of(part, name) for part in map(council.part, frameworks)]
        together = pd.concat(frames, ignore_index=True)
        _write_columns(truth / f"{name}.csv", list(together.columns), _rows(together))
    _write_columns(truth / "planted.csv", ["file", "table", "rule", "count"], planted)
    _write_columns(truth / "breaches.csv", ["part", "rule", "subject", "detail"], breaches)
    _write_columns(
        truth / "reaudits.csv",
        ["part", "case_id", "audit_id", "reaudit_of", "quality_before", "quality_after"],
        reaudits,
    )


def _records(
    council: Council,
    part: Part,
    framework: Framework,
    audits: Sequence[Audit],
    listed: Mapping[str, Sequence[str]],
    records_drawn: Mapping[tuple[str, int], Sequence[str]],
    look_again: Callable[[str, Sequence[Row]], Collection[str]],
) -> tuple[dict[str, list[Row]], list[Row]]:
    family = list(POSTS).index(part.name)
    streams = [np.random.default_rng([council.seed, 30 + number, family]) for number in range(7)]
    closures = make_closures(part=part)
    others = make_other_audits(
        council=council,
        part=part,
        framework=framework,
        listed=listed,
        closures=closures,
        drawn=records_drawn,
        rng=streams[6],
    )
    apart = [np.random.default_rng([council.seed, 70 + number, family]) for number in range(3)]
    chosen = make_chosen_audits(
        council=council,
        part=part,
        framework=framework,
        made={str(row["audit_type"]) for row in [*[audit.row for audit in audits], *others]},
        without={str(row["case_id"]) for row in [*[audit.row for audit in audits], *others]},
    )
    vary_look_back(audits=[*audits, *chosen], framework=framework, rng=apart[2])
    tables: dict[str, list[Row]] = {
        "audit": [*[audit.row for audit in audits], *[audit.row for audit in chosen], *others],
        "answer": [
            *make_answers(part=part, framework=framework, audits=audits, rng=streams[1]),
            *make_other_answers(part=part, framework=framework, chosen=chosen, others=others, rng=apart[0]),
        ],
        "moderation": [
            *make_moderations(
                part=part,
                rules=framework.moderation,
                audits=audits,
                rng=streams[0],
                drawn=look_again(part.name, [audit.row for audit in audits]),
            ),
            *make_moderations(
                part=part, rules=framework.moderation, audits=_graded(chosen), rng=apart[1], letter="N"
            ),
        ],
        "escalation": [*make_escalations(part=part, audits=audits, rng=streams[2])],
        "duty_event": [
            *make_duty_events(part=part, framework=framework, rng=streams[3]),
            *make_training(
                part=part, framework=framework, rng=np.random.default_rng([council.seed, 90, family])
            ),
            *make_more_entries(
                part=part, framework=framework, rng=np.random.default_rng([council.seed, 95, family])
            ),
        ],
        "closure": [*closures],
        "exemption": make_exemptions(part=part),
        "feedback": [*make_feedback(part=part, framework=framework, closures=closures, rng=streams[4])],
        "indicator": make_indicators(
            part=part,
            framework=framework,
            closures=closures,
            rng=np.random.default_rng([council.seed, 40, family]),
        ),
        "project": [*make_projects(part=part)],
        "plan": make_admissions(part=part, framework=framework),
    }
    audited = {str(row["audit_id"]): str(row["case_id"]) for row in tables["audit"]}
    of_moves(tables["answer"], audited, part)
    of_ages(tables["answer"], audited, part)
    _add_surveys(tables["feedback"], part, framework, np.random.default_rng([council.seed, 80, family]))
    tables["feedback"] += said_at_set_pieces(part=part, framework=framework)
    name_the_children(feedback=tables["feedback"], part=part)
    scaled_on_the_agenda(tables["answer"])
    look_at_clinics(audits=others, events=tables["duty_event"], part=part)
    themed = [audit for audit in chosen if audit.row["audit_type"] == "thematic" and audit.row["worker_id"]]
    acted = make_actions(part=part, audits=audits, themed=themed, rng=streams[5])
    for table, rows in acted.items():
        tables[table] = [*rows]
    add_learning(tables=tables, part=part, rng=np.random.default_rng([council.seed, 60, family]))
    say_what_for(tables=tables, part=part, framework=framework)
    rest_on_work(actions=tables["action"], projects=tables["project"])
    tables["duty_event"] += make_notices(part=part, framework=framework, events=[*tables["duty_event"]])
    tables["duty_event"] += appraisals_before(part=part, framework=framework, events=[*tables["duty_event"]])
    add_other_findings(tables=tables, part=part)
    breaches = plant_breaches(tables=tables, part=part, listed=listed)
    left = {row["audit_id"] for row in tables["audit"]}
    tables["answer"] = [row for row in tables["answer"] if row["audit_id"] in left]
    tables["audit"] += _spoilt_audits(audits)
    return tables, breaches


def _add_surveys(feedback: list[Row], part: Part, framework: Framework, rng: np.random.Generator) -> None:
    tell_outcomes(feedback=feedback, rng=rng)
    feedback += yearly_surveys(part=part, framework=framework, rng=rng)
    feedback += surveys_of_each_quarter(part=part, framework=framework, rng=rng)
    feedback += answer_questions(feedback=feedback, framework=framework, rng=rng)


def _graded(audits: Sequence[Audit]) -> list[Audit]:
    return [audit for audit in audits if audit.row["overall_grade"] is not None]


_CASE_RULES = ("is a date in the future", "is the same row again", "is an unknown team")
_AUDIT_RULES = ("is a grade off the scale", *_CASE_RULES)
_FAR_AHEAD = 36 * 365  # days: 2062 written for 2026


def _planted_in_caseload() -> list[Row]:
    planted: list[Row] = []
    for as_at in SNAPSHOTS:
        for file in (f"annex_a_{as_at}.xlsx", f"families/families_{as_at}.csv"):
            planted += [{"file": file, "table": "case", "rule": rule, "count": 1} for rule in _CASE_RULES]
    return planted


def _spoilt_children(rows: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """Three rows of list 6 that cannot be right: opened in the future, a repeat, a team nobody knows."""
    open_rows = rows[rows["case_status"] == "d) Open assessment"].head(3).copy()
    future, repeated, unknown = (open_rows.iloc[[at]].copy() for at in range(3))
    future[["child_id", "cin_start_date"]] = ["0099001", as_at + timedelta(days=_FAR_AHEAD)]
    unknown[["child_id", "allocated_team"]] = ["0099002", _UNKNOWN_TEAM_NAME]
    return pd.concat([future, repeated, unknown], ignore_index=True)


def _spoilt_families(rows: Sequence[Row], as_at: date) -> list[Row]:
    return [
        {**rows[5], "case_id": "EH-99001", "opened_on": as_at + timedelta(days=_FAR_AHEAD)},
        dict(rows[6]),
        {**rows[7], "case_id": "EH-99002", "team_id": _UNKNOWN_TEAM},
    ]


def _spoilt_audits(audits: Sequence[Audit]) -> list[Row]:
    """Four more rows at the end, of themed audits so that no drawn case is touched; one is a repeat."""
    themed = [audit.row for audit in audits if audit.row["selection"] == "themed"]
    first, second, third, fourth = themed[-4:]
    letters = str(first["audit_id"])[:2]
    off_scale = "11" if letters == "EF" else "adequate"
    return [
        {**first, "audit_id": f"{letters}-2026-90001", "overall_grade": off_scale},
        {
            **second,
            "audit_id": f"{letters}-2026-90002",
            "audited_on": SNAPSHOTS[-1] + timedelta(days=_FAR_AHEAD),
        },
        dict(third),
        {**fourth, "audit_id": f"{letters}-2026-90003", "team_id": _UNKNOWN_TEAM},
    ]


def _reaudit_truth(part: Part, audits: Sequence[Audit]) -> list[Row]:
    known = {audit.audit_id: audit for audit in audits}
    return [
        {
            "part": part.name,
            "case_id": audit.case_id,
            "audit_id": audit.audit_id,
            "reaudit_of": audit.row["reaudit_of"],
            "quality_before": round(known[str(audit.row["reaudit_of"])].quality, 4),
            "quality_after": round(audit.quality, 4),
        }
        for audit in audits
        if audit.row["reaudit_of"]
    ]


def _truth_of(part: Part, name: str) -> pd.DataFrame:
    frame = part.team_effects if name == "teams" else part.auditors
    return frame.assign(part=part.name)[["part", *frame.columns]]


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _write(path: Path, table: str, rows: Iterable[Row]) -> None:
    _write_columns(path, [column.name for column in source_columns(TABLES[table])], rows)


def _write_columns(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """UTF-8, LF, ISO dates, true and false, empty for missing; a key that is no column is a mistake."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            strange = set(row) - set(columns)
            if strange:
                raise KeyError(f"{path.name} has no column {', '.join(sorted(strange))}.")
            writer.writerow([_cell(row.get(column)) for column in columns])


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    return str(value)


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
