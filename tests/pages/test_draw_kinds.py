"""Small periods with each kind of draw, from the parameter file to the page."""

import json

import pandas as pd
import pytest

from qaf_lib.pages import open_period, sections
from qaf_lib.pages.sample.answers import trace_for_manifest
from qaf_lib.pages.selections import by_chance
from qaf_lib.prepare import Orders, Replacement, prepare

CARE = [f"007100{n}" for n in range(6)]
NEED = [f"007200{n}" for n in range(6)]
ALL = CARE + NEED
FILE = "parameters/tiny.yml"
DRAW = "  - audit_type: case_file\n    margin_of_error: 0.25\n    strata: [service]\n"


def drawing(project, *plans):
    """The project with other draws, each a line of YAML."""
    lines = "".join(f"  - {plan}\n" for plan in plans)
    text = project.file.read_text(encoding="utf-8")
    head = text[: text.index("draws:")]
    project.file.write_text(f"{head}draws:{lines and chr(10)}{lines or ' []'}\n", encoding="utf-8")
    return project


def opened(project):
    return open_period(project.file)


def plan_of(period):
    return repr(sections.sample.plan(period))


def test_four_cases_for_a_quarter_from_the_file_to_the_page(project):
    drawing(project, "{audit_type: case_file, cases: 4}")
    project.add_audits(dict.fromkeys(ALL, "good"))
    period = opened(project)
    page = plan_of(period)
    assert "Draw 4 of the 12 cases" in page
    assert "The number is fixed." in page
    assert "so that a part of the cases tells about all that could be drawn" in page
    assert "All cases" in repr(sections.sample.strata(period))
    headline = period.grades[0].headline.iloc[0]
    assert headline[["x", "n", "population", "estimate"]].tolist() == [4, 4, 12, 1]


def test_without_a_draw_no_page_estimates_anything(project):
    drawing(project)
    project.add_audits(dict.fromkeys(ALL, "good"), selection="themed")
    period = opened(project)
    for page in (sections.sample.plan, sections.sample.precision, sections.sample.strata):
        assert "Nothing was drawn at random for this period" in repr(page(period))
    assert period.samples == period.grades == period.trends == []
    assert "so nothing here is estimated" in repr(sections.leaders.scope(period))
    assert period.called_random == 0


def test_the_draws_of_three_months_are_estimated_as_one(project):
    drawing(project, "{audit_type: case_file, cases: 2, every: month}")
    for month in (7, 8, 9):
        project.add_audits(dict.fromkeys(ALL, "good"), day=f"2025-{month:02d}-10")
    period = opened(project)
    sample = period.samples[0]
    assert sample.by_draw["draw_id"].tolist() == [f"2025-{month} case_file 1" for month in ("07", "08", "09")]
    assert (sample.drawn, sample.graded, sample.eligible) == (6, 6, 12)
    # six of twelve cases, all good: their own number is known, and of the others nothing is certain
    headline = period.grades[0].headline.iloc[0]
    assert headline[["x", "n", "population"]].tolist() == [6, 6, 12]
    assert "Drawn month by month from one list: July 2, August 2, September 2." in plan_of(period)
    weights = period.draw_views[0].responses["weight"]
    assert weights.tolist() == [2] * 6
    drawn = trace_for_manifest(period.facts, period.samples)["draws"]
    assert [one["drawn"] for one in drawn] == [2, 2, 2]


def test_an_audit_counts_for_the_draw_of_its_month_alone(project):
    drawing(project, "{audit_type: case_file, cases: 4, every: month}")
    project.add_audits(dict.fromkeys(ALL, "good"), day="2025-08-10")
    project.prepare()
    audits = project.register("audit")
    assert audits["draw_id"].value_counts().to_dict() == {"2025-08 case_file 1": 4}


def test_two_draws_of_a_type_are_shown_apart_and_the_first_leads(project):
    drawing(
        project,
        "{audit_type: case_file, every_case: true}",
        "{audit_type: case_file, name: care, cases: 3, leave_out_services: [Need]}",
    )
    project.add_audits(dict.fromkeys(CARE, "good") | dict.fromkeys(NEED, "inadequate"))
    project.add_audits(dict.fromkeys(CARE, "good"), day="2025-08-20")
    period = opened(project)
    assert [found.label for found in period.grades] == ["Case file audit", "Case file audit (care)"]
    assert [found.headline["estimate"].iloc[0] for found in period.grades] == [0.5, 1]
    assert [found.headline["population"].iloc[0] for found in period.grades] == [12, 6]
    tables = [found.headline["table_id"].iloc[0] for found in period.grades]
    assert tables == ["case_file_headline", "case_file_care_headline"]
    page = plan_of(period)
    assert "a full count, with nothing left to chance" in page
    assert "The service Need was left out, as the parameters ask." in page


