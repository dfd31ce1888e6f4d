"""Who may audit which case, and how many: the rules of one allocation as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

__all__ = ["AllocationRules", "RoleQuota"]


@dataclass(frozen=True)
class RoleQuota:
    """The most that a full-time post of one role audits in the period, and what it may not audit.

    Parameters
    ----------
    role : str
        The role, as in the staff table.
    maximum : float, optional
        Most audits of a full-time post in the whole period (count); none means no limit.
    not_own_team : bool
        Whether this role may not audit its own team's cases.
    not_own_service : bool
        Whether this role may not audit cases of its own service.
    within_division : bool
        Whether this role may audit cases of its own division only.

    Raises
    ------
    ValueError
        If the maximum is below 0.
    """

    role: str
    maximum: float | None = None
    not_own_team: bool = False
    not_own_service: bool = False
    within_division: bool = False

    def __post_init__(self) -> None:
        if self.maximum is not None and not self.maximum >= 0:
            raise ValueError(f"the maximum of {self.role} must be at least 0; got {self.maximum}")


@dataclass(frozen=True)
class AllocationRules:
    """The rules of one allocation: the period, the roles that audit, their quotas and independence.

    Parameters
    ----------
    start : date
        First day of the period the quotas are for.
    months : int
        Length of the period (months, at least 1).
    roles : tuple of RoleQuota
        The roles that may audit with this tool; empty means every role, without a quota.
    mode : {"peer", "tiered", "self"}, optional
        peer: an auditor of the same level as the audited person, from another team; tiered: of a
        higher level; self: only the audited person. None asks for no level.
    levels : tuple of tuples of str
        Roles by level, from the lowest to the highest, for peer and tiered.
    audited_person : {"worker", "manager"}
        Whose work the audit looks at, for the mode: the case's worker, or that worker's manager.
    not_own_case, not_own_team, not_own_service, not_line_manager_of_worker : bool
        What nobody may audit: the cases they hold themselves, their own team's, their own service's,
        those of workers they manage. Mode self takes the place of `not_own_case`. Where a case's worker
        or manager is not known, nobody is let in who could be that person.
    within_division : bool
        Whether auditors stay within their own division; a case or an auditor whose division is not known is
        kept from nobody.
    hours_per_audit : float, optional
        Hours that one audit takes; with the staff's `audit_hours_per_month` it limits their audits.
    maximum_per_auditor : int, optional
        Most audits of one person in the period, whatever the post (count).

    Raises
    ------
    ValueError
        If a number is out of its bounds, a role stands twice, peer or tiered has no levels, or self
        stands beside a rule that forbids it.

    Examples
    --------
    >>> leaders = RoleQuota(role="Service Leader", maximum=3, not_own_service=True)
    >>> AllocationRules(start=date(2026, 7, 1), months=3, roles=(leaders,)).role_names
    ('Service Leader',)
    """

    start: date
    months: int
    roles: tuple[RoleQuota, ...] = ()
    mode: Literal["peer", "tiered", "self"] | None = None
    levels: tuple[tuple[str, ...], ...] = ()
    audited_person: Literal["worker", "manager"] = "worker"
    not_own_case: bool = True
    not_own_team: bool = False
    not_own_service: bool = False
    not_line_manager_of_worker: bool = False
    within_division: bool = False
    hours_per_audit: float | None = None
    maximum_per_auditor: int | None = None

    @property
    def role_names(self) -> tuple[str, ...]:
        """The roles that may audit; empty means every role."""
        return tuple(quota.role for quota in self.roles)

    @property
    def level_of(self) -> dict[str, int]:
        """Level of each role, 0 for the lowest."""
        return {role: level for level, roles in enumerate(self.levels) for role in roles}

    def __post_init__(self) -> None:
        if self.months < 1:
            raise ValueError(f"months must be at least 1; got {self.months}")
        if self.hours_per_audit is not None and not self.hours_per_audit > 0:
            raise ValueError(f"hours_per_audit must be above 0; got {self.hours_per_audit}")
        if self.maximum_per_auditor is not None and self.maximum_per_auditor < 0:
            raise ValueError(f"maximum_per_auditor must be at least 0; got {self.maximum_per_auditor}")
        if len(set(self.role_names)) != len(self.roles):
            raise ValueError("a role stands twice in roles")
        listed = [role for roles in self.levels for role in roles]
        if len(set(listed)) != len(listed):
            raise ValueError("a role stands twice in levels")
        if self.mode in ("peer", "tiered") and not listed:
            raise ValueError(f"mode {self.mode} needs the levels of the roles")
        apart = self.not_own_team or self.not_own_service or self.not_line_manager_of_worker
        apart = apart or any(quota.not_own_team or quota.not_own_service for quota in self.roles)
        if self.mode == "self" and apart:
            raise ValueError("mode self cannot stand beside a rule that keeps auditors from their own cases")
