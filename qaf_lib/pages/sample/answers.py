"""What the sample is, and how its draws differ from those of the last edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.draw_plans import DrawPlan
from qaf_lib.pages.sample.reach import Nonresponse, SamplePower, nonresponse_of, reach_of
from qaf_lib.pages.store import DrawView, PeriodStore, once
from qaf_lib.prepare import draws_for_days, sample_plan
from qaf_lib.sampling import SamplePlan, expected_margin, frame_coverage, plan_sample, precision_curve


@dataclass(frozen=True)
class Sample:
    """One draw as a reader needs it.

    Attributes
    ----------
    key, audit_type, label, draw_id : str
        What tells the draw from the period's others, its type of audit, its name in words, and the recorded
        draw, or those of the months.
    asked : DrawPlan
        What the parameters ask for.
    estimates : bool
        Whether estimates of practice are made from it.
    gives_grade : bool
        Whether its audit tool asks for grades; without, what came back is counted as audited.
    plan : SamplePlan
        The planned size and precision.
    open_cases, eligible, drawn, graded : int
        Counts: the caseload, those that could be drawn, those drawn, those with a grade.
    achieved_margin : float or None
        Half-width of the interval with the grades that came back, at the planned share (fraction).
    strata, exclusions, returns : DataFrame
        Result tables: drawn of population by stratum; cases left out by reason; what came back.
    curve : DataFrame
        `sample` (cases) and `margin` (half-width of the interval, fraction).
    by_draw : DataFrame
        The recorded draws, more than one where months are drawn one by one: `draw_id`, `covers_from` and
        `drawn` (count).
    frame_sha256 : str
        Checksum of the cases that could be drawn and their strata.
    design : str
        How it was drawn, as the register records it.
    history : DataFrame
        The draws of its type recorded for some of the period's days, this one and those replaced, in order:
        `draw_id`, `replaces_draw_id` and `reason`.
    speaks_of : DataFrame
        A result: cases that could be drawn, of those in scope.
    reach : SamplePower
        What a sample of this size can show.
    nonresponse : Nonresponse
        Drawn cases without a grade.
    """

    key: str
    audit_type: str
    label: str
    draw_id: str
    asked: DrawPlan
    estimates: bool
    gives_grade: bool
    plan: SamplePlan
    open_cases: int
    eligible: int
    drawn: int
    graded: int
    achieved_margin: float | None
    strata: pd.DataFrame
    exclusions: pd.DataFrame
    returns: pd.DataFrame
    curve: pd.DataFrame
    by_draw: pd.DataFrame
    frame_sha256: str
    design: str
    history: pd.DataFrame
    speaks_of: pd.DataFrame
    reach: SamplePower
    nonresponse: Nonresponse


@once
def samples_of(store: PeriodStore) -> list[Sample]:
    """Each draw of the period."""
    return [_sample(store, view) for view in store.draws]


def _sample(store: PeriodStore, view: DrawView) -> Sample:
    plan = view.plan
    eligible, graded = len(view.eligible), int(view.responses["grade"].notna().sum())
    gives_grade = store.framework.gives_grade(view.audit_type)
    draws = store.table("draw")
    recorded = draws[draws["draw_id"].isin(view.draw_ids)].sort_values("covers_from")
    margin = (
        expected_margin(population=eligible, sample=graded, proportion=plan.expected_share)
        if graded
        else None
    )
    return Sample(
        key=view.key,
        audit_type=view.audit_type,
        label=store.label(view),
        draw_id=view.draw_id,
        asked=plan,
        estimates=any(one.key == view.key for one in store.estimating),
        gives_grade=gives_grade,
        plan=_planned(view, eligible),
        open_cases=len(view.frame),
        eligible=eligible,
        drawn=len(view.responses),
        graded=graded,
        achieved_margin=margin,
        strata=_strata(view, gives_grade),
        exclusions=_exclusions(view),
        returns=_returns(view, gives_grade),
        curve=_curve(eligible, len(view.responses), plan.expected_share),
        by_draw=_by_draw(store, recorded),
        frame_sha256=str(recorded["frame_sha256"].iloc[0]),
        design=str(recorded["design"].iloc[0]),
        history=_history(store, recorded),
        speaks_of=_speaks_of(view),
        reach=reach_of(
            key=view.key,
            plan=plan,
            span=store.span,
            population=eligible,
            cases=graded or len(view.responses),
        ),
        nonresponse=nonresponse_of(store, view),
    )


def _planned(view: DrawView, eligible: int) -> SamplePlan:
    """The plan of the draw; several draws from one list are planned as one of as many cases."""
    if len(view.draw_ids) == 1:
        return sample_plan(view.plan, view.strata.set_index("stratum")["population"])
    return plan_sample(
        population=eligible,
        cases=len(view.responses),
        proportion=view.plan.expected_share,
        confidence=view.plan.confidence,
    )


def _by_draw(store: PeriodStore, recorded: pd.DataFrame) -> pd.DataFrame:
    drawn = store.table("draw_stratum").groupby("draw_id")["sample"].sum()
    table = recorded[["draw_id", "covers_from"]]
    return table.assign(drawn=table["draw_id"].map(drawn).astype("int64")).reset_index(drop=True)


def _history(store: PeriodStore, recorded: pd.DataFrame) -> pd.DataFrame:
    draws, first = draws_for_days(store.table("draw"), store.span), recorded.iloc[0]
    alike = (draws["audit_type"] == first["audit_type"]) & (draws["purpose"] == first["purpose"])
    return draws.loc[alike, ["draw_id", "replaces_draw_id", "reason"]].reset_index(drop=True)


def _speaks_of(view: DrawView) -> pd.DataFrame:
    covered = frame_coverage(frame=view.frame)
    row = {
        "table_id": f"sample_speaks_of_{view.key}",
        "row_key": "all",
        "measure": "could be drawn",
        "x": covered.eligible,
        "n": covered.population,
        "population": covered.population,
        "estimate": covered.share,
        "method": "full count",
    }
    return results_table([row])


def _curve(population: int, drawn: int, share: float) -> pd.DataFrame:
    """The precision curve with the number drawn among its points."""
    curve = precision_curve(population=population, proportion=share)
    here = {
        "sample": [drawn],
        "margin": [expected_margin(population=population, sample=drawn, proportion=share)],
    }
    both = pd.concat([curve[curve["sample"] != drawn], pd.DataFrame(here)])
    return both.sort_values("sample", ignore_index=True)


def _strata(view: DrawView, gives_grade: bool) -> pd.DataFrame:
    shown, back = view.shown_strata, "grade" if gives_grade else "audit_id"
    returned_by = view.responses[view.responses[back].notna()]["stratum"].map(shown).value_counts()
    named = view.strata["stratum"].map(shown)
    strata = view.strata.groupby(named, sort=False)[["population", "sample"]].sum()
    rows = []
    for stratum, population, sample in strata.itertuples():
        common = {
            "table_id": f"sample_strata_{view.key}",
            "row_key": stratum,
            "n": int(population),
            "population": int(population),
            "method": "full count",
        }
        rows.append({**common, "measure": "open", "x": int(population), "estimate": 1.0})
        rows.append({**common, "measure": "drawn", "x": int(sample), "estimate": sample / population})
        returned, what = int(returned_by.get(stratum, 0)), "graded" if gives_grade else "audited"
        rows.append({**common, "measure": what, "x": returned, "estimate": returned / population})
    return results_table(rows)


def _exclusions(view: DrawView) -> pd.DataFrame:
    reasons = view.frame["exclusion_reason"].dropna().value_counts().sort_index()
    return results_table(
        {
            "table_id": f"sample_exclusions_{view.key}",
            "row_key": reason,
            "measure": "left out",
            "x": int(count),
            "n": len(view.frame),
            "population": len(view.frame),
            "estimate": count / len(view.frame),
            "method": "full count",
        }
        for reason, count in reasons.items()
    )


def _returns(view: DrawView, gives_grade: bool) -> pd.DataFrame:
    drawn = len(view.responses)
    audited, graded = view.responses["audit_id"].notna(), view.responses["grade"].notna()
    if gives_grade:
        counts = {"graded": graded.sum(), "audited without a readable grade": (audited & ~graded).sum()}
    else:
        counts = {"audited": audited.sum()}
    counts = {label: int(count) for label, count in {**counts, "not returned": (~audited).sum()}.items()}
    return results_table(
        {
            "table_id": f"sample_returns_{view.key}",
            "row_key": label,
            "measure": "count",
            "x": count,
            "n": drawn,
            "population": drawn,
            "estimate": count / drawn if drawn else None,
            "method": "full count",
        }
        for label, count in counts.items()
    )


_FROM = "from "
"""How the part of a design begins that says which cases were drawn from; draws of version 0.2 lack it."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was in the last edition.

    `what` is `vault` (another key or birthday), `rows` (a register behind that edition's), `gone` (a draw of
    that edition is not in the register), `frame` (a draw of that edition has another list of cases) or
    `design` (drawn otherwise than then). `last` is what that edition's manifest says, `about` names the draw
    or the type of audit, `now` and `then` are the parts of a design that differ.
    """

    what: Literal["vault", "rows", "gone", "frame", "design"]
    last: Mapping[str, Any]
    about: str = ""
    now: str = ""
    then: str = ""


def trace_for_manifest(facts: Mapping[str, Any], samples: list[Sample]) -> dict[str, Any]:
    """What a manifest says of the vault and of the period's draws, for the next edition to compare."""
    return {
        "vault": facts["trace"]["vault"],
        "other_councils": facts["trace"]["others"],
        "draws": [
            {
                "draw": draw.draw_id,
                "audit_type": sample.audit_type,
                "key": sample.key,
                "drawn": int(draw.drawn),
                "of": sample.eligible,
                "frame_sha256": sample.frame_sha256,
                "design": sample.design,
                "draws_for_these_days": sample.history.astype(object)
                .where(sample.history.notna(), None)
                .to_dict("records"),
            }
            for sample in samples
            for draw in sample.by_draw.itertuples()
        ],
    }


