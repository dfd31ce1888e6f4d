"""Rows held against their contract: sound, set aside or the whole table refused."""

from datetime import date, timedelta

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_lib.errors import InputError
from qaf_lib.frameworks import Framework
from qaf_lib.intake.checks import as_at_day, check_table, left_out_on
from qaf_lib.intake.columns import Rules

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]
FRAMEWORK = Framework.model_validate(
    yaml.safe_load("""
framework: tiny
title: A framework small enough to read
source: written for the tests
unit: child
scale:
  grades: [inadequate, requires improvement, good, outstanding]
  bands: [{name: good_or_better, label: good or better, grades: [good, outstanding]}]
  concern: {name: inadequate, label: inadequate, grades: [inadequate]}
tools:
  - tool_id: tiny
    version: "1"
    label: The tiny tool
    questions:
      - {question_id: voice, label: Voice}
      - {question_id: plan_shared, label: The family has the plan, answers: ["no", in part, "yes", n/a]}
  - tool_id: other
    version: "1"
    questions:
      - {question_id: other_voice, label: Voice}
      - {question_id: seen, label: The child was seen, answers: ["no", "yes"]}
audit_types:
  - {name: case_file, label: Case file audit, tool_id: tiny, counts_towards_coverage: true,
     counts_towards_estimates: true}
  - {name: dip, label: Dip sample, tool_id: other, counts_towards_coverage: false, counts_towards_estimates: true}
eligibility: {statuses: [child_in_need, looked_after]}
independence: [{audit_types: [case_file], roles: [Team Manager]}]
worthwhile_change: 0.1
assumptions: []
""")
)
RULES = Rules(
    framework=FRAMEWORK,
    latest=date(2025, 9, 30),
    teams={"T1": "T1", "t1": "T1", "north team": "T1"},
    tools={"A1": "tiny", "A2": "other"},
    audits_set_aside={"A9"},
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
ANSWER = {"audit_id": "A1", "question_id": "voice", "answer": "good"}
STAFF = {
    "staff_id": "S1",
    "name": "Ada Smith",
    "role": "Team Manager",
    "team_id": "T1",
    "service": "Care",
    "fte": "1",
    "started_on": "2020-01-01",
    "can_audit": "true",
    "can_moderate": "false",
}


def checked(*changes, name="audit", row=AUDIT, rules=RULES):
    text = pd.DataFrame([row | change for change in changes], dtype="string")
    text.index = pd.RangeIndex(2, 2 + len(text))
    return check_table(name=name, text=text, source="audit.csv", rules=rules)


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
        ({"audited_on": "8/1/25"}, "audited_on", "is not a date (2026-09-30 or 30/09/2026)"),
        ({"audited_on": "45870"}, "audited_on", "is not a date (2026-09-30 or 30/09/2026)"),
        ({"audited_on": None}, "audited_on", "is missing"),
        ({"audited_on": "N/A"}, "audited_on", "is missing"),
        ({"team_id": "T9"}, "team_id", "is an unknown team"),
        ({"case_id": None}, "case_id", "is missing"),
        ({"case_id": "NULL"}, "case_id", "is missing"),
        ({"audit_type": "Case review"}, "audit_type", "is not an audit type of the framework"),
        ({"tool_id": "form 7"}, "tool_id", "is not a tool of the framework"),
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
    ("change", "kept"),
    [
        ({"audited_on": "2025-09-30"}, pd.Timestamp("2025-09-30")),
        ({"audited_on": "30/09/2025 23:59"}, pd.Timestamp("2025-09-30")),
        ({"audited_on": "1/9/2025"}, pd.Timestamp("2025-09-01")),
        ({"overall_grade": None}, pd.NA),
        ({"overall_grade": "n/a"}, pd.NA),
        ({"overall_grade": "  Requires-IMPROVEMENT "}, "requires improvement"),
        ({"team_id": None}, pd.NA),
        ({"team_id": "North Team"}, "T1"),
        ({"audit_type": "Case file audit"}, "case_file"),
        ({"audit_type": "Case-File"}, "case_file"),
        ({"selection": "Spot check"}, "spot_check"),
        ({"unit": "Child"}, "child"),
        ({"tool_id": "The Tiny Tool"}, "tiny"),
        ({"worker_took_part": "Y"}, True),
        ({"feedback_on": "N/A"}, pd.NaT),
        ({"feedback_on": "-"}, pd.NaT),
    ],
)
def test_what_can_be_read_one_way_is_kept_in_the_kit_s_words(change, kept):
    found = checked({}, {"audit_id": "A2"} | change)
    assert found.faults.empty
    held = found.frame[next(iter(change))].iloc[1]
    assert held is kept or held == kept


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"feedback_on": "soon"}, "is not a date (2026-09-30 or 30/09/2026); left blank"),
        ({"worker_took_part": "Yes - by phone"}, "is not true or false; left blank"),
    ],
)
def test_an_optional_cell_that_cannot_be_read_is_blanked_and_told_and_its_row_kept(change, rule):
    found = checked({}, {"audit_id": "A2"} | change)
    assert found.faults[["row", "rule", "effect"]].to_numpy().tolist() == [[3, rule, "warn"]]
    assert found.frame[next(iter(change))].isna().all()
    assert (len(found.frame), found.set_aside) == (2, 0)


