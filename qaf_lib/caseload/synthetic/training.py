"""Trainings in the duty log, of the people who should have them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from qaf_lib.caseload.synthetic.audits import known, working_day
from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.caseload.synthetic.people import YEAR_START
from qaf_lib.frameworks import Framework

__all__ = ["make_training"]

Row = dict[str, object]
_HAD = 0.88
"""Share of those who should have a training that have had it."""


def make_training(*, part: Part, framework: Framework, rng: np.random.Generator) -> Iterator[Row]:
    """A day of training for most of the people whom each rule on training means."""
    may = {"auditors": "can_audit", "moderators": "can_moderate"}
    for at, rule in enumerate(framework.trained, start=1):
        people = part.staff[part.staff[may[rule.who]]] if rule.who in may else part.staff
        people = people[people["role"].isin(rule.roles)] if rule.roles else people
        for number, person in enumerate(people.itertuples(index=False), start=1):
            day = working_day(max(person.started_on, YEAR_START) + timedelta(days=int(rng.integers(5, 250))))
            if rng.random() < _HAD and known(day):
                yield {
                    "event_id": f"{part.posts.letters}T-{at}{number:04d}",
                    "kind": "training",
                    "duty_id": rule.duty_id,
                    "held_on": day,
                    "subject_id": person.staff_id,
                    "team_id": person.team_id,
                    "recorded": True,
                }
