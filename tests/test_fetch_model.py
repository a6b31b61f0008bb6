"""Fetch a model from a hub on this machine: how far it is, stop and go on, each thing that can go wrong."""

import json
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest
from fakes import make_library, write_files
from hub import MODEL, NAME, running_hub
from serving import served

from rag.__main__ import main
from rag.answering.model_file import packaged_model
from rag.errors import ModelError
from rag.fetch_model import Held, delete_model, fetch_model, held_models, model_place
from rag.places import HOME_NAME, child_environment

MB = 1 << 20


@pytest.fixture
def hub(monkeypatch, tmp_path):
    with running_hub(monkeypatch, tmp_path / "cache") as opened:
        yield opened


def parts(path):
    return [one.stat().st_size for one in path.parent.glob("*.part")]


def begin(hub, at_least):
    """A download that has come so far, and waits there."""
    hub.pause_at = at_least
    steps = fetch_model(NAME)
    for step in steps:
        if step.done_bytes >= at_least // MB * MB:
            return steps, step
    raise AssertionError("It did not wait.")


def test_a_file_comes_whole_with_progress_and_is_not_fetched_twice(hub):
    hub.pause_at = 2 * MB
    seen = []
    for step in fetch_model(NAME):
        seen.append(step)
        if step.done_bytes == 2 * MB:
            hub.go.set()
    assert {step.total_bytes for step in seen} <= {0, len(MODEL)}
    waiting = next(step for step in seen if step.done_bytes == 2 * MB)
    assert waiting.total_bytes == len(MODEL)
    assert waiting.left_seconds == pytest.approx(waiting.seconds / (2 * MB) * (len(MODEL) - 2 * MB))
    assert [step.done_bytes for step in seen] == sorted(step.done_bytes for step in seen)
    assert (seen[-1].path, seen[-1].done_bytes, seen[-1].left_seconds) == (model_place(NAME), len(MODEL), 0)
    assert model_place(NAME).read_bytes() == MODEL
    assert parts(model_place(NAME)) == []
    assert len(list(fetch_model(NAME))) == 1
    assert hub.ranges == [None]


def test_nothing_of_the_person_is_sent(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    list(fetch_model(NAME))
    sent = json.dumps(hub.headers).lower()
    assert "secret" not in sent
    assert "authorization" not in sent
    assert "torch" not in sent


def test_a_stop_is_at_once_leaves_no_half_model_and_goes_on_from_there(hub):
    steps, step = begin(hub, 2 * MB)
    start = time.monotonic()
    steps.close()
    assert time.monotonic() - start < 2
    assert not step.path.exists()
    assert parts(step.path) == [2 * MB]
    hub.pause_at = None
    assert list(fetch_model(NAME))[-1].done_bytes == len(MODEL)
    assert hub.ranges == [None, f"bytes={2 * MB}-"]
    assert step.path.read_bytes() == MODEL


def test_another_file_of_that_name_begins_anew_and_a_damaged_one_is_thrown_away(hub):
    steps, step = begin(hub, 2 * MB)
    steps.close()
    hub.pause_at, hub.etag = None, "0" * 64
    with pytest.raises(ModelError, match="came damaged, and what came was deleted"):
        list(fetch_model(NAME))
    assert hub.ranges == [None, None]
    assert not step.path.exists()
    assert parts(step.path) == []


def test_a_second_process_does_not_write_to_the_same_file(hub):
    steps, _ = begin(hub, 2 * MB)
    with pytest.raises(ModelError, match="downloaded already, by another process"):
        list(fetch_model(NAME))
    hub.go.set()
    assert list(steps)[-1].done_bytes == len(MODEL)


@pytest.mark.parametrize("name", ["", "small.gguf", "ada/small.gguf", "ada/small/model.bin", "../../x.gguf",
                                  "ada/../x.gguf", "ada/small/sub/x.gguf", "https://hub.example/ada/small/x.gguf",
                                  "ada/small/x.gguf\n", "-a/b/c.gguf", "ada\\b/c/d.gguf", f"a/b/{'x' * 200}.gguf"])  # fmt: skip
def test_a_name_of_another_form_is_refused_before_anything_is_asked(hub, name):
    with pytest.raises(ModelError, match=r"Give it as OWNER/NAME/FILE\.gguf"):
        list(fetch_model(name))
    assert hub.headers == []


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [("bea/small/x.gguf", None, r"There is no public file bea/small/x\.gguf at 127"),
     ("ada/small-GGUF/x.gguf", None, r"There is no public file ada/small-GGUF/x\.gguf at 127"),
     ("a--b/c..d/x.gguf", None, "There is no public file a--b"),
     (NAME, (403, "GatedRepo"), "is gated: its owner asks for an account"),
     (NAME, (500, ""), "answered 500. Try again later")],
)  # fmt: skip
def test_what_the_hub_does_not_give_is_said(hub, name, error, words):
    hub.error = error
    with pytest.raises(ModelError, match=words):
        list(fetch_model(name))
    assert not model_place(name).exists()


