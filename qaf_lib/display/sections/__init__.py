"""The parts of each page; a notebook's cell shows one."""

from qaf_lib.display.sections import (
    actions,
    census,
    comparison,
    cover,
    duties,
    grades,
    moderation,
    practice,
    programme,
    reach,
    reaudit,
    sample,
    summary,
    team,
    trends,
    voice,
)
from qaf_lib.display.sections.section import Section

__all__ = [
    "Section",
    "actions",
    "census",
    "comparison",
    "cover",
    "duties",
    "grades",
    "moderation",
    "practice",
    "programme",
    "reach",
    "reaudit",
    "sample",
    "summary",
    "team",
    "trends",
    "voice",
]
