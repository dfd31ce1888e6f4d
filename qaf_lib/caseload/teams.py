"""Teams and the names they have had: a row speaks of a team by its reference or by any of its names."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from qaf_lib.caseload.vocabulary import fold

__all__ = ["EARLIER_NAME", "earlier_names", "team_names"]

EARLIER_NAME = "an earlier name of the team"


def team_names(teams: pd.DataFrame) -> dict[str, str]:
    """The reference of each team by its folded reference and names; a name of two teams leads to neither.

    Examples
    --------
    >>> teams = pd.DataFrame({"team_id": ["T1", "T1", "T2"], "name": ["North", "North-East", "T1"]})
    >>> team_names(teams)
    {'T1': 'T1', 'T2': 'T2', 't1': 'T1', 't2': 'T2', 'north': 'T1', 'north east': 'T1'}
    """
    found = {team: team for team in teams["team_id"]}
    for column in ("team_id", "name"):  # a reference goes before another team's name
        by_word: dict[str, set[str]] = defaultdict(set)
        for word, team in zip(teams[column], teams["team_id"], strict=True):
            by_word[fold(word)].add(team)
        found |= {word: min(ids) for word, ids in by_word.items() if len(ids) == 1 and word not in found}
    return found


def earlier_names(teams: pd.DataFrame) -> pd.Series:
    """Whether a row gives a team's name of earlier days: a later row names the same team."""
    return teams["team_id"].duplicated(keep="last")
