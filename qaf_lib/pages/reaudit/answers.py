"""Whether practice changed: the same cases audited again, and this period's sample against the last one's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import (
    ChangeClaim,
    adjusted_probabilities,
    before_after,
    bowker_symmetry,
    change_claim,
    joint_counts,
    mcnemar_exact_p,
    ordinal_shift,
    paired_change,
    pairs_of,
    results_table,
    seen_by_interval,
    signed_rank,
    stuart_maxwell,
)
from qaf_lib.pages.grades.over_time import SinceLast, since_last_of
from qaf_lib.pages.reaudit.luck import LowestTeams, SecondLook, lowest_teams_of, second_look_of
from qaf_lib.pages.selections import by_chance
from qaf_lib.pages.store import PeriodStore, once

FEWEST_PAIRS = 10
"""With fewer pairs nothing is compared: the interval would cover almost any change."""


@dataclass(frozen=True)
class Pairs:
    """Cases audited before and in the period: those taken again by chance, and those that were chosen."""

    by_chance: pd.DataFrame
    chosen: pd.DataFrame


@dataclass(frozen=True)
class Reaudit:
    """Paired and independent comparisons.

    Cases audited again because of their first grade would do better on average without any change in
    practice (regression to the mean), so they are counted apart: only `second_look` says what they show
    beyond that, and `lowest_teams` the same of teams.

    `before_after`, `paired` and `paired_tests` are result tables of the cases that were audited again by
    chance or as part of a full count; `chosen` counts the others; `since_last` compares this period's
    random audits with the last period's (its change is also `independent`). `pairs` and `graded_pairs`
    count cases audited again by chance, and those of them with both grades readable. `comparisons` has the
    probabilities of the headline comparisons, adjusted for their number (Holm); the claims heed them, and
    are None where there was nothing to compare.
    `lead` names the comparison that speaks for the period: "independent", else "paired", else "".
    """

    pairs: int
    graded_pairs: int
    before_after: pd.DataFrame
    paired: pd.DataFrame
    paired_tests: pd.DataFrame
    paired_claim: ChangeClaim | None
    chosen_pairs: int
    chosen: pd.DataFrame
    second_look: SecondLook
    chosen_claim: ChangeClaim | None
    lowest_teams: LowestTeams
    teams_claim: ChangeClaim | None
    since_last: SinceLast
    independent_claim: ChangeClaim | None
    comparisons: pd.DataFrame
    lead: str

    @property
    def independent(self) -> pd.DataFrame:
        """The change of the headline share since last period."""
        return self.since_last.change

    @property
    def independent_period(self) -> str:
        """The period before."""
        return self.since_last.period


def pairs_of_period(store: PeriodStore) -> Pairs:
    """Cases whose later audit lies in the period."""
    audits = store.audits_of_period
    pairs = pairs_of(audits=store.audits)
    pairs = pairs[pairs["audit_after"].isin(audits["audit_id"])]
    again = pairs["audit_after"].isin(audits.loc[by_chance(audits), "audit_id"])
    return Pairs(by_chance=pairs[again], chosen=pairs[~again])


@once
def reaudit_of(store: PeriodStore) -> Reaudit:
    """Comparisons of this period's audits with earlier ones."""
    grades = store.framework.scale.grades
    pairs = pairs_of_period(store)
    again, chosen = pairs.by_chance, pairs.chosen
    paired, since_last = _paired(store, again), since_last_of(store)
    second_look = second_look_of(store, chosen=chosen, by_chance=again)
    teams = lowest_teams_of(store)
    family = {
        "independent": (since_last.change, "change", _value(since_last.change, "change_p")),
        "paired": (paired, "band_change", _value(paired, "change_p")),
        "chosen": (second_look.change, "change_beyond", second_look.p),
        "teams": (teams.change, "change_beyond", teams.p),
    }
    comparisons = _holm(family)
    claims = {
        name: _claim(store, table, measure, comparisons, name) if p is not None else None
        for name, (table, measure, p) in family.items()
    }
    lead = next((name for name in ("independent", "paired") if claims[name]), "")
    return Reaudit(
        pairs=len(again),
        graded_pairs=len(again[["before", "after"]].dropna()),
        before_after=before_after(pairs=again, grades=grades, table_id="reaudit_before_after"),
        paired=paired,
        paired_tests=_tests(store, again, paired),
        paired_claim=claims["paired"],
        chosen_pairs=len(chosen),
        chosen=before_after(pairs=chosen, grades=grades, table_id="reaudit_chosen"),
        second_look=second_look,
        chosen_claim=claims["chosen"],
        lowest_teams=teams,
        teams_claim=claims["teams"],
        since_last=since_last,
        independent_claim=claims["independent"],
        comparisons=comparisons,
        lead=lead,
    )


