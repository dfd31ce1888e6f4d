"""One team's page."""

from __future__ import annotations

from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import plain_table, share_table
from qaf_lib.display.words import count_words
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing
from qaf_lib.pages.practice.sections import MEASURES


def headline(period: OpenPeriod, team_id: str) -> Section:
    """Which team, and how many open cases it has."""
    found, words = period.team(team_id), period.framework.words
    opened = f"{count_words(found.open_cases)} open {words.cases} at the end of the period."
    return Section([Passage([f"{found.name} ({found.service}): {opened}"], "lead")])


def grades(period: OpenPeriod, team_id: str) -> Section:
    """The team's share beside the whole, with the interval that says how little it can show."""
    found, words = period.team(team_id), period.framework.words
    band = period.framework.scale.headline.label
    if found.grades[found.grades["row_key"] == team_id].empty:
        return nothing(f"No {words.case} of this {words.team} was in the sample.")
    return Section(
        [
            share_table(
                found.grades,
                caption=f"{band.capitalize()}: this {words.team} and all {words.teams}",
                row_heading=words.team.capitalize(),
                labels={team_id: found.name, "all": f"all {words.teams}"},
                note="So small a sample says little: look at the interval before the share.",
            )
        ]
    )


def coverage(period: OpenPeriod, team_id: str) -> Section:
    """The team's coverage so far this year."""
    found = period.team(team_id)
    if found.coverage.empty:
        return nothing(f"No coverage is counted for this {period.framework.words.team}.")
    table = share_table(
        found.coverage,
        caption="Reached so far this year",
        row_heading="Coverage",
        measure_labels=MEASURES,
    )
    return Section([table])


def actions(period: OpenPeriod, team_id: str) -> Section:
    """The team's overdue actions."""
    found = period.team(team_id)
    if found.overdue.empty:
        return nothing(f"No action of this {period.framework.words.team} is overdue.")
    return Section(
        [
            plain_table(
                found.overdue.assign(status=found.overdue["status"].str.replace("_", " ")),
                table_id="team_actions_overdue",
                caption="Overdue actions",
                headings={
                    "title": "Action",
                    "owner_post": "Owner's post",
                    "due_on": "Due",
                    "days_overdue": "Days overdue",
                    "status": "Status",
                },
            ),
            Note("This page alerts nobody; speak to the owner."),
        ]
    )
