"""A question while the first documents are read or the models are prepared: an answer, or how far it is."""

import asyncio
import json
import threading
import time

import httpx
import pytest
from fakes import GatedEmbedder, make_library, write_files
from serving import served

from rag.library import Library

FERRY = "Who steers the ferry at Dormans?"
DOCS = {
    "barn": "The barn at Orbais is painted red.",
    "ferry": "Odile Marchal steers the ferry at Dormans.",
    "mill": "The mill at Orbais grinds rye.",
}


@pytest.fixture
def indexer(monkeypatch):
    monkeypatch.setattr("rag.sync._BATCH_PASSAGES", 1)
    return GatedEmbedder()


@pytest.fixture
def client(tmp_path, indexer):
    """Speaks to the page of a library whose three documents are read one at a time, as the test lets them."""
    library = make_library(tmp_path / "lib" / "own", write_files(tmp_path / "docs", **DOCS), indexer=indexer)
    with served(library, mcp=True) as address, httpx.Client(base_url=address, timeout=30) as opened:
        opened.post("/documents/sync", json={})
        yield opened
        indexer.go_on.release(9)
    library.close()


def ask(client, question, language="en"):
    lines = client.post("/ask", json={"id": "a", "question": question, "language": language}).text.splitlines()
    return json.loads(lines[0])["html"], json.loads(lines[-1])


def let_one_be_read(client, indexer, done):
    indexer.go_on.release()
    for _ in range(400):
        if client.get("/documents/progress").json()["done"] == done:
            return
        time.sleep(0.02)
    raise AssertionError("It was not read.")


def test_a_question_before_the_first_document_is_read_waits_for_it(client, indexer):
    threading.Timer(1.0, indexer.go_on.release, [3]).start()
    _, told = ask(client, "How is the barn at Orbais painted?")
    assert "painted red" in told["html"]


def test_a_question_says_so_where_the_first_document_takes_long(client, monkeypatch):
    monkeypatch.setattr("ui.patience.PATIENT_SECONDS", 0.5)
    _, told = ask(client, FERRY)
    assert told["outcome"] == "error"
    assert "The documents are still being read. Ask again in a moment." in told["html"]


BARN = "How is the barn at Orbais painted?"


def over_rest(client, question):
    asked = client.post("/gradio_api/call/v2/ask", json={"question": question}).json()
    return client.get(f"/gradio_api/call/ask/{asked['event_id']}").text


def over_chat_completions(client, question, *, stream=False):
    asked = {"messages": [{"role": "user", "content": question}], "stream": stream}
    return client.post("/v1/chat/completions", json=asked).text


def over_chat_completions_streamed(client, question):
    return over_chat_completions(client, question, stream=True)


def over_mcp(client, question, *, tool="ask"):
    mcp = pytest.importorskip("mcp", reason="The package mcp, an extra, is not installed.")

    async def use():
        async with mcp.Client(f"{client.base_url}/mcp") as opened:
            reply = await opened.call_tool(tool, {"question": question})
            return "".join(part.text for part in reply.content)

    return asyncio.run(use())


def over_mcp_search(client, question):
    return over_mcp(client, question, tool="search")


DOORS = (over_rest, over_chat_completions, over_chat_completions_streamed, over_mcp, over_mcp_search)


@pytest.mark.parametrize("door", DOORS)
def test_whoever_asks_by_another_door_waits_for_the_first_document_too(client, indexer, door):
    threading.Timer(1.0, indexer.go_on.release, [3]).start()
    assert "painted red" in door(client, BARN)


@pytest.mark.parametrize("door", DOORS)
def test_whoever_asks_by_another_door_is_told_that_the_first_document_takes_long(client, monkeypatch, door):
    monkeypatch.setattr("ui.patience.PATIENT_SECONDS", 0.5)
    told = door(client, BARN)
    assert "The documents are still being read. Ask again in a moment." in told
    assert "holds no documents" not in told


@pytest.mark.parametrize("door", DOORS)
def test_a_library_that_is_empty_and_not_being_read_says_so_at_once(tmp_path, door):
    library = make_library(tmp_path / "lib" / "own", None)
    with served(library, mcp=True) as address, httpx.Client(base_url=address, timeout=30) as client:
        begun = time.monotonic()
        assert "holds no documents" in door(client, BARN)
        assert time.monotonic() - begun < 10
    library.close()


def test_a_question_meanwhile_is_answered_from_what_is_there_or_told_how_far_it_is(client, indexer):
    let_one_be_read(client, indexer, 1)
    told = ask(client, "How is the barn at Orbais painted?")[1]["html"]
    assert "painted red" in told
    assert "The documents are still being read: 1 of 3." in told, "another may say more"
    for language, words in (
        ("en", "The documents are still being read: 1 of 3."),
        ("es", "Los documentos aún se están leyendo: 1 de 3."),
        ("he", "המסמכים עדיין נקראים: 1 מתוך 3."),
    ):
        _, told = ask(client, FERRY, language)
        assert told["outcome"] == "abstained"
        assert words in told["html"]
    let_one_be_read(client, indexer, 2)
    _, told = ask(client, FERRY)
    assert "Odile Marchal" in told["html"]
    let_one_be_read(client, indexer, 3)
    for question in (FERRY, "Zxqv wpqr?"):
        assert "still being read" not in ask(client, question)[1]["html"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The models are being prepared; the first time takes a while"), ("es", "Se están preparando los modelos"),
     ("he", "המודלים בהכנה")],
)  # fmt: skip
def test_while_the_models_are_prepared_the_wait_says_so(client, indexer, monkeypatch, language, words):
    indexer.go_on.release(9)
    monkeypatch.setattr(Library, "is_warm", property(lambda library: False))
    assert words in ask(client, FERRY, language)[0]
    monkeypatch.undo()
    assert words not in ask(client, FERRY, language)[0]
