"""How each audit's case came up, and so what its audit may speak of: the one place where that is judged."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from qaf_lib.draw_plans import is_second_look

NOT_DRAWN = "not_drawn"
"""The selection of audits that are called random (or a panel) and match no drawn case."""

SECOND_LOOK = "second_look"
"""The selection of audits of a draw from audited cases: they say nothing of practice."""

HOW = MappingProxyType(
    {
        "drawn": "drawn at random",
        "random": "called random, no draw recorded",
        "panel": "called a panel, no draw recorded",
        "census": "part of a full count",
        NOT_DRAWN: "called random, not drawn",
        SECOND_LOOK: "drawn from audited cases",
        "themed": "chosen for a theme",
        "ad_hoc": "chosen ad hoc",
        "spot_check": "spot check",
        "top_up": "chosen because not yet reached",
    }
)
"""What pages say, by the judgement; in the order in which they say it."""

CHOSEN = (NOT_DRAWN, SECOND_LOOK, "themed", "ad_hoc", "spot_check", "top_up")
"""Judgements of cases that chance did not pick: they say nothing of other cases."""

_CALLED_RANDOM = ("random", "panel")


def judged(*, audits: pd.DataFrame, draws: pd.DataFrame) -> pd.Series:
    """The selection of each audit, held against the recorded draws.

    One that is called random or a panel and matches no case of the draw recorded for its type and day is
    `NOT_DRAWN`; one of a draw from audited cases is `SECOND_LOOK`.
    """
    called = audits["selection"].isin(_CALLED_RANDOM)
    stray = called & audits["draw_id"].isna() & _has_a_draw(audits, draws)
    again = audits["draw_id"].isin(draws.loc[is_second_look(draws["purpose"]), "draw_id"])
    return audits["selection"].mask(stray, NOT_DRAWN).mask(again, SECOND_LOOK)


def _has_a_draw(audits: pd.DataFrame, draws: pd.DataFrame) -> pd.Series:
    """Whether a draw of the audit's type is recorded for its day."""
    found = pd.Series(False, index=audits.index)
    for draw in draws.itertuples():
        days = audits["audited_on"].between(draw.covers_from, draw.covers_to).fillna(False).astype(bool)
        found |= days & (audits["audit_type"] == draw.audit_type)
    return found


def how_chosen(audits: pd.DataFrame) -> pd.Series:
    """How each audit's case came up: a key of `HOW`.

    Parameters
    ----------
    audits : DataFrame
        `selection`, as `judged`, and `draw_id`.

    Examples
    --------
    >>> audits = pd.DataFrame({"selection": ["random", "random", "ad_hoc"], "draw_id": ["D1", None, None]})
    >>> how_chosen(audits).tolist()
    ['drawn', 'random', 'ad_hoc']
    """
    drawn = audits["draw_id"].notna() & audits["selection"].isin(_CALLED_RANDOM)
    return audits["selection"].astype("string").mask(drawn, "drawn")


def by_chance(audits: pd.DataFrame) -> pd.Series:
    """Whether chance or a full count picked each audit's case, so far as the record tells."""
    return ~how_chosen(audits).isin(CHOSEN)


def at_random(audits: pd.DataFrame) -> pd.Series:
    """Whether chance picked each audit's case out of more; a full count leaves chance nothing to pick."""
    return how_chosen(audits).isin(["drawn", *_CALLED_RANDOM])


def in_own_right(audits: pd.DataFrame) -> pd.Series:
    """Whether a case was picked at random and not as one of a panel, which goes back to the same cases."""
    return at_random(audits) & (audits["selection"] != "panel").fillna(False)
