"""Its cases as lists see them: who is admitted, placed and adopted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from qaf_lib.dates import add_months
from qaf_lib.frameworks import Framework
from qaf_lib.intake.annex_a_lists import annex_a_standard
from qaf_lib.synthetic.cases import NEVER, SNAPSHOTS
from qaf_lib.synthetic.council import Part, ages, workers
from qaf_lib.synthetic.people import YEAR_START

_STATUTORY = ("open_assessment", "child_in_need", "child_protection", "looked_after")
NEEDS = ("N1", "N1", "N1", "N1", "N1", "N3", "N4", "N4", "N5", "N5", "N6", "N8")
SOURCES = ("6", "6", "6", "2A", "2A", "2A", "3A", "3B", "3E", "1A", "1C", "5A", "5C", "7", "8", "9")
ABUSE = (
    "Neglect",
    "Neglect",
    "Neglect",
    "Emotional abuse",
    "Emotional abuse",
    "Physical abuse",
    "Sexual abuse",
)
PERMANENCE = (
    "Long-term fostering",
    "Long-term fostering",
    "Return to family",
    "SGO/CAO",
    "Adoption",
    "Supported living in the community",
    "Long-term residential placement",
)


def columns_of(number: int) -> list[str]:
    """The identifiers of a list's columns, in the sheet's order."""
    lists: Any = annex_a_standard()["lists"]
    return list(lists[number - 1]["columns"])


def code(code_set: str, codes: Sequence[object]) -> list[str | None]:
    """Codes as the standard writes them in a cell ("a) Male")."""
    sets: Any = annex_a_standard()["code_sets"]
    written = {entry["code"]: entry["value"] for entry in reversed(sets[code_set])}
    return [None if code is None else str(written[code]) for code in codes]


def yes_no(flags: Sequence[bool] | NDArray[np.bool_]) -> list[str | None]:
    """Flags as the standard writes yes and no."""
    return code("yes_no", ["Yes" if flag else "No" for flag in flags])


def pick(options: Sequence[str], chance: NDArray[np.float64]) -> list[str]:
    """One of the options for each number in [0, 1)."""
    return [options[int(value * len(options))] for value in chance]


def mix(rows: pd.DataFrame, column: int) -> NDArray[np.float64]:
    """A number in [0, 1) for each case and column, the same in every workbook."""
    chance: NDArray[np.float64] = rows["u"].to_numpy(dtype=float)
    mixed = chance * (9301.0 + 37 * column) + column * 0.6180339887
    whole: NDArray[np.float64] = np.floor(mixed)
    return mixed - whole


def days(ordinals: NDArray[np.int64] | pd.Series) -> list[date | None]:
    """Dates of ordinals; None for a day that has not come."""
    return [date.fromordinal(int(day)) if 0 < day < NEVER else None for day in ordinals]


class View:
    """What the lists share: the day, how far they look back, and every statutory episode in reach."""

    def __init__(self, part: Part, as_at: date) -> None:
        self.part, self.as_at = part, as_at
        self.day = as_at.toordinal()
        self.back = add_months(as_at, -6).toordinal()
        phases = part.phases[part.phases["status"].isin(_STATUTORY) & (part.phases["start"] <= self.day)]
        bounds = part.phases[part.phases["status"].isin(_STATUTORY)].groupby("case")["end"].max()
        opened = phases.groupby("case")["start"].min()
        phases = phases.assign(closed=phases["case"].map(bounds), opened=phases["case"].map(opened))
        self.phases = phases[phases["closed"] >= self.back]
        self.team_names = dict(zip(part.teams["team_id"], part.teams["name"], strict=True))
        self.worker_names = dict(zip(part.staff["staff_id"], part.staff["name"], strict=True))

    def latest(self, status: str | None = None) -> pd.DataFrame:
        """The latest phase of each child (of one status, where it had not ended before the window)."""
        phases = self.phases if status is None else self.phases[self.phases["status"] == status]
        phases = phases[phases["end"] >= self.back]
        last = phases.sort_values(["case", "start"]).groupby("case").tail(1)
        return last.join(self.part.cases, on="case").sort_values("case_id").reset_index(drop=True)

    def child(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The columns every list begins with; a child not yet born has no birthday."""
        unborn = rows["born"] > self.day
        table = pd.DataFrame({"child_id": rows["case_id"]})
        table["gender"] = code("gender", rows["gender"].mask(unborn, "Not stated/recorded").tolist())
        table["ethnicity"] = code("ethnicity", rows["ethnicity"].tolist())
        table["date_of_birth"] = pd.Series(days(rows["born"].mask(unborn, NEVER)), dtype=object)
        table["age_years"] = ages(rows["born"], self.as_at)
        table["has_disability"] = code("yes_no_unknown", rows["disability"].tolist())
        return table

    def allocation(self, table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
        """Add the team and worker, by name as the standard wants them."""
        held = workers(part=self.part, team_ids=rows["team_id"], turns=rows["u"], as_at=self.as_at)
        table["allocated_team"] = [self.team_names[team] for team in rows["team_id"]]
        table["allocated_worker"] = [self.worker_names[worker] for worker in held]
        return table

    def recent(self, rows: pd.DataFrame, column: int, within: int, earliest: pd.Series) -> list[date | None]:
        """A date up to `within` days before the day (or before the case closed), not before `earliest`."""
        last = np.minimum(rows["closed"].to_numpy(), self.day)
        drawn = last - (mix(rows, column) * within).astype(np.int64) - 1
        return days(np.maximum(drawn, earliest.to_numpy()))


Row = dict[str, object]
_EMERGENCY, _NOT_RECORDED = 0.38, 0.97


def make_admissions(*, part: Part, framework: Framework) -> list[Row]:
    """Plans of the children who came into care in the year, where a list of the framework asks how."""
    if not any(rule.admitted for rule in framework.census_lists):
        return []
    last = SNAPSHOTS[-1].toordinal()
    phases = part.phases[part.phases["status"] == "looked_after"]
    came = phases[phases["start"].between(YEAR_START.toordinal(), last)].join(part.cases, on="case")
    return [
        {
            "case_id": row.case_id,
            "kind": "cla",
            "started_on": date.fromordinal(int(row.start)),
            "ended_on": date.fromordinal(int(row.end)) if row.end <= last else None,
            "planned": None if chance > _NOT_RECORDED else bool(chance > _EMERGENCY),
        }
        for row, chance in zip(came.itertuples(index=False), mix(came, 61), strict=True)
    ]


def adoption(view: View) -> pd.DataFrame:
    """Young looked-after children whose plan is adoption."""
    rows = view.latest("looked_after")
    adopting = np.array(pick(PERMANENCE, mix(rows, 25))) == "Adoption"
    young = (view.day - rows["born"] < 6 * 365) & (rows["start"] < view.day - 150) & (rows["end"] > view.day)
    rows = rows[adopting & young].reset_index(drop=True)
    decided = np.maximum(rows["start"] + 90, view.day - 330 + (mix(rows, 39) * 200).astype(int))
    stage = np.digitize(mix(rows, 40), [0.4, 0.6, 0.8])
    table = view.child(rows)
    table["date_the_child_entered_care"] = days(rows["start"])
    table["date_of_decision_that_child_should_be_placed_for_adoption"] = days(decided)
    for reached, (column, after) in enumerate(
        {
            "date_of_placement_order": 30,
            "date_of_matching_child_and_prospective_adopters": 60,
            "date_placed_for_adoption": 75,
        }.items(),
        start=1,
    ):
        dates = np.minimum(decided + after, view.day)
        table[column] = days(np.where(stage >= reached, dates, NEVER))
    table["family_identifier"] = [
        f"AD-{900 + at:04d}" if step >= 2 else None for at, step in enumerate(stage)
    ]
    return table.reindex(columns=columns_of(10))


def adopters(view: View) -> pd.DataFrame:
    """Two dozen adopters, singles and couples."""
    rows = []
    for at in range(24):
        asked = date.fromordinal(view.day - 350 + at * 13)
        begun = date.fromordinal(asked.toordinal() + 30)
        row: dict[str, object] = dict.fromkeys(columns_of(11))
        row |= {
            "individual_adopter_identifier": f"AP-{at + 501:04d}",
            "family_identifier": f"AD-{900 + at * 2 // 3:04d}",
            "gender": code("gender", ["Female" if at % 3 else "Male"])[0],
            "ethnicity": code("ethnicity", ["WBRI" if at % 5 else "AIND"])[0],
            "disability": yes_no([at % 11 == 0])[0],
            "is_the_prospective_adopter_fostering_for_adoption": "Yes" if at % 6 == 0 else "No",
            "date_enquiry_received": asked,
            "date_stage_1_started": begun if begun.toordinal() <= view.day else None,
        }
        rows.append(row)
    return pd.DataFrame(rows, dtype=object)
