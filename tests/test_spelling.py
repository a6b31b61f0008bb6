"""A misspelt question is mended by the words of what it found; right words are left alone."""

import pytest
from fakes import make_library, write_files
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Hit, Passage, Query
from rag.retrieval.edits import edits
from rag.retrieval.spelling import respelt
from rag.retrieval.vocabulary import Vocabulary

TEXT = "Ann Lindqvist described the Operation Iron Swords as a campaign. The envoys met Hezbollah in 2006."
HITS = (Hit(Passage("a-0", "a", "/a.txt", "A", (), TEXT, 0, len(TEXT), ()), 1.0, 1),)
WORDS = {"breakfast", "companion", "describe", "support", "receive", "cancel", "wen", "dose", "men", "mediator"}


class Words:
    """A library that knows one word, and has one more to offer."""

    def knows(self, word):
        return word == "zeppelin"

    def like(self, word):
        return ["Zanzibar"]


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("name of teh operaton", "name of the Operation"),
        ("Wich operaton? hwo meny", "Which Operation? how many"),
        ("who is Meny, and what does Thay say", "who is Meny, and what does Thay say"),
        ("waht did thier envoys say", "what did their envoys say"),
        ("a breakfast of meny", "a breakfast of many"),
        ("the companions of a flattering compnion", "the companions of a flattering compnion"),
        ("hezbolah campain?", "Hezbollah campaign?"),
        ("Who is Lindquist?", "Who is Lindqvist?"),
        ("What did she eat for breakfast?", "What did she eat for breakfast?"),
        ("Which envoy described it?", "Which envoy described it?"),
        ("the companion", "the companion"),
        ("wich is the higest and the chepest", "which is the highest and the cheapest"),
        ("who describes it, and describers of breakfasts", "who describes it, and describers of breakfasts"),
        ("OPERATON", "OPERATON"),
        ("xyzzyplugh", "xyzzyplugh"),
        ("the zeppelin to Zanzibarr", "the zeppelin to Zanzibar"),
        ("wen dose she eat", "when does she eat"),
        ("wher wil they eat, and how ofen", "where will they eat, and how often"),
        ("were is she, and were they there", "where is she, and were they there"),
        ("whos she, and whats that", "who is she, and what is that"),
        ("whose name is it", "whose name is it"),
        ("suport that they recieve or cancell", "support that they receive or cancel"),
        ("those who meen it", "those who meen it"),
        ("does a mediator swordd", "does a mediator Swords"),
        ("a campaignous campain", "a campaignous campaign"),
        ("", ""),
    ],
)
def test_words_are_mended_by_what_was_found(asked, searched):
    assert respelt(Query(asked, asked), HITS, WORDS.__contains__, Words()) == Query(asked, searched)


@given(st.text(max_size=60))
def test_mending_twice_changes_nothing_more_and_no_hits_change_nothing(text):
    once = respelt(Query(text, text), HITS, WORDS.__contains__, Words())
    assert respelt(once, HITS, WORDS.__contains__, Words()) == once
    assert respelt(Query(text, text), (), WORDS.__contains__, Words()).text == text


def test_small_words_that_asked_wrongly_are_mended_for_those_who_read(tmp_path):
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", a=TEXT))
    library.sync()
    assert library.ask("wich envoys met").prompt.query.text == "which envoys met"
    library.close()


def test_the_answer_says_what_was_searched(tmp_path):
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", a=TEXT))
    library.sync()
    assert library.ask("hezbolah envoys campain").prompt.query.text == "Hezbollah envoys campaign"
    library.close()


def test_words_that_stand_anywhere_in_the_library_mend_a_word_and_are_never_mended(tmp_path):
    texts = {f"n{n}": f"Note {n} says nothing of interest about the harbour." for n in range(30)}
    far = "Amos Hochstein spoke of organisations. Organisers met. An envoi is no envoy."
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", far=far, **texts))
    library.sync()
    vocabulary = Vocabulary(library._parts.database.rows)
    near = respelt(Query("q", "Hochsteen organisaton envoi harbor"), (), lambda _: False, vocabulary)
    assert near.text == "Hochstein organisations envoi harbour"
    assert vocabulary.knows("organised")
    assert not vocabulary.knows("xylophone")
    assert vocabulary.like("xylophone") == ()
    library.close()


@pytest.mark.parametrize(
    ("one", "other", "whole", "beginning"),
    [
        ("teh", "the", 1, 1),
        ("operaton", "oper", 4, 0),
        ("", "abc", 3, 3),
        ("abc", "", 3, 0),
        ("napolean", "napoleon", 1, 1),
    ],
)
def test_edits_by_hand(one, other, whole, beginning):
    assert edits(one, other) == (whole, beginning)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_edits_are_a_measure_between_words(one, other):
    whole, beginning = edits(one, other)
    assert whole == edits(other, one)[0]
    assert abs(len(one) - len(other)) <= whole <= max(len(one), len(other))
    assert beginning <= whole
    assert (whole == 0) == (one == other)
