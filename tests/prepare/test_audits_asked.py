"""What an auditor is given and what is expected of the post: one rule, with exemptions and divisions."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaf_lib.counting import DutyRequirement, tally
from qaf_lib.dates import parse_period
from qaf_lib.frameworks import load_framework
from qaf_lib.frameworks.duties import Duty
from qaf_lib.pages import open_period
from qaf_lib.prepare.allocations import audits_asked

KIT = Path(__file__).resolve().parents[2]
HEADING = (
    "staff_id,name,role,team_id,service,fte,started_on,left_on,can_audit,can_moderate,audit_hours_per_month"
)
DUTY = (
    "duties: [{duty_id: D1, label: One a month, roles: [Manager], evidence: audit, audit_types: [case_file], "
)
QUARTER = parse_period("2025-26 Q2")


def person(who, *, team="T1", fte="1", started="2020-01-01", left="", audits="true"):
    service = {"T1": "Care", "T2": "Need"}[team]
    return f"{who},Name {who},Manager,{team},{service},{fte},{started},{left},{audits},false,"


def staff(project, *people):
    project.add_records("staff", "\n".join([HEADING, *people]) + "\n")


def rules(project, text):
    project.change("parameters/frameworks/tiny.yml", "worthwhile_change", f"{text}\nworthwhile_change")


def exempt(project, *rows):
    heading = "exemption_id,staff_id,duty_id,starts_on,ends_on,approved_by_post\n"
    project.add_records("exemption", heading + "".join(f"E{at},{row}\n" for at, row in enumerate(rows)))


def shares(project):
    rows = project.register("allocation")
    identity = project.register("identity").set_index("id")["reference"]
    return rows[rows["ended_on"].isna()]["auditor_id"].map(identity).value_counts().to_dict()


def allocated(project):
    return open_period(project.file).allocation[0]


def minimum(project):
    rows = allocated(project).by_role.set_index(["row_key", "measure"])["x"]
    return int(rows["all", "minimum"])


@pytest.mark.parametrize(("fte", "asked"), [("1", 3), ("0.6", 3), ("0.2", 3)])
def test_a_post_is_asked_whole_whatever_its_full_time_equivalent(project, fte, asked):
    rules(project, DUTY + "times: 1, every: month}]")
    staff(project, person("m1", fte=fte), person("m2", team="T2"))
    project.prepare()
    # the other post of three: six of seven drawn cases are asked for
    assert minimum(project) == asked + 3
    assert min(shares(project).values()) >= 3


def test_an_exempt_auditor_is_given_nothing_and_the_page_says_who_approved_it(project):
    staff(project, person("m1"), person("m2", team="T2"))
    exempt(project, "m1,,2025-07-01,2025-09-30,Director")
    project.prepare()
    assert shares(project) == {"m2": 7}
    assert allocated(project).exempt == {"other": 1}


@pytest.mark.parametrize(
    ("days", "given", "exempt_then"),
    [
        ("2025-07-01,2025-09-30", {}, True),
        ("2025-07-01,", {}, True),
        ("2025-07-01,2025-09-29", {"m1": 7}, True),
        ("2025-07-02,2025-09-30", {"m1": 7}, True),
        ("2025-04-01,2025-06-30", {"m1": 7}, False),
        ("2025-10-01,2025-12-31", {"m1": 7}, False),
    ],
)
def test_an_exemption_holds_from_its_first_day_to_its_last(project, days, given, exempt_then):
    staff(project, person("m1"))
    exempt(project, f"m1,,{days},Manager")
    project.prepare()
    assert shares(project) == given
    assert allocated(project).exempt == ({"Manager": 1} if exempt_then else {})


def test_an_exemption_from_another_duty_is_none_from_these_audits(project):
    rules(project, DUTY + "times: 1, every: month}]")
    staff(project, person("m1"))
    exempt(project, "m1,D2,2025-07-01,2025-09-30,Manager")
    project.prepare()
    assert shares(project) == {"m1": 7}
    assert allocated(project).exempt == {}


def test_who_is_exempted_for_the_rest_of_the_quarter_gives_the_audits_back(project):
    staff(project, person("m1"), person("m2", team="T2", audits="false"))
    project.prepare()
    exempt(project, "m1,,2025-06-01,,Manager")
    project.write("data/staff.csv", "\n".join([HEADING, person("m1"), person("m2", team="T2")]) + "\n")
    project.prepare()
    rows = project.register("allocation").dropna(subset="ended_on")
    assert set(rows["end_reason"]) == {"exempt"}
    assert shares(project) == {"m2": 7}
    assert project.adds() == 0


def divided(project, north, south):
    project.write(
        "data/team.csv",
        f"team_id,name,service,division\nT1,North team,Care,{north}\nT2,South team,Need,{south}\n",
    )
    rules(project, "independence: [{audit_types: [case_file], within_division: true}]")


def teams_of(project):
    """Teams of the cases that each auditor has."""
    rows = project.register("allocation").merge(
        project.register("case")[["case_id", "team_id"]], on="case_id"
    )
    identity = project.register("identity").set_index("id")["reference"]
    return (
        rows.assign(who=rows["auditor_id"].map(identity))
        .groupby("who")["team_id"]
        .unique()
        .map(set)
        .to_dict()
    )


def test_auditors_stay_within_their_division(project):
    divided(project, "East", "West")
    staff(project, person("m1"), person("m2", team="T2"))
    project.prepare()
    assert teams_of(project) == {"m1": {"T1"}, "m2": {"T2"}}
    assert allocated(project).unplaced == 0


def test_cases_of_a_division_without_auditors_stay_open_and_say_why(project):
    divided(project, "East", "West")
    staff(project, person("m1"))
    project.prepare()
    assert teams_of(project) == {"m1": {"T1"}}
    assert "an audit must stay within the division" in " ".join(allocated(project).conflicts)


def test_one_division_is_audited_by_all_of_it_and_an_unknown_one_is_counted(project):
    divided(project, "East", "")
    staff(project, person("m1"), person("m2", team="T2"))
    project.prepare()
    assert sum(shares(project).values()) == 7
    # whoever has one of the seven, the case or the auditor is of the team without a division, or both are known
    assert 1 <= allocated(project).unplaced <= 7


def test_a_breach_of_the_division_is_listed_and_what_cannot_be_told_is_counted(project):
    divided(project, "East", "West")
    staff(project, person("Auditor-1"))
    project.add_audits({"0071000": "good", "0072000": "good"})
    south = "0072000,child,case_file,random,tiny,1,Auditor-1,T"
    project.change("data/audit.csv", f"{south}1", f"{south}2")
    broken = open_period(project.file).breaches
    assert broken.counts.set_index("row_key")["x"]["independence"] == 1
    assert broken.not_told == 0


LEEDS = load_framework(folder=KIT / "parameters" / "frameworks", name="leeds")


def framework_with(times, every, months):
    duty = Duty(
        duty_id="D1",
        label="Audits",
        roles=["Manager"],
        evidence="audit",
        audit_types=["case_file"],
        times=times,
        every=every,
        excused_months=months,
    )
    return LEEDS.model_copy(update={"duties": [duty]})


DAYS = st.dates(date(2025, 4, 1), date(2025, 10, 31))


@settings(max_examples=150)
@given(
    times=st.integers(1, 4),
    every=st.sampled_from(["month", "quarter"]),
    fte=st.floats(0.1, 1.0),
    started=DAYS,
    stay=st.one_of(st.none(), st.integers(0, 200)),
    away=st.one_of(st.none(), st.tuples(DAYS, st.integers(0, 60))),
    months=st.sets(st.integers(7, 9), max_size=2),
)
def test_who_makes_all_that_is_asked_has_done_what_the_duty_expects(
    times, every, fte, started, stay, away, months
):
    framework = framework_with(times, every, sorted(months))
    left = pd.NaT if stay is None else pd.Timestamp(started + timedelta(days=stay))
    people = pd.DataFrame(
        {"staff_id": ["m"], "role": "Manager", "team_id": "T", "service": "S", "fte": fte}
    ).assign(started_on=pd.Timestamp(started), left_on=left)
    exemptions = pd.DataFrame(columns=["staff_id", "duty_id", "starts_on", "ends_on"])
    if away is not None:
        first, days = away
        row = {"staff_id": "m", "duty_id": None, "starts_on": pd.Timestamp(first)}
        exemptions = pd.DataFrame([{**row, "ends_on": pd.Timestamp(first + timedelta(days=days))}])
    asked = audits_asked(
        framework=framework,
        audit_type="case_file",
        span=QUARTER,
        staff=people,
        exemptions=exemptions,
        audits=pd.DataFrame(columns=["auditor_id", "audit_type", "audited_on"]),
        elsewhere=pd.DataFrame(columns=["auditor_id", "audit_type"]),
    )
    found = tally(
        asked=DutyRequirement(
            roles=("Manager",),
            times=times,
            every=every,
            by_holders=True,
            excused_months=tuple(sorted(months)),
        ),
        people=people,
        teams=[],
        records=pd.DataFrame(columns=["on", "by_id", "by_post", "subject_id", "team_id"]).astype(
            {"on": "datetime64[ns]"}
        ),
        period=QUARTER,
        exempt=exemptions,
    )
    assert asked["m"] == found.expected
