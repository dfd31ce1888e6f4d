"""Every duty of the four frameworks: just met, just not met, and with nothing on record.

Small tables in memory go through the real framework files. A duty with a number is met by as many records as
it asks, and not by as many of which one lies a day outside; one without a number says whose its records are.
Duties whose records are their own are planted together, all of a framework that fall due in one quarter.
"""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from qaf_lib.counting import spans_of
from qaf_lib.dates import add_months, parse_period
from qaf_lib.frameworks import load_framework
from qaf_lib.pages.practice.duties import duties_of
from qaf_lib.pages.store import PeriodStore
from qaf_lib.parameters import load_parameters
from qaf_lib.register import TABLES, typed

PARAMETERS = Path(__file__).parents[2] / "parameters"
NAMES = ("leeds", "portsmouth", "lincolnshire", "durham")
FRAMEWORKS = {name: load_framework(folder=PARAMETERS / "frameworks", name=name) for name in NAMES}
QUARTERS = [f"2026-27 Q{number}" for number in (1, 2, 3, 4)]
PERIOD = parse_period(QUARTERS[1])
LONG_AGO = "2015-01-01"
TEAM = {"snapshot_id": "s", "team_id": "T", "name": "IFST team", "service": "Service", "locality": "North"}
NOT_ANSWERED = "not applicable"


def of_everybody(framework):
    """Questions whose best answer is wanted in every case, so that a duty is held against all."""
    return [one for tool in framework.tools for one in tool.questions if one.of_everybody]


def counted(framework):
    """Names of rules that count, with their numbers."""
    kinds = (framework.coverage, framework.longest_gaps, framework.deadlines, framework.follow_ups,
             framework.census_lists, framework.trained)  # fmt: skip
    named = {rule.name for kind in kinds for rule in kind}
    named |= {rule.indicator_id for rule in framework.indicators if rule.target is not None}
    named |= {f"report_{report.name}" for report in framework.reports}
    named |= {question.question_id for question in of_everybody(framework)}
    named |= {f"actions_of_{kind.name}" for kind in framework.audit_types}
    named |= {f"escalation_of_{status}" for status in framework.eligibility.statuses}
    return named | {"survey_target", "escalation", "moderation", "action_plan"}


COUNTED = {name: counted(framework) for name, framework in FRAMEWORKS.items()}


def has_a_number(name, duty):
    return bool(duty.evidence and FRAMEWORKS[name].how_often(duty))


def is_of_concerns(name, duty):
    return any(shown.startswith("escalation_of_") for shown in duty.shown_by)


def is_counted_by_rules(name, duty):
    if is_of_concerns(name, duty):
        return False
    if duty.evidence is None:
        return bool(COUNTED[name] & set(duty.shown_by))
    rules = COUNTED[name] & {shown for shown in duty.shown_by if not shown.startswith("report_")}
    return bool(rules) and not has_a_number(name, duty)


def has_no_number(name, duty):
    return bool(duty.evidence) and not has_a_number(name, duty) and not is_counted_by_rules(name, duty)


def is_shown_beside(name, duty):
    return bool(set(duty.shown_by) - COUNTED[name])


def all_of(which):
    return [
        (name, duty)
        for name, framework in FRAMEWORKS.items()
        for duty in framework.duties
        if duty.same_as is None and which(name, duty)
    ]


def every(which):
    return pytest.mark.parametrize(
        ("name", "duty"),
        [pytest.param(name, duty, id=f"{name}-{duty.duty_id}") for name, duty in all_of(which)],
    )


def test_every_duty_is_planted_below():
    ways = (has_a_number, has_no_number, is_counted_by_rules, is_shown_beside, is_of_concerns)
    assert all_of(lambda name, duty: not any(way(name, duty) for way in ways)) == []


@cache
def settings(name):
    return load_parameters(PARAMETERS / f"demo-{name}.yml")


@cache
def empty(name):
    return rows(name, [])


