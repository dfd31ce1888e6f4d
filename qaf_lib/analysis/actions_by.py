"""Actions by something said of each: their route, kind, source, or whom they are for."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_lib.analysis.actions import DONE, LIVE
from qaf_lib.analysis.results import results_table

__all__ = ["NOT_SAID", "actions_by"]

NOT_SAID = "not said"
"""The row of actions of which it is not said."""


def actions_by(
    *, states: pd.DataFrame, groups: pd.Series, order: Sequence[str], table_id: str
) -> pd.DataFrame:
    """Actions that are live and done in each group.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives.
    groups : Series
        The group of each action, under the index of `states`; missing where it is not said.
    order : sequence of str
        Groups that have a row also without any action, in this order; others follow by name, and
        `NOT_SAID` is last where there is any.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: a row per group, measures `all`, `live` and `done`; a cancelled action is in `all` alone.

    Raises
    ------
    KeyError
        If `status` is missing.

    References
    ----------
    A full count of the register's actions (requirements LIN-64, LEE-142, POR-14).

    Examples
    --------
    >>> states = pd.DataFrame({"status": ["open", "approved", "open"]})
    >>> groups = pd.Series(["coaching", None, "coaching"], dtype="string")
    >>> found = actions_by(states=states, groups=groups, order=["training"], table_id="t")
    >>> found.loc[found["measure"] == "live", ["row_key", "x"]].to_numpy().tolist()
    [['training', 0], ['coaching', 2], ['not said', 0]]
    """
    said = groups.astype("string").fillna(NOT_SAID)
    others = sorted(set(said) - {*order, NOT_SAID})
    last = [NOT_SAID] if (said == NOT_SAID).any() else []
    return results_table(
        {"table_id": table_id, "row_key": name, "measure": measure, "x": x, "method": "full count"}
        for name in [*order, *others, *last]
        for measure, x in _counts(states.loc[said == name, "status"]).items()
    )


def _counts(status: pd.Series) -> dict[str, int]:
    live, done = int(status.isin(LIVE).sum()), int(status.isin(DONE).sum())
    return {"all": len(status), "live": live, "done": done}
