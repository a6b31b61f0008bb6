"""The documents of a library as the page adds them in the background: what follows what, and how it ends."""

import threading
import time

import httpx
import pytest
from fakes import make_library, write_files
from serving import served

from rag.corpus.lock import write_lock
from rag.errors import SourceError
from rag.records import Progress
from ui.adding import Shelf
from ui.documents import draw_progress
from ui.watching import watching
from ui.words import speaker

SAY = speaker("en")


@pytest.fixture
def library(tmp_path):
    made = make_library(tmp_path / "lib" / "own", write_files(tmp_path / "docs", mill="The mill at Orbais grinds rye."))
    yield made
    made.close()


class Slow:
    """Stands in for a sync of two files, which waits before each of them until a test lets it go on."""

    def __init__(self):
        self.begun = 0
        self.go_on = threading.Semaphore(0)
        self.ended = 0
        self.seconds = 0.1

    def __call__(self):
        self.begun += 1
        try:
            for n in (1, 2):
                assert self.go_on.acquire(timeout=10)
                yield Progress(n, 2, f"/x/{n}.txt", "added", self.seconds)
        finally:
            self.ended += 1


@pytest.fixture
def slow(library, monkeypatch):
    stands_in = Slow()
    monkeypatch.setattr(library, "sync_steps", stands_in)
    return stands_in


def wait_until(holds):
    for _ in range(400):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("It did not come to pass.")


def test_a_sync_asked_for_after_a_stop_is_not_forgotten(library, slow):
    shelf = Shelf(library)
    shelf.sync()
    wait_until(lambda: slow.begun == 1)
    shelf.stop()
    shelf.sync()
    slow.go_on.release()
    wait_until(lambda: slow.begun == 2)
    assert shelf.state.running
    assert not shelf.state.stopped
    slow.go_on.release(2)
    wait_until(lambda: not shelf.state.running)
    assert draw_progress(shelf.state, SAY) == "In step with 2 files."


def test_a_stop_also_takes_back_what_was_to_follow(library, slow):
    shelf = Shelf(library)
    shelf.stop()
    assert draw_progress(shelf.state, SAY) == ""
    shelf.sync()
    shelf.sync()
    wait_until(lambda: slow.begun == 1)
    shelf.stop()
    slow.go_on.release()
    wait_until(lambda: not shelf.state.running)
    assert draw_progress(shelf.state, SAY) == "Stopped after 1 of 2 files; what was done is kept."
    assert slow.begun == 1


def test_a_sync_that_breaks_is_told_as_failed_and_logged(library, monkeypatch, caplog):
    def broken():
        yield Progress(1, 2, "/x/1.txt", "added", 0.1)
        raise RuntimeError("the parser fell over")

    shelf = Shelf(library)
    monkeypatch.setattr(library, "sync_steps", broken)
    shelf.sync()
    wait_until(lambda: not shelf.state.running)
    for language in ("en", "es", "he"):
        said = draw_progress(shelf.state, speaker(language))
        assert said == speaker(language)("adding_failed")
        assert "RuntimeError" not in said
    assert "the parser fell over" in caplog.text
    monkeypatch.undo()
    shelf.sync()
    wait_until(lambda: not shelf.state.running)
    assert draw_progress(shelf.state, SAY) == "In step with 1 file."


def test_a_shelf_that_is_closed_waits_for_its_sync_and_begins_no_other(library, slow):
    shelf = Shelf(library)
    assert shelf.close()
    shelf = Shelf(library)
    shelf.sync()
    wait_until(lambda: slow.begun == 1)
    assert not shelf.close(seconds=0.05)
    threading.Timer(0.1, slow.go_on.release).start()
    assert shelf.close()
    assert slow.ended == 1
    shelf.sync()
    assert not shelf.state.running


def test_a_folder_that_changes_is_brought_in_step_but_not_after_a_stop(library, tmp_path, monkeypatch):
    monkeypatch.setattr("rag.watch._LOOK_MS", 50)
    monkeypatch.setattr("ui.watching._WAIT_SECONDS", 0.05)
    shelf = Shelf(library)

    def names():
        return [file.title for file in library.status()]

    with watching(shelf):
        wait_until(lambda: not shelf.state.running and shelf.state.nth == 1)
        assert names() == ["mill"]
        with write_lock(library.path):
            write_files(tmp_path / "docs", ferry="The ferry sails.")
            wait_until(lambda: shelf.state.nth == 2)
            time.sleep(0.2)
            assert shelf.state.running, "it waits for the one that writes"
        wait_until(lambda: not shelf.state.running)
        assert names() == ["ferry", "mill"]
        shelf.sync()
        shelf.stop()
        wait_until(lambda: not shelf.state.running)
        n_begun = shelf.state.nth
        write_files(tmp_path / "docs", lock="The lock is shut.")
        time.sleep(2)
        assert shelf.state.nth == n_begun
    shelf.close()


def test_a_change_after_a_long_first_sync_is_not_waited_for(library, slow, tmp_path, monkeypatch):
    monkeypatch.setattr("rag.watch._LOOK_MS", 50)
    slow.seconds = 100.0
    shelf = Shelf(library)
    with watching(shelf):
        wait_until(lambda: slow.begun == 1)
        slow.go_on.release(4)
        wait_until(lambda: not shelf.state.running)
        write_files(tmp_path / "docs", ferry="The ferry sails.")
        wait_until(lambda: slow.begun == 2)
    shelf.close()


def test_a_folder_that_cannot_be_watched_is_read_once_and_told(library, monkeypatch, capsys):
    def none(*_, **__):
        raise SourceError("The folders cannot be watched.")

    monkeypatch.setattr("ui.watching.changes", none)
    shelf = Shelf(library)
    with watching(shelf):
        wait_until(lambda: shelf.state.nth == 1 and not shelf.state.running)
    assert [file.title for file in library.status()] == ["mill"]
    assert "cannot be watched" in capsys.readouterr().err


def test_the_page_hears_of_each_sync(library):
    with served(library) as address:
        assert httpx.get(f"{address}/documents/progress").json()["nth"] == 0
        httpx.post(f"{address}/documents/sync", json={})
        wait_until(lambda: httpx.get(f"{address}/documents/progress").json()["nth"] == 1)
