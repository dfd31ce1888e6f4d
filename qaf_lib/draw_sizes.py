"""How many cases a draw takes, of each stratum, and what it will be able to say."""

from __future__ import annotations

from math import ceil

import pandas as pd

from qaf_lib.draw_plans import EACH_STRATUM, DrawPlan
from qaf_lib.sampling import SamplePlan, allocate_sample, plan_sample

__all__ = ["sample_plan", "size_words", "stratum_sizes"]


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
    """Cases to draw of each stratum.

    Raises
    ------
    ValueError
        If fewer cases are asked for than the least number of each stratum, or `cases_in` names no stratum.
    """
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
