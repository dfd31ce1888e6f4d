"""How actions are carried out: kind, route, owners, who helped to draft them, what they rest on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.actions_by import actions_by
from qaf_lib.register import TABLES

__all__ = ["KINDS", "ROUTES", "SOURCES", "Ways", "choices_of", "ways_of"]


def choices_of(column: str) -> tuple[str, ...]:
    """The words that a column of the table of actions may hold, in order."""
    return next(one.choices for one in TABLES["action"].columns if one.name == column)


ROUTES, KINDS, SOURCES = (choices_of(column) for column in ("route", "kind", "source"))
"""Routes to learning, kinds of action and where actions come from, as the records write them."""

_CHAMPION = "champion"


@dataclass(frozen=True)
class Ways:
    """Result tables with the measures of `actions_by`, at the end of the period.

    `kinds` corrective and preventive; `for_whom` actions for one case and for how the service works;
    `routes` to learning; `sources` where actions came from; `helped` whether staff helped to draft them;
    `rests_on` whether research or an evaluation stands behind them; `owners` one owner, two, or a champion.
    """

    kinds: pd.DataFrame
    for_whom: pd.DataFrame
    routes: pd.DataFrame
    sources: pd.DataFrame
    helped: pd.DataFrame
    rests_on: pd.DataFrame
    owners: pd.DataFrame


def ways_of(states: pd.DataFrame) -> Ways:
    """Counts of actions by how they are carried out.

    Parameters
    ----------
    states : DataFrame
        The table `action` with `status`.
    """
    of_case = states["case_id"].notna().map({True: "one case", False: "the service"}).astype("string")
    behind = states["project_id"].notna().map({True: "yes", False: "no"}).astype("string")
    helped = states["staff_helped"].map({True: "yes", False: "no"})
    return Ways(
        kinds=_by(states, states["kind"], KINDS, "actions_kinds"),
        for_whom=_by(states, of_case, ("one case", "the service"), "actions_for_whom"),
        routes=_by(states, states["route"], ROUTES, "actions_routes"),
        sources=_by(states, states["source"], SOURCES, "actions_sources"),
        helped=_by(states, helped, ("yes", "no"), "actions_staff_helped"),
        rests_on=_by(states, behind, ("yes", "no"), "actions_rest_on_research"),
        owners=_by(states, _owners(states), ("one owner", "two owners", _CHAMPION), "actions_owners"),
    )


def _by(states: pd.DataFrame, groups: pd.Series, order: tuple[str, ...], table_id: str) -> pd.DataFrame:
    return actions_by(states=states, groups=groups, order=order, table_id=table_id)


def _owners(states: pd.DataFrame) -> pd.Series:
    """A champion where one of the owners is one, else how many posts own the action."""
    two = states["second_owner_post"].notna().map({True: "two owners", False: "one owner"}).astype("string")
    posts = states["owner_post"].fillna("") + " " + states["second_owner_post"].fillna("")
    return two.mask(posts.str.contains(_CHAMPION, case=False).fillna(False).astype(bool), _CHAMPION)
