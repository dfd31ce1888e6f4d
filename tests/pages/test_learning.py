"""The learning loop and good practice, as a small period answers them, and what the pages say of them."""

import pandas as pd

from qaf_lib.pages import open_period
from qaf_lib.pages.actions import learning_sections as learning
from qaf_lib.pages.framework import of_learning
from qaf_lib.pages.framework.asked import Asked

EVENT = "event_id,kind,held_on,team_id,theme,learning_need,consent,reflection,recorded\n"
GOOD = "practice_id,source,on,title,theme,team_id,by_post,shared_on,shared_with,reviewed\n"
FEEDBACK = "feedback_id,kind,team_id,theme,received_on,shared_on\n"


def themed(project):
    project.change(
        "parameters/frameworks/tiny.yml",
        "label: The child's voice}",
        "label: The child's voice, theme: Voice}",
    )


def answers(project, *given):
    """Audits of a case each, with their grade of the one question."""
    themed(project)
    project.add_audits({case: grade for case, grade, _ in given})
    lines = [f"A-random-2025-08-01-{case},voice,{answer}" for case, _, answer in given]
    project.add_records("answer", "audit_id,question_id,answer\n" + "\n".join(lines) + "\n")


def test_findings_are_told_by_theme_with_what_is_done(project):
    answers(project, ("0071000", "good", "inadequate"), ("0071001", "good", "good"))
    project.add_records(
        "action",
        "action_id,source,theme,title,owner_post,route,due_on,reviewed\n"
        "a,audit,Voice,See them alone,Board,coaching,2025-12-01,yes\n",
    )
    project.add_records("action_event", "action_id,event_no,on,status\na,1,2025-08-02,open\n")
    period = open_period(project.file)
    found = period.learning.themes.set_index("measure")
    assert found.loc["low", ["row_key", "x", "n"]].tolist() == ["Voice", 1, 2]
    assert found.loc["live", "x"] == 1
    page = repr(learning.themes(period))
    assert (
        "Most weak answers are on Voice: 1 of 2. "
        "Every theme with weak graded answers has an action still to be done." in page
    )
    assert "Coaching" in page


def test_a_theme_on_which_nothing_is_done_is_named(project):
    answers(project, ("0071000", "good", "inadequate"))
    assert "No action still to be done is about Voice." in repr(learning.themes(open_period(project.file)))


def test_a_team_is_set_beside_others_from_four_answers_on(project):
    four = [(f"007100{number}", "good", "inadequate" if number else "good") for number in range(4)]
    answers(project, *four)
    found = open_period(project.file).learning.teams
    assert found[["row_key", "x", "n"]].to_numpy().tolist() == [["North team: Voice", 3, 4]]
    assert "In 1 of 1 pairs of team and theme more than half of the answers were not good" in repr(
        learning.problem_areas(open_period(project.file))
    )


def test_three_answers_of_a_team_are_too_few_to_name_it(project):
    answers(project, *[(f"007100{number}", "good", "inadequate") for number in range(3)])
    period = open_period(project.file)
    assert period.learning.teams.empty
    assert "No team has enough" in repr(learning.problem_areas(period))


def test_observations_are_counted_by_theme_and_an_unknown_theme_is_other(project):
    themed(project)
    project.add_records(
        "duty_event",
        f"{EVENT}E1,observation,2025-07-01,T1,Voice,yes,yes,no,yes\nE2,observation,2025-09-30,T1,Voice,no,,,no\n"
        "E3,observation,2025-08-01,T1,Xyzzy,yes,yes,yes,\nE4,observation,2025-06-30,T1,Voice,yes,yes,yes,yes\n",
    )
    period = open_period(project.file)
    found = period.learning.observations.set_index(["row_key", "measure"])
    assert found.loc[("Voice", "held"), "x"] == 2
    assert found.loc[("Voice", "learning_need"), ["x", "n"]].tolist() == [1, 2]
    assert found.loc[("Voice", "consent"), ["x", "n"]].tolist() == [1, 1]
    assert found.loc[("Voice", "recorded"), ["x", "n"]].tolist() == [1, 2]
    page = repr(learning.observations(period))
    assert "3 observations were held; 2 showed a learning need" in page
    assert "Xyzzy" not in page


def test_good_practice_of_a_year_is_counted_with_compliments_and_what_is_not_shared(project):
    themed(project)
    project.add_records(
        "good_practice",
        f"{GOOD}G1,audit,2025-08-01,Reviewed title,Voice,T1,Board,2025-08-20,Board,yes\n"
        "G2,champion,2025-09-01,Unreviewed title,Voice,T1,Board,,,no\n"
        "G3,audit,2024-09-30,Too long ago,Voice,T1,Board,,,yes\n",
    )
    project.add_records(
        "feedback",
        f"{FEEDBACK}F1,compliment,T1,Voice,2025-08-01,2025-08-09\nF2,compliment,T1,Voice,2025-08-02,\n",
    )
    period = open_period(project.file)
    assert period.good_practice.counts[["row_key", "x", "n"]].to_numpy().tolist() == [
        *(["all", 2, 4], ["audit", 1, 1], ["champion", 0, 1], ["compliment", 1, 2]),
    ]
    page = repr(learning.good_practice(period))
    assert "over twelve months, 1 of them from champions; 2 have not been shared yet." in page
    assert "Reviewed title" in page
    assert "Unreviewed title" not in page


