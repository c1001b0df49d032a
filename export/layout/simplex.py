"""Network simplex: the best places on a line under difference constraints.

Given variables y and arcs (tail, head, least, weight), `solve` minimises the sum of weight * (y[head] - y[tail]) while
y[head] - y[tail] >= least for every arc. Layers of a graph and exact coordinates are both of this kind; an absolute
difference |y[a] - y[b]| is two arcs from one extra variable. The problem is the dual of a minimum-cost flow, so the
simplex method walks over spanning trees and all answers are whole numbers.

The method is that of Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs", IEEE Transactions on
Software Engineering 19 (1993): a tree of tight arcs, its cut values, and the postorder numbers that tell in constant
time on which side of a tree arc a variable is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Arc", "solve"]

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
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for tail, head, least, weight in arcs:
        if tail == head:
            continue
        known = merged.get((tail, head))
        merged[tail, head] = (least, weight) if known is None else (max(known[0], least), known[1] + weight)
    return _Network(size, merged).solved()


class _Network:
    """The arcs in flat lists, the tree and its numbers."""

    def __init__(self, size: int, arcs: dict[tuple[int, int], tuple[int, int]]) -> None:
        self.size = size
        self.tail = [tail for tail, _ in arcs]
        self.head = [head for _, head in arcs]
        self.least = [least for least, _ in arcs.values()]
        self.weight = [weight for _, weight in arcs.values()]
        self.out: list[list[int]] = [[] for _ in range(size)]
        self.into: list[list[int]] = [[] for _ in range(size)]
        for arc, (tail, head) in enumerate(arcs):
            self.out[tail].append(arc)
            self.into[head].append(arc)
        self.value = self._longest_paths()
        self.tree: list[list[int]] = [[] for _ in range(size)]
        self.in_tree = bytearray(len(self.tail))
        self.cut = [0] * len(self.tail)
        self.up = [-1] * size  # the tree arc towards the root
        self.low = [0] * size  # the least postorder number below a variable
        self.post = [0] * size  # its own
        self.order = [0] * size  # variables by postorder number: what hangs below one is a slice

    def solved(self) -> list[int]:
        reached = bytearray(self.size)
        first = 0
        for root in range(self.size):
            if not reached[root]:
                part = self._tight_tree(root, reached)
                self._number(root, -1, first)
                self._cut_values(first, first + len(part))
                self._pivot([self.up[v] for v in part if self.up[v] >= 0])
                lowest = min(self.value[v] for v in part)
                for v in part:
                    self.value[v] -= lowest
                first += len(part)
        return self.value

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
        """Grow a spanning tree of tight arcs over root's part; where none leads on, shift what is reached."""
        tail, head, least, value, tree = self.tail, self.head, self.least, self.value, self.tree
        part, fresh = [root], [root]
        reached[root] = 1
        fringe: set[int] = set()  # arcs with one end in the tree
        while True:
            while fresh:
                v = fresh.pop()
                for arc in self.out[v] + self.into[v]:
                    w = head[arc] if tail[arc] == v else tail[arc]
                    if reached[w]:
                        fringe.discard(arc)
                    elif value[head[arc]] - value[tail[arc]] == least[arc]:
                        reached[w] = 1
                        self.in_tree[arc] = 1
                        tree[v].append(arc)
                        tree[w].append(arc)
                        part.append(w)
                        fresh.append(w)
                        fringe.discard(arc)
                    else:
                        fringe.add(arc)
            if not fringe:
                return part
            slack, arc = min((value[head[arc]] - value[tail[arc]] - least[arc], arc) for arc in fringe)
            if slack:
                shift = slack if reached[tail[arc]] else -slack
                for v in part:
                    value[v] += shift
            fresh = [tail[arc] if reached[tail[arc]] else head[arc]]

    def _number(self, root: int, up: int, first: int) -> None:
        """Give postorder numbers to what hangs below root, from `first` on."""
        tail, head, tree, order = self.tail, self.head, self.tree, self.order
        ups, low, post = self.up, self.low, self.post
        ups[root] = up
        # Preorder with children visited last to first, reversed, is a postorder.
        stack = [root]
        preorder: list[int] = []
        while stack:
            v = stack.pop()
            preorder.append(v)
            above = ups[v]
            for arc in tree[v]:
                if arc != above:
                    w = tail[arc]
                    if w == v:
                        w = head[arc]
                    ups[w] = arc
                    stack.append(w)
        number = first
        for v in reversed(preorder):
            order[number] = v
            post[v] = number
            least = number
            above = ups[v]
            for arc in tree[v]:
                if arc != above:
                    w = tail[arc]
                    if w == v:
                        w = head[arc]
                    if low[w] < least:
                        least = low[w]
            low[v] = least
            number += 1

    def _cut_values(self, first: int, last: int) -> None:
        """Set the cut value of every tree arc of a part: what one unit more of its length would cost."""
        tail, weight, cut, in_tree = self.tail, self.weight, self.cut, self.in_tree
        for number in range(first, last):
            v = self.order[number]
            above = self.up[v]
            if above < 0:
                continue
            total = 0
            for arc in self.out[v]:
                if arc != above:
                    total += weight[arc] - cut[arc] if in_tree[arc] else weight[arc]
            for arc in self.into[v]:
                if arc != above:
                    total -= weight[arc] - cut[arc] if in_tree[arc] else weight[arc]
            cut[above] = weight[above] + total if tail[above] == v else weight[above] - total

    def _pivot(self, arcs: list[int]) -> None:
        """Swap tree arcs until no cut value is negative."""
        tail, head, least, value, cut = self.tail, self.head, self.least, self.value, self.cut
        post, low, tree, order, in_tree = self.post, self.low, self.tree, self.order, self.in_tree
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
            out = arcs[leaving]
            t, h = tail[out], head[out]
            below = t if post[t] < post[h] else h
            lowest, highest = low[below], post[below]
            hanging = order[lowest : highest + 1]
            slack, entering = -1, -1
            # The arc that enters runs against the one that leaves: from the head's side to the tail's.
            if below == t:
                for v in hanging:
                    for arc in self.into[v]:
                        if not lowest <= post[tail[arc]] <= highest:
                            gap = value[v] - value[tail[arc]] - least[arc]
                            if entering < 0 or gap < slack or (gap == slack and arc < entering):
                                slack, entering = gap, arc
            else:
                for v in hanging:
                    for arc in self.out[v]:
                        if not lowest <= post[head[arc]] <= highest:
                            gap = value[head[arc]] - value[v] - least[arc]
                            if entering < 0 or gap < slack or (gap == slack and arc < entering):
                                slack, entering = gap, arc
            if entering < 0:
                raise ValueError("the cost has no lower bound: a weight is negative")
            if slack:
                if below == t:
                    slack = -slack
                for v in hanging:
                    value[v] += slack
            meeting = self._adjust(tail[entering], head[entering], worst)
            self._adjust(head[entering], tail[entering], -worst)
            cut[entering], cut[out] = -worst, 0
            in_tree[out], in_tree[entering] = 0, 1
            arcs[leaving] = entering
            tree[t].remove(out)
            tree[h].remove(out)
            tree[tail[entering]].append(entering)
            tree[head[entering]].append(entering)
            self._number(meeting, self.up[meeting], low[meeting])

    def _adjust(self, start: int, other: int, change: int) -> int:
        """Correct the cut values from one end of the entering arc up to where the paths of both ends meet."""
        tail, head, up, low, post, cut = self.tail, self.head, self.up, self.low, self.post, self.cut
        v, number = start, post[other]
        while not low[v] <= number <= post[v]:
            arc = up[v]
            if tail[arc] == v:
                cut[arc] += change
                v = head[arc]
            else:
                cut[arc] -= change
                v = tail[arc]
        return v
