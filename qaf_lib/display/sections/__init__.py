"""The parts of each page; a notebook's cell shows one."""

from qaf_lib.display.sections import (
    actions,
    cover,
    grades,
    moderation,
    practice,
    programme,
    reaudit,
    sample,
    summary,
    team,
    voice,
)
from qaf_lib.display.sections.section import Section

__all__ = [
    "Section",
    "actions",
    "cover",
    "grades",
    "moderation",
    "practice",
    "programme",
    "reaudit",
    "sample",
    "summary",
    "team",
    "voice",
]
