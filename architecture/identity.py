"""Ids that mean the same tomorrow: never the label, never the place, never random.

In this order: what the script says; the variable that the call itself is bound to, with `-2`, `-3` for its second and
later bindings in the diagram; the class with its ordinal in script order. Only the last two can move when the script
changes.
"""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import CodeType, FrameType

__all__ = ["Claim", "Site", "Sites", "edge_ids", "item_ids"]

_RESERVED: Final = frozenset({"0", "1"})
"""The cells that every draw.io page has of its own."""

_Position = tuple[int | None, int | None]


class Claim(NamedTuple):
    """What an item's id can be made of: the script's own word, a variable, its class."""

    said: str | None
    variable: str | None
    cls: str


class Site(NamedTuple):
    """Where a script makes something: the variable the call is bound to, and what made it on the script's behalf.

    `maker` is the function of `diagrams.c4` that the script called, if it did.
    """

    variable: str | None = None
    maker: str | None = None


class Sites:
    """The calls of one script, each with the variable that it is bound to.

    A call is known by where its source ends, which no other call shares, and which `co_positions()` tells of the
    instruction that a frame is at.
    """

    def __init__(self, filename: str, source: bytes) -> None:
        """Read the source of the script whose code objects carry this filename.

        Raises SyntaxError or ValueError where the source is not Python.
        """
        self._filename = filename
        self._variables: dict[_Position, str] = {}
        self._traps: dict[int, int] = {}
        lines = source.splitlines(keepends=True)
        for node in ast.walk(ast.parse(source, filename)):
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.withitem)):
                self._variables.update(_bindings(node))
            elif isinstance(node, ast.BinOp):
                self._traps.update(_trap(node, lines))
        self._positions: dict[CodeType, list[tuple[int | None, int | None, int | None, int | None]]] = {}

    def find(self, frame: FrameType | None) -> Site:
        """Return the site of the innermost call of the script that is not made in an `__init__`."""
        maker = None
        while frame is not None:
            code = frame.f_code
            if code.co_filename == self._filename and code.co_name != "__init__":
                return Site(self._variables.get(self._end(frame)), maker)
            if frame.f_globals.get("__name__") == "diagrams.c4":
                maker = code.co_name
            frame = frame.f_back
        return Site(None, maker)

    def trap(self, frame: FrameType) -> int | None:
        """Return the line where an expression of the script begins that a frame is in and that holds `a >> b - c`."""
        at: FrameType | None = frame if self._traps else None
        while at is not None and at.f_code.co_filename != self._filename:
            at = at.f_back
        return self._traps.get(at.f_lineno) if at else None

    def _end(self, frame: FrameType) -> _Position:
        positions = self._positions.get(frame.f_code)
        if positions is None:
            positions = self._positions[frame.f_code] = list(frame.f_code.co_positions())
        _, line, _, column = positions[frame.f_lasti // 2]
        return line, column


def item_ids(claims: Sequence[Claim]) -> tuple[list[str], list[int]]:
    """Return an id for each claim, all different, and the places of those that a change of the script can move.

    What the script says goes first, then first bindings, then later ones, then ordinals: an earlier kind never yields
    to a later one.
    """
    wanted: list[tuple[int, str]] = []
    bindings: Counter[str] = Counter()
    ordinals: Counter[str] = Counter()
    for said, variable, cls in claims:
        ordinals[cls] += 1
        if said is not None:
            wanted.append((0, said))
        elif variable is not None:
            bindings[variable] += 1
            count = bindings[variable]
            wanted.append((1, variable) if count == 1 else (2, f"{variable}-{count}"))
        else:
            wanted.append((3, f"{cls}-{ordinals[cls]}"))
    ids = [""] * len(wanted)
    taken: set[str] = set()
    moves: list[int] = []
    for place in sorted(range(len(wanted)), key=lambda i: wanted[i][0]):
        rank, name = wanted[place]
        ids[place] = _free(_safe(name), taken)
        if rank > 1 or ids[place] != _safe(name):
            moves.append(place)
    return ids, sorted(moves)


def edge_ids(ends: Sequence[tuple[str, str]], items: Iterable[str]) -> list[str]:
    """Return an id for each pair of source and target: `source--target`, with `-2` for the next line between them."""
    taken = set(items)
    ids = [""] * len(ends)
    seen: set[tuple[str, str]] = set()
    parallel: list[int] = []
    for place, pair in enumerate(ends):
        if pair in seen:
            parallel.append(place)
        else:
            seen.add(pair)
            ids[place] = _free("--".join(pair), taken)
    for place in parallel:
        ids[place] = _free("--".join(ends[place]), taken)
    return ids


def _free(name: str, taken: set[str]) -> str:
    free, count = name, 1
    while free in taken:
        count += 1
        free = f"{name}-{count}"
    taken.add(free)
    return free


def _safe(name: str) -> str:
    """Return a name that XML can hold and that is none of draw.io's own cells."""
    printable = "".join(c if c.isprintable() else "_" for c in name)
    return f"_{printable}" if printable in _RESERVED else printable


def _bindings(node: ast.AST) -> Iterator[tuple[_Position, str]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            # The first target names it: `first = second = EC2()`.
            for target in reversed(targets):
                yield from _bound(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield from _bound(target, value)
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            yield from _bound(target, value)
        case _:
            pass


def _trap(node: ast.AST, lines: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Yield the lines of an `a >> b - c` without brackets, each with the one where it begins."""
    match node:
        case ast.BinOp(op=ast.RShift() | ast.LShift(), right=ast.BinOp(op=ast.Sub(), left=inner) as right):
            before = b"".join(lines[: right.lineno - 1]) + lines[right.lineno - 1][: right.col_offset]
            if not before.rstrip(b" \t\r\n\\").endswith(b"(") and not isinstance(inner, ast.Constant):
                yield from ((line, node.lineno) for line in range(node.lineno, (right.end_lineno or node.lineno) + 1))
        case _:
            pass


def _bound(target: ast.expr, value: ast.expr) -> Iterator[tuple[_Position, str]]:
    match target, value:
        case ast.Name(id=name), ast.Call(end_lineno=line, end_col_offset=column):
            yield (line, column), name
        case ast.Tuple(elts=targets) | ast.List(elts=targets), ast.Tuple(elts=values) | ast.List(elts=values):
            if any(isinstance(v, ast.Starred) for v in values):
                return
            yield from _places(targets, values)
        case _:
            pass


def _places(targets: list[ast.expr], values: list[ast.expr]) -> Iterator[tuple[_Position, str]]:
    """Pair what stands in the same place; a starred target takes what the others leave, and gives no name."""
    star = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), len(targets))
    after = len(targets) - star - 1
    for target, value in zip(targets[:star], values, strict=False):
        yield from _bound(target, value)
    if after > 0:
        for target, value in zip(targets[-after:], values[-after:], strict=False):
            yield from _bound(target, value)
