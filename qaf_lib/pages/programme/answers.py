"""The programme of a period and of the one that follows: work planned, audits made, meetings due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from qaf_lib.analysis import results_table
from qaf_lib.counting import count_rows
from qaf_lib.dates import Period, add_months
from qaf_lib.frameworks import Framework
from qaf_lib.pages.practice.duties import duties_of
from qaf_lib.pages.programme.calendar import next_due
from qaf_lib.pages.selections import HOW, how_chosen
from qaf_lib.pages.store import PeriodStore, once
from qaf_lib.pages.voice.answers import voice_of

_MONTHS = {
    "daily": 1,
    "weekly": 1,
    "fortnightly": 1,
    "monthly": 1,
    "bi-monthly": 2,
    "quarterly": 3,
    "termly": 4,
    "half-yearly": 6,
    "six-monthly": 6,
    "twice a year": 6,
    **dict.fromkeys(("yearly", "annual", "annually"), 12),
    "two-yearly": 24,
    "biennial": 24,
}
"""Months after which work comes round; what comes more often than monthly is there every month."""

_OFTEN = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "half_year": "half-yearly"}
_PARTS = ("children", "families", "partners", "staff")


def days_after(span: Period) -> tuple[date, date]:
    """First and last day of the period that follows, as long as this one.

    Examples
    --------
    >>> from qaf_lib.dates import parse_period
    >>> days_after(parse_period("2026-27 Q2"))
    (datetime.date(2026, 10, 1), datetime.date(2026, 12, 31))
    """
    start = span.end + timedelta(days=1)
    months = (start.year - span.start.year) * 12 + start.month - span.start.month
    return start, add_months(start, months) - timedelta(days=1)


def next_work(store: PeriodStore, projects: pd.DataFrame) -> pd.DataFrame:
    """Projects, draws and audits asked of posts that fall into the next period, in order of block and day.

    Parameters
    ----------
    store : PeriodStore
        The period that is followed.
    projects : DataFrame
        The table `project`.

    Returns
    -------
    DataFrame
        Columns of `project`; `notes` says what the framework or the parameters ask. Work without a day is
        there until it is reported.
    """
    first, last = days_after(store.span)
    coming = projects.assign(
        on=[
            _next(on, often, first, last)
            for on, often in zip(projects["on"], projects["frequency"], strict=True)
        ]
    )
    undated = projects["on"].isna() & projects["reported_on"].isna()
    kept = coming[coming["on"].notna() | undated]
    asked = pd.DataFrame([*_draws(store, first), *_duties(store, last)], columns=list(projects))
    together = pd.concat([kept.astype(object), asked.astype(object)], ignore_index=True)
    together["on"] = pd.to_datetime(together["on"])
    return together.sort_values(["block", "on", "title"], ignore_index=True)


def _next(on: object, often: object, first: date, last: date) -> date | None:
    """The first day of the period on which a piece of work is due; none where it is not due in it."""
    if pd.isna(on):
        return None
    day = pd.Timestamp(str(on)).date()
    months = None if pd.isna(often) else _MONTHS.get(str(often).lower())
    step = 0
    while months and add_months(day, step) < first:
        step += months
    found = add_months(day, step)
    return found if first <= found <= last else None


def _draws(store: PeriodStore, first: date) -> Iterator[dict[str, object]]:
    """The samples that the parameters draw, once more."""
    for plan in store.parameters.draws:
        kind = store.framework.audit_type(plan.audit_type)
        label = kind.label if kind else plan.audit_type
        row = {"block": "audit", "title": f"{label}: drawn at random", "on": first}
        yield row | {"frequency": "each period", "notes": "drawn by the kit on the period's opening caseload"}


def _duties(store: PeriodStore, last: date) -> Iterator[dict[str, object]]:
    """Audits asked of a post or body, and scrutiny of each person, that fall due in the period."""
    for duty in store.framework.duties:
        often = store.framework.how_often(duty)
        of_audits = duty.evidence == "audit" or (duty.evidence in ("log", None) and bool(duty.audit_types))
        of_files = of_audits or (duty.evidence, duty.each) == ("scrutiny", "subject")
        if often is None or not of_files or duty.same_as is not None:
            continue
        times, every = often
        due = next_due(every=every, after=store.span.end, year=duty.year, due_month=duty.due_month)
        if due is not None and due <= last:
            row = {"block": "audit", "title": duty.label, "on": due, "frequency": _OFTEN.get(every, "yearly")}
            who = ", ".join(duty.roles) or duty.as_post
            yield row | {"officer_post": who, "notes": f"asked by the framework: {times} each time"}


def took_part(projects: pd.DataFrame) -> pd.Series:
    """Who took part in each piece of work, in words; missing where nobody is recorded."""
    rows = [
        ", ".join(who for who in _PARTS if _is_so(getattr(row, f"{who}_took_part", None))) or None
        for row in projects.itertuples()
    ]
    return pd.Series(rows, index=projects.index, dtype="string")


def _is_so(value: object) -> bool:
    return not pd.isna(value) and bool(value)


_DEFAULT = ("title", "date", "how often", "officer", "notes")
_BLOCKS = {"audit": "Audit projects", "research": "Research projects", "evaluation": "Evaluation projects"}
_MEETINGS = ("meeting", "scrutiny", "visit")
_COMES_ROUND = "week|month|quarter"
_HELD = {
    "date": "on",
    "often": "frequency",
    "officer": "officer_post",
    "notes": "notes",
    "theme": "theme",
    "asked": "took_part",
    "board": "reported_on",
    "reported": "reported_on",
    "result": "result",
}
"""What a heading's word says of the column of the project table that fills it; `who` alone is the officer."""


