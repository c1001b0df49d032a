"""A rough placement: boxes in boxes.

Sizes from the inside out, places from the outside in, each layer centred on the next. It takes a small fraction of a
millisecond, so orders and directions can be tried on it by the hundred; exact coordinates and lines come later and only
for the best. Lengths are in U.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from export.layout.boxes import GAP_ACROSS, GAP_ALONG

if TYPE_CHECKING:
    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.ranks import Hints, Parts

__all__ = ["Packer", "Packing", "hints", "inversions"]

LANE_GAP = 2  # from a dummy to the next in its layer

INVERSION, TWIN_INVERSION = 12, 150


class Inside(NamedTuple):
    """How a group is packed.

    `places` tells for each element in it how far its corner, or a dummy itself, is from the corner within the padding.
    Width and height are those of the group, with room for lines to itself. `inversions` is the cost of neighbours that
    stand against the script's order.
    """

    places: list[tuple[int, float, float]]
    width: float
    height: float
    inversions: int


class Packing:
    """Centres of elements, sizes of items, and of groups the left and upper border and how they are packed."""

    __slots__ = ("height", "insides", "left", "top", "width", "x", "y")

    def __init__(self, elements: int, width: list[float], height: list[float], insides: list[Inside]) -> None:
        self.width = width
        self.height = height
        self.insides = insides
        self.x = [0.0] * elements
        self.y = [0.0] * elements
        self.left = [0.0] * len(insides)
        self.top = [0.0] * len(insides)


class Packer:
    """Places everything roughly, again and again: a group whose inside is as it was before is not packed again."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.width = [float(reach.left + reach.right) for reach in plan.reach]
        self.height = [float(reach.up + reach.down) for reach in plan.reach]
        self.inner = [[child for child in children if child < plan.groups] for children in plan.children]
        self.known: dict[object, Inside] = {}

    def __call__(self, layering: Layering, before: Packing | None = None) -> Packing:
        """Return the rough placement of a layering; `before` is one of the same layering in another order."""
        width, height = self.width.copy(), self.height.copy()
        groups, inner, known = self.plan.groups, self.inner, self.known
        flows, folds = layering.flows, layering.folds
        insides: list[Inside] = []
        for group in range(groups - 1, -1, -1):
            parts = layering.parts[group]
            sizes = tuple([(width[child], height[child]) for child in inner[group]]) if inner[group] else ()
            key = (group, flows[group], folds[group], parts, sizes)
            inside = known.get(key)
            if inside is None:
                inside = known[key] = self._packed(group, layering, width, height)
            width[group], height[group] = inside.width, inside.height
            insides.append(inside)
        insides.reverse()
        packing = Packing(len(layering.owner), width, height, insides)
        self._settle(packing, before)
        return packing

    def _settle(self, packing: Packing, before: Packing | None) -> None:
        """Find the places from the outside in; in a group that is and stands as before they are what they were."""
        plan = self.plan
        if before is not None:
            packing.x, packing.y = before.x.copy(), before.y.copy()
            packing.left, packing.top = before.left.copy(), before.top.copy()
        x, y, left, top = packing.x, packing.y, packing.left, packing.top
        groups, items, reach = plan.groups, plan.items, plan.reach
        for group, inside in enumerate(packing.insides):
            if (
                before is not None
                and inside is before.insides[group]
                and left[group] == before.left[group]
                and top[group] == before.top[group]
            ):
                continue
            pad_left, pad_top, _, _ = plan.pads[group]
            base_x, base_y = left[group] + pad_left, top[group] + pad_top
            for v, dx, dy in inside.places:
                at_x, at_y = base_x + dx, base_y + dy
                if v >= items:
                    x[v], y[v] = at_x, at_y
                elif v >= groups:
                    x[v], y[v] = at_x + reach[v][0], at_y + reach[v][2]
                else:
                    left[v], top[v] = at_x, at_y
                    x[v], y[v] = at_x + packing.width[v] / 2, at_y + packing.height[v] / 2
        x[0], y[0] = packing.width[0] / 2, packing.height[0] / 2

    def _packed(self, group: int, layering: Layering, width: list[float], height: list[float]) -> Inside:
        """Pack a group, given the sizes of its children: layers along the flow, each centred on the longest."""
        plan = self.plan
        items, reach = plan.items, plan.reach
        flat = layering.flows[group].axis == 0
        along_of, across_of = (width, height) if flat else (height, width)
        places: list[tuple[int, float, float]] = []
        start, longest = 0.0, 0.0
        folded = layering.folds[group] > 1
        between = GAP_ALONG if folded else GAP_ACROSS
        ends: list[tuple[int, float]] = []
        for part in layering.parts[group]:
            stacks: list[tuple[list[tuple[int, float, float]], float, float]] = []
            highest = 0.0
            for layer in part:
                at, thick = 0.0, 0.0
                stack: list[tuple[int, float, float]] = []
                for v in layer:
                    if v < items:
                        along = along_of[v]
                        stack.append((v, at, along))
                        at += across_of[v] + GAP_ACROSS
                        if along > thick:
                            thick = along
                    else:
                        stack.append((v, at, 0.0))
                        at += LANE_GAP
                at -= GAP_ACROSS if layer and layer[-1] < items else LANE_GAP
                if at > highest:
                    highest = at
                stacks.append((stack, at, thick))
            along_at = 0.0
            for stack, high, thick in stacks:
                shift = start + (highest - high) / 2
                for v, at, along in stack:
                    places.append((v, along_at + (thick - along) / 2, shift + at))
                along_at += thick + GAP_ALONG
            ends.append((len(places), along_at))
            if along_at > longest:
                longest = along_at
            start += highest + between
        wide, high = max(0.0, longest - GAP_ALONG), max(0.0, start - between)
        if folded and not layering.flows[group].forward:
            places = _at_the_end(places, ends, longest)
        if not flat:
            wide, high = high, wide
            places = [(v, b, a) for v, a, b in places]
        left, top, right, bottom = plan.pads[group]
        least_wide, least_high = plan.least[group]
        whole_width = max(wide + left + right, least_wide)
        whole_height = max(high + top + bottom, least_high)
        spare = (whole_width - wide - left - right) / 2
        if spare:
            places = [(v, a + spare, b) for v, a, b in places]
        against = _inversions(plan, layering.parts[group])
        return Inside(places, whole_width + reach[group].right, whole_height + reach[group].up, against)


