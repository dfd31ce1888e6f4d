"""The framework's duties by role: expected, done and so their state, each a full count."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.duties import Tally, duty_states, tally
from qaf_lib.analysis.duty_holders import Asked
from qaf_lib.analysis.results import results_table
from qaf_lib.frameworks import Duty
from qaf_lib.period.seen import Seen, seen_rules
from qaf_lib.period.store import PeriodStore

__all__ = ["Duties", "duties_of", "short_of"]

_OF_PEOPLE = ("supervision", "observation", "pdr")
_RECORD = ["on", "by_id", "by_post", "subject_id", "team_id"]


@dataclass(frozen=True)
class Duties:
    """Every duty of the framework in the period.

    `duties` has one row per duty: `duty_id`, `label`, `who` holds it, `each` (what one is expected of),
    `times` and `every` (missing where the framework gives no number), `state`, `due_on`, `same_as` and
    `counted_by` (the rule that counts it). `counts` is a result: of so many expected (n) so many done (x).
    `states` counts duties by who holds them and state; one that repeats another is counted once.
    """

    duties: pd.DataFrame
    counts: pd.DataFrame
    states: pd.DataFrame


def duties_of(store: PeriodStore) -> Duties:
    """Every duty counted in the period."""
    tallies = _tallies(store)
    rows = [_row(store, duty, tallies[duty.duty_id]) for duty in store.framework.duties]
    columns = [
        "duty_id",
        "label",
        "who",
        "each",
        "times",
        "every",
        "state",
        "due_on",
        "same_as",
        "counted_by",
    ]
    duties = pd.DataFrame(rows, columns=columns).astype({"times": "Int64"})
    duties["due_on"] = pd.to_datetime(duties["due_on"])
    counts = results_table(_count(duty_id, found) for duty_id, found in tallies.items())
    own = duties[duties["same_as"].isna()]
    return Duties(
        duties=duties,
        counts=counts,
        states=duty_states(duties=own, table_id="duties") if len(duties) else results_table([]),
    )


def short_of(store: PeriodStore) -> pd.DataFrame:
    """Of whom more was expected than was done, by duty and pseudonym; for restricted lists only."""
    tallies = _tallies(store)
    parts = [
        found.short.assign(duty_id=duty.duty_id, state=found.state)
        for duty in store.framework.duties
        if duty.same_as is None
        and isinstance(found := tallies[duty.duty_id], Tally)
        and found.state in ("partly met", "not met", "not due")
    ]
    wanted = ["duty_id", "state", "id", "expected", "done"]
    lists = [part for part in parts if len(part)]
    return pd.concat(lists, ignore_index=True)[wanted] if lists else pd.DataFrame(columns=wanted)


def _tallies(store: PeriodStore) -> dict[str, Tally | Seen]:
    """What was found of each duty; one that repeats another has the other's."""
    seen = seen_rules(store)
    teams = sorted(store.closing["team_id"].dropna().unique())
    found: dict[str, Tally | Seen] = {}
    for duty in store.framework.duties:
        if duty.see is not None:
            found[duty.duty_id] = seen[duty.see]
        elif duty.same_as is None:
            found[duty.duty_id] = tally(
                asked=_asked(store, duty),
                people=store.staff,
                teams=teams,
                records=_records(store, duty),
                period=store.span,
            )
    for duty in store.framework.duties:
        if duty.same_as is not None:
            found[duty.duty_id] = found[duty.same_as]
    return {duty.duty_id: found[duty.duty_id] for duty in store.framework.duties}


def _asked(store: PeriodStore, duty: Duty) -> Asked:
    times, every = store.framework.how_often(duty) or (None, None)
    return Asked(
        roles=tuple(duty.roles),
        each=duty.each,
        subject_roles=tuple(duty.subject_roles),
        times=times,
        every=every,
        year=duty.year,
        due_month=duty.due_month,
        pro_rata=duty.pro_rata,
        by_holders=duty.evidence in ("audit", "moderation"),
    )


def _records(store: PeriodStore, duty: Duty) -> pd.DataFrame:
    """Records of any time that could show the duty, as `tally` takes them."""
    if duty.evidence == "audit":
        audits = store.audits
        if duty.audit_types:
            audits = audits[audits["audit_type"].isin(duty.audit_types)]
        names = {"audited_on": "on", "auditor_id": "by_id", "worker_id": "subject_id"}
        return audits.rename(columns=names).assign(by_post=_missing(audits))[_RECORD]
    if duty.evidence == "moderation":
        made = store.table("moderation").merge(
            store.audits[["audit_id", "team_id", "worker_id"]], on="audit_id", how="left"
        )
        names = {"moderated_on": "on", "moderator_id": "by_id", "worker_id": "subject_id"}
        return made.rename(columns=names).assign(by_post=_missing(made))[_RECORD]
    events = store.table("duty_event").rename(columns={"held_on": "on"})
    own = events["duty_id"].eq(duty.duty_id).fillna(False).astype(bool)
    if duty.each == "subject" and duty.evidence in _OF_PEOPLE:
        own |= events["duty_id"].isna()
    if duty.evidence != "log":
        own &= events["kind"].eq(duty.evidence).fillna(False).astype(bool)
    return events[own][_RECORD]


def _missing(table: pd.DataFrame) -> pd.Series:
    return pd.Series(pd.NA, index=table.index, dtype="string")


def _row(store: PeriodStore, duty: Duty, found: Tally | Seen) -> dict[str, object]:
    times, every = store.framework.how_often(duty) or (None, None)
    return {
        "duty_id": duty.duty_id,
        "label": duty.label,
        "who": ", ".join(duty.roles) or duty.as_post,
        "each": duty.each,
        "times": times,
        "every": every,
        "state": found.state,
        "due_on": found.due_on if isinstance(found, Tally) else None,
        "same_as": duty.same_as,
        "counted_by": duty.see,
    }


def _count(duty_id: str, found: Tally | Seen) -> dict[str, object]:
    share = found.done / found.expected if found.expected and found.done is not None else None
    return {
        "table_id": "duties_done",
        "row_key": duty_id,
        "measure": "done",
        "x": found.done,
        "n": found.expected,
        "population": found.expected,
        "estimate": share,
        "method": "full count",
        "speaks_of": "these_cases",
    }
