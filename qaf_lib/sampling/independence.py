"""Independence of auditors: the one rule by which audits are given out and breaches are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_lib.frameworks import Independence

Bools = NDArray[np.bool_]
_Texts = Mapping[str, NDArray[np.object_]]
_NOT_KNOWN = "\x1f"
_CASE, _AUDITOR = ("worker_id", "worker_role"), ("auditor_id", "role")
_BOTH = ("team_id", "service", "division")

WORKER_NOT_KNOWN = "worker not known"
"""It may be anybody's case in the team: none of them is given it, but an audit of it breaks no rule."""


def case_side(*, cases: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """Cases, or audits of them, with the `worker_role` and the `service` that the rules compare.

    The service is that of the team's staff, so that it is written as the auditors' is; else the case's own.
    """
    staff = staff.sort_values("staff_id")
    roles = staff.drop_duplicates("staff_id").set_index("staff_id")["role"]
    services = staff.drop_duplicates("team_id").set_index("team_id")["service"]
    service = cases["team_id"].map(services).astype("string")
    if "service" in cases:
        service = service.fillna(cases["service"].astype("string"))
    role = cases["worker_id"].map(roles) if "worker_id" in cases else pd.NA
    return cases.assign(worker_role=role, service=service)


def barred_pairs(
    *, cases: pd.DataFrame, auditors: pd.DataFrame, rules: Sequence[Independence]
) -> dict[str, Bools]:
    """For each rule of independence the pairs it forbids: a row for each case, a column for each auditor.

    Cases have `worker_id`, `worker_role`, `team_id`, `service` and `division`; auditors `auditor_id`, `role`
    and the last three. A rule breaks nothing where a side of its comparison is not recorded, but for a
    self-audit.
    """
    case = {name: texts[:, None] for name, texts in _texts(cases, (*_CASE, *_BOTH)).items()}
    auditor = {name: texts[None, :] for name, texts in _texts(auditors, (*_AUDITOR, *_BOTH)).items()}
    return _forbidden(case, auditor, rules)


def broken_rule(*, audits: pd.DataFrame, auditors: pd.DataFrame, rules: Sequence[Independence]) -> pd.Series:
    """The first rule of independence that each audit breaks, missing for none.

    The columns are those of `barred_pairs`; row by row, `auditors` are those of the `audits`, in whose index
    the answer stands. An audit without an auditor breaks none.

    References
    ----------
    Auditors' independence from the work audited: ISO 19011:2018, 4(e).

    Examples
    --------
    >>> audits = pd.DataFrame({"worker_id": ["p"], "worker_role": ["Lead"], "team_id": ["t"]})
    >>> auditors = pd.DataFrame({"auditor_id": ["p"], "role": ["Lead"], "team_id": ["t"]})
    >>> rule = Independence(audit_types=["case_file"])
    >>> broken_rule(audits=audits, auditors=auditors, rules=[rule]).tolist()
    ['own case']
    """
    auditor = _texts(auditors, (*_AUDITOR, *_BOTH))
    found = pd.Series(pd.NA, index=audits.index, dtype="string")
    for name, broken in _forbidden(_texts(audits, (*_CASE, *_BOTH)), auditor, rules).items():
        if name != WORKER_NOT_KNOWN:
            found = found.mask(found.isna() & broken & (auditor["auditor_id"] != _NOT_KNOWN), name)
    return found


def division_not_known(*, audits: pd.DataFrame, auditors: pd.DataFrame, rules: Sequence[Independence]) -> int:
    """Audits that must stay within a division and of which it cannot be told, row by row (count).

    Examples
    --------
    >>> rule = Independence(audit_types=["case_file"], within_division=True)
    >>> audits, auditors = pd.DataFrame({"division": ["North"]}), pd.DataFrame({"division": [None]})
    >>> division_not_known(audits=audits, auditors=auditors, rules=[rule])
    1
    """
    case, auditor = _texts(audits, _BOTH)["division"], _texts(auditors, (*_AUDITOR, *_BOTH))
    untold = (case == _NOT_KNOWN) | (auditor["division"] == _NOT_KNOWN)
    return int((untold & _bound(auditor["role"], [rule for rule in rules if rule.within_division])).sum())


def _forbidden(case: _Texts, auditor: _Texts, rules: Sequence[Independence]) -> dict[str, Bools]:
    """The pairs that each rule forbids, in the order in which rules are told."""
    own = _same(case["worker_id"], auditor["auditor_id"])
    own_team = _same(case["team_id"], auditor["team_id"])
    one_unknown = (case["division"] == _NOT_KNOWN) | (auditor["division"] == _NOT_KNOWN)
    pairs = {
        "not the own case": ~own,
        "own case": own,
        WORKER_NOT_KNOWN: (case["worker_id"] == _NOT_KNOWN) & own_team,
        "own team": own_team,
        "own service": _same(case["service"], auditor["service"]),
        "same role": _same(case["worker_role"], auditor["role"]) & ~own,
        "other division": (case["division"] != auditor["division"]) & ~one_unknown,
    }
    asking = {name: [rule for rule in rules if name in _asked(rule)] for name in pairs}
    return {name: pairs[name] & _bound(auditor["role"], asked) for name, asked in asking.items() if asked}


def _asked(rule: Independence) -> set[str]:
    """What a rule forbids."""
    asked = {
        "not the own case": rule.mode == "self",
        "own case": rule.not_own_case and rule.mode != "self",
        WORKER_NOT_KNOWN: rule.not_own_case and rule.mode != "self",
        "own team": rule.not_own_team or rule.mode == "peer",
        "own service": rule.not_own_service,
        "same role": rule.mode == "tiered",
        "other division": rule.within_division,
    }
    return {name for name, applies in asked.items() if applies}


def _bound(roles: NDArray[np.object_], rules: Sequence[Independence]) -> Bools:
    """Which auditors, by their roles, one of the rules binds."""
    everybody = any(not rule.roles for rule in rules)
    found: Bools = np.isin(roles, [role for rule in rules for role in rule.roles]) | everybody
    return found


def _same(left: NDArray[np.object_], right: NDArray[np.object_]) -> Bools:
    """Where both are known and the same."""
    same: Bools = (left == right) & (left != _NOT_KNOWN)
    return same


def _texts(table: pd.DataFrame, columns: Sequence[str]) -> dict[str, NDArray[np.object_]]:
    """The columns as plain texts, with a mark where something is not known."""
    blank = np.full(len(table), _NOT_KNOWN, dtype=object)
    return {
        name: np.asarray(table[name].astype("string").fillna(_NOT_KNOWN), dtype=object)
        if name in table
        else blank
        for name in columns
    }
