"""Cases chosen for a second audit: what a second look gives by chance alone, and the change beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import change_beyond_chance
from qaf_lib.analysis.inverted import inverted_probability
from qaf_lib.analysis.results import results_table
from qaf_lib.period.moderation_stages import standing_moderations
from qaf_lib.period.store import PeriodStore

__all__ = ["SecondLook", "second_look_of"]

_ENOUGH = 10
_BLIND = "audits moderated at random by somebody who did not see the grade"
_PAIRS = "cases that chance picked twice"
_SEEN = "audits moderated at random by somebody who saw the grade"
_ALL = "all that were looked at twice, also by moderators who saw the grade"


@dataclass(frozen=True)
class SecondLook:
    """Chosen cases against what a second look alone gives; `change` is a result table, empty without cases.

    `reference` says in words which second looks they are compared with. Where moderators saw the grade
    these moved less than chance would have them, so that the change beyond chance is the most it can be
    (`at_most`) and bears no verdict. `p` is the probability that belongs to it otherwise.
    """

    change: pd.DataFrame
    reference: str
    at_most: bool
    p: float | None


def second_look_of(store: PeriodStore, *, chosen: pd.DataFrame, by_chance: pd.DataFrame) -> SecondLook:
    """Chosen cases' change beyond chance, by the best reference that covers their first grades."""
    both = chosen[["before", "after"]].dropna()
    if both.empty:
        return SecondLook(results_table([]), "", False, None)
    reference, words = _reference(store, set(both["before"]), by_chance)
    scale = store.framework.scale
    common = {"chosen": both, "reference": reference, "grades": scale.grades, "band": scale.headline.grades}
    change = change_beyond_chance(**common, table_id="reaudit_beyond_chance")
    beyond = change[change["measure"] == "change_beyond"].iloc[0]
    at_most = words in (_SEEN, _ALL)
    if beyond["mark"] or at_most:
        return SecondLook(change, words, at_most, None)

    def limits(confidence: float) -> tuple[float, float]:
        table = change_beyond_chance(**common, table_id="level", confidence=confidence)
        row = table[table["measure"] == "change_beyond"].iloc[0]
        return float(row["low"]), float(row["high"])

    return SecondLook(change, words, at_most, inverted_probability(limits=limits))


def _reference(store: PeriodStore, wanted: set[str], by_chance: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    moderated = standing_moderations(store).query("why == 'random'")
    moderated = moderated.rename(columns={"audit_grade": "before", "moderated_grade": "after"})
    blind = moderated["blind"].fillna(False).astype(bool)
    looks = {
        _BLIND: moderated[blind],
        _PAIRS: by_chance,
        _SEEN: moderated[~blind],
        _ALL: pd.concat([moderated, by_chance], ignore_index=True),
    }
    for words, pairs in looks.items():
        graded = pairs[["before", "after"]].dropna()
        if len(graded) >= _ENOUGH and wanted <= set(graded["before"]):
            return graded, words
    return looks[_ALL][["before", "after"]].dropna(), _ALL
