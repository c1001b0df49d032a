"""A line that comes from above falls straight down beside the titles on its way."""

from __future__ import annotations

import pytest

from export.layout import layered
from sketches import group, line, node, sketch

USER, BUCKET = node("user"), node("bucket", "region")


def ways(title: str) -> set[float]:
    groups = [group("cloud"), group("region", "cloud")._replace(title=group(title).title)]
    drawn = sketch([USER, BUCKET], [line("user", "bucket")], groups, "TB")
    (route,) = layered(drawn).edges.values()
    return {point.x for point in route.points}


@pytest.mark.parametrize("title", ["Region", "Region us-east"])
def test_what_a_line_comes_to_from_above_stands_beside_the_title(title: str) -> None:
    assert len(ways(title)) == 1


def test_a_group_is_not_made_mostly_empty_for_a_long_title() -> None:
    assert len(ways("a title that is a good deal longer than the one thing under it")) == 2
