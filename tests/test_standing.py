"""An earlier citation, once its document was changed, moved or removed."""

import os

import httpx
import pytest
from documents import pdf
from fakes import make_library, write_files
from hypothesis import given
from hypothesis import strategies as st
from serving import served

from rag import together
from rag.errors import SourceError
from rag.records import Answer, Span
from rag.standing import find_again

PUMP = "The pump is black."
QUESTION = "Which colour is the pump?"
GONE = "These words no longer stand in the document"
WORDS = st.lists(st.sampled_from(["the", "pump", "12", "1.2", "é", "水", "(a)", "\\d", "-"]), min_size=1, max_size=9)


@given(WORDS, WORDS, WORDS, st.sampled_from([" ", "\n", " \t "]))
def test_words_of_an_unchanged_text_are_where_they_were(before, words, after, space):
    text = space.join([*before, *words, *after])
    start = len(space.join([*before, ""]))
    span = Span(start, start + len(space.join(words)))
    assert find_again(text, span, " ".join(words)) == span


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("It is old. The pump\n is  black.", PUMP, Span(11, 31)),
        ("Everything was rewritten.", PUMP, None),
        ("", PUMP, None),
        ("The price is 300", "The price is 30", None),
        ("A price of 130, then a price of 30", "30", Span(32, 34)),
        ("Blackened. Black.", "Black", Span(11, 16)),
        ("one x two x three x", "x", Span(4, 5)),
        ("Once more: the pump is large and old.", "the pump is …", Span(11, 22)),
        ("Once more: the pumping is over.", "the pump …", Span(11, 19)),
        ("水是黑色的", "是黑色", Span(1, 4)),
    ],
)
def test_words_are_found_again_whole_and_nearest_to_where_they_stood(text, words, found):
    assert find_again(text, Span(0, len(words)), words) == found


@pytest.fixture
def library(tmp_path):
    made = make_library(tmp_path / "lib", write_files(tmp_path / "docs", pump=PUMP, mill="The mill grinds rye."))
    made.sync()
    yield made
    made.close()


NOON = 1_707_134_400
"""2024-02-05, in seconds."""


def rewrite(library, text):
    path = library.sources()[0] / "pump.txt"
    path.write_text(text, "utf-8")
    os.utime(path, (NOON, NOON))
    library.sync()


def test_a_kept_answer_knows_whether_its_citations_still_stand(library):
    (cited,) = Answer.from_json(library.ask(QUESTION).to_json()).citations
    assert cited.quote == PUMP
    assert library.still_stands(cited)
    rewrite(library, f"In short:\n\n{PUMP}")
    assert library.still_stands(cited)
    rewrite(library, "Everything was rewritten here.")
    assert not library.still_stands(cited)
    (library.sources()[0] / "pump.txt").unlink()
    library.sync()
    assert not library.still_stands(cited)
    with pytest.raises(SourceError, match="None is no citation"):
        library.still_stands(None)


def test_several_libraries_know_it_too(library, tmp_path):
    other = make_library(tmp_path / "other", write_files(tmp_path / "more", bell="The bell is nine tons."))
    other.sync()
    both = together([library, other])
    (cited,) = both.ask(QUESTION).citations
    assert both.still_stands(cited)
    rewrite(library, "Everything was rewritten here.")
    assert not both.still_stands(cited)
    other.close()


def test_the_source_says_that_the_words_are_gone_or_moves_the_mark(library):
    (cited,) = library.ask(QUESTION).citations
    asked = {"doc": cited.doc_id, "start": cited.start, "end": cited.end, "quote": cited.quote}
    with served(library) as address:

        def shown(**more):
            return httpx.get(f"{address}/source", params=asked | more)

        assert f">{PUMP}</mark>" in shown().text
        assert "fn-changed" not in shown().text
        rewrite(library, f"In short:\n\n{PUMP}")
        moved = shown().text
        assert f'In short:\n\n<mark id="fn-mark" tabindex="-1">{PUMP}</mark>' in moved
        assert "stand here now" in moved
        assert "line 3" in moved
        rewrite(library, "Everything was rewritten here, <b> and all.")
        gone = shown().text
        assert "<mark" not in gone
        assert "Everything was rewritten here, &lt;b&gt; and all." in gone
        assert f"{GONE}: it was changed on 2024-02-05." in gone
        assert "ya no están" in shown(language="es").text
        assert "<mark" in shown(quote="").text, "an address without words marks what stands there"
        (library.sources()[0] / "pump.txt").unlink()
        library.sync()
        assert (shown().status_code, "no longer in the library" in shown().text) == (404, True)
        assert "ya no está en la biblioteca" in shown(language="es").text


def test_the_picture_of_a_page_is_the_one_to_which_the_words_have_moved(library):
    path = library.sources()[0] / "plan.pdf"
    path.write_bytes(pdf(["The key hangs behind the green door."], ["Nothing."]))
    library.sync()
    (cited,) = library.ask("Where does the key hang?").citations
    path.write_bytes(pdf(["Nothing."], ["Nothing at all."], ["The key hangs behind the green door."]))
    library.sync()
    with served(library) as address:
        asked = {"doc": cited.doc_id, "start": cited.start, "end": cited.end, "quote": cited.quote}
        drawn = httpx.get(f"{address}/source", params=asked).text
        assert "page 3" in drawn
        picture = drawn.partition('data-page="')[2].partition('"')[0].replace("&amp;", "&")
        assert httpx.get(f"{address}/{picture}").headers["X-Page"] == "3"
        path.write_bytes(pdf(["Nothing."]))
        library.sync()
        drawn = httpx.get(f"{address}/source", params=asked).text
        assert GONE in drawn
        assert "fn-page" not in drawn
