"""What is due in the period and what falls due next, and when each way of assuring quality was last used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from qaf_lib.counting import Every, Year, year_of
from qaf_lib.dates import add_months
from qaf_lib.display.words import count_of, often_words
from qaf_lib.frameworks import Coverage, Duty
from qaf_lib.frameworks.duties import Mechanism
from qaf_lib.pages.evidence.answers import in_days
from qaf_lib.pages.practice.duties import duties_of
from qaf_lib.pages.store import PeriodStore, once

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_STATES = ("met", "partly met", "not met", "on track", "behind", "on record", "nothing on record")
_NOT_YET = ("not due", "on track", "behind")
_REPORTS = ["report", "made_by", "goes_to", "times", "every", "due_on", "held_on", "next_due"]


@dataclass(frozen=True)
class Calendar:
    """The period's calendar.

    `due` has a row for each holder of duties: `who`, `duties` (due in the period), how many of them and of
    those under way (`on track`, `behind`) are in each state,
    `unnumbered` (duties without a number), `next` (what falls due next) and `next_due`.

    `reports` lists the framework's reports, and the duties that are a report or due in a named month, by the
    day each falls due next: `report`, `made_by`, `goes_to`, `times`, `every`, `due_on` (the last day in the
    period on which it was due), `held_on` (the last day in the period of which there is a record) and
    `next_due`.
    """

    due: pd.DataFrame
    reports: pd.DataFrame


def next_due(
    *, every: Every, after: date, year: Year = "financial", due_month: int | None = None
) -> date | None:
    """The first day after a day on which something asked so often falls due; none for every two years.

    Parameters
    ----------
    every : str
        How often: weeks end on Sunday; months, quarters and half years are parts of the year.
    after : date
        The day after which to look.
    year : "calendar" or "financial"
        The year that half years and years are parts of.
    due_month : int, optional
        Month (1 to 12) by whose end a yearly thing is due.

    References
    ----------
    The days on which spans end are those of `qaf_lib.counting.spans_of`.

    Examples
    --------
    >>> next_due(every="year", after=date(2026, 9, 30), due_month=3)
    datetime.date(2027, 3, 31)
    >>> next_due(every="quarter", after=date(2026, 9, 30))
    datetime.date(2026, 12, 31)
    """
    if every == "two_years":
        return None
    day = after + timedelta(days=1)
    if every == "week":
        return day + timedelta(days=6 - day.weekday())
    if every == "year" and due_month is not None:
        first = date(day.year, due_month, 1)
        ends = [add_months(first, 12 * years + 1) - timedelta(days=1) for years in (0, 1)]
        return next(end for end in ends if end >= day)
    first, months = year_of(day, basis=year).start, _MONTHS[every]
    while add_months(first, months) <= day:
        first = add_months(first, months)
    return add_months(first, months) - timedelta(days=1)


@once
def calendar_of(store: PeriodStore) -> Calendar:
    """What is due in the period, by holder, and the calendar of reports."""
    duties = duties_of(store).duties
    ahead = done_ahead(store, duties)
    following = {
        duty.duty_id: next_of(store, duty, ahead.get(duty.duty_id)) for duty in store.framework.duties
    }
    return Calendar(due=_due(store, duties, following), reports=_reports(store, ahead))


def done_ahead(store: PeriodStore, duties: pd.DataFrame) -> dict[str, date]:
    """Duties met before the day by which they are due, a later one than the period's end, with that day."""
    early = duties[(duties["state"] == "met") & (duties["due_on"] > pd.Timestamp(store.span.end))]
    return {str(name): day.date() for name, day in zip(early["duty_id"], early["due_on"], strict=True)}


def asked_several_times(store: PeriodStore) -> dict[str, str]:
    """Of each logged duty that was expected more than once: of so many so many done, in words, by its id."""
    logged = {duty.duty_id for duty in store.framework.duties if duty.evidence is not None}
    counts = duties_of(store).counts.dropna(subset="n")
    counts = counts[counts["row_key"].isin(logged) & (counts["n"] > 1)]
    return {str(row.row_key): count_of(int(row.x), int(row.n)) for row in counts.itertuples()}


