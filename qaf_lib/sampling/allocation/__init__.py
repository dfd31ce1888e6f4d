"""Allocation of sampled cases to auditors: quotas met, workloads even, no independence rule broken."""

from __future__ import annotations

from qaf_lib.sampling.allocation.allocate import Allocation, allocate_audits
from qaf_lib.sampling.allocation.places import audit_places
from qaf_lib.sampling.allocation.rules import AllocationRules, RoleQuota

__all__ = ["Allocation", "AllocationRules", "RoleQuota", "allocate_audits", "audit_places"]
