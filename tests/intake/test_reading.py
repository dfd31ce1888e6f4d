"""A period's sources read as a whole: refused before anything is written, or counted."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.errors import InputError
from qaf_lib.intake import read_intake

TODAY = date(2025, 10, 15)
ROW = "{case},child,Care,{team},W,looked_after,{opened},Female,false\n"


def intake(project):
    return read_intake(parameters=project.parameters(), today=TODAY)


def refused(project, message):
    with pytest.raises(InputError, match=message):
        project.prepare()
    assert project.nothing_written


def caseload(project, count, broken, name="data/cases.csv"):
    heading = "case_id,unit,service,team_id,worker_id,status,opened_on,gender,restricted_record\n"
    rows = [
        ROW.format(case=f"{n:05d}", team="T9" if n < broken else "T1", opened="2024-01-01")
        for n in range(count)
    ]
    project.write(name, heading + "".join(rows))


def test_sound_sources_are_read_whole(project):
    found = intake(project)
    assert found.counts.to_numpy().tolist() == [
        ["team", "data/team.csv", 2, 0, 0],
        ["case", "data/cases.csv", 12, 0, 0],
    ]
    assert found.faults.empty
    assert found.closing == []


def test_a_missing_source_file_is_refused(project):
    (project.root / "data" / "cases.csv").unlink()
    refused(project, r"data/cases\.csv: no such file")


@pytest.mark.parametrize("column", ["case_id", "status", "team_id"])
def test_a_missing_column_is_refused_unless_it_may_be_missing(project, column):
    project.change("data/cases.csv", column, f"my_{column}")
    if column == "team_id":
        assert intake(project).opening[0].frame["team_id"].isna().all()
    else:
        refused(project, f"the column {column} is missing")


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_caseload_is_refused(project, count):
    caseload(project, 0, 0)
    if count:
        project.write("data/cases.csv", "")
    refused(project, "the file is empty" if count else "the opening caseload holds no open cases. Export it")


def test_another_framework_s_unit_is_refused(project):
    project.change("data/cases.csv", "0071000,child", "0071000,family")
    refused(project, "holds a unit that is not the framework's")


def test_six_rows_in_a_hundred_set_aside_are_refused_with_their_rules_and_five_are_not(project):
    caseload(project, 100, 6)
    refused(
        project,
        r"(?s)6 of 100 rows \(6.0%\) of table case .* team_id is an unknown team: 6 rows, rows 2, 3, 4, 5, 6 \.\.\.",
    )
    caseload(project, 100, 5)
    assert intake(project).counts["set_aside"].tolist() == [0, 5]


def test_a_sound_closing_caseload_does_not_hide_a_broken_opening_one(project):
    caseload(project, 100, 6)
    caseload(project, 100, 0, "data/closing.csv")
    closing = '"2025-06-30"}\n  closing: {cases: data/closing.csv, as_at: "2025-09-30"}'
    project.change("parameters/tiny.yml", '"2025-06-30"}', closing)
    refused(project, "6 of 100 rows")


def test_an_allowance_with_a_reason_lets_more_through(project):
    caseload(project, 100, 6)
    allowed = "set_aside: {case: {at_most: 0.06, because: The export was cut off.}}\ndraws:\n"
    project.change("parameters/tiny.yml", "draws:\n", allowed)
    assert len(intake(project).opening[0].frame) == 94


@pytest.mark.parametrize("table", ["audits", "draw", "identity"])
def test_an_unknown_table_under_records_is_refused(project, table):
    project.change("parameters/tiny.yml", "records:\n", f"records:\n  {table}: data/team.csv\n")
    refused(project, f"{table} is not a table. Name one of: action, ")


def test_an_unknown_table_under_set_aside_is_refused(project):
    project.change(
        "parameters/tiny.yml",
        "draws:\n",
        "set_aside: {cases: {at_most: 0.1, because: long enough}}\ndraws:\n",
    )
    refused(project, "cases is not a table")


def test_a_case_that_two_sources_of_one_day_bring_is_kept_once_and_counted(project):
    caseload(project, 40, 0, "data/more.csv")
    first = (project.root / "data" / "more.csv").read_text(encoding="utf-8").splitlines()
    project.write(
        "data/cases.csv",
        "\n".join([first[0], first[1], ROW.format(case="X1234", team="T1", opened="2024-01-01")]),
    )
    project.change("parameters/tiny.yml", "cases: data/cases.csv", "cases: [data/cases.csv, data/more.csv]")
    found = intake(project)
    assert [len(checked.frame) for checked in found.opening] == [2, 39]
    assert found.faults[["source", "row", "rule"]].to_numpy().tolist() == [
        ["data/more.csv", 2, "is a repeated reference"]
    ]


def test_a_caseload_none_of_which_may_be_drawn_is_refused(project):
    project.write(
        "data/cases.csv",
        (project.root / "data" / "cases.csv").read_text(encoding="utf-8").replace(",false", ",true"),
    )
    refused(project, "no case may be drawn for case_file: all are excluded")


def test_unknown_teams_and_early_days_are_set_aside_by_row(project):
    caseload(project, 40, 0)
    project.change("data/cases.csv", "00003,child,Care,T1", "00003,child,Care,T9")
    found = intake(project)
    assert found.faults[["row", "column", "rule", "table"]].to_numpy().tolist() == [
        [5, "team_id", "is an unknown team", "case"],
    ]


def test_events_may_lie_up_to_today_when_the_period_is_over(project):
    project.add_audits({f"{n:05d}": "good" for n in range(40)}, day="2025-10-15")
    assert intake(project).records[1].faults.empty
    project.change(
        "data/audit.csv",
        "T1,2025-10-15,good\nA-random-2025-10-15-00001,",
        "T1,2025-10-16,good\nA-random-2025-10-15-00001,",
    )
    assert intake(project).records[1].faults["rule"].tolist() == ["is a date in the future"]


def test_a_record_that_two_sources_bring_is_kept_once(project):
    project.add_audits({"0071000": "good"})
    project.change("parameters/tiny.yml", "audit: data/audit.csv", "audit: [data/audit.csv, data/audit.csv]")
    project.change(
        "parameters/tiny.yml",
        "draws:\n",
        "set_aside: {audit: {at_most: 0.6, because: Read twice here.}}\ndraws:\n",
    )
    found = intake(project)
    assert [len(checked.frame) for checked in found.records] == [2, 1, 0]
    assert found.faults["rule"].tolist() == ["is a repeated reference"]


def lines(project, table, heading, *rows, source=None):
    """A table of records of some lines; its place in the parameters is a file unless said otherwise."""
    project.write(f"data/{table}.csv", "\n".join([heading, *rows]) + "\n")
    named = source or f"data/{table}.csv"
    project.change("parameters/tiny.yml", "records:\n", f"records:\n  {table}: {named}\n")


AUDIT_HEADING = (
    "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,audited_on,overall_grade,feedback_on"
)


def audit(number, *, kind="case_file", grade="good", feedback="", on="2025-08-01"):
    return f"A{number},00710{number:02d},child,{kind},random,tiny,1,{on},{grade},{feedback}"


def test_an_audit_type_s_label_is_its_name_and_an_unknown_type_refuses_with_the_word_and_the_known_ones(
    project,
):
    lines(project, "audit", AUDIT_HEADING, *(audit(n, kind="Case-file audit") for n in range(4)))
    assert intake(project).records[1].frame["audit_type"].unique().tolist() == ["case_file"]
    project.change("data/audit.csv", "Case-file audit", "Peer audit")
    refused(
        project,
        r"(?s)4 of 4 rows .* audit_type is not an audit type of the framework: 4 rows, rows 2, 3, 4, 5: "
        r"Peer audit \(4 rows\)\. Known: case_file, dip",
    )


def test_statuses_that_the_framework_does_not_name_refuse_the_run_and_are_listed(project):
    caseload(project, 100, 0)
    project.change("data/cases.csv", "W,looked_after", "W,child_in_needs")
    refused(
        project,
        r"(?s)100 of 100 .* status is not a status .* child_in_needs \(100 rows\)\. Known: child_in_need, ",
    )


@pytest.mark.parametrize(
    ("soon", "message"), [(5, None), (6, r"6 of 100 filled cells \(6.0%\) of feedback_on in table")]
)
def test_more_than_a_twentieth_of_a_column_unreadable_refuses(project, soon, message):
    rows = [audit(n, feedback="soon" if n < soon else "2025-08-05" if n < 100 else "") for n in range(200)]
    lines(project, "audit", AUDIT_HEADING, *rows)
    if message:
        refused(
            project, rf"(?s){message} audit .* feedback_on is not a date .* left blank: 6 rows, rows 2, 3"
        )
    else:
        found = intake(project)
        assert len(found.records[1].frame) == 200
        assert found.faults["effect"].tolist() == ["warn"] * 5


def test_words_for_nothing_are_blank_and_no_fault(project):
    words = ["N/A", "-", "NULL", "#N/A", "n/a", "2025-08-05"]
    lines(project, "audit", AUDIT_HEADING, *(audit(n, feedback=word) for n, word in enumerate(words)))
    found = intake(project).records[1]
    assert found.faults.empty
    assert found.frame["feedback_on"].notna().tolist() == [False] * 5 + [True]


def test_a_table_of_which_nothing_happened_is_a_heading_without_rows(project):
    lines(project, "audit", AUDIT_HEADING, audit(1))
    lines(project, "escalation", "audit_id,tier,found_at,told_at,told_post,resolved_on")
    empty = intake(project).records[-1]
    assert (empty.table, empty.rows, len(empty.frame), empty.made_ids) == ("escalation", 0, 0, True)


def test_answers_of_audits_set_aside_are_counted_apart_and_refuse_nothing(project):
    rows = [audit(n, grade="splendid" if n < 5 else "good") for n in range(100)]
    lines(project, "audit", AUDIT_HEADING, *rows)
    answers = [f"A{n},voice,good" for n in range(100)] + ["A777,voice,good"]
    lines(project, "answer", "audit_id,question_id,answer", *answers)
    found = next(checked for checked in intake(project).records if checked.table == "answer")
    assert (found.rows, len(found.frame), found.set_aside, found.of_audits_set_aside) == (101, 95, 6, 5)
    assert found.faults["rule"].value_counts().to_dict() == {
        "belongs to an audit that was set aside": 5,
        "is an audit that no source brought": 1,
    }


@pytest.mark.parametrize(("broken", "is_refused"), [(5, False), (6, True)])
def test_answers_broken_by_themselves_are_held_against_those_whose_audit_stands(project, broken, is_refused):
    lines(
        project,
        "audit",
        AUDIT_HEADING,
        *(audit(n, grade="splendid" if n < 5 else "good") for n in range(105)),
    )
    answers = [f"A{n},voice,{'fine' if 5 <= n < 5 + broken else 'good'}" for n in range(105)]
    lines(project, "answer", "audit_id,question_id,answer", *answers)
    if is_refused:
        refused(project, r"(?s)6 of 100 rows \(6.0%\) of table answer .* fine \(6 rows\)")
    else:
        assert len(intake(project).records[1].frame) == 100


def test_a_team_may_have_several_names_and_is_known_by_each(project):
    heading = "team_id,name,service\n"
    project.write(
        "data/team.csv", heading + "T1,North team,Care\nT1,North-East team,Care\nT2,South team,Need\n"
    )
    caseload(project, 40, 0)
    project.change("data/cases.csv", "00003,child,Care,T1", "00003,child,Care,north team")
    project.change("data/cases.csv", "00004,child,Care,T1", "00004,child,Care,NORTH EAST TEAM")
    found = intake(project)
    assert found.records[0].frame[["team_id", "name"]].to_numpy().tolist() == [
        ["T1", "North-East team"],
        ["T2", "South team"],
    ]
    assert found.records[0].left_out.to_numpy().tolist() == [[2, "an earlier name of the team"]]
    assert found.faults.empty
    assert set(found.opening[0].frame["team_id"]) == {"T1"}


def test_of_a_team_s_names_in_two_sources_the_last_is_today_s_and_the_same_row_twice_is_a_fault(project):
    project.write("data/more.csv", "team_id,name,service\nT1,North-East team,Care\nT2,South Team,Need\n")
    project.change("parameters/tiny.yml", "team: data/team.csv", "team: [data/team.csv, data/more.csv]")
    allowed = "set_aside: {team: {at_most: 0.4, because: Sent twice here.}}\ndraws:\n"
    project.change("parameters/tiny.yml", "draws:\n", allowed)
    first, second = intake(project).records
    assert first.frame["name"].tolist() + second.frame["name"].tolist() == ["South team", "North-East team"]
    assert (len(first.left_out), second.faults["row"].tolist()) == (1, [3])


def test_a_person_of_the_staff_who_stands_twice_is_a_fault(project):
    row = "S1,Ada,Worker,T1,Care,1,2020-01-01,no,no"
    heading = "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate"
    lines(project, "staff", heading, row, row.replace("Ada", "Ada Smith"))
    refused(project, "1 of 2 rows .* of table staff")


CASES = "case_id,unit,service,team_id,status,opened_on,closed_on,status_from,restricted_record,gender\n"


def case(number, *, opened="2024-01-01", closed="", team="T1", since="", gender="F", status="looked_after"):
    return f"{number:05d},child,Care,{team},{status},{opened},{closed},{since},no,{gender}\n"


def test_cases_closed_by_the_day_are_not_open_whatever_is_wrong_with_them(project):
    closed = [case(n, closed="2025-06-30", status="ended", team="T9") for n in range(60)]
    project.write("data/cases.csv", CASES + "".join(closed) + "".join(case(n) for n in range(60, 120)))
    found = intake(project)
    assert (len(found.opening[0].frame), len(found.opening[0].left_out)) == (60, 60)
    assert found.faults.empty
    assert found.counts.iloc[-1].tolist() == ["case", "data/cases.csv", 120, 0, 60]


@pytest.mark.parametrize(("as_at", "team"), [("2025-06-29", "T1"), ("2025-06-30", "T2")])
def test_a_case_handed_over_is_the_second_team_s_from_that_day(project, as_at, team):
    rows = [case(1, closed="2025-06-30"), case(1, opened="30/06/2025", team="T2")]
    project.write("data/cases.csv", CASES + "".join(rows))
    project.change("parameters/tiny.yml", '"2025-06-30"', f'"{as_at}"')
    found = intake(project).opening[0]
    assert found.faults.empty
    assert found.frame[["case_id", "team_id"]].to_numpy().tolist() == [["00001", team]]
    assert found.frame["closed_on"].isna().all()


def test_a_re_opened_case_is_one_open_case(project):
    rows = [case(1, opened="2023-01-01", closed="2024-02-01"), case(1, opened="2025-02-01")]
    project.write("data/cases.csv", CASES + "".join(rows))
    found = intake(project).opening[0]
    assert found.frame["opened_on"].tolist() == [pd.Timestamp("2025-02-01")]
    assert found.left_out.to_numpy().tolist() == [[2, "closed on or before the day"]]


def test_an_extract_made_later_holds_the_cases_open_on_its_day(project):
    rows = [case(1, closed="2025-07-05"), case(2, opened="2025-07-01"), case(3, since="2025-07-03")]
    project.write("data/cases.csv", CASES + "".join(rows))
    found = intake(project).opening[0]
    assert found.frame["case_id"].tolist() == ["00001", "00003"]
    assert found.frame[["closed_on", "status_from"]].isna().all(axis=None)
    assert found.left_out.to_numpy().tolist() == [[3, "opened after the day"]]
    assert found.faults[["row", "effect"]].to_numpy().tolist() == [[4, "warn"]]


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        ({"opened": "2025-10-16"}, "opened_on", "is a date in the future"),
        ({"opened": "2025-05-02", "closed": "2025-05-01"}, "closed_on", "is a day before opened_on"),
        ({"closed": "ongoing"}, "closed_on", "is not a date (2026-09-30 or 30/09/2026)"),
    ],
)
def test_days_of_a_case_that_cannot_be_are_faults(project, change, column, rule):
    project.write("data/cases.csv", CASES + case(0, **change) + "".join(case(n) for n in range(1, 40)))
    found = intake(project)
    assert found.faults[["row", "column", "rule"]].to_numpy().tolist() == [[2, column, rule]]
    assert len(found.opening[0].frame) == 39


def test_a_caseload_of_closed_cases_alone_is_refused_with_their_number(project):
    project.write("data/cases.csv", CASES + case(1, closed="2025-05-01"))
    refused(project, "holds no open cases; 1 row is not of 2025-06-30")


def test_a_closing_caseload_without_an_open_case_is_refused_too(project):
    project.write("data/closing.csv", CASES)
    closing = '"2025-06-30"}\n  closing: {cases: data/closing.csv, as_at: "2025-09-30"}'
    project.change("parameters/tiny.yml", '"2025-06-30"}', closing)
    refused(project, "the closing caseload holds no open cases. Export it again")


def test_an_event_of_an_action_that_did_not_come_is_kept_and_told(project):
    lines(
        project,
        "action_event",
        "action_id,event_no,on,status",
        "1,1,2025-08-01,Open",
        "2,1,2025-08-01,In Progress",
    )
    lines(project, "action", "action_id,source,title,owner_post", "1,audit,Do,Head")
    found = next(checked for checked in intake(project).records if checked.table == "action_event")
    assert found.frame["status"].tolist() == ["open", "in_progress"]
    assert found.faults[["row", "rule", "effect"]].to_numpy().tolist() == [
        [3, "is an action that no source brought", "warn"]
    ]


def test_a_gender_that_is_not_understood_never_takes_the_child_away(project):
    project.write("data/cases.csv", CASES + case(1, gender="see notes") + case(2, gender="M"))
    found = intake(project)
    assert found.opening[0].frame["gender"].tolist() == ["not understood", "Male"]
    assert found.faults[["column", "rule", "effect"]].to_numpy().tolist() == [
        ["gender", "is not understood", "warn"]
    ]


def test_a_word_is_not_named_where_a_later_table_shows_it_to_be_a_name(project):
    lines(project, "audit", AUDIT_HEADING, *(audit(n, kind="Worker-7") for n in range(4)))
    refused(project, r"audit type of the framework: 4 rows, rows 2, 3, 4, 5: Worker-7 \(4 rows\)")
    project.write(
        "data/cases.csv", (project.root / "data/cases.csv").read_text(encoding="utf-8") + CASE_OF_WORKER
    )
    refused(project, r"audit type of the framework: 4 rows, rows 2, 3, 4, 5\. Known")


CASE_OF_WORKER = "9000000,child,Care,T1,Worker 7,looked_after,2024-01-01,Female,false\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "to_event: feedback_on",
            "to_event: letter_on",
            r"to_event 'letter_on' is not in table audit.* practice_from",
        ),
        ("from_event: audited_on", "from_event: team_id", "from_event 'team_id' is not in table audit"),
        (
            "from_event: audited_on",
            "kinds: [peer]\n    from_event: audited_on",
            "kinds 'peer' .* case_file, dip",
        ),
        (
            "from_event: audited_on",
            "of: feedback\n    from_event: received_on",
            "to_event 'feedback_on' is not in table",
        ),
    ],
)
def test_a_deadline_between_days_or_for_kinds_that_no_table_has_is_refused_with_those_there_are(
    project, old, new, message
):
    project.change("parameters/frameworks/tiny.yml", old, new)
    refused(project, message)


def test_a_deadline_of_a_day_that_never_came_is_no_reason_to_refuse(project):
    lines(project, "audit", AUDIT_HEADING, audit(1))
    project.change(
        "parameters/frameworks/tiny.yml", "to_event: feedback_on", "to_event: support_plan_sent_on"
    )
    assert intake(project).records[1].frame["support_plan_sent_on"].isna().all()


WIDE = """
    file: data/wide.csv
    constants: {unit: child, audit_type: case_file, selection: random, tool_id: tiny, tool_version: "1"}
    answers: {voice: voice_grade}
