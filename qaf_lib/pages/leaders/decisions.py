"""What leaders are asked to decide: each with the finding it comes from, who is asked, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from qaf_lib.counting import TargetVerdict
from qaf_lib.display.passages import target_sentence, verdict_of
from qaf_lib.display.words import are, count_of, count_words, listed, share_words
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.practice.coverage import CoverageCount

AGREE = "to be agreed"
"""Who, or by when, where neither the framework nor the records say."""

_POSTS = 2


@dataclass(frozen=True)
class Decision:
    """One decision: `what` is asked, the finding it comes `of`, and the page that has its figures."""

    what: str
    of: str
    page: str
    who: str = AGREE
    by: str = AGREE


def decisions_of(period: OpenPeriod) -> list[Decision]:
    """What the period's figures ask leaders to decide, each from one finding."""
    return [
        *_weakest(period),
        *_off_target(period),
        *(asked for rule in period.practice.coverage if (asked := _hours(rule, period))),
        *_not_kept(period),
        *_late_actions(period),
        *_new_work(period),
        *_unseen_grades(period),
    ]


def judged(period: OpenPeriod, wanted: TargetVerdict) -> Iterator[tuple[str, str, pd.Series]]:
    """The name, the label and the row of each band that meets, or misses, its target beyond chance."""
    scale = period.framework.scale
    for found in period.grades[:1]:
        rows = {
            scale.headline.name: (scale.headline.label, found.headline.iloc[0]),
            scale.concern.name: (scale.concern.label, found.concern.iloc[0]),
        }
        for target in period.framework.targets:
            label, row = rows[target.band]
            if verdict_of(target, row) == wanted:
                yield target.band, label, row


def rules_not_kept(count: int) -> str:
    """How many rules, as the subject of a sentence."""
    return are(count, "rule of the framework is", "rules of the framework are")


def _weakest(period: OpenPeriod) -> list[Decision]:
    band, labels = period.framework.scale.headline.label, period.framework.questions()
    return [
        Decision(
            what=f"Name who leads the work on {labels[row['row_key']].lower()}, and when it is audited next",
            of=f"{share_words(row)} {band}, below the average of all questions",
            page="Grades",
        )
        for row in period.summary.weak[:1]
    ]


def _off_target(period: OpenPeriod) -> list[Decision]:
    return [
        Decision(
            what=f"Agree what brings the share that is {label} to its target",
            of=f"{share_words(row)}. {target_sentence(period.framework, name, row)}",
            page="Grades",
        )
        for name, label, row in judged(period, "missed")
    ]


def _hours(rule: CoverageCount, period: OpenPeriod) -> Decision | None:
    """What to decide where the auditors' hours do not reach what the year still asks, or are not known."""
    pace = rule.pace.set_index("measure") if len(rule.pace) else rule.pace
    if rule.counts != "audit" or "hours_needed" not in pace.index:
        return None
    needed, there = pace.loc["hours_needed", "estimate"], pace.loc["hours_there", "estimate"]
    if needed == 0 or (pd.notna(there) and there >= needed):
        return None
    have = (
        f"auditors have {count_words(round(there))}" if pd.notna(there) else "no auditor hours are recorded"
    )
    return Decision(
        what=f"Choose between more auditors, shorter {period.framework.words.audits} and a smaller aim",
        of=f"{rule.label}: what is left takes about {count_words(round(needed))} hours by the year's end; "
        f"{have}",
        page="Practice",
    )


def _not_kept(period: OpenPeriod) -> list[Decision]:
    counts = period.breaches.counts
    if counts.empty:
        return []
    return [
        Decision(
            what="Name who sees to it that what is missing is done, or put on record",
            of=f"{rules_not_kept(len(counts))} not on record as kept",
            page="Practice",
        )
    ]


def _late_actions(period: OpenPeriod) -> list[Decision]:
    if period.actions.states.empty:
        return []
    late = period.actions.summary.set_index("row_key").loc["overdue"]
    if not late["x"]:
        return []
    owners = period.actions.by_owner
    owners = owners[(owners["measure"] == "overdue") & (owners["x"] > 0)]
    most = owners.sort_values("x", ascending=False, kind="stable").head(_POSTS)
    named = ", ".join(f"{row.row_key} {count_words(int(row.x))}" for row in most.itertuples())
    return [
        Decision(
            what="Set new dates or owners for overdue actions",
            of=f"{count_of(int(late['x']), int(late['n']))} actions still to be done are overdue",
            page="Actions",
            who=f"the owners ({named}{' and others' if len(owners) > len(most) else ''})" if named else AGREE,
        )
    ]


def _new_work(period: OpenPeriod) -> list[Decision]:
    """New work that waits to be agreed, where the framework asks for it by an outline paper."""
    programme, work = period.framework.programme, period.store.table("project")
    waits = work[work["agreed_on"].isna()]
    if programme is None or not programme.outline or waits.empty:
        return []
    titles = "; ".join(sorted(waits["title"].astype("string").fillna("work without a reviewed title")))
    return [
        Decision(
            what=f"Decide whether to take on new work, {count_words(len(waits))} in all",
            of=titles,
            page="Programme",
        )
    ]


def _unseen_grades(period: OpenPeriod) -> list[Decision]:
    found, words = period.moderation, period.framework.words
    if not (found.moderated and found.unseen):
        return []
    return [
        Decision(
            what=f"Have moderators check a random share of the {words.audits} not yet checked",
            of=f"No {words.audit} graded {listed(found.unseen, 'or')} was picked at random to be checked",
            page="Moderation",
        )
    ]


def on_one_line(decision: Decision) -> str:
    """A decision as a sentence, for a list: what is asked, why, and who and by when where that is known."""
    return " ".join([f"{decision.what} ({decision.of.rstrip('.')}).", *said_of(decision)])


def said_of(decision: Decision) -> list[str]:
    """Who is asked, and by when, as sentences; what nobody has said yet is left out."""
    known = {"Who": decision.who, "By when": decision.by}
    return [f"{name}: {said}." for name, said in known.items() if said != AGREE]
