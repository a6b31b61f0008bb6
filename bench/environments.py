"""Make an environment for each peer, once, outside the repository. Peer -> its python, seconds and bytes it took."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from rag.places import cache_folder

_ROOT = Path(__file__).parent.parent
_SHARED = ("torch", "sentence-transformers", "transformers", "tokenizers", "llama-cpp-python")
"""What every peer gets in the version that Footnote has, so that they run on the same engines."""


@dataclass(frozen=True, slots=True)
class Peer:
    """What a user might pick instead: its name, the packages of its documented local recipe, and our script of it."""

    name: str
    packages: tuple[str, ...]
    script: str

    @property
    def folder(self) -> Path:
        """Where its environment is kept."""
        return cache_folder() / "peers" / self.script

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


PEERS = (
    Peer(
        "LlamaIndex",
        (
            "llama-index-core",
            "llama-index-embeddings-huggingface",
            "llama-index-llms-llama-cpp",
            "llama-index-readers-file",
        ),
        "llama_index",
    ),
    Peer("Haystack", ("haystack-ai", "llama-cpp-haystack", "sentence-transformers-haystack"), "haystack"),
    Peer("txtai", ("txtai",), "txtai"),
)


def made(peer: Peer) -> dict[str, float]:
    """Return the seconds that the environment took to make and the bytes it takes, making it unless it is there."""
    notes = peer.folder / "made.json"
    if not notes.is_file():
        start = time.perf_counter()
        shutil.rmtree(peer.folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(peer.folder)], check=True)
        setup = _setup()
        setup.PYTHON = str(peer.python)
        versions = {name: setup.locked(name) for name in _SHARED}
        cmake = setup.processor_arguments()
        _pip(peer, [f"torch=={versions['torch']}", *setup.torch_source(versions["torch"])], cmake)
        _pip(peer, [*(f"{name}=={version}" for name, version in versions.items()), *peer.packages], cmake)
        seconds = round(time.perf_counter() - start, 1)
        size = sum(path.lstat().st_size for path in peer.folder.rglob("*") if path.is_file())
        notes.write_text(json.dumps({"seconds": seconds, "bytes": size}), "utf-8")
    found: dict[str, float] = json.loads(notes.read_text("utf-8"))
    return found


def _pip(peer: Peer, arguments: list[str], cmake: str) -> None:
    command = [str(peer.python), "-m", "pip", "install", "--quiet", "--no-input", *arguments]
    environment = {"CMAKE_ARGS": f"-DLLAVA_BUILD=OFF {cmake}".strip()} | os.environ
    subprocess.run(command, check=True, env=environment)


def _setup() -> ModuleType:
    """Return .make/setup.py, which knows where a CPU build of torch comes from and what llama.cpp is built with."""
    beside = str(_ROOT / ".make")
    sys.path.insert(0, beside)
    try:
        return importlib.import_module("setup")
    finally:
        sys.path.remove(beside)
