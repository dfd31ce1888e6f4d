"""The rules of quality-assurance frameworks as types."""

from qaf_lib.frameworks.duties import Assumption, Duty, Every, Evidence, Indicator, Source
from qaf_lib.frameworks.framework import Framework, load_framework, rules_of
from qaf_lib.frameworks.rules import (
    CensusList,
    Coverage,
    Deadline,
    Escalation,
    FollowUp,
    Independence,
    Instrument,
    LongestGap,
    Moderation,
    Trained,
    WorkerFollowUp,
)
from qaf_lib.frameworks.scale import Band, Scale
from qaf_lib.frameworks.tools import AuditType, Question, Standard, Tool

__all__ = [
    "Assumption",
    "AuditType",
    "Band",
    "CensusList",
    "Coverage",
    "Deadline",
    "Duty",
    "Escalation",
    "Every",
    "Evidence",
    "FollowUp",
    "Framework",
    "Independence",
    "Indicator",
    "Instrument",
    "LongestGap",
    "Moderation",
    "Question",
    "Scale",
    "Source",
    "Standard",
    "Tool",
    "Trained",
    "WorkerFollowUp",
    "load_framework",
    "rules_of",
]
