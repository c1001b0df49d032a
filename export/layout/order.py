"""Order: which child of a layer stands above which.

All groups are ordered at once. In each round a child goes to the mean place of what its lines lead to, lines of the
nodes deep inside it and neighbours outside its group included (barycentre); then single swaps are tried as long as they
help. What helps is judged on the rough placement.

The search asks for hundreds of arrangements that differ little, and many come to the same layering. So an order is a
tuple that is never changed, and what was found for one is kept: by layering, and within it by the order it began with.
"""

from __future__ import annotations

from functools import partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING, TypeVar

from export.layout.costs import Costs
from export.layout.layers import Layers, no_hints
from export.layout.packing import Packer, hints
from export.layout.twins import Followers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.packing import Packing
    from export.layout.ranks import Choice, Hints, Parts

__all__ = ["Arranged", "Arranger"]

T = TypeVar("T")
Order = tuple["Parts", ...]  # of all groups

ROUNDS = 4  # of barycentres for one layering
LAYERINGS = 3  # the first without hints, each next with the hints of the last
REROUNDS, RELAYERINGS = 2, 2  # the same where an order is known
HARDLY = 1e-6


class Arranged:
    """A layering in its best order, the rough placement of it, and what that costs."""

    __slots__ = ("_hints", "_places", "cost", "layering", "packing")

    def __init__(self, layering: Layering, packing: Packing, price: float) -> None:
        self.layering = layering
        self.packing = packing
        self.cost = price
        self._hints: Hints | None = None
        self._places: dict[object, float] | None = None

    def hints(self, plan: Plan) -> Hints:
        """Return what it tells a next layering."""
        if self._hints is None:
            self._hints = hints(plan, self.layering, self.packing)
        return self._hints

    @property
    def places(self) -> dict[object, float]:
        """Where in its layer each element stands, from 0 to 1, by its name."""
        if self._places is None:
            names = self.layering.names
            self._places = {
                names[v]: (i + 0.5) / len(layer)
                for parts in self.layering.parts
                for layer in chain.from_iterable(parts)
                for i, v in enumerate(layer)
            }
        return self._places


