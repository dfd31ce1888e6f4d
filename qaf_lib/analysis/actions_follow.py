"""Whether actions held: problems met again, and audits that asked for an action and got none."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pandas as pd

from qaf_lib.analysis.actions import DONE
from qaf_lib.analysis.results import counted_share, results_table

__all__ = ["earlier_done", "met_again", "not_acted_on", "without_action"]


def met_again(*, states: pd.DataFrame, events: pd.DataFrame, start: date, table_id: str) -> pd.DataFrame:
    """Actions raised since a day for a problem that an earlier, finished action had dealt with.

    The problem is the same where theme and standard are, and where both actions are for the same case, the
    same team or the whole service.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives, with `raised_on`, `theme`, `standard_id`, `case_id` and `team_id`.
    events : DataFrame
        `action_id`, `on`, `status`; an action is done on the day of its first completed or approved entry.
    start : date
        The first day on which a new action counts.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: "all themes", then a row per theme: `x` met again of `n` new actions that name a theme and a
        standard.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    Requirement LEE-142 (problems kept from recurring). A full count.

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a", "b"], "theme": "Plan", "standard_id": "S", "team_id": "T1"})
    >>> states = states.assign(case_id=None, status=["approved", "open"])
    >>> states["raised_on"] = pd.to_datetime(["2026-01-01", "2026-05-01"])
    >>> events = pd.DataFrame({"action_id": ["a"], "status": ["completed"]})
    >>> events["on"] = pd.to_datetime(["2026-04-01"])
    >>> found = met_again(states=states, events=events, start=date(2026, 4, 1), table_id="t")
    >>> found[["row_key", "x", "n"]].to_numpy().tolist()
    [['all themes', 1, 1], ['Plan', 1, 1]]
    """
    known = states.dropna(subset=["theme", "standard_id"])
    new = known[(known["raised_on"] >= pd.Timestamp(start)).fillna(False).astype(bool)]
    again = earlier_done(states=states, events=events).reindex(new.index).notna()
    themes = new["theme"].astype("string")
    every = [("all themes", again)] + [(str(name), part) for name, part in again.groupby(themes, sort=True)]
    return results_table(
        counted_share(table_id=table_id, row_key=name, measure="met_again", x=int(part.sum()), n=len(part))
        for name, part in every
    )


def earlier_done(*, states: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """For each action, the last day before it was raised on which one for the same problem was finished.

    Parameters
    ----------
    states, events : DataFrame
        As for `met_again`.

    Returns
    -------
    Series of datetime64
        Under the index of `states`; missing where the problem is not met again.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    Requirement LEE-142.

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a", "b"], "theme": "Plan", "standard_id": "S", "case_id": "c"})
    >>> states = states.assign(team_id=None, raised_on=pd.to_datetime(["2026-01-01", "2026-05-01"]))
    >>> events = pd.DataFrame({"action_id": ["a"], "status": ["approved"]})
    >>> events["on"] = pd.to_datetime(["2026-04-01"])
    >>> earlier_done(states=states, events=events).dt.day.tolist()[1]
    1.0
    """
    ends = events[events["status"].isin(DONE)].groupby("action_id")["on"].min()
    known = states.dropna(subset=["theme", "standard_id"])
    problem = known[["theme", "standard_id"]].astype("string").assign(place=_place(known))
    own = problem.assign(at=known.index, raised_on=known["raised_on"])
    done = problem.assign(done_on=_days(known["action_id"], ends)).dropna(subset=["done_on"])
    met = own.merge(done, on=["theme", "standard_id", "place"])
    met = met[(met["done_on"] < met["raised_on"]).fillna(False).astype(bool)]
    return pd.to_datetime(met.groupby("at")["done_on"].max().reindex(states.index))


def _place(actions: pd.DataFrame) -> pd.Series:
    """What an action is for: its case, else its team, else the service."""
    case = "case " + actions["case_id"].astype("string")
    return case.fillna("team " + actions["team_id"].astype("string")).fillna("service")


def without_action(
    *, audits: pd.DataFrame, actions: pd.DataFrame, bands: dict[str, Collection[str]], table_id: str
) -> pd.DataFrame:
    """Audits with a low grade from which no action came.

    Parameters
    ----------
    audits : DataFrame
        `audit_id`, `case_id`, `audited_on`, `overall_grade`.
    actions : DataFrame
        `source_id`, `case_id`, `raised_on`. An action belongs to an audit that is its source, or to that of
        the same case where it was raised on the day of the audit or later.
    bands : dict of str to collection of str
        Low grades, by the name of the row.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: a row per band: `x` without any action of `n` audits so graded; "z" where there is none.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    Requirement LEE-51 (a plan when a piece of work completes). A full count of the audits.

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "case_id": ["c", "d"], "overall_grade": "poor"})
    >>> audits["audited_on"] = pd.Timestamp("2026-07-01")
    >>> actions = pd.DataFrame({"source_id": ["a"], "case_id": ["c"]})
    >>> actions["raised_on"] = pd.to_datetime(["2026-07-02"])
    >>> found = without_action(audits=audits, actions=actions, bands={"low": ["poor"]}, table_id="t")
    >>> found[["row_key", "x", "n"]].to_numpy().tolist()
    [['low', 1, 2]]
    """
    acted = ~not_acted_on(audits=audits, actions=actions)
    rows = []
    for name, grades in bands.items():
        low = audits["overall_grade"].isin(list(grades))
        x, n = int((low & ~acted).sum()), int(low.sum())
        rows.append(counted_share(table_id=table_id, row_key=name, measure="without", x=x, n=n))
    return results_table(rows)


def not_acted_on(*, audits: pd.DataFrame, actions: pd.DataFrame) -> pd.Series:
    """Whether no action came from each audit.

    Parameters
    ----------
    audits, actions : DataFrame
        As for `without_action`.

    Returns
    -------
    Series of bool
        Under the index of `audits`.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    Requirement LEE-51.

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_id": ["a", "b"], "case_id": ["c", "d"]})
    >>> audits["audited_on"] = pd.Timestamp("2026-07-01")
    >>> actions = pd.DataFrame({"source_id": ["a"], "case_id": [None]})
    >>> actions["raised_on"] = pd.to_datetime(["2026-07-02"])
    >>> not_acted_on(audits=audits, actions=actions).tolist()
    [False, True]
    """
    last = actions.dropna(subset=["case_id"]).groupby("case_id")["raised_on"].max()
    of_case = (_days(audits["case_id"], last) >= audits["audited_on"]).fillna(False).astype(bool)
    return ~(audits["audit_id"].isin(actions["source_id"].dropna()) | of_case)


def _days(keys: pd.Series, days: pd.Series) -> pd.Series:
    return pd.to_datetime(keys.map(days.to_dict()))
