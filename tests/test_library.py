import multiprocessing
import os
import re
import sqlite3
from pathlib import Path

import pytest

from rag.corpus.glance import glance
from rag.errors import (
    LibraryDamaged,
    LibraryEmpty,
    LibraryError,
    LibraryLocked,
    LibraryMismatch,
    QuestionError,
    SourceError,
)
from tests.fakes import FakeModel, make_library, write_files

APPLES = "The orchard at Hilltop grew forty sorts of apples. Mary Quill kept the register of apples until spring."
BOATS = "The harbour holds nine boats. The ferry Kestrel sails to the island on Sundays."


@pytest.fixture
def folder(tmp_path):
    return write_files(tmp_path / "docs", apples=APPLES, boats=BOATS)


@pytest.fixture
def library(tmp_path, folder):
    found = make_library(tmp_path / ".footnote/docs", folder)
    yield found
    found.close()


def held(library):
    """The ids in each of the three stores: passages, terms, vectors."""
    rows = library._parts.database.rows
    with library._parts.dense._opened() as collection:
        dense = set(collection.get(include=[])["ids"])
    passages = {i for (i,) in rows("SELECT passage_id FROM passages")}
    terms = {i for (i,) in rows("SELECT passage_id FROM passages WHERE rowid IN (SELECT id FROM terms_docsize)")}
    return passages, terms, dense


def test_a_first_sync_adds_every_file_and_a_second_one_does_nothing(library):
    assert [(s.change, s.done, s.total) for s in library.sync()] == [("added", 1, 2), ("added", 2, 2)]
    assert library.sync() == ()
    assert [s.change for s in library.sync_steps()] == ["unchanged", "unchanged"]
    passages, terms, dense = held(library)
    assert passages == terms == dense
    assert len(passages) == 2


def test_what_is_indexed_can_be_found_and_is_where_it_says(library):
    library.sync()
    hit = library.search("ferry to the island")[0]
    assert hit.passage.path.endswith("boats.txt")
    assert (hit.rank, set(hit.ranks)) == (1, {"dense", "lexical"})
    document = library.document(hit.passage.doc_id)
    assert document.text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_a_search_tells_every_copy_but_copies_do_not_crowd_others_out_of_an_answer(library, folder):
    story = (folder / "boats.txt").read_text()
    for n in range(20):
        (folder / f"copy-{n:02d}.txt").write_text(f"{story}\n\nShared {'again ' * (n + 1)}by a reader.\n")
    library.sync()
    assert len({hit.passage.path for hit in library.search("ferry to the island", 20)}) == 20
    (answer,) = list(library.stream("ferry to the island"))[-1:]
    assert any(hit.passage.path.endswith("apples.txt") for hit in answer.hits)
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))


def test_changed_new_and_deleted_files_are_followed(library, folder):
    library.sync()
    (folder / "boats.txt").write_text("The harbour is dry. " * 200)
    (folder / "apples.txt").unlink()
    (folder / "new.md").write_text("# Bees\n\nEleven hives stand by the wall.")
    assert sorted(s.change for s in library.sync()) == ["added", "changed", "removed"]
    assert not any(APPLES in d.text for d in library.documents())
    assert not any("Quill" in hit.passage.text for hit in library.search("Mary Quill register apples", 20))
    passages, terms, dense = held(library)
    assert passages == terms == dense


def test_a_shorter_version_leaves_nothing_of_the_longer_one(library, folder):
    (folder / "boats.txt").write_text("The harbour is dry. " * 400)
    library.sync()
    before = len(held(library)[2])
    (folder / "boats.txt").write_text("Short.")
    library.sync()
    passages, terms, dense = held(library)
    assert passages == terms == dense
    assert len(dense) < before


def test_a_touched_file_is_not_indexed_again(library, folder):
    library.sync()
    os.utime(folder / "boats.txt", ns=(1, 1))
    assert library.sync() == ()


def test_one_bad_file_never_stops_the_rest_and_is_told(library, folder):
    (folder / "broken.txt").write_bytes(bytes(range(256)) * 9)
    (folder / "paper.pdf").write_bytes(b"%PDF-1.4")
    (folder / "empty.md").write_text("  ")
    library.sync()
    told = {Path(f.path).name: (f.verdict, f.coverage, bool(f.reason)) for f in library.status()}
    assert told["apples.txt"] == ("indexed", 1.0, False)
    assert {name for name, (verdict, _, reason) in told.items() if verdict == "refused" and reason} == {
        "broken.txt",
        "paper.pdf",
        "empty.md",
    }


