"""Audits of each kind that no post owes: themed, ad hoc, multi-agency, of a whole process and so on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from qaf_lib.caseload.synthetic.audits import QUARTERS, Audit, Auditing
from qaf_lib.caseload.synthetic.council import Council, Part
from qaf_lib.dates import add_months
from qaf_lib.frameworks import AuditType, Framework

__all__ = ["make_chosen_audits", "vary_look_back"]

_EACH = 8
_COMPARED = 24
"""Audits of a type whose cases another looks at again: enough for a kappa."""

_LAST = len(QUARTERS) - 1
_STREAM = 3


def make_chosen_audits(
    *, council: Council, part: Part, framework: Framework, made: Collection[str], without: Collection[str]
) -> list[Audit]:
    """Eight audits in the last quarter of each audit type that has none yet; of a process, every quarter.

    They are graded where the type's tool grades. No case is among those left out, and none stands twice but
    those that a type looks at again with its own tool.

    Parameters
    ----------
    council, part : Council, Part
        Whose cases and auditors.
    framework : Framework
        Whose audit types.
    made : collection of str
        Audit types that have audits.
    without : collection of str
        References of cases that are not chosen.
    """
    kinds = [
        kind
        for kind in framework.audit_types
        if kind.name not in made and not framework.looks_again(kind.name)
    ]
    work = [Auditing(council, part, framework, quarter, _STREAM) for quarter in range(len(QUARTERS))]
    taken, found = set(without), list[Audit]()
    for kind in kinds:
        for quarter in range(_LAST + 1) if kind.kind == "process" else (_LAST,):
            again = [audit.case_id for audit in found if audit.row["audit_type"] == kind.looks_again_at]
            for audit in _of_kind(work[quarter], kind, framework, taken, again):
                taken.add(audit.case_id)
                found.append(audit)
    for number, audit in enumerate(found, start=101):
        audit.row["audit_id"] = f"{part.posts.letters}H-{audit.audited_on.year}-{number:05d}"
    return found


def _of_kind(
    work: Auditing, kind: AuditType, framework: Framework, taken: Collection[str], again: Sequence[str]
) -> Iterator[Audit]:
    """Audits of one type; those of `again` once more where the type looks again at another's cases."""
    selection = kind.selection if kind.selection not in ("random", "panel", "census") else "ad_hoc"
    tool = next(tool for tool in framework.tools if tool.tool_id == kind.tool_id)
    each = _COMPARED if kind.name in _looked_at(framework) else _EACH
    cases = again or work.choose(each, without=taken)
    for case, on in zip(cases, work.days(len(cases)), strict=True):
        audit = work.audit(case, on, selection)
        audit.row.update(audit_type=kind.name, tool_id=tool.tool_id, tool_version=tool.version)
        if tool.tool_id != work.part.tool.tool_id:
            audit.row.update(support_plan_sent_on=None)
        if not framework.gives_grade(kind.name):
            audit.row.update(overall_grade=None)
        if _by_oneself(framework, kind.name):
            audit.row["auditor_id"] = audit.row["worker_id"]
        yield audit


def _looked_at(framework: Framework) -> set[str | None]:
    """Audit types whose cases another type looks at again."""
    return {kind.looks_again_at for kind in framework.audit_types}


def _by_oneself(framework: Framework, name: str) -> bool:
    return any(rule.mode == "self" and name in rule.audit_types for rule in framework.independence)


def vary_look_back(*, audits: Sequence[Audit], framework: Framework, rng: np.random.Generator) -> None:
    """Let some audits look further back than their type asks, most with a reason, and a few less far."""
    asked = {kind.name: kind.look_back_months for kind in framework.audit_types if kind.look_back_months}
    for audit in audits:
        further, shorter, explained = rng.random(3)
        months = asked.get(str(audit.row["audit_type"]))
        if months and further < 0.1:
            reason = "Earlier moves had to be understood." if explained < 0.7 else None
            audit.row.update(practice_from=add_months(audit.audited_on, -2 * months), look_back_reason=reason)
        elif months and shorter < 0.04:
            audit.row.update(practice_from=add_months(audit.audited_on, -months // 2))