def rows(name, told):
    frame = pd.DataFrame(told).reindex(columns=TABLES[name].names())
    return typed(frame, TABLES[name].columns).assign(seq=range(len(frame)))


def found_of(name, asked, label, **told):
    """Duties as the period's pages have them, from these rows."""
    framework = FRAMEWORKS[name]
    told = {"staff": holders(asked), "case": cases(framework), "team": [TEAM], **told}
    store = PeriodStore.in_memory(
        parameters=settings(name).model_copy(update={"period": label}),
        tables={table: rows(table, told[table]) if told.get(table) else empty(table) for table in TABLES}
        | {"survey_answer": empty("feedback")},
        facts={"opening": ["s"], "closing": [told["case"][-1]["snapshot_id"]], "records": ["s"]},
    )
    store.framework = framework.model_copy(update={"duties": asked})
    return duties_of(store)


def states(found):
    return found.duties.set_index("duty_id")


def person(who, role, **columns):
    one = {"snapshot_id": "s", "team_id": "T", "service": "Service", "fte": 1.0, "started_on": LONG_AGO}
    return {**one, "newly_qualified_until": "2030-01-01", "staff_id": who, "role": role, **columns}


def people_in(asked):
    """How many people the tables have in each role: two of holders, one of those whom a duty is done for."""
    found = {role: 2 for duty in asked for role in duty.roles}
    return found | {role: 1 for duty in asked for role in duty.subject_roles}


def holders(asked):
    return [
        person(f"{role} {at}", role, can_audit=at == 0)
        for role, count in people_in(asked).items()
        for at in range(count)
    ]


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


def own_records(name, duty, days):
    """Records of the duty's own on these days, all by one holder and of one person."""
    by, whom = (f"{roles[0]} 0" if roles else None for roles in (duty.roles, duty.subject_roles))
    kinds = [kind.name for kind in FRAMEWORKS[name].audit_types]
    if duty.evidence == "audit":
        kind = (duty.audit_types or kinds)[0]
        made = audits(kind, days, auditor_id=by, worker_id=whom, team_id="T", worker_took_part=True)
        return {"audit": made}
    if duty.evidence == "moderation":
        made = [
            {"moderation_id": f"m{at}", "audit_id": f"a{at}", "moderator_id": by, "moderated_on": day,
             "why": "random"}
            for at, day in enumerate(days)
        ]  # fmt: skip
        return {"audit": audits(kinds[0], days, auditor_id="x"), "moderation": made}
    event = {"kind": "report" if duty.evidence == "log" else duty.evidence, "duty_id": duty.duty_id}
    event |= {"by_id": by, "subject_id": whom, "team_id": "T"}
    return {
        "duty_event": [
            {**event, "event_id": f"{duty.duty_id} {at}", "held_on": day} for at, day in enumerate(days)
        ]
    }


def together(name, duty, which):
    """The duties to plant with one: an audit may show several, so these are planted alone."""
    if duty.evidence in ("audit", "moderation"):
        return (duty.duty_id,)
    return tuple(
        one.duty_id for of, one in all_of(which) if of == name and one.evidence not in ("audit", "moderation")
    )


def with_records(name, asked, label, days_of, **told):
    for duty in asked:
        for table, found in own_records(name, duty, days_of(name, duty)).items():
            told[table] = [*told.get(table, []), *found]
    return states(found_of(name, asked, label, **told))


def due_in(name, duty):
    """The first quarter of 2026-27 in which its spans end, and those spans."""
    _, often = FRAMEWORKS[name].how_often(duty)
    for label in QUARTERS:
        period = parse_period(label)
        spans = spans_of(every=often, period=period, year=duty.year, due_month=duty.due_month)
        if all(span.due in period for span in spans):
            return label, spans
    raise AssertionError(f"{duty.duty_id} never falls due")


def enough(name, duty):
    times, _ = FRAMEWORKS[name].how_often(duty)
    return [span.start + timedelta(days=at % 5) for span in due_in(name, duty)[1] for at in range(times)]


