"""From finding to action to a second look, theme by theme."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from qaf_lib.analysis.actions import DONE, LIVE
from qaf_lib.analysis.results import results_table

__all__ = ["looked_again", "theme_chain"]


def theme_chain(
    *,
    themes: Sequence[str],
    answers: pd.DataFrame,
    band: Collection[str],
    observations: pd.DataFrame,
    complaints: pd.DataFrame,
    indicators: pd.DataFrame,
    actions: pd.DataFrame,
    looked: pd.DataFrame,
    table_id: str,
) -> pd.DataFrame:
    """What was found on each theme, what was done, and what a second look showed.

    Parameters
    ----------
    themes : sequence of str
        Themes, each with a row for every measure.
    answers : DataFrame
        `theme` and `answer` (a grade) of the graded questions of the audits looked at.
    band : collection of str
        Grades of the headline band; an answer below it is a finding.
    observations : DataFrame
        `theme` and `learning_need` of the observations held.
    complaints : DataFrame
        `theme` of the complaints received.
    indicators : DataFrame
        `theme` and `met` of the indicators that have a target and a figure.
    actions : DataFrame
        `theme` and `status`, as `action_states` gives it.
    looked : DataFrame
        `theme` and `change` ("better", "same" or "worse"), as `looked_again` gives it.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result with a row per theme. Measures: `low` answers below the band of `n`; `needs` observations
        with a learning need of `n`; `complaints`; `missed` indicators of `n`; `live` and `done` actions;
        `again` done actions looked at again of `n` done; `better` and `worse` of `n` looked at again.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    Requirements LEE-24, LEE-135 and POR-21. Full counts.

    Examples
    --------
    >>> none = pd.DataFrame({"theme": [], "learning_need": [], "met": [], "change": []})
    >>> answers = pd.DataFrame({"theme": ["Plan", "Plan"], "answer": ["poor", "good"]})
    >>> actions = pd.DataFrame({"theme": ["Plan"], "status": ["open"]})
    >>> found = theme_chain(themes=["Plan"], answers=answers, band=["good"], observations=none,
    ...     complaints=none, indicators=none, actions=actions, looked=none, table_id="t")
    >>> found.loc[found["measure"].isin(["low", "live"]), ["measure", "x"]].to_numpy().tolist()
    [['low', 1], ['live', 1]]
    """
    rows: list[dict[str, object]] = []
    for theme in themes:
        own = {
            name: table[(table["theme"] == theme).fillna(False).astype(bool)]
            for name, table in {
                "answers": answers,
                "seen": observations,
                "complaints": complaints,
                "indicators": indicators,
                "actions": actions,
                "looked": looked,
            }.items()
        }
        rows += [
            {"table_id": table_id, "row_key": theme, "measure": name, "x": x, "n": n, "method": "full count"}
            for name, (x, n) in _counts(own, band).items()
        ]
    return results_table(rows)


def _counts(own: Mapping[str, pd.DataFrame], band: Collection[str]) -> dict[str, tuple[int, int | None]]:
    low = ~own["answers"]["answer"].isin(list(band))
    needs = own["seen"]["learning_need"].fillna(False).astype(bool)
    missed = ~own["indicators"]["met"].astype(bool)
    done = own["actions"]["status"].isin(DONE)
    change, again = own["looked"]["change"], len(own["looked"])
    return {
        "low": (int(low.sum()), len(low)),
        "needs": (int(needs.sum()), len(needs)),
        "complaints": (len(own["complaints"]), None),
        "missed": (int(missed.sum()), len(missed)),
        "live": (int(own["actions"]["status"].isin(LIVE).sum()), None),
        "done": (int(done.sum()), None),
        "again": (again, None),
        "better": (int((change == "better").sum()), again),
        "worse": (int((change == "worse").sum()), again),
    }


def looked_again(
    *, actions: pd.DataFrame, links: pd.DataFrame, answers: pd.DataFrame, grades: Sequence[str]
) -> pd.DataFrame:
    """Whether practice on an action's theme was better when an audit looked again.

    Parameters
    ----------
    actions : DataFrame
        `action_id` and `theme` of the actions that are done.
    links : DataFrame
        `action_id`, `before` and `after`: the audits before the action and after it.
    answers : DataFrame
        `audit_id`, `theme` and `answer` of graded questions.
    grades : sequence of str
        The scale, worst grade first.

    Returns
    -------
    DataFrame
        `action_id`, `theme` and `change`: "better", "same" or "worse" by the mean place on the scale of the
        theme's answers. Actions whose theme was not answered both times are left out; one that several
        audits looked at counts by the last of them.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    Requirement LEE-21. A full count: cases audited again because they were low do better on average anyhow.

    Examples
    --------
    >>> actions = pd.DataFrame({"action_id": ["x"], "theme": ["Plan"]})
    >>> links = pd.DataFrame({"action_id": ["x"], "before": ["a"], "after": ["b"]})
    >>> answers = pd.DataFrame({"audit_id": ["a", "b"], "theme": "Plan", "answer": ["poor", "good"]})
    >>> found = looked_again(actions=actions, links=links, answers=answers, grades=["poor", "good"])
    >>> found["change"].tolist()
    ['better']
    """
    place = {grade: at for at, grade in enumerate(grades)}
    ranked = answers.assign(place=answers["answer"].map(place).astype("float64"))
    ranked = ranked.dropna(subset=["place"])
    means = ranked.groupby(["audit_id", "theme"])["place"].mean()
    pairs = actions[["action_id", "theme"]].merge(links, on="action_id")
    for side in ("before", "after"):
        key = pd.MultiIndex.from_frame(pairs[[side, "theme"]].astype(object))
        pairs[f"{side}_place"] = means.reindex(key).to_numpy(dtype="float64")
    pairs = pairs.dropna(subset=["before_place", "after_place"])
    gain = pairs["after_place"] - pairs["before_place"]
    change = pd.Series("same", index=pairs.index).mask(gain > 0, "better").mask(gain < 0, "worse")
    found = pairs.assign(change=change.astype("string")).drop_duplicates("action_id", keep="last")
    return found[["action_id", "theme", "change"]].reset_index(drop=True)
