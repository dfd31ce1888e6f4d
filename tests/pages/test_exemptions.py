"""Exemptions from duties whose span began before the period."""

import pytest

from qaf_lib.pages.practice.duties import duties_of

YEARLY = (
    "duties:\n  - {duty_id: D1, label: Meet, roles: [Manager], evidence: meeting, times: 4, every: year, "
    "year: calendar, due_month: 9, requirements: []}"
)
MANAGER = {"snapshot_id": "s", "staff_id": "m", "role": "Manager", "team_id": "T1", "service": "Care", "fte": 1.0,
           "started_on": "2015-01-01"}  # fmt: skip


@pytest.mark.parametrize(
    ("ends", "expected"),
    # of the 365 days of 2025 those in post: 365 - 90 gives 4 x 275/365 = 3.01; 365 - 92 gives 2.99
    [("2025-03-31", 3), ("2025-04-02", 2)],
)
def test_an_exemption_that_ended_before_the_period_counts_in_the_year_that_falls_due(
    in_memory, ends, expected
):
    left = {"exemption_id": "x", "staff_id": "m", "duty_id": "D1", "starts_on": "2025-01-01", "ends_on": ends}
    found = duties_of(
        in_memory(YEARLY, staff=[MANAGER], exemption=[{**left, "approved_by_post": "Director"}])
    )
    assert found.counts.loc[0, "n"] == expected
    assert found.duties.loc[0, ["exempt", "approved_by"]].tolist() == [1, "Director"]


def test_an_exemption_of_the_year_before_counts_for_nothing(in_memory):
    left = {"exemption_id": "x", "staff_id": "m", "starts_on": "2024-01-01", "ends_on": "2024-12-31"}
    found = duties_of(
        in_memory(YEARLY, staff=[MANAGER], exemption=[{**left, "approved_by_post": "Director"}])
    )
    assert found.counts.loc[0, "n"] == 4
    assert found.duties.loc[0, "exempt"] == 0