"""


def wide(project, *rows):
    project.write("data/wide.csv", "case_id,audited_on,overall_grade,voice_grade\n" + "".join(rows))
    project.change("parameters/tiny.yml", "records:\n", f"records:\n  audit:{WIDE}")


def test_answers_in_columns_beside_the_audit_become_rows_and_blanks_are_no_answer(project):
    words = ["GOOD", "", "N/A", "-", "outstanding", ""]
    wide(project, *(f"00710{n:02d},2025-08-01,good,{word}\n" for n, word in enumerate(words)))
    audits, answers = intake(project).records[1:]
    assert audits.frame["audit_id"].tolist()[0] == "0071000/case_file/2025-08-01"
    assert audits.made_ids
    assert answers.frame[["question_id", "answer"]].to_numpy().tolist() == [
        ["voice", "good"],
        ["voice", "outstanding"],
    ]


def test_answers_beside_an_audit_that_is_set_aside_go_with_it_and_are_counted(project):
    rows = [f"00710{n:02d},2025-08-01,{'splendid' if n == 3 else 'good'},good\n" for n in range(30)]
    wide(project, *rows)
    answers = intake(project).records[2]
    assert (answers.rows, len(answers.frame), answers.of_audits_set_aside) == (30, 29, 1)
    assert answers.faults[["row", "rule"]].to_numpy().tolist() == [
        [5, "belongs to an audit that was set aside"]
    ]


def test_a_question_that_the_framework_does_not_have_cannot_be_mapped(project):
    wide(project, "0071000,2025-08-01,good,good\n")
    project.change("parameters/tiny.yml", "{voice: voice_grade}", "{voices: voice_grade}")
    refused(project, "answers maps voices, which is not a question of the framework. Name one of: voice")


def test_answers_can_be_mapped_for_audits_only(project):
    project.change(
        "parameters/tiny.yml", "team: data/team.csv", "team: {file: data/team.csv, answers: {voice: name}}"
    )
    refused(project, "answers can be mapped for audits only, not for team")
