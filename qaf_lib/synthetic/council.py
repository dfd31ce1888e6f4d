"""The council as one value: two parts, their state on a day, and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_lib.intake.annex_a_lists import annex_a_standard
from qaf_lib.intake.checks import source_columns
from qaf_lib.intake.people_codes import AGE_BANDS
from qaf_lib.register import TABLES
from qaf_lib.synthetic.cases import NEVER, SNAPSHOTS, make_children, make_families
from qaf_lib.synthetic.people import (
    CASE_HOLDERS,
    OTHER_COUNCILS,
    POSTS,
    NameList,
    Posts,
    make_staff,
    make_teams,
    staff_as_named,
)
from qaf_lib.synthetic.practice import TOOLS, Tool, cut_points, grades_of, make_auditors, make_team_effects

__all__ = ["Council", "Part", "ages", "case_table", "make_council", "open_cases", "workers"]

_NEGLECT = 0.12
"""Share of the families in which a child is subject to neglect; Annex A does not tell it of children."""

_UNKNOWN_GENDER = {"Not stated/recorded": "Not stated"}


@dataclass(frozen=True)
class Part:
    """Children or families: teams, staff, everybody known, and the statuses they went through.

    `name` is the folder of its records, `caseload` whose cases they are about: three councils work with the
    same children, each under its own rules.
    """

    name: str
    caseload: str
    unit: str
    tool: Tool
    posts: Posts
    teams: pd.DataFrame
    staff: pd.DataFrame
    cases: pd.DataFrame
    phases: pd.DataFrame
    team_effects: pd.DataFrame
    auditors: pd.DataFrame
    cuts: NDArray[np.float64]


@dataclass(frozen=True)
class Council:
    """A synthetic council; `truth` holds the quality and true grade of every open case at every snapshot."""

    seed: int
    children: Part
    families: Part
    truth: pd.DataFrame

    def part(self, name: str) -> Part:
        """Children or families, or the children as Leeds's or Portsmouth's framework names their staff."""
        if name in OTHER_COUNCILS:
            staff = staff_as_named(staff=self.children.staff, council=name)
            rng = np.random.default_rng([self.seed, 50, list(POSTS).index(name)])
            return replace(
                self.children,
                name=name,
                tool=TOOLS[name],
                posts=POSTS[name],
                staff=staff,
                auditors=make_auditors(staff=staff[staff["can_audit"]], rng=rng),
            )
        return {"children": self.children, "families": self.families}[name]


def make_council(*, seed: int) -> Council:
    """Make a council of about 3,000 children and 700 families from a seed.

    Parameters
    ----------
    seed : int
        The same seed gives the same council.

    Returns
    -------
    Council
        Both parts and the truth about them.
    """
    names = NameList(np.random.default_rng([seed, 0]))
    children = _make_part("children", seed, names)
    families = _make_part("families", seed, names)
    truth = pd.concat([_truth(children), _truth(families)], ignore_index=True)
    return Council(seed=seed, children=children, families=families, truth=truth)


def _make_part(name: str, seed: int, names: NameList) -> Part:
    stream = 1 if name == "children" else 2
    rng = np.random.default_rng([seed, stream])
    teams = make_teams(part=name)
    staff = make_staff(part=name, teams=teams, names=names, rng=rng)
    make_cases = make_children if name == "children" else make_families
    cases, phases = make_cases(teams=teams, rng=rng)
    tool = TOOLS[name]
    holding = teams.loc[teams["locality"] != "", "team_id"].tolist()
    draft = Part(
        name=name,
        caseload=name,
        unit="child" if name == "children" else "family",
        tool=tool,
        posts=POSTS[name],
        teams=teams,
        staff=staff,
        cases=cases,
        phases=phases,
        team_effects=make_team_effects(team_ids=holding, rng=rng),
        auditors=make_auditors(staff=staff[staff["can_audit"]], rng=rng),
        cuts=np.array([]),
    )
    first = _quality(draft, 0)["quality"].to_numpy(dtype=float)
    return Part(**{**vars(draft), "cuts": cut_points(quality=first, tool=tool)})


def open_cases(*, part: Part, as_at: date) -> pd.DataFrame:
    """Cases open at the end of a day, with status, team and worker.

    Parameters
    ----------
    part : Part
        Children or families.
    as_at : date
        The day.

    Returns
    -------
    pd.DataFrame
        One row per open case, by reference: case (row number in `part.cases`), status, start, end, team_id,
        worker_id, opened, and every column of `part.cases`.
    """
    day = as_at.toordinal()
    phases = part.phases
    now = phases[(phases["start"] <= day) & (phases["end"] > day)].reset_index(drop=True)
    now = now.join(part.cases, on="case")
    first = phases.groupby("case")["start"].min()
    now["opened"] = np.where(now["status"] == "care_leaver", now["start"], now["case"].map(first))
    now["worker_id"] = workers(part=part, team_ids=now["team_id"], turns=now["u"], as_at=as_at)
    return now.sort_values("case_id").reset_index(drop=True)


def workers(*, part: Part, team_ids: pd.Series, turns: pd.Series, as_at: date) -> list[str]:
    """Who holds each case: the team's case-holder in post with the highest score for that case.

    A case so changes hands only when its worker leaves or a newcomer takes their share.
    """
    staff = part.staff[part.staff["role"].isin(CASE_HOLDERS)]
    gone = np.array([left is not None and left <= as_at for left in staff["left_on"]])
    here = np.array([started <= as_at for started in staff["started_on"]]) & ~gone
    chosen = np.full(len(team_ids), "", dtype=object)
    turn = turns.to_numpy(dtype=float)
    for team_id, group in staff[here].groupby("team_id"):
        of_team = np.flatnonzero((team_ids == team_id).to_numpy())
        keys = np.array([int(staff_id[1:]) for staff_id in group["staff_id"]])
        scores = np.modf(np.outer(turn[of_team] * 7919.0 + 1.0, np.modf(keys * 0.6180339887)[0] + 0.5))[0]
        chosen[of_team] = group["staff_id"].to_numpy(dtype=object)[scores.argmax(axis=1)]
    return [str(worker) for worker in chosen]


def case_table(*, council: Council, part: str, as_at: date) -> pd.DataFrame:
    """The contract's `case` rows of a part on a snapshot's day, with raw references.

    What a reader of the written sources must give back. Annex A does not say when a child in need plan
    began, so `status_from` is later than `opened_on` for looked-after children and child protection plans
    only; list 9 holds no date for care leavers.

    Parameters
    ----------
    council : Council
        From `make_council`.
    part : str
        "children" or "families".
    as_at : date
        One of the four snapshots.

    Returns
    -------
    pd.DataFrame
        The contract's columns without snapshot_id, by case_id; dates as `datetime.date`, missing as None.
    """
    if as_at not in SNAPSHOTS:
        raise ValueError(f"as_at must be one of {', '.join(map(str, SNAPSHOTS))}; got {as_at}.")
    chosen = council.part(part)
    now = open_cases(part=chosen, as_at=as_at)
    service = dict(zip(chosen.teams["team_id"], chosen.teams["service"], strict=True))
    since = now["start"].where(now["status"].isin(["looked_after", "child_protection"]), now["opened"])
    undated = now["status"] == "care_leaver"
    unborn = (now["born"] > as_at.toordinal()) & (chosen.unit == "child")
    table = pd.DataFrame({"case_id": now["case_id"], "unit": chosen.unit, "team_id": now["team_id"]})
    table["family_id"] = None
    table["service"] = now["team_id"].map(service)
    table["worker_id"] = now["worker_id"]
    table["status"] = now["status"]
    table["opened_on"] = _dates(now["opened"].mask(undated, NEVER))
    table["status_from"] = _dates(since.mask(undated, NEVER))
    table["closed_on"] = None
    table["age_band"] = [_age_band(age) for age in ages(now["born"], as_at)]
    table["gender"] = now["gender"].mask(unborn, "Not stated/recorded").replace(_UNKNOWN_GENDER)
    table["ethnicity_group"] = now["ethnicity"].map(_ethnicity_groups())
    table["disability"] = [{"Yes": True, "No": False}.get(value) for value in now["disability"]]
    neglect = np.modf(now["u"].to_numpy(dtype=float) * 7919.0)[0] < _NEGLECT
    table["neglect"] = neglect if chosen.unit == "family" else None
    table["restricted_record"] = (now["u"] > 0.99) & (chosen.unit == "family")
    return table.reindex(columns=[column.name for column in source_columns(TABLES["case"])])


def _dates(days: pd.Series) -> list[date | None]:
    return [date.fromordinal(int(day)) if day < NEVER else None for day in days]


def ages(born: pd.Series, as_at: date) -> list[int]:
    """Completed years on a day; -1 for a child not yet born."""
    years = []
    for day in born:
        birthday = date.fromordinal(int(day))
        before = (as_at.month, as_at.day) < (birthday.month, birthday.day)
        years.append(max(as_at.year - birthday.year - before, -1))
    return years


def _age_band(age: int) -> str:
    return next((band for oldest, band in AGE_BANDS.items() if age <= oldest), "18+")


def _ethnicity_groups() -> dict[str, str]:
    return {code["code"]: code["group"] for code in annex_a_standard()["code_sets"]["ethnicity"]}


def _quality(part: Part, quarter: int) -> pd.DataFrame:
    """Quality of practice in every open case at a snapshot: team, quarter, case and the moment."""
    now = open_cases(part=part, as_at=SNAPSHOTS[quarter])
    effects = dict(zip(part.team_effects["team_id"], part.team_effects["effect"], strict=True))
    quality = now["team_id"].map(effects).to_numpy(dtype=float) + part.tool.quarter_effects[quarter]
    quality = quality + 0.85 * now["effect"].to_numpy() + 0.3 * now[f"noise_{quarter}"].to_numpy()
    return pd.DataFrame({"case_id": now["case_id"], "quality": np.round(quality, 4)})


def _truth(part: Part) -> pd.DataFrame:
    tables = []
    for quarter, as_at in enumerate(SNAPSHOTS):
        table = _quality(part, quarter)
        grades = grades_of(table["quality"].to_numpy(dtype=float), cuts=part.cuts, tool=part.tool)
        table.insert(0, "as_at", as_at)
        table.insert(0, "part", part.name)
        tables.append(table.assign(true_grade=grades))
    return pd.concat(tables, ignore_index=True)
