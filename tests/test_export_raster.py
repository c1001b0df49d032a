"""The two bindings of resvg: whichever a Python has, the picture is the same."""

from __future__ import annotations

import struct

import pytest

from architectures import challenge
from drawings import drawn
from export import raster, svg


@pytest.mark.parametrize("scale", [2, 1, 0.7315])
def test_both_bindings_write_the_same_bytes(scale: float) -> None:
    picture = svg.picture(drawn(challenge())).decode()
    assert raster._by_resvg(picture, scale) == raster._by_resvg_py(picture, scale)


@pytest.mark.parametrize(("size", "scale", "pixels"), [(10, 2, 20), (10.2, 2, 20), (101, 0.5, 51)])
def test_a_px_has_so_many_pixels(size: float, scale: float, pixels: int) -> None:
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}"><path d="M0 0h9v9z"/></svg>'
    assert struct.unpack_from(">II", raster.pixels(picture, scale), 16) == (pixels, pixels)
    assert raster.pixels(picture, scale) == raster._by_resvg_py(picture, scale)
