"""What each kind of rule does in the kit, in plain words, and which page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qaf_lib.frameworks.duties import Assumption, Duty, Indicator, Mechanism, Source
from qaf_lib.frameworks.report_formats import About, ActionPlan, Alias, Block, Heading, Programme, Report
from qaf_lib.frameworks.rules import (
    CensusList,
    Coverage,
    Deadline,
    Eligibility,
    Escalation,
    FollowUp,
    Independence,
    Instrument,
    Item,
    LongestGap,
    Moderation,
    Stage,
    Target,
    Tier,
    Trained,
    WorkerFollowUp,
)
from qaf_lib.frameworks.scale import GradeTarget, Scale
from qaf_lib.frameworks.tools import AuditType, Question, Standard, Tag, TagGroup, Tool
from qaf_lib.strict_yaml import StrictModel

Kind = Literal["counted", "followed", "asked", "logged", "printed"]

KINDS: dict[Kind, str] = {
    "counted": "a figure on a page comes from the rule",
    "followed": "the kit works so: scale, size of the sample, who may be drawn, who may audit",
    "asked": "a question of an audit tool or a column of the records; answers are brought in and reported",
    "logged": "an entry of the duty log shows it; without one the page says that nothing is on record",
    "printed": "it stands on a page or a form as the framework's heading, list, check or reading; no count",
}
"""Ways to honour a rule, the strongest first, and what each means."""


@dataclass(frozen=True)
class Honoured:
    """How a rule is honoured, what the kit does with it, and the page that shows it."""

    kind: Kind
    does: str
    page: str


_PROGRAMME, _SAMPLE, _GRADES, _MODERATION = "01_programme", "02_sample", "03_grades", "04_moderation"
_REAUDIT = "05_reaudit"
_PRACTICE, _VOICE, _ACTIONS, _REPORT = "06_practice", "07_voice", "08_actions", "09_slt_report"
_EVIDENCE, _FRAMEWORK, _OWN_REPORTS = "10_evidence", "11_framework", "12_framework_reports"

_OF_A_TYPE: dict[type[StrictModel], Honoured] = {
    About: Honoured("printed", "date, scope and owner of the document", _FRAMEWORK),
    Alias: Honoured("printed", "the name in the document beside today's", _FRAMEWORK),
    Scale: Honoured("followed", "audits are graded on this scale and reported by its bands", _GRADES),
    GradeTarget: Honoured("counted", "beside the share that leads: met, missed or too few to say", _REPORT),
    Standard: Honoured("printed", "a row of the table of standards by audit tool", _FRAMEWORK),
    Tag: Honoured("printed", "a line of the framework's own lists", _FRAMEWORK),
    TagGroup: Honoured("printed", "one of the framework's own lists", _FRAMEWORK),
    Tool: Honoured("asked", "the tool's checks, each with its standard and its answers", _FRAMEWORK),
    Eligibility: Honoured("followed", "only such cases are drawn; the others are counted by reason", _SAMPLE),
    Independence: Honoured("followed", "audits are allocated so; what cannot be met is named", _PROGRAMME),
    Stage: Honoured("counted", "moderations of this stage, and those left out or out of order", _MODERATION),
    Moderation: Honoured("counted", "audits moderated, by whom, and how grades moved", _MODERATION),
    Escalation: Honoured("counted", "concerns found and told, step by step, with the time between", _ACTIONS),
    Tier: Honoured("counted", "concerns told to this step in time, late or not at all", _ACTIONS),
    Coverage: Honoured("counted", "who is reached this year, who is not, and the pace needed", _PRACTICE),
    LongestGap: Honoured("counted", "people left longer than the days allowed", _PRACTICE),
    CensusList: Honoured("counted", "cases on the list and how many of them were looked at", _PRACTICE),
    Deadline: Honoured("counted", "on time, late, not done, by working days", _PRACTICE),
    FollowUp: Honoured("counted", "share of audits with this recorded", _PRACTICE),
    WorkerFollowUp: Honoured("followed", "a list in the vault of what low grades ask for", _PRACTICE),
    Instrument: Honoured("counted", "feedback received through this instrument", _VOICE),
    Item: Honoured("counted", "how the question of the survey form was answered", _VOICE),
    Target: Honoured("counted", "surveys completed against the target", _VOICE),
    Indicator: Honoured("counted", "the indicator's figure beside its target", _EVIDENCE),
    Programme: Honoured("asked", "work brought in; the next quarter's as a document too", _PROGRAMME),
    Block: Honoured("asked", "work of this block, brought in, in the framework's columns", _PROGRAMME),
    Report: Honoured("printed", "the report with its headings, and to whom it goes", _FRAMEWORK),
    Heading: Honoured("printed", "a heading of a report that the framework asks for", _FRAMEWORK),
    Mechanism: Honoured("counted", "when it was last used and is next due, and unused ones", _OWN_REPORTS),
    ActionPlan: Honoured("counted", "actions by state, owner and age, and those without progress", _ACTIONS),
}  # fmt: skip

_ASKED_COLUMN = Honoured(
    "asked", "a column of the actions, brought in; typed text stays in the vault's action plan", _ACTIONS
)
_OWN_ORDER = Honoured(
    "counted", "a heading of the framework's own report, answered with figures of the period", _OWN_REPORTS
)
_OWN_LIST = Honoured(
    "counted", "one of the framework's own lists, with what the records say of each line", _FRAMEWORK
)
_TABLE = Honoured(
    "logged", "a table in the framework's columns, with what the duty log has of each row", _OWN_REPORTS
)
_OUTLINE = Honoured("printed", "a heading of the outline paper, a form to fill in", _PROGRAMME)
_FORM = Honoured("printed", "a form with these headings, to be written by hand", _OWN_REPORTS)
_DUE_REPORT = Honoured("logged", "on the calendar: when due, and when the duty log has it held", _PROGRAMME)
_LEADS = Honoured("followed", "the three cards that lead the report, in this order", _REPORT)
_CHECK = Honoured("asked", "a check of the audit tool; its answers are counted", _GRADES)
_GRADED = Honoured("counted", "share in the headline band by question, with its interval", _GRADES)
_NOT_IN_FILES = "a check that a {} answers and no audit; its answers are counted where a form asks it"
_ELSEWHERE = Honoured("printed", "named as a source that the kit's records do not hold", _EVIDENCE)
_FEEDS = Honoured("counted", "how much of this source fed the period, and its newest day", _EVIDENCE)
_READING = Honoured("printed", "the reading used, and why it had to be assumed", _FRAMEWORK)
_HOW_OFTEN = Honoured(
    "printed", "the reading of the word; duties that use it are expected so often", _PRACTICE
)
_HEARD = Honoured("counted", "what came in, and complaints by stage; free text stays in the vault", _VOICE)

_FOLLOWED_READINGS = {
    **dict.fromkeys(("sample_size", "credible_sample", "repeats"), _SAMPLE),
    **dict.fromkeys(("headline_band", "grading_scale"), _GRADES),
    **dict.fromkeys(("supervision_rates", "audit_quotas", "identical_duties", "inherited_duties"), _PRACTICE),
    **dict.fromkeys(("taking_part", "supervision_evidence"), _EVIDENCE),
}
"""Readings by which the kit works, with the page that shows the outcome."""

_ANSWERED = {
    **dict.fromkeys(("Scope", "Methodology", "How good the data are"), _SAMPLE),
    "Audit activity": _PROGRAMME,
    **dict.fromkeys(("Findings", "Grades and trends"), _GRADES),
    "Audits done, of those expected": _PRACTICE,
    "What went to supervision and to team meetings": _PRACTICE,
    **dict.fromkeys(("Voice", "Surveys", "Complaints and compliments"), _VOICE),
    "Conclusions and recommendations": _REPORT,
    **dict.fromkeys(("Cohort", "What the figures mean, beside the indicators"), _EVIDENCE),
    "What each source says of a theme and whether they agree": _EVIDENCE,
    "Themes, strengths and trends by locality": _EVIDENCE,
}  # fmt: skip
"""Headings and reports whose content is a page of figures, by their label."""


def honouring(*, place: str, rule: StrictModel) -> Honoured:
    """How a rule is honoured, from what kind of rule it is and what it asks for.

    Parameters
    ----------
    place : str
        Where the rule stands in its file, as `rules_of` gives it.
    rule : StrictModel
        The rule.

    Raises
    ------
    TypeError
        If the rule is of a kind that nobody has said how the kit honours.

    Examples
    --------
    >>> target = Target(label="A tenth of closures", share_of_closed=0.1, requirements=[])
    >>> honouring(place="survey_target", rule=target).kind
    'counted'
    """
    match rule:
        case Duty():
            return _of_duty(rule)
        case Question():
            return _of_question(rule)
        case AuditType():
            return _of_audit_type(rule)
        case Source():
            return _of_source(rule)
        case Trained():
            return _of_training(rule)
        case Assumption():
            return _of_reading(rule)
        case Report() | Heading() if place.startswith("reports[summary_columns]"):
            return _LEADS
        case Report() | Heading() if rule.label in _ANSWERED and place.startswith("reports"):
            return Honoured(
                "counted", "asked for in a report; the page has the figures", _ANSWERED[rule.label]
            )
        case Report() if rule.rows_of is not None:
            return _TABLE
        case Heading() if rule.answered_by or rule.column is not None:
            return _OWN_ORDER
        case Report() if any(heading.answered_by for heading in rule.headings):
            return _OWN_ORDER
        case Report() if rule.every is not None:
            return _DUE_REPORT
        case Tag() if rule.answered_by:
            return _OWN_LIST
        case TagGroup() if any(tag.answered_by for tag in rule.tags):
            return _OWN_LIST
        case Heading() if place.startswith("action_plan"):
            return _ASKED_COLUMN
        case Heading() if place.startswith("programme"):
            return _OUTLINE
        case Report() if rule.is_form:
            return _FORM
    if type(rule) not in _OF_A_TYPE:
        raise TypeError(f"{place}: say in honouring.py how the kit honours a {type(rule).__name__}")
    return _OF_A_TYPE[type(rule)]


def _of_duty(duty: Duty) -> Honoured:
    others = [name for name in duty.shown_by if not name.startswith("report_")]
    if duty.evidence is None and others:
        return Honoured("counted", f"shown by what is counted elsewhere: {', '.join(others)}", _PRACTICE)
    number = duty.times is not None or duty.assumed is not None
    if duty.evidence in ("audit", "moderation"):
        expected = "against the number expected of those in post" if number else "without a number expected"
        return Honoured("counted", f"{duty.evidence}s made by who holds the duty, {expected}", _PRACTICE)
    if duty.same_as is not None:
        return Honoured(
            "logged", f"the same duty as {duty.same_as}: counted once, shown under both", _PRACTICE
        )
    expected = "set against how often it is expected" if number else "without a number expected"
    return Honoured("logged", f"entries of the duty log, {expected}", _PRACTICE)


def _of_question(question: Question) -> Honoured:
    if question.evidence != "case_file":
        answered = _NOT_IN_FILES.format(question.evidence.replace("_", "-"))
        return Honoured("printed", answered, _FRAMEWORK)
    return _CHECK if question.answers else _GRADED


def _of_audit_type(kind: AuditType) -> Honoured:
    if kind.counts_towards_estimates:
        back = "; how far back each looked is counted" if kind.look_back_months else ""
        return Honoured("counted", f"drawn at random; grades estimated with intervals{back}", _GRADES)
    if kind.selection == "panel":
        return Honoured("counted", "cases looked at again, beside their first audit", _REAUDIT)
    return Honoured("counted", "what audits of this type found, and how the cases came up", _GRADES)


def _of_source(source: Source) -> Honoured:
    if source.table is None:
        return _ELSEWHERE
    return _HEARD if source.table == "feedback" else _FEEDS


def _of_training(rule: Trained) -> Honoured:
    page = _PRACTICE if rule.who in ("staff", "everybody") else _PROGRAMME
    return Honoured("counted", f"{rule.who} in post, how many are trained, and how many are asked for", page)


def _of_reading(reading: Assumption) -> Honoured:
    if reading.every is not None:
        return _HOW_OFTEN
    page = _FOLLOWED_READINGS.get(reading.name)
    return Honoured("followed", "the kit works by this reading, and says so", page) if page else _READING