def test_a_sync_stopped_in_the_middle_keeps_what_was_done_and_goes_on(library, folder):
    for n in range(30):
        (folder / f"more{n:02}.txt").write_text(f"Paragraph {n}. " * 400)
    steps = library.sync_steps()
    done = [next(steps).path for _ in range(3)]
    steps.close()
    assert set(done) <= {d.path for d in library.documents()}
    left = library.sync()
    assert not set(done) & {s.path for s in left}
    passages, terms, dense = held(library)
    assert passages == terms == dense
    assert len(library.documents()) == 32


def test_an_empty_folder_and_one_without_readable_files_are_told_apart(tmp_path):
    empty = make_library(tmp_path / "a", write_files(tmp_path / "empty"))
    empty.sync()
    with pytest.raises(LibraryEmpty, match="no documents yet"):
        empty.ask("Anything?")
    (tmp_path / "pdfs").mkdir()
    (tmp_path / "pdfs/x.pdf").write_bytes(b"%PDF")
    unread = make_library(tmp_path / "b", tmp_path / "pdfs")
    unread.sync()
    with pytest.raises(LibraryEmpty, match=r"None of the 1 files.*\.pdf"):
        unread.ask("Anything?")
    empty.close()
    unread.close()


def test_a_source_that_is_not_there_or_not_followed_is_an_error(library, tmp_path):
    with pytest.raises(SourceError, match="no file or folder"):
        library.add(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="does not follow"):
        library.remove(tmp_path)


@pytest.mark.parametrize(
    ("question", "words"),
    [("", "empty"), (" \n", "empty"), ("x" * 100_000, "100,000"), ("caf\udce9 hives", r"no UTF-8 text: 'caf.+hives'")],
)
def test_a_question_that_cannot_be_asked_is_refused(library, question, words):
    library.sync()
    with pytest.raises(QuestionError, match=words):
        library.ask(question)


@pytest.mark.parametrize(
    "question", ["何人の住民がいますか", "؟ كم عدد", '"AND" OR NOT (', "apples* NEAR/3 'x", "\x00"]
)
def test_any_script_and_any_operator_is_an_ordinary_question(library, question):
    library.sync()
    assert library.ask(question).outcome in ("answered", "quoted", "abstained")


def test_a_library_made_another_way_says_so_and_repair_mends_it(library, folder, tmp_path):
    library.sync()
    library.close()
    other = make_library(tmp_path / ".footnote/docs", folder, identity="another")
    for act in (lambda: other.ask("ferry"), other.sync):
        with pytest.raises(LibraryMismatch, match=r"'fake', now 'another'.*footnote repair"):
            act()
    assert "2 documents" in other.repair()
    assert other.search("ferry to the island")[0].passage.path.endswith("boats.txt")
    other.close()


def test_a_library_that_was_split_otherwise_is_asked_as_it_is_until_it_is_repaired(library, folder):
    library.sync()
    now = library._parts.identity["splitter"]
    library._parts.store.set_facts({"splitter": "older"})
    assert "ferry" in library.ask("Where does the ferry sail?").prompt.hits[0].passage.text
    (folder / "new.txt").write_text("The new lamp is green.")
    with pytest.raises(LibraryMismatch, match=r"'older', now .*footnote repair.*answered as before"):
        library.sync()
    library.repair()
    assert library._parts.store.facts()["splitter"] == now
    library.sync()
    assert library.search("green lamp")[0].passage.path.endswith("new.txt")


def test_a_lost_dense_index_is_made_again_from_the_documents(library):
    library.sync()
    expected = [hit.passage.passage_id for hit in library.search("ferry")]
    library._parts.dense.clear()
    library._upkeep._ready = False
    assert [hit.passage.passage_id for hit in library.search("ferry")] == expected


