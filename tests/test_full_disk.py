"""A disk that is really full: what is kept can be asked, by words alone if need be, and nothing is lost."""

import asyncio
import json
import os
import shutil
import subprocess
from contextlib import contextmanager

import httpx
import numpy as np
import pytest
from browsing import ask
from fakes import library_of, make_library, write_files
from serving import served

from rag.errors import DiskFull, LibraryDamaged
from rag.records import Query
from rag.retrieval.dense import DenseIndex
from rag.retrieval.search import HybridSearch
from ui.words import catalogue

pytestmark = pytest.mark.usefixtures("many_passages")

MANY = {f"f{n:03}": f"Paragraph {n} tells of the heron number {n}. " * 40 for n in range(90)}


@pytest.mark.parametrize("small_disk", ["1500k", "4m"], indirect=True)
def test_what_is_kept_on_a_full_disk_can_be_asked(tmp_path, small_disk, monkeypatch):
    monkeypatch.setattr("rag.sync._BATCH_PASSAGES", 8)
    monkeypatch.setattr("rag.retrieval.collection._PATIENCE_SECONDS", 1.0)
    folder = write_files(tmp_path / "docs", **MANY)
    library = make_library(small_disk / "lib", folder)
    with pytest.raises(DiskFull):
        library.sync()
    kept = {document.path for document in library.documents()}
    assert 0 < len(kept) < len(MANY)
    assert library.search("heron number 3")[0].passage.path.endswith("f003.txt")
    with pytest.raises(DiskFull):
        library.sync()
    library.close()
    library = make_library(small_disk / "lib", None)
    assert "heron number 3" in library.ask("What of the heron number 3?").text
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    assert library.search("heron number 3")[0].ranks.keys() == {"dense", "lexical"}
    assert len(library.sync()) == len(MANY) - len(kept)
    assert library._parts.dense.count() == library._parts.passages.count()
    library.close()


class _Words:
    name = "lexical"

    def search(self, query, k):
        return [(self.found, 1.0)]

    def score(self, query, passages):
        return [1.0 for _ in passages]


class _Full:
    name = "dense"

    def search(self, query, k):
        raise DiskFull("The disk is full.")


def test_where_the_dense_index_has_no_room_it_is_searched_by_words_and_said_so(tmp_path, caplog):
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", a="The heron."))
    library.sync()
    (hit,) = library.search("heron")
    found = {hit.passage.passage_id: hit.passage}
    words = _Words()
    words.found = hit.passage.passage_id
    search = HybridSearch([_Full(), words], {"dense": 0.5, "lexical": 0.5}, lambda _: found, k_searched=5)
    assert [one.ranks for one in search.search(Query("q", "q"), 3)] == [{"lexical": 1}]
    assert "answered by words alone" in caplog.text
    only = HybridSearch([_Full()], {"dense": 1.0}, lambda _: found, k_searched=5)
    with pytest.raises(DiskFull):
        only.search(Query("q", "q"), 3)
    library.close()


@pytest.fixture
def fill_disk(monkeypatch):
    """Fills the disk, as far as a library's dense index sees; what it returns frees it."""

    def fill(library):
        with monkeypatch.context() as patch:
            usage = shutil.disk_usage(library.path)._replace(free=50_000)
            patch.setattr("rag.retrieval.dense.shutil.disk_usage", lambda _: usage)
            patch.setattr("rag.retrieval.dense.is_whole", lambda _: False)
            library._parts.dense.refresh()
            yield

    return contextmanager(fill)


def test_a_library_knows_whether_it_was_searched_by_words_alone(tmp_path, fill_disk):
    with library_of(tmp_path, heron="The heron nests at Dormans.") as library:
        other = make_library(library.path, None)
        assert library.ask("Where does the heron nest?").outcome == "quoted"
        assert not library.by_words_alone
        with fill_disk(library):
            assert "Dormans" in library.ask("Where does the heron nest?").text
            assert library.by_words_alone
            assert other.by_words_alone, "one opened beside it for another strictness"
        library.ask("Where does the heron nest?")
        assert not library.by_words_alone
        other.close()


def asked(client, question, language="en"):
    lines = client.post("/ask", json={"id": "a", "question": question, "language": language}).text.splitlines()
    return json.loads(lines[-1])


