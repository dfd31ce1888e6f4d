"""References of people, cases and records replaced by keyed pseudonyms, table by table."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from qaf_lib.register import TABLES, pseudonym

_STAFF = {
    "staff_id",
    "worker_id",
    "manager_id",
    "auditor_id",
    "moderator_id",
    "owner_id",
    "by_id",
    "subject_id",
}
_RECORDS = {
    "audit_id",
    "reaudit_of",
    "moderation_id",
    "escalation_id",
    "action_id",
    "event_id",
    "feedback_id",
    "project_id",
    "source_id",
    "practice_id",
    "exemption_id",
    "exercise_id",
}
_NATURAL = {
    "moderation": ["audit_id", "moderator_id", "moderated_on", "why"],
    "escalation": ["audit_id", "tier", "found_at"],
    "duty_event": ["kind", "duty_id", "due_on", "subject_id", "by_id", "by_post", "team_id"],
    "feedback": ["kind", "instrument", "respondent", "case_id", "team_id", "theme", "received_on"],
    "project": ["block", "title", "on"],
    "good_practice": ["source", "title", "on"],
    "exemption": ["staff_id", "duty_id", "starts_on"],
}
"""What tells a record from another where the source brings no reference of its own."""
_UNITS = {"child": "case", "adult": "case", "family": "family", "carer": "carer", "authority": "case"}


class Pseudonyms:
    """Replaces references and remembers each one's pseudonym for the register's `identity` table."""

    def __init__(self, *, key: bytes, unit: str) -> None:
        self._key = key
        self._case_kind = _UNITS[unit]
        self._known: dict[tuple[str, str], str] = {}

    def replace(self, *, table: str, frame: pd.DataFrame, public: bool) -> pd.DataFrame:
        """The table with its references replaced; published data keep theirs.

        A record without a reference of its own gets one from what does not change of it.
        """
        replaced = frame.copy()
        if table in _NATURAL and TABLES[table].key[0] not in frame:
            replaced[TABLES[table].key[0]] = _natural_ids(table, frame)
        if public:
            return replaced
        for name in replaced.columns:
            kind = self._kind(name)
            if kind:
                values = replaced[name]
                names = {value: self._pseudonym(kind, value) for value in values.dropna().unique()}
                replaced[name] = values.map(names).astype("string")
        if table == "staff":
            self.remember_staff(frame["name"].dropna().unique())
        return replaced

    def remember_staff(self, names: Iterable[str]) -> None:
        """Know names of staff that stand in no column of references, so that no edition shows them."""
        for name in names:
            self._pseudonym("staff", name)

    @property
    def identities(self) -> pd.DataFrame:
        """Every reference replaced so far, with its kind and pseudonym."""
        rows = [(kind, reference, name) for (kind, reference), name in sorted(self._known.items())]
        return pd.DataFrame(rows, columns=["kind", "reference", "id"])

    def _kind(self, column: str) -> str | None:
        if column in _STAFF:
            return "staff"
        if column in _RECORDS:
            return "record"
        return {"case_id": self._case_kind, "family_id": "family"}.get(column)

    def _pseudonym(self, kind: str, reference: str) -> str:
        if (kind, reference) not in self._known:
            self._known[kind, reference] = pseudonym(key=self._key, kind=kind, reference=reference)
        return self._known[kind, reference]


def _natural_ids(table: str, frame: pd.DataFrame) -> pd.Series:
    """An id made of what does not change when a record is followed up and, for equal ones, their order.

    So a complaint without a reference of its own stays one record when it is closed later.
    """
    columns = [name for name in _NATURAL[table] if name in frame]
    parts = frame[columns].astype("string").fillna("")
    if table == "duty_event" and "held_on" in frame:
        parts["held_on"] = frame["held_on"].astype("string").where(frame["due_on"].isna(), "").fillna("")
    joined = parts.iloc[:, 0].str.cat([parts[name] for name in parts.columns[1:]], sep="\x1f")
    order = joined.groupby(joined).cumcount().astype("string")
    return (joined + "\x1f" + order).astype("string")
