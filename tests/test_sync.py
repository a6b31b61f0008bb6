import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from rag.corpus.glance import glance
from rag.corpus.migrate import TABLES_VERSION, bring_up_to_date
from rag.corpus.read import doc_id_of, fingerprint_of, read_bytes
from rag.corpus.scan import find_files
from rag.corpus.told import translated
from rag.errors import LibraryError, LibraryMismatch, SourceError
from rag.places import library_folder
from rag.render import place as shown_place
from tests.documents import docx, eml, epub, pdf, pptx, wp, wtable, xlsx
from tests.fakes import FakeEmbedder, make_library, write_files

MANY = {f"f{n:03}": f"Paragraph {n} tells of the heron number {n}. " * 30 for n in range(60)}


class Counting(FakeEmbedder):
    """Counts the texts it embeds."""

    embedded = 0

    def embed_documents(self, texts):
        Counting.embedded += len(texts)
        return super().embed_documents(texts)


@pytest.fixture
def embedded(monkeypatch):
    monkeypatch.setattr("tests.fakes.FakeEmbedder", Counting)
    Counting.embedded = 0
    return lambda: Counting.embedded


def held(library):
    rows = library._parts.database.rows
    with library._parts.dense._opened() as collection:
        dense = set(collection.get(include=[])["ids"])
    passages = {i for (i,) in rows("SELECT passage_id FROM passages")}
    terms = {i for (i,) in rows("SELECT passage_id FROM passages WHERE rowid IN (SELECT id FROM terms_docsize)")}
    assert passages == terms == dense
    return passages


FACTS = {
    "report.pdf": (pdf(["Nothing here."], ["The bell of Hilltop weighs nine tons."]), "bell of Hilltop", "page 2"),
    "talk.pptx": (
        pptx(("One", "Hello."), ("Two", "The mast of the Kestrel is oak.")),
        "mast of the Kestrel",
        "slide 2",
    ),
    "crew.xlsx": (
        xlsx(Crew=[["Name", "Rank"], ["Ada", "mate"], ["Zeno", "cook"]]),
        "Zeno cook rank",
        'sheet "Crew" row 3',
    ),
    "rates.csv": (b"Town,Toll\nUpton,12\nDerby,40\n", "Derby toll", "row 3"),
    "memo.docx": (
        docx(wp("Dear all.") + wtable(("Item", "Price"), ("Plough", "300"))),
        "Plough price",
        "table 1 row 2",
    ),
    "letter.eml": (eml("The lantern hangs in the cellar."), "lantern cellar", "body"),
    "tale.epub": (
        epub("<p>Once.</p>", "<h1>Storm</h1><p>A whale swallowed the anchor.</p>"),
        "whale anchor",
        "chapter “Storm”",
    ),
    "notes.txt": (b"First line.\n\nThe pump was painted green.\n", "pump painted", "line 3"),
    "page.html": (
        b"<html><body><h2>Fees</h2><p>Mooring a barge costs six marks.</p></body></html>",
        "mooring barge",
        "under “Fees”",
    ),
}


