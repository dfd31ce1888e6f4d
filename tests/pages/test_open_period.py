"""A small period asked every question."""

import pytest

from qaf_lib.errors import InputError
from qaf_lib.pages import open_period, sections

CARE = [f"007100{n}" for n in range(6)]
NEED = [f"007200{n}" for n in range(6)]
CENSUS = (
    "margin_of_error: 0.25",
    "margin_of_error: 0.01",
)  # of twelve cases a margin of one point asks for all
HALF = dict.fromkeys(CARE, "good") | dict.fromkeys(NEED, "inadequate")


@pytest.fixture
def census(project):
    """Every case drawn and audited: six good in care, six inadequate in need."""
    project.change("parameters/tiny.yml", *CENSUS)
    project.add_audits(HALF)
    return project


def first(table, *names):
    return table.iloc[0][list(names)].tolist()


def test_opening_a_period_prepares_it_once(project):
    open_period(project.file)
    store = project.root / "vault" / "tinyshire" / "2025-26-q2" / "store" / "store.json"
    made = store.stat().st_mtime_ns
    open_period(project.file)
    assert store.stat().st_mtime_ns == made


def test_the_headline_of_a_full_count_has_no_width(census):
    # 6 of 12 cases are good or better and every case was drawn
    headline = open_period(census.file).grades[0].headline
    assert first(headline, "row_key", "x", "n", "population", "estimate") == ["all", 6, 12, 12, 0.5]
    assert headline["high"].iloc[0] - headline["low"].iloc[0] == pytest.approx(0)


def test_services_and_teams_have_their_own_rows(census):
    grades = open_period(census.file).grades[0]
    shares = grades.by_service.set_index("row_key")["estimate"]
    assert (shares["Care"], shares["Need"]) == (1, 0)
    assert grades.by_team.set_index("row_key").loc[["T1", "T2"], "population"].tolist() == [6, 6]
    assert grades.by_gender["row_key"].tolist() == ["Female"]
    assert grades.by_ethnicity["row_key"].tolist() == ["not recorded"]


def test_a_sample_that_came_back_in_part_says_so_and_has_a_width(project):
    project.add_audits({CARE[0]: "good", CARE[1]: "", NEED[0]: "inadequate"})
    period = open_period(project.file)
    sample, headline = period.samples[0], period.grades[0].headline
    returns = sample.returns.set_index("row_key")["x"]
    assert returns.sum() == sample.drawn == 7
    assert sample.graded == returns["graded"] <= 2
    if sample.graded:
        assert headline["high"].iloc[0] > headline["low"].iloc[0]


def test_a_period_without_audits_has_no_estimate_and_does_not_fail(project):
    period = open_period(project.file)
    assert period.samples[0].graded == 0
    assert period.grades[0].headline["estimate"].isna().all()
    assert period.reaudit.pairs == 0
    assert period.moderation.moderated == 0
    assert period.voice.received == 0
    assert period.actions.states.empty
    assert all(block.projects.empty for block in period.programme.blocks)
    assert (period.summary.strong, period.summary.weak) == ([], [])


def test_chosen_cases_are_counted_apart_and_are_no_estimate(project):
    project.add_audits(HALF, selection="themed")
    grades = open_period(project.file).grades[0]
    assert grades.headline["estimate"].isna().all()
    chosen = grades.non_random.set_index("measure")
    assert chosen.loc[["good", "inadequate"], "x"].tolist() == [6, 6]
    assert chosen[["population", "low", "high"]].isna().all(axis=None)


def test_improvement_is_said_of_pairs_drawn_by_chance_and_never_of_chosen_ones(project):
    project.change("parameters/tiny.yml", *CENSUS)
    project.add_audits(dict.fromkeys(CARE + NEED, "inadequate"), day="2025-05-01", selection="random")
    project.add_audits(dict.fromkeys(CARE + NEED, "good"), selection="panel")
    reaudit = open_period(project.file).reaudit
    assert (reaudit.pairs, reaudit.chosen_pairs) == (12, 0)
    assert reaudit.paired_claim.direction == "improved"
    project.change("data/audit.csv", ",panel,", ",themed,")
    reaudit = open_period(project.file).reaudit
    assert (reaudit.pairs, reaudit.chosen_pairs) == (0, 12)
    assert reaudit.paired_claim is None
    assert reaudit.paired.empty


def test_this_period_is_compared_with_the_last_one(project):
    project.add_audits(HALF, day="2025-05-01")
    project.add_audits(dict.fromkeys(CARE + NEED, "good"), selection="random")
    reaudit = open_period(project.file).reaudit
    assert reaudit.independent_period == "2025-26 Q1"
    # 6 of 12 then, 12 of 12 now
    change = reaudit.independent.set_index("measure").loc["change"]
    assert change["estimate"] == pytest.approx(0.5)


