"""Why audits stay open or quotas unmet, in words that name services, roles and counts, never a case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from qaf_lib.sampling.allocation.flow import Groups, Ints
from qaf_lib.sampling.independence import WORKER_NOT_KNOWN, Bools

WORDS = {
    "not the own case": "a self-audit is for the person whose work is audited",
    "own case": "nobody may audit a case of their own",
    WORKER_NOT_KNOWN: "the worker is not known, so it may be anybody's case in the team",
    "own team": "an audit must go to another team",
    "own service": "an audit must go to another part of the service",
    "same role": "a tiered audit must go to another role than the worker's",
    "other division": "an audit must stay within the division",
    "no places": "they may take no audits in the period",
}
_POST = re.compile(r".*?(?:\b(?:Director|Leader|Manager|Officer|Chair|Worker|Adviser)\b|(?= of ))")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True)
class Conflict:
    """One reason why something could not be met: the rule, how many audits, the words, the cases."""

    rule: str
    count: int
    message: str
    cases: Sequence[str] = ()


def already_allocated(
    *,
    kept: pd.DataFrame,
    gone: pd.DataFrame,
    auditors: pd.DataFrame,
    bars: Mapping[str, Bools],
    load: Ints,
    capacity: Ints,
) -> list[Conflict]:
    """What is wrong with audits allocated before: the auditor is gone, a rule is broken, there are too many.

    `kept` and `gone` have the columns of the cases and auditor_id; the rows of `bars` are those of `kept`.
    """
    found = []
    if len(gone):
        text = (
            f"{_audits(len(gone))} {'was' if len(gone) == 1 else 'were'} with someone who may no longer "
            "audit, and must go to someone else"
        )
        found.append(Conflict("auditor gone", len(gone), text, gone["case_id"].tolist()))
    own = pd.Index(auditors["staff_id"]).get_indexer(kept["auditor_id"])
    for rule, barred in bars.items():
        broken = barred[np.arange(len(kept)), own]
        for service, rows in _by_service(kept, broken):
            text = (
                f"{_audits(len(rows))} of service {service} {have(len(rows))} an auditor already, "
                f"although {WORDS[rule]}"
            )
            found.append(Conflict(f"kept against {rule}", len(rows), text, _ids(kept, rows)))
    over = (load - capacity).clip(min=0)
    if over.any():
        people = auditors["role"][over > 0]
        text = (
            f"{counted(people)} {have(len(people))} {_audits(int(over.sum()))} more than the most in the "
            "period, allocated already"
        )
        found.append(Conflict("kept above the hours", int(over.sum()), text))
    return found


def nobody_eligible(
    *, cases: pd.DataFrame, auditors: pd.DataFrame, bars: Mapping[str, Bools]
) -> list[Conflict]:
    """The cases that no auditor may take, by service and the rule that took the last ones away."""
    if not len(cases):
        return []
    if not len(auditors):
        text = f"{_none(len(cases))}: nobody may audit in the period"
        return [Conflict("no auditors", len(cases), text, cases["case_id"].astype(str).tolist())]
    left: Bools = np.ones((len(cases), len(auditors)), dtype=bool)
    found = []
    for rule, barred in bars.items():
        after = left & ~barred
        last = np.asarray(left.any(axis=1) & ~after.any(axis=1), dtype=bool)
        for service, rows in _by_service(cases, last):
            people = auditors["role"][left[rows].any(axis=0)]
            are = "is" if len(people) == 1 else "are"
            text = (
                f"{_none(len(rows))}: for service {service} there {are} only {counted(people)}, "
                f"and {WORDS[rule]}"
            )
            found.append(Conflict(rule, len(rows), text, _ids(cases, rows)))
        left = after
    return found


def few_places(
    *, cases: pd.DataFrame, auditors: pd.DataFrame, groups: Groups, chosen: Ints, places: Ints, left: Bools
) -> list[Conflict]:
    """The cases left open although someone may take them: their auditors together have too few places."""
    short = groups.size - chosen.sum(axis=1)
    short[~groups.may.any(axis=1)] = 0
    found = []
    for members, desks in _bound_together(groups.may, chosen, short > 0):
        concerned = np.isin(groups.of_case, members)
        stays = int(short[members].sum())
        services = sorted(set(cases["service"][concerned].astype(str)))
        people = counted(auditors["role"].iloc[desks])
        if len(desks) == len(auditors):
            count = int(concerned.sum())
            who = f"{_audits(count)} {have(count)} {people} for auditors"
        else:
            of = f"{_audits(int(concerned.sum()))} of {plural(len(services), 'service')} {listed(services)}"
            who = f"{of} can only go to {people}"
        text = (
            f"{who}, who {have(len(desks))} places for {int(places[desks].sum())}: "
            f"{stays} {'stays' if stays == 1 else 'stay'} open"
        )
        found.append(Conflict("too few places", stays, text, _ids(cases, concerned & left)))
    return found


def few_cases(*, auditors: pd.DataFrame, groups: Groups, chosen: Ints, load: Ints) -> list[Conflict]:
    """The auditors below their minimum: by lack of hours, or because too few cases may go to them."""
    minimum = auditors["minimum"].to_numpy(dtype="int64")
    capacity = auditors["capacity"].fillna(np.iinfo("int64").max).to_numpy(dtype="int64")
    found = []
    lacking = (minimum - capacity).clip(min=0)
    if lacking.any():
        people = auditors["role"][lacking > 0]
        text = (
            f"{counted(people)} {have(len(people))} room for {lacking.sum()} fewer "
            f"{plural(int(lacking.sum()), 'audit')} than the minimum of their role"
        )
        found.append(Conflict("hours below the minimum", int(lacking.sum()), text))
    total = load + chosen.sum(axis=0)
    short = (np.minimum(minimum, capacity) - total).clip(min=0)
    for desks, members in _bound_together(groups.may.T, chosen.T, short > 0):
        people, count = auditors["role"].iloc[desks], int(short[desks].sum())
        wanted = int(np.minimum(minimum, capacity)[desks].sum())
        there = int(groups.size[members].sum() + load[desks].sum())
        room = ", as far as they have hours" if lacking[desks].any() else ""
        text = (
            f"{counted(people)} {have(len(people))} a minimum of {wanted} {plural(wanted, 'audit')} in "
            f"all{room}, and there {'is' if there == 1 else 'are'} {there} for them: {count} short"
        )
        found.append(Conflict("minimum not met", count, text))
    return found


def _bound_together(may: Bools, chosen: Ints, short: Bools) -> Iterator[tuple[Ints, Ints]]:
    """For rows that want more: with all rows and columns that could help them and do not suffice.

    From the short rows to every column they may have, from there to the rows that have it, and so on; the
    separate parts of what is reached, in order (Hall's condition fails in each).
    """
    inside = short
    while True:
        reached = np.asarray(may[inside].any(axis=0), dtype=bool)
        wider = inside | (chosen[:, reached] > 0).any(axis=1)
        if (wider == inside).all():
            break
        inside = wider
    row, column = np.flatnonzero(inside), np.flatnonzero(reached)
    ends = np.nonzero(may[np.ix_(row, column)])
    size = len(row) + len(column)
    between = (ends[0].astype("int32"), (ends[1] + len(row)).astype("int32"))
    graph = csr_array((np.ones(len(ends[0])), between), shape=(size, size))
    count, label = connected_components(graph, directed=False)
    for part in range(count):
        yield row[label[: len(row)] == part], column[label[len(row) :] == part]


def _by_service(cases: pd.DataFrame, which: Bools) -> Iterator[tuple[str, Ints]]:
    services = cases["service"].astype(str).to_numpy(dtype=object)
    for service in sorted(set(services[which])):
        yield service, np.flatnonzero(which & (services == service))


def _ids(cases: pd.DataFrame, which: Bools | Ints) -> list[str]:
    return [str(case) for case in cases["case_id"].to_numpy()[which]]


def _audits(count: int) -> str:
    return f"{count} {plural(count, 'audit')}"


def _none(count: int) -> str:
    return f"{_audits(count)} {have(count)} no eligible auditor"


def counted(roles: pd.Series) -> str:
    """Roles with their counts: "two Service Leaders and one Head of Service"."""
    counts = roles.astype(str).value_counts().sort_index()
    return listed([f"{_number(int(count))} {_role(str(role), int(count))}" for role, count in counts.items()])


def listed(words: Sequence[str]) -> str:
    """The words with commas and a last "and"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def have(count: int) -> str:
    """The verb for so many."""
    return "has" if count == 1 else "have"


def plural(count: int, word: str) -> str:
    """The word as so many of it are called."""
    return word if count == 1 else f"{word}s"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _role(role: str, count: int) -> str:
    """The role for so many: "Heads of Service", "Service Leaders IRO", "Reviewing Officers"."""
    named = _POST.match(role)
    return f"{plural(count, named[0])}{role[named.end() :]}" if named else plural(count, role)
