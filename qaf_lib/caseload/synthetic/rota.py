"""Whose turn it is to audit: who must audit each month and has not yet, and who may not audit which case."""

from __future__ import annotations

from datetime import date

from qaf_lib.caseload.synthetic.council import Part
from qaf_lib.frameworks import Framework

__all__ = ["Rota"]


class Rota:
    """The framework's monthly case file audits by post, ticked off as audits are given out."""

    def __init__(self, part: Part, framework: Framework) -> None:
        self._services = dict(zip(part.teams["team_id"], part.teams["service"], strict=True))
        self._people = {str(person.staff_id): person for person in part.staff.itertuples(index=False)}
        self._apart = {
            role
            for rule in framework.independence
            if rule.not_own_service and "case_file" in rule.audit_types
            for role in rule.roles or set(part.staff["role"])
        }
        held = {
            role
            for duty in framework.duties
            if duty.evidence == "audit"
            and "case_file" in duty.audit_types
            and (framework.how_often(duty) or (0, ""))[1] == "month"
            for role in duty.roles
        }
        self._holders = sorted(part.staff.loc[part.staff["role"].isin(held), "staff_id"].astype(str))
        self._done: set[tuple[str, int]] = set()

    def allowed(self, auditor: str, team_id: str) -> bool:
        """Whether independence lets the auditor look at a case of the team."""
        person = self._people[auditor]
        if person.role in self._apart and person.service == self._services[team_id]:
            return False
        return bool(person.team_id != team_id)

    def due(self, on: date, team_id: str) -> str | None:
        """The first of those who owe an audit this month and may look at the team's cases; None if nobody."""
        for auditor in self.owing(on.month, on):
            if self.allowed(auditor, team_id):
                self._done.add((auditor, on.month))
                return auditor
        return None

    def owing(self, month: int, on: date) -> list[str]:
        """Those in post on a day who still owe an audit in its month."""
        return [
            auditor
            for auditor in self._holders
            if (auditor, month) not in self._done and self._in_post(auditor, on)
        ]

    def _in_post(self, auditor: str, on: date) -> bool:
        person = self._people[auditor]
        left = person.left_on
        return bool(person.started_on <= on and (left is None or left != left or left >= on))
