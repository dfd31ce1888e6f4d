"""Entries to care of the year: planned or in an emergency, which Annex A does not tell."""

from __future__ import annotations

from datetime import date

from qaf_lib.caseload.synthetic.cases import SNAPSHOTS
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.caseload.synthetic.people import YEAR_START
from qaf_lib.caseload.synthetic.view import mix
from qaf_lib.frameworks import Framework

__all__ = ["make_admissions"]

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