def one_outside(name, duty):
    return [*enough(name, duty)[:-1], due_in(name, duty)[1][0].start - timedelta(days=1)]


def none(name, duty):
    return []


@cache
def with_numbers(name, duty_ids, label, days_of):
    """Duties due in a quarter, of one holder each; a second is exempt all the while, approved by a post."""
    asked = [
        duty.model_copy(update={"roles": duty.roles[:1], "subject_roles": duty.subject_roles[:1]})
        for duty in FRAMEWORKS[name].duties
        if duty.duty_id in duty_ids and due_in(name, duty)[0] == label
    ]
    exempt = [
        {"exemption_id": f"x{at}", "staff_id": one["staff_id"], "starts_on": LONG_AGO,
         "approved_by_post": "Director"}
        for at, one in enumerate(one for one in holders(asked) if one["staff_id"].endswith(" 1"))
    ]  # fmt: skip
    return with_records(name, asked, label, days_of, exemption=exempt)


@every(has_a_number)
def test_a_duty_with_a_number_is_met_by_as_many_and_not_with_one_a_day_outside(name, duty):
    label, days = due_in(name, duty)[0], enough(name, duty)
    planted = together(name, duty, has_a_number)
    for days_of, state in ((enough, "met"), (one_outside, "partly met" if len(days) > 1 else "not met"),
                           (none, "nothing on record")):  # fmt: skip
        found = with_numbers(name, planted, label, days_of).loc[duty.duty_id]
        assert (found["state"], found["holders"]) == (state, 1)
    if found["exempt"]:
        assert (found["exempt"], found["approved_by"]) == (1, "Director")


@cache
def without_numbers(name, duty_ids, day):
    asked = [duty for duty in FRAMEWORKS[name].duties if duty.duty_id in duty_ids]
    found = with_records(name, asked, PERIOD.label, lambda *_: [day] if day else [])
    return found, people_in(asked)


@every(has_no_number)
def test_a_duty_without_a_number_says_of_how_many_its_records_are_and_is_never_met(name, duty):
    planted, nothing = together(name, duty, has_no_number), ("nothing on record", 0, 0)
    before = PERIOD.start - timedelta(days=1)
    for day, said in ((PERIOD.start, ("on record", 1, 1)), (before, nothing), (None, nothing)):
        found, people = without_numbers(name, planted, day)
        own = found.loc[duty.duty_id]
        assert (own["state"], own["events"], own["reached"]) == said
        of_posts = duty.each == "post" and duty.roles
        assert own["holders"] == (sum(people[role] for role in duty.roles) if of_posts else 1)


_SAID = ("feedback_on", "worker_took_part", "family_feedback")
"""What an audit says beside its answers."""


