"""The teams with the lowest shares of the year before: what luck alone would give them, and beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import team_change_beyond_chance
from qaf_lib.analysis.inverted import inverted_probability
from qaf_lib.analysis.results import results_table
from qaf_lib.period.since_last import sampled_now
from qaf_lib.period.store import PeriodStore

__all__ = ["LowestTeams", "audits_now", "lowest_teams_of", "year_before"]

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
    kinds = [kind.name for kind in store.framework.audit_types if kind.counts_towards_estimates]
    audits = store.audits
    wanted = (audits["audited_on"] >= end - pd.DateOffset(years=1)) & (audits["audited_on"] < end)
    wanted &= audits["audit_type"].isin(kinds) & (audits["selection"] == "random")
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
