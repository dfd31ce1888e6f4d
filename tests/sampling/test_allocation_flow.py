"""The flow of least cost, and the assignment over it, against integer programming."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

from qaf_lib.sampling.allocation.flow import (
    SAME_CASE,
    SAME_SERVICE,
    SAME_TEAM,
    Arcs,
    Desks,
    Groups,
    assign,
    least_cost_flow,
    most_flow,
)


def column(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype="int64")


def test_most_flow_of_a_textbook_network():
    # two ways of room 3 and 2 meet an arc of room 4
    arcs = Arcs(
        column(0, 0, 2, 3, 4),
        column(2, 3, 4, 4, 1),
        column(3, 2, 3, 2, 4),
        column(*[0] * 5),
        column(*[0] * 5),
    )
    flow = most_flow(arcs=arcs)
    assert flow[-1] == 4


def test_a_costlier_way_is_taken_only_when_the_cheap_one_is_full():
    arcs = Arcs(
        column(0, 0, 2, 3), column(2, 3, 1, 1), column(5, 5, 2, 9), column(1, 4, 0, 0), column(*[0] * 4)
    )
    assert least_cost_flow(arcs=arcs).tolist() == [2, 5, 2, 5]


def test_growing_costs_share_the_flow_out():
    # units cost 0, 1, 2 on both ways: five units go three and two
    arcs = Arcs(
        column(0, 2, 2, 3, 4),
        column(2, 3, 4, 1, 1),
        column(5, 9, 9, 9, 9),
        column(*[0] * 5),
        column(0, 1, 1, 0, 0),
    )
    assert sorted(least_cost_flow(arcs=arcs)[1:3].tolist()) == [2, 3]


def test_an_earlier_choice_is_taken_back_when_that_is_cheaper():
    # 2-4 is cheapest, but with it both units cost 1 + 9; the other way round 2 + 2
    arcs = Arcs(
        column(0, 0, 2, 2, 3, 4, 5),
        column(2, 3, 4, 5, 4, 1, 1),
        column(1, 1, 1, 1, 1, 1, 1),
        column(0, 0, 1, 2, 2, 0, 0),
        column(*[0] * 7),
    )
    assert least_cost_flow(arcs=arcs).tolist() == [1, 1, 0, 1, 1, 1, 1]


def test_costs_below_nought_are_refused():
    arcs = Arcs(column(0), column(1), column(1), column(-1), column(0))
    with pytest.raises(ValueError, match="at least 0"):
        least_cost_flow(arcs=arcs)


def test_nothing_flows_through_an_empty_network():
    empty = column()
    assert least_cost_flow(arcs=Arcs(empty, empty, empty, empty, empty)).tolist() == []


@pytest.mark.parametrize("seed", range(8))
def test_least_cost_agrees_with_linear_sum_assignment(seed):
    cost = np.random.default_rng(seed).integers(0, 30, size=(7, 7))
    row, col = np.divmod(np.arange(49), 7)
    ones = np.ones(63, dtype="int64")
    arcs = Arcs(
        np.concatenate([2 + row, np.zeros(7, dtype="int64"), 9 + np.arange(7)]),
        np.concatenate([9 + col, 2 + np.arange(7), np.ones(7, dtype="int64")]),
        ones,
        np.concatenate([cost.ravel(), np.zeros(14, dtype="int64")]),
        0 * ones,
    )
    best = cost[linear_sum_assignment(cost)].sum()
    assert (least_cost_flow(arcs=arcs) * arcs.cost).sum() == best


def some_problem(seed: int) -> tuple[Groups, Desks]:
    rng = np.random.default_rng(seed)
    count, desks = rng.integers(1, 6), rng.integers(1, 5)
    team = np.unique(rng.integers(rng.integers(1, 4), size=count), return_inverse=True)[1]
    service = np.unique(rng.integers(2, size=team.max() + 1), return_inverse=True)[1]
    size = rng.integers(1, 4, size=count)
    may = rng.random((count, desks)) < 0.6
    again = may & (rng.random(may.shape) < 0.2)
    load = rng.integers(0, 3, size=desks)
    return (
        Groups(np.repeat(np.arange(count), size), size, team, service[team], may, again),
        Desks(
            load=load,
            minimum=rng.integers(0, 4, size=desks),
            capacity=load + rng.integers(-1, 5, size=desks),
            room=rng.choice([1.0, 0.5, 0.6, 0.8], size=desks),
            with_team=rng.integers(0, 2, size=(team.max() + 1, desks)),
            with_service=rng.integers(0, 3, size=(service.max() + 1, desks)),
        ),
    )


def aims(groups: Groups, desks: Desks, chosen: np.ndarray) -> list[float]:
    """Cases, shortfall, the sum over auditors of load * (load + 1) / room, and the cost of spread."""
    total = desks.load + chosen.sum(axis=0)
    cost = float(SAME_CASE * chosen[groups.again].sum())
    for price, code, had in (
        (SAME_TEAM, groups.team, desks.with_team),
        (SAME_SERVICE, groups.service, desks.with_service),
    ):
        for name in range(len(had)):
            new = chosen[code == name].sum(axis=0)
            cost += float(price * (had[name] * new + new * (new - 1) // 2).sum())
    even = float((total * (total + 1) / desks.room).sum())
    return [float(chosen.sum()), float((desks.minimum - total).clip(min=0).sum()), round(even, 6), cost]


def by_integer_programming(groups: Groups, desks: Desks) -> list[float]:
    """The same aims, one after the other, with a binary variable for each place of each convex cost."""
    most, (count, auditors) = int(groups.size.sum()), groups.may.shape
    pair = [(g, a) for g in range(count) for a in range(auditors)]
    place = [
        (a, k)
        for a in range(auditors)
        for k in range(desks.load[a] + 1, max(desks.capacity[a], desks.load[a]) + 1)
    ]
    spread = [
        (kind, name, a, k)
        for kind, had in (("team", desks.with_team), ("service", desks.with_service))
        for name in range(len(had))
        for a in range(auditors)
        for k in range(most)
    ]
    every = [*pair, *place, *spread]
    rows, low, high = [], [], []

    def bind(row, least, largest):
        rows.append(row)
        low.append(least)
        high.append(largest)

    def row_of(pairs, minus=()):
        row = np.zeros(len(every))
        row[: len(pair)] = [one in pairs for one in pair]
        row[len(pair) :] = [-1.0 * (one in minus) for one in every[len(pair) :]]
        return row

    for g in range(count):
        bind(row_of({(g, a) for a in range(auditors)}), 0, groups.size[g])
    for a in range(auditors):
        bind(row_of({(g, a) for g in range(count)}, {one for one in place if one[0] == a}), 0, 0)
        for kind, code in (("team", groups.team), ("service", groups.service)):
            for name in range(code.max() + 1):
                theirs = {(g, a) for g in range(count) if code[g] == name}
                bind(row_of(theirs, {one for one in spread if one[:3] == (kind, name, a)}), 0, 0)
    upper = np.ones(len(every))
    upper[: len(pair)] = [groups.size[g] * groups.may[g, a] for g, a in pair]
    had = {"team": (SAME_TEAM, desks.with_team), "service": (SAME_SERVICE, desks.with_service)}
    none = [0.0] * len(pair), [0.0] * len(place), [0.0] * len(spread)
    goals = [
        np.array([-1.0] * len(pair) + none[1] + none[2]),
        np.array(none[0] + [-1.0 * (k <= desks.minimum[a]) for a, k in place] + none[2]),
        np.array(none[0] + [k / desks.room[a] for a, k in place] + none[2]),
        np.array(
            [float(SAME_CASE * groups.again[g, a]) for g, a in pair]
            + none[1]
            + [float(had[kind][0] * (had[kind][1][name, a] + k)) for kind, name, a, k in spread]
        ),
    ]
    for goal in goals:
        found = milp(
            goal,
            constraints=LinearConstraint(np.array(rows), low, high),
            bounds=Bounds(0, upper),
            integrality=1,
        )
        bind(goal, -np.inf, found.fun + 1e-6)
    chosen = np.round(found.x[: len(pair)]).astype(int).reshape(count, auditors)
    return aims(groups, desks, chosen)


@pytest.mark.parametrize("seed", range(25))
def test_every_aim_is_met_as_well_as_integer_programming_meets_it(seed):
    groups, desks = some_problem(seed)
    chosen = assign(groups=groups, desks=desks)
    assert not chosen[~groups.may].any()
    assert (chosen.sum(axis=1) <= groups.size).all()
    assert (chosen.sum(axis=0) <= (desks.capacity - desks.load).clip(min=0)).all()
    assert aims(groups, desks, chosen) == by_integer_programming(groups, desks)
