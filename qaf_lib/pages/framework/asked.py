"""What an answer is asked about, and duties as its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from qaf_lib.display.words import count_of, count_words, long_date, often_words
from qaf_lib.frameworks import Coverage, Duty, Framework
from qaf_lib.frameworks.report_formats import Report, RowsOf
from qaf_lib.pages import OpenPeriod
from qaf_lib.pages.practice.coverage import events_of
from qaf_lib.pages.store import PeriodStore

_LISTED = 3


@dataclass(frozen=True)
class Asked:
    """Days of a report within a period, and the heading: its words and what its answers are `of`."""

    period: OpenPeriod
    start: date
    end: date
    names: tuple[str, ...] = field(default=())
    label: str = ""

    @property
    def whole(self) -> bool:
        """Whether the report covers the whole period, or more, so that its estimates may answer."""
        return self.start <= self.period.span.start and self.end == self.period.span.end

    @property
    def since(self) -> str:
        """Words for the first day of a report that looks back further than the period; else ""."""
        return f" since {long_date(self.start)}" if self.start < self.period.span.start else ""

    def word_of(self, place: str) -> str:
        """The framework's word for a team or a service; a locality is called so."""
        words = self.period.framework.words
        return {"team": words.team, "service": words.service}.get(place, place)

    @property
    def duties(self) -> list[Duty]:
        """The duties that the heading names, in the framework's order."""
        return [duty for duty in self.period.framework.duties if duty.duty_id in self.names]

    @property
    def audits(self) -> pd.DataFrame:
        """Audits made in the report's days."""
        return self.within(self.period.store.audits, "audited_on")

    @property
    def audits_named(self) -> pd.DataFrame:
        """The report's audits of the kinds and tools that the heading names; all where it names none."""
        return self.of_kinds(self.audits)

    def audits_for(self, duty: Duty) -> pd.DataFrame:
        """Audits of the report's days by holders of a duty, of the duty's kinds."""
        posts = self.audits["auditor_id"].map(self.period.store.role_of).astype("string")
        made = posts.isin(duty.roles).fillna(False).astype(bool)
        return self.audits[made & self.audits["audit_type"].isin(duty.audit_types)]

    @property
    def work(self) -> pd.DataFrame:
        """Pieces of work with a day, up to the report's last: work without one may still be to come."""
        work = self.period.store.table("project")
        return work[(work["on"] <= pd.Timestamp(self.end)).fillna(False).astype(bool)]

    def of_kinds(self, audits: pd.DataFrame) -> pd.DataFrame:
        """Audits of the kinds, and with the tools, that the heading names; all where it names none."""
        rules, names = self.period.framework, set(self.names)
        kinds = names & {kind.name for kind in rules.audit_types}
        tools = names & {tool.tool_id for tool in rules.tools}
        audits = audits[audits["audit_type"].isin(kinds)] if kinds else audits
        return audits[audits["tool_id"].isin(tools)] if tools else audits

    def within(self, table: pd.DataFrame, day: str) -> pd.DataFrame:
        """The rows of a table whose day lies in the report's days."""
        inside = table[day].between(pd.Timestamp(self.start), pd.Timestamp(self.end))
        return table[inside.fillna(False).astype(bool)]

    def table(self, name: str, day: str) -> pd.DataFrame:
        """The rows of a table of the period whose day lies in the report's days."""
        return self.within(self.period.store.table(name), day)


def named(words: pd.Series, *, most: int | None = _LISTED) -> str:
    """Words with their counts, the most frequent first, `most` of them and how many others; "" without any.

    Examples
    --------
    >>> named(pd.Series(["Plan", "Voice", "Plan"]))
    'Plan (2), Voice (1)'
    >>> named(pd.Series(["a", "a", "a", "a", "b", "b", "b", "c", "c", "d"]))
    'a (4), b (3), c (2), others (1)'
    """
    counts = words.dropna().astype(str).value_counts()
    ordered = sorted(
        ((str(word), int(count)) for word, count in counts.items()), key=lambda pair: (-pair[1], pair[0])
    )
    left = sum(count for _, count in ordered[most:]) if most else 0
    shown = [*ordered[:most], *([("others", left)] if left else [])]
    return ", ".join(f"{word} ({count_words(count)})" for word, count in shown)


_MEETINGS = ("meeting", "report", "scrutiny", "visit")
_SHOWN = {"pdr": "appraisal", "log": "entry of the duty log", None: "records beside the log"}
_SILENT = "nothing on record"
_ELSEWHERE = "no entry in the duty log; the page of practice has what else shows it"


