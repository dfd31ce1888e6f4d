"""Change beside chance: every headline comparison at once, what luck gives, actions, teams on standards."""

from __future__ import annotations

import pandas as pd

from qaf_lib.display.charts.kinds import change_dots
from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Column, share_table, wide_table
from qaf_lib.display.words import are, count_of, count_words
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing, only
from qaf_lib.pages.reaudit import sections as reaudit
from qaf_lib.pages.reaudit.change import FEWEST_ANSWERS

_SHOWN = 10
_LEVEL = 0.05
_ACTIONS = {
    "better": "difference of the shares that are better",
    "moved_further": "chance that one with an action moved further up (half is no difference)",
    "same_start": "difference among those with the same first grade",
    "same_start_p": "probability of so large a difference by chance (van Elteren)",
}
_FORMS = {"better": "points", "same_start": "points", "same_start_p": "probability"}
_CAUTION = "Actions were not given by chance, so a difference is no proof that they worked."


def headline(period: OpenPeriod) -> Section:
    """The verdict, every headline change beside the others, and how likely each is by chance."""
    parts = list(reaudit.headline(period).parts)
    found = period.reaudit
    if found.comparisons.empty:
        return Section(parts)
    names = _names(period)
    parts += [
        change_dots(
            _changes(period),
            caption=f"Change of the share that is {period.framework.scale.headline.label}, in points",
            worthwhile=period.framework.worthwhile_change,
            labels=names,
        ),
        wide_table(
            found.comparisons,
            caption="Headline comparisons of this page and their probabilities by chance",
            row_heading="Comparison",
            columns=[
                Column("In all", "p", "cases"),
                Column("Alone", "p", "probability"),
                Column("Beside the others", "p_adjusted", "probability"),
            ],
            labels=names,
            note="A change is claimed where its interval does not reach 0 and its probability beside the "
            "others (Holm) is below 0.05.",
        ),
    ]
    return Section(parts).folded()


def _names(period: OpenPeriod) -> dict[str, str]:
    words = period.framework.words
    return {
        "independent": f"since {period.reaudit.independent_period}",
        "paired": f"same {words.cases} again",
        "chosen": f"chosen {words.cases}, beyond chance",
        "teams": f"lowest {words.teams}, beyond chance",
    }


def _changes(period: OpenPeriod) -> pd.DataFrame:
    """The change of each headline comparison, one row each."""
    found = period.reaudit
    tables = {
        "independent": (found.independent, "change"),
        "paired": (found.paired, "band_change"),
        "chosen": (found.second_look.change, "change_beyond"),
        "teams": (found.lowest_teams.change, "change_beyond"),
    }
    made = list(dict.fromkeys(found.comparisons["row_key"]))
    rows = [
        only(table, measure).to_frame().T.assign(row_key=name)
        for name, (table, measure) in tables.items()
        if name in made
    ]
    return pd.concat(rows, ignore_index=True)


def luck(period: OpenPeriod) -> Section:
    """Cases and teams that were chosen for standing low, and cases with actions, beside chance."""
    return Section(
        [
            *reaudit.chosen(period).parts,
            *reaudit.lowest_teams(period).parts,
            *actions(period).parts,
        ]
    )


def actions(period: OpenPeriod) -> Section:
    """Whether those with a completed action moved further up than the others."""
    found, words = period.change, period.framework.words
    asked = {
        f"a completed action for the {words.case}": found.actions_of_cases,
        f"a completed action for the {words.team}": found.actions_of_teams,
    }
    if all(table.empty for table in asked.values()):
        return nothing(f"No {words.case} was audited both before and after an action was completed.")
    parts: list[object] = []
    for told, table in asked.items():
        if table.empty:
            continue
        groups, between = table[table["row_key"] != "difference"], table[table["row_key"] == "difference"]
        caption = f"{words.cases.capitalize()} audited twice, by whether {told} came between"
        better = groups[groups["measure"] == "better"]
        shares = [f"{row.row_key} {count_of(int(row.x), int(row.n))}" for row in better.itertuples()]
        parts += [
            Note(
                f"Better grade the second time, by whether {told} came between: {', '.join(shares)}. "
                f"{_CAUTION}"
            ),
            share_table(
                groups,
                caption=caption,
                row_heading=words.cases.capitalize(),
                measure_labels={"better": "better grade", "worse": "worse grade"},
            ),
            share_table(
                between.assign(
                    row_key=between["measure"],
                    measure="value",
                    table_id=f"{table['table_id'].iloc[0]}_difference",
                ),
                caption=f"{caption}: with less without",
                row_heading="Measure",
                labels=_ACTIONS,
                formats=_FORMS,
            ),
        ]
    return Section(parts).folded()


def standards(period: OpenPeriod) -> Section:
    """Each team on each standard since the year before: how many hold, and the least likely by chance."""
    found, words = period.change, period.framework.words
    tests = found.standards[found.standards["measure"] == "p_adjusted"]
    shown = tests[tests["mark"] == ""]
    if shown.empty:
        return nothing(
            f"No {words.team} has {FEWEST_ANSWERS} answers to one question both in this period and in the "
            "year before it, so none is compared."
        )
    held = int((shown["estimate"] < _LEVEL).sum())
    first = shown.sort_values(["estimate", "row_key"])["row_key"].head(_SHOWN)
    told = are(held, "has", "have") if held else "none has"
    return Section(
        [
            Note(
                f"Of {count_words(len(shown))} pairs of {words.team} and question {told} clearly changed "
                f"since the year before. {count_words(found.standards_left_out)} pairs have fewer than "
                f"{FEWEST_ANSWERS} answers at one time or the other and are not compared."
            ),
            wide_table(
                found.standards[found.standards["row_key"].isin(first)],
                caption=f"{words.teams.capitalize()} on questions: the {len(first)} least likely by chance",
                row_heading=f"{words.team.capitalize()} and question",
                columns=[
                    Column("In all", "later_better", "cases"),
                    Column("Later better", "later_better", "share"),
                    Column("95% interval", "later_better", "interval"),
                    Column("Alone", "p", "probability"),
                    Column("Beside all", "p_adjusted", "probability"),
                ],
                labels=_labels(period, first),
                note="Later better: chance that a later answer is the better one, half being no difference. "
                "The last two columns are probabilities by chance (beside all: Benjamini-Hochberg).",
            ),
        ]
    ).folded()


def _labels(period: OpenPeriod, keys: pd.Series) -> dict[str, str]:
    asked = period.framework.questions()
    labels = {}
    for key in keys:
        team, _, question = str(key).partition(": ")
        labels[str(key)] = f"{period.team_names.get(team, team)}: {asked.get(question, question)}"
    return labels
