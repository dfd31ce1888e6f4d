"""Every duty of the four frameworks: just met, just not met, and with nothing on record.

Small tables in memory go through the real framework files. A duty with a number is met by as many records as
it asks, and not by as many of which one lies a day outside; one without a number says whose its records are.
"""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from qaf_lib.analysis.spans import spans_of
from qaf_lib.dates import add_months, parse_period
from qaf_lib.frameworks import load_framework
from qaf_lib.parameters import load_parameters
from qaf_lib.period.duties import duties_of
from qaf_lib.period.store import PeriodStore
from qaf_lib.register import TABLES, typed

PARAMETERS = Path(__file__).parents[2] / "parameters"
NAMES = ("leeds", "portsmouth", "lincolnshire", "durham")
FRAMEWORKS = {name: load_framework(folder=PARAMETERS / "frameworks", name=name) for name in NAMES}
QUARTERS = [f"2026-27 Q{number}" for number in (1, 2, 3, 4)]
LONG_AGO = "2015-01-01"


QUESTIONS = {
    name: {question.question_id for tool in framework.tools for question in tool.questions}
    for name, framework in FRAMEWORKS.items()
}
COUNTED = {
    name: {rule.name for rule in [*framework.coverage, *framework.census_lists, *framework.follow_ups]}
    for name, framework in FRAMEWORKS.items()
}
TRAINED = {name: {rule.name for rule in framework.trained} for name, framework in FRAMEWORKS.items()}
"""What has tests of its own: training in test_trained_staff.py."""


@cache
def settings(name):
    return load_parameters(PARAMETERS / f"demo-{name}.yml")


@cache
def empty(name):
    return rows(name, [])


def rows(name, told):
    frame = pd.DataFrame(told).reindex(columns=TABLES[name].names())
    return typed(frame, TABLES[name].columns).assign(seq=range(len(frame)))


def of(framework, duty, label, **told):
    """The duty as the period's page has it, from these rows."""
    told = {"staff": people(framework, duty), "case": cases(framework), "team": [TEAM], **told}
    store = PeriodStore.in_memory(
        parameters=settings(framework.framework).model_copy(update={"period": label}),
        tables={name: rows(name, told[name]) if told.get(name) else empty(name) for name in TABLES}
        | {"survey_answer": empty("feedback")},
        facts={"opening": ["s"], "closing": ["s"], "records": ["s"]},
    )
    store.framework = framework.model_copy(update={"duties": [duty]})
    return duties_of(store).duties.iloc[0]


TEAM = {"snapshot_id": "s", "team_id": "T", "name": "Team", "service": "Service", "locality": "North"}


def people(framework, duty):
    """Two holders, one person it is done for, two people in each role that coverage reaches, and observers."""
    held = duty.roles[:1] if duty.evidence else []
    roles = {"h1": held, "h2": held, "s1": duty.subject_roles[:1]}
    for rule in framework.coverage:
        if rule.name in duty.shown_by:
            roles |= {"w1": rule.roles[:1], "w2": rule.roles[:1], "b1": rule.by_roles[:1]}
    if framework.moderation and "moderation" in duty.shown_by:
        roles["m1"] = framework.moderation.by_roles[:1]
    one = {"snapshot_id": "s", "team_id": "T", "service": "Service", "fte": 1.0, "started_on": LONG_AGO}
    if duty.newly_qualified:
        one["newly_qualified_until"] = "2030-01-01"
    return [{**one, "staff_id": who, "role": role[0]} for who, role in roles.items() if role]


def cases(framework):
    status = framework.eligibility.statuses[0]
    one = {"snapshot_id": "s", "team_id": "T", "service": "Service", "status": status, "opened_on": LONG_AGO}
    return [{**one, "case_id": f"c{at}", "worker_id": f"w{at}"} for at in (1, 2)]


def audits(kind, days, **columns):
    return [
        {"audit_id": f"a{at}", "audit_type": kind, "selection": "themed", "case_id": f"c{at % 2 + 1}",
         "audited_on": day, **columns}
        for at, day in enumerate(days)
    ]  # fmt: skip


def own_records(framework, duty, days, by="h1"):
    """Records of the duty's own on these days, all by one holder."""
    if duty.evidence == "audit":
        kind = (duty.audit_types or [framework.audit_types[0].name])[0]
        return {"audit": audits(kind, days, auditor_id=by, worker_id="s1", team_id="T")}
    if duty.evidence == "moderation":
        made = [
            {"moderation_id": f"m{at}", "audit_id": f"a{at}", "moderator_id": by, "moderated_on": day,
             "why": "random"}
            for at, day in enumerate(days)
        ]  # fmt: skip
        return {"audit": audits(framework.audit_types[0].name, days, auditor_id="x"), "moderation": made}
    event = {"kind": "report" if duty.evidence == "log" else duty.evidence, "duty_id": duty.duty_id}
    event |= {"by_id": by if duty.roles else None, "subject_id": "s1", "team_id": "T"}
    return {"duty_event": [{**event, "event_id": f"e{at}", "held_on": day} for at, day in enumerate(days)]}


