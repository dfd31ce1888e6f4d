"""What families said, as a small period answers it, and what the page says of it."""

import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.voice import sections as voice

HEADING = "feedback_id,kind,instrument,respondent,theme,received_on,analysed_on,acted_on,reported_on,closed_on,score\n"
FORMS = """\
instruments:
  - {name: parents, label: The parents' form, respondent: parent or carer}
  - {name: staff, label: The staff's form}
survey_target: {label: Surveys against a tenth, share_of_closed: 0.10}
worthwhile_change"""
PAGES = (voice.received, voice.instruments, voice.reach, voice.complaints, voice.complaint_days, voice.waits)


def feedback(project, *rows):
    lines = "".join(f"F{at},{row}\n" for at, row in enumerate(rows))
    project.add_records("feedback", HEADING + lines)


def ask(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", FORMS)


def test_the_calendar_year_so_far_stands_beside_the_period(project):
    feedback(
        project,
        "complaint,,,,2025-01-01,2025-01-05,,,,",
        "complaint,,,,2024-12-31,2025-01-05,,,,",
        "complaint,,,,2025-07-01,,,,,",
        "survey,,,,2025-07-01,,,,,8",
    )
    period = open_period(project.file)
    assert (
        "This period 1 complaint came in; 0 of these have been reported on and 0 closed. "
        "Since 1 January 2025 2 complaints came in; 0 of these have been reported on and 0 closed."
    ) in repr(voice.complaints(period))
    assert "1 survey, 1 complaint, 0 compliments and 0 comments came in the period." in repr(
        voice.received(period)
    )
    stages = period.voice.stages.set_index(["row_key", "measure"])["x"]
    assert stages["captured", "period"] == 1
    assert stages["captured", "year"] == 2
    assert stages["analysed", "year"] == 1


def test_those_who_stepped_up_or_down_stand_beside_the_closed_and_are_not_of_the_tenth(project):
    ask(project)
    closed = "case_id,closed_on,unit,team_id,kind\n0071000,2025-07-01,child,T1,closed\n"
    project.add_records("closure", closed + "0071001,2025-07-01,child,T1,step_down\n")
    feedback(project, "survey,parents,,,2025-07-01,,,,,8")
    said = repr(voice.reach(open_period(project.file)))
    assert "1 survey for 1 closed case; " in said
    assert "Beside the closed 0 stepped up and 1 stepped down." in said


def test_complaints_of_any_year_wait_until_they_are_finished(project):
    feedback(project, "complaint,,,,2024-05-01,,,,,", "complaint,,,,2025-07-01,,,,2025-09-01,")
    period = open_period(project.file)
    assert (
        "1 complaint is not finished, 1 of them more than 28 days old on 30 September 2025. Waiting: 1 for "
        in (repr(voice.waits(period)))
    )
    waits = period.voice.waits
    assert waits[waits["x"] > 0][["row_key", "measure"]].to_numpy().tolist() == [["analysis", "over 91 days"]]


def test_surveys_of_the_period_are_counted_against_the_framework_s_forms(project):
    ask(project)
    feedback(
        project,
        "survey,staff,,,2025-07-01,,,,,",
        "survey,,parent_or_carer,,2025-06-30,,,,,",
        "survey,x,,,2025-07-01,,,,,",
    )
    period = open_period(project.file)
    assert "2 surveys were completed. Nobody answered: The parents' form." in repr(voice.instruments(period))
    found = period.voice.instruments
    assert found[found["measure"] == "surveys"].set_index("row_key")["x"].to_dict() == {
        "parents": 0,
        "staff": 1,
        "other: respondent not recorded": 1,
    }


@pytest.mark.parametrize(("respondent", "counted"), [("staff", 1), ("partner", 1), ("child", 2)])
def test_what_staff_and_partners_return_is_no_survey_of_a_family(project, respondent, counted):
    forms = FORMS.replace("label: The staff's form", f"label: The staff's form, respondent: {respondent}")
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", forms)
    feedback(project, "survey,staff,,,2025-07-01,,,,,", "survey,,,,2025-07-01,,,,,")
    reach = open_period(project.file).voice.reach.set_index("measure")["x"]
    assert reach["surveys"] == counted


def test_without_records_each_part_says_so_in_a_line(project):
    period = open_period(project.file)
    for page in PAGES:
        assert len(page(period).parts) <= 1
        assert "\n" not in repr(page(period))
    for page in (voice.items, voice.reach, voice.told, voice.instruments, voice.waits, voice.themes):
        assert page(period).parts == []


def test_the_page_tells_steps_back_in_time_and_the_target(project):
    ask(project)
    feedback(project, "complaint,,,,2025-07-10,2025-07-01,,,,", "complaint,,,,2025-07-10,2025-07-15,,,,")
    period = open_period(project.file)
    told = repr(voice.complaint_days(period))
    assert "Left out, because the later day is recorded as the earlier: received to analysed (1)." in told
    assert "names no number of days for answering a complaint" in told
    assert "The staff's form" in repr(voice.instruments(period))


def test_the_framework_s_deadline_stands_with_the_days(project):
    project.change(
        "parameters/frameworks/tiny.yml",
        "worthwhile_change",
        "  - {name: told, label: Told in 20 days, of: feedback, kinds: [complaint], from_event: received_on, "
        "to_event: reported_on, working_days: 20}\nworthwhile_change",
    )
    feedback(project, "complaint,,,,2025-07-10,2025-07-11,,2025-07-20,,")
    told = repr(voice.complaint_days(open_period(project.file)))
    assert "Told in 20 days  1" in told
    assert (
        "Of 1 complaints reported on since 1 January 2025 half were so within 10 days, the last after 10."
        in told
    )


def test_the_themes_that_most_complaints_are_about_are_named(project):
    project.change(
        "parameters/frameworks/tiny.yml", "label: The child's voice}", "label: Voice, theme: Voice}"
    )
    feedback(project, *["complaint,,,Voice,2025-07-01,,,,,"] * 2, *["complaint,,,,2025-07-01,,,,,"] * 3)
    assert "Complaints are most often about Voice: 2 of 5." in repr(voice.themes(open_period(project.file)))


ITEMS = FORMS.replace(
    "respondent: parent or carer}",
    "respondent: parent or carer, every: year,\n     items: [{name: heard, label: We were heard}]}",
)


def test_answers_to_questions_are_no_surveys_and_stand_by_question(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", ITEMS)
    project.add_records(
        "feedback",
        "feedback_id,kind,instrument,item,received_on,score\n"
        "F1,survey,parents,,2025-07-01,8\nF2,survey,parents,heard,2025-07-01,5\n"
        "F3,survey,parents,heard,2025-07-01,9\n",
    )
    period = open_period(project.file)
    assert period.voice.received == 1
    told = repr(voice.items(period))
    assert "Most often scored below 6 of 10. The parents' form: We were heard (1 of 2)." in told
    assert "The parents' form: answers by question" in told
    assert "We were heard" in told
    answers = period.voice.items["parents"].set_index("measure")
    assert answers.loc["answers", "x"] == 2


@pytest.mark.parametrize(("day", "counts"), [("2024-09-30", 0), ("2024-10-01", 1), ("2025-09-30", 1)])
def test_a_yearly_form_is_counted_over_twelve_months_and_any_other_over_the_period(project, day, counts):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", ITEMS)
    feedback(project, f"survey,parents,,,{day},,,,,", f"survey,staff,,,{day},,,,,")
    period = open_period(project.file)
    found = period.voice.instruments.query("measure == 'surveys'").set_index("row_key")["x"]
    assert found["parents"] == counts
    assert found["staff"] == (day >= "2025-07-01")
    assert "(over twelve months)" in repr(voice.instruments(period))


def test_families_told_the_outcome_are_counted_of_complaints_answered(project):
    project.add_records(
        "feedback",
        "feedback_id,kind,received_on,reported_on,told_on\nF1,complaint,2025-07-01,2025-07-09,2025-07-10\n"
        "F2,complaint,2025-07-01,2025-07-09,\nF3,complaint,2025-02-01,2025-02-09,\nF4,complaint,2025-07-01,,\n",
    )
    told = repr(voice.told(open_period(project.file)))
    assert "the outcome of 1 of 2 of this period, and of 1 of 3 since 1 January 2025" in told
