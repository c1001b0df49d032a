"""A rough placement: boxes in boxes, and what it would cost the eye.

Sizes from the inside out, places from the outside in, each layer centred on the next. It takes a fraction of a
millisecond, so orders and directions can be tried on it by the hundred; exact coordinates and lines come later and only
for the best. Lengths are in U.
"""

from __future__ import annotations

from bisect import bisect_left
from math import sqrt
from typing import TYPE_CHECKING

from export.layout.boxes import GAP_ACROSS, GAP_ALONG

if TYPE_CHECKING:
    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.ranks import Hints

__all__ = ["Packing", "cost", "hints", "inversions", "pack"]

LANE_GAP = 2  # from a dummy to the next in its layer

CROSSING, OVER, BEND, INVERSION, TWIN_INVERSION = 100, 70, 12, 12, 150
NARROWEST, WIDEST, ASPECT = 1.15, 2.2, 400  # the aspects that cost nothing, and what a unit outside costs
CLEAR = 4  # a line nearer to a node's centre runs over it


class Packing:
    """Centres of elements, and of groups the left and upper border and the size."""

    __slots__ = ("height", "left", "top", "width", "x", "y")

    def __init__(self, elements: int, sizes: list[tuple[int, int]]) -> None:
        self.x = [0.0] * elements
        self.y = [0.0] * elements
        self.width = [float(w) for w, _ in sizes]
        self.height = [float(h) for _, h in sizes]
        self.left = [0.0] * len(sizes)
        self.top = [0.0] * len(sizes)


def pack(plan: Plan, layering: Layering) -> Packing:
    """Place everything roughly."""
    reach, groups, items = plan.reach, plan.groups, plan.items
    elements = len(layering.owner)
    packing = Packing(elements, [(r[0] + r[1], r[2] + r[3]) for r in reach])
    width, height = packing.width, packing.height
    inner: list[list[tuple[int, float, float]]] = [[] for _ in range(groups)]
    for group in range(groups - 1, -1, -1):
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
        width[group] = max(wide + left + right, least_wide)
        height[group] = max(high + top + bottom, least_high)
        spare = (width[group] - wide - left - right) / 2
        if any(reach[group]):
            width[group] += reach[group][1]
            height[group] += reach[group][2]
        if spare:
            places = [(v, a + spare, b) for v, a, b in places]
        inner[group] = places
    _settle(plan, packing, inner)
    return packing


def _at_the_end(
    places: list[tuple[int, float, float]], ends: list[tuple[int, float]], longest: float
) -> list[tuple[int, float, float]]:
    """Move columns to where the longest ends; `ends` gives for each the count of places up to it, and its length."""
    moved: list[tuple[int, float, float]] = []
    for count, length in ends:
        moved += [(v, along + longest - length, across) for v, along, across in places[len(moved) : count]]
    return moved


def _settle(plan: Plan, packing: Packing, inner: list[list[tuple[int, float, float]]]) -> None:
    x, y, left, top = packing.x, packing.y, packing.left, packing.top
    groups, items, reach = plan.groups, plan.items, plan.reach
    for group in range(groups):
        pad_left, pad_top, _, _ = plan.pads[group]
        base_x, base_y = left[group] + pad_left, top[group] + pad_top
        for v, dx, dy in inner[group]:
            at_x, at_y = base_x + dx, base_y + dy
            if v < groups:
                left[v], top[v] = at_x, at_y
                x[v], y[v] = at_x + packing.width[v] / 2, at_y + packing.height[v] / 2
            elif v < items:
                x[v], y[v] = at_x + reach[v][0], at_y + reach[v][2]
            else:
                x[v], y[v] = at_x, at_y
    x[0], y[0] = packing.width[0] / 2, packing.height[0] / 2


