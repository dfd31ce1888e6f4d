"""Moderation in stages: how far each audit came, in order and by whom; the last stage's grade stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

__all__ = ["STAGE_STATES", "stage_states", "standing_grades"]

STAGE_STATES = (
    "done",
    "before an earlier stage",
    "by another role",
    "by the auditor",
    "left out",
    "not yet reached",
)
"""A stage left out has none of its own although a later one has been done."""


def standing_grades(*, moderations: pd.DataFrame, stages: Sequence[str] = ()) -> pd.DataFrame:
    """The one moderation of each audit whose grade stands: of the last stage reached, the latest.

    An audit moderated twice counts once. Where some of its moderations were drawn at random the audit is
    one that chance picked, with the chance that it had of that, whatever a later one was for.

    Parameters
    ----------
    moderations : DataFrame
        `audit_id`, `moderated_on`, `seq` (order of recording), `audit_grade`, `why`, `probability` and
        `stage`. The audit's own grade is the one that the first of them looked at.
    stages : sequence of str
        Names of the stages in order; a moderation of none of them comes before all.

    Returns
    -------
    DataFrame
        The rows of the moderations that stand, one for each audit.

    Examples
    --------
    >>> rows = pd.DataFrame({"audit_id": "a", "seq": [1, 2], "stage": ["peer", "chair"]})
    >>> rows = rows.assign(why=["random", "dispute"], probability=[0.2, None], audit_grade=["good", "poor"])
    >>> rows["moderated_on"] = pd.Timestamp("2026-08-03")
    >>> found = standing_grades(moderations=rows, stages=["peer", "chair"])
    >>> found[["audit_grade", "why", "probability", "stage"]].to_numpy().tolist()
    [['good', 'random', 0.2, 'chair']]
    """
    rank = _ranks(moderations["stage"], stages)
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
    """The state of every stage of each audit that was moderated.

    Parameters
    ----------
    moderations : DataFrame
        `audit_id`, `moderator_id`, `moderated_on`, `stage`, `audit_grade`, `moderated_grade`. The first of a
        stage counts for its order and its moderator, the last for its grade.
    stages : sequence of str
        Names of the stages in order.
    auditors : mapping
        Who made each audit.
    roles : mapping
        The role of each person; of somebody unknown it cannot be told.
    by_roles : mapping
        Roles that may make each stage; none or an empty list for any.

    Returns
    -------
    DataFrame
        `audit_id`, `stage`, `state` (one of `STAGE_STATES`), `before` (the grade it looked at) and `after`
        (the grade it gave; both missing where it was not done). Two stages on one day are in order.

    References
    ----------
    A full count of the audits that were moderated at all.

    Examples
    --------
    >>> rows = pd.DataFrame({"audit_id": "a", "moderator_id": ["m", "n"], "stage": ["peer", "chair"]})
    >>> rows["moderated_on"] = pd.to_datetime(["2026-08-04", "2026-08-03"])
    >>> rows = rows.assign(audit_grade="good", moderated_grade="good")
    >>> people = {"auditors": {}, "roles": {}, "by_roles": {}}
    >>> stage_states(moderations=rows, stages=["peer", "chair"], **people)["state"].tolist()
    ['done', 'before an earlier stage']
    """
    ordered = moderations.sort_values("moderated_on")
    firsts = ordered.drop_duplicates(["audit_id", "stage"]).set_index(["audit_id", "stage"])
    lasts = ordered.drop_duplicates(["audit_id", "stage"], keep="last").set_index(["audit_id", "stage"])
    rows = []
    for audit in ordered["audit_id"].drop_duplicates():
        made = {stage: firsts.loc[(audit, stage)] for stage in stages if (audit, stage) in firsts.index}
        for at, stage in enumerate(stages):
            state = _state(made, list(stages), at, auditors.get(audit), roles, by_roles.get(stage, ()))
            grades = lasts.loc[(audit, stage)] if stage in made else None
            rows.append(
                {
                    "audit_id": audit,
                    "stage": stage,
                    "state": state,
                    "before": None if grades is None else grades["audit_grade"],
                    "after": None if grades is None else grades["moderated_grade"],
                }
            )
    return pd.DataFrame(rows, columns=["audit_id", "stage", "state", "before", "after"]).astype("string")


def _state(
    made: Mapping[str, pd.Series],
    stages: list[str],
    at: int,
    auditor: str | None,
    roles: Mapping[str, str],
    allowed: Collection[str],
) -> str:
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


def _ranks(named: pd.Series, stages: Sequence[str]) -> pd.Series:
    """The place of each moderation's stage, -1 for none."""
    return named.map({stage: at for at, stage in enumerate(stages)}).astype("float64").fillna(-1)
