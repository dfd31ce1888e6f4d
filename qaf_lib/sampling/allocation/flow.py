"""How many cases of each group go to each auditor: as many as possible, quotas first, evenly, spread.

The last of these aims by a flow of least cost over whole numbers, the primal-dual method on scipy's graphs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, maximum_flow

from qaf_lib.sampling.independence import Bools

Ints = NDArray[np.int64]
SOURCE, SINK = 0, 1

SAME_CASE, SAME_TEAM, SAME_SERVICE = 100, 10, 1
"""Costs: a case that the auditor had last time; each two of one team; each two of one service."""


@dataclass(frozen=True)
class Groups:
    """Cases that the same auditors may audit at the same cost, taken together.

    `of_case` gives the group of each case; `may` and `again` have a row for each group and a column for
    each auditor: whether the auditor may take it, and whether the auditor had that very case last time.
    """

    of_case: NDArray[np.int64]
    size: NDArray[np.int64]
    team: NDArray[np.int64]
    service: NDArray[np.int64]
    may: Bools
    again: Bools


def group_cases(*, cases: pd.DataFrame, may: Bools, again: Bools) -> Groups:
    """Take together the cases of one team whose rows of `may` and `again` are alike."""
    service = pd.factorize(cases["service"].astype(str))[0]
    team = pd.factorize(cases["service"].astype(str) + "\x1f" + cases["team_id"].astype(str))[0]
    packed = np.packbits(np.hstack([may, again]), axis=1)
    alike = pd.Series(list(zip(team, service, (row.tobytes() for row in packed), strict=True)), dtype=object)
    of_case = pd.factorize(alike)[0].astype("int64")
    first = np.unique(of_case, return_index=True)[1]
    size = np.bincount(of_case, minlength=len(first)).astype("int64")
    return Groups(of_case, size, team[first], service[first], may[first], again[first])


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


@dataclass(frozen=True)
class Arcs:
    """Arcs of a network from node 0 to node 1; no two share their ends, and none run both ways.

    The unit number k (from 0) on an arc costs `cost + slope * k`; costs and slopes are whole numbers of
    at least 0, so that costs grow along an arc.
    """

    tail: Ints
    head: Ints
    room: Ints
    cost: Ints
    slope: Ints

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return int(max(self.tail.max(initial=1), self.head.max(initial=1))) + 1


def most_flow(*, arcs: Arcs) -> Ints:
    """Flow on each arc when as much as possible goes from node 0 to node 1."""
    return _push(arcs.tail, arcs.head, arcs.room, arcs.nodes, arcs)


def least_cost_flow(*, arcs: Arcs) -> Ints:
    """As `most_flow`, at the least cost; costs and slopes are at least 0.

    Ahuja, R. K., Magnanti, T. L. and Orlin, J. B. (1993). Network Flows, Prentice Hall, sections 9.8
    (primal-dual) and 14.5 (convex costs).
    """
    if (arcs.cost < 0).any() or (arcs.slope < 0).any():
        raise ValueError("costs and slopes must be at least 0")
    flow = np.zeros(len(arcs.tail), dtype="int64")
    level = np.zeros(arcs.nodes, dtype="int64")
    tail = np.concatenate([arcs.tail, arcs.head])
    head = np.concatenate([arcs.head, arcs.tail])
    while True:
        on = np.where(arcs.slope > 0, np.minimum(arcs.room - flow, 1), arcs.room - flow)
        back = np.where(arcs.slope > 0, np.minimum(flow, 1), flow)
        room = np.concatenate([on, back])
        price = arcs.cost + arcs.slope * flow
        price = np.concatenate([price, arcs.slope - price])
        reduced = price + level[tail] - level[head]
        distance = _distances(tail, head, reduced, room, arcs.nodes)
        if np.isinf(distance[SINK]):
            return flow
        level += np.minimum(distance, distance[SINK]).astype("int64")
        free = (room > 0) & (price + level[tail] - level[head] == 0)
        flow += _push(tail[free], head[free], room[free], arcs.nodes, arcs)


def _distances(tail: Ints, head: Ints, length: Ints, room: Ints, nodes: int) -> NDArray[np.float64]:
    """Length of the shortest way from the source to each node where there is room."""
    kept = room > 0
    ends = (tail[kept].astype("int32"), head[kept].astype("int32"))
    graph = csr_array((length[kept].astype(float), ends), shape=(nodes, nodes))
    found: NDArray[np.float64] = dijkstra(graph, indices=SOURCE)
    return found


def _push(tail: Ints, head: Ints, room: Ints, nodes: int, arcs: Arcs) -> Ints:
    """Most flow over some of the arcs or back over them, as the change on each arc."""
    ends = (tail.astype("int32"), head.astype("int32"))
    graph = csr_array((room.astype("int32"), ends), shape=(nodes, nodes))
    found = maximum_flow(graph, SOURCE, SINK).flow.tocoo()
    place = found.row.astype("int64") * nodes + found.col
    order = np.argsort(place)
    wanted = arcs.tail * nodes + arcs.head
    at = np.minimum(np.searchsorted(place[order], wanted), max(len(place) - 1, 0))
    if not len(place):
        return np.zeros(len(arcs.tail), dtype="int64")
    change = np.where(place[order][at] == wanted, found.data[order][at], 0)
    return np.asarray(change, dtype="int64")