def beside(name, day, best):
    """One record of everything that shows duties beside the log and the rules, on one day."""
    framework, kept = FRAMEWORKS[name], {"feedback_id": "f", "received_on": day}
    asked = {question.question_id: question for tool in framework.tools for question in tool.questions}
    named = {shown for duty in framework.duties for shown in duty.shown_by}
    reports = [one.duty_id for one in framework.duties if "reports_considered" in one.shown_by]
    feedback = [{**kept, "kind": kind} for kind in ("complaint", "compliment", "comment") if kind in named]
    feedback = [{**one, "closed_on": day if best else None} for one in feedback]
    forms = [form.name for form in framework.instruments if form.name in named]
    feedback += [{**kept, "kind": "survey", "instrument": form} for form in forms or ["other"]]
    given = [
        {
            "audit_id": "a0",
            "question_id": question_id,
            "answer": answer_to(framework, asked[question_id], best),
        }
        for question_id in asked
    ]
    done = {"status": "completed" if best else "open", "on": day, "event_no": 1}
    sources = [{"action_id": source, "source": source, "title": "Act", "owner_post": "Post",
                "due_on": day - timedelta(days=not best), "route": "policy"}
               for source in ("inspection", "incident_review", "scrutiny_panel", "board", "multi_agency", "observation")]  # fmt: skip
    owners = [post for one in framework.duties if "obstacles" in one.shown_by for post in one.of_roles]
    live = {"action_id": "live", "source": "audit", "title": "Act", "owner_post": (*owners, "Post")[0],
            "route": "training" if best else None}  # fmt: skip
    news = [{"action_id": "live", "event_no": at, "on": day, "status": status}
            for at, status in enumerate(("blocked", "in_progress" if best else "blocked"), start=1)]  # fmt: skip
    held = "learning_held" in named
    themes = {one: asked[one].theme for one in framework.questions() if asked[one].theme}
    earlier = audits("other", [PERIOD.start - timedelta(days=1)])
    before = [{**one, "audit_id": "b0"} for one in earlier] if held else []
    taught = [{**live, "action_id": "taught", "theme": theme, "route": "briefing"}
              for theme in [*themes.values()][:1] if held]  # fmt: skip
    return {
        "audit": [*audits("other", [day], feedback_on=day, reaudit_of="b0" if held else None, worker_took_part=best, family_feedback=best), *before],
        "answer": [*given, *({"audit_id": "b0", "question_id": one, "answer": answer_to(framework, asked[one], False)}
                             for one in themes if held)],
        "reaudit_link": [{"action_id": "taught", "audit_id": "a0"}] if taught else [],
        "feedback": [{**one, "feedback_id": f"f{at}"} for at, one in enumerate(feedback)],
        "good_practice": [{"practice_id": "g", "on": day, "shared_on": day if best else None}],
        "duty_event": [
            {"event_id": "e", "kind": "report", "held_on": day, "signed_off": best, "report_type": "court report"},
            {"event_id": "o", "kind": "observation", "held_on": day, "learning_need": best, "reflection": best},
            {"event_id": "t", "kind": "training", "held_on": day, "subject_id": "s", "by_id": "b" if best else None},
            {"event_id": "n", "kind": "observation", "held_on": day, "learning_need": True,
             "discussed_on": day if best else None},
            *({"event_id": "r", "kind": "report", "duty_id": one, "held_on": day,
               "discussed_on": day if best else None} for one in reports),
        ],
        "case": [*cases(framework), *(moved(framework) if day in PERIOD else [])],
        "closure": [{"case_id": "c1", "closed_on": day, "unit": framework.unit, "team_id": TEAM["team_id"], "kind": "closed"}],
        "project": [
            {"project_id": "p", "block": "audit", "title": "Audit", "on": day, "requested_by_post": "Post",
             "reported_on": day if best else None, "agreed_on": day if best else None, "partners_took_part": best},
            {"project_id": "v", "block": "evaluation", "title": "Evaluation", "on": day, "cost": 1,
             "decision": "look_again" if best else None},
        ] if day in PERIOD or not named & {"work_shared", "work_agreed"} else [],
        "indicator": [
            {"indicator_id": rule.indicator_id, "period": PERIOD.label if day in PERIOD else QUARTERS[2],
             "numerator": int(best), "denominator": 1}
            for rule in framework.indicators
            if rule.target is None
        ],
        "action": [*sources, live, *taught] if day in PERIOD else [],
        "action_event": [
            *({**done, "action_id": source["action_id"]} for source in sources if day in PERIOD),
            *(news if day in PERIOD else []),
            *({"action_id": one["action_id"], "event_no": 1, "on": day, "status": "completed"}
              for one in taught if day in PERIOD),
        ],
    }  # fmt: skip


def moved(framework):
    """The cases as the second caseload has them: the first with another worker and in another team."""
    first, *others = cases(framework)
    now = [{**first, "worker_id": "w9", "team_id": "U"}, *others]
    return [{**one, "snapshot_id": "e"} for one in now]


