"""How each audit's case came up, judged once: every page says the same of the same audit."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from qaf_lib.period.store import NOT_DRAWN, SECOND_LOOK

__all__ = ["CHOSEN", "HOW", "by_chance", "how_chosen"]

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


def how_chosen(audits: pd.DataFrame) -> pd.Series:
    """How each audit's case came up: a key of `HOW`.

    Parameters
    ----------
    audits : DataFrame
        `selection` and `draw_id`, as the store's `audits` has them: an audit that is called random or a
        panel and is of no case of the draw recorded for its type and day is `NOT_DRAWN` there.

    Examples
    --------
    >>> audits = pd.DataFrame({"selection": ["random", "random", "ad_hoc"], "draw_id": ["D1", None, None]})
    >>> how_chosen(audits).tolist()
    ['drawn', 'random', 'ad_hoc']
    """
    drawn = audits["draw_id"].notna() & audits["selection"].isin(["random", "panel"])
    return audits["selection"].astype("string").mask(drawn, "drawn")


def by_chance(audits: pd.DataFrame) -> pd.Series:
    """Whether chance or a full count picked each audit's case, so far as the record tells."""
    return ~how_chosen(audits).isin(CHOSEN)
