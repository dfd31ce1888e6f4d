"""Shares from a stratified sample."""

import hmac
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import share_interval
from qaf_lib.analysis.intervals import wilson_limits
from qaf_lib.analysis.stratified import domain_share, stratified_share
from qaf_lib.sampling import allocate_sample, draw_sample

SCENARIOS = Path(__file__).parent / "scenarios"
ILACS = Path(__file__).parents[2] / "data" / "ilacs" / "inspections_2025-03.csv"
WORDS = {
    "stratum_without_returns": "no return from early help, left out",
    "stratum_counted_in_full": "1 stratum counted in full",
    "stratum_with_a_single_case": "overall share stands in for the variation of single cases in 1 stratum",
    "strata_that_agree": "graded cases agree within strata",
}
TABLES = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 40)), min_size=1, max_size=8
).map(
    lambda rows: pd.DataFrame(
        [(f"team {place}", x + y + rest, x + y, x) for place, (x, y, rest) in enumerate(rows)],
        columns=["stratum", "population", "n", "x"],
    )
)


@pytest.mark.parametrize("scenario", sorted(WORDS))
def test_each_awkward_stratum_has_its_share_and_its_words(scenario):
    table = pd.read_csv(SCENARIOS / f"{scenario}.csv")
    found = stratified_share(table=table)
    assert found.estimate == pytest.approx(table["cases_counted"].sum() / table["population_spoken_of"].sum())
    assert found.low < found.estimate < found.high
    assert WORDS[scenario] in found.method


def test_two_strata_follow_cochrans_variance_and_wilson():
    # p = (100 * 0.5 + 300 * 0.6) / 400 = 0.575
    # V = 0.25**2 * 0.8 * 0.25 / 19 + 0.75**2 * 0.9 * 0.24 / 29 = 0.00065789 + 0.00418966 = 0.00484755
    # n = 0.575 * 0.425 / V = 50.412; evenly varying strata would give
    # 1 / (0.0625 * 80 / 99 / 20 + 0.5625 * 270 / 299 / 30) = 51.34, so 50.412 stands; t(48) = 2.01063
    table = pd.DataFrame({"stratum": ["a", "b"], "population": [100, 300], "n": [20, 30], "x": [10, 18]})
    n, t = 50.412, 2.01063
    middle = (0.575 + t**2 / (2 * n)) / (1 + t**2 / n)
    half = t * np.sqrt(0.575 * 0.425 / n + t**2 / (4 * n**2)) / (1 + t**2 / n)
    found = stratified_share(table=table)
    assert [found.low, found.high] == pytest.approx([middle - half, middle + half], abs=1e-4)


def apart(x: list[int], n: int = 20) -> pd.DataFrame:
    return pd.DataFrame({"stratum": [*"abcdef"][: len(x)], "population": 100, "n": n, "x": x})


def test_strata_apart_by_more_than_chance_narrow_the_interval():
    # p = (2 + 18) / 40 = 0.5; Q = (20 * 0.4**2 + 20 * 0.4**2) / 0.25 = 25.6; weight 1 - 2 * 2 / 25.6 = 0.84375
    # smoothed (2 + 1) / 22 and 19 / 22: within = 2 * 0.5**2 * 0.8 * (3 * 19 / 22**2) / 19 = 0.00247934
    # alike = 0.25 * 2 * 0.25 * 80 / 99 / 20 = 0.00505051; the design's own is 0.5 * 0.8 * 0.09 / 19 = 0.00189474
    # V = 0.84375 * 0.00247934 + 0.15625 * 0.00505051 = 0.00288108; n = 0.25 / V = 86.773; t(38) = 2.02439
    n, t = 86.773, 2.02439
    half = t * np.sqrt(0.25 / n + t**2 / (4 * n**2)) / (1 + t**2 / n)
    found = stratified_share(table=apart([2, 18]))
    assert [found.low, found.high] == pytest.approx([0.5 - half, 0.5 + half], abs=1e-5)
    assert found.high - found.low < width_of_a_plain_sample(x=20, n=40, population=200)


def width_of_a_plain_sample(**counts: int) -> float:
    found = share_interval(**counts)
    return found.high - found.low


