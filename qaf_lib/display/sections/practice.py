"""Coverage and deadlines: full counts, so without intervals."""

from __future__ import annotations

from qaf_lib.display.passages import Note
from qaf_lib.display.sections.section import Section, nothing
from qaf_lib.display.tables import count_table, share_table
from qaf_lib.display.words import count_words, long_date, percent
from qaf_lib.period import OpenPeriod

__all__ = ["coverage", "deadlines"]


def coverage(period: OpenPeriod) -> Section:
    """Who should be reached this year, who has been, and the pace needed."""
    if not period.practice.coverage:
        return nothing("The framework names no coverage to count, or the council sent no staff table.")
    parts: list[object] = []
    paces = {pace.label: pace for pace in period.summary.paces}
    for rule in period.practice.coverage:
        parts.append(
            share_table(
                rule.by_service,
                caption=f"{rule.label}, at {long_date(period.span.end)}",
                row_heading="Service",
                labels={"all": "all services"},
                note=f"A full count: no interval. The year ends on {long_date(rule.ends)}.",
            )
        )
        pace = paces.get(rule.label)
        if pace and pace.months_left:
            parts.append(
                Note(
                    f"To reach all {count_words(pace.expected)} by {long_date(rule.ends)}, "
                    f"{count_words(pace.needed_a_month)} a month are needed for "
                    f"{count_words(pace.months_left)} "
                    f"months; {count_words(pace.reached)} ({percent(pace.reached / pace.expected)}) are "
                    "reached so far."
                )
            )
    return Section(parts)


def deadlines(period: OpenPeriod) -> Section:
    """Deadlines in working days that follow an audit."""
    found = period.practice
    if not found.deadline_labels:
        return nothing("The framework names no deadline in working days after an audit.")
    return Section(
        [
            count_table(
                found.deadlines,
                caption="Deadlines after audits of the period, in England's working days",
                row_heading="Deadline",
                labels=found.deadline_labels,
                note="Counted for every audit that falls under the deadline.",
            ),
            Note("This table alerts nobody. Tell the manager of a case that worries you now.", "warning"),
        ]
    )
