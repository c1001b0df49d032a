"""Our reader of the font against fontTools, which reads all of it."""

from __future__ import annotations

from functools import cache

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from export.fonts import arimo, arimo_file


@cache
def reference() -> TTFont:
    return TTFont(arimo_file(), lazy=True)


def width(words: str, size: float) -> float:
    """Return the width of words in px as fontTools reads them."""
    font, names = reference(), reference().getBestCmap()
    advances = font["hmtx"].metrics
    return sum(advances[names.get(ord(c), ".notdef")][0] for c in words) * size / font["head"].unitsPerEm


@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])), st.floats(1, 100))
def test_widths_are_those_of_the_font(words: str, size: float) -> None:
    assert arimo().width(words, size) == pytest.approx(width(words, size))


def test_it_lacks_exactly_the_characters_that_the_font_lacks() -> None:
    everything = [chr(c) for c in range(0x20, 0x10000) if not 0xD800 <= c < 0xE000]
    has = reference().getBestCmap()
    assert arimo().missing(everything) == [c for c in everything if ord(c) not in has]


def test_widths_are_those_of_helvetica() -> None:
    # Adobe's metrics of Helvetica, in thousandths of the em (AFM: a 556, space 278, W 944, i 222).
    assert arimo().width("a", 1000) == pytest.approx(556, abs=1)
    assert arimo().width(" Wi", 1000) == pytest.approx(278 + 944 + 222, abs=2)


def test_letters_stand_between_ascent_and_descent() -> None:
    hhea = reference()["hhea"]
    assert arimo().ascent == pytest.approx(hhea.ascent / 2048)
    assert arimo().descent == pytest.approx(-hhea.descent / 2048)


def test_missing_characters_are_named_once_and_in_order() -> None:
    assert arimo().missing(["ação 中", "文中\n😀"]) == ["中", "文", "😀"]
