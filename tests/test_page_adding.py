"""Documents added from the page: a PDF from upload to removal, and all that goes on while they are read."""

import base64
import io

import pytest
from browsing import ANSWER, LAST, ask, marked, wait_final
from documents import pdf
from fakes import GatedEmbedder, make_library, write_files
from serving import served

pytestmark = pytest.mark.browser

MILL = "What does the mill at Orbais grind?"
LOCK = "How many arches has the bridge at Arden?"
FERRY = "Who steers the ferry at Dormans?"
NOTES = {f"note{n}": f"Note {n} of the harbour: pier {n} is sound." for n in range(4)}
PIXELS = """() => { const image = document.querySelector('#fn-page img'), canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/png').split(',')[1]; }"""


@pytest.fixture
def indexer(monkeypatch):
    """Embeds what is added to the library of `library` a document at a time, as the test lets it."""
    monkeypatch.setattr("rag.sync._BATCH_PASSAGES", 1)
    return GatedEmbedder()


@pytest.fixture
def library(tmp_path, indexer):
    docs = write_files(tmp_path / "docs", mill="The mill at Orbais grinds rye. Its wheel was replaced in 1951.")
    made = make_library(tmp_path / "lib" / "own", docs, indexer=indexer)
    indexer.go_on.release()
    made.sync()
    yield made
    indexer.go_on.release(99)
    made.close()


def tinted(page):
    """How far down, in [0, 1], the marked pixels of the page's picture begin and end."""
    image = pytest.importorskip("PIL.Image")
    drawn = image.open(io.BytesIO(base64.b64decode(page.evaluate(PIXELS)))).convert("RGB")
    found = [at // drawn.width for at, pixel in enumerate(drawn.get_flattened_data()) if pixel == (255, 227, 184)]
    assert len(found) > 500
    return found[0] / drawn.height, found[-1] / drawn.height


def test_a_pdf_is_uploaded_asked_seen_opened_and_removed(library, indexer, visit, tmp_path):
    raw = pdf(["Rivers of the plain."], ["The old works."] * 20 + ["The bridge at Arden has nine arches."])
    (tmp_path / "works.pdf").write_bytes(raw)
    indexer.go_on.release(99)
    with served(library) as address:
        page = visit(address)
        page.click("[data-dialog=documents]")
        page.set_input_files("#fn-files", [tmp_path / "works.pdf"])
        page.wait_for_selector(".fn-verdicts tr[data-verdict=indexed] .fn-remove")
        page.keyboard.press("Escape")
        ask(page, LOCK)
        assert "nine arches" in wait_final(page, LOCK)
        page.click(f"{LAST} .fn-quote")
        page.wait_for_selector("#fn-page img")
        assert page.get_attribute("#fn-page img", "alt") == "Page 2, the quote marked"
        top, bottom = tinted(page)
        line = 1 - (700 - 13 * 20) / 792
        assert line - 0.03 < top < bottom < line + 0.03
        assert "page 2" in page.inner_text("#fn-where")
        with page.expect_download() as saved:
            page.click("#fn-source a >> text=Open the original file")
        assert saved.value.suggested_filename == "works.pdf"
        assert saved.value.path().read_bytes() == raw

        page.keyboard.press("Escape")
        page.click("[data-dialog=documents]")
        page.click(".fn-verdicts .fn-remove")
        page.wait_for_selector(".fn-verdicts .fn-remove", state="detached")
        page.keyboard.press("Escape")
        ask(page, LOCK)
        page.wait_for_function("() => document.querySelectorAll('.fn-turn').length === 2")
        wait_final(page, LOCK)
        assert "nine arches" not in page.inner_text(ANSWER)


def test_everything_works_while_documents_are_read_and_the_sync_is_stopped(library, indexer, visit, tmp_path):
    write_files(library.sources()[0], **NOTES)
    ferry = write_files(tmp_path / "new", ferry="Odile Marchal steers the ferry at Dormans.") / "ferry.txt"
    with served(library) as address:
        page = visit(address)
        page.click("[data-dialog=documents]")
        page.click("#fn-sync >> text=Look for changes")
        indexer.go_on.release()
        page.wait_for_selector("#fn-progress:visible")
        page.wait_for_function("() => document.querySelector('#fn-progress').value === 0.4")
        assert "2 of 5" in page.inner_text("#fn-said")
        assert page.is_visible("#fn-halt")
        page.keyboard.press("Escape")
        assert "2 of 5" in page.inner_text("#fn-adding")
        page.wait_for_selector("#fn-list >> text=2 indexed")

        ask(page, MILL)
        assert "rye" in wait_final(page, MILL)
        page.click(f"{LAST} .fn-quote")
        assert marked(page) == "The mill at Orbais grinds rye."
        page.keyboard.press("Escape")
        ask(page, FERRY)
        assert "The documents are still being read: 2 of 5." in wait_final(page, FERRY)

        page.click("[data-dialog=documents]")
        page.click("#fn-halt")
        page.wait_for_selector("#fn-said >> text=Stopping")
        indexer.go_on.release()
        page.wait_for_selector("#fn-said >> text=Stopped after 3 of 5")
        assert page.is_hidden("#fn-progress")
        assert page.is_hidden("#fn-halt")
        page.click("#fn-sync")
        page.wait_for_selector("#fn-halt:visible")
        page.set_input_files("#fn-files", [ferry])
        page.wait_for_function("() => document.querySelector('#fn-files').value === ''")
        indexer.go_on.release(99)
        page.wait_for_selector("#fn-said >> text=In step with 6 files.")
        page.keyboard.press("Escape")
        ask(page, FERRY)
        page.wait_for_function("() => document.querySelectorAll('.fn-turn').length === 3")
        assert "Odile Marchal" in wait_final(page, FERRY)


def test_an_upload_is_stopped_and_what_came_before_is_kept(library, indexer, visit, tmp_path):
    notes = write_files(tmp_path / "new", **NOTES)
    indexer.go_on.release(99)
    with served(library) as address:
        page = visit(address)
        page.route("**/documents/note2.txt*", lambda route: None)  # it never arrives
        page.click("[data-dialog=documents]")
        page.set_input_files("#fn-files", sorted(notes.iterdir()))
        page.wait_for_function("() => document.querySelector('#fn-progress').value === 0.5")
        assert page.evaluate("[119, 600, 9000].map(footnote.lasting)") == ["119 s", "10 min", "3 h"]
        page.click("#fn-halt")
        page.wait_for_selector("#fn-said >> text=In step with 3 files.")
    assert sorted(path.name for path in (library.path / "documents").iterdir()) == ["note0.txt", "note1.txt"]


def test_what_changes_in_a_followed_folder_is_in_the_page_by_itself(library, indexer, visit, tmp_path):
    indexer.go_on.release(99)
    with served(library, watch=True) as address:
        page = visit(address)
        page.wait_for_function("() => document.querySelectorAll('#fn-list .fn-files li').length === 1")
        (tmp_path / "docs/ferry.txt").write_text("The ferry at Dormans is steered by Ada Holm.")
        page.wait_for_function("() => document.querySelectorAll('#fn-list .fn-files li').length === 2")
        ask(page, FERRY)
        wait_final(page, FERRY)
        assert "Ada Holm" in page.inner_text(ANSWER)
        (tmp_path / "docs/ferry.txt").unlink()
        page.wait_for_function("() => document.querySelectorAll('#fn-list .fn-files li').length === 1")
