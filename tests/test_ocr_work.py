"""OCR in the worker processes and in a sync: time, crashes, what is read again when it comes; the engine itself."""

import sys
import threading
import time

import pytest

from rag.corpus import workers as workers_module
from rag.corpus.decode import Refusal
from rag.corpus.formats import rapid
from rag.corpus.formats.ocr import INSTALL
from rag.corpus.formats.read_any import read_any
from rag.corpus.workers import ReadingWorkers
from rag.settings import Settings
from tests.documents import eml
from tests.fakes import make_library
from tests.scans import drawn, saved, silent

WORKER = """
import os, time
import rag.corpus.worker as worker
from rag.corpus.formats.ocr_layout import Recognized

class Engine:
    n = 0
    def recognize(self, pixels):
        self.n += 1
        time.sleep({seconds})
        if self.n == {bad}: {does}
        return [Recognized("Words of page %s." % (chr(96 + self.n) * 3), 100, 100, 900, 130)]

engine = Engine()
worker.load_recognizer = lambda: engine
worker.main()
"""


@pytest.fixture
def engine(monkeypatch, tmp_path):
    """Have the workers read with an engine that takes `seconds` a page and over page `bad` does what is said."""

    def use(*, seconds=0.0, bad=0, does="pass"):
        (tmp_path / "worker.py").write_text(WORKER.format(seconds=seconds, bad=bad, does=does))
        monkeypatch.setattr(workers_module, "COMMAND", [sys.executable, str(tmp_path / "worker.py")])

    return use


def read(raw, *, timeout=30.0, seconds=60.0):
    workers = ReadingWorkers(timeout_seconds=timeout, ocr_seconds=seconds, no_ocr="")
    try:
        return workers.read(raw, "a.pdf")
    finally:
        workers.close()


def test_a_scan_may_take_longer_than_other_files(engine):
    engine(seconds=1.0)
    found = read(silent(5), timeout=3.0)
    assert found.text.count("Words of page") == 5
    assert found.missing == ""


def test_a_scan_has_its_own_limit(engine):
    engine(seconds=0.3)
    found = read(silent(30), seconds=1.0)
    assert 1 <= found.text.count("Words") <= 5
    assert "did not come to within 1 seconds" in found.missing
    assert "-30." in found.missing


@pytest.mark.parametrize("does", ["os.abort()", "time.sleep(60)"])
def test_a_worker_that_ends_over_a_page_costs_what_ocr_read_and_no_more(engine, monkeypatch, does):
    monkeypatch.setattr(workers_module, "PAGE_SECONDS", 2.0)
    engine(bad=2, does=does)
    found = read(silent(4, {1: ["The text layer."]}))
    assert found.text == "The text layer."
    assert "OCR made the reader of the file crash" in found.missing
    with pytest.raises(Refusal, match=r"no text layer.*OCR made the reader"):
        read(silent(4))


def test_closing_in_the_middle_of_a_page_starts_nothing_anew(engine):
    engine(seconds=30)
    workers = ReadingWorkers(timeout_seconds=60, ocr_seconds=60, no_ocr="")
    refused = []

    def ask():
        try:
            workers.read(silent(2), "a.pdf")
        except Refusal as refusal:
            refused.append(str(refusal))

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(2)
    start = time.monotonic()
    workers.close()
    thread.join(10)
    assert refused == ["Reading was stopped."]
    assert time.monotonic() - start < 5
    assert not workers._running


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "docs"
    made.mkdir()
    (made / "scan.pdf").write_bytes(silent(2))
    (made / "some.pdf").write_bytes(silent(2, {1: ["The text layer."]}))
    (made / "photo.png").write_bytes(saved(drawn("x"), kind="PNG"))
    (made / "letter.eml").write_bytes(eml("See.", attached=[("plan.pdf", silent(1))]))
    (made / "note.txt").write_text("Plain words.")
    return made


@pytest.fixture
def sync(tmp_path, folder, monkeypatch):
    """Sync the same library, where the extra is installed or not, with so much time for OCR; return what changed."""
    extra = {}
    monkeypatch.setattr(rapid, "find_spec", lambda name: extra.get("there"))

    def run(there, seconds=60.0):
        extra["there"] = there
        library = make_library(tmp_path / "lib", folder, settings=Settings(compose=False, max_ocr_seconds=seconds))
        steps = sorted(step.path.rsplit("/", 1)[1] for step in library.sync())
        told = {file.path.rsplit("/", 1)[1]: (file.verdict, file.reason) for file in library.status()}
        library.close()
        return steps, told

    return run


