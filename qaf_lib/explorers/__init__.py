"""Panels for notebooks/explore: people choose and type, the functions of the reports answer.

A panel is an `ipywidgets.VBox` of the controls, the answer in a sentence, and charts and tables; all follow
every change. `period` is what `qaf_lib.open_period` gives, `view` one of its draws.
"""

from qaf_lib.explorers.explore_grades import explore_grades_panel
from qaf_lib.explorers.follow_actions import follow_actions_panel
from qaf_lib.explorers.plan_sample import plan_sample_panel

__all__ = ["explore_grades_panel", "follow_actions_panel", "plan_sample_panel"]
