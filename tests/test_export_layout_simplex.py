"""The network simplex: its answers keep all constraints and cost the least."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.layout.simplex import Network, solve

Arcs = list[tuple[int, int, int, int]]


@st.composite
def problems(draw: st.DrawFn) -> tuple[int, Arcs]:
    """Constraints without a cycle, in an order of variables that is not that of their numbers."""
    size = draw(st.integers(1, 6))
    order = draw(st.permutations(range(size)))
    pairs = [(order[i], order[j]) for i in range(size) for j in range(i + 1, size)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=10)) if pairs else []
    return size, [(a, b, draw(st.integers(-2, 3)), draw(st.integers(0, 4))) for a, b in chosen]


def cost(values: list[int], arcs: Arcs) -> int:
    return sum(weight * (values[head] - values[tail]) for tail, head, _, weight in arcs)


def kept(values: list[int], arcs: Arcs) -> bool:
    return all(values[head] - values[tail] >= least for tail, head, least, _ in arcs)


@given(problems())
def test_no_other_values_cost_less(problem: tuple[int, Arcs]) -> None:
    size, arcs = problem
    values = solve(size, arcs)
    assert kept(values, arcs)
    # The cost is linear and its matrix totally unimodular: where no set of variables that moves together by one step
    # brings a gain, nothing does.
    for step in product((0, 1), repeat=size):
        moved = [value + by for value, by in zip(values, step, strict=True)]
        assert not kept(moved, arcs) or cost(moved, arcs) >= cost(values, arcs)


@given(problems())
def test_each_connected_part_begins_at_zero(problem: tuple[int, Arcs]) -> None:
    size, arcs = problem
    values = solve(size, arcs)
    part = {v: {v} for v in range(size)}
    for tail, head, _, _ in arcs:
        joined = part[tail] | part[head]
        part.update(dict.fromkeys(joined, joined))
    assert all(min(values[v] for v in members) == 0 for members in part.values())


@given(problems())
def test_a_network_may_be_solved_again_at_other_weights(problem: tuple[int, Arcs]) -> None:
    size, arcs = problem
    network = Network(size, [(tail, head, least, 1) for tail, head, least, _ in arcs])
    before = network.solved()
    weights: dict[tuple[int, int], int] = {}
    for tail, head, _, weight in arcs:
        weights[tail, head] = weights.get((tail, head), 0) + weight
    assert network.solved(weights) == solve(size, arcs)
    assert network.solved() == before


@pytest.mark.parametrize(
    ("size", "arcs", "least"),
    [
        (0, [], 0),
        (3, [(0, 1, 2, 1), (1, 2, 3, 1)], 5),
        (2, [(0, 1, 2, 1), (0, 1, 5, 1)], 10),  # of two constraints on one pair the harder one
        (4, [(0, 1, 1, 1), (1, 3, 1, 1), (0, 2, 1, 1), (2, 3, 5, 9), (0, 3, 0, 0)], 52),
    ],
)
def test_known_answers(size: int, arcs: Arcs, least: int) -> None:
    values = solve(size, arcs)
    assert kept(values, arcs)
    assert cost(values, arcs) == least


def test_an_absolute_difference_is_a_variable_below_both() -> None:
    # 0 and 1 are to be 4 apart; 2 is drawn to both, 3 times as much to 1.
    values = solve(5, [(0, 1, 4, 0), (3, 0, 0, 1), (3, 2, 0, 1), (4, 1, 0, 3), (4, 2, 0, 3)])
    assert values[2] == values[1] == values[0] + 4


def test_contradictions_are_told() -> None:
    with pytest.raises(ValueError, match="more than the other"):
        solve(2, [(0, 1, 1, 1), (1, 0, 1, 1)])
