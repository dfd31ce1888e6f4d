"""Agreement with R's survey 4.1.1 (on R 4.2.2); figures are printed by survey.R and random_designs.R."""

from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import t

from qaf_lib.analysis import grade_distribution, median_grade, moderated_grades, weighted_band_share
from qaf_lib.analysis.intervals import wilson_limits
from qaf_lib.analysis.stratified import domain_share, stratified_share

GRADES = ["poor", "fair", "good", "best"]


def shares_of(populations: list[int], n: list[int], x: list[int]):
    table = pd.DataFrame({"stratum": list("abc")[: len(n)], "population": populations, "n": n, "x": x})
    return stratified_share(table=table)


def wilson(share: float, error: float, freedom: float) -> tuple[float, float]:
    """Wilson's limits from R's share, standard error and degrees of freedom."""
    effective = share * (1 - share) / error**2
    return wilson_limits(share=share, effective_n=effective, quantile=float(t.ppf(0.975, freedom)))


@pytest.mark.parametrize(
    ("populations", "n", "x", "share", "error", "freedom"),
    [
        # svymean(~counted, svydesign(~1, strata = ~stratum, fpc = ~N)) and degf()
        ([100, 60, 40], [20, 12, 10], [13, 8, 6], 0.645, 0.06818564583, 39),
        # a minimum per stratum: weights 4 and 20
        ([40, 300], [10, 15], [7, 11], 0.7294117647, 0.1028270676, 23),
    ],
)
def test_share_error_and_freedom_of_a_stratified_sample_are_those_of_svymean(
    populations, n, x, share, error, freedom
):
    found = shares_of(populations, n, x)
    assert found.estimate == pytest.approx(share, abs=5e-11)
    assert (found.low, found.high) == pytest.approx(wilson(share, error, freedom), abs=1e-9)


def test_forty_random_designs_have_the_share_and_error_of_svymean():
    designs = pd.read_csv(Path(__file__).with_name("random_designs.csv"))
    designs_with = {"error above even": 0, "strata apart": 0}
    for _, table in designs.groupby("design"):
        share, error, freedom = table[["share", "error", "freedom"]].iloc[0]
        population, n = table["population"], table["n"]
        # as if the strata did not differ, where they do not by more than chance: n (N - 1) / (N - n) of each
        spread = (population / population.sum()) ** 2 * (population - n) / (population - 1) / n
        even = (share * (1 - share) * spread.sum()) ** 0.5
        heterogeneity = (n * (table["x"] / n - share) ** 2).sum() / (share * (1 - share))
        found = stratified_share(table=table)
        assert found.estimate == pytest.approx(share, abs=1e-11)
        widest = wilson(share, max(error, even), freedom)
        if heterogeneity > 2 * len(table):
            assert widest[1] - widest[0] > found.high - found.low
        else:
            assert (found.low, found.high) == pytest.approx(widest, abs=1e-9)
        designs_with["error above even"] += error > even
        designs_with["strata apart"] += heterogeneity > 2 * len(table)
    assert designs_with == {"error above even": 31, "strata apart": 3}


def test_limits_lie_between_those_of_svyciprop():
    # svyciprop(method = "logit"): 0.4987 to 0.7684; method = "beta" (Korn-Graubard): 0.4956 to 0.7763
    found = shares_of([100, 60, 40], [20, 12, 10], [13, 8, 6])
    assert found.low == pytest.approx(0.4987006621, abs=0.006)
    assert found.high == pytest.approx(0.7684291368, abs=0.01)


def test_strata_that_differ_have_the_share_of_svymean_and_wider_limits():
    # svymean: 0.66, SE 0.06401505006. Ours is no more certain than if the strata did not differ
    found = shares_of([100, 60, 40], [20, 12, 10], [15, 5, 8])
    low, high = wilson(0.66, 0.06401505006, 39)
    assert found.estimate == pytest.approx(0.66, abs=5e-11)
    assert low - 0.006 < found.low < low < high < found.high < high + 0.006


def test_a_stratum_counted_in_full_has_the_error_of_svymean_but_no_degrees_of_freedom():
    # svymean: 0.6381578947, SE 0.0743710568; degf 39 counts the 11 of the stratum without variance too,
    # ours are the 28 of the other two
    found = shares_of([100, 12, 40], [20, 12, 10], [13, 8, 6])
    assert found.estimate == pytest.approx(0.6381578947, abs=5e-11)
    assert (found.low, found.high) == pytest.approx(wilson(0.6381578947, 0.0743710568, 28), abs=1e-9)


def test_a_single_case_lies_between_rs_rules_for_a_lonely_stratum():
    # options(survey.lonely.psu): adjust 0.07574 (the case against the overall share), average 0.09210,
    # remove and certainty 0.07520; degf 30. Ours: the variance of the overall share stands in
    found = shares_of([100, 60, 5], [20, 12, 1], [13, 8, 1])
    adjust = wilson(2 / 3, 0.07574388097, 30)
    average = wilson(2 / 3, 0.09210465118, 30)
    assert found.estimate == pytest.approx(2 / 3, abs=1e-12)
    assert average[0] < found.low < adjust[0]
    assert adjust[1] < found.high < average[1]


def graded_cases() -> tuple[pd.DataFrame, pd.DataFrame]:
    counts = {"a": [2, 6, 9, 3], "b": [1, 4, 5, 2], "c": [3, 3, 2, 2]}
    rows = [
        (stratum, grade)
        for stratum, of_stratum in counts.items()
        for grade, count in zip(GRADES, of_stratum, strict=True)
        for _ in range(count)
    ]
    strata = pd.DataFrame({"stratum": list("abc"), "population": [100, 60, 40]})
    return pd.DataFrame(rows, columns=["stratum", "grade"]), strata


