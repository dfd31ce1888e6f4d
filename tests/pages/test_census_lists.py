"""Census lists of a small period: plans, placements and early help, and how many were looked at."""

import json

import pandas as pd
import pytest

from qaf_lib.errors import InputError
from qaf_lib.pages import open_period
from qaf_lib.pages.framework import reports_sections
from qaf_lib.pages.practice import census_sections as census
from qaf_lib.pages.practice.restricted import restricted_lists


def lists(project, *rules):
    lines = "\n".join(f"  - {{{rule}}}" for rule in rules)
    project.change(
        "parameters/frameworks/tiny.yml", "worthwhile_change", f"census_lists:\n{lines}\nworthwhile_change"
    )


def period_with(project, *plans):
    """The period as if its workbook had held these plans: case, kind, start, end, previous, outside."""
    store = project.prepare().store
    identity = project.register("identity").set_index("reference")["id"]
    kept = pd.read_parquet(store / "plan.parquet")
    columns = ["case_id", "kind", "started_on", "ended_on", "previous", "out_of_area"]
    table = pd.DataFrame([[identity[plan[0]], *plan[1:]] for plan in plans], columns=columns)
    table["snapshot_id"] = json.loads((store / "store.json").read_text(encoding="utf-8"))["opening"][0]
    table["seq"] = range(len(table))
    table = table.reindex(columns=kept.columns)
    table.astype(kept.drop(columns="seq").dtypes).to_parquet(store / "plan.parquet", index=False)
    return open_period(project.file)


def found(period):
    counts = period.census[0].counts.set_index("measure")
    return counts.loc["looked_at", "n"], counts.loc["looked_at", "x"]


SHORT = "name: short, label: Short, plan_kind: cp, ended_within_months: 3, inclusive: false, every: quarter"
REPEAT = "name: repeat, label: Repeat, plan_kind: cp, previous_at_least: 1, inclusive: true, every: quarter"
OUTSIDE = "name: outside, label: Out, plan_kind: cla, out_of_area: true, inclusive: true, every: half_year"
LONG = "name: long, label: Long, plan_kind: cp, open_at_least_months: 18, inclusive: true, every: quarter"


def test_short_plans_that_ended_in_the_period_are_listed(project):
    lists(project, f"{SHORT}, looked_at_by: dip")
    project.add_audits({"0071000": "good"})
    project.change("data/audit.csv", "child,case_file", "child,dip")
    period = period_with(
        project,
        ("0071000", "cp", "2025-05-15", "2025-08-14", 0, None),
        ("0071001", "cp", "2025-05-15", "2025-08-15", 0, None),
        ("0071002", "cp", "2025-05-15", "2025-06-30", 0, None),
        ("0071003", "cin", "2025-05-15", "2025-08-01", 0, None),
    )
    assert found(period) == (1, 1)


@pytest.mark.parametrize(("day", "looked"), [("2025-06-30", 0), ("2025-07-01", 1)])
def test_only_audits_of_the_named_type_in_the_period_count(project, day, looked):
    lists(project, f"{LONG}, looked_at_by: dip")
    project.add_audits({"0071000": "good", "0071001": "good"}, day=day)
    project.change("data/audit.csv", "0071000,child,case_file", "0071000,child,dip")
    # 18 months before 30 September 2025: 31 March 2024 is on the list, 1 April is not
    plans = [("0071000", "cp", "2024-03-31", None, 0, None), ("0071001", "cp", "2024-04-01", None, 0, None)]
    assert found(period_with(project, *plans)) == (1, looked)


def test_the_vault_has_each_list_whole_with_months_and_who_was_looked_at(project):
    lists(project, f"{LONG}, looked_at_by: dip")
    project.add_audits({"0071000": "good", "0071001": "good"}, day="2025-08-01")
    project.change("data/audit.csv", "0071000,child,case_file", "0071000,child,dip")
    plans = [("0071000", "cp", "2024-03-31", None, 0, None), ("0071001", "cp", "2023-10-01", None, 0, None)]
    found = restricted_lists(period_with(project, *plans).store)
    whole = found[next(name for name in found if name.startswith("list_"))]
    assert whole["months_open"].tolist() == [23, 18]
    assert whole["looked_at"].tolist() == [False, True]


def test_repeat_plans_and_placements_outside_are_those_running_at_the_end(project):
    lists(project, REPEAT, OUTSIDE)
    period = period_with(
        project,
        ("0071000", "cp", "2025-01-01", None, 1, None),
        ("0071001", "cp", "2025-01-01", None, 0, None),
        ("0071002", "cp", "2025-01-01", "2025-09-29", 2, None),
        ("0071003", "cp", "2025-01-01", "2025-09-30", 2, None),
        ("0071004", "cla", "2025-01-01", None, None, True),
        ("0071005", "cla", "2025-01-01", None, None, False),
    )
    assert [int(listed.counts["n"].iloc[0]) for listed in period.census] == [2, 1]


