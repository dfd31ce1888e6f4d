"""Answers to the checks of an audit tool, counted by where each stands on the scale of its check."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qaf_lib.analysis.results import results_table

__all__ = ["NOT_APPLICABLE", "PLACES", "answer_counts", "place_of"]

NOT_APPLICABLE = "not applicable"
PLACES = ("met", "partly met", "not met", NOT_APPLICABLE)
"""Where an answer may stand, best first."""


def place_of(answer: str, scale: Sequence[str]) -> str:
    """Where an answer stands on the scale of its check, worst first: the last of it is "met".

    Examples
    --------
    >>> [place_of(answer, ["no", "partly", "yes"]) for answer in ("yes", "partly", "no")]
    ['met', 'partly met', 'not met']
    >>> place_of("n/a", ["no", "yes"])
    'not applicable'
    """
    if answer not in scale:
        return NOT_APPLICABLE
    if answer == scale[-1]:
        return "met"
    return "not met" if answer == scale[0] else "partly met"


def answer_counts(
    *, placed: pd.DataFrame, by: str, table_id: str, of: pd.Series | None = None
) -> pd.DataFrame:
    """Answers at each place, by some column: a full count of these answers, and no estimate of others.

    Parameters
    ----------
    placed : DataFrame
        One row an answer: `place` and the column `by`.
    by : str
        The column whose values become rows, in the order in which they come.
    table_id : str
        Name of the result.
    of : Series, optional
        By value of the column: how many answers there should be (count); it adds the measure "not answered".

    Returns
    -------
    DataFrame
        A result: a row for each value and place, `x` answers so placed of `n` answers.

    Examples
    --------
    >>> placed = pd.DataFrame({"check": ["plan", "plan", "voice"], "place": ["met", "not met", "met"]})
    >>> counts = answer_counts(placed=placed, by="check", table_id="checks")
    >>> counts.loc[counts["measure"] == "met", ["row_key", "x", "n"]].to_dict("list")
    {'row_key': ['plan', 'voice'], 'x': [1, 1], 'n': [2, 1]}
    """
    wanted = placed[by].drop_duplicates() if of is None else of.index
    counted = placed.groupby([by, "place"], sort=False).size()
    rows: list[dict[str, object]] = []
    for key in wanted:
        at = {place: int(counted.get((key, place), 0)) for place in PLACES}
        n = sum(at.values())
        measures = at if of is None else {**at, "not answered": max(int(of[key]) - n, 0)}
        rows += [
            {
                "table_id": table_id,
                "row_key": str(key),
                "measure": measure,
                "x": x,
                "n": n,
                "population": n,
                "method": "full count of these answers",
                "speaks_of": "these_cases",
            }
            for measure, x in measures.items()
        ]
    return results_table(rows)
