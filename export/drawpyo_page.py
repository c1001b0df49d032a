"""draw.io files through drawpyo's File and Page, with what they need mended.

The rest of the project knows drawpyo only by this module. Each part of it names the fault of drawpyo 0.2.5 that it goes
round.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any

from export.xml import attributes, escaped, single_quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from drawpyo.file import File
    from drawpyo.page import Diagram, Page
    from drawpyo.page import mxGraph as Graph
    from drawpyo.xml_base import XMLBase

__all__ = ["Cell", "DrawioFile", "DrawioPage"]


def _load(*names: str) -> Iterable[Any]:
    """Import modules of drawpyo without the packages round them.

    Faults: `drawpyo/__init__.py` and `drawpyo/utils/__init__.py` import every chart type, its shape tables, its colours
    and its reader, which takes three quarters of the time; its logger calls `logging.basicConfig`, which takes over the
    whole program's log, and reports every file and page. So the modules are loaded as those of packages of other names,
    which have the same folders and nothing else, with a logger that only reports errors.
    """
    import logging

    spec = PathFinder.find_spec("drawpyo")
    if spec is None:
        raise ModuleNotFoundError("No module named 'drawpyo'", name="drawpyo")
    folders = list(spec.submodule_search_locations or ())
    logger = logging.getLogger("export._drawpyo")
    logger.setLevel(logging.ERROR)
    _stand_in("export._drawpyo", __path__=folders)
    _stand_in("export._drawpyo.utils", __path__=[f"{folder}/utils" for folder in folders], logger=logger)
    _stand_in("export._drawpyo.utils.logger", logger=logger)
    return [import_module(f"export._drawpyo.{name}") for name in names]


def _stand_in(name: str, **content: object) -> None:
    module = ModuleType(name)
    vars(module).update(content)
    sys.modules[name] = module


if not TYPE_CHECKING:
    _base, _file, _page = _load("xml_base", "file", "page")
    XMLBase, File = _base.XMLBase, _file.File
    Page, Diagram, Graph = _page.Page, _page.Diagram, _page.mxGraph


class _Written(XMLBase):
    """Fault: `XMLBase.xml_ify` builds the text letter by letter, and passes characters that XML cannot hold."""

    def xml_ify(self, parameter_string: str) -> str:
        return escaped(parameter_string)


class Cell(_Written):
    """A cell, its metadata and its geometry on one line.

    Faults: `Object` raises on the AWS group styles, cuts values after a second `=` and takes `id(self)` for an id;
    `Edge` drops styles in silence; a `UserObject` is written with its label unescaped.

    `style` is draw.io's style, verbatim. `about` are attributes of a `UserObject`, `label` among them; without it the
    label is the cell's `value`. `geometry` is the XML within the cell. `more` are attributes of the cell.
    """

    def __init__(
        self,
        cell: str,
        *,
        parent: str,
        style: str,
        geometry: str,
        label: str = "",
        about: Mapping[str, str] | None = None,
        more: Mapping[str, str],
    ) -> None:
        super().__init__(id=cell, xml_class="mxCell", xml_parent=parent)
        self._label, self._style, self._geometry = label, style, geometry
        self._about, self._more = about, more

    @property
    def attributes(self) -> dict[str, Any]:
        """What stands in the tag `mxCell`."""
        named = {} if self._about is not None else {"id": self.id, "value": self._label}
        return {**named, "style": self._style, **self._more, "parent": self.xml_parent}

    @property
    def xml(self) -> str:
        """The whole cell."""
        cell = f"<mxCell{attributes(self.attributes)}>{self._geometry}</mxCell>"
        if self._about is None:
            return cell
        named = {"label": self._label, "id": self.id, **self._about}
        return f"<UserObject{attributes(named)}>{cell}</UserObject>"


class _Tag(_Written, Diagram):
    """The element `diagram`, with JSON in its attribute `desenho_model`.

    Faults: its id is `id(self)`, and it takes no further attributes.
    """

    def __init__(self, about: Mapping[str, str], model: str) -> None:
        super().__init__(name=about["name"])
        self._about, self._model = about, model

    @property
    def xml_open_tag(self) -> str:
        return f"<diagram{attributes(self._about)} desenho_model={single_quoted(self._model)}>"


class _Model(_Written, Graph):
    """The element `mxGraphModel`. Faults: `toolTips` is misspelt, and `page` carries the page's number."""

    @property
    def attributes(self) -> dict[str, Any]:
        values = super().attributes | {"page": 1}
        return {"tooltips" if name == "toolTips" else name: value for name, value in values.items()}


class DrawioPage(Page):
    """A page of steady ids. `about` are the attributes of its element `diagram`, `model` the JSON it carries.

    Faults: `add_object` looks through the whole list for each cell, and `xml` copies all its text for each cell, so
    both are quadratic.
    """

    def __init__(self, file: DrawioFile, *, about: Mapping[str, str], model: str, **values: Any) -> None:
        super().__init__(file, objects=[], name=about["name"], **values)
        self.diagram = _Tag(about, model)
        self.mxGraph = _Model(page=self)

    def add_object(self, obj: Cell) -> None:
        """Add a cell at the end."""
        self.objects.append(obj)

    @property
    def xml(self) -> str:
        """The whole page, a cell to a line."""
        return "\n".join([self.xml_open_tag, *(f"        {o.xml}" for o in self.objects), self.xml_close_tag])


class DrawioFile(File):
    """A file that is the same at every run. `about` are the attributes of its element `mxfile`.

    Faults: it writes the date, drawpyo's and Python's version, and copies all its text for each page.
    """

    def __init__(self, *, about: Mapping[str, str]) -> None:
        super().__init__()
        self._about = about

    @property
    def attributes(self) -> dict[str, Any]:
        """What stands in the tag `mxfile`."""
        return dict(self._about)

    @property
    def xml(self) -> str:
        """The whole file, ending with a newline."""
        return "\n".join([self.xml_open_tag, *(f"  {page.xml}" for page in self.pages), self.xml_close_tag]) + "\n"
