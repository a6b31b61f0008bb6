"""Find the files of a folder. sources -> files, in order, links followed once."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from rag.corpus.left_out import LeftOut
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


def find_files(
    sources: Iterable[Path], unread: dict[Path, str] | None = None, left_out: list[LeftOut] | None = None
) -> Iterator[Path]:
    """Yield every regular file of the sources (files or folders), each once, by path.

    Hidden files and folders are left out, as are tools' folders, those that browsers save with a page, links to nowhere
    and what is no file: each is added to `left_out`. So is a library's own folder, which is not told. Folders inside a
    source that cannot be read are put into `unread`, each with a sentence why. A source that is gone or cannot be read
    raises `SourceError`: its documents are kept until it is removed on purpose.
    """
    walk = _Walk({} if unread is None else unread, [] if left_out is None else left_out)
    sources = tuple(sources)
    for source in sources:
        if source.is_file():
            yield source
        elif source.is_dir():
            yield from walk.files(source)
        if source in walk.unread:
            raise SourceError(walk.unread[source])
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


class _Walk:
    """A walk through folders, each entered once, and what it could not or would not give."""

    def __init__(self, unread: dict[Path, str], left_out: list[LeftOut]) -> None:
        self.unread = unread
        self._left_out = left_out
        self._seen: set[tuple[int, int]] = set()

    def files(self, top: Path) -> Iterator[Path]:
        """Yield the files in a folder and in those below it, however deep."""
        waiting = [(top, stat.S_IFDIR)]
        while waiting:
            path, mode = waiting.pop()
            if stat.S_ISDIR(mode):
                waiting += reversed(self._inside(path))
            elif stat.S_ISREG(mode):
                yield path
            else:
                self._left_out.append(LeftOut("special" if mode else "link", path.name))

    def _inside(self, folder: Path) -> list[tuple[Path, int]]:
        """Return what lies in a folder, by name, each with its mode; nothing when it was entered before."""
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in self._seen:
                return []
            self._seen.add((status.st_dev, status.st_ino))
            passed, names = [], []
            for entry in os.scandir(folder):
                if is_passed_over(entry.name):
                    passed.append(_passed_over(entry))
                else:
                    names.append(entry.name)
            found = [(folder / name, _mode(folder / name)) for name in sorted(names)]
        except OSError as error:
            self.unread[folder] = (
                f"The folder {shown_path(folder)!r} could not be read: {error.strerror}. Mend its rights."
            )
            return []
        beside = set(names)
        saved = {path for path, mode in found if stat.S_ISDIR(mode) and is_companion(path.name, beside)}
        self._left_out += [one for one in passed if one.name != HOME_NAME]
        self._left_out += [LeftOut("folder of a page", path.name) for path in sorted(saved)]
        return [(path, mode) for path, mode in found if path not in saved]


def _passed_over(entry: os.DirEntry[str]) -> LeftOut:
    is_folder, name = entry.is_dir(follow_symlinks=False), entry.name
    if name.startswith("."):
        return LeftOut("hidden folder" if is_folder else "hidden file", name)
    return LeftOut("folder of tools" if is_folder else "file of tools", name)


def _mode(path: Path) -> int:
    """Return what a path is, 0 for a link that leads nowhere.

    A link that may not be followed, and a path too long for the system, is a file to be refused.
    """
    try:
        return path.stat().st_mode
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return 0
        if error.errno == errno.ENAMETOOLONG or path.is_symlink():
            return stat.S_IFREG
        raise
