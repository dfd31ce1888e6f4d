"""Ways of assuring quality, what is held for a time, and duties of each locality, as the log has them."""

import pandas as pd
import pytest

from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections as framework_reports
from qaf_lib.pages.practice.answers import places_of
from qaf_lib.pages.practice.duties import duties_of
from qaf_lib.pages.practice.restricted import restricted_lists
from qaf_lib.pages.programme import sections as calendar
from qaf_lib.pages.programme.calendar import mechanisms_of, standing_of

EVENTS = "event_id,kind,duty_id,due_on,held_on,by_post,team_id\n"
RULES = """\
follow_ups:
  - {name: on_file, label: Recorded on the file, event: recorded_on_file_on}
duties:
  - {duty_id: status, label: Status held, as_post: Areas, each: locality, evidence: report, times: 1, every: year,
     lasts_months: 12}
  - {duty_id: group, label: Group meets, as_post: Champions, each: council, evidence: meeting}
sources:
  - {name: audits, label: Audits, evidence: qualitative, table: audit}
  - {name: signed, label: Signed, evidence: quantitative, table: indicator, of: [charter]}
indicators:
  - {indicator_id: charter, label: Charter signed}
  - {indicator_id: other, label: Another}
mechanisms:
  - {label: Audits, sources: [audits]}
  - {label: Membership, duties: [status]}
  - {label: Champions, duties: [group]}
  - {label: Charter, sources: [signed]}
worthwhile_change"""


@pytest.fixture
def store(project):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", RULES)
    project.write(
        "data/team.csv",
        "team_id,name,service,locality\nT1,North team,Care,North\nT2,South team,Need,South\n",
    )
    project.add_audits({"0071001": "good"})
    rows = ["E1,report,status,,2024-10-01,Areas,T1", "E2,report,status,,2025-09-30,Areas,T2"]
    rows += ["E3,meeting,group,,2025-10-01,Champions,"]
    project.add_records("duty_event", EVENTS + "\n".join(rows) + "\n")
    figures = ["charter,2025-26 Q1,,1,2,", "other,2025-26 Q2,,1,2,"]
    heading = "indicator_id,period,team_id,numerator,denominator,target\n"
    project.add_records("indicator", heading + "\n".join(figures) + "\n")
    return open_period(project.file).store


def test_a_mechanism_has_its_newest_day_and_its_records_of_the_period(store):
    found = mechanisms_of(store, duties_of(store).duties).set_index("label")
    assert found["records"].to_dict() == {"Audits": 1, "Membership": 1, "Champions": 0, "Charter": 0}
    assert found["last_used"].dropna().to_dict() == {
        "Audits": pd.Timestamp("2025-08-01"),
        "Membership": pd.Timestamp("2025-09-30"),
        "Charter": pd.Timestamp("2025-06-30"),
    }
    assert found["next_due"].dropna().to_dict() == {"Membership": pd.Timestamp("2026-03-31")}


def test_what_each_person_is_due_several_times_a_year_has_no_one_day_and_says_part_time_too(project, store):
    rule = "{name: seen, label: Supervision, of: frontline_staff, counts: supervision, roles: [Manager], "
    rule += "times: 9, times_part_time: 6, year: financial}"
    project.change("parameters/frameworks/tiny.yml", "coverage:\n", f"coverage:\n  - {rule}\n")
    lines = "mechanisms:\n  - {label: Supervision, coverage: [seen]}\n  - {label: Cases, coverage: [open_cases]}\n"
    project.change("parameters/frameworks/tiny.yml", "mechanisms:\n", lines)
    store = open_period(project.file).store
    found = mechanisms_of(store, duties_of(store).duties).set_index("label")
    assert found["often"]["Supervision"] == ["9 times a year, part time 6 times a year"]
    assert found["often"]["Cases"] == ["once a year"]
    assert pd.isna(found["next_due"]["Supervision"])
    assert found["next_due"]["Cases"] == pd.Timestamp("2025-12-31")


def test_the_page_names_the_mechanisms_that_were_not_used(project, store):
    told = repr(framework_reports.duty_tables(open_period(project.file)))
    assert "2 of 4 ways of assuring quality have a record in the period." in told
    assert "Not used in the period, as far as the records say: Champions; Charter." in told


def test_what_lasts_runs_out_in_each_locality_on_its_own_day(project, store):
    found = standing_of(store)
    assert found["of"].tolist() == ["North", "South"]
    assert found["runs_out"].tolist() == [pd.Timestamp("2025-09-30"), pd.Timestamp("2026-09-29")]
    told = repr(calendar.reports(open_period(project.file)))
    assert "30 September 2025  runs out soon" in told
    assert "29 September 2026  held" in told


def test_a_duty_of_each_locality_expects_one_of_each(project, store):
    duty = open_period(project.file).duties.duties.set_index("duty_id").loc["status"]
    assert (duty["holders"], duty["reached"]) == (2, 1)


def test_audits_without_what_must_be_recorded_are_listed_whatever_their_grade(store):
    assert len(restricted_lists(store)["follow_up_on_file"]) == 1


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ("sources: [audits]", "mechanisms: sources names no source: nobody"),
        ("duties: [group]", "mechanisms: duties names no duty: nobody"),
    ],
)
def test_a_mechanism_of_unknown_records_is_refused(project, old, words):
    rules = RULES.replace(old, old.split("[")[0] + "[nobody]")
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", rules)
    with pytest.raises(Exception, match=words):
        open_period(project.file)


def test_a_duty_of_each_locality_has_its_last_day_of_the_year_place_by_place(store):
    found = places_of(store).localities
    assert found.columns.tolist() == ["locality", "Status held"]
    assert found["locality"].tolist() == ["North", "South"]
    assert found["Status held"].tolist()[1] == pd.Timestamp("2025-09-30")
    assert pd.isna(found["Status held"][0])


def test_what_lasts_falls_due_on_the_day_that_the_first_of_it_runs_out(project, store):
    log = project.root / "data" / "duty_event.csv"
    row = "E4,report,status,,2025-07-15,Areas,T1\n"
    project.write("data/duty_event.csv", log.read_text(encoding="utf-8") + row)
    period = open_period(project.file)
    day = pd.Timestamp("2026-07-14")
    assert mechanisms_of(period.store, period.duties.duties)["next_due"].max() == day
    assert period.calendar.reports["next_due"].max() == day
    assert period.calendar.due["next_due"].max() == day


def test_what_is_met_already_this_year_falls_due_in_the_next(project, store):
    project.change("parameters/frameworks/tiny.yml", ",\n     lasts_months: 12}", "}")
    store = open_period(project.file).store
    log = project.root / "data" / "duty_event.csv"
    assert mechanisms_of(store, duties_of(store).duties)["next_due"].max() == pd.Timestamp("2026-03-31")
    row = "E4,report,status,,2025-04-01,Areas,T1\n"
    project.write("data/duty_event.csv", log.read_text(encoding="utf-8") + row)
    period = open_period(project.file)
    found = mechanisms_of(period.store, period.duties.duties)
    assert found["next_due"].max() == pd.Timestamp("2027-03-31")
    assert period.calendar.reports["next_due"].max() == pd.Timestamp("2027-03-31")
    assert period.calendar.due["next_due"].max() == pd.Timestamp("2027-03-31")
