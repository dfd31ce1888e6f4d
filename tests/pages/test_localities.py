"""The period by locality: what a small council's two places show, and what one place does not."""

import re

from qaf_lib import open_period
from qaf_lib.pages.evidence import localities_sections as localities

PLACES = "team_id,name,service,locality\nT1,North team,Care,Moor\nT2,South team,Need,Fen\n"
GRADED = {f"007{side}00{case}": "good" for side in (1, 2) for case in range(6)}


def placed(project, teams=PLACES):
    project.write("data/team.csv", teams)
    project.change("parameters/tiny.yml", "margin_of_error: 0.25", "margin_of_error: 0.01")


def test_grades_coverage_actions_and_feedback_stand_by_locality(project):
    placed(project)
    project.add_audits(GRADED | {"0071000": "inadequate", "0071001": "inadequate"})
    project.add_records(
        "feedback",
        "feedback_id,kind,team_id,theme,received_on,score\n"
        "F1,survey,T1,Voice,2025-07-01,8\nF2,complaint,T2,,2025-07-01,\nF3,survey,,,2025-07-01,2\n",
    )
    project.add_records(
        "action",
        "action_id,source,title,owner_post,team_id,due_on,raised_on\nA1,board,Do it,Manager,T1,2025-08-01,2025-07-01\n"
        "A2,board,Do more,Manager,,2025-08-01,2025-07-01\n".replace(",raised_on", "").replace(
            ",2025-07-01\n", "\n"
        ),
    )
    period = open_period(project.file)
    assert "that are overdue: Fen 0 of 0, Moor 1 of 1." in repr(localities.activity(period))
    assert "1 survey, 1 complaint, 0 compliments and 0 comments of the period name a place." in repr(
        localities.voices(period)
    )
    found = period.localities
    assert found.names == ["Fen", "Moor"]
    grades = found.grades[0].headline.set_index("row_key")
    assert grades[["x", "n", "population"]].to_numpy().tolist() == [[6, 6, 6], [4, 6, 6]]
    covered = found.coverage.set_index("row_key")
    assert covered[["x", "n"]].to_numpy().tolist() == [[6, 6], [6, 6]]
    actions = found.actions.set_index(["row_key", "measure"])["x"]
    assert (actions["Moor", "live"], actions["Moor", "overdue"], actions["Fen", "live"]) == (1, 1, 0)
    voices = found.voices.set_index(["row_key", "measure"])
    assert voices.loc[("Moor", "median_score"), "estimate"] == 8
    assert voices.loc[("Fen", "complaint"), "x"] == 1
    assert voices.loc[("Fen", "survey"), "x"] == 0


def test_the_page_ranks_nothing_and_writes_no_share_of_a_few(project):
    placed(project)
    project.add_audits(dict.fromkeys(["0071000", "0071001", "0071002", "0072000"], "good"))
    project.add_audits(dict.fromkeys(["0071000", "0072000"], "good"), day="2025-05-01", selection="panel")
    told = repr(localities.grades(open_period(project.file)))
    assert "no locality stands apart from the share of all, 100%, by more than chance explains." in told
    assert "Localities stand in alphabetical order." in told
    assert re.search(r"Moor +2 of 2 +4 of 4\n", told)
    assert "2025-26 Q1" in told
    assert "rank" not in told


def test_one_place_or_none_leaves_the_part_out(project):
    placed(project, PLACES.replace("Fen", "Moor"))
    period = open_period(project.file)
    assert period.localities.names == []
    for part in (localities.grades, localities.activity, localities.voices):
        assert part(period).parts == []
