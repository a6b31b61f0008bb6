"""Notice changes in followed folders, the door to watchfiles. sources -> a tick for each burst of changes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path

from rag.corpus.scan import is_passed_over
from rag.errors import SourceError

_BURST_MS = 1000
"""Changes that follow one another are waited for this long, then told as one."""
_LOOK_MS = 500

_Seen = tuple[tuple[str, int, int], ...]


def changes(
    sources: Callable[[], Sequence[Path]], *, burst_ms: int = _BURST_MS, stop: threading.Event | None = None
) -> Iterator[None]:
    """Yield once as soon as the folders are watched, then after every burst of changes in them, until `stop` is set.

    Sources that come, go or come back are noticed too; so are single files, which are looked at twice a second.
    Raises `SourceError` when the system does not let so many folders be watched.
    """
    stop = stop or threading.Event()
    while not stop.is_set():
        followed = sources()
        seen, is_new = _seen(followed), True
        folders = [path for path in followed if path.is_dir()]
        for found in _bursts(folders, burst_ms, stop):
            if found or is_new:
                is_new = False
                yield None
            if _seen(sources()) != seen:
                break


def _bursts(folders: Sequence[Path], burst_ms: int, stop: threading.Event) -> Iterator[Collection[object]]:
    """Yield the changes of every burst, none when nothing changed for a while."""
    from watchfiles import watch

    try:
        yield from watch(
            *folders, watch_filter=partial(_concerns, folders), stop_event=stop,
            debounce=burst_ms, rust_timeout=_LOOK_MS, yield_on_timeout=True, ignore_permission_denied=True,
        )  # fmt: skip
    except FileNotFoundError:  # it went while it was about to be watched, which is seen at the next look
        time.sleep(_LOOK_MS / 1000)
    except OSError as error:
        raise SourceError(
            f"The folders cannot be watched ({error}). Where it is a limit, raise it (on Linux: sysctl "
            "fs.inotify.max_user_watches), or bring the library in step now and then with: footnote sync"
        ) from error


def _concerns(folders: Sequence[Path], _change: object, name: str) -> bool:
    """Say whether a sync would look at a path; a library's own files, which it writes itself, are passed over."""
    path = Path(name)
    inside = (path.relative_to(folder).parts for folder in folders if path.is_relative_to(folder))
    return any(not any(map(is_passed_over, parts)) for parts in inside)


def _seen(sources: Sequence[Path]) -> _Seen:
    """Return which sources there are, and for single files when they changed."""
    found = []
    for path in sources:
        try:
            status = path.stat()
        except OSError:
            found.append((str(path), 0, 0))
        else:
            found.append((str(path), status.st_ino, 0 if path.is_dir() else status.st_mtime_ns))
    return tuple(found)
