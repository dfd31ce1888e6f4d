"""How far back auditors looked, against what the framework and its questions ask."""

import pytest

from qaf_lib.pages import open_period, sections

TINY = "parameters/frameworks/tiny.yml"
HEADING = (
    "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,practice_from,practice_to,audited_on,"
    "overall_grade,look_back_reason,worker_took_part,family_feedback\n"
)


@pytest.fixture
def asked(project):
    """Six months asked of case file audits, twelve by one question."""
    project.change(
        TINY,
        "    tool_id: tiny\n    counts_towards_coverage: true\n",
        "    tool_id: tiny\n    look_back_months: 6\n    counts_towards_coverage: true\n",
    )
    project.change(
        TINY,
        "{question_id: voice, label: The child's voice}",
        "{question_id: voice, label: The child's voice, look_back_months: 12}",
    )
    return project


def add(project, *windows):
    """Case file audits of 1 August 2025 by the first day of their window and the reason for it."""
    lines = [
        f"A{at},007100{at},child,case_file,ad_hoc,tiny,1,{first},{last},2025-08-01,good,{reason},{took_part},"
        for at, (first, last, reason, took_part) in enumerate(windows)
    ]
    project.add_records("audit", HEADING + "\n".join(lines) + "\n")


def states(period):
    table = period.look_back[0].states
    return {row.measure: row.x for row in table.itertuples() if row.x}


@pytest.mark.parametrize(
    ("first", "reason", "state"),
    [
        ("2025-02-01", "", "kept"),
        ("2025-01-25", "", "kept"),  # seven days early
        ("2025-01-24", "", "further, no reason recorded"),
        ("2025-01-24", "An older concern", "further, with a reason"),
        ("2025-02-08", "", "kept"),  # seven days late
        ("2025-02-09", "", "not so far"),
        ("", "", "not recorded"),
    ],
)
def test_a_window_is_kept_within_a_week_of_the_day_asked_for(asked, first, reason, state):
    add(asked, (first, "", reason, ""))
    assert states(open_period(asked.file)) == {state: 1}


def test_a_window_ends_on_its_own_last_day_where_it_has_one(asked):
    add(asked, ("2025-01-01", "2025-07-01", "", ""))
    assert states(open_period(asked.file)) == {"kept": 1}


def test_a_question_that_looks_back_further_counts_the_audits_that_reach_so_far(asked):
    add(asked, ("2024-08-01", "", "Told why", ""), ("2025-02-01", "", "", ""), ("", "", "", ""))
    period = open_period(asked.file)
    questions = period.look_back[0].questions
    assert questions[["row_key", "x", "n"]].to_numpy().tolist() == [["The child's voice (12 months)", 1, 2]]
    assert "Case file audit (6 months)" in repr(sections.grades.look_back(period))


def test_the_reason_itself_never_reaches_the_period_store(asked):
    add(asked, ("2024-08-01", "", "Because of Xylophonia", ""))
    period = open_period(asked.file)
    assert "look_back_reason" not in period.store.audits
    assert states(period) == {"further, with a reason": 1}


def test_a_framework_that_asks_for_no_months_has_no_look_back(project):
    add(project, ("2025-02-01", "", "", ""))
    period = open_period(project.file)
    assert period.look_back == []
    assert sections.grades.look_back(period).parts == []


def test_who_took_part_is_counted_of_the_audits_that_record_it(project):
    add(project, ("", "", "", "true"), ("", "", "", "false"), ("", "", "", ""))
    table = open_period(project.file).took_part
    assert table[["row_key", "measure", "x", "n", "population"]].to_numpy().tolist() == [
        ["Case file audit", "worker", 1, 2, 3]
    ]
