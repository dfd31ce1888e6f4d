"""Size, allocation over strata and draw of a sample of case files."""

from __future__ import annotations

from qaf_lib.sampling.allocation import (
    Allocation,
    AllocationRules,
    RoleQuota,
    allocate_audits,
    audit_places,
)
from qaf_lib.sampling.attribute import AttributePlan, attribute_plan, highest_share
from qaf_lib.sampling.chance import chance_to_meet
from qaf_lib.sampling.clusters import clustered_sample_size, design_effect
from qaf_lib.sampling.dip import dip_sample
from qaf_lib.sampling.discovery import discovery_size, most_that_could_exist
from qaf_lib.sampling.draw import ALL_CASES_COMPARED_UP_TO, Draw, draw_sample, every_case
from qaf_lib.sampling.frame import NOT_RECORDED, frame_checksum, sampling_frame
from qaf_lib.sampling.improvement import improvement_size
from qaf_lib.sampling.ordinal_power import (
    detectable_odds_ratio,
    ordinal_power,
    ordinal_sample_size,
    shifted_shares,
)
from qaf_lib.sampling.pareto import draw_by_size, size_probabilities
from qaf_lib.sampling.plan import SamplePlan, plan_sample
from qaf_lib.sampling.power import EXACT_POWER_UP_TO, exact_paired_power, independent_power
from qaf_lib.sampling.precision import (
    confirmed_sample_size,
    mean_sample_size,
    reported_margin,
)
from qaf_lib.sampling.programme import (
    ProgrammePlan,
    confidence_per_look,
    false_signal_chance,
    programme_plan,
)
from qaf_lib.sampling.reaudit_plan import ReauditPlan, graded_reaudit, independent_reaudit, paired_reaudit
from qaf_lib.sampling.replacement import Replaced, replace_cases
from qaf_lib.sampling.size import (
    detectable_improvement,
    expected_margin,
    precision_curve,
    sample_size,
)
from qaf_lib.sampling.speaks_of import FrameCoverage, frame_coverage
from qaf_lib.sampling.strata import allocate_sample
from qaf_lib.sampling.systematic import draw_systematic

__all__ = [
    "ALL_CASES_COMPARED_UP_TO",
    "EXACT_POWER_UP_TO",
    "NOT_RECORDED",
    "Allocation",
    "AllocationRules",
    "AttributePlan",
    "Draw",
    "FrameCoverage",
    "ProgrammePlan",
    "ReauditPlan",
    "Replaced",
    "RoleQuota",
    "SamplePlan",
    "allocate_audits",
    "allocate_sample",
    "attribute_plan",
    "audit_places",
    "chance_to_meet",
    "clustered_sample_size",
    "confidence_per_look",
    "confirmed_sample_size",
    "design_effect",
    "detectable_improvement",
    "detectable_odds_ratio",
    "dip_sample",
    "discovery_size",
    "draw_by_size",
    "draw_sample",
    "draw_systematic",
    "every_case",
    "exact_paired_power",
    "expected_margin",
    "false_signal_chance",
    "frame_checksum",
    "frame_coverage",
    "graded_reaudit",
    "highest_share",
    "improvement_size",
    "independent_power",
    "independent_reaudit",
    "mean_sample_size",
    "most_that_could_exist",
    "ordinal_power",
    "ordinal_sample_size",
    "paired_reaudit",
    "plan_sample",
    "precision_curve",
    "programme_plan",
    "replace_cases",
    "reported_margin",
    "sample_size",
    "sampling_frame",
    "shifted_shares",
    "size_probabilities",
]
