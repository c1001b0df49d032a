"""A drawing as Graphviz source: its words and nesting, for Graphviz to place. It quotes nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz import Digraph, escape, nohtml

from export.colours import reads_on
from export.look import INK

if TYPE_CHECKING:
    from export.drawing import Drawing, Figure, Frame, Label, Wire

__all__ = ["write"]


def write(drawing: Drawing) -> bytes:
    """Return the source, UTF-8. Nodes and clusters are named by their ids."""
    graph = Digraph(
        name=_name(drawing.name),
        graph_attr={
            "label": _text(drawing.heading),
            "labelloc": "t",
            "labeljust": "l",
            "rankdir": drawing.direction,
            "compound": "true",
            "fontname": "Helvetica",
            "fontsize": "20",
        },
        node_attr={"fontname": "Helvetica", "fontsize": "12", "shape": "box", "style": "filled", "penwidth": "0"},
        edge_attr={"fontname": "Helvetica", "fontsize": "12", "arrowhead": "vee", "arrowtail": "vee"},
    )
    anchors = _anchors(drawing)
    _inside(graph, drawing, None, anchors)
    for wire in drawing.wires:
        _edge(graph, wire, anchors)
    return graph.source.encode()


def _inside(graph: Digraph, drawing: Drawing, parent: str | None, anchors: dict[str, str]) -> None:
    for frame in drawing.frames:
        if frame.parent == parent:
            cluster = Digraph(name=f"cluster_{_name(frame.id)}", graph_attr=_cluster(frame))
            if anchors[frame.id] == _own_anchor(frame.id):
                cluster.node(anchors[frame.id], label="", shape="point", style="invis")
            _inside(cluster, drawing, frame.id, anchors)
            graph.subgraph(cluster)
    for figure in drawing.figures:
        if figure.parent == parent:
            _node(graph, figure)


def _cluster(frame: Frame) -> dict[str, str]:
    styles = [*(["dashed"] if frame.style.dashed else []), *(["filled"] if frame.style.fill != "none" else [])]
    return {
        "label": _text(frame.title),
        "labeljust": "l",
        "fontname": "Helvetica",
        "fontsize": "12",
        "color": frame.style.stroke,
        "bgcolor" if frame.style.fill == "none" else "fillcolor": _colour(frame.style.fill),
        "style": ",".join(styles) or "solid",
        "tooltip": escape(frame.alt),
        **_link(frame.link),
    }


def _node(graph: Digraph, figure: Figure) -> None:
    fill = figure.shape.fill
    graph.node(
        _name(figure.id),
        label=_text(figure.label),
        fillcolor=_colour(fill),
        fontcolor=INK if fill == "none" else reads_on(fill),
        tooltip=escape(figure.alt),
        **_link(figure.link),
    )


def _edge(graph: Digraph, wire: Wire, anchors: dict[str, str]) -> None:
    ends = {
        name: f"cluster_{_name(end)}"
        for name, end in (("ltail", wire.source), ("lhead", wire.target))
        if end in anchors
    }
    words = [wire.disc.text] if wire.disc else []
    words += [_text(wire.label)] if wire.label else []
    graph.edge(
        anchors.get(wire.source) or _name(wire.source),
        anchors.get(wire.target) or _name(wire.target),
        label=nohtml(". ".join(words)),
        dir=wire.arrow,
        color=wire.colour,
        style=wire.dash,
        penwidth=f"{wire.width:g}",
        tooltip=escape(wire.alt),
        **_link(wire.link),
        **ends,
    )


def _anchors(drawing: Drawing) -> dict[str, str]:
    """Return a node for each cluster: Graphviz draws an edge to a cluster as one to a node, cut at the border."""
    found: dict[str, str] = {}
    parents = {frame.id: frame.parent for frame in drawing.frames}
    for figure in drawing.figures:
        group = figure.parent
        while group is not None:
            found.setdefault(group, _name(figure.id))
            group = parents[group]
    return {frame.id: found.get(frame.id) or _own_anchor(frame.id) for frame in drawing.frames}


def _own_anchor(frame: str) -> str:
    return f"{_name(frame)}="


def _name(item: str) -> str:
    # In a name a colon would begin a port, what stands between angle brackets would be HTML, and Graphviz keeps names
    # that begin with % for itself: these signs are written as in quoted-printable mail.
    return "".join(f"={ord(sign):02X}" if sign in "=:<%" else sign for sign in item)


def _text(label: Label | None) -> str:
    # A label between angle brackets would be HTML, a backslash would begin an escape.
    return nohtml(r"\n".join(escape(line) for line in label.lines)) if label else ""


def _link(address: str) -> dict[str, str]:
    return {"URL": escape(address)} if address else {}


def _colour(fill: str) -> str:
    return "transparent" if fill == "none" else fill
