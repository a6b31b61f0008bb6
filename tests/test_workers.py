import json
import subprocess
import sys
import threading
import time

import pytest

from rag.corpus import workers as workers_module
from rag.corpus.read import Refusal
from rag.corpus.workers import ReadingWorkers
from rag.memory import limit_memory
from tests.documents import docx, packed, pdf, wp
from tests.fakes import make_library

ANSWERS = """
import json, os, sys, time
for line in sys.stdin.buffer:
    asked = json.loads(line)
    raw = sys.stdin.buffer.read(asked["size"])
    if b"crash" in raw: os.abort()
    if b"sleep" in raw: time.sleep(60)
    print(json.dumps({"title": str(os.getpid()), "text": "x", "media_type": "t", "places": [[0, "page", "page 1"]],
                      "missing": "", "aside": "", "share": 1.0}), flush=True)
"""


@pytest.fixture
def readers():
    found = ReadingWorkers(timeout_seconds=30)
    yield found
    found.close()


@pytest.fixture
def odd_readers(monkeypatch, tmp_path):
    """Workers that crash over "crash" and sleep over "sleep"."""
    (tmp_path / "odd.py").write_text(ANSWERS)
    monkeypatch.setattr(workers_module, "COMMAND", [sys.executable, str(tmp_path / "odd.py")])
    found = ReadingWorkers(timeout_seconds=4)
    yield found
    found.close()


def test_what_a_worker_reads_is_what_this_process_reads(readers):
    from rag.corpus.formats.read_any import read_any

    for raw in (pdf(["One.", "Two."], ["Three."]), docx(wp("Ünï \U0001f600"))):
        assert readers.read(raw, "a") == read_any(raw, "a")


def test_a_refusal_of_a_worker_is_a_refusal_here_and_the_worker_goes_on(readers):
    for _ in range(3):
        with pytest.raises(Refusal, match="damaged"):
            readers.read(pdf(["x"])[:150], "a.pdf")
    assert readers.read(pdf(["fine"]), "a.pdf").text == "fine"
    assert len(readers._running) == 1


def test_a_worker_is_used_again_and_again(odd_readers):
    assert len({odd_readers.read(b"%PDF-1", "a").title for _ in range(5)}) == 1


def test_a_crash_is_the_verdict_on_one_file(odd_readers):
    with pytest.raises(Refusal, match="crash"):
        odd_readers.read(b"%PDF- crash", "a")
    assert odd_readers.read(b"%PDF- fine", "a").text == "x"


def test_a_file_that_takes_too_long_is_given_up(odd_readers):
    start = time.monotonic()
    with pytest.raises(Refusal, match=r"longer than 4 seconds.*max_read_seconds"):
        odd_readers.read(b"%PDF- sleep", "a")
    assert time.monotonic() - start < 20
    assert odd_readers.read(b"%PDF- fine", "a").text == "x"


def test_closing_ends_a_worker_in_the_middle_of_a_file(odd_readers):
    refused = []

    def read():
        try:
            odd_readers.read(b"%PDF- sleep", "a")
        except Refusal as refusal:
            refused.append(refusal)

    thread = threading.Thread(target=read)
    thread.start()
    time.sleep(0.3)
    odd_readers.close()
    thread.join(3)
    assert refused


def test_memory_is_bounded():
    raw = packed({"[Content_Types].xml": "", "word/document.xml": f"<d>{'<p/>' * 4_500_000}</d>"})
    code = "import rag.corpus.worker as w; w.MAX_MEMORY = 350_000_000; w.main()"
    head = {"name": "a.docx", "size": len(raw), "seconds": 60, "ocr_seconds": 0, "no_ocr": "None."}
    asked = json.dumps(head).encode() + b"\n" + raw
    found = subprocess.run([sys.executable, "-c", code], input=asked, capture_output=True, check=True, timeout=60)
    assert "memory" in json.loads(found.stdout)["refused"]


def test_small_texts_need_no_worker(readers):
    assert readers.read("Plain wörds.".encode(), "a.txt").text == "Plain wörds."
    assert not readers._running
    assert len(readers.read(b"word " * 100_000, "a.txt").text) == 500_000
    assert len(readers._running) == 1


def test_a_worker_that_nobody_asks_any_more_ends():
    child = subprocess.Popen(workers_module.COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child.stdin.close()
    child.stdout.close()
    assert child.wait(30) == 0


def test_a_folder_of_bad_files_and_good_ones_gets_a_verdict_for_each(odd_readers, tmp_path):
    """The real sync, with workers that crash and hang: the good ones are indexed, the bad ones refused."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, raw in (("a", b"%PDF- crash"), ("b", b"%PDF- fine"), ("c", b"%PDF- sleep"), ("d", b"%PDF- fine too")):
        (folder / f"{name}.pdf").write_bytes(raw)
    from rag.settings import Settings

    library = make_library(tmp_path / "lib", folder, settings=Settings(compose=False, max_read_seconds=4))
    assert sorted(step.change for step in library.sync()) == ["added", "added", "refused", "refused"]
    told = {file.path[-5]: (file.verdict, file.place_kind) for file in library.status()}
    assert told == {"a": ("refused", ""), "b": ("indexed", "page"), "c": ("refused", ""), "d": ("indexed", "page")}
    library.close()


@pytest.mark.parametrize(
    ("hard", "asked"), [("unlimited", [(2_000, -1), (0, -1)]), (1_000, [(1_000, 1_000), (0, 1_000)])]
)
def test_memory_is_bounded_as_far_as_the_system_goes(monkeypatch, hard, asked):
    resource = pytest.importorskip("resource")
    hard = resource.RLIM_INFINITY if hard == "unlimited" else hard
    tried = []

    def setrlimit(_, limits):
        tried.append(limits)
        raise ValueError("current limit exceeds maximum limit")  # as macOS says of any

    monkeypatch.setattr(resource, "getrlimit", lambda _: (hard, hard))
    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    limit_memory(2_000)
    assert tried == asked