def test_a_census_is_known_without_an_interval(project):
    drawing(project, "{audit_type: case_file, every_case: true}")
    project.add_audits(dict.fromkeys(ALL, "good"), selection="census")
    headline = opened(project).grades[0].headline.iloc[0]
    assert headline[["estimate", "low", "high"]].tolist() == [1, 1, 1]


def test_workers_are_strata_that_no_page_tells_apart(project):
    drawing(project, "{audit_type: case_file, share_per_stratum: 0.01, strata: [worker_id, service]}")
    period = opened(project)
    assert len(period.draw_views[0].strata) == 12
    strata = period.samples[0].strata
    assert sorted(strata["row_key"].unique()) == ["Care", "Need"]
    page = repr(sections.sample.strata(period)) + plan_of(period) + repr(sections.sample.returns(period))
    workers = period.store.opening["worker_id"].tolist()
    assert not [worker for worker in workers if worker in page]
    assert "Each worker's cases are a group of their own" in page


@pytest.fixture
def looked_back(project):
    """Audits of the quarter before: of six in care inadequate, of six in need good; then a second look."""
    before = dict.fromkeys(CARE, "inadequate") | dict.fromkeys(NEED, "good")
    project.add_audits(before, day="2025-05-10", selection="themed")
    asked = "{audit_type: case_file, grades: [inadequate], within_months: 3}"
    return drawing(
        project,
        "{audit_type: case_file, cases: 4}",
        f"{{audit_type: case_file, name: inadequate, cases: 2, from_audited: {asked}}}",
    )


def test_a_second_look_speaks_of_the_audited_cases_and_enters_no_estimate(looked_back):
    looked_back.add_audits(dict.fromkeys(ALL, "outstanding"), day="2025-08-10", selection="panel")
    period = opened(looked_back)
    _, again = period.draw_views
    assert (again.draw_id, len(again.eligible)) == ("2025-26 Q2 case_file inadequate 1", 6)
    assert set(again.responses["case_id"]) <= set(again.eligible["case_id"])
    assert again.responses["grade"].tolist() == ["outstanding"] * 2
    assert [found.key for found in period.grades] == ["case_file"]
    page = plan_of(period)
    assert "2 of the 6 cases audited before and graded inadequate were drawn." in page
    assert "it is about those 6 cases alone." in page
    looked_at = period.store.audits["audit_id"].isin(again.responses["audit_id"])
    assert not by_chance(period.store.audits[looked_at]).any()  # a poor grade picked them


def test_an_audit_called_random_counts_for_the_first_draw_and_one_of_a_panel_for_the_second_look(looked_back):
    looked_back.add_audits(dict.fromkeys(ALL, "good"), day="2025-08-10")
    looked_back.add_audits(dict.fromkeys(CARE, "good"), day="2025-08-20", selection="panel")
    period = opened(looked_back)
    assert [int(view.responses["grade"].notna().sum()) for view in period.draw_views] == [4, 2]


def test_a_second_look_waits_until_the_audits_it_looks_back_on_are_in(project):
    asked = "{audit_type: case_file, within_months: 1}"
    drawing(project, f"{{audit_type: dip, cases: 2, every: month, from_audited: {asked}}}")
    project.add_audits(dict.fromkeys(CARE, "good"), day="2025-06-10")
    project.add_audits(dict.fromkeys(NEED, "good"), day="2025-07-10")
    period = opened(project)
    # the newest extract is of 30 June: July's look back on June is due, August's on July is not
    assert period.samples[0].by_draw["draw_id"].tolist() == ["2025-07 dip 1"]
    closing = '"2025-06-30"}\n  closing: {cases: data/cases.csv, as_at: "2025-07-30"}'
    project.change(FILE, '"2025-06-30"}', closing)
    assert [view.draw_id for view in opened(project).draw_views] == ["2025-07 dip 1"]
    project.change(FILE, "2025-07-30", "2025-07-31")
    drawn = project.prepare().new_draws
    assert drawn == ["2025-08 dip 1"]


