"""Fetch a model from a hub on this machine: how far it is, stop and go on, each thing that can go wrong."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from hub import MODEL, NAME, running_hub

from rag.__main__ import main
from rag.errors import ModelError
from rag.fetch_model import fetch_model, model_place
from rag.places import child_environment

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
                                  "ada/small/x.gguf\n", "-a/b/c.gguf", "ada\\b/c/d.gguf"])  # fmt: skip
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


def test_what_is_no_gguf_is_said_and_deleted(monkeypatch, tmp_path):
    with running_hub(monkeypatch, tmp_path, raw=b"version https://git-lfs"):
        with pytest.raises(ModelError, match="is not a GGUF model"):
            list(fetch_model(NAME))
        assert not model_place(NAME).exists()
        assert parts(model_place(NAME)) == []


def test_a_hub_that_cannot_be_reached_is_said_with_what_to_do(monkeypatch, tmp_path):
    with running_hub(monkeypatch, tmp_path):
        pass
    with pytest.raises(ModelError, match=r"The hub at 127.* cannot be reached .* with another machine and name it here"):
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
    for _ in range(100):  # its lock is free as soon as it has ended
        try:
            assert list(fetch_model(NAME))[-1].done_bytes == len(MODEL)
            break
        except ModelError:
            time.sleep(0.05)
    assert place.read_bytes() == MODEL
