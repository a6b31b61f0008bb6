"""Conversations on disk that several browsers go on with: nothing said is lost, and what is deleted stays so."""

import json
import os
import threading
import time
from pathlib import Path

import httpx
import pytest
from fakes import make_library
from hypothesis import given
from hypothesis import strategies as st
from serving import served

from ui.kept import Kept
from ui.merging import merged, parsed


@pytest.fixture
def library(tmp_path):
    made = make_library(tmp_path / "lib", None)
    yield made
    made.close()


@pytest.fixture
def client(library):
    with served(library) as address, httpx.Client(base_url=address, timeout=30) as opened:
        yield opened


def turn(name, when=1, **more):
    return {"id": name, "when": when, "question": f"{name}?", "html": f"<p>{name}</p>", **more}


def put(client, *turns, when=1, **more):
    return client.put("/talks/abcd1", json={"name": "N", "when": when, "turns": turns, **more})


def kept(client):
    return client.get("/talks/abcd1").json()


def test_what_two_browsers_say_in_one_conversation_stays_and_each_is_told_of_it(client):
    assert put(client, turn("a")).json() is None
    assert put(client, turn("a"), turn("b", 2), when=2).json() is None
    told = put(client, turn("a"), turn("c", 3), when=3).json()
    assert [one["id"] for one in told["turns"]] == ["a", "b", "c"]
    assert kept(client) == told
    assert put(client, *told["turns"], when=3).json() is None


def test_of_a_turn_that_both_have_the_newer_stays(client):
    put(client, turn("a", 2, html="<p>whole</p>"), when=2)
    assert put(client, turn("a", 1, html="begun")).json()["turns"][0]["html"] == "<p>whole</p>"
    assert put(client, turn("a", 3, html="<p>anew</p>"), when=3).json() is None
    assert kept(client)["turns"][0]["html"] == "<p>anew</p>"
    assert kept(client)["when"] == 3


def test_turns_that_were_kept_before_they_had_ids_go_by_their_places(client):
    put(client, {"question": "a?", "html": "A"}, {"question": "b?", "html": "B"})
    put(client, {"question": "a?", "html": "A"}, turn("c"))
    assert [one["question"] for one in kept(client)["turns"]] == ["a?", "b?", "c?"]


def test_the_name_that_was_given_last_stays(client):
    put(client, turn("a"), name="Mills", named=5)
    told = put(client, turn("a"), turn("b"), name="a?").json()
    assert (told["name"], told["named"]) == ("Mills", 5)
    assert put(client, turn("a"), name="Ferries", named=6).json()["name"] == "Ferries"
    assert [head["name"] for head in client.get("/talks").json()["kept"]] == ["Ferries"]


def test_what_another_browser_said_comes_back_without_anything_live(client, library):
    put(client, turn("a"), turn("b", html="<img src=x onerror=1><p>B</p>"))
    assert put(client, turn("a")).json()["turns"][1]["html"] == "<p>B</p>"


def test_what_is_deleted_stays_so_whoever_has_it_still(client, library):
    put(client, turn("a"))
    assert client.delete("/talks/abcd1").status_code == 200
    reply = put(client, turn("a"), turn("b"))
    assert (reply.status_code, reply.text) == (410, "This conversation was deleted.")
    assert client.get("/talks/abcd1").status_code == 404
    listed = client.get("/talks").json()
    assert (listed["kept"], list(listed["deleted"])) == ([], ["abcd1"])
    left = {path.name: path.stat().st_size for path in (library.path / "conversations").iterdir()}
    assert left == {".lock": 0, "abcd1.deleted": 0}


def test_one_that_is_deleted_before_it_comes_is_not_kept(client):
    assert client.delete("/talks/abcd1").status_code == 200
    assert put(client, turn("a")).status_code == 410


def test_marks_of_deleted_ones_go_after_ninety_days_when_the_next_is_made(client, library):
    marks = library.path / "conversations"
    for days, talk_id in ((91, "older"), (89, "newer")):
        assert client.delete(f"/talks/{talk_id}").status_code == 200
        made = time.time() - days * 86_400
        os.utime(marks / f"{talk_id}.deleted", (made, made))
    assert put(client, turn("a")).json() is None
    assert client.delete("/talks/abcd1").status_code == 200
    assert client.get("/talks").json()["deleted"].keys() == {"newer", "abcd1"}
    talk = {"name": "N", "when": 1, "turns": [turn("a")]}
    assert [client.put(f"/talks/{one}", json=talk).status_code for one in ("newer", "older")] == [410, 200]


def test_a_mark_that_another_process_takes_away_meanwhile_is_passed_over(client, library, monkeypatch):
    client.delete("/talks/abcd1")
    listed = [*library.path.glob("conversations/*.deleted"), library.path / "conversations" / "gone1.deleted"]
    monkeypatch.setattr(Path, "glob", lambda folder, pattern: listed if pattern == "*.deleted" else [])
    assert client.get("/talks").json()["deleted"].keys() == {"abcd1"}


def test_many_that_write_at_once_lose_nothing_of_one_another(library):
    names = [f"{writer}{n}" for writer in range(4) for n in range(12)]

    def write(writer):
        mine = Kept(library)  # as another process has it
        for n in range(12):
            mine.write("abcd1", json.dumps({"name": "N", "when": n, "turns": [turn(f"{writer}{n}")]}).encode())

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one["id"] for one in Kept(library).read("abcd1")["turns"]) == sorted(names)


TIMES = st.integers(0, 5)
TALKS = st.dictionaries(st.sampled_from("abcdef"), TIMES).map(
    lambda turns: parsed("abcd1", json.dumps({"when": 1, "turns": [turn(*one) for one in turns.items()]}))
)


@given(TALKS, TALKS)
def test_merging_loses_no_turn_keeps_the_newest_and_is_done_once(sent, there):
    both = merged(sent, there)
    newest = {}
    for one in [*sent["turns"], *there["turns"]]:
        newest[one["id"]] = max(one["when"], newest.get(one["id"], 0))
    assert {one["id"]: one["when"] for one in both["turns"]} == newest
    assert len(both["turns"]) == len(newest)
    assert [one["id"] for one in both["turns"]][: len(there["turns"])] == [one["id"] for one in there["turns"]]
    assert merged(sent, both) == both == merged(both, both)


@pytest.mark.parametrize("bad", ["[]", "{}", "3", '{"turns": [3]}', '{"turns": "ab"}', '{"turns": [], "when": 1e999}',
                                 '{"turns": [{"when": "x"}]}', '{"turns": [], "when": NaN}'])  # fmt: skip
def test_what_is_no_conversation_is_turned_down_and_harms_nothing_where_it_lies(library, client, bad):
    assert client.put("/talks/abcd1", content=bad.encode()).status_code == 400
    put(client, turn("a"))
    (library.path / "conversations" / "torn1.json").write_text(bad, "utf-8")
    assert [head["id"] for head in client.get("/talks").json()["kept"]] == ["abcd1"]
