"""Ofsted's Annex A workbook as at a day: open statutory cases, their plans and closures (lists 6 to 9).

A list holds what was so when the extract was made, and what ended in the six months before. The day of the
caseload may lie between: what ended after it was open then, and what began after it was not.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from qaf_lib.intake import people_codes
from qaf_lib.intake.annex_a_lists import annex_a_standard, read_lists, sign_free
from qaf_lib.intake.cells import day_of
from qaf_lib.intake.people_codes import AGE_BANDS, without_letter
from qaf_lib.intake.vocabulary import fold, team_names

_SPANS = {
    6: ("cin_start_date", "cin_closure_date"),
    7: ("child_protection_plan_start_date", "child_protection_plan_end_date"),
    8: ("date_started_to_be_looked_after", "date_ceased_to_be_looked_after"),
}
_PLANS = {8: ("looked_after", "cla"), 7: ("child_protection", "cp")}
"""The status and the kind of plan that a list gives; a child in both is looked after."""

_CASE_COLUMNS = [
    *("child_id", "gender", "ethnicity", "date_of_birth", "age_years", "has_disability"),
    *("allocated_team", "allocated_worker", "status", "opened_on", "status_from", "closed_on"),
]
_PLAN_COLUMNS = ["child_id", "kind", "opened_on", "closed_on", "previous", "out_of_area"]
_OUT_OF_AREA = {"in": "false", "out": "true"}
_CLOSED_AFTER_ASSESSMENT = r"\bRC[89]\b"


@dataclass(frozen=True)
class AnnexA:
    """What a workbook says of cases.

    `tables` are the text tables `case`, `plan` and `closure`. `case` has a row for
    every episode of list 6, closed ones too, for every child of list 9 who is not open elsewhere, and for
    each of `only_in_plans`: children with an open plan or in care (`list` 7 or 8, and the `row` there) who
    are not open in list 6. `not_in_plans` are the reverse: the `row` of list 6, and the `list` without them.
    `unlisted` are the names of workers whom the staff table does not list. `lists` are the lists themselves
    as at the day, for what is counted in them.
    """

    tables: dict[str, pd.DataFrame]
    notes: tuple[str, ...]
    unused: tuple[str, ...]
    only_in_plans: pd.DataFrame
    not_in_plans: pd.DataFrame
    unlisted: frozenset[str]
    lists: dict[int, pd.DataFrame]


def annex_a_tables(
    *,
    path: Path,
    name: str,
    as_at: date,
    teams: pd.DataFrame | None,
    staff: pd.DataFrame | None,
) -> AnnexA:
    """A workbook's cases, plans and closures as at a day, for the checks.

    `teams` (with a row for each name that a team has had, today's first) and `staff` give the references of
    names. A team that is not listed keeps its name, for the checks to report; a worker who is not listed, or
    whose name two have, is left out and counted. Cases not open on the day are for the checks to leave out; a
    status that is not known stays as it came.
    """
    read = read_lists(path=path, name=name)
    lists = {number: _on_the_day(table, number, as_at) for number, table in read.tables.items()}
    need = _with_status(lists)
    only_in_plans, leaving = _only_in_plans(need, lists), lists[9].assign(status="care_leaver")
    also_open = leaving["child_id"].isin(_children(need, "open") | set(only_in_plans["child_id"].dropna()))
    rows = _together([need, only_in_plans, leaving[~also_open]])
    allocated = allocations(rows, teams=teams, staff=staff)
    return AnnexA(
        tables={
            "case": _cases(rows, allocated, as_at),
            "plan": _plans(need, lists),
            "closure": _closures(rows, allocated, as_at),
        },
        notes=(*read.notes, *_notes(need, only_in_plans, int(also_open.sum())), *allocated.notes),
        unused=read.unused,
        only_in_plans=_listed(only_in_plans),
        not_in_plans=_not_in_plans(need, lists),
        unlisted=allocated.unlisted,
        lists=lists,
    )


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    text = [part.reindex(columns=_CASE_COLUMNS).astype("string").assign(open=part["open"]) for part in parts]
    return pd.concat(text)


def _on_the_day(table: pd.DataFrame, number: int, as_at: date) -> pd.DataFrame:
    """A list with whether each row was open on the day, began after it, or ended after it."""
    if number not in _SPANS:
        return table.assign(open=True)
    first, last = (table[column] for column in _SPANS[number])
    began, ended, day = days_of(first), days_of(last), pd.Timestamp(as_at)
    return table.assign(
        opened_on=first,
        closed_on=last,
        began=began,
        ended=ended,
        open=~(began > day) & (last.isna() | (ended > day)),
        begins_later=began > day,
        ends_later=ended > day,
    )


def _children(table: pd.DataFrame, of: str) -> set[str]:
    return set(table.loc[table[of], "child_id"].dropna())


def latest_open(table: pd.DataFrame) -> pd.DataFrame:
    """The open row of each child, the one that began last where there are several."""
    return table[table["open"]].sort_values("began", kind="stable").drop_duplicates("child_id", keep="last")


@cache
def _status_words() -> dict[str, str]:
    words = annex_a_standard()["status_words"]
    return {sign_free(word): status for status, spellings in words.items() for word in (status, *spellings)}


def _statuses(text: pd.Series) -> pd.Series:
    """The kit's status of each text; the text itself where it is not known."""
    words = {
        word: _status_words().get(sign_free(without_letter(word)), word) for word in text.dropna().unique()
    }
    return text.map(words).astype("string")


def _is(status: pd.Series, kind: str) -> pd.Series:
    return status.eq(kind).fillna(False).astype(bool)


def _with_status(lists: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """List 6 with each case's status on the day, since when, and whether the list tells another.

    A case whose status says closed without a day is not open, whatever becomes of its row.
    """
    told = _statuses(lists[6]["case_status"])
    undated = _is(told, "closed") & lists[6]["closed_on"].isna()
    need = lists[6].assign(open=lists[6]["open"] & ~undated)
    status = told.where(~need["open"], _status_on_the_day(need, told, lists))
    since = need["opened_on"]
    for number, (kind, _) in _PLANS.items():
        began = latest_open(lists[number]).set_index("child_id")["opened_on"]
        since = since.mask(_is(status, kind), need["child_id"].map(began).astype("string"))
    return need.assign(status=status, status_from=since, restated=status.ne(told).fillna(False).astype(bool))


def _status_on_the_day(need: pd.DataFrame, told: pd.Series, lists: dict[int, pd.DataFrame]) -> pd.Series:
    """The status before what is dated after the day: a closure, an entry into care, the end of a plan."""
    child, closed = need["child_id"], _is(told, "closed")
    assessed = need["reason_for_closure"].str.contains(_CLOSED_AFTER_ASSESSMENT, case=False).fillna(False)
    not_yet = pd.Series(data=False, index=need.index)
    for number, (kind, _) in _PLANS.items():
        later = _children(lists[number], "begins_later") - _children(lists[number], "open")
        not_yet |= _is(told, kind) & child.isin(later)
    status = told.mask(closed | not_yet, "child_in_need").mask(
        closed & assessed.astype(bool), "open_assessment"
    )
    for number in (7, 8):
        kind, open_rows = _PLANS[number][0], lists[number][lists[number]["open"]]
        ended_since = child.isin(_children(open_rows, "ends_later")) & ~_is(status, "looked_after")
        status = status.mask(ended_since | ((closed | not_yet) & child.isin(open_rows["child_id"])), kind)
    return status


def _only_in_plans(need: pd.DataFrame, lists: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """A row for each child with an open plan or in care who is not open in list 6."""
    seen, found = _children(need, "open"), []
    for number, (kind, _) in _PLANS.items():
        rows = latest_open(lists[number])
        rows = rows[~rows["child_id"].isin(seen)]
        found.append(rows.assign(list=number, status=kind, status_from=rows["opened_on"], closed_on=None))
        seen = seen | set(rows["child_id"].dropna())
    return pd.concat(found)


def _not_in_plans(need: pd.DataFrame, lists: dict[int, pd.DataFrame]) -> pd.DataFrame:
    """Open cases of list 6 whose status says that another list shows them, which does not."""
    found = []
    for number, (kind, _) in _PLANS.items():
        missing = need["open"] & _is(need["status"], kind)
        missing &= ~need["child_id"].isin(_children(lists[number], "open"))
        found.append(_listed(need[missing].assign(list=number)))
    return pd.concat(found, ignore_index=True)


def _listed(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {"list": rows["list"].to_numpy(), "row": rows.index, "case_id": rows["child_id"].to_numpy()}
    ).astype({"list": "int64", "row": "int64", "case_id": "string"})


def _cases(rows: pd.DataFrame, allocated: Allocations, as_at: date) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case_id": rows["child_id"],
            "unit": "child",
            "team_id": allocated.team_id,
            "service": allocated.service,
            "worker_id": allocated.worker_id,
            "status": rows["status"],
            "opened_on": rows["opened_on"],
            "status_from": rows["status_from"],
            "closed_on": rows["closed_on"],
            "age_band": age_bands(rows, as_at),
            "gender": people_codes.gender(rows["gender"]),
            "ethnicity_group": people_codes.ethnicity_group(rows["ethnicity"]),
            "disability": people_codes.disability(rows["has_disability"]),
            "restricted_record": "false",
        },
        index=rows.index,
    ).astype("string")


def _plans(need: pd.DataFrame, lists: dict[int, pd.DataFrame]) -> pd.DataFrame:
    places = lists[8]["placement_location"]
    outside = {word: _OUT_OF_AREA.get(without_letter(word), word) for word in places.dropna().unique()}
    parts = [
        need[need["open"] & _is(need["status"], "child_in_need")].assign(kind="cin", closed_on=None),
        lists[7].assign(kind="cp", previous=lists[7]["number_of_previous_child_protection_plans"]),
        lists[8].assign(kind="cla", out_of_area=places.map(outside)),
    ]
    plans = pd.concat([part.reindex(columns=_PLAN_COLUMNS).astype("string") for part in parts])
    return plans.rename(columns={"child_id": "case_id", "opened_on": "started_on", "closed_on": "ended_on"})


def _closures(rows: pd.DataFrame, allocated: Allocations, as_at: date) -> pd.DataFrame:
    closed = days_of(rows["closed_on"]) <= pd.Timestamp(as_at)
    return pd.DataFrame(
        {
            "case_id": rows["child_id"],
            "closed_on": rows["closed_on"],
            "unit": "child",
            "team_id": allocated.team_id,
            "kind": "closed",
        },
        index=rows.index,
    )[closed].astype("string")


def _notes(need: pd.DataFrame, only_in_plans: pd.DataFrame, also_open: int) -> list[str]:
    counted = {
        "children with an open plan or in care who are not open in list 6, so cases by list 7 or 8": len(
            only_in_plans
        ),
        "open cases with the status of the day, not the later one that list 6 tells": int(
            need["restated"].sum()
        ),
        "children of list 9 who are open in list 6, 7 or 8 and counted there": also_open,
    }
    return [f"{what}: {count}" for what, count in counted.items() if count]


@dataclass(frozen=True)
class Allocations:
    """Team, service and worker of each case; `unlisted` are names of workers that no reference stands for."""

    team_id: pd.Series
    service: pd.Series
    worker_id: pd.Series
    unlisted: frozenset[str]
    notes: tuple[str, ...]


def days_of(text: pd.Series) -> pd.Series:
    """Text as days; missing where it is blank or no date."""
    days = {word: day_of(word) for word in text.dropna().unique()}
    return pd.to_datetime(text.map(days).astype(object), errors="coerce").astype("datetime64[ns]")


def age_bands(cases: pd.DataFrame, as_at: date) -> pd.Series:
    """By the birthday, else by the age that the list gives, which may be some days off."""
    born, day = days_of(cases["date_of_birth"]), pd.Timestamp(as_at)
    before_birthday = (born.dt.month * 100 + born.dt.day) > (day.month * 100 + day.day)
    age = (day.year - born.dt.year - before_birthday.astype(int)).clip(lower=0)
    bands = pd.cut(age, [-1, *AGE_BANDS, float("inf")], labels=[*AGE_BANDS.values(), "18+"]).astype("string")
    given = people_codes.age_band(cases["age_years"])
    return bands.fillna(given).fillna(people_codes.age_band(cases["date_of_birth"].mask(born.notna())))


def allocations(
    cases: pd.DataFrame, *, teams: pd.DataFrame | None, staff: pd.DataFrame | None
) -> Allocations:
    """The references of the names in `allocated_team` and `allocated_worker`; only open cases are counted."""
    team_id = _by_name(cases["allocated_team"], {} if teams is None else team_names(teams))
    team_id = team_id.fillna(cases["allocated_team"])
    service = (
        {} if teams is None else teams.drop_duplicates("team_id").set_index("team_id")["service"].to_dict()
    )
    workers = _worker_names(staff)
    one = {name: min(ids) for name, ids in workers.items() if len(ids) == 1}
    worker_id = _by_name(cases["allocated_worker"], one)
    lost = cases.loc[cases["open"] & worker_id.isna(), "allocated_worker"].dropna()
    shared = int(lost.map(fold).isin(list(workers)).sum())
    return Allocations(
        team_id=team_id,
        service=team_id.map(service).astype("string").fillna("not recorded"),
        worker_id=worker_id,
        unlisted=frozenset(cases.loc[worker_id.isna(), "allocated_worker"].dropna()),
        notes=_worker_notes(unknown=len(lost) - shared, shared=shared),
    )


def _by_name(names: pd.Series, references: dict[str, str]) -> pd.Series:
    return names.map({name: references.get(fold(name)) for name in names.dropna().unique()}).astype("string")


def _worker_names(staff: pd.DataFrame | None) -> dict[str, set[str]]:
    """The references to which each folded name leads; a reference leads to itself."""
    found: dict[str, set[str]] = defaultdict(set)
    if staff is not None:
        for column in ("staff_id", "name"):
            for name, reference in staff[[column, "staff_id"]].dropna().itertuples(index=False):
                found[fold(name)].add(reference)
    return found


def _worker_notes(*, unknown: int, shared: int) -> tuple[str, ...]:
    counted = {
        "open cases with an allocated worker who is not in the staff table": unknown,
        "open cases with an allocated worker whose name two people in the staff table have": shared,
    }
    return tuple(f"{what}: {count}" for what, count in counted.items() if count)
