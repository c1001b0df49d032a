"""Words broken into lines: nothing lost, few lines, of about one length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from export.fonts import arimo
from export.lines import WIDTH, broken


def measure(line: str) -> float:
    return arimo().width(line, 12)


def lines(words: str, width: float = WIDTH) -> tuple[str, ...]:
    return broken(words, measure, width)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")))
def test_no_letter_is_lost_and_none_is_added(words: str) -> None:
    assert "".join("".join(lines(words)).split()) == "".join(words.split())


@given(st.text(st.sampled_from("abc /-é\n"), max_size=200))
def test_no_line_is_wider_than_three_lines_and_only_a_long_word_wider_than_one(words: str) -> None:
    for line in lines(words):
        assert measure(line) <= 3 * WIDTH
        assert measure(line) <= 1.25 * WIDTH or " " not in line


def test_a_short_label_stays_on_its_line() -> None:
    assert lines("Amazon S3") == ("Amazon S3",)
    assert lines("") == ()
    assert lines(" \n ") == ()


def test_lines_are_of_about_one_length() -> None:
    assert lines("Application Load Balancer") == ("Application", "Load Balancer")
    assert lines("Amazon Simple Storage Service") == ("Amazon Simple", "Storage Service")


def test_two_lines_are_made_a_quarter_wider_before_there_are_three() -> None:
    assert len(lines("AWS Identity and Access Management")) == 2
    assert max(map(measure, lines("Identity Management, Authorisation"))) > WIDTH


def test_newlines_stay() -> None:
    assert lines("one\n\ntwo\r\nthree") == ("one", "", "two", "three")


def test_a_long_word_is_broken_after_its_joints_and_cut_only_when_it_must_be() -> None:
    assert lines("arn:aws:s3:::company-uploads-bucket/incoming") == ("arn:aws:s3:::company-", "uploads-bucket/incoming")
    assert lines("Donaudampfschifffahrtsgesellschaft") == ("Donaudampfschifffahrtsgesellschaft",)
    cut = lines("x" * 120)
    assert len(cut) == 3
    assert {len(line) for line in cut} == {40}
