"""The page opens an earlier citation of a document that has changed since: it marks no other words."""

import os

import pytest
from browsing import LAST, ask, marked, wait_final
from fakes import FakeModel, make_library, write_files
from serving import served

pytestmark = pytest.mark.browser

PUMP = "The pump is black."
QUESTION = "Which colour is the pump?"
NOON = 1_707_134_400
"""2024-02-05, in seconds."""


@pytest.fixture
def answered(tmp_path, visit):
    """A page on which the pump was asked about; the folder and the library of its documents."""
    folder = write_files(tmp_path / "docs", pump=PUMP, mill="The mill grinds rye.")
    library = make_library(tmp_path / "lib", folder, model=FakeModel(PUMP))
    library.sync()
    with served(library) as address:
        page = visit(address)
        ask(page, QUESTION)
        wait_final(page, QUESTION)
        yield page, folder, library
    library.close()


def test_an_old_citation_marks_its_words_where_they_stand_now_and_no_others(answered):
    page, folder, library = answered

    def reopen(where, text):
        """Change the document, reload the page, and open the kept answer's citation."""
        path = folder / "pump.txt"
        path.write_text(text, "utf-8") if text else path.unlink()
        if text:
            os.utime(path, (NOON, NOON))
        library.sync()
        page.reload()
        page.wait_for_selector(f"{LAST} .fn-actions button")
        page.click(f"{LAST} {where} >> nth=0")
        page.wait_for_selector("#fn-source #fn-close")

    for where in (".fn-chip", ".fn-quote"):
        reopen(where, f"In short:\n\n{PUMP}")
        assert marked(page) == PUMP
        assert "stand here now" in page.inner_text("#fn-changed")
        assert page.inner_text("#fn-where").endswith("line 3")
        reopen(where, "Everything was rewritten, and painted green.")
        assert page.inner_text("#fn-changed").endswith("in the document: it was changed on 2024-02-05.")
        assert "painted green" in page.inner_text(".fn-document")
        assert page.query_selector("#fn-mark, .fn-document mark") is None
    page.click(f"{LAST} .fn-how summary")
    page.click(f"{LAST} .fn-how ol button >> nth=0")
    page.wait_for_selector("#fn-changed")
    assert page.query_selector("#fn-mark") is None
    reopen(".fn-chip", "")
    assert "no longer in the library" in page.inner_text("#fn-source [role=alert]")


def test_a_quote_that_no_longer_stands_is_marked_in_the_open_page(answered):
    page, folder, _ = answered
    page.click(f"{LAST} .fn-chip >> nth=0")
    page.wait_for_selector("#fn-mark")

    def sync():
        page.evaluate("window.footnote.post('documents/sync', {}).then(() => window.footnote.refreshDocuments())")

    page.focus("#fn-box textarea")
    (folder / "pump.txt").write_text("Everything was rewritten, and painted green.", "utf-8")
    sync()
    page.wait_for_selector(f"{LAST} .fn-quote .fn-gone")
    assert "no longer stand in the document" in page.inner_text(f"{LAST} .fn-quote .fn-gone >> nth=0")
    page.wait_for_selector("#fn-changed")
    assert "painted green" in page.inner_text(".fn-document")
    assert page.evaluate("document.activeElement.matches('#fn-box textarea')")
    (folder / "pump.txt").write_text(f"Once more: {PUMP}", "utf-8")
    sync()
    page.wait_for_selector(f"{LAST} .fn-quote .fn-gone", state="detached")
    assert marked(page) == PUMP
    (folder / "pump.txt").unlink()
    sync()
    page.wait_for_selector(f"{LAST} .fn-quote .fn-gone")
    page.wait_for_selector("#fn-source [role=alert]")
    page.reload()
    page.wait_for_selector(f"{LAST} .fn-quote .fn-gone")
    assert "no longer in the library" in page.inner_text(f"{LAST} .fn-quote .fn-gone >> nth=0")
