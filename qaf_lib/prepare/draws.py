"""The period's due draws: made from the opening caseload once, recorded, and never changed."""

from __future__ import annotations

import hashlib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import pandas as pd

from qaf_lib.dates import Period, add_months, parse_period
from qaf_lib.draw_plans import EACH_STRATUM, DrawPlan
from qaf_lib.frameworks import Framework
from qaf_lib.prepare.draw_frames import FIRST_CHANCE, Known, draw_frame, frame_rule, size_words, stratum_sizes
from qaf_lib.register import permanent_random_number
from qaf_lib.sampling import draw_sample, draw_systematic, every_case, frame_checksum

_RING = "next permanent random numbers after the start"
_LIST = "every k-th of the list"


@dataclass(frozen=True)
class DrawHistory:
    """The draws recorded so far, and their strata."""

    draws: pd.DataFrame
    strata: pd.DataFrame

    def then(self, due: DueDraw) -> DrawHistory:
        """The history once a draw is made, before anything is recorded."""
        seq = 1 + (self.draws["seq"].max() if len(self.draws) else 0)
        draws = [frame for frame in (self.draws, due.draw.assign(seq=seq)) if len(frame)]
        strata = [frame for frame in (self.strata, due.strata) if len(frame)]
        return DrawHistory(
            draws=pd.concat(draws, ignore_index=True), strata=pd.concat(strata, ignore_index=True)
        )


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


def draw_days(plan: DrawPlan, span: Period) -> list[Period]:
    """The days that each draw of a plan is for: the period's, or those of its months.

    Examples
    --------
    >>> monthly = DrawPlan(audit_type="case_file", cases=4, every="month")
    >>> [days.label for days in draw_days(monthly, parse_period("2026-27 Q2"))]
    ['2026-07', '2026-08', '2026-09']
    """
    if plan.every is None:
        return [span]
    months, day = [], span.start
    while day <= span.end:
        last = date(day.year, day.month, monthrange(day.year, day.month)[1])
        months.append(Period(f"{day:%Y-%m}", day, last))
        day = add_months(day, 1)
    return months


def draws_of(draws: pd.DataFrame, span: Period) -> pd.DataFrame:
    """The draws recorded for a period, whole or by its months, in the order of their recording.

    Those that another replaces are left out.
    """
    days = {label: parse_period(label) for label in draws["period"].unique()}
    same = {label for label, known in days.items() if (known.start, known.end) == (span.start, span.end)}
    return _standing(draws[draws["period"].isin(same)]).sort_values("seq")


def _standing(draws: pd.DataFrame) -> pd.DataFrame:
    """Draws without those that another replaces."""
    return draws[~draws["draw_id"].isin(draws["replaces_draw_id"].dropna())]


def draws_for_days(draws: pd.DataFrame, span: Period) -> pd.DataFrame:
    """Every draw recorded for some of a period's days, with those replaced, in the order of recording."""
    some = (draws["covers_from"] <= pd.Timestamp(span.end)) & (draws["covers_to"] >= pd.Timestamp(span.start))
    return draws[some].sort_values("seq")


def due_draw(
    *,
    plan: DrawPlan,
    framework: Framework,
    known: Known,
    span: Period,
    days: Period,
    key: bytes,
    history: DrawHistory,
    replacement: Replacement | None = None,
    overlapping: str | None = None,
) -> DueDraw | None:
    """The rows of a draw that the period `span` asks for on some `days`, or None.

    There is none when it is recorded already, or nothing is there to look at again.

    A draw recorded for the same days, audit type and purpose stands whatever has changed since and whatever
    the period is called, unless it is to be replaced; then the new draw starts where the replaced one ended.
    A draw for days of which another holds a part is a second programme and needs a reason, `overlapping`.
    """
    alike = _alike(history.draws, plan)
    same = (alike["covers_from"] == pd.Timestamp(days.start)) & (alike["covers_to"] == pd.Timestamp(days.end))
    recorded = alike[same].sort_values("seq")
    if len(recorded) and (replacement is None or replacement.draw_id != recorded["draw_id"].iloc[-1]):
        return None
    others = draws_for_days(_standing(alike[~same]), days)
    if recorded.empty and len(others) and overlapping is None:
        raise ValueError(_overlap(plan, days, others["draw_id"]))
    frame = draw_frame(plan=plan, framework=framework, known=known, span=span, days=days)
    if frame["exclusion_reason"].notna().all():
        return None
    strata, drawn = _drawn(plan, frame[frame["exclusion_reason"].isna()], key, history)
    left_out = frame[frame["exclusion_reason"].notna()].assign(state="excluded")
    if len(left_out):
        left_out = left_out.assign(prn=_numbers(left_out["case_id"], plan, key))
        drawn = pd.concat([drawn, left_out], ignore_index=True)
    draw_id = _draw_id(plan, days, history.draws)
    return DueDraw(
        draw=pd.DataFrame(
            {
                "draw_id": [draw_id],
                "period": span.label,
                "covers_from": pd.Timestamp(days.start),
                "covers_to": pd.Timestamp(days.end),
                "purpose": plan.purpose,
                "audit_type": plan.audit_type,
                "selection": _selection(plan),
                "design": f"{_design(plan, frame)}; {frame_rule(framework, plan)}",
                "snapshot_id": " ".join(sorted(known.cases["snapshot_id"].unique())),
                "frame_sha256": frame_checksum(frame),
                "framework_sha256": hashlib.sha256(framework.model_dump_json().encode()).hexdigest(),
                "kit_version": version("qaf-kit"),
                "replaces_draw_id": replacement.draw_id if replacement and len(recorded) else pd.NA,
                "reason": _reason(recorded, others, replacement, overlapping),
            }
        ),
        strata=strata.assign(draw_id=draw_id),
        cases=drawn.assign(draw_id=draw_id),
    )