@pytest.mark.parametrize(
    ("name", "column"),
    [("case", "closed_on"), ("plan", "ended_on"), ("staff", "left_on"), ("escalation", "resolved_on")],
)
def test_a_day_whose_absence_says_something_sets_its_row_aside_when_it_cannot_be_read(name, column):
    case = {
        "case_id": "1",
        "unit": "child",
        "service": "S",
        "status": "looked_after",
        "restricted_record": "no",
    }
    rows = {
        "case": case,
        "plan": {"case_id": "1", "kind": "cp", "started_on": "2025-01-01"},
        "staff": STAFF,
        "escalation": {"audit_id": "A1", "tier": "1", "found_at": "2025-08-01", "told_post": "Team Manager"},
    }
    found = checked({column: "ongoing"}, name=name, row=rows[name])
    assert found.faults["effect"].tolist() == ["set_aside"]
    assert found.frame.empty


def test_a_tool_that_is_not_its_audit_type_s_is_told_and_kept():
    found = checked({"tool_id": "other"})
    assert found.faults[["rule", "effect"]].to_numpy().tolist() == [
        ["is not the tool of its audit type", "warn"]
    ]
    assert found.frame["tool_id"].tolist() == ["other"]


@pytest.mark.parametrize(
    ("role", "kept", "rules"),
    [
        ("team-manager", "Team Manager", []),
        ("Family Time Lead", "Family Time Lead", ["is not a role that the framework names"]),
    ],
)
def test_a_role_is_spelt_as_the_framework_does_or_kept_and_told(role, kept, rules):
    found = checked({"role": role}, name="staff", row=STAFF)
    assert found.faults["rule"].tolist() == rules
    assert found.frame["role"].tolist() == [kept]


def test_of_repeated_references_the_first_is_kept_and_the_same_row_again_is_told_apart():
    found = checked({}, {"overall_grade": "inadequate"}, {"overall_grade": " Good"})
    assert found.frame["overall_grade"].tolist() == ["good"]
    assert found.faults["rule"].tolist() == ["is a repeated reference", "is the same row again"]
    assert (found.rows, found.set_aside) == (3, 2)


def test_a_reference_repeats_only_a_row_that_counts():
    found = checked({"overall_grade": "splendid"}, {})
    assert found.faults["rule"].tolist() == ["is a grade off the scale"]
    assert found.frame.index.tolist() == [3]


