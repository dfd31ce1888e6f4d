"""From the tables to what is to be solved: open cases in groups, auditors with places, rules as bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qaf_lib.sampling.allocation.flow import Desks, Groups, Ints, group_cases
from qaf_lib.sampling.allocation.places import AllocationRules, audit_places
from qaf_lib.sampling.independence import Bools, barred_pairs, case_side

KINDS = ("kept", "before")
"""What a pair of a case and an auditor may be."""

_ID_COLUMNS = ("case_id", "auditor_id", "team_id", "staff_id", "worker_id", "service", "role")


@dataclass(frozen=True)
class Problem:
    """Open cases and auditors in a fixed order, what each rule forbids, and what is allocated already.

    `kept` has the columns of the cases and auditor_id; `gone` are open cases whose auditor may no longer
    audit; the rows of `bars` are the open cases, those of `kept_bars` the kept ones.
    """

    cases: pd.DataFrame
    auditors: pd.DataFrame
    kept: pd.DataFrame
    gone: pd.DataFrame
    bars: dict[str, Bools]
    kept_bars: dict[str, Bools]
    groups: Groups
    desks: Desks


def pose(
    *, cases: pd.DataFrame, staff: pd.DataFrame, rules: AllocationRules, pairs: pd.DataFrame | None
) -> Problem:
    """Everything the allocation needs, whatever the order of the tables' rows."""
    cases, staff = _ordered(cases, "case_id"), _ordered(staff, "staff_id")
    auditors = audit_places(staff=staff, rules=rules).reset_index(drop=True)
    kept, before = (_of_kind(pairs, kind) for kind in KINDS)
    held = cases.merge(kept[["case_id", "auditor_id"]].drop_duplicates(), on="case_id")
    there = held["auditor_id"].isin(auditors["staff_id"])
    mine = held[there].reset_index(drop=True)
    rest = cases[~cases["case_id"].isin(mine["case_id"])].reset_index(drop=True)
    load = np.bincount(_place(mine["auditor_id"], auditors), minlength=len(auditors))
    limit = len(cases) + int(load.max(initial=0))
    capacity = auditors["capacity"].fillna(limit).to_numpy(dtype="int64")
    apart = {"auditors": auditors.rename(columns={"staff_id": "auditor_id"}), "rules": rules.independence}
    bars = barred_pairs(cases=case_side(cases=rest, staff=staff), **apart)
    bars["no places"] = np.broadcast_to(capacity == 0, (len(rest), len(auditors)))
    may = ~np.any(np.stack(list(bars.values())), axis=0)
    again = _marked(rest, auditors, before) & may
    groups = group_cases(cases=rest, may=may, again=again)
    columns = ["team_id", "auditor_id"]
    earlier = pd.concat([part[columns].astype("string") for part in (mine, _teams_before(before, cases))])
    return Problem(
        cases=rest,
        auditors=auditors,
        kept=mine,
        gone=held[~there & held["case_id"].isin(rest["case_id"])],
        bars=bars,
        kept_bars=barred_pairs(cases=case_side(cases=mine, staff=staff), **apart),
        groups=groups,
        desks=Desks(
            load=load.astype("int64"),
            minimum=auditors["minimum"].to_numpy(dtype="int64"),
            capacity=capacity,
            room=auditors["room"].to_numpy(dtype="float64"),
            with_team=_tally(rest["team_id"], groups.team[groups.of_case], earlier, "team_id", auditors),
            with_service=_tally(rest["service"], groups.service[groups.of_case], mine, "service", auditors),
        ),
    )


def _ordered(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows by their permanent numbers, or by id; ids as text."""
    texts = {name: table[name].astype("string") for name in _ID_COLUMNS if name in table}
    by = ["prn", key] if "prn" in table else [key]
    return table.assign(**texts).sort_values(by, ignore_index=True)


def _of_kind(pairs: pd.DataFrame | None, kind: str) -> pd.DataFrame:
    if pairs is None:
        return pd.DataFrame({name: pd.Series(dtype="string") for name in ("case_id", "auditor_id")})
    texts = {name: pairs[name].astype("string") for name in _ID_COLUMNS if name in pairs}
    return pairs.assign(**texts)[pairs["kind"] == kind]


def _place(ids: pd.Series, auditors: pd.DataFrame) -> Ints:
    """The row of each id among the auditors, -1 for others."""
    return np.asarray(pd.Index(auditors["staff_id"]).get_indexer(pd.Index(ids)), dtype="int64")


def _marked(cases: pd.DataFrame, auditors: pd.DataFrame, pairs: pd.DataFrame) -> Bools:
    found = np.zeros((len(cases), len(auditors)), dtype=bool)
    row = pd.Index(cases["case_id"]).get_indexer(pd.Index(pairs["case_id"]))
    column = _place(pairs["auditor_id"], auditors)
    known = (row >= 0) & (column >= 0)
    found[row[known], column[known]] = True
    return found


def _teams_before(before: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Pairs of a team and an auditor of last time: as given, or the team of the case."""
    of_case = before["case_id"].map(cases.set_index("case_id")["team_id"])
    team = before["team_id"].fillna(of_case) if "team_id" in before else of_case
    return pd.DataFrame({"team_id": team, "auditor_id": before["auditor_id"]}).dropna()


def _tally(names: pd.Series, codes: Ints, earlier: pd.DataFrame, column: str, auditors: pd.DataFrame) -> Ints:
    """Audits that each auditor (column) has already of each team or service (row, by its code)."""
    found = np.zeros((int(codes.max(initial=-1)) + 1, len(auditors)), dtype="int64")
    code_of = pd.DataFrame({"name": names.to_numpy(), "code": codes}).drop_duplicates()
    had = pd.DataFrame({"name": earlier[column].to_numpy(), "at": _place(earlier["auditor_id"], auditors)})
    had = had[had["at"] >= 0].merge(code_of, on="name")
    np.add.at(found, (had["code"].to_numpy(), had["at"].to_numpy()), 1)
    return found
