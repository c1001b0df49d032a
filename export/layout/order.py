"""Order: which child of a layer stands above which.

All groups are ordered at once. In each round a child goes to the mean place of what its lines lead to, lines of the
nodes deep inside it and neighbours outside its group included (barycentre); then single swaps are tried as long as they
help. What helps is judged on the rough placement.
"""

from __future__ import annotations

from functools import partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING, TypeVar

from export.layout.layers import no_hints
from export.layout.packing import cost, hints, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from export.layout.boxes import Plan
    from export.layout.layers import Layering, Layers
    from export.layout.packing import Packing
    from export.layout.ranks import Choice, Parts

__all__ = ["Arranged", "arrange"]

T = TypeVar("T")

ROUNDS = 4  # of barycentres for one layering
LAYERINGS = 3  # the first without hints, each next with the hints of the last
REROUNDS, RELAYERINGS = 2, 2  # the same where an order is known
HARDLY = 1e-6


class Arranged:
    """A layering in its best order, the rough placement of it, and what that costs."""

    __slots__ = ("cost", "layering", "packing")

    def __init__(self, layering: Layering, packing: Packing, price: float) -> None:
        self.layering = layering
        self.packing = packing
        self.cost = price


def arrange(layers: Layers, choice: Choice, budget: int, start: Arranged | None = None) -> Arranged:
    """Layer and order all groups, from an earlier order if there is one; at most `budget` swaps are tried."""
    plan = layers.plan
    arranged, before = start, None
    for _ in range(LAYERINGS if start is None else RELAYERINGS):
        known = hints(plan, arranged.layering, arranged.packing) if arranged is not None else no_hints(plan)
        if known == before:
            break
        before = known
        ordering = _Ordering(plan, layers(choice, known))
        if arranged is not None:
            ordering.begin_as(arranged.layering)
        arranged = ordering.settled(ROUNDS if start is None else REROUNDS)
    assert arranged is not None
    if budget:
        return _Ordering(plan, arranged.layering).climbed(arranged, budget)
    return arranged


