"""draw.io's own viewer for the site: the script from the package that ships it, and only the stencils that are used.

All stencils together are 7.6 MB, those of a handful of diagrams about 40 kB.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from export.stencils import Library

__all__ = ["viewer"]

_NAMED: Final = re.compile(r"mxgraph\.(aws4|gcp2)\.([a-z0-9_]+)")
_KUBERNETES: Final = re.compile(r"prIcon=([a-z0-9_-]+)")
_NOTICE: Final = """\
viewer-static.min.js and the shapes in stencils/ are parts of draw.io (https://github.com/jgraph/drawio),
Copyright JGraph Ltd and draw.io AG, under the Apache License, Version 2.0
(https://www.apache.org/licenses/LICENSE-2.0). They are unchanged, but that stencils/ holds only the shapes that
the diagrams of this site use. They come from the package jupyterlab-drawio-render-extension.
"""


def viewer(drawings: Iterable[bytes]) -> Mapping[str, bytes]:
    """Return the viewer's files by their path below docs/, with the stencils that the .drawio files use.

    Empty where the package that ships the viewer is not installed.
    """
    from export.stencils import script, stencils

    source = script("viewer-static.min.js")
    if source is None:
        return {}
    used: dict[Library, set[str]] = {"aws4": set(), "gcp2": set(), "kubernetes": set(), "kubernetes2": set()}
    for drawing in drawings:
        text = drawing.decode()
        for library, name in _NAMED.findall(text):
            used[library].add(name)
        if marks := set(_KUBERNETES.findall(text)):
            used["kubernetes"] |= {"frame", "icon"} | marks
            used["kubernetes2"] |= marks
    files = {"viewer-static.min.js": source.read_bytes(), "NOTICE.txt": _NOTICE.encode()}
    for library, names in used.items():
        found = stencils(library)
        if found and names:
            files[f"stencils/{library}.xml"] = found.excerpt(names).encode()
    return {f"assets/drawio/{name}": data for name, data in files.items()}
