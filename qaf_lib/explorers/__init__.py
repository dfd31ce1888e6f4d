"""Panels for notebooks/explore: people choose and type, the functions of the reports answer."""

from qaf_lib.explorers.explore_grades import explore_grades_panel
from qaf_lib.explorers.follow_actions import follow_actions_panel
from qaf_lib.explorers.plan_sample import plan_sample_panel

__all__ = ["explore_grades_panel", "follow_actions_panel", "plan_sample_panel"]
