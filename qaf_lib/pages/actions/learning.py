"""The learning loop, and good practice as a register."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting import DONE, looked_again, theme_chain
from qaf_lib.dates import add_months
from qaf_lib.pages.actions.answers import ROUTES, actions_of
from qaf_lib.pages.evidence.indicators import indicators_of
from qaf_lib.pages.grades.how_audited import answers_that_count
from qaf_lib.pages.store import PeriodStore, once

FEWEST_IN_A_TEAM = 4
"""Graded answers of a team on a theme from which the team is named beside it."""

_NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class Learning:
    """What the period taught, by theme; result tables, all of them full counts.

    `themes` is what `theme_chain` gives. `checks` has the themes that are not in it, since checks without a
    grade alone ask about them: of so many answers of the period so many were the best. `routes` counts
    actions by theme, with a measure for each route to learning. `observations` counts the period's
    observations by theme: `held`, and of these `learning_need`, `consent`, `reflection`, `recorded` where
    that is said. `teams` has teams on themes by answers below the headline band (key "team: theme"), the
    highest share first. `research` lists research and evaluations with their theme, days, how many actions
    rest on each, and how many of these were raised `before` it was reported.
    """

    themes: pd.DataFrame
    checks: pd.DataFrame
    routes: pd.DataFrame
    observations: pd.DataFrame
    teams: pd.DataFrame
    research: pd.DataFrame


@once
def learning_of(store: PeriodStore) -> Learning:
    """What the period's findings led to."""
    answers = _graded_answers(store)
    of_period = answers[answers["audit_id"].isin(store.audits_of_period["audit_id"])]
    seen = store.in_period(store.table("duty_event"), "held_on")
    seen = seen[seen["kind"] == "observation"]
    states = actions_of(store).states
    named = [answers["theme"], states["theme"], seen["theme"]]
    themes = list(dict.fromkeys(theme for column in named for theme in column.dropna()))
    return Learning(
        themes=theme_chain(
            themes=themes,
            answers=of_period,
            band=store.framework.scale.headline.grades,
            observations=seen,
            complaints=_complaints(store),
            indicators=_indicators(store),
            actions=states,
            looked=looked_of(store),
            table_id="learning_themes",
        ),
        checks=_checks(store, themes),
        routes=_routes(states, themes),
        observations=_observations(seen),
        teams=_teams(store, of_period),
        research=_research(store),
    )


def _graded_answers(store: PeriodStore) -> pd.DataFrame:
    """Answers to the graded questions of all audits up to the end of the period.

    Columns `audit_id`, `question_id`, `theme` (the framework's) and `answer`.
    """
    graded = set(store.framework.questions())
    given = store.table("answer")[["audit_id", "question_id", "answer"]]
    given = given[given["question_id"].isin(graded) & given["audit_id"].isin(store.audits["audit_id"])]
    given = given[given["answer"].isin(store.framework.scale.grades)]
    themes = given["question_id"].map(store.framework.theme_of).astype("string")
    return given.assign(theme=themes).dropna(subset=["theme"]).reset_index(drop=True)


def _checks(store: PeriodStore, themes: list[str]) -> pd.DataFrame:
    """Themes that no grade, action or observation has, by the answers to their checks in the period."""
    checks = [q for q in store.framework.every_question if q.scale and q.theme]
    best = {q.question_id: q.scale[-1] for q in checks}
    theme_of = {q.question_id: q.theme for q in checks if q.theme not in themes}
    given = answers_that_count(store)
    given = given[given["audit_id"].isin(store.audits_of_period["audit_id"])]
    given = given.assign(theme=given["question_id"].map(theme_of), best=given["question_id"].map(best))
    return results_table(
        _row("learning_checks", str(theme), "met", int((part["answer"] == part["best"]).sum()), len(part))
        for theme, part in given.dropna(subset="theme").groupby("theme", sort=True)
    )


def _complaints(store: PeriodStore) -> pd.DataFrame:
    received = store.in_period(store.table("feedback"), "received_on")
    return received[received["kind"] == "complaint"]


def _indicators(store: PeriodStore) -> pd.DataFrame:
    """Indicators of the period with a target, by theme and whether it was met."""
    current = indicators_of(store).current
    judged = current[current["method"].isin(["met", "not met"])]
    themes = {rule.indicator_id: rule.theme for rule in store.framework.indicators}
    return pd.DataFrame(
        {"theme": judged["row_key"].map(themes).astype("string"), "met": judged["method"] == "met"}
    )


@once
def looked_of(store: PeriodStore) -> pd.DataFrame:
    """Finished actions that an audit looked at again, and whether their theme was better then.

    Columns `action_id`, `theme` and `change` ("better", "same", "worse").
    """
    states, answers = actions_of(store).states, _graded_answers(store)
    again = store.audits[["audit_id", "reaudit_of", "audited_on"]]
    links = store.table("reaudit_link")[["action_id", "audit_id"]].merge(again, on="audit_id")
    links = links.sort_values("audited_on").rename(columns={"audit_id": "after", "reaudit_of": "before"})
    done = states[states["status"].isin(DONE)].dropna(subset=["theme"])
    return looked_again(
        actions=done,
        links=links[["action_id", "before", "after"]],
        answers=answers,
        grades=store.framework.scale.grades,
    )


def _routes(states: pd.DataFrame, themes: list[str]) -> pd.DataFrame:
    counted = states.groupby(["theme", "route"]).size()
    return results_table(
        {
            "table_id": "learning_routes",
            "row_key": theme,
            "measure": route,
            "x": int(counted.get((theme, route), 0)),
            "method": "full count",
        }
        for theme in themes
        for route in ROUTES
    )