def duty_rows(store: PeriodStore, report: Report, counts: pd.DataFrame) -> pd.DataFrame:
    """Duties as rows, in the columns that the report's headings name.

    Parameters
    ----------
    store : PeriodStore
        The period; an entry of the duty log counts up to its end.
    report : Report
        One with `rows_of`.
    counts : DataFrame
        A result: of so many expected of each duty (`n`) so many done (`x`), as the page on practice has it.

    Returns
    -------
    DataFrame
        Text; a column per heading in order. What the framework does not say is a dash.
    """
    assert report.rows_of is not None
    events = store.in_period(store.table("duty_event"), "held_on")
    done = counts.dropna(subset="n").set_index("row_key")[["x", "n"]]
    rows = [
        [_cell(store, duty, events, done, str(one.column)) for one in report.headings]
        for duty in _duties(store, report.rows_of)
    ]
    return pd.DataFrame(rows, columns=[heading.label for heading in report.headings], dtype="string")


def _duties(store: PeriodStore, rows_of: RowsOf | list[str]) -> list[Duty]:
    if isinstance(rows_of, list):
        by_id = {duty.duty_id: duty for duty in store.framework.duties}
        return [by_id[duty_id] for duty_id in rows_of]
    return [duty for duty in store.framework.duties if _belongs(duty, rows_of)]


def _belongs(duty: Duty, rows_of: RowsOf) -> bool:
    if rows_of == "meetings":
        return duty.evidence in _MEETINGS and duty.same_as is None
    return rows_of == "duties" or duty.as_post is not None


def _cell(store: PeriodStore, duty: Duty, events: pd.DataFrame, done: pd.DataFrame, column: str) -> str:
    match column:
        case "who":
            return duty.holder
        case "what":
            return duty.label
        case "how_often":
            return how_often(store.framework, duty)
        case "shown_by":
            return _kind_of_record(duty)
        case "shared_with":
            return ", ".join(duty.shared_with) or "–"
        case "purpose":
            return duty.purpose or "–"
        case "method":
            return duty.method or _kind_of_record(duty)
        case _:
            days = _records(store, duty, events)
            if duty.evidence is None and days.empty:
                return "counted on the page of practice"
            if store.framework.how_often(duty) is None or duty.duty_id not in done.index:
                return _in_period(days) if len(days) else _before(store, duty)
            x, n = done.loc[duty.duty_id, ["x", "n"]].astype(int)
            if days.empty:
                return f"{count_of(x, n)} asked, {_before(store, duty)}" if x else _before(store, duty)
            return f"{count_of(x, n)} asked, the last in the period on {long_date(days.max())}"


def _kind_of_record(duty: Duty) -> str:
    return _SHOWN.get(duty.evidence, str(duty.evidence))


def how_often(rules: Framework, duty: Duty) -> str:
    """How often, by the duty's own number, marked where assumed, or that of the coverage that shows it.

    A duty of each closure, and one that another kind of rule counts, has no number of its own.
    """
    often = rules.how_often(duty)
    if often is not None:
        return often_words(*often) + ("" if duty.assumed is None else " (assumed)")
    yearly = [_yearly(rule) for rule in _shown_by(rules, duty) if rule.of != "closures"]
    if yearly:
        return "; ".join(yearly)
    words = "counted by its own rule" if set(duty.shown_by) & _with_a_number(rules) else "no number given"
    return words if duty.assumed is None else f"{words}; how that is read is assumed"


def _with_a_number(rules: Framework) -> set[str]:
    """Names of the rules that expect something, so that a duty may take its state from them."""
    silent = {one.indicator_id for one in rules.indicators if one.target is None}
    silent |= {f"report_{one.name}" for one in rules.reports if one.every is None}
    wanted = {one.question_id for one in rules.every_question if one.of_everybody}
    return (set(rules.rule_names()) - silent) | wanted


def _yearly(rule: Coverage) -> str:
    part = "" if rule.times_part_time is None else f", part time {often_words(rule.times_part_time, 'year')}"
    return f"{often_words(rule.times, 'year')}{part}" + ("" if rule.assumed is None else " (assumed)")


def _shown_by(rules: Framework, duty: Duty) -> list[Coverage]:
    return [rule for rule in rules.coverage if rule.name in duty.shown_by]


def _records(store: PeriodStore, duty: Duty, events: pd.DataFrame) -> pd.Series:
    """Days of the log's entries under the duty, and of those that its rules of coverage count."""
    mine = events["duty_id"].eq(duty.duty_id).fillna(False).astype(bool)
    for rule in _shown_by(store.framework, duty):
        mine |= events.index.isin(events_of(store, events, rule).index)
    return events.loc[mine, "held_on"]


def _in_period(days: pd.Series) -> str:
    """Entries of the period, where no number is asked, and the last day."""
    return f"{count_words(len(days))} in the period, the last on {long_date(days.max())}"


def _before(store: PeriodStore, duty: Duty) -> str:
    """Where nothing of the period is on record: the last day before it, if there is any."""
    events = store.table("duty_event")
    events = events[(events["held_on"] < pd.Timestamp(store.span.start)).fillna(False).astype(bool)]
    days = _records(store, duty, events)
    if len(days):
        return f"none in the period, the last on {long_date(days.max())}"
    return silent_words(duty)


def silent_words(duty: Duty) -> str:
    """What is said of a duty of which the log has no entry."""
    return _ELSEWHERE if duty.shown_by else _SILENT
