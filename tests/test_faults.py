import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from rag.assemble import open_library
from rag.corpus.lock import write_lock
from rag.corpus.told import translated
from rag.errors import LibraryDamaged, LibraryError, LibraryLocked, SourceError
from rag.records import Query
from rag.retrieval.dense import DenseIndex
from rag.retrieval.torn import is_whole
from tests.fakes import make_library, write_files

pytestmark = pytest.mark.usefixtures("many_passages")

MANY = {f"f{n:03}": f"Paragraph {n} tells of the heron number {n}. " * 40 for n in range(40)}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr("rag.sync._BATCH_PASSAGES", 4)


@pytest.fixture
def folder(tmp_path):
    return write_files(tmp_path / "docs", **MANY)


@pytest.fixture
def library(tmp_path, folder):
    found = make_library(tmp_path / ".footnote/docs", folder)
    yield found
    found.close()


def test_a_full_disk_loses_nothing_and_the_next_sync_goes_on(library, folder):
    steps = library.sync_steps()
    next(steps)
    steps.close()
    connection = library._parts.database.connection()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(LibraryError, match=r"disk .* is full\. Nothing was lost"):
        library.sync()
    kept = len(library.documents())
    assert 0 < kept < len(MANY)
    assert library.search("heron number 3")
    connection.execute("PRAGMA max_page_count = 1000000")
    assert len(library.sync()) == len(MANY) - kept
    assert library._parts.dense.count() == library._parts.passages.count()


def test_a_full_disk_under_the_dense_index_is_told_as_such(tmp_path, monkeypatch):
    index = DenseIndex(tmp_path / "chroma", lambda _: np.ones(4, np.float32) / 2)
    index.upsert([("a", "d", np.ones(4, np.float32) / 2)])

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with index._opened() as opened:
        monkeypatch.setattr(opened, "upsert", full)
    with pytest.raises(LibraryError, match=r"is full\. Nothing was lost"):
        index.upsert([("b", "d", np.ones(4, np.float32) / 2)])
    with index._opened() as anew:
        assert anew is not opened, "Chroma is not used again after it failed"
    index.upsert([("b", "d", np.ones(4, np.float32) / 2)])
    assert index.count() == 2
    index.refresh()


def _tear(chroma, how):
    file = chroma / "chroma.sqlite3"
    if how == "missing":
        shutil.rmtree(chroma)
    elif how == "no file":
        file.unlink()
    elif how == "garbage":
        file.write_bytes(b"\x07garbage" * 9000)
    else:
        os.truncate(file, file.stat().st_size // 2)


@pytest.mark.parametrize("how", ["missing", "no file", "garbage", "half"])
def test_a_torn_dense_index_is_made_again_when_it_is_asked(tmp_path, library, folder, how):
    library.sync()
    expected = library.search("heron number 7")[0].passage
    library.close()
    _tear(tmp_path / ".footnote/docs/chroma", how)
    again = make_library(tmp_path / ".footnote/docs", folder)
    assert again.search("heron number 7")[0].passage == expected
    assert again._parts.dense.is_sound(again._parts.passages.count())
    assert again.sync() == ()
    again.close()


def test_a_torn_graph_of_vectors_ends_no_process_but_its_own(tmp_path):
    """Read in this process, each of these ends it with a signal, or with an error at the first search."""
    vectors = np.random.default_rng(0).standard_normal((1500, 32)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    whole = DenseIndex(tmp_path / "whole", lambda _: vectors[0])
    whole.upsert((f"p{n}", "d", vector) for n, vector in enumerate(vectors))
    assert whole.is_sound(1500)
    whole.refresh()
    for name, start, torn in (("link_lists.bin", 0, b"\0" * 4000), ("data_level0.bin", 4000, b"\7" * 90_000)):
        folder = tmp_path / name
        shutil.copytree(tmp_path / "whole", folder)
        (file,) = folder.glob(f"*/{name}")
        with file.open("r+b") as opened:
            opened.seek(start)
            opened.write(torn)
        assert not DenseIndex(folder, lambda _: vectors[0]).is_sound(1500)
    again = DenseIndex(tmp_path / "whole", lambda _: vectors[0])
    assert again.is_sound(1500)
    again.refresh()


def test_what_another_process_wrote_is_found_though_the_index_is_open_twice(tmp_path):
    vectors = np.eye(4, dtype=np.float32)
    one, two = (DenseIndex(tmp_path / "chroma", lambda _: vectors[1]) for _ in range(2))
    one.upsert([("a", "d", vectors[0])])
    assert two.count() == 1
    code = (
        "import sys, pathlib, numpy as np; from rag.retrieval.dense import DenseIndex;"
        "DenseIndex(pathlib.Path(sys.argv[1]), str).upsert([('b', 'd', np.eye(4, dtype=np.float32)[1])])"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "chroma")], check=True)
    one.refresh()
    assert [found[0] for index in (one, two) for found in index.search(Query("q", "q"), 1)] == ["b", "b"]
    one.clear()
    assert (two.count(), one.count()) == (0, 0)
    one.refresh()


