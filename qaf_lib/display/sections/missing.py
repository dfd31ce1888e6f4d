"""Drawn cases that did not come back, and what they could change."""

from __future__ import annotations

from qaf_lib.display.passages import Note, Passage
from qaf_lib.display.tables import share_table
from qaf_lib.display.words import interval_words, value_words
from qaf_lib.period import OpenPeriod
from qaf_lib.period.sample import Sample

__all__ = ["missing"]


def missing(period: OpenPeriod, sample: Sample) -> list[object]:
    """Who is missing by group, the share if all had come back, and the weighted one where asked for."""
    found, words = sample.nonresponse, period.framework.words
    if not found.missing:
        return [Note(f"{sample.label}: every drawn {words.case} has a grade; nothing is missing.")]
    if not sample.graded:
        return [Note(f"{sample.label}: no drawn {words.case} has a grade yet.")]
    parts: list[object] = [
        Passage(_words(period, sample)),
        share_table(
            found.rates,
            caption=f"{sample.label}: graded of drawn {words.cases}, by group",
            row_heading="Group",
            labels={**period.team_names, "all": "All groups"},
            note="A full count of what came back, not an estimate.",
        ),
    ]
    if len(found.weighted):
        within = {"team_id": words.team, "service": words.service, "status": "status"}[found.within]
        parts.append(
            share_table(
                found.weighted,
                caption=f"{sample.label}: {period.framework.scale.headline.label}, plain and weighted for "
                f"missing {words.cases}",
                row_heading="Estimate",
                labels={
                    "as they are": f"graded {words.cases} of a group stand for all of it",
                    "weighted": f"graded {words.cases} of a {within} stand for its missing ones",
                },
                note=f"Weighted by {within} within groups, as the parameters ask. It corrects as far as the "
                f"missing {words.cases} of a {within} are like its graded ones.",
            )
        )
    return parts


def _words(period: OpenPeriod, sample: Sample) -> list[str]:
    found, words = sample.nonresponse, period.framework.words
    extremes = found.extremes.iloc[0]
    lines = [f"{found.missing:,} of {sample.drawn:,} drawn {words.cases} have no grade."]
    if not extremes["mark"]:
        band, span = period.framework.scale.headline.label, interval_words(extremes["low"], extremes["high"])
        lines.append(
            f"However they would have been graded, the share {band}, now {value_words(extremes)}, would lie "
            f"within {span} before chance is counted."
        )
    return lines
