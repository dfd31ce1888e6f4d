"""Who took part in quality assurance, and what supervision of each can rest on; by name in lists only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from qaf_lib.analysis import counted_share, results_table
from qaf_lib.frameworks.counted import COUNTS
from qaf_lib.pages.store import PeriodStore, once

_EVENTS: Mapping[str, tuple[str, ...]] = {
    "observation": ("observation",),
    "training": ("training",),
    "meeting": ("meeting", "scrutiny", "visit"),
    "supervision": ("supervision", "pdr"),
}
_BESIDE = ("audited", "own case audited", "moderated", "observation", "training", "meeting")
"""Kinds of activity that count as a range; supervision, which everybody has, is counted beside them."""


@dataclass(frozen=True)
class People:
    """People in post who took part in quality assurance in the twelve months from `first` on.

    `kinds` is a result with a row per kind of activity, `people` how many took part in none, one, or several
    kinds; both are of all people in post. `packs` are the supervisees for whom a supervision pack lies in the
    vault, `managers` those who supervise them, and `sources` of the supervisees those with anything of each
    source. `added_up` are managers for whom the packs of all they manage are added up, for their own manager.
    """

    first: date
    kinds: pd.DataFrame
    people: pd.DataFrame
    packs: int
    managers: int
    sources: Mapping[str, int]
    added_up: int


@once
def people_of(store: PeriodStore) -> People:
    """How many took part in which kinds of activity."""
    people, packs = _times(store), _own_evidence(store)
    n, kinds = len(people), list(people.columns)
    several = (people[list(_BESIDE)] > 0).sum(axis=1)
    counted = {"none": several == 0, "one kind": several == 1, "two kinds or more": several > 1}
    return People(
        first=store.twelve_from,
        kinds=_rows("took_part_kinds", {kind: int((people[kind] > 0).sum()) for kind in kinds}, n),
        people=_rows("took_part_people", {name: int(which.sum()) for name, which in counted.items()}, n),
        packs=packs["id"].nunique(),
        managers=packs["manager"].nunique(),
        sources={str(name): rows["id"].nunique() for name, rows in packs.groupby("source")},
        added_up=_of_managers(store, packs)["id"].nunique(),
    )


def people_lists(store: PeriodStore) -> dict[str, pd.DataFrame]:
    """Who took part how often in each kind, and what supervision can rest on; for restricted lists only."""
    people = _times(store)
    held = store.closing["worker_id"].value_counts().reindex(people.index, fill_value=0)
    people.insert(0, "open cases", held.astype("int64"))
    return {"took_part": people.rename_axis("id").reset_index(), "supervision": supervision_of(store)}


@once
def supervision_of(store: PeriodStore) -> pd.DataFrame:
    """For each person with a manager: caseload, counted indicators, audits, observations, feedback.

    Columns `id`, `manager` (pseudonyms), `source`, `what`, `x` and `of` (counts). The last twelve months. Of
    each manager who has one above, what is on record of all they manage, added up.
    """
    own = _own_evidence(store)
    return pd.concat([own, _of_managers(store, own)], ignore_index=True)


def _of_managers(store: PeriodStore, own: pd.DataFrame) -> pd.DataFrame:
    """The rows of everybody below each manager, added up, as rows of the manager."""
    staff = _in_post(store).dropna(subset="manager_id")
    above = dict(zip(staff["staff_id"], staff["manager_id"], strict=True))
    pairs = [(person, manager) for person in own["id"].unique() for manager in _line(above, person)]
    line = pd.DataFrame(pairs, columns=["id", "at"])
    rows = own.merge(line[line["at"].isin(above.keys())], on="id")
    if rows.empty:
        return own.iloc[:0]
    rows = rows.assign(x=rows["x"].astype("Int64"), of=rows["of"].astype("Int64"))
    summed = rows.groupby(["at", "source", "what"], sort=False, as_index=False)[["x", "of"]].sum(min_count=1)
    summed = summed.rename(columns={"at": "id"}).assign(manager=summed["at"].map(above))
    return summed.assign(what=summed["what"] + ", of all they manage")[list(own.columns)]


def _line(above: Mapping[str, str], person: str) -> list[str]:
    """A person's managers, from the nearest up; a ring of managers ends where it closes."""
    line: list[str] = []
    while (manager := above.get(line[-1] if line else person)) and manager not in (person, *line):
        line.append(manager)
    return line


def _own_evidence(store: PeriodStore) -> pd.DataFrame:
    staff = _in_post(store).dropna(subset="manager_id")
    managers = dict(zip(staff["staff_id"], staff["manager_id"], strict=True))
    found = [part for part in _evidence(store) if len(part)]
    columns = ["id", "manager", "source", "what", "x", "of"]
    if not found or not managers:
        return pd.DataFrame(columns=columns)
    rows = pd.concat(found, ignore_index=True)
    rows = rows.assign(manager=rows["id"].map(managers)).dropna(subset="manager")
    return rows.sort_values(["manager", "id"], kind="stable", ignore_index=True)[columns]