def test_a_damaged_file_is_told_and_left_as_it_is(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/library.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(LibraryDamaged, match="left as it is"):
        make_library(tmp_path / "lib", None)


def _hold(folder, source, held_event, done_event):
    library = make_library(folder, source)
    steps = library.sync_steps()
    next(steps)
    held_event.set()
    done_event.wait(30)
    steps.close()
    library.close()


def test_a_second_writing_process_is_refused_and_a_reading_one_answers(library, folder):
    library.sync()
    (folder / "new.txt").write_text("A heron nests under the bridge.")
    context = multiprocessing.get_context("spawn")
    held_event, done_event = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(library.path, folder, held_event, done_event))
    other.start()
    try:
        assert held_event.wait(60)
        with pytest.raises(LibraryLocked, match=f"process {other.pid}"):
            library.sync()
        assert library.search("ferry")[0].passage.path.endswith("boats.txt")
        library._parts.passages.mark_all_pending()
        library._upkeep._ready = False
        assert library.search("ferry"), "what the other process has to bring in step keeps nobody waiting"
    finally:
        done_event.set()
        other.join(30)
    assert other.exitcode == 0
    library.sync()
    assert any(hit.passage.path.endswith("new.txt") for hit in library.search("heron nests bridge"))


def test_the_store_is_in_wal_mode_and_keeps_unit_vectors(library):
    library.sync()
    with sqlite3.connect(library.path / "library.sqlite") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    ids = [hit.passage.passage_id for hit in library.search("ferry")]
    for _, _, vector in library._parts.passages.vectors(ids):
        assert abs(float(vector @ vector) - 1) < 1e-2


def test_equal_documents_have_one_fingerprint_wherever_they_lie(library, tmp_path):
    library.sync()
    twin = make_library(tmp_path / "x/.footnote/d", write_files(tmp_path / "x/d", apples=APPLES, boats=BOATS))
    twin.sync()
    assert twin.fingerprint() == library.fingerprint()
    twin.close()


def test_follow_ups_lean_on_what_was_said(tmp_path, folder):
    library = make_library(tmp_path / "lib", folder, model=FakeModel())
    library.sync()
    answer = library.ask("When does it sail?", history=[("Where does the ferry Kestrel go?", "To the island. [1]")])
    assert "Kestrel" in answer.prompt.query.text
    assert answer.prompt.question == "When does it sail?"
    library.close()


def test_only_some_documents_are_searched_when_asked(tmp_path):
    texts = {"one": "The gate is green and tall.", "two": "The gate is blue and low.", "three": "The gate is red."}
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", **texts))
    library.sync()
    wanted = [d.doc_id for d in library.documents() if Path(d.path).stem != "two"]
    found = {hit.passage.doc_id for hit in library.search("What colour is the gate?", only=wanted)}
    assert found == set(wanted)
    library.close()


def test_a_query_can_be_given_in_place_of_the_one_that_would_be_made(tmp_path):
    library = make_library(
        tmp_path / "lib", write_files(tmp_path / "docs", one="The gate is green.", two="A dull pond.")
    )
    library.sync()
    answer = library.ask("And what about it?", query="gate green")
    assert answer.prompt.query.text == "gate green"
    assert answer.question == "And what about it?"
    library.close()


def test_a_glance_counts_what_can_be_asked_and_changes_nothing(library, folder):
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4")
    library.sync()
    assert glance(library.path) == (2, (folder,))
    library.close()
    before = {path.name: path.stat().st_mtime_ns for path in library.path.glob("*.sqlite")}
    assert glance(library.path) == (2, (folder,))
    assert {path.name: path.stat().st_mtime_ns for path in library.path.glob("*.sqlite")} == before


def test_a_glance_at_what_is_no_library_is_an_error(tmp_path):
    with pytest.raises(LibraryError, match="cannot be"):
        glance(tmp_path)
    (tmp_path / "library.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(LibraryDamaged, match="damaged"):
        glance(tmp_path)


@pytest.mark.parametrize(
    ("more", "named"),
    [({"k": -1}, "k is -1"), ({"k": "3"}, "k is '3'"), ({"only": "abc"}, "only is 'abc'"), ({"history": "x"}, "history is 'x'"),
     ({"history": [{"role": "user", "content": "x"}]}, "history is {'role'"), ({"history": [("a", None)]}, "both text")],
)  # fmt: skip
def test_what_can_be_no_search_is_refused_in_a_sentence(library, more, named):
    library.sync()
    with pytest.raises(QuestionError, match=re.escape(named)):
        library.search("Who kept the register?", **more)
    assert library.search("Who kept the register?", history=[["Who?", "Mary."]])
