"""Children and families of the synthetic council: how cases open, move between teams and close."""

from __future__ import annotations

from datetime import date
from math import gamma, log

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_lib.dates import add_months

__all__ = ["NEVER", "SNAPSHOTS", "make_children", "make_families"]

SNAPSHOTS = (date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30))
NEVER = 10**7  # the ordinal of a day that does not come: still open

_KEPT_FROM = date(2025, 1, 1).toordinal()
_CHILDREN_FROM = date(2007, 1, 1).toordinal()
_FAMILIES_FROM = date(2021, 1, 1).toordinal()
_END = SNAPSHOTS[-1].toordinal()
_CHILDREN = 58_300  # who came in since _CHILDREN_FROM: leaves about 3,000 open
_FAMILIES = 3_900
_UNIFORMS = 40

# shape and mean (days) of a Weibull time in a status, after a minimum; then where it leads, with shares
_STAY = {
    "open_assessment": (2.2, 30.0, 8),
    "child_in_need": (1.4, 250.0, 25),
    "child_protection": (1.6, 255.0, 40),
}
_NEXT: dict[str, tuple[tuple[str, float], ...]] = {
    "open_assessment": (
        ("", 0.36),
        ("child_in_need", 0.80),
        ("child_protection", 0.93),
        ("looked_after", 1.0),
    ),
    "child_in_need": (("", 0.84), ("child_protection", 0.93), ("looked_after", 1.0)),
    "child_protection": (("child_in_need", 0.62), ("", 0.74), ("looked_after", 1.0)),
    "looked_after": (("", 0.85), ("child_in_need", 1.0)),
}
_SERVICE = {
    "open_assessment": "Assessment",
    "child_in_need": "Family support and safeguarding",
    "child_protection": "Family support and safeguarding",
    "looked_after": "Children in care",
    "care_leaver": "Leaving care",
}
_ETHNICITY = {
    "WBRI": 0.700,
    "WIRI": 0.005,
    "WIRT": 0.006,
    "WOTH": 0.062,
    "WROM": 0.007,
    "MWBC": 0.028,
    "MWBA": 0.014,
    "MWAS": 0.022,
    "MOTH": 0.022,
    "AIND": 0.010,
    "APKN": 0.024,
    "ABAN": 0.010,
    "AOTH": 0.016,
    "BCRB": 0.010,
    "BAFR": 0.026,
    "BOTH": 0.010,
    "CHNE": 0.002,
    "OOTH": 0.012,
    "REFU": 0.004,
    "NOBT": 0.010,
}
_Phase = tuple[int, str, int, int]


