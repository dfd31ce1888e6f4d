"""How far each auditor's grades stand above or below the moderators'."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import leniency_spread
from qaf_lib.analysis.leniency import AuditorSpread, spread_limits

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]


def pairs_of(steps: dict[str, list[int]]) -> pd.DataFrame:
    """Moderated to good; the audit grade stands so many steps above."""
    rows = [(auditor, GRADES[2 + step], "good") for auditor, each in steps.items() for step in each]
    return pd.DataFrame(rows, columns=["auditor", "audit_grade", "moderated_grade"])


def spread_for(steps: dict[str, list[int]], *, blind: bool = True) -> pd.DataFrame:
    found = leniency_spread(pairs=pairs_of(steps), grades=GRADES, blind=blind, table_id="leniency")
    assert found["row_key"].unique().tolist() == ["all"]
    return found.set_index("measure")


def shrunk_for(steps: dict[str, list[int]]) -> tuple[np.ndarray, np.ndarray, float]:
    """Each auditor's own mean and the one drawn towards all, and the variance between them."""
    rows = [(auditor, step) for auditor, each in steps.items() for step in each]
    spread = AuditorSpread.of(pd.DataFrame(rows, columns=["auditor", "step"]))
    low, high, between = spread.shrunk()
    return spread.mean, (low + high) / 2, between


def test_leniency_by_hand():
    # means 0, 0, 0, 0.75 of 4 each; within = 0.75 / 12 = 0.0625, of a mean 0.015625
    # between = 4/3 * (3 * 0.1875**2 + 0.5625**2) / 4 - 0.015625 = 0.140625 - 0.015625 = 0.125
    # d is drawn (4-3)/(4-1) * 0.015625 / 0.140625 = 1/27 of the way to 0.1875: 0.75 - 0.5625 / 27 = 0.72917
    steps = {"a": [0] * 4, "b": [0] * 4, "c": [0] * 4, "d": [0, 1, 1, 1]}
    own, shrunk, between = shrunk_for(steps)
    assert own[3] == 0.75
    assert shrunk[3] == pytest.approx(0.72917, abs=5e-6)
    assert between == pytest.approx(0.125)
    found = spread_for(steps)["estimate"]
    assert found["between_auditors"] == pytest.approx(0.125**0.5)
    assert found["leniency"] == 0.1875


def test_auditors_who_differ_by_luck_only_are_drawn_together():
    steps = {name: [0, 1, -1, 0] for name in "abcdefgh"} | {"i": [1, 0, 0, 0]}
    own, shrunk, _ = shrunk_for(steps)
    assert shrunk[8] < own[8]
    found = spread_for(steps)
    assert found.loc["between_auditors", "estimate"] == 0
    assert "no difference seen" in found.loc["between_auditors", "method"]


def test_an_auditor_with_fewer_audits_is_drawn_further():
    steps = {name: [0, 1, -1, 0] * 3 for name in "abcd"} | {"e": [1, 0] * 8, "f": [1, 0]}
    own, shrunk, _ = shrunk_for(steps)
    assert own[5] - shrunk[5] > own[4] - shrunk[4] > 0


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ({}, "no moderated audits"),
        ({name: [0, 1] for name in "abc"}, "fewer than 4 auditors"),
        ({name: [0] for name in "abcd"}, "no auditor was moderated twice"),
        ({name: [0, 0] for name in "abcd"}, "no spread within auditors"),
    ],
)
def test_where_shrinkage_cannot_be_told_it_says_why(steps, why):
    found = spread_for(steps)
    for measure in ("between_auditors", "typical_gap", "due_to_auditor", "lenient", "strict"):
        assert found.loc[measure, ["mark", "method"]].tolist() == ["x", why]
    assert (found.loc["leniency", "mark"] == "") is bool(steps)


def test_four_auditors_are_enough():
    assert (spread_for({name: [0, 1] for name in "abcd"})["mark"] == "").all()


def test_a_moderator_who_saw_the_grade_gives_a_change_rate():
    found = spread_for({name: [0, 1] for name in "abcd"}, blind=False)
    assert found["method"].str.endswith("change rate: the moderator saw the grade").all()


