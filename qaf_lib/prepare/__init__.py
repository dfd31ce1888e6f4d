"""Sources to register to period store: checked, pseudonymised, recorded; due draws made and allocated."""

from qaf_lib.prepare.allocations import DrawAllocation, allocate_draw, divisions_of, draw_allocation
from qaf_lib.prepare.auditor_lists import apart_in_lists, named
from qaf_lib.prepare.draw_frames import FIRST_CHANCE, Known, sample_plan
from qaf_lib.prepare.draws import DrawHistory, Replacement, draw_days, draws_for_days, draws_of, due_draw
from qaf_lib.prepare.period_tables import OWN_LABELS
from qaf_lib.prepare.preparation import Prepared, Rehearsal, check_sources, prepare, preparing, rehearse
from qaf_lib.prepare.readings import Change, refuse_unsaid
from qaf_lib.prepare.recording import Orders
from qaf_lib.prepare.trace import others_said

__all__ = [
    "FIRST_CHANCE",
    "OWN_LABELS",
    "Change",
    "DrawAllocation",
    "DrawHistory",
    "Known",
    "Orders",
    "Prepared",
    "Rehearsal",
    "Replacement",
    "allocate_draw",
    "apart_in_lists",
    "check_sources",
    "divisions_of",
    "draw_allocation",
    "draw_days",
    "draws_for_days",
    "draws_of",
    "due_draw",
    "named",
    "others_said",
    "prepare",
    "preparing",
    "refuse_unsaid",
    "rehearse",
    "sample_plan",
]