def test_an_indicator_of_the_whole_council_counts_once_though_it_names_no_team():
    row = {"indicator_id": "visits", "period": "2025-26 Q2", "numerator": "5", "denominator": "1,000"}
    found = checked(
        {}, {"numerator": "6", "period": "2025-26 q2"}, {"period": "spring"}, name="indicator", row=row
    )
    assert found.frame[["period", "numerator", "denominator"]].to_numpy().tolist() == [
        ["2025-26 Q2", 5, 1000]
    ]
    aside = found.faults[found.faults["effect"] == "set_aside"]
    assert aside["rule"].tolist() == ["is a repeated reference", "is not a period"]


def test_a_row_with_two_broken_cells_is_one_row_set_aside_and_two_faults():
    found = checked({}, {"audit_id": "A2", "team_id": "T9", "overall_grade": "splendid"})
    assert len(found.faults) == 2
    assert (found.rows, len(found.frame), found.set_aside) == (2, 1, 1)


def test_audits_without_references_get_one_from_case_type_and_day_however_they_are_written():
    row = {key: value for key, value in AUDIT.items() if key != "audit_id"}
    again = {"audit_type": "Case File Audit", "audited_on": "01/08/2025 10:15", "overall_grade": "inadequate"}
    found = checked({}, again, row=row)
    assert found.made_ids
    assert found.frame["audit_id"].tolist() == ["0123456/case_file/2025-08-01"]
    assert found.faults[["row", "column", "rule"]].to_numpy().tolist() == [
        [3, "audit_id", "is a repeated reference"]
    ]


def test_an_audit_without_a_reference_whose_type_is_unknown_is_told_by_its_type_alone():
    row = {key: value for key, value in AUDIT.items() if key != "audit_id"}
    assert checked({}, {"audit_type": "chat"}, row=row).faults["column"].tolist() == ["audit_type"]


@pytest.mark.parametrize(
    ("question", "answer", "kept"),
    [
        ("voice", "GOOD", ("voice", "good")),
        ("Plan shared", "In-Part", ("plan_shared", "in part")),
        ("The family has the plan", "No", ("plan_shared", "no")),
        ("plan_shared", "N/A", ("plan_shared", "n/a")),
        ("plan_shared", "Not applicable", ("plan_shared", "n/a")),
        ("Voice", "good", ("voice", "good")),
    ],
)
def test_questions_and_answers_are_known_by_name_label_and_any_spelling(question, answer, kept):
    found = checked({"question_id": question, "answer": answer}, name="answer", row=ANSWER)
    assert found.faults.empty
    assert tuple(found.frame[["question_id", "answer"]].iloc[0]) == kept


@pytest.mark.parametrize(
    ("question", "answer", "column", "rule"),
    [
        ("voice", "splendid", "answer", "is a grade off the scale"),
        ("voice", "yes", "answer", "is a grade off the scale"),
        ("voice", "N/A", "answer", "is missing"),
        ("plan_shared", "good", "answer", "is not an answer of its question"),
        ("plan_shared", "Partially met", "answer", "is not an answer of its question"),
        ("seen", "not applicable", "answer", "is not an answer of its question"),
        ("Assessment", "good", "question_id", "is not a question of the framework"),
    ],
)
def test_an_unknown_question_or_answer_is_a_fault_and_never_nothing(question, answer, column, rule):
    found = checked({"question_id": question, "answer": answer}, name="answer", row=ANSWER)
    assert found.faults[["column", "rule", "effect"]].to_numpy().tolist() == [[column, rule, "set_aside"]]
    assert found.frame.empty


def test_a_label_that_two_tools_share_is_the_question_of_the_audit_s_tool():
    found = checked({}, {"audit_id": "A2"}, name="answer", row=ANSWER | {"question_id": "VOICE "})
    assert found.frame["question_id"].tolist() == ["voice", "other_voice"]


@pytest.mark.parametrize(
    ("audit", "rule", "of_audits"),
    [
        ("A7", "is an audit that no source brought", 0),
        ("A9", "belongs to an audit that was set aside", 1),
    ],
)
def test_an_answer_without_its_audit_is_set_aside_and_told_why(audit, rule, of_audits):
    found = checked({"audit_id": audit}, name="answer", row=ANSWER)
    assert found.faults["rule"].tolist() == [rule]
    assert (found.set_aside, found.of_audits_set_aside) == (1, of_audits)


