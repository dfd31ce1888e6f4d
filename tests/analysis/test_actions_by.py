"""Actions by something said of each."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.actions_by import NOT_SAID, actions_by

STATUSES = ["open", "in_progress", "blocked", "completed", "approved", "cancelled"]


def counted(pairs, order=("training", "coaching")):
    states = pd.DataFrame({"status": pd.Series([status for status, _ in pairs], dtype="string")})
    groups = pd.Series([group for _, group in pairs], dtype="string")
    return actions_by(states=states, groups=groups, order=order, table_id="t")


def test_a_group_without_an_action_has_its_row_and_a_strange_one_follows():
    found = counted([("open", "policy"), ("approved", None)])
    assert list(dict.fromkeys(found["row_key"])) == ["training", "coaching", "policy", NOT_SAID]
    assert found.loc[found["row_key"] == NOT_SAID, "x"].tolist() == [1, 0, 1]


def test_a_cancelled_action_is_neither_live_nor_done():
    assert counted([("cancelled", "training")])["x"].tolist()[:3] == [1, 0, 0]


@given(st.lists(st.tuples(st.sampled_from(STATUSES), st.sampled_from(["training", "coaching", None]))))
def test_the_groups_hold_every_action_once(pairs):
    found = counted(pairs)
    assert found.loc[found["measure"] == "all", "x"].sum() == len(pairs)
