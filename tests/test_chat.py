"""`footnote chat` as a person starts it: it serves at once, whoever else writes, and brings the documents in step."""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from fakes import write_files
from filelock import FileLock

from rag import open_library

pytestmark = pytest.mark.model

TOP = Path(__file__).parent.parent
MILL = "What does the mill at Orbais grind?"


@contextlib.contextmanager
def chatting(folder):
    """Start `footnote chat FOLDER` in a process of its own; yield its address and what gives its stderr so far."""
    command = [sys.executable, "-m", "rag", "chat", "--no-browser", "--port", "0", str(folder)]
    log = folder.parent / "stderr.txt"
    with log.open("w") as errors:
        process = subprocess.Popen(command, cwd=TOP, stdout=subprocess.PIPE, stderr=errors, text=True)
    with process:
        try:
            said = process.stdout.readline().split()
            assert said, (process.wait(30), log.read_text())
            yield said[3], log.read_text
        finally:
            process.terminate()
            process.wait(60)


def ask(address, question=MILL):
    """The answer as it is drawn at first and at last."""
    lines = httpx.post(f"{address}/ask", json={"id": "a", "question": question}, timeout=180).text.splitlines()
    return [json.loads(line)["html"] for line in (lines[0], lines[-1])]


def when_in_step(address):
    """What the page says once the documents are read."""
    for _ in range(1200):
        state = httpx.get(f"{address}/documents/progress", timeout=60).json()
        if state["said"] and not state["running"]:
            return state["said"]
        time.sleep(0.1)
    raise AssertionError("The documents were not read.")


def test_a_library_that_another_process_writes_is_served_and_answers(tmp_path):
    docs = write_files(tmp_path / "docs", mill="The mill at Orbais grinds rye. Its wheel was replaced in 1951.")
    library = open_library(docs)
    library.sync()
    library.close()
    with FileLock(library.path / "writer.lock"), chatting(docs) as (address, told):
        first, last = ask(address)
        assert "The models are being prepared; the first time takes a while" in first
        assert "rye" in last
        assert "is being written by process" in when_in_step(address)
        assert "Searching the documents" in ask(address)[0]
    assert told().count("questions can be asked meanwhile") == 1


def test_the_first_time_the_page_is_there_before_the_documents_are_read(tmp_path):
    docs = write_files(tmp_path / "docs", mill="The mill at Orbais grinds rye.")
    (docs / "odd.txt").write_bytes(bytes(range(256)) * 9)
    with chatting(docs) as (address, told):
        assert "added" not in told()
        assert httpx.get(address, timeout=60).status_code == 200
        assert when_in_step(address) == "In step with 2 files."
        assert "rye" in ask(address)[-1]
    lines = told().splitlines()
    assert "docs: 1 added, 1 refused." in lines
    assert any(line.startswith("  refused:") and "odd.txt" in line for line in lines)
