"""Ofsted's Annex A workbook: open statutory cases, their plans and closures (lists 6 to 9).

The standard's sheets, headings and codes stand in `annex_a_lists.yml`. Headings are found by name on
any of the first rows, values by their code, since both vary between councils.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
import pandas as pd
import yaml
from openpyxl.utils.exceptions import InvalidFileException

from qaf_lib.caseload.tabular import cell_text, text_table
from qaf_lib.errors import InputError

__all__ = ["AGE_BANDS", "annex_a_standard", "annex_a_tables"]

AGE_BANDS = {4: "0-4", 9: "5-9", 15: "10-15", 17: "16-17"}
"""The oldest age of each band; older is `18+`."""

_HEADING_ROWS = 10
_STATUS = {
    "looked after child": "looked_after",
    "child protection plan": "child_protection",
    "child in need plan": "child_in_need",
    "open assessment": "open_assessment",
}
_GENDER = {"male": "Male", "female": "Female", "not stated/recorded": "Not stated", "neither": "Neither"}
_ALIASES = {"age": "age of child (years)"}


@cache
def annex_a_standard() -> dict[str, Any]:
    """The standard as data: lists with their columns, the columns' headings, the code sets."""
    text = files("qaf_lib.caseload").joinpath("annex_a_lists.yml").read_text(encoding="utf-8")
    standard: dict[str, Any] = yaml.safe_load(text)
    return standard


def annex_a_tables(
    *, path: Path, name: str, as_at: date, teams: pd.DataFrame | None, staff: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """Text tables `case`, `plan` and `closure` from a workbook, each indexed by row number.

    Teams and workers stand in Annex A by name: `teams` (team_id, name, service) and `staff`
    (staff_id, name) give their references. A team that is not listed keeps its name, and the checks
    then report it as unknown; a worker who is not listed is left out.

    Raises
    ------
    InputError
        If the workbook cannot be read, or list 6 or one of its headings is missing.
    """
    lists = _read_lists(path, name)
    need, leaving = lists[6], lists.get(9, pd.DataFrame())
    open_need = need[need["cin_closure_date"].isna()]
    cases = pd.concat([_need_cases(open_need, lists), _leaving_cases(leaving)])
    return {
        "case": _with_people(cases, teams, staff, as_at),
        "plan": _plans(open_need, lists),
        "closure": _closures(need, teams),
    }


def _read_lists(path: Path, name: str) -> dict[int, pd.DataFrame]:
    if not path.is_file():
        raise InputError(f"{name}: no such file. Check the path in the parameter file.")
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, OSError, KeyError, ValueError):
        raise InputError(f"{name}: not a readable Excel workbook (.xlsx). Save it again in Excel.") from None
    try:
        sheets = {_sheet_number(sheet.title): sheet for sheet in book.worksheets}
        if 6 not in sheets:
            raise InputError(f"{name}: there is no sheet for list 6 (Children in Need). Name it 'List 6'.")
        return {
            number: _read_list(sheets[number], number, name) for number in (6, 7, 8, 9) if number in sheets
        }
    finally:
        book.close()


def _sheet_number(title: str) -> int:
    found = re.fullmatch(r"\s*list[\s_]*(\d+)\s*", title, flags=re.IGNORECASE)
    if found:
        return int(found[1])
    known = {_folded(entry["title"]): int(entry["list"]) for entry in annex_a_standard()["lists"]}
    return known.get(_folded(title), 0)


