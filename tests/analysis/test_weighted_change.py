"""Change between two weighted samples that may have cases in common."""

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import inverted_probability, overlapping_change, weighted_change
from qaf_lib.analysis.changes import independent_change_interval
from qaf_lib.analysis.intervals import newcombe_difference

GRADES = ["poor", "good"]
STRATA = pd.DataFrame({"stratum": ["care", "need"], "population": [300, 100]})


def sample_of(*parts: tuple[str, int, int], first: int = 0) -> pd.DataFrame:
    """Rows of (stratum, good, poor), numbered from `first`."""
    rows = [(s, "good" if at < good else "poor") for s, good, poor in parts for at in range(good + poor)]
    cases = pd.DataFrame(rows, columns=["stratum", "grade"])
    return cases.assign(case_id=range(first, first + len(cases)))


def change_of(before, after, strata_before=STRATA, strata_after=STRATA, **others) -> pd.DataFrame:
    found = weighted_change(
        before=before,
        after=after,
        strata_before=strata_before,
        strata_after=strata_after,
        grades=GRADES,
        band=["good"],
        table_id="change",
        **others,
    )
    return found.set_index("measure")


def test_each_side_counts_by_the_cases_of_its_own_strata():
    # before 0.75 * 10/20 + 0.25 * 4/20 = 0.425; after, need grown to 300: 0.5 * 14/20 + 0.5 * 8/20 = 0.55
    later = STRATA.assign(population=[300, 300])
    before = sample_of(("care", 10, 10), ("need", 4, 16))
    after = sample_of(("care", 14, 6), ("need", 8, 12), first=100)
    found = change_of(before, after, STRATA, later)
    assert found.loc[["before", "after", "change"], "estimate"].tolist() == pytest.approx(
        [0.425, 0.55, 0.125]
    )
    assert found.loc["change", "speaks_of"] == "our_practice"


def test_with_one_stratum_a_side_it_is_newcombes_interval():
    # Newcombe (1998) method 10, comparison (a): 56/70 against 48/80, 0.0524 to 0.3339
    one = pd.DataFrame({"stratum": ["care"], "population": [500]})
    found = change_of(sample_of(("care", 48, 32)), sample_of(("care", 56, 14), first=100), one, one)
    known = newcombe_difference(x1=56, n1=70, x2=48, n2=80)
    assert found.loc["change", ["low", "high"]].tolist() == pytest.approx([known.low, known.high])
    assert [round(known.low, 4), round(known.high, 4)] == [0.0524, 0.3339]


def test_without_strata_and_cases_in_common_it_is_the_exact_comparison():
    found = change_of(sample_of(("", 48, 32)), sample_of(("", 56, 14), first=100), None, None)
    known = independent_change_interval(x1=56, n1=70, x2=48, n2=80)
    low, high = found.loc["change", ["low", "high"]]
    assert (low, high) == (known.low, known.high)
    # Newcombe (1998): 56/70 less 48/80 is 0.0524 to 0.3339; the exact test's quantile is a little wider
    assert 0.0524 - 0.002 < low <= 0.0524
    assert 0.3339 <= high < 0.3339 + 0.002
    assert found.loc[["before", "after"], "x"].tolist() == [48, 56]
    assert 0.15 < found.loc["detectable_change", "estimate"] < 0.25
    assert found.loc["in_common", ["x", "n"]].tolist() == [0, 150]


def test_without_an_earlier_sample_only_the_later_share_is_available():
    found = change_of(sample_of(), sample_of(("", 56, 14)), None, None)
    assert found["mark"].to_dict() == {
        "before": "x",
        "after": "",
        "change": "x",
        "change_p": "x",
        "detectable_change": "x",
        "in_common": "",
    }


def test_with_cases_in_common_and_no_strata_it_is_the_overlapping_change():
    before, after = sample_of(("", 30, 30)), sample_of(("", 40, 20), first=20)
    both = before.merge(after, on="case_id", how="outer", suffixes=("_before", "_after"))
    both = both.rename(columns={"grade_before": "before", "grade_after": "after"})
    known = overlapping_change(responses=both, grades=GRADES, band=["good"], table_id="t").set_index(
        "measure"
    )
    found = change_of(before, after, None, None)
    columns = ["estimate", "low", "high"]
    assert found.loc["change", columns].tolist() == pytest.approx(known.loc["change", columns].tolist())
    assert found.loc["in_common", "x"] == 40


