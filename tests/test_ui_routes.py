"""The addresses behind the page: uploads, original files, judging, other tools, evaluation."""

import asyncio
import gzip
import json
import os
import re
import socket
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from documents import eml, pdf
from fakes import FakeModel, make_library, write_files
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from serving import served

from eval.question_set import read_questions
from rag import open_library
from rag.errors import SettingsError
from rag.feedback import Judgement, keep_judgement, keep_question, own_questions, read_feedback
from rag.records import Delta, Progress
from rag.settings import Settings
from ui.adding import Adding, safe_name
from ui.answer import draw_answer
from ui.documents import draw_progress
from ui.kept import _TAGS, harmless
from ui.measuring import Measuring
from ui.serve import _listen, build_app
from ui.words import lasting, speaker

DOC = Path(__file__).parent.parent / "docs" / "page.md"
TEXT = "The harbour opened in 1931. It has three cranes. The keeper is called Ada Lindqvist."


@pytest.fixture
def library(tmp_path):
    docs = write_files(tmp_path / "docs", harbour=TEXT, page__md="# <script>alert(1)</script>")
    settings = Settings(min_confidence=0.3, max_file_mb=1)
    made = make_library(
        tmp_path / "lib" / "own", docs, model=FakeModel(*["It has three cranes."] * 9), settings=settings
    )
    made.sync()
    yield made
    made.close()


@pytest.fixture
def client(library):
    with served(library) as address, httpx.Client(base_url=address, timeout=30) as opened:
        yield opened


def wait_idle(client):
    for _ in range(1200):
        state = client.get("/documents/progress").json()
        if not state["running"]:
            return state["said"]
        time.sleep(0.05)
    raise AssertionError("The sync did not end.")


def test_an_attachment_is_opened_out_of_its_mail(client, library):
    plan = pdf(["The key hangs behind the green door."])
    raw = eml("See the plan.", attached=[("plan (ö).pdf", plan)])
    client.put("/documents/letter.eml", content=raw)
    client.post("/documents/sync", json={})
    wait_idle(client)
    document = next(d for d in library.documents() if d.path.endswith(".pdf"))
    shown = client.get("/source", params={"doc": document.doc_id}).text
    assert "attached to letter.eml" in shown
    file = client.get("/file", params={"doc": document.doc_id})
    assert file.content == plan
    assert file.headers["Content-Disposition"] == "attachment; filename*=utf-8''plan%20%28%C3%B6%29.pdf"
    page = client.get("/page", params={"doc": document.doc_id, "start": 0, "end": 20})
    assert (page.status_code, page.headers["X-Page"]) == (200, "1")


def test_it_is_told_which_quotes_no_longer_stand(client, library):
    [doc] = [one.doc_id for one in library.documents() if "crane" in one.text]
    quotes = [
        {"doc": doc, "start": 0, "end": 27, "quote": "The harbour opened in 1931."},
        {"doc": doc, "start": 9_999, "end": 10_000, "quote": "It has three …"},
        {"doc": doc, "start": 0, "end": 27, "quote": "The harbour opened in 193"},
        {"doc": "nobody", "start": 0, "end": 1, "quote": "x"},
    ]
    told = client.post("/standing", json={"quotes": quotes}).json()
    assert told == ["", "", "words_gone", "document_gone"]
    assert client.post("/standing", json={"quotes": []}).json() == []
    assert client.post("/standing", json={"quotes": [{**quotes[0], "start": -1}]}).status_code == 422


def test_a_quote_that_stands_on_two_pages_is_shown_on_its_own(client, library):
    client.put(
        "/documents/plan.pdf", content=pdf(["First.", "The key hangs here."], ["Second.", "The key hangs here."])
    )
    client.post("/documents/sync", json={})
    wait_idle(client)
    document = next(d for d in library.documents() if d.path.endswith(".pdf"))
    for start, number in ((document.text.index("The key"), "1"), (document.text.rindex("The key"), "2")):
        page = client.get("/page", params={"doc": document.doc_id, "start": start, "end": start + 18})
        assert page.headers["X-Page"] == number


