"""Size, allocation over strata and draw of a sample of case files."""

from __future__ import annotations

from qaf_lib.sampling.discovery import discovery_size, most_that_could_exist
from qaf_lib.sampling.draw import Draw, draw_sample
from qaf_lib.sampling.frame import NOT_RECORDED, frame_checksum, sampling_frame
from qaf_lib.sampling.plan import SamplePlan, plan_sample
from qaf_lib.sampling.size import (
    detectable_improvement,
    expected_margin,
    precision_curve,
    sample_size,
)
from qaf_lib.sampling.strata import allocate_sample

__all__ = [
    "NOT_RECORDED",
    "Draw",
    "SamplePlan",
    "allocate_sample",
    "detectable_improvement",
    "discovery_size",
    "draw_sample",
    "expected_margin",
    "frame_checksum",
    "most_that_could_exist",
    "plan_sample",
    "precision_curve",
    "sample_size",
    "sampling_frame",
]
