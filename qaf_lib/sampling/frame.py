"""The sampling frame: which open cases may be drawn, in which stratum, and why the others may not.

Lessler, J. T. and Kalsbeek, W. D. (1992). Nonsampling Error in Surveys, Wiley, chapters 3 and 5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import pandas as pd

from qaf_lib.dates import add_months
from qaf_lib.sampling.checks import check_columns

NOT_RECORDED = "not recorded"
"""The stratum of cases whose stratifying column is blank: they stay in the population."""

STRATUM_JOINED_BY = " · "
"""What stands between the values of several columns that make a stratum."""

_OUT_OF_SCOPE = "status out of scope"
_LEFT_OUT = {"service": "service left out of this draw", "team_id": "team left out of this draw"}


def sampling_frame(
    *,
    cases: pd.DataFrame,
    as_at: date,
    strata: Sequence[str],
    statuses: Collection[str] | None,
    open_at_least_days: int = 0,
    leave_out_restricted: bool = True,
    leave_out: Mapping[str, Collection[str]] | None = None,
    last_audited: pd.Series | None = None,
    not_audited_within_months: int | None = None,
) -> pd.DataFrame:
    """Every open case with its `stratum`, and the first reason why it may not be drawn: `exclusion_reason`.

    Cases have `case_id`, `status`, `opened_on`, `restricted_record` and the columns whose values together
    make the `strata`; a blank counts as `not recorded`. Cases of none of the `statuses` are out of scope;
    every case is in it where these are None. A case without a start date has been open long enough.
    `leave_out` gives values of `service` and of `team_id` whose cases may not be drawn, by column;
    `last_audited` the day of the last audit by case_id, within whose months before `as_at` none may be drawn.

    Examples
    --------
    >>> cases = pd.DataFrame({"case_id": ["a", "b"], "status": ["looked_after", "closed"]}).assign(
    ...     service=["East", None], opened_on=pd.Timestamp("2026-01-05"), restricted_record=False
    ... )
    >>> frame = sampling_frame(
    ...     cases=cases, as_at=date(2026, 6, 30), strata=["service"], statuses=["looked_after"]
    ... )
    >>> frame[["stratum", "exclusion_reason"]].fillna("").to_numpy().tolist()
    [['East', ''], ['not recorded', 'status out of scope']]
    """
    check_columns(("case_id", *strata), cases=cases)
    if cases["case_id"].isna().any():
        raise ValueError(f"{int(cases['case_id'].isna().sum())} cases have no case_id")
    if cases["case_id"].duplicated().any():
        raise ValueError(
            f"{int(cases['case_id'].duplicated().sum())} cases stand twice; keep one row per case"
        )
    names = cases[list(strata)].astype("string").fillna(NOT_RECORDED)
    whole = pd.Series("", index=cases.index, dtype="string")
    stratum = names.iloc[:, 0].str.cat(names.iloc[:, 1:], sep=STRATUM_JOINED_BY) if len(strata) else whole
    reason = pd.Series(pd.NA, index=cases.index, dtype="string")
    for text, applies in _reasons(
        cases,
        as_at,
        statuses,
        open_at_least_days,
        leave_out_restricted,
        leave_out or {},
        last_audited,
        not_audited_within_months,
    ):
        reason = reason.mask(reason.isna() & applies.fillna(False).astype(bool), text)
    return cases.assign(stratum=stratum, exclusion_reason=reason)


def _reasons(
    cases: pd.DataFrame,
    as_at: date,
    statuses: Collection[str] | None,
    open_at_least_days: int,
    leave_out_restricted: bool,
    leave_out: Mapping[str, Collection[str]],
    last_audited: pd.Series | None,
    not_audited_within_months: int | None,
) -> list[tuple[str, pd.Series]]:
    reasons = []
    if statuses is not None:
        reasons.append((_OUT_OF_SCOPE, ~cases["status"].isin(list(statuses))))
    if leave_out_restricted:
        reasons.append(("restricted record", cases["restricted_record"]))
    reasons += [(_LEFT_OUT[column], cases[column].isin(list(values))) for column, values in leave_out.items()]
    if open_at_least_days:
        days_open = (pd.Timestamp(as_at) - pd.to_datetime(cases["opened_on"])).dt.days
        reasons.append((f"open for less than {open_at_least_days} days", days_open < open_at_least_days))
    if last_audited is not None and not_audited_within_months is not None:
        since = pd.Timestamp(add_months(as_at, -not_audited_within_months))
        recent = pd.to_datetime(cases["case_id"].map(last_audited.to_dict())) > since
        reasons.append((f"audited in the last {not_audited_within_months} months", recent))
    return reasons


def frame_checksum(frame: pd.DataFrame) -> str:
    """SHA-256 of the cases that may be drawn and their strata, whatever the order of rows."""
    eligible = frame[frame["exclusion_reason"].isna()]
    lines = sorted(eligible["case_id"].astype(str) + "\x1f" + eligible["stratum"].astype(str))
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


class FrameCoverage(NamedTuple):
    """Cases that could be drawn, and all cases in scope."""

    eligible: int
    population: int

    @property
    def share(self) -> float | None:
        """Share of the population that the sample speaks of; None without a population."""
        return self.eligible / self.population if self.population else None


def frame_coverage(*, frame: pd.DataFrame) -> FrameCoverage:
    """How many of the cases in scope could be drawn, from the answer of `sampling_frame`.

    Examples
    --------
    >>> frame = pd.DataFrame({"exclusion_reason": [None, None, None, "restricted record"]})
    >>> frame_coverage(frame=frame).share
    0.75
    """
    check_columns(["exclusion_reason"], frame=frame)
    reasons = frame["exclusion_reason"]
    reasons = reasons[reasons.ne(_OUT_OF_SCOPE).fillna(True).astype(bool)]
    return FrameCoverage(int(reasons.isna().sum()), len(reasons))
