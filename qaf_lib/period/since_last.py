"""This period's random audits against the last period's, each weighted by its own draw."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qaf_lib.analysis import overlapping_change, superiority, superiority_test, van_elteren
from qaf_lib.analysis.results import results_table
from qaf_lib.analysis.weighted_change import weighted_change
from qaf_lib.dates import Period, previous_period
from qaf_lib.draws import draws_of
from qaf_lib.period.store import DrawView, PeriodStore

__all__ = ["Sampled", "SinceLast", "sampled_now", "since_last_of"]


@dataclass(frozen=True)
class Sampled:
    """Cases of one period taken by chance: `case_id`, `stratum`, `grade`, `audit_id`; strata where known."""

    cases: pd.DataFrame
    strata: pd.DataFrame | None


@dataclass(frozen=True)
class SinceLast:
    """The comparison of two periods' random audits; result tables are empty where there is none.

    `change` compares the headline share, `grades` all grades, `alike` the headline share with the cases
    in common and no weights (empty where no case is in both samples). `weights` says how the cases of the
    period before were weighted.
    """

    period: str
    change: pd.DataFrame
    grades: pd.DataFrame
    alike: pd.DataFrame
    weights: str


def since_last_of(store: PeriodStore) -> SinceLast:
    """Random audits of the first draw that counts towards estimates, against the period before."""
    nothing = SinceLast("", results_table([]), results_table([]), results_table([]), "")
    earlier = previous_period(store.span)
    now = sampled_now(store)
    before, weights = _before(store, earlier, now.strata)
    if now.cases["grade"].notna().sum() == 0 or before.cases["grade"].notna().sum() == 0:
        return nothing
    scale = store.framework.scale
    change = weighted_change(
        before=before.cases,
        after=now.cases,
        strata_before=before.strata,
        strata_after=now.strata,
        grades=scale.grades,
        band=scale.headline.grades,
        table_id="reaudit_since_last_period",
    )
    return SinceLast(
        period=earlier.label,
        change=change,
        grades=_grades(before, now, scale.grades),
        alike=_alike(before.cases, now.cases, scale.grades, scale.headline.grades),
        weights=weights,
    )


def sampled_now(store: PeriodStore) -> Sampled:
    """The period's drawn cases with their strata, or its random audits where no draw was recorded."""
    view = _view(store)
    if view is None or view.responses["grade"].notna().sum() == 0:
        return Sampled(_random(store, store.audits_of_period), None)
    columns = ["case_id", "stratum", "grade", "audit_id"]
    return Sampled(view.responses[columns], view.strata[["stratum", "population"]])


def _view(store: PeriodStore) -> DrawView | None:
    drawn = store.table("audit").query("selection == 'random'")["audit_type"].unique()
    views = [view for view in store.estimating if view.audit_type in drawn]
    return views[0] if views else None


def _before(store: PeriodStore, earlier: Period, strata: pd.DataFrame | None) -> tuple[Sampled, str]:
    """The last period's cases: by their own draw, else by their team's service, else counted alike."""
    audits = store.audits
    start, end = pd.Timestamp(earlier.start), pd.Timestamp(earlier.end)
    audits = audits[audits["audited_on"].between(start, end).fillna(False).astype(bool)]
    view = _view(store)
    if view is not None:
        audits = audits[audits["audit_type"] == view.audit_type]
        drawn = _drawn(store, earlier, view, audits)
        if drawn is not None:
            return drawn, "each period is weighted by the strata it was drawn from"
    cases = _random(store, audits)
    if view is not None and strata is not None and view.plan.spread == ["service"]:
        service = store.teams.drop_duplicates("team_id").set_index("team_id")["service"]
        placed = cases.assign(stratum=cases["team_id"].map(service.to_dict()).astype("string"))
        if len(placed) and placed["stratum"].isin(strata["stratum"]).all():
            words = (
                "no draw of the period before is recorded, so its audits are weighted to this period's groups"
            )
            return Sampled(placed, strata), words
    return Sampled(cases, None), "no draw of the period before is recorded, so its audits count alike"


def _drawn(store: PeriodStore, earlier: Period, view: DrawView, audits: pd.DataFrame) -> Sampled | None:
    """The cases of the last draw of the same purpose, or of its months where they are of one list."""
    made = draws_of(store.table("draw"), earlier)
    made = made[(made["audit_type"] == view.audit_type) & (made["purpose"] == view.plan.purpose)]
    if made.empty:
        return None
    draws = made.loc[made["frame_sha256"] == made["frame_sha256"].iloc[-1], "draw_id"]
    cases = store.table("draw_case").query("draw_id in @draws and state == 'selected'")
    cases = cases.drop_duplicates("case_id")
    graded = audits[audits["draw_id"].isin(draws)].drop_duplicates("case_id")
    graded = graded.rename(columns={"overall_grade": "grade"})[["case_id", "grade", "audit_id"]]
    if graded["grade"].notna().sum() == 0:
        return None
    strata = store.table("draw_stratum").query("draw_id in @draws")[["stratum", "population"]]
    strata = strata.drop_duplicates("stratum", ignore_index=True)
    return Sampled(cases[["case_id", "stratum"]].merge(graded, on="case_id", how="left"), strata)


def _random(store: PeriodStore, audits: pd.DataFrame) -> pd.DataFrame:
    """Random audits that count towards estimates, one for each case: its last."""
    counting = [kind.name for kind in store.framework.audit_types if kind.counts_towards_estimates]
    kept = audits[audits["audit_type"].isin(counting) & (audits["selection"] == "random").fillna(False)]
    kept = kept.sort_values(["audited_on", "audit_id"]).drop_duplicates("case_id", keep="last")
    kept = kept.rename(columns={"overall_grade": "grade"})
    return kept[["case_id", "grade", "audit_id", "team_id"]].assign(stratum="all").reset_index(drop=True)


def _grades(before: Sampled, now: Sampled, grades: list[str]) -> pd.DataFrame:
    """Whether a later case has the better grade: all cases alike, and within strata."""
    first, second = before.cases["grade"], now.cases["grade"]
    n = int(first.notna().sum() + second.notna().sum())
    names = {"table_id": "reaudit_grades_since", "row_key": "all", "n": n, "speaks_of": "our_practice"}
    plain = superiority_test(before=first, after=second, grades=grades)
    found = {
        "later_better": superiority(before=first, after=second, grades=grades).cells,
        "later_better_p": plain.cells,
    }
    if before.strata is not None and now.strata is not None:
        test = van_elteren(before=before.cases, after=now.cases, stratum="stratum", grades=grades)
        found["within_strata_p"] = test.cells
    return results_table({**names, "measure": measure, **cells} for measure, cells in found.items())


def _alike(before: pd.DataFrame, now: pd.DataFrame, grades: list[str], band: list[str]) -> pd.DataFrame:
    both = before[["case_id", "grade"]].merge(
        now[["case_id", "grade"]], on="case_id", how="outer", suffixes=("_before", "_after")
    )
    both = both.rename(columns={"grade_before": "before", "grade_after": "after"})
    if both[["before", "after"]].dropna().empty:
        return results_table([])
    return overlapping_change(responses=both, grades=grades, band=band, table_id="reaudit_overlap")
