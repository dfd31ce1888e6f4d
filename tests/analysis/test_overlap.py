"""Change where some cases, all or none were audited both times."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import mcnemar_exact_p, overlapping_change
from qaf_lib.analysis.changes import mcnemar_mid_p
from qaf_lib.analysis.intervals import newcombe_difference
from qaf_lib.analysis.two_draws import correlation_of_pairs

TWO, BAND = ["poor", "good"], ["good"]


def responses_of(*, both: int = 0, gained: int = 0, lost: int = 0, neither: int = 0) -> pd.DataFrame:
    rows = [("good", "good")] * both + [("poor", "good")] * gained
    rows += [("good", "poor")] * lost + [("poor", "poor")] * neither
    return pd.DataFrame(rows, columns=["before", "after"], dtype="object")


def change_of(responses: pd.DataFrame) -> pd.Series:
    found = overlapping_change(responses=responses, grades=TWO, band=BAND, table_id="t")
    return found.set_index("measure").loc["change"]


def test_with_every_case_in_common_it_is_newcombes_paired_interval_of_contingencytables():
    # Fagerland, Lydersen & Laake, package contingencytables, cavo_2012 (59, 6, 16, 80):
    # -0.0621 (-0.1186 to -0.0046)
    row = change_of(responses_of(both=59, lost=6, gained=16, neither=80))
    found = [-row["estimate"], -row["high"], -row["low"]]
    assert found == pytest.approx([-0.0621, -0.1186, -0.0046], abs=5e-5)


def test_without_cases_there_is_no_difference():
    assert change_of(responses_of())["mark"] == "x"


@given(st.tuples(*[st.integers(0, 30)] * 4).filter(any))
def test_the_paired_interval_holds_its_estimate_and_turns_with_the_pairs(counts):
    both, gained, lost, neither = counts
    found = change_of(responses_of(both=both, gained=gained, lost=lost, neither=neither))
    turned = change_of(responses_of(both=both, gained=lost, lost=gained, neither=neither))
    assert -1 - 1e-9 <= found["low"] <= found["estimate"] + 1e-9
    assert found["estimate"] - 1e-9 <= found["high"] <= 1 + 1e-9
    assert found["low"] == pytest.approx(-turned["high"])


def test_with_no_case_in_common_it_is_the_independent_interval():
    # Newcombe (1998): 56/70 less 48/80 is 0.0524 to 0.3339
    before = pd.DataFrame({"before": ["good"] * 48 + ["poor"] * 32, "after": None})
    after = pd.DataFrame({"before": None, "after": ["good"] * 56 + ["poor"] * 14})
    row = change_of(pd.concat([before, after]))
    plain = newcombe_difference(x1=56, n1=70, x2=48, n2=80)
    assert [row["low"], row["high"]] == pytest.approx([plain.low, plain.high])
    assert row["n"] == 150


def test_cases_in_common_that_keep_their_grade_make_the_change_more_certain():
    alone = pd.DataFrame({"before": ["good", "poor"] * 10 + [None] * 20})
    alone["after"] = [None] * 20 + ["good", "poor"] * 10
    shared = pd.concat([alone, responses_of(both=10, neither=10)])
    strangers = pd.concat(
        [
            alone,
            pd.DataFrame({"before": ["good", "poor"] * 10}),
            pd.DataFrame({"after": ["good", "poor"] * 10}),
        ]
    )
    close, wide = change_of(shared), change_of(strangers)
    assert close["high"] - close["low"] < wide["high"] - wide["low"]
    assert close["estimate"] == wide["estimate"]


def test_an_empty_time_has_no_change():
    found = overlapping_change(
        responses=pd.DataFrame({"before": ["good"], "after": [None]}), grades=TWO, band=BAND, table_id="t"
    )
    marks = found.set_index("measure")["mark"].to_dict()
    assert marks == {"before": "", "after": "x", "change": "x", "in_common": ""}


def test_exact_mcnemar_of_one_and_seven_matches_fagerland():
    # 2 * (1 + 8) / 256 = 18 / 256 = 0.0703
    assert mcnemar_exact_p(gained=1, lost=7) == pytest.approx(18 / 256)


@given(st.integers(0, 100), st.integers(0, 100))
def test_exact_mcnemar_is_never_below_the_mid_p(gained, lost):
    assert mcnemar_mid_p(gained=gained, lost=lost) <= mcnemar_exact_p(gained=gained, lost=lost) <= 1


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="gained must be a count of at least 0; got -1"):
        mcnemar_exact_p(gained=-1, lost=3)
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        change_of(pd.DataFrame({"before": ["fine"], "after": ["good"]}))
    with pytest.raises(ValueError, match="band must name grades of the scale"):
        overlapping_change(responses=responses_of(both=1), grades=TWO, band=[], table_id="t")


@pytest.mark.parametrize(
    ("counts", "phi"),
    [
        ((40, 5, 5, 30), (1200 - 25 - 40) / 1575),  # 45 * 35 * 45 * 35 = 1575**2, with 80 / 2 taken off
        ((5, 40, 30, 5), (25 - 1200) / 1575),  # below 0 nothing is taken off
        ((40, 0, 40, 0), 0.0),
    ],
)
def test_the_correlation_of_pairs_is_phi_drawn_towards_nothing(counts, phi):
    names = ("both", "first_only", "second_only", "neither")
    assert correlation_of_pairs(**dict(zip(names, counts, strict=True))) == pytest.approx(phi)


def test_a_negative_number_of_pairs_has_no_correlation():
    with pytest.raises(ValueError, match="first_only must be a count of at least 0; got -1"):
        correlation_of_pairs(both=1, first_only=-1, second_only=0, neither=0)
