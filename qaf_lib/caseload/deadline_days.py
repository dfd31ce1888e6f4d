"""Deadlines of a framework held against the tables: no figure may rest on a day that cannot come."""

from __future__ import annotations

from collections.abc import Iterator

from qaf_lib.errors import InputError
from qaf_lib.frameworks import Deadline, Framework
from qaf_lib.register import TABLES

__all__ = ["refuse_unknown_days"]


def refuse_unknown_days(framework: Framework) -> None:
    """Refuse a framework whose deadlines count between days, or for kinds, that no table has.

    Raises
    ------
    InputError
        Naming the deadline, what it asks for and what there is.
    """
    for deadline in framework.deadlines:
        for key, name, known in _asked(deadline, framework):
            if name not in known:
                raise InputError(
                    f"framework {framework.framework}: deadline {deadline.name}: {key} {name!r} is not in "
                    f"table {deadline.of}. Name one of: {', '.join(known)}."
                )


def _asked(deadline: Deadline, framework: Framework) -> Iterator[tuple[str, str, list[str]]]:
    """What a deadline asks of its table: the key, what it names, and what it may name."""
    columns = {column.name: column for column in TABLES[deadline.of].columns}
    days = [name for name, column in columns.items() if column.type in "dt"]
    yield "from_event", deadline.from_event, days
    yield "to_event", deadline.to_event, days
    kinds = [kind.name for kind in framework.audit_types]
    for name in deadline.kinds:
        yield "kinds", name, kinds if deadline.of == "audit" else list(columns["kind"].choices)
    if deadline.grades and deadline.of != "audit":
        yield "grades", "overall_grade", list(columns)