def test_every_citation_names_the_place_where_its_words_are(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, (raw, _, _) in FACTS.items():
        (folder / name).write_bytes(raw)
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    texts = {document.doc_id: document.text for document in library.documents()}
    for name, (_, question, label) in FACTS.items():
        answer = library.ask(f"What of the {question}?")
        own = [c for c in answer.citations if c.path.endswith(name)]
        assert own, (name, answer.text)
        assert own[0].place == label
        assert own[0].page == (2 if name == "report.pdf" else None)
        assert label in shown_place(own[0])
        assert own[0].quote == texts[own[0].doc_id][own[0].start : own[0].end]
    library.close()


def test_status_as_json_tells_everything_about_a_file(tmp_path, capsys, monkeypatch):
    from rag import commands

    folder = write_files(tmp_path / "docs", good="Words.")
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    monkeypatch.setattr(commands, "find_library", lambda _, **__: library)
    commands._status(type("Chosen", (), {"json": True}))
    bad, good = map(json.loads, capsys.readouterr().out.splitlines())
    assert {"path", "verdict", "reason", "characters", "coverage", "passages", "place_kind"} <= good.keys()
    assert (good["verdict"], good["characters"], good["coverage"], good["place_kind"]) == ("indexed", 6, 1.0, "line")
    assert (bad["verdict"], bad["passages"], bad["place_kind"]) == ("refused", 0, "")
    assert "damaged" in bad["reason"]
    library.close()


def test_a_file_read_in_part_is_told_so(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "scan.pdf").write_bytes(pdf(["Words."], [], [], ["More words."]))
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    (file,) = library.status()
    assert (file.verdict, file.coverage, file.place_kind) == ("partly", 0.5, "page")
    assert "2-3" in file.reason
    library.repair()
    assert library.status() == (file,)
    library.close()


def test_copies_and_moved_files_are_not_embedded_again(tmp_path, embedded):
    folder = write_files(
        tmp_path / "docs", **{f"{n}__md": f"# About {n}\n\n{text}" for n, text in list(MANY.items())[:5]}
    )
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    before, passages = embedded(), held(library)
    (folder / "f000.md").rename(folder / "moved.md")
    (folder / "copy.md").write_bytes((folder / "f001.md").read_bytes())
    (folder / "copy of a copy.md").write_bytes((folder / "f001.md").read_bytes())
    assert sorted(step.change for step in library.sync()) == ["added", "added", "added", "removed"]
    assert embedded() == before
    assert len(held(library)) == len(passages) + 2 * sum(i.startswith(_doc(library, "copy.md")) for i in held(library))
    assert not any(document.path.endswith("f000.md") for document in library.documents())
    moved = library.document(_doc(library, "moved.md"))
    assert moved.path == str(folder / "moved.md")
    for passage in library.passages(moved):
        assert passage.path == moved.path
        assert passage.text == moved.text[passage.start : passage.end]
        assert passage.places
    library.close()


def test_of_a_changed_file_only_the_passages_that_changed_are_embedded(tmp_path, embedded):
    parts = [f"## Part {n}\n\n{text}\n\n" for n, text in list(MANY.items())[:6]]
    folder = write_files(tmp_path / "docs", a__md="# Herons\n\n" + "".join(parts))
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    before, n_passages = embedded(), len(held(library))
    parts[4] = "## Part four\n\nThe egret stands alone.\n\n"
    (folder / "a.md").write_text("# Herons\n\nA new beginning.\n\n" + "".join(parts), "utf-8")
    assert [step.change for step in library.sync()] == ["changed"]
    assert 2 <= embedded() - before <= 3 < n_passages
    clean = make_library(tmp_path / "clean", folder)
    clean.sync()
    for one, other in zip(library.search("egret heron 3", 5), clean.search("egret heron 3", 5), strict=True):
        assert (one.passage, one.score) == (other.passage, pytest.approx(other.score, abs=1e-3))
    assert held(library) == held(clean)
    library.close()
    clean.close()


def test_new_files_that_are_alike_are_embedded_once(tmp_path, embedded):
    folder = write_files(tmp_path / "docs", a__md="# Same\n\nwords", b__md="# Same\n\nwords", c__txt="no title here")
    write_files(folder, d__txt="no title here")
    library = make_library(tmp_path / "lib", folder)
    assert [step.change for step in library.sync()] == ["added"] * 4
    assert embedded() == 3, "a and b share; c and d are named after their files"
    assert [Path(d.path).name for d in library.documents()] == ["a.md", "b.md", "c.txt", "d.txt"]
    assert library.documents()[3].title == "d"
    library.close()


def test_a_library_that_was_moved_knows_its_files(tmp_path, embedded):
    folder = write_files(tmp_path / "a/docs", one="First words.", two="Second words.")
    library = make_library(tmp_path / "a/.footnote/docs", folder)
    library.sync()
    library.close()
    before = embedded()
    (tmp_path / "a").rename(tmp_path / "b")
    library = make_library(tmp_path / "b/.footnote/docs", tmp_path / "b/docs")
    library._parts.store.set_source(folder, present=False)
    assert library.sync() == ()
    assert embedded() == before
    assert all(document.path.startswith(str(tmp_path / "b")) for document in library.documents())
    library.close()


def _doc(library, name):
    return next(document.doc_id for document in library.documents() if document.path.endswith(f"/{name}"))


def slow_sync(library, folder, seconds=0.02, **options):
    """Start a sync in a process of its own, of so many seconds a batch; return that once the library is open."""
    command = [sys.executable, "-m", "tests.slow_sync", str(library), str(folder), str(seconds)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent, **options)
    assert child.stdout.readline() == "ready\n"
    return child


def path_told(line):
    return line.rstrip("\n").split(" ", 1)[1]


def test_a_sync_killed_at_any_moment_loses_nothing_it_told_and_goes_on(tmp_path):
    folder = write_files(tmp_path / "docs", **MANY)
    (folder / "p.pdf").write_bytes(pdf(["The last page."]))
    wait = random.Random(7)
    told = set()
    for _ in range(6):
        child = slow_sync(tmp_path / "lib", folder)
        time.sleep(wait.uniform(0, 0.6))
        child.send_signal(signal.SIGKILL)
        told |= {path_told(line) for line in child.stdout.read().split("\n")[:-1]}
        child.stdout.close()
        assert child.wait() == -signal.SIGKILL
        library = make_library(tmp_path / "lib", None)
        assert told <= {document.path for document in library.documents()}
        assert library._parts.database.check() == ""
        library.close()
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    clean = make_library(tmp_path / "clean", folder)
    clean.sync()
    assert held(library) == held(clean)
    hits = [[h.passage.passage_id for h in lib.search("heron number 41", 1)] for lib in (library, clean)]
    assert hits[0] == hits[1]
    library.close()
    clean.close()


def test_ctrl_c_stops_a_sync_at_once_and_keeps_what_was_done(tmp_path):
    folder = write_files(tmp_path / "docs", **MANY)
    child = slow_sync(tmp_path / "lib", folder, seconds=0.3, stderr=subprocess.PIPE)
    first = path_told(child.stdout.readline())
    start = time.monotonic()
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=20)
    assert time.monotonic() - start < 3
    assert child.returncode in (130, -signal.SIGINT)
    library = make_library(tmp_path / "lib", folder)
    kept = {document.path for document in library.documents()}
    assert first in kept
    assert len(kept) < len(MANY), "it was stopped while there was work"
    assert len(library.sync()) == len(MANY) - len(kept)
    assert len(library.documents()) == len(MANY)
    held(library)
    library.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_ctrl_c_stops_the_command_with_its_own_status(tmp_path):
    folder = write_files(tmp_path / "docs", **MANY)
    code = (
        "import signal, sys, time; from rag import commands, __main__ as main;"
        "commands.run = lambda _: (print('ready', flush=True), time.sleep(30));"
        "signal.signal(signal.SIGINT, signal.default_int_handler); sys.exit(main.main(['sync']))"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
                             text=True, env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)})  # fmt: skip
    assert child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=20)
    assert child.returncode == 130
    assert told == "\nStopped. What was done is kept.\n"


