"""Every error a person can meet, one class per cure. The message says what happened, the value, and what to do.

FootnoteError
├── QuestionError        the question cannot be asked as it is: rephrase it
├── SourceError          a folder or file to index cannot be used: give another
├── SettingsError        a setting or saved file has a value that cannot be: correct it
├── LibraryError
│   ├── LibraryMissing   there is no library there: add documents
│   ├── LibraryEmpty     it holds nothing to answer from: add documents
│   ├── LibraryLocked    another process is writing: wait, or stop it
│   ├── DiskFull         the disk takes no more: free some space
│   ├── LibraryMismatch  made by another embedder, splitter or version: footnote repair
│   └── LibraryDamaged   the files on disk are torn: footnote repair
├── ModelError           a model file is missing, broken or too small for the prompt: name another
"""

from __future__ import annotations

import shutil
from pathlib import Path


class FootnoteError(Exception):
    """The root: catching it catches all that Footnote raises on purpose."""


class QuestionError(FootnoteError):
    """The question cannot be asked as it is."""


class SourceError(FootnoteError):
    """A folder or file to index cannot be used."""


class SettingsError(FootnoteError):
    """A setting or a saved file has a value that cannot be."""


class LibraryError(FootnoteError):
    """The library on disk cannot be used as it is."""


class DiskFull(LibraryError):
    """The disk of the library takes no more."""


def has_room(folder: Path, n_bytes: int) -> bool:
    """Return whether so many bytes are free on the disk of a folder; of a disk that cannot be asked it is taken so."""
    try:
        return shutil.disk_usage(folder).free >= n_bytes
    except OSError:
        return True


def disk_full(path: object) -> DiskFull:
    """Return the error for a disk that took no more while something was written to `path`."""
    return DiskFull(f"The disk of {str(path)!r} is full. Nothing was lost: free some space, try again.")


class LibraryMissing(LibraryError):
    """There is no library at that place."""


class LibraryEmpty(LibraryError):
    """The library holds nothing to answer from."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class LibraryMismatch(LibraryError):
    """The library was made by another embedder, splitter or version."""


class LibraryDamaged(LibraryError):
    """The library's files are torn."""


class ModelError(FootnoteError):
    """A model file is missing, broken, or too small for the prompt."""
