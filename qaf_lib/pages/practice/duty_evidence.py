"""What shows a duty beside its own records: rules counted elsewhere, answers, surveys, feedback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Literal

import pandas as pd

from qaf_lib.counting import DONE, IN_TIME, DutyRequirement, SoFar, state_of, tally
from qaf_lib.display.words import count_of
from qaf_lib.frameworks import Duty, Framework
from qaf_lib.frameworks.duties import ACTION_RECORDS, FEEDBACK_KINDS, OTHER_RECORDS
from qaf_lib.pages.actions.answers import Actions, actions_of
from qaf_lib.pages.evidence.indicators import period_figures
from qaf_lib.pages.grades.how_audited import answers_that_count
from qaf_lib.pages.moderation.answers import moderated_by_month
from qaf_lib.pages.practice.answers import practice_of, states_of_concerns, states_of_moderation
from qaf_lib.pages.practice.census import census_of
from qaf_lib.pages.practice.coverage import CoverageCount, reached_of, trained_of
from qaf_lib.pages.practice.records import action_records, obstacles, records_of
from qaf_lib.pages.store import PeriodStore
from qaf_lib.pages.voice.answers import voice_of

_NOTHING = "nothing on record"


@dataclass(frozen=True)
class RuleState:
    """What something that a duty names in `shown_by` says of it.

    A `rule` has times expected, done of these, and so a state; `so_far` while its year runs; `assumed` is
    the assumption its number rests on. Without a number (`expected` missing) it is something on record:
    audits that answered a `question` and of these `good` that answered `best` (a rule where the framework
    wants it of everybody); feedback that came in under
    an instrument or kind (`feedback`); the figure of an `indicator` without a target; a `record` of another
    kind, of which `good` are shared, signed off or done.
    """

    kind: Literal["rule", "question", "feedback", "indicator", "record"]
    label: str
    expected: int | None
    done: int | None
    state: str
    so_far: SoFar | None = None
    assumed: str | None = None
    good: int | None = None
    best: str | None = None


def seen_rules(store: PeriodStore) -> dict[str, RuleState]:
    """What each name that a duty gives in `shown_by` says, by name."""
    rules = store.framework
    wanted = {name for duty in rules.duties for name in duty.shown_by}
    practice = {rule.name for rule in rules.coverage} | {rule.name for rule in rules.longest_gaps}
    practice |= {rule.name for rule in rules.deadlines} | {rule.name for rule in rules.follow_ups}
    of: list[tuple[set[str], Callable[[PeriodStore], dict[str, RuleState]]]] = [
        ({question.question_id for question in rules.every_question}, _of_questions),
        ({*FEEDBACK_KINDS, *(form.name for form in rules.instruments)}, _of_feedback),
        (set(OTHER_RECORDS) - set(ACTION_RECORDS), _of_records),
        (practice, _of_practice),
        ({rule.name for rule in rules.census_lists}, _of_lists),
        ({rule.name for rule in rules.trained}, _of_training),
        ({rule.indicator_id for rule in rules.indicators}, _of_indicators),
        ({f"report_{report.name}" for report in rules.reports}, _of_reports),
        ({"survey_target"}, _of_surveys),
        ({"escalation", *_concerns_of(rules)}, _of_escalations),
        ({"moderation"}, _of_moderation),
        ({"action_plan", *_actions_of(rules), *ACTION_RECORDS}, _of_actions),
    ]
    found = {name: _rule(None, None, _NOTHING) for name in wanted}
    for names, say in of:
        if names & wanted:
            found |= say(store)
    return {name: found[name] for name in sorted(wanted)}


def seen_of_roles(store: PeriodStore, duty: Duty, seen: dict[str, RuleState]) -> list[RuleState]:
    """What shows a duty, in order: where it has `of_roles` coverage and obstacles of these posts alone."""
    rules = {rule.name: rule for rule in store.framework.coverage if duty.of_roles and len(store.staff)}
    found = seen | {
        name: _of_coverage(
            store,
            reached_of(store, rules[name], roles=duty.of_roles, newly_qualified=duty.newly_qualified),
        )
        for name in duty.shown_by
        if name in rules
    }
    if duty.of_roles and "obstacles" in duty.shown_by:
        states = actions_of(store).states
        label = f"actions owned by {', '.join(duty.of_roles)} that were blocked"
        owned = states[states["owner_post"].isin(duty.of_roles)]
        found["obstacles"] = _record(*obstacles(store, label, owned))
    return [found[name] for name in duty.shown_by]


def _rule(expected: int | None, done: int | None, state: str) -> RuleState:
    return RuleState("rule", "", expected, done, state)


def _seen(
    expected: int, done: int, *, kept: bool = True, under_way: SoFar | None = None, assumed: str | None = None
) -> RuleState:
    state = state_of(expected=expected, done=done, kept=kept, under_way=under_way)
    return RuleState("rule", "", expected, done, state, so_far=under_way, assumed=assumed)


def _of_questions(store: PeriodStore) -> dict[str, RuleState]:
    """Audits of the period that answered a question, and of these those that gave its best answer."""
    given = answers_that_count(store).merge(store.audits_of_period[["audit_id"]], on="audit_id")
    by_question = {str(name): group["answer"] for name, group in given.groupby("question_id")}
    band = store.framework.scale.headline
    found = {}
    for question in store.framework.every_question:
        own = by_question.get(question.question_id, given["answer"].iloc[:0])
        good = question.scale[-1:] or band.grades
        if question.of_everybody:
            found[question.question_id] = _seen(len(own), int(own.isin(good).sum()))
            continue
        found[question.question_id] = RuleState(
            "question",
            question.label,
            None,
            len(own),
            "on record" if len(own) else _NOTHING,
            good=int(own.isin(good).sum()),
            best=good[0] if question.answers else band.label,
        )
    return found


def _of_feedback(store: PeriodStore) -> dict[str, RuleState]:
    """Surveys by instrument, those of yearly forms over twelve months, and the period's feedback by kind.

    Letters of members of parliament are no comments of families.
    """
    feedback = store.in_period(store.table("feedback"), "received_on")
    forms = store.framework.instruments
    counts = voice_of(store).instruments
    by_form = counts[counts["measure"] == "surveys"].set_index("row_key")["x"]
    found = {kind: _came_in(f"{kind}s", int((feedback["kind"] == kind).sum())) for kind in FEEDBACK_KINDS}
    letters = feedback["respondent"].eq("member of parliament").fillna(False).astype(bool)
    found["comment"] = _came_in("comments", int((~letters & (feedback["kind"] == "comment")).sum()))
    complaints = feedback[feedback["kind"] == "complaint"]
    answered = int(complaints[["reported_on", "closed_on"]].notna().any(axis=1).sum())
    found["complaint"] = _record("complaints", len(complaints), answered, "answered")
    return found | {
        form.name: _came_in(f"completed forms ({form.label})", int(by_form.get(form.name, 0)))
        for form in forms
    }


def _came_in(label: str, count: int) -> RuleState:
    return RuleState("feedback", label, None, count, "on record" if count else _NOTHING)


def _of_records(store: PeriodStore) -> dict[str, RuleState]:
    return {name: _record(*row) for name, row in records_of(store).items()}


def _record(label: str, count: int, good: int, best: str) -> RuleState:
    return RuleState("record", label, None, count, "on record" if count else _NOTHING, good=good, best=best)


def _of_practice(store: PeriodStore) -> dict[str, RuleState]:
    practice = practice_of(store)
    found = {rule.name: _of_coverage(store, rule) for rule in practice.coverage}
    for gap in practice.gaps:
        row = gap.counts.set_index("measure").loc["within"]
        found[gap.name] = _seen(int(row["n"]), int(row["x"]), kept=gap.kept, assumed=gap.assumed)
    for name, states in practice.deadlines.groupby("row_key"):
        counts = states.set_index("measure")["x"]
        due = int(counts.sum() - counts["not yet due"])
        in_time = int(counts.reindex(IN_TIME).fillna(0).sum())
        found[str(name)] = _seen(due, in_time, assumed=practice.assumed.get(str(name)))
    for row in practice.follow_ups.itertuples():
        found[str(row.row_key)] = _seen(int(row.n), int(row.x), kept=bool(len(store.audits)))
    return found


def _of_coverage(store: PeriodStore, rule: CoverageCount) -> RuleState:
    everybody = rule.by_service.iloc[0]
    kept = len(store.audits) if rule.counts == "audit" else _events(store, rule.counts)
    return _seen(
        int(everybody["n"]),
        int(everybody["x"]),
        kept=bool(kept),
        under_way=rule.so_far,
        assumed=rule.assumed,
    )


def _events(store: PeriodStore, kind: str) -> int:
    return int((store.table("duty_event")["kind"] == kind).sum())


def _of_lists(store: PeriodStore) -> dict[str, RuleState]:
    found = {}
    for listed in census_of(store):
        row = listed.counts.set_index("measure").loc["looked_at"]
        looked = 0 if pd.isna(row["x"]) else int(row["x"])
        found[listed.name] = _seen(int(row["n"]), looked, kept=row["mark"] != "x")
    return found


def _of_training(store: PeriodStore) -> dict[str, RuleState]:
    """People who should have a training, and those of them who have had it."""
    found = {}
    for name, rows in trained_of(store).groupby("row_key"):
        counts = rows.set_index("measure")["x"]
        kept = bool(_events(store, "training"))
        found[str(name)] = _seen(int(counts["people"]), int(counts["trained"]), kept=kept)
    return found


def _of_indicators(store: PeriodStore) -> dict[str, RuleState]:
    """Met where the figure is as good as its target, of all also partly; without a target it is on record."""
    found, figures = {}, period_figures(store)
    for rule in store.framework.indicators:
        figure = figures.get(rule.indicator_id)
        if figure is None:
            continue
        if figure.target is None:
            beside = RuleState("indicator", rule.label, None, figure.n, "on record", good=figure.x)
            found[rule.indicator_id] = beside
            continue
        assumed = rule.assumed if rule.target is not None else None
        everybody = figure.target == 1 and rule.better == "higher"
        state = _seen(figure.n, figure.x, kept=True).state if everybody else figure.state
        found[rule.indicator_id] = RuleState("rule", rule.label, figure.n, figure.x, state, assumed=assumed)
    return found


def _of_reports(store: PeriodStore) -> dict[str, RuleState]:
    """Reports as the duty log shows them, under the report's name or that of a duty that it shows."""
    events = store.table("duty_event").rename(columns={"held_on": "on"})
    found = {}
    for report in store.framework.reports:
        name = f"report_{report.name}"
        duties = [duty.duty_id for duty in store.framework.duties if name in duty.shown_by]
        written = events[events["duty_id"].isin([name, report.name, *duties])]
        asked = DutyRequirement(
            each="council", times=1 if report.every else None, every=report.every, due_month=report.due_month
        )
        counted = tally(asked=asked, people=store.staff, teams=[], records=written, period=store.span)
        found[name] = RuleState(
            "rule", report.label, counted.expected, counted.done, counted.state, so_far=counted.so_far
        )
    return found