@pytest.mark.parametrize(("day", "looked"), [("2025-03-31", 0), ("2025-04-01", 1)])
def test_a_list_gone_through_every_half_year_is_seen_in_the_log_so_far_back(project, day, looked):
    lists(project, OUTSIDE)
    project.add_records("duty_event", f"event_id,kind,duty_id,held_on\nE1,scrutiny,outside,{day}\n")
    period = period_with(project, ("0071004", "cla", "2025-01-01", None, None, True))
    assert found(period) == (1, looked)
    assert period.census[0].as_a_list


def test_a_list_that_no_record_speaks_of_says_so(project):
    lists(project, LONG)
    period = period_with(project, ("0071000", "cp", "2020-01-01", None, 0, None))
    assert set(period.census[0].counts["mark"]) == {"x"}


def test_early_help_is_dated_by_the_case_and_taken_by_the_team_s_name(project):
    rule = "name: slow, label: Slow, plan_kind: early_help, open_at_least_months: 9, inclusive: true, every: quarter, teams_named: North"
    lists(project, rule)
    project.change("parameters/frameworks/tiny.yml", "child_in_need, looked_after", "early_help")
    text = (project.root / "data" / "cases.csv").read_text(encoding="utf-8")
    text = text.replace("child_in_need", "early_help").replace("looked_after", "early_help")
    project.write("data/cases.csv", text.replace("2024-01-01", "2025-01-01"))
    # six families of North team, all since January 2024 but one, open since January 2025: nine months and
    # a day short of it on 30 September
    assert found(open_period(project.file))[0] == 5


def test_a_report_tells_of_all_on_a_list_how_many_are_long_in_care_and_how_many_were_looked_at(project):
    lists(project, f"{OUTSIDE}, looked_at_by: dip")
    project.change(
        "parameters/frameworks/tiny.yml",
        "worthwhile_change",
        "reports:\n  - {name: r, label: R, headings: [{label: Away, answered_by: [lists], of: [outside]}]}\n"
        "worthwhile_change",
    )
    project.add_audits({"0071000": "good"})
    project.change("data/audit.csv", "child,case_file", "child,dip")
    period = period_with(
        project,
        ("0071000", "cla", "2025-05-15", None, 0, True),
        ("0071001", "cla", "2024-05-15", None, 0, True),
    )
    (row,) = reports_sections.answered_reports(period).parts[-1].rows
    assert row[1] == "Out: 2, 1 of them in care for 12 months or more; 1 of 2 looked at."


ADMITTED = "name: emergency, label: In an emergency, plan_kind: cla, admitted: emergency, inclusive: true, every: week"


def test_entries_to_care_are_listed_by_how_they_came_and_are_no_breach(project):
    lists(project, ADMITTED)
    project.add_records(
        "plan",
        "case_id,kind,started_on,planned\n0071000,cla,2025-07-01,false\n0071001,cla,2025-07-01,true\n"
        "0071002,cla,2025-09-30,\n0071003,cla,2025-06-30,false\n",
    )
    period = open_period(project.file)
    assert found(period)[0] == 1
    assert period.census[0].unknown == 1
    told = repr(census.lists(period))
    assert "Entries to care of the period of which nobody recorded whether they were planned: 1." in told
    assert period.breaches.counts.empty
    assert len(restricted_lists(period.store)["list_emergency"]) == 1


def test_a_family_of_neglect_is_listed_by_its_flag_and_a_boundary_that_was_read_is_told(project):
    lists(
        project,
        "name: neglect, label: Neglect, plan_kind: early_help, neglect: true, inclusive: true, every: quarter",
        "name: slow, label: Slow, plan_kind: early_help, open_at_least_months: 9, inclusive: true, every: quarter, "
        "boundary_assumed: silent",
    )
    project.change("parameters/frameworks/tiny.yml", "child_in_need, looked_after", "early_help")
    text = (project.root / "data" / "cases.csv").read_text(encoding="utf-8")
    text = text.replace("child_in_need", "early_help").replace("looked_after", "early_help")
    rows = [f"{line},{'true' if '0071000' in line else ''}" for line in text.splitlines()[1:]]
    project.write("data/cases.csv", "\n".join([f"{text.splitlines()[0]},neglect", *rows]) + "\n")
    period = open_period(project.file)
    assert [int(listed.counts["n"].iloc[0]) for listed in period.census] == [1, 12]
    assert "Assumed, because the framework does not say: Nothing else is read." in repr(census.lists(period))


@pytest.mark.parametrize("extra", ["previous_at_least: 1", "neglect: true", "out_of_area: true"])
def test_a_list_has_one_condition(project, extra):
    lists(project, f"{ADMITTED}, {extra}")
    with pytest.raises(InputError, match="census list emergency must have exactly one condition"):
        open_period(project.file)
