"""What staff said at set pieces, whose voice a survey was, clinics, and appraisals before the records."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import timedelta

from qaf_lib.dates import add_months
from qaf_lib.frameworks import Framework
from qaf_lib.synthetic.audits import QUARTERS, day_of, known, working_day
from qaf_lib.synthetic.cases import SNAPSHOTS
from qaf_lib.synthetic.council import Part, open_cases

Row = dict[str, object]
_SET_PIECES = {"quadrant_events": (33, 4), "team_meetings": (12, 6), "development_days": (54, 3)}
"""Day of the quarter on which staff say something first, and how many forms come of the first quarter."""

_LOOKED_AFTER = "looked-after child"
_WHO_ANSWER = 120
"""Looked-after children whose voice it is, so that some are heard in several ways."""

_HALF_WAY = 6
"""Months from an appraisal to the look at it half way."""


def said_at_set_pieces(*, part: Part, framework: Framework) -> Iterator[Row]:
    """What staff said at events, meetings and days, one more each quarter, where there are such forms."""
    forms = {form.name for form in framework.instruments} & set(_SET_PIECES)
    teams = [str(team) for team in part.team_effects["team_id"]]
    for at, name in enumerate(name for name in _SET_PIECES if name in forms):
        day, count = _SET_PIECES[name]
        for later, quarter in enumerate(QUARTERS):
            for number in range(count + later):
                row: Row = {"feedback_id": f"{part.posts.letters}U-{at}{later}{number:03d}", "kind": "survey"}
                row |= {"instrument": name, "respondent": "staff"}
                row["team_id"] = teams[(7 * number + 3 * later + at) % len(teams)]
                yield row | {"received_on": working_day(quarter.start + timedelta(days=day + 2 * number))}


def name_the_children(*, feedback: Sequence[Row], part: Part) -> None:
    """Say in place which looked-after child, open at the end, answered; some answer in several ways."""
    cases = open_cases(part=part, as_at=SNAPSHOTS[-1])
    cases = cases[cases["status"] == "looked_after"].head(_WHO_ANSWER)
    for row in feedback:
        if row.get("respondent") == _LOOKED_AFTER and len(cases):
            child = cases.iloc[zlib.crc32(str(row["feedback_id"]).encode()) % len(cases)]
            row |= {"case_id": child["case_id"], "team_id": str(child["team_id"])}


def scaled_on_the_agenda(answers: Sequence[Row]) -> None:
    """Where job satisfaction was scaled it stood on the agenda too, in place."""
    scaled = {
        row["audit_id"]
        for row in answers
        if row["question_id"] == "job_satisfaction" and row["answer"] == "yes"
    }
    for row in answers:
        if row["question_id"] == "agenda_satisfaction" and row["audit_id"] in scaled:
            row["answer"] = "yes"


def look_at_clinics(*, audits: Sequence[Row], events: Sequence[Row], part: Part) -> None:
    """Put each look at a family in a clinic on the last day on which the manager above its team held one.

    In place, and nothing by chance.
    """
    above = dict(zip(part.staff["staff_id"], part.staff["manager_id"], strict=True))
    leads = part.staff[part.staff["role"].isin(["Team Manager", "Family Centre TM"])]
    holders = {str(team): above[who] for team, who in zip(leads["team_id"], leads["staff_id"], strict=True)}
    held = {
        row["by_id"]: day_of(row["held_on"])
        for row in sorted(events, key=lambda row: str(row["held_on"]))
        if row["duty_id"] == "case_clinics" and row["held_on"] is not None
    }
    for row in audits:
        holder = holders.get(str(row["team_id"]))
        if row["audit_type"] == "clinic_review" and holder in held:
            on = held[holder]
            row |= {"auditor_id": holder, "audited_on": on, "returned_on": known(working_day(on, 1))}
            row |= {"feedback_on": known(working_day(on, 3)), "supervision_on": known(working_day(on, 10))}
            row["recorded_on_file_on"] = known(working_day(on, 4))
            row["submitted_on"] = known(working_day(on, 5))


def appraisals_before(*, part: Part, framework: Framework, events: Sequence[Row]) -> Iterator[Row]:
    """The appraisal that each review of one in `events` looked at: most half a year before, some unknown.

    Only where the framework has people whose appraisal is looked at again; nothing by chance.
    """
    rules = {rule.duty_id for rule in framework.trained if rule.name == "appraisal_reviewed"}
    counted = [rule.name for rule in framework.coverage if rule.counts == "pdr"]
    for number, row in enumerate((row for row in events if row["duty_id"] in rules), start=10_001):
        roll = zlib.crc32(str(row["subject_id"]).encode()) % 12
        if roll and counted:
            months = _HALF_WAY + 3 if roll == 1 else _HALF_WAY
            on = working_day(add_months(day_of(row["held_on"]), -months) + timedelta(days=roll - 6))
            entry: Row = {"event_id": f"{part.posts.letters}P-{number}", "kind": "pdr", "due_on": on}
            entry |= {"duty_id": counted[0], "held_on": on, "subject_id": row["subject_id"]}
            yield entry | {"team_id": row["team_id"], "recorded": True}
