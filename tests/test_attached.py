import sqlite3
from pathlib import Path

import pytest

from rag.corpus.attached import read_original
from rag.errors import SourceError
from rag.render import place as shown_place
from tests.documents import eml, packed, pdf
from tests.fakes import make_library

PLAN = pdf(["First."], ["The key hangs behind the green door."])
INNER = eml("The inner mail tells of the heron.", attached=[("note.txt", b"The heron nests at Upton.")])
MAIL = eml("Fetch the oars.", attached=[("plan.pdf", PLAN), ("x.zip", packed({"a": "b"})), ("in.eml", INNER)])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/letter.eml").write_bytes(MAIL)
    return tmp_path / "docs"


@pytest.fixture
def library(tmp_path, folder):
    found = make_library(tmp_path / ".footnote/docs", folder)
    found.sync()
    yield found
    found.close()


def names(library, folder):
    return {str(Path(file.path).relative_to(folder)): file for file in library.status()}


def test_every_attachment_is_a_document_with_a_verdict_of_its_own(library, folder):
    files = names(library, folder)
    assert {name: file.verdict for name, file in files.items()} == {
        "letter.eml": "indexed",
        "letter.eml/plan.pdf": "indexed",
        "letter.eml/x.zip": "refused",
        "letter.eml/in.eml": "indexed",
        "letter.eml/in.eml/note.txt": "indexed",
    }
    assert files["letter.eml/plan.pdf"].place_kind == "page"
    assert files["letter.eml/in.eml/note.txt"].origin == "attached to letter.eml/in.eml"
    assert "archive" in files["letter.eml/x.zip"].reason
    assert library.sync() == ()


def test_a_citation_names_the_attachment_its_page_and_its_mail(library, folder):
    (citation,) = [c for c in library.ask("Where does the key hang?").citations if "green door" in c.quote]
    assert citation.path == str(folder / "letter.eml/plan.pdf")
    assert (citation.page, citation.origin) == (2, "attached to letter.eml")
    assert shown_place(citation) == "plan.pdf · First. · page 2 · attached to letter.eml"
    document = library.document(citation.doc_id)
    assert document.text[citation.start : citation.end] == citation.quote
    assert library.original(document) == PLAN
    note = next(d for d in library.documents() if d.path.endswith("note.txt"))
    assert library.original(note).strip() == b"The heron nests at Upton."


def test_attachments_go_change_move_and_are_copied_with_their_mail(library, folder):
    rows = library._parts.database.rows
    (folder / "copy.eml").write_bytes(MAIL)
    assert [step.change for step in library.sync()] == ["added"]
    copied = names(library, folder)
    assert copied["copy.eml/in.eml/note.txt"].origin == "attached to copy.eml/in.eml"
    assert copied["copy.eml/plan.pdf"].passages == copied["letter.eml/plan.pdf"].passages == 1
    assert len({file.doc_id for file in copied.values()}) == 10
    (folder / "letter.eml").write_bytes(eml("Fetch the oars.", attached=[("other.txt", b"Other words.")]))
    library.sync()
    assert {name for name in names(library, folder) if "letter" in name} == {"letter.eml", "letter.eml/other.txt"}
    (folder / "copy.eml").unlink()
    (folder / "letter.eml").unlink()
    library.sync()
    assert library.status() == ()
    for table in ("passages", "documents", "origins", "terms_docsize"):
        assert rows(f"SELECT * FROM {table}") == []
    assert library._parts.dense.count() == 0


def test_a_library_that_was_moved_knows_what_is_attached(tmp_path, library, folder):
    library.close()
    tmp_path = tmp_path.rename(tmp_path.with_name(tmp_path.name + "-b"))
    moved = make_library(tmp_path / ".footnote/docs", tmp_path / "docs")
    moved._parts.store.set_source(folder, present=False)
    assert moved.sync() == ()
    assert all(Path(file.path).is_relative_to(tmp_path / "docs") for file in moved.status())
    moved.close()


def test_an_attachment_that_is_gone_from_its_mail_is_told(library, folder):
    document = next(d for d in library.documents() if d.path.endswith("plan.pdf"))
    (folder / "letter.eml").write_bytes(eml("Nothing attached."))
    with pytest.raises(SourceError, match=r"'plan.pdf' is no longer attached.*indexed text still is"):
        library.original(document)
    (folder / "letter.eml").unlink()
    with pytest.raises(SourceError, match="no longer there"):
        library.original(document)


def test_a_library_made_when_attachments_were_parts_of_their_mail_reads_them_again(tmp_path, library, folder):
    library.close()
    file = tmp_path / ".footnote/docs/library.sqlite"
    with sqlite3.connect(file) as connection:
        connection.executescript(
            "PRAGMA foreign_keys = ON; PRAGMA user_version = 2; DELETE FROM documents WHERE parent IS NOT NULL; DROP TABLE origins;"
            "DROP TRIGGER attached_removed; DROP INDEX documents_attached; ALTER TABLE documents DROP COLUMN parent;"
        )
    connection.close()
    library = make_library(tmp_path / ".footnote/docs", folder)
    assert [step.change for step in library.sync()] == ["changed"]
    assert len(library.status()) == 5
    library.close()


def test_every_mail_of_a_mailbox_is_a_document_with_its_attachments(tmp_path):
    mails = [eml("The pump is green."), eml("See.\n\n>From the mill it runs.", attached=[("plan.pdf", PLAN)])]
    (tmp_path / "docs").mkdir()
    path = tmp_path / "docs/archive.mbox"
    path.write_bytes(b"".join(b"From ada@example.org Fri Mar  1 10:00:00 2024\n" + mail + b"\n\n" for mail in mails))
    library = make_library(tmp_path / "lib", tmp_path / "docs")
    library.sync()
    subject = "Keys for the böat house"
    one, two = f"{path}/1 {subject}.eml", f"{path}/2 {subject}.eml"
    assert [file.path for file in library.status()] == [str(path), one, two, f"{two}/plan.pdf"]
    assert library.search("pump green", 1)[0].passage.path == one
    assert library.search("key hangs behind the door", 1)[0].passage.path == f"{two}/plan.pdf"
    assert any("\nFrom the mill" in hit.passage.text for hit in library.search("mill runs", 3))
    assert read_original(Path(two) / "plan.pdf", 9_000_000) == PLAN
    assert "3" in library.status()[0].reason
    library.close()
