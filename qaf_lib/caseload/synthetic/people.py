"""Teams and staff of the synthetic council: invented names, the frameworks' roles, joiners and leavers."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from qaf_lib.caseload.checks import source_columns
from qaf_lib.caseload.synthetic.names import NameList
from qaf_lib.register import TABLES

__all__ = ["CASE_HOLDERS", "YEAR_END", "YEAR_START", "homes_of", "make_staff", "make_teams"]

YEAR_START = date(2025, 10, 1)
YEAR_END = date(2026, 9, 30)
CASE_HOLDERS = frozenset({"Social Worker", "Personal Adviser", "Key Worker", "Senior Key Worker"})

_CHILDREN_PLACES = ("Northmoor", "Eastfen", "Southbrook", "Westhaven")
_FAMILY_PLACES = ("Dalebank", "Seaholm", "Millgate")
# service, name of its teams, teams in each locality of _CHILDREN_PLACES
_CHILDREN_SERVICES = (
    ("Assessment", "Assessment", (2, 1, 1, 1)),
    ("Family support and safeguarding", "Family Support", (3, 3, 3, 3)),
    ("Children in care", "Children in Care", (2, 2, 2, 2)),
    ("Leaving care", "Leaving Care", (1, 0, 1, 0)),
    ("Children with disabilities", "Disabilities", (1, 0, 1, 0)),
)
_FAMILY_TEAMS = (("IFST", (3, 2, 2)), ("FCT", (1, 1, 1)))
_QUALITY = "Quality and standards"
_LEADERSHIP = "Leadership"

# role, how many in a team, may audit, may moderate, hours for audits in a month
_Post = tuple[str, int, bool, bool, float]
_POSTS: dict[str, tuple[_Post, ...]] = {
    "social work": (
        ("Team Manager", 1, True, False, 6.0),
        ("Practice Supervisor", 1, True, False, 4.0),
        ("Social Worker", 8, False, False, 0.0),
        ("Family Support Worker", 1, False, False, 0.0),
    ),
    "Leaving care": (
        ("Team Manager", 1, True, False, 6.0),
        ("Practice Supervisor", 1, True, False, 4.0),
        ("Personal Adviser", 7, False, False, 0.0),
    ),
    "children: Quality and standards": (
        ("Quality and Standards Manager", 1, True, True, 20.0),
        ("Quality Officer", 5, True, True, 30.0),
        ("Independent Reviewing Officer", 8, False, False, 0.0),
        ("Participation Officer", 1, False, False, 0.0),
    ),
    "children: Leadership": (
        ("Director of Children's Services", 1, False, True, 0.0),
        ("Assistant Director", 1, False, True, 2.0),
        ("Head of Service", 4, True, True, 3.0),
        ("Service Manager", 7, True, True, 4.0),
    ),
    "IFST": (
        ("Team Manager", 1, True, False, 6.0),
        ("Senior Key Worker", 1, False, False, 0.0),
        ("Key Worker", 6, False, False, 0.0),
    ),
    "FCT": (
        ("Family Centre TM", 1, True, False, 6.0),
        ("Senior Key Worker", 1, False, False, 0.0),
        ("Key Worker", 5, False, False, 0.0),
        ("Family Centre Worker", 2, False, False, 0.0),
    ),
    "families: Quality and standards": (
        ("Quality Improvement Manager", 1, True, False, 12.0),
        ("Quality Officer", 2, True, False, 24.0),
    ),
    "families: Leadership": (
        ("Strategic Manager", 1, False, True, 0.0),
        ("Operations Manager", 3, True, True, 6.0),
    ),
}
_MANAGED_BY = {
    "Social Worker": "Practice Supervisor",
    "Personal Adviser": "Practice Supervisor",
    "Family Support Worker": "Practice Supervisor",
    "Practice Supervisor": "Team Manager",
    "Senior Key Worker": "Team Manager",
    "Key Worker": "Team Manager",
    "Family Centre Worker": "Family Centre TM",
    "Service Manager": "Head of Service",
    "Head of Service": "Assistant Director",
    "Assistant Director": "Director of Children's Services",
    "Operations Manager": "Strategic Manager",
    "Independent Reviewing Officer": "Quality and Standards Manager",
    "Participation Officer": "Quality and Standards Manager",
    "Quality Officer": "Quality and Standards Manager",
    "Quality and Standards Manager": "Assistant Director",
    "Quality Improvement Manager": "Strategic Manager",
}


def make_teams(*, part: str) -> pd.DataFrame:
    """Teams of one part of the council.

    Parameters
    ----------
    part : str
        "children" or "families".

    Returns
    -------
    pd.DataFrame
        The contract's `team` columns: team_id, name, service, locality.

    Examples
    --------
    >>> make_teams(part="families")["name"].tolist()[:4]
    ['IFST Dalebank 1', 'IFST Dalebank 2', 'IFST Dalebank 3', 'FCT Dalebank']
    """
    rows = _children_teams() if part == "children" else _family_teams()
    rows += [(_QUALITY, _QUALITY, ""), (_LEADERSHIP, _LEADERSHIP, "")]
    teams = pd.DataFrame(rows, columns=["name", "service", "locality"])
    letter = "C" if part == "children" else "F"
    teams.insert(0, "team_id", [f"{letter}T{number:02d}" for number in range(1, len(teams) + 1)])
    return teams


def homes_of(part: str) -> pd.DataFrame:
    """Children's homes, which stand in the table of teams and hold no case: of the part that has visits."""
    number = 3 if part == "portsmouth" else 0
    rows = [(f"CH{at:02d}", f"Children's home {at}", "Children's homes", "") for at in range(1, number + 1)]
    return pd.DataFrame(rows, columns=["team_id", "name", "service", "locality"])


