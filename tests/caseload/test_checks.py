"""Rows held against their contract: sound, set aside or the whole table refused."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_lib.caseload.checks import Rules, check_table
from qaf_lib.errors import InputError

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]
RULES = Rules(
    unit="child", latest=date(2025, 9, 30), grades=GRADES, graded={"voice"}, teams={"T1"}, audits={"A1"}
)
AUDIT = {
    "audit_id": "A1",
    "case_id": "0123456",
    "unit": "child",
    "audit_type": "case_file",
    "selection": "random",
    "tool_id": "tiny",
    "tool_version": "1",
    "team_id": "T1",
    "audited_on": "2025-08-01",
    "overall_grade": "good",
}


def checked(*changes, name="audit", row=AUDIT):
    text = pd.DataFrame([row | change for change in changes], dtype="string")
    text.index = pd.RangeIndex(2, 2 + len(text))
    return check_table(name=name, text=text, source="audit.csv", rules=RULES)


def faults(**change):
    found = checked({}, {"audit_id": "A2"} | change).faults
    return found[["source", "row", "column", "rule", "effect"]].to_numpy().tolist()


def test_a_sound_row_is_typed_and_its_reference_stays_text():
    row = checked({}).frame.iloc[0]
    assert row["case_id"] == "0123456"
    assert row["audited_on"] == pd.Timestamp("2025-08-01")
    assert row["source_row"] == 2


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        ({"overall_grade": "splendid"}, "overall_grade", "is a grade off the scale"),
        ({"audited_on": "2025-10-01"}, "audited_on", "is a date in the future"),
        ({"audited_on": "30/02/2025"}, "audited_on", "is not a date (2026-09-30 or 30/09/2026)"),
        ({"audited_on": "2025-08"}, "audited_on", "is not a date (2026-09-30 or 30/09/2026)"),
        ({"audited_on": "8/1/25"}, "audited_on", "is not a date (2026-09-30 or 30/09/2026)"),
        ({"audited_on": "9999-12-31"}, "audited_on", "is not a date (2026-09-30 or 30/09/2026)"),
        ({"audited_on": None}, "audited_on", "is missing"),
        ({"team_id": "T9"}, "team_id", "is an unknown team"),
        ({"audit_id": "A1"}, "audit_id", "is a repeated reference"),
        ({"case_id": None}, "case_id", "is missing"),
        ({"worker_took_part": "maybe"}, "worker_took_part", "is not true or false"),
        (
            {"selection": "picked"},
            "selection",
            "is not one of random, panel, census, themed, ad_hoc, spot_check, top_up",
        ),
    ],
)
def test_a_broken_row_is_set_aside_and_told_by_source_row_column_and_rule(change, column, rule):
    assert faults(**change) == [["audit.csv", 3, column, rule, "set_aside"]]


@pytest.mark.parametrize(
    "change",
    [
        {"audited_on": "2025-09-30"},
        {"audited_on": "30/09/2025"},
        {"audited_on": "1/9/2025"},
        {"overall_grade": None},
        {"team_id": None},
        {"overall_grade": "  Requires   IMPROVEMENT "},
        {"worker_took_part": "Y"},
    ],
)
def test_what_can_be_read_one_way_is_kept(change):
    assert faults(**change) == []


def test_grades_are_kept_in_the_scale_s_own_spelling():
    assert checked({"overall_grade": "Requires  improvement"}).frame["overall_grade"].tolist() == [GRADES[1]]


def test_day_comes_before_month():
    assert checked({"audited_on": "01/09/2025"}).frame["audited_on"].tolist() == [pd.Timestamp("2025-09-01")]


def test_of_repeated_references_the_first_is_kept():
    found = checked({"overall_grade": "good"}, {"overall_grade": "inadequate"})
    assert found.frame["overall_grade"].tolist() == ["good"]
    assert (found.rows, len(found.faults)) == (2, 1)


def test_a_row_with_two_broken_cells_is_one_row_set_aside_and_two_faults():
    found = checked({}, {"audit_id": "A2", "team_id": "T9", "overall_grade": "splendid"})
    assert len(found.faults) == 2
    assert (found.rows, len(found.frame)) == (2, 1)


def test_faults_never_hold_a_cell_s_value():
    secret = "Xyzzy Secret"
    broken = dict.fromkeys(
        ["audited_on", "overall_grade", "team_id", "selection", "worker_took_part"], secret
    )
    assert "Xyzzy" not in checked({}, {"audit_id": "A2"} | broken).faults.to_csv()


def test_an_answer_of_a_graded_question_must_be_a_grade_and_another_need_not():
    row = {"audit_id": "A1", "question_id": "voice", "answer": "splendid"}
    found = checked({}, {"question_id": "notes"}, name="answer", row=row)
    assert found.faults["rule"].tolist() == ["is a grade off the scale"]
    assert found.frame["question_id"].tolist() == ["notes"]


def test_a_row_about_an_audit_that_no_source_brought_is_set_aside():
    row = {"audit_id": "A7", "question_id": "voice", "answer": "good"}
    assert checked({}, name="answer", row=row).faults["rule"].tolist() == [
        "is an audit that no source brought"
    ]


def test_days_that_may_lie_ahead_are_no_fault():
    row = {"action_id": "1", "source": "audit", "title": "Do", "owner_post": "Head", "due_on": "2026-03-31"}
    assert checked({}, name="action", row=row).faults.empty


@pytest.mark.parametrize(
    ("found_at", "held"),
    [
        ("2025-08-01 14:05", "2025-08-01 14:05"),
        ("2025-08-01T14:05+01:00", "2025-08-01 13:05"),
        ("9999-12-31 00:00", None),
        ("teatime", None),
    ],
)
def test_times_are_read_as_utc_or_set_aside(found_at, held):
    row = {"escalation_id": "1", "audit_id": "A1", "tier": "1", "told_post": "Head", "found_at": found_at}
    found = checked({}, name="escalation", row=row)
    assert found.frame["found_at"].tolist() == ([pd.Timestamp(held)] if held else [])


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"inclusion": "1"}, None),
        ({"fte": "1.2"}, "is not a fraction from 0 to 1"),
        ({"fte": "full"}, "is not a fraction from 0 to 1"),
        ({"audit_hours_per_month": "six"}, "is not a number"),
    ],
)
def test_numbers_are_held_against_their_type(change, rule):
    row = {
        "staff_id": "S1",
        "name": "Ada",
        "role": "Worker",
        "team_id": "T1",
        "service": "Care",
        "fte": "1",
        "started_on": "2020-01-01",
        "can_audit": "true",
        "can_moderate": "false",
    }
    assert checked(change, name="staff", row=row).faults["rule"].tolist() == ([rule] if rule else [])


@pytest.mark.parametrize("column", ["audit_id", "case_id", "unit", "audited_on"])
def test_a_missing_column_is_refused_by_name(column):
    text = pd.DataFrame([AUDIT]).drop(columns=column)
    with pytest.raises(
        InputError, match=f"audit.csv: the column {column} of table audit is missing. Add or map"
    ):
        check_table(name="audit", text=text, source="audit.csv", rules=RULES)


def test_a_table_without_rows_is_refused():
    with pytest.raises(InputError, match=r"audit.csv: the table audit has no rows. Export it again"):
        check_table(name="audit", text=pd.DataFrame(columns=list(AUDIT)), source="audit.csv", rules=RULES)


def test_a_unit_that_is_not_the_framework_s_is_refused_without_its_value():
    with pytest.raises(
        InputError, match=r"unit of table audit holds a unit that is not the framework's \(child\)"
    ) as e:
        checked({}, {"audit_id": "A2", "unit": "xyzzy"})
    assert "xyzzy" not in str(e.value)


def test_a_column_the_contract_does_not_name_is_left_out():
    assert "note_to_self" not in checked({"note_to_self": "x"}).frame


@settings(max_examples=30)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(AUDIT)), st.text(max_size=12), max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_the_cells_hold_every_row_is_kept_or_set_aside_with_a_fault(changes):
    changes = [{k: v for k, v in change.items() if k != "unit"} for change in changes]
    found = checked(*changes)
    aside = set(range(2, 2 + found.rows)) - set(found.frame.index)
    assert aside == set(found.faults["row"])
