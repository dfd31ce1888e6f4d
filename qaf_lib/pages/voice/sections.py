"""What families said."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from qaf_lib.counting import WAIT_BANDS
from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Column, count_table, share_table, wide_table
from qaf_lib.display.words import are, count_of, count_words, listed, long_date, percent
from qaf_lib.frameworks import Instrument
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing, only
from qaf_lib.pages.practice.sections import deadline_names

_NONE = "No feedback came with the records of this period."
_KINDS = ("survey", "complaint", "compliment", "comment")


def received(period: OpenPeriod) -> Section:
    """Feedback by kind and instrument."""
    if not period.voice.received:
        return nothing(_NONE)
    kinds = period.voice.kinds
    sums = kinds["x"].groupby(kinds["row_key"].str.split(":").str[0]).sum()
    told = listed([are(int(sums.get(kind, 0)), kind, f"{kind}s") for kind in _KINDS])
    return Section(
        [
            Note(f"{told} came in the period. Those who answer choose to.", "lead"),
            count_table(
                kinds,
                caption="Feedback received in the period",
                row_heading="Kind",
                labels={
                    f"survey: {form.name}": f"Survey: {form.label}" for form in period.framework.instruments
                },
                note=f"Counts say nothing about those who did not answer.{_letters(period)}",
            ),
        ]
    ).folded()


def _letters(period: OpenPeriod) -> str:
    """That comments hold letters of members of parliament, which no other page counts as comments."""
    came = period.store.in_period(period.store.table("feedback"), "received_on")
    letters = came["respondent"].eq("member of parliament") & came["kind"].eq("comment")
    count = int(letters.fillna(False).sum())
    return f" Letters of members of parliament among the comments: {count_words(count)}." if count else ""


def instruments(period: OpenPeriod) -> Section:
    """Completed surveys by the framework's instruments, with those that nobody answered."""
    table = period.voice.instruments
    if table.empty:
        return Section([])
    yearly = period.voice.yearly
    labels = {
        rule.name: f"{rule.label} (over twelve months)" if rule.name in yearly else rule.label
        for rule in period.framework.instruments
    }
    surveys = table[table["measure"] == "surveys"]
    silent = [labels.get(str(name), str(name)) for name in surveys.loc[surveys["x"] == 0, "row_key"]]
    nobody = f" Nobody answered: {'; '.join(silent)}." if silent else ""
    over = " (of yearly forms over twelve months)" if yearly else ""
    return Section(
        [
            Note(f"{are(int(surveys['x'].sum()), 'survey was', 'surveys were')} completed{over}.{nobody}"),
            wide_table(
                table,
                caption="Surveys completed, by form",
                row_heading="Form",
                columns=[
                    Column("Surveys", "surveys", "count"),
                    Column("With a score", "median_score", "cases"),
                    Column("Middle score", "median_score", "days"),
                ],
                labels=labels,
                note="Full counts. The framework's forms come first, also where nobody answered; a survey "
                "without a form's name is put down by who answered it. Scores are read as 0 to 10; these are "
                "given to a form as a whole, apart from the scores of its questions.",
            ),
        ]
    ).folded()


def items(period: OpenPeriod) -> Section:
    """How each question of each survey form was answered."""
    found = period.voice.items
    if not found:
        return Section([])
    forms = {form.name: form for form in period.framework.instruments}
    worst = {forms[name].label: _worst(table, forms[name]) for name, table in found.items()}
    told = "; ".join(f"{label}: {said}" for label, said in worst.items() if said)
    return Section(
        [
            *([Note(f"Most often scored below 6 of 10. {told}.")] if told else []),
            *(
                wide_table(
                    table,
                    caption=f"{forms[name].label}: answers by question",
                    row_heading="Question",
                    columns=[
                        Column("Answers", "answers", "count"),
                        Column("With a score", "median_score", "cases"),
                        Column("Middle score", "median_score", "days"),
                        Column("Scored below 6", "low", "count"),
                    ],
                    labels={item.name: item.label for item in forms[name].items},
                    note="Full counts of those who answered. Scores are read as 0 to 10, 10 is the best.",
                )
                for name, table in found.items()
            ),
        ]
    ).folded()


