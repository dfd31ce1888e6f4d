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

__all__ = ["PURPOSE", "DueDraw", "Past", "Replacement", "draw_frame", "draws_of", "due_draw"]

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
    return draws[days & ~draws["draw_id"].isin(draws["replaces_draw_id"].dropna())].sort_values("seq")


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
) -> DueDraw | None:
    """The rows of a draw that the period asks for, or None when it is recorded already.

    A draw recorded for the same days, audit type and purpose stands whatever has changed since, unless it is
    to be replaced; then the new draw starts where the replaced one ended.

    Raises
    ------
    ValueError
        If no case of the frame may be drawn.
    """
    recorded = past.draws[
        (past.draws["covers_from"] == pd.Timestamp(span.start))
        & (past.draws["covers_to"] == pd.Timestamp(span.end))
        & (past.draws["audit_type"] == plan.audit_type)
        & (past.draws["purpose"] == PURPOSE)
    ]
    if len(recorded) and (replacement is None or replacement.draw_id != recorded["draw_id"].iloc[-1]):
        return None
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
                "design": _design(plan),
                "snapshot_id": " ".join(sorted(cases["snapshot_id"].unique())),
                "frame_sha256": frame_checksum(frame),
                "framework_sha256": hashlib.sha256(framework.model_dump_json().encode()).hexdigest(),
                "kit_version": version("qaf-kit"),
                "replaces_draw_id": replacement.draw_id if replacement and len(recorded) else pd.NA,
                "reason": replacement.because if replacement and len(recorded) else pd.NA,
            }
        ),
        strata=drawn.strata.assign(draw_id=draw_id),
        cases=pd.concat(parts, ignore_index=True).assign(draw_id=draw_id),
    )


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
