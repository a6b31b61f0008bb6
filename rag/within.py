"""Find the documents that a pattern and dates mean. files, pattern, dates -> doc_ids."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from rag.dates import iso_date
from rag.errors import SourceError
from rag.records import FileStatus

_PART = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")


def doc_ids_within(files: Sequence[FileStatus], pattern: str, since: str, until: str) -> tuple[str, ...]:
    """Do what `Askable.within` says."""
    first, last = _date(since), _date(until)
    if last and first[: len(last)] > last[: len(first)]:
        raise SourceError(
            f"No day is since {since} and until {until}, which is earlier. Give them the other way round."
        )
    held, meant = [file for file in files if file.verdict != "refused"], pattern.rstrip("/")
    found = [file for file in held if meant in _names(Path(file.path))]
    found = found or [file for file in held if any(fnmatchcase(name, meant) for name in _names(Path(file.path)))]
    if not found:
        raise SourceError(f"No document of the library lies under {pattern!r}. See them with: footnote list")
    dated = [
        file for file in found if file.date and file.date >= first and (not last or file.date[: len(last)] <= last)
    ]
    kept = dated if first or last else found
    if not kept:
        raise SourceError(
            f"No document gives a date {_told(since, until)} ({sum(not file.date for file in found)} of {len(found)} "
            "give none). See their dates with: footnote status --json"
        )
    return tuple(file.doc_id for file in kept)


def _names(path: Path) -> set[str]:
    """Return the names and paths by which a file can be meant: its own, and those of the folders that it lies in."""
    return {name for part in (path, *path.parents) for name in (str(part), part.name)}


def _date(written: str) -> str:
    """Return a date, a month or a year as the beginning of an ISO date; "" for ""."""
    found = written.strip() if _PART.fullmatch(written.strip()) else iso_date(written)
    if written.strip() and not found:
        raise SourceError(f"The date {written!r} was not understood. Write it like 2024-02-05, 2024-02 or 2024.")
    return found


def _told(since: str, until: str) -> str:
    return " and ".join([f"since {since}"] * bool(since) + [f"until {until}"] * bool(until))
