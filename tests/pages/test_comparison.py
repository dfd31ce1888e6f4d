"""Teams beside one another: by name, and only as far as chance allows."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.grades import over_time_sections as comparison

NORTH = [f"007100{n}" for n in range(6)]
SOUTH = [f"007200{n}" for n in range(6)]


def audited(project, north, south, day):
    """Random audits of the two teams, so many good ones each, the others inadequate."""
    grades = {
        case: "good" if place < good else "inadequate"
        for cases, good in ((NORTH, north), (SOUTH, south))
        for place, case in enumerate(cases)
    }
    project.add_audits(grades, day=day)
    for case in SOUTH:
        text = (project.root / "data/audit.csv").read_text(encoding="utf-8")
        row = next(line for line in text.splitlines() if f"-{day}-{case}," in line)
        project.change("data/audit.csv", row, row.replace(",T1,", ",T2,"))


@pytest.fixture
def all_drawn(project):
    project.change("parameters/tiny.yml", "margin_of_error: 0.25", "margin_of_error: 0.01")
    return project


def page(period):
    return repr(comparison.teams_compared(period))


def test_teams_that_differ_by_chance_only_cannot_be_told_apart(all_drawn):
    audited(all_drawn, 4, 3, "2025-08-01")
    audited(all_drawn, 3, 4, "2025-05-01")
    period = open_period(all_drawn.file)
    # 7 of 12 each
    shares = period.comparisons[0].funnel.query("measure == 'share'")
    assert shares[["row_key", "x", "n"]].to_numpy().tolist() == [["T1", 7, 12], ["T2", 7, 12]]
    assert "no team can be told apart from the council (58%)" in page(period)
    assert "outside the 95% limits" not in page(period)


def test_a_team_that_chance_does_not_explain_is_named(all_drawn):
    audited(all_drawn, 6, 0, "2025-08-01")
    audited(all_drawn, 6, 0, "2025-05-01")
    words = page(open_period(all_drawn.file))
    assert "lower than chance explains: South team; higher than chance explains: North team" in words


def test_teams_stand_in_the_order_of_their_names_not_of_their_shares(all_drawn):
    all_drawn.change("data/team.csv", "North team", "Zeal team")
    audited(all_drawn, 0, 6, "2025-08-01")
    table = comparison.teams_compared(open_period(all_drawn.file)).parts[2]
    assert [row[0] for row in table.rows] == ["South team", "Zeal team"]


def test_a_team_outside_its_limits_that_is_not_said_to_differ_is_owned_up_to(all_drawn):
    audited(all_drawn, 6, 3, "2025-08-01")
    audited(all_drawn, 6, 3, "2025-05-01")
    said = page(open_period(all_drawn.file))
    assert "no team can be told apart" in said
    assert "1 lies outside the 95% limits all the same" in said


def test_audits_older_than_a_year_are_left_out(all_drawn):
    audited(all_drawn, 6, 6, "2024-08-01")
    audited(all_drawn, 3, 3, "2025-08-01")
    found = open_period(all_drawn.file).comparisons[0]
    assert (str(found.start), str(found.end)) == ("2024-10-01", "2025-09-30")
    assert found.funnel.query("measure == 'share'")["n"].to_list() == [6, 6]


def test_one_team_alone_is_compared_with_nothing(all_drawn):
    all_drawn.add_audits(dict.fromkeys(NORTH, "good"))
    assert "teams are not compared: one team only" in page(open_period(all_drawn.file))


def test_without_audits_one_sentence_says_so(project):
    assert "no random audit names a team" in page(open_period(project.file))


def test_no_worker_stands_in_any_comparison(all_drawn):
    audited(all_drawn, 4, 3, "2025-08-01")
    period = open_period(all_drawn.file)
    keys = set(period.comparisons[0].funnel["row_key"]) | set(period.comparisons[0].pooled["row_key"])
    assert keys == {"T1", "T2", "all"}
