"""Notice that the drive of a folder is not there. sources, files found, facts -> facts to keep, or `SourceError`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from rag.corpus.read import shown_path
from rag.errors import SourceError

_DRIVE = "drive of "


def check_drives(sources: Iterable[Path], found: Collection[Path], facts: Mapping[str, str]) -> dict[str, str]:
    """Return the facts that changed: the drive on which each source lies that has files.

    Raises `SourceError` for a folder without files on another drive than when it had some: an unmounted drive leaves
    an empty folder behind.
    """
    changed: dict[str, str] = {}
    for source in sources:
        fact, drive = _DRIVE + shown_path(source), _drive_of(source)
        if any(path.is_relative_to(source) for path in found):
            changed |= {fact: drive} if facts.get(fact) != drive else {}
        elif facts.get(fact, drive) != drive:
            raise SourceError(
                f"The folder {str(source)!r} is empty, and lies on another drive than when it had files: it seems that "
                "its drive is not there. Its documents were kept; connect the drive, or take the folder out with: "
                f"footnote remove {str(source)!r}"
            )
    return changed


def _drive_of(path: Path) -> str:
    return str(path.stat().st_dev)
