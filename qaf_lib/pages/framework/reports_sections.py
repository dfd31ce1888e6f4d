"""The reports that a framework asks for, in its own order, each heading answered from the records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from qaf_lib.dates import add_months
from qaf_lib.display.passages import Note
from qaf_lib.display.tables import Table
from qaf_lib.display.tables.table import records_of
from qaf_lib.display.words import MONTHS, are, count_of, count_words, long_date
from qaf_lib.frameworks.report_formats import Heading, Report
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.cover import Section, nothing
from qaf_lib.pages.framework.asked import Asked, duty_rows
from qaf_lib.pages.framework.every import AT_THE_END, NOT_HELD, NOTHING, answered
from qaf_lib.pages.leaders.sections import leading_cards
from qaf_lib.pages.programme.calendar import mechanisms_of

LATER = "Counted at the period's end"
_HOW_OFTEN = {
    "week": "every week",
    "month": "every month",
    "quarter": "every quarter",
    "half_year": "every half year",
    "year": "every year",
    "two_years": "every two years",
}


def answered_reports(period: OpenPeriod) -> Section:
    """Every report with headings that figures answer, heading by heading, each of its own time."""
    found = [report for report in _with_headings(period) if report.every != "month"]
    if not found:
        return nothing("The framework gives no report headings of its own that figures could answer.")
    tables = [
        _leading(period, report)
        if report.leads
        else _report(report, [("What the records say", _of_its_time(period, report))])
        for report in found
    ]
    return Section([_in_short(tables), *tables])


_THIS_QUARTER = ("week", "month", "quarter")
"""How often a report comes that falls due in each quarter; a page shows the others closed."""

_OWN_TIME = {"half_year": 6, "year": 12}
"""Months up to the period's end that a report of that time is of; others are of the period."""


def _of_its_time(period: OpenPeriod, report: Report) -> Asked:
    months = _OWN_TIME.get(report.every or "")
    start = add_months(period.span.end + timedelta(days=1), -months) if months else period.span.start
    return Asked(period, min(start, period.span.start), period.span.end)


def monthly(period: OpenPeriod) -> Section:
    """Monthly reports, a column for each month of the period."""
    found = [report for report in _with_headings(period) if report.every == "month"]
    if not found:
        return Section([])
    months = [
        (f"{MONTHS[first.month - 1]} {first.year}", Asked(period, first, last))
        for first, last in _months(period)
    ]
    tables = [_report(report, months) for report in found]
    return Section([_in_short(tables), *tables])


def _with_headings(period: OpenPeriod) -> list[Report]:
    return [
        report
        for report in period.framework.reports
        if report.headings and report.rows_of is None and not report.is_form
    ]


def _months(period: OpenPeriod) -> Iterator[tuple[date, date]]:
    first = period.span.start
    while first <= period.span.end:
        following = add_months(first.replace(day=1), 1)
        yield first, min(following - timedelta(days=1), period.span.end)
        first = following


def _report(report: Report, columns: list[tuple[str, Asked]]) -> Table:
    """One report: a row for each heading, a column for each of its spans of days."""
    rows = tuple(
        (heading.label, *(answered(asked, heading) or _silent(asked, heading) for _, asked in columns))
        for heading in report.headings
    )
    return _table(report, ("Heading", *(name for name, _ in columns)), rows)


def _leading(period: OpenPeriod, report: Report) -> Table:
    """The page that leads the report to leaders, with the same words as there."""
    said = zip(report.headings, leading_cards(period), strict=True)
    rows = tuple((heading.label, " ".join(card.points)) for heading, card in said)
    return _table(report, ("Heading", "What the report to leaders says"), rows)


def _silent(asked: Asked, heading: Heading) -> str:
    """Why a heading has no answer: it is counted once the period is over, or nothing is on record."""
    late = (
        asked.end < asked.period.span.end
        and heading.answered_by
        and AT_THE_END.issuperset(heading.answered_by)
    )
    return LATER if late else NOTHING


