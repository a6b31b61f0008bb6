"""Who asks what the documents are about is told how they begin, and that it is that."""

import pytest
from fakes import make_library, write_files

from rag.answering.overview import MOST_BEGUN, asks_overview
from rag.records import OVERVIEW


@pytest.mark.parametrize(
    "question",
    [
        "What is this about?", "what are these documents about", "What's in here?", "Summarise the articles.", "tl;dr",
        "Can you give me a short overview of my files?", "please summarize it", "What do the papers contain?",
        "so what is it all about", "Summary", "What is in this folder?",
    ],
)  # fmt: skip
def test_all_of_the_documents_are_asked_about(question):
    assert asks_overview(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the ferry about?", "Summarise the storm", "What do the documents say about the ferry?",
        "What is this ferry?", "What is in the harbour?", "Give me an overview of the tides", "What is the summary?",
        "What does it say about dogs?", "Is this about the ferry?", "What are the documents called?",
    ],
)  # fmt: skip
def test_something_else_is_asked(question):
    assert not asks_overview(question)


@pytest.fixture
def library(tmp_path):
    texts = {f"d{n}": f"By Ann Roe\n\nThe harbour of Derby opened its pier number {n} in May.\n\nMore of {n}." for n in range(3)}  # fmt: skip
    source = write_files(tmp_path / "docs", **texts, rows__csv="name,weight\nTripod,2.2\nLamp,3.1\n")
    library = make_library(tmp_path / "lib", source)
    library.sync()
    yield library
    library.close()


def test_each_document_is_told_by_its_first_whole_sentence(library):
    answer = library.ask("What are these documents about?")
    assert answer.text.startswith(OVERVIEW)
    assert answer.outcome == "quoted"
    quotes = {citation.quote for citation in answer.citations}
    assert {f"The harbour of Derby opened its pier number {n} in May." for n in range(3)} < quotes
    assert len(quotes) == len({citation.doc_id for citation in answer.citations}) == 4


def test_what_is_called_readme_comes_first(tmp_path):
    texts = {f"a{n}": f"2024-02-0{n}\n\nThe harbour of Derby opened its pier number {n} in May." for n in range(1, 9)}
    readme = "These are the papers of the harbour's surveyor in Derby."
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", **texts, ReadMe__md=readme))
    library.sync()
    assert library.ask("What is this folder about?").citations[0].quote == readme
    library.close()


def test_of_one_document_each_part_is_told(tmp_path):
    parts = "\n\n".join(f"# Part {n}\n\nThe keeper of lighthouse {n} keeps a careful log of ships." for n in range(8))
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", log__md=parts, other="A pier stands here."))
    library.sync()
    [only] = [one.doc_id for one in library.documents() if one.path.endswith("log.md")]
    answer = library.ask("Summarise this", only=[only])
    assert [c.headings[-1] for c in answer.citations] == [f"Part {n}" for n in range(MOST_BEGUN)]
    library.close()
