"""The counts that a page for partners is made from: rounded here, before anything is computed from them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.actions import DONE, LIVE, action_states
from qaf_lib.analysis.actions_age import raised_on
from qaf_lib.analysis.feedback_scores import read_scores
from qaf_lib.disclosure import Part, publishable, rounded
from qaf_lib.period.moderation_stages import standing_moderations
from qaf_lib.period.store import DrawView, PeriodStore

__all__ = [
    "AUDITED",
    "ENOUGH",
    "FEEDBACK",
    "NOT_AUDITED",
    "SharedCounts",
    "feedback_group",
    "grades_group",
    "question_group",
    "shared_counts",
]

ENOUGH = 25
"""Cases, by rounded counts, from which a share is published."""

FEEDBACK = ("survey", "complaint", "compliment", "comment")
SCORES = {"9 or 10": (9, 10), "7 or 8": (7, 8), "5 or 6": (5, 6), "0 to 4": (0, 4)}
STATES = {
    "still to be done": LIVE,
    "done": DONE,
    "cancelled": ("cancelled",),
}
OTHER = "Other"
AUDITED, NOT_AUDITED = "open cases audited", "open cases not audited"


@dataclass(frozen=True)
class SharedCounts:
    """Rounded counts by group and cell; no case, person or action is counted twice within a group.

    A group that is missing has too little in it, or would let a small true count be worked out: nothing
    tells which.
    """

    groups: dict[str, dict[str, int]]

    def of(self, group: str) -> dict[str, int]:
        """The cells of a group; none where it is not published."""
        return self.groups.get(group, {})


def shared_counts(store: PeriodStore) -> SharedCounts:
    """The counts of a period that may leave the council.

    Each is rounded where it is made. Two periods count different audits, feedback and actions, so that what
    the period before published stands in no sum with these counts.
    """
    every = {view.audit_type: _enough(_grades(store, view)) for view in _views(store)}
    views = [view for view in _views(store) if every[view.audit_type]]
    counted = {grades_group(view.audit_type): every[view.audit_type] for view in views}
    counted |= {name: {name: count} for name, count in _enough(_coverage(store)).items()}
    counted |= {feedback_group(kind): count for kind, count in _feedback(store).items()}
    counted["actions"] = _actions(store)
    for view in views:
        counted |= _questions(store, view)
    counted["moderation"] = _moderation(store, views)
    counted["scores"] = _enough(_scores(store))
    counted["themes"] = _themes(store)
    some = {group: cells for group, cells in counted.items() if sum(cells.values())}
    shown = publishable(some, *_sums(store, views))
    return SharedCounts({group: some[group] for group in shown})


def grades_group(audit_type: str) -> str:
    """The group that counts the grades of a kind of audit."""
    return f"grades of {audit_type}"


def question_group(audit_type: str, question_id: str) -> str:
    """The group that counts the answers to a question."""
    return f"{question_id} of {audit_type}"


def feedback_group(kind: str) -> str:
    """The group that counts one kind of feedback."""
    return f"feedback: {kind}"


def _views(store: PeriodStore) -> list[DrawView]:
    """Draws that estimates are made from."""
    return list({view.audit_type: view for view in reversed(store.estimating)}.values())[::-1]


def _sums(store: PeriodStore, views: list[DrawView]) -> tuple[list[Part], list[Part]]:
    """What a reader knows of the sums of groups, and what one may guess."""
    grades = {view.audit_type: (grades_group(view.audit_type),) for view in views}
    answered = [
        ((question_group(kind, question),), whole)
        for kind, whole in grades.items()
        for question in store.framework.questions()
    ]
    answered += [
        (("scores",), (feedback_group("survey"),)),
        (("themes",), ("actions",)),
    ]
    known = [Part(part, whole) for part, whole in answered]
    looked_at = Part(("moderation",), tuple(group for whole in grades.values() for group in whole))
    none_closed = [Part(whole, (AUDITED,)) for whole in grades.values()]
    return [*known, looked_at], none_closed + [Part(part, whole, exactly=True) for part, whole in answered]


def _enough(cells: dict[str, int]) -> dict[str, int]:
    return cells if sum(cells.values()) >= ENOUGH else {}


def _counts(column: pd.Series, names: list[str]) -> dict[str, int]:
    """How often each name stands in a column, rounded."""
    return {name: rounded(int((column == name).sum())) for name in names}


def _grades(store: PeriodStore, view: DrawView) -> dict[str, int]:
    return _counts(view.responses["grade"], store.framework.scale.grades[::-1])


def _graded(store: PeriodStore, view: DrawView) -> pd.Series:
    """Audits of the draw that have a grade: what answers and second looks are a part of."""
    return view.responses[view.responses["grade"].isin(store.framework.scale.grades)]["audit_id"]


def _questions(store: PeriodStore, view: DrawView) -> dict[str, dict[str, int]]:
    """Answers in the headline band and below it, of each question with enough of them."""
    scale, answers = store.framework.scale, store.table("answer")
    mine = answers[answers["audit_id"].isin(_graded(store, view)) & answers["answer"].isin(scale.grades)]
    found = {}
    for question in store.framework.questions():
        inside = mine[mine["question_id"] == question]["answer"].isin(scale.headline.grades)
        cells = {"in": rounded(int(inside.sum())), "out": rounded(int((~inside).sum()))}
        found[question_group(view.audit_type, question)] = _enough(cells)
    return found


def _moderation(store: PeriodStore, views: list[DrawView]) -> dict[str, int]:
    """The drawn audits that were looked at again: grades held and not, by the look that stands."""
    graded = [audit for view in views for audit in _graded(store, view)]
    looks = standing_moderations(store)
    latest = looks[looks["audit_id"].isin(graded)]
    kept = (latest["audit_grade"] == latest["moderated_grade"]).fillna(False).astype(bool)
    return {"kept": rounded(int(kept.sum())), "changed": rounded(int((~kept).sum()))}


def _coverage(store: PeriodStore) -> dict[str, int]:
    """Open cases at the period's end that were audited in it, and those that were not."""
    kinds = [kind.name for kind in store.framework.audit_types if kind.counts_towards_coverage]
    audits = store.audits_of_period[store.audits_of_period["audit_type"].isin(kinds)]
    cases = store.closing[store.closing["status"].isin(store.framework.eligibility.statuses)]
    seen = cases["case_id"].drop_duplicates().isin(audits["case_id"])
    return {AUDITED: rounded(int(seen.sum())), NOT_AUDITED: rounded(int((~seen).sum()))}


