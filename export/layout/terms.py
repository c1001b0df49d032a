"""Terms: the variables along one axis, and where things stand by them.

The variables are the centres of nodes, the low and high borders of groups, and dummies. An element's own variable is
its number; of a group that is the low border. High borders come after all elements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from export.layout.boxes import U

if TYPE_CHECKING:
    from collections.abc import Mapping

    from export.layout.boxes import Plan

__all__ = ["Copies", "Term", "Terms"]

Term = tuple[int, int]  # a variable and an offset


class Copies(NamedTuple):
    """What stands as it does in another group, its model.

    `terms` gives for variables the one that they go with, and how far from it they are; `groups` are those whose inside
    is such a copy, `gone` the dummies that have no place in one.
    """

    terms: Mapping[int, Term]
    groups: frozenset[int]
    gone: frozenset[int]


class Terms:
    """Where each element begins and ends along an axis."""

    def __init__(self, plan: Plan, elements: int, axis: int, copies: Copies) -> None:
        self.axis = axis
        self.copies = copies.terms
        self.groups, self.items, self.elements = plan.groups, plan.items, elements
        self.before = [reach[2 * axis] for reach in plan.reach]
        self.after = [reach[2 * axis + 1] for reach in plan.reach]
        self.icons = plan.icon

    def of(self, variable: int) -> Term:
        """Return a variable itself, or what it goes with."""
        return self.copies.get(variable, (variable, 0))

    def low(self, v: int) -> Term:
        """Return where an element begins."""
        base, offset = self.of(v)
        return (base, offset - self.before[v]) if self.groups <= v < self.items else (base, offset)

    def high(self, v: int) -> Term:
        """Return where an element ends."""
        if v < self.groups:
            return self.of(self.elements + v)
        base, offset = self.of(v)
        return (base, offset + self.after[v]) if v < self.items else (base, offset)

    def outer_low(self, v: int) -> Term:
        """Return where the room that an element takes begins; a group may take some beyond its border."""
        base, offset = self.low(v)
        return (base, offset - self.before[v]) if v < self.groups else (base, offset)

    def outer_high(self, v: int) -> Term:
        """Return where the room that an element takes ends."""
        base, offset = self.high(v)
        return (base, offset + self.after[v]) if v < self.groups else (base, offset)

    def icon(self, v: int, side: int) -> Term:
        """Return the border of a node's icon, to the right its text left away; below, it is that of the text."""
        base, offset = self.of(v)
        if self.axis == 0:
            half = int(-(-self.icons[v][0] // U))
            return (base, offset + (half if side else -half))
        return (base, offset + self.after[v]) if side else (base, offset - self.before[v])
