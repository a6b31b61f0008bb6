"""Fetch a model from the hub when a person orders it, or delete it. OWNER/NAME/FILE.gguf -> how far it is, a file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ModelError
from rag.places import cache_folder, child_environment

_PART = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,150}"
_NAME = re.compile(rf"{_PART}/{_PART}/{_PART}\.gguf")
_PIECE = re.compile(r"(.+\.gguf)(?:\.[0-9a-f]+\.part)?")
_POLL_SECONDS = 0.2
_ONLINE = {"HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
"""What fetches may reach the hub, as this process may not, and tells nothing of this machine."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """How far a download is. `total_bytes` and `left_seconds` are 0 while they are not known."""

    path: Path
    done_bytes: int
    total_bytes: int
    seconds: float
    left_seconds: float


@dataclass(frozen=True, slots=True)
class Held:
    """A model of the hub that is on this machine: OWNER/NAME/FILE.gguf, and the bytes it takes.

    It is not whole when it holds only what a download that was stopped has left.
    """

    name: str
    n_bytes: int
    is_whole: bool


def model_place(name: str) -> Path:
    """Return where OWNER/NAME/FILE.gguf of the hub lies, once it is here. Raises `ModelError` for another form."""
    if not _NAME.fullmatch(name):
        raise ModelError(f"{name!r} names no model file of the hub. Give it as OWNER/NAME/FILE.gguf.")
    return _folder() / name


def fetch_model(name: str) -> Generator[Fetching, None, None]:
    """Fetch OWNER/NAME/FILE.gguf from the hub into the user's cache; yield how far it is, about five times a second.

    The last one says where the whole file lies; a file that is here already gives only that one. Closing the iterator
    stops at once; what came is kept, and a later call goes on from there. Raises `ModelError` for a name that is none,
    a file that cannot be had, a hub that cannot be reached and a full disk.
    """
    path = model_place(name)
    if path.is_file():
        yield Fetching(path, path.stat().st_size, path.stat().st_size, 0.0, 0.0)
        return
    start, told = time.monotonic(), dict[str, Any]()
    process = subprocess.Popen(
        [sys.executable, "-m", "rag.hub", name, str(_folder())], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, encoding="utf-8", env={**child_environment(), **_ONLINE},
        start_new_session=True,
    )  # fmt: skip
    listening = threading.Thread(target=_listen, args=(process, told), daemon=True)
    listening.start()
    try:
        while not _ended(process):
            yield _step(path, told, time.monotonic() - start)
        listening.join()
    finally:
        _end(process)
    if "path" not in told:
        raise ModelError(told.get("error", f"The download of {name} broke off. Start it again, and it goes on."))
    size = path.stat().st_size
    yield Fetching(path, size, size, time.monotonic() - start, 0.0)


def held_models() -> tuple[Held, ...]:
    """Return the models that were fetched, whole or in part, by name."""
    held = (Held(name, sum(map(_size, of)), model_place(name) in of) for name, of in sorted(_pieces().items()))
    return tuple(one for one in held if one.is_whole or one.n_bytes)


def delete_model(name: str) -> int:
    """Delete a model that was fetched, whole or in part; return how many bytes that frees.

    Raises `ModelError` when there is none of that name, while it is being fetched, and when it cannot be deleted.
    """
    from filelock import FileLock, Timeout

    place = model_place(name)
    lock = place.with_name(place.name + ".lock")
    if not (pieces := _pieces().get(name, [])):
        known = ", ".join(one.name for one in held_models()) or "none"
        raise ModelError(f"No model {name!r} was downloaded to this machine. There are: {known}.")
    freed = sum(map(_size, pieces))
    try:
        with FileLock(lock, timeout=0):
            for piece in pieces:
                piece.unlink(missing_ok=True)
        lock.unlink(missing_ok=True)
    except Timeout as error:
        raise ModelError(f"{name} is being downloaded. Stop that first.") from error
    except OSError as error:
        raise ModelError(
            f"{name} could not be deleted ({error.strerror}). If it is in use, end what uses it."
        ) from error
    for folder in (place.parent, place.parent.parent):
        with suppress(OSError):  # another model lies there
            folder.rmdir()
    return freed


def _pieces() -> dict[str, list[Path]]:
    """Return the files that were fetched, and the parts of those that are not whole, by the model's name."""
    found: dict[str, list[Path]] = {}
    for path in sorted(_folder().glob("*/*/*")):
        piece = _PIECE.fullmatch(path.name)
        name = f"{path.parent.parent.name}/{path.parent.name}/{piece[1]}" if piece else ""
        if _NAME.fullmatch(name):
            found.setdefault(name, []).append(path)
    return found


def _step(path: Path, told: dict[str, Any], seconds: float) -> Fetching:
    begun, total = told.get("done", 0), told.get("total", 0)
    done = _size(Path(told["part"]), path) if "part" in told else 0
    left = seconds / (done - begun) * (total - done) if done > begun else 0.0
    return Fetching(path, done, total, seconds, max(0.0, left))


def _folder() -> Path:
    return cache_folder() / "models" / "hub"


def _listen(process: subprocess.Popen[str], told: dict[str, Any]) -> None:
    assert process.stdout is not None
    with process.stdout, suppress(ValueError):  # half a line of a process that was killed
        for line in process.stdout:
            told.update(json.loads(line))


def _ended(process: subprocess.Popen[str]) -> bool:
    with suppress(subprocess.TimeoutExpired):
        process.wait(_POLL_SECONDS)
    return process.poll() is not None


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdin is not None
    process.stdin.close()


def _size(*paths: Path) -> int:
    """Return the size of the first file that is there: the part, which takes the whole file's name at its end."""
    for path in paths:
        with suppress(FileNotFoundError):
            return path.stat().st_size
    return 0
