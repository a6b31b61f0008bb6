"""A misspelt question is mended by the words of what it found; right words are left alone."""

import pytest
from fakes import make_library, write_files
from hypothesis import given
from hypothesis import strategies as st

from rag.records import Hit, Passage, Query
from rag.retrieval.spelling import respelt

TEXT = "Ann Lindqvist described the Operation Iron Swords as a campaign. The envoys met Hezbollah in 2006."
HITS = (Hit(Passage("a-0", "a", "/a.txt", "A", (), TEXT, 0, len(TEXT), ()), 1.0, 1),)
WORDS = {"breakfast", "companion", "describe"}


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("name of teh operaton", "name of teh Operation"),
        ("hezbolah campain?", "Hezbollah campaign?"),
        ("Who is Lindquist?", "Who is Lindqvist?"),
        ("What did she eat for breakfast?", "What did she eat for breakfast?"),
        ("Which envoy described it?", "Which envoy described it?"),
        ("the companion", "the companion"),
        ("OPERATON", "OPERATON"),
        ("xyzzyplugh", "xyzzyplugh"),
        ("", ""),
    ],
)
def test_words_are_mended_by_what_was_found(asked, searched):
    assert respelt(Query(asked, asked), HITS, WORDS.__contains__) == Query(asked, searched)


@given(st.text(max_size=60))
def test_mending_twice_changes_nothing_more_and_no_hits_change_nothing(text):
    once = respelt(Query(text, text), HITS, WORDS.__contains__)
    assert respelt(once, HITS, WORDS.__contains__) == once
    assert respelt(Query(text, text), (), WORDS.__contains__).text == text


def test_the_answer_says_what_was_searched(tmp_path):
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", a=TEXT))
    library.sync()
    assert library.ask("hezbolah envoys campain").prompt.query.text == "Hezbollah envoys campaign"
    library.close()
