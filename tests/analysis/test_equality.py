"""Groups beside one another."""

import numpy as np
import pandas as pd
import pytest

from qaf_lib.analysis import cohort_shares, group_shares, groups_apart


def audits(*groups, weight=np.nan):
    """Rows of (group, good, poor)."""
    rows = [(group, grade) for group, good, poor in groups for grade in ["good"] * good + ["poor"] * poor]
    return pd.DataFrame(rows, columns=["group", "grade"]).assign(weight=weight)


def shares(*groups, weight=np.nan):
    return group_shares(audits=audits(*groups, weight=weight), band=["good"], measure="good", table_id="t")


def apart(**kinds):
    tables = {
        kind: pd.DataFrame(rows, columns=["row_key", "x", "n"]).astype({"row_key": "string"})
        for kind, rows in kinds.items()
    }
    found = groups_apart(shares=tables, table_id="t")
    return found[found["measure"] == "p"]["row_key"].tolist()


def test_a_group_that_is_not_recorded_comes_last():
    found = cohort_shares(groups=pd.Series(["z", None, "a", "z"]), table_id="t")
    assert found[["row_key", "x", "n"]].to_numpy().tolist() == [
        ["a", 1, 4],
        ["z", 2, 4],
        ["not recorded", 1, 4],
    ]


def test_audits_count_alike_where_a_weight_is_missing():
    # Wilson, 12 of 20: (0.6 + 1.96^2/40 -+ 1.96 sqrt(0.012 + 1.96^2/1600)) / (1 + 1.96^2/20) is 0.387 to 0.781
    found = shares(("a", 12, 8)).iloc[0]
    assert found["estimate"] == pytest.approx(0.6)
    assert [found["low"], found["high"]] == pytest.approx([0.387, 0.781], abs=0.001)


def test_weights_count_where_every_draw_has_them():
    # 5 good of weight 1 and 5 poor of weight 3: 5 / 20; Kish's number is 20^2 / (5 x 1 + 5 x 9) = 8
    weighted = audits(("a", 5, 5)).assign(weight=[1.0] * 5 + [3.0] * 5)
    found = group_shares(audits=weighted, band=["good"], measure="good", table_id="t").iloc[0]
    assert found["estimate"] == pytest.approx(0.25)
    # Wilson, 0.25 of 8
    assert [found["low"], found["high"]] == pytest.approx([0.0715, 0.5907], abs=0.0005)


def test_equal_weights_change_no_share():
    assert shares(("a", 12, 8), weight=7.0)["estimate"][0] == pytest.approx(
        shares(("a", 12, 8))["estimate"][0]
    )


def test_two_groups_are_compared_once_and_three_each_with_the_others():
    assert apart(kind=[("a", 5, 10), ("b", 5, 10)]) == ["kind: a"]
    assert len(apart(kind=[("a", 5, 10), ("b", 5, 10), ("c", 5, 10)])) == 3


@pytest.mark.parametrize("name", ["not recorded", "Not stated", "Refused", "Unknown"])
def test_what_is_no_group_is_compared_with_nothing(name):
    assert apart(kind=[("a", 5, 10), (name, 5, 50)]) == []


@pytest.mark.parametrize(("n", "compared"), [(9, []), (10, ["kind: a"])])
def test_a_group_needs_ten_audits_to_be_compared(n, compared):
    assert apart(kind=[("a", 5, 50), ("b", 5, n)]) == compared


def test_probabilities_are_adjusted_over_all_kinds():
    rows = [("a", 19, 20), ("b", 1, 20)]
    tables = {kind: pd.DataFrame(rows, columns=["row_key", "x", "n"]) for kind in ("one", "two")}
    found = groups_apart(shares=tables, table_id="t")
    assert set(found["n"]) == {2}


def test_no_band_is_refused():
    with pytest.raises(ValueError, match="at least one grade"):
        group_shares(audits=audits(("a", 1, 1)), band=[], measure="good", table_id="t")