@given(st.lists(st.lists(st.integers(-2, 1), min_size=1, max_size=8), min_size=4, max_size=8))
def test_shrunk_leniency_lies_between_the_auditors_own_and_the_rest(lists):
    steps = {str(place): each for place, each in enumerate(lists)}
    if spread_for(steps).loc["between_auditors", "mark"] == "":
        own, shrunk, _ = shrunk_for(steps)
        assert own.min() - 1e-9 <= shrunk.min()
        assert shrunk.max() <= own.max() + 1e-9


def test_a_grade_off_the_scale_is_refused():
    pairs = pairs_of({"a": [0]}).assign(audit_grade="fine")
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        leniency_spread(pairs=pairs, grades=GRADES, blind=True, table_id="t")


def test_the_spread_of_the_bcg_trials_has_metafors_limits():
    # Viechtbauer (2010) Journal of Statistical Software 36(3), section 3.1: log relative risks of 13
    # trials; confint() gives tau^2 0.1197 to 1.1115, tau 0.3460 to 1.0543
    mean = [-0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.0120, -0.4694, -1.3713]
    mean += [-0.3394, 0.4459, -0.0173]
    variance = [0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730]
    variance += [0.0124, 0.5325, 0.0714]
    assert spread_limits(mean=mean, variance=variance) == pytest.approx((0.3460, 1.0543), abs=5e-5)


def test_means_that_agree_better_than_chance_have_no_spread():
    assert spread_limits(mean=[1.0] * 8, variance=[0.5] * 8) == (0, 0)


@pytest.mark.parametrize(("mean", "variance"), [([1.0], [1.0]), ([1.0, 2.0], [1.0, 0.0])])
def test_a_spread_needs_two_means_that_vary(mean, variance):
    with pytest.raises(ValueError, match="two means or more"):
        spread_limits(mean=mean, variance=variance)


def test_the_spread_says_how_much_hangs_on_who_audits():
    # as by hand above: between 0.125, within 0.0625: 2/3 of the variance, a gap of 2 sqrt(0.125 / pi)
    found = spread_for({"a": [0] * 4, "b": [0] * 4, "c": [0] * 4, "d": [0, 1, 1, 1]})
    assert found.loc["due_to_auditor", "estimate"] == pytest.approx(2 / 3)
    assert found.loc["typical_gap", "estimate"] == pytest.approx(0.39894, abs=5e-6)
    assert found.loc["lenient", ["x", "n"]].tolist() == [1, 4]
    assert found.loc["strict", "x"] == 0


def test_a_strict_auditor_is_counted_apart():
    found = spread_for({"a": [0, 0, 1, -1], "b": [0] * 4, "c": [0] * 4, "d": [-1, -1, -2, -1] * 3})
    assert found.loc[["lenient", "strict"], "x"].tolist() == [0, 1]


def test_no_auditor_can_be_told_from_the_spread():
    steps = {name: [0, 1] for name in ("Auditor-1", "Auditor-2", "Auditor-3", "Auditor-4", "Auditor-5")}
    assert (
        not spread_for(steps)
        .astype("string")
        .apply(lambda cells: cells.str.contains("Auditor-"))
        .any(axis=None)
    )


def test_a_spread_that_cannot_be_told_says_why():
    found = spread_for({name: [0] for name in "abcd"})
    assert found.loc["due_to_auditor", ["mark", "method"]].tolist() == ["x", "no auditor was moderated twice"]
    assert found.loc["lenient", "mark"] == "x"


def test_the_limits_of_the_spread_hold_it_nineteen_times_in_twenty():
    # 30 auditors who truly differ by a standard deviation of 0.5, with 4 to 8 audits each
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        n = rng.integers(4, 9, 30)
        low, high = spread_limits(
            mean=rng.normal(0, 0.5, 30) + rng.normal(0, 0.6 / np.sqrt(n)), variance=0.36 / n
        )
        held += low <= 0.5 <= high
    assert held / 400 >= 0.93