def test_exclusions_are_told_by_reason_and_share(project):
    project.change(
        "data/cases.csv", "looked_after,2024-01-01,Female,false", "looked_after,2024-01-01,Female,true"
    )
    sample = open_period(project.file).samples[0]
    assert (sample.open_cases, sample.eligible) == (12, 11)
    assert first(sample.exclusions, "row_key", "x", "n", "estimate") == ["restricted record", 1, 12, 1 / 12]


def test_coverage_counts_audits_of_the_year_so_far_on_the_closing_caseload(census):
    census.write(
        "data/closing.csv",
        (census.root / "data" / "cases.csv").read_text(encoding="utf-8").replace(f"{CARE[0]},", "0079999,"),
    )
    closing = '"2025-06-30"}\n  closing: {cases: data/closing.csv, as_at: "2025-09-30"}'
    census.change("parameters/tiny.yml", '"2025-06-30"}', closing)
    period = open_period(census.file)
    # twelve open cases at the end; the case that left was audited, the one that came was not
    assert first(period.practice.coverage[0].by_service, "x", "n") == [11, 12]
    assert period.team_ids == ["T1", "T2"]


def test_a_deadline_without_an_end_is_not_done_after_it_passed(census):
    deadlines = open_period(census.file).practice.deadlines.set_index("measure")["x"]
    assert deadlines["not done"] == 12
    assert deadlines.sum() == 12


def test_the_pace_says_how_many_a_month_are_still_wanted(project):
    project.add_audits(dict.fromkeys(CARE, "good"))
    rule = open_period(project.file).practice.coverage[0]
    # 6 of 12 reached; October, November and December are left: 2 a month
    assert first(rule.by_service, "x", "n") == [6, 12]
    assert (rule.months_left, first(rule.pace, "measure", "estimate")) == (3, ["a_month", 2])


def test_a_team_s_page_holds_its_own_rows_beside_all(census):
    team = open_period(census.file).team("T1")
    assert (team.name, team.service, team.open_cases) == ("North team", "Care", 6)
    assert team.grades["row_key"].tolist() == ["T1", "all"]
    assert first(team.coverage, "x", "n") == [6, 6]


def test_a_team_s_coverage_says_by_when_it_is_asked(census):
    note, table = sections.team.coverage(open_period(census.file), "T1").parts
    assert table.rows == (("Open cases audited", "31 December 2025", "6 of 6", "100%"),)
    assert repr(note) == "1 of 1 group is reached in full."


def test_a_team_s_page_names_what_is_furthest_behind_and_by_when_it_is_asked(project):
    project.add_audits(dict.fromkeys(CARE[:4], "good"))
    note, _ = sections.team.coverage(open_period(project.file), "T1").parts
    assert repr(note) == (
        "0 of 1 group is reached in full. Furthest behind: Open cases audited (4 of 6, by 31 December 2025)."
    )


def test_a_team_s_headline_counts_its_audits_of_the_period_and_of_twelve_months(census):
    # the audits all name the north team, so that no other stands beside it
    assert repr(sections.team.headline(open_period(census.file), "T1")) == (
        "Good or better: 6 of 6 random audits this period, too few to say much; over twelve months 6 of 12 "
        "(50%); one team only: nothing to set it against. 0 actions to be done. 6 open cases at the period's end."
    )


def test_what_a_team_does_well_is_its_own_of_twelve_months(project):
    project.add_records(  # a year up to 30 September 2025 begins on 1 October
        "good_practice",
        "practice_id,source,on,theme,team_id,reviewed,title\nG1,audit,2024-10-01,Voice,T1,true,Letters home\n"
        "G2,audit,2024-09-30,Voice,T1,true,Too old\nG3,audit,2025-09-30,Voice,T2,true,Of others\n",
    )
    project.add_records(
        "feedback",
        "feedback_id,kind,team_id,received_on\nF1,compliment,T1,2025-09-30\nF2,complaint,T1,2025-09-30\n",
    )
    period = open_period(project.file)
    assert repr(sections.team.strengths(period, "T1")) == "Good practice: Letters home. 1 compliment came in."
    assert repr(sections.team.strengths(period, "T2")) == "Good practice: Of others."


def test_a_year_that_runs_is_shown_so_far_and_stays_whole_in_the_file(census):
    census.change("parameters/frameworks/tiny.yml", "counts: audit, year", "counts: audit, times: 2, year")
    _, table = sections.team.coverage(open_period(census.file), "T1").parts
    # three quarters of a year ask for one of two audits, which each case had; the whole year asks for both
    assert table.rows == (("Open cases audited", "30 September 2025", "6 of 6", "100%"),)
    assert [(row["measure"], row["x"]) for row in table.records] == [("so_far", 6), ("covered", 0)]


