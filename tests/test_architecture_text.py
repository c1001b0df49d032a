"""Words in more than one language."""

from __future__ import annotations

import copy
import pickle

from hypothesis import given
from hypothesis import strategies as st

from architecture.text import Text, langs_of, mapped, translate
from strategies import labels


def test_a_text_is_its_portuguese_words_and_carries_the_others() -> None:
    user = Text("Usuário", en="User")
    assert isinstance(user, str)
    assert user == "Usuário"
    assert f"{user}" == "Usuário"
    assert (translate(user, "pt"), translate(user, "en")) == ("Usuário", "User")
    assert langs_of(user) == {"pt", "en"}
    assert repr(user) == "Text('Usuário', en='User')"


def test_plain_words_serve_all_languages() -> None:
    assert (translate("HTTP", "pt"), translate("HTTP", "en"), langs_of("HTTP")) == ("HTTP", "HTTP", frozenset())


def test_a_missing_language_is_the_words_as_they_are() -> None:
    assert translate(Text("só"), "en") == "só"
    assert langs_of(Text("só")) == {"pt"}


def test_plus_keeps_the_translations() -> None:
    zone = Text("Zona", en="Zone")
    assert (zone + " a").translations == {"pt": "Zona a", "en": "Zone a"}
    assert ("> " + zone).translations == {"pt": "> Zona", "en": "> Zone"}
    assert (zone + Text(" só", en=" only")).translations == {"pt": "Zona só", "en": "Zone only"}
    assert (Text("só ") + "a").translations == {"pt": "só a"}


def test_texts_differ_where_any_language_does() -> None:
    assert Text("a", en="b") != Text("a", en="c")
    assert Text("a", en="b") == Text("a", en="b")
    assert len({Text("a", en="b"), Text("a", en="c"), "a"}) == 2
    assert Text("a") != 1


@given(labels)
def test_copies_are_the_same(words: str) -> None:
    for again in (pickle.loads(pickle.dumps(words)), copy.deepcopy(words), copy.copy(words)):
        assert type(again) is type(words)
        assert again == words
        assert langs_of(again) == langs_of(words)


@given(labels, st.sampled_from(["pt", "en"]))
def test_a_change_is_made_in_every_language(words: str, lang: str) -> None:
    changed = mapped(words, str.upper)
    assert translate(changed, lang) == translate(words, lang).upper()
    assert langs_of(changed) == langs_of(words)


@given(labels, labels, st.sampled_from(["pt", "en"]))
def test_plus_is_plus_in_every_language(left: str, right: str, lang: str) -> None:
    assert translate(left + right, lang) == translate(left, lang) + translate(right, lang)