def test_an_index_is_closed_only_when_nobody_uses_it(tmp_path):
    vectors = np.eye(4, dtype=np.float32)
    index = DenseIndex(tmp_path / "chroma", lambda _: vectors[0])
    index.upsert([("a", "d", vectors[0])])
    with index._opened() as used:
        index.refresh()
        assert used.count() == 1
        counted = []
        other = threading.Thread(target=lambda: counted.append(index.count()))
        other.start()
        other.join(0.3)
        assert other.is_alive(), "it waits until the old one is closed"
    other.join(5)
    assert counted == [1]
    index.refresh()


def test_files_that_are_as_they_were_left_are_not_read_twice(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "rag.retrieval.torn.subprocess.run", lambda *_, **__: asked.append(1) or SimpleNamespace(returncode=0)
    )
    vectors = np.eye(1100, 16, dtype=np.float32) + 0.1
    index = DenseIndex(tmp_path / "chroma", lambda _: vectors[0])
    index.upsert((f"p{n}", "d", vector) for n, vector in enumerate(vectors))
    assert index.is_sound(1100)
    index.refresh()
    assert index.count() == 1100
    assert not asked
    index.refresh()
    (file,) = (tmp_path / "chroma").glob("*/header.bin")
    os.utime(file, ns=(1, 1))
    assert index.count() == 1100
    index.refresh()
    assert index.count() == 1100
    assert asked == [1]
    index.refresh()
    next((tmp_path / "chroma").glob("*/index_metadata.pickle")).unlink()
    assert is_whole(tmp_path / "chroma")
    assert asked == [1, 1]


def test_files_that_chroma_only_laid_out_are_not_read_at_every_start(tmp_path, monkeypatch):
    """Under a thousand vectors they hold nothing yet, and are written anew whenever the index is opened."""
    monkeypatch.setattr("rag.retrieval.torn.subprocess.run", None)
    vectors = np.eye(4, dtype=np.float32)
    index = DenseIndex(tmp_path / "chroma", lambda _: vectors[0])
    index.upsert([("a", "d", vectors[0])])
    assert index.is_sound(1)
    index.refresh()
    (file,) = (tmp_path / "chroma").glob("*/header.bin")
    file.write_bytes(b"torn")
    assert index.is_sound(1)
    index.refresh()


def test_a_folder_whose_drive_is_not_there_keeps_its_documents(library, folder, monkeypatch):
    library.sync()
    for path in folder.iterdir():
        path.unlink()
    with monkeypatch.context() as unmounted:
        unmounted.setattr("rag.corpus.drives._drive_of", lambda path: "another")
        with pytest.raises(SourceError, match=r"is empty, and lies on another drive .*were kept"):
            library.sync()
    assert len(library.documents()) == len(MANY)
    assert {step.change for step in library.sync()} == {"removed"}, "emptied by a person"


