"""Seconds to allocate audits under rules like Portsmouth's, beside a plain linear sum assignment.

python benchmarks/allocation_speed.py

The plain way gives every place of every auditor a column and every case a row, and leaves the spread over
teams and services out.
"""

from __future__ import annotations

import time
from datetime import date

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from qaf_lib.frameworks import Independence
from qaf_lib.sampling import AllocationRules, allocate_audits, audit_places, barred_pairs

FORBIDDEN = 1e6
HOURS = 4.0
"""Hours a month for audits of a full-time post."""


def council(*, cases: int, auditors: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases and staff: a service leader for most teams, heads over services, workers who do not audit."""
    rng = np.random.default_rng(seed)
    services = max(4, auditors // 40)
    teams = max(services, int(auditors * 0.6))
    service_of = np.arange(teams) % services
    roles = np.where(np.arange(auditors) < services, "Head of Service", "Service Leader")
    team = np.where(np.arange(auditors) < services, np.arange(auditors), np.arange(auditors) % teams)
    leaders = pd.DataFrame(
        {
            "staff_id": [f"a{number:04d}" for number in range(auditors)],
            "role": roles,
            "team_id": [f"t{number:03d}" for number in team],
            "service": [f"s{service_of[number]:02d}" for number in team],
            "fte": rng.choice([1.0, 0.8, 0.6, 0.5], size=auditors, p=[0.7, 0.1, 0.1, 0.1]),
            "can_audit": True,
        }
    )
    leaders["audit_hours_per_month"] = HOURS * leaders["fte"]
    worker_team = np.arange(teams * 7) % teams
    workers = pd.DataFrame(
        {
            "staff_id": [f"w{number:05d}" for number in range(teams * 7)],
            "role": "Social Worker",
            "team_id": [f"t{number:03d}" for number in worker_team],
            "service": [f"s{service_of[number]:02d}" for number in worker_team],
            "fte": 1.0,
            "can_audit": False,
        }
    )
    held = rng.integers(len(workers), size=cases)
    sampled = pd.DataFrame(
        {
            "case_id": [f"c{number:05d}" for number in range(cases)],
            "service": workers["service"].to_numpy()[held],
            "team_id": workers["team_id"].to_numpy()[held],
            "worker_id": workers["staff_id"].to_numpy()[held],
        }
    )
    return sampled, pd.concat([leaders, workers], ignore_index=True)


def rules_for(*, cases: int, auditors: int) -> AllocationRules:
    """One audit a month or more for every leader, from another part of the service; heads audit any case."""
    rules = [
        Independence(audit_types=["audit"], roles=["Head of Service"], not_own_team=True),
        Independence(audit_types=["audit"], roles=["Service Leader"], not_own_service=True),
    ]
    most = float(np.ceil(1.5 * cases / auditors))
    return AllocationRules(
        start=date(2026, 7, 1), months=3, hours_per_audit=3 * HOURS / most, independence=tuple(rules)
    )


def plainly(*, cases: pd.DataFrame, staff: pd.DataFrame, rules: AllocationRules) -> int:
    """Cases allocated by linear_sum_assignment over single places, quotas first, then evenly."""
    auditors = audit_places(staff=staff, rules=rules)
    named = auditors.rename(columns={"staff_id": "auditor_id"})
    bars = barred_pairs(cases=cases, auditors=named, rules=rules.independence)
    may = ~np.any(np.stack(list(bars.values())), axis=0)
    capacity = auditors["capacity"].to_numpy(dtype="int64")
    owner = np.repeat(np.arange(len(auditors)), capacity)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(capacity) - capacity, capacity) + 1
    part = number / auditors["room"].to_numpy()[owner]
    price = np.where(number > auditors["minimum"].to_numpy()[owner], part + 100, part)
    cost = np.where(may[:, owner], price[None, :], FORBIDDEN)
    row, column = linear_sum_assignment(cost)
    return int((cost[row, column] < FORBIDDEN).sum())


def main() -> None:
    """Print the seconds and the ratio for both sizes."""
    for cases, auditors, limit in ((200, 60, 2.0), (2000, 300, 30.0)):
        sampled, staff = council(cases=cases, auditors=auditors, seed=2026)
        rules = rules_for(cases=cases, auditors=auditors)
        started = time.perf_counter()
        found = allocate_audits(cases=sampled, staff=staff, rules=rules)
        took = time.perf_counter() - started
        started = time.perf_counter()
        plain = plainly(cases=sampled, staff=staff, rules=rules)
        plain_took = time.perf_counter() - started
        print(
            f"{cases} cases, {auditors} auditors: {len(found.cases)} allocated in {took:.2f} s "
            f"(limit {limit:.0f} s), shortfall {found.load['shortfall'].sum()}; plain linear sum assignment "
            f"{plain} in {plain_took:.2f} s; ratio {took / plain_took:.2f}"
        )
        for message in found.conflicts["message"]:
            print(f"  {message}")


if __name__ == "__main__":
    main()
