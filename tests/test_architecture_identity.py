"""Ids that mean the same tomorrow."""

from __future__ import annotations

import sys
from typing import Any, Self

from hypothesis import given
from hypothesis import strategies as st

from architecture.identity import Claim, Sites, edge_ids, item_ids

FILE = "<script>"


def variables(source: str) -> list[str | None]:
    """Run a script and return the variable that each call of its `make()` is bound to, in order."""
    sites, found = Sites(FILE, source.encode()), list[str | None]()

    class Thing:
        def __init__(self, *_args: object) -> None:
            found.append(sites.find(sys._getframe(1)).variable)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_reason: object) -> None:
            pass

        def __rshift__(self, other: Any) -> Any:
            return other

    exec(compile(source, FILE, "exec"), {"make": Thing, "Thing": Thing})
    return found


def test_the_variable_that_the_call_itself_is_bound_to() -> None:
    source = """
a = make()
b: object = make()
(c := make())
d, e = make(), make()
[f, (g, h)] = [make(), (make(), make())]
i = j = make()
with make() as k, make() as l, make():
    pass
first, *rest, last = make(), make(), make(), make()
"""
    names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "k", "l", None, "first", None, None, "last"]
    assert variables(source) == names


def test_a_call_inside_another_expression_is_bound_to_nothing() -> None:
    source = """
a = [make(), make()]
b = make() >> make()
c = make(make())
d = {"x": make()}
make()
e, f = [make() for _ in range(2)]
class Home: pass
Home.g = make()
d["y"] = make()
"""
    assert variables(source) == [None, None, None, None, None, "c", None, None, None, None, None, None]


def test_calls_on_several_lines_and_through_attributes() -> None:
    source = """
class library: make = make
a = (
    library
    .make(
        "é λ 😀", make(),
    )
); b = make("é"); c = make()
"""
    assert variables(source) == [None, "a", "b", "c"]


def test_a_function_of_the_script_names_what_it_makes() -> None:
    source = """
def zone():
    app = make()
    return app
one = zone()
two = zone()
def helper(): return make()
three = helper()
"""
    assert variables(source) == ["app", "app", None]


def test_a_subclass_of_the_script_is_named_where_it_is_made() -> None:
    source = """
class Mine(Thing):
    def __init__(self):
        inner = 1
        super().__init__()
class Stack:
    def __init__(self):
        self.web = make()
a = Mine()
b = Stack()
"""
    assert variables(source) == ["a", "b"]


def test_the_order_of_what_ids_are_made_of() -> None:
    claims = [
        Claim(None, None, "EC2"),
        Claim(None, "web", "EC2"),
        Claim(None, "web", "EC2"),
        Claim("web-2", None, "RDS"),
        Claim(None, None, "EC2"),
    ]
    assert item_ids(claims) == (["EC2-1", "web", "web-2-2", "web-2", "EC2-4"], [0, 2, 4])


def test_a_later_binding_does_not_yield_to_an_ordinal() -> None:
    claims = [Claim(None, "EC2", "EC2"), Claim(None, None, "EC2"), Claim(None, "EC2", "EC2")]
    assert item_ids(claims) == (["EC2", "EC2-2-2", "EC2-2"], [1, 2])


def test_the_cells_of_draw_io_are_taken() -> None:
    assert item_ids([Claim("0", None, "A"), Claim("1", None, "A"), Claim("10", None, "A")])[0] == ["_0", "_1", "10"]


def test_an_id_that_is_said_twice_moves() -> None:
    assert item_ids([Claim("a", None, "A"), Claim("a", None, "A")]) == (["a", "a-2"], [1])


def test_what_xml_cannot_hold_is_left_out() -> None:
    assert item_ids([Claim("a\x00b\nc", None, "A")])[0] == ["a_b_c"]


claims = st.lists(
    st.builds(
        Claim,
        st.none() | st.sampled_from(["a", "b", "0", "a-2", "EC2-1", "a--b"]),
        st.none() | st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["EC2", "RDS"]),
    ),
    max_size=12,
)


@given(claims)
def test_all_ids_differ_and_none_is_draw_ios(made: list[Claim]) -> None:
    ids, moves = item_ids(made)
    assert len(set(ids)) == len(made)
    assert not {"0", "1", ""} & set(ids)
    assert all(0 <= place < len(made) for place in moves)


@given(claims, st.builds(Claim, st.none(), st.sampled_from(["d", None]), st.just("EC2")), st.data())
def test_steady_ids_survive_a_new_neighbour(made: list[Claim], new: Claim, data: st.DataObject) -> None:
    ids, moves = item_ids(made)
    place = data.draw(st.integers(0, len(made)))
    after, _ = item_ids([*made[:place], new, *made[place:]])
    del after[place]
    assert all(before == now for i, (before, now) in enumerate(zip(ids, after, strict=True)) if i not in moves)


def test_lines_are_named_by_their_ends() -> None:
    ends = [("a", "b"), ("a", "b"), ("b", "a"), ("a", "b-2"), ("a", "b")]
    assert edge_ids(ends, ["a", "b", "b-2"]) == ["a--b", "a--b-3", "b--a", "a--b-2", "a--b-4"]


def test_a_line_never_takes_the_id_of_an_item() -> None:
    assert edge_ids([("a", "b")], ["a", "b", "a--b"]) == ["a--b-2"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=12))
def test_all_ids_of_lines_differ(ends: list[tuple[str, str]]) -> None:
    assert len(set(edge_ids(ends, ["a", "b", "c", "a--a"]))) == len(ends)
