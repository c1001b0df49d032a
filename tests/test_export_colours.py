"""Graphviz's colours by their names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from export.colours import hex_colour, reads_on, seen_on


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("darkgreen", "#006400"),
        ("DarkGreen", "#006400"),
        ("green", "#00FF00"),  # X11's, not CSS's
        ("dodgerblue3", "#1874CD"),
        ("brown4", "#8B2323"),
        ("firebrick1", "#FF3030"),
        ("gray40", "#666666"),
        ("grey", "#C0C0C0"),
        ("#7b8894", "#7B8894"),
        ("#7B889480", "#7B8894"),
        ("#abc", "#AABBCC"),
        ("0.0 1.0 1.0", "#FF0000"),
        ("red:blue", "#FF0000"),
        ("red;0.3:blue", "#FF0000"),
        ("transparent", None),
        ("", None),
        ("#12", None),
        ('"/><script>', None),
    ],
)
def test_a_colour_is_known_or_it_is_not(name: str, colour: str | None) -> None:
    assert hex_colour(name) == colour


@given(st.text())
def test_whatever_a_script_says_only_a_hex_colour_comes_out(words: str) -> None:
    found = hex_colour(words)
    assert found is None or (len(found) == 7 and int(found[1:], 16) >= 0)


def luminance(colour: str) -> float:
    channels = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@given(st.integers(0, 0xFFFFFF))
def test_words_read_on_any_ground(ground: int) -> None:
    colour = f"#{ground:06X}"
    light, dark = sorted((luminance(colour), luminance(reads_on(colour))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3.5


@pytest.mark.parametrize(
    ("colour", "ground", "seen"),
    [
        ("#FFFFFF", "#FFFFFF", "#232F3E"),
        ("#FFFFFF", "#000000", "#FFFFFF"),
        ("#232F3E", "#000000", "#FFFFFF"),
        ("#0000FF", "#FFFFFF", "#0000FF"),
        ("#FFFF00", "#FFFFFF", "#232F3E"),
    ],
)
def test_what_cannot_be_seen_is_changed_and_nothing_else(colour: str, ground: str, seen: str) -> None:
    assert seen_on(colour, ground) == seen


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
def test_any_colour_can_be_seen_on_any_ground(colour: int, ground: int) -> None:
    one, other = sorted((luminance(seen_on(f"#{colour:06X}", f"#{ground:06X}")), luminance(f"#{ground:06X}")))
    assert (other + 0.05) / (one + 0.05) >= 3
