"""One team's page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from qaf_lib.display.passages import Note, target_sentence
from qaf_lib.display.tables import Table, plain_table, share_table
from qaf_lib.display.tables.table import records_of
from qaf_lib.display.words import are, count_of, count_words, long_date, percent
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing
from qaf_lib.pages.team.answers import Team

_FEW = 10
"""Graded audits from which a team has a share; of fewer there are counts alone."""

_SHOWN = 5
"""Actions that stand open, so that the page keeps to one side of paper."""

_NAMED = 2
"""Examples, or questions that stand level, that a sentence names."""

_YEAR = "_twelve_months"


def headline(period: OpenPeriod, team_id: str) -> Section:
    """How the team's audits came out, of the period and of twelve months, and how many actions wait."""
    found, words = period.team(team_id), period.framework.words
    waiting, late = len(found.actions), int(found.actions["overdue"].sum())
    overdue = f", {count_words(late)} overdue" if late else ""
    told = [
        _result(period, found),
        f"{are(waiting, 'action', 'actions')} to be done{overdue}.",
        f"{are(found.open_cases, f'open {words.case}', f'open {words.cases}')} at the period's end.",
    ]
    return Section([Note(" ".join(told), "lead")])


def _result(period: OpenPeriod, found: Team) -> str:
    """The team's counts of the period and of twelve months, and how the period's stands to a target."""
    words, band = period.framework.words, period.framework.scale.headline
    mine = found.grades[(found.grades["row_key"] == found.team_id) & (found.grades["measure"] == band.name)]
    counted, target = f"no random {words.audit} this period", ""
    if len(mine) and mine.iloc[0]["n"]:
        row = mine.iloc[0]
        few = ", too few to say much" if row["n"] < _FEW else ""
        counted = f"{count_of(int(row['x']), int(row['n']))} random {words.audits} this period{few}"
        target = target_sentence(period.framework, band.name, row)
    told = "; ".join([f"{band.label.capitalize()}: {counted}", *_over_twelve_months(period, found)])
    return f"{told}. {target}".rstrip()


def _over_twelve_months(period: OpenPeriod, found: Team) -> list[str]:
    rows = {str(row["measure"]): row for row in records_of(found.year)}
    if "share" not in rows:
        return []
    share, verdict, centre = (rows.get(name, rows["share"]) for name in ("share", "verdict", "centre"))
    told, teams = "over twelve months", period.framework.words.teams
    if share["n"] is None or share["n"] < _FEW:
        counted = f"fewer than {_FEW}" if share["n"] is None else count_of(share["x"], share["n"])
        return [f"{told} {counted}, too few to compare with other {teams}"]
    told += f" {count_of(share['x'], share['n'])} ({percent(share['estimate'])})"
    if verdict["mark"]:
        return [f"{told}; {verdict['method']}"]
    return [f"{told}, of all {teams} {percent(centre['estimate'])}: {verdict['method']}"]


def grades(period: OpenPeriod, team_id: str) -> Section:
    """The team's counts beside the whole, of the period and of twelve months; shares from ten audits."""
    found, words, band = period.team(team_id), period.framework.words, period.framework.scale.headline
    year = found.year[found.year["measure"].isin(["share", "centre"]) & found.year["estimate"].notna()]
    months = year.assign(row_key=year["row_key"] + _YEAR, measure=band.name, table_id="team_grades")
    every = pd.concat([found.grades, months.astype(found.grades.dtypes)], ignore_index=True)
    others = ~every["row_key"].isin([team_id, f"{team_id}{_YEAR}"])
    every = every[others | every["n"].gt(0)]
    if every.index.isin(others[others].index).all():
        return nothing(f"No random {words.audit} of this {words.team} has a grade.")
    few = ~others[every.index] & every["n"].lt(_FEW)
    every.loc[few, ["estimate", "low", "high"]] = pd.NA
    named = {team_id: found.name, "all": f"all {words.teams}"}
    table = share_table(
        every[every["row_key"] != f"all{_YEAR}"],
        caption=f"{band.label.capitalize()}: this {words.team} ({found.service}) and all {words.teams}",
        row_heading=words.team.capitalize(),
        labels=named | {f"{team_id}{_YEAR}": f"{found.name}, twelve months"},
        measure_labels={one.name: one.label for one in (band, period.framework.scale.concern)},
        note=f"Shares from {_FEW} graded {words.audits} on." if few.any() else "",
    )
    return Section([replace(table, records=tuple(records_of(every)))])


