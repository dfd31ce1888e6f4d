"""Audits that name the audit they look at again."""

import pytest

from qaf_lib.errors import InputError
from qaf_lib.prepare import check_sources, prepare

HEADING = "audit_id,case_id,unit,audit_type,selection,tool_id,tool_version,team_id,audited_on,overall_grade,reaudit_of\n"


def audit(number, *, again="", day="2025-08-01"):
    return f"A-{number:03},00{71000 + number % 6},child,case_file,panel,tiny,1,T1,{day},good,{again}\n"


def faults(project):
    found = check_sources(project.parameters()).faults
    return found[["row", "column", "rule"]].to_numpy().tolist()


@pytest.fixture
def logged(project):
    project.add_records("audit", HEADING + "".join(audit(number) for number in range(40)))
    return project


def rewrite(project, last):
    project.write("data/audit.csv", HEADING + "".join(audit(number) for number in range(39)) + last)


def test_an_audit_of_the_same_log_may_be_named(logged):
    rewrite(logged, audit(39, again="A-000"))
    assert faults(logged) == []


def test_an_audit_that_looks_again_at_one_nobody_brought_is_set_aside(logged):
    rewrite(logged, audit(39, again="A-999"))
    assert faults(logged) == [[41, "reaudit_of", "is an audit that no source brought"]]
    assert check_sources(logged.parameters()).counts.set_index("table").loc["audit", "set_aside"] == 1


def test_an_audit_of_an_earlier_reading_may_be_named(logged):
    prepare(logged.parameters())
    logged.change("parameters/tiny.yml", "2025-26 Q2", "2025-26 Q3")
    logged.write("data/audit.csv", HEADING + audit(100, again="A-001", day="2025-11-01"))
    assert faults(logged) == []


def test_more_than_a_twentieth_of_such_audits_refuses_the_run(logged):
    logged.write("data/audit.csv", HEADING + audit(0) + audit(1, again="A-999"))
    with pytest.raises(InputError, match=r"1 of 2 rows \(50.0%\) of table audit would be set aside"):
        check_sources(logged.parameters())