def _children_teams() -> list[tuple[str, str, str]]:
    rows = []
    for service, name, numbers in _CHILDREN_SERVICES:
        for place, teams in zip(_CHILDREN_PLACES, numbers, strict=True):
            rows += [(_team_name(name, place, i, teams), service, place) for i in range(1, teams + 1)]
    return rows


def _family_teams() -> list[tuple[str, str, str]]:
    rows = []
    for at, place in enumerate(_FAMILY_PLACES):
        for kind, numbers in _FAMILY_TEAMS:
            service, teams = f"Early help {place}", numbers[at]
            rows += [(_team_name(kind, place, i, teams), service, place) for i in range(1, teams + 1)]
    return rows


def _team_name(name: str, place: str, number: int, teams: int) -> str:
    return f"{name} {place}" if teams == 1 else f"{name} {place} {number}"


def make_staff(*, part: str, teams: pd.DataFrame, names: NameList, rng: np.random.Generator) -> pd.DataFrame:
    """Staff of one part over the year, those who left and those who replaced them included.

    Parameters
    ----------
    part : str
        "children" or "families".
    teams : pd.DataFrame
        What `make_teams` returned.
    names : NameList
        Where names are taken from, so that they are unique over both parts.
    rng : np.random.Generator
        Source of chance.

    Returns
    -------
    pd.DataFrame
        The contract's `staff` columns, with dates as `datetime.date` and missing as None.
    """
    rows: list[dict[str, object]] = []
    for team in teams.itertuples(index=False):
        for post in _POSTS[_kind(part, str(team.name), str(team.service))]:
            for _ in range(post[1]):
                rows += _people_in_post(post, str(team.team_id), str(team.service), names, rng)
    number = 10_000 if part == "children" else 60_000
    for row in rows:
        number += 1 + int(rng.integers(0, 40))
        row["staff_id"] = f"P{number}"
    _set_managers(rows)
    columns = [column.name for column in source_columns(TABLES["staff"])]
    return pd.DataFrame(rows, columns=columns).astype({"fte": float})


def _kind(part: str, name: str, service: str) -> str:
    if service in (_QUALITY, _LEADERSHIP):
        return f"{part}: {service}"
    if part == "families":
        return name.split(" ")[0]
    return service if service in _POSTS else "social work"


def _people_in_post(
    post: _Post, team_id: str, service: str, names: NameList, rng: np.random.Generator
) -> list[dict[str, object]]:
    """One holder, or one who left in the year and who came after (after a gap)."""
    role, _, can_audit, can_moderate, hours = post
    started = YEAR_START - timedelta(days=int(rng.integers(60, 4000)))
    left = None
    if role in CASE_HOLDERS and rng.random() < 0.12:
        left = YEAR_START + timedelta(days=int(rng.integers(20, 340)))
    starts: list[tuple[date, date | None]] = [(started, left)]
    if left is not None and left + timedelta(days=14) <= YEAR_END:
        starts.append((min(left + timedelta(days=int(rng.integers(5, 60))), YEAR_END), None))
    people = []
    for start, end in starts:
        newly = role == "Social Worker" and (start >= YEAR_START or rng.random() < 0.08)
        people.append(
            {
                "name": names.take(),
                "role": role,
                "team_id": team_id,
                "service": service,
                "fte": [1.0, 1.0, 1.0, 1.0, 0.8, 0.6][int(rng.integers(0, 6))],
                "started_on": start,
                "left_on": end,
                "newly_qualified_until": max(start, YEAR_START) + timedelta(days=365) if newly else None,
                "can_audit": can_audit,
                "can_moderate": can_moderate,
                "audit_hours_per_month": hours if can_audit else None,
            }
        )
    return people


def _set_managers(rows: list[dict[str, object]]) -> None:
    """Everybody's manager: in the own team where the role is held there, else in turn over the council."""
    by_role: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        by_role.setdefault(str(row["role"]), []).append(row)
    for at, row in enumerate(rows):
        holders = [held for wanted in _managers_of(str(row["role"])) for held in by_role.get(wanted, [])]
        same_team = [held for held in holders if held["team_id"] == row["team_id"]]
        turn = int(str(row["team_id"])[2:]) if row["role"] in _TEAM_MANAGERS else at
        choice = same_team or holders
        row["manager_id"] = choice[turn % len(choice)]["staff_id"] if choice else None


_TEAM_MANAGERS = ("Team Manager", "Family Centre TM")


def _managers_of(role: str) -> list[str]:
    if role in _TEAM_MANAGERS:
        return ["Service Manager", "Operations Manager"]
    if role in ("Key Worker", "Senior Key Worker"):
        return list(_TEAM_MANAGERS)
    wanted = [_MANAGED_BY[role]] if role in _MANAGED_BY else []
    return [*wanted, "Quality Improvement Manager"] if role == "Quality Officer" else wanted
