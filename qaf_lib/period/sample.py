"""What the sample is: frame, exclusions, plan, strata and what came back."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis.results import results_table
from qaf_lib.draw_plans import DrawPlan
from qaf_lib.draw_sizes import sample_plan
from qaf_lib.draws import draws_for_days
from qaf_lib.period.nonresponse import Nonresponse, nonresponse_of
from qaf_lib.period.reach import Reach, reach_of
from qaf_lib.period.store import DrawView, PeriodStore
from qaf_lib.sampling import SamplePlan, expected_margin, frame_coverage, plan_sample, precision_curve

__all__ = ["Sample", "samples_of"]


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
    reach : Reach
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
    reach: Reach
    nonresponse: Nonresponse


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