def _worst(table: pd.DataFrame, form: Instrument) -> str:
    """The question of a form with the largest share of scores below 6; empty where none was."""
    scored = table[table["measure"] == "median_score"].set_index("row_key")["n"]
    low = table[(table["measure"] == "low") & (table["x"] > 0)].set_index("row_key")["x"]
    if low.empty:
        return ""
    name = str((low / scored.reindex(low.index)).astype(float).idxmax())
    label = next((item.label for item in form.items if item.name == name), name)
    return f"{label} ({count_of(int(low[name]), int(scored[name]))})"


def told(period: OpenPeriod) -> Section:
    """Whether families were told the outcome of their complaint."""
    table = period.voice.told.set_index("row_key")
    if table["n"].eq(0).all():
        return Section([])
    since = {"period": "of this period", "year": f"since {long_date(period.voice.year_from)}"}
    said = [
        f"{count_words(int(table.loc[span, 'x']))} of {count_words(int(table.loc[span, 'n']))} {words}"
        for span, words in since.items()
        if table.loc[span, "n"]
    ]
    return Section(
        [
            Note(
                f"Of the complaints that were answered, {period.framework.words.families} have been told the "
                f"outcome of {', and of '.join(said)}. An outcome counts as told on the day that the records "
                "name."
            )
        ]
    )


def reach(period: OpenPeriod) -> Section:
    """Surveys completed against the framework's target."""
    table, target = period.voice.reach, period.framework.survey_target
    if target is None:
        return Section([])
    done, wanted, words = only(table, "surveys"), only(table, "wanted"), period.framework.words
    met = "met" if done["x"] >= wanted["x"] else "not met"
    return Section(
        [
            Note(
                f"{target.label}: {are(int(done['x']), 'survey', 'surveys')} for "
                f"{are(int(done['n']), f'closed {words.case}', f'closed {words.cases}')}; "
                f"{are(int(wanted['x']), 'makes', 'make')} "
                f"{percent(target.share_of_closed)}, so the target is {met}. A full count, so no interval."
                f"{_stepped(period)}"
            )
        ]
    )


def _stepped(period: OpenPeriod) -> str:
    """Cases that stepped up or down, which are no part of those closed; empty where there are none."""
    ended = period.store.in_period(period.store.table("closure"), "closed_on")["kind"]
    up, down = (int(ended.eq(kind).sum()) for kind in ("step_up", "step_down"))
    if not up + down:
        return ""
    return f" Beside the closed {count_words(up)} stepped up and {count_words(down)} stepped down."


def complaints(period: OpenPeriod) -> Section:
    """Complaints through their stages: those of the period beside the calendar year so far."""
    table = period.voice.stages
    if _none(table):
        return nothing("No complaint of this calendar year came with the records.")
    year = f"Since {long_date(period.voice.year_from)}"
    x = table.set_index(["measure", "row_key"])["x"].astype(int)
    told = " ".join(
        f"{words} {are(int(x[span, 'captured']), 'complaint', 'complaints')} came in; "
        f"{count_words(x[span, 'reported'])} of these have been reported on and "
        f"{count_words(x[span, 'closed'])} closed."
        for span, words in (("period", "This period"), ("year", year))
    )
    return Section(
        [
            Note(told),
            count_table(
                table,
                caption="Complaints: how far they have come, this period and the calendar year so far",
                row_heading="Stage reached",
                measure_labels={"period": "This period", "year": year},
                note="Full counts of complaints by the day they came in; a complaint counts at each stage "
                "that it reached. What a complaint says, and of whom, stays off every page.",
            ),
        ]
    ).folded()


def complaint_days(period: OpenPeriod) -> Section:
    """How long each step of a complaint took, and the framework's own deadline."""
    table = period.voice.stage_days
    if _none(table):
        return Section([])
    days = wide_table(
        table,
        caption="Complaints: calendar days from stage to stage",
        row_heading="Step",
        columns=[
            Column("This period", "period_median", "cases"),
            Column("Median days", "period_median", "days"),
            Column("Longest", "period_longest", "days"),
            Column("Calendar year so far", "year_median", "cases"),
            Column("Median days", "year_median", "days"),
            Column("Longest", "year_longest", "days"),
        ],
        note="Complaints with both days known. Full counts, so without intervals.",
    )
    return Section(
        [
            *_answered(period),
            replace(days, folded=True),
            *_out_of_order(period),
            *_deadline(period),
        ]
    )