def _read_list(sheet: Any, number: int, name: str) -> pd.DataFrame:
    standard = annex_a_standard()
    wanted = next(entry["columns"] for entry in standard["lists"] if entry["list"] == number)
    by_heading = {_folded(standard["columns"][column]["name"]): column for column in wanted}
    rows = [[cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    headed = [[by_heading.get(_folded(cell), "") for cell in row] for row in rows[:_HEADING_ROWS]]
    best = max(range(len(headed)), key=lambda index: sum(bool(cell) for cell in headed[index]), default=None)
    label = f"{name} (list {number})"
    if best is None or not any(headed[best]):
        raise InputError(f"{label}: no row holds the standard's headings. Use Ofsted's template.")
    missing = [standard["columns"][column]["name"] for column in wanted if column not in headed[best]]
    if missing:
        raise InputError(
            f"{label}: the column {missing[0]} is missing. Export the list with all its columns."
        )
    return text_table(headed[best], rows[best + 1 :], name=label, first=best + 2)


def _folded(text: str) -> str:
    plain = text.replace("’", "'").replace("‘", "'").replace("\xa0", " ").replace("))", ")")
    folded = " ".join(plain.lower().split())
    return _ALIASES.get(folded, folded)


def _need_cases(need: pd.DataFrame, lists: dict[int, pd.DataFrame]) -> pd.DataFrame:
    status = _code(need["case_status"]).map(_STATUS).astype("string")
    starts = {
        "looked_after": _by_child(
            lists.get(8), "date_started_to_be_looked_after", "date_ceased_to_be_looked_after"
        ),
        "child_protection": _by_child(
            lists.get(7), "child_protection_plan_start_date", "child_protection_plan_end_date"
        ),
    }
    since = need["cin_start_date"].copy()
    for kind, by_child in starts.items():
        since = since.mask(status.eq(kind).fillna(False), need["child_id"].map(by_child).astype("string"))
    return _people_columns(need).assign(status=status, opened_on=need["cin_start_date"], status_from=since)


def _by_child(table: pd.DataFrame | None, start: str, end: str) -> pd.Series:
    if table is None:
        return pd.Series(dtype="string")
    current = table[table[end].isna()].drop_duplicates("child_id", keep="last")
    return current.set_index("child_id")[start]


def _leaving_cases(leaving: pd.DataFrame) -> pd.DataFrame:
    if leaving.empty:
        return pd.DataFrame()
    return _people_columns(leaving).assign(status="care_leaver")


def _people_columns(table: pd.DataFrame) -> pd.DataFrame:
    ethnicity = {entry["code"]: entry["group"] for entry in annex_a_standard()["code_sets"]["ethnicity"]}
    disability = {"yes": "true", "no": "false"}
    return pd.DataFrame(
        {
            "case_id": table["child_id"],
            "unit": "child",
            "team": table["allocated_team"],
            "worker": table["allocated_worker"],
            "date_of_birth": table["date_of_birth"],
            "age_years": table["age_years"],
            "gender": _code(table["gender"]).map(_GENDER),
            "ethnicity_group": table["ethnicity"].str.extract(r"\b([A-Z]{4})\b")[0].map(ethnicity),
            "disability": _code(table["has_disability"]).map(disability),
            "restricted_record": "false",
        },
        index=table.index,
    )


def _with_people(
    cases: pd.DataFrame, teams: pd.DataFrame | None, staff: pd.DataFrame | None, as_at: date
) -> pd.DataFrame:
    by_team = _lookup(teams, "name", "team_id")
    service = _lookup(teams, "team_id", "service")
    team_id = cases["team"].map(by_team).astype("string").fillna(cases["team"])
    with_people = cases.assign(
        team_id=team_id,
        service=team_id.map(service).astype("string").fillna("not recorded"),
        worker_id=cases["worker"].map(_lookup(staff, "name", "staff_id")),
        age_band=_age_bands(cases, as_at),
    )
    return with_people.drop(columns=["team", "worker", "date_of_birth", "age_years"]).astype("string")


def _lookup(table: pd.DataFrame | None, by: str, wanted: str) -> pd.Series:
    if table is None:
        return pd.Series(dtype="string")
    return table.drop_duplicates(by).set_index(by)[wanted].astype("string")


def _age_bands(cases: pd.DataFrame, as_at: date) -> pd.Series:
    born = pd.to_datetime(cases["date_of_birth"], errors="coerce", format="%Y-%m-%d")
    day = pd.Timestamp(as_at)
    before_birthday = (born.dt.month * 100 + born.dt.day) > (day.month * 100 + day.day)
    given = pd.to_numeric(cases["age_years"], errors="coerce").astype("float64")
    age = (day.year - born.dt.year - before_birthday.astype(int)).astype("float64").fillna(given // 1)
    bands = pd.cut(age.clip(lower=0), [-1, *AGE_BANDS, float("inf")], labels=[*AGE_BANDS.values(), "18+"])
    return bands.astype("string")


def _plans(need: pd.DataFrame, lists: dict[int, pd.DataFrame]) -> pd.DataFrame:
    in_need = need[_code(need["case_status"]).eq("child in need plan").fillna(False)]
    made = [_plan_rows(in_need, "cin", "cin_start_date", None)]
    if 7 in lists:
        plans = _plan_rows(
            lists[7], "cp", "child_protection_plan_start_date", "child_protection_plan_end_date"
        )
        made.append(plans.assign(previous=lists[7]["number_of_previous_child_protection_plans"]))
    if 8 in lists:
        plans = _plan_rows(
            lists[8], "cla", "date_started_to_be_looked_after", "date_ceased_to_be_looked_after"
        )
        outside = _code(lists[8]["placement_location"]).map({"out": "true", "in": "false"}).astype("string")
        made.append(plans.assign(out_of_area=outside))
    return pd.concat(made)


def _plan_rows(table: pd.DataFrame, kind: str, start: str, end: str | None) -> pd.DataFrame:
    ended = table[end] if end else pd.NA
    return pd.DataFrame(
        {"case_id": table["child_id"], "kind": kind, "started_on": table[start], "ended_on": ended},
        index=table.index,
        dtype="string",
    )


def _closures(need: pd.DataFrame, teams: pd.DataFrame | None) -> pd.DataFrame:
    closed = need[need["cin_closure_date"].notna()]
    team = closed["allocated_team"]
    return pd.DataFrame(
        {
            "case_id": closed["child_id"],
            "closed_on": closed["cin_closure_date"],
            "unit": "child",
            "team_id": team.map(_lookup(teams, "name", "team_id")).astype("string").fillna(team),
            "kind": "closed",
        },
        index=closed.index,
    ).astype("string")


def _code(values: pd.Series) -> pd.Series:
    """Coded values without their letter, in lower case: `a) Male` becomes `male`."""
    return values.astype("string").str.replace(r"^\s*[a-z]\d?\)\s*", "", regex=True).str.strip().str.lower()
