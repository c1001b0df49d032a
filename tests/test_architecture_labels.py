"""Labels as Graphviz would show them."""

from __future__ import annotations

import pytest

from architecture.labels import plain
from architecture.text import Text


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Amazon S3", "Amazon S3"),
        ('<λ> & "quotes"', '<λ> & "quotes"'),
        ("<a> or <b>", "<a> or <b>"),
        ("x < y > z", "x < y > z"),
        ("two\nlines", "two\nlines"),
        (r"two\nlines", "two\nlines"),
        (r"left\lright\r", "left\nright"),
        (r"C:\\temp", r"C:\temp"),
        ("A &amp; B &lt;c&gt; &#955;", "A & B <c> λ"),
        ("AT&T &copyright", "AT&T &copyright"),
        ("\nAdvanced web service\n", "Advanced web service"),
        ("<<b>Web</b>site<br/>second   line>", "Website\nsecond line"),
        ("<<TABLE><TR><TD>a</TD><TD>b</TD></TR><TR><TD>c &amp; d</TD></TR></TABLE>>", "a b\nc & d"),
        ("<>", ""),
        ("", ""),
    ],
)
def test_the_words_that_a_reader_sees(label: str, words: str) -> None:
    assert plain(label) == words


def test_each_language_is_read() -> None:
    read = plain(Text("<<b>Usuário</b>>", en=r"user\nof the app"))
    assert isinstance(read, Text)
    assert read.translations == {"pt": "Usuário", "en": "user\nof the app"}


def test_a_label_of_c4_has_no_markup_and_no_empty_lines() -> None:
    from diagrams.c4 import _format_node_label  # what the library's own c4 functions make

    label = _format_node_label("API & co", "Container: Java", "Does things")
    assert plain(label) == "API & co\n[Container: Java]\nDoes things"
