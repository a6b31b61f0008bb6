"""A question that only names a topic is answered with what the documents say of it, in their words."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import make_library, write_files

from rag.answering.finding import Finder
from rag.answering.topic import mentioned, on_topic, topic_of
from rag.records import MENTIONED, MENTIONED_SOME, NAMED, Hit, Passage, Query, Span


def hit(*sentences, headings=(), name="a"):
    text = "\n".join(sentences)
    spans, at = [], 0
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + 1
    return Hit(Passage(name, name, f"/{name}", name, headings, text, 0, len(text), tuple(spans)), 1.0, 1)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What do the documents say about the ferry?", "the ferry"),
        ("tell me more about Jon Aas", "Jon Aas"),
        ("Please summarise the storm.", "the storm"),
        ("Can you give me a summary of the storm?", ""),
        ("What do these articles mention about tides", "tides"),
        ("What can you tell me about the pier?", "the pier"),
        ("parking", "parking"),
        ("the ferry?", "ferry"),
        ("Why?", ""),
        ("Tell me about it", ""),
        ("ferry fares", ""),
        ("Who says what about the ferry?", ""),
        ("What did the mayor say about the ferry?", ""),
        ("Tell me the price of the ferry", ""),
    ],
)
def test_only_a_topic_is_named(question, topic):
    assert topic_of(question) == topic


def test_sentences_that_hold_the_topic_or_stand_under_it_are_told():
    ferry = hit("The ferry Kestrel sails on Sundays.", "Its captain is Mary Quill.")
    under = hit("It carries forty cars.", "Tickets are sold on the pier.", headings=("The Kestrel ferry",), name="b")
    found = on_topic("the ferry Kestrel", [ferry, under], 5)
    assert [one.text for one in found] == [
        "The ferry Kestrel sails on Sundays.", "It carries forty cars.", "Tickets are sold on the pier.",
    ]  # fmt: skip
    assert on_topic("the ferry Heron", [ferry, under], 5) == on_topic("it", [ferry], 5) == ()


def test_a_line_that_only_names_the_topic_leads_what_follows():
    told = hit("2. Office move of 2024", "It is in May.", "Ann leads it.", "The roof leaks.")
    assert [one.text for one in on_topic("the office move", [told], 5)] == ["It is in May.", "Ann leads it."]


def test_a_topic_that_the_documents_do_not_have_is_left_to_the_readers():
    class Selector:
        def select(self, query, hits, k):
            return (), 0.0

    finder = Finder(Selector())
    found = finder.first(Query("q", "Tell me about the ferry"), [hit("The ferry Kestrel sails on Sundays.")], 5)
    assert (found.is_topic, found.selection.shape, found.confidence > 0.5) == (True, "account", True)
    assert finder.second(found) == found
    assert not finder.first(Query("q", "Tell me about the moon"), [hit("The ferry sails.")], 5).evidence


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Which documents mention the lease?", "the lease"),
        ("which of my files talk about the budget", "the budget"),
        ("Where is Ida Holm mentioned?", "Ida Holm"),
        ("Where does the name Foss appear in these papers?", "Foss"),
        ("In what matters does the museum turn up in the documents?", "the museum"),
        ("Where is the museum?", ""),
        ("Which documents do I need?", ""),
        ("Which report says who pays?", ""),
    ],
)
def test_who_asks_which_documents_mention_something_names_it(question, topic):
    assert mentioned(question) == topic


def test_of_each_document_that_mentions_something_one_sentence_is_told(tmp_path):
    files = {f"note{n}": f"The ferry came in at {n}. The ferry left again. Nobody saw it." for n in range(1, 6)}
    library = make_library(tmp_path / "library", write_files(tmp_path / "docs", **files, other="The pier is closed."))
    library.sync()
    answer = library.ask("Which documents mention the ferry?")
    assert {Path(citation.path).name for citation in answer.citations} == {f"{name}.txt" for name in files}
    assert len(answer.citations) == len(files)
    assert answer.text.startswith(MENTIONED)
    assert library.ask("Which documents mention the moon?").outcome == "abstained"


def test_where_more_documents_may_mention_it_the_answer_says_so(tmp_path):
    files = {f"note{n}": f"The ferry number {n} came in at noon." for n in range(1, 15)}
    library = make_library(tmp_path / "library", write_files(tmp_path / "docs", **files))
    library.sync()
    answer = library.ask("Which documents mention the ferry?")
    assert answer.text.startswith(MENTIONED_SOME)
    assert len({citation.path for citation in answer.citations}) == 10


def test_who_somebody_is_that_no_document_says_is_told_by_where_the_name_stands(tmp_path):
    docs = {"a": "The minutes.\n\nPresent were Ida Holm and Jon Aas.", "b": "Ida Holm left the fair early."}
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", **docs))
    library.sync()
    finder = library.pipeline().writer()._finder
    select = finder._selector.select
    finder._selector = SimpleNamespace(select=lambda *asked: (select(*asked)[0], 0.1))
    answer = library.ask("who is ida holm")
    assert answer.text.startswith(NAMED)
    assert {Path(c.path).stem for c in answer.citations} == {"a", "b"}
    assert all("Ida Holm" in c.quote for c in answer.citations)
    for unknown in ("who is mary quill", "who is ida holm's husband", "who is the chair"):
        assert library.ask(unknown).outcome == "abstained", unknown
    library.close()


def test_lines_of_the_head_of_a_mail_come_after_what_is_said_in_it():
    found = on_topic("Ida", [hit("From: Ida Holm <ida@orm.example>", "The mill is shut, Ida says.")], 5)
    assert [one.text for one in found] == ["The mill is shut, Ida says.", "From: Ida Holm <ida@orm.example>"]
