"""Sampled cases to auditors: exact, even, independent, and in plain words where it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_lib.sampling.allocation.conflicts import (
    Conflict,
    already_allocated,
    few_cases,
    few_places,
    nobody_eligible,
)
from qaf_lib.sampling.allocation.flow import Ints, assign
from qaf_lib.sampling.allocation.places import AllocationRules
from qaf_lib.sampling.allocation.problem import KINDS, Problem, pose
from qaf_lib.sampling.checks import check_columns


@dataclass(frozen=True)
class Allocation:
    """Which auditor takes which case, how much each auditor has, and what could not be met.

    `cases`: case_id, auditor_id and why (kept or new), a row for each allocated case. `load`: auditor_id,
    role, allocated, minimum, capacity, shortfall (counts). `conflicts`:
    rule, count, message. `concerned`: conflict (the row of `conflicts`, from 0) and case_id.
    """

    cases: pd.DataFrame
    load: pd.DataFrame
    conflicts: pd.DataFrame
    concerned: pd.DataFrame


def allocate_audits(
    *, cases: pd.DataFrame, staff: pd.DataFrame, rules: AllocationRules, pairs: pd.DataFrame | None = None
) -> Allocation:
    """Allocate sampled cases to auditors so that minimums are met, workloads even and no rule is broken.

    In this order: as many cases as possible are allocated; the shortfall below the minimums is the least;
    the workloads in proportion to each auditor's room are the evenest; a case goes to someone else than
    last time, and each auditor's cases are of different teams and services. Each aim is met exactly,
    given those before it. Ties go by `prn`, or by the ids where there is none, never by the order of rows.

    Cases have `case_id`, `service`, `team_id`; if there, `worker_id`, `division` and `prn` (a number in [0,
    1)). `pairs` have `case_id`, `auditor_id` and `kind`. kept: allocated already, and stays so, whatever the
    rules now say; before: audited last time (avoided if it can be), which may have a `team_id`, for a team
    whose case the auditor had last time.

    References
    ----------
    Edmonds, J. (1971). Matroids and the greedy algorithm. Mathematical Programming 1, 127-136. Hall, P.
    (1935). On representatives of subsets. Journal of the London Mathematical Society 10, 26-30 (why places
    are too few).

    Examples
    --------
    >>> from datetime import date
    >>> from qaf_lib.frameworks import Independence
    >>> cases = pd.DataFrame({"case_id": ["a", "b", "c"], "service": "Fostering", "team_id": ["1", "1", "2"]})
    >>> staff = pd.DataFrame({"staff_id": ["x", "y"], "team_id": ["1", "2"], "fte": 1.0}).assign(
    ...     role="Service Leader", service=["Fostering", "Adoption"], can_audit=True, asked=1
    ... )
    >>> apart = Independence(audit_types=["case_file"], not_own_team=True)
    >>> rules = AllocationRules(start=date(2026, 7, 1), months=3, hours_per_audit=4, independence=(apart,))
    >>> allocate_audits(cases=cases, staff=staff, rules=rules).cases.to_numpy().tolist()
    [['a', 'y', 'new'], ['b', 'y', 'new'], ['c', 'x', 'new']]
    """
    _check(cases, staff, pairs)
    problem = pose(cases=cases, staff=staff, rules=rules, pairs=pairs)
    chosen = assign(groups=problem.groups, desks=problem.desks)
    given = _dealt(problem, chosen)
    found = _conflicts(problem, chosen, given)
    ids = [(number, case) for number, conflict in enumerate(found) for case in conflict.cases]
    return Allocation(
        cases=_pairs_table(problem, given),
        load=_load_table(problem, chosen),
        conflicts=pd.DataFrame(
            {
                "rule": pd.Series([one.rule for one in found], dtype="string"),
                "count": pd.Series([one.count for one in found], dtype="int64"),
                "message": pd.Series([one.message for one in found], dtype="string"),
            }
        ),
        concerned=pd.DataFrame(
            {
                "conflict": pd.Series([number for number, _ in ids], dtype="int64"),
                "case_id": pd.Series([case for _, case in ids], dtype="string"),
            }
        ),
    )


def _dealt(problem: Problem, chosen: Ints) -> Ints:
    """The auditor of each open case, -1 for none: by permanent number, one worker's cases apart."""
    found = np.full(len(problem.cases), -1, dtype="int64")
    worker = np.zeros(len(problem.cases), dtype="int64")
    if "worker_id" in problem.cases:
        worker = pd.factorize(problem.cases["worker_id"])[0].astype("int64")
    order = np.argsort(problem.groups.of_case, kind="stable")
    starts = np.cumsum(problem.groups.size) - problem.groups.size
    for group, start in enumerate(starts):
        rows = order[start : start + chosen[group].sum()]
        rows = rows[np.argsort(worker[rows], kind="stable")]
        auditor = np.repeat(np.arange(chosen.shape[1]), chosen[group])
        turn = np.concatenate([np.arange(count) for count in chosen[group]]) if len(auditor) else auditor
        found[rows] = auditor[np.lexsort((auditor, turn))]
    return found