@pytest.mark.parametrize(("x", "narrows"), [([3, 5], False), ([2, 6], False), ([1, 7], True)])
def test_strata_narrow_nothing_up_to_twice_as_much_heterogeneity_as_strata(x, narrows):
    # Q = 16 * (x / 8 - 0.5)**2 / 0.25 is 1, 4 and 9, of two strata; t(14) = 2.14479
    alike = 0.25 / (2 * 0.25 * 0.25 * 92 / 99 / 8)
    low, high = wilson_limits(share=0.5, effective_n=alike, quantile=2.14479)
    found = stratified_share(table=apart(x, n=8))
    assert (found.high - found.low < high - low - 1e-4) == narrows


def test_a_single_case_of_a_stratum_lets_strata_narrow_nothing():
    table = pd.DataFrame(
        {"stratum": [*"abc"], "population": [100, 100, 10], "n": [20, 20, 1], "x": [2, 18, 1]}
    )
    population, n = (table[name].to_numpy(float) for name in ("population", "n"))
    weight, share = population / 210, 110 / 210
    alike = 1 / (weight**2 * (population - n) / (population - 1) / n).sum()
    low, high = wilson_limits(share=share, effective_n=alike, quantile=2.02439)
    found = stratified_share(table=table)
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-5)


def test_strata_that_are_all_good_and_all_poor_are_no_certainty():
    found = stratified_share(table=apart([0, 20]))
    assert found.low < 0.45
    assert found.high > 0.55


def test_one_stratum_is_a_simple_random_sample():
    table = pd.DataFrame({"stratum": ["a"], "population": [153], "n": [60], "x": [40]})
    assert stratified_share(table=table) == share_interval(x=40, n=60, population=153)


def test_a_census_of_every_stratum_leaves_no_interval():
    table = pd.DataFrame({"stratum": ["a", "b"], "population": [4, 6], "n": [4, 6], "x": [3, 3]})
    found = stratified_share(table=table)
    assert (found.estimate, found.low, found.high, found.method) == (0.6, 0.6, 0.6, "full count")


def test_no_graded_case_anywhere_leaves_no_estimate():
    table = pd.DataFrame({"stratum": ["b", "a"], "population": [4, 6], "n": [0, 0], "x": [0, 0]})
    found = stratified_share(table=table)
    assert found.estimate is None
    assert found.method == "none graded; no return from a, b, left out"


def test_the_order_of_strata_does_not_matter():
    table = pd.read_csv(SCENARIOS / "stratum_with_a_single_case.csv")
    turned = stratified_share(table=table[::-1])
    assert turned.estimate == pytest.approx(stratified_share(table=table).estimate)


@given(TABLES)
def test_a_stratified_interval_holds_its_estimate_and_what_is_known(table):
    found = stratified_share(table=table)
    if found.estimate is None:
        return
    spoken_of = table.loc[table["n"] > 0, "population"].sum()
    known, missed = table["x"].sum() / spoken_of, (table["n"] - table["x"]).sum() / spoken_of
    assert known - 1e-9 <= found.low <= found.estimate <= found.high <= 1 - missed + 1e-9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stratum": ["a", "a"]}, "one row per stratum"),
        ({"x": [3, 9]}, "x at most n"),
        ({"n": [5, 50]}, "n at most population"),
        ({"n": [5, -5]}, "whole counts"),
    ],
)
def test_a_table_that_cannot_be_is_refused(change, message):
    table = pd.DataFrame({"stratum": ["a", "b"], "population": [10, 10], "n": [5, 5], "x": [3, 2]})
    with pytest.raises(ValueError, match=message):
        stratified_share(table=table.assign(**change))


def test_a_group_across_strata_is_weighted():
    # stratum a: 10 of 20 graded, weight 2; b: 10 of 80, weight 8; the group has 5 counted in a, 5 not in b
    responses = pd.DataFrame({"stratum": ["a"] * 10 + ["b"] * 10, "member": ([True] * 5 + [False] * 5) * 2})
    responses["counted"] = responses["stratum"] == "a"
    strata = pd.DataFrame({"stratum": ["a", "b"], "population": [20, 80]})
    found = domain_share(responses=responses, strata=strata, population=50)
    assert found.estimate == pytest.approx(5 * 2 / (5 * 2 + 5 * 8))
    assert found.low < found.estimate < found.high


