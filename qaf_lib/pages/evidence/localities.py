"""The period by locality: grades, questions, coverage, actions and what families said; never ranked."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import band_share, question_shares, results_table, share_interval
from qaf_lib.counting import DONE, LIVE, read_scores
from qaf_lib.dates import Period, previous_period
from qaf_lib.pages.actions.answers import actions_of
from qaf_lib.pages.practice.coverage import CoverageCount, coverage_of
from qaf_lib.pages.store import DrawView, PeriodStore, once, random_audits

_PERIODS = 4


@dataclass(frozen=True)
class LocalityGrades:
    """One draw by locality: estimates with 95% intervals, in results.

    `whole` is the headline share of all cases, `headline` has a row per locality; `questions` a row per
    question and a measure per locality; `history` a row per locality and a measure per period (the oldest
    first), of practice at the time.
    """

    label: str
    whole: pd.DataFrame
    headline: pd.DataFrame
    questions: pd.DataFrame
    history: pd.DataFrame


@dataclass(frozen=True)
class Localities:
    """The localities by name, and result tables by them; empty where the teams name fewer than two.

    `coverage` has a measure per rule of `rules` (its labels by name), while the year runs of what is asked so
    far; `actions` the measures `live`,
    `overdue` and `done`; `voices` the kinds of feedback and `median_score`; `themes` a row per theme of
    feedback and a measure per locality.
    """

    names: list[str]
    grades: list[LocalityGrades]
    rules: dict[str, str]
    coverage: pd.DataFrame
    actions: pd.DataFrame
    voices: pd.DataFrame
    themes: pd.DataFrame


@once
def localities_of(store: PeriodStore) -> Localities:
    """The period by the localities that the council's teams name."""
    places = store.place_of("locality")
    names = sorted(set(places.values()))
    if len(names) < 2:
        nothing = results_table([])
        return Localities([], [], {}, nothing, nothing, nothing, nothing)
    feedback = store.in_period(store.table("feedback"), "received_on")
    feedback = feedback.assign(place=feedback["team_id"].map(places)).dropna(subset="place")
    covered = coverage_of(store)
    return Localities(
        names=names,
        grades=[_grades(store, view, store.label(view), places) for view in store.estimating],
        rules={rule.name: _called(rule) for rule in covered},
        coverage=_coverage(
            {
                rule.name: rule.so_far_by_team if len(rule.so_far_by_team) else rule.by_team
                for rule in covered
            },
            places,
            names,
        ),
        actions=_actions(actions_of(store).states, places, names),
        voices=_voices(feedback, names),
        themes=_themes(feedback, names),
    )


def _called(rule: CoverageCount) -> str:
    return f"{rule.label}, as often as the year so far asks" if len(rule.so_far_by_team) else rule.label


def _placed(rows: pd.DataFrame, places: dict[str, str]) -> pd.DataFrame:
    return rows.assign(place=rows["team_id"].map(places).astype("string"))


def _grades(store: PeriodStore, view: DrawView, label: str, places: dict[str, str]) -> LocalityGrades:
    band, responses = store.framework.scale.headline, _placed(view.responses, places)
    frame = _placed(view.eligible, places)["place"].dropna().value_counts().sort_index()
    found = band_share(
        responses=responses,
        strata=view.strata,
        band=band.grades,
        measure=band.name,
        table_id=f"{view.key}_by_locality",
        by="place",
        populations=frame,
    )
    return LocalityGrades(
        label=label,
        whole=band_share(
            responses=responses,
            strata=view.strata,
            band=band.grades,
            measure=band.name,
            table_id=f"{view.audit_type}_headline",
        ),
        headline=found[found["row_key"].isin(set(places.values()))].reset_index(drop=True),
        questions=_questions(store, view, responses, sorted(set(places.values()))),
        history=_history(store, view, places),
    )


