"""The sampling frame and its reasons for exclusion."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaf_lib.sampling import NOT_RECORDED, frame_checksum, frame_coverage, sampling_frame

AS_AT = date(2025, 6, 30)


def cases(**columns):
    frame = pd.DataFrame(columns)
    frame["case_id"] = [f"c{n}" for n in range(len(frame))]
    defaults = {
        "status": "open",
        "service": "Care",
        "opened_on": pd.Timestamp("2025-01-01"),
        "restricted_record": False,
    }
    return frame.assign(**{name: value for name, value in defaults.items() if name not in frame})


def reasons(frame, **rules):
    defaults = {"as_at": AS_AT, "strata": ["service"], "statuses": ["open"]}
    return sampling_frame(cases=frame, **defaults | rules)["exclusion_reason"].fillna("").tolist()


def test_statuses_outside_the_population_are_out_of_scope():
    assert reasons(cases(status=["open", "closed", None])) == [
        "",
        "status out of scope",
        "status out of scope",
    ]


def test_restricted_records_are_left_out_only_where_the_rule_says_so():
    frame = cases(restricted_record=[True, False])
    assert reasons(frame) == ["restricted record", ""]
    assert reasons(frame, leave_out_restricted=False) == ["", ""]


def test_a_case_open_for_the_asked_days_to_the_day_may_be_drawn():
    # 30 June less 28 days is 2 June
    opened = pd.to_datetime(["2025-06-02", "2025-06-03", None])
    found = reasons(cases(opened_on=opened), open_at_least_days=28)
    assert found == ["", "open for less than 28 days", ""]


def test_an_audit_on_the_first_day_of_the_months_looked_back_keeps_no_case_out():
    last = pd.Series(pd.to_datetime(["2024-12-30", "2024-12-31", "2025-06-30"]), index=["c0", "c1", "c2"])
    found = reasons(cases(x=[1, 2, 3, 4]), last_audited=last, not_audited_within_months=6)
    assert found == ["", "audited in the last 6 months", "audited in the last 6 months", ""]


def test_without_any_earlier_audit_no_case_is_kept_out_for_one():
    none = pd.Series(dtype="datetime64[ns]")
    found = reasons(cases(x=[1, 2]), last_audited=none, not_audited_within_months=12)
    assert found == ["", ""]


def test_the_first_reason_is_the_one_given():
    frame = cases(status=["closed"], restricted_record=[True])
    assert reasons(frame) == ["status out of scope"]


def test_a_blank_stratum_stays_in_the_population_as_not_recorded():
    frame = sampling_frame(
        cases=cases(service=["Care", None], team_id=["T1", "T2"]),
        as_at=AS_AT,
        strata=["service", "team_id"],
        statuses=["open"],
    )
    assert frame["stratum"].tolist() == ["Care · T1", f"{NOT_RECORDED} · T2"]
    assert frame["exclusion_reason"].isna().all()


def test_without_stratifying_columns_all_cases_are_one_stratum():
    frame = sampling_frame(cases=cases(x=[1, 2]), as_at=AS_AT, strata=[], statuses=["open"])
    assert frame["stratum"].tolist() == ["", ""]


def test_a_case_that_stands_twice_is_refused_without_its_reference():
    frame = pd.concat([cases(x=[1]), cases(x=[1])])
    with pytest.raises(ValueError, match=r"^1 cases stand twice; keep one row per case$"):
        reasons(frame)


def test_the_caseload_given_is_not_changed():
    frame = cases(x=[1, 2])
    before = frame.copy()
    reasons(frame)
    pd.testing.assert_frame_equal(frame, before)


@given(st.permutations(range(6)))
def test_the_checksum_does_not_depend_on_the_order_of_rows(order):
    frame = sampling_frame(
        cases=cases(status=["open"] * 4 + ["closed"] * 2), as_at=AS_AT, strata=["service"], statuses=["open"]
    )
    assert frame_checksum(frame.iloc[order]) == frame_checksum(frame)


def test_the_checksum_changes_with_a_case_or_its_stratum_and_not_with_what_is_left_out():
    def checksum(**columns):
        return frame_checksum(
            sampling_frame(cases=cases(**columns), as_at=AS_AT, strata=["service"], statuses=["open"])
        )

    assert checksum(service=["a", "b"]) != checksum(service=["a", "a"])
    assert checksum(status=["open", "closed"]) == checksum(status=["open", "other"])
    assert checksum(status=["open", "open"]) != checksum(status=["open", "closed"])


def test_a_case_without_a_reference_is_refused():
    cases = pd.DataFrame({"case_id": ["a", None], "status": "cin", "restricted_record": False})
    with pytest.raises(ValueError, match="1 cases have no case_id"):
        sampling_frame(cases=cases, as_at=date(2026, 6, 30), strata=[], statuses=["cin"])


def test_plain_dates_of_opening_count_like_timestamps():
    opened = [date(2026, 6, 29), date(2026, 1, 5), None]
    cases = pd.DataFrame({"case_id": list("abc"), "status": "cin", "restricted_record": False})
    frame = sampling_frame(
        cases=cases.assign(opened_on=pd.Series(opened, dtype="object")),
        as_at=date(2026, 6, 30),
        strata=[],
        statuses=["cin"],
        open_at_least_days=28,
    )
    assert frame["exclusion_reason"].isna().tolist() == [False, True, True]


def test_coverage_counts_reasons_but_not_what_is_out_of_scope():
    reasons = (
        [None] * 6 + ["restricted record"] * 2 + ["audited in the last 12 months", "status out of scope"]
    )
    found = frame_coverage(frame=pd.DataFrame({"exclusion_reason": reasons}))
    assert (found.eligible, found.population, found.share) == (6, 9, 6 / 9)


def test_where_nothing_is_in_scope_there_is_no_share():
    found = frame_coverage(frame=pd.DataFrame({"exclusion_reason": ["status out of scope"]}))
    assert (found.eligible, found.population, found.share) == (0, 0, None)


def test_a_frame_without_reasons_is_refused():
    with pytest.raises(ValueError, match=r"frame lacks the columns \['exclusion_reason'\]"):
        frame_coverage(frame=pd.DataFrame({"case_id": ["a"]}))


def test_cases_without_a_column_of_strata_are_refused():
    cases = pd.DataFrame({"case_id": ["a"], "status": "open"})
    with pytest.raises(ValueError, match=r"cases lacks the columns \['service'\]"):
        sampling_frame(cases=cases, as_at=date(2026, 6, 30), strata=["service"], statuses=None)
