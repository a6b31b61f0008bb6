"""Outlook messages, read as mails are: text, places, what is attached; a damaged or sealed one is refused."""

from contextlib import suppress
from email import message_from_bytes

import pytest
from fakes import make_library
from outlook import SENT, message, msg

from rag.corpus.decode import Refusal
from rag.corpus.formats.read_any import read_any

PLAN = b"The pump is green."
INNER = message(
    "The heron", sender=("Cleo", "cleo@example.org"), to=[("Dan", "dan@example.org")], sent=SENT,
    body="The heron nests at Upton.", attached=[("note.txt", b"The egret nests at Dormans.")], is_inner=True,
)  # fmt: skip
LETTER = {
    "subject": "Keys for the böat house", "sender": ("Ada", "ada@example.org"),
    "to": [("Bert", "bert@example.org"), ("", "cleo@example.org"), ("Dan", "")], "sent": SENT,
    "body": "Dear Bert,\r\n\r\nThe lantern hangs in the cellar.", "attached": [("plan.txt", PLAN), ("The heron", INNER)],
}  # fmt: skip


@pytest.fixture
def library(tmp_path):
    (tmp_path / "docs").mkdir()
    found = make_library(tmp_path / "lib", tmp_path / "docs")
    yield found
    found.close()


def sync(library, raw, name="letter.msg"):
    (folder,) = library.sources()
    (folder / name).write_bytes(raw)
    library.sync()
    return {file.path.removeprefix(f"{folder}/"): file for file in library.status()}


def test_its_text_is_headers_body_and_the_names_of_what_is_attached():
    found = read_any(msg(**LETTER), "letter.msg")
    lines = [line.strip() for line in found.text.splitlines() if line.strip()]
    assert lines == [
        "# Keys for the böat house", 'From: "Ada" <ada@example.org>', "To: Bert <bert@example.org>, <cleo@example.org>, Dan",
        "Date: 2024-03-05 09:30+00:00", "Dear Bert,", "The lantern hangs in the cellar.",
        "Attachments: plan.txt; The heron.eml",
    ]  # fmt: skip
    assert (found.title, found.media_type, found.date) == ("Keys for the böat house", "message/rfc822", "2024-03-05")
    assert [place.label for place in found.places] == ["header", "body", "attachments"]
    beginnings = [found.text[place.start :].lstrip()[:9] for place in found.places]
    assert beginnings == ["# Keys fo", "Dear Bert", "Attachmen"]


def test_without_a_plain_body_its_page_is_read():
    found = read_any(msg(subject="Oars", html="<p>The <b>lantern</b> hangs in the böat house.</p>"), "a.msg")
    assert "lantern" in found.text
    assert "böat" in found.text
    assert "<b>" not in found.text


def test_what_is_attached_is_a_document_of_its_own_and_so_is_an_attached_message(library):
    raw = msg(**LETTER)
    files = sync(library, raw)
    names = ["", "/The heron.eml", "/The heron.eml/note.txt", "/plan.txt"]
    assert sorted(files) == [f"letter.msg{name}" for name in names]
    assert {file.verdict for file in files.values()} == {"indexed"}
    (hit, *_) = library.search("Where does the egret nest?")
    assert hit.passage.path.endswith("letter.msg/The heron.eml/note.txt")
    original = {document.path.rpartition("docs/")[2]: library.original(document) for document in library.documents()}
    assert original["letter.msg"] == raw
    assert original["letter.msg/plan.txt"] == PLAN
    assert original["letter.msg/The heron.eml/note.txt"] == b"The egret nests at Dormans."
    mail = message_from_bytes(original["letter.msg/The heron.eml"])
    assert (mail["Subject"], mail["From"]) == ("The heron", '"Cleo" <cleo@example.org>')
    inner = next(document for document in library.documents() if document.path.endswith(".eml"))
    assert "The heron nests at Upton." in inner.text
    assert inner.date == "2024-03-05"
    (folder,) = library.sources()
    (folder / "letter.msg").touch()
    assert library.sync() == ()
    assert library.original(inner) == original["letter.msg/The heron.eml"], "of the same bytes each time"


@pytest.mark.parametrize("eighths", range(1, 8))
def test_one_that_is_cut_short_is_refused(library, eighths):
    raw = msg(**LETTER | {"body": "The lantern hangs in the cellar. " * 300})
    (file,) = sync(library, raw[: len(raw) * eighths // 8]).values()
    assert file.verdict == "refused"
    assert "The message is damaged" in file.reason


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (msg(), "The mail is empty"),
        (b"", "The file is empty"),
        (msg(subject="Keys", kind="IPM.Note.SMIME", attached=[("smime.p7m", b"\x30\x82\x01")]), "encrypted"),
    ],
)
def test_an_empty_and_an_encrypted_one_are_refused(library, raw, words):
    (file,) = sync(library, raw).values()
    assert file.verdict == "refused"
    assert words in file.reason


def test_no_torn_bytes_make_it_fail_otherwise():
    raw = bytearray(msg(**LETTER))
    for at in range(0, len(raw), 97):
        torn = raw.copy()
        torn[at : at + 4] = b"\xff\x00\x7f\x80"
        with suppress(Refusal):
            read_any(bytes(torn), "letter.msg")