def _answered(period: OpenPeriod) -> list[object]:
    """How long complaints of the calendar year took to be reported on."""
    table = period.voice.stage_days.set_index(["row_key", "measure"])
    middle, longest = (table.loc[("received to reported", name)] for name in ("year_median", "year_longest"))
    if not middle["n"]:
        return []
    return [
        Note(
            f"Of {count_words(int(middle['n']))} complaints reported on since "
            f"{long_date(period.voice.year_from)} half were so within {middle['estimate']:g} days, the "
            f"last after {longest['estimate']:g}."
        )
    ]


def _out_of_order(period: OpenPeriod) -> list[object]:
    table = period.voice.stage_days
    wrong = table[(table["measure"] == "year_out_of_order") & table["x"].gt(0).fillna(False).astype(bool)]
    told = [f"{row['row_key']} ({count_words(row['x'])})" for row in wrong.to_dict("records")]
    return (
        [Note(f"Left out, because the later day is recorded as the earlier: {', '.join(told)}.")]
        if told
        else []
    )


def _deadline(period: OpenPeriod) -> list[object]:
    """The deadlines on feedback, as the practice page counts them."""
    of_feedback = [rule.name for rule in period.framework.deadlines if rule.of == "feedback"]
    if not of_feedback:
        return [Note("The framework names no number of days for answering a complaint.")]
    counted = period.practice.deadlines
    return [
        count_table(
            counted[counted["row_key"].isin(of_feedback)].assign(table_id="voice_complaint_deadline"),
            caption="Deadlines of the period's complaints, in England's working days",
            row_heading="Deadline",
            labels=deadline_names(period),
        )
    ]


def waits(period: OpenPeriod) -> Section:
    """Complaints not finished: what they wait for and for how long."""
    table = period.voice.waits
    if _none(table):
        return Section([])
    at = long_date(period.span.end)
    by_step = table.groupby("row_key", sort=False)["x"].sum()
    named = listed([f"{count_words(int(x))} for {step!s}" for step, x in by_step.items() if x])
    old = int(table.loc[table["measure"].isin(WAIT_BANDS[2:]), "x"].sum())
    return Section(
        [
            Note(
                f"{are(int(by_step.sum()), 'complaint is', 'complaints are')} not finished, "
                f"{count_words(old) if old else 'none'} of them more than 28 days old on {at}. "
                f"Waiting: {named}."
            ),
            count_table(
                table,
                caption=f"Complaints not finished at {at}, by days since they came in",
                row_heading="Waiting for",
                measure_labels={band: band.capitalize() for band in WAIT_BANDS},
                note="All complaints on record that were neither reported on nor closed. 14, 28 and 91 days "
                "are 10, 20 and 65 working days.",
            ),
        ]
    ).folded()


def _none(table: pd.DataFrame) -> bool:
    """Whether a result counts nothing at all."""
    return bool(table["n"].eq(0).all())


def themes(period: OpenPeriod) -> Section:
    """Feedback by theme."""
    if not period.voice.received:
        return Section([])
    table = period.voice.themes
    shown = count_table(table, caption="Feedback by theme", row_heading="Theme")
    complaints = table[table["measure"] == "complaint"].set_index("row_key")["x"]
    of_theme = complaints.drop("not recorded", errors="ignore")
    if of_theme.empty:
        return Section([shown])
    most = of_theme[of_theme == of_theme.max()]
    each = f"{count_of(int(most.iloc[0]), int(complaints.sum()))}{' each' if len(most) > 1 else ''}"
    return Section(
        [Note(f"Complaints are most often about {', '.join(most.index)}: {each}."), shown]
    ).folded()


def in_audits(period: OpenPeriod) -> Section:
    """How often workers and families took part in audits."""
    if period.voice.in_audits.empty:
        return nothing("The audits do not say who took part.")
    told = "; ".join(
        f"{row.row_key} in {count_of(int(row.x), int(row.n))}" for row in period.voice.in_audits.itertuples()
    )
    return Section(
        [
            Note(f"Of the period's audits {told}."),
            share_table(
                period.voice.in_audits,
                caption="Who took part in the period's audits",
                row_heading="Part taken",
                note="Part in the audit itself. What audits found of their part in the work is a question of "
                "its own, where the tool asks it: the page on grades.",
            ),
        ]
    ).folded()