def test_a_second_look_without_audits_is_said_to_be_waiting(project):
    asked = "{audit_type: case_file, within_months: 3}"
    drawing(project, f"{{audit_type: dip, cases: 2, from_audited: {asked}}}")
    period = opened(project)
    assert period.samples == []
    assert "Dip sample: a second look is asked for, and nothing was drawn" in plan_of(period)


def test_children_who_had_a_plan_in_the_year_are_drawn_from_though_closed_since(project):
    # rule 38: about 5% of the children who were on a plan at any time in the year
    project.add_records(
        "plan",
        "case_id,kind,started_on,ended_on\n"
        f"{CARE[0]},cp,2025-01-10,\n0099001,cp,2024-01-10,2024-09-01\n0099002,cp,2023-01-10,2024-06-01\n",
    )
    drawing(
        project, "{audit_type: case_file, share_of_cases: 0.05, from_plans: {kind: cp, within_months: 12}}"
    )
    period = opened(project)
    assert (period.samples[0].eligible, period.samples[0].drawn) == (2, 2)  # two of one list at the least
    assert "had a child protection plan on any day from 30 June 2024 to 30 June 2025" in plan_of(period)


def test_a_replaced_month_leaves_the_others_and_is_said(project):
    drawing(project, "{audit_type: case_file, cases: 2, every: month}")
    project.prepare()
    orders = Orders(replacement=Replacement("2025-08 case_file 1", "A team was missing from the list."))
    assert prepare(project.parameters(), orders=orders).new_draws == ["2025-08 case_file 2"]
    period = opened(project)
    assert period.samples[0].by_draw["draw_id"].tolist() == [
        "2025-07 case_file 1",
        "2025-08 case_file 2",
        "2025-09 case_file 1",
    ]
    assert period.samples[0].drawn == 6
    assert "A team was missing from the list" in plan_of(period)


def test_reserves_and_the_lists_for_auditors_follow_for_each_month(project):
    drawing(project, "{audit_type: case_file, cases: 2, every: month, reserves_per_stratum: 1}")
    project.prepare()
    folder = project.root / "vault" / "tinyshire" / "2025-26-q2" / "restricted"
    lists = sorted(path.name for path in folder.glob("draw_*.csv"))
    assert lists == [f"draw_2025-{month}_case_file_1.csv" for month in ("07", "08", "09")]
    assert pd.read_csv(folder / lists[0])["state"].tolist() == ["selected", "selected", "reserve"]
    assert json.loads((folder.parent / "store" / "store.json").read_text(encoding="utf-8"))["trace"]


def test_a_completed_audit_drawn_for_a_moderator_is_told_with_what_became_of_it(project):
    project.change(
        "parameters/frameworks/tiny.yml",
        "worthwhile_change",
        "moderation: {drawn_as: dip}\nworthwhile_change",
    )
    project.add_audits(dict.fromkeys(ALL, "good"), day="2025-05-10", selection="themed")
    asked = "{audit_type: case_file, within_months: 3}"
    drawing(project, f"{{audit_type: dip, cases: 1, from_audited: {asked}}}")
    period = opened(project)
    shown = repr(sections.moderation.headline(period))
    assert "1 of 12 audits completed in the 3 months before" in shown
    assert "no look at it is on record yet" in shown
    assert "says what came of the audit" in repr(sections.sample.strata(period))
    assert sections.sample.returns(period).parts == []  # nobody audits the case anew
    worries = repr(sections.leaders.three(period))
    assert "1 of 1 audits drawn to be looked at again have no second look on record." in worries
    assert "that were drawn have no audit yet" not in worries
    assert period.findings.none == ["Case file audit"]  # none of the audits drawn is missing
    lines = [
        f"M{at},A-themed-2025-05-10-{case},m1,2025-07-09,random,false,good,inadequate"
        for at, case in enumerate(ALL)
    ]
    project.add_records(
        "moderation",
        "moderation_id,audit_id,moderator_id,moderated_on,why,blind,audit_grade,moderated_grade\n"
        + "\n".join(lines)
        + "\n",
    )
    period = opened(project)
    assert "it was looked at, and its grade was changed" in repr(sections.moderation.headline(period))
    assert "no second look" not in repr(sections.leaders.three(period))
