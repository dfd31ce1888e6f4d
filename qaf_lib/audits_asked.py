"""How many audits the framework asks of each auditor: by the rule that says what its duties expect."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from qaf_lib.analysis.duty_holders import Asked, exempt_from, not_left_out, owners_of
from qaf_lib.analysis.in_post import expected_times
from qaf_lib.analysis.spans import Span, spans_of
from qaf_lib.dates import Period
from qaf_lib.frameworks import Duty, Framework

__all__ = ["audits_asked", "duties_that_ask", "exempt_from_audits"]


def duties_that_ask(*, framework: Framework, audit_type: str) -> list[Duty]:
    """The duties that ask a number of audits of a type of each holder."""
    return [
        duty
        for duty in framework.duties
        if duty.evidence == "audit"
        and audit_type in duty.audit_types
        and framework.how_often(duty) is not None
        and duty.each == "post"
        and duty.same_as is None
    ]


def exempt_from_audits(*, exemptions: pd.DataFrame, framework: Framework, audit_type: str) -> pd.DataFrame:
    """Exemptions that hold for audits of a type: from every duty, or from one that asks for them."""
    asking = [duty.duty_id for duty in duties_that_ask(framework=framework, audit_type=audit_type)]
    named = exemptions["duty_id"].isin(asking) | exemptions["duty_id"].isna()
    return exemptions[named.fillna(False).astype(bool)]


def audits_asked(
    *,
    framework: Framework,
    audit_type: str,
    span: Period,
    staff: pd.DataFrame,
    exemptions: pd.DataFrame,
    audits: pd.DataFrame,
    elsewhere: pd.DataFrame,
) -> pd.Series:
    """Audits of a type that are asked of each person in a period (count, by staff id).

    What the duties expect by spans that fall due in the period (`expected_times`), the most where several
    duties ask; less what was audited earlier in such a span, and what other draws gave out. Where people
    followed one another in a post, the last holder has what the others' time leaves.

    Parameters
    ----------
    framework : Framework
        The duties.
    audit_type : str
        The type of audit to give out.
    span : Period
        The days that it is given out for.
    staff : DataFrame
        `staff_id`, `role`, `team_id`, `service`, `started_on`, `left_on`.
    exemptions : DataFrame
        `staff_id`, `duty_id`, `starts_on`, `ends_on`.
    audits : DataFrame
        `auditor_id`, `audit_type`, `audited_on`.
    elsewhere : DataFrame
        `auditor_id`, `audit_type` of what other draws gave out for these days.
    """
    asked = pd.Series(0, index=pd.Index(staff["staff_id"].unique()), dtype="int64")
    for duty in duties_that_ask(framework=framework, audit_type=audit_type):
        spans = _due_spans(framework, duty, span)
        expected = _of_each(framework, duty, spans, staff, exemptions)
        if expected.empty:
            continue
        first, start = pd.Timestamp(min(one.start for one in spans)), pd.Timestamp(span.start)
        earlier = audits[(audits["audited_on"] >= first) & (audits["audited_on"] < start)]
        parts = [table[table["audit_type"].isin(duty.audit_types)] for table in (earlier, elsewhere)]
        taken = sum(part["auditor_id"].value_counts().reindex(expected.index).fillna(0) for part in parts)
        left = (expected - taken).clip(lower=0).astype("int64")
        asked = np.maximum(asked, left.reindex(asked.index, fill_value=0))
    return asked


def _due_spans(framework: Framework, duty: Duty, span: Period) -> list[Span]:
    often = framework.how_often(duty)
    if often is None:
        return []
    found = spans_of(every=often[1], period=span, year=duty.year, due_month=duty.due_month)
    return [one for one in found if one.due in span]


def _of_each(
    framework: Framework, duty: Duty, spans: list[Span], staff: pd.DataFrame, exemptions: pd.DataFrame
) -> pd.Series:
    """What the duty expects of each person's post in spans together; nothing where none is due."""
    people = not_left_out(people=staff, services=duty.leave_out_services, teams=duty.leave_out_teams)
    often = framework.how_often(duty)
    if often is None or not spans or not people["role"].isin(duty.roles).any():
        return pd.Series(dtype="int64")
    owners = owners_of(asked=Asked(roles=tuple(duty.roles)), people=people, teams=[])

    def times(of: pd.DataFrame) -> pd.Series:
        return expected_times(
            people=of,
            times=often[0],
            spans=spans,
            excused_months=duty.excused_months,
            exempt=exempt_from(exemptions=exemptions, duty_id=duty.duty_id),
            pro_rata=duty.pro_rata,
        )

    return _shared_out(owners, times)


def _shared_out(owners: pd.DataFrame, times: Callable[[pd.DataFrame], pd.Series]) -> pd.Series:
    """What each post is asked, by person: the last holder has what the others' own time leaves."""
    own = times(owners.assign(owner=owners["staff_id"]))
    last = owners.sort_values(["started_on", "staff_id"]).drop_duplicates("owner", keep="last")
    rest = times(owners) - owners.assign(own=owners["staff_id"].map(own)).groupby("owner")["own"].sum()
    return own.add(last.set_index("staff_id")["owner"].map(rest), fill_value=0).clip(lower=0).astype("int64")
