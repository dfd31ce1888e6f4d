"""Moderation that the grade of an audit asks for: done in time, late, missing, by the wrong person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pandas as pd

__all__ = ["MODERATION_STATES", "moderation_due"]

MODERATION_STATES = (
    "moderated in time",
    "submitted before moderation",
    "not moderated",
    "not yet submitted",
    "moderated by the auditor",
    "moderated by another role",
)


def moderation_due(
    *,
    audits: pd.DataFrame,
    moderations: pd.DataFrame,
    trigger_grades: Collection[str],
    before_submission: bool,
    roles: pd.Series | None = None,
    by_roles: Collection[str] = (),
    as_at: date,
) -> pd.DataFrame:
    """The state of moderation of each audit whose grade asks for it.

    The first moderation counts, on the day it was made. Before submission means on the day of submission or
    earlier. An audit that is not submitted by `as_at` is not yet due where moderation comes before
    submission.

    Parameters
    ----------
    audits : DataFrame
        `audit_id`, `auditor_id`, `overall_grade`, `submitted_on` (datetime64, may be missing).
    moderations : DataFrame
        `audit_id`, `moderator_id`, `moderated_on` (datetime64).
    trigger_grades : collection of str
        Grades that ask for moderation.
    before_submission : bool
        Whether it must come before the audit is submitted.
    roles : Series, optional
        Role of each person, by staff id; with `by_roles`, who may moderate.
    by_roles : collection of str
        Roles that may moderate; empty for any.
    as_at : date
        The last day looked at.

    Returns
    -------
    DataFrame
        `audit_id` and `state`, one of `MODERATION_STATES`, one row per audit with such a grade.

    References
    ----------
    A full count of the audits that the framework's trigger names.

    Examples
    --------
    >>> audits = pd.DataFrame({"audit_id": ["a"], "auditor_id": ["p"], "overall_grade": ["10"],
    ...                        "submitted_on": pd.to_datetime(["2026-09-01"])})
    >>> moderations = pd.DataFrame({"audit_id": ["a"], "moderator_id": ["m"],
    ...                             "moderated_on": pd.to_datetime(["2026-09-02"])})
    >>> moderation_due(audits=audits, moderations=moderations, trigger_grades=["10"],
    ...                before_submission=True, as_at=date(2026, 9, 30))["state"].tolist()
    ['submitted before moderation']
    """
    asked = audits[audits["overall_grade"].isin(list(trigger_grades))]
    done = moderations[moderations["moderated_on"] <= pd.Timestamp(as_at)]
    first = done.sort_values(["moderated_on", "moderator_id"]).drop_duplicates("audit_id")
    joined = asked.merge(first[["audit_id", "moderator_id", "moderated_on"]], on="audit_id", how="left")
    submitted = joined["submitted_on"].where(joined["submitted_on"] <= pd.Timestamp(as_at))
    moderated = joined["moderated_on"].notna()
    state = pd.Series("moderated in time", index=joined.index, dtype="string")
    if by_roles and roles is not None:
        of_role = joined["moderator_id"].map(roles).isin(list(by_roles))
        state = state.mask(moderated & ~of_role, "moderated by another role")
    by_self = (joined["moderator_id"].astype("string") == joined["auditor_id"].astype("string")).fillna(False)
    state = state.mask(by_self.astype(bool), "moderated by the auditor")
    late = moderated & (joined["moderated_on"] > submitted)
    if before_submission:
        state = state.mask(late, "submitted before moderation")
    state = state.mask(~moderated, "not moderated")
    if before_submission:
        state = state.mask(~moderated & submitted.isna(), "not yet submitted")
    return joined[["audit_id"]].assign(state=state)