def test_cases_in_common_that_agree_make_the_change_more_certain():
    before = sample_of(("care", 15, 15), ("need", 15, 15))
    again = before.assign(grade=np.where(before.index % 10 == 0, "good", before["grade"]))
    apart = again.assign(case_id=again["case_id"] + 100)
    same, other = (change_of(before, after).loc["change"] for after in (again, apart))
    assert same["estimate"] == other["estimate"]
    assert same["high"] - same["low"] < other["high"] - other["low"]


def test_a_stratum_without_returns_is_left_out_and_named():
    found = change_of(sample_of(("care", 10, 10)), sample_of(("care", 14, 6), ("need", 8, 12), first=100))
    assert found.loc["before", "estimate"] == 0.5
    assert "no return from need" in found.loc["change", "method"]


def test_an_empty_sample_is_marked_not_available():
    found = change_of(sample_of(), sample_of(("care", 14, 6)))
    assert found.loc[["change", "change_p"], "mark"].tolist() == ["x", "x"]


def test_nothing_at_all_is_marked_not_available():
    assert change_of(sample_of(), sample_of()).loc["in_common", "mark"] == "x"


@given(st.lists(st.integers(0, 12), min_size=8, max_size=8))
def test_the_probability_agrees_with_the_interval(counts):
    a, b, c, d, e, f, g, h = counts
    before, after = (
        sample_of(("care", a, b), ("need", c, d)),
        sample_of(("care", e, f), ("need", g, h), first=99),
    )
    found = change_of(before, after)
    if found.loc["change", "mark"] == "":
        low, high, p = *found.loc["change", ["low", "high"]], found.loc["change_p", "estimate"]
        assert low <= found.loc["change", "estimate"] + 1e-9
        assert found.loc["change", "estimate"] <= high + 1e-9
        assert (low > 0 or high < 0) == (p < 0.05)


def test_the_probability_of_a_normal_interval_is_the_normal_one():
    # 1.96 standard errors from none: 5%
    assert inverted_probability(limits=_around(1.959964)) == pytest.approx(0.05, abs=1e-6)


def _around(z):
    def limits(confidence):
        half = NormalDist().inv_cdf((1 + confidence) / 2)
        return z - half, z + half

    return limits


@pytest.mark.parametrize(("at", "p"), [(0.0, 1.0), (40.0, 1e-6)])
def test_probabilities_stay_within_what_can_be_told(at, p):
    assert inverted_probability(limits=_around(at)) == pytest.approx(p)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"strata_before": STRATA.assign(stratum=["care", "other"])}, "a stratum that strata names"),
        ({"after": sample_of(("care", 1, 1)).assign(case_id=1)}, "only once in each sample"),
        ({"after": sample_of(("care", 1, 1)).assign(grade="fine")}, "2 grades are not on the scale"),
    ],
)
def test_bad_arguments_are_refused(change, words):
    given_samples = {"before": sample_of(("care", 5, 5), ("need", 5, 5)), "after": sample_of(("care", 5, 5))}
    with pytest.raises(ValueError, match=words):
        change_of(**{**given_samples, **change})


def test_a_band_off_the_scale_is_refused():
    cases = sample_of(("care", 5, 5))
    with pytest.raises(ValueError, match="band must name grades"):
        weighted_change(
            before=cases,
            after=cases,
            strata_before=None,
            strata_after=None,
            grades=GRADES,
            band=[],
            table_id="t",
        )


def test_a_stratum_named_twice_is_refused():
    cases = pd.DataFrame({"case_id": ["a", "b"], "stratum": "x", "grade": "good"})
    strata = pd.DataFrame({"stratum": ["x", "x"], "population": [30, 20]})
    with pytest.raises(ValueError, match="strata must have one row per stratum"):
        weighted_change(
            before=cases,
            after=cases,
            strata_before=strata,
            strata_after=None,
            grades=["poor", "good"],
            band=["good"],
            table_id="t",
        )
