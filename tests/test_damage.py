"""A library's file whose bytes were overwritten: it is told, or makes no difference; and it stays as it is."""

import random
import shutil
import sqlite3
import time

import pytest

from rag.corpus import whole
from rag.corpus.lock import write_lock
from rag.corpus.seals import broken_seal
from rag.errors import LibraryDamaged
from tests.documents import eml
from tests.fakes import make_library, write_files

QUESTIONS = [f"What of the heron number {n}?" for n in (3, 17, 29)]
PAGE = 4096


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A library that was closed, and what it answers."""
    base = tmp_path_factory.mktemp("sound")
    birds = {
        f"f{n:02}__md": f"# Bird {n}\n\n## Of herons\n\n" + f"The heron number {n} stands in pond {n * n}. " * 40
        for n in range(30)
    }
    folder = write_files(base / "docs", **birds, long="\n\n".join(f"Line {n} of the crow." for n in range(2000)))
    library = make_library(base / "lib/.footnote/docs", folder)
    library.sync()
    told = _told(library)
    library.close()
    return base, told


def _told(library):
    answers = [library.ask(question) for question in QUESTIONS]
    found = [[(hit.passage, round(hit.score, 6)) for hit in library.search(question, 3)] for question in QUESTIONS]
    return [(a.text, a.outcome, a.citations) for a in answers], found


def _copy(base, tmp_path):
    """Another library of the same documents, which it sees from the same place, left as the first was."""
    folder = base / tmp_path.name
    shutil.copytree(base / "lib", folder)
    file = folder / ".footnote/docs/library.sqlite"
    whole.mark_left(file)
    return file


def _overwrite(file, seed):
    """Overwrite a page at random, or a stretch of one, as a failing disk or a stray program does."""
    chance = random.Random(seed)
    n_pages = file.stat().st_size // PAGE
    page, how = chance.randrange(n_pages), seed % 4
    with file.open("r+b") as opened:
        if how == 0:
            at, raw = page * PAGE, chance.randbytes(PAGE)
        elif how == 1:
            at, raw = page * PAGE, bytes(PAGE)
        elif how == 2:
            opened.seek(chance.randrange(n_pages) * PAGE)
            at, raw = page * PAGE, opened.read(PAGE)
        else:
            at, raw = page * PAGE + chance.randrange(PAGE - 200), chance.randbytes(200)
        opened.seek(at)
        opened.write(raw)


@pytest.mark.parametrize("seed", range(40))
def test_an_overwritten_page_is_told_or_makes_no_difference(sound, tmp_path, seed):
    base, told = sound
    file = _copy(base, tmp_path)
    _overwrite(file, seed)
    before = file.read_bytes()
    try:
        library = make_library(file.parent, None)
    except LibraryDamaged as error:
        said = str(error)
    else:
        said = ""
        assert _told(library) == told
        assert library.sync() == ()
        assert _told(library) == told
        library.close()
    assert not said or ("left as it is" in said and file.read_bytes() == before)


def test_words_exchanged_in_the_file_are_never_cited(sound, tmp_path):
    base, _ = sound
    file = _copy(base, tmp_path)
    changed = file.read_bytes().replace(b"heron number 17 stands", b"heron number 17 drowns")
    file.write_bytes(changed)
    with pytest.raises(LibraryDamaged, match=r"not what was read.*left as it is"):
        make_library(file.parent, None)
    assert file.read_bytes() == changed


def test_words_exchanged_while_nobody_could_notice_are_never_cited_either(sound, tmp_path):
    base, _ = sound
    file = _copy(base, tmp_path)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE passages SET body = replace(body, 'stands', 'drowns') WHERE body LIKE '%number 17%'")
        connection.execute(
            "UPDATE documents SET text = replace(text, 'stands', 'drowns') WHERE text LIKE '%number 17%'"
        )
    connection.close()
    whole.mark_left(file)
    library = make_library(file.parent, None)
    with pytest.raises(LibraryDamaged, match="not what was read"):
        library.ask(QUESTIONS[1])
    library.close()


def test_an_index_of_words_that_is_wrong_is_made_again_and_the_file_kept(sound, tmp_path, caplog):
    base, told = sound
    file = _copy(base, tmp_path)
    with sqlite3.connect(file) as connection:
        connection.execute("INSERT INTO terms (terms, rowid, head, headings, body)"
                           " SELECT 'delete', rowid, head, headings, body FROM passages WHERE rowid % 2")  # fmt: skip
    connection.close()
    before = file.stat().st_size
    library = make_library(file.parent, None)
    assert "was damaged and is made again" in caplog.text
    assert _told(library) == told
    assert not library._parts.database.check()
    kept = file.with_name("library.damaged.sqlite")
    assert kept.stat().st_size == before
    library.close()
    library = make_library(file.parent, None)
    library.drop_old()
    assert not kept.exists()
    library.close()


@pytest.fixture
def looked(monkeypatch):
    """How often a library's file was looked through."""
    times = []
    real = whole.check_whole
    monkeypatch.setattr("rag.corpus.database.check_whole", lambda path: times.append(path) or real(path))
    return times