@once
def other_draws(store: PeriodStore) -> list[str]:
    """Draws recorded for some of the period's days that its parameters do not name now."""
    draws = draws_for_days(store.table("draw"), store.span)
    named = [draw for sample in samples_of(store) for draw in sample.history["draw_id"]]
    return [str(draw) for draw in draws.loc[~draws["draw_id"].isin(named), "draw_id"]]


@once
def differences_of(store: PeriodStore) -> list[Difference]:
    """What differs from the period's last edition, and from that of the periods before."""
    samples = samples_of(store)
    samples = samples_of(store)
    return [
        difference
        for last in store.facts["trace"]["last_editions"]
        for difference in (*_of_the_vault(store, last), *_lost(store, last), *_designs(samples, last))
    ]


def _of_the_vault(store: PeriodStore, last: Mapping[str, Any]) -> list[Difference]:
    """Another key or birthday, and a register behind that edition's."""
    other = store.facts["trace"]["vault"] != last["vault"]
    behind = store.facts["register_seq"] < last["register_seq"]
    return [Difference("vault", last)] * other + [Difference("rows", last)] * behind


def _lost(store: PeriodStore, last: Mapping[str, Any]) -> list[Difference]:
    """Draws of the last edition that are not in the register, or not as they were."""
    recorded = store.table("draw")
    frames = dict(zip(recorded["draw_id"], recorded["frame_sha256"], strict=True))
    found: list[Difference] = []
    for draw in last["draws"]:
        now = frames.get(draw["draw"])
        if now != draw["frame_sha256"]:
            found.append(Difference("gone" if now is None else "frame", last, draw["draw"]))
    return found


def _designs(samples: list[Sample], last: Mapping[str, Any]) -> list[Difference]:
    """Types of audit that were drawn otherwise, with the parts of the design that differ."""
    designs = {draw.get("key", draw["audit_type"]): draw["design"] for draw in last["draws"]}
    found = []
    for sample in samples:
        before, now = _parts(designs.get(sample.key, sample.design)), _parts(sample.design)
        if not any(part.startswith(_FROM) for part in before):
            now = [part for part in now if not part.startswith(_FROM)]
        if before != now:
            then = _without(before, now)
            found.append(Difference("design", last, sample.label, _without(now, before), then))
    return found


def _parts(design: str) -> list[str]:
    return design.split("; ")


def _without(parts: list[str], others: list[str]) -> str:
    return "; ".join(part for part in parts if part not in others)