def _questions(store: PeriodStore, view: DrawView, responses: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """The share of each locality's cases in the headline band, question by question."""
    scale = store.framework.scale
    answers = store.table("answer").merge(responses[["audit_id", "case_id", "place"]].dropna(), on="audit_id")
    answers = answers[answers["question_id"].isin(list(store.framework.questions()))]
    parts = [
        question_shares(
            responses=responses,
            answers=answers.loc[answers["place"] == place, ["case_id", "question_id", "answer"]],
            strata=view.strata,
            band=scale.headline.grades,
            scale=scale.grades,
            measure=place,
            table_id=f"{view.key}_questions_by_locality",
        )
        for place in names
    ]
    return pd.concat(parts, ignore_index=True)


def _history(store: PeriodStore, view: DrawView, places: dict[str, str]) -> pd.DataFrame:
    audits = _placed(random_audits(store, view), places)
    good = audits["overall_grade"].isin(store.framework.scale.headline.grades)
    rows = []
    for period in _periods(store.span):
        inside = audits["audited_on"].between(pd.Timestamp(period.start), pd.Timestamp(period.end))
        for place, graded in good[inside].groupby(audits["place"], sort=True):
            rows.append(
                {
                    "table_id": f"{view.key}_history_by_locality",
                    "row_key": str(place),
                    "measure": period.label,
                    "x": int(graded.sum()),
                    "n": len(graded),
                    **share_interval(x=int(graded.sum()), n=len(graded)).cells,
                    "speaks_of": "our_practice",
                }
            )
    return results_table(rows)


def _periods(last: Period) -> list[Period]:
    periods = [last]
    while len(periods) < _PERIODS:
        periods.insert(0, previous_period(periods[0]))
    return periods


def _coverage(by_team: dict[str, pd.DataFrame], places: dict[str, str], names: list[str]) -> pd.DataFrame:
    rows = []
    for rule, table in by_team.items():
        sums = table.groupby(table["row_key"].map(places))[["x", "n"]].sum().reindex(names, fill_value=0)
        for place, counted in sums.iterrows():
            rows.append(_row("coverage_by_locality", str(place), rule, int(counted["x"]), int(counted["n"])))
    return results_table(rows)


def _actions(states: pd.DataFrame, places: dict[str, str], names: list[str]) -> pd.DataFrame:
    placed = _placed(states, places)
    kinds = {
        "live": placed["status"].isin(LIVE),
        "overdue": placed["overdue"].astype(bool),
        "done": placed["status"].isin(DONE),
    }
    rows: list[dict[str, object]] = []
    for place in names:
        here = (placed["place"] == place).fillna(False).astype(bool)
        rows += [
            {
                "table_id": "actions_by_locality",
                "row_key": place,
                "measure": kind,
                "x": int((here & which).sum()),
            }
            for kind, which in kinds.items()
        ]
    return results_table(rows)


def _voices(feedback: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Feedback of the period by kind, and the middle score of the surveys that scored."""
    surveys = (feedback["kind"] == "survey").fillna(False).astype(bool)
    scores = read_scores(scores=feedback["score"].where(surveys))
    rows: list[dict[str, object]] = []
    for place in names:
        here = feedback["place"] == place
        common = {"table_id": "voices_by_locality", "row_key": place, "method": "full count"}
        for kind in ("survey", "complaint", "compliment", "comment"):
            rows.append({**common, "measure": kind, "x": int((here & (feedback["kind"] == kind)).sum())})
        own = scores[here].dropna()
        middle = {"estimate": float(own.median())} if len(own) else {"mark": "z"}
        rows.append({**common, "measure": "median_score", "n": len(own), **middle})
    return results_table(rows)


def _themes(feedback: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    counts = pd.crosstab(feedback["theme"].fillna("not recorded"), feedback["place"])
    counts = counts.reindex(columns=names, fill_value=0)
    return results_table(
        {
            "table_id": "themes_by_locality",
            "row_key": str(theme),
            "measure": place,
            "x": int(counts.loc[theme, place]),
            "method": "full count",
        }
        for theme in counts.index
        for place in names
    )


def _row(table_id: str, row_key: str, measure: str, x: int, n: int) -> dict[str, object]:
    share = {"estimate": x / n} if n else {"mark": "z"}
    common = {"table_id": table_id, "row_key": row_key, "measure": measure, "x": x, "n": n, "population": n}
    return {**common, **share, "method": "full count", "speaks_of": "these_cases"}