def standing_of(store: PeriodStore) -> pd.DataFrame:
    """What lasts for some months once it is earned: of whom, since when, and until when.

    Returns
    -------
    DataFrame
        `label`, `of` (the locality, else the holder), `granted_on` (the newest day on record up to the
        period's end) and `runs_out` (the last day); days are missing where nothing is on record.
    """
    events = store.table("duty_event")
    events = events[events["held_on"] <= pd.Timestamp(store.span.end)]
    place = store.place_of("locality")
    rows = []
    for duty in (one for one in store.framework.duties if one.lasts_months is not None):
        mine = events[events["duty_id"] == duty.duty_id]
        whose = [(_who(duty), mine)]
        if duty.each == "locality":
            where = mine["team_id"].map(place)
            whose = [(name, mine[where == name]) for name in sorted(set(place.values()))]
        for name, own in whose:
            granted = own["held_on"].max()
            ends = None if pd.isna(granted) else add_months(granted.date(), duty.lasts_months or 0)
            rows.append((duty.label, name, granted, ends and ends - timedelta(days=1)))
    table = pd.DataFrame(rows, columns=["label", "of", "granted_on", "runs_out"])
    return table.assign(**{name: pd.to_datetime(table[name]) for name in ("granted_on", "runs_out")})


def next_of(store: PeriodStore, duty: Duty, ahead: date | None) -> date | None:
    """The next day on which a duty falls due; the one after it where it is met ahead of that day.

    What lasts for some months falls due on the day that it runs out, the first of several.
    """
    often = store.framework.how_often(duty)
    if often is None:
        return None
    held = _runs_out(store, duty)
    if held is not None:
        return held
    after = ahead or store.span.end
    return next_due(every=often[1], after=after, year=duty.year, due_month=duty.due_month)


def _runs_out(store: PeriodStore, duty: Duty) -> date | None:
    """The day on which what a duty earns first runs out, where all of it is held at the period's end."""
    if duty.lasts_months is None:
        return None
    known = standing_of(store)
    days = known.loc[known["label"] == duty.label, "runs_out"]
    later = days[(days > pd.Timestamp(store.span.end)).fillna(False).astype(bool)]
    return later.min().date() if len(later) == len(days) and len(days) else None


def _due(store: PeriodStore, counted: pd.DataFrame, following: dict[str, date | None]) -> pd.DataFrame:
    """Of each holder: duties due in the period, by state, and what falls due next; repeats left out.

    What is asked every two years is due only where two years have gone by without it.
    """
    table = counted[counted["same_as"].isna()].copy()
    end = pd.Timestamp(store.span.end)
    table["is_due"] = (table["due_on"] <= end) | (
        table["counted_by"].notna() & ~table["state"].isin(_NOT_YET)
    )
    table["is_due"] &= ~((table["every"] == "two_years") & (table["state"] == "met"))
    table["under_way"] = table["state"].isin(["on track", "behind"])
    table["next_due"] = pd.to_datetime(table["duty_id"].map(following))
    rows = []
    for who, duties in table.groupby("who", sort=False):
        due = duties[duties["is_due"]]
        shown = duties[duties["is_due"] | duties["under_way"]]
        coming = duties.sort_values("next_due", kind="stable").dropna(subset="next_due")
        rows.append(
            {
                "who": who,
                "duties": len(due),
                **{state: int((shown["state"] == state).sum()) for state in _STATES},
                "unnumbered": int((duties["times"].isna() & duties["counted_by"].isna()).sum()),
                "next": coming["label"].iloc[0] if len(coming) else None,
                "next_due": coming["next_due"].iloc[0] if len(coming) else pd.NaT,
            }
        )
    columns = ["who", "duties", *_STATES, "unnumbered", "next", "next_due"]
    return pd.DataFrame(rows, columns=columns)


def _reports(store: PeriodStore, ahead: dict[str, date]) -> pd.DataFrame:
    """The framework's reports, and the duties that are a report or due in a named month."""
    duties = store.framework.duties
    shown_by = {name: duty for duty in duties for name in duty.shown_by}
    listed = {f"report_{report.name}" for report in store.framework.reports}
    rows = []
    for report in store.framework.reports:
        duty = shown_by.get(f"report_{report.name}")
        if duty is None and report.every is None and report.headings and not report.to:
            continue  # a table, form or page layout that nobody awaits
        names = [report.name, f"report_{report.name}", *([duty.duty_id] if duty else [])]
        row = {"report": report.label, "made_by": report.made_by or _who(duty)}
        row |= {"goes_to": ", ".join(report.to) or None}
        often = (1, report.every) if report.every else None
        after = ahead.get(duty.duty_id) if duty else None
        year = duty.year if duty else "financial"
        rows.append(row | _days(store, often, year, report.due_month, after) | _held(store, names))
    for duty in duties:
        if (
            listed.isdisjoint(duty.shown_by)
            and duty.same_as is None
            and (duty.evidence == "report" or duty.due_month is not None)
        ):
            row = {
                "report": duty.label,
                "made_by": _who(duty),
                "goes_to": ", ".join(duty.shared_with) or None,
            }
            often, after = store.framework.how_often(duty), ahead.get(duty.duty_id)
            days = _days(store, often, duty.year, duty.due_month, after)
            days["next_due"] = _runs_out(store, duty) or days["next_due"]
            rows.append(row | days | _held(store, [duty.duty_id]))
    table = pd.DataFrame(rows, columns=_REPORTS).astype({"times": "Int64"})
    for name in ("due_on", "held_on", "next_due"):
        table[name] = pd.to_datetime(table[name])
    return table.sort_values(["next_due", "report"], na_position="last", ignore_index=True)