def test_what_waited_for_ocr_is_read_once_it_is_there(engine, sync):
    engine()
    steps, told = sync(None)
    assert len(steps) == 5
    assert {name for name, (verdict, _) in told.items() if verdict == "refused"} == {
        "scan.pdf",
        "photo.png",
        "plan.pdf",
    }
    assert all(INSTALL in told[name][1] for name in ("scan.pdf", "photo.png", "plan.pdf", "some.pdf"))
    assert sync(None)[0] == []
    steps, told = sync("there")
    assert steps == ["letter.eml", "photo.png", "scan.pdf", "some.pdf"]
    assert {verdict for verdict, _ in told.values()} == {"indexed"}
    assert "Read by OCR: pages 1-2" in told["scan.pdf"][1]
    assert sync("there")[0] == []


def test_ocr_can_be_turned_off_and_on_again(engine, sync):
    engine()
    _, told = sync("there", 0.0)
    assert told["scan.pdf"][0] == "refused"
    assert "OCR is turned off (setting max_ocr_seconds)." in told["scan.pdf"][1]
    assert "scan.pdf" in sync("there")[0]
    assert sync("there", 0.0)[0] == []


def test_a_higher_limit_reads_what_there_was_no_time_for(engine, sync, folder):
    engine(seconds=0.3)
    (folder / "scan.pdf").write_bytes(silent(9))
    assert sync("there", 0.5)[1]["scan.pdf"][0] == "partly"
    assert sync("there", 0.5)[0] == []
    steps, told = sync("there", 60.0)
    assert steps == ["scan.pdf"]
    assert told["scan.pdf"][0] == "indexed"


def test_what_a_library_refused_before_there_was_ocr_is_read(engine, sync, tmp_path, folder):
    from rag.corpus.database import Database

    engine()
    sync(None)
    database = Database(tmp_path / "lib" / "library.sqlite")
    with database.transaction() as connection:
        old = "The PDF has no text layer: its 2 pages may be pictures. Run it through OCR first."
        connection.execute("UPDATE documents SET reason = ? WHERE path LIKE '%scan.pdf'", (old,))
        old = "The file is an image, which is not read. What is read: PDF."
        connection.execute("UPDATE documents SET reason = ? WHERE path LIKE '%photo.png'", (old,))
        old = "Pages without text (blank or pictures only): 2."
        connection.execute("UPDATE documents SET reason = ? WHERE path LIKE '%some.pdf'", (old,))
        connection.execute("UPDATE documents SET reason = '' WHERE path LIKE '%plan.pdf'")
        connection.execute("DELETE FROM facts WHERE name = 'ocr_seconds'")
    database.close()
    assert sync("there")[0] == ["photo.png", "scan.pdf", "some.pdf"]


LINES = (
    "The bridge at Orbais was built in 1764 by Mary Quill.",
    "It has nine arches, and a toll house stands beside it.",
)


@pytest.fixture
def recognizer():
    pytest.importorskip("rapidocr", reason="the extra ocr is not installed")


def test_the_real_engine_reads_a_scan_in_a_worker(recognizer):
    found = read(saved(drawn(*LINES), drawn("Second page."), kind="PDF", resolution=150))
    assert found.text == f"{' '.join(LINES)}\n\nSecond page."
    assert [place.label for place in found.places] == ["page 1", "page 2"]
    assert (found.missing, found.aside) == ("", "Read by OCR: pages 1-2; there may be slips.")


def test_the_real_engine_reads_a_photograph_here_and_says_nothing(recognizer, capfd):
    from rag.corpus.formats.ocr import Ocr

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("requests.Session.request", lambda *a, **k: pytest.fail("It went to the network."))
        found = read_any(saved(drawn(*LINES), kind="JPEG"), "a.jpg", ocr=Ocr(rapid.RapidRecognizer, seconds=60))
    assert found.text == " ".join(LINES)
    assert capfd.readouterr() == ("", "")
    assert rapid.why_not(1.0) == ""
