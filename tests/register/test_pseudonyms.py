"""References replaced by keyed pseudonyms."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.register import permanent_random_number, pseudonym
from qaf_lib.register.pseudonyms import Pseudonyms

KEY, OTHER = bytes(32), bytes([1]) * 32


def replaced(table, frame, *, unit="child", public=False, key=KEY):
    made = Pseudonyms(key=key, unit=unit)
    return made.replace(
        table=table, frame=pd.DataFrame(frame, dtype="string"), public=public
    ), made.identities


def test_a_reference_has_one_pseudonym_in_every_table():
    made = Pseudonyms(key=KEY, unit="child")
    first = made.replace(
        table="audit", frame=pd.DataFrame({"audit_id": ["A1"], "case_id": ["0123456"]}), public=False
    )
    second = made.replace(table="answer", frame=pd.DataFrame({"audit_id": ["A1"]}), public=False)
    assert first["audit_id"].tolist() == second["audit_id"].tolist()
    assert first["case_id"].tolist() == [pseudonym(key=KEY, kind="case", reference="0123456")]


def test_every_kind_of_person_and_record_is_replaced_and_remembered():
    frame, identities = replaced(
        "audit", {"audit_id": ["A1"], "case_id": ["C1"], "auditor_id": ["S1"], "team_id": ["T1"]}
    )
    assert identities["kind"].tolist() == ["case", "record", "staff"]
    assert frame["team_id"].tolist() == ["T1"]
    assert not set(frame.drop(columns="team_id").iloc[0]) & {"A1", "C1", "S1"}


def test_names_that_stand_in_no_column_are_remembered_as_staff():
    made = Pseudonyms(key=KEY, unit="child")
    made.remember_staff(["Jo Li"])
    expected = ["staff", "Jo Li", pseudonym(key=KEY, kind="staff", reference="Jo Li")]
    assert made.identities.to_numpy().tolist() == [expected]


def test_a_family_s_case_reference_and_family_reference_agree():
    frame, _ = replaced("case", {"case_id": ["F1"], "family_id": ["F1"]}, unit="family")
    assert frame["case_id"].tolist() == frame["family_id"].tolist()


def test_a_missing_reference_stays_missing():
    frame, identities = replaced("case", {"case_id": ["C1"], "worker_id": [None]})
    assert frame["worker_id"].isna().all()
    assert len(identities) == 1


def test_public_references_stay_and_are_not_identities():
    frame, identities = replaced("case", {"case_id": ["Leeds"]}, public=True)
    assert frame["case_id"].tolist() == ["Leeds"]
    assert identities.empty


def test_names_of_staff_are_identities_too():
    _, identities = replaced("staff", {"staff_id": ["S1"], "name": ["Ada Invented"]})
    assert "Ada Invented" in identities["reference"].tolist()


def test_records_without_ids_get_one_from_their_content_and_equal_rows_differ():
    rows = {"kind": ["survey", "survey", "complaint"], "received_on": ["2025-08-01"] * 3}
    frame, _ = replaced("feedback", rows)
    again, _ = replaced("feedback", rows)
    assert frame["feedback_id"].is_unique
    assert frame["feedback_id"].tolist() == again["feedback_id"].tolist()


def test_a_complaint_without_a_reference_stays_one_record_when_it_is_closed_later():
    day = pd.to_datetime(["2026-07-01"])
    opened = pd.DataFrame({"kind": ["complaint"], "team_id": "T1", "received_on": day, "closed_on": pd.NaT})
    closed = opened.assign(closed_on=pd.Timestamp("2026-08-01"))
    made = Pseudonyms(key=KEY, unit="child")
    first, later = (made.replace(table="feedback", frame=frame, public=False) for frame in (opened, closed))
    assert first["feedback_id"].tolist() == later["feedback_id"].tolist()


def test_a_supervision_without_a_reference_stays_one_record_when_it_is_held():
    due = pd.DataFrame({"kind": ["supervision"], "due_on": pd.to_datetime(["2026-07-01"]), "held_on": pd.NaT})
    held = due.assign(held_on=pd.Timestamp("2026-07-03"))
    made = Pseudonyms(key=KEY, unit="child")
    first, later = (made.replace(table="duty_event", frame=frame, public=False) for frame in (due, held))
    assert first["event_id"].tolist() == later["event_id"].tolist()


def test_the_table_given_is_not_changed():
    given_table = pd.DataFrame({"case_id": ["C1"]})
    Pseudonyms(key=KEY, unit="child").replace(table="case", frame=given_table, public=False)
    assert given_table["case_id"].tolist() == ["C1"]


def test_another_key_and_another_kind_give_another_pseudonym():
    names = {
        pseudonym(key=key, kind=kind, reference="1") for key in (KEY, OTHER) for kind in ("case", "staff")
    }
    assert len(names) == 4


@given(st.text(min_size=1), st.binary(min_size=32, max_size=32))
def test_a_permanent_random_number_stays_and_lies_in_the_unit_interval(identity, key):
    number = permanent_random_number(key=key, purpose="draw", identity=identity)
    assert 0 <= number < 1
    assert number == permanent_random_number(key=key, purpose="draw", identity=identity)


def test_permanent_random_numbers_are_spread_evenly():
    numbers = pd.Series(
        [permanent_random_number(key=KEY, purpose="draw", identity=f"case-{i}") for i in range(2000)]
    )
    # 2000 uniform numbers: each tenth holds 200, standard deviation 13.4; five of them either way
    assert pd.cut(numbers, 10).value_counts().between(133, 267).all()
    assert numbers.mean() == pytest.approx(0.5, abs=0.04)
