"""Series over time: run charts, XmR charts, p and p-prime charts."""

from __future__ import annotations

from qaf_lib.analysis.trends.chart import Better
from qaf_lib.analysis.trends.limits import ProcessLimits, process_limits
from qaf_lib.analysis.trends.p_chart import laney_sigma, p_chart
from qaf_lib.analysis.trends.phases import phase_numbers
from qaf_lib.analysis.trends.run_chart import run_chart
from qaf_lib.analysis.trends.runs import RunRules, crossings_needed, longest_run_allowed, run_rules
from qaf_lib.analysis.trends.signals import special_causes
from qaf_lib.analysis.trends.xmr import xmr_chart

__all__ = [
    "Better",
    "ProcessLimits",
    "RunRules",
    "crossings_needed",
    "laney_sigma",
    "longest_run_allowed",
    "p_chart",
    "phase_numbers",
    "process_limits",
    "run_chart",
    "run_rules",
    "special_causes",
    "xmr_chart",
]
