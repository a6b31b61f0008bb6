"""Find the files of a folder. sources -> files, in order, links followed once."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from rag.corpus.read import shown_path
from rag.errors import SourceError
from rag.places import HOME_NAME

_PAGES = (".html", ".htm", ".xhtml", ".xht", ".shtml")
_COMPANION = re.compile(
    r"(.+)(?:[._-]files|_archivos|_arquivos|_bestanden|_bylos|_datoteke|[_-]dateien|_elemei|_failid|_fails|_fajlovi"
    r"|_ficheiros|_fichiers|_file|[_-]filer|_fitxategiak|_fitxers|_kartotekos|_pliki|_soubory|_tiedostot|_dosyalar)",
    re.IGNORECASE,
)
"""How browsers name the folder of what belongs to a page that they save, in their languages."""
_SKIPPED_FOLDERS = {HOME_NAME, ".git", ".venv", "__pycache__", "node_modules"}


def find_files(sources: Iterable[Path], unread: dict[Path, str] | None = None) -> Iterator[Path]:
    """Yield every regular file of the sources (files or folders), each once, by path.

    Hidden files and folders are left out, as are a library's own and tools' folders, and those that browsers save with
    a page. Folders inside a source that cannot be read are put into `unread`, each with a sentence why. A source that
    is gone or cannot be read raises `SourceError`: its documents are kept until it is removed on purpose.
    """
    seen: set[tuple[int, int]] = set()
    unread = {} if unread is None else unread
    sources = tuple(sources)
    for source in sources:
        if source.is_file():
            yield source
        elif source.is_dir():
            yield from _walk(source, seen, unread)
        if source in unread:
            raise SourceError(unread[source])
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


def is_companion(name: str, beside: Set[str]) -> bool:
    """Say whether a folder holds what was saved with a page: its pictures, scripts and style sheets."""
    found = _COMPANION.fullmatch(name)
    return found is not None and any(found[1] + ending in beside for ending in _PAGES)


def _walk(folder: Path, seen: set[tuple[int, int]], unread: dict[Path, str]) -> Iterator[Path]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen:
            return
        seen.add((status.st_dev, status.st_ino))
        names = sorted(entry.name for entry in os.scandir(folder) if not is_passed_over(entry.name))
        modes = [(folder / name, _mode(folder / name)) for name in names]
    except OSError as error:
        unread[folder] = f"The folder {shown_path(folder)!r} could not be read: {error.strerror}. Mend its rights."
        return
    beside = set(names)
    for path, mode in modes:
        if stat.S_ISDIR(mode) and not is_companion(path.name, beside):
            yield from _walk(path, seen, unread)
        elif stat.S_ISREG(mode):
            yield path


def _mode(path: Path) -> int:
    """Return what a path is, 0 for a link that leads nowhere; one that may not be followed is a file to be refused."""
    try:
        return path.stat().st_mode
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return 0
        if path.is_symlink():
            return stat.S_IFREG
        raise
