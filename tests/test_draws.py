"""The period's due draws."""

from datetime import date

import pandas as pd
import pytest

from qaf_lib.dates import parse_period
from qaf_lib.draws import Past, Replacement, due_draw
from qaf_lib.frameworks import load_framework
from qaf_lib.parameters import DrawPlan
from qaf_lib.register import TABLES, typed

KEY = bytes(32)
AS_AT = date(2025, 6, 30)


def past(*dues, last=None):
    draws = [due.draw.assign(seq=seq) for seq, due in enumerate(dues)]
    nothing = typed(pd.DataFrame(columns=TABLES["draw"].names()), TABLES["draw"].columns).assign(seq=0)
    strata = [due.strata for due in dues] or [pd.DataFrame(columns=["draw_id", "stratum", "next_start"])]
    return Past(
        draws=pd.concat(draws) if draws else nothing,
        strata=pd.concat(strata),
        last_audited=pd.Series(last or {}, dtype="datetime64[ns]"),
    )


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


@pytest.fixture
def draw(project):
    def make(
        *,
        since=None,
        frame=None,
        key=KEY,
        period="2025-26 Q2",
        replacing=None,
        eligibility=(),
        because=None,
        **plan,
    ):
        for old, new in eligibility:
            project.change("parameters/frameworks/tiny.yml", old, new)
        return due_draw(
            plan=DrawPlan(**{"audit_type": "case_file", "margin_of_error": 0.25} | plan),
            framework=load_framework(folder=project.root / "parameters" / "frameworks", name="tiny"),
            cases=cases() if frame is None else frame,
            as_at=AS_AT,
            span=parse_period(period),
            key=key,
            past=since or past(),
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
    assert draw(since=past(first), frame=cases(20)) is None


def test_another_type_of_audit_has_its_own_draw_and_start(draw):
    first = draw()
    dip = draw(since=past(first), audit_type="dip")
    assert dip.draw["draw_id"].tolist() == ["2025-26 Q2 dip 1"]
    assert dip.strata["start"].tolist() == draw(audit_type="dip").strata["start"].tolist()


def test_the_next_period_starts_after_the_last_number_taken(draw):
    first = draw()
    second = draw(since=past(first), period="2025-26 Q3")
    assert second.strata["start"].tolist() == first.strata["next_start"].tolist()
    # 3 or 4 of 6 in each stratum each time: the second draw takes all those that the first left
    assert selected(first) | selected(second) == set(cases()["case_id"])


def test_the_latest_draw_of_the_type_gives_the_start(draw):
    first = draw()
    second = draw(since=past(first), period="2025-26 Q3")
    third = draw(since=past(first, second), period="2025-26 Q4")
    assert third.strata["start"].tolist() == second.strata["next_start"].tolist()


def instead_of(due, because="The extract lacked a team."):
    return Replacement(str(due.draw["draw_id"].iloc[0]), because)


def test_a_replacement_names_the_draw_and_the_reason_and_goes_on_after_it(draw):
    first = draw()
    again = draw(since=past(first), replacing=instead_of(first))
    assert again.draw["replaces_draw_id"].tolist() == first.draw["draw_id"].tolist()
    assert again.draw["reason"].tolist() == ["The extract lacked a team."]
    assert again.strata["start"].tolist() == first.strata["next_start"].tolist()


def test_only_the_newest_draw_of_its_days_and_type_can_be_replaced(draw):
    first = draw()
    again = draw(since=past(first), replacing=instead_of(first))
    assert draw(since=past(first, again), replacing=instead_of(first)) is None
    third = draw(since=past(first, again), replacing=instead_of(again))
    assert third.draw["draw_id"].tolist() == ["2025-26 Q2 case_file 3"]


def test_a_draw_says_which_days_it_covers_and_what_it_is_for(draw):
    told = draw().draw[["covers_from", "covers_to", "audit_type", "purpose"]].iloc[0]
    days = [pd.Timestamp("2025-07-01"), pd.Timestamp("2025-09-30")]
    assert told.tolist() == [*days, "case_file", "estimate"]


def test_the_same_days_under_another_name_are_drawn_already(draw):
    first = draw()
    assert draw(since=past(first), period="2025 Q3") is None


@pytest.mark.parametrize("period", ["2025-07", "2025-09", "2025-26", "2025"])
def test_days_that_another_draw_holds_in_part_are_drawn_for_with_a_reason_only(draw, period):
    first = draw()
    with pytest.raises(
        ValueError, match=rf"some days of {period} are drawn already for case_file, by 2025-26 Q2"
    ):
        draw(since=past(first), period=period)
    second = draw(since=past(first), period=period, because="Months from now on.")
    assert second.draw[["replaces_draw_id", "reason"]].fillna("").to_numpy().tolist() == [
        ["", "Months from now on."]
    ]
    assert second.strata["start"].tolist() == first.strata["next_start"].tolist()


@pytest.mark.parametrize("period", ["2025-06", "2025-10", "2026-27"])
def test_days_beside_those_drawn_need_no_reason_and_record_none(draw, period):
    due = draw(since=past(draw()), period=period, because="Not needed.")
    assert due.draw["reason"].isna().all()


def test_a_replaced_draw_and_its_successor_hold_their_days_once(draw):
    first = draw()
    again = draw(since=past(first), replacing=instead_of(first))
    with pytest.raises(ValueError, match=r"by 2025-26 Q2 case_file 2\. Name the period"):
        draw(since=past(first, again), period="2025-08")
    assert draw(since=past(first, again)) is None


def test_another_type_of_audit_does_not_hold_the_days(draw):
    assert draw(since=past(draw()), period="2025-08", audit_type="dip") is not None


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
    reasons = draw(since=past(last=audited), eligibility=rule).cases.set_index("case_id")["exclusion_reason"]
    assert pd.isna(reasons["case-0"])
    assert reasons["case-1"] == "audited in the last 12 months"


def test_without_the_rule_a_case_audited_yesterday_may_be_drawn(draw):
    audited = {"case-1": pd.Timestamp("2025-06-29")}
    assert (draw(since=past(last=audited)).cases["state"] != "excluded").all()


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