def _at_the_end(
    places: list[tuple[int, float, float]], ends: list[tuple[int, float]], longest: float
) -> list[tuple[int, float, float]]:
    """Move columns to where the longest ends; `ends` gives for each the count of places up to it, and its length."""
    moved: list[tuple[int, float, float]] = []
    for count, length in ends:
        moved += [(v, along + longest - length, across) for v, along, across in places[len(moved) : count]]
    return moved


def inversions(plan: Plan, layering: Layering) -> int:
    """Return the cost of neighbours that stand against the script's order."""
    return sum(_inversions(plan, parts) for parts in layering.parts)


def _inversions(plan: Plan, parts: Parts) -> int:
    rank, items, alike = plan.rank, plan.items, plan.twins.of
    total = 0
    for part in parts:
        for layer in part:
            before = -1
            for v in layer:
                if v < items:
                    if before >= 0 and rank[before] > rank[v]:
                        total += TWIN_INVERSION if alike[before] == alike[v] else INVERSION
                    before = v
    return total


def hints(plan: Plan, layering: Layering, packing: Packing) -> Hints:
    """Read off a placement where the neighbours of each child outside its group are, and which lines leave it where."""
    from export.layout.ranks import Hints

    seen: dict[int, set[int]] = {}
    leaving: list[list[tuple[int, int, int, bool]]] = [[] for _ in range(plan.groups)]
    model = plan.twins.of
    for line in plan.joining:
        if layering.turns(line):
            continue  # it leaves its column at the side
        for here, there, at_source in ((line.source, line.target, True), (line.target, line.source, False)):
            child = here
            for group in plan.path[here][1:]:
                if group == line.home:
                    break
                axis, forward = layering.flows[group]
                if axis == 0:
                    low, size, at = packing.left[group], packing.width[group], packing.x[there]
                else:
                    low, size, at = packing.top[group], packing.height[group], packing.y[there]
                side = -1 if at < low else 1 if at > low + size else 0
                if side:
                    if not forward:
                        side = -side
                    seen.setdefault(model[child], set()).add(side)
                    leaving[group].append((line.number, child, side, at_source))
                child = group
    sides = {child: min(seen[of]) for child, of in enumerate(model) if of in seen and len(seen[of]) == 1}
    sizes = [(round(w), round(h)) for w, h in zip(packing.width, packing.height, strict=True)]
    return Hints(sides, tuple(map(tuple, leaving)), sizes)
