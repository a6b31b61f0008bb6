"""Find the files of a folder. sources -> files, in order, links followed once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.errors import SourceError
from rag.places import HOME_NAME

_SKIPPED_FOLDERS = {HOME_NAME, ".git", ".venv", "__pycache__", "node_modules"}


def find_files(sources: Iterable[Path]) -> Iterator[Path]:
    """Yield every regular file of the sources (files or folders), each once, by path.

    Hidden files and folders are left out, as are a library's own and tools' folders. A source that is gone raises
    `SourceError`: its documents are kept until it is removed on purpose.
    """
    seen: set[tuple[int, int]] = set()
    sources = tuple(sources)
    for source in sources:
        if source.is_file():
            yield source
        elif source.is_dir():
            yield from _walk(source, seen)
    check_sources(sources)


def check_sources(sources: Iterable[Path]) -> None:
    """Raise `SourceError` for a source that is gone."""
    for source in sources:
        if not source.exists():
            raise SourceError(
                f"The folder {str(source)!r} is gone. Its documents were kept; bring it back, "
                f"or take it out with: footnote remove {str(source)!r}"
            )


def is_passed_over(name: str) -> bool:
    """Say whether a file or folder of that name is left out wherever it lies in a source."""
    return name.startswith(".") or name in _SKIPPED_FOLDERS


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen:
            return
        seen.add((status.st_dev, status.st_ino))
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise SourceError(
            f"The folder {str(folder)!r} could not be read: {error.strerror}. Mend its rights."
        ) from error
    for entry in entries:
        if is_passed_over(entry.name):
            continue
        path = Path(entry.path)
        if path.is_dir():
            yield from _walk(path, seen)
        elif path.is_file():
            yield path