@given(st.text(max_size=300))
def test_an_uploaded_name_is_one_harmless_name(name):
    safe = safe_name(name)
    assert safe
    assert Path(safe).name == safe
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 255
    assert not re.search(r'[/\\\x00-\x1f<>:"|?*\u202e]', safe)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [("../../etc/passwd", "passwd"), ("..", "document"), (".bashrc.txt", "bashrc.txt"), ("a\\b\u202etxt.exe", "b_txt.exe"),
     ("x" * 500 + ".md", "x" * 197 + ".md"), ("<img src=x>.txt", "_img src=x_.txt")],
)  # fmt: skip
def test_hostile_names_are_made_plain(given_name, kept):
    assert safe_name(given_name) == kept


def test_uploads_are_followed_and_bad_ones_are_told_and_leave_nothing(library, client):
    assert client.put("/documents/..%2F..%2Fferry.txt", content=b"The ferry is steered by Odile.").text == "ferry.txt"
    large = client.put("/documents/large.txt", content=b"x" * 1_100_000)
    assert large.status_code == 413
    assert large.text == "large.txt is larger than 1 MB and was not taken; the others were."
    for n in range(200):
        assert client.put(f"/documents/n{n}.txt", content=f"Note {n}.".encode()).status_code == 200
    assert client.put("/documents/odd.xyz", content=bytes(range(256)) * 4).status_code == 200
    client.post("/documents/sync", json={})
    assert wait_idle(client) == "In step with 204 files."
    assert {path.name for path in (library.path / "documents").iterdir()} >= {"ferry.txt", "odd.xyz", "n199.txt"}
    assert not list((library.path / "documents").glob("*.part"))
    listed = client.get("/documents").json()
    assert "203 indexed · 1 refused" in listed["list"]
    assert re.search(r"odd\.xyz.*is it really text", listed["table"], re.DOTALL)
    assert "And 4 more" in listed["table"]


def test_the_table_tells_how_much_of_a_file_was_read_where_that_is_not_all(client):
    client.put("/documents/scan.pdf", content=pdf(["Words."], [], ["More words."]))
    client.put("/documents/odd.xyz", content=bytes(range(256)) * 4)
    client.post("/documents/sync", json={})
    wait_idle(client)
    table = client.get("/documents").json()["table"]
    assert re.search(r"scan\.pdf.*?</span></td><td>Partly.*?66% of the file", table, re.DOTALL | re.IGNORECASE)
    assert table.count("of the file<") == 1, "neither of what was read whole nor of what was refused"
    assert "66% del archivo" in client.get("/documents", params={"language": "es"}).json()["table"]


def test_a_followed_folder_s_file_is_not_removed_and_its_folder_can_be_let_go(library, client, tmp_path):
    doc = next(one for one in library.documents() if one.path.endswith("harbour.txt"))
    kept = client.post("/documents/remove", json={"doc_id": doc.doc_id})
    assert (kept.status_code, "Take it out there" in kept.text) == (400, True)
    assert Path(doc.path).is_file()
    assert client.post("/documents/follow", json={"path": "/nowhere/at/all"}).status_code == 400
    more = write_files(tmp_path / "more", mill="The mill grinds rye.")
    assert client.post("/documents/follow", json={"path": str(more)}).status_code == 200
    wait_idle(client)
    assert len(library.documents()) == 3
    assert client.post("/documents/unfollow", json={"path": str(more)}).status_code == 200
    wait_idle(client)
    assert len(library.documents()) == 2


def test_a_locked_library_is_told_and_still_answers(library, client):
    with FileLock(library.path / "writer.lock"):
        client.post("/documents/sync", json={})
        assert "is being written by process" in wait_idle(client)
        assert client.post("/documents/follow", json={"path": str(library.path)}).status_code == 423
        lines = client.post("/ask", json={"id": "a", "question": "How many cranes has the harbour?"}).text.splitlines()
        assert json.loads(lines[-1])["outcome"] == "answered"


def test_the_page_names_no_other_host_in_an_attribute_that_loads_or_names_a_place(shared):
    places = r"""(?:href|src|srcset|content|action|data|poster|cite)\s*=\s*\\?["'](?:https?:)?//([^"'/\\]*)|url\(.?(?:https?:)?//"""
    shared.post("/libraries", json={"name": "more"})
    for path in ("/", "/library/more/"):
        for headers in ({}, {"Accept-Encoding": "identity"}):
            page = shared.get(path, headers=headers)
            assert page.headers["content-security-policy"]
            assert "window.footnote" in page.text
            assert "</html>" in page.text
            own = {page.url.netloc.decode()}
            assert {found[1] for found in re.finditer(places, page.text)} <= own
    assert shared.get("/none/").status_code == 404


