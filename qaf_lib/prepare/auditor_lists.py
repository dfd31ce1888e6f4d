"""Lists for the auditors, with references: in the vault alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from qaf_lib.files import write_csv
from qaf_lib.intake import Intake
from qaf_lib.prepare.allocations import DrawAllocation, allocate_draw


def write_draw_lists(
    *, folder: Path, draws: pd.DataFrame, cases: pd.DataFrame, identity: pd.DataFrame
) -> None:
    """The drawn cases and reserves of each draw, by their own references."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for draw in draws["draw_id"]:
        drawn = cases[(cases["draw_id"] == draw) & cases["state"].isin(["selected", "reserve"])]
        listed = drawn.assign(reference=named(drawn["case_id"], identity))
        listed = listed.sort_values(["stratum", "position"])[["stratum", "state", "position", "reference"]]
        write_csv(folder / f"draw_{_slug(str(draw))}.csv", listed)


def apart_in_lists(intake: Intake) -> list[pd.DataFrame]:
    """Children whom one list of Annex A holds and another does not: `source`, `row`, `reference`, `what`."""
    only, missing = intake.only_in_plans, intake.not_in_plans
    return [
        _apart(only, only["list"], "open here and not in list 6"),
        _apart(
            missing, pd.Series(6, index=missing.index), "not in the list of plans that its status asks for"
        ),
    ]


def _apart(children: pd.DataFrame, lists: pd.Series, what: str) -> pd.DataFrame:
    source = children["as_at"].dt.strftime("%Y-%m-%d") + ", list " + lists.astype("string")
    named = {"source": source, "row": children["row"], "reference": children["case_id"]}
    return pd.DataFrame(named).assign(what=what)


def write_apart(*, folder: Path, intake: Intake) -> None:
    """Write the list of those children, or take it away where there are none."""
    path, listed = folder / "annex_a_lists.csv", pd.concat(apart_in_lists(intake), ignore_index=True)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if len(listed):
        write_csv(path, listed)
    else:
        path.unlink(missing_ok=True)


def remove_lists(*, folder: Path, draws: Sequence[str]) -> None:
    """Take away the lists of draws that were replaced, lest somebody audits from them."""
    for draw in draws:
        for kind in ("draw", "allocation"):
            (folder / f"{kind}_{_slug(draw)}.csv").unlink(missing_ok=True)


def write_allocation_lists(
    *, folder: Path, allocations: Sequence[DrawAllocation], identity: pd.DataFrame
) -> None:
    """Who audits what by when, draw by draw, and the cases that nobody has, with the reason."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in allocations:
        listed = _who_audits_what(one)
        for column, name in (("case_id", "reference"), ("auditor_id", "auditor")):
            listed[name] = named(listed[column], identity)
        columns = ["auditor", "name", "role", "reference", "stratum", "due_on", "audited_on", "note"]
        ordered = listed.sort_values(["name", "auditor", "reference"], na_position="last")[columns]
        write_csv(folder / f"allocation_{_slug(one.draw_id)}.csv", ordered)


def _who_audits_what(one: DrawAllocation) -> pd.DataFrame:
    found = allocate_draw(one)
    people = one.staff.drop_duplicates("staff_id").set_index("staff_id")
    notes = found.concerned.join(found.conflicts["message"], on="conflict")
    notes = notes.groupby("case_id", as_index=False).agg(note=("message", "; ".join))
    came_back = one.audits[one.audits["draw_id"] == one.draw_id].drop_duplicates("case_id")
    listed = one.cases
    for table in (one.held[["case_id", "auditor_id", "due_on"]], came_back[["case_id", "audited_on"]], notes):
        listed = listed.merge(table, on="case_id", how="left")
    return listed.assign(
        **{column: listed["auditor_id"].map(people[column]).astype("string") for column in ("name", "role")}
    )


def named(ids: pd.Series, identity: pd.DataFrame) -> pd.Series:
    """The references that pseudonyms stand for; published ones are their own."""
    known = identity.drop_duplicates("id").set_index("id")["reference"]
    return ids.map(known).astype("string").fillna(ids.astype("string"))


def _slug(draw_id: str) -> str:
    return draw_id.replace(" ", "_")
