"""Panels for notebooks/explore: people move a slider, the functions of the reports answer."""

from qaf_lib.explorers.plan_sample import plan_sample_panel

__all__ = ["plan_sample_panel"]