def test_only_the_machine_itself_names_folders(library):
    with served(library, host="0.0.0.0", password="p") as address:
        refused = httpx.post(f"{address}/documents/follow", json={"path": "/etc"}, auth=("", "p"))
        assert refused.status_code == 403


def test_another_site_may_not_change_anything(client):
    for origin, status in (("http://evil.example", 403), ("null", 403), (str(client.base_url).rstrip("/"), 200)):
        sent = client.post("/documents/sync", json={}, headers={"Origin": origin})
        assert sent.status_code == status
    wait_idle(client)


def test_the_original_file_is_never_a_page(library, client):
    docs = {Path(one.path).name: one.doc_id for one in library.documents()}
    reply = client.get("/file", params={"doc": docs["page.md"]})
    assert reply.content == b"# <script>alert(1)</script>"
    assert reply.headers["content-type"].startswith("text/plain")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in reply.headers["content-security-policy"]
    assert client.get("/file", params={"doc": "../../etc/passwd"}).status_code == 404
    Path(library.document(docs["page.md"]).path).unlink()
    assert "no longer there" in client.get("/file", params={"doc": docs["page.md"]}).text


def test_a_file_without_a_title_is_named_once_in_the_table(library, client):
    write_files(library.sources()[0], empty=" ")
    library.sync()
    table = client.get("/documents").json()["table"]
    row = next(row for row in table.split("</tr>") if "refused" in row)
    assert re.sub(r"<[^>]*>", " ", row).split().count("empty.txt") == 1
    assert "harbour.txt</span>" in table


def test_the_sync_tells_rate_time_left_and_how_it_ended():
    say = speaker("en")
    state = Adding(running=True, done=50, total=200, read=50, seconds=5.0, left_seconds=15.0)
    assert draw_progress(state, say).startswith("50 of 200 files, 10 a second, about 15 s left.")
    assert (
        draw_progress(Adding(done=50, total=200, stopped=True), say)
        == "Stopped after 50 of 200 files; what was done is kept."
    )
    assert draw_progress(Adding(), say) == ""


@pytest.mark.parametrize(("language", "told"), [
    ("en", ["0 s", "119 s", "2 min", "119 min", "2 h", "30 h"]), ("es", ["0 s", "119 s", "2 min", "119 min", "2 h", "30 h"]),
    ("he", ["0 שניות", "119 שניות", "2 דקות", "119 דקות", "2 שעות", "30 שעות"]),
])  # fmt: skip
def test_a_long_time_is_told_in_minutes_or_hours(language, told):
    assert [lasting(seconds, speaker(language)) for seconds in (0.2, 119.4, 120, 7140, 7200, 108_000)] == told


def test_files_that_are_as_they_were_set_no_rate_and_those_that_are_gone_are_not_held():
    say = speaker("en")
    state = Adding(running=True)
    for n in range(1, 13):
        state = state.after(Progress(n, 611, f"/x/{n}.txt", "removed" if n < 3 else "unchanged", 0.01))
    assert draw_progress(state, say) == "12 of 611 files. Questions can be asked meanwhile."
    state = state.after(Progress(13, 611, "/x/13.txt", "added", 4.0, share=0.01))
    assert draw_progress(state, say).startswith("13 of 611 files, 0.25 a second, about 7 min left.")
    state = state.after(Progress(14, 611, "/x/14.txt", "refused", 4.0, share=0.02))
    assert draw_progress(state, say).startswith("14 of 611 files, 0.5 a second, about 3 min left.")
    assert draw_progress(replace(state, running=False, total=14), say) == "In step with 12 files."
    assert draw_progress(Adding(done=144, total=144, gone=143), say) == "In step with 1 file."


def test_a_text_that_lies_packed_is_saved_as_it_is(library, client):
    raw = gzip.compress(b"The lock keeper is Bert.")
    (library.sources()[0] / "lock.txt.gz").write_bytes(raw)
    library.sync()
    (document,) = [one for one in library.documents() if one.path.endswith(".gz")]
    assert document.text == "The lock keeper is Bert."
    reply = client.get(f"/file?doc={document.doc_id}")
    assert (reply.content, reply.headers["content-type"]) == (raw, "application/octet-stream")


