"""Size of a sample, its allocation over strata, the draw, and the allocation of drawn cases to auditors.

Numbers of cases are whole counts; `population` is the case files on the sampling frame and `sample` those
audited or graded, at most as many. Shares, margins (half-widths of an interval) and probabilities are
fractions: 0.10 is ten percentage points. `proportion` is the expected share that meets the standard, where
0.5 asks for the most files; `before` is the share the first time. `confidence` is that of a two-sided
interval or test unless the function says one-sided. Every function checks its input and raises `ValueError`
for a number outside its range, a fraction given as a percentage, a count that is not whole, NaN, or a missing
column; none alters its input.
"""

from __future__ import annotations

from qaf_lib.sampling.allocation import (
    Allocation,
    AllocationRules,
    allocate_audits,
    audit_places,
    share_of_period,
)
from qaf_lib.sampling.discovery import chance_to_meet, discovery_size, most_that_could_exist
from qaf_lib.sampling.draw import Draw, allocate_sample, draw_sample, draw_systematic, every_case
from qaf_lib.sampling.frame import (
    NOT_RECORDED,
    STRATUM_JOINED_BY,
    frame_checksum,
    frame_coverage,
    sampling_frame,
)
from qaf_lib.sampling.independence import barred_pairs, broken_rule, case_side, division_not_known
from qaf_lib.sampling.plan import SamplePlan, plan_sample
from qaf_lib.sampling.power import (
    ReauditPlan,
    improvement_size,
    independent_reaudit,
    paired_improvement_size,
    paired_reaudit,
)
from qaf_lib.sampling.programme import programme_plan
from qaf_lib.sampling.size import (
    clustered_sample_size,
    design_effect,
    detectable_improvement,
    expected_margin,
    precision_curve,
)

__all__ = [
    "NOT_RECORDED",
    "STRATUM_JOINED_BY",
    "Allocation",
    "AllocationRules",
    "Draw",
    "ReauditPlan",
    "SamplePlan",
    "allocate_audits",
    "allocate_sample",
    "audit_places",
    "barred_pairs",
    "broken_rule",
    "case_side",
    "chance_to_meet",
    "clustered_sample_size",
    "design_effect",
    "detectable_improvement",
    "discovery_size",
    "division_not_known",
    "draw_sample",
    "draw_systematic",
    "every_case",
    "expected_margin",
    "frame_checksum",
    "frame_coverage",
    "improvement_size",
    "independent_reaudit",
    "most_that_could_exist",
    "paired_improvement_size",
    "paired_reaudit",
    "plan_sample",
    "precision_curve",
    "programme_plan",
    "sampling_frame",
    "share_of_period",
]
