"""How many cases of each group go to each auditor: as many as possible, quotas first, evenly, spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qaf_lib.sampling.allocation.eligibility import Groups
from qaf_lib.sampling.allocation.flow import Arcs, Ints, least_cost_flow, most_flow

__all__ = ["Desks", "assign"]

SAME_CASE, SAME_TEAM, SAME_SERVICE = 100, 10, 1
"""Costs: a case that the auditor had last time; each two of one team; each two of one service."""


@dataclass(frozen=True)
class Desks:
    """The auditors' side: what each has already, must have and may have, and how large a part each is.

    `load` counts what is fixed, `minimum` and `capacity` count it too; workloads are even when load over
    `room` is. `with_team` and `with_service` count the audits each has already of each team and service.
    """

    load: Ints
    minimum: Ints
    capacity: Ints
    room: NDArray[np.float64]
    with_team: Ints
    with_service: Ints


def assign(*, groups: Groups, desks: Desks) -> Ints:
    """Cases of each group (row) for each auditor (column).

    In this order: the most cases are allocated; the shortfall below the minimums, summed over auditors,
    is the least; the largest load in proportion to room is the least, then the second largest and so on,
    which also gives the least sum over auditors of load * (load + 1) / room; the cost of repeats and of
    unevenly spread teams and services is the least.

    The sets of auditors' places that can be filled together are the independent sets of a transversal
    matroid. Places sorted by (beyond the minimum or not, load over room) are therefore filled best by
    taking each place that still can be: the number filled up to every level is the largest flow to the
    places up to that level. Those numbers fix the first three aims; a flow of least cost through exactly
    that many places of each level meets the fourth.

    References
    ----------
    Edmonds, J. (1971). Matroids and the greedy algorithm. Mathematical Programming 1, 127-136.
    Megiddo, N. (1974). Optimal flows in networks with multiple sources and sinks. Mathematical
    Programming 7, 97-107 (the evenest loads).
    """
    found = np.zeros(groups.may.shape, dtype="int64")
    owner, level = _places(groups, desks)
    if not len(owner):
        return found
    filled = _filled_by_level(groups, owner, level)
    arcs, choices = _network(groups, desks, owner, level, filled)
    flow = least_cost_flow(arcs=arcs)
    row, column = np.nonzero(groups.may)
    found[row, column] = flow[choices]
    return found


def _places(groups: Groups, desks: Desks) -> tuple[Ints, Ints]:
    """Every place an auditor could fill: whose it is, and its level, 0 for those to fill first."""
    free = np.minimum(desks.capacity - desks.load, groups.size @ groups.may).clip(min=0)
    owner = np.repeat(np.arange(len(free)), free)
    before = np.concatenate([[0], np.cumsum(free)[:-1]]).astype("int64")
    number = np.arange(len(owner)) - before[owner] + 1 + desks.load[owner]
    part = np.round(number / desks.room[owner], 9)
    beyond = number > desks.minimum[owner]
    order = np.lexsort((part, beyond))
    steps = np.zeros(len(order), dtype="int64")
    changes = (np.diff(part[order]) != 0) | (np.diff(beyond[order]) != 0)
    steps[1:] = np.cumsum(changes)
    level = np.empty(len(order), dtype="int64")
    level[order] = steps
    return owner.astype("int64"), level


def _filled_by_level(groups: Groups, owner: Ints, level: Ints) -> Ints:
    """How many places of each level are filled, by the largest flows up to each level."""
    row, column = np.nonzero(groups.may)
    count, auditors = groups.may.shape
    first_group, first_auditor = 2, 2 + count
    tail = np.concatenate(
        [np.zeros(count, dtype="int64"), first_group + row, first_auditor + np.arange(auditors)]
    )
    head = np.concatenate(
        [first_group + np.arange(count), first_auditor + column, np.ones(auditors, dtype="int64")]
    )
    zero = np.zeros(len(tail), dtype="int64")
    known: dict[int, int] = {-1: 0}

    def reach(last: int) -> int:
        if last not in known:
            places = np.bincount(owner[level <= last], minlength=auditors)
            room = np.concatenate([groups.size, groups.size[row], places])
            known[last] = int(most_flow(arcs=Arcs(tail, head, room, zero, zero))[-auditors:].sum())
        return known[last]

    top = int(level.max())
    places = np.bincount(level)
    filled = np.zeros(top + 1, dtype="int64")
    spans = [(-1, top)]
    while spans:
        low, high = spans.pop()
        gained = reach(high) - reach(low)
        if high - low == 1 or gained == places[low + 1 : high + 1].sum():
            filled[low + 1 : high + 1] = gained if high - low == 1 else places[low + 1 : high + 1]
        elif gained:
            middle = (low + high) // 2
            spans += [(low, middle), (middle, high)]
    return filled


def _network(groups: Groups, desks: Desks, owner: Ints, level: Ints, filled: Ints) -> tuple[Arcs, slice]:
    """The network group, team with auditor, service with auditor, auditor, level; and its first arcs."""
    row, column = np.nonzero(groups.may)
    auditors = groups.may.shape[1]
    service_of = np.zeros(groups.team.max() + 1, dtype="int64")
    service_of[groups.team] = groups.service
    pairs, pair = np.unique(groups.team[row] * auditors + column, return_inverse=True)
    desk = pairs % auditors
    blocks, block = np.unique(service_of[pairs // auditors] * auditors + desk, return_inverse=True)
    block_desk = blocks % auditors
    full = filled == np.bincount(level, minlength=len(filled))
    part = np.flatnonzero(~full & (filled > 0))
    number = np.cumsum(np.concatenate([[2], [len(groups.size), len(pairs), len(blocks), auditors]]))
    in_part = np.isin(level, part)
    certain = np.bincount(owner[full[level]], minlength=auditors)
    pieces = [
        (number[0] + row, number[1] + pair, groups.size[row], SAME_CASE * groups.again[row, column], 0),
        (
            number[1] + np.arange(len(pairs)),
            number[2] + block,
            np.bincount(pair, weights=groups.size[row]).astype("int64"),
            SAME_TEAM * desks.with_team[pairs // auditors, desk],
            SAME_TEAM,
        ),
        (
            number[2] + np.arange(len(blocks)),
            number[3] + block_desk,
            np.full(len(blocks), groups.size.sum()),
            SAME_SERVICE * desks.with_service[blocks // auditors, block_desk],
            SAME_SERVICE,
        ),
        (np.zeros(len(groups.size)), number[0] + np.arange(len(groups.size)), groups.size, 0, 0),
        (number[3] + np.arange(auditors), np.ones(auditors), certain, 0, 0),
        (number[3] + owner[in_part], number[4] + np.searchsorted(part, level[in_part]), 1, 0, 0),
        (number[4] + np.arange(len(part)), np.ones(len(part)), filled[part], 0, 0),
    ]
    columns = [
        np.concatenate(
            [np.broadcast_to(np.asarray(piece[at], dtype="int64"), len(piece[0])) for piece in pieces]
        )
        for at in range(5)
    ]
    return Arcs(*columns), slice(0, len(row))