def test_judgements_are_kept_and_only_json_is_taken(library, client):
    row = {"question": "Why?", "answer": "So."}
    assert client.post("/feedback", json=row).text == "Kept."
    assert client.post("/feedback", json=row | {"question": "How?", "verdict": "right"}).status_code == 200
    assert client.post("/feedback", data=row).status_code == 422
    assert read_feedback(library.path) == [("Why?", "So.")]
    declined = {"should_decline": True, "history": [["Who?", "Ada. [1]"]]}
    assert client.post("/feedback", json=row | declined).text == "Kept in your question set."
    (question,) = read_questions(own_questions(library.path))
    assert (question.answerable, question.kind, question.history[0].question) == (False, "follow-up", "Who?")


def test_a_question_is_kept_once_and_the_others_stay(tmp_path):
    texts = [("harbour.txt", TEXT)]
    for question, right in (("A?", "1931"), ("B?", "three"), ("A?", "ada lindqvist")):
        assert keep_question(tmp_path, Judgement(question, "x", right_answer=right), texts) == ""
    assert "no document" in keep_question(tmp_path, Judgement("C?", "x", right_answer="nine"), texts)
    kept = read_questions(own_questions(tmp_path))
    assert [(one.question, one.answers[0][0]) for one in kept] == [("B?", "three"), ("A?", "ada lindqvist")]


def test_a_judgement_that_is_turned_down_is_not_kept(library, client):
    row = {"question": "Why?", "answer": "So.", "right_answer": "in no document"}
    for _ in range(2):
        assert client.post("/feedback", json=row).status_code == 422
    assert read_feedback(library.path) == []
    assert client.post("/feedback", json=row | {"right_answer": "1931"}).text == "Kept in your question set."
    assert read_feedback(library.path) == [("Why?", "So.")]


def test_signs_that_end_a_line_elsewhere_are_kept_in_a_row(tmp_path):
    odd = "Why\u2028so\x85then?"
    for question in (odd, "B?", odd):
        keep_judgement(tmp_path, Judgement(question, "x\u2029y"))
        assert keep_question(tmp_path, Judgement(question, "x", should_decline=True), []) == ""
    assert [row[0] for row in read_feedback(tmp_path)] == [odd, "B?"]
    assert [row.question for row in read_questions(own_questions(tmp_path))] == ["B?", odd]


def test_a_quote_is_the_line_of_the_words_whatever_letters_stand_before_them(tmp_path):
    text = "Straße " * 9 + "\nThe mill is old.\nThe ferry is new."
    assert keep_question(tmp_path, Judgement("A?", "x", right_answer="OLD"), [("a.txt", text)]) == ""
    (question,) = read_questions(own_questions(tmp_path))
    assert [quote.text for quote in question.quotes] == ["The mill is old."]


def test_two_uploads_of_one_name_at_once_are_each_whole(client, library):
    texts = ["one " * 200_000, "two " * 200_000]

    def pieces(text, first, second):
        yield text[:400_000].encode()
        first.set()
        assert second.wait(10)
        yield text[400_000:].encode()

    both = threading.Event(), threading.Event()
    codes = []
    threads = [
        threading.Thread(
            target=lambda n=n: codes.append(
                client.put("/documents/same.txt", content=pieces(texts[n], both[n], both[1 - n])).status_code
            )
        )
        for n in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert codes == [200, 200]
    assert (library.path / "documents" / "same.txt").read_text("utf-8") in texts
    assert [path.name for path in (library.path / "documents").iterdir()] == ["same.txt"]


def test_a_taken_port_is_not_shared_on_windows(monkeypatch):
    monkeypatch.setattr("ui.serve._ALONE", socket.SO_KEEPALIVE)  # stands in for what only Windows has
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 0))
        with _listen("127.0.0.1", taken.getsockname()[1]) as found:
            assert found.getsockname()[1] > taken.getsockname()[1]
            assert found.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) == 0


# --- libraries


@pytest.fixture
def shared(tmp_path):
    """A library that lies in a folder for libraries, and its page."""
    made = make_library(tmp_path / ".footnote" / "own", write_files(tmp_path / "docs", harbour=TEXT))
    made.sync()
    with served(made) as address, httpx.Client(base_url=address, timeout=30) as opened:
        yield opened
    made.close()