def answer_to(framework, question, best):
    """The question's best answer, or the one next to it."""
    scale, band = question.scale, framework.scale.headline.grades
    worse = [grade for grade in framework.scale.grades if grade not in band]
    return (scale or band)[-1] if best else scale[-2] if scale else worse[-1]


@cache
def shown_beside(name, day, best=True, answer=None):
    told = beside(name, day, best)
    if answer:
        told = {
            "audit": [{**one, **dict.fromkeys(_SAID)} for one in told["audit"]],
            "answer": [{**one, "answer": answer} for one in told["answer"]],
        }
    asked = [duty for of, duty in all_of(is_shown_beside) if of == name]
    return found_of(name, asked, PERIOD.label, **told)


@every(is_shown_beside)
def test_what_shows_a_duty_beside_its_records_counts_on_the_last_day_and_not_after(name, duty):
    names = set(duty.shown_by) - COUNTED[name]
    for best in (True, False):
        found = shown_beside(name, PERIOD.end, best)
        own = found.shown[found.shown["duty_id"] == duty.duty_id]
        assert len(own) == len(names)
        assert (own["n"] >= 1).all()
        one, several = own[own["n"] == 1], own[own["n"] > 1]
        # a closing that was asked about, feedback, or an action with news counts whatever was said
        told = {"cases closed", "live actions", "live actions on how things work", "audits with feedback"}
        told |= {label for label in own["label"] if " that changed " in label}
        assert set(one.loc[~one["label"].isin(told), "x"].dropna()) <= {int(best)}
        assert (several["x"].dropna() <= several["n"]).all()
        if not has_a_number(name, duty) and not is_counted_by_rules(name, duty):
            assert states(found).loc[duty.duty_id, "state"] == "on record"
    later = shown_beside(name, PERIOD.end + timedelta(days=1))
    for found in (later, shown_beside(name, PERIOD.end, answer=NOT_ANSWERED)):
        assert not found.shown["duty_id"].eq(duty.duty_id).any()
        silent = {"nothing on record", "not due"} | (
            {"not met"} if is_counted_by_rules(name, duty) else set()
        )
        assert states(found).loc[duty.duty_id, "state"] in silent


@cache
def by_rules(name, shown_by, of_roles, short):
    """Duties that the same rules count, where each rule is kept or just is not; None plants nothing."""
    framework = FRAMEWORKS[name]
    same = (shown_by, of_roles)
    asked = [duty for of, duty in all_of(lambda *_: True) if of == name and of_rules(duty) == same]
    label = year_s_end(framework, shown_by)
    reached = {role for rule in (*framework.coverage, *framework.trained)
               if rule.name in shown_by for role in rule.roles}  # fmt: skip
    held = [one for one in holders(asked) if one["role"] not in reached]
    told = {"staff": [*held, *people_of_rules(framework, shown_by, of_roles)]}
    for shown in shown_by if short is not None else ():
        for table, found in planted(framework, shown, parse_period(label), short).items():
            told[table] = [*told.get(table, []), *found]
    return states(found_of(name, asked, label, **told))


@every(is_counted_by_rules)
def test_a_duty_that_other_rules_count_is_met_and_just_not_met_as_they_are(name, duty):
    for short, said in ((False, {"met"}), (True, {"partly met", "not met"}),
                        (None, {"nothing on record", "not due"})):  # fmt: skip
        assert by_rules(name, *of_rules(duty), short).loc[duty.duty_id, "state"] in said


@every(is_of_concerns)
def test_steps_of_telling_of_some_cases_are_on_record_and_judge_no_post(name, duty):
    for short, said in ((False, "on record"), (True, "on record"), (None, "nothing on record")):
        assert by_rules(name, *of_rules(duty), short).loc[duty.duty_id, "state"] == said


def of_rules(duty):
    return tuple(duty.shown_by), tuple(duty.of_roles)


