import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from browsing import chromium, visiting

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"

# A shell has what it starts in the background ignore Ctrl-C, and what that starts too: some tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)

SEEDS = Path(__file__).parent.parent / "seeds"

_connect = socket.socket.connect


def _only_loopback(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise RuntimeError(f"A test tried to reach {address}: nothing may leave the machine.")
    return _connect(self, address)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", _only_loopback)


@pytest.fixture
def seeds():
    return SEEDS


@pytest.fixture
def many_passages(monkeypatch):
    """Any library counts as one of many passages, so that its dense index is what is searched."""
    monkeypatch.setattr("rag.corpus.passages.FEW", 0)


@pytest.fixture
def small_disk(tmp_path, request):
    """A disk of its own for the library, of so many bytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    """The real engine over the five articles: real vectors, real Chroma, the real model."""
    from rag import open_library

    library = open_library(SEEDS, at=tmp_path_factory.mktemp("library") / "seeds")
    library.sync()
    yield library
    library.close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser):
    with visiting(browser) as open_page:
        yield open_page
