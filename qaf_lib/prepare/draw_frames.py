"""From which cases a draw is made, how many it takes, and what it will be able to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil

import pandas as pd

from qaf_lib.dates import Period, add_months
from qaf_lib.draw_plans import EACH_STRATUM, DrawPlan, FromAudited, FromPlans
from qaf_lib.frameworks import Framework
from qaf_lib.sampling import SamplePlan, allocate_sample, plan_sample, sampling_frame


def sample_plan(plan: DrawPlan, populations: pd.Series) -> SamplePlan:
    """What a draw from strata of so many cases will be able to say; `populations` are counts by stratum."""
    return plan_sample(
        population=int(populations.sum()),
        margin_of_error=plan.margin_of_error,
        share_of_cases=plan.share_of_cases,
        cases=int(_each(plan, populations).sum()) if plan.size in EACH_STRATUM else plan.cases,
        discover=plan.discover,
        improvement=plan.improvement,
        proportion=plan.expected_share,
        confidence=plan.confidence,
        return_rate=plan.return_rate,
    )


def stratum_sizes(plan: DrawPlan, populations: pd.Series) -> pd.Series:
    """Cases to draw of each stratum."""
    if plan.size in EACH_STRATUM:
        return _each(plan, populations)
    least = int(populations.clip(upper=plan.least).sum())
    if plan.cases is not None and plan.cases < least:
        raise ValueError(
            f"the draw for {plan.audit_type} asks for {plan.cases} cases, fewer than "
            f"{plan.least} of each of {len(populations)} strata. Write more cases, a lower "
            "minimum_per_stratum, or strata: []"
        )
    total = sample_plan(plan, populations).to_send
    return allocate_sample(populations=populations, total=total, minimum=plan.least)


def _each(plan: DrawPlan, populations: pd.Series) -> pd.Series:
    """Cases to draw of each stratum where the plan says it of each."""
    if plan.every_case:
        return populations
    if plan.share_per_stratum is not None:
        share = plan.share_per_stratum
        return populations.map(lambda cases: ceil(round(share * cases, 9)))
    unknown = sorted(set(plan.cases_in) - set(populations.index))
    if unknown:
        raise ValueError(
            f"cases_in of the draw for {plan.audit_type} names {', '.join(unknown)}, which is no stratum. "
            f"The strata are by {', '.join(plan.spread)}: write them as the caseload has them"
        )
    asked = populations.index.to_series().map(lambda name: plan.cases_in.get(name, plan.cases_per_stratum))
    return populations.clip(upper=asked.astype("int64"))


def size_words(plan: DrawPlan) -> str:
    """The size that a draw asks for, as the draw records it."""
    asked = getattr(plan, plan.size)
    match plan.size:
        case "margin_of_error":
            return f"margin of error {asked:.2f}"
        case "share_of_cases":
            return f"{asked:.1%} of the cases"
        case "share_per_stratum":
            return f"{asked:.1%} of each stratum"
        case "cases":
            return f"{asked} cases"
        case "cases_per_stratum":
            others = "".join(f", {number} of {name}" for name, number in sorted(plan.cases_in.items()))
            return f"{asked} cases of each stratum{others}"
        case "discover":
            return f"to meet a problem that {asked:.1%} have"
        case "improvement":
            return f"to show an improvement of {asked:.2f}"
    return "every case"


FIRST_CHANCE = "first_chance"
"""The chance with which the draw before picked an audited case; missing where no draw did (fraction)."""

_LEFT_OUT = {"service": "services", "team_id": "teams"}


@dataclass(frozen=True)
class Known:
    """What frames are made from: open cases and plans of the opening extract, as at its day, and every audit.

    Of `audits` also `first_chance` is read.
    """

    cases: pd.DataFrame
    plans: pd.DataFrame
    as_at: date
    audits: pd.DataFrame


def draw_frame(
    *, plan: DrawPlan, framework: Framework, known: Known, span: Period, days: Period
) -> pd.DataFrame:
    """The sampling frame: by the framework's rules of eligibility where it is made from open cases.

    Audits before the period `span` may make a case ineligible; a second look at audited cases looks back
    from the first of the draw's own `days`.

    Refused (ValueError) where no open case may be drawn, or a service or team is left out that no case has;
    that there is nothing to look at again is no fault.
    """
    rules = framework.eligibility
    cases, of_status = _population(plan, known, days), None
    if plan.from_audited is None and plan.from_plans is None:
        of_status = rules.statuses
    frame = sampling_frame(
        cases=cases,
        as_at=known.as_at,
        strata=plan.spread,
        statuses=of_status,
        open_at_least_days=rules.open_at_least_days if of_status else 0,
        leave_out_restricted=rules.leave_out_restricted,
        leave_out=_left_out(plan, known.cases),
        last_audited=_last_audited(known.audits, span),
        not_audited_within_months=None if plan.from_audited else rules.not_audited_within_months,
    )
    if plan.estimates and frame["exclusion_reason"].notna().all():
        raise ValueError(f"no {framework.words.case} may be drawn for {plan.audit_type}: all are excluded")
    return frame


def _population(plan: DrawPlan, known: Known, days: Period) -> pd.DataFrame:
    """The cases that the draw is about, with what the opening caseload says of them."""
    if plan.from_audited is not None:
        return _audited(plan.from_audited, known, days)
    if plan.from_plans is not None:
        return _with_plans(plan.from_plans, known)
    return known.cases


def _audited(asked: FromAudited, known: Known, days: Period) -> pd.DataFrame:
    """Cases by their last audit of a type in the months before the draw's days, of the grades asked for."""
    audits = known.audits[known.audits["audit_type"] == asked.audit_type]
    since, until = pd.Timestamp(add_months(days.start, -asked.within_months)), pd.Timestamp(days.start)
    audits = audits[(audits["audited_on"] >= since) & (audits["audited_on"] < until)]
    last = audits.sort_values(["audited_on", "audit_id"]).drop_duplicates("case_id", keep="last")
    if asked.grades:
        last = last[last["overall_grade"].isin(asked.grades)]
    found = _as_open(last["case_id"], known.cases)
    audited = last.set_index("case_id")
    for column in ("team_id", "worker_id"):
        if column in found:
            found[column] = found[column].fillna(found["case_id"].map(audited[column]))
    return found.assign(**{FIRST_CHANCE: found["case_id"].map(audited[FIRST_CHANCE]).astype("Float64")})


