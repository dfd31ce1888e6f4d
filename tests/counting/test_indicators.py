"""Indicators against their targets."""

import pandas as pd
import pytest

from qaf_lib.counting import indicator_figures, target_state, whole_figures


def figures(*rows):
    columns = ["indicator_id", "period", "team_id", "numerator", "denominator", "target"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize(
    ("x", "better", "state"),
    [(79, "higher", "not met"), (80, "higher", "met"), (80, "lower", "met"), (81, "lower", "not met")],
)
def test_a_figure_on_its_target_meets_it(x, better, state):
    assert target_state(x=x, n=100, target=0.80, better=better) == state


def test_without_a_target_or_a_figure_nothing_is_met():
    assert target_state(x=1, n=2, target=None, better="higher") == "no target"
    assert target_state(x=0, n=0, target=0.5, better="higher") == "no figure"


def test_a_third_met_exactly_is_met():
    assert target_state(x=1, n=3, target=1 / 3, better="lower") == "met"


def test_more_than_all_is_refused():
    with pytest.raises(ValueError, match="from 0 to n; got 3 of 2"):
        target_state(x=3, n=2, target=None, better="higher")


def test_the_council_s_own_row_comes_before_the_sum_of_its_teams():
    found = whole_figures(
        figures=figures(
            ("i", "Q1", None, 10, 20, None), ("i", "Q1", "T1", 1, 2, 0.5), ("i", "Q2", "T1", 1, 2, 0.5)
        )
    )
    assert found[["period", "numerator", "denominator"]].to_numpy().tolist() == [["Q1", 10, 20], ["Q2", 1, 2]]


def test_no_figures_are_an_empty_table():
    assert whole_figures(figures=figures()).empty


def test_a_figure_of_none_is_not_applicable():
    row = {"row_key": "i", "measure": "share", "numerator": 0, "denominator": 0, "target": 0.5}
    found = indicator_figures(figures=pd.DataFrame([{**row, "better": "higher"}]), table_id="t")
    assert found[["mark", "method"]].iloc[0].tolist() == ["z", "no figure"]
