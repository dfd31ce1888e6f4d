"""What shows a duty beside its own records: rules counted elsewhere, answers, surveys, feedback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Literal

import pandas as pd

from qaf_lib.counting import DONE, IN_TIME, LIVE, DutyRequirement, SoFar, blocks_cleared, state_of, tally
from qaf_lib.display.words import count_words
from qaf_lib.frameworks import Duty, Framework
from qaf_lib.frameworks.duties import ACTION_RECORDS, ACTION_SOURCES, FEEDBACK_KINDS, OTHER_RECORDS
from qaf_lib.pages.actions.answers import SOURCE_WORDS, Actions, actions_of, with_news
from qaf_lib.pages.evidence.indicators import period_figures
from qaf_lib.pages.grades.how_audited import answers_that_count
from qaf_lib.pages.moderation.answers import moderated_by_month
from qaf_lib.pages.practice.answers import practice_of, states_of_concerns, states_of_moderation
from qaf_lib.pages.practice.census import census_of
from qaf_lib.pages.practice.coverage import CoverageCount, reached_of, trained_of
from qaf_lib.pages.practice.records import Record, learning_held, records_of_taking_part
from qaf_lib.pages.store import PeriodStore
from qaf_lib.pages.voice.answers import voice_of


def records_of(store: PeriodStore) -> dict[str, Record]:
    """Records of other kinds, by the names of `OTHER_RECORDS` that are not of actions."""
    found = store.in_period(store.table("good_practice"), "on")
    events = store.in_period(store.table("duty_event"), "held_on")
    checked = events.dropna(subset="signed_off")
    signed = int(checked["signed_off"].astype(bool).sum())
    watched = events[events["kind"] == "observation"]
    needed = watched[watched["learning_need"].fillna(False).astype(bool)]
    work = store.in_period(store.table("project"), "on")
    wanted = work[(work["block"] == "audit") & work["requested_by_post"].notna()]
    return {
        "good_practice": ("good practice found", len(found), int(found["shared_on"].notna().sum()), "shared"),
        "signed_off": (f"{checked_words(checked)} checked", len(checked), signed, "signed off"),
        "learning_needs": ("observations", len(watched), len(needed), "with a learning need"),
        "needs_discussed": (
            "learning needs seen",
            len(needed),
            int(needed["discussed_on"].notna().sum()),
            "talked over since",
        ),
        "worker_changes": _moved(store, "worker_id", f"changed {store.framework.words.worker}"),
        "team_changes": _moved(store, "team_id", f"changed {store.framework.words.team}"),
        "closures": _closures(store),
        "feedback_days": _feedback_days(store),
        "reports_considered": _considered(store, events),
        "audits_asked_for": (
            "audits asked for",
            len(wanted),
            int(wanted["reported_on"].notna().sum()),
            "reported",
        ),
        "court_papers": _court_papers(checked),
        "evaluations_weighed": _weighed(store),
        **records_of_taking_part(store),
    }


def checked_words(checked: pd.DataFrame) -> str:
    """What entries of the duty log with a sign-off are: visits, reports and assessments, or both."""
    visits = checked["kind"].eq("visit").fillna(False).astype(bool)
    if len(checked) and visits.all():
        return "visits"
    return "reports, assessments and visits" if visits.any() else "reports and assessments"


def _court_papers(checked: pd.DataFrame) -> Record:
    """Reports and statements for court that somebody checked, and those signed off."""
    own = checked[checked["report_type"].isin(["court report", "court statement"])]
    signed = int(own["signed_off"].astype(bool).sum())
    return ("court papers checked by any post", len(own), signed, "signed off")


def _weighed(store: PeriodStore) -> Record:
    """Evaluations on record that say what was spent or saved, and those of them that were decided on."""
    work = store.table("project")
    own = work[(work["block"] == "evaluation") & work[["cost", "saving"]].notna().any(axis=1)]
    label = "evaluations with what was spent or saved"
    return (label, len(own), int(own["decision"].notna().sum()), "decided on")


def _moved(store: PeriodStore, column: str, what: str) -> Record:
    """Cases in both caseloads that moved between the two, and those of them that an audit looked at."""
    both = store.opening.drop_duplicates("case_id").merge(
        store.closing.drop_duplicates("case_id"), on="case_id", suffixes=("", "_now")
    )
    both = both.dropna(subset=[column, f"{column}_now"])
    moved = both.loc[both[column] != both[f"{column}_now"], "case_id"]
    seen = int(moved.isin(store.audits_of_period["case_id"]).sum())
    return (f"{store.framework.words.cases} that {what} in the period", len(moved), seen, "audited")


def _feedback_days(store: PeriodStore) -> Record:
    """Audits of the period with feedback, and those that had it within the middle number of days."""
    audits = store.audits_of_period
    days = (audits["feedback_on"] - audits["audited_on"]).dropna().dt.days
    if days.empty:
        return ("audits with feedback", 0, 0, "in time")
    half = int(days.median())
    best = f"within {half} days, all in {int(days.max())}"
    return ("audits with feedback", len(days), int((days <= half).sum()), best)


def _considered(store: PeriodStore, events: pd.DataFrame) -> Record:
    """Reports of the period that the duty log holds, those of them that were talked over, and how soon."""
    written = [duty.duty_id for duty in store.framework.duties if duty.evidence == "report"]
    given = events[events["duty_id"].isin(written)]
    days = (given["discussed_on"] - given["held_on"]).dropna().dt.days
    soon = f", half within {int(days.median())} days, all in {int(days.max())}" if len(days) else ""
    return ("reports given", len(given), len(days), f"considered since{soon}")


def _closures(store: PeriodStore) -> Record:
    """Cases closed in the period, and those of them whose closing an audit asked about."""
    closed = store.in_period(store.table("closure"), "closed_on")["case_id"].drop_duplicates()
    tools = store.framework.tools
    asked = [one.question_id for tool in tools for one in tool.questions if one.at_closing]
    answers = answers_that_count(store)
    answers = answers[answers["question_id"].isin(asked)]
    cases = store.audits.loc[store.audits["audit_id"].isin(answers["audit_id"]), "case_id"]
    return ("cases closed", len(closed), int(closed.isin(cases).sum()), "asked about in an audit")


def action_records(found: Actions) -> dict[str, Record]:
    """Actions due, with news, blocked, drafted with staff, on how things work, and by their source."""
    ends, cleared, states = found.ends.set_index("row_key")["x"], found.cleared.iloc[0], found.states
    due = int(ends.sum() - ends["cancelled"])
    helped = states["staff_helped"].fillna(False).astype(bool)
    structural = states.loc[states["case_id"].isna(), "status"]
    agreed, evidence = int(states["board_agreed_on"].notna().sum()), states["source"].isin(_SHOW_NEEDS)
    routed = int((evidence & states["route"].notna()).sum())
    by_source = {name: states.loc[states["source"] == name, "status"] for name in ACTION_SOURCES}
    return {
        "actions_due": ("actions due", due, int(ends["done in time"]), "done in time"),
        "action_news": _news(found, "live actions", states),
        "structural_news": _news(found, "live actions on how things work", states[states["case_id"].isna()]),
        "agreed_by_board": ("actions on record", len(states), agreed, "agreed by leaders"),
        "learning_routes": (
            "actions from audits, observations, feedback and figures",
            int(evidence.sum()),
            routed,
            "with a route to learning",
        ),
        "obstacles": _cleared("actions that were blocked", cleared, _still_blocked(found)),
        "drafted_with_staff": ("actions on record", len(states), int(helped.sum()), "drafted with staff"),
        "structural_actions": (
            "actions on how things work",
            len(structural),
            int(structural.isin(DONE).sum()),
            "done",
        ),
        "guides_changed": _guides(states),
        **{
            name: (f"actions from {SOURCE_WORDS[name].lower()}", len(own), int(own.isin(DONE).sum()), "done")
            for name, own in by_source.items()
        },
    }


def _structural_obstacles(store: PeriodStore, states: pd.DataFrame) -> RuleState:
    """Actions on how things work that were ever blocked, and those of them that no longer are."""
    events, own = store.table("action_event"), states[states["case_id"].isna()]
    row = blocks_cleared(states=own, events=events, period=store.span, table_id="obstacles").iloc[0]
    return _record(*_cleared("actions on how things work that were blocked", row))


def _cleared(label: str, row: pd.Series, still: str = "") -> Record:
    """Actions that were ever blocked, those that no longer are, and how soon half of these were cleared."""
    soon = "" if pd.isna(row["estimate"]) else f", half within {row['estimate']:g} days"
    return (label, int(row["n"]), int(row["x"]), f"cleared{soon}{still}")


def _still_blocked(found: Actions) -> str:
    """How many actions stay blocked, and for how long half of them have been."""
    middle = found.blocked.set_index("measure").loc["median"]
    if middle["mark"]:
        return ""
    return f", and {count_words(middle['n'])} still blocked, half for {middle['estimate']:.0f} days or more"


def _guides(states: pd.DataFrame) -> Record:
    """Actions on a policy or guide, and where they came from."""
    own = states[states["route"] == "policy"]
    came = own["source"].map(SOURCE_WORDS).value_counts().sort_index()
    by = ", ".join(f"{source} {count_words(int(count))}" for source, count in came.items())
    label = f"actions on a policy or guide ({by})" if by else "actions on a policy or guide"
    return (label, len(own), int(own["status"].isin(DONE).sum()), "done")


def _news(found: Actions, label: str, states: pd.DataFrame) -> Record:
    """Live actions, and those with an entry of late beside the one that opened them."""
    live = states[states["status"].isin(LIVE)]
    best = f"with an entry in {found.ask_after} days, beside the one that opened it"
    return (label, len(live), int(with_news(found, live).sum()), best)


_SHOW_NEEDS = ("audit", "observation", "indicator", "complaint", "survey")
"""Sources of actions that show what staff need to learn."""
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
        ({question.question_id for tool in rules.tools for question in tool.questions}, _of_questions),
        ({*FEEDBACK_KINDS, *(form.name for form in rules.instruments)}, _of_feedback),
        (set(OTHER_RECORDS) - {*ACTION_RECORDS, "learning_held"}, _of_records),
        ({"learning_held"}, _of_learning),
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
        found["obstacles"] = _obstacles_of(store, duty.of_roles)
    return [found[name] for name in duty.shown_by]


def _obstacles_of(store: PeriodStore, posts: list[str]) -> RuleState:
    """Actions of these owners that were ever blocked, and those that no longer are."""
    states, events = actions_of(store).states, store.table("action_event")
    own = states[states["owner_post"].isin(posts)]
    row = blocks_cleared(states=own, events=events, period=store.span, table_id="obstacles").iloc[0]
    return _record(*_cleared(f"actions owned by {', '.join(posts)} that were blocked", row))


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
    for question in (question for tool in store.framework.tools for question in tool.questions):
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
    return found | {form.name: _came_in(form.label, int(by_form.get(form.name, 0))) for form in forms}


def _came_in(label: str, count: int) -> RuleState:
    return RuleState("feedback", label, None, count, "on record" if count else _NOTHING)


def _of_records(store: PeriodStore) -> dict[str, RuleState]:
    return {name: _record(*row) for name, row in records_of(store).items()}


def _of_learning(store: PeriodStore) -> dict[str, RuleState]:
    return {"learning_held": _record(*learning_held(store))}


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
        seen = _steps(store, found[status.eq(kind).fillna(False).astype(bool)])
        label = f"steps of telling worries ({kind.replace('_', ' ')})"
        beside[name] = _record(label, seen.expected or 0, seen.done or 0, "in time")
    return {"escalation": _steps(store, found), **beside}


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
    beside = {name: _record(*row) for name, row in action_records(found).items()}
    beside["structural_obstacles"] = _structural_obstacles(store, found.states)
    return {"action_plan": plan, **_of_actions_by_audit(store, found), **beside}