@dataclass(frozen=True)
class Block:
    """One block of the programme: the framework's label and columns, a row per project.

    A column that the project table does not have, or that is free text, is empty; the block's label stands
    for a title that is not reviewed.
    """

    block: str
    label: str
    projects: pd.DataFrame


@dataclass(frozen=True)
class Programme:
    """`blocks` list the period's work; `audits` counts the period's audits by type and by how each
    case came up.

    `next_blocks` list the work of the period that follows, in the same blocks and columns, and
    `next_days` are its first and last day.

    `coming` counts meetings, scrutiny and visits: by duty as the duty is counted (`kind` is its label,
    `by_post` who holds it), then those of the log that no duty asks for: `due`, `held`, of these `late`,
    `missing` and the day of the `last_held` up to the period's end.
    `outline` has the headings of the paper that asks for a new piece of work, and `new_work` counts the work
    on record that was agreed, and that still waits to be.
    """

    blocks: list[Block]
    audits: pd.DataFrame
    coming: pd.DataFrame
    outline: list[str]
    new_work: pd.DataFrame
    next_blocks: list[Block]
    next_days: tuple[date, date]


@once
def programme_of(store: PeriodStore) -> Programme:
    """The programme of the period."""
    paper = store.framework.programme
    return Programme(
        blocks=_blocks(store),
        audits=_audits(store),
        coming=_coming(store, duties_of(store).counts.set_index("row_key")),
        outline=[heading.label for heading in paper.outline] if paper else [],
        new_work=_new_work(store),
        next_blocks=next_blocks(store, store.table("project")),
        next_days=days_after(store.span),
    )


def next_blocks(store: PeriodStore, projects: pd.DataFrame) -> list[Block]:
    """The next period's work in the framework's blocks.

    Parameters
    ----------
    store : PeriodStore
        The period that is followed.
    projects : DataFrame
        The table `project`; with `notes` where they may be shown.
    """
    return _in_blocks(store.framework, next_work(store, projects))


def _new_work(store: PeriodStore) -> pd.DataFrame:
    """Pieces of work by whether they are agreed; a framework without outline papers agrees none."""
    agreed = store.table("project")["agreed_on"].notna()
    counts = {"agreed": int(agreed.sum()), "proposed, not yet agreed": int((~agreed).sum())}
    return results_table(count_rows(table_id="programme_new_work", counts=counts, n=len(agreed)))


def _coming(store: PeriodStore, counts: pd.DataFrame) -> pd.DataFrame:
    """Of each duty of meetings what it expects and has; then meetings of the log that no duty asks for."""
    events = store.table("duty_event")
    events = events[events["kind"].isin(_MEETINGS)]
    asked = [one for one in store.framework.duties if one.evidence in _MEETINGS and one.same_as is None]
    due_on = duties_of(store).duties.set_index("duty_id")["due_on"]
    later = set(due_on.index[due_on > pd.Timestamp(store.span.end)])
    rows = []
    for duty in asked:
        n, x = counts.loc[duty.duty_id, ["n", "x"]]
        mine = store.in_period(events[events["duty_id"] == duty.duty_id], "held_on")
        late = (mine["held_on"] > mine["due_on"]).fillna(False).astype(bool)
        row: dict[str, object] = {"kind": duty.label, "by_post": duty.holder}
        row |= {"due": None if pd.isna(n) else int(n), "held": len(mine) if pd.isna(x) else int(x)}
        left = None if pd.isna(n) or duty.duty_id in later else int(n - x)
        row |= {"late": int(late.sum()), "missing": left}
        known = events.loc[events["duty_id"] == duty.duty_id, "held_on"]
        rows.append(row | {"last_held": known[known <= pd.Timestamp(store.span.end)].max()})
    others = events[~events["duty_id"].isin([duty.duty_id for duty in store.framework.duties])]
    due = store.in_period(others, "due_on")
    for (kind, post), part in due.groupby(["kind", "by_post"], dropna=False):
        late = (part["held_on"] > part["due_on"]).fillna(False).astype(bool)
        held = int(part["held_on"].notna().sum())
        row = {"kind": kind, "by_post": post, "due": len(part), "held": held, "late": int(late.sum())}
        rows.append(row | {"missing": len(part) - held, "last_held": part["held_on"].max()})
    table = pd.DataFrame(rows, columns=["kind", "by_post", "due", "held", "late", "missing", "last_held"])
    whole = dict.fromkeys(("due", "held", "late", "missing"), "Int64")
    return table.astype(whole).assign(last_held=pd.to_datetime(table["last_held"]))