def _of_surveys(store: PeriodStore) -> dict[str, RuleState]:
    counts = voice_of(store).reach.set_index("measure")["x"]
    wanted = int(counts["wanted"])
    return {
        "survey_target": _seen(
            wanted, min(int(counts["surveys"]), wanted), kept=bool(len(store.table("feedback")))
        )
    }


def _concerns_of(rules: Framework) -> dict[str, str]:
    """Names of the rules on concerns about cases of one status, and the statuses."""
    return {f"escalation_of_{status}": status for status in rules.eligibility.statuses}


def _of_escalations(store: PeriodStore) -> dict[str, RuleState]:
    """Steps of telling that were due and those in time: of all concerns, and by status of the case.

    Those by status are on record beside a duty, and judge nobody: another post may have raised the concern.
    """
    found, kinds = states_of_concerns(store), _concerns_of(store.framework)
    if found is None:
        return dict.fromkeys(kinds, _record("", 0, 0, "")) | {"escalation": _rule(0, 0, "not due")}
    status = found["audit_id"].map(store.audits.set_index("audit_id")["case_id"]).map(store.status_of)
    beside = {}
    for name, kind in kinds.items():
        own = found[status.eq(kind).fillna(False).astype(bool)]
        seen = _steps(store, own)
        label = f"steps of telling worries ({kind.replace('_', ' ')})"
        beside[name] = _record(label, seen.expected or 0, seen.done or 0, f"in time{_by_step(store, own)}")
    return {"escalation": _steps(store, found), **beside}