def _conflicts(problem: Problem, chosen: Ints, given: Ints) -> list[Conflict]:
    desks, auditors, groups = problem.desks, problem.auditors, problem.groups
    return [
        *already_allocated(
            kept=problem.kept,
            gone=problem.gone,
            auditors=auditors,
            bars=problem.kept_bars,
            load=desks.load,
            capacity=desks.capacity,
        ),
        *nobody_eligible(cases=problem.cases, auditors=auditors, bars=problem.bars),
        *few_places(
            cases=problem.cases,
            auditors=auditors,
            groups=groups,
            chosen=chosen,
            places=(desks.capacity - desks.load).clip(min=0),
            left=given < 0,
        ),
        *few_cases(auditors=auditors, groups=groups, chosen=chosen, load=desks.load),
    ]


def _pairs_table(problem: Problem, given: Ints) -> pd.DataFrame:
    new = problem.cases.loc[given >= 0, ["case_id"]].assign(why="new")
    new["auditor_id"] = problem.auditors["staff_id"].to_numpy()[given[given >= 0]]
    kept = problem.kept[["case_id", "auditor_id"]].assign(why="kept")
    columns = ["case_id", "auditor_id", "why"]
    table = pd.concat([part[columns].astype("string") for part in (kept, new)])
    return table.sort_values(["case_id", "auditor_id"], ignore_index=True)


def _load_table(problem: Problem, chosen: Ints) -> pd.DataFrame:
    auditors = problem.auditors
    total = problem.desks.load + chosen.sum(axis=0)
    table = auditors[["staff_id", "role", "minimum", "capacity"]].rename(columns={"staff_id": "auditor_id"})
    table["allocated"] = total
    table["shortfall"] = (auditors["minimum"].to_numpy(dtype="int64") - total).clip(min=0)
    return table.sort_values("auditor_id", ignore_index=True)


def _check(cases: pd.DataFrame, staff: pd.DataFrame, pairs: pd.DataFrame | None) -> None:
    needed = {
        "cases": (cases, ("case_id", "service", "team_id")),
        "staff": (staff, ("staff_id", "role", "team_id", "service", "fte", "can_audit")),
    }
    if pairs is not None:
        needed["pairs"] = (pairs, ("case_id", "auditor_id", "kind"))
    for name, (table, columns) in needed.items():
        check_columns(columns, **{name: table})
        if name == "pairs":
            continue
        for column in columns:
            if column != "can_audit" and table[column].isna().any():
                raise ValueError(f"{name} has {int(table[column].isna().sum())} rows without {column}")
        if table[columns[0]].duplicated().any():
            raise ValueError(
                f"{int(table[columns[0]].duplicated().sum())} rows of {name} repeat a {columns[0]}"
            )
    unknown = set() if pairs is None else set(pairs["kind"]) - set(KINDS)
    if unknown:
        raise ValueError(f"kind must be one of {list(KINDS)}; got {sorted(map(str, unknown))}")
