"""One team's page: counts of few audits without a share, both sides of the least number for one."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.team import sections
from tests.conftest import HEADING, Project


@pytest.fixture
def told(project: Project):
    """The lead and the table of team T1, of which so many random audits are graded good."""

    def made(graded: int):
        cases = [
            f"00{number},child,{service},{team},Worker-{number},{status},2024-01-01,Female,false\n"
            for service, team, status, first in (
                ("Care", "T1", "looked_after", 71000),
                ("Need", "T2", "child_in_need", 72000),
            )
            for number in range(first, first + 12)
        ]
        project.change(
            "parameters/tiny.yml", "margin_of_error: 0.25", "margin_of_error: 0.01"
        )  # all are drawn
        project.write("data/cases.csv", HEADING + "".join(cases))
        grades = {f"00{71000 + case}": "good" for case in range(graded)}
        project.add_audits(grades | {f"00{72000 + case}": "inadequate" for case in range(11)})
        lines = (project.root / "data" / "audit.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        lines = [line.replace(",T1,", ",T2,") if ",0072" in line else line for line in lines]
        project.write("data/audit.csv", "".join(lines))
        project.prepare()
        period = open_period(project.file)
        [lead] = sections.headline(period, "T1").parts
        return lead.to_text(), sections.grades(period, "T1").parts

    return made


def test_from_ten_graded_audits_on_a_team_has_a_share(told) -> None:
    lead, [table] = told(10)
    # of 21 graded, ten of this team good and eleven of the other not: 10 / 21 = 48%
    assert "10 of 10 random audits this period;" in lead
    assert "over twelve months 10 of 10 (100%), of all teams 48%" in lead
    assert all("–" not in row for row in table.rows)
    assert table.note == ""


def test_nine_are_counted_and_have_no_share(told) -> None:
    lead, [table] = told(9)
    assert "9 of 9 random audits this period, too few to say much; over twelve months 9 of 9, too few" in lead
    assert "%" not in lead
    assert [(row[0], row[2], row[3]) for row in table.rows] == [
        ("North team", "9", "–"),
        ("all teams", "9", "50%"),  # weighted: (9/9 + 0/11) / 2, as both teams have twelve cases
        ("North team, twelve months", "9", "–"),
    ]
    assert table.note == "Shares from 10 graded audits on."
    kept = [row for row in table.records if row["row_key"] == "T1"]
    assert next((row["x"], row["n"], row["estimate"]) for row in kept) == (9, 9, None)


def test_fewer_than_the_comparison_counts_are_said_to_be_too_few(told) -> None:
    lead, _ = told(2)
    assert (
        "2 of 2 random audits this period, too few to say much; over twelve months fewer than 10, too" in lead
    )


def test_a_team_without_a_grade_has_no_table(told) -> None:
    lead, parts = told(0)
    assert "no random audit this period" in lead
    assert [part.to_text() for part in parts] == ["No random audit of this team has a grade."]