def test_a_group_inside_one_stratum_is_a_simple_random_sample_of_the_group():
    responses = pd.DataFrame({"stratum": ["a"] * 40, "member": [True] * 20 + [False] * 20, "counted": True})
    responses.loc[:4, "counted"] = False
    strata = pd.DataFrame({"stratum": ["a"], "population": [100]})
    found = domain_share(responses=responses, strata=strata, population=50)
    assert found == share_interval(x=15, n=20, population=50)


def test_a_group_that_is_everyone_has_the_stratified_share():
    responses = pd.DataFrame({"stratum": ["a"] * 20 + ["b"] * 30, "member": True})
    responses["counted"] = [True] * 10 + [False] * 10 + [True] * 18 + [False] * 12
    strata = pd.DataFrame({"stratum": ["a", "b"], "population": [100, 300]})
    found = domain_share(responses=responses, strata=strata, population=400)
    assert found.estimate == pytest.approx(0.575)


def test_a_group_without_graded_cases_has_no_estimate():
    responses = pd.DataFrame({"stratum": ["a", "b"], "member": False, "counted": True})
    strata = pd.DataFrame({"stratum": ["a", "b"], "population": [5, 5]})
    assert domain_share(responses=responses, strata=strata, population=3).estimate is None


def test_a_group_smaller_than_its_graded_cases_is_refused():
    responses = pd.DataFrame({"stratum": ["a", "b"], "member": True, "counted": True})
    strata = pd.DataFrame({"stratum": ["a", "b"], "population": [5, 5]})
    with pytest.raises(ValueError, match="at least the 2 graded cases of the group; got 1"):
        domain_share(responses=responses, strata=strata, population=1)


def test_a_response_from_an_unknown_stratum_is_refused():
    responses = pd.DataFrame({"stratum": ["z"], "member": True, "counted": True})
    with pytest.raises(ValueError, match="a stratum that strata names"):
        domain_share(responses=responses, strata=pd.DataFrame({"stratum": ["a"], "population": [5]}))


def test_a_groups_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({"stratum": ["a"] * 60 + ["b"] * 120 + ["c"] * 180, "member": rng.random(360) < 0.6})
    frame["counted"] = rng.random(360) < np.repeat([0.4, 0.6, 0.8], [60, 120, 180])
    strata = pd.DataFrame({"stratum": ["a", "b", "c"], "population": [60, 120, 180]})
    members = frame[frame["member"]]
    held = 0
    for _ in range(300):
        kept = pd.concat([part.sample(20, random_state=rng) for _, part in frame.groupby("stratum")])
        found = domain_share(responses=kept, strata=strata, population=len(members))
        held += found.low <= members["counted"].mean() <= found.high
    # Monte Carlo error about 0.013
    assert 0.92 <= held / 300 <= 0.99


@pytest.mark.parametrize("levels", [(0.1, 0.5, 0.9), (0.5, 0.5, 0.5), (0.02, 0.02, 0.3)])
@pytest.mark.parametrize("n", [(10, 6, 4), (8, 8, 8), (30, 18, 12)])
def test_an_interval_holds_the_truth_as_often_as_it_says_whether_strata_differ(levels, n, trials):
    rng = np.random.default_rng([7, *n])
    size, draws = np.array([150, 90, 60]), trials(300, 4000)
    good = np.rint(size * levels).astype(int)
    found = {}
    drawn = rng.hypergeometric(good, size - good, n, size=(draws, 3))
    for x in set(map(tuple, drawn.tolist())):
        table = pd.DataFrame({"stratum": [*"abc"], "population": size, "n": n, "x": x})
        found[x] = stratified_share(table=table)
    truth = good.sum() / size.sum()
    held = np.mean([found[x].low <= truth <= found[x].high for x in map(tuple, drawn.tolist())])
    # Monte Carlo error of 300 about 0.013, of 4,000 about 0.004; benchmarks/validation has the whole grid
    assert held >= 0.945 - 3 * np.sqrt(0.05 * 0.95 / draws)