def every(which):
    return [
        pytest.param(framework, duty, id=f"{name}-{duty.duty_id}")
        for name, framework in FRAMEWORKS.items()
        for duty in framework.duties
        if duty.same_as is None and which(framework, duty)
    ]


def due_in(framework, duty):
    """The first quarter of 2026-27 in which its spans end, and those spans."""
    _, often = framework.how_often(duty)
    for label in QUARTERS:
        period = parse_period(label)
        spans = spans_of(every=often, period=period, year=duty.year, due_month=duty.due_month)
        if all(span.due in period for span in spans):
            return label, spans
    raise AssertionError(f"{duty.duty_id} never falls due")


@pytest.mark.parametrize(
    ("framework", "duty"), every(lambda framework, duty: duty.evidence and framework.how_often(duty))
)
def test_a_duty_with_a_number_is_met_by_as_many_and_not_with_one_a_day_outside(framework, duty):
    times, _ = framework.how_often(duty)
    label, spans = due_in(framework, duty)
    one = duty.model_copy(update={"roles": duty.roles[:1]})
    days = [span.start + timedelta(days=at % 5) for span in spans for at in range(times)]
    outside = [*days[:-1], spans[0].start - timedelta(days=1)]
    # with one holder; the second is exempt all the while, which is said with who approved it
    exempt = {"staff_id": "h2", "starts_on": LONG_AGO, "approved_by_post": "Director", "exemption_id": "x"}
    for held, states in ((days, {"met"}), (outside, {"not met" if len(days) == 1 else "partly met"}),
                         ([], {"nothing on record"})):  # fmt: skip
        found = of(framework, one, label, exemption=[exempt], **own_records(framework, one, held))
        assert {found["state"]} == states
    assert found["holders"] == 1
    if duty.each == "post" and duty.roles:
        assert (found["exempt"], found["approved_by"]) == (1, "Director")


@pytest.mark.parametrize(
    ("framework", "duty"),
    every(
        lambda framework, duty: (
            duty.evidence
            and not framework.how_often(duty)
            and not COUNTED[framework.framework] & set(duty.shown_by)
        )
    ),
)
def test_a_duty_without_a_number_says_of_how_many_its_records_are_and_is_never_met(framework, duty):
    period = parse_period(QUARTERS[1])
    for day, said in ((period.start, ("on record", 1, 1)), (period.start - timedelta(days=1), NOTHING)):
        found = of(framework, duty, period.label, **own_records(framework, duty, [day]))
        assert (found["state"], found["events"], found["reached"]) == said
        assert found["holders"] == (2 if duty.each == "post" and duty.roles else 1)
    assert of(framework, duty, period.label)["state"] == "nothing on record"


NOTHING = ("nothing on record", 0, 0)


@pytest.mark.parametrize(
    ("framework", "duty"),
    every(lambda framework, duty: QUESTIONS[framework.framework] & set(duty.shown_by) and
          not framework.how_often(duty) and duty.evidence),
)  # fmt: skip
def test_answers_in_audits_put_a_duty_on_record(framework, duty):
    period = parse_period(QUARTERS[1])
    name = next(name for name in duty.shown_by if name in QUESTIONS[framework.framework])
    answers = [{"audit_id": "a0", "question_id": name, "answer": "met"}]
    for day, state in ((period.end, "on record"), (period.end + timedelta(days=1), "nothing on record")):
        found = of(framework, duty, period.label, audit=audits("other", [day]), answer=answers)
        assert (found["state"], found["events"]) == (state, 0)


@pytest.mark.parametrize(
    ("framework", "duty"),
    every(
        lambda framework, duty: (
            duty.evidence is None
            and not (QUESTIONS[framework.framework] | TRAINED[framework.framework]) & set(duty.shown_by)
        )
    ),
)
def test_a_duty_that_other_rules_count_is_met_and_just_not_met_as_they_are(framework, duty):
    label = year_s_end(framework, duty.shown_by[0])
    for short, state in ((False, {"met"}), (True, {"partly met", "not met"})):
        told = {}
        for name in duty.shown_by:
            for table, found in planted(framework, duty, name, parse_period(label), short).items():
                told[table] = [*told.get(table, []), *found]
        assert of(framework, duty, label, **told)["state"] in state
    nothing = of(framework, duty, label)["state"]
    assert nothing in ("nothing on record", "not due")


def year_s_end(framework, name):
    """The quarter in which a coverage rule's year ends, else any."""
    rule = next((rule for rule in framework.coverage if rule.name == name), None)
    return QUARTERS[2] if rule is not None and rule.year == "calendar" else QUARTERS[3]


