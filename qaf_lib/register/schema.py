"""The tables of the kit, written once: schemas, register and data dictionary are made from them.

Each column is `name:type`, then `?` where it may be missing and `!` (direct identifier), `~` (pseudonym)
or `#` (free text). Types: s text, d date, t UTC time, i integer, f fraction, n number, b yes/no.
A list in brackets holds the only values allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    type: str
    optional: bool
    mark: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table: its key, its columns and what a row stands for."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def names(self, *, without_marks: str = "") -> list[str]:
        """Column names, leaving out those with one of the marks."""
        return [column.name for column in self.columns if not column.mark or column.mark not in without_marks]


_COLUMN = re.compile(
    r"(?P<name>\w+):(?P<type>[sdtifnb])(?P<optional>\??)(?P<mark>[!~#]?)(?:\((?P<choices>[^)]*)\))?"
)


def _table(name: str, meaning: str, key: str, columns: str) -> Table:
    parsed = parsed_columns(f"{key} {columns}")
    return Table(name, meaning, tuple(column.name for column in parsed[: len(key.split())]), parsed)


def parsed_columns(text: str) -> tuple[Column, ...]:
    """The columns that a text in this module's notation names.

    Examples
    --------
    >>> [column.name for column in parsed_columns("team_id:s name:s!")]
    ['team_id', 'name']
    """
    return tuple(_column(part) for part in text.split())


def _column(text: str) -> Column:
    found = _COLUMN.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a column")
    choices = tuple(found["choices"].split("|")) if found["choices"] else ()
    return Column(found["name"], found["type"], bool(found["optional"]), found["mark"], choices)


_SELECTION = "(random|panel|census|themed|ad_hoc|spot_check|top_up)"
_UNIT = "(child|adult|family|carer|authority)"

_ALL = (
    _table(
        "identity",
        "a raw reference and its pseudonym",
        "kind:s(case|family|carer|staff|record) reference:s!",
        "id:s~",
    ),
    _table(
        "snapshot",
        "one source as it was read",
        "snapshot_id:s",
        "source:s as_at:d sha256:s rows:i set_aside:i",
    ),
    _table(
        "case",
        "one open case as at a day",
        "snapshot_id:s case_id:s~",
        f"unit:s{_UNIT} family_id:s?~ service:s team_id:s? worker_id:s?~ status:s opened_on:d? "
        "status_from:d? closed_on:d? age_band:s? gender:s? ethnicity_group:s? disability:b? "
        "restricted_record:b neglect:b?",
    ),
    _table(
        "plan",
        "one plan of a case",
        "snapshot_id:s case_id:s~ kind:s(cin|cp|cla|early_help) started_on:d",
        "ended_on:d? previous:i? out_of_area:b? planned:b?",
    ),
    _table(
        "closure",
        "one case closed, transferred or stepped up or down",
        "case_id:s~ closed_on:d",
        f"unit:s{_UNIT} team_id:s kind:s(closed|transferred|step_up|step_down)",
    ),
    _table(
        "staff",
        "one person in post",
        "snapshot_id:s staff_id:s~",
        "name:s! role:s team_id:s service:s manager_id:s?~ fte:f started_on:d left_on:d? "
        "newly_qualified_until:d? "
        "can_audit:b can_moderate:b audit_hours_per_month:n?",
    ),
    _table("team", "one team", "snapshot_id:s team_id:s", "name:s service:s locality:s? division:s?"),
    _table(
        "draw",
        "one selection of cases for audit",
        "draw_id:s",
        f"period:s covers_from:d covers_to:d purpose:s audit_type:s selection:s{_SELECTION} design:s "
        "snapshot_id:s frame_sha256:s framework_sha256:s "
        "kit_version:s replaces_draw_id:s? reason:s?",
    ),
    _table(
        "draw_stratum",
        "one stratum of a draw",
        "draw_id:s stratum:s",
        "population:i sample:i start:f next_start:f",
    ),
    _table(
        "draw_case",
        "one case of a draw's frame",
        "draw_id:s case_id:s~",
        "stratum:s state:s(selected|reserve|not_selected|excluded) prn:f position:i? "
        "inclusion_probability:f? "
        "weight:n? exclusion_reason:s? replaces_case_id:s?~ replacement_reason:s?",
    ),
    _table(
        "allocation",
        "one drawn case given to an auditor",
        "allocation_id:s",
        "draw_id:s case_id:s~ auditor_id:s~ tool_id:s tool_version:s due_on:d ended_on:d? end_reason:s?",
    ),
    _table(
        "audit",
        "one audit of a case",
        "audit_id:s",
        "origin:s(pack|import) source_sha256:s source_row:i? draw_id:s? allocation_id:s? case_id:s~ "
        f"unit:s{_UNIT} audit_type:s selection:s{_SELECTION} tool_id:s tool_version:s "
        "auditor_id:s?~ worker_id:s?~ "
        "team_id:s? practice_from:d? practice_to:d? audited_on:d returned_on:d? "
        "overall_grade:s? feedback_on:d? "
        "supervision_on:d? recorded_on_file_on:d? submitted_on:d? support_plan_sent_on:d? "
        "worker_took_part:b? "
        "family_feedback:b? reaudit_of:s? theme:s? given_on:d? extended_to:d? look_back_reason:s?# "
        "action_needed:b? exercise_id:s?",
    ),
    _table(
        "answer",
        "one graded question of an audit",
        "audit_id:s question_id:s",
        "standard_id:s? theme:s? answer:s evidence:s?#",
    ),
    _table(
        "moderation",
        "one audit grade looked at again",
        "moderation_id:s",
        "audit_id:s moderator_id:s~ moderated_on:d why:s(random|trigger|dispute) probability:f? blind:b "
        "audit_grade:s moderated_grade:s note:s?# stage:s?",
    ),
    _table(
        "escalation",
        "one serious concern found in an audit",
        "escalation_id:s",
        "audit_id:s tier:i found_at:t told_at:t? told_post:s resolved_on:d?",
    ),
    _table(
        "action",
        "one thing that needs to happen",
        "action_id:s",
        "source:s(audit|moderation|complaint|indicator|board|inspection|scrutiny_panel|multi_agency|observation|"
        "survey|incident_review) source_id:s? case_id:s?~ team_id:s? theme:s? "
        "standard_id:s? title:s# action:s?# owner_post:s owner_id:s?~ due_on:d? board_agreed_on:d? "
        "reviewed:b? kind:s?(corrective|preventive) "
        "route:s?(training|commission|coaching|e_learning|briefing|policy) second_owner_post:s? "
        "staff_helped:b? project_id:s?",
    ),
    _table(
        "action_event",
        "one step of an action",
        "action_id:s event_no:i",
        "on:d status:s(open|in_progress|blocked|completed|approved|cancelled) "
        "taken_to_date:s?# approved_by_post:s?",
    ),
    _table("reaudit_link", "an action and the audit that looked at it again", "action_id:s audit_id:s", ""),
    _table(
        "duty_event",
        "one observation, supervision, training, meeting or report",
        "event_id:s",
        "kind:s(observation|supervision|pdr|training|visit|meeting|report|scrutiny) duty_id:s? "
        "due_on:d? held_on:d? "
        "subject_id:s?~ by_id:s?~ by_post:s? team_id:s? discussed_on:d? recorded:b? theme:s? "
        "learning_need:b? consent:b? reflection:b? report_type:s? signed_off:b?",
    ),
    _table(
        "feedback",
        "one survey answer, complaint, compliment or comment",
        "feedback_id:s",
        "kind:s(survey|complaint|compliment|comment) instrument:s? respondent:s? case_id:s?~ "
        "team_id:s? theme:s? "
        "received_on:d analysed_on:d? acted_on:d? reported_on:d? closed_on:d? score:s? text:s?# "
        "reviewed:b? item:s? told_on:d? shared_on:d?",
    ),
    _table(
        "project",
        "one piece of audit, research or evaluation work",
        "project_id:s",
        "block:s(audit|research|evaluation) title:s# on:d? frequency:s? officer_post:s notes:s?# reviewed:b? "
        "theme:s? requested_by_post:s? agreed_on:d? reported_on:d? children_took_part:b? "
        "families_took_part:b? partners_took_part:b? staff_took_part:b? answered_on:d? cost:n? saving:n? "
        "decision:s?(no_more|improvement_plan|look_again|end_contract)",
    ),
    _table(
        "good_practice",
        "one piece of good practice, and with whom it was shared",
        "practice_id:s",
        "source:s(audit|observation|compliment|survey|champion|young_inspectors|inspection|project) "
        "source_id:s? on:d title:s# theme:s? team_id:s? by_post:s? shared_on:d? shared_with:s? reviewed:b?",
    ),
    _table(
        "exemption",
        "one person excused from duties for a time, and the post that approved it",
        "exemption_id:s",
        "staff_id:s~ duty_id:s? starts_on:d ends_on:d? approved_by_post:s reason:s?#",
    ),
    _table(
        "indicator",
        "one performance indicator of a period",
        "indicator_id:s period:s team_id:s?",
        "numerator:i denominator:i target:f? "
        "missed_reason:s?(demand|staffing|recording|process|provision|family|court|other)",
    ),
    _table(
        "computed_indicator",
        "one performance indicator that the kit counts in the caseload extract",
        "indicator_id:s period:s team_id:s?",
        "numerator:i denominator:i",
    ),
    _table(
        "reading",
        "all files named for a table, read together for the days they speak of",
        "reading_id:s",
        "table_name:s period:s days:s sha256s:s rows:i rows_sha256:s",
    ),
    _table(
        "withdrawal",
        "a row that its sources no longer hold, and so no longer counts",
        "row_seq:i",
        "table_name:s reading_id:s reason:s",
    ),
    _table(
        "vault",
        "the key that the register's pseudonyms and draws are made with",
        "key_fingerprint:s",
        "made_on:d",
    ),
    _table(
        "retirement",
        "identities taken out of the register once they need not be kept",
        "retired_at:t",
        "before:d identities:i rows:i",
    ),
    _table(
        "edition",
        "one published edition",
        "edition_id:s",
        "period:s register_seq:i audience:s manifest_sha256:s status:s signed_by_post:s? signed_on:d?",
    ),
)

TABLES = MappingProxyType({table.name: table for table in _ALL})
"""Every table of the register by name."""


WHOLE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
"""64 bits in either database."""

_TYPES: dict[str, Any] = {
    "s": sa.Text,
    "d": sa.Date,
    "t": sa.DateTime,
    "i": WHOLE,
    "f": sa.Float,
    "n": sa.Float,
    "b": sa.Boolean,
}


def sql_columns(columns: Iterable[Column]) -> list[sa.Column[Any]]:
    """The columns as the database holds them; the optional ones may hold nothing."""
    return [sa.Column(column.name, _TYPES[column.type], nullable=column.optional) for column in columns]


def kept_columns() -> list[sa.Column[Any]]:
    """What every table of the register has before its own columns."""
    return [
        sa.Column("seq", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.Column("supersedes", WHOLE),
    ]