def test_a_full_disk_is_said_before_anything_comes(hub):
    hub.size = 10**18
    with pytest.raises(ModelError, match=r"is full: 1,000,000,000,000 MB more are needed\. Free some space"):
        list(fetch_model(NAME))
    assert hub.ranges == []


def test_a_folder_that_cannot_be_written_is_said(hub, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match=r"could not be kept in '.*models/hub/ada/small-GGUF'"):
        list(fetch_model(NAME))


def test_what_is_no_gguf_is_said_and_deleted(monkeypatch, tmp_path):
    with running_hub(monkeypatch, tmp_path, raw=b"version https://git-lfs"):
        with pytest.raises(ModelError, match="is not a GGUF model"):
            list(fetch_model(NAME))
        assert not model_place(NAME).exists()
        assert parts(model_place(NAME)) == []


def test_a_hub_that_cannot_be_reached_is_said_with_what_to_do(monkeypatch, tmp_path):
    with running_hub(monkeypatch, tmp_path):
        pass
    with pytest.raises(
        ModelError, match=r"The hub at 127.* cannot be reached .* with another machine and name it here"
    ):
        list(fetch_model(NAME))


def test_the_command_fetches_and_says_how_to_use_it(hub, capsys):
    assert main(["fetch-model", NAME]) == 0
    told = capsys.readouterr()
    assert told.out == f"{model_place(NAME)}\n"
    assert f"footnote ask --model {model_place(NAME)}" in told.err
    assert main(["fetch-model", "small.gguf"]) == 1
    assert "Give it as OWNER/NAME/FILE.gguf" in capsys.readouterr().err


def test_ctrl_c_stops_the_command_with_what_it_started_and_again_goes_on(hub):
    hub.pause_at = 2 * MB
    place = model_place(NAME)
    process = subprocess.Popen(
        [sys.executable, "-m", "rag", "fetch-model", NAME], env=child_environment(), stderr=subprocess.PIPE
    )
    while not (place.parent.is_dir() and parts(place) == [2 * MB]):
        assert process.poll() is None
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    assert b"Stopped. What was done is kept." in process.communicate(timeout=20)[1]
    assert process.returncode == 130
    hub.pause_at = None
    assert main(["fetch-model", NAME]) == 0
    assert hub.ranges == [None, f"bytes={2 * MB}-"]
    assert place.read_bytes() == MODEL


def test_whoever_fetches_ends_with_who_started_it(hub):
    hub.pause_at = 2 * MB
    code = f"from rag.fetch_model import fetch_model\nfor _ in fetch_model({NAME!r}): pass"
    process = subprocess.Popen([sys.executable, "-c", code], env=child_environment())
    place = model_place(NAME)
    while not (place.parent.is_dir() and parts(place) == [2 * MB]):
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.wait()
    hub.pause_at = None
    end = time.monotonic() + 20
    while not place.exists():  # its lock is free as soon as it has ended
        try:
            assert list(fetch_model(NAME))[-1].done_bytes == len(MODEL)
        except ModelError:
            assert time.monotonic() < end
    assert place.read_bytes() == MODEL


