"""SVG in pixels, by resvg, with the font that the project brings and no other.

Two packages bind resvg, and both write the same bytes. `resvg` is compiled for speed and takes a third of the time, but
has wheels up to Python 3.14 only. `resvg-py`, compiled for size, has one for each later Python.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any

from export.fonts import FAMILY, arimo_file

__all__ = ["pixels"]


def pixels(svg: str, scale: float = 1) -> bytes:
    """Return a PNG of an SVG, so many pixels to a px."""
    return _by_resvg(svg, scale) if sys.version_info < (3, 15) else _by_resvg_py(svg, scale)


def _by_resvg(svg: str, scale: float) -> bytes:
    resvg = _resvg()
    options = resvg.usvg.Options.default()  # without the fonts of the machine, which would change the picture
    # As bytes: a font that it knows as a file it opens anew for every letter.
    options.load_font_data(arimo_file().read_bytes())
    options.font_family = FAMILY
    tree = resvg.usvg.Tree.from_str(svg, options)
    width, height = tree.int_size()
    across, down = int(width * scale + 0.5), int(height * scale + 0.5)
    return resvg.render(tree, (across / width, 0, 0, 0, down / height, 0), bg_size=(across, down))


@cache
def _resvg() -> Any:
    """Load the module within the package `resvg`, without the package.

    Fault of 0.2.0: `resvg/__init__.py` looks up its own version, which takes half as long as a small picture.
    """
    package = find_spec("resvg")
    spec = package and PathFinder.find_spec("_resvg", package.submodule_search_locations)
    if not spec or not spec.loader:
        raise ModuleNotFoundError("No module named 'resvg'", name="resvg")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _by_resvg_py(svg: str, scale: float) -> bytes:
    from resvg_py import svg_to_bytes

    return svg_to_bytes(
        svg_string=svg, skip_system_fonts=True, font_files=[str(arimo_file())], font_family=FAMILY, zoom=scale
    )