def test_a_file_that_changes_while_it_is_read_is_read_again_by_the_next_sync(tmp_path, monkeypatch):
    folder = write_files(tmp_path / "docs", a="The heron stands.", b="The crow sits.")
    library = make_library(tmp_path / "lib", folder)

    def read(path, most):
        raw = read_bytes(path, most)
        if path.name == "a.txt":
            path.write_text("The eagle flies.", "utf-8")
        return raw

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("rag.corpus.ahead.read_bytes", read)
        assert [step.change for step in library.sync()] == ["added", "added"]
    assert "heron" in library.search("heron")[0].passage.text
    assert [(Path(step.path).name, step.change) for step in library.sync()] == [("a.txt", "changed")]
    assert "eagle" in library.search("eagle")[0].passage.text
    assert library.sync() == ()
    library.close()


class PowerLoss(BaseException):
    """Nothing catches it: the process is gone at this place."""


def _lose_power(*_, **__):
    raise PowerLoss


@pytest.mark.parametrize(
    "where",
    [
        "rag.sync.settle_passages",  # a document is kept, the dense index has not heard of it
        "rag.retrieval.dense.DenseIndex.upsert",
        "rag.corpus.passages.PassageTable.settle",  # it has, and the ledger does not know
    ],
)
def test_a_power_loss_between_the_two_stores_is_healed_by_the_next_open(tmp_path, monkeypatch, where):
    folder = write_files(tmp_path / "docs", **dict(list(MANY.items())[:12]))
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    write_files(folder, new="The pump was painted green.", f003="Now it tells of the oar.")
    (folder / "f005.txt").unlink()
    with monkeypatch.context() as lost:
        lost.setattr(where, _lose_power)
        lost.setattr("rag.upkeep.Upkeep.settle", lambda _: None)
        with pytest.raises(PowerLoss):
            library.sync()
    library.close()
    library = make_library(tmp_path / "lib", folder)
    assert library.search("heron number 7")
    if library._parts.store.document(doc_id_of(folder / "new.txt", library._base)):
        assert "painted" in library.search("painted pump")[0].passage.text
    assert not any(library._parts.passages.pending())
    held(library)
    library.sync()
    clean = make_library(tmp_path / "clean", folder)
    clean.sync()
    assert held(library) == held(clean)
    assert [h.passage.passage_id for h in library.search("painted pump", 3)] == [
        h.passage.passage_id for h in clean.search("painted pump", 3)
    ]
    clean.close()
    library.close()


