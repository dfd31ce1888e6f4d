"""The teams that a comparison may show."""

from __future__ import annotations

import pandas as pd

__all__ = ["FEWEST_CASES", "check_teams", "hidden_rows", "shown_teams"]

FEWEST_CASES = 5
"""Graded cases below which a team is not shown, nor used in what the others are set against."""


def check_teams(teams: pd.DataFrame) -> None:
    """Refuse teams whose counts cannot be.

    Raises
    ------
    ValueError
        If a team is missing or repeated, or a count is out of range.

    References
    ----------
    The counts of `share_interval`.

    Examples
    --------
    >>> check_teams(pd.DataFrame({"team": ["north"], "x": [4], "n": [6]}))
    """
    if teams["team"].isna().any() or teams["team"].duplicated().any():
        raise ValueError("teams must have one row per team")
    counts = teams[["x", "n"]]
    if counts.isna().to_numpy().any() or (counts < 0).to_numpy().any() or (teams["x"] > teams["n"]).any():
        raise ValueError("x must be a count from 0 to n for every team")
    if (counts.astype("float64") % 1 != 0).to_numpy().any():
        raise ValueError("x and n must be whole counts for every team")
    if "population" in teams and (teams["population"] < teams["n"]).fillna(False).any():
        raise ValueError("population must be at least n for every team")


def shown_teams(teams: pd.DataFrame) -> pd.DataFrame:
    """Teams with enough graded cases to be shown, by name: never by their share.

    Raises
    ------
    ValueError
        As `check_teams`.

    References
    ----------
    Goldstein, H. and Spiegelhalter, D. J. (1996). League tables and their limitations. JRSS A
    159, 385-443 (why teams are not ranked).

    Examples
    --------
    >>> teams = pd.DataFrame({"team": ["south", "north", "east"], "x": [4, 5, 1], "n": [6, 6, 4]})
    >>> shown_teams(teams)["team"].tolist()
    ['north', 'south']
    """
    check_teams(teams)
    return teams[teams["n"] >= FEWEST_CASES].sort_values("team", key=lambda names: names.map(str))


def hidden_rows(teams: pd.DataFrame) -> list[dict[str, object]]:
    """Rows that name the teams with too few graded cases, without their figures.

    Raises
    ------
    ValueError
        As `check_teams`.

    References
    ----------
    As `shown_teams`.

    Examples
    --------
    >>> rows = hidden_rows(pd.DataFrame({"team": ["east"], "x": [1], "n": [4]}))
    >>> rows[0]["method"]
    'fewer than 5 graded: not shown'
    """
    check_teams(teams)
    few = teams.loc[teams["n"] < FEWEST_CASES, "team"].map(str).sort_values()
    words = f"fewer than {FEWEST_CASES} graded: not shown"
    return [{"row_key": team, "measure": "share", "method": words, "mark": "x"} for team in few]
