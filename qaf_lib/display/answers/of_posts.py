"""Answers about posts: who asked for audits on a theme, who made audits, who had them, who owns actions."""

from __future__ import annotations

import pandas as pd

from qaf_lib.analysis.actions import LIVE
from qaf_lib.caseload.labels import OTHER
from qaf_lib.display.answers.asked import Asked, are, named
from qaf_lib.display.words import count_of, count_words, long_date

__all__ = ["given_since", "made_by", "owners", "themes_asked"]


def _made(asked: Asked) -> pd.DataFrame:
    """Audits of the kinds that the heading names, or of all kinds where it names none."""
    made = asked.audits
    kinds = {kind.name for kind in asked.period.framework.audit_types} & set(asked.names)
    return made[made["audit_type"].isin(kinds)] if kinds else made


def themes_asked(asked: Asked) -> str | None:
    """For each theme of the named audits, the post that asked for work on it; a theme nobody asked for.

    Unknown themes stand as "other" in the records, so two of them need not be the same.
    """
    themes = sorted(set(_made(asked)["theme"].dropna()))
    work = asked.period.store.table("project")
    work = work[(work["block"] == "audit") & work["requested_by_post"].notna()]
    work = work[(work["on"] <= pd.Timestamp(asked.end)).fillna(False).astype(bool)]
    work = work[work["theme"].ne(OTHER).fillna(False).astype(bool)]
    by = {str(theme): part["requested_by_post"] for theme, part in work.groupby("theme")}
    told = [f"{theme}, {', '.join(sorted(set(by[theme])))}" for theme in themes if theme in by]
    silent = [theme for theme in themes if theme not in by]
    said = [f"Asked for, as the programme of work says: {'; '.join(told)}."] if told else []
    if silent:
        said.append(f"No record says that anybody asked for: {', '.join(silent)}.")
    return " ".join(said) or None


def made_by(asked: Asked) -> str | None:
    """Posts that made the named audits, and those that the duty log has under the named duties."""
    store, made = asked.period.store, _made(asked)
    duties = [duty for duty in asked.period.framework.duties if duty.duty_id in asked.names]
    logged = asked.table("duty_event", "held_on")
    told = []
    if len(made):
        posts = made["auditor_id"].map(store.role_of).astype("string").fillna("post not recorded")
        told.append(f"Made by: {named(posts, most=None)}.")
    for duty in duties:
        own = logged[logged["duty_id"] == duty.duty_id]
        if len(own):
            who = duty.as_post or ", ".join(duty.roles)
            told.append(f"In the duty log, {who}: {are(len(own), 'entry', 'entries')} ({duty.label}).")
    return " ".join(told) or None


def given_since(asked: Asked) -> str | None:
    """The last day on which the named duty gave audits to somebody, and what was made after that day."""
    logged = asked.table("duty_event", "held_on")
    duties = {duty.duty_id for duty in asked.period.framework.duties} & set(asked.names)
    if not duties:
        return None
    held = logged.loc[logged["duty_id"].isin(duties), "held_on"]
    if held.empty:
        return "No entry of the duty log says that it was given in the period."
    made, last = _made(asked), held.max()
    later = made[(made["audited_on"] > last).fillna(False).astype(bool)]
    labels = {kind.name: kind.label for kind in asked.period.framework.audit_types}
    words = f"Last given on {long_date(last)}, as the duty log says. "
    if later.empty:
        return f"{words}Nothing was audited after that day."
    after = are(len(later), "audit was", "audits were")
    return f"{words}{after} made after that day: {named(later['audit_type'].map(labels), most=None)}."


def owners(asked: Asked) -> str | None:
    """Of live actions how many have an owner, and how many two: the worker's and the manager's post."""
    live = asked.period.actions.states
    live = live[live["status"].isin(LIVE)]
    if live.empty:
        return None
    one, two = live["owner_post"].notna(), live["second_owner_post"].notna()
    return (
        f"{count_of(int(one.sum()), len(live))} actions still to be done have an owner, "
        f"{count_words(int((one & two).sum()))} of them two."
    )