def _observations(seen: pd.DataFrame) -> pd.DataFrame:
    named = seen.assign(theme=seen["theme"].astype("string").fillna(_NOT_RECORDED))
    rows: list[dict[str, object]] = []
    for theme, part in named.groupby("theme", sort=True):
        common = {"table_id": "learning_observations", "row_key": str(theme), "method": "full count"}
        rows.append({**common, "measure": "held", "x": len(part)})
        for column in ("learning_need", "consent", "reflection", "recorded"):
            said = part[column].dropna().astype(bool)
            rows.append({**common, "measure": column, "x": int(said.sum()), "n": len(said)})
    return results_table(rows)


def _teams(store: PeriodStore, answers: pd.DataFrame) -> pd.DataFrame:
    """Teams on themes with enough answers, by the share below the headline band."""
    teams = store.audits_of_period.set_index("audit_id")["team_id"].dropna()
    good = store.framework.scale.headline.grades
    low = answers.assign(team=answers["audit_id"].map(teams), low=~answers["answer"].isin(good))
    sizes = low.groupby(["team", "theme"], as_index=False)["low"].agg(x="sum", n="size")
    shares = sizes.assign(share=sizes["x"] / sizes["n"])
    ordered = shares[shares["n"] >= FEWEST_IN_A_TEAM].sort_values(
        ["share", "n", "team", "theme"], ascending=[False, False, True, True]
    )
    return results_table(
        {
            "table_id": "learning_teams",
            "row_key": f"{store.team_names.get(str(row.team), str(row.team))}: {row.theme}",
            "measure": "low",
            "x": int(row.x),
            "n": int(row.n),
            "population": int(row.n),
            "estimate": float(row.share),
            "method": "full count of the period's audits",
            "speaks_of": "these_cases",
        }
        for row in ordered.itertuples()
    )


def _research(store: PeriodStore) -> pd.DataFrame:
    """Research and evaluations on record; the kind of work stands for a title that is not reviewed."""
    projects = store.table("project")
    found = projects[projects["block"].isin(["research", "evaluation"])]
    used = store.table("action")["project_id"].value_counts()
    states = actions_of(store).states
    told = states["project_id"].map(dict(zip(found["project_id"], found["reported_on"], strict=True)))
    first = (states["raised_on"] < pd.to_datetime(told)).fillna(False).astype(bool)
    before = states.loc[first, "project_id"].value_counts()
    listed = found.assign(
        title=found["title"].astype("string").fillna(found["block"]),
        actions=[int(used.get(project, 0)) for project in found["project_id"]],
        before=[int(before.get(project, 0)) for project in found["project_id"]],
    )
    columns = ["title", "block", "theme", "on", "reported_on", "actions", "before"]
    return listed.sort_values(["block", "title"])[columns].reset_index(drop=True)


_COMPLIMENT = "compliment"
_MONTHS = 12


@dataclass(frozen=True)
class GoodPractice:
    """Good practice of the last twelve months, compliments among it.

    `register` has a row per entry, the newest first: `title` (the theme where none is reviewed), `source`,
    `theme`, `by_post`, `on`, `shared_on`, `shared_with`. `compliments` are not in it one by one. `counts` is
    a result: by source, `x` shared of `n` found. `in_period` counts those found and those shared in the
    period. `from_champions` is how many champions brought.
    """

    register: pd.DataFrame
    counts: pd.DataFrame
    in_period: pd.DataFrame
    from_champions: int


@once
def good_practice_of(store: PeriodStore) -> GoodPractice:
    """The register of good practice, with compliments counted beside it."""
    first = pd.Timestamp(add_months(store.span.end, -_MONTHS))
    known = store.table("good_practice")
    kept = known[(known["on"] > first).fillna(False).astype(bool)]
    told = store.table("feedback")
    told = told[(told["kind"] == _COMPLIMENT) & (told["received_on"] > first).fillna(False).astype(bool)]
    columns = ["source", "on", "shared_on"]
    thanks = told.rename(columns={"received_on": "on"}).assign(source=_COMPLIMENT)
    every = pd.concat([part[columns] for part in (kept, thanks) if len(part)] or [kept[columns]])
    return GoodPractice(
        register=_register(kept),
        counts=_counts(every),
        in_period=_in_period(store, every),
        from_champions=int((kept["source"] == "champion").sum()),
    )


def _register(kept: pd.DataFrame) -> pd.DataFrame:
    theme = kept["theme"].astype("string").fillna("no theme recorded")
    shown = kept.assign(title=kept["title"].astype("string").fillna(theme))
    columns = ["title", "source", "theme", "by_post", "on", "shared_on", "shared_with"]
    return shown.sort_values(["on", "title"], ascending=[False, True])[columns].reset_index(drop=True)


def _row(table_id: str, name: str, measure: str, x: int, n: int | None) -> dict[str, object]:
    row: dict[str, object] = {"table_id": table_id, "row_key": name, "measure": measure, "x": x, "n": n}
    return row | {"population": n, "estimate": x / n if n else None, "method": "full count"}


def _counts(every: pd.DataFrame) -> pd.DataFrame:
    groups = [("all", every), *every.groupby("source", sort=True)]
    return results_table(
        {
            **_row("good_practice", str(name), "shared", int(part["shared_on"].notna().sum()), len(part)),
            "speaks_of": "these_cases",
            "mark": "" if len(part) else "z",
        }
        for name, part in groups
    )


def _in_period(store: PeriodStore, every: pd.DataFrame) -> pd.DataFrame:
    counts = {
        "found in the period": len(store.in_period(every, "on")),
        "shared in the period": len(store.in_period(every, "shared_on")),
        "not shared yet": int(every["shared_on"].isna().sum()),
    }
    return results_table(_row("good_practice_period", name, "count", x, None) for name, x in counts.items())
