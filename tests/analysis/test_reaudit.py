"""Re-audit: pairs, change and its words."""

from pathlib import Path

import pandas as pd
import pytest

from qaf_lib.analysis import before_after, paired_change, share_interval

ILACS = Path(__file__).parents[2] / "data" / "ilacs"
GRADES = ["inadequate", "requires improvement", "good", "outstanding"]
BAND = ["good", "outstanding"]


def reinspected() -> pd.DataFrame:
    """Overall grades of the authorities inspected again between the two dates."""
    columns = ["local_authority", "inspection_end_date", "overall_effectiveness"]
    before, after = (
        pd.read_csv(ILACS / f"inspections_{date}.csv", dtype="string", usecols=columns)
        for date in ("2023-09", "2025-03")
    )
    both = before.merge(after, on="local_authority", suffixes=("_before", "_after"))
    both = both[(both["inspection_end_date_after"] > both["inspection_end_date_before"]).fillna(False)]
    pairs = both[["overall_effectiveness_before", "overall_effectiveness_after"]]
    pairs = pairs.set_axis(["before", "after"], axis=1)
    return pairs.where(pairs.isin(GRADES))


def test_reinspected_authorities_match_the_published_table():
    found = before_after(pairs=reinspected(), grades=GRADES, table_id="reinspected")
    counts = found["x"].to_numpy(dtype=int).reshape(4, 4).tolist()
    assert counts == [[9, 2, 1, 0], [9, 16, 3, 2], [1, 9, 4, 4], [0, 1, 0, 0]]
    assert found["row_key"].iloc[::4].tolist() == GRADES[::-1]


def test_the_change_of_reinspected_authorities_adds_up():
    found = paired_change(pairs=reinspected(), grades=GRADES, band=BAND, table_id="change")
    found = found.set_index("measure")
    # better: 9 + 1 + 9 + 0 + 1 + 0 = 20; worse: 2 + 1 + 0 + 3 + 2 + 4 = 12; same: 9 + 16 + 4 + 0 = 29
    assert found.loc[["better", "worse", "same"], "x"].tolist() == [20, 12, 29]
    assert found.loc["better_minus_worse", "estimate"] == pytest.approx(8 / 61)
    # before: 12 + 30 = 42; after: 19 + 28 = 47
    assert found.loc[["band_before", "band_after"], "x"].tolist() == [42, 47]
    assert found.loc["band_change", "estimate"] == pytest.approx(5 / 61)
    assert found["n"].unique().tolist() == [61]


def test_shares_of_pairs_speak_of_practice():
    found = paired_change(pairs=reinspected(), grades=GRADES, band=BAND, table_id="change").set_index(
        "measure"
    )
    plain = share_interval(x=20, n=61)
    assert found.loc["better", ["low", "high"]].tolist() == [plain.low, plain.high]
    assert found["speaks_of"].unique().tolist() == ["our_practice"]


def test_no_pairs_are_marked_not_available():
    pairs = pd.DataFrame({"before": ["good"], "after": [None]})
    found = paired_change(pairs=pairs, grades=GRADES, band=BAND, table_id="change")
    assert found["mark"].unique().tolist() == ["x"]


def test_pairs_that_never_change_detect_nothing():
    pairs = pd.DataFrame({"before": ["good"] * 30, "after": ["good"] * 30})
    found = paired_change(pairs=pairs, grades=GRADES, band=BAND, table_id="change").set_index("measure")
    assert found.loc[["change_p", "mcnemar_mid_p"], "estimate"].tolist() == [1, 1]
    assert found.loc["detectable_change", "mark"] == "x"
    assert found.loc["band_change", "low"] < 0 < found.loc["band_change", "high"]


def test_pairs_turned_round_change_the_sign():
    pairs = reinspected()
    turned = pairs.rename(columns={"before": "after", "after": "before"})
    found, back = (
        paired_change(pairs=each, grades=GRADES, band=BAND, table_id="change").set_index("measure")
        for each in (pairs, turned)
    )
    assert found.loc["band_change", "low"] == pytest.approx(-back.loc["band_change", "high"])
    assert found.loc["mcnemar_mid_p", "estimate"] == back.loc["mcnemar_mid_p", "estimate"]


def test_the_verdict_follows_the_exact_test_where_every_pair_changed():
    # 12 of 16 pairs gained: z = 8 / 4 = 2 and mid-p 0.049, but 7.7% of such pairs do so by chance
    pairs = pd.DataFrame({"before": ["inadequate"] * 12 + ["good"] * 4})
    pairs["after"] = ["good"] * 12 + ["inadequate"] * 4
    found = paired_change(pairs=pairs, grades=GRADES, band=BAND, table_id="t").set_index("measure")
    assert found.loc["mcnemar_mid_p", "estimate"] < 0.05 < found.loc["change_p", "estimate"]
    assert found.loc["band_change", "low"] < 0


def test_a_grade_off_the_scale_is_refused():
    pairs = pd.DataFrame({"before": ["good"], "after": ["to requires improvement"]})
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        paired_change(pairs=pairs, grades=GRADES, band=BAND, table_id="change")


def test_a_band_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="band must name grades of the scale"):
        paired_change(pairs=reinspected(), grades=GRADES, band=["fine"], table_id="change")