def strengths(period: OpenPeriod, team_id: str) -> Section:
    """What the team does well: its strongest question, good practice and compliments of twelve months."""
    found, words = period.team(team_id), period.framework.words
    labels, told = period.framework.questions(), []
    if 0 < len(found.best) <= _NAMED:
        best = " and ".join(
            f"{labels[row.question_id]} ({count_of(row.x, row.n)})" for row in found.best.itertuples()
        )
        band = period.framework.scale.headline.label
        told.append(f"Most often {band} in all {words.audits}: {best}.")
    if found.good_practice:
        titles = list(dict.fromkeys(found.good_practice))
        told.append(f"Good practice: {_first(titles)}.")
    if found.compliments:
        told.append(f"{are(found.compliments, 'compliment', 'compliments')} came in.")
    return Section([Note(" ".join(told))]) if told else Section([])


def _first(named: list[str]) -> str:
    """The first of some names, and how many more there are."""
    more = [f"{count_words(len(named) - _NAMED)} more"] if len(named) > _NAMED else []
    return "; ".join([*named[:_NAMED], *more])


def actions(period: OpenPeriod, team_id: str) -> Section:
    """The team's actions to be done, by due day: the first of them open, the others at a click."""
    found = period.team(team_id).actions
    if found.empty:
        return nothing(f"This {period.framework.words.team} has no action to be done.")
    first = _by_due_day(found.head(_SHOWN), "team_actions", "Actions to be done, by due day")
    if len(found) <= _SHOWN:
        return Section([first])
    later = _by_due_day(found[_SHOWN:], "team_actions_later", "Actions due after these")
    caption = f"{first.caption}: the first {_SHOWN} of {count_words(len(found))}"
    return Section([replace(first, caption=caption), replace(later, folded=True)])


def _by_due_day(listed: pd.DataFrame, table_id: str, caption: str) -> Table:
    due = [f"{long_date(row.due_on)}{_stands(row)}" for row in listed.itertuples()]
    table = plain_table(
        listed[["title", "owner_post"]].assign(due=due),
        table_id=table_id,
        caption=caption,
        headings={"title": "Action", "owner_post": "Owner"},
    )
    return replace(table, records=tuple(records_of(listed)))


def _stands(row: Any) -> str:
    """Whether an action is late, and whether it is blocked."""
    return (", late" if row.overdue else "") + (", blocked" if row.status == "blocked" else "")


def coverage(period: OpenPeriod, team_id: str) -> Section:
    """Who and what is not reached in full, each with the day by which it is asked, and a table of all."""
    found = period.team(team_id)
    if found.coverage.empty:
        return nothing(f"No coverage is counted for this {period.framework.words.team}.")
    records = records_of(found.coverage)
    so_far = {row["row_key"] for row in records if row["measure"] == "so_far"}
    asked = [
        (row, long_date(due))
        for row, due in zip(records, found.due, strict=True)
        if row["measure"] == "so_far" or row["row_key"] not in so_far
    ]
    table = Table(
        table_id="team_coverage",
        caption="Who and what was reached, and by when it is asked",
        headings=("What", "Asked by", "Reached", "Share"),
        rows=tuple(
            (str(row["row_key"]), due, count_of(row["x"], row["n"]), percent(row["estimate"]))
            for row, due in asked
        ),
        records=tuple(records),
        numeric=frozenset({2, 3}),
        folded=True,
    )
    return Section([Note(_to_reach(asked)), table])


def _to_reach(asked: list[tuple[dict[str, Any], str]]) -> str:
    """How many are reached in full, and of the others the one with the smallest share."""
    short = sorted(
        (row["estimate"], f"{row['row_key']} ({count_of(row['x'], row['n'])}, by {due})")
        for row, due in asked
        if row["x"] < row["n"]
    )
    full = len(asked) - len(short)
    groups = "group" if len(asked) == 1 else "groups"
    verb = "is" if 1 in (full, len(asked)) else "are"
    told = f"{count_of(full, len(asked))} {groups} {verb} reached in full."
    return f"{told} Furthest behind: {short[0][1]}." if short else told
