"""The names of a diagram's files."""

from __future__ import annotations

import pytest

from architecture.errors import ScriptError
from architecture.filenames import filename_of


@pytest.mark.parametrize(
    ("given", "title", "wanted"),
    [
        ("challenge", "Any title", "challenge"),
        ("aws/challenge", "Any title", "aws/challenge"),
        (r"aws\challenge", "Any title", "aws/challenge"),
        ("./challenge", "Any title", "challenge"),
        ("desafio_de_arquitetura", "Desafio de arquitetura", "desafio_de_arquitetura"),
        ("ci/cd_at_work", "CI/CD at work", "ci-cd_at_work"),
        ("../up", "../up", "..-up"),
        ('a:_"b"?', 'A: "B"?', "a-_-b--"),
        ("v1.2", "Any title", "v1.2"),
        ("a\0b", "A\0b", "a-b"),
        ("in/a\0b\x1b", "Any title", "in/a-b-"),
        ("x" * 300, "X" * 300, "x" * 200),
        ("a" + "ç" * 150, "A" + "Ç" * 150, "a" + "ç" * 99),
    ],
)
def test_names_below_the_output_folder(given: str, title: str, wanted: str) -> None:
    assert filename_of(given, title) == (wanted, [])


@pytest.mark.parametrize(
    ("given", "wanted", "code"),
    [
        ("web.png", "web", "filename-ending"),
        ("out/web.SVG", "out/web", "filename-ending"),
        ("/tmp/pictures/web", "web", "filename-outside"),
        (r"C:\pictures\web", "web", "filename-outside"),
        ("../assets/web", "web", "filename-outside"),
        ("a/../../web", "web", "filename-outside"),
        (r"..\web", "web", "filename-outside"),
        ("/tmp/../web", "web", "filename-outside"),
    ],
)
def test_what_is_left_out_is_said(given: str, wanted: str, code: str) -> None:
    name, notes = filename_of(given, "Any title")
    assert name == wanted
    assert [note.code for note in notes] == [code]


@pytest.mark.parametrize("given", ["..", "a/.."])
def test_a_name_of_no_file_is_refused(given: str) -> None:
    with pytest.raises(ScriptError, match="names no file"):
        filename_of(given, "Any title")