def _alike(draws: pd.DataFrame, plan: DrawPlan) -> pd.DataFrame:
    """The draws of the plan's audit type and purpose, for whatever days."""
    return draws[(draws["audit_type"] == plan.audit_type) & (draws["purpose"] == plan.purpose)]


def _drawn(
    plan: DrawPlan, eligible: pd.DataFrame, key: bytes, history: DrawHistory
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The strata, and every eligible case with its state, chance and weight."""
    eligible = eligible.assign(prn=_numbers(eligible["case_id"], plan, key))
    populations = eligible["stratum"].value_counts()
    sizes, starts = stratum_sizes(plan, populations), _starts(populations.index, plan, key, history)
    if plan.spread_over is not None:
        strata, cases = _by_list(plan.spread_over, eligible, sizes, starts)
    else:
        drawn = draw_sample(frame=eligible, sizes=sizes, starts=starts, reserves=plan.reserves_per_stratum)
        strata, cases = drawn.strata, every_case(frame=eligible, draw=drawn)
    if not _two_stage(eligible):
        return strata, cases
    first = cases["case_id"].map(eligible.set_index("case_id")[FIRST_CHANCE]).astype("float64")
    return strata, cases.assign(
        inclusion_probability=first * cases["inclusion_probability"], weight=cases["weight"] / first
    )


def _by_list(
    order_by: str, eligible: pd.DataFrame, sizes: pd.Series, starts: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each stratum's every k-th case in the order of a column; the next draw starts one place further."""
    parts, rows = [], []
    for stratum, listed in eligible.groupby("stratum", sort=True):
        size, start = int(sizes[stratum]), float(starts[stratum])
        parts.append(draw_systematic(frame=listed, size=size, start=start, order_by=[order_by]))
        rows.append(
            {
                "stratum": stratum,
                "population": len(listed),
                "sample": size,
                "start": start,
                "next_start": (start + size / len(listed)) % 1,
            }
        )
    return pd.DataFrame(rows), pd.concat(parts, ignore_index=True)


def _two_stage(frame: pd.DataFrame) -> bool:
    """Whether every case that may be drawn was itself drawn with a known chance."""
    eligible = frame[frame["exclusion_reason"].isna()]
    return FIRST_CHANCE in eligible and bool(eligible[FIRST_CHANCE].notna().all())


def _selection(plan: DrawPlan) -> str:
    if not plan.estimates:
        return "panel"
    return "census" if plan.every_case else "random"


def _draw_id(plan: DrawPlan, days: Period, draws: pd.DataFrame) -> str:
    stem = " ".join(part for part in (days.label, plan.audit_type, plan.name) if part)
    return f"{stem} {1 + sum(str(draw).rpartition(' ')[0] == stem for draw in draws['draw_id'])}"


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


def _numbers(case_ids: pd.Series, plan: DrawPlan, key: bytes) -> list[float]:
    """Each case's permanent number; a second look has others, so that it owes nothing to the first draw."""
    purpose = "draw" if plan.estimates else "second look"
    return [permanent_random_number(key=key, purpose=purpose, identity=str(case)) for case in case_ids]


def _starts(strata: pd.Index, plan: DrawPlan, key: bytes, history: DrawHistory) -> pd.Series:
    """Where each stratum's draw starts: after its last number taken, or at a number the key gives."""
    whose = plan.audit_type if plan.purpose == "estimate" else f"{plan.audit_type} {plan.purpose}"
    starts = pd.Series(
        [permanent_random_number(key=key, purpose="start", identity=f"{whose} {name}") for name in strata],
        index=strata,
        dtype="float64",
    )
    draws = _alike(history.draws, plan)
    by_list = draws["design"].str.contains(_LIST, regex=False).fillna(False).astype(bool)
    same_kind = draws[by_list == bool(plan.spread_over)].sort_values("seq")["draw_id"]
    earlier = history.strata[history.strata["draw_id"].isin(same_kind)]
    earlier = earlier.assign(
        order=earlier["draw_id"].map({name: order for order, name in enumerate(same_kind)})
    )
    latest = (
        earlier.sort_values("order")
        .drop_duplicates("stratum", keep="last")
        .set_index("stratum")["next_start"]
    )
    starts.update(latest.astype("float64"))
    return starts


def _design(plan: DrawPlan, frame: pd.DataFrame) -> str:
    parts = [
        f"stratified by {', '.join(plan.spread)}" if plan.spread else "one list",
        f"confidence {plan.confidence:.0%}",
        size_words(plan),
    ]
    if plan.size not in EACH_STRATUM:
        parts.append(f"at least {plan.least} per stratum")
    parts.append(f"{_LIST} by {plan.spread_over} after the start" if plan.spread_over else _RING)
    if _two_stage(frame):
        parts.append("weights multiply those of the first draw")
    return "; ".join(parts)
