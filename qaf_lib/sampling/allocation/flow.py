"""Flows of least cost over whole numbers, by the primal-dual method on scipy's sparse graphs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, maximum_flow

__all__ = ["Arcs", "least_cost_flow", "most_flow"]

Ints = NDArray[np.int64]
SOURCE, SINK = 0, 1


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
    """Flow on each arc when as much as possible goes from node 0 to node 1, at the least cost.

    Raises
    ------
    ValueError
        If a cost or slope is below 0.

    References
    ----------
    Ahuja, R. K., Magnanti, T. L. and Orlin, J. B. (1993). Network Flows, Prentice Hall, sections 9.8
    (primal-dual) and 14.5 (convex costs).

    Examples
    --------
    Two units go from 0 to 1, over node 2 (the first free, the second for 3) or over node 3 (for 2).

    >>> arcs = Arcs(
    ...     tail=np.array([0, 0, 2, 3]),
    ...     head=np.array([2, 3, 1, 1]),
    ...     room=np.array([2, 2, 1, 1]),
    ...     cost=np.array([0, 2, 0, 0]),
    ...     slope=np.array([3, 0, 0, 0]),
    ... )
    >>> least_cost_flow(arcs=arcs).tolist()
    [1, 1, 1, 1]
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
