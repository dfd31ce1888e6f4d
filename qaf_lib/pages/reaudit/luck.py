"""What luck alone gives to a second look: of cases, and of the teams with the lowest shares."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import (
    change_beyond_chance,
    inverted_probability,
    results_table,
    team_change_beyond_chance,
)
from qaf_lib.pages.grades.over_time import sampled_now
from qaf_lib.pages.moderation.answers import standing_moderations
from qaf_lib.pages.selections import in_own_right
from qaf_lib.pages.store import PeriodStore

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


_FEWEST_AUDITS = 3
_FEWEST_TEAMS = 3
_LOWEST = 0.25


@dataclass(frozen=True)
class LowestTeams:
    """The lowest quarter of teams, three at least, taken together.

    `change` is a result table, empty where there is nothing to compare; `teams` of `all_teams` were looked
    at again; `p` is the probability that belongs to the change beyond chance.
    """

    change: pd.DataFrame
    teams: int
    all_teams: int
    p: float | None


def lowest_teams_of(store: PeriodStore) -> LowestTeams:
    """Teams low over the year before, at this period's random audits."""
    band = store.framework.scale.headline.grades
    first, again = _counts(year_before(store), band), _counts(audits_now(store), band)
    known = first[first["n"] >= _FEWEST_AUDITS]
    if known.empty or again.empty:
        return LowestTeams(results_table([]), 0, len(known), None)
    order = known.assign(share=known["x"] / known["n"]).sort_values(["share", "n"], ascending=[True, False])
    lowest = order.head(max(_FEWEST_TEAMS, round(_LOWEST * len(order)))).index
    chosen = again[again.index.isin(lowest)].rename(columns={"x": "x_again", "n": "n_again"})
    teams = first.join(chosen).reset_index(names="team_id")

    def together(confidence: float) -> pd.DataFrame:
        found = team_change_beyond_chance(teams=teams, table_id="reaudit_lowest_teams", confidence=confidence)
        return found[found["row_key"] == "all"].reset_index(drop=True)

    def limits(confidence: float) -> tuple[float, float]:
        found = together(confidence).set_index("measure").loc["change_beyond"]
        return float(found["low"]), float(found["high"])

    change = together(0.95)
    missing = bool((change["mark"] == "x").any())
    p = None if missing else inverted_probability(limits=limits)
    return LowestTeams(change, int(teams["n_again"].notna().sum()), len(known), p)


def year_before(store: PeriodStore) -> pd.DataFrame:
    """Graded random audits of the twelve months before the period."""
    end = pd.Timestamp(store.span.start)
    audits = store.audits
    wanted = (audits["audited_on"] >= end - pd.DateOffset(years=1)) & (audits["audited_on"] < end)
    wanted &= audits["audit_type"].isin(store.framework.estimate_types) & in_own_right(audits)
    wanted &= audits["overall_grade"].notna() & audits["team_id"].notna()
    return audits.loc[wanted.fillna(False).astype(bool), ["audit_id", "team_id", "overall_grade"]]


def audits_now(store: PeriodStore) -> pd.DataFrame:
    """The period's audits drawn by chance."""
    ids = sampled_now(store).cases["audit_id"].dropna()
    audits = store.audits_of_period
    kept = audits[audits["audit_id"].isin(ids) & audits["overall_grade"].notna() & audits["team_id"].notna()]
    return kept[["audit_id", "team_id", "overall_grade"]]


def _counts(audits: pd.DataFrame, band: list[str]) -> pd.DataFrame:
    counted = audits["overall_grade"].isin(band).astype("int64").groupby(audits["team_id"].astype(str))
    return counted.agg(["sum", "size"]).rename(columns={"sum": "x", "size": "n"})
