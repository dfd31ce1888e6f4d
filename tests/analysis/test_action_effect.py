"""Cases with a completed action against the others."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis import newcombe_difference
from qaf_lib.analysis.action_effect import action_comparison

GRADES = ["inadequate", "requires improvement", "good"]


def pairs_of(*parts: tuple[str, str, bool, int]) -> pd.DataFrame:
    rows = [(before, after, acted) for before, after, acted, count in parts for _ in range(count)]
    return pd.DataFrame(rows, columns=["before", "after", "acted"])


def found_for(pairs: pd.DataFrame) -> pd.DataFrame:
    found = action_comparison(pairs=pairs, grades=GRADES, table_id="actions")
    return found.set_index(["row_key", "measure"])


# low cases get better with action or without it; they are just those which were given one
LOW_ONES_ACTED = [
    ("inadequate", "good", True, 30),
    ("inadequate", "inadequate", True, 10),
    ("inadequate", "good", False, 15),
    ("inadequate", "inadequate", False, 5),
    ("good", "good", False, 60),
]


def test_the_difference_of_shares_better_is_newcombes():
    found = found_for(pairs_of(*LOW_ONES_ACTED)).loc[("difference", "better")]
    plain = newcombe_difference(x1=30, n1=40, x2=15, n2=80)
    assert [found["estimate"], found["low"], found["high"]] == pytest.approx(
        [30 / 40 - 15 / 80, plain.low, plain.high]
    )


def test_cases_of_the_same_first_grade_show_that_the_action_did_nothing():
    # inadequate: 30/40 better with, 15/20 without
    found = found_for(pairs_of(*LOW_ONES_ACTED))
    assert found.loc[("difference", "same_start"), "estimate"] == pytest.approx(0)
    assert (
        found.loc[("difference", "same_start"), "low"] < 0 < found.loc[("difference", "same_start"), "high"]
    )
    assert found.loc[("difference", "same_start_p"), "estimate"] == pytest.approx(1)
    assert found.loc[("difference", "moved_further"), "low"] > 0.5


def test_moved_further_compares_steps_not_grades():
    # with: +1; without: +2 always further
    pairs = pairs_of(("inadequate", "requires improvement", True, 20), ("inadequate", "good", False, 20))
    assert found_for(pairs).loc[("difference", "moved_further"), "estimate"] == 0


def test_every_difference_warns_that_actions_were_not_given_by_chance():
    found = found_for(pairs_of(*LOW_ONES_ACTED)).loc["difference"]
    assert found["method"].str.endswith("actions were not given by chance").all()


@pytest.mark.parametrize(("acted", "word"), [(True, "without"), (False, "with")])
def test_without_one_of_the_groups_the_differences_say_so(acted, word):
    found = found_for(pairs_of(("inadequate", "good", acted, 9))).loc["difference"]
    assert found["mark"].unique().tolist() == ["x"]
    assert found["method"].str.startswith(f"no case {word} a completed action").all()


def test_first_grades_that_are_not_shared_cannot_be_compared():
    found = found_for(pairs_of(("inadequate", "good", True, 9), ("good", "good", False, 9)))
    assert found.loc[("difference", "same_start"), "method"].startswith("no first grade is shared")
    assert found.loc[("difference", "better"), "mark"] == ""


def test_pairs_with_a_grade_missing_are_left_out():
    pairs = pairs_of(*LOW_ONES_ACTED)
    more = pd.concat([pairs, pd.DataFrame({"before": ["good"], "after": [None], "acted": [True]})])
    pd.testing.assert_frame_equal(found_for(more), found_for(pairs))


@given(
    st.lists(
        st.tuples(st.sampled_from(GRADES), st.sampled_from(GRADES), st.booleans()), min_size=1, max_size=40
    )
)
def test_estimates_lie_in_their_limits(rows):
    found = found_for(pd.DataFrame(rows, columns=["before", "after", "acted"]))
    shown = found[found["low"].notna()]
    assert (shown["low"] <= shown["estimate"] + 1e-9).all()
    assert (shown["estimate"] <= shown["high"] + 1e-9).all()


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="1 pairs have a grade that is not on the scale"):
        found_for(pairs_of(("fine", "good", True, 1)))
    with pytest.raises(ValueError, match="confidence must be a fraction"):
        action_comparison(pairs=pairs_of(*LOW_ONES_ACTED), grades=GRADES, table_id="t", confidence=95)
