"""A period's sources read as a whole: refused before anything is written, or counted."""

from datetime import date

import pytest

from qaf_lib.caseload import read_intake
from qaf_lib.errors import InputError

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
        ROW.format(case=f"{n:05d}", team="T1", opened="2025-07-01" if n < broken else "2024-01-01")
        for n in range(count)
    ]
    project.write(name, heading + "".join(rows))


def test_sound_sources_are_read_whole(project):
    found = intake(project)
    assert found.counts.to_numpy().tolist() == [
        ["team", "data/team.csv", 2, 0],
        ["case", "data/cases.csv", 12, 0],
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
        refused(project, f"the column {column} of table case is missing")


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_caseload_is_refused(project, count):
    caseload(project, 0, 0)
    if count:
        project.write("data/cases.csv", "")
    refused(project, "the file is empty" if count else "the table case has no rows")


def test_an_unknown_unit_is_refused(project):
    project.change("data/cases.csv", "0071000,child", "0071000,household")
    refused(project, "holds a unit that is not the framework's")


def test_six_rows_in_a_hundred_set_aside_are_refused_with_their_rules_and_five_are_not(project):
    caseload(project, 100, 6)
    refused(
        project,
        r"(?s)6 of 100 rows \(6.0%\) of table case .* opened_on is a date in the future: 6 rows, .* row 2",
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


def test_events_may_lie_up_to_today_when_the_period_is_over_but_a_caseload_not_after_its_day(project):
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


WIDE = """
    file: data/wide.csv
    constants: {unit: child, audit_type: case_file, selection: random, tool_id: tiny, tool_version: "1"}
    answers: {voice: voice_grade}
"""


def test_answers_in_columns_beside_the_audit_become_rows_and_blanks_are_no_answer(project):
    rows = [f"00710{n:02d},2025-08-01,good,{'' if n else 'GOOD'}\n" for n in range(6)]
    project.write("data/wide.csv", "case_id,audited_on,overall_grade,voice_grade\n" + "".join(rows))
    project.change("parameters/tiny.yml", "records:\n", f"records:\n  audit:{WIDE}")
    audits, answers = intake(project).records[1:]
    assert audits.frame["audit_id"].tolist()[0] == "0071000/case_file/2025-08-01"
    assert answers.frame[["question_id", "answer"]].to_numpy().tolist() == [["voice", "good"]]


def test_answers_can_be_mapped_for_audits_only(project):
    project.change(
        "parameters/tiny.yml", "team: data/team.csv", "team: {file: data/team.csv, answers: {voice: name}}"
    )
    refused(project, "answers can be mapped for audits only, not for team")