def _table(report: Report, headings: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Table:
    return Table(
        table_id=f"report_{report.name}",
        caption=_caption(report),
        headings=headings,
        rows=rows,
        note=_goes_to(report),
        folded=None if report.leads or report.every in _THIS_QUARTER else True,
    )


def _caption(report: Report) -> str:
    return f"{report.label}, {_HOW_OFTEN[report.every]}" if report.every else report.label


def _goes_to(report: Report) -> str:
    return f"Goes to: {'; '.join(report.to)}." if report.to else ""


def _in_short(tables: list[Table]) -> Note:
    """How many headings the records answer, and which have nothing on record."""
    rows = [(row[0], [cell for cell in row[1:] if cell != LATER]) for table in tables for row in table.rows]
    silent = [heading for heading, cells in rows if all(map(_is_silent, cells))]
    told = f"{count_of(len(rows) - len(silent), len(rows))} headings are answered from the records"
    if any(table.is_closed for table in tables):  # paper leaves closed tables out: it names them at least
        told += f", in {are(len(tables), 'report', 'reports')}: {'; '.join(map(_named, tables))}"
    told += "."
    part = sum(
        not all(map(_is_silent, cells)) and any(NOTHING.lower() in cell.lower() for cell in cells)
        for _, cells in rows
    )
    if part:
        told += f" In {count_words(part)} of these a part has nothing on record, and says so."
    if silent:
        it = "it" if len(silent) == 1 else "them"
        told += f" Nothing is on record for: {'; '.join(silent)}. Write {it} by hand, or leave {it} out."
    return Note(told)


def _named(table: Table) -> str:
    return table.caption.split(", every ")[0]


def _is_silent(cell: str) -> bool:
    return cell.startswith((NOTHING, NOT_HELD))


def duty_tables(period: OpenPeriod) -> Section:
    """Tables of meetings, services or duties in the framework's columns, with what the log has of each."""
    found = [report for report in period.framework.reports if report.rows_of is not None]
    tables = [_duties(period, report) for report in found]
    return Section([*_asked_for(found, tables), *tables, *_mechanisms(period)])


def _asked_for(reports: list[Report], tables: list[Table]) -> list[Note]:
    """How many meetings and duties the tables have, and of how many nothing is on record in the period."""
    last: dict[tuple[str, str], str] = {}
    for report, table in zip(reports, tables, strict=True):
        columns = [str(heading.column) for heading in report.headings]
        for row in table.rows:
            cells = dict(zip(columns, row, strict=True))
            last[cells.get("who", ""), cells.get("what", "")] = cells.get("held_on", "")
    if not last:
        return []
    told = f"The framework asks for {are(len(last), 'meeting or duty', 'meetings and duties')}."
    silent = sum(cell.startswith(_NO_RECORD) for cell in last.values())
    if silent:
        told += f" {are(silent, 'has', 'have')} nothing on record in the period."
    return [Note(told)]


_NO_RECORD = ("none in the period", NOTHING.lower())
"""How the cell of a duty begins of which no record of the period is held."""


def _mechanisms(period: OpenPeriod) -> list[object]:
    """Ways of assuring quality that the framework names: last used, next due, and those not used."""
    table = mechanisms_of(period.store, period.duties.duties)
    if table.empty:
        return []
    unused = [str(row["label"]) for row in table.to_dict("records") if not row["records"]]
    used = count_of(len(table) - len(unused), len(table))
    told = f"{used} ways of assuring quality have a record in the period."
    if unused:
        told += f" Not used in the period, as far as the records say: {'; '.join(unused)}."
    shown = Table(
        table_id="report_ways",
        caption="Ways of assuring quality: how often, last used, next due",
        headings=(
            "Way of assuring quality",
            "How often",
            "Records of the period",
            "Last used",
            "Next due, at the latest",
        ),
        rows=tuple(
            (
                str(row["label"]),
                "; ".join(row["often"]) or "as needed",
                count_words(row["records"]),
                "nothing on record" if pd.isna(row["last_used"]) else long_date(row["last_used"]),
                "no day" if pd.isna(row["next_due"]) else long_date(row["next_due"]),
            )
            for row in table.to_dict("records")
        ),
        note="Records are counted by their day, of indicators each figure; the page on practice counts "
        "weekly duties by whole weeks, so its numbers may differ. Last used: the newest day on record up to "
        "the period's end. Next due: the first day on which one of its duties falls due; a duty met already "
        "for this year counts from the next. No day: as needed, or each person's own.",
        numeric=frozenset({2}),
        records=tuple(
            {
                "Way of assuring quality": row["label"],
                "How often": "; ".join(row["often"]) or "as needed",
                "Records of the period": row["records"],
                "Last used": day["last_used"],
                "Next due, at the latest": day["next_due"],
            }
            for row, day in zip(table.to_dict("records"), records_of(table), strict=True)
        ),
    )
    return [Note(told), shown]


def _duties(period: OpenPeriod, report: Report) -> Table:
    frame = duty_rows(period.store, report, period.duties.counts)
    rows = tuple(tuple(str(cell) for cell in row) for row in frame.itertuples(index=False))
    return _table(report, tuple(heading.label for heading in report.headings), rows)


def forms(period: OpenPeriod) -> Section:
    """Reports that are written by hand: their headings, as a form."""
    found = [report for report in period.framework.reports if report.is_form]
    if not found:
        return Section([])
    told = (
        f"{are(len(found), 'form is', 'forms are')} filled in by hand; "
        f"{'its workbook is' if len(found) == 1 else 'their workbooks are'} in the vault's folder documents."
    )
    return Section([Note(told), *(_form(report) for report in found)])


def _form(report: Report) -> Table:
    return Table(
        table_id=f"form_{report.name}",
        caption=report.label,
        headings=("Heading", "Needed"),
        rows=tuple(
            (heading.label, "where it applies" if heading.optional else "always")
            for heading in report.headings
        ),
        note=_goes_to(report),
        folded=True,
    )
