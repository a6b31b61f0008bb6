"""Find the documents that a pattern means. files, pattern -> doc_ids."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from rag.errors import SourceError
from rag.records import FileStatus


def doc_ids_within(files: Sequence[FileStatus], pattern: str) -> tuple[str, ...]:
    """Do what `Library.within` says."""
    wanted = pattern.rstrip("/")
    found = tuple(
        file.doc_id
        for file in files
        if file.verdict != "refused"
        and any(fnmatchcase(name, wanted) for path in (Path(file.path), *Path(file.path).parents)
                for name in (str(path), path.name))
    )  # fmt: skip
    if not found:
        raise SourceError(f"No document of the library lies under {pattern!r}. See them with: footnote list")
    return found
