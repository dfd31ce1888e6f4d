"""Annex A lists 10 and 11: adoption and adopters."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from qaf_lib.caseload.synthetic.cases import NEVER
from qaf_lib.caseload.synthetic.view import PERMANENCE, View, code, columns_of, days, mix, pick, yes_no

__all__ = ["adopters", "adoption"]


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
