"""One team's page: its own cases in the sample, its coverage, its actions."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.pages.actions.answers import Actions
from qaf_lib.pages.grades.answers import Grades
from qaf_lib.pages.practice.answers import Practice
from qaf_lib.pages.store import PeriodStore


@dataclass(frozen=True)
class Team:
    """One team beside the whole.

    `grades` (this team, then all) and `coverage` are result tables; `overdue` lists its late actions.
    """

    team_id: str
    name: str
    service: str
    open_cases: int
    grades: pd.DataFrame
    coverage: pd.DataFrame
    overdue: pd.DataFrame


def team_of(
    store: PeriodStore, team_id: str, grades: list[Grades], practice: Practice, actions: Actions
) -> Team:
    """What a team manager needs to know about one team.

    Raises
    ------
    ValueError
        If there is no such team among the period's teams and cases.
    """
    cases = store.closing[store.closing["team_id"] == team_id]
    listed = store.teams[store.teams["team_id"] == team_id]
    found = cases.assign(name=team_id) if listed.empty else listed
    if found.empty:
        raise ValueError(f"no team {team_id!r} in the period")
    return Team(
        team_id=team_id,
        name=str(found["name"].iloc[0]),
        service=str(found["service"].iloc[0]),
        open_cases=len(cases),
        grades=_beside_all(team_id, grades),
        coverage=_coverage(team_id, practice),
        overdue=_overdue(actions, team_id),
    )


def _beside_all(team_id: str, grades: list[Grades]) -> pd.DataFrame:
    rows = [
        table[table["row_key"].isin([team_id, "all"])]
        for found in grades
        for table in (found.by_team, found.headline)
    ]
    joined = pd.concat(rows, ignore_index=True) if rows else results_table([])
    return joined.assign(table_id="team_grades").drop_duplicates(["row_key", "measure"], ignore_index=True)


def _coverage(team_id: str, practice: Practice) -> pd.DataFrame:
    """The team's row of each coverage rule by its label; while its year runs, also for the year so far."""
    rows = [
        table[table["row_key"] == team_id].assign(row_key=rule.label, table_id="team_coverage")
        for rule in practice.coverage
        for table in (rule.so_far_by_team, rule.by_team)
        if len(table)
    ]
    return pd.concat(rows, ignore_index=True) if rows else results_table([])


def _overdue(actions: Actions, team_id: str) -> pd.DataFrame:
    mine = actions.states[(actions.states["team_id"] == team_id).fillna(False) & actions.states["overdue"]]
    late = mine.sort_values(["days_overdue", "title"], ascending=[False, True], ignore_index=True)
    return late[["title", "owner_post", "due_on", "days_overdue", "status"]]