# --- the page


@pytest.fixture
def library(tmp_path):
    made = make_library(tmp_path / "lib" / "own", write_files(tmp_path / "docs", mill="The mill grinds rye."))
    made.sync()
    yield made
    made.close()


def wait_ended(client):
    for _ in range(1200):
        state = client.get("/model/download").json()
        if not state["running"]:
            return state
        time.sleep(0.05)
    raise AssertionError("The download did not end.")


def wait_at(client, n_bytes):
    for _ in range(1200):
        state = client.get("/model/download").json()
        if state["done_bytes"] == n_bytes:
            return state
        assert state["running"]
        time.sleep(0.05)
    raise AssertionError("The download did not come so far.")


def test_the_page_starts_watches_and_stops_one_download_at_a_time(hub, library):
    hub.pause_at = 2 * MB
    with served(library) as address, httpx.Client(base_url=address, timeout=30) as client:
        idle = client.get("/model/download").json()
        assert (idle["running"], idle["name"], hub.headers) == (False, "", [])
        assert [(one["gb"], one["memory_gb"], one["licence"]) for one in idle["offers"]] == [
            (2.1, 4, "Apache-2.0"), (2.5, 8, "Apache-2.0"), (5.0, 16, "Apache-2.0")
        ]  # fmt: skip
        assert client.post("/model/download", json={"name": NAME}).status_code == 200
        state = wait_at(client, 2 * MB)
        assert (state["name"], state["total_bytes"], state["left_seconds"] > 0) == (NAME, len(MODEL), True)
        second = client.post("/model/download", json={"name": NAME})
        assert (second.status_code, second.text[:38]) == (409, "A model is being downloaded already. S")
        client.post("/model/download/stop", json={})
        state = wait_ended(client)
        assert (state["stopped"], state["path"], model_place(NAME).exists()) == (True, "", False)
        hub.pause_at = None
        client.post("/model/download", json={"name": NAME})
        state = wait_ended(client)
        assert (state["path"], state["stopped"], state["failed"]) == (str(model_place(NAME)), False, "")
        assert model_place(NAME).read_bytes() == MODEL
        assert hub.ranges == [None, f"bytes={2 * MB}-"]


def test_every_library_of_a_server_sees_the_same_download(hub, tmp_path):
    for name in ("one", "two"):
        files = write_files(tmp_path / f"docs-{name}", mill="The mill grinds rye.")
        made = make_library(tmp_path / HOME_NAME / name, files)
        made.sync()
        made.close()
    opened = make_library(tmp_path / HOME_NAME / "one", tmp_path / "docs-one")
    hub.pause_at = 2 * MB
    with served(opened) as address, httpx.Client(base_url=address, timeout=30) as client:
        client.post("/model/download", json={"name": NAME})
        wait_at(client, 2 * MB)
        assert client.get("/library/two/model/download").json()["name"] == NAME
        client.post("/library/two/model/download/stop", json={})
        assert wait_ended(client)["stopped"]
    opened.close()


def test_what_goes_wrong_is_told_in_the_page(hub, library):
    hub.error = (403, "GatedRepo")
    with served(library) as address, httpx.Client(base_url=address, timeout=30) as client:
        refused = client.post("/model/download", json={"name": "/etc/passwd"})
        assert (refused.status_code, "Give it as OWNER/NAME/FILE.gguf" in refused.text) == (400, True)
        assert client.get("/model/download").json()["name"] == ""
        client.post("/model/download", json={"name": NAME})
        state = wait_ended(client)
        assert (state["path"], "is gated" in state["failed"]) == ("", True)


