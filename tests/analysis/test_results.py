"""The one shape of an answer."""

import numpy as np
import pandas as pd
import pytest

from qaf_lib.analysis import RESULT_COLUMNS, results_table

ROW = {"table_id": "grades", "row_key": "good", "measure": "share"}


def test_a_result_has_the_contracts_columns_and_types():
    table = results_table([{**ROW, "x": 3, "n": 4, "estimate": 0.75}])
    assert list(table.columns) == list(RESULT_COLUMNS)
    assert [str(table[name].dtype) for name in ("x", "estimate")] == ["Int64", "Float64"]
    assert isinstance(table["method"].dtype, pd.StringDtype)


def test_what_a_row_leaves_out_is_missing_or_empty():
    row = results_table([{**ROW, "low": np.nan, "x": None, "method": None}]).iloc[0]
    assert row[["x", "n", "population", "estimate", "low", "high"]].isna().all()
    assert row[["method", "speaks_of", "mark"]].tolist() == ["", "", ""]


def test_no_rows_make_an_empty_result_that_can_be_joined():
    joined = pd.concat([results_table([]), results_table([ROW])])
    assert str(joined["estimate"].dtype) == "Float64"


def test_an_unknown_column_is_refused():
    with pytest.raises(ValueError, match=r"a result has no column \['share'\]"):
        results_table([{**ROW, "share": 0.5}])


def test_a_repeated_row_is_refused():
    with pytest.raises(ValueError, match="a result row is given twice"):
        results_table([ROW, ROW])


def test_a_row_without_its_key_is_refused():
    with pytest.raises(ValueError, match="needs table_id, row_key and measure"):
        results_table([{"table_id": "grades", "row_key": "good"}])


@pytest.mark.parametrize("change", [{"mark": "?"}, {"speaks_of": "everyone"}])
def test_an_unknown_mark_or_scope_is_refused(change):
    with pytest.raises(ValueError, match="must be one of"):
        results_table([{**ROW, **change}])
