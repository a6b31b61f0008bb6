"""What is written while a model loads is not lost, in our own command and in a program that imports us."""

import errno
import subprocess
import sys

import pytest

from rag.__main__ import main

COUNTING = """
import threading, time
from rag.loaded import short_model
from rag.settings import Settings
loading = threading.Thread(target=short_model, args=(Settings(),))
loading.start()
count = 0
while loading.is_alive():
    print(count, flush=True)
    count += 1
    time.sleep(0.01)
print("last", count, flush=True)
"""


@pytest.mark.model
def test_nothing_written_while_a_model_loads_is_lost():
    done = subprocess.run([sys.executable, "-c", COUNTING], capture_output=True, text=True, check=True)
    *lines, last = done.stdout.split("\n")[:-1]
    assert last.split()[0] == "last"
    assert lines == [str(n) for n in range(int(last.split()[1]))]
    assert len(lines) > 1


@pytest.mark.model
def test_llama_cpp_itself_writes_nothing_while_it_loads():
    loads = "from rag.loaded import short_model; from rag.settings import Settings; short_model(Settings())"
    done = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""


def test_output_that_finds_no_room_is_told_of_in_a_sentence(monkeypatch, capsys):
    def run(_chosen):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("rag.commands.run", run)
    monkeypatch.setattr("rag.__main__.os.dup2", lambda *_: None)
    monkeypatch.setattr("sys.stdout.fileno", lambda: 1, raising=False)
    assert main(["list"]) == 1
    assert "could not be written" in capsys.readouterr().err
