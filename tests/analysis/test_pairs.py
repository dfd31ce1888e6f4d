"""Which audits pair, and how pairs are counted."""

import pandas as pd
import pytest

from qaf_lib.analysis import pairs_of
from qaf_lib.analysis.paired_grades import cross_counts

GRADES = ["inadequate", "requires improvement", "good", "outstanding"]


def test_pairs_are_counted_on_the_whole_scale():
    pairs = pd.DataFrame({"first": ["good", "good", None], "second": ["good", "outstanding", "good"]})
    found = cross_counts(pairs=pairs, columns=["first", "second"], grades=GRADES, table_id="pairs")
    assert len(found) == 16
    assert found["x"].sum() == 2
    assert found["n"].unique().tolist() == [2]


def test_a_pair_off_the_scale_is_refused():
    pairs = pd.DataFrame({"first": ["good", "good"], "second": ["fine", "good"]})
    with pytest.raises(ValueError, match="1 grades are not on the scale"):
        cross_counts(pairs=pairs, columns=["first", "second"], grades=GRADES, table_id="pairs")


def audits(rows: list[tuple[str | None, ...]]) -> pd.DataFrame:
    columns = [
        "case_id",
        "audit_id",
        "audit_type",
        "reaudit_of",
        "practice_to",
        "audited_on",
        "overall_grade",
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(**{name: pd.to_datetime(table[name]) for name in ("practice_to", "audited_on")})


def paired(rows: list[tuple[str | None, ...]]) -> list[list[str]]:
    return pairs_of(audits=audits(rows))[["audit_before", "audit_after"]].to_numpy().tolist()


def test_the_latest_audit_is_paired_with_the_last_earlier_one():
    rows = [("c", str(year), "file", None, None, f"202{year}-01-01", "good") for year in (5, 3, 4)]
    assert paired(rows) == [["4", "5"]]


def test_a_named_earlier_audit_comes_before_the_last_one():
    rows = [
        ("c", "1", "file", None, None, "2023-01-01", "good"),
        ("c", "2", "file", None, None, "2024-01-01", "good"),
        ("c", "3", "file", "1", None, "2025-01-01", "good"),
    ]
    assert paired(rows) == [["1", "3"]]


def test_audits_of_the_same_practice_are_no_pair():
    rows = [
        ("c", "1", "file", None, "2024-06-30", "2024-07-05", "good"),
        ("c", "2", "file", None, "2024-06-30", "2024-09-05", "good"),
    ]
    assert paired(rows) == []


def test_audits_dated_in_different_ways_are_no_pair():
    rows = [
        ("c", "1", "file", None, None, "2024-07-05", "good"),
        ("c", "2", "file", None, "2024-12-31", "2025-01-05", "good"),
    ]
    assert paired(rows) == []


def test_audits_of_other_cases_and_types_are_no_pair():
    rows = [
        ("c", "1", "file", None, None, "2024-07-05", "good"),
        ("c", "2", "themed", None, None, "2025-01-05", "good"),
        ("d", "3", "file", None, None, "2025-01-05", "good"),
    ]
    assert paired(rows) == []


def test_the_order_of_audits_does_not_matter():
    rows = [("c", str(year), "file", None, None, f"202{year}-01-01", "good") for year in (1, 2, 3)]
    assert paired(rows) == paired(rows[::-1])


def test_a_repeated_audit_is_refused():
    rows = [("c", "1", "file", None, None, "2024-07-05", "good")] * 2
    with pytest.raises(ValueError, match="every audit needs its own audit_id"):
        pairs_of(audits=audits(rows))