def _with_plans(asked: FromPlans, known: Known) -> pd.DataFrame:
    """Cases with a plan of the kind on any day of the months up to the caseload's day."""
    since, until = pd.Timestamp(add_months(known.as_at, -asked.within_months)), pd.Timestamp(known.as_at)
    plans = known.plans[known.plans["kind"] == asked.kind]
    there = (plans["started_on"] <= until) & (plans["ended_on"].isna() | (plans["ended_on"] >= since))
    return _as_open(plans.loc[there.fillna(False).astype(bool), "case_id"], known.cases)


def _as_open(case_ids: pd.Series, cases: pd.DataFrame) -> pd.DataFrame:
    """One row per case, with what the caseload says of it; of a case not open it says nothing."""
    ids = case_ids.astype("string").drop_duplicates().sort_values()
    found = ids.to_frame("case_id").merge(
        cases.assign(case_id=cases["case_id"].astype("string")), on="case_id", how="left"
    )
    return found.assign(restricted_record=found["restricted_record"].astype("boolean"))


def _left_out(plan: DrawPlan, cases: pd.DataFrame) -> dict[str, list[str]]:
    """Services and teams left out of the draw, by the caseload's column."""
    asked = {"service": plan.leave_out_services, "team_id": plan.leave_out_teams}
    asked = {column: names for column, names in asked.items() if names}
    for column, names in asked.items():
        there = sorted(cases[column].dropna().astype(str).unique())
        unknown = sorted(set(names) - set(there))
        if unknown:
            raise ValueError(
                f"leave_out_{_LEFT_OUT[column]} of the draw for {plan.audit_type} names "
                f"{', '.join(unknown)}, which no case has. Take it out, or name one of: {', '.join(there)}"
            )
    return asked


def _last_audited(audits: pd.DataFrame, span: Period) -> pd.Series:
    """Day of the last audit of each case before the period."""
    before = audits[audits["audited_on"] < pd.Timestamp(span.start)]
    last: pd.Series = before.groupby("case_id")["audited_on"].max()
    return last


def frame_rule(framework: Framework, plan: DrawPlan) -> str:
    """Which cases a draw is made from, as the draw records it.

    Examples
    --------
    >>> from qaf_lib.parameters import load_parameters
    >>> rules = load_parameters("parameters/demo-durham.yml").rules
    >>> frame_rule(rules, DrawPlan(audit_type="case_file", cases=4))
    'from open cases (unit family) of status early_help, restricted records left out'
    """
    rules, again = framework.eligibility, plan.from_audited
    if again is not None:
        graded = f" and graded {' or '.join(again.grades)}" if again.grades else ""
        parts = [
            f"from cases audited ({again.audit_type}) in the {again.within_months} months before{graded}"
        ]
    elif plan.from_plans is not None:
        had = plan.from_plans
        parts = [
            f"from cases (unit {framework.unit}) with a {had.kind} plan in the {had.within_months} "
            "months before"
        ]
    else:
        parts = [f"from open cases (unit {framework.unit}) of status {' or '.join(sorted(rules.statuses))}"]
        if rules.open_at_least_days:
            parts.append(f"open at least {rules.open_at_least_days} days")
    if again is None and rules.not_audited_within_months is not None:
        parts.append(f"not audited within {rules.not_audited_within_months} months")
    if rules.leave_out_restricted:
        parts.append("restricted records left out")
    for what, names in (("services", plan.leave_out_services), ("teams", plan.leave_out_teams)):
        if names:
            parts.append(f"{what} left out: {', '.join(names)}")
    return ", ".join(parts)
