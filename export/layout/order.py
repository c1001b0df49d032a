"""Order: which child of a layer stands above which.

All groups are ordered at once. In each round a child goes to the mean place of what its lines lead to, lines of the nodes
deep inside it and neighbours outside its group included (barycentre); then single swaps are tried as long as they help.
What helps is judged on the rough placement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.layout.layers import no_hints
from export.layout.packing import cost, hints, pack

if TYPE_CHECKING:
    from export.layout.boxes import Plan
    from export.layout.layers import Choice, Layering, Layers, Parts
    from export.layout.packing import Packing

__all__ = ["Arranged", "arrange"]

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

        def chain(v: int) -> list[int]:
            found = chains.get(v)
            if found is None:
                found = [v]
                while owner[found[-1]] > 0:
                    found.append(owner[found[-1]])
                chains[v] = found
            return found

        for line in self.plan.joining:
            way = self.layering.ways[line.number]
            for a, b in zip(way, way[1:], strict=False):
                up, down = chain(a), chain(b)
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
        if not self.copies:
            return
        groups, items = self.plan.groups, self.plan.items
        lines, carries, parts = self.plan.twins.lines, self.layering.carries, self.layering.parts
        for model, *twins in reversed(self.plan.twins.classes):
            for twin in twins:
                same = dict(zip(model, twin, strict=True))
                for group, copy in same.items():
                    if group >= groups:
                        continue
                    for part, own in zip(parts[group], parts[copy], strict=False):
                        for layer, mine in zip(part, own, strict=False):
                            places = {
                                same[v] if v < items else ~lines[carries[v - items]]: i for i, v in enumerate(layer)
                            }
                            last = len(layer)
                            mine.sort(
                                key=lambda v, places=places, last=last: places.get(
                                    v if v < items else ~lines[carries[v - items]], last
                                )
                            )

    def _measured(self) -> tuple[Packing, float]:
        self._follow()
        packing = pack(self.plan, self.layering)
        return packing, cost(self.plan, self.layering, packing)

    def begin_as(self, layering: Layering) -> None:
        """Take over the order of another layering of the same diagram."""
        places: dict[int, float] = {}
        items = self.plan.items
        for group, parts in enumerate(layering.parts):
            for part in parts:
                for layer in part:
                    for i, v in enumerate(layer):
                        key = v if v < items else ~(layering.carries[v - items] * self.plan.groups + group)
                        places[key] = (i + 0.5) / len(layer)
        for group, parts in enumerate(self.layering.parts):
            for part in parts:
                for layer in part:
                    keys = {
                        v: places.get(
                            v if v < items else ~(self.layering.carries[v - items] * self.plan.groups + group), 1.0
                        )
                        for v in layer
                    }
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
            if len(parts) > 1:
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
                for row, i in _swaps(parts):
                    if budget <= 0:
                        break
                    budget -= 1
                    _swap(row, i)
                    packing, now = self._measured()
                    if now < price - HARDLY:
                        best, price, improved = packing, now, True
                    else:
                        _swap(row, i)
        return Arranged(self.layering, best, price)


def _swaps(parts: Parts) -> list[tuple[list[list[int]] | list[int] | Parts, int]]:
    found: list[tuple[list[list[int]] | list[int] | Parts, int]] = []
    for part in parts:
        for layer in part:
            found += [(layer, i) for i in range(len(layer) - 1)]
        if sum(len(layer) > 1 for layer in part) > 1:
            found.append((part, -1))
    found += [(parts, i) for i in range(len(parts) - 1)]
    return found


def _swap(row: list[list[int]] | list[int] | Parts, i: int) -> None:
    """Swap the neighbours i and i + 1, or mirror all layers of a part (-1); the same again undoes it."""
    if i < 0:
        for layer in row:
            if isinstance(layer, list):
                layer.reverse()
    else:
        row[i], row[i + 1] = row[i + 1], row[i]


def _copy(parts: list[Parts]) -> list[Parts]:
    return [[[list(layer) for layer in part] for part in own] for own in parts]
