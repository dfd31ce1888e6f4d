"""The period's due draws."""

from datetime import date
from math import ceil, floor

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qaf_lib.dates import parse_period
from qaf_lib.draw_plans import SIZES, DrawPlan
from qaf_lib.frameworks import load_framework
from qaf_lib.prepare import FIRST_CHANCE, DrawHistory, Known, Replacement, due_draw
from qaf_lib.prepare.draws import DueDraw
from qaf_lib.register import TABLES, typed

KEY = bytes(32)
AS_AT = date(2025, 6, 30)
MARGIN = {"margin_of_error": 0.25}


def history(*dues):
    draws = [due.draw.assign(seq=seq) for seq, due in enumerate(dues)]
    nothing = typed(pd.DataFrame(columns=TABLES["draw"].names()), TABLES["draw"].columns).assign(seq=0)
    strata = [due.strata for due in dues] or [pd.DataFrame(columns=["draw_id", "stratum", "next_start"])]
    return DrawHistory(
        draws=pd.concat(draws) if draws else nothing,
        strata=pd.concat(strata),
    )


def audits(on=None, audit_type="case_file", chance=None, **columns):
    """Audits by case and day, each of a drawn case where a chance is given."""
    rows = pd.DataFrame({"case_id": list(on or {}), "audited_on": list((on or {}).values())})
    rows = rows.assign(
        audit_id=[f"A{number}" for number in range(len(rows))], audit_type=audit_type, **columns
    )
    whole = typed(rows.reindex(columns=TABLES["audit"].names()), TABLES["audit"].columns)
    return whole.assign(**{FIRST_CHANCE: pd.Series(chance, index=whole.index, dtype="Float64")})


def plans(*rows):
    """Plans by case, kind, start and end."""
    held = pd.DataFrame(rows, columns=["case_id", "kind", "started_on", "ended_on"])
    return typed(held.reindex(columns=TABLES["plan"].names()), TABLES["plan"].columns)


