"""Identities past their retention leave the register; every row, and all that is counted, stays."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.errors import InputError
from qaf_lib.register import TABLES, Register
from qaf_lib.register.retirement import Retired, refuse_too_late, retire

BEFORE = date(2022, 4, 1)


def snapshot(name, as_at):
    return {"snapshot_id": name, "source": "x.csv", "as_at": as_at, "sha256": "0", "rows": 1, "set_aside": 0}


def staff(when, who, name):
    post = {"role": "Worker", "team_id": "T", "service": "Care", "fte": 1.0, "started_on": "2019-01-01"}
    return {
        "snapshot_id": when,
        "staff_id": who,
        "name": name,
        "can_audit": False,
        "can_moderate": False,
        **post,
    }


def audit(number, case, day):
    told = {"origin": "import", "source_sha256": "0", "unit": "child", "audit_type": "case_file"}
    more = {"selection": "random", "tool_id": "t", "tool_version": "1", "overall_grade": "good"}
    return {"audit_id": f"record-{number}", "case_id": case, "audited_on": day, **told, **more}


ROWS = {
    "snapshot": [snapshot("old", "2020-01-01"), snapshot("new", "2026-01-01")],
    "staff": [
        staff("old", "staff-gone", "Morwenna Longgone"),
        staff("old", "staff-here", "Aldous Maidenname"),
        staff("new", "staff-here", "Aldous Todayname"),
    ],
    "audit": [
        audit(1, "case-gone", "2022-03-31"),  # the day before
        audit(2, "case-edge", "2022-04-01"),  # the day itself
        audit(3, "case-back", "2020-01-02"),
        audit(4, "case-back", "2026-01-02"),  # long gone and seen again
    ],
    "answer": [
        {
            "audit_id": "record-1",
            "question_id": "voice",
            "answer": "good",
            "evidence": "Told us about Grandma Pim",
        },
        {"audit_id": "record-4", "question_id": "voice", "answer": "good", "evidence": "Said so in January"},
    ],
    "action": [
        {
            "action_id": "record-5",
            "source": "board",
            "title": "Ask Mr Oldtitle",
            "owner_post": "Head",
            "due_on": day,
        }
        | {"reviewed": reviewed, "case_id": case}
        for day, reviewed, case in [("2021-01-01", False, "case-open")]
    ]
    + [
        {"action_id": "record-6", "source": "board", "title": "Train the North team", "owner_post": "Head"}
        | {"due_on": "2021-01-01", "reviewed": True}
    ],
    "action_event": [
        {
            "action_id": "record-5",
            "event_no": 1,
            "on": "2021-06-01",
            "status": "open",
            "taken_to_date": "Rang Aunt Bea",
        }
    ],
    "identity": [
        {"kind": kind, "reference": reference, "id": name}
        for kind, reference, name in [
            ("case", "REF-GONE-1", "case-gone"),
            ("case", "REF-EDGE-1", "case-edge"),
            ("case", "REF-BACK-1", "case-back"),
            ("case", "REF-OPEN-1", "case-open"),
            ("record", "AUDIT-OF-GONE-1", "record-1"),
            ("record", "AUDIT-OF-BACK-1", "record-4"),
            ("staff", "PAYROLL-GONE", "staff-gone"),
            ("staff", "PAYROLL-HERE", "staff-here"),
            ("staff", "Morwenna Longgone", "staff-name-1"),
            ("staff", "Aldous Maidenname", "staff-name-2"),
            ("staff", "Aldous Todayname", "staff-name-3"),
        ]
    ],
}
GONE = {
    *(
        "REF-GONE-1",
        "REF-OPEN-1",
        "AUDIT-OF-GONE-1",
        "PAYROLL-GONE",
        "Morwenna Longgone",
        "Aldous Maidenname",
    ),
    *("Told us about Grandma Pim", "Ask Mr Oldtitle", "Rang Aunt Bea"),
}
STAYS = {
    *(
        "REF-EDGE-1",
        "REF-BACK-1",
        "AUDIT-OF-BACK-1",
        "PAYROLL-HERE",
        "Aldous Todayname",
        "Said so in January",
    ),
    "Train the North team",
}


@pytest.fixture
def path(place):
    with Register(place.path) as register:
        register.add({name: pd.DataFrame(rows) for name, rows in ROWS.items()}, by="me")
    return place.path


@pytest.fixture
def on_disk(place, request):
    """Reads every byte of the files that hold the register."""
    if place.url is None:
        return place.path.read_bytes
    server = request.getfixturevalue("server")

    def every_byte():
        server.execute("CHECKPOINT")
        (number,) = place.execute("SELECT oid FROM pg_database WHERE datname = current_database()")[0]
        folder = server.folder / "data" / "base" / str(number)
        return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))

    return every_byte


def test_nobody_last_seen_before_the_day_is_in_any_byte_of_the_file_and_everybody_else_is(path, on_disk):
    before = on_disk()
    assert all(word.encode() in before for word in GONE | STAYS)
    assert retire(path, before=BEFORE, by="me") == Retired(identities=6, rows=5)
    assert {kept.name for kept in path.parent.glob("*")} <= {path.name}
    after = on_disk()
    assert {word for word in GONE if word.encode() in after} == set()
    assert {word for word in STAYS if word.encode() not in after} == set()


def test_every_row_stays_with_its_pseudonyms_days_and_grades(path):
    with Register(path) as register:
        before = {name: register.read(name) for name in TABLES}
    retire(path, before=BEFORE, by="me")
    with Register(path) as register:
        for name in set(TABLES) - {"identity", "retirement"}:
            counted = ["seq", *TABLES[name].names(without_marks="!#")]
            pd.testing.assert_frame_equal(register.read(name)[counted], before[name][counted])


def test_what_was_retired_is_recorded_as_a_row_of_its_own(path):
    with Register(path) as register:
        last = register.last_seq()
    retire(path, before=BEFORE, by="me")
    with Register(path) as register:
        row = register.read("retirement").iloc[0]
        assert register.last_seq() == row["seq"] == last + 1
    assert (row["before"], row["identities"], row["rows"]) == (pd.Timestamp(BEFORE), 6, 5)
    assert abs(pd.Timestamp.now("UTC").tz_localize(None) - row["retired_at"]) < pd.Timedelta("1min")


def test_afterwards_the_register_is_added_to_and_never_changed_as_before(path, place):
    retire(path, before=BEFORE, by="me")
    for act in ("UPDATE audit SET overall_grade = 'x'", "DELETE FROM identity", "DELETE FROM retirement"):
        with pytest.raises(place.broken, match="never changed"):
            place.execute(act)
    with Register(path) as register:
        assert register.add({"snapshot": pd.DataFrame([snapshot("next", "2026-04-01")])}, by="me") == 1


def test_a_second_time_takes_nothing_more(path):
    retire(path, before=BEFORE, by="me")
    assert retire(path, before=BEFORE, by="me") == Retired(identities=0, rows=0)


def test_a_child_who_comes_back_is_known_again_by_the_same_pseudonym(path):
    retire(path, before=BEFORE, by="me")
    back = pd.DataFrame([{"kind": "case", "reference": "REF-GONE-1", "id": "case-gone"}])
    with Register(path) as register:
        assert register.add({"identity": back}, by="me") == 1
        assert "case-gone" in register.read("audit")["case_id"].tolist()


def test_a_retirement_that_fails_at_its_last_step_leaves_the_register_as_it_was(path, place):
    def everything():
        return {name: place.execute(f'SELECT * FROM "{name}" ORDER BY 1') for name in [*TABLES, "entry"]}

    before = everything()
    with pytest.raises(place.broken, match="recorded_by"):
        retire(path, before=BEFORE, by=None)
    assert everything() == before
    with pytest.raises(place.broken, match="never changed"):
        place.execute("DELETE FROM identity")


def test_a_day_after_the_newest_extract_is_refused_and_its_own_day_is_not(path):
    refuse_too_late(path, date(2026, 1, 1))
    with pytest.raises(
        InputError, match=r"--before 2026-01-02 is too late: the newest period opens as at 1 Jan"
    ):
        refuse_too_late(path, date(2026, 1, 2))


def test_a_register_that_read_nothing_has_nobody_to_retire(place):
    with pytest.raises(InputError, match="nothing was read yet"):
        refuse_too_late(place.path, BEFORE)