def test_days_that_may_lie_ahead_are_no_fault():
    row = {"action_id": "1", "source": "Audit", "title": "Do", "due_on": "2026-03-31"}
    row |= {"owner_post": "Team Manager"}
    assert checked({}, name="action", row=row).faults.empty


@pytest.mark.parametrize(
    ("found_at", "held"),
    [
        ("2025-08-01 14:05", "2025-08-01 14:05"),
        ("2025-08-01T14:05+01:00", "2025-08-01 13:05"),
        ("01/08/2025", "2025-08-01"),
        ("2025-09-30 23:59", "2025-09-30 23:59"),
        ("2025-10-01 00:00", None),
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
        ({"fte": "60%"}, None),
        ({"fte": "1.2"}, "is not a fraction from 0 to 1"),
        ({"fte": "full"}, "is not a fraction from 0 to 1"),
        ({"audit_hours_per_month": "1,200"}, None),
        ({"audit_hours_per_month": "six"}, "is not a number; left blank"),
        ({"newly_qualified_until": "no"}, "is not a date (2026-09-30 or 30/09/2026); left blank"),
    ],
)
def test_numbers_are_held_against_their_type(change, rule):
    assert checked(change, name="staff", row=STAFF).faults["rule"].tolist() == ([rule] if rule else [])


@pytest.mark.parametrize("column", ["case_id", "unit", "audited_on"])
def test_a_missing_column_is_refused_by_name(column):
    text = pd.DataFrame([AUDIT]).drop(columns=column)
    with pytest.raises(
        InputError, match=f"audit.csv: the column {column} of table audit is missing. Add or map"
    ):
        check_table(name="audit", text=text, source="audit.csv", rules=RULES)


def test_a_heading_without_rows_is_an_empty_table():
    text = pd.DataFrame(columns=list(AUDIT))
    found = check_table(name="audit", text=text, source="audit.csv", rules=RULES)
    assert (found.rows, len(found.frame), len(found.faults)) == (0, 0, 0)
    assert found.frame["audited_on"].dtype == "datetime64[ns]"


def test_another_framework_s_unit_is_refused():
    with pytest.raises(
        InputError, match=r"unit of table audit holds a unit that is not the framework's \(child\)"
    ):
        checked({}, {"audit_id": "A2", "unit": "Family"})


def test_a_unit_that_the_kit_does_not_know_sets_its_row_aside():
    faults = checked({}, {"audit_id": "A2", "unit": "xyzzy"}).faults
    assert faults[["row", "column", "effect"]].to_numpy().tolist() == [[3, "unit", "set_aside"]]
    assert faults["rule"].str.startswith("is not one of child").all()


def test_a_column_the_contract_does_not_name_is_left_out():
    assert "note_to_self" not in checked({"note_to_self": "x"}).frame


def named(*words, column="audit_type", **rest):
    rows = [{"audit_id": f"B{place}", column: word} for place, word in enumerate(words)]
    return checked(*rows, **rest).faults["value"].dropna().tolist()


def test_a_word_of_a_code_column_is_named_where_two_rows_carry_it():
    assert named("chat", "chat", "stroll") == ["chat", "chat"]


def test_a_column_of_more_than_twenty_words_names_none():
    words = [f"kind {number}" for number in range(20)]
    assert named(*words, words[0]) == [words[0]] * 2
    assert named(*words, words[0], "case_file") == []


@pytest.mark.parametrize("word", ["0123456", "Auditor One", "ONE, auditor", "seen by Auditor One"])
def test_a_column_that_holds_a_known_name_or_reference_names_no_word(word):
    row = AUDIT | {"auditor_id": "Auditor One"}
    assert named("chat", "chat", word, row=row) == []