def _evidence(store: PeriodStore) -> Iterator[pd.DataFrame]:
    """The four sources that supervision weighs, a row per person and thing counted."""
    cases = store.closing
    yield _counted(cases["worker_id"], "caseload", "open cases")
    counts = store.table("counted")
    by_worker = counts.groupby(["worker_id", "indicator_id"], as_index=False)[
        ["numerator", "denominator", "without_day"]
    ].sum()
    labels = {name: count.label for name, count in COUNTS.items()}
    named = by_worker.assign(id=by_worker["worker_id"], source="performance")
    yield _shaped(named.assign(what=named["indicator_id"].map(labels)), "numerator", "denominator")
    blank = named[named["without_day"] > 0]
    yield _shaped(
        blank.assign(what=blank["indicator_id"].map(labels) + ": nothing recorded"), "without_day", None
    )
    audits = _recent(store, store.audits, "audited_on")
    yield _counted(audits["worker_id"], "audit", "audits of their cases")
    for grade in reversed(store.framework.scale.grades):
        yield _counted(audits.loc[audits["overall_grade"] == grade, "worker_id"], "audit", f"graded {grade}")
    events = _recent(store, store.table("duty_event"), "held_on")
    for kind, what in (("observation", "observations of them"), ("supervision", "supervisions held")):
        yield _counted(events.loc[events["kind"] == kind, "subject_id"], kind, what)
    yield from _needs(events[events["kind"] == "observation"])
    feedback = _recent(store, store.table("feedback"), "received_on")
    known = pd.concat([cases, store.opening])[["case_id", "worker_id"]].dropna()
    holder = known.drop_duplicates("case_id").set_index("case_id")["worker_id"]
    for kind, of_kind in feedback.groupby("kind"):
        yield _counted(of_kind["case_id"].map(holder), "feedback", f"{kind}s about their cases")


def _needs(watched: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Learning needs that observations of a person showed, by theme."""
    needs = watched[watched["learning_need"].fillna(False).astype(bool)]
    for theme, rows in needs.groupby(needs["theme"].fillna("theme not recorded")):
        yield _counted(rows["subject_id"], "learning need", f"seen when observed: {theme}")


def _counted(people: pd.Series, source: str, what: str) -> pd.DataFrame:
    sizes = people.dropna().value_counts(sort=False)
    return pd.DataFrame({"id": sizes.index, "source": source, "what": what, "x": sizes.to_numpy()}).assign(
        of=pd.array([pd.NA] * len(sizes), dtype="Int64")
    )


def _shaped(rows: pd.DataFrame, x: str, of: str | None) -> pd.DataFrame:
    whole = rows[of] if of else pd.array([pd.NA] * len(rows), dtype="Int64")
    return rows.assign(x=rows[x], of=whole)[["id", "source", "what", "x", "of"]]


def _times(store: PeriodStore) -> pd.DataFrame:
    """How often each person in post took part in each kind of activity, by pseudonym."""
    index = pd.Index(_in_post(store)["staff_id"].drop_duplicates())
    return pd.DataFrame(
        {
            kind: ids.value_counts().reindex(index, fill_value=0).astype("int64")
            for kind, ids in _activity(store).items()
        },
        index=index,
    )


def _activity(store: PeriodStore) -> dict[str, pd.Series]:
    """The person of each thing done, by kind of activity."""
    audits = _recent(store, store.audits, "audited_on")
    moderations = _recent(store, store.table("moderation"), "moderated_on")
    events = _recent(store, store.table("duty_event"), "held_on")
    took_part = audits["worker_took_part"].fillna(False).astype(bool)
    found = {
        "audited": audits["auditor_id"],
        "own case audited": audits.loc[took_part, "worker_id"],
        "moderated": moderations["moderator_id"],
    }
    for name, kinds in _EVENTS.items():
        own = events[events["kind"].isin(kinds)]
        found[name] = pd.concat([own["subject_id"], own["by_id"]], ignore_index=True)
    return found


def _in_post(store: PeriodStore) -> pd.DataFrame:
    staff, end = store.staff, pd.Timestamp(store.span.end)
    gone = (staff["left_on"] <= end).fillna(False).astype(bool)
    return staff[(staff["started_on"] <= end).fillna(False).astype(bool) & ~gone]


def _recent(store: PeriodStore, rows: pd.DataFrame, day: str) -> pd.DataFrame:
    inside = rows[day].between(pd.Timestamp(store.twelve_from), pd.Timestamp(store.span.end))
    return rows[inside.fillna(False).astype(bool)]


def _rows(table_id: str, counts: Mapping[str, int], n: int) -> pd.DataFrame:
    return results_table(
        counted_share(table_id=table_id, row_key=name, measure="people", x=x, n=n)
        for name, x in counts.items()
    )
