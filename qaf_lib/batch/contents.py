"""What an edition contains: its reports by reader, and how each page is called, titled and marked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from qaf_lib.batch.execute import Job
from qaf_lib.pages import OpenPeriod
from qaf_lib.parameters import Parameters
from qaf_lib.text import address_of

TEAM = "team_report"
_LEADERS, _MANAGERS, _AUDITORS, _METHOD = (
    "For leaders",
    "For managers",
    "For auditors and the quality team",
    "How it is done",
)
"""Readers of reports, in the front page's order."""

REPORTS = {
    "09_slt_report": (
        "Report to the {leaders}",
        "What leaders need to know and decide; it stands alone, on paper too.",
        _LEADERS,
    ),
    "13_self_evaluation": (
        "What we know of our practice",
        "Quality and impact, how we know, and what we do about it: for the yearly self-evaluation.",
        _LEADERS,
    ),
    "12_framework_reports": (
        "Reports in the framework's order",
        "Each report that the framework asks for, heading by heading, answered from the records.",
        _LEADERS,
    ),
    "03_grades": (
        "Grades",
        "How good practice is: overall, by question, {service}, {team} and group.",
        _MANAGERS,
    ),
    "05_reaudit": ("Re-audit", "Whether practice has changed.", _MANAGERS),
    "06_practice": (
        "Practice",
        "Duties by role and how they stand, coverage, lists and deadlines.",
        _MANAGERS,
    ),
    "07_voice": (
        "Voice",
        "What {families}, staff and partners said: surveys, complaints, compliments.",
        _MANAGERS,
    ),
    "08_actions": ("Actions", "What became of what had to happen.", _MANAGERS),
    "10_evidence": (
        "Evidence",
        "What all sources say together, indicators, and groups side by side.",
        _MANAGERS,
    ),
    "01_programme": ("Programme", "What was planned and done, and how far coverage has come.", _AUDITORS),
    "02_sample": (
        "Sample",
        "How many {cases} were drawn, from which list, and how sure that makes us.",
        _AUDITORS,
    ),
    "04_moderation": ("Moderation", "Whether audit grades hold when they are looked at again.", _AUDITORS),
    "11_framework": ("The framework", "The rules these reports follow, and how they were read.", _METHOD),
}
"""Title, description and reader of each internal report, in the front page's order; the first leads.

They name things in the framework's words.
"""

SHARED = {
    "shared_report": (
        "Report for partners",
        "How good practice is, what was found and what was decided.",
        "",
    ),
}
"""The same of a shared edition: one report, made for sharing."""


class Report(NamedTuple):
    """A report's title and description in the framework's words, and the kind of reader it is for."""

    title: str
    description: str
    reader: str


def reports_of(parameters: Parameters) -> Mapping[str, Report]:
    """The reports of an edition by notebook; the first leads."""
    reports = SHARED if parameters.audience == "shared" else REPORTS
    words = parameters.rules.words.model_dump()
    return {
        name: Report(title.format(**words), told.format(**words), reader)
        for name, (title, told, reader) in reports.items()
    }


def place_of(job: Job) -> str:
    """The place of a notebook's page in the edition."""
    team = job.parameters.get("team_id")
    if team is not None:
        return f"teams/{address_of(team)}/{TEAM}.html"
    return f"reports/{stem_of(job.name)}.html"


def stem_of(notebook: str) -> str:
    """What a notebook's page is called: its name without the number that orders it."""
    return re.sub(r"^[0-9]+_", "", notebook)


def subtitle_of(parameters: Parameters) -> str:
    """Council and period."""
    return f"{parameters.council}, {parameters.period}"


def title_of(job: Job, period: OpenPeriod) -> str:
    """What a notebook's page is called: the report, or the team."""
    team = job.parameters.get("team_id")
    if team is None:
        return reports_of(period.parameters)[job.name].title
    return period.team_names.get(team, team)


def mark_of(parameters: Parameters) -> str:
    """The protective marking of every page; none on what is made for sharing, or of published data."""
    if parameters.audience == "shared" or parameters.attribution:
        return ""
    return "OFFICIAL-SENSITIVE"
