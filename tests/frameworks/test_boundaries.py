"""Both sides of every number in the four frameworks, each rule given to the code that counts it."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from qaf_lib.counting import (
    DutyRequirement,
    coverage,
    deadline_states,
    due_days,
    escalation_states,
    listed_cases,
    longest_gaps,
    moderation_due,
    spans_of,
    survey_reach,
    tally,
)
from qaf_lib.dates import Period, add_months, add_working_days, parse_period
from qaf_lib.frameworks import load_framework

FOLDER = Path(__file__).parents[2] / "parameters" / "frameworks"
FRAMEWORKS = [
    load_framework(folder=FOLDER, name=name) for name in ("leeds", "portsmouth", "lincolnshire", "durham")
]
START, END = date(2026, 7, 1), date(2026, 9, 30)


def every(rules, which=lambda rule: True):
    """Each framework's rules of a kind, named for the test report."""
    return [
        pytest.param(rule, id=f"{framework.framework}-{getattr(rule, 'name', None) or rule.duty_id}")
        for framework in FRAMEWORKS
        for rule in getattr(framework, rules)
        if which(rule)
    ]


def a_plan(started_on, ended_on=None, previous=0, out_of_area=False):
    plan = {"case_id": ["a"], "previous": [previous], "out_of_area": [out_of_area]}
    return pd.DataFrame(plan).assign(
        started_on=pd.Timestamp(started_on), ended_on=pd.Timestamp(ended_on) if ended_on else pd.NaT
    )


def listed(rule, plan, end=END):
    return len(listed_cases(plans=plan, rule=rule, period=Period("these days", START, end))) == 1


@pytest.mark.parametrize("rule", every("census_lists", lambda rule: rule.open_at_least_months))
def test_a_case_comes_on_the_list_of_long_ones_on_its_day(rule):
    # in the middle of a month: at its end several first days have the same corresponding date
    day = date(2026, 9, 15)
    exactly = add_months(day, -rule.open_at_least_months)
    assert listed(rule, a_plan(exactly), day) is rule.inclusive
    assert listed(rule, a_plan(exactly - timedelta(days=1)), day)
    assert not listed(rule, a_plan(exactly + timedelta(days=1)), day)


@pytest.mark.parametrize("rule", every("census_lists", lambda rule: rule.ended_within_months))
def test_a_plan_that_ends_early_is_listed_up_to_its_day(rule):
    ended = date(2026, 9, 15)
    exactly = add_months(ended, -rule.ended_within_months)
    assert listed(rule, a_plan(exactly, ended)) is rule.inclusive
    assert listed(rule, a_plan(exactly + timedelta(days=1), ended))
    assert not listed(rule, a_plan(exactly - timedelta(days=1), ended))


@pytest.mark.parametrize("rule", every("census_lists", lambda rule: rule.previous_at_least))
def test_a_repeat_plan_has_at_least_one_before_it(rule):
    assert listed(rule, a_plan("2026-05-01", previous=rule.previous_at_least))
    assert not listed(rule, a_plan("2026-05-01", previous=rule.previous_at_least - 1))


@pytest.mark.parametrize("rule", every("census_lists", lambda rule: rule.out_of_area))
def test_only_placements_out_of_the_area_are_listed(rule):
    assert listed(rule, a_plan("2026-05-01", out_of_area=True))
    assert not listed(rule, a_plan("2026-05-01", out_of_area=False))


@pytest.mark.parametrize("rule", every("longest_gaps"))
def test_a_gap_of_the_days_allowed_is_kept_and_a_day_more_is_not(rule):
    def over(days):
        held = [START + timedelta(days=gap) for gap in (0, days)]
        found = longest_gaps(
            people=pd.DataFrame(
                {"id": ["a"], "started_on": [pd.Timestamp(START)], "until": [pd.Timestamp(held[-1])]}
            ),
            events=pd.DataFrame({"id": "a", "on": pd.to_datetime(held)}),
            days=rule.days,
            start=START,
            end=END,
        )
        return bool(found["over"].iloc[0])

    assert not over(rule.days)
    assert over(rule.days + 1)


@pytest.mark.parametrize("rule", every("deadlines", lambda rule: rule.by is None))
def test_the_last_working_day_is_on_time_and_the_next_is_late(rule):
    begun = date(2026, 8, 3)
    last = add_working_days(begun, rule.working_days)
    started = pd.to_datetime(pd.Series([begun, begun]))
    states = deadline_states(
        done_on=pd.to_datetime(pd.Series([last, add_working_days(last, 1)])),
        due_on=due_days(started_on=started, working_days=rule.working_days),
        as_at=END,
    )
    assert states.tolist() == ["on time", "late"]