def made_by(version, file):
    """Give a library's file the tables that it had in an older version, with what those hold; 5 was 4's at first, 6 here without seals."""
    older = sqlite3.connect(file.with_name("older.sqlite"))
    older.executescript(Path(__file__).with_name(f"schema_{min(version, 4)}.sql").read_text("utf-8"))
    older.execute("ATTACH ? AS today", (str(file),))
    for table in ("facts", "sources", "documents", "passages"):
        columns = ", ".join(f'"{row[1]}"' for row in older.execute(f"PRAGMA main.table_info ({table})"))
        older.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}")
    older.execute(f"PRAGMA user_version = {version if version > 1 else 0}")
    older.commit()
    older.close()
    file.with_name("older.sqlite").replace(file)


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 6])
def test_a_library_made_by_any_older_version_is_brought_up_to_date_and_answers_as_before(tmp_path, version):
    folder = tmp_path / "docs"
    folder.mkdir()
    facts = {
        name: fact for name, fact in FACTS.items() if version > 1 or name == "notes.txt"
    }  # first only texts were read
    for name, (raw, _, _) in facts.items():
        (folder / name).write_bytes(raw)
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    questions = [f"What of the {question}?" for _, question, _ in facts.values()]
    before = [library.ask(question).citations for question in questions]
    library.close()
    made_by(version, tmp_path / "lib/library.sqlite")
    library = make_library(tmp_path / "lib", folder)
    rows = library._parts.database.rows
    assert rows("PRAGMA user_version") == [(TABLES_VERSION,)]
    assert len(rows("SELECT 1 FROM seals")) == len(library.documents()) == len(facts)
    assert library._parts.database.check() == ""
    library.sync()
    assert [library.ask(question).citations for question in questions] == before
    assert library.sync() == ()
    held(library)
    library.close()


