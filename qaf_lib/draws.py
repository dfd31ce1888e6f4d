"""The period's due draws: made from the opening caseload once, recorded, and never changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import pandas as pd

from qaf_lib.dates import Period
from qaf_lib.frameworks import Framework
from qaf_lib.parameters import DrawPlan
from qaf_lib.register import permanent_random_number
from qaf_lib.sampling import (
    allocate_sample,
    draw_sample,
    every_case,
    frame_checksum,
    plan_sample,
    sampling_frame,
)

__all__ = [
    "PURPOSE",
    "DueDraw",
    "Past",
    "Replacement",
    "draw_frame",
    "draws_for_days",
    "draws_of",
    "due_draw",
    "frame_rule",
]

PURPOSE = "estimate"
"""What the draws of a period are for."""


@dataclass(frozen=True)
class Past:
    """What earlier draws and audits say: the draws and strata recorded so far, and each case's last audit."""

    draws: pd.DataFrame
    strata: pd.DataFrame
    last_audited: pd.Series


@dataclass(frozen=True)
class Replacement:
    """The recorded draw that a new one replaces, and why; the reason is printed in the reports."""

    draw_id: str
    because: str


@dataclass(frozen=True)
class DueDraw:
    """The register's rows of one new draw."""

    draw: pd.DataFrame
    strata: pd.DataFrame
    cases: pd.DataFrame


def draws_of(draws: pd.DataFrame, span: Period) -> pd.DataFrame:
    """The draws recorded for a period's days, in the order of their recording, without those replaced."""
    days = (draws["covers_from"] == pd.Timestamp(span.start)) & (draws["covers_to"] == pd.Timestamp(span.end))
    return _standing(draws[days]).sort_values("seq")


def _standing(draws: pd.DataFrame) -> pd.DataFrame:
    """Draws without those that another replaces."""
    return draws[~draws["draw_id"].isin(draws["replaces_draw_id"].dropna())]


def draws_for_days(draws: pd.DataFrame, span: Period) -> pd.DataFrame:
    """Every draw recorded for some of a period's days, with those replaced, in the order of recording."""
    some = (draws["covers_from"] <= pd.Timestamp(span.end)) & (draws["covers_to"] >= pd.Timestamp(span.start))
    return draws[some].sort_values("seq")


def draw_frame(
    *, plan: DrawPlan, framework: Framework, cases: pd.DataFrame, as_at: date, last_audited: pd.Series
) -> pd.DataFrame:
    """The sampling frame by the framework's rules of eligibility.

    Raises
    ------
    ValueError
        If no case of the frame may be drawn.
    """
    rules = framework.eligibility
    frame = sampling_frame(
        cases=cases,
        as_at=as_at,
        strata=plan.strata,
        statuses=rules.statuses,
        open_at_least_days=rules.open_at_least_days,
        leave_out_restricted=rules.leave_out_restricted,
        last_audited=last_audited,
        not_audited_within_months=rules.not_audited_within_months,
    )
    if frame["exclusion_reason"].notna().all():
        raise ValueError(f"no {framework.words.case} may be drawn for {plan.audit_type}: all are excluded")
    return frame


