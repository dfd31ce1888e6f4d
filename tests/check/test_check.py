"""`qaf check`: what an analyst must see before a draw, with nothing recorded."""

import pandas as pd
import pytest

from qaf_lib.check import check_period
from qaf_lib.errors import InputError
from qaf_lib.prepare import prepare

CASES = [f"00{number}" for number in [*range(71000, 71006), *range(72000, 72006)]]
GRADES = dict.fromkeys(CASES, "good")


def said(project):
    return "\n".join(line for table in check_period(project.file).tables for line in table.plain)


def test_nothing_is_recorded_and_nothing_written(project):
    project.add_audits(GRADES)
    check_period(project.file)
    assert project.nothing_written


def test_what_check_accepts_a_later_draw_finds_unchanged(project):
    project.add_audits(GRADES)
    project.prepare()
    check_period(project.file)
    assert project.adds() == 0


def test_sources_are_counted_by_what_became_of_their_rows(project):
    project.change("data/cases.csv", "0071000,child,Care,T1", "0071000,child,Care,T9")
    project.change(
        "parameters/tiny.yml",
        "draws:",
        "set_aside: {case: {at_most: 0.2, because: One is not known.}}\ndraws:",
    )
    words = said(project)
    assert "source data/cases.csv; table case; read 12; used 11; set aside 1; not used 0" in words
    assert "column team_id; rule is an unknown team; outcome row set aside; rows 1; first rows 2" in words


def test_teams_that_no_table_lists_are_said_to_be_held_back(project):
    assert "in no table of teams or staff" not in said(project)
    project.change("parameters/tiny.yml", "records:\n  team: data/team.csv\n", "")
    assert "case: team_id of 12 rows, in no table of teams or staff" in said(project)


def test_a_heading_that_nothing_reads_is_named(project):
    project.write("data/team.csv", "team_id,name,service,Manager\nT1,North,Care,x\nT2,South,Need,x\n")
    assert "source data/team.csv; table team; headings Manager" in said(project)


def test_a_mapped_name_that_the_kit_does_not_know_is_refused_with_those_it_knows(project):
    project.change(
        "parameters/tiny.yml", "team: data/team.csv", "team: {file: data/team.csv, columns: {nam: name}}"
    )
    with pytest.raises(
        InputError, match=r"columns names nam, which is no column .* Name one of: division, locality, name"
    ):
        check_period(project.file)


def test_cases_are_shown_by_whether_they_can_be_drawn_and_by_status(project):
    project.change(
        "data/cases.csv",
        "0071000,child,Care,T1,Worker-71000,looked_after",
        "0071000,child,Care,T1,Worker-71000,care_leaver",
    )
    words = said(project)
    assert "Cases of the draw 2025-26 Q2 case_file 1: 11 of 12 could be drawn" in words
    assert "cases could be drawn; status looked_after; number 5" in words
    assert "status care_leaver; number 1" in words


def test_a_draw_is_shown_by_stratum_with_what_it_will_be_able_to_say(project):
    words = said(project)
    assert "stratum Care; could be drawn 6; drawn " in words
    assert (
        "Draw 7 of the 12 cases: the share that is good or better will then be known to within about" in words
    )


def test_before_a_draw_nobody_can_say_which_audits_match(project):
    project.add_audits(GRADES)
    words = said(project)
    assert "not recorded yet, so which audits match a drawn case is known only after `qaf draw`" in words
    assert "match no drawn case;" not in words


def test_after_a_draw_audits_called_random_that_match_no_case_are_counted_and_listed(project):
    project.add_audits(GRADES)
    prepare(project.parameters())
    report = check_period(project.file)
    words = "\n".join(line for table in report.tables for line in table.plain)
    # 7 of 12 cases are drawn, so 5 of the 12 audits are of cases that somebody chose
    assert "case_file: 5 audits are called random and match no drawn case" in words
    assert "graded and drawn 7; drawn 7; by selection random 7, called random, not drawn 5" in words
    stray = report.worklist.query("what == 'called random and not drawn'")
    assert len(stray) == 5
    assert stray["reference"].str.startswith("A-random-2025-08-01-").all()


def test_drawn_cases_without_an_audit_are_counted_and_listed(project):
    prepare(project.parameters())
    report = check_period(project.file)
    assert "7 of 7 drawn cases have no audit yet" in "\n".join(
        line for table in report.tables for line in table.plain
    )
    assert set(report.worklist["reference"]) <= set(CASES)


def test_duties_of_posts_that_nobody_holds_are_named(project):
    project.change(
        "parameters/frameworks/tiny.yml",
        "worthwhile_change",
        "duties: [{duty_id: D1, label: Audit a case, roles: [Team Manager], evidence: audit, audit_types: [case_file],"
        " times: 1, every: month}]\nworthwhile_change",
    )
    heading = "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
    project.add_records(
        "staff", heading + "S-12345,Ada Invented,Team Manger,T1,Care,1,2020-01-01,true,false\n"
    )
    words = said(project)
    assert "duty D1; post Team Manager; what Audit a case" in words
    assert "rule is not a role that the framework names" in words
    assert "Ada" not in words


def test_rows_that_would_be_withdrawn_are_said_and_refused_where_a_reason_is_needed(project):
    project.add_audits(GRADES)
    prepare(project.parameters())
    text = (project.root / "data/audit.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    project.write("data/audit.csv", "".join(text[:-1]))
    report = check_period(project.file)
    words = "\n".join(line for table in report.tables for line in table.plain)
    assert "table audit; counted so far 12; gone 1; corrected 0" in words
    with pytest.raises(InputError, match=r"audit: 1 of 12 rows that count \(8%\)"):
        report.refuse_unsaid()
    assert len(project.register("audit")) == 12


def test_names_that_are_the_kits_own_words_are_named_and_short_references_counted(project):
    heading = "staff_id,name,role,team_id,service,fte,started_on,can_audit,can_moderate\n"
    project.add_records("staff", heading + "S1,Ida Vale,Worker,T1,Care,1,2020-01-01,true,false\n")
    project.change("data/cases.csv", "Worker-71000,", "North team,")
    words = said(project)
    assert "stop no edition: North team" in words
    assert "1 references have fewer than five characters" in words


def test_a_deadline_that_counts_from_a_column_nobody_knows_is_refused_with_the_days_there_are(project):
    project.change("parameters/frameworks/tiny.yml", "to_event: feedback_on", "to_event: fed_back_on")
    with pytest.raises(InputError, match=r"(?s)fed_back_on.*feedback_on"):
        check_period(project.file)


def test_a_deadline_that_counts_from_a_column_that_never_came_stops_nothing(project):
    project.add_audits(GRADES)
    assert "Sources" in said(project)


def test_the_worklist_has_row_numbers_and_stands_in_the_vault_alone(project):
    project.change("data/cases.csv", "0071000,child,Care,T1", "0071000,child,Care,T9")
    project.change(
        "parameters/tiny.yml",
        "draws:",
        "set_aside: {case: {at_most: 0.2, because: One is not known.}}\ndraws:",
    )
    path = check_period(project.file).write_worklist()
    assert path == project.root / "vault/tinyshire/2025-26-q2/restricted/check.csv"
    listed = pd.read_csv(path)
    assert listed[["source", "row", "column", "what"]].to_numpy().tolist() == [
        ["data/cases.csv", 2, "team_id", "is an unknown team"]
    ]
    assert not (project.root / "vault/tinyshire/register.sqlite").exists()