def test_on_the_153_authorities_the_interval_holds_the_truth_as_often_as_it_says():
    table = pd.read_csv(ILACS, dtype="string")
    good = table["overall_effectiveness"].isin(["good", "outstanding"]).to_numpy()
    frame = pd.DataFrame(
        {"case_id": table["local_authority"], "stratum": table["region"].fillna("not recorded")}
    )
    populations = frame.groupby("stratum").size()
    sizes = allocate_sample(populations=populations, total=60)
    held = 0
    for key in range(200):
        digests = [hmac.digest(bytes([key]), name.encode(), sha256) for name in frame["case_id"]]
        frame["prn"] = [(int.from_bytes(digest[:8], "big") >> 11) / 2**53 for digest in digests]
        cases = draw_sample(frame=frame, sizes=sizes, starts=pd.Series(0.0, index=sizes.index)).cases
        chosen = frame["case_id"].isin(cases.loc[cases["state"] == "selected", "case_id"]).to_numpy()
        counted = (
            pd.Series(good[chosen]).groupby(frame.loc[chosen, "stratum"].to_numpy()).agg(["size", "sum"])
        )
        counted = counted.set_axis(["n", "x"], axis=1).assign(population=populations)
        found = stratified_share(table=counted.rename_axis("stratum").reset_index())
        held += found.low <= good.mean() <= found.high
    # benchmarks/coverage_ilacs.py does this with 1,000 keys; Monte Carlo error here about 0.014
    assert 0.93 <= held / 200 <= 0.99


@pytest.mark.parametrize(("graded", "method"), [(9, "full count"), (8, "weighted ratio, Wilson")])
def test_a_team_is_counted_in_full_where_every_case_of_all_strata_was_graded(graded, method):
    strata = pd.DataFrame({"stratum": ["a", "b"], "population": [4, 5]})
    cases = pd.DataFrame({"stratum": ["a"] * 4 + ["b"] * 5, "member": [True, False, True] * 3})
    cases["counted"] = [True] * 5 + [False] * 4
    found = domain_share(responses=cases.head(graded), strata=strata)
    assert found.method.split("; ")[0] == method
    assert (found.low == found.high) == (graded == 9)


def test_a_stratum_counted_in_full_gives_a_group_no_degrees_of_freedom():
    # b is counted in full: the group has the 19 of a, as the stratified share of the same cases
    cases = pd.DataFrame({"stratum": ["a"] * 20 + ["b"] * 30, "member": True})
    cases["counted"] = [True] * 13 + [False] * 7 + [True] * 20 + [False] * 10
    strata = pd.DataFrame({"stratum": ["a", "b"], "population": [100, 30]})
    group = domain_share(responses=cases, strata=strata)
    total, weights = 130, np.repeat([5.0, 1.0], [20, 30])
    alike = total**2 / (weights**2).sum()
    share = (65 + 20) / 130
    low, high = wilson_limits(share=share, effective_n=alike, quantile=2.09302)
    assert [group.low, group.high] == pytest.approx([low, high], abs=1e-5)


def test_a_confidence_given_as_a_percentage_is_refused_even_of_a_full_count():
    table = pd.DataFrame({"stratum": ["a", "b"], "population": [4, 5], "n": [4, 5], "x": [1, 2]})
    with pytest.raises(ValueError, match="confidence must be a fraction between 0 and 1; got 95"):
        stratified_share(table=table, confidence=95)


def test_a_stratum_named_twice_is_refused_for_a_team_too():
    strata = pd.DataFrame({"stratum": ["a", "a"], "population": [4, 5]})
    cases = pd.DataFrame({"stratum": ["a"], "member": [True], "counted": [True]})
    with pytest.raises(ValueError, match="strata must have one row per stratum"):
        domain_share(responses=cases, strata=strata)


def test_counts_of_strata_that_are_not_whole_are_refused():
    table = pd.DataFrame({"stratum": ["a", "b"], "population": [10, 10], "n": [5, 5], "x": [2.5, 2]})
    with pytest.raises(ValueError, match="must hold whole counts"):
        stratified_share(table=table)


@pytest.mark.parametrize("kind", ["Int64", "int64[pyarrow]", "object"])
def test_counts_of_any_type_give_the_same_interval(kind):
    table = pd.DataFrame({"stratum": ["a", "b"], "population": [10, 12], "n": [5, 5], "x": [3, 2]})
    typed = table.astype(dict.fromkeys(("population", "n", "x"), kind))
    assert stratified_share(table=typed) == stratified_share(table=table)