def _by_step(store: PeriodStore, found: pd.DataFrame) -> str:
    """To whom the steps lead, and how many of those due at each were told in time."""
    told = []
    for tier in store.framework.escalation.tiers if store.framework.escalation else []:
        step = _steps(store, found[found["tier"] == tier.tier])
        if step.expected:
            told.append(f"{' and '.join(tier.posts)} {count_of(step.done or 0, step.expected)}")
    return f" ({', '.join(told)})" if told else ""


def _steps(store: PeriodStore, found: pd.DataFrame) -> RuleState:
    if found.empty:
        return _rule(0, 0, "not due")
    counted = found[~found["state"].isin(["not yet due", "no rule for this step"])]
    steps, ladder = set(counted["tier"]), store.framework.escalation
    readings = (
        [tier.assumed for tier in ladder.tiers if tier.assumed and tier.tier in steps] if ladder else []
    )
    in_time = int((counted["state"] == "told in time").sum())
    return _seen(len(counted), in_time, assumed=readings[0] if readings else None)


def _of_moderation(store: PeriodStore) -> dict[str, RuleState]:
    """Audits whose grade asks for moderation, and the random share, of the last month's where it says so."""
    rule, found = store.framework.moderation, states_of_moderation(store)
    audits, moderations = store.audits_of_period, store.table("moderation")
    if rule is None or found is None or audits.empty:
        return {"moderation": _rule(0, 0, "not due")}
    asked = found.loc[found["state"] != "not yet submitted", "state"]
    by_month = moderated_by_month(store)
    if len(by_month):
        wanted = int(by_month["wanted"].sum())
        drawn = int(by_month[["wanted", "drawn"]].min(axis=1).sum())
    else:
        random = moderations[moderations["why"] == "random"]["audit_id"].drop_duplicates()
        wanted = ceil(rule.random_share * len(audits) - 1e-9)
        drawn = min(int(audits["audit_id"].isin(random).sum()), wanted)
    done = int((asked == "moderated in time").sum()) + drawn
    return {"moderation": _seen(len(asked) + wanted, done, kept=bool(len(moderations)))}