def cases(count=12):
    return pd.DataFrame(
        {
            "case_id": [f"case-{number}" for number in range(count)],
            "snapshot_id": "s",
            "service": ["Care", "Need"] * (count // 2),
            "status": "child_in_need",
            "opened_on": pd.Timestamp("2025-01-01"),
            "restricted_record": False,
        }
    )


def sized(plan):
    return set(plan) & set(SIZES)


@pytest.fixture
def draw(project):
    folder = project.root / "parameters" / "frameworks"
    rules = load_framework(folder=folder, name="tiny")

    def make(
        *,
        since=None,
        frame=None,
        key=KEY,
        period="2025-26 Q2",
        replacing=None,
        eligibility=(),
        because=None,
        audited=None,
        planned=None,
        days=None,
        **plan,
    ):
        for old, new in eligibility:
            project.change("parameters/frameworks/tiny.yml", old, new)
        return due_draw(
            plan=DrawPlan(**{"audit_type": "case_file"} | (plan if sized(plan) else MARGIN | plan)),
            framework=load_framework(folder=folder, name="tiny") if eligibility else rules,
            known=Known(
                cases=cases() if frame is None else frame,
                plans=plans() if planned is None else planned,
                as_at=AS_AT,
                audits=audits() if audited is None else audited,
            ),
            span=parse_period(period),
            days=parse_period(days or period),
            key=key,
            history=since or history(),
            replacement=replacing,
            overlapping=because,
        )

    return make


def selected(due):
    return set(due.cases.loc[due.cases["state"] == "selected", "case_id"])


def test_a_draw_has_its_planned_size_and_says_how_it_was_made(draw):
    due = draw()
    # n0 = 1.96^2 * 0.25 / 0.25^2 = 15.4; 15.4 / (1 + 14.4 / 12) = 7.0, rounded up
    assert len(selected(due)) == due.strata["sample"].sum() == 7
    assert due.draw["draw_id"].tolist() == ["2025-26 Q2 case_file 1"]
    assert "stratified by service; confidence 95%; margin of error 0.25" in due.draw["design"].iloc[0]


def test_the_same_key_gives_the_same_draw_whatever_the_order_of_rows(draw):
    shuffled = cases().sample(frac=1, random_state=1)
    assert selected(draw()) == selected(draw(frame=shuffled))
    assert draw().draw.equals(draw(frame=shuffled).draw)


def test_another_key_gives_another_draw(draw):
    draws = {frozenset(selected(draw(key=bytes([number]) * 32))) for number in range(5)}
    assert len(draws) > 1


def test_a_recorded_draw_is_not_made_again(draw):
    first = draw()
    assert draw(since=history(first), frame=cases(20)) is None


def test_another_type_of_audit_has_its_own_draw_and_start(draw):
    first = draw()
    dip = draw(since=history(first), audit_type="dip")
    assert dip.draw["draw_id"].tolist() == ["2025-26 Q2 dip 1"]
    assert dip.strata["start"].tolist() == draw(audit_type="dip").strata["start"].tolist()


def test_the_next_period_starts_after_the_last_number_taken(draw):
    first = draw()
    second = draw(since=history(first), period="2025-26 Q3")
    assert second.strata["start"].tolist() == first.strata["next_start"].tolist()
    # 3 or 4 of 6 in each stratum each time: the second draw takes all those that the first left
    assert selected(first) | selected(second) == set(cases()["case_id"])


def test_the_latest_draw_of_the_type_gives_the_start(draw):
    first = draw()
    second = draw(since=history(first), period="2025-26 Q3")
    third = draw(since=history(first, second), period="2025-26 Q4")
    assert third.strata["start"].tolist() == second.strata["next_start"].tolist()


def instead_of(due, because="The extract lacked a team."):
    return Replacement(str(due.draw["draw_id"].iloc[0]), because)


def test_a_replacement_names_the_draw_and_the_reason_and_goes_on_after_it(draw):
    first = draw()
    again = draw(since=history(first), replacing=instead_of(first))
    assert again.draw["replaces_draw_id"].tolist() == first.draw["draw_id"].tolist()
    assert again.draw["reason"].tolist() == ["The extract lacked a team."]
    assert again.strata["start"].tolist() == first.strata["next_start"].tolist()


def test_only_the_newest_draw_of_its_days_and_type_can_be_replaced(draw):
    first = draw()
    again = draw(since=history(first), replacing=instead_of(first))
    assert draw(since=history(first, again), replacing=instead_of(first)) is None
    third = draw(since=history(first, again), replacing=instead_of(again))
    assert third.draw["draw_id"].tolist() == ["2025-26 Q2 case_file 3"]


def test_a_draw_says_which_days_it_covers_and_what_it_is_for(draw):
    told = draw().draw[["covers_from", "covers_to", "audit_type", "purpose"]].iloc[0]
    days = [pd.Timestamp("2025-07-01"), pd.Timestamp("2025-09-30")]
    assert told.tolist() == [*days, "case_file", "estimate"]


def test_the_same_days_under_another_name_are_drawn_already(draw):
    first = draw()
    assert draw(since=history(first), period="2025 Q3") is None


@pytest.mark.parametrize("period", ["2025-07", "2025-09", "2025-26", "2025"])
def test_days_that_another_draw_holds_in_part_are_drawn_for_with_a_reason_only(draw, period):
    first = draw()
    with pytest.raises(
        ValueError, match=rf"some days of {period} are drawn already for case_file, by 2025-26 Q2"
    ):
        draw(since=history(first), period=period)
    second = draw(since=history(first), period=period, because="Months from now on.")
    assert second.draw[["replaces_draw_id", "reason"]].fillna("").to_numpy().tolist() == [
        ["", "Months from now on."]
    ]
    assert second.strata["start"].tolist() == first.strata["next_start"].tolist()


@pytest.mark.parametrize("period", ["2025-06", "2025-10", "2026-27"])
def test_days_beside_those_drawn_need_no_reason_and_record_none(draw, period):
    due = draw(since=history(draw()), period=period, because="Not needed.")
    assert due.draw["reason"].isna().all()


def test_a_replaced_draw_and_its_successor_hold_their_days_once(draw):
    first = draw()
    again = draw(since=history(first), replacing=instead_of(first))
    with pytest.raises(ValueError, match=r"by 2025-26 Q2 case_file 2\. Name the period"):
        draw(since=history(first, again), period="2025-08")
    assert draw(since=history(first, again)) is None


def test_another_type_of_audit_does_not_hold_the_days(draw):
    assert draw(since=history(draw()), period="2025-08", audit_type="dip") is not None


def test_a_draw_records_which_cases_it_was_made_from(draw):
    rule = [("leave_out_restricted: true", "not_audited_within_months: 12, open_at_least_days: 5")]
    told = "from open cases (unit child) of status child_in_need or looked_after"
    assert f"; {told}, restricted records left out" in draw().draw["design"].iloc[0]
    changed = draw(eligibility=rule).draw["design"].iloc[0]
    assert f"; {told}, open at least 5 days, not audited within 12 months" in changed


def test_cases_left_out_are_kept_with_their_reason_and_no_chance(draw):
    frame = cases()
    frame.loc[0, "status"] = "closed"
    frame.loc[1, "restricted_record"] = True
    left_out = draw(frame=frame).cases.query("state == 'excluded'").set_index("case_id")
    assert left_out["exclusion_reason"].to_dict() == {
        "case-0": "status out of scope",
        "case-1": "restricted record",
    }
    assert left_out["inclusion_probability"].isna().all()


def test_an_audit_twelve_months_ago_to_the_day_does_not_keep_a_case_out(draw):
    rule = [("leave_out_restricted: true", "not_audited_within_months: 12")]
    audited = {"case-0": pd.Timestamp("2024-06-30"), "case-1": pd.Timestamp("2024-07-01")}
    reasons = draw(audited=audits(audited), eligibility=rule).cases.set_index("case_id")["exclusion_reason"]
    assert pd.isna(reasons["case-0"])
    assert reasons["case-1"] == "audited in the last 12 months"


def test_without_the_rule_a_case_audited_yesterday_may_be_drawn(draw):
    audited = {"case-1": pd.Timestamp("2025-06-29")}
    assert (draw(audited=audits(audited)).cases["state"] != "excluded").all()


def test_a_draw_of_no_cases_is_refused(draw):
    with pytest.raises(ValueError, match="no case may be drawn for case_file: all are excluded"):
        draw(frame=cases().assign(status="closed"))


def test_reserves_follow_in_each_stratum(draw):
    due = draw(reserves_per_stratum=1)
    assert due.cases.query("state == 'reserve'")["stratum"].tolist() == ["Care", "Need"]


def test_weights_add_up_to_the_cases_that_could_be_drawn(draw):
    frame = cases()
    frame.loc[0, "restricted_record"] = True
    assert draw(frame=frame).cases["weight"].sum() == pytest.approx(11)


def drawn_of(due):
    return due.strata.set_index("stratum")["sample"].to_dict()


def test_a_fixed_number_of_cases_is_drawn_from_one_list(draw):
    due = draw(cases=4)
    assert drawn_of(due) == {"": 4}
    assert due.draw["design"].iloc[0].startswith("one list; confidence 95%; 4 cases; ")
    assert set(due.cases["weight"].dropna()) == {3}  # each of four stands for three of twelve


def test_a_number_is_spread_over_strata_and_refused_where_it_does_not_reach_them(draw):
    assert drawn_of(draw(cases=4, strata=["service"])) == {"Care": 2, "Need": 2}
    with pytest.raises(
        ValueError, match=r"asks for 3 cases, fewer than 2 of each of 2 strata\. Write more cases"
    ):
        draw(cases=3, strata=["service"])
    assert sum(drawn_of(draw(cases=3, strata=["service"], minimum_per_stratum=1)).values()) == 3


def test_one_case_of_one_list_can_be_asked_for(draw):
    assert drawn_of(draw(cases=1)) == {"": 1}


def test_a_number_above_the_cases_that_there_are_draws_them_all(draw):
    assert len(selected(draw(cases=13))) == 12


def in_teams():
    return cases().assign(team_id=["T1"] * 6 + ["T2"] * 4 + ["T3"] * 2)


def test_a_number_of_each_team_and_fewer_of_the_good_ones(draw):
    due = draw(frame=in_teams(), cases_per_stratum=3, cases_in={"T1": 1}, strata=["team_id"])
    assert drawn_of(due) == {"T1": 1, "T2": 3, "T3": 2}  # T3 has two
    weights = due.cases.query("state == 'selected'").groupby("stratum")["weight"].sum()
    assert weights.to_dict() == pytest.approx({"T1": 6, "T2": 4, "T3": 2})
    assert "3 cases of each stratum, 1 of T1" in due.draw["design"].iloc[0]


def test_a_number_for_a_team_that_there_is_not_is_refused(draw):
    with pytest.raises(
        ValueError, match=r"cases_in .* names T9, which is no stratum\. The strata are by team_id"
    ):
        draw(frame=in_teams(), cases_per_stratum=3, cases_in={"T9": 1}, strata=["team_id"])


def test_a_share_of_each_worker_s_cases_is_at_least_one(draw):
    # 1% of 120 is 2 once rounded up, and of 100 it is 1 to the case
    frame = cases(222).assign(worker_id=["w1"] * 120 + ["w2"] * 100 + ["w3"] * 2)
    assert drawn_of(draw(frame=frame, share_per_stratum=0.01, strata=["worker_id"])) == {
        "w1": 2,
        "w2": 1,
        "w3": 1,
    }


def test_every_case_is_a_census_of_weight_one(draw):
    due = draw(every_case=True)
    assert due.draw["selection"].tolist() == ["census"]
    assert set(due.cases["weight"]) == set(due.cases["inclusion_probability"]) == {1}


def test_sizes_by_purpose_are_those_of_the_published_plans(draw):
    # of 100 cases, 45 find one of five with 95% (Wright 1991); 93 show 50% to 70% four times in five (Fleiss)
    assert len(selected(draw(frame=cases(100), discover=0.05))) == 45
    assert len(selected(draw(frame=cases(300), improvement=0.2))) == 93


def test_teams_and_services_left_out_are_kept_with_the_reason(draw):
    due = draw(frame=in_teams(), cases=2, leave_out_teams=["T1"], leave_out_services=["Care"])
    reasons = due.cases["exclusion_reason"].value_counts().to_dict()
    assert reasons == {"service left out of this draw": 6, "team left out of this draw": 3}
    assert "services left out: Care, teams left out: T1" in due.draw["design"].iloc[0]


def test_a_team_left_out_that_no_case_has_is_refused(draw):
    with pytest.raises(
        ValueError, match=r"leave_out_teams .* names T9, which no case has.* one of: T1, T2, T3"
    ):
        draw(frame=in_teams(), cases=2, leave_out_teams=["T9"])


def test_months_are_drawn_one_after_the_other_and_none_twice(draw):
    july = draw(cases=4, every="month", days="2025-07")
    august = draw(cases=4, every="month", days="2025-08", since=history(july))
    september = draw(cases=4, every="month", days="2025-09", since=history(july, august))
    assert july.draw["draw_id"].tolist() == ["2025-07 case_file 1"]
    assert august.draw[["covers_from", "period"]].iloc[0].tolist() == [
        pd.Timestamp("2025-08-01"),
        "2025-26 Q2",
    ]
    assert selected(july) | selected(august) | selected(september) == set(cases()["case_id"])
    assert draw(cases=4, every="month", days="2025-08", since=history(july, august)) is None


def test_a_quarter_drawn_whole_is_not_drawn_by_months_without_a_reason(draw):
    with pytest.raises(ValueError, match="some days of 2025-07 are drawn already"):
        draw(cases=4, every="month", days="2025-07", since=history(draw()))


def test_a_named_draw_of_the_same_days_is_another_with_a_start_of_its_own(draw):
    first = draw()
    court = draw(since=history(first), cases=4, name="court")
    assert court.draw[["draw_id", "purpose"]].iloc[0].tolist() == [
        "2025-26 Q2 case_file court 1",
        "estimate: court",
    ]
    assert court.strata["start"].tolist() == draw(cases=4, name="court").strata["start"].tolist()
    later = draw(since=history(first, court), cases=4, name="court", period="2025-26 Q3")
    assert later.strata["start"].tolist() == court.strata["next_start"].tolist()


def test_a_draw_of_plans_holds_those_on_any_day_of_the_months_before(draw):
    day = pd.Timestamp
    held = plans(
        ("case-0", "cp", day("2023-01-01"), day("2024-06-29")),  # ended a day too early
        ("case-1", "cp", day("2023-01-01"), day("2024-06-30")),  # ended on the first of the twelve months
        (
            "closed-since",
            "cp",
            day("2025-06-30"),
            pd.NaT,
        ),  # began on the last of them, and is open in no list
        ("case-2", "cp", day("2025-07-01"), pd.NaT),  # began a day too late
        ("case-3", "cin", day("2025-01-01"), pd.NaT),  # another kind
    )
    due = draw(planned=held, cases=4, from_plans={"kind": "cp", "within_months": 12}, strata=["service"])
    assert due.cases.set_index("case_id")["stratum"].to_dict() == {
        "case-1": "Need",
        "closed-since": "not recorded",
    }
    assert "from cases (unit child) with a cp plan in the 12 months before" in due.draw["design"].iloc[0]
    with pytest.raises(ValueError, match="no case may be drawn"):
        draw(planned=held.iloc[:1], cases=4, from_plans={"kind": "cp", "within_months": 12})


AGAIN = {"audit_type": "case_file", "grades": ["inadequate"], "within_months": 3}


def second_look(draw, on, **more):
    return draw(audit_type="dip", cases=4, from_audited=AGAIN, audited=audits(on, **more))


def test_a_second_look_is_of_cases_last_graded_so_in_the_months_before(draw):
    day = pd.Timestamp
    on = {"case-0": day("2025-03-31"), "case-1": day("2025-04-01"), "closed": day("2025-06-30")}
    on |= {"case-2": day("2025-07-01"), "case-3": day("2025-06-01")}
    grades = ["inadequate", "inadequate", "inadequate", "inadequate", "good"]
    due = second_look(draw, on, overall_grade=grades)
    assert set(due.cases["case_id"]) == {"case-1", "closed"}
    assert due.draw[["selection", "purpose"]].iloc[0].tolist() == ["panel", "second look"]
    assert (
        "from cases audited (case_file) in the 3 months before and graded inadequate"
        in due.draw["design"].iloc[0]
    )


def test_a_case_that_was_better_at_its_last_audit_is_not_looked_at_again(draw):
    day = pd.Timestamp
    rows = audits({"case-0": day("2025-04-01")}, overall_grade="inadequate")
    later = audits({"case-0": day("2025-05-01")}, overall_grade="good").assign(audit_id="A9")
    asked = {"audit_type": "dip", "cases": 4, "from_audited": AGAIN}
    assert draw(audited=pd.concat([rows, later]), **asked) is None
    assert draw(audited=pd.concat([rows.assign(audit_id="B1", audited_on=day("2025-06-01")), later]), **asked)


def test_the_weights_of_a_second_look_multiply_those_of_the_first_draw(draw):
    on = {f"case-{number}": pd.Timestamp("2025-05-01") for number in range(6)}
    drawn = second_look(draw, on, overall_grade="inadequate", chance=0.25).cases.query("state == 'selected'")
    # four of six, each audited with a chance of a quarter: 4/6 of 1/4, and six cases of the caseload each
    assert set(drawn["inclusion_probability"].round(6)) == {round(4 / 6 / 4, 6)}
    assert drawn["weight"].tolist() == pytest.approx([6.0] * 4)
    chosen = second_look(draw, on, overall_grade="inadequate", chance=[0.25] * 5 + [None])
    assert chosen.cases["weight"].dropna().tolist() == pytest.approx([1.5] * 4)  # of the audited cases alone
    assert "weights multiply" not in chosen.draw["design"].iloc[0]


def test_a_second_look_has_other_numbers_than_the_first_draw(draw):
    on = dict.fromkeys(cases()["case_id"], pd.Timestamp("2025-05-01"))
    again = second_look(draw, on, overall_grade="inadequate").cases.set_index("case_id")["prn"]
    assert (again != draw().cases.set_index("case_id")["prn"].reindex(again.index)).all()


def of_workers(*held):
    count = sum(held)
    names = [f"w{number}" for number, many in enumerate(held) for _ in range(many)]
    frame = pd.concat([cases(2)] * count, ignore_index=True).iloc[:count]
    return frame.assign(case_id=[f"c{number}" for number in range(count)], worker_id=names)


def from_place(draw, frame, place, **plan):
    """The draw whose earlier one ended at a place."""
    earlier = draw(frame=frame, **plan)
    strata = earlier.strata.assign(next_start=place)
    return draw(
        frame=frame, period="2025-26 Q3", since=history(DueDraw(earlier.draw, strata, earlier.cases)), **plan
    )


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.lists(st.integers(1, 5), min_size=1, max_size=5), asked=st.integers(1, 6))
def test_spread_over_workers_every_case_has_one_chance_and_nobody_more_than_their_share(draw, held, asked):
    frame, taken = of_workers(*held), []
    number = min(asked, len(frame))
    plan = {"cases": asked, "spread_over": "worker_id", "minimum_per_stratum": 1}
    for place in range(len(frame)):
        due = from_place(draw, frame, (place + 0.5) / len(frame), **plan)
        assert set(due.cases["inclusion_probability"]) == {number / len(frame)}
        mine = frame[frame["case_id"].isin(selected(due))]["worker_id"].value_counts()
        shares = frame["worker_id"].value_counts() * number / len(frame)
        assert all(floor(share) <= mine.get(name, 0) <= ceil(share) for name, share in shares.items())
        taken += selected(due)
    # over all places to start from, each case comes up as often as its chance says
    assert set(pd.Series(taken).value_counts()) == {number}