def test_what_was_downloaded_is_listed_and_deleted_whole_or_in_part(hub, capsys):
    assert held_models() == ()
    steps, _ = begin(hub, 2 * MB)
    with pytest.raises(ModelError, match="is being downloaded"):
        delete_model(NAME)
    steps.close()
    assert held_models() == (Held(NAME, 2 * MB, False),)
    other = model_place("ada/other-GGUF/other.gguf")
    other.parent.mkdir()
    other.write_bytes(b"GGUF" * 500_000)
    (other.parent / "notes.txt").write_text("not a model", "utf-8")
    assert main(["models"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "ada/other-GGUF/other.gguf\t2 MB", f"{NAME}\t2 MB, not whole: footnote fetch-model goes on with it"
    ]  # fmt: skip
    assert main(["models", "--delete", NAME]) == 0
    assert "2 MB are free again" in capsys.readouterr().err
    assert not model_place(NAME).parent.exists()
    assert [one.name for one in held_models()] == ["ada/other-GGUF/other.gguf"]
    assert delete_model("ada/other-GGUF/other.gguf") == 2_000_000
    assert (other.parent / "notes.txt").exists()
    for name in (NAME, "../../x.gguf", "ada/other-GGUF/notes.txt", "ada/other-GGUF/*.gguf"):
        assert main(["models", "--delete", name]) == 1
        assert capsys.readouterr().err.startswith("footnote: ")


@pytest.mark.browser
def test_the_page_lists_what_was_downloaded_and_deletes_it_when_told_twice(hub, library, visit):
    names = ("ada/small-GGUF/a.gguf", "ada/small-GGUF/b.gguf", "bob/big-GGUF/c.gguf")
    for n, name in enumerate(names, 1):
        model_place(name).parent.mkdir(parents=True, exist_ok=True)
        model_place(name).write_bytes(b"GGUF" * 250_000 * n)
    model_place(names[1]).rename(model_place(names[1]).with_name("b.gguf.0123456789abcdef.part"))
    with served(library) as address:
        page = visit(address)
        answers = ["dismiss", "accept"]
        page.on("dialog", lambda dialog: getattr(dialog, answers.pop(0))())
        known = [{"name": "b", "path": str(model_place(names[1])), "mb": 2, "speed": 9, "writes": True}]
        page.evaluate("known => { footnote.write('models', known); footnote.chosen.model = known[0].path }", known)
        page.click("[data-dialog=settings]")
        page.wait_for_selector("#fn-held li >> nth=2")
        listed = page.eval_on_selector_all("#fn-held li > span", "all => all.map(one => one.innerText)")
        assert listed == [
            "ada/small-GGUF/a.gguf · 1 MB", "ada/small-GGUF/b.gguf · 2 MB so far, not whole",
            "bob/big-GGUF/c.gguf · 3 MB",
        ]  # fmt: skip
        page.click("#fn-held li >> nth=1 >> button")
        page.wait_for_timeout(300)
        assert len(held_models()) == 3
        page.click("#fn-held li >> nth=1 >> button")
        page.wait_for_selector("#fn-fetch-said >> text=b.gguf was deleted: 2 MB are free again.")
        assert page.locator("#fn-held li").count() == 2
        assert page.evaluate("[footnote.chosen.model, footnote.read('models')]") == ["", []]
    assert [one.name for one in held_models()] == [names[0], names[2]]


def test_only_the_page_of_this_machine_has_anything_downloaded(hub, library):
    body = {"name": NAME}
    with served(library) as address, httpx.Client(base_url=address, timeout=30) as client:
        for path in ("/model/download", "/model/download/stop", "/model/download/delete"):
            evil = {"Origin": "http://evil.example"}
            assert client.post(path, json=body, headers=evil).status_code == 403
        plain = {"Content-Type": "text/plain"}
        assert client.post("/model/download", content=json.dumps(body), headers=plain).status_code == 422
    with served(library, host="0.0.0.0", password="p") as address:
        other = httpx.Client(base_url=address, auth=("", "p"), timeout=30)
        told = other.post("/model/download", json=body)
        assert (told.status_code, "on the machine that Footnote runs on" in told.text) == (403, True)
        assert other.get("/model/download").status_code == 403
        assert other.post("/model/download/stop", json={}).status_code == 403
        assert other.post("/model/download/delete", json=body).status_code == 403
        other.close()
    assert hub.headers == []


@pytest.mark.model
@pytest.mark.browser
def test_a_page_that_is_reloaded_finds_its_download_again_and_lists_the_model(library, visit, monkeypatch, tmp_path):
    raw = packaged_model().read_bytes()
    said = "words => document.querySelector('#fn-fetch').innerText.includes(words)"
    with running_hub(monkeypatch, tmp_path / "cache", raw=raw) as hub, served(library) as address:
        hub.pause_at = 2 * MB
        page = visit(address)
        page.click("[data-dialog=settings]")
        page.wait_for_selector("#fn-offers li >> nth=2")
        assert page.inner_text("#fn-offers li >> nth=0").startswith(
            "granite-4.1-3b-Q4_K_M.gguf · 2.1 GB to download · for 4 GB of memory or more · Apache-2.0"
        )
        assert hub.headers == []
        page.fill("#fn-fetch [name=name]", "small.gguf")
        page.press("#fn-fetch [name=name]", "Enter")
        page.wait_for_function(said, arg="Give it as OWNER/NAME/FILE.gguf.")
        page.fill("#fn-fetch [name=name]", NAME)
        page.press("#fn-fetch [name=name]", "Enter")
        page.wait_for_function(said, arg=f"2 of {len(raw) / 1e6:.0f} MB, about ")
        page.reload()
        page.click("[data-dialog=settings]")
        bar = page.get_by_role("progressbar", name=f"small-Q4_K_M.gguf: 2 of {len(raw) / 1e6:.0f} MB")
        bar.wait_for()
        assert bar.evaluate("bar => bar.value") == pytest.approx(2 * MB / len(raw))
        page.click("#fn-fetch-stop")
        page.wait_for_function(said, arg="Stopped. What came is kept")
        assert bar.is_hidden()
        assert page.evaluate("document.activeElement.innerText") == "Download"
        hub.pause_at = None
        page.fill("#fn-fetch [name=name]", NAME)
        page.press("#fn-fetch [name=name]", "Enter")
        page.wait_for_selector("#fn-models input >> nth=1")
        place = model_place(NAME)
        assert page.is_checked(f"#fn-models [value='{place}']")
        assert "tokens a second here" in page.inner_text("#fn-models .fn-row")
        assert "small-Q4_K_M.gguf is here." in page.inner_text("#fn-fetch")
        assert place.read_bytes() == raw
        page.click("#fn-models .fn-remove")
        page.reload()  # it is still here, and only a word away
        page.click("[data-dialog=settings]")
        page.wait_for_function(said, arg="is here: press “Try it out” above.")
        assert page.input_value("#fn-model-path") == str(place)


def test_a_model_trained_anew_is_not_taken_for_the_one_of_its_name_and_size(tmp_path, monkeypatch):
    from rag.answering import model_file

    made = []

    def measure(path, copy, notes):
        made.append(copy)
        copy.write_bytes(path.read_bytes())
        notes.write_text('{"faster": true}')

    monkeypatch.setattr(model_file, "_measure", measure)
    model = tmp_path / "model.gguf"
    for weights in (b"\0", b"\0", b"\1"):
        model.write_bytes(b"GGUF" + b"head" * 9_000 + weights * 500_000)
        copy = model_file.fastest_copy(model, tmp_path / "models")
        assert copy.read_bytes() == model.read_bytes()
    assert len(made) == 2
