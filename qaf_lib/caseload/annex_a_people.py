"""The people in Annex A's lists: children's codes in the kit's words, teams and workers by reference."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.caseload import people_codes
from qaf_lib.caseload.cell_types import day_of
from qaf_lib.caseload.people_codes import AGE_BANDS
from qaf_lib.caseload.teams import team_names
from qaf_lib.caseload.vocabulary import fold

__all__ = ["Allocations", "allocations", "days_of", "people_columns"]


@dataclass(frozen=True)
class Allocations:
    """Team, service and worker of each case, and what is to be said of workers who were not found.

    `unlisted` are the names of workers that no reference stands for.
    """

    team_id: pd.Series
    service: pd.Series
    worker_id: pd.Series
    unlisted: frozenset[str]
    notes: tuple[str, ...]


def days_of(text: pd.Series) -> pd.Series:
    """Text as days; missing where it is blank or no date."""
    days = {word: day_of(word) for word in text.dropna().unique()}
    return pd.to_datetime(text.map(days).astype(object), errors="coerce").astype("datetime64[ns]")


def people_columns(cases: pd.DataFrame, as_at: date) -> dict[str, pd.Series]:
    """A child's age on the day, gender, ethnicity and disability, in the kit's words."""
    return {
        "age_band": _age_bands(cases, as_at),
        "gender": people_codes.gender(cases["gender"]),
        "ethnicity_group": people_codes.ethnicity_group(cases["ethnicity"]),
        "disability": people_codes.disability(cases["has_disability"]),
    }


def _age_bands(cases: pd.DataFrame, as_at: date) -> pd.Series:
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
