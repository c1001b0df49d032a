"""Network simplex: the best places on a line under difference constraints.

Given variables y and arcs (tail, head, least, weight), `solve` minimises the sum of weight * (y[head] - y[tail]) while
y[head] - y[tail] >= least for every arc. Layers of a graph and exact coordinates are both of this kind; an absolute
difference |y[a] - y[b]| is two arcs from one extra variable. The problem is the dual of a minimum-cost flow, so the
simplex method walks over spanning trees and all answers are whole numbers.

The method is that of Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs", IEEE Transactions on
Software Engineering 19 (1993): a tree of tight arcs and its cut values. What hangs below the arc that leaves is mostly
a small part of the tree, so it is looked up anew each time, where that paper keeps all variables numbered.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Arc", "Network", "solve"]

SEARCHED = 12  # tree arcs of negative cut value looked at before the worst of them leaves


class Arc(NamedTuple):
    """A constraint: head - tail >= least, at `weight` for each unit of the difference (0 or more)."""

    tail: int
    head: int
    least: int
    weight: int


def solve(size: int, arcs: Iterable[Arc | tuple[int, int, int, int]]) -> list[int]:
    """Return the best values of variables 0..size-1; in each connected part the smallest is 0.

    Raises ValueError where the constraints contradict each other (a cycle of arcs).
    """
    return Network(size, arcs).solved()


class Network:
    """Constraints that may be solved at more than one set of weights; it raises what `solve` does.

    The weights have no part in the first tree, `up`: the arc of each variable towards the root of its part. So it is
    found once, with the values `start` at which its arcs are tight. `parts` are what is connected, each variable after
    the one that it hangs below.
    """

    def __init__(self, size: int, arcs: Iterable[Arc | tuple[int, int, int, int]]) -> None:
        merged: dict[tuple[int, int], tuple[int, int]] = {}
        for tail, head, least, weight in arcs:
            if tail != head:
                known = merged.get((tail, head))
                merged[tail, head] = (least, weight) if known is None else (max(known[0], least), known[1] + weight)
        self.size = size
        self.number = {pair: arc for arc, pair in enumerate(merged)}
        self.tail = [tail for tail, _ in merged]
        self.head = [head for _, head in merged]
        self.least = [least for least, _ in merged.values()]
        self.weight = [weight for _, weight in merged.values()]
        self.out: list[list[int]] = [[] for _ in range(size)]
        self.into: list[list[int]] = [[] for _ in range(size)]
        for (tail, head), arc in self.number.items():
            self.out[tail].append(arc)
            self.into[head].append(arc)
        self.start = self._longest_paths()
        self.up = [-1] * size
        reached = bytearray(size)
        self.parts = [self._tight_tree(root, reached) for root in range(size) if not reached[root]]

    def solved(self, other: Mapping[tuple[int, int], int] | None = None) -> list[int]:
        """Return the best values; `other` gives other weights for arcs by tail and head."""
        weight = self.weight.copy()
        for pair, given in (other or {}).items():
            weight[self.number[pair]] = given
        tree = _Tree(self, weight)
        for part in self.parts:
            tree.improve(part)
        return tree.value

    def _longest_paths(self) -> list[int]:
        """Return the least values that keep all constraints, from the sources on."""
        head, least, value = self.head, self.least, [0] * self.size
        waiting = [len(arcs) for arcs in self.into]
        ready = [v for v in range(self.size) if not waiting[v]]
        for v in ready:
            for arc in self.out[v]:
                w = head[arc]
                if value[v] + least[arc] > value[w]:
                    value[w] = value[v] + least[arc]
                waiting[w] -= 1
                if not waiting[w]:
                    ready.append(w)
        if len(ready) < self.size:
            raise ValueError(
                f"these variables are each more than the other: {[v for v in range(self.size) if waiting[v]]}"
            )
        return value

    def _tight_tree(self, root: int, reached: bytearray) -> list[int]:
        """Grow a spanning tree of tight arcs over root's part; where none leads on, shift what is reached.

        Return the part, each variable after the one that it hangs below.
        """
        tail, head, least, value, up = self.tail, self.head, self.least, self.start, self.up
        part, fresh = [root], [root]
        reached[root] = 1
        # Arcs out of the tree and into it, with the slack that they would have if nothing had been shifted.
        leaving: list[tuple[int, int]] = []
        coming: list[tuple[int, int]] = []
        shifted = 0  # how far, in all; it is added at the end to the values of what is reached
        while True:
            while fresh:
                v = fresh.pop()
                for arcs, others, side, rest in ((self.out[v], head, 1, leaving), (self.into[v], tail, -1, coming)):
                    for arc in arcs:
                        w = others[arc]
                        if not reached[w]:
                            slack = (value[w] - value[v]) * side - least[arc]
                            if slack == shifted * side:
                                reached[w] = 1
                                value[w] -= shifted
                                up[w] = arc
                                part.append(w)
                                fresh.append(w)
                            else:
                                heappush(rest, (slack, arc))
            while leaving and reached[head[leaving[0][1]]]:
                heappop(leaving)
            while coming and reached[tail[coming[0][1]]]:
                heappop(coming)
            nearest = [(slack - shifted, arc, tail[arc], 1) for slack, arc in leaving[:1]]
            nearest += [(slack + shifted, arc, head[arc], -1) for slack, arc in coming[:1]]
            if not nearest:
                break
            slack, _, v, side = min(nearest)
            shifted += slack * side
            fresh = [v]
        for v in part:
            value[v] += shifted
        return part


class _Tree:
    """A spanning tree of tight arcs on its way to the best, with the values it stands for and its cut values."""

    def __init__(self, network: Network, weight: list[int]) -> None:
        self.tail, self.head, self.least = network.tail, network.head, network.least
        self.out, self.into = network.out, network.into
        self.weight = weight
        self.value = network.start.copy()
        self.up = network.up.copy()
        self.arcs: list[list[int]] = [[] for _ in self.value]  # those in the tree, by variable
        self.holds = bytearray(len(weight))  # whether an arc is in the tree
        self.cut = [0] * len(weight)

    def improve(self, part: list[int]) -> None:
        """Find the best values of a connected part; the smallest is 0."""
        arcs = [self.up[v] for v in part[1:]]
        for arc in arcs:
            self.holds[arc] = 1
            self.arcs[self.tail[arc]].append(arc)
            self.arcs[self.head[arc]].append(arc)
        self._cut_values(part)
        self._pivot(arcs)
        lowest = min(self.value[v] for v in part)
        for v in part:
            self.value[v] -= lowest

    def _cut_values(self, part: list[int]) -> None:
        """Set the cut value of every tree arc of a part: what one unit more of its length would cost."""
        tail, weight, cut, holds = self.tail, self.weight, self.cut, self.holds
        for v in reversed(part[1:]):
            above = self.up[v]
            total = 0
            for arc in self.out[v]:
                if arc != above:
                    total += weight[arc] - cut[arc] if holds[arc] else weight[arc]
            for arc in self.into[v]:
                if arc != above:
                    total -= weight[arc] - cut[arc] if holds[arc] else weight[arc]
            cut[above] = weight[above] + total if tail[above] == v else weight[above] - total

    def _pivot(self, arcs: list[int]) -> None:
        """Swap tree arcs until no cut value is negative."""
        cut = self.cut
        count, at = len(arcs), 0
        while True:
            leaving, worst, seen = -1, 0, 0
            for i in (*range(at, count), *range(at)):
                if cut[arcs[i]] < 0:
                    seen += 1
                    if cut[arcs[i]] < worst:
                        leaving, worst = i, cut[arcs[i]]
                    if seen == SEARCHED:
                        break
            if leaving < 0:
                return
            at = leaving + 1
            arcs[leaving] = self._swapped(arcs[leaving])

    def _swapped(self, out: int) -> int:
        """Take an arc out of the tree and return the one that enters: it keeps the tree tight and all constraints."""
        tail, head, least, value, cut, arcs = self.tail, self.head, self.least, self.value, self.cut, self.arcs
        below = tail[out] if self.up[tail[out]] == out else head[out]
        hanging, hangs = self._hanging(below)
        # The arc that enters runs against the one that leaves: from the head's side to the tail's.
        inwards = below == tail[out]
        ways, others, side = (self.into, tail, 1) if inwards else (self.out, head, -1)
        slack, entering = -1, -1
        for v in hanging:
            at = value[v]
            for arc in ways[v]:
                w = others[arc]
                if not hangs[w]:
                    gap = (at - value[w]) * side - least[arc]
                    if entering < 0 or gap < slack or (gap == slack and arc < entering):
                        slack, entering = gap, arc
        if entering < 0:
            raise ValueError("the cost has no lower bound: a weight is negative")
        if slack:
            for v in hanging:
                value[v] -= slack * side
        t, h, change = tail[entering], head[entering], cut[out]
        meeting = self._meeting(t, h)
        self._adjust(t, meeting, change)
        self._adjust(h, meeting, -change)
        cut[entering], cut[out] = -change, 0
        self.holds[out], self.holds[entering] = 0, 1
        arcs[tail[out]].remove(out)
        arcs[head[out]].remove(out)
        arcs[t].append(entering)
        arcs[h].append(entering)
        self._hang(h if inwards else t, entering, out)
        return entering

    def _hanging(self, below: int) -> tuple[list[int], bytearray]:
        """Return what hangs below a variable, itself included, and by variable whether it does."""
        tail, head, arcs, up = self.tail, self.head, self.arcs, self.up
        hanging, hangs = [below], bytearray(len(up))
        hangs[below] = 1
        for v in hanging:
            above = up[v]
            for arc in arcs[v]:
                if arc != above:
                    w = tail[arc]
                    if w == v:
                        w = head[arc]
                    hangs[w] = 1
                    hanging.append(w)
        return hanging, hangs

    def _hang(self, v: int, arc: int, last: int) -> None:
        """Hang what was below the arc `last` by another arc, at v: the arcs between both turn round."""
        tail, head, up = self.tail, self.head, self.up
        while arc != last:
            above, up[v] = up[v], arc
            arc = above
            v = head[arc] if tail[arc] == v else tail[arc]

    def _meeting(self, one: int, other: int) -> int:
        """Return where the paths of two variables to the root meet."""
        tail, head, up = self.tail, self.head, self.up
        passed = {one, other}
        while one != other:
            arc = up[one]
            if arc >= 0:
                one = head[arc] if tail[arc] == one else tail[arc]
                if one in passed:
                    return one
                passed.add(one)
            one, other = other, one
        return one

    def _adjust(self, v: int, meeting: int, change: int) -> None:
        """Correct the cut values from one end of the entering arc up to where the paths of both ends meet."""
        tail, head, up, cut = self.tail, self.head, self.up, self.cut
        while v != meeting:
            arc = up[v]
            if tail[arc] == v:
                cut[arc] += change
                v = head[arc]
            else:
                cut[arc] -= change
                v = tail[arc]
