"""Letters and meetings that low grades of one worker ask for."""

import pandas as pd
import pytest

from qaf_lib.analysis.repeated_grades import repeated_grades


def asked(days, *, held=(), nth=1, within=12, grade="low", worker="w"):
    audits = pd.DataFrame({"audit_id": [f"a{at}" for at in range(len(days))], "overall_grade": grade})
    audits = audits.assign(worker_id=worker, audited_on=pd.to_datetime(list(days)))
    events = pd.DataFrame({"subject_id": "w", "held_on": pd.to_datetime(list(held))})
    return repeated_grades(audits=audits, events=events, grades=["low"], nth=nth, within_months=within)


def test_each_low_grade_asks_for_a_letter_and_the_third_for_a_meeting():
    days = ["2026-07-01", "2026-07-02", "2026-07-03", "2026-07-04"]
    assert asked(days)["low_grades"].tolist() == [1, 2, 3, 4]
    assert asked(days, nth=3)["audit_id"].tolist() == ["a2"]
    assert asked(days[:2], nth=3).empty


@pytest.mark.parametrize(("first", "counted"), [("2025-09-01", 0), ("2025-09-02", 1)])
def test_low_grades_count_over_the_months_before(first, counted):
    # twelve months before 1 September 2026 is 1 September 2025, which is over
    assert len(asked([first, "2026-08-01", "2026-09-01"], nth=3)) == counted


def test_a_letter_answers_one_audit_and_none_before_its_own_day():
    found = asked(["2026-07-10", "2026-07-20"], held=["2026-07-10"])
    assert found["done_on"].notna().tolist() == [True, False]
    assert asked(["2026-07-10"], held=["2026-07-09"])["done_on"].isna().all()
    assert asked(["2026-07-10", "2026-07-20"], held=["2026-07-21", "2026-07-22"])["done_on"].notna().all()


def test_other_grades_and_cases_without_a_worker_ask_for_nothing():
    assert asked(["2026-07-10"], grade="high").empty
    assert asked(["2026-07-10"], worker=None).empty
