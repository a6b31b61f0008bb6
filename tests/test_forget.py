"""A document that was removed is gone from all three stores, and its words from the library's file."""

from argparse import Namespace

import pytest

from rag import commands
from rag.corpus.store import Store
from rag.errors import DiskFull, LibraryDamaged
from rag.retrieval.dense import DenseIndex
from tests.documents import eml
from tests.fakes import make_library, write_files

SECRET = "The password of Zanzibarella is quixotry."


@pytest.fixture
def folder(tmp_path):
    return write_files(tmp_path / "docs", a="The heron stands in the pond.", gone=SECRET)


@pytest.fixture
def library(tmp_path, folder):
    found = make_library(tmp_path / "lib", folder)
    found.sync()
    (folder / "gone.txt").unlink()
    yield found
    found.close()


def _held(library, doc_id):
    """What of a document is in each of the three stores."""
    rows = library._parts.database.rows
    text = [table for table in ("documents", "passages") if rows(f"SELECT 1 FROM {table} WHERE doc_id = ?", (doc_id,))]
    words = rows("SELECT 1 FROM terms WHERE terms MATCH 'zanzibarella'")
    with library._parts.dense._opened() as collection:
        vectors = collection.get(where={"doc_id": doc_id}, include=[])["ids"]
    return text, words, vectors


def _doc_id(library):
    return next(document.doc_id for document in library.documents() if "Zanzibarella" in document.text)


def _plant(monkeypatch, library, where, times):
    """Have deleting leave something behind in one store, so many times."""
    rows, left = library._parts.database.rows, [times]
    delete, drop = Store.delete, DenseIndex.delete

    def leave(self, doc_id):
        connection = self._database.connection()
        (kept,) = rows("SELECT rowid, * FROM passages WHERE doc_id = ?", (doc_id,)) or [None]
        delete(self, doc_id)
        if left[0] == 0 or not kept:
            return
        left[0] -= 1
        if where == "text":
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute(f"INSERT INTO passages VALUES ({', '.join('?' * (len(kept) - 1))})", kept[1:])
            connection.execute("PRAGMA foreign_keys = ON")
        else:
            told = rows("SELECT ?, 'gone', '[]', ?", (kept[0], SECRET))[0]
            connection.execute("INSERT INTO terms (rowid, head, headings, body) VALUES (?, ?, ?, ?)", told)

    def keep(self, passage_ids):
        if left[0] == 0:
            return drop(self, passage_ids)
        left[0] -= 1
        return None

    if where == "vectors":
        monkeypatch.setattr(DenseIndex, "delete", keep)
    else:
        monkeypatch.setattr(Store, "delete", leave)


@pytest.mark.parametrize("where", ["text", "words", "vectors"])
def test_what_deleting_left_in_a_store_is_taken_out_of_it(library, monkeypatch, where):
    doc_id = _doc_id(library)
    assert all(_held(library, doc_id))
    _plant(monkeypatch, library, where, 1)
    assert [step.change for step in library.sync()] == ["removed"]
    assert not any(_held(library, doc_id))
    assert library.search("heron")
    assert not library._parts.database.check()


@pytest.mark.parametrize("where", ["text", "vectors"])
def test_what_stays_in_a_store_whatever_is_done_is_told(library, monkeypatch, where):
    _plant(monkeypatch, library, where, -1)
    with pytest.raises(LibraryDamaged, match=rf"still in the (\w+ and the )*{where}.*footnote repair"):
        library.sync()
    monkeypatch.undo()
    library.repair()


def test_a_removed_document_is_told_to_be_gone(library, folder, monkeypatch, capsys):
    monkeypatch.setattr(commands, "find_library", lambda _, **__: library)
    monkeypatch.setattr(commands, "find_each", lambda _, **__: [library])
    commands.run(Namespace(command="remove", paths=[folder]))
    assert "lib: 2 removed. What was removed is gone from text, words and vectors (checked)." in capsys.readouterr().err
    write_files(folder, b="The mill.")
    library.add(folder)
    commands.run(Namespace(command="sync", watch=False))
    assert "gone from" not in capsys.readouterr().err


def test_what_is_attached_to_a_removed_mail_is_gone_too(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "m.eml").write_bytes(eml("The lantern hangs.", attached=[("inner.txt", SECRET.encode())]))
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    doc_id = _doc_id(library)
    assert all(_held(library, doc_id))
    (folder / "m.eml").unlink()
    library.sync()
    assert not any(_held(library, doc_id))
    library.close()


def _files_holding(library, words):
    held = library.path.glob("library.sqlite*")  # the graph of Chroma may hold whatever was in memory
    return [path.name for path in held if any(word in path.read_bytes().lower() for word in words)]


def test_the_words_of_a_removed_document_stand_in_the_file_no_more(tmp_path):
    long = "\n\n".join(f"{SECRET} Line {n} of the quixotry." for n in range(300))
    folder = write_files(tmp_path / "docs", a="The heron stands in the pond.", gone=long, small=SECRET)
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    assert _files_holding(library, [b"zanzibarella", b"quixotri"])
    for name in ("gone", "small"):
        (folder / f"{name}.txt").unlink()
    library.sync()
    assert not _files_holding(library, [b"zanzibarel", b"anzibarella", b"quixotr"])
    library.close()
    assert not _files_holding(library, [b"zanzibarel", b"anzibarella", b"quixotr"])


def test_words_that_could_not_be_wiped_are_wiped_by_the_next_sync(library, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr("rag.forget.wipe", lambda _: (_ for _ in ()).throw(DiskFull("full")))
        library.sync()
    assert _files_holding(library, [b"zanzibarella"])
    assert library.sync() == ()
    assert not _files_holding(library, [b"zanzibarella"])
