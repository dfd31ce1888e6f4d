"""Surveys by instrument, and the scores that those who answered gave."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from qaf_lib.analysis.results import results_table

__all__ = ["instrument_counts", "item_scores", "read_scores"]

_LOW = 6
"""Scores below it are low: the kit's own line, see docs/methods.md."""


def read_scores(*, scores: pd.Series) -> pd.Series:
    """Survey scores as numbers from 0 to 10, where 10 is the best.

    Nothing is read where no score is above 5: such surveys score on a shorter scale, whose steps the
    records do not tell.

    Parameters
    ----------
    scores : Series of str
        Scores as they were written.

    Returns
    -------
    Series of Float64
        Missing where there is no number from 0 to 10.

    References
    ----------
    Scaling questions from 0 to 10 are those of Signs of Safety; the assumption is in docs/methods.md.

    Examples
    --------
    >>> read_scores(scores=pd.Series(["8", "good", "11", None], dtype="string")).tolist()
    [8.0, <NA>, <NA>, <NA>]
    """
    read = pd.to_numeric(scores.astype("object"), errors="coerce").astype("Float64")
    read = read.where(read.between(0, 10).fillna(False).astype(bool))
    return read if (read > 5).any() else read.where(read.isna())


def instrument_counts(
    *, surveys: pd.DataFrame, instruments: Mapping[str, str], table_id: str
) -> pd.DataFrame:
    """Surveys by the framework's instruments, those without an answer too, and by any other instrument.

    Parameters
    ----------
    surveys : DataFrame
        `instrument`, `respondent` and `score`, one row per completed survey.
    instruments : mapping of str to str
        Who answers each of the framework's instruments, by its name; "" where it does not say.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A result with the measures `surveys` (`x` of all surveys) and `median_score` (of `n` that scored;
        marked "z" without one). A survey belongs to the instrument whose name it bears, else to the only
        one for its respondent (who is the instrument's, or begins with its name); the rest stand under
        their own instrument and respondent.

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    A full count of those who answered; they chose to, so it carries no interval.

    Examples
    --------
    >>> surveys = pd.DataFrame({"instrument": ["closure"], "respondent": ["parent"], "score": ["8"]})
    >>> found = instrument_counts(surveys=surveys, instruments={"primary": "child"}, table_id="t")
    >>> found.loc[found["measure"] == "surveys", ["row_key", "x"]].to_numpy().tolist()
    [['primary', 0], ['closure: parent', 1]]
    """
    scores = read_scores(scores=surveys["score"])
    named = _named(surveys, instruments)
    rows: list[dict[str, object]] = []
    for name in [*instruments, *sorted(set(named) - set(instruments))]:
        mine = named == name
        scored = scores[mine].dropna()
        common = {"table_id": table_id, "row_key": name, "method": "full count"}
        rows.append({**common, "measure": "surveys", "x": int(mine.sum()), "n": len(surveys)})
        median = {"estimate": float(scored.median())} if len(scored) else {"mark": "z"}
        rows.append({**common, "measure": "median_score", "n": len(scored), **median})
    return results_table(rows)


def item_scores(*, answers: pd.DataFrame, items: Mapping[str, str], table_id: str) -> pd.DataFrame:
    """How the questions of a survey form were answered, in the form's order.

    Parameters
    ----------
    answers : DataFrame
        `item` and `score`, one row per answer to a question.
    items : mapping of str to str
        The form's questions by name, also those that nobody answered.
    table_id : str
        Name of the result.

    Returns
    -------
    DataFrame
        A row per question: `answers` (`x`), `median_score` (of `n` that scored; marked "z" without one) and
        `low` (`x` of these that scored below 6).

    Raises
    ------
    KeyError
        If a column is missing.

    References
    ----------
    A full count of those who answered. That a score below 6 of 10 is low is the kit's own line.

    Examples
    --------
    >>> answers = pd.DataFrame({"item": ["heard", "heard"], "score": ["9", "4"]})
    >>> found = item_scores(answers=answers, items={"heard": "We were heard"}, table_id="t")
    >>> found.set_index("measure").loc["median_score", ["n", "estimate"]].astype(float).tolist()
    [2.0, 6.5]
    """
    scores = read_scores(scores=answers["score"])
    rows: list[dict[str, object]] = []
    for name in items:
        mine = answers["item"] == name
        scored = scores[mine.fillna(False).astype(bool)].dropna()
        common = {"table_id": table_id, "row_key": name, "method": "full count"}
        rows.append({**common, "measure": "answers", "x": int(mine.sum())})
        median = {"estimate": float(scored.median())} if len(scored) else {"mark": "z"}
        rows.append({**common, "measure": "median_score", "n": len(scored), **median})
        rows.append({**common, "measure": "low", "x": int((scored < _LOW).sum()), "n": len(scored)})
    return results_table(rows)


def _named(surveys: pd.DataFrame, instruments: Mapping[str, str]) -> pd.Series:
    instrument, respondent = (_words(surveys[name]) for name in ("instrument", "respondent"))
    by_words = {_plain(name): name for name in instruments}
    for who in set(respondent):
        asked = [
            name
            for name, answers in instruments.items()
            if who and (who == _plain(answers) or who.startswith(_plain(name)))
        ]
        if len(asked) == 1:
            by_words.setdefault(f"respondent {who}", asked[0])
    own = instrument.map(by_words).astype("string")
    by_respondent = ("respondent " + respondent).map(by_words).astype("string")
    other = (
        instrument.replace("", "instrument not recorded")
        + ": "
        + respondent.replace("", "respondent not recorded")
    )
    return own.fillna(by_respondent).fillna(other.astype("string"))


def _words(column: pd.Series) -> pd.Series:
    return column.astype("object").fillna("").map(_plain).astype("object")


def _plain(text: object) -> str:
    return str(text).replace("_", " ").strip().lower()
