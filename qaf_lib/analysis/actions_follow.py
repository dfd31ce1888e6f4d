"""Whether actions held: problems met again, what kind of action it was, and low grades without any."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from qaf_lib.analysis.results import results_table

__all__ = ["action_kinds", "met_again", "without_action"]

_DONE = ("completed", "approved")


def met_again(*, states: pd.DataFrame, events: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Completed actions after which the same team was given another action on the same theme.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives, with `raised_on`, `theme` and `team_id`.
    events : DataFrame
        `action_id`, `on`, `status`; an action is done on the day of its first completed or approved entry.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: "all themes", then a row per theme: `x` met again of `n` done whose theme and team are
        known. The longer ago an action was done, the more time there was to meet its problem again.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    Requirement LEE-142 (problems kept from recurring). A full count.

    Examples
    --------
    >>> states = pd.DataFrame({"action_id": ["a", "b"], "theme": "Plan", "team_id": "T1"})
    >>> states["status"] = ["approved", "open"]
    >>> states["raised_on"] = pd.to_datetime(["2026-01-01", "2026-05-01"])
    >>> events = pd.DataFrame({"action_id": ["a"], "status": ["completed"]})
    >>> events["on"] = pd.to_datetime(["2026-04-01"])
    >>> met_again(states=states, events=events, table_id="t")[["row_key", "x", "n"]].to_numpy().tolist()
    [['all themes', 1, 1], ['Plan', 1, 1]]
    """
    ends = events[events["status"].isin(_DONE)].groupby("action_id")["on"].min()
    known = states.dropna(subset=["theme", "team_id"])
    done = known[known["status"].isin(_DONE)].assign(done_on=lambda part: _days(part["action_id"], ends))
    latest = known.groupby(["theme", "team_id"])["raised_on"].max()
    last = pd.Series(
        [
            latest.get((theme, team), pd.NaT)
            for theme, team in zip(done["theme"], done["team_id"], strict=True)
        ],
        index=done.index,
        dtype="datetime64[ns]",
    )
    again = (last > done["done_on"]).fillna(False).astype(bool)
    themes = done["theme"].astype("string")
    every = [("all themes", again)] + [(str(name), part) for name, part in again.groupby(themes, sort=True)]
    return results_table(
        _share(table_id, name, "met_again", int(part.sum()), len(part)) for name, part in every
    )


def action_kinds(*, states: pd.DataFrame, table_id: str) -> pd.DataFrame:
    """Actions for one case, which put something right, and for a service, which keep it from happening.

    Parameters
    ----------
    states : DataFrame
        What `action_states` gives, with `case_id`.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result: rows "one case" and "the service", measures `live` and `done`; `n` all actions of the row.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    Requirement LEE-142; that an action for a case is corrective is assumed, see docs/methods.md.

    Examples
    --------
    >>> states = pd.DataFrame({"case_id": ["c", None], "status": ["open", "approved"]})
    >>> action_kinds(states=states, table_id="t")["x"].tolist()
    [1, 0, 0, 1]
    """
    of_case = states["case_id"].notna()
    rows = []
    for name, part in (("one case", states[of_case]), ("the service", states[~of_case])):
        done = int(part["status"].isin(_DONE).sum())
        live = int((~part["status"].isin([*_DONE, "cancelled"])).sum())
        rows += [
            _share(table_id, name, "live", live, len(part)),
            _share(table_id, name, "done", done, len(part)),
        ]
    return results_table(rows)


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
    last = actions.dropna(subset=["case_id"]).groupby("case_id")["raised_on"].max()
    of_case = (_days(audits["case_id"], last) >= audits["audited_on"]).fillna(False).astype(bool)
    acted = audits["audit_id"].isin(actions["source_id"].dropna()) | of_case
    rows = []
    for name, grades in bands.items():
        low = audits["overall_grade"].isin(list(grades))
        rows.append(_share(table_id, name, "without", int((low & ~acted).sum()), int(low.sum())))
    return results_table(rows)


def _days(keys: pd.Series, days: pd.Series) -> pd.Series:
    return pd.to_datetime(keys.map(days.to_dict()))


def _share(table_id: str, row_key: str, measure: str, x: int, n: int) -> dict[str, object]:
    return {
        "table_id": table_id,
        "row_key": row_key,
        "measure": measure,
        "x": x,
        "n": n,
        "population": n,
        "estimate": x / n if n else None,
        "method": "full count",
        "speaks_of": "these_cases",
        "mark": "" if n else "z",
    }