def test_a_library_that_opens_slowly_lets_the_others_answer_meanwhile(shared, tmp_path, monkeypatch):
    opening, go_on = threading.Event(), threading.Event()

    def open_slowly(*, at, settings):
        opening.set()
        assert go_on.wait(20)
        return make_library(at, None, settings=settings)

    make_library(tmp_path / ".footnote" / "slow", None).close()
    monkeypatch.setattr("ui.libraries.open_library", open_slowly)
    replies = []
    asking = threading.Thread(target=lambda: replies.append(shared.get("/library/slow/documents")))
    asking.start()
    assert opening.wait(20)
    assert shared.get("/documents", timeout=5).status_code == 200
    assert replies == []
    go_on.set()
    asking.join(20)
    assert replies[0].status_code == 200


def test_a_library_is_made_beside_the_others_and_listed_with_its_documents(shared, tmp_path):
    home = tmp_path / ".footnote"
    assert shared.post("/libraries", json={"name": " B o\u0308k "}).json() == {"href": "./library/B%20%C3%B6k/"}
    more = write_files(tmp_path / "more", mill="The mill grinds rye.")
    made = shared.post("/library/B%20%C3%B6k/libraries", json={"name": "next", "folder": f" {more} "})
    assert made.json() == {"href": "../../library/next/"}
    listed = shared.get("/libraries").json()
    assert listed["may_make"]
    assert [(one["name"], one["href"], one["documents"], one["current"]) for one in listed["libraries"]] == [
        ("B ök", "./library/B%20%C3%B6k/", 0, False), ("next", "./library/next/", 0, False), ("own", "./", 1, True),
    ]  # fmt: skip
    assert str(more) in shared.get("/library/next/documents").json()["followed"]
    assert "–" in shared.get("/library/B%20%C3%B6k/documents").json()["followed"]
    assert shared.get("/library/B%20%C3%B6k/").status_code == 200
    (home / "torn").mkdir()
    (home / "torn/library.sqlite").write_bytes(b"no database" * 100)
    counts = {one["name"]: one["documents"] for one in shared.get("/libraries").json()["libraries"]}
    assert (counts["torn"], counts["own"]) == (None, 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "needs a name"), (" \n", "needs a name"), (".", "cannot be"), ("..", "cannot be"), ("../up", "cannot be"),
     ("a/b", "cannot be"), ("a\\b", "cannot be"), (".hidden", "cannot be"), ("end.", "cannot be"), ("a\x00b", "cannot be"),
     ("a\u202eb", "cannot be"), ("x" * 61, "61 characters; at most 60"), ("x" * 99_999, "99999 characters"),
     ("own", "named “own” here already"), ("OWN", "named “OWN” here already"), ("left over", "named “left over” here already")],
)  # fmt: skip
def test_a_name_that_cannot_be_gets_a_sentence_and_leaves_nothing(shared, tmp_path, name, words):
    home = tmp_path / ".footnote"
    (home / "left over").mkdir()
    before = sorted(path for path in tmp_path.rglob("*"))
    refused = shared.post("/libraries", json={"name": name})
    assert (refused.status_code, words in refused.text) == (400, True)
    assert sorted(path for path in tmp_path.rglob("*")) == before
    for language in ("es", "he"):
        other = shared.post(f"/libraries?language={language}", json={"name": name})
        assert (other.status_code, other.text != refused.text) == (400, True)


@pytest.mark.parametrize("folder", ["/nowhere/at/all", "~nobody-of-this-name/x", "a\x00b", "/" + "x" * 300])
def test_a_folder_that_is_not_there_makes_no_library(shared, tmp_path, folder):
    refused = shared.post("/libraries", json={"name": "new", "folder": folder})
    assert (refused.status_code, refused.text.endswith("give it again.")) == (400, True)
    assert not (tmp_path / ".footnote" / "new").exists()