@pytest.mark.parametrize("column", ["team_id", "case_id", "audited_on"])
def test_what_is_no_code_is_never_named(column):
    assert named("Xyzzy", "Xyzzy", column=column) == []


@settings(max_examples=50)
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
    assert aside == set(found.faults.loc[found.faults["effect"] == "set_aside", "row"])
    assert len(aside) == found.set_aside


CELLS = st.fixed_dictionaries(
    {
        "case_id": st.sampled_from(["1", "2", "3", ""]),
        "status": st.sampled_from(["looked_after", "Looked After", "gone", "N/A"]),
        "opened_on": st.sampled_from(["2025-01-01", "01/07/2025", "soon", "2030-01-01", ""]),
        "closed_on": st.sampled_from(["2025-06-30", "2025-07-01", "2024-12-31", "soon", "-"]),
        "team_id": st.sampled_from(["T1", "North team", "T9", "null"]),
    }
)


@settings(max_examples=200)
@given(st.lists(CELLS, min_size=1, max_size=8))
def test_every_row_of_a_caseload_is_open_left_out_or_set_aside_and_every_case_stands_once(rows):
    row = {"unit": "child", "service": "Care", "restricted_record": "no"}
    rules = Rules(framework=FRAMEWORK, latest=date(2025, 9, 30), as_at=date(2025, 6, 30), teams=RULES.teams)
    found = checked(*rows, name="case", row=row, rules=rules)
    assert found.rows == len(found.frame) + found.set_aside + len(found.left_out)
    assert found.frame["case_id"].is_unique
    assert not set(found.frame.index) & set(found.left_out["row"])
    assert not (found.frame["opened_on"] > pd.Timestamp("2025-06-30")).any()
    assert found.frame["closed_on"].isna().all()


DAY = date(2026, 6, 30)
NEAR = st.integers(-3, 3).map(lambda days: DAY + timedelta(days=days))


def days(opened, closed):
    frame = pd.DataFrame({"opened_on": [opened], "closed_on": [closed], "status_from": [opened]})
    return frame.apply(pd.to_datetime)


@pytest.mark.parametrize(
    ("opened", "closed", "reason"),
    [
        ("2026-01-01", None, None),
        (None, None, None),
        ("2026-06-30", None, None),
        ("2026-07-01", None, "opened after the day"),
        ("2026-01-01", "2026-06-29", "closed on or before the day"),
        ("2026-01-01", "2026-06-30", "closed on or before the day"),
        ("2026-01-01", "2026-07-01", None),
        ("2026-06-30", "2026-06-30", "closed on or before the day"),
    ],
)
def test_a_case_is_open_from_its_first_day_to_the_day_before_its_last(opened, closed, reason):
    found = left_out_on(table="case", frame=days(opened, closed), as_at=DAY)
    assert found.dropna().tolist() == ([reason] if reason else [])


@given(NEAR, NEAR)
def test_a_case_handed_over_stands_in_one_team_on_every_day_it_is_open(handed, as_at):
    first, second = days("2026-01-01", handed), days(handed, None)
    frame = pd.concat([first, second], ignore_index=True)
    assert left_out_on(table="case", frame=frame, as_at=as_at).isna().sum() == 1


def test_what_happened_after_the_day_had_not_happened():
    frame = as_at_day(table="case", frame=days("2026-07-01", "2026-07-05"), as_at=DAY)
    assert frame[["closed_on", "status_from"]].isna().all(axis=None)
    assert as_at_day(table="case", frame=days("2026-06-30", None), as_at=DAY)["status_from"].notna().all()


def test_a_plan_that_has_ended_stays_and_one_not_begun_does_not():
    plans = pd.DataFrame({"started_on": ["2026-01-01", "2026-07-01"], "ended_on": ["2026-06-01", None]})
    plans = plans.apply(pd.to_datetime)
    assert left_out_on(table="plan", frame=plans, as_at=DAY).fillna("").tolist() == [
        "",
        "started after the day",
    ]
