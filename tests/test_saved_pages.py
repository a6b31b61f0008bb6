import plistlib

import pytest

from rag.corpus.formats.read_any import read_any
from rag.corpus.read import Refusal
from tests.fakes import make_library

MENU = "".join(f"<li><a href='/{n}'>Section number {n}</a></li>" for n in range(40))
WORDS = " ".join(f"The café by the river sold {n} cakes in the night, said the miller of Upton." for n in range(9))
PAGE = f"<html><head><title>Cakes</title></head><body><nav><ul>{MENU}</ul></nav><article><h1>Cakes</h1><p>{WORDS}</p></article></body></html>"
HEAD = "From: <Saved by Blink>\nSnapshot-Content-Location: https://news.example/cakes\nSubject: Cakes\nDate: Fri, 1 Mar 2024 10:00:00 +0000\n"
PARTS = (
    'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="B"\n\n--B\nContent-Type: text/css\n\nbody {}\n'
    "--B\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\nContent-Location: https://news.example/cakes\n\n"
)


def mhtml(head=HEAD, page=PAGE):
    return f"{head}{PARTS}{page}\n--B--\n".encode()


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "a.eml", "noending"])
def test_a_page_saved_as_one_file_is_read_as_a_page(name):
    found = read_any(mhtml(), name)
    assert (found.title, found.media_type, found.origin) == (
        "Cakes",
        "text/html",
        "https://news.example/cakes, saved 2024-03-01",
    )
    assert "café by the river" in found.text
    assert "Section number" not in found.text
    assert "Saved by" not in found.text
    assert "Set aside" in found.aside


def test_a_saved_page_without_an_address_has_none_and_one_without_a_page_is_refused():
    assert (
        read_any(mhtml("From: <Saved by Microsoft Internet Explorer 5>\n").replace(b"https:", b"file:"), "a.mht").origin
        == ""
    )
    with pytest.raises(Refusal, match="holds no HTML"):
        read_any(mhtml().replace(b"text/html", b"image/png"), "a.mht")


def test_a_mail_that_tells_of_a_saved_page_is_a_mail():
    mail = "From: Ada <ada@example.org>\nTo: bert@example.org\nMessage-ID: <1@b>\nSubject: x\n\nFrom: <Saved by me>\n"
    assert read_any(mail.encode(), "a.eml").media_type == "message/rfc822"


def test_a_webarchive_is_read_as_a_page():
    main = {"WebResourceData": PAGE.encode("latin-1"), "WebResourceURL": "https://news.example/cakes",
            "WebResourceTextEncodingName": "latin-1"}  # fmt: skip
    raw = plistlib.dumps({"WebMainResource": main, "WebSubresources": []}, fmt=plistlib.FMT_BINARY)
    found = read_any(raw, "a.webarchive")
    assert (found.title, found.origin) == ("Cakes", "https://news.example/cakes, saved")
    assert "café by the river" in found.text
    with pytest.raises(Refusal, match="damaged"):
        read_any(raw[:-30], "a.webarchive")


def test_citations_tell_where_a_saved_page_came_from_also_after_it_moved(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.mhtml").write_bytes(mhtml())
    library = make_library(tmp_path / "lib", tmp_path / "docs")
    for name in ("b.mhtml", "c.mhtml"):
        library.sync()
        assert {hit.passage.origin for hit in library.search("miller of Upton", 3)} == {
            "https://news.example/cakes, saved 2024-03-01"
        }
        next((tmp_path / "docs").iterdir()).rename(tmp_path / "docs" / name)
    library.close()


@pytest.mark.parametrize("folder", ["Cakes_files", "Cakes_Dateien", "Cakes-Dateien", "Cakes_fichiers", "Cakes.files"])
def test_what_was_saved_with_a_page_is_no_document(tmp_path, folder):
    docs = tmp_path / "docs"
    for path in (docs / folder / "inner", docs / "Other_files", docs / "Cakes_notes"):
        path.mkdir(parents=True)
        (path / "style.css").write_text("body { color: red }")
    (docs / "Cakes.html").write_text(PAGE)
    library = make_library(tmp_path / "lib", docs)
    library.sync()
    kept = sorted(file.path.removeprefix(f"{docs}/") for file in library.status())
    assert kept == ["Cakes.html", "Cakes_notes/style.css", "Other_files/style.css"]
    library.close()