def test_a_team_s_actions_stand_by_due_day_with_those_due_later_closed(census):
    census.add_records(
        "action",
        "action_id,source,team_id,title,owner_post,due_on,reviewed\n"
        + "".join(f"a{n},audit,T1,Action {n},Manager,2025-10-0{n},true\n" for n in range(1, 7))
        + "late,audit,T1,Late,Manager,2025-09-29,true\nother,audit,T2,Other,Manager,2025-09-29,true\n",
    )
    census.add_records(
        "action_event",
        "action_id,event_no,on,status\n"
        + "".join(f"a{n},1,2025-08-01,open\n" for n in range(1, 7))
        + "late,1,2025-08-01,blocked\nother,1,2025-08-01,open\n",
    )
    first, later = sections.team.actions(open_period(census.file), "T1").parts
    assert first.rows[0] == (
        "Late",
        "other",
        "29 September 2025, late, blocked",
    )  # a post that no table names
    assert [row[0] for row in first.rows[1:]] == ["Action 1", "Action 2", "Action 3", "Action 4"]
    assert ([row[0] for row in later.rows], later.folded) == (["Action 5", "Action 6"], True)
    assert "7 actions to be done, 1 overdue." in repr(sections.team.headline(open_period(census.file), "T1"))


def test_teams_that_no_table_names_are_one_other_team(project):
    project.change("parameters/tiny.yml", "records:\n  team: data/team.csv\n", "")
    period = open_period(project.file)
    assert period.team_ids == ["other"]
    assert period.team("other").open_cases == 12


def test_an_unknown_team_is_refused(project):
    with pytest.raises(ValueError, match="no team 'T9'"):
        open_period(project.file).team("T9")


def test_the_council_s_pages_say_the_same_whoever_the_edition_is_for(census):
    pages = [
        *(sections.sample.returns, sections.grades.distribution, sections.grades.teams),
        *(sections.over_time.trend, sections.over_time.teams_compared, sections.change.standards),
        *(sections.over_time.groups, sections.practice.coverage, sections.programme.due),
        *(sections.voice.received, sections.actions.overdue, sections.allocation.allocation),
        sections.cover.data_quality_in_short,
    ]
    inside = open_period(census.file)
    census.change("parameters/tiny.yml", "audience: internal", "audience: shared")
    outside = open_period(census.file)
    assert [repr(page(inside)) for page in pages] == [repr(page(outside)) for page in pages]


def test_rows_set_aside_and_assumptions_are_told(project):
    quality = open_period(project.file).quality
    assert quality.faults.empty
    assert quality.assumptions["name"].tolist() == ["silent"]
    assert quality.counts.set_index("table").loc["case", "rows"] == 12


def test_wrong_parameters_are_refused_and_nothing_is_written(project):
    project.change("parameters/tiny.yml", "margin_of_error", "margin")
    with pytest.raises(InputError, match="unknown key"):
        open_period(project.file)
    assert project.nothing_written


def test_two_draws_of_a_period_stand_side_by_side(project):
    project.change(
        "parameters/tiny.yml",
        "    strata: [service]\n",
        "    strata: [service]\n  - {audit_type: dip, margin_of_error: 0.25}\n",
    )
    period = open_period(project.file)
    assert [sample.draw_id for sample in period.samples] == ["2025-26 Q2 case_file 1", "2025-26 Q2 dip 1"]
    assert len(period.grades) == 2


def test_random_audits_of_cases_that_were_not_drawn_are_counted_apart(project):
    project.prepare()
    drawn = project.register("draw_case")["state"].eq("selected").sum()
    project.add_audits({f"00{71000 + case}": "good" for case in range(6)})
    project.add_audits({f"00{72000 + case}": "inadequate" for case in range(6)})
    found = open_period(project.file).grades[0]
    apart = found.non_random[found.non_random["row_key"] == "called random, not drawn"]
    assert found.headline["n"].iloc[0] == drawn
    assert apart["n"].iloc[0] == 12 - drawn > 0


MODERATION = "moderation_id,audit_id,moderator_id,moderated_on,why,blind,audit_grade,moderated_grade\n"


def moderate(project, why, cases):
    """Moderate some audits of the census; each keeps its grade."""
    lines = [
        f"M{case},A-random-2025-08-01-{case},Moderator-1,2025-08-20,{why},false,{HALF[case]},{HALF[case]}"
        for case in cases
    ]
    project.add_records("moderation", MODERATION + "\n".join(lines) + "\n")


def test_the_moderated_share_is_estimated_where_some_of_every_grade_were_moderated_at_random(census):
    moderate(census, "random", [*CARE[:3], *NEED[:3]])
    band = open_period(census.file).moderation.estimate.query("row_key == 'band'").set_index("measure")
    # every moderated audit kept its grade, so half of twelve stays half
    assert band["estimate"].round(6).to_dict() == {"audited": 0.5, "moderated": 0.5}


def test_the_moderated_share_is_bounded_where_a_grade_was_moderated_by_its_trigger_only(census):
    moderate(census, "trigger", NEED)
    found = open_period(census.file).moderation.estimate
    band = found.query("row_key == 'band'").set_index("measure")
    # six inadequate ones stayed so; of six good ones none or all might: 0 to 6 of 12
    assert band["mark"]["moderated"] == "x"
    assert "not estimable" in band["method"]["moderated"]
    assert band["estimate"][["least", "most"]].round(6).tolist() == [0.0, 0.5]
    assert found.query("measure == 'random_needed'")["row_key"].tolist() == ["good"]