def _paired(store: PeriodStore, pairs: pd.DataFrame) -> pd.DataFrame:
    if len(pairs[["before", "after"]].dropna()) < FEWEST_PAIRS:
        return results_table([])
    scale = store.framework.scale
    return paired_change(
        pairs=pairs,
        grades=scale.grades,
        band=scale.headline.grades,
        table_id="reaudit_change",
        worthwhile=store.framework.worthwhile_change,
    )


def _tests(store: PeriodStore, pairs: pd.DataFrame, paired: pd.DataFrame) -> pd.DataFrame:
    """Further tests of the same pairs: of the band by its changes alone, and of the whole scale."""
    if paired.empty:
        return results_table([])
    scale = store.framework.scale
    both = pairs[["before", "after"]].dropna()
    before, after = (both[name].isin(scale.headline.grades) for name in ("before", "after"))
    table = joint_counts(pairs=both, grades=scale.grades)
    shift = ordinal_shift(pairs=both, grades=scale.grades)
    ranks = signed_rank(pairs=both, grades=scale.grades)
    marginal, symmetry = stuart_maxwell(table=table), bowker_symmetry(table=table)
    exact = mcnemar_exact_p(gained=int((~before & after).sum()), lost=int((before & ~after).sum()))
    found = {
        "mcnemar_exact_p": (exact, "McNemar, exact conditional"),
        "ordinal_shift_p": (shift.p, shift.method),
        "signed_rank_p": (ranks.p, ranks.method),
        "stuart_maxwell_p": (marginal.p, marginal.method),
        "bowker_p": (symmetry.p, symmetry.method),
    }
    names = {
        "table_id": "reaudit_paired_tests",
        "row_key": "all",
        "n": len(both),
        "speaks_of": "our_practice",
    }
    return results_table(
        {**names, "measure": measure, "estimate": p, "method": method, "mark": "" if p is not None else "x"}
        for measure, (p, method) in found.items()
    )


def _holm(family: Mapping[str, tuple[pd.DataFrame, str, float | None]]) -> pd.DataFrame:
    """The comparisons' probabilities, adjusted for their number, with the cases that each rests on."""
    made = {name: p for name, (_, _, p) in family.items() if p is not None}
    adjusted = adjusted_probabilities(
        p=pd.Series(made, dtype="float64"), method="holm", table_id="reaudit_comparisons"
    )
    cases = {
        name: table.loc[table["measure"] == measure, "n"].iloc[0]
        for name, (table, measure, p) in family.items()
        if p is not None
    }
    return results_table({**row, "n": cases[row["row_key"]]} for row in adjusted.to_dict("records"))


def _value(table: pd.DataFrame, measure: str) -> float | None:
    found = table.loc[table["measure"] == measure, "estimate"].dropna()
    return float(found.iloc[0]) if len(found) else None


def _claim(
    store: PeriodStore, changes: pd.DataFrame, measure: str, comparisons: pd.DataFrame, name: str
) -> ChangeClaim | None:
    found = changes[changes["measure"] == measure]
    if found.empty or found["low"].isna().all():
        return None
    low, high = float(found["low"].iloc[0]), float(found["high"].iloc[0])
    own = comparisons[comparisons["row_key"] == name]
    detectable = _value(changes, "detectable_change")
    if "detectable_change" not in set(changes["measure"]):
        detectable = seen_by_interval(low=low, high=high)
    return change_claim(
        low=low,
        high=high,
        p_adjusted=_value(own, "p_adjusted"),
        detectable=detectable,
        worthwhile=store.framework.worthwhile_change,
    )
