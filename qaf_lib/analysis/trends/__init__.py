"""Series over time: run charts, XmR charts, p and p-prime charts."""

from __future__ import annotations

from qaf_lib.analysis.trends.control_charts import (
    FEWEST_FOR_LIMITS,
    ProcessLimits,
    p_chart,
    process_limits,
    xmr_chart,
)
from qaf_lib.analysis.trends.run_charts import run_chart
from qaf_lib.analysis.trends.signals import Better, special_cause

__all__ = [
    "FEWEST_FOR_LIMITS",
    "Better",
    "ProcessLimits",
    "p_chart",
    "process_limits",
    "run_chart",
    "special_cause",
    "xmr_chart",
]
