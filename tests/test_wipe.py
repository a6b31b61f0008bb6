"""Words of what was removed are wiped from the index of terms in short steps, whatever shape it is in."""

import random
import sqlite3

import numpy as np
import pytest
from documents import eml
from fakes import make_library, write_files

from rag.corpus import wipe as wiping
from rag.corpus.database import Database
from rag.corpus.store import Store
from rag.corpus.wipe import wipe, without_empty_levels
from rag.records import Document, Passage

SECRET = "The password of Zanzibarella is quixotry."
LETTERS = "bcdfghjklmnpqrstvwxz"


def put(database, name, text):
    document = Document(name, f"/{name}.txt", "A bird", text, "text/plain", "")
    passage = Passage(f"{name}-0", name, f"/{name}.txt", "A bird", (), text, 0, len(text), ())
    Store(database).put(document, [passage], np.ones((1, 4), np.float32) / 2, size=0, mtime_ns=0)


def held(database, words):
    """Those of the words that stand in the index, which leaves out how a word begins like the one before it."""
    index = b"".join(block for (block,) in database.rows("SELECT block FROM terms_data"))
    return [word for word in words if word[6:20].encode() in index]


def found(database, word):
    return database.rows("SELECT count(*) FROM terms WHERE terms MATCH ?", (word,))[0][0]


def n_levels(database):
    return database.rows("SELECT block FROM terms_data WHERE id = 10")[0][0][4]


@pytest.fixture
def database(tmp_path):
    found = Database(tmp_path / "library.sqlite")
    yield found
    found.close()


@pytest.mark.parametrize("seed", range(8))
def test_whatever_was_written_before_no_word_of_what_was_deleted_is_left(database, monkeypatch, seed):
    draw = random.Random(seed)
    monkeypatch.setattr(wiping, "_STEP_PAGES", draw.choice([1, 20, 1000]))
    monkeypatch.setattr(wiping, "_PAUSE_SECONDS", 0)
    with database.transaction() as connection:
        connection.execute("INSERT INTO terms (terms, rank) VALUES ('pgsz', 32)")
    kept, gone = {}, []
    for n in range(80):
        if draw.random() < 0.6 or len(kept) < 2:
            kept[f"d{n}"] = ["".join(draw.choices(LETTERS, k=24)) for _ in range(draw.choice([3, 30, 100]))]
            put(database, f"d{n}", " ".join(kept[f"d{n}"]))
        else:
            name = draw.choice(sorted(kept))
            Store(database).delete(name)
            gone += kept.pop(name)
        if draw.random() < 0.1:
            wipe(database)
            assert not held(database, gone)
            assert not database.check()
            assert all(found(database, words[0]) == 1 for words in kept.values())


def test_an_index_that_was_wiped_often_has_few_levels(database):
    put(database, "kept", " ".join(f"word{n}" for n in range(3_000)))
    for n in range(20):
        put(database, f"d{n}", f"{SECRET} {n}")
        Store(database).delete(f"d{n}")
        wipe(database)
    assert n_levels(database) < 5
    assert not database.check()


def test_deleted_words_in_the_only_segment_are_wiped_too(database):
    put(database, "kept", "heron")
    put(database, "gone", SECRET)
    Store(database).delete("gone")
    cookie_bytes, n_levels_byte = 4, 5
    with sqlite3.connect(database.path) as other:  # empty levels on top, as promoted segments leave them
        (record,) = other.execute("SELECT block FROM terms_data WHERE id = 10").fetchone()
        levels = bytes([record[cookie_bytes] + 2]) + record[n_levels_byte:] + bytes(4)
        other.execute("UPDATE terms_data SET block = ? WHERE id = 10", (record[:cookie_bytes] + levels,))
    other.close()
    with database.transaction() as connection:
        connection.execute("INSERT INTO terms (terms, rank) VALUES ('merge', -1000)")
    wipe(database)  # what the merge kept of the deleted words (SQLite 3.51: all, 3.40: none), now in one segment
    assert not held(database, ["zanzibarella"])
    assert not database.check()


