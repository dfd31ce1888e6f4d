"""Two councils whose exports come as their systems write them: published with mapping keys alone."""

import re
import shutil
from pathlib import Path

import pytest

from qaf_lib.batch.run import run
from qaf_lib.check import check_period

COUNCILS = Path(__file__).resolve().parents[1] / "councils"


@pytest.fixture
def councils(tmp_path, monkeypatch):
    monkeypatch.delenv("QAF_VAULT", raising=False)
    shutil.copytree(COUNCILS, tmp_path, dirs_exist_ok=True)
    return tmp_path


def said(report):
    return "\n".join(line for table in report.tables for line in table.plain)


@pytest.mark.parametrize("name", ["harringham", "dartdale"])
def test_a_council_is_published_from_its_raw_exports(councils, name):
    result = run(councils / "parameters" / f"{name}.yml", say=lambda line: None)
    assert result.failed == []
    assert (result.edition.folder / "reports" / "slt_report.html").is_file()


def test_every_case_of_a_raw_caseload_is_understood(councils):
    words = said(check_period(councils / "parameters" / "harringham.yml"))
    # 300 cases, of them 9 with a restricted record, none with a status that is unknown
    assert "291 of 300 could be drawn" in words
    assert "status" not in words.partition("Rules broken")[2].partition("Cases of the draw")[0]


def test_a_checklist_s_no_and_in_part_count_as_its_yes_does(councils):
    result = run(councils / "parameters" / "dartdale.yml", say=lambda line: None)
    page = (result.edition.folder / "reports" / "framework.html").read_text(encoding="utf-8")
    row = re.search(r"Main reason for contact identified</th>(.*?)</tr>", page, re.DOTALL)
    counts = [int(found) for found in re.findall(r">(\d+)(?: \(|<)", row[1])]
    # of the 28 audits of July to September, by hand in the workbook: no 6, in part 4, yes 10, n/a 8
    assert counts[:4] == [6, 4, 10, 8]
