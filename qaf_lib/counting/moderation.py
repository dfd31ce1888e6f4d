"""What the grade of an audit asks for: moderation in stages, a letter or a meeting after the nth low one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import pandas as pd

from qaf_lib.counting.tables import holds
from qaf_lib.dates import add_months
from qaf_lib.sampling.checks import check_columns, check_counts, check_series

STAGE_STATES = (
    *("done", "before an earlier stage", "by another role"),
    *("by the auditor", "left out", "not yet reached"),
)
"""A stage left out has none of its own although a later one has been done."""

_LOW_COLUMNS = ["worker_id", "audit_id", "audited_on", "low_grades", "done_on"]


def moderation_due(
    *,
    audits: pd.DataFrame,
    moderations: pd.DataFrame,
    trigger_grades: Collection[str],
    before_submission: bool,
    roles: pd.Series,
    by_roles: Collection[str],
    as_at: date,
) -> pd.DataFrame:
    """The `state` of moderation of each audit whose grade asks for it.

    "moderated in time", "submitted before moderation", "not moderated", "not yet submitted", "moderated by
    the auditor" or "moderated by another role". The first moderation counts, on the day it was made. Before
    submission means on the day of submission or earlier; an audit that is not submitted by `as_at` is not
    yet due then. `roles` gives the role of each person, by staff id; `by_roles` who may moderate, empty for
    any.

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_id": ["a"], "auditor_id": ["p"], "overall_grade": ["10"],
    ...                        "submitted_on": pd.to_datetime(["2026-09-01"])})
    >>> moderations = pd.DataFrame({"audit_id": ["a"], "moderator_id": ["m"],
    ...                             "moderated_on": pd.to_datetime(["2026-09-02"])})
    >>> anybody = {"roles": pd.Series(dtype="string"), "by_roles": []}
    >>> moderation_due(audits=audits, moderations=moderations, trigger_grades=["10"], **anybody,
    ...                before_submission=True, as_at=date(2026, 9, 30))["state"].tolist()
    ['submitted before moderation']
    """
    check_columns(["audit_id", "auditor_id", "overall_grade", "submitted_on"], audits=audits)
    check_columns(["audit_id", "moderator_id", "moderated_on"], moderations=moderations)
    check_series(roles=roles)
    asked = audits[audits["overall_grade"].isin(list(trigger_grades))]
    done = moderations[moderations["moderated_on"] <= pd.Timestamp(as_at)]
    first = done.sort_values(["moderated_on", "moderator_id"]).drop_duplicates("audit_id")
    joined = asked.merge(first[["audit_id", "moderator_id", "moderated_on"]], on="audit_id", how="left")
    submitted = joined["submitted_on"].where(joined["submitted_on"] <= pd.Timestamp(as_at))
    moderated = joined["moderated_on"].notna()
    state = pd.Series("moderated in time", index=joined.index, dtype="string")
    if by_roles:
        of_role = joined["moderator_id"].map(roles).isin(list(by_roles))
        state = state.mask(moderated & ~of_role, "moderated by another role")
    by_self = joined["moderator_id"].astype("string") == joined["auditor_id"].astype("string")
    state = state.mask(holds(by_self), "moderated by the auditor")
    late = moderated & (joined["moderated_on"] > submitted)
    if before_submission:
        state = state.mask(late, "submitted before moderation")
    state = state.mask(~moderated, "not moderated")
    if before_submission:
        state = state.mask(~moderated & submitted.isna(), "not yet submitted")
    return joined[["audit_id"]].assign(state=state)


def standing_grades(*, moderations: pd.DataFrame, stages: Sequence[str]) -> pd.DataFrame:
    """The one moderation of each audit whose grade stands: of the last stage reached, the latest.

    An audit moderated twice counts once. Where some of its moderations were drawn at random the audit is
    one that chance picked, with the chance that it had of that, whatever a later one was for. The audit's
    own grade is the one that the first of them looked at. A moderation of none of the stages, which stand in
    order, comes before all.

    Examples
    --------
    >>> rows = pd.DataFrame({"audit_id": "a", "seq": [1, 2], "stage": ["peer", "chair"]})
    >>> rows = rows.assign(why=["random", "dispute"], probability=[0.2, None], audit_grade=["good", "poor"])
    >>> rows["moderated_on"] = pd.Timestamp("2026-08-03")
    >>> found = standing_grades(moderations=rows, stages=["peer", "chair"])
    >>> found[["audit_grade", "why", "probability", "stage"]].to_numpy().tolist()
    [['good', 'random', 0.2, 'chair']]
    """
    needed = ["audit_id", "moderated_on", "seq", "audit_grade", "why", "probability", "stage"]
    check_columns(needed, moderations=moderations)
    places = {stage: at for at, stage in enumerate(stages)}
    rank = moderations["stage"].map(places).astype("float64").fillna(-1)
    ordered = moderations.assign(rank=rank).sort_values(["rank", "moderated_on", "seq"])
    last = ordered.drop_duplicates("audit_id", keep="last").drop(columns="rank").set_index("audit_id")
    first = ordered.drop_duplicates("audit_id").set_index("audit_id")
    random = ordered[ordered["why"] == "random"].drop_duplicates("audit_id").set_index("audit_id")
    last["audit_grade"] = first["audit_grade"].reindex(last.index)
    by_chance = last.index.isin(random.index)
    last["why"] = last["why"].mask(by_chance, "random")
    last["probability"] = random["probability"].reindex(last.index).where(by_chance)
    return last.reset_index().sort_values(["moderated_on", "seq"], ignore_index=True)[list(moderations)]


def stage_states(
    *,
    moderations: pd.DataFrame,
    stages: Sequence[str],
    auditors: Mapping[str, str],
    roles: Mapping[str, str],
    by_roles: Mapping[str, Collection[str]],
) -> pd.DataFrame:
    """The `state` (`STAGE_STATES`) of every stage, in order, of each audit that was moderated.

    `before` is the grade that the stage looked at, `after` the one it gave; both are missing where it was
    not done. The first moderation of a stage counts for its order and its moderator, the last for its grade;
    two stages on one day are in order. `auditors` names who made each audit, `roles` the role of each
    person (of somebody unknown it cannot be told), `by_roles` who may make each stage: none, or an empty
    list, for any.

    Examples
    --------
    >>> rows = pd.DataFrame({"audit_id": "a", "moderator_id": ["m", "n"], "stage": ["peer", "chair"]})
    >>> rows["moderated_on"] = pd.to_datetime(["2026-08-04", "2026-08-03"])
    >>> rows = rows.assign(audit_grade="good", moderated_grade="good")
    >>> people = {"auditors": {}, "roles": {}, "by_roles": {}}
    >>> stage_states(moderations=rows, stages=["peer", "chair"], **people)["state"].tolist()
    ['done', 'before an earlier stage']
    """
    needed = ["audit_id", "moderator_id", "moderated_on", "stage", "audit_grade", "moderated_grade"]
    check_columns(needed, moderations=moderations)
    ordered = moderations.sort_values("moderated_on")
    firsts = ordered.drop_duplicates(["audit_id", "stage"]).set_index(["audit_id", "stage"])
    lasts = ordered.drop_duplicates(["audit_id", "stage"], keep="last").set_index(["audit_id", "stage"])
    rows = []
    for audit in ordered["audit_id"].drop_duplicates():
        made = {stage: firsts.loc[(audit, stage)] for stage in stages if (audit, stage) in firsts.index}
        for at, stage in enumerate(stages):
            state = _state(made, list(stages), at, auditors.get(audit), roles, by_roles.get(stage, ()))
            row = {"audit_id": audit, "stage": stage, "state": state}
            if stage in made:
                grades = lasts.loc[(audit, stage)]
                row |= {"before": grades["audit_grade"], "after": grades["moderated_grade"]}
            rows.append(row)
    return pd.DataFrame(rows, columns=["audit_id", "stage", "state", "before", "after"]).astype("string")


def _state(
    made: Mapping[str, pd.Series],
    stages: list[str],
    at: int,
    auditor: str | None,
    roles: Mapping[str, str],
    allowed: Collection[str],
) -> str:
    """The state of the stage at a place, of the stages made of one audit."""
    stage = stages[at]
    if stage not in made:
        return "left out" if any(later in made for later in stages[at + 1 :]) else "not yet reached"
    day, moderator = made[stage]["moderated_on"], made[stage]["moderator_id"]
    if any(made[one]["moderated_on"] > day for one in stages[:at] if one in made):
        return "before an earlier stage"
    if auditor is not None and moderator == auditor:
        return "by the auditor"
    if allowed and moderator in roles and roles[moderator] not in allowed:
        return "by another role"
    return "done"


def repeated_grades(
    *, audits: pd.DataFrame, events: pd.DataFrame, grades: Collection[str], nth: int, within_months: int
) -> pd.DataFrame:
    """Each audit that is the nth low one of its worker, and the day of the letter or meeting it asks for.

    Low grades are counted over the whole months up to and with the audit (`low_grades`); every nth asks:
    with `nth` 3 the third and the sixth. An event (`subject_id`, `held_on`) answers one audit, the first that
    is not answered yet and not later than it: `done_on`, missing where not done. Audits without a
    `worker_id` are left out.

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_id": ["a", "b", "c"], "worker_id": "w", "overall_grade": "low"})
    >>> audits["audited_on"] = pd.to_datetime(["2026-07-01", "2026-08-01", "2026-09-01"])
    >>> events = pd.DataFrame({"subject_id": ["w"], "held_on": pd.to_datetime(["2026-09-04"])})
    >>> found = repeated_grades(audits=audits, events=events, grades=["low"], nth=3, within_months=12)
    >>> found[["audit_id", "low_grades"]].to_numpy().tolist()
    [['c', 3]]
    """
    check_columns(["audit_id", "worker_id", "audited_on", "overall_grade"], audits=audits)
    check_columns(["subject_id", "held_on"], events=events)
    check_counts(nth=nth)
    low = audits[audits["overall_grade"].isin(list(grades))].dropna(subset=["worker_id"])
    rows: list[tuple[object, ...]] = []
    for worker, own in low.sort_values(["audited_on", "audit_id"]).groupby("worker_id"):
        left = sorted(events.loc[holds(events["subject_id"] == worker), "held_on"].dropna())
        days = list(own["audited_on"])
        for at, (audit, day) in enumerate(zip(own["audit_id"], days, strict=True)):
            since = pd.Timestamp(add_months(day.date(), -within_months))
            count = sum(since < earlier for earlier in days[: at + 1])
            if count % nth:
                continue
            done = next((held for held in left if held >= day), None)
            if done is not None:
                left.remove(done)
            rows.append((worker, audit, day, count, done))
    return pd.DataFrame(rows, columns=_LOW_COLUMNS).astype(
        {"audited_on": "datetime64[ns]", "done_on": "datetime64[ns]", "low_grades": "int64"}
    )