def _who(duty: Duty | None) -> str | None:
    return None if duty is None else ", ".join(duty.roles) or duty.as_post


def _days(
    store: PeriodStore, often: tuple[int, Every] | None, year: Year, due_month: int | None, ahead: date | None
) -> dict[str, object]:
    """How often, the last day due in the period and the next one after it, or after the one met ahead."""
    if often is None:
        return {"times": pd.NA, "every": None, "due_on": None, "next_due": None}
    times, every = often
    due, day = None, store.span.start - timedelta(days=1)
    while (found := next_due(every=every, after=day, year=year, due_month=due_month)) is not None:
        if found > store.span.end:
            break
        due = day = found
    if ahead is not None:
        found = next_due(every=every, after=ahead, year=year, due_month=due_month)
    return {"times": times, "every": every, "due_on": due, "next_due": found}


def _held(store: PeriodStore, names: list[str]) -> dict[str, object]:
    """The last day in the period of which the duty log has an entry under one of the names."""
    events = store.in_period(store.table("duty_event"), "held_on")
    return {"held_on": events.loc[events["duty_id"].isin(names), "held_on"].max()}


_COLUMNS = ["label", "often", "records", "last_used", "next_due"]


def mechanisms_of(store: PeriodStore, duties: pd.DataFrame) -> pd.DataFrame:
    """A row for each mechanism that the framework names; `duties` as `Duties` has them.

    Returns
    -------
    DataFrame
        `label`; `often` (words, of its duties and rules of coverage that have a number); `records` of the
        period; `last_used`, the newest day on record up to the period's end; and `next_due`, the first day
        after it on which one of its duties falls due that is not met already. Days are
        missing where there are none, and where each person is due several times a year.
    """
    ahead = done_ahead(store, duties)
    rows = [_row(store, one, ahead) for one in store.framework.mechanisms]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    for name in ("last_used", "next_due"):
        table[name] = pd.to_datetime(table[name])
    return table


def _row(store: PeriodStore, one: Mechanism, ahead: Mapping[str, date]) -> dict[str, object]:
    days = _days_of_use(store, one)
    used = days[days >= pd.Timestamp(store.span.start)]
    duties = [duty for duty in store.framework.duties if duty.duty_id in one.duties]
    rules = [rule for rule in store.framework.coverage if rule.name in one.coverage]
    often = [store.framework.how_often(duty) for duty in duties]
    coming = [next_of(store, duty, ahead.get(duty.duty_id)) for duty in duties] + [
        next_due(every="year", after=store.span.end, year=rule.year) for rule in rules if rule.times == 1
    ]
    asked = [often_words(*said) for said in often if said is not None] + [_yearly(rule) for rule in rules]
    return {
        "label": one.label,
        "often": list(dict.fromkeys(asked)),
        "records": len(used),
        "last_used": days.max() if len(days) else pd.NaT,
        "next_due": min((day for day in coming if day is not None), default=pd.NaT),
    }


def _yearly(rule: Coverage) -> str:
    part = "" if rule.times_part_time is None else f", part time {often_words(rule.times_part_time, 'year')}"
    return often_words(rule.times, "year") + part


def _days_of_use(store: PeriodStore, one: Mechanism) -> pd.Series:
    """Days up to the period's end of a mechanism's sources, and of its duties' entries in the log."""
    sources = [source for source in store.framework.sources if source.name in one.sources and source.table]
    events = store.table("duty_event")
    logged = events.loc[events["duty_id"].isin(one.duties), "held_on"].dropna()
    logged = logged[logged <= pd.Timestamp(store.span.end)]
    found = [days for days in (logged, *(in_days(store, each, ever=True) for each in sources)) if len(days)]
    return pd.concat(found, ignore_index=True) if found else logged
