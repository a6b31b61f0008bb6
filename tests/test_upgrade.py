import sqlite3

import pytest

from eval.__main__ import main
from rag.assemble import open_library
from rag.errors import LibraryMismatch
from rag.feedback import Judgement, keep_question
from tests.fakes import FakeEmbedder, make_library, write_files

MANY = {f"f{n}": f"Paragraph {n} tells of the heron number {n}. " * 30 for n in range(6)}


class Wider(FakeEmbedder):
    """Embeds in more dimensions; counts its calls, and stops at one of them."""

    dimension = 96
    calls = 0
    stops_at = 0

    def embed_documents(self, texts):
        Wider.calls += 1
        if Wider.calls == Wider.stops_at:
            raise KeyboardInterrupt
        return super().embed_documents(texts)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Opens the library of six documents, made by a narrower embedder."""
    folder = write_files(tmp_path / "docs", **MANY)
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    library.close()
    monkeypatch.setattr("tests.fakes.FakeEmbedder", Wider)
    Wider.calls = Wider.stops_at = 0
    made = []

    def open_again():
        made.append(make_library(tmp_path / "lib", folder, identity="wider"))
        return made[-1]

    yield open_again
    for library in made:
        library.close()


def vector_bytes(path):
    with sqlite3.connect(path) as connection:
        found = {size for (size,) in connection.execute("SELECT length(vector) FROM passages")}
    connection.close()
    return found


def test_an_upgrade_keeps_the_old_library_until_it_is_dropped(opened):
    library = opened()
    said = library.repair()
    assert "6 documents" in said
    assert "footnote drop-old" in said
    assert library.search("heron number 3")[0].passage.path.endswith("f3.txt")
    old = library.path / "library.old.sqlite"
    assert vector_bytes(old) == {128}
    assert vector_bytes(library.path / "library.sqlite") == {192}
    assert not list(library.path.glob("library.new*"))
    assert library.sync() == ()
    assert "MB were freed" in library.drop_old()
    assert not old.exists()
    assert library.drop_old() == "There is no older library to delete."
    assert "drop-old" not in library.repair()


def test_an_upgrade_that_is_stopped_changes_nothing_and_goes_on_where_it_was(opened):
    library = opened()
    Wider.stops_at = 4
    with pytest.raises(KeyboardInterrupt):
        library.repair()
    assert vector_bytes(library.path / "library.sqlite") == {128}
    with pytest.raises(LibraryMismatch):
        library.search("heron")
    library.close()
    Wider.calls = Wider.stops_at = 0
    library = opened()
    library.repair()
    assert Wider.calls == 3, "three of six were done before"
    assert library.search("heron number 5")[0].passage.path.endswith("f5.txt")


def test_an_upgrade_that_goes_on_brings_nothing_back_that_changed_meanwhile(opened, tmp_path):
    library = opened()
    Wider.stops_at = 4
    with pytest.raises(KeyboardInterrupt):
        library.repair()
    more = write_files(tmp_path / "more", g="The mill is old.")
    library.add(more)
    library._parts.store.set_origin("of a page", "http://docs.test/a")
    Wider.stops_at = 0
    library.repair()
    assert library.sources() == (tmp_path / "docs", more)
    assert library._parts.database.rows("SELECT doc_id FROM origins") == [("of a page",)]


def test_an_upgrade_killed_after_the_switch_is_finished_when_it_is_asked(opened, monkeypatch):
    library = opened()

    def killed(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("rag.upkeep.Upkeep._build_dense", killed)
        with pytest.raises(KeyboardInterrupt):
            library.repair()
    library.close()
    library = opened()
    assert library.search("heron number 2")[0].passage.path.endswith("f2.txt")
    assert library._parts.dense.count() == library._parts.passages.count()


def test_whoever_reads_sees_the_old_or_the_new_library(opened):
    library = opened()
    other = sqlite3.connect(library.path / "library.sqlite", isolation_level=None)
    count = "SELECT count(*), max(length(vector)) FROM passages"
    other.execute("BEGIN")
    before = other.execute(count).fetchone()
    library.repair()
    assert other.execute(count).fetchone() == before
    other.execute("COMMIT")
    assert other.execute(count).fetchone() == (before[0], 192)
    other.close()


def test_a_copy_can_be_asked_as_it_is_only_where_its_embedder_is_at_hand(opened, tmp_path):
    library = opened()
    assert library.differences() == ("embedder 'fake', now 'wider'",)
    with pytest.raises(LibraryMismatch, match="'fake', which is not at hand"):
        library.copy_to(tmp_path / "copy", as_it_is=True)
    assert not (tmp_path / "copy").exists()
    library.copy_to(tmp_path / "copy")
    copy = make_library(tmp_path / "copy", None, identity="wider")
    assert copy.differences() == library.differences()
    copy.repair()
    assert copy.differences() == ()
    assert copy.search("heron number 3")[0].passage.path.endswith("f3.txt")
    copy.close()
    assert vector_bytes(library.path / "library.sqlite") == {128}


@pytest.mark.model
def test_an_upgrade_is_compared_on_the_users_questions_before_it_is_taken_over(tmp_path, capsys):
    folder = write_files(tmp_path / "docs", town="Ida Holm keeps the mill. The mill was built in 1871. " * 8)
    library = open_library(folder, at=tmp_path / "lib")
    library.sync()
    judged = Judgement("Who keeps the mill?", "nobody", right_answer="Ida Holm")
    keep_question(library.path, judged, [("town.txt", library.documents()[0].text)])
    library.close()
    command = ["upgrade", str(tmp_path / "lib"), "--out", str(tmp_path / "run")]
    assert main(command) == 0
    assert "nothing to compare" in capsys.readouterr().out
    assert main([*command, "--setting", "passage_tokens=40"]) == 0
    told = capsys.readouterr().out
    assert "1 questions. Made with splitter" in told
    assert "accuracy" in told
    assert f"footnote repair --library {tmp_path / 'lib'}" in told
    n_passages = []
    for name in ("lib", "run/before/library", "run/after/library"):
        with sqlite3.connect(tmp_path / name / "library.sqlite") as connection:
            n_passages += connection.execute("SELECT count(*) FROM passages").fetchone()
    assert n_passages[0] == n_passages[1] < n_passages[2]