def test_a_file_that_is_as_it_was_left_is_not_looked_through(sound, tmp_path, looked):
    base, _ = sound
    file = _copy(base, tmp_path)
    for act in (
        lambda library: library.search("heron"),
        lambda library: library.add(base / "docs"),
        lambda library: library.sync(),
    ):
        library = make_library(file.parent, None)
        act(library)
        library.close()
        assert not looked
    library = make_library(file.parent, None)
    library.sync()
    other = make_library(file.parent, None)
    other.search("heron")
    other.close()
    library.close()
    make_library(file.parent, None).close()
    assert not looked, "two may have it open"
    file.touch()
    make_library(file.parent, None).close()
    make_library(file.parent, None).close()
    assert looked == [file], "once looked through, it is known"


def test_a_file_that_was_overwritten_while_it_was_open_is_not_written(sound, tmp_path):
    base, _ = sound
    file = _copy(base, tmp_path)
    library = make_library(file.parent, None)
    changed = file.read_bytes().replace(b"heron number 17 stands", b"heron number 17 drowns")
    time.sleep(0.01)
    with file.open("r+b") as opened:
        opened.write(changed)
    with pytest.raises(LibraryDamaged, match="not what was read"):
        library.add(base / "docs")
    library.close()
    assert file.read_bytes() == changed


def test_documents_that_were_copied_moved_or_split_anew_are_sealed_as_they_are_now(tmp_path):
    folder = write_files(tmp_path / "a/docs", one="The heron stands.", two="The crow sits.")
    (folder / "m.eml").write_bytes(eml("The lantern hangs.", attached=[("inner.txt", b"The oar is long.")]))
    library = make_library(tmp_path / "a/.footnote/docs", folder)
    library.sync()
    shutil.copy(folder / "one.txt", folder / "copy.txt")
    shutil.copy(folder / "m.eml", folder / "n.eml")
    library.sync()
    library.close()
    (tmp_path / "a").rename(tmp_path / "b")
    library = make_library(tmp_path / "b/.footnote/docs", tmp_path / "b/docs")
    library._parts.store.set_source(folder, present=False)
    assert library.sync() == ()
    library.close()
    library = make_library(tmp_path / "b/.footnote/docs", None, identity="another")
    library.repair()
    assert len(library.search("heron crow lantern oar", 20)) == 7
    rows = library._parts.database.rows
    assert len(rows("SELECT 1 FROM seals")) == 7
    assert not broken_seal(library._parts.database.connection())
    library.close()


@pytest.mark.parametrize("change", ["other words", "another document"])
def test_an_older_file_brought_back_beside_a_newer_dense_index_is_noticed(tmp_path, change):
    folder = write_files(tmp_path / "docs", a="The heron stands.", b="The crow sits.")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    library.close()
    file = tmp_path / "lib/library.sqlite"
    shutil.copy(file, tmp_path / "copy")
    if change == "other words":
        write_files(folder, b="An oar of ash lies in the boat.")
    else:
        (folder / "b.txt").unlink()
        write_files(folder, c="An oar of ash lies in the boat.")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    library.close()
    shutil.copy(tmp_path / "copy", file)
    library = make_library(tmp_path / "lib", None)
    hit = library.search("crow sits")[0]
    assert hit.passage.text == "The crow sits."
    assert hit.scores["dense"] > 0.5, "its vector is that of its words"
    library.close()


def test_a_file_that_another_is_writing_is_not_looked_through_at_every_question(sound, tmp_path, looked):
    base, _ = sound
    file = _copy(base, tmp_path)
    file.touch()
    with write_lock(file.parent):
        library = make_library(file.parent, None)
        assert library.search("heron number 3")
        library.close()
    assert not looked
    make_library(file.parent, None).close()
    assert looked == [file]
