"""Shares of two independent samples, and many comparisons at once."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from qaf_lib.analysis import adjusted_probabilities, miettinen_nurminen
from qaf_lib.analysis.changes import boschloo
from qaf_lib.analysis.claims import benjamini_hochberg, holm

# Newcombe (1998) Statistics in Medicine 17, 873-890, table II, method 6
TABLE_II = [
    ((56, 70, 48, 80), (0.0528, 0.3382)),
    ((9, 10, 3, 10), (0.1700, 0.8406)),
    ((6, 7, 2, 7), (0.0342, 0.8534)),
    ((5, 56, 0, 29), (-0.0326, 0.1933)),
    ((0, 10, 0, 20), (-0.1658, 0.2844)),
    ((0, 10, 0, 10), (-0.2879, 0.2879)),
    ((10, 10, 0, 20), (0.7156, 1.0)),
    ((10, 10, 0, 10), (0.6636, 1.0)),
]


@pytest.mark.parametrize(("counts", "limits"), TABLE_II)
def test_miettinen_nurminen_matches_newcombes_table(counts, limits):
    found = miettinen_nurminen(**dict(zip(("x1", "n1", "x2", "n2"), counts, strict=True)))
    assert [found.low, found.high] == pytest.approx(limits, abs=5e-5)


def test_miettinen_nurminen_matches_contingencytables():
    # Fagerland, Lydersen & Laake, package contingencytables, ritland_2007: -0.2083 (-0.3164 to -0.0056)
    found = miettinen_nurminen(x1=0, n1=16, x2=15, n2=72)
    assert [found.estimate, found.low, found.high] == pytest.approx([-0.2083, -0.3164, -0.0056], abs=5e-5)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_the_score_interval_holds_its_estimate_and_turns_with_the_samples(n1, n2, data):
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    found = miettinen_nurminen(x1=x1, n1=n1, x2=x2, n2=n2)
    turned = miettinen_nurminen(x1=x2, n1=n2, x2=x1, n2=n1)
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    assert [found.low, found.high] == pytest.approx([-turned.high, -turned.low], abs=1e-6)


def test_an_empty_sample_has_no_difference():
    assert miettinen_nurminen(x1=0, n1=0, x2=5, n2=10).cells["mark"] == "x"
    assert boschloo(x1=0, n1=0, x2=5, n2=10).cells["mark"] == "x"


def test_one_case_each_rules_nothing_out():
    found = miettinen_nurminen(x1=1, n1=1, x2=0, n2=1)
    assert (found.low, found.high) == (-1, 1)


def test_boschloo_is_never_weaker_than_fisher():
    # 7/34 v 1/34 (Perondi et al. 2004, in Fagerland, Lydersen & Laake 2017, chapter 4): Fisher 0.0544,
    fisher = fisher_exact([[7, 1], [27, 33]]).pvalue
    assert fisher == pytest.approx(0.0544, abs=5e-5)
    assert boschloo(x1=7, n1=34, x2=1, n2=34).p < fisher


@pytest.mark.parametrize("x", [0, 10])
def test_all_or_none_counted_shows_nothing(x):
    assert boschloo(x1=x, n1=10, x2=x, n2=10).p == 1


@pytest.mark.parametrize(("x1", "n1"), [(-1, 10), (11, 10)])
def test_counts_out_of_range_are_refused(x1, n1):
    with pytest.raises(ValueError, match="x must be a count from 0 to n"):
        miettinen_nurminen(x1=x1, n1=n1, x2=1, n2=10)
    with pytest.raises(ValueError, match="x must be a count from 0 to n"):
        boschloo(x1=x1, n1=n1, x2=1, n2=10)


# fifteen probabilities of Benjamini & Hochberg (1995) section 3.2: at 5% their method claims 4, Holm 3
FIFTEEN = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
FIFTEEN += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def test_the_fifteen_of_benjamini_and_hochberg():
    p = pd.Series(FIFTEEN)
    assert int((benjamini_hochberg(p=p) <= 0.05).sum()) == 4
    assert int((holm(p=p) <= 0.05).sum()) == 3
    # fourth smallest: 0.0095 * 15 / 4 = 0.035625; third by Holm: 0.0019 * 13 = 0.0247
    assert benjamini_hochberg(p=p)[3] == pytest.approx(0.035625)
    assert holm(p=p)[2] == pytest.approx(0.0247)


def test_five_even_steps():
    # Holm: 5 * 0.01, 4 * 0.02, 3 * 0.03, then no smaller; Benjamini-Hochberg: all 0.05
    p = pd.Series([0.05, 0.01, 0.02, 0.03, 0.04])
    assert holm(p=p).tolist() == pytest.approx([0.09, 0.05, 0.08, 0.09, 0.09])
    assert benjamini_hochberg(p=p).tolist() == pytest.approx([0.05] * 5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusting_never_makes_a_claim_easier(values):
    p = pd.Series(values)
    by_holm, by_bh = holm(p=p), benjamini_hochberg(p=p)
    assert ((by_holm >= by_bh - 1e-12) & (by_bh >= p - 1e-12) & (by_holm <= 1)).all()


def test_a_missing_probability_is_no_comparison():
    p = pd.Series({"a": 0.01, "b": None, "c": 0.03}, dtype="Float64")
    assert holm(p=p).tolist()[::2] == pytest.approx([0.02, 0.03])
    table = adjusted_probabilities(p=p, method="holm", table_id="t")
    assert table.loc[table["row_key"] == "b", "mark"].tolist() == ["x", "x"]
    assert table["n"].unique().tolist() == [2]


def test_no_probabilities_give_an_empty_answer():
    assert holm(p=pd.Series(dtype="float64")).empty


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="every probability must be a fraction"):
        holm(p=pd.Series([0.2, 1.2]))
    with pytest.raises(ValueError, match="method must be one of"):
        adjusted_probabilities(p=pd.Series([0.2]), method="tukey", table_id="t")
    with pytest.raises(ValueError, match="its own name"):
        adjusted_probabilities(p=pd.Series([0.2, 0.3], index=["a", "a"]), method="holm", table_id="t")


@pytest.mark.parametrize(
    ("values", "words"), [([0.01], "Holm, 1 comparison"), ([0.01, 0.2], "Holm, 2 comparisons")]
)
def test_a_family_says_how_many_it_holds(values, words):
    table = adjusted_probabilities(p=pd.Series(values), method="holm", table_id="t")
    assert table.loc[table["measure"] == "p_adjusted", "method"].unique().tolist() == [words]