def planted(framework, duty, name, period, short):
    """Records by which a rule is kept in a period, or by which it just is not."""
    for kind, plant in ((framework.coverage, covered), (framework.census_lists, looked_at),
                        (framework.follow_ups, followed_up), (framework.indicators, figure)):  # fmt: skip
        for rule in kind:
            if getattr(rule, "name", None) == name or getattr(rule, "indicator_id", None) == name:
                return plant(framework, rule, period, short)
    if name.startswith("report_"):
        day = period.start - timedelta(days=short)
        return {"duty_event": [{"event_id": name, "kind": "report", "duty_id": name, "held_on": day}]}
    plants = {"survey_target": surveyed, "escalation": told_of, "moderation": moderated, "action_plan": acted}
    return plants[name](framework, period, short) if name in plants else {}


def covered(framework, rule, period, short):
    days = [period.start + timedelta(days=at) for at in range(rule.times)]
    reached = [("w1", "c1", day) for day in days] + [("w2", "c2", day) for day in days]
    if short:
        # a day after the period, so that it is there and does not count
        reached[-1] = (*reached[-1][:2], period.end + timedelta(days=1))
    if rule.counts != "audit":
        event = {"kind": rule.counts, "by_id": "b1"}
        return {
            "duty_event": [
                {**event, "event_id": f"{rule.name}{at}", "subject_id": who, "held_on": day}
                for at, (who, _, day) in enumerate(reached)
            ]
        }
    kinds = [one.name for one in framework.audit_types if one.counts_towards_coverage]
    kind = (rule.audit_types or kinds)[0]
    made = [
        {"audit_id": f"{rule.name}{at}", "audit_type": kind, "selection": "themed", "case_id": case,
         "worker_id": who, "audited_on": day}
        for at, (who, case, day) in enumerate(reached)
    ]  # fmt: skip
    closed = [
        {"case_id": case, "closed_on": period.start, "team_id": "T", "kind": "closed"}
        for case in ("c1", "c2")
    ]
    return {"audit": made} | ({"closure": closed} if rule.of == "closures" else {})


def looked_at(framework, rule, period, short):
    months = rule.open_at_least_months or 24
    plan = {"snapshot_id": "s", "kind": rule.plan_kind, "previous": rule.previous_at_least or 0}
    plan |= {"started_on": add_months(period.end, -months - 1), "out_of_area": rule.out_of_area}
    if rule.ended_within_months:
        plan |= {"started_on": period.start, "ended_on": period.end}
    kept = audits(rule.looked_at_by, [period.end, period.end + timedelta(days=short)])
    return {"plan": [{**plan, "case_id": case} for case in ("c1", "c2")], "audit": kept}


def followed_up(framework, rule, period, short):
    kind = (rule.audit_types or [framework.audit_types[0].name])[0]
    first, last = audits(kind, [period.start, period.start])
    return {"audit": [first | {rule.event: period.end}, last | {rule.event: None if short else period.end}]}


def figure(framework, rule, period, short):
    kept = round(1000 * (rule.target or 0)) - short
    return {
        "indicator": [
            {
                "indicator_id": rule.indicator_id,
                "period": period.label,
                "numerator": kept,
                "denominator": 1000,
            }
        ]
    }


def surveyed(framework, period, short):
    closed = [{"case_id": f"k{at}", "closed_on": period.start, "kind": "closed"} for at in range(20)]
    wanted = round(20 * framework.survey_target.share_of_closed) - short
    came = [{"feedback_id": f"f{at}", "kind": "survey", "received_on": period.end} for at in range(wanted)]
    return {"closure": closed, "feedback": came}


def told_of(framework, period, short):
    found = f"{period.start}T09:00:00"
    late = date.fromordinal(period.start.toordinal() + short)
    return {
        "audit": audits("other", [period.start, period.start]),
        "escalation": [
            {"escalation_id": f"s{at}", "audit_id": f"a{at}", "tier": 1, "found_at": found, "told_at": f"{day}T10:00:00"}
            for at, day in enumerate((period.start, late))
        ],
    }  # fmt: skip


def moderated(framework, period, short):
    rule = framework.moderation
    days = [period.start] * (2 if rule.trigger_grades else 10)
    grade = (rule.trigger_grades or framework.scale.grades)[0]
    made = audits("case_file", days, auditor_id="x", overall_grade=grade, submitted_on=period.end)
    moderations = [
        {"moderation_id": f"m{at}", "audit_id": f"a{at}", "moderator_id": "m1", "why": "random",
         "moderated_on": period.start + timedelta(days=40)}
        for at in range(2 - short)
    ]  # fmt: skip
    return {"audit": made, "moderation": moderations}


def acted(framework, period, short):
    action = {"source": "audit", "title": "Act", "owner_post": "Post", "due_on": period.end}
    step = {"event_no": 1, "on": period.start, "status": "completed"}
    late = {"due_on": period.end - timedelta(days=1)} if short else {}
    return {
        "action": [{**action, "action_id": "1"}, {**action, "action_id": "2", **late}],
        "action_event": [
            {**step, "action_id": "1"}, {**step, "action_id": "2", "status": "open" if short else "completed"}
        ],
    }  # fmt: skip
