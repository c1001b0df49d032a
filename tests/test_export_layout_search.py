"""What is tried again and again is counted from what is known, and that is the same as counted from the start."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from export.layout.boxes import plan
from export.layout.costs import Costs
from export.layout.layers import Layers, no_hints
from export.layout.lone import Lone
from export.layout.order import Arranger
from export.layout.packing import Packer
from export.layout.ranks import Choice
from export.layout.twins import Followers
from sketches import DIRECTIONS, group, line, node, random_sketch, sketch

if TYPE_CHECKING:
    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.packing import Packing
    from export.layout.sketch import Sketch

SEEDS = range(8)


def drawn(seed: int) -> Plan:
    return plan(random_sketch(seed, 25, DIRECTIONS[seed % 4]))


def first_choice(of: Plan) -> Choice:
    return Choice(of.base, (Lone(),) * of.groups, (1,) * of.groups)


def shuffled(layering: Layering, dice: Random) -> Layering:
    """The same layering with the layers of one group in any order."""
    parts = list(layering.parts)
    at = dice.randrange(len(parts))
    parts[at] = tuple(tuple(tuple(dice.sample(layer, len(layer))) for layer in part) for part in parts[at])
    return layering.ordered(tuple(parts))


def where(packing: Packing) -> list[list[float]]:
    return [packing.x, packing.y, packing.left, packing.top, packing.width, packing.height]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_small_change_is_packed_and_counted_as_all_is(seed: int) -> None:
    of, dice = drawn(seed), Random(seed)
    packer, costs = Packer(of), Costs(of)
    layering = Layers(of)(first_choice(of), no_hints(of))
    packing = packer(layering)
    sheet = costs(layering, packing)
    for _ in range(20):
        layering = shuffled(layering, dice)
        packing = packer(layering, packing)
        whole = Packer(of)(layering)
        assert where(packing) == where(whole)
        fresh = Costs(of)(layering, whole)
        again = costs.below(fresh.cost + 1, layering, packing, sheet)
        assert again is not None
        assert again.cost == fresh.cost
        assert sorted(again.over) == sorted(fresh.over)
        assert sorted(map(sorted, again.crossings)) == sorted(map(sorted, fresh.crossings))
        assert costs.below(fresh.cost, layering, packing, sheet) is None
        sheet = again


@pytest.mark.parametrize("seed", SEEDS)
def test_crossings_are_those_of_all_pairs_of_pieces(seed: int) -> None:
    of = drawn(seed)
    layering = Layers(of)(first_choice(of), no_hints(of))
    packing = Packer(of)(layering)
    at = list(zip(packing.x, packing.y, strict=True))
    pieces = [(at[a], at[b]) for edge in of.joining for a, b in pairwise(layering.ways[edge.number])]

    def side(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    crossing = sum(
        side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
        for (a, b), (c, d) in combinations(pieces, 2)
    )
    assert len(Costs(of)(layering, packing).crossings) == crossing


def test_a_swap_undoes_the_crossing_that_barycentres_leave() -> None:
    of = plan(sketch(["a", "b", "c", "d"], [("a", "d"), ("b", "c"), ("a", "c")]))
    count, arrange = Costs(of), Arranger(of)
    before, after = (arrange(first_choice(of), swaps) for swaps in (0, 10))
    assert len(count(before.layering, before.packing).crossings) == 1
    assert not count(after.layering, after.packing).crossings
    assert after.cost < before.cost


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_arranged_before_changes_no_answer(seed: int) -> None:
    of = drawn(seed)
    base = first_choice(of)
    choices = [base._replace(lone=(Lone(ends, rest),) * of.groups) for ends in range(3) for rest in range(3)]
    used = Arranger(of)
    for choice in choices:
        for budget in (0, 20):
            known, fresh = used(choice, budget), Arranger(of)(choice, budget)
            assert known.cost == fresh.cost
            assert known.layering.parts == fresh.layering.parts
            assert where(known.packing) == where(fresh.packing)


def alike() -> Sketch:
    """Two zones of two subnets each, all four alike but for the lines that come from outside."""
    zones = ["one", "two"]
    subnets = [(zone, f"{zone} {side}") for zone in zones for side in ("left", "right")]
    nodes = [node(f"{subnet} {kind}", subnet) for _, subnet in subnets for kind in ("web", "api", "data")]
    edges = [
        line(f"{subnet} {a}", f"{subnet} {b}") for _, subnet in subnets for a, b in (("web", "api"), ("web", "data"))
    ]
    edges += [line("user", f"{subnet} web") for _, subnet in subnets]
    groups = [*(group(zone) for zone in zones), *(group(subnet, zone) for zone, subnet in subnets)]
    return sketch([node("user"), *nodes], edges, groups)


def test_twins_within_twins_follow_the_first_of_all() -> None:
    of = plan(alike())
    layering = Layers(of)(first_choice(of), no_hints(of))
    followers = Followers(of)
    turned = list(layering.parts)
    model = min(
        item
        for item in range(of.groups)
        if of.twins.of[item] == item and item not in followers.copies and of.at_home[item] and item
    )
    turned[model] = tuple(tuple(layer[::-1] for layer in part) for part in turned[model])
    order = followers.followed(turned, {model}, layering)
    copies = [item for item in range(of.groups) if item != model and of.twins.of[item] == model]
    assert len(copies) == 3
    names = [
        [of.ids[v].split()[-1] for part in order[item] for layer in part for v in layer if v < of.items]
        for item in (model, *copies)
    ]
    assert names == [["web", "data", "api"]] * 4
    assert followers.followed(turned, range(of.groups), layering) == order