def _blocks(store: PeriodStore) -> list[Block]:
    projects, surveys = _of_the_period(store), _yearly_surveys(store)
    if surveys.empty:
        return _in_blocks(store.framework, projects)
    projects = projects.assign(took_part=took_part(projects)).astype(object)
    together = pd.concat([projects, surveys], ignore_index=True)
    days = {name: pd.to_datetime(together[name]) for name in ("on", "reported_on")}
    return _in_blocks(store.framework, together.assign(**days))


def _yearly_surveys(store: PeriodStore) -> pd.DataFrame:
    """The framework's yearly forms as rows of a block that says who is asked; none where no block does."""
    paper = store.framework.programme
    columns = {block.block: block.columns for block in paper.blocks} if paper else {}
    if not any("asked" in heading.split() for heading in columns.get("evaluation", ())):
        return pd.DataFrame()
    counts = voice_of(store).instruments.set_index(["row_key", "measure"])
    events = store.table("duty_event")
    events = events[events["held_on"] <= pd.Timestamp(store.span.end)]
    rows = []
    for form in (form for form in store.framework.instruments if form.every == "year"):
        duties = [duty.duty_id for duty in store.framework.duties if form.name in duty.shown_by]
        came = int(counts.loc[(form.name, "surveys"), "x"])
        middle = counts.loc[(form.name, "median_score"), "estimate"]
        said = f", middle score {middle:g}" if came and pd.notna(middle) else ""
        row = {
            "block": "evaluation",
            "title": form.label,
            "frequency": "yearly",
            "took_part": form.respondent,
        }
        row["reported_on"] = events.loc[events["duty_id"].isin(duties), "held_on"].max()
        rows.append(row | {"result": f"{came} came back in twelve months{said}"})
    return pd.DataFrame(rows, dtype=object)


def _in_blocks(framework: Framework, projects: pd.DataFrame) -> list[Block]:
    """The framework's blocks, then the usual one of any other work there is."""
    asked = _asked(framework)
    there = set(projects["block"]) if asked else set(_BLOCKS)
    usual = {name: (label, _DEFAULT) for name, label in _BLOCKS.items() if name in there - set(asked)}
    return [
        Block(name, label, _filled(_titled(projects[projects["block"] == name], label), columns))
        for name, (label, columns) in (asked | usual).items()
    ]


def _asked(framework: Framework) -> dict[str, tuple[str, tuple[str, ...]]]:
    blocks = framework.programme.blocks if framework.programme else []
    return {block.block: (block.label, tuple(block.columns)) for block in blocks}


def _of_the_period(store: PeriodStore) -> pd.DataFrame:
    """Projects of the period: dated in it, without a date, or begun earlier and coming round within it."""
    projects = store.table("project")
    start, end = pd.Timestamp(store.span.start), pd.Timestamp(store.span.end)
    again = projects["frequency"].str.contains(_COMES_ROUND, case=False).fillna(False).astype(bool)
    begun = (projects["on"] <= end) & ((projects["on"] >= start) | again)
    chosen = projects["on"].isna() | begun.fillna(False).astype(bool)
    return projects[chosen].sort_values(["block", "on", "title"], ignore_index=True)


def _titled(projects: pd.DataFrame, label: str) -> pd.DataFrame:
    """Projects with the block's label for titles that are not reviewed."""
    return projects.assign(title=projects["title"].astype("string").fillna(label))


def _filled(projects: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The block's columns in order: the first is the title, others by what their heading says."""
    if "took_part" not in projects:
        projects = projects.assign(took_part=took_part(projects))
    filled = {}
    for at, heading in enumerate(columns):
        words = heading.lower().split()
        held = next((column for word, column in _HELD.items() if word in words), None)
        if at == 0:
            held = "title"
        elif "why" in words:
            held = None
        elif words == ["who"]:
            held = "officer_post"
        known = held if held in projects else None
        filled[heading] = projects[known] if known else pd.Series(pd.NA, index=projects.index, dtype="string")
    return pd.DataFrame(filled)


def _audits(store: PeriodStore) -> pd.DataFrame:
    labels = store.framework.audit_labels
    audits = store.audits_of_period
    counted = audits.groupby(["audit_type", how_chosen(audits).rename("how")], sort=True).size()
    return results_table(
        {
            "table_id": "programme_audits",
            "row_key": labels.get(kind, kind),
            "measure": HOW[how],
            "x": int(count),
            "method": "full count",
        }
        for (kind, how), count in counted.items()
    )