def _actions_of(rules: Framework) -> dict[str, str]:
    """Names of the rules on actions that audits of one type led to, and the types."""
    return {f"actions_of_{kind.name}": kind.name for kind in rules.audit_types}


def _of_actions_by_audit(store: PeriodStore, found: Actions) -> dict[str, RuleState]:
    """The same of the actions that audits of each type led to."""
    states, kinds = found.states, store.audits.set_index("audit_id")["audit_type"].to_dict()
    of_kind = states["source_id"].map(kinds).astype("string")
    done = states["status"].isin(DONE) & (states["due_on"] <= pd.Timestamp(store.span.end))
    counted = {}
    for name, kind in _actions_of(store.framework).items():
        own = of_kind.eq(kind).fillna(False).astype(bool)
        ended, late = int((own & done).sum()), int((own & states["overdue"]).sum())
        counted[name] = _seen(ended + late, ended, kept=bool(len(states)))
    return counted


def _of_actions(store: PeriodStore) -> dict[str, RuleState]:
    """Actions due before the last day of the period and not cancelled, of these done; and other counts."""
    found = actions_of(store)
    ends = found.ends.set_index("row_key")["x"]
    done = int(ends["done in time"] + ends["done late"])
    plan = _seen(done + int(ends["not done"]), done, kept=bool(len(found.states)))
    beside = {name: _record(*row) for name, row in action_records(store).items()}
    return {"action_plan": plan, **_of_actions_by_audit(store, found), **beside}