def test_research_says_how_many_actions_rest_on_it_and_shows_no_typed_title(project):
    project.add_records(
        "project",
        "project_id,block,title,officer_post,reviewed\nP1,research,Typed,Lead,no\nP2,evaluation,Seen,Lead,yes\n",
    )
    project.add_records(
        "action", "action_id,source,title,owner_post,project_id\na,board,T,Board,P1\nb,board,T,Board,P1\n"
    )
    period = open_period(project.file)
    assert period.learning.research[["title", "actions"]].to_numpy().tolist() == [
        ["Seen", 0],
        ["research", 2],
    ]
    assert period.learning.research["before"].sum() == 0
    assert "1 of 2 pieces of research and evaluation" in repr(learning.research(period))
    asked = Asked(period, period.span.start, period.span.end)
    assert of_learning.research(asked) == (
        "2 pieces of research and evaluation, 2 of them without a date; 2 actions rest on 1 of them."
    )


def test_an_action_older_than_the_report_it_is_said_to_rest_on_is_counted_apart(project):
    project.add_records(
        "project",
        "project_id,block,title,officer_post,on,reported_on\nP1,research,Typed,Lead,2025-07-01,2025-08-20\n",
    )
    project.add_records(
        "action",
        "action_id,source,title,owner_post,project_id\n"
        + "".join(f"{name},board,T,Board,P1\n" for name in "abc"),
    )
    project.add_records(
        "action_event",
        "action_id,event_no,on,status\na,1,2025-08-19,open\nb,1,2025-08-20,open\nc,1,2025-08-21,open\n",
    )
    period = open_period(project.file)
    assert period.learning.research[["actions", "before"]].to_numpy().tolist() == [[3, 1]]
    asked = Asked(period, period.span.start, period.span.end)
    assert of_learning.research(asked) == (
        "1 piece of research and evaluation; 3 actions rest on 1 of them (1 of these actions raised before "
        "the work was reported)."
    )


def test_research_after_the_period_is_still_to_come(project):
    project.add_records(
        "project", "project_id,block,title,on,officer_post\nP1,research,One,2025-09-30,Lead\n"
        "P2,research,Two,2025-10-01,Lead\n",
    )  # fmt: skip
    period = open_period(project.file)
    assert of_learning.research(Asked(period, period.span.start, period.span.end)) == (
        "2 pieces of research and evaluation, 1 still to come; no action rests on them."
    )


def test_champions_have_what_they_brought_and_what_they_own_and_staff_what_they_helped_to_draft(project):
    post = "duties:\n  - {duty_id: meet, label: Meet, as_post: Quality champion, each: council, evidence: meeting}\n"
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", f"{post}worthwhile_change")
    project.add_records(
        "good_practice",
        f"{GOOD}G1,champion,2025-07-01,Seen,Voice,T1,Board,2025-07-20,Board,yes\n"
        "G2,champion,2025-09-30,Seen,Voice,T1,Board,,,yes\nG3,audit,2025-08-01,Seen,Voice,T1,Board,,,yes\n",
    )
    project.add_records(
        "action",
        "action_id,source,title,owner_post,second_owner_post,staff_helped\na,board,T,Quality champion,,yes\n"
        "b,survey,T,Board,Quality champion,no\nc,audit,T,Board,,yes\nd,audit,T,Board,,\n",
    )
    project.add_records(
        "action_event", "action_id,event_no,on,status\na,1,2025-08-02,open\nb,1,2025-08-02,completed\n"
    )
    period = open_period(project.file)
    asked = Asked(period, period.span.start, period.span.end)
    assert of_learning.champions(asked) == (
        "2 examples of good practice brought by champions (other (2)), 1 of them shared."
    )
    assert of_learning.actions_of_champions(asked) == (
        "Champions own 1 action still to be done, and 1 done. They came from: Board or leaders (1), Survey (1)."
    )
    assert of_learning.drafted_with_staff(asked) == (
        "Staff helped to draft 2 of 3 actions of which that is recorded."
    )


def test_without_champions_and_without_a_word_on_staff_nothing_is_said(project):
    period = open_period(project.file)
    asked = Asked(period, period.span.start, period.span.end)
    for answer in (of_learning.champions, of_learning.actions_of_champions, of_learning.drafted_with_staff):
        assert answer(asked) is None


def test_without_records_each_part_says_so_in_a_line(project):
    period = open_period(project.file)
    for part in (learning.themes, learning.problem_areas, learning.observations, learning.research):
        assert len(part(period).parts) == 1
    assert "No good practice" in repr(learning.good_practice(period))
    assert isinstance(period.learning.themes, pd.DataFrame)


def test_themes_that_tie_are_named_together(project):
    project.change(
        "parameters/frameworks/tiny.yml",
        "questions: [{question_id: voice, label: The child's voice}]",
        "questions: [{question_id: voice, label: Voice, theme: Voice}, "
        "{question_id: plan, label: Plan, theme: Plan}]",
    )
    project.add_audits({"0071000": "good"})
    rows = "".join(f"A-random-2025-08-01-0071000,{name},inadequate\n" for name in ("voice", "plan"))
    project.add_records("answer", f"audit_id,question_id,answer\n{rows}")
    page = repr(learning.themes(open_period(project.file)))
    assert "Most weak answers are on Plan and Voice: 1 each." in page