def make_children(*, teams: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Children known to the council, and the statuses each went through.

    Parameters
    ----------
    teams : pd.DataFrame
        The children's teams.
    rng : np.random.Generator
        Source of chance.

    Returns
    -------
    tuple of pd.DataFrame
        Cases (one row per child: case_id, born, gender, ethnicity, disability, place, u) and phases (case,
        status, team_id, start, end), where days are ordinals and `end` is the first day after.
    """
    chance = rng.random((_CHILDREN, _UNIFORMS))
    opened = np.sort(_CHILDREN_FROM + (chance[:, 0] * (_END + 1 - _CHILDREN_FROM)).astype(np.int64))
    born = _birthdays(opened, chance)
    phases: list[_Phase] = []
    kept: list[int] = []
    for child in range(_CHILDREN):
        eighteen = add_months(date.fromordinal(int(born[child])), 216).toordinal()
        life = _life(chance[child], int(opened[child]), eighteen)
        if life[-1][2] > _KEPT_FROM:
            phases += [(len(kept), status, start, end) for status, start, end in life]
            kept.append(child)
    cases = _characteristics(born[kept], chance[kept], rng)
    cases.insert(0, "case_id", [f"{number:07d}" for number in _numbers(len(kept), 100_000, 999_999, rng)])
    return cases, _with_teams(phases, cases, teams)


def _birthdays(opened: NDArray[np.int64], chance: NDArray[np.float64]) -> NDArray[np.int64]:
    """Ages at opening: 1% not yet born, the rest under 17 and three quarters, more infants and teenagers."""
    age = np.interp(chance[:, 1], [0.0, 0.01, 0.30, 0.57, 0.89, 1.0], [-0.3, 0.0, 5.0, 10.0, 16.0, 17.75])
    born = opened - (age * 365.25).astype(np.int64)
    leap = np.array([date.fromordinal(int(day)).timetuple()[1:3] == (2, 29) for day in born])
    return np.where(leap, born - 1, born)


def _life(u: NDArray[np.float64], opened: int, eighteen: int) -> list[tuple[str, int, int]]:
    """One child's statuses until services end, or until 18 and then as a care leaver."""
    life: list[tuple[str, int, int]] = []
    status, start, at = "open_assessment", opened, 2
    while status and start < eighteen and len(life) < 7:
        end = min(start + _stay(status, u[at], u[at + 1]), eighteen)
        life.append((status, start, end))
        status = next(to for to, share in _NEXT[status] if u[at + 2] < share)
        start, at = end, at + 3
    last, since, until = life[-1]
    if last == "looked_after" and until == eighteen and since <= eighteen - 91:
        birthday = add_months(date.fromordinal(eighteen), 36 if u[at] < 0.85 else 84)
        life.append(("care_leaver", eighteen, birthday.toordinal()))
    return life


def _stay(status: str, u: float, which: float) -> int:
    """Days in a status: a minimum and a Weibull time.

    Care is short for some children and long for most; a few protection plans run for two years and more.
    """
    if status == "looked_after":
        shape, mean, least = (1.0, 110.0, 10) if which < 0.35 else (1.1, 1500.0, 30)
    elif status == "child_protection" and which > 0.97:
        shape, mean, least = (2.0, 500.0, 400)
    else:
        shape, mean, least = _STAY[status]
    return least + _weibull(u, shape, mean)


def _weibull(u: float, shape: float, mean: float) -> int:
    scale = mean / gamma(1 + 1 / shape)
    return round(float(scale * (-log(1 - u)) ** (1 / shape)))


def _characteristics(
    born: NDArray[np.int64], chance: NDArray[np.float64], rng: np.random.Generator
) -> pd.DataFrame:
    shares = np.cumsum(list(_ETHNICITY.values()))
    girls = np.where(chance[:, 30] < 0.475, "Female", "Male")
    gender = np.where(
        chance[:, 30] > 0.996, "Neither", np.where(chance[:, 30] > 0.991, "Not stated/recorded", girls)
    )
    ethnicity = np.searchsorted(shares[:-1], chance[:, 31], side="right")
    disability = np.where(chance[:, 32] < 0.13, "Yes", np.where(chance[:, 32] < 0.145, "Unknown", "No"))
    cases = pd.DataFrame({"born": born, "gender": gender})
    cases["ethnicity"] = np.array(list(_ETHNICITY), dtype=object)[ethnicity]
    cases["disability"] = disability
    cases["place"] = chance[:, 33]
    cases["team_turn"] = chance[:, 34]
    cases["u"] = chance[:, 35]
    cases["effect"] = rng.standard_normal(len(born))
    for quarter in range(len(SNAPSHOTS)):
        cases[f"noise_{quarter}"] = rng.standard_normal(len(born))
    return cases


def _numbers(count: int, least: int, most: int, rng: np.random.Generator) -> list[int]:
    """Different numbers in rising order, as a register gives them out, with gaps."""
    steps = rng.random(count) + 0.05
    scale = (most - least - count) / steps.sum()
    return [least + at + int(part) for at, part in enumerate(np.cumsum(steps) * scale)]


def _with_teams(phases: list[_Phase], cases: pd.DataFrame, teams: pd.DataFrame) -> pd.DataFrame:
    """Phases with the team that held the case: by service and the child's locality."""
    held: dict[str, list[list[str]]] = {}
    for service, group in teams[teams["locality"] != ""].groupby("service", sort=False):
        places = [sub["team_id"].tolist() for _, sub in group.groupby("locality", sort=False)]
        held[str(service)] = places
    disabled = ((cases["disability"] == "Yes") & (cases["u"] < 0.6)).tolist()
    place, turn = cases["place"].tolist(), cases["team_turn"].tolist()
    chosen = []
    for case, status, _, _ in phases:
        special = disabled[case] and status in ("child_in_need", "child_protection", "looked_after")
        places = held["Children with disabilities" if special else _SERVICE[status]]
        ids = places[int(place[case] * len(places))]
        chosen.append(ids[int(turn[case] * len(ids))])
    table = pd.DataFrame(phases, columns=["case", "status", "start", "end"])
    table["team_id"] = chosen
    return table


def make_families(*, teams: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Early help families and the one phase of each; columns as in `make_children`.

    `born` is the youngest child's birthday, gender the main carer's, disability that of any child.
    """
    chance = rng.random((_FAMILIES, _UNIFORMS))
    opened = np.sort(_FAMILIES_FROM + (chance[:, 0] * (_END + 1 - _FAMILIES_FROM)).astype(np.int64))
    youngest = opened - ((opened - _birthdays(opened, chance)).clip(min=0) * 0.7).astype(np.int64)
    cases = _characteristics(youngest, chance, rng)
    cases["gender"] = np.where(chance[:, 30] < 0.84, "Female", "Male")
    cases.insert(0, "case_id", [f"EH-{number:05d}" for number in _numbers(_FAMILIES, 1_000, 19_999, rng)])
    chosen = _family_teams(cases, teams)
    names = dict(zip(teams["team_id"], teams["name"], strict=True))
    phases = []
    for family in range(_FAMILIES):
        short = names[chosen[family]].startswith("FCT")
        shape, mean = (1.3, 215.0) if short else (1.5, 385.0)
        stay = min(25 + _weibull(chance[family, 2], shape, mean), 900)
        phases.append((family, "early_help", int(opened[family]), int(opened[family]) + stay))
    table = pd.DataFrame(phases, columns=["case", "status", "start", "end"])
    table["team_id"] = chosen
    kept = table["end"] > _KEPT_FROM
    table = table[kept].reset_index(drop=True)
    cases = cases[kept].reset_index(drop=True)
    table["case"] = np.arange(len(table))
    return cases, table


def _family_teams(cases: pd.DataFrame, teams: pd.DataFrame) -> list[str]:
    """A team of the family's locality for each family."""
    places = [group for _, group in teams[teams["locality"] != ""].groupby("locality", sort=False)]
    chosen = []
    for place, turn in zip(cases["place"], cases["team_turn"], strict=True):
        ids = places[int(place * len(places))]["team_id"].tolist()
        chosen.append(str(ids[int(turn * len(ids))]))
    return chosen
