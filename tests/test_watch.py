import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from rag import keeping
from rag.errors import SourceError, disk_full
from rag.watch import changes
from tests.fakes import make_library, write_files

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def looking_often(monkeypatch):
    monkeypatch.setattr("rag.watch._LOOK_MS", 50)


def ticks(sources):
    found = changes(sources, burst_ms=100)
    next(found)
    return found


def test_a_change_in_a_folder_is_noticed_and_a_library_in_it_is_passed_over(tmp_path):
    folder = write_files(tmp_path / "docs", a="x")
    (folder / "deep").mkdir()
    (folder / ".footnote").mkdir()
    found = ticks(lambda: [folder])
    noticed = []
    thread = threading.Thread(target=lambda: noticed.append(next(found)))
    thread.start()
    (folder / ".footnote/library.sqlite").write_text("x")
    (folder / "deep/.b.txt.part").write_text("x")
    thread.join(0.4)
    assert noticed == []
    (folder / "deep/b.txt").write_text("x")
    thread.join(20)
    assert noticed == [None]


def test_single_files_new_sources_and_those_that_come_back_are_noticed(tmp_path):
    one = write_files(tmp_path, one="x") / "one.txt"
    sources = [one]
    found = ticks(lambda: sources)
    (tmp_path / "new.txt").write_text("longer")
    (tmp_path / "new.txt").replace(one)
    next(found)
    sources.append(tmp_path / "docs")
    next(found)
    write_files(tmp_path / "docs", a="x")
    next(found)
    write_files(tmp_path / "docs", b="x")
    next(found)


@pytest.mark.parametrize("error", [OSError("OS file watch limit reached."), FileNotFoundError(2, "No path was found.")])
def test_folders_that_cannot_be_watched_are_told_and_those_that_just_went_are_looked_for_again(tmp_path, error):
    calls = []

    def watch(*_, **__):
        calls.append(1)
        if len(calls) == 1:
            raise error
        yield set()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("watchfiles.watch", watch)
        found = changes(lambda: [tmp_path])
        if isinstance(error, FileNotFoundError):
            next(found)
        else:
            with pytest.raises(SourceError, match=r"cannot be watched \(OS file watch limit reached"):
                next(found)


def test_a_full_disk_does_not_end_the_watch(tmp_path, monkeypatch, capsys):
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", a="The heron nests."))
    full = [True]

    def sync_steps():
        if full.pop():
            raise disk_full(library.path)
        return iter(())

    monkeypatch.setattr(library, "sync_steps", sync_steps)
    monkeypatch.setattr("rag.keeping.changes", lambda _: iter([full.append(False), None]))
    with pytest.raises(AssertionError, match="never end"):
        keeping.watch(library)
    assert "is full" in capsys.readouterr().err
    library.close()


_WATCH = """
import sys
from pathlib import Path
import rag.watch
from rag import commands
from rag.__main__ import main
from tests.fakes import make_library
rag.watch._LOOK_MS = 100
rag.watch.changes.__kwdefaults__["burst_ms"] = 100
library = make_library(Path(sys.argv[1]), Path(sys.argv[2]))
commands.find_each = lambda chosen, **_: [library]
sys.exit(main(["sync", "--watch"]))
"""


def test_a_watching_sync_says_a_line_for_each_change_and_ends_at_once(tmp_path):
    folder = write_files(tmp_path / "docs", a="The heron nests.")
    command = [sys.executable, "-c", _WATCH, str(tmp_path / "lib"), str(folder)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout.readline() == f"added\t{folder}/a.txt\n"
    (folder / "b.pdf").write_bytes(b"%PDF-1.7 torn")
    assert child.stdout.readline() == f"refused\t{folder}/b.pdf: The PDF is damaged: it could not be opened.\n"
    (folder / "a.txt").unlink()
    assert child.stdout.readline() == f"removed\t{folder}/a.txt\n"
    folder.rename(tmp_path / "away")
    assert "is gone. Its documents were kept" in [child.stderr.readline() for _ in range(2)][1]
    (tmp_path / "away").rename(folder)
    (folder / "c.txt").write_text("The mill.")
    assert child.stdout.readline() == f"added\t{folder}/c.txt\n"
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=20)
    assert child.returncode == 130
    assert told.endswith("Stopped. What was done is kept.\n")
