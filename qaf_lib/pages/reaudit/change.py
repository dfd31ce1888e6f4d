"""What changed where something was done: cases with actions, and each team on each standard."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import adjusted_probabilities, results_table, superiority, superiority_test
from qaf_lib.counting import DONE, action_comparison
from qaf_lib.pages.reaudit.answers import pairs_of_period
from qaf_lib.pages.reaudit.luck import audits_now, year_before
from qaf_lib.pages.store import PeriodStore, once

FEWEST_ANSWERS = 4
"""With fewer answers at either time no test could show a change of a team on a standard."""


@dataclass(frozen=True)
class Change:
    """Change beside what was done; result tables, empty where there is nothing to compare.

    `actions_of_cases` and `actions_of_teams` compare cases whose own action, or whose team's, was completed
    between two audits with the others. `standards` has each team's change on each standard since the year
    before, with probabilities adjusted for their number (Benjamini-Hochberg); `standards_left_out` counts
    those with too few answers.
    """

    actions_of_cases: pd.DataFrame
    actions_of_teams: pd.DataFrame
    standards: pd.DataFrame
    standards_left_out: int


@once
def change_of(store: PeriodStore) -> Change:
    """Change of cases with actions, and of teams on standards."""
    standards, left_out = _standards(store, year_before(store), audits_now(store))
    cases, of_teams = _actions(store)
    return Change(
        actions_of_cases=cases,
        actions_of_teams=of_teams,
        standards=standards,
        standards_left_out=left_out,
    )


def _actions(store: PeriodStore) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases audited twice, by whether their own action, or their team's, was completed in between."""
    found = pairs_of_period(store)
    pairs = pd.concat([found.by_chance, found.chosen], ignore_index=True)
    actions = store.table("action")
    if pairs.empty or actions.empty:
        return results_table([]), results_table([])
    audited = store.audits.drop_duplicates("audit_id").set_index("audit_id")
    pairs = pairs.assign(
        start=pairs["audit_before"].map(audited["audited_on"].to_dict()),
        end=pairs["audit_after"].map(audited["audited_on"].to_dict()),
        team_id=pairs["audit_before"].map(audited["team_id"].to_dict()),
    )
    events = store.table("action_event")
    done = events[events["status"].isin(DONE)].groupby("action_id", as_index=False)["on"].min()
    done = done.merge(actions[["action_id", "case_id", "team_id"]], on="action_id")
    of_team = done[done["case_id"].isna() & done["team_id"].notna()]
    return (
        _acted(store, pairs, done[done["case_id"].notna()], "case_id", "reaudit_actions_cases"),
        _acted(store, pairs, of_team, "team_id", "reaudit_actions_teams"),
    )


def _acted(
    store: PeriodStore, pairs: pd.DataFrame, done: pd.DataFrame, by: str, table_id: str
) -> pd.DataFrame:
    between = pairs[["audit_after", by, "start", "end"]].merge(done[[by, "on"]].dropna(), on=by)
    between = between[(between["on"] >= between["start"]) & (between["on"] <= between["end"])]
    acted = pairs["audit_after"].isin(between["audit_after"])
    if not acted.any():
        return results_table([])
    return action_comparison(
        pairs=pairs.assign(acted=acted), grades=store.framework.scale.grades, table_id=table_id
    )


def _standards(store: PeriodStore, before: pd.DataFrame, now: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Each team's answers to each question now, against the year before."""
    scale = store.framework.scale.grades
    answers = store.table("answer")[["audit_id", "question_id", "answer"]]
    answers = answers[answers["question_id"].isin(list(store.framework.questions()))]
    answers = answers[answers["answer"].isin(scale)]
    first, second = (
        dict(list(answers.merge(audits, on="audit_id").groupby(["team_id", "question_id"])["answer"]))
        for audits in (before, now)
    )
    every = sorted(set(first) | set(second))
    enough = [
        key for key in every if min(len(first.get(key, ())), len(second.get(key, ()))) >= FEWEST_ANSWERS
    ]
    rows, p = [], {}
    for team, question in enough:
        sides = {"before": first[team, question], "after": second[team, question], "grades": scale}
        key = f"{team}: {question}"
        p[key] = superiority_test(**sides).p
        rows.append(
            {
                "table_id": "reaudit_standards",
                "row_key": key,
                "measure": "later_better",
                "n": len(sides["before"]) + len(sides["after"]),
                "speaks_of": "our_practice",
                **superiority(**sides).cells,
            }
        )
    adjusted = adjusted_probabilities(
        p=pd.Series(p, dtype="float64"), method="benjamini_hochberg", table_id="reaudit_standards"
    )
    sizes = {row["row_key"]: row["n"] for row in rows}
    tests = [{**row, "n": sizes[row["row_key"]]} for row in adjusted.to_dict("records")]
    return results_table([*rows, *tests]), len(every) - len(enough)
