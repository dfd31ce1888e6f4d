"""What families said, as a small period answers it, and what the page says of it."""

from qaf_lib.display.sections import voice
from qaf_lib.period import open_period

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
    stages = open_period(project.file).voice.stages.set_index(["row_key", "measure"])["x"]
    assert stages["captured", "period"] == 1
    assert stages["captured", "year"] == 2
    assert stages["analysed", "year"] == 1


def test_complaints_of_any_year_wait_until_they_are_finished(project):
    feedback(project, "complaint,,,,2024-05-01,,,,,", "complaint,,,,2025-07-01,,,,2025-09-01,")
    waits = open_period(project.file).voice.waits
    assert waits[waits["x"] > 0][["row_key", "measure"]].to_numpy().tolist() == [["analysis", "over 91 days"]]


def test_surveys_of_the_period_are_counted_against_the_framework_s_forms(project):
    ask(project)
    feedback(
        project,
        "survey,staff,,,2025-07-01,,,,,",
        "survey,,parent_or_carer,,2025-06-30,,,,,",
        "survey,x,,,2025-07-01,,,,,",
    )
    found = open_period(project.file).voice.instruments
    assert found[found["measure"] == "surveys"].set_index("row_key")["x"].to_dict() == {
        "parents": 0,
        "staff": 1,
        "other: respondent not recorded": 1,
    }


def test_without_records_each_part_says_so_in_a_line(project):
    period = open_period(project.file)
    for page in PAGES:
        assert len(page(period).parts) == 1
        assert "\n" not in repr(page(period))


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
    assert "Told in 20 days  1" in repr(voice.complaint_days(open_period(project.file)))
