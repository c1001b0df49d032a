"""Numbers that are steps, and numbers that are words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from architecture.steps import numbered, read_steps
from architecture.text import Text


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("1 upload", 1),
        ("2. process", 2),
        ("3) store", 3),
        ("4: done", 4),
        ("12", 12),
        (" 5\nnew line", 5),
        ("443", 443),
        ("1.5 GB", None),
        ("10:30 backup", None),
        ("3rd try", None),
        ("s3:ObjectCreated", None),
        ("step 1", None),
        ("", None),
        (Text("1 envia", en="1 send"), 1),
        (Text("1 envia", en="2 send"), None),
        (Text("1 envia", en="send"), None),
    ],
)
def test_the_number_that_a_label_begins_with(label: str, number: int | None) -> None:
    assert numbered(label) == number


def test_labels_numbered_from_1_to_n_are_steps() -> None:
    labels = ["1 upload", "HTTPS", "3) POST", "2. event", "1 upload", ""]
    assert read_steps(labels) == {"1 upload": (1, "upload"), "2. event": (2, "event"), "3) POST": (3, "POST")}


def test_the_words_after_the_number_keep_their_languages() -> None:
    steps = read_steps([Text("1. envia", en="1. sends"), "2"])
    assert steps[Text("1. envia", en="1. sends")] == (1, Text("envia", en="sends"))
    assert steps["2"] == (2, "")


@pytest.mark.parametrize(
    "labels",
    [
        ["443 TLS"],
        ["2 replicas"],
        ["1 upload"],
        ["1 upload", "3 store"],
        ["1 upload", "443 TLS"],
        ["1 upload", "1 download", "2 store"],
        ["0 start", "1 end"],
        [],
    ],
)
def test_other_numbers_are_words(labels: list[str]) -> None:
    assert read_steps(labels) == {}


@given(st.permutations(range(1, 8)), st.lists(st.sampled_from(["HTTPS", "", "SQL 1"]), max_size=3))
def test_order_and_other_labels_do_not_matter(numbers: list[int], others: list[str]) -> None:
    steps = read_steps([*(f"{n} does it" for n in numbers), *others])
    assert sorted(number for number, _ in steps.values()) == list(range(1, 8))
