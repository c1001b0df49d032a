"""An axis: all exact places along it at once.

The centres of all nodes, the borders of all groups and all dummies are variables of one network simplex per axis. Not
box by box: only so a line through three groups comes out straight from end to end. What must hold and what pulls is in
`constraints`.

A pull is for each U that two ends are off, but a reader minds a bend, not how far it goes. So all is solved a second
time: lines that came out straight or nearly so pull more, those far from it less, and more of them end up straight than
if the sum of what they are off were least. (Reweighted l1 minimisation: Candes, Wakin and Boyd, Journal of Fourier
Analysis and Applications 14, 2008.)

Twins are solved once more, each as a rigid copy of the first of its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from export.layout.constraints import Constraints
from export.layout.terms import Copies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.terms import Term
    from export.layout.titles import Shift

__all__ = ["Solved", "solved"]

Twins = tuple[tuple[int, ...], ...]  # the items of each, itself first


class Solved(NamedTuple):
    """Centres of nodes (of groups 0) and borders of groups along an axis, in U."""

    centre: list[int]
    low: list[int]
    high: list[int]


def solved(plan: Plan, layering: Layering, axis: int, extra: Sequence[int], shifts: Sequence[Shift] = ()) -> Solved:
    """Return the places along an axis that cost least; `extra` is more room along the flow, in U by line."""
    elements = len(layering.owner)
    copies = Copies({}, frozenset(), frozenset())
    constraints = Constraints(plan, layering, axis, extra, shifts, copies)
    first = constraints.solved()
    values = constraints.solved(first)
    for stage in _stages(plan):
        copies = _copied(plan, layering, copies, stage, values)
        values = Constraints(plan, layering, axis, extra, shifts, copies).solved(first)
    begin = values[0]
    low = [values[g] - begin for g in range(plan.groups)]
    high = [values[elements + g] - begin for g in range(plan.groups)]
    centre = [0] * plan.groups + [values[v] - begin for v in range(plan.groups, plan.items)]
    return Solved(centre, low, high)


def _stages(plan: Plan) -> list[list[Twins]]:
    """Return the classes of twins, those inside others first."""
    by_depth: dict[int, list[Twins]] = {}
    for twins in plan.twins.classes:
        by_depth.setdefault(len(plan.path[twins[0][0]]), []).append(twins)
    return [by_depth[d] for d in sorted(by_depth, reverse=True)]


def _copied(plan: Plan, layering: Layering, copies: Copies, classes: list[Twins], values: Sequence[int]) -> Copies:
    """Tie all twins of classes to copies of their models."""
    elements = len(layering.owner)
    terms: dict[int, Term] = dict(copies.terms)
    groups = set(copies.groups)
    for twins in classes:
        model = twins[0]
        start = values[model[0]]
        for twin in twins:
            base = twin[0]
            groups.update(item for item in twin if item < plan.groups)
            for item, same in zip(twin, model, strict=True):
                if item != base:
                    terms[item] = (base, values[same] - start)
                if item < plan.groups:
                    terms[elements + item] = (base, values[elements + same] - start)
    gone = frozenset(v for v in range(plan.items, elements) if layering.owner[v] in groups)
    return Copies(terms, frozenset(groups), gone)