def test_a_truncated_library_file_is_told_and_left_as_it_is(tmp_path, library, folder):
    library.sync()
    library.close()
    file = tmp_path / ".footnote/docs/library.sqlite"
    os.truncate(file, file.stat().st_size // 2)
    before = file.read_bytes()
    with pytest.raises(LibraryDamaged, match=r"is damaged .*left as it is"):
        make_library(tmp_path / ".footnote/docs", folder).search("heron")
    assert file.read_bytes() == before


@pytest.mark.parametrize("lost", [True, False])
def test_a_library_that_lost_its_file_is_no_new_library(tmp_path, library, folder, lost):
    library.sync()
    library.close()
    file = tmp_path / ".footnote/docs/library.sqlite"
    if lost:
        file.unlink()
    else:
        os.truncate(file, 0)
    with pytest.raises(LibraryDamaged, match=r"has lost its file library\.sqlite"):
        open_library(folder)


def test_a_library_file_that_another_program_holds_is_told(library, folder):
    library.sync()
    library._parts.database.connection().execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(library.path / "library.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    write_files(folder, new="The mill.")
    with pytest.raises(LibraryLocked, match="being written by another process"):
        library.sync()
    assert library.search("heron number 3")
    other.execute("ROLLBACK")
    other.close()
    assert [step.change for step in library.sync()] == ["added"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights are told otherwise there")
def test_a_library_that_may_not_be_written_says_so():
    base = Path(tempfile.mkdtemp())
    base.chmod(0o755)
    folder = write_files(base / "docs", a="The heron.")
    library = make_library(base / "lib", folder)
    library.sync()
    library.close()
    for path in (base / "lib", *(base / "lib").rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)
        with pytest.raises(LibraryError, match=r"cannot be written.*rights"):
            make_library(base / "lib", folder).sync()
        with pytest.raises(LibraryError, match=r"cannot be written.*rights"), write_lock(base / "lib"):
            raise AssertionError("the lock was taken")
    finally:
        if root:
            os.seteuid(0)
        for path in (base / "lib", *(base / "lib").rglob("*")):
            path.chmod(0o755)
        shutil.rmtree(base)


def test_a_folder_that_vanishes_in_the_middle_of_a_sync_keeps_its_documents(library, folder, tmp_path):
    library.sync()
    before = {document.doc_id for document in library.documents()}
    for name in MANY:
        (folder / f"{name}.txt").write_text(f"{name} changed. " * 100)
    steps = library.sync_steps()
    next(steps)
    folder.rename(tmp_path / "away")
    with pytest.raises(SourceError, match=r"is gone\. Its documents were kept"):
        list(steps)
    assert {document.doc_id for document in library.documents()} == before
    assert library.search("heron number 30")
    (tmp_path / "away").rename(folder)
    library.sync()
    assert all("changed" in document.text for document in library.documents())


def test_a_file_that_vanishes_in_the_middle_of_a_sync_is_one_that_was_removed(library, folder):
    library.sync()
    for name in MANY:
        (folder / f"{name}.txt").write_text(f"{name} changed. " * 100)
    write_files(folder, z="A new one.")
    steps = library.sync_steps()
    next(steps)
    (folder / "f039.txt").unlink()
    (folder / "z.txt").unlink()
    told = {(Path(step.path).name, step.change) for step in steps}
    assert {one for one in told if one[1] != "changed"} == {("f039.txt", "removed"), ("z.txt", "removed")}
    assert len(library.status()) == len(MANY) - 1


def test_repair_makes_a_broken_index_of_terms_again(library, folder):
    library.sync()
    connection = library._parts.database.connection()
    connection.execute("INSERT INTO terms (terms, rowid, head, headings, body)"
                       " SELECT 'delete', rowid, head, headings, body FROM passages WHERE rowid % 2")  # fmt: skip
    assert library._parts.database.check()
    library.repair()
    assert not library._parts.database.check()
    assert Path(library.search("heron number 7")[0].passage.path).stem == "f007"


def test_a_library_that_was_closed_says_so_and_keeps_its_index(library, folder, monkeypatch):
    library.sync()
    vectors = sorted(path.name for path in (library.path / "chroma").iterdir())
    library.close()
    said = []

    def ask():
        try:
            library.status()
        except LibraryError as error:
            said.append(str(error))

    ask()
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert [("was closed" in one, "Move" in one) for one in said] == [(True, False)] * 2
    monkeypatch.setattr("rag.upkeep.Upkeep._build_dense", lambda _: pytest.fail("the index was made again"))
    with pytest.raises(LibraryError, match="was closed"):
        library._upkeep.settle()
    assert sorted(path.name for path in (library.path / "chroma").iterdir()) == vectors


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite3.ProgrammingError("Cannot operate on a closed database."), "was closed"),
        (sqlite3.OperationalError("disk I/O error"), "disk is there and sound"),
    ],
)
def test_what_is_no_damage_is_not_told_as_such(tmp_path, error, words):
    with pytest.raises(LibraryError, match=words) as told, translated(tmp_path):
        raise error
    assert not isinstance(told.value, LibraryDamaged)


def test_connections_of_threads_that_ended_are_closed(library, folder):
    library.sync()
    database = library._parts.database
    before = len(database._opened)
    for _ in range(5):
        thread = threading.Thread(target=library.status)
        thread.start()
        thread.join()
    assert len(database._opened) <= before + 1
    assert library.status()