def test_a_spread_list_goes_on_where_it_ended_until_all_came_up(draw):
    frame, plan = of_workers(2, 3, 1), {"cases": 2, "spread_over": "worker_id"}
    first = draw(frame=frame, **plan)
    second = draw(frame=frame, since=history(first), period="2025-26 Q3", **plan)
    third = draw(frame=frame, since=history(first, second), period="2025-26 Q4", **plan)
    assert selected(first) | selected(second) | selected(third) == set(frame["case_id"])


DESIGNS = [
    {"cases": 4},
    {"cases": 5, "strata": ["team_id"], "minimum_per_stratum": 1},
    {"cases_per_stratum": 2, "cases_in": {"T1": 1}, "strata": ["team_id"]},
    {"share_per_stratum": 0.3, "strata": ["team_id"]},
    {"every_case": True, "strata": ["team_id"]},
    {"cases": 3, "leave_out_teams": ["T2"]},
    {"discover": 0.25},
]


@pytest.mark.parametrize("plan", DESIGNS, ids=str)
def test_over_all_starts_each_case_comes_up_as_often_as_its_chance_says(draw, plan):
    frame, taken, turns = in_teams(), {}, 24  # which is a multiple of every stratum's size
    due = draw(frame=frame, **plan)
    numbers = due.cases.dropna(subset=["position"]).sort_values("prn").groupby("stratum")["prn"].apply(list)
    for turn in range(turns):
        places = {name: of[turn % len(of)] for name, of in numbers.items()}
        again = from_place(draw, frame, due.strata["stratum"].map(places), **plan)
        for case in selected(again):
            taken[case] = taken.get(case, 0) + 1 / turns
    chances = due.cases.dropna(subset=["position"]).set_index("case_id")["inclusion_probability"]
    assert {case: taken.get(case, 0) for case in chances.index} == pytest.approx(chances.to_dict())
