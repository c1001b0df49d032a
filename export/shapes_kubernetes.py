"""draw.io's shape for each class of `diagrams.k8s`.

Facts about draw.io: `mxgraph.kubernetes.icon2` paints the stencil `mxgraph.kubernetes.frame` in the stroke colour,
again 3 % smaller on each side in the fill colour, and on it `mxgraph.kubernetes2.<prIcon>` in the stroke colour. The
first edition, `mxgraph.kubernetes.icon`, takes `mxgraph.kubernetes.<prIcon>`; it alone has a master.
"""

from __future__ import annotations

from typing import Final, Literal

from export.drawing import Box, Shape

__all__ = ["edition", "glyph_box", "kubernetes_shape"]

_BLUE: Final = "#2875E2"
_WIDTH, _HEIGHT = 78, 76

_NAMES: Final = {
    "clusterconfig.HPA": "hpa",
    "clusterconfig.Limits": "limits",
    "clusterconfig.Quota": "quota",
    "compute.Cronjob": "cronjob",
    "compute.DS": "ds",
    "compute.Deploy": "deploy",
    "compute.Job": "job",
    "compute.Pod": "pod",
    "compute.RS": "rs",
    "compute.STS": "sts",
    "controlplane.API": "api",
    "controlplane.CCM": "c_c_m",
    "controlplane.CM": "c_m",
    "controlplane.KProxy": "k_proxy",
    "controlplane.Kubelet": "kubelet",
    "controlplane.Sched": "sched",
    "group.NS": "ns",
    "infra.ETCD": "etcd",
    "infra.Master": "master",
    "infra.Node": "node",
    "network.Ep": "ep",
    "network.Ing": "ing",
    "network.Netpol": "netpol",
    "network.SVC": "svc",
    "others.CRD": "crd",
    "others.PSP": "psp",
    "podconfig.CM": "cm",
    "podconfig.Secret": "secret",
    "rbac.CRB": "crb",
    "rbac.CRole": "c_role",
    "rbac.Group": "group",
    "rbac.RB": "rb",
    "rbac.Role": "role",
    "rbac.SA": "sa",
    "rbac.User": "user",
    "storage.PV": "pv",
    "storage.PVC": "pvc",
    "storage.SC": "sc",
    "storage.Vol": "vol",
}

_FIRST_EDITION: Final = {"master"}

# Left (from the middle), width and height in shares of the shorter side, top in shares of the height.
_PLACE: Final = (-0.3, 0.2, 0.6, 0.6)
_PLACES: Final = {
    "c_role": (-0.25, 0.2, 0.5, 0.6),
    "cm": (-0.3, 0.25, 0.6, 0.5),
    "crb": (-0.25, 0.3, 0.5, 0.3),
    "crd": (-0.25, 0.2, 0.6, 0.6),
    "deploy": (-0.27, 0.25, 0.6, 0.55),
    "hpa": (-0.4, 0.1, 0.8, 0.8),
}


def kubernetes_shape(module: str, name: str) -> Shape | None:
    """Return the shape of `diagrams.k8s.<module>.<name>`, None where draw.io has none."""
    icon = _NAMES.get(f"{module}.{name}")
    if icon is None:
        return None
    return Shape(family="kubernetes", name=icon, fill=_BLUE, width=_WIDTH, height=_HEIGHT)


def edition(name: str) -> tuple[str, Literal["kubernetes", "kubernetes2"]]:
    """Return draw.io's shape that shows an icon, and the library that its glyph is in."""
    if name in _FIRST_EDITION:
        return "mxgraph.kubernetes.icon", "kubernetes"
    return "mxgraph.kubernetes.icon2", "kubernetes2"


def glyph_box(name: str, box: Box) -> Box:
    """Return where draw.io places a glyph in the frame."""
    if name in _FIRST_EDITION:
        return Box(box.x + 0.2 * box.width, box.y + 0.2 * box.height, 0.6 * box.width, 0.6 * box.height)
    left, top, width, height = _PLACES.get(name, _PLACE)
    side = min(box.width, box.height)
    return Box(box.x + box.width / 2 + left * side, box.y + top * box.height, width * side, height * side)
