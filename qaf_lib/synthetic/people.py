"""Its people: names, posts and how they came and went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from qaf_lib.intake.checks import source_columns
from qaf_lib.register import TABLES

_FIRST = (
    "Amira Bertil Chidi Dilwen Esra Farouk Giulia Hesper Ishaan Jovana Kwabena Linnea Mairead Nasrin "
    "Oluwaseun Petra Qasim Rosalba Sunniva Tariku Ursula Vikram Wanjiru Xanthe Yusra Zoltan Aoife "
    "Bronagh Cerys Dunja Eamon Fenella Gwilym Hamza Ingrid Jaswinder Keziah Lubna Morwenna Nkechi Oisin "
    "Parveen Rhodri Saoirse Temi Ulrik Verity Wilfred Yoshiko Zainab Adaeze Blessing Clemency Dominika "
    "Elowen Folasade Gethin Hyacinth Imran Juniper Kerensa Leopold Mabli Noor Ottilie Priya Rufus "
    "Shabnam Thandiwe Vesna Winston Anwen Bogdan Caoimhe Delphine Emeka Faiza Grazyna Hollis Ilse "
    "Jemima Kamal Lowri Marek Nerys Obinna Padma Ruaridh Sefton Tamsin"
)
_LAST = (
    "Okafor Abernathy Bhattacharya Castellanos Dragomir Eszterhas Fairweather Greengrass Hallbrook "
    "Ibekwe Jankowska Kettlewell Lindqvist Mapother Ndiaye Oyelaran Pemberley Quarrington Ravensdale "
    "Sandhurst Thistlewood Umarov Vanterpool Winterbourne Yarborough Zielinska Adeyemi-Cole Birkinshaw "
    "Chakravarty Dunwoody Ekberg Farrukhzad Goldsworthy Hawksmoor Iqbalzai Jellicoe Kiplagat Loxley "
    "Marchbanks Nightshade Ogunbanjo Pettigrew Quillfeather Rosenthal Stavropoulos Tregenza Underhay "
    "Venkataraman Wetherby Yildizhan Zavadovska Arkwright Blenkinsop Cattermole Dhaliwal Entwhistle "
    "Featherstone Gorringe Hollinshead Inglethorpe Jayawardena Kowalczuk Llewelyn-Rao Mwangi Nettlefold "
    "Osterlund Penhaligon Rutherglen Szymborski Trelawney Uzodinma Vellacott Wolstenholme Yeboah"
)


class NameList:
    """Full names in an order of chance, each handed out once."""

    def __init__(self, rng: np.random.Generator) -> None:
        names = [f"{first} {last}" for first in _FIRST.split() for last in _LAST.split()]
        self._left: list[str] = [names[at] for at in np.argsort(rng.random(len(names)), kind="stable")]

    def take(self) -> str:
        """Return a name not given to anybody before."""
        return self._left.pop()


@dataclass(frozen=True)
class Posts:
    """Posts that records name, and the letters their references begin with."""

    letters: str
    worker: str
    manager: str
    above: str
    head: str
    officer: str


POSTS = {
    "children": Posts(
        "A", "Social Worker", "Team Manager", "Service Manager", "Head of Service", "Quality Officer"
    ),
    "families": Posts(
        "E",
        "Key Worker",
        "Team Manager",
        "Operations Manager",
        "Operations Manager",
        "Quality Improvement Manager",
    ),
    "leeds": Posts(
        "L",
        "Social Worker",
        "Team Manager",
        "Service Delivery Manager",
        "Head of Service Delivery",
        "Quality Assurance Manager",
    ),
    "portsmouth": Posts(
        "P",
        "Social Worker",
        "Service Leader",
        "Head of Service",
        "Head of Safeguarding Monitoring",
        "Head of Safeguarding Monitoring",
    ),
}
"""Posts by the folder of the records."""

# Where one name stands for several posts, they are given out in turn.
OTHER_COUNCILS = {
    "leeds": {
        "Family Support Worker": ["Social Work Assistant"],
        "Practice Supervisor": ["Advanced Practitioner"],
        "Service Manager": ["Service Delivery Manager"],
        "Head of Service": ["Head of Service Delivery"],
        "Independent Reviewing Officer": [
            "Independent Reviewing Officer (LAC)",
            "Independent Reviewing Officer (Safeguarding)",
        ],
        "Quality and Standards Manager": ["Quality Assurance Manager"],
        "Assistant Director": ["Chief Officer"],
    },
    "portsmouth": {
        "Practice Supervisor": ["Team Leader"],
        "Team Manager": ["Service Leader"],
        "Service Manager": [
            "Service Leader IRO",
            "Service Leader CP / LADO",
            "Service Leader Fostering and Adoption",
        ],
        "Head of Service": [
            "Head of Assessment & Intervention",
            "Head of Looked After Children",
            "Head of Service",
            "Head of Service",
        ],
        "Independent Reviewing Officer": ["Independent Reviewing Officer", "Child Protection Chair"],
        "Quality and Standards Manager": ["Head of Safeguarding Monitoring"],
        "Participation Officer": ["Complaints Manager"],
        "Assistant Director": ["Deputy Director of Children's Services"],
    },
}
"""What the children's staff are called where another framework is used."""

_AUDITORS = {
    "portsmouth": ("Service Leader", "Head of", "Deputy Director"),
}


def staff_as_named(*, staff: pd.DataFrame, council: str) -> pd.DataFrame:
    """The same people in the posts of another council's framework.

    Parameters
    ----------
    staff : pd.DataFrame
        Staff of the children's part.
    council : str
        One of `OTHER_COUNCILS`.

    Examples
    --------
    >>> staff = pd.DataFrame({"role": ["Practice Supervisor", "Social Worker"], "can_audit": [True, False]})
    >>> staff_as_named(staff=staff, council="leeds")["role"].tolist()
    ['Advanced Practitioner', 'Social Worker']
    """
    names, met = OTHER_COUNCILS[council], dict.fromkeys(OTHER_COUNCILS[council], 0)
    roles = []
    for role in staff["role"]:
        if role in names:
            roles.append(names[role][met[role] % len(names[role])])
            met[role] += 1
        else:
            roles.append(role)
    named = staff.assign(role=roles)
    if council in _AUDITORS:
        named["can_audit"] = named["role"].str.startswith(_AUDITORS[council])
        hours = named.get("audit_hours_per_month", pd.Series(0.0, index=named.index))
        named["audit_hours_per_month"] = hours.fillna(4.0).where(named["can_audit"])
    return named


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