def test_a_list_of_segments_in_another_form_is_left_as_it_is():
    cookie = bytes(4)
    assert without_empty_levels(cookie + bytes([3, 1, 9, 0, 0, 0, 1, 5, 1, 7, 0, 0])) == cookie + bytes(
        [1, 1, 9, 0, 1, 5, 1, 7]
    )
    long = cookie + bytes([1, 1, 0x81, 0x80, 0x00, 0, 1, 0x83, 0x7F, 1, 7])
    assert without_empty_levels(long) == long
    for other in (bytes([0xFF, 0, 0, 1, 1, 1, 9, 0, 1, 5, 1, 7, 2, 2, 0, 0, 4]), bytes([1, 1, 9, 0, 1, 5, 1, 7, 3])):
        assert without_empty_levels(cookie + other) == cookie + other


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library of which a document is gone at the next sync, and whose wiping takes many steps."""
    monkeypatch.setattr(wiping, "_STEP_PAGES", 1)
    kept = " ".join(f"word{n}" for n in range(9_000))
    folder = write_files(tmp_path / "docs", a=kept, gone=SECRET)
    found = make_library(tmp_path / "lib", folder)
    found.sync()
    (folder / "gone.txt").unlink()
    yield found
    found.close()


def holding(library):
    return [path.name for path in library.path.glob("library.sqlite*") if b"zanzibarel" in path.read_bytes().lower()]


def test_others_can_write_between_the_steps(library, monkeypatch):
    written = []

    def write(_):
        other = sqlite3.connect(library.path / "library.sqlite", timeout=0, isolation_level=None)
        written.append(other.execute("INSERT OR REPLACE INTO facts VALUES ('beside', 'yes')").rowcount)
        other.close()

    monkeypatch.setattr("rag.corpus.wipe.time.sleep", write)
    library.sync()
    assert len(written) > 3
    assert not holding(library)


@pytest.mark.parametrize("n_steps", [0, 3])
def test_wiping_that_was_stopped_is_done_by_the_next_sync(library, monkeypatch, n_steps):
    steps = []

    def stop(_):
        steps.append(1)
        if len(steps) > n_steps:
            raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr("rag.corpus.wipe.time.sleep", stop)
        with pytest.raises(KeyboardInterrupt):
            library.sync()
    library.close()
    again = make_library(library.path, None)
    assert again.sync() == ()
    assert not holding(again)
    assert not again._parts.database.check()
    again.close()


@pytest.fixture
def edited(tmp_path):
    """A library of a mail with a secret attachment and of a text with a secret, and its folder."""
    folder = write_files(tmp_path / "docs", a="The heron stands in the pond.", told=SECRET)
    (folder / "m.eml").write_bytes(eml("The lantern hangs.", attached=[("inner.txt", SECRET.encode())]))
    found = make_library(tmp_path / "lib", folder)
    found.sync()
    assert holding(found)
    yield found, folder
    found.close()


def test_words_that_were_edited_away_stand_in_the_file_no_more(edited):
    library, folder = edited
    write_files(folder, told="The password is told to nobody.")
    (folder / "m.eml").write_bytes(eml("The lantern hangs."))
    assert sorted(step.change for step in library.sync()) == ["changed", "changed"]
    assert not holding(library)
    assert library.search("password")
    assert not library._parts.database.check()


def test_words_of_a_file_that_can_be_read_no_more_are_wiped(edited):
    library, folder = edited
    (folder / "told.txt").write_bytes(bytes(range(256)) * 40)
    write_files(folder, m__eml="")
    assert {step.change for step in library.sync()} == {"refused"}
    assert not holding(library)


def test_it_is_wiped_once_and_only_when_something_was_replaced(edited, monkeypatch):
    library, folder = edited
    wiped = []
    monkeypatch.setattr("rag.forget.wipe", wiped.append)
    library.sync()
    write_files(folder, new="The mill.")
    (folder / "a.txt").touch()
    library.sync()
    assert not wiped
    write_files(folder, told="The ferry.", a="The envoy.")
    library.sync()
    library.sync()
    assert len(wiped) == 1
    (folder / "told.txt").unlink()
    write_files(folder, a="The heron.")
    library.sync()
    assert len(wiped) == 2
