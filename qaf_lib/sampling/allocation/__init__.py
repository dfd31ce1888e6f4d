"""Allocation of sampled cases to auditors: what is asked met, workloads even, no independence rule broken.

Staff: everybody in the staff table, auditors or not: `staff_id`, `role`, `team_id`, `service`, `fte` and
`can_audit`; if there, also `division`, `started_on`, `left_on`, `audit_hours_per_month` (blank means not
limited), `days_exempt` (days of the period on which the person is excused), `asked` (audits asked of the
person in the part of the period that the person is there; without the column nothing is asked) and `prn`.
"""

from __future__ import annotations

from qaf_lib.sampling.allocation.allocate import Allocation, allocate_audits
from qaf_lib.sampling.allocation.places import AllocationRules, audit_places, share_of_period

__all__ = ["Allocation", "AllocationRules", "allocate_audits", "audit_places", "share_of_period"]