def cost(plan: Plan, layering: Layering, packing: Packing) -> float:
    """Return what a rough placement would cost the eye: crossings, lines over icons, bends, length, size, aspect."""
    x, y = packing.x, packing.y
    pieces: list[tuple[float, float, float, float]] = []
    total = 0.0
    groups = plan.groups
    nodes = sorted((x[v], y[v], v) for v in range(groups, plan.items))
    columns = [node[0] for node in nodes]
    count = len(nodes)
    for line in plan.joining:
        way = layering.ways[line.number]
        source, target = line.source, line.target
        a = source
        for b in way[1:]:
            ax, ay, bx, by = x[a], y[a], x[b], y[b]
            a = b
            if ax > bx:
                ax, ay, bx, by = bx, by, ax, ay
            dx, dy = bx - ax, by - ay
            rise = dy if dy >= 0 else -dy
            pieces.append((ax, bx, ay, by))
            total += dx + rise
            if dx > 3 and rise > 3:
                total += BEND
            low, high = (ay - 5, by + 5) if dy >= 0 else (by - 5, ay + 5)
            near = CLEAR * sqrt(dx * dx + dy * dy) or CLEAR
            i = bisect_left(columns, ax - 4.9)
            while i < count:
                nx, ny, v = nodes[i]
                if nx >= bx + 5:
                    break
                i += 1
                if low < ny < high and v != source and v != target and -near < dx * (ay - ny) - (ax - nx) * dy < near:
                    total += OVER
    total += CROSSING * _crossings(pieces)
    wide, high = packing.width[0], packing.height[0]
    aspect = wide / max(high, 1)
    total += ASPECT * max(0, aspect / WIDEST - 1, NARROWEST / aspect - 1 if aspect else 0)
    return total + wide + high + wide * high * 0.004 + inversions(plan, layering)


def _crossings(pieces: list[tuple[float, float, float, float]]) -> int:
    pieces.sort()
    found, count = 0, len(pieces)
    for i, (ax, bx, ay, by) in enumerate(pieces):
        dx, dy = bx - ax, by - ay
        low, high = (ay, by) if ay < by else (by, ay)
        for j in range(i + 1, count):
            cx, ex, cy, ey = pieces[j]
            if cx > bx:
                break
            if (cy < low and ey < low) or (cy > high and ey > high):
                continue
            if (dx * (cy - ay) - (cx - ax) * dy) * (dx * (ey - ay) - (ex - ax) * dy) >= 0:
                continue
            fx, fy = ex - cx, ey - cy
            if (fx * (ay - cy) - (ax - cx) * fy) * (fx * (by - cy) - (bx - cx) * fy) < 0:
                found += 1
    return found


def inversions(plan: Plan, layering: Layering) -> int:
    """Return the cost of neighbours that stand against the script's order."""
    rank, items, alike = plan.rank, plan.items, plan.twins.of
    total = 0
    for parts in layering.parts:
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
    for line in plan.joining:
        if layering.turns(line):
            continue  # it leaves its column at the side
        for here, there, at_source in ((line.source, line.target, True), (line.target, line.source, False)):
            child = here
            for group in plan.path[here][1:]:
                if group == line.home:
                    break
                flow = layering.flows[group]
                low, size, at = (
                    (packing.left[group], packing.width[group], packing.x[there])
                    if flow.axis == 0
                    else (packing.top[group], packing.height[group], packing.y[there])
                )
                side = -1 if at < low else 1 if at > low + size else 0
                if not flow.forward:
                    side = -side
                seen.setdefault(plan.twins.of[child], set()).add(side)
                if side:
                    leaving[group].append((line.number, child, side, at_source))
                child = group
    sides: dict[int, int] = {}
    for child in range(plan.items):
        found = seen.get(plan.twins.of[child], set()) - {0}
        if len(found) == 1:
            sides[child] = found.pop()
    sizes = [(round(w), round(h)) for w, h in zip(packing.width, packing.height, strict=True)]
    return Hints(sides, leaving, sizes)