def due_draw(
    *,
    plan: DrawPlan,
    framework: Framework,
    cases: pd.DataFrame,
    as_at: date,
    span: Period,
    key: bytes,
    past: Past,
    replacement: Replacement | None = None,
    overlapping: str | None = None,
) -> DueDraw | None:
    """The rows of a draw that the period asks for, or None when it is recorded already.

    A draw recorded for the same days, audit type and purpose stands whatever has changed since and whatever
    the period is called, unless it is to be replaced; then the new draw starts where the replaced one ended.
    A draw for days of which another holds a part is a second programme and needs a reason, `overlapping`.

    Raises
    ------
    ValueError
        If no case of the frame may be drawn, or some of the days are drawn already and no reason is given.
    """
    alike = past.draws[(past.draws["audit_type"] == plan.audit_type) & (past.draws["purpose"] == PURPOSE)]
    same = (alike["covers_from"] == pd.Timestamp(span.start)) & (alike["covers_to"] == pd.Timestamp(span.end))
    recorded = alike[same].sort_values("seq")
    if len(recorded) and (replacement is None or replacement.draw_id != recorded["draw_id"].iloc[-1]):
        return None
    others = draws_for_days(_standing(alike[~same]), span)
    if recorded.empty and len(others) and overlapping is None:
        raise ValueError(_overlap(plan, span, others["draw_id"]))
    frame = draw_frame(
        plan=plan, framework=framework, cases=cases, as_at=as_at, last_audited=past.last_audited
    )
    eligible = frame[frame["exclusion_reason"].isna()]
    eligible = eligible.assign(prn=_numbers(eligible["case_id"], key))
    planned = plan_sample(
        population=len(eligible),
        margin_of_error=plan.margin_of_error,
        share_of_cases=plan.share_of_cases,
        proportion=plan.expected_share,
        confidence=plan.confidence,
        return_rate=plan.return_rate,
    )
    populations = eligible["stratum"].value_counts()
    drawn = draw_sample(
        frame=eligible,
        sizes=allocate_sample(
            populations=populations, total=planned.to_send, minimum=plan.minimum_per_stratum
        ),
        starts=_starts(populations.index, plan.audit_type, key, past),
        reserves=plan.reserves_per_stratum,
    )
    draw_id = f"{span.label} {plan.audit_type} {len(recorded) + 1}"
    left_out = frame[frame["exclusion_reason"].notna()].assign(state="excluded")
    parts = [every_case(frame=eligible, draw=drawn)]
    if len(left_out):
        parts.append(left_out.assign(prn=_numbers(left_out["case_id"], key)))
    return DueDraw(
        draw=pd.DataFrame(
            {
                "draw_id": [draw_id],
                "period": span.label,
                "covers_from": pd.Timestamp(span.start),
                "covers_to": pd.Timestamp(span.end),
                "purpose": PURPOSE,
                "audit_type": plan.audit_type,
                "selection": "random",
                "design": f"{_design(plan)}; {frame_rule(framework)}",
                "snapshot_id": " ".join(sorted(cases["snapshot_id"].unique())),
                "frame_sha256": frame_checksum(frame),
                "framework_sha256": hashlib.sha256(framework.model_dump_json().encode()).hexdigest(),
                "kit_version": version("qaf-kit"),
                "replaces_draw_id": replacement.draw_id if replacement and len(recorded) else pd.NA,
                "reason": _reason(recorded, others, replacement, overlapping),
            }
        ),
        strata=drawn.strata.assign(draw_id=draw_id),
        cases=pd.concat(parts, ignore_index=True).assign(draw_id=draw_id),
    )


def _overlap(plan: DrawPlan, span: Period, others: pd.Series) -> str:
    return (
        f"some days of {span.label} are drawn already for {plan.audit_type}, by {', '.join(others)}. Name "
        "the period of that draw, or, if these days are meant to be drawn for twice, say why: "
        '`qaf draw FILE --overlapping "REASON"`'
    )


def _reason(
    recorded: pd.DataFrame, others: pd.DataFrame, replacement: Replacement | None, overlapping: str | None
) -> object:
    """Why a draw was made where there was one already, for its days or for some of them."""
    if len(recorded):
        return replacement.because if replacement else pd.NA
    return overlapping if len(others) else pd.NA


def _numbers(case_ids: pd.Series, key: bytes) -> list[float]:
    return [permanent_random_number(key=key, purpose="draw", identity=case) for case in case_ids]


def _starts(strata: pd.Index, audit_type: str, key: bytes, past: Past) -> pd.Series:
    """Where each stratum's draw starts: after its last number taken, or at a number the key gives."""
    first = [
        permanent_random_number(key=key, purpose="start", identity=f"{audit_type} {name}") for name in strata
    ]
    starts = pd.Series(first, index=strata, dtype="float64")
    same_type = past.draws[past.draws["audit_type"] == audit_type].sort_values("seq")["draw_id"]
    earlier = past.strata[past.strata["draw_id"].isin(same_type)]
    earlier = earlier.assign(
        order=earlier["draw_id"].map({name: order for order, name in enumerate(same_type)})
    )
    latest = (
        earlier.sort_values("order")
        .drop_duplicates("stratum", keep="last")
        .set_index("stratum")["next_start"]
    )
    starts.update(latest.astype("float64"))
    return starts


def _design(plan: DrawPlan) -> str:
    size = (
        f"margin of error {plan.margin_of_error:.2f}"
        if plan.margin_of_error is not None
        else f"{plan.share_of_cases:.1%} of the cases"
    )
    return (
        f"stratified by {', '.join(plan.strata)}; confidence {plan.confidence:.0%}; "
        f"{size}; at least {plan.minimum_per_stratum} per stratum; "
        "next permanent random numbers after the start"
    )


def frame_rule(framework: Framework) -> str:
    """Which open cases a draw is made from, as the draw records it.

    Examples
    --------
    >>> from qaf_lib.parameters import load_parameters
    >>> frame_rule(load_parameters("parameters/demo-durham.yml").rules)
    'from open cases (unit family) of status early_help, restricted records left out'
    """
    rules = framework.eligibility
    parts = [f"from open cases (unit {framework.unit}) of status {' or '.join(sorted(rules.statuses))}"]
    if rules.open_at_least_days:
        parts.append(f"open at least {rules.open_at_least_days} days")
    if rules.not_audited_within_months is not None:
        parts.append(f"not audited within {rules.not_audited_within_months} months")
    if rules.leave_out_restricted:
        parts.append("restricted records left out")
    return ", ".join(parts)
