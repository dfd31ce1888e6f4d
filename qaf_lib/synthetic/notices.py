"""What teams tell the quality and standards team, and what that team collates for the board."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from qaf_lib.dates import add_working_days
from qaf_lib.frameworks import Framework
from qaf_lib.synthetic.audits import QUARTERS, day_of, known
from qaf_lib.synthetic.council import Part

Row = dict[str, object]
_UNTOLD = 20
"""One observation in so many is told to nobody."""


def make_notices(*, part: Part, framework: Framework, events: Sequence[Row]) -> Iterator[Row]:
    """A notice of most of the observations in `events`, and the returns collated once a quarter.

    Only where the framework has the duties `notice_of_observation` and `return_collation`; nothing by chance.
    """
    duties = {duty.duty_id: duty for duty in framework.duties}
    if "notice_of_observation" in duties:
        seen = [row for row in events if row["kind"] == "observation" and row["held_on"] is not None]
        for number, row in enumerate(seen, start=10_001):
            told = known(add_working_days(day_of(row["held_on"]), 1))
            if told and zlib.crc32(f"{row['subject_id']} {row['held_on']}".encode()) % _UNTOLD:
                notice: Row = {"event_id": f"{part.posts.letters}N-{number}", "kind": "report"}
                notice |= {"duty_id": "notice_of_observation", "held_on": told, "by_id": row["by_id"]}
                yield notice | {name: row[name] for name in ("by_post", "team_id")} | {"recorded": True}
    if "return_collation" in duties:
        for number, quarter in enumerate(QUARTERS, start=1):
            entry: Row = {"event_id": f"{part.posts.letters}K-{number}", "kind": "report"}
            entry |= {"duty_id": "return_collation", "by_post": duties["return_collation"].as_post}
            yield entry | {"held_on": known(quarter.end), "recorded": True}