def _received(store: PeriodStore) -> pd.DataFrame:
    return store.in_period(store.table("feedback"), "received_on")


def _feedback(store: PeriodStore) -> dict[str, dict[str, int]]:
    kinds = _received(store)["kind"]
    return {kind: _counts(kinds, [kind]) for kind in FEEDBACK}


def _scores(store: PeriodStore) -> dict[str, int]:
    """Survey scores from 0 to 10 in bands."""
    received = _received(store)
    scores = read_scores(scores=received[received["kind"] == "survey"]["score"]).dropna()
    return {
        band: rounded(int(scores.round().between(low, high).sum())) for band, (low, high) in SCORES.items()
    }


def _raised(store: PeriodStore) -> pd.DataFrame:
    """Actions raised in the period, with their status at its end."""
    events, known = store.table("action_event"), store.table("action")
    dated = known.assign(raised_on=raised_on(actions=known, events=events))
    return action_states(actions=store.in_period(dated, "raised_on"), events=events, as_at=store.span.end)


def _actions(store: PeriodStore) -> dict[str, int]:
    status = _raised(store)["status"]
    return {state: rounded(int(status.isin(names).sum())) for state, names in STATES.items()}


def _themes(store: PeriodStore) -> dict[str, int]:
    """Actions by a theme of the framework's tools, else by its standard; any other words are `Other`.

    Every theme and standard has its cell: one that stood there only with an action would tell of it.
    """
    raised, framework = _raised(store), store.framework
    themes = {question.theme for tool in framework.tools for question in tool.questions if question.theme}
    standards = {standard.standard_id: standard.label for standard in framework.standards}
    by_theme = raised["theme"].where(raised["theme"].isin(themes))
    named = by_theme.fillna(raised["standard_id"].map(standards).astype("string"))
    typed = raised["theme"].notna() | raised["standard_id"].notna()
    return _counts(named.fillna(OTHER)[typed], [*sorted(themes | set(standards.values())), OTHER])
