"""The state of duties that another rule of the framework already counts."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import pandas as pd

from qaf_lib.analysis.duties import state_of, tally
from qaf_lib.analysis.duty_holders import Asked
from qaf_lib.frameworks import Duty
from qaf_lib.period.actions import actions_of
from qaf_lib.period.census import census_of
from qaf_lib.period.coverage import Reached
from qaf_lib.period.followed_up import states_of_concerns, states_of_moderation
from qaf_lib.period.practice import practice_of
from qaf_lib.period.store import PeriodStore
from qaf_lib.period.voice import voice_of

__all__ = ["Seen", "seen_rules"]


@dataclass(frozen=True)
class Seen:
    """What a rule says of the duty that points to it: times expected, done of these, and the state."""

    expected: int | None
    done: int | None
    state: str


_NOTHING = Seen(None, None, "not evidenced")


def seen_rules(store: PeriodStore) -> dict[str, Seen]:
    """What each rule that a duty points to says, by the rule's name.

    Coverage whose year is not over is not due until it is complete; everything else is due in the period.
    """
    wanted = {duty.see: duty for duty in store.framework.duties if duty.see}
    if not wanted:
        return {}
    found = {**_of_practice(store), **_of_lists(store), **_of_indicators(store), **_of_reports(store, wanted)}
    if "survey_target" in wanted:
        found["survey_target"] = _of_surveys(store)
    if "escalation" in wanted:
        found["escalation"] = _of_escalations(store)
    if "moderation" in wanted:
        found["moderation"] = _of_moderation(store)
    if "action_plan" in wanted:
        found["action_plan"] = _of_actions(store)
    return {name: found.get(name, _NOTHING) for name in wanted}


def _seen(expected: int, done: int, *, due: bool = True, kept: bool = True) -> Seen:
    return Seen(expected, done, state_of(expected=expected, done=done, due=due, kept=kept))


def _of_practice(store: PeriodStore) -> dict[str, Seen]:
    practice = practice_of(store)
    found = {rule.name: _of_coverage(store, rule) for rule in practice.coverage}
    for gap in practice.gaps:
        row = gap.counts.set_index("measure").loc["within"]
        found[gap.name] = _seen(int(row["n"]), int(row["x"]), kept=gap.kept)
    for name, states in practice.deadlines.groupby("row_key"):
        counts = states.set_index("measure")["x"]
        due = int(counts.sum() - counts["not yet due"])
        found[str(name)] = _seen(due, int(counts["on time"]))
    for row in practice.follow_ups.itertuples():
        found[str(row.row_key)] = _seen(int(row.n), int(row.x), kept=bool(len(store.audits)))
    return found


def _of_coverage(store: PeriodStore, rule: Reached) -> Seen:
    everybody = rule.by_service.iloc[0]
    kept = len(store.audits) if rule.counts == "audit" else _events(store, rule.counts)
    return _seen(
        int(everybody["n"]),
        int(everybody["x"]),
        due=rule.months_left == 0 or rule.pace.empty,
        kept=bool(kept),
    )


def _events(store: PeriodStore, kind: str) -> int:
    return int((store.table("duty_event")["kind"] == kind).sum())


def _of_lists(store: PeriodStore) -> dict[str, Seen]:
    found = {}
    for listed in census_of(store):
        row = listed.counts.set_index("measure").loc["looked_at"]
        looked = 0 if pd.isna(row["x"]) else int(row["x"])
        found[listed.name] = _seen(int(row["n"]), looked, kept=row["mark"] != "x")
    return found


def _of_indicators(store: PeriodStore) -> dict[str, Seen]:
    """Met where the period's figure is as good as its target, or is there and has no target."""
    found = {}
    figures = store.table("indicator")
    figures = figures[(figures["period"] == store.span.label) & (figures["denominator"] > 0)]
    for rule in store.framework.indicators:
        own = figures[figures["indicator_id"] == rule.indicator_id]
        whole = own[own["team_id"].isna()]
        counted = whole if len(whole) else own
        if counted.empty:
            continue
        x, n = int(counted["numerator"].sum()), int(counted["denominator"].sum())
        target = rule.target if rule.target is not None else counted["target"].iloc[0]
        kept = pd.isna(target) or (x / n >= target if rule.better == "higher" else x / n <= target)
        found[rule.indicator_id] = Seen(n, x, "met" if kept else "not met")
    return found


def _of_reports(store: PeriodStore, wanted: dict[str, Duty]) -> dict[str, Seen]:
    """Reports as the duty log shows them, under the report's name or the duty's."""
    events = store.table("duty_event").rename(columns={"held_on": "on"})
    found = {}
    for report in store.framework.reports:
        name = f"report_{report.name}"
        duty = wanted.get(name)
        if duty is None:
            continue
        written = events[events["duty_id"].isin([name, report.name, duty.duty_id])]
        asked = Asked(
            each="council", times=1 if report.every else None, every=report.every, due_month=report.due_month
        )
        counted = tally(asked=asked, people=store.staff, teams=[], records=written, period=store.span)
        found[name] = Seen(counted.expected, counted.done, counted.state)
    return found


def _of_surveys(store: PeriodStore) -> Seen:
    counts = voice_of(store).reach.set_index("measure")["x"]
    wanted = int(counts["wanted"])
    return _seen(wanted, min(int(counts["surveys"]), wanted), kept=bool(len(store.table("feedback"))))


def _of_escalations(store: PeriodStore) -> Seen:
    found = states_of_concerns(store)
    if found is None:
        return Seen(0, 0, "not due")
    states = found["state"]
    counted = states[~states.isin(["not yet due", "no rule for this step"])]
    return _seen(len(counted), int((counted == "told in time").sum()))


def _of_moderation(store: PeriodStore) -> Seen:
    """Audits whose grade asks for moderation, and the random share where the framework names one."""
    rule, found = store.framework.moderation, states_of_moderation(store)
    audits, moderations = store.audits_of_period, store.table("moderation")
    if rule is None or found is None or audits.empty:
        return Seen(0, 0, "not due")
    asked = found.loc[found["state"] != "not yet submitted", "state"]
    random = moderations[moderations["why"] == "random"]["audit_id"].drop_duplicates()
    wanted = ceil(rule.random_share * len(audits) - 1e-9)
    drawn = min(int(audits["audit_id"].isin(random).sum()), wanted)
    done = int((asked == "moderated in time").sum()) + drawn
    return _seen(len(asked) + wanted, done, kept=bool(len(moderations)))


def _of_actions(store: PeriodStore) -> Seen:
    """Actions due by the end of the period, and those of them that are not overdue."""
    states = actions_of(store).states
    due = states[(states["due_on"] <= pd.Timestamp(store.span.end)).fillna(False).astype(bool)]
    return _seen(len(due), int((~due["overdue"].astype(bool)).sum()), kept=bool(len(states)))