def test_the_page_is_told_of_it_with_the_answer_and_with_the_documents(tmp_path, fill_disk):
    with (
        library_of(tmp_path, heron="The heron nests at Dormans.") as library,
        served(library) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        assert asked(client, "Where does the heron nest?")["words_alone"] is False
        with fill_disk(library):
            told = asked(client, "Where does the heron nest?")
            assert (told["words_alone"], "by words alone" in told["html"]) == (True, True)
            assert client.get("/documents").json()["words_alone"] is True
            for language, words in (
                ("en", "by words alone"),
                ("es", "solo por sus palabras"),
                ("he", "לפי המילים בלבד"),
            ):
                assert words in asked(client, "Zxqv wpqr?", language)["html"]
        assert "by words alone" not in asked(client, "Zxqv wpqr?")["html"]
        assert client.get("/documents").json()["words_alone"] is False


def over_rest(client, question):
    asked = client.post("/gradio_api/call/v2/ask", json={"question": question}).json()
    events = client.get(f"/gradio_api/call/ask/{asked['event_id']}").text
    return json.loads(events.split("event: complete\ndata: ")[1])[0]


def completed(client, *said):
    messages = [{"role": role, "content": words} for role, words in zip(("user", "assistant") * 2, said, strict=False)]
    whole = client.post("/v1/chat/completions", json={"messages": messages}).json()["choices"][0]["message"]
    streamed = client.post("/v1/chat/completions", json={"messages": messages, "stream": True}).text
    events = [json.loads(line[6:])["choices"][0]["delta"] for line in streamed.splitlines() if line[6:7] == "{"]
    parts = {key: value for event in events for key, value in event.items()}
    assert parts | {"content": "".join(event.get("content", "") for event in events)} == whole
    return whole


def test_other_programs_are_told_of_it_with_the_answer(tmp_path, fill_disk):
    with (
        library_of(tmp_path, heron="The heron nests at Dormans.") as library,
        served(library) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        assert over_rest(client, "Where does the heron nest?")["words_alone"] is False
        usual = completed(client, "Where does the heron nest?")
        assert usual["words_alone"] is False
        with fill_disk(library):
            assert over_rest(client, "Where does the heron nest?")["words_alone"] is True
            told = completed(client, "Where does the heron nest?")
        assert (told["words_alone"], told["citations"]) == (True, usual["citations"])
        assert told["content"] == usual["content"] + "\n\n" + catalogue()["en"]["words_alone"]
        assert completed(client, "Where does the heron nest?")["words_alone"] is False


def test_what_says_so_is_no_part_of_the_answer_that_a_follow_up_leans_on(tmp_path, monkeypatch):
    leant_on = []
    with library_of(tmp_path, heron="The heron nests at Dormans.") as library:
        stream = library.stream
        monkeypatch.setattr(
            library, "stream", lambda *asked, history, **more: (leant_on.append(history), stream(*asked, **more))[1]
        )
        with served(library) as address, httpx.Client(base_url=address, timeout=30) as client:
            silent = f"The documents do not say.\n\n{catalogue()['en']['words_alone']}"
            completed(client, "Zxqv wpqr?", silent, "And the heron?")
    assert leant_on[0] == [("Zxqv wpqr?", "The documents do not say.")]


def test_over_mcp_a_sentence_says_so(tmp_path, fill_disk):
    if not os.environ.get("CI"):  # where CI runs, the package must be there
        pytest.importorskip("mcp", reason="The package mcp, an extra, is not installed.")
    from mcp import Client

    async def use(address):
        async with Client(f"{address}/mcp") as client:
            answer = await client.call_tool("ask", {"question": "Where does the heron nest?"})
            hits = await client.call_tool("search", {"question": "heron"})
            return answer, hits.structured_content["result"]

    with library_of(tmp_path, heron="The heron nests at Dormans.") as library, served(library, mcp=True) as address:
        answer, hits = asyncio.run(use(address))
        found = answer.structured_content
        assert (found["words_alone"], found["note"], hits[0]["words_alone"]) == (False, "", False)
        with fill_disk(library):
            answer, hits = asyncio.run(use(address))
        found = answer.structured_content
        assert (found["words_alone"], hits[0]["words_alone"]) == (True, True)
        assert found["note"] == catalogue()["en"]["words_alone"]
        assert found["note"] in answer.content[0].text


@pytest.mark.browser
def test_the_page_shows_a_line_while_it_is_so(tmp_path, fill_disk, visit):
    line = "#fn-words-alone"
    with library_of(tmp_path, heron="The heron nests at Dormans.") as library, served(library) as address:
        page = visit(address)
        assert page.is_hidden(line)
        with fill_disk(library):
            ask(page, "Where does the heron nest?")
            page.wait_for_selector(f"{line} >> text=searched by words alone, not by meaning")
            page.reload()
            page.wait_for_selector(f"{line} >> text=searched by words alone")
        ask(page, "Does the heron nest at Dormans?")
        page.wait_for_selector(line, state="hidden")


def test_whatever_chroma_says_over_a_full_disk_it_is_no_damage(tmp_path, monkeypatch):
    from chromadb.errors import InternalError

    index = DenseIndex(tmp_path / "chroma", lambda _: np.ones(4, np.float32) / 2)
    index.upsert([("a", "d", np.ones(4, np.float32) / 2)])

    def fail(*_, **__):
        raise InternalError("Error in compaction: Failed to apply logs to the metadata segment")

    for free, error in ((50_000, DiskFull), (50_000_000, LibraryDamaged)):
        usage = shutil.disk_usage(tmp_path)._replace(free=free)
        monkeypatch.setattr("rag.retrieval.dense.shutil.disk_usage", lambda _, usage=usage: usage)
        with index._opened() as opened:
            monkeypatch.setattr(opened, "upsert", fail)
        with pytest.raises(error):
            index.upsert([("b", "d", np.ones(4, np.float32) / 2)])
    index.refresh()