def test_the_distribution_of_grades_is_that_of_svymean():
    # svymean(~factor(grade)): 0.135 0.310 0.390 0.165
    responses, strata = graded_cases()
    found = grade_distribution(responses=responses, strata=strata, grades=GRADES, table_id="t")
    shares = found[found["measure"] == "share"].set_index("row_key")["estimate"]
    assert shares[GRADES].tolist() == pytest.approx([0.135, 0.310, 0.390, 0.165], abs=1e-12)


def test_the_median_grade_is_that_of_svyquantile():
    # svyquantile(~grade, 0.5): 3, the third grade
    responses, strata = graded_cases()
    found = median_grade(responses=responses, strata=strata, grades=GRADES, table_id="t")
    assert found["estimate"].item() == 3


@pytest.mark.parametrize(
    ("member", "population", "share", "error"),
    [
        # svyby(~counted, ~member, design, svymean): a team, and all others
        (True, 130, 0.6538461538, 0.1406761383),
        (False, 270, 0.6296296296, 0.1029275758),
    ],
)
def test_a_team_across_strata_sampled_at_two_rates_has_the_share_and_error_of_svyby(
    member, population, share, error
):
    # degf of the team's own cases is 12 for R; of the strata it lies in, which ours takes, 38
    cases = [("a", True, 8, 5), ("a", False, 12, 7), ("b", True, 6, 4), ("b", False, 14, 9)]
    responses = pd.concat(
        pd.DataFrame(
            {"stratum": stratum, "member": team == member, "counted": [True] * x + [False] * (n - x)}
        )
        for stratum, team, n, x in cases
    )
    strata = pd.DataFrame({"stratum": ["a", "b"], "population": [100, 300]})
    found = domain_share(responses=responses, strata=strata, population=population)
    assert found.estimate == pytest.approx(share, abs=5e-11)
    assert (found.low, found.high) == pytest.approx(wilson(share, error, 38), abs=1e-9)


def weighted_for_ungraded(*classes: tuple[str, int, int, int, int]):
    """Row of the classes: stratum, population of it, selected, graded and counted cases."""
    responses = pd.concat(
        pd.DataFrame(
            {
                "stratum": stratum,
                "team": str(place),
                "grade": ["good"] * x + ["poor"] * (graded - x) + [None] * (selected - graded),
            }
        )
        for place, (stratum, _, selected, graded, x) in enumerate(classes)
    )
    strata = pd.DataFrame(sorted({one[:2] for one in classes}), columns=["stratum", "population"])
    return weighted_band_share(
        responses=responses.reset_index(drop=True), strata=strata, band=["good"], within="team", table_id="t"
    ).iloc[0]


@pytest.mark.parametrize(
    ("classes", "share", "error", "freedom"),
    [
        # svymean of twophase(strata = list(~stratum, ~class), fpc = list(~N, NULL), method = "full")
        ([("a", 200, 40, 35, 28), ("a", 200, 20, 10, 4)], 0.66666666667, 0.06633349783, 43),
        ([("a", 172, 8, 4, 1)], 0.25, 0.2470759228, 3),
        # one class in each stratum is one phase: svymean of svydesign. twophase of 4.1.1 has 0.05616 here
        ([("a", 200, 60, 45, 32), ("b", 300, 40, 30, 19)], 0.66444444444, 0.05633318528, 73),
    ],
)
def test_weighting_for_the_ungraded_is_the_two_phase_estimate(classes, share, error, freedom):
    found = weighted_for_ungraded(*classes)
    assert found["estimate"] == pytest.approx(share, abs=5e-11)
    assert (found["low"], found["high"]) == pytest.approx(wilson(share, error, freedom), abs=1e-9)


def test_weighting_for_the_ungraded_in_strata_and_classes_is_near_twophase():
    # twophase: 0.64916666667, SE 0.05752211833, a little too small where the first phase has strata
    found = weighted_for_ungraded(
        ("a", 200, 40, 35, 28), ("a", 200, 20, 10, 4), ("b", 300, 25, 20, 12), ("b", 300, 15, 10, 7)
    )
    assert found["estimate"] == pytest.approx(0.64916666667, abs=5e-12)
    limits = wilson(0.64916666667, 0.05752211833, 71)
    assert (found["low"], found["high"]) == pytest.approx(limits, abs=3e-4)


def test_moderated_grades_are_the_two_phase_estimate_of_twophase():
    # twophase(strata = list(NULL, ~audit), subset = ~moderated), svymean: 0.4625, SE 0.07894640004
    moderated = ["good"] + ["poor"] * 9 + [None] * 10
    moderated += ["good"] * 4 + ["fair"] * 6 + [None] * 15
    moderated += ["good"] * 10 + ["fair"] * 4 + [None] * 21
    audits = pd.DataFrame({"audit_grade": ["poor"] * 20 + ["fair"] * 25 + ["good"] * 35})
    audits["moderated_grade"], audits["why"] = moderated, "random"
    found = moderated_grades(
        audits=audits.assign(stratum="all"),
        grades=["poor", "fair", "good"],
        band=["good"],
        table_id="t",
        strata=pd.DataFrame({"stratum": ["all"], "population": [400]}),
    )
    band = found[(found["row_key"] == "band") & (found["measure"] == "moderated")].iloc[0]
    assert band["estimate"] == pytest.approx(0.4625, abs=1e-12)
    # ours draws the rates a little from 0 and 1 before it takes their variance: half-width 0.145 for 0.148
    limits = wilson(0.4625, 0.07894640004, 10**9)
    assert (band["low"], band["high"]) == pytest.approx(limits, abs=0.004)