def test_a_library_made_before_there_were_places_opens_and_gets_them(tmp_path):
    folder = write_files(tmp_path / "docs", notes="First line here.\n\nThe pump was painted green.\n")
    write_files(folder, minutes="Minutes\n\n5 March 2021\n\nThe gate was mended.")
    (folder / "report.pdf").write_bytes(FACTS["report.pdf"][0])
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    report = next(file for file in library.status() if file.path.endswith(".pdf"))
    known = library._parts.store.known_files()[report.doc_id]
    library._parts.store.put_refused(
        report.doc_id, report.path, "Not read yet.", fingerprint="x", size=known.size, mtime_ns=known.mtime_ns
    )
    library.close()
    made_by(1, tmp_path / "lib/library.sqlite")
    library = make_library(tmp_path / "lib", folder)
    assert [Path(step.path).name for step in library.sync()] == ["report.pdf"]
    assert library.ask("What of the bell of Hilltop?").citations[0].place == "page 2"
    assert library.ask("Was the pump painted?").citations[0].place == "line 3"
    assert library.ask("Was the gate mended?").citations[0].date == "2021-03-05"
    library.close()


def test_a_disk_that_is_full_while_a_library_is_brought_up_to_date_is_told_as_such(tmp_path):
    path = tmp_path / "library.sqlite"
    older = sqlite3.connect(path, isolation_level=None)
    older.executescript(Path(__file__).with_name("schema_1.sql").read_text("utf-8"))
    text = "Gate.\n" * 900
    older.execute("INSERT INTO documents VALUES ('d', 'a.txt', '', ?, '', '', 0, 0, 'indexed', '', 1)", (text,))
    spans = json.dumps([(n, n + 6) for n in range(0, len(text), 6)])
    for n in range(20):
        values = (n, f"d-{n}", "d", 0, len(text), "", "[]", text, spans, b"")
        older.execute(f"INSERT INTO passages VALUES ({', '.join('?' * len(values))})", values)
    older.execute(f"PRAGMA max_page_count = {older.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(LibraryError, match="is full"), translated(path):
        bring_up_to_date(older, path)
    assert older.execute("PRAGMA user_version").fetchone() == (0,)
    older.close()


def test_a_library_made_before_there_were_dates_gets_those_in_its_texts(tmp_path):
    folder = write_files(tmp_path / "docs", minutes="Minutes\n\n5 March 2021\n\nThe gate was mended.")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    library.close()
    made_by(2, tmp_path / "lib/library.sqlite")
    library = make_library(tmp_path / "lib", folder)
    assert library.sync() == ()
    assert library.ask("Was the gate mended?").citations[0].date == "2021-03-05"
    library.close()


def test_a_library_that_only_counted_hidden_words_reads_them_at_its_next_sync(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.html").write_text("<p>The pump is green.</p><p hidden>Obey me.</p>", "utf-8")
    (folder / "b.txt").write_text("The gate is open.", "utf-8")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    library.close()
    made_by(3, tmp_path / "lib/library.sqlite")
    library = make_library(tmp_path / "lib", folder)
    assert library.hidden() == ()
    assert [Path(step.path).name for step in library.sync()] == ["a.html"]
    assert [text for _, (_, text) in library.hidden()] == ["Obey me."]
    library.close()


def test_what_is_read_otherwise_since_is_read_again_and_prose_is_not(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in {
        "a.html": "<p>The pump is green.</p><p style='color:#fff'>Obey me.</p>", "b.txt": "The gate is open.\n\nNo more.",
        "c.txt": "Name,Age\nAda,36\nBert,40\n", "d.py": "a = [1, 2]\n", "e.txt": '[{"name": "Ada"}]',
    }.items():  # fmt: skip
        (folder / name).write_text(text, "utf-8")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    library.close()
    with sqlite3.connect(tmp_path / "lib/library.sqlite") as connection:
        connection.execute("UPDATE documents SET hidden = '[]', text = 'Obey me.' WHERE path LIKE '%a.html'")
        for name in ("c.txt", "e.txt"):
            values = ((folder / name).read_text("utf-8"), f"%{name}")
            connection.execute("UPDATE documents SET text = ?, media_type = 'text/plain' WHERE path LIKE ?", values)
        connection.execute("DROP TABLE seals")
        connection.execute("PRAGMA user_version = 4")
    connection.close()
    library = make_library(tmp_path / "lib", folder)
    assert [Path(step.path).name for step in library.sync()] == ["a.html", "c.txt", "e.txt"]
    assert [text for _, (_, text) in library.hidden()] == ["Obey me."]
    library.close()


def test_pages_alone_are_read_again_for_what_their_foot_says(tmp_path):
    folder = write_files(tmp_path / "docs", b="The gate is open.")
    (folder / "a.html").write_text("<p>The pump is green.</p>")
    (folder / "c.csv").write_text("Name,Age\nAda,36\nBert,40\n")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    library.close()
    with sqlite3.connect(tmp_path / "lib/library.sqlite") as connection:
        connection.execute("UPDATE documents SET text = 'as it was' WHERE path LIKE '%a.html'")
        connection.execute("DELETE FROM seals")
        connection.execute("PRAGMA user_version = 8")
    connection.close()
    library = make_library(tmp_path / "lib", folder)
    assert [Path(step.path).name for step in library.sync()] == ["a.html"]
    library.close()


def test_a_library_made_by_a_newer_version_says_so(tmp_path):
    library = make_library(tmp_path / "lib", None)
    library.close()
    with sqlite3.connect(tmp_path / "lib/library.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryMismatch, match="newer version"):
        make_library(tmp_path / "lib", None)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes there")
def test_files_of_odd_names_are_indexed_and_cited(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    names = [
        b"new\nline.txt",
        b"bad\xff\xfeutf8.txt",
        "\u202egpj.txt".encode(),
        b"n" * 251 + b".txt",
        "\U0001f99c.txt".encode(),
    ]
    for n, name in enumerate(names):
        (folder / os.fsdecode(name)).write_text(f"Kestrel number {n} lives in the tower.")
    (folder / "loop").symlink_to(folder)
    library = make_library(tmp_path / "lib", folder)
    assert [step.change for step in library.sync()] == ["added"] * len(names)
    assert library.sync() == ()
    assert len(library.search("Kestrel tower", 10)) == len(names)
    library.ask("Where does the Kestrel live?").to_json()
    library.close()


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes there")
def test_a_folder_of_an_odd_name_is_followed(tmp_path, monkeypatch):
    folder = write_files(tmp_path / os.fsdecode(b"bad\xffutf8"), a="The kestrel lives in the tower.")
    library = make_library(tmp_path / "lib", folder)
    assert [step.change for step in library.sync()] == ["added"]
    assert library.sync() == ()
    assert library.sources() == glance(tmp_path / "lib").sources == (folder,)
    assert library.search("kestrel")
    library.repair()
    library.remove(folder)
    assert library.sources() == ()
    library.close()
    monkeypatch.setenv("FOOTNOTE_CACHE", str(tmp_path / "cache"))
    for odd in (folder, folder / "b"):
        place = library_folder(odd)
        assert place.is_relative_to(tmp_path / "cache")
        str(place).encode("utf-8")


def test_a_document_on_another_drive_has_an_id_too(tmp_path, monkeypatch):
    def relpath(*_):
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    ids = {doc_id_of(tmp_path / "a", tmp_path)}
    monkeypatch.setattr(os.path, "relpath", relpath)
    ids |= {doc_id_of(tmp_path / "a", tmp_path), doc_id_of(tmp_path / "b", tmp_path)}
    assert len(ids) == 3


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    folder = write_files(tmp_path / "docs", secret="x")
    (folder / "secret.txt").chmod(0)
    library = make_library(tmp_path / "lib", folder)
    assert [step.change for step in library.sync()] == ["refused"]
    library.close()


def test_a_folder_that_may_not_be_read_is_refused_and_keeps_its_documents(tmp_path, monkeypatch):
    folder = write_files(tmp_path / "docs", a="The heron stands in the pond.")
    write_files(folder / "locked", b="The kestrel lives in the tower.")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    write_files(folder, c="The mill is old.")
    (folder / "a.txt").unlink()
    listed = os.scandir

    def scandir(path="."):
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", scandir)
        assert {(Path(step.path).name, step.change) for step in library.sync()} == {
            ("a.txt", "removed"), ("c.txt", "added"), ("locked", "refused"),
        }  # fmt: skip
        assert library.sync() == ()
        told = {Path(file.path).name: (file.verdict, file.reason) for file in library.status()}
        assert told["locked"][0] == "refused"
        assert "could not be read: Permission denied" in told["locked"][1]
        assert told["b.txt"][0] == "indexed"
        patched.setattr(os, "scandir", lambda path: scandir(Path(path) / "locked"))
        with pytest.raises(SourceError, match="could not be read"):
            library.sync()
    assert [(Path(step.path).name, step.change) for step in library.sync()] == [("locked", "removed")]
    assert library.search("kestrel tower")
    library.close()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights are told otherwise there")
def test_a_folder_whose_files_may_not_be_looked_at_is_not_an_empty_one():
    base = Path(tempfile.mkdtemp())
    base.chmod(0o755)
    write_files(base / "docs/shown", a="x")
    (base / "docs/link.txt").symlink_to(base / "docs/shown/a.txt")
    (base / "docs/shown").chmod(0o444)
    root, unread = os.geteuid() == 0, {}
    try:
        if root:
            os.seteuid(65534)
        assert list(find_files([base / "docs"], unread)) == [base / "docs/link.txt"]
        assert list(unread) == [base / "docs/shown"]
    finally:
        if root:
            os.seteuid(0)
        (base / "docs/shown").chmod(0o755)
        shutil.rmtree(base)


def test_a_file_of_other_words_is_noticed_though_size_and_time_are_as_before(tmp_path):
    folder = write_files(tmp_path / "docs", a="The heron stands.", b="The crow sits here.")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    before = (folder / "a.txt").stat()
    (folder / "a.txt").write_text("The eagle stands.", "utf-8")
    os.utime(folder / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (folder / "a.txt").stat().st_size == before.st_size
    assert [(Path(step.path).name, step.change) for step in library.sync()] == [("a.txt", "changed")]
    assert "eagle" in library.search("eagle")[0].passage.text
    library.close()


def test_a_file_whose_record_alone_changed_is_hashed_and_not_embedded(tmp_path, embedded, monkeypatch):
    folder = write_files(tmp_path / "docs", a="The heron stands.", b="The crow sits here.")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    before = embedded()
    hashed = []
    monkeypatch.setattr("rag.corpus.ahead.fingerprint_of", lambda raw: hashed.append(raw) or fingerprint_of(raw))
    monkeypatch.setattr("rag.corpus.workers.ReadingWorkers.read", lambda *_: pytest.fail("it was read again"))
    (folder / "a.txt").chmod(0o600)
    for _ in range(2):
        assert library.sync() == ()
    assert hashed == [b"The heron stands."]
    assert embedded() == before
    library.close()


def test_what_is_new_is_noticed_though_its_time_is_older(tmp_path):
    folder = write_files(tmp_path / "docs", a="The heron stands.")
    library = make_library(tmp_path / "lib", folder)
    library.sync()
    (folder / "a.txt").write_text("An older version, brought back.", "utf-8")
    os.utime(folder / "a.txt", ns=(1, 1))
    write_files(folder, b="From the year 1970.")
    os.utime(folder / "b.txt", ns=(1, 1))
    assert [step.change for step in library.sync()] == ["changed", "added"]
    assert library.sync() == ()
    assert "older version" in library.search("older version")[0].passage.text
    library.close()
