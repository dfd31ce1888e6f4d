"""Teams beside one another: funnels and partial pooling, never ranks."""

from __future__ import annotations

from qaf_lib.analysis.comparison.funnel import funnel
from qaf_lib.analysis.comparison.pooling import partial_pooling
from qaf_lib.analysis.comparison.spread import Spread, funnel_limits, team_chance, team_spread

__all__ = ["Spread", "funnel", "funnel_limits", "partial_pooling", "team_chance", "team_spread"]
