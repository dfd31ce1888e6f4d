"""References of people, cases and records replaced by keyed pseudonyms, table by table."""

from __future__ import annotations

import pandas as pd

from qaf_lib.register import TABLES, pseudonym

__all__ = ["Pseudonyms"]

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
}
_MADE = {"moderation_id", "escalation_id", "event_id", "feedback_id", "project_id"}
_UNITS = {"child": "case", "family": "family", "carer": "carer", "authority": "case"}


class Pseudonyms:
    """Replaces references and remembers each one's pseudonym for the register's `identity` table."""

    def __init__(self, *, key: bytes, unit: str) -> None:
        self._key = key
        self._case_kind = _UNITS[unit]
        self._known: dict[tuple[str, str], str] = {}

    def replace(self, *, table: str, frame: pd.DataFrame, public: bool) -> pd.DataFrame:
        """The table with its references replaced; published data keep theirs.

        A record without a reference of its own gets one from its content.
        """
        replaced = frame.copy()
        for name in _MADE & set(TABLES[table].key) - set(frame.columns):
            replaced[name] = _content_ids(frame)
        if public:
            return replaced
        for name in replaced.columns:
            kind = self._kind(name)
            if kind:
                values = replaced[name]
                names = {value: self._pseudonym(kind, value) for value in values.dropna().unique()}
                replaced[name] = values.map(names).astype("string")
        if table == "staff":
            for name in frame["name"].dropna().unique():
                self._pseudonym("staff", name)
        return replaced

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


def _content_ids(frame: pd.DataFrame) -> pd.Series:
    """An id made of a row's content and, for equal rows, their order."""
    content = frame.drop(columns="source_row", errors="ignore").astype("string").fillna("")
    joined = content.agg("\x1f".join, axis=1)
    order = joined.groupby(joined).cumcount().astype("string")
    return (joined + "\x1f" + order).astype("string")