class Arranger:
    """Arranges one diagram again and again."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.layers = Layers(plan)
        self.packer = Packer(plan)
        self.costs = Costs(plan)
        self.twins = Followers(plan)
        self.orderings: dict[Layering, _Ordering] = {}

    def __call__(self, choice: Choice, budget: int, start: Arranged | None = None) -> Arranged:
        """Layer and order all groups, from an earlier order if there is one; at most `budget` swaps are tried."""
        arranged, before, ordering = start, None, None
        for _ in range(LAYERINGS if start is None else RELAYERINGS):
            known = no_hints(self.plan) if arranged is None else arranged.hints(self.plan)
            if known == before:
                break
            before = known
            layering = self.layers(choice, known)
            ordering = self.orderings.get(layering)
            if ordering is None:
                ordering = self.orderings[layering] = _Ordering(self, layering)
            order = layering.parts if arranged is None else ordering.like(arranged)
            arranged = ordering.settled(order, ROUNDS if start is None else REROUNDS)
        assert arranged is not None
        assert ordering is not None
        return ordering.climbed(arranged, budget) if budget else arranged


class _Ordering:
    """The orders of one layering."""

    def __init__(self, arranger: Arranger, layering: Layering) -> None:
        self.plan = arranger.plan
        self.packer = arranger.packer
        self.costs = arranger.costs
        self.twins = arranger.twins
        self.layering = layering
        self.loose = [  # groups in which there is something to order
            group
            for group, parts in enumerate(layering.parts)
            if group not in self.twins.copies and any(len(row) > 1 for row in (parts, *chain.from_iterable(parts)))
        ]
        self.pulls = self._pulls()
        self.known: dict[tuple[Order, int], Arranged] = {}

    def _pulls(self) -> list[list[tuple[int, int]]]:
        """Return for each element the pairs (inside it, outside it) of elements that a line joins."""
        owner, path = self.layering.owner, self.plan.path
        outwards = [*path, *((d, *path[owner[d]]) for d in range(self.plan.items, len(owner)))]
        pulls: list[list[tuple[int, int]]] = [[] for _ in owner]
        for line in self.plan.joining:
            for a, b in pairwise(self.layering.ways[line.number]):
                up, down = outwards[a], outwards[b]
                for v in up:
                    if v in down:
                        break
                    pulls[v].append((a, b))
                for v in down:
                    if v in up:
                        break
                    pulls[v].append((b, a))
        return pulls

    def like(self, arranged: Arranged) -> Order:
        """Return the order of another layering of the same diagram."""
        places, names = arranged.places, self.layering.names
        return tuple([_sorted(parts, lambda v: places.get(names[v], 1.0)) for parts in self.layering.parts])

    def settled(self, order: Order, rounds: int) -> Arranged:
        """Return the best order of some rounds of barycentres."""
        found = self.known.get((order, rounds))
        if found is None:
            found = self.known[order, rounds] = self._settled(order, rounds)
        return found

    def _settled(self, order: Order, rounds: int) -> Arranged:
        order = self.twins.followed(order, range(self.plan.groups), self.layering)
        layering = self.layering.ordered(order)
        packing = self.packer(layering)
        best, sheet = layering, self.costs(layering, packing)
        for _ in range(rounds):
            moved = self._to_barycentres(order, packing)
            if not moved:
                break
            order = self.twins.followed(_with(order, moved), moved, self.layering)
            layering = self.layering.ordered(order)
            packing = self.packer(layering, packing)
            better = self.costs.below(sheet.cost - HARDLY, layering, packing, sheet)
            if better is not None:
                best, sheet = layering, better
        return Arranged(best, sheet.packing, sheet.cost)

    def _to_barycentres(self, order: Order, packing: Packing) -> dict[int, Parts]:
        """Return the groups in which something is not in the place of its barycentre, each with its new order."""
        moved: dict[int, Parts] = {}
        pulls = self.pulls
        for group in self.loose:
            parts = order[group]
            place = packing.y if self.layering.flows[group].axis == 0 else packing.x

            def key(v: int, place: list[float] = place) -> float:
                pairs = pulls[v]
                return place[v] + sum([place[b] - place[a] for a, b in pairs]) / len(pairs) if pairs else place[v]

            own = _sorted(parts, key)
            if len(parts) > 1 and self.layering.folds[group] == 1:
                means: list[tuple[float, int]] = []
                for i, part in enumerate(own):
                    ends = [place[b] for layer in part for v in layer for _, b in pulls[v]]
                    means.append((sum(ends) / len(ends) if ends else float("inf"), i))
                own = tuple([own[i] for _, i in sorted(means)])
            if own != parts:
                moved[group] = own
        return moved

    def climbed(self, arranged: Arranged, budget: int) -> Arranged:
        """Try swaps of neighbours, of parts and mirrored parts, and keep each that helps."""
        best, sheet = arranged.layering, self.costs(arranged.layering, arranged.packing)
        failed: set[Order] = set()  # what was no better than an earlier best is no better than a later one
        improved = True
        while improved and budget > 0:
            improved = False
            for group in self.loose:
                for change in _changes(best.parts[group], in_order=best.folds[group] > 1):
                    if budget <= 0:
                        break
                    budget -= 1
                    moved = {group: change(best.parts[group])}
                    order = self.twins.followed(_with(best.parts, moved), moved, best)
                    if order in failed:
                        continue
                    layering = best.ordered(order)
                    packing = self.packer(layering, sheet.packing)
                    better = self.costs.below(sheet.cost - HARDLY, layering, packing, sheet)
                    if better is None:
                        failed.add(order)
                    else:
                        best, sheet, improved = layering, better, True
        return Arranged(best, sheet.packing, sheet.cost)


def _sorted(parts: Parts, key: Callable[[int], float]) -> Parts:
    return tuple(
        [tuple([tuple(sorted(layer, key=key)) if len(layer) > 1 else layer for layer in part]) for part in parts]
    )


def _changes(parts: Parts, *, in_order: bool) -> Iterator[Callable[[Parts], Parts]]:
    """Yield the small changes of an order, of the parts too unless `in_order`."""
    for p, part in enumerate(parts):
        for i, layer in enumerate(part):
            for at in range(len(layer) - 1):
                yield partial(_with_swap_in, part=p, layer=i, at=at)
        if sum([len(layer) > 1 for layer in part]) > 1:
            yield partial(_with_mirrored, part=p)
    if not in_order:
        for at in range(len(parts) - 1):
            yield partial(_swapped, at=at)


def _with_swap_in(parts: Parts, part: int, layer: int, at: int) -> Parts:
    layers = parts[part]
    changed = (*layers[:layer], _swapped(layers[layer], at), *layers[layer + 1 :])
    return (*parts[:part], changed, *parts[part + 1 :])


def _with_mirrored(parts: Parts, part: int) -> Parts:
    return (*parts[:part], tuple([layer[::-1] for layer in parts[part]]), *parts[part + 1 :])


def _swapped(row: tuple[T, ...], at: int) -> tuple[T, ...]:
    return (*row[:at], row[at + 1], row[at], *row[at + 2 :])


def _with(order: Order, moved: dict[int, Parts]) -> Order:
    return tuple([moved.get(group, parts) for group, parts in enumerate(order)])
