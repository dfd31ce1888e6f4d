"""Replacement in number order, dip samples, and what a sample speaks of."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import dip_sample, draw_sample, frame_coverage, replace_cases


def drawn_from(population: int, sample: int, reserves: int, seed: int = 1) -> pd.DataFrame:
    prn = np.random.default_rng(seed).random(population)
    ids = [f"c{place:03d}" for place in np.argsort(np.argsort(prn))]
    frame = pd.DataFrame({"case_id": ids, "stratum": "cin", "prn": prn})
    return draw_sample(
        frame=frame, sizes=pd.Series({"cin": sample}), starts=pd.Series({"cin": 0.0}), reserves=reserves
    ).cases


def chosen(found) -> list[str]:
    return found.cases.loc[found.cases["in_sample"], "case_id"].tolist()


def test_reserves_stand_in_in_number_order_each_with_its_reason():
    found = replace_cases(cases=drawn_from(20, 4, 3), reasons={"c002": "file locked", "c000": "on leave"})
    assert chosen(found) == ["c001", "c003", "c004", "c005"]
    stood_in = found.cases.dropna(subset=["replaces_case_id"])
    columns = ["case_id", "replaces_case_id", "replacement_reason"]
    assert stood_in[columns].to_numpy().tolist() == [
        ["c004", "c000", "on leave"],
        ["c005", "c002", "file locked"],
    ]
    assert found.cases.loc[found.cases["in_sample"], "weight"].tolist() == [5.0] * 4
    assert found.sentence == (
        "Of 4 drawn cases, 2 could not be audited (file locked 1, on leave 1): 2 replaced by the next in "
        "number order. The sample speaks of about 20 of 20 cases."
    )


def test_a_reserve_that_cannot_be_audited_either_is_passed_over():
    found = replace_cases(cases=drawn_from(20, 4, 3), reasons={"c001": "locked", "c004": "locked"})
    assert chosen(found) == ["c000", "c002", "c003", "c005"]


def test_without_a_reserve_left_the_others_stand_for_more():
    found = replace_cases(cases=drawn_from(20, 4, 1), reasons={"c001": "locked", "c002": "locked"})
    assert chosen(found) == ["c000", "c003", "c004"]
    assert found.cases["weight"].sum() == pytest.approx(20)
    assert found.strata[["in_sample", "replaced", "without_reserve"]].to_numpy().tolist() == [[3, 1, 1]]
    assert "1 had no reserve left" in found.sentence


def test_cases_that_do_not_belong_lower_the_population():
    # looked at 5 to find 4: Haldane's share that belongs is 3 / 4, of 20 cases 15
    found = replace_cases(cases=drawn_from(20, 4, 3), reasons={"c001": "closed"}, not_eligible=["closed"])
    assert found.strata["eligible_population"].tolist() == [15.0]
    assert found.cases["weight"].sum() == pytest.approx(15)


def test_when_no_case_belongs_there_is_nothing_to_speak_of():
    reasons = dict.fromkeys(["c000", "c001", "c002"], "closed")
    found = replace_cases(cases=drawn_from(20, 2, 1), reasons=reasons, not_eligible=["closed"])
    assert chosen(found) == []
    assert found.strata["eligible_population"].isna().all()
    assert found.sentence.endswith("The sample speaks of about 0 of 20 cases.")


def test_nothing_to_replace_changes_nothing():
    cases = drawn_from(20, 4, 3)
    found = replace_cases(cases=cases, reasons={})
    assert found.sentence == "All 4 drawn cases can be audited; none was replaced."
    pd.testing.assert_series_equal(found.cases["weight"], cases["weight"])


def test_the_estimate_of_those_who_belong_is_right_on_average():
    # 30 of 40 belong; the Monte Carlo error of the mean over 150 draws is about 0.5
    estimates = []
    for seed in range(150):
        cases = drawn_from(40, 8, 20, seed)
        rng = np.random.default_rng(seed + 9000)
        gone = {f"c{place:03d}": "closed" for place in rng.choice(40, 10, replace=False)}
        listed = set(cases.loc[cases["state"] != "not_selected", "case_id"])
        reasons = {case: reason for case, reason in gone.items() if case in listed}
        found = replace_cases(cases=cases, reasons=reasons, not_eligible=set(reasons.values()))
        estimates.append(found.strata["eligible_population"].iloc[0])
    assert np.mean(estimates) == pytest.approx(30, abs=1.5)


@given(st.integers(1, 30), st.integers(0, 10), st.data())
def test_the_sample_is_the_first_that_can_be_audited_in_number_order(sample, reserves, data):
    cases = drawn_from(45, sample, reserves)
    near = cases["case_id"].head(sample + reserves).tolist()
    reasons = dict.fromkeys(data.draw(st.sets(st.sampled_from(near))), "locked")
    found = replace_cases(cases=cases, reasons=reasons)
    assert chosen(found) == [case for case in near if case not in reasons][:sample]


@pytest.mark.parametrize(
    ("reasons", "not_eligible", "message"),
    [
        ({"c019": "locked"}, (), "reasons names 1 cases that are neither selected nor reserve"),
        ({"c001": " "}, (), "every replaced case needs a reason; 1 have none"),
        ({"c001": "locked"}, ("closed",), r"not_eligible names reasons that no case has: \['closed'\]"),
    ],
)
def test_replacements_that_do_not_fit_are_refused(reasons, not_eligible, message):
    with pytest.raises(ValueError, match=message):
        replace_cases(cases=drawn_from(20, 4, 3), reasons=reasons, not_eligible=not_eligible)


def test_no_cases_and_no_positions_are_refused():
    with pytest.raises(ValueError, match="there are no cases"):
        replace_cases(cases=drawn_from(20, 4, 3).head(0), reasons={})
    with pytest.raises(ValueError, match=r"the cases lack the columns \['position'\]"):
        replace_cases(cases=drawn_from(20, 4, 3).drop(columns="position"), reasons={})


AUDITED = pd.DataFrame(
    {
        "case_id": [f"c{place}" for place in range(10)],
        "group": ["good"] * 8 + ["inadequate"] * 2,
        "prn": np.linspace(0.05, 0.95, 10),
        "weight": 3.0,
    }
)


def test_a_dip_sample_keeps_the_weight_of_every_group():
    sizes, starts = pd.Series({"good": 2, "inadequate": 2}), pd.Series({"good": 0.3, "inadequate": 0.0})
    dipped = dip_sample(audited=AUDITED, sizes=sizes, starts=starts)
    assert dipped["dip_probability"].tolist() == [0.25, 0.25, 1.0, 1.0]
    assert dipped.groupby("group")["weight"].sum().to_dict() == {"good": 24.0, "inadequate": 6.0}


def test_a_dip_sample_of_a_case_without_weight_is_refused():
    sizes = pd.Series({"good": 2, "inadequate": 2})
    with pytest.raises(ValueError, match="every audited case needs a weight of at least 0"):
        dip_sample(audited=AUDITED.assign(weight=np.nan), sizes=sizes, starts=sizes * 0.0)


def test_coverage_counts_reasons_but_not_what_is_out_of_scope():
    reasons = (
        [None] * 6 + ["restricted record"] * 2 + ["audited in the last 12 months", "status out of scope"]
    )
    found = frame_coverage(frame=pd.DataFrame({"exclusion_reason": reasons}))
    assert (found.eligible, found.population, found.share) == (6, 9, 6 / 9)
    assert found.sentence == (
        "The sample speaks of 6 of 9 cases in scope (67%), and says nothing of the others "
        "(restricted record: 2; audited in the last 12 months: 1)."
    )


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        ([None, None], "The sample speaks of all 2 cases in scope."),
        (["status out of scope"], "No case is in scope: there is nothing to speak of."),
    ],
)
def test_all_and_none_in_scope_are_said(reasons, sentence):
    assert frame_coverage(frame=pd.DataFrame({"exclusion_reason": reasons})).sentence == sentence


def test_a_frame_without_reasons_is_refused():
    with pytest.raises(ValueError, match="the frame has no column exclusion_reason"):
        frame_coverage(frame=pd.DataFrame({"case_id": ["a"]}))
