"""Every class of the library has its shape, and draw.io's stencils have every name."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest
from diagrams import Node as LibraryNode

from architecture.model import GroupKind, Node
from export.drawing import Shape
from export.look import FRAMES, INK, native_shape
from export.stencils import stencils


def classes(provider: str) -> dict[str, type[LibraryNode]]:
    """Return the classes of a provider by every name they have, `module.Name`, aliases included."""
    package = importlib.import_module(f"diagrams.{provider}")
    found: dict[str, type[LibraryNode]] = {}
    for module in pkgutil.iter_modules(package.__path__):
        contents = vars(importlib.import_module(f"diagrams.{provider}.{module.name}"))
        for name, thing in contents.items():
            own = inspect.isclass(thing) and thing.__module__ == f"diagrams.{provider}.{module.name}"
            if own and issubclass(thing, LibraryNode) and not name.startswith("_"):
                found[f"{module.name}.{name}"] = thing
    return found


def shape_of(thing: type[LibraryNode]) -> Shape | None:
    kind = f"{thing.__module__}.{thing.__qualname__}".removeprefix("diagrams.")
    return native_shape(Node(id="x", kind=kind))


def test_all_names_of_aws_are_native() -> None:
    names = classes("aws")
    assert len(names) == 562
    assert len(set(names.values())) == 502
    library = stencils("aws4")
    assert library is not None
    for name, thing in names.items():
        shape = shape_of(thing)
        assert shape is not None, name
        assert shape.family in {"service", "resource"}
        assert library.glyph(shape.name) is not None, f"{name}: draw.io has no {shape.name}"


def test_a_resource_has_the_outline_of_its_stencil() -> None:
    library = stencils("aws4")
    assert library is not None
    for name, thing in classes("aws").items():
        shape = shape_of(thing)
        assert shape is not None
        assert max(shape.width, shape.height) == 78
        if shape.family == "resource":
            glyph = library.glyph(shape.name)
            assert glyph is not None
            assert shape.width / shape.height == pytest.approx(glyph.width / glyph.height, rel=0.001), name


@pytest.mark.parametrize(
    ("kind", "family", "name", "fill"),
    [
        ("aws.storage.SimpleStorageServiceS3", "service", "s3", "#7AA116"),
        ("aws.compute.Lambda", "service", "lambda", "#ED7100"),
        ("aws.compute.LambdaFunction", "resource", "lambda_function", "#ED7100"),
        ("aws.database.DynamodbTable", "resource", "table", "#C925D1"),
        ("aws.network.Route53", "service", "route_53", "#8C4FFF"),
        ("aws.network.InternetGateway", "resource", "internet_gateway", "#8C4FFF"),
        ("aws.integration.StepFunctions", "service", "step_functions", "#E7157B"),
        ("aws.security.IdentityAndAccessManagementIamRole", "resource", "role", "#DD344C"),
        ("aws.ml.Sagemaker", "service", "sagemaker", "#01A88D"),
        ("aws.general.User", "resource", "user", "#232F3E"),
        ("k8s.compute.Pod", "kubernetes", "pod", "#2875E2"),
        ("gcp.compute.KubernetesEngine", "gcp", "container_engine", "#5184F3"),
    ],
)
def test_a_class_is_drawn_as_its_service(kind: str, family: str, name: str, fill: str) -> None:
    shape = native_shape(Node(id="x", kind=kind))
    assert shape is not None
    assert (shape.family, shape.name, shape.fill) == (family, name, fill)


@pytest.mark.parametrize(("provider", "library"), [("gcp", "gcp2"), ("k8s", "kubernetes2")])
def test_other_providers_name_stencils_that_exist(provider: str, library: str) -> None:
    from export.shapes_kubernetes import edition

    found = [shape for thing in classes(provider).values() if (shape := shape_of(thing))]
    assert len(found) > 50
    for shape in found:
        source = stencils(edition(shape.name)[1] if provider == "k8s" else "gcp2")
        assert source is not None
        assert source.glyph(shape.name) is not None, shape.name


def test_azure_names_pictures_in_its_folders() -> None:
    names = classes("azure")
    shapes = {name: shape_of(thing) for name, thing in names.items()}
    found = {name: shape.name for name, shape in shapes.items() if shape}
    assert len(found) > 0.95 * len(names)
    assert found["compute.VM"] == "compute/Virtual_Machine"
    assert found["compute.AKS"] == found["containers.KubernetesServices"].replace("containers", "compute")
    assert found["database.CosmosDb"] == "databases/Azure_Cosmos_DB"
    assert all(path.count("/") == 1 and ";" not in path for path in found.values())


def test_what_draw_io_does_not_have_has_no_native_shape() -> None:
    for kind in ("onprem.queue.Kafka", "custom.Custom", "c4.Container", "Node", "k8s.ecosystem.Helm", "aws.no.Such"):
        assert native_shape(Node(id="x", kind=kind)) is None


def test_every_kind_of_group_has_its_look_and_badges_exist() -> None:
    library = stencils("aws4")
    assert library is not None
    assert set(FRAMES) == set(GroupKind)
    for style in FRAMES.values():
        assert not style.badge or library.glyph(style.badge) is not None
    assert FRAMES[GroupKind.VPC].stroke == "#8C4FFF"
    assert FRAMES[GroupKind.PRIVATE_SUBNET].fill == "#E6F6F7"
    assert FRAMES[GroupKind.REGION].dashed


def luminance(colour: str) -> float:
    channels = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def test_titles_read_on_every_ground() -> None:
    for style in FRAMES.values():
        ground = "#FFFFFF" if style.fill == "none" else style.fill
        assert (luminance(ground) + 0.05) / (luminance(INK) + 0.05) > 7  # WCAG AAA
        assert (1 + 0.05) / (
            luminance(style.stroke) + 0.05
        ) > 2.8  # lines and badges: 3 to 1, AWS's own teal just below
