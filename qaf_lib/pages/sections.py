"""The sections of every page by name: what a notebook's cells show."""

from qaf_lib.pages import cover
from qaf_lib.pages.actions import learning_sections as learning
from qaf_lib.pages.actions import sections as actions
from qaf_lib.pages.evidence import indicators_sections as indicators
from qaf_lib.pages.evidence import localities_sections as localities
from qaf_lib.pages.evidence import sections as evidence
from qaf_lib.pages.framework import reports_sections as reports
from qaf_lib.pages.framework import sections as framework
from qaf_lib.pages.grades import findings_sections as findings
from qaf_lib.pages.grades import over_time_sections as over_time
from qaf_lib.pages.grades import sections as grades
from qaf_lib.pages.leaders import sections as leaders
from qaf_lib.pages.moderation import sections as moderation
from qaf_lib.pages.practice import census_sections as census
from qaf_lib.pages.practice import sections as practice
from qaf_lib.pages.programme import allocation_sections as allocation
from qaf_lib.pages.programme import sections as programme
from qaf_lib.pages.reaudit import change_sections as change
from qaf_lib.pages.reaudit import sections as reaudit
from qaf_lib.pages.sample import reach_sections as reach
from qaf_lib.pages.sample import sections as sample
from qaf_lib.pages.shared import sections as shared
from qaf_lib.pages.team import sections as team
from qaf_lib.pages.voice import sections as voice

__all__ = [
    "actions",
    "allocation",
    "census",
    "change",
    "cover",
    "evidence",
    "findings",
    "framework",
    "grades",
    "indicators",
    "leaders",
    "learning",
    "localities",
    "moderation",
    "over_time",
    "practice",
    "programme",
    "reach",
    "reaudit",
    "reports",
    "sample",
    "shared",
    "team",
    "voice",
]
