"""How long complaints took, and how long those not finished have waited."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.analysis.feedback_times import WAIT_BANDS, complaint_waits, stage_days

DAYS = ["received_on", "analysed_on", "acted_on", "reported_on", "closed_on", "told_on"]
END = date(2026, 9, 30)


def complaints(*rows):
    frame = pd.DataFrame([[*row, *[None] * (6 - len(row))] for row in rows], columns=DAYS)
    return frame.apply(pd.to_datetime).assign(kind="complaint")


def days_of(*rows, step="received to analysed"):
    found = stage_days(feedback=complaints(*rows), as_at=END, of="year", table_id="t")
    return found[found["row_key"] == step].set_index("measure")


def waiting(*rows):
    found = complaint_waits(feedback=complaints(*rows), as_at=END, table_id="t")
    return {(row.row_key, row.measure): row.x for row in found.itertuples() if row.x}


def test_the_median_and_the_longest_are_of_complaints_with_both_days():
    # 2, 5 and 11 days; the fourth was not analysed
    found = days_of(
        ("2026-07-01", "2026-07-03"),
        ("2026-07-01", "2026-07-06"),
        ("2026-07-01", "2026-07-12"),
        ("2026-07-01",),
    )
    assert found.loc["year_median", ["n", "estimate"]].tolist() == [3, 5.0]
    assert found.loc["year_longest", "estimate"] == 11


def test_a_step_back_in_time_is_counted_apart():
    found = days_of(("2026-07-01", "2026-06-30"), ("2026-07-01", "2026-07-01"))
    assert found.loc["year_out_of_order", ["x", "n"]].tolist() == [1, 2]
    assert found.loc["year_longest", ["n", "estimate"]].tolist() == [1, 0]


def test_what_comes_after_the_day_looked_at_has_not_come():
    found = days_of(("2026-09-29", "2026-10-01"))
    assert found.loc["year_median", ["n", "mark"]].tolist() == [0, "x"]
    assert waiting(("2026-10-01",)) == {}


@pytest.mark.parametrize(
    ("received", "band"),
    [
        *(("2026-09-30", 0), ("2026-09-16", 0), ("2026-09-15", 1), ("2026-09-02", 1), ("2026-09-01", 2)),
        *(("2026-07-01", 2), ("2026-06-30", 3)),
    ],
)
def test_the_bands_end_at_14_28_and_91_days(received, band):
    # 30 September less 14, 28 and 91 days: 16 and 2 September, 1 July
    assert waiting((received,)) == {("analysis", WAIT_BANDS[band]): 1}


def test_a_complaint_waits_for_the_step_after_the_furthest_it_reached():
    new = WAIT_BANDS[0]
    day, none = "2026-09-20", None
    assert waiting((day, day)) == {("action", new): 1}
    assert waiting((day, none, day)) == {("report", new): 1}
    assert waiting((day, none, none, day), (day, none, none, none, day)) == {}


@given(st.lists(st.integers(0, 400), min_size=1, max_size=20))
def test_every_complaint_not_finished_waits_once(ages):
    rows = [(pd.Timestamp(END) - pd.Timedelta(days=age),) for age in ages]
    assert sum(waiting(*rows).values()) == len(ages)


def test_a_missing_day_is_refused():
    with pytest.raises(KeyError, match="closed_on"):
        complaint_waits(
            feedback=complaints(("2026-07-01",)).drop(columns="closed_on"), as_at=END, table_id="t"
        )