def test_only_the_page_itself_makes_libraries_and_only_on_this_machine(library, shared, client, tmp_path):
    body = {"name": "new"}
    assert shared.post("/libraries", json=body, headers={"Origin": "http://evil.example"}).status_code == 403
    assert shared.post("/libraries", json=body, headers={"Host": "evil.example"}).status_code == 400
    assert shared.post("/libraries", data=body).status_code == 422
    plain = {"Content-Type": "text/plain"}
    assert shared.post("/libraries", content=json.dumps(body), headers=plain).status_code == 422
    assert not (tmp_path / ".footnote" / "new").exists()
    assert not client.get("/libraries").json()["may_make"]
    assert "lies by itself" in client.post("/libraries", json=body).text
    with served(library, host="0.0.0.0", password="p") as address:
        assert httpx.get(f"{address}/libraries", auth=("", "p")).status_code == 404
        assert httpx.post(f"{address}/libraries", json=body, auth=("", "p")).status_code in (404, 405)
    assert {path.name for path in library.path.parent.iterdir()} == {"own"}


# --- other tools


@pytest.mark.parametrize("streamed", [True, False])
def test_a_tool_that_goes_away_stops_the_model(tmp_path, streamed):
    class Endless(FakeModel):
        def generate(self, messages, *, max_tokens, timeout_seconds):
            try:
                yield Delta("It has three cranes. And")
                writing.set()
                for _ in range(400):
                    time.sleep(0.05)
                    yield Delta(" so")
            finally:
                stopped.set()

    writing, stopped = threading.Event(), threading.Event()
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", harbour=TEXT), model=Endless())
    library.sync()
    asked = {"messages": [{"role": "user", "content": "How many cranes has the harbour?"}], "stream": streamed}
    with served(library) as address:
        body = json.dumps(asked).encode()
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {address[7:]}\r\nContent-Type: application/json\r\n"
        with socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1]))) as client:
            client.sendall(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            assert writing.wait(20)
            assert not stopped.is_set()
        assert stopped.wait(5)
    library.close()


def test_chat_completions_carry_citations_and_can_stream(client):
    assert client.get("/v1/models").json()["data"][0]["id"] == "footnote"
    messages = [{"role": "system", "content": "Lie."}, {"role": "user", "content": "How many cranes has the harbour?"}]
    reply = client.post("/v1/chat/completions", json={"messages": messages, "temperature": 1}).json()
    message = reply["choices"][0]["message"]
    assert message["content"].startswith("It has three cranes. [1]\n\n[1] “It has three cranes.” harbour.txt")
    assert message["citations"][0]["quote"] == "It has three cranes."
    streamed = client.post("/v1/chat/completions", json={"messages": messages, "stream": True}).text
    events = [json.loads(line[6:]) for line in streamed.splitlines() if line.startswith("data: {")]
    assert "".join(event["choices"][0]["delta"].get("content", "") for event in events) == message["content"]
    assert streamed.endswith("data: [DONE]\n\n")
    empty = client.post("/v1/chat/completions", json={"messages": [{"role": "assistant", "content": "?"}]})
    assert (empty.status_code, "empty" in empty.json()["error"]["message"]) == (400, True)


@pytest.mark.model
def test_the_documented_examples_run(engine, capsys):
    blocks = [block for block in documented() if "mcp" not in block]
    assert len(blocks) == 3
    with served(engine) as address:
        for block in blocks:
            exec(block.replace("http://127.0.0.1:7860", address), {})
    assert capsys.readouterr().out.count("2.3 million") >= 5


def test_the_older_way_over_rest_wants_all_four_values_and_tells_errors(client):
    def called(*values):
        asked = client.post("/gradio_api/call/ask", json={"data": values}).json()
        return client.get(f"/gradio_api/call/ask/{asked['event_id']}").text

    assert "It has three cranes." in called("How many cranes has the harbour?", [], "", []).split("event: complete")[1]
    assert "The question is empty." in called(" ", [], "", []).split("event: error")[1]
    assert "event: error" in called("How many cranes has the harbour?")


def documented():
    return re.findall(r"```python\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)


# --- MCP


@pytest.fixture
def need_mcp():
    if not os.environ.get("CI"):  # where CI runs, the package must be there
        pytest.importorskip("mcp", reason="The package mcp, an extra, is not installed.")


@pytest.mark.model
def test_the_documented_mcp_example_runs(engine, capsys, need_mcp):
    (block,) = [block for block in documented() if "mcp" in block]
    with served(engine, mcp=True) as address:
        exec(block.replace("http://127.0.0.1:7860", address), {})
    assert capsys.readouterr().out.count("2.3 million") >= 2


def test_mcp_tools_ask_search_list_and_tell_errors(library, need_mcp):
    from mcp import Client

    async def use(address):
        async with Client(f"{address}/mcp") as client:
            tools = (await client.list_tools()).tools
            assert {tool.name: tool.annotations.read_only_hint for tool in tools} == dict.fromkeys(
                ("ask", "search", "documents"), True
            )
            answer = (
                await client.call_tool("ask", {"question": "How many cranes has the harbour?"})
            ).structured_content
            hits = (await client.call_tool("search", {"question": "cranes", "k": 1})).structured_content["result"]
            files = (await client.call_tool("documents", {})).structured_content["result"]
            empty = await client.call_tool("ask", {"question": " "})
            silent = await client.call_tool("ask", {"question": "Zxqv wpqr?", "history": [["Who?", "Ada."]]})
            return answer, hits, files, empty, silent.structured_content

    with served(library, mcp=True) as address:
        answer, hits, files, empty, silent = asyncio.run(use(address))
        assert httpx.get(f"{address}/").status_code == 200
    cited = answer["citations"][0]
    assert library.document(cited["doc_id"]).text[cited["start"] : cited["end"]] == cited["quote"]
    assert [hit["rank"] for hit in hits] == [1]
    assert "three cranes" in hits[0]["text"]
    assert {Path(file["file"]).name for file in files} == {"harbour.txt", "page.md"}
    assert (empty.is_error, "empty" in empty.content[0].text) == (True, True)
    assert silent["outcome"] == "abstained"


def test_mcp_is_guarded_like_the_page_and_absent_unless_asked_for(library, need_mcp):
    hello = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    with served(library, host="0.0.0.0", password="p", mcp=True) as address:
        assert httpx.post(f"{address}/mcp", json=hello).status_code == 401
    with served(library, mcp=True) as address:
        evil = {"Origin": "http://evil.example"}
        assert httpx.post(f"{address}/mcp", json=hello, headers=evil).status_code == 403
        assert httpx.post(f"{address}/mcp", json=hello, headers={"Host": "evil.example"}).status_code == 400
    with served(library) as address:
        assert httpx.post(f"{address}/mcp", json=hello).status_code in (404, 405)


def test_without_the_package_mcp_a_sentence_says_how_to_get_it(library, monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    with pytest.raises(SettingsError, match="pip install 'mcp"):
        build_app(library, mcp=True)


# --- conversations on disk


def test_conversations_on_disk_take_no_other_path_and_only_conversations(library, client):
    assert client.get("/talks").json() == {"kept": [], "deleted": {}}
    for name in ("..%2F..%2Fx", "A.b", "x" * 40):
        assert client.put(f"/talks/{name}", content=b'{"turns": []}').status_code == 404
    for body in (b"[]", b"{", b'{"turns": 3}', b"\xff"):
        assert client.put("/talks/abcd1", content=body).status_code == 400
    assert client.get("/talks/abcd1").status_code == 404
    talk = {"name": "N", "when": 5, "turns": [{"question": "Q", "html": "<p style='x'>A</p>"}]}
    assert client.put("/talks/abcd1", json=talk).status_code == 200
    assert client.get("/talks").json()["kept"] == [{"id": "abcd1", "name": "N", "when": 5.0}]
    assert client.get("/talks/abcd1").json()["turns"][0]["html"] == "<p>A</p>"
    assert client.delete("/talks/abcd1").status_code == 200
    assert client.get("/talks").json()["kept"] == []
    with served(library, host="0.0.0.0", password="p") as address:
        assert httpx.get(f"{address}/talks/abcd1", auth=("", "p")).status_code == 404


def test_a_drawn_answer_comes_back_from_disk_as_it_was(library):
    answer = library.ask("How many cranes has the harbour?")
    for one in (answer, replace(answer, outcome="conflict"), replace(answer, outcome="abstained", claims=())):
        drawn = draw_answer(one, speaker("en"), final=True, threshold=0.5)
        again = harmless(drawn)
        assert harmless(again) == again
        assert re.sub(r"<[^>]*>", "", again) == re.sub(r"<[^>]*>", "", drawn)
        elements = re.findall(r"<(\w+)", again.replace("<tbody>", ""))
        assert elements == re.findall(r"<(\w+)", drawn.replace("<tbody>", ""))


def test_what_is_nested_without_end_comes_back_shallow():
    assert harmless("<div>" * 20_000 + "deep").count("<div>") == 50


@given(st.text(alphabet="<>/=\"' abiosvgmxtyle-!onerrclk", max_size=120))
def test_nothing_live_comes_back_from_disk(html):
    again = harmless(html)
    assert set(re.findall(r"<([a-z!]+)", again)) <= _TAGS
    assert not re.search(r"<[^>]*\son\w+=", again)


# --- models


def test_a_model_that_is_none_is_told_and_only_the_machine_itself_names_files(library, client, tmp_path):
    (tmp_path / "torn.gguf").write_bytes(b"GIF89a")
    for path, words in ((tmp_path / "none.gguf", "no model file"), (tmp_path / "torn.gguf", "not a GGUF")):
        reply = client.post("/model", json={"path": str(path)})
        assert (reply.status_code, words in reply.text) == (400, True)
    with served(library, host="0.0.0.0", password="p") as address:
        other = httpx.Client(base_url=address, auth=("", "p"), timeout=30)
        assert other.post("/model", json={"path": "/etc/passwd"}).status_code == 403
        assert not other.get("/model").json()["may_name"]
        last = other.post("/ask", json={"id": "a", "question": "Why?", "model": "/etc/passwd"}).text.splitlines()[-1]
        assert "on the machine that Footnote runs on" in json.loads(last)["html"]
        other.close()


# --- evaluation


def test_a_set_is_run_from_the_page_reported_and_compared(library, client):
    assert client.get("/evaluation").json()["sets"] == {}
    assert client.post("/evaluation/run", json={"name": "own"}).status_code == 409
    keep_question(library.path, Judgement("How many cranes?", "x", right_answer="three"), [("harbour.txt", TEXT)])
    assert client.get("/evaluation").json()["sets"] == {"own": 1}
    runs = library.path / "runs"
    for name in ("own-1", "own-2"):
        (runs / name).mkdir(parents=True)
        (runs / name / "report.html").write_text("<h1>Run</h1>", "utf-8")
    assert client.get("/evaluation").json()["runs"] == ["own-2", "own-1"]
    report = client.get("/evaluation/report", params={"run": "own-1"})
    assert report.text == "<h1>Run</h1>"
    assert "sandbox" in report.headers["content-security-policy"]
    assert report.headers["x-frame-options"] == "SAMEORIGIN"
    for name in ("..", "../../own", "own-3", "<b>"):
        assert client.get("/evaluation/report", params={"run": name}).status_code == 404
    assert "holds no run" in client.get("/evaluation/compare", params={"before": "own-1", "after": "own-2"}).text


@pytest.mark.model
def test_the_real_evaluation_knows_every_folder_of_the_library(tmp_path):
    library = open_library(write_files(tmp_path / "a", mill="The mill at Orbais grinds rye."), at=tmp_path / "lib/own")
    library.add(write_files(tmp_path / "b", harbour=TEXT))
    library.sync()
    texts = [(Path(one.path).name, one.text) for one in library.documents()]
    keep_question(library.path, Judgement("How many cranes has the harbour?", "x", right_answer="three"), texts)
    measuring = Measuring(library)
    measuring.start("own", 0)
    while measuring.state().running or not (measuring.state().said or measuring.runs()):
        time.sleep(0.1)
    assert measuring.state().said == ""
    assert measuring.state().done == 1
    assert "three" in (measuring.folder / measuring.runs()[0] / "records.jsonl").read_text("utf-8")
    library.close()


@pytest.mark.model
def test_the_real_evaluation_runs_in_a_process_of_its_own(engine):
    keep_question(
        engine.path, Judgement("How many residents does Gaza have?", "x", right_answer="2.3 million"),
        [(Path(one.path).name, one.text) for one in engine.documents()],
    )  # fmt: skip
    with served(engine) as address, httpx.Client(base_url=address, timeout=30) as client:
        assert client.post("/evaluation/run", json={"name": "own", "limit": 1}).status_code == 200
        for _ in range(600):
            state = client.get("/evaluation").json()
            if not state["running"]:
                break
            time.sleep(0.1)
        assert state["said"] == ""
        assert state["done"] == 1
        assert "<svg" in client.get("/evaluation/report", params={"run": state["runs"][0]}).text
