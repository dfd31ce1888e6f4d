"""Cases closed in the year, and what children, parents and carers said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from qaf_lib.caseload.synthetic.audits import day_of, known
from qaf_lib.caseload.synthetic.cases import SNAPSHOTS
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.caseload.synthetic.people import YEAR_START
from qaf_lib.caseload.synthetic.voices import complaint, compliment, survey_comment
from qaf_lib.frameworks import Framework

__all__ = ["make_closures", "make_feedback"]

Row = dict[str, object]
_LAST_DAY = SNAPSHOTS[-1]


def make_closures(*, part: Part) -> list[Row]:
    """Cases closed in the year, by reference; a looked-after child of 18 steps down to leaving care."""
    phases = part.phases[part.phases["status"] != "care_leaver"]
    last = phases.sort_values(["case", "end"]).groupby("case").tail(1)
    since = YEAR_START.toordinal()
    last = last[(last["end"] >= since) & (last["end"] <= _LAST_DAY.toordinal())].join(part.cases, on="case")
    leaving = set(part.phases.loc[part.phases["status"] == "care_leaver", "case"])
    rows: list[Row] = []
    for row in last.sort_values("case_id").itertuples(index=False):
        kind = "closed"
        if row.case in leaving or row.u < 0.10:
            kind = "step_down"
        elif row.u < (0.22 if part.unit == "family" else 0.13):
            kind = "step_up" if part.unit == "family" else "transferred"
        closed = date.fromordinal(int(row.end))
        rows.append(
            {
                "case_id": row.case_id,
                "closed_on": closed,
                "unit": part.unit,
                "team_id": row.team_id,
                "kind": kind,
            }
        )
    return rows


def make_feedback(
    *, part: Part, framework: Framework, closures: Sequence[Row], rng: np.random.Generator
) -> list[Row]:
    """Surveys at closure (one family in ten answers), complaints, compliments and comments."""
    rows: list[Row] = []
    themes = [question.theme for question in part.tool.questions]
    forms = ("parent_or_carer", "secondary_age", "primary_age")
    for closure in closures:
        if rng.random() < 0.105:
            received = day_of(closure["closed_on"]) + timedelta(days=int(rng.integers(0, 25)))
            form = forms[int(rng.integers(0, 3))]
            row: Row = {"kind": "survey", "instrument": _form_for(form, framework), "respondent": form}
            row |= {"case_id": closure["case_id"], "team_id": closure["team_id"], "received_on": received}
            row["score"] = str(int(np.clip(round(7.4 + 1.8 * rng.standard_normal()), 1, 10)))
            row["text"] = survey_comment(rng=rng) if rng.random() < 0.7 else None
            rows.append(row)
    teams = [str(team) for team in part.team_effects["team_id"]]
    for kind, count in {"complaint": 34, "compliment": 58, "comment": 21}.items():
        for _ in range(count if part.unit == "child" else count // 2):
            text = {"complaint": complaint, "compliment": compliment, "comment": survey_comment}[kind](
                rng=rng
            )
            row = {
                "kind": kind,
                "respondent": "parent_or_carer" if rng.random() < 0.7 else "child",
                "text": text,
            }
            row |= {"team_id": teams[int(rng.integers(0, len(teams)))]}
            row["received_on"] = YEAR_START + timedelta(days=int(rng.integers(0, 364)))
            rows.append(row)
    rows = [row for row in rows if day_of(row["received_on"]) <= _LAST_DAY]
    rows.sort(key=lambda row: (day_of(row["received_on"]), str(row["kind"])))
    for number, row in enumerate(rows, start=2001):
        row["feedback_id"] = f"{part.posts.letters}B-{number:05d}"
        row["theme"] = themes[int(rng.integers(0, len(themes)))]
        on = day_of(row["received_on"])
        for step, days, share in (("analysed_on", 4, 0.9), ("acted_on", 11, 0.7), ("reported_on", 18, 0.6)):
            sure = step == "reported_on" and row["kind"] == "complaint"
            later = known(on + timedelta(days=days + int(rng.integers(0, 7))))
            row[step] = later if rng.random() < share or sure else None
        row["closed_on"] = (
            known(on + timedelta(days=int(rng.integers(8, 40)))) if row["kind"] == "complaint" else None
        )
    return rows


def _form_for(respondent: str, framework: Framework) -> str | None:
    """The framework's survey form for those who answer; none where it has none for them."""
    said = respondent.replace("_", " ")
    return next(
        (
            form.name
            for form in framework.instruments
            if said == form.respondent or respondent.startswith(form.name)
        ),
        None,
    )
