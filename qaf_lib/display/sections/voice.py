"""What families said."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, nothing, only
from qaf_lib.display.tables import count_table, share_table
from qaf_lib.display.words import count_words, percent
from qaf_lib.period import OpenPeriod

__all__ = ["complaints", "in_audits", "reach", "received", "themes"]

_NONE = "No feedback came with the records of this period."


def received(period: OpenPeriod) -> Section:
    """Feedback by kind and instrument."""
    if not period.voice.received:
        return nothing(_NONE)
    return Section(
        [
            count_table(
                period.voice.kinds,
                caption="Feedback received in the period",
                row_heading="Kind",
                note="Those who answer choose to: counts say nothing about families who did not.",
            )
        ]
    )


def reach(period: OpenPeriod) -> Section:
    """Surveys completed against the framework's target."""
    table, target = period.voice.reach, period.framework.survey_target
    if target is None:
        return nothing("The framework names no target for surveys.")
    done, wanted = only(table, "surveys"), only(table, "wanted")
    if done["mark"] or wanted["mark"]:
        return nothing("The number of surveys is too small to be shown.")
    met = "met" if done["x"] >= wanted["x"] else "not met"
    return Section(
        [
            Note(
                f"{target.label}: {count_words(int(done['x']))} surveys for {count_words(int(done['n']))} "
                "closed "
                f"{period.framework.words.cases}; {count_words(int(wanted['x']))} make "
                f"{percent(target.share_of_closed)}, so the target is {met}. A full count, so no interval."
            )
        ]
    )


def complaints(period: OpenPeriod) -> Section:
    """Complaints through their stages."""
    if not period.voice.received:
        return nothing(_NONE)
    return Section(
        [
            share_table(
                period.voice.complaints,
                caption="Complaints received in the period: how far they have come",
                row_heading="Stage reached",
            )
        ]
    )


def themes(period: OpenPeriod) -> Section:
    """Feedback by theme."""
    if not period.voice.received:
        return nothing(_NONE)
    return Section([count_table(period.voice.themes, caption="Feedback by theme", row_heading="Theme")])


def in_audits(period: OpenPeriod) -> Section:
    """How often workers and families took part in audits."""
    if period.voice.in_audits.empty:
        return nothing("The audits do not say whether workers or families took part.")
    return Section(
        [
            share_table(
                period.voice.in_audits,
                caption="Who took part in the period's audits",
                row_heading="Part taken",
            )
        ]
    )
