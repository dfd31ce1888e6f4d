"""McNemar's test and its power."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.changes import detectable_paired_change, mcnemar_mid_p, paired_power


def test_mid_p_of_one_and_seven_matches_fagerland():
    # 2 * (1 + 8) / 256 - 8 / 256 = 10 / 256 = 0.0391
    assert mcnemar_mid_p(gained=1, lost=7) == pytest.approx(10 / 256)


@pytest.mark.parametrize("changes", [0, 1, 6])
def test_even_changes_show_nothing(changes):
    assert mcnemar_mid_p(gained=changes, lost=changes) == 1


@given(st.integers(0, 200), st.integers(0, 200))
def test_mid_p_is_a_probability_and_has_no_direction(gained, lost):
    assert 0 < mcnemar_mid_p(gained=gained, lost=lost) <= 1
    assert mcnemar_mid_p(gained=gained, lost=lost) == mcnemar_mid_p(gained=lost, lost=gained)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="gained must be a count of at least 0; got -1"):
        mcnemar_mid_p(gained=-1, lost=3)


def test_power_follows_connors_size():
    # n = (1.96 * sqrt(0.2) + 0.8416 * sqrt(0.2 - 0.1**2))**2 / 0.1**2 = 154.6
    assert paired_power(pairs=155, changed=0.2, change=0.1) >= 0.8
    assert paired_power(pairs=154, changed=0.2, change=0.1) < 0.8


def test_more_change_than_changed_pairs_is_refused():
    with pytest.raises(ValueError, match="change must be above 0 and at most changed"):
        paired_power(pairs=100, changed=0.1, change=0.2)


@pytest.mark.parametrize(("pairs", "changed"), [(8, 0.25), (100, 0.0), (1, 0.5)])
def test_too_few_changes_detect_nothing(pairs, changed):
    assert detectable_paired_change(pairs=pairs, changed=changed) is None


@given(st.integers(40, 2000), st.floats(0.25, 1))
def test_the_detectable_change_is_the_one_with_the_power(pairs, changed):
    change = detectable_paired_change(pairs=pairs, changed=changed)
    assert paired_power(pairs=pairs, changed=changed, change=change) == pytest.approx(0.8, abs=1e-4)


def test_no_pairs_are_refused():
    with pytest.raises(ValueError, match="pairs must be a count of at least 1; got 0"):
        detectable_paired_change(pairs=0, changed=0.2)
