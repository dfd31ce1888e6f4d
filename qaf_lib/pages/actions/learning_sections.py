"""What findings led to: themes, learning needs, research, and good practice shared."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Column, count_table, plain_table, share_table, wide_table
from qaf_lib.display.words import count_of, count_words
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.actions.answers import ROUTE_WORDS
from qaf_lib.pages.cover import Section, nothing

_LISTED = 12
_FOUND = ("low", "needs", "complaints", "missed")
_DONE_ABOUT = ("live", "done", "again", "better", "worse")
_WHERE_FOUND = {
    "all": "All",
    "audit": "Audit",
    "observation": "Observation of practice",
    "compliment": "Compliments",
    "survey": "Survey",
    "champion": "Champions",
    "young_inspectors": "Young inspectors",
    "inspection": "Inspection",
    "project": "Research or evaluation",
}


def themes(period: OpenPeriod) -> Section:
    """From finding to action to a second look, theme by theme, and the routes to learning."""
    found = period.learning
    if found.themes.empty:
        return nothing("No audit, observation or action of this period names a theme.")
    band = period.framework.scale.headline.label
    found_by = wide_table(
        _part(found.themes, _FOUND),
        caption="What was found, by theme",
        row_heading="Theme",
        columns=[
            Column(f"Answers not {band}", "low", "of"),
            Column("Observations with a learning need", "needs", "of"),
            Column("Complaints", "complaints", "count"),
            Column("Indicators missed", "missed", "of"),
        ],
        note="Findings of this period: full counts of these audits, observations and complaints. Answers are "
        "those that are graded.",
    )
    done_about = wide_table(
        _part(found.themes, _DONE_ABOUT),
        caption="What is done about it, and what a second look showed, by theme",
        row_heading="Theme",
        columns=[
            Column("Actions to be done", "live", "count"),
            Column("Actions done", "done", "count"),
            Column("Of these looked at again", "again", "count"),
            Column("Better then", "better", "of"),
            Column("Worse then", "worse", "of"),
        ],
        note="All actions on record. Better and worse compare the theme's answers of the audit before and "
        "after. What is looked at again because it was weak does better on average anyhow.",
    )
    lead = f"{_lead(found.themes)}{_second_look(found.themes)}{_of_checks(found.checks)}"
    return Section([Note(lead), found_by, done_about, *_routes(period)]).folded()


def _part(table: pd.DataFrame, measures: tuple[str, ...]) -> pd.DataFrame:
    """The rows of some measures, as a result of its own."""
    kept = table[table["measure"].isin(measures)]
    return kept.assign(table_id=kept["table_id"] + f"_{measures[0]}").astype({"table_id": "string"})


def _lead(table: pd.DataFrame) -> str:
    by = table.pivot_table(index="row_key", columns="measure", values="x", aggfunc="sum", observed=True)
    low = by["low"].astype("int64")
    most = [str(theme) for theme in low.index[low == low.max()]]
    idle = by[(by["low"] > 0) & (by["live"] == 0)]
    if low.max() == 0:
        return "No answer on a theme was weak."
    asked = table[(table["measure"] == "low") & (table["row_key"] == most[0])]["n"].iloc[0]
    count = f"{count_words(int(low.max()))} each" if len(most) > 1 else count_of(int(low.max()), int(asked))
    told = f"Most weak answers are on {' and '.join(most)}: {count}."
    if len(idle):
        named = ", ".join(str(theme) for theme in idle.index)
        return f"{told} No action still to be done is about {named}."
    return f"{told} Every theme with weak graded answers has an action still to be done."


def _second_look(table: pd.DataFrame) -> str:
    """Whether themes of finished actions were better when an audit looked again."""
    again, better, worse = (
        int(table.loc[table["measure"] == name, "x"].sum()) for name in ("again", "better", "worse")
    )
    if not again:
        return ""
    return (
        f" {count_words(again)} finished actions were looked at again: their theme was better in "
        f"{count_words(better)} and worse in {count_words(worse)}."
    )


def _of_checks(table: pd.DataFrame) -> str:
    """Themes that checks without a grade alone ask about, and that no action on record has."""
    told = [f"{row.row_key} ({count_of(int(row.x), int(row.n))} met)" for row in table.itertuples()]
    return (
        f" Checks that are not graded ask about {', '.join(told)}; no action on record is about these."
        if told
        else ""
    )


def _routes(period: OpenPeriod) -> list[object]:
    table = period.learning.routes
    if table["x"].sum() == 0:
        return []
    return [
        count_table(
            table,
            caption="Actions by theme and route to learning",
            row_heading="Theme",
            measure_labels=ROUTE_WORDS,
            note="What training, coaching and guidance findings led to; all actions on record.",
        )
    ]


def problem_areas(period: OpenPeriod) -> Section:
    """Teams and themes with the largest share of answers below the headline band."""
    table, words = period.learning.teams, period.framework.words
    if table.empty:
        return nothing(f"No {words.team} has enough graded answers on a theme to be set beside the others.")
    band = period.framework.scale.headline.label
    most = int((table["estimate"] > 0.5).sum())
    return Section(
        [
            Note(
                f"In {count_of(most, len(table))} pairs of {words.team} and theme more than half of the "
                f"answers were not {band}. Few were audited in each, so chance alone puts some first."
            ),
            share_table(
                table.head(_LISTED),
                caption=f"Answers not {band}: the {min(_LISTED, len(table))} largest shares of "
                f"{len(table)} {words.teams} and themes",
                row_heading=f"{words.team.capitalize()} and theme",
            ),
        ]
    ).folded()


def observations(period: OpenPeriod) -> Section:
    """Observations of practice by theme: learning needs, consent, reflection, and what was written down."""
    table, words = period.learning.observations, period.framework.words
    if table.empty:
        return nothing("No observation was held in the period.")
    totals = table.groupby("measure")["x"].sum()
    told = (
        f"{count_words(int(totals['held']))} observations were held; "
        f"{count_words(int(totals['learning_need']))} showed a learning need, to be taken up in "
        "supervision and training."
    )
    shown = wide_table(
        table,
        caption="Observations of practice, by theme",
        row_heading="Theme",
        columns=[
            Column("Held", "held", "count"),
            Column("Learning need", "learning_need", "of"),
            Column(f"{words.family.capitalize()} agreed", "consent", "of"),
            Column(f"{words.worker.capitalize()} reflected on it", "reflection", "of"),
            Column("Written down", "recorded", "of"),
        ],
        note="Of those observations where it is recorded.",
    )
    return Section([Note(told), shown]).folded()


def research(period: OpenPeriod) -> Section:
    """Research and evaluations, and the actions that rest on them."""
    table = period.learning.research
    if table.empty:
        return nothing("No research and no evaluation is on record.")
    used = int((table["actions"] > 0).sum())
    return Section(
        [
            Note(f"{used} of {len(table)} pieces of research and evaluation stand behind an action."),
            plain_table(
                table,
                table_id="learning_research",
                caption="Research and evaluations, and the actions that rest on them",
                headings={
                    "title": "Work",
                    "block": "Kind",
                    "theme": "Theme",
                    "on": "Date",
                    "reported_on": "Reported",
                    "actions": "Actions",
                    "before": "Of these raised before it was reported",
                },
                missing="–",
            ),
        ]
    ).folded()


def good_practice(period: OpenPeriod) -> Section:
    """Good practice found, with whom it was shared, and what is not shared yet."""
    found = period.good_practice
    if found.counts["n"].eq(0).all():
        return nothing("No good practice and no compliment is on record for the last twelve months.")
    whole = found.counts.iloc[0]
    left = int(whole["n"]) - int(whole["x"])
    brought = f", {count_words(found.from_champions)} of them from champions" if found.from_champions else ""
    told = (
        f"{count_words(int(whole['n']))} examples of good practice and compliments came in over twelve "
        f"months{brought}; {count_words(left)} have not been shared yet."
    )
    return Section(
        [
            Note(told),
            share_table(
                found.counts,
                caption="Good practice of twelve months: found and shared",
                row_heading="Where found",
                labels=_WHERE_FOUND,
                measure_labels={"shared": "Shared"},
            ),
            count_table(
                found.in_period, caption="Good practice and compliments in this period", row_heading="What"
            ),
            *_register(found.register),
        ]
    ).folded()


def _register(table: pd.DataFrame) -> list[object]:
    if table.empty:
        return []
    listed = table.head(_LISTED)
    shown = listed.assign(source=listed["source"].map(_WHERE_FOUND))
    return [
        plain_table(
            shown,
            table_id="good_practice_register",
            caption="Register of good practice, the newest first",
            headings={
                "title": "What was found",
                "source": "Where",
                "theme": "Theme",
                "by_post": "Brought by",
                "on": "Found",
                "shared_on": "Shared",
                "shared_with": "With",
            },
            missing="not yet",
            note="A title stands here only once it is reviewed; the theme stands for one that is not.",
        )
    ]