@pytest.mark.parametrize("rule", every("coverage"))
def test_as_often_as_asked_is_reached_and_once_less_is_not(rule):
    expected = pd.DataFrame({"id": ["enough", "short"]})
    done = pd.Series({"enough": rule.times, "short": rule.times - 1})
    table = coverage(expected=expected, done=done, times=rule.times, table_id="t", by="id")
    assert table.set_index("row_key")["x"].to_dict() == {"all": 1, "enough": 1, "short": 0}


@pytest.mark.parametrize(
    ("framework", "tier"),
    [
        pytest.param(framework, tier, id=f"{framework.framework}-{tier.tier}")
        for framework in FRAMEWORKS
        if framework.escalation
        for tier in framework.escalation.tiers
    ],
)
def test_a_concern_is_told_in_time_up_to_the_last_working_day(framework, tier):
    found = date(2026, 8, 3)
    last = found if tier.working_days == 0 else add_working_days(found, tier.working_days)
    days = [last, last + timedelta(days=1)]
    rows = pd.DataFrame({"escalation_id": ["a", "b"], "audit_id": ["a", "b"], "tier": tier.tier})
    rows["found_at"] = pd.Timestamp("2026-08-03T09:00Z")
    rows["told_at"] = pd.to_datetime([f"{day}T12:00Z" for day in days])
    states = escalation_states(escalations=rows, working_days={tier.tier: tier.working_days}, as_at=END)
    assert states["state"].tolist() == ["told in time", "told late"]


@pytest.mark.parametrize(
    "framework", [one for one in FRAMEWORKS if one.moderation], ids=lambda one: one.framework
)
def test_only_the_grades_named_ask_for_moderation(framework):
    grades = framework.scale.grades
    audits = pd.DataFrame({"audit_id": grades, "auditor_id": "p", "overall_grade": grades})
    found = moderation_due(
        audits=audits.assign(submitted_on=pd.Timestamp(END)),
        moderations=audits.iloc[:0].assign(moderator_id="p", moderated_on=pd.Timestamp(END)),
        trigger_grades=framework.moderation.trigger_grades,
        before_submission=framework.moderation.before_submission,
        roles=pd.Series(dtype="string"),
        by_roles=[],
        as_at=END,
    )
    assert found["audit_id"].tolist() == framework.moderation.trigger_grades


def test_four_surveys_of_forty_closed_families_meet_a_tenth_and_of_forty_one_do_not():
    (target,) = [one.survey_target.share_of_closed for one in FRAMEWORKS if one.survey_target]
    for closed, wanted in ((40, 4), (41, 5)):
        table = survey_reach(surveys=4, closed=closed, target=target, table_id="t")
        assert table.set_index("measure")["x"].to_dict() == {"surveys": 4, "wanted": wanted}


NUMBERED = [
    pytest.param(framework, duty, id=f"{framework.framework}-{duty.duty_id}")
    for framework in FRAMEWORKS
    for duty in framework.duties
    if framework.how_often(duty) and duty.evidence is not None
]


@pytest.mark.parametrize(("framework", "duty"), NUMBERED)
def test_a_duty_done_as_often_as_asked_is_met_and_once_less_is_not(framework, duty):
    times, often = framework.how_often(duty)
    asked = DutyRequirement(
        roles=("Post",), times=times, every=often, year=duty.year, due_month=duty.due_month
    )
    period = period_in_which_it_falls_due(duty, often)
    on = [
        span.start + timedelta(days=1 + at % 5)
        for span in spans_of(every=often, period=period, year=duty.year, due_month=duty.due_month)
        for at in range(times)
    ]
    assert state_of(asked, on, period) == "met"
    assert state_of(asked, on[:-1], period) in ("not met", "partly met", "nothing on record")


def period_in_which_it_falls_due(duty, often):
    """The first quarter of 2026-27 or after in which one of its spans ends."""
    for label in ("2026-27 Q1", "2026-27 Q2", "2026-27 Q3", "2026-27 Q4"):
        period = parse_period(label)
        spans = spans_of(every=often, period=period, year=duty.year, due_month=duty.due_month)
        if all(span.due in period for span in spans):
            return period
    raise AssertionError(f"{duty.duty_id} never falls due")


def state_of(asked, on, period):
    people = pd.DataFrame({"staff_id": ["p"], "role": ["Post"], "team_id": ["T"]})
    people = people.assign(started_on=pd.Timestamp("2015-01-01"), left_on=pd.NaT)
    records = pd.DataFrame({"on": pd.to_datetime(on), "by_id": "p"})
    records = records.assign(by_post=None, subject_id=None, team_id=None)
    return tally(asked=asked, people=people, teams=[], records=records, period=period).state