def people_of_rules(framework, shown_by, of_roles):
    """Two people in a role that each rule of coverage or training reaches, and whoever observes or moderates."""
    found = []
    for rule in (rule for rule in framework.coverage if rule.name in shown_by):
        found += [person(who, (of_roles or rule.roles)[0]) for who in ("w1", "w2") if rule.roles]
        found += [person("b1", rule.by_roles[0])] if rule.by_roles else []
    for rule in (rule for rule in framework.trained if rule.name in shown_by):
        role = (rule.roles or ["Auditor"])[0]
        found += [person(f"{rule.name}{at}", role, can_audit=True, can_moderate=True) for at in (1, 2)]
    if framework.moderation and "moderation" in shown_by:
        found += [person("m1", framework.moderation.by_roles[0])] if framework.moderation.by_roles else []
    return list({one["staff_id"]: one for one in found}.values())


def year_s_end(framework, shown_by):
    """The quarter in which a coverage rule's year ends, else any."""
    years = {rule.year for rule in framework.coverage if rule.name in shown_by}
    return QUARTERS[2] if years == {"calendar"} else QUARTERS[3]


def planted(framework, name, period, short):
    """Records by which a rule is kept in a period, or by which it just is not."""
    for kind, plant in ((framework.coverage, covered), (framework.census_lists, looked_at),
                        (framework.follow_ups, followed_up), (framework.indicators, figure),
                        (framework.trained, trained)):  # fmt: skip
        for rule in kind:
            if getattr(rule, "name", None) == name or getattr(rule, "indicator_id", None) == name:
                return plant(framework, rule, period, short)
    for question in of_everybody(framework):
        if question.question_id == name:
            return answered(framework, question, period, short)
    if name.startswith("report_"):
        day = period.start - timedelta(days=short)
        return {"duty_event": [{"event_id": name, "kind": "report", "duty_id": name, "held_on": day}]}
    if name.startswith("actions_of_"):
        found = acted(framework, period, short)
        named = [{**one, "source_id": "a0"} for one in found["action"]]
        return {**found, "audit": audits(name.removeprefix("actions_of_"), [period.start]), "action": named}
    if name.startswith("escalation_of_"):
        status = name.removeprefix("escalation_of_")
        found = [{**one, "status": status} for one in cases(framework)]
        return {**told_of(framework, period, short), "case": found}
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
        seen = [
            {"event_id": f"seen {who}", "kind": "observation", "subject_id": who, "held_on": period.start}
            for who in ("w1", "w2")
        ]
        held = [
            {**event, "event_id": f"{rule.name}{at}", "subject_id": who, "held_on": day}
            for at, (who, _, day) in enumerate(reached)
        ]
        return {"duty_event": held + seen * rule.after_observation}
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


def answered(framework, question, period, short):
    """Two audits with the best answer, or one of them with the next to it."""
    made = audits("other", [period.start, period.end])
    best = [True, not short]
    return {
        "audit": made,
        "answer": [
            {"audit_id": audit["audit_id"], "question_id": question.question_id,
             "answer": answer_to(framework, question, good)}
            for audit, good in zip(made, best, strict=True)
        ],
    }  # fmt: skip


def followed_up(framework, rule, period, short):
    kind = (rule.audit_types or [framework.audit_types[0].name])[0]
    first, last = audits(kind, [period.start, period.start])
    return {"audit": [first | {rule.event: period.end}, last | {rule.event: None if short else period.end}]}


def trained(framework, rule, period, short):
    """The second person's training on the last day that counts, or a day outside."""
    ages = rule.within_months
    day = (
        add_months(period.end, -ages) + timedelta(days=1 - short)
        if ages
        else period.end + timedelta(days=short)
    )
    held = {"kind": "training", "duty_id": rule.duty_id}
    return {
        "duty_event": [
            {**held, "event_id": f"{rule.name}{at}", "subject_id": f"{rule.name}{at}", "held_on": on}
            for at, on in ((1, period.end), (2, day))
        ]
    }


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
