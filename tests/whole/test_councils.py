"""Two councils whose exports come as their systems write them: published with mapping keys alone."""

import re
import shutil
from pathlib import Path

import pytest

from qaf_lib.batch.run import run
from qaf_lib.check import check_period

COUNCILS = Path(__file__).resolve().parents[1] / "councils"


@pytest.fixture(scope="module")
def councils(tmp_path_factory):
    folder = tmp_path_factory.mktemp("councils")
    shutil.copytree(COUNCILS, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def dartdale(councils):
    return run(councils / "parameters" / "dartdale.yml", say=lambda line: None)


@pytest.fixture(scope="module")
def harringham(councils):
    return run(councils / "parameters" / "harringham.yml", say=lambda line: None)


def page(published, name):
    """The words of a page, without its marks."""
    text = (published.edition / "reports" / f"{name}.html").read_text(encoding="utf-8")
    shown = re.sub(r"<(style|script).*?</\1>", "", text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def said(report):
    return "\n".join(line for table in report.tables for line in table.plain)


def test_a_council_is_published_from_its_raw_exports_with_its_team_pages(dartdale):
    assert dartdale.failed == []
    assert (dartdale.edition / "reports" / "slt_report.html").is_file()
    assert len(list((dartdale.edition / "teams").iterdir())) == 6


def test_a_council_whose_references_are_six_digits_shares_a_report_from_its_raw_exports(councils):
    path = councils / "parameters" / "harringham.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("audience: internal", "audience: shared"), encoding="utf-8")
    result = run(path, say=lambda line: None)
    path.write_text(text, encoding="utf-8")
    assert result.failed == []
    assert (result.edition / "reports" / "shared_report.html").is_file()


def test_a_council_s_own_rules_are_on_its_pages(harringham):
    assert harringham.failed == []
    leaders, programme = page(harringham, "slt_report"), page(harringham, "programme")
    assert "target of at least 40%" in leaders
    assert "target of at most 10%" in leaders
    assert "by the post that approved it: Deputy Director (2)" in programme
    assert "Auditors and moderators, and their training" in programme
    assert "Inadequate audits followed up by a Head of Service" in page(harringham, "practice")
    assert "2026-08 monthly 1" in page(harringham, "sample")


def test_pages_of_adults_speak_of_adults_and_of_their_leaders(dartdale):
    leaders = page(dartdale, "slt_report")
    assert "adults that could be drawn" in leaders
    assert "Adults Leadership Team" in leaders
    assert not re.search(r"\b[Cc]hild(ren)?\b|Senior Leadership Team|\b[Cc]arer", leaders)
    assert "E244" not in leaders + page(dartdale, "practice")


def test_every_case_of_a_raw_caseload_is_understood(councils):
    words = said(check_period(councils / "parameters" / "harringham.yml"))
    # 300 cases, of them 9 with a restricted record, none with a status that is unknown
    assert "291 of 300 could be drawn" in words
    assert "status" not in words.partition("Rules broken")[2].partition("Cases of the draw")[0]


def test_a_checklist_s_no_and_in_part_count_as_its_yes_does(dartdale):
    text = (dartdale.edition / "reports" / "grades.html").read_text(encoding="utf-8")
    rows = re.findall(r"Main reason for contact identified</th>(.*?)</tr>", text)
    counts = [[int(cell) for cell in re.findall(r">(\d+)<", row)[:4]] for row in rows]
    # of the 28 audits of July to September, by hand in the workbook: yes 10, in part 4, no 6, n/a 8; the
    # draw is another in each vault, so how many of them were drawn and how many chosen differs
    assert [sum(column) for column in zip(*counts, strict=True)] == [10, 4, 6, 8]
