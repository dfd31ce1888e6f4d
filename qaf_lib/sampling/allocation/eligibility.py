"""Which auditor may audit which case, and which rule stands in the way; cases alike are taken together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_lib.sampling.allocation.rules import AllocationRules

__all__ = ["Groups", "barred_by_rule", "group_cases"]

Bools = NDArray[np.bool_]
_NOBODY = "\x1f"
"""Stands for a worker, manager or division that is not known."""


@dataclass(frozen=True)
class Groups:
    """Cases that the same auditors may audit at the same cost, taken together.

    `of_case` gives the group of each case; `may` and `again` have a row for each group and a column for
    each auditor: whether the auditor may take it, and whether the auditor had that very case last time.
    """

    of_case: NDArray[np.int64]
    size: NDArray[np.int64]
    team: NDArray[np.int64]
    service: NDArray[np.int64]
    may: Bools
    again: Bools


def barred_by_rule(
    *, cases: pd.DataFrame, auditors: pd.DataFrame, staff: pd.DataFrame, rules: AllocationRules
) -> dict[str, Bools]:
    """For each rule that applies, the pairs it forbids: a row for each case, a column for each auditor."""
    own_team = _text(cases, "team_id")[:, None] == _text(auditors, "team_id")[None, :]
    own_service = _text(cases, "service")[:, None] == _text(auditors, "service")[None, :]
    ids = _text(auditors, "staff_id")[None, :]
    worker, manager = _text(cases, "worker_id"), _managers(cases, staff)
    person = worker if rules.audited_person == "worker" else manager
    rule_of = {quota.role: quota for quota in rules.roles}
    by_role = [rule_of.get(role) for role in auditors["role"]]
    found: dict[str, Bools] = {}
    if rules.mode == "self":
        return {"self": person[:, None] != ids}
    if rules.mode in ("peer", "tiered"):
        level_of = dict(zip(staff["staff_id"].astype(str), staff["role"].map(rules.level_of), strict=True))
        audited = np.array([level_of.get(one, np.nan) for one in person], dtype=float)[:, None]
        own = auditors["role"].map(rules.level_of).to_numpy(dtype=float)[None, :]
        found["level_unknown"] = np.isnan(audited) & np.ones_like(own_team)
        wrong = audited != own if rules.mode == "peer" else ~(own > audited)
        found[rules.mode] = wrong & ~np.isnan(audited)
    if rules.not_own_case:
        found["not_own_case"] = worker[:, None] == ids
        found["worker_unknown"] = (worker == _NOBODY)[:, None] & own_team
    if rules.not_line_manager_of_worker:
        found["not_line_manager_of_worker"] = manager[:, None] == ids
        manages = _manages_in_team(cases, auditors, staff)
        found["manager_unknown"] = (manager == _NOBODY)[:, None] & manages
    apart = np.array([bool(one and one.not_own_team) for one in by_role], dtype=bool)
    if rules.not_own_team or rules.mode == "peer" or apart.any():
        every = rules.not_own_team or rules.mode == "peer"
        found["not_own_team"] = own_team & (every | apart)[None, :]
    apart = np.array([bool(one and one.not_own_service) for one in by_role], dtype=bool)
    if rules.not_own_service or apart.any():
        found["not_own_service"] = own_service & (rules.not_own_service | apart)[None, :]
    apart = np.array([bool(one and one.within_division) for one in by_role], dtype=bool)
    if rules.within_division or apart.any():
        case, own = _text(cases, "division")[:, None], _text(auditors, "division")[None, :]
        other = (case != own) & (case != _NOBODY) & (own != _NOBODY)
        found["within_division"] = other & (rules.within_division | apart)[None, :]
    return found


def group_cases(*, cases: pd.DataFrame, may: Bools, again: Bools) -> Groups:
    """Take together the cases of one team whose rows of `may` and `again` are alike."""
    service = pd.factorize(cases["service"].astype(str))[0]
    team = pd.factorize(cases["service"].astype(str) + "\x1f" + cases["team_id"].astype(str))[0]
    packed = np.packbits(np.hstack([may, again]), axis=1)
    alike = pd.Series(list(zip(team, service, (row.tobytes() for row in packed), strict=True)), dtype=object)
    of_case = pd.factorize(alike)[0].astype("int64")
    first = np.unique(of_case, return_index=True)[1]
    size = np.bincount(of_case, minlength=len(first)).astype("int64")
    return Groups(of_case, size, team[first], service[first], may[first], again[first])


def _text(table: pd.DataFrame, column: str) -> NDArray[np.object_]:
    if column not in table:
        return np.full(len(table), _NOBODY, dtype=object)
    return np.asarray(table[column].astype("string").fillna(_NOBODY), dtype=object)


def _managers(cases: pd.DataFrame, staff: pd.DataFrame) -> NDArray[np.object_]:
    """The manager of each case's worker: as the cases say, else as the staff table says."""
    given = _text(cases, "manager_id")
    of_worker = dict(zip(_text(staff, "staff_id"), _text(staff, "manager_id"), strict=True))
    known = [of_worker.get(one, _NOBODY) for one in _text(cases, "worker_id")]
    return np.where(given == _NOBODY, np.array(known, dtype=object), given)


def _manages_in_team(cases: pd.DataFrame, auditors: pd.DataFrame, staff: pd.DataFrame) -> Bools:
    """Whether an auditor manages anybody in the case's team."""
    pairs = set(zip(_text(staff, "team_id"), _text(staff, "manager_id"), strict=True))
    teams, places = np.unique(_text(cases, "team_id").astype(str), return_inverse=True)
    ids = _text(auditors, "staff_id")
    table = np.array([[(team, one) in pairs for one in ids] for team in teams], dtype=bool)
    found: Bools = table.reshape(len(teams), len(ids))[places]
    return found
