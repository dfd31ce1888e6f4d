"""One team's page: its result beside the whole, its coverage, its actions and what it does well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting import LIVE
from qaf_lib.dates import add_months
from qaf_lib.pages.actions.answers import Actions
from qaf_lib.pages.grades.answers import Grades
from qaf_lib.pages.grades.how_audited import answers_that_count
from qaf_lib.pages.grades.over_time import Comparison
from qaf_lib.pages.practice.answers import Practice
from qaf_lib.pages.store import PeriodStore

_MONTHS, _FEWEST, _HALF = 12, 5, 0.5


@dataclass(frozen=True)
class Team:
    """One team beside the whole.

    `grades` (this team, then all), `year` (random audits of twelve months: this team's `share` and `verdict`,
    then the `centre` of all teams) and `coverage` are result tables; `due` has for each row of `coverage` the
    day by which it is asked. `actions` lists its live ones, those due first before. Of twelve months
    `best` has the graded questions with its largest share in the headline band, where that is above half
    (`question_id`, `x`, `n`; several where they stand level), `good_practice` its titles or themes, and
    `compliments` how many came.
    """

    team_id: str
    name: str
    service: str
    open_cases: int
    grades: pd.DataFrame
    year: pd.DataFrame
    coverage: pd.DataFrame
    due: list[date]
    actions: pd.DataFrame
    best: pd.DataFrame
    good_practice: list[str]
    compliments: int


def team_of(
    store: PeriodStore,
    team_id: str,
    grades: list[Grades],
    comparisons: list[Comparison],
    practice: Practice,
    actions: Actions,
) -> Team:
    """What a team manager needs to know about one team.

    Raises
    ------
    ValueError
        If there is no such team among the period's teams and cases.
    """
    cases = store.closing[store.closing["team_id"] == team_id]
    listed = store.teams[store.teams["team_id"] == team_id]
    found = cases.assign(name=team_id) if listed.empty else listed
    if found.empty:
        raise ValueError(f"no team {team_id!r} in the period")
    reached, due = _coverage(store, team_id, practice)
    return Team(
        team_id=team_id,
        name=str(found["name"].iloc[0]),
        service=str(found["service"].iloc[0]),
        open_cases=len(cases),
        grades=_beside_all(team_id, grades),
        year=_year(team_id, comparisons),
        coverage=reached,
        due=due,
        actions=_live(actions, team_id),
        best=_best(store, team_id),
        good_practice=_good_practice(store, team_id),
        compliments=int((_mine(store, "feedback", "received_on", team_id)["kind"] == "compliment").sum()),
    )


def _beside_all(team_id: str, grades: list[Grades]) -> pd.DataFrame:
    rows = [
        table[table["row_key"].isin([team_id, "all"])]
        for found in grades
        for table in (found.by_team, found.headline)
    ]
    joined = pd.concat(rows, ignore_index=True) if rows else results_table([])
    return joined.assign(table_id="team_grades").drop_duplicates(["row_key", "measure"], ignore_index=True)


def _year(team_id: str, comparisons: list[Comparison]) -> pd.DataFrame:
    """The team's rows of the first comparison of teams, then the share of all of them."""
    if not comparisons or comparisons[0].funnel.empty:
        return results_table([])
    found = comparisons[0].funnel
    mine = found[(found["row_key"] == team_id) & found["measure"].isin(["share", "verdict"])]
    both = pd.concat([mine, found[found["measure"] == "centre"]], ignore_index=True)
    return both.assign(table_id="team_year") if len(mine) else results_table([])


def _coverage(store: PeriodStore, team_id: str, practice: Practice) -> tuple[pd.DataFrame, list[date]]:
    """The team's row of each coverage rule by its label, and the day by which each is asked.

    While the year of a rule runs there is a row for the year so far too, asked by the period's end.
    """
    end = store.span.end
    rows, due = [], []
    for rule in practice.coverage:
        by_year_s_end = end if rule.pace.empty else max(end, rule.ends)
        for table, asked_by in ((rule.so_far_by_team, end), (rule.by_team, by_year_s_end)):
            if len(table):
                mine = table[table["row_key"] == team_id].assign(row_key=rule.label, table_id="team_coverage")
                rows.append(mine)
                due += [asked_by] * len(mine)
    return pd.concat(rows, ignore_index=True) if rows else results_table([]), due


def _live(actions: Actions, team_id: str) -> pd.DataFrame:
    """Actions to be done, by due day: title, owner, due day, whether and how long overdue, status."""
    states = actions.states
    mine = states[(states["team_id"] == team_id).fillna(False) & states["status"].isin(LIVE)]
    listed = mine.sort_values(["due_on", "title"], ignore_index=True)
    return listed[["title", "owner_post", "due_on", "overdue", "days_overdue", "status"]]


def _mine(store: PeriodStore, name: str, day: str, team_id: str) -> pd.DataFrame:
    """The team's rows of a table in the twelve months up to the period's end."""
    end, table = store.span.end, store.audits if name == "audit" else store.table(name)
    start = add_months(end + timedelta(days=1), -_MONTHS)
    inside = table[day].between(pd.Timestamp(start), pd.Timestamp(end))
    return table[(inside & (table["team_id"] == team_id)).fillna(False).astype(bool)]


def _best(store: PeriodStore, team_id: str) -> pd.DataFrame:
    """Graded questions most often in the headline band, above half, of all audits however picked."""
    audits = _mine(store, "audit", "audited_on", team_id)
    given = answers_that_count(store)
    given = given[
        given["audit_id"].isin(audits["audit_id"])
        & given["question_id"].isin(list(store.framework.questions()))
    ]
    good = given["answer"].isin(store.framework.scale.headline.grades)
    counts = good.groupby(given["question_id"]).agg(["sum", "size"]).set_axis(["x", "n"], axis=1)
    counts = counts[(counts["n"] >= _FEWEST) & (counts["x"] > 0)].astype("int64").reset_index()
    share = counts["x"] / counts["n"]
    return counts[(share == share.max()) & (share > _HALF)].reset_index(drop=True)


def _good_practice(store: PeriodStore, team_id: str) -> list[str]:
    """Reviewed titles of examples of good practice, else their themes, the newest first."""
    found = _mine(store, "good_practice", "on", team_id).sort_values("on", ascending=False)
    return [str(title) for title in found["title"].fillna(found["theme"]).fillna("no theme recorded")]