class _Ordering:
    """The order of one layering while it is sought."""

    def __init__(self, plan: Plan, layering: Layering) -> None:
        self.plan = plan
        self.layering = layering
        self.pulls = self._pulls()
        self.copies = {twin for twins in plan.twins.classes for other in twins[1:] for twin in other}

    def _pulls(self) -> list[list[tuple[int, int]]]:
        """Return for each element the pairs (inside it, outside it) of elements that a line joins."""
        owner = self.layering.owner
        pulls: list[list[tuple[int, int]]] = [[] for _ in owner]
        chains: dict[int, list[int]] = {}

        def climb(v: int) -> list[int]:
            found = chains.get(v)
            if found is None:
                found = [v]
                while owner[found[-1]] > 0:
                    found.append(owner[found[-1]])
                chains[v] = found
            return found

        for line in self.plan.joining:
            way = self.layering.ways[line.number]
            for a, b in pairwise(way):
                up, down = climb(a), climb(b)
                for v in up:
                    if v in down:
                        break
                    pulls[v].append((a, b))
                for v in down:
                    if v in up:
                        break
                    pulls[v].append((b, a))
        return pulls

    def _follow(self) -> None:
        """Give all twins the order of their models; a lane that only one of them has comes last."""
        groups, lines, parts = self.plan.groups, self.plan.twins.lines, self.layering.parts
        for model, *twins in reversed(self.plan.twins.classes):
            for twin in twins:
                same = dict(zip(model, twin, strict=True))
                for group, copy in same.items():
                    if group < groups:
                        _take_order(parts[copy], parts[group], self.layering, same, lines)

    def _measured(self) -> tuple[Packing, float]:
        self._follow()
        packing = pack(self.plan, self.layering)
        return packing, cost(self.plan, self.layering, packing)

    def begin_as(self, layering: Layering) -> None:
        """Take over the order of another layering of the same diagram."""
        places: dict[tuple[int, int], float] = {}
        for group, parts in enumerate(layering.parts):
            for layer in chain.from_iterable(parts):
                for i, v in enumerate(layer):
                    places[layering.known_as(v, group)] = (i + 0.5) / len(layer)
        for group, parts in enumerate(self.layering.parts):
            for layer in chain.from_iterable(parts):
                keys = {v: places.get(self.layering.known_as(v, group), 1.0) for v in layer}
                layer.sort(key=keys.__getitem__)

    def settled(self, rounds: int) -> Arranged:
        """Return the best order of some rounds of barycentres."""
        best, price = self._measured()
        packing, kept = best, _copy(self.layering.parts)
        for turn in range(rounds):
            if not self._to_barycentres(packing, backwards=bool(turn % 2)):
                break
            packing, now = self._measured()
            if now < price - HARDLY:
                best, price, kept = packing, now, _copy(self.layering.parts)
        self.layering.parts = kept
        return Arranged(self.layering, best, price)

    def _to_barycentres(self, packing: Packing, *, backwards: bool) -> bool:
        changed = False
        pulls = self.pulls
        for group, parts in enumerate(self.layering.parts):
            if group in self.copies:
                continue
            place = packing.y if self.layering.flows[group].axis == 0 else packing.x
            for part in parts:
                for layer in reversed(part) if backwards else part:
                    if len(layer) < 2:
                        continue
                    keys: dict[int, float] = {}
                    for v in layer:
                        pairs = pulls[v]
                        at = place[v]
                        keys[v] = at + sum(place[b] - place[a] for a, b in pairs) / len(pairs) if pairs else at
                    ordered = sorted(layer, key=keys.__getitem__)
                    if ordered != layer:
                        layer[:] = ordered
                        changed = True
            if len(parts) > 1 and self.layering.folds[group] == 1:
                means: list[tuple[float, int]] = []
                for i, part in enumerate(parts):
                    ends = [place[b] for layer in part for v in layer for _, b in pulls[v]]
                    means.append((sum(ends) / len(ends) if ends else float("inf"), i))
                if means != sorted(means):
                    parts[:] = [parts[i] for _, i in sorted(means)]
                    changed = True
        return changed

    def climbed(self, arranged: Arranged, budget: int) -> Arranged:
        """Try swaps of neighbours, of parts and mirrored parts, and keep each that helps."""
        best, price = arranged.packing, arranged.cost
        improved = True
        while improved and budget > 0:
            improved = False
            for group, parts in enumerate(self.layering.parts):
                if group in self.copies:
                    continue
                for change in _changes(parts, in_order=self.layering.folds[group] > 1):
                    if budget <= 0:
                        break
                    budget -= 1
                    change()
                    packing, now = self._measured()
                    if now < price - HARDLY:
                        best, price, improved = packing, now, True
                    else:
                        change()
        self._follow()
        return Arranged(self.layering, best, price)


def _take_order(own: Parts, models: Parts, layering: Layering, same: dict[int, int], lines: Sequence[int]) -> None:
    """Order the parts of a twin like those of its model; `same` leads from the model's items to its own."""
    items = layering.items
    at = {v: i for i, part in enumerate(models) for layer in part for v in layer}
    mine = {same[v]: i for v, i in at.items() if v in same}
    own.sort(key=lambda part: min((mine[v] for layer in part for v in layer if v in mine), default=len(models)))
    for part, model in zip(own, models, strict=False):
        for layer, other in zip(part, model, strict=False):
            keys = {same[v] if v < items else ~lines[layering.carries[v - items]]: i for i, v in enumerate(other)}
            places = {v: keys.get(v if v < items else ~lines[layering.carries[v - items]], len(other)) for v in layer}
            layer.sort(key=places.__getitem__)


def _changes(parts: Parts, *, in_order: bool) -> list[Callable[[], None]]:
    """Return the small changes of an order, of the parts too unless `in_order`; made again each undoes itself."""
    found: list[Callable[[], None]] = []
    for part in parts:
        for layer in part:
            found += [partial(_swap, layer, i) for i in range(len(layer) - 1)]
        if sum(len(layer) > 1 for layer in part) > 1:
            found.append(partial(_mirror, part))
    return found if in_order else found + [partial(_swap, parts, i) for i in range(len(parts) - 1)]


def _swap(row: list[T], i: int) -> None:
    row[i], row[i + 1] = row[i + 1], row[i]


def _mirror(part: list[list[int]]) -> None:
    for layer in part:
        layer.reverse()


def _copy(parts: list[Parts]) -> list[Parts]:
    return [[[list(layer) for layer in part] for part in own] for own in parts]
