"""Tell how work on a library goes. Library -> its steps, lines on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rag.errors import FootnoteError
from rag.fetch_model import fetch_model, model_place
from rag.library import Library
from rag.records import FileStatus, Progress
from rag.render import on_one_line, per_second

_MAX_TOLD = 20
_GONE = "What was removed is gone from text, words and vectors (checked)."
"""A sync that could not see to it ends in an error."""


def show_sync(library: Library, *, quiet: bool = False) -> int:
    """Sync and tell of it as `told_steps` does; return the exit status, 1 when there is no file."""
    return 0 if sum(1 for _ in told_steps(library, quiet=quiet)) else 1


def told_steps(library: Library, *, quiet: bool = False) -> Iterator[Progress]:
    """Yield the steps of a sync with a line of progress on stderr.

    At the end it says what changed (with `quiet` only if anything did) and which new files were not wholly read.
    """
    counts: dict[str, int] = {}
    new: set[str] = set()
    for step in progress(library.sync_steps()):
        counts[step.change] = counts.get(step.change, 0) + 1
        if step.change in ("added", "changed", "refused"):
            new.add(step.path)
        yield step
    changed = {change: count for change, count in counts.items() if change != "unchanged"}
    if changed or not quiet:
        listed = ", ".join(f"{count} {change}" for change, count in sorted(counts.items())) or "no files"
        gone = _GONE if "removed" in counts else ""
        note(" ".join(filter(None, [f"{library.name}: {listed}.", gone, library.left_out()])))
    told = [file for file in library.status() if file.verdict != "indexed" and _is_of(file, new)] if new else []
    for file in told[:_MAX_TOLD]:
        note(f"  {file.verdict}: {file.path}: {file.reason}")
    if len(told) > _MAX_TOLD:
        note(f"  and {len(told) - _MAX_TOLD:,} more: footnote status tells of each.")


def noted_steps(library: Library) -> Iterator[Progress]:
    """Yield the steps of a sync while questions are asked; what keeps it from its end is told on stderr as well."""
    try:
        yield from told_steps(library, quiet=True)
    except FootnoteError as error:
        note(str(error))
        raise


def _is_of(file: FileStatus, paths: set[str]) -> bool:
    """Say whether a file is one of those at `paths`, or attached to one."""
    return not paths.isdisjoint([file.path, *map(str, Path(file.path).parents)])


def progress(steps: Iterator[Progress]) -> Iterator[Progress]:
    """Pass the steps on, writing to stderr, when that is a terminal, how far they are; once one was read, the pace."""
    live = _is_live()
    read = 0
    for step in steps:
        read += step.was_read
        if live:
            pace = f", {per_second(read, step.seconds)}/s, {step.left_seconds:.0f} s left" if read else ""
            _write(f"\r{step.done}/{step.total} files{pace}\033[K")
        yield step
    if live:
        _write("\r\033[K")


def show_fetch(name: str) -> Path:
    """Fetch a model from the hub with a line of progress on stderr when that is a terminal; return where it lies."""
    live = _is_live()
    path = model_place(name)
    try:
        for step in fetch_model(name):
            if live and step.total_bytes:
                done, total = step.done_bytes / 1e6, step.total_bytes / 1e6
                far = f"{done:,.0f} of {total:,.0f} MB, {step.left_seconds:,.0f} s left"
                _write(f"\r{far}\033[K")
    finally:
        if live:
            _write("\r\033[K")
    return path


def note(text: str) -> None:
    """Write a line to stderr: what is told beside the output."""
    _write(on_one_line(text) + "\n")


def _is_live() -> bool:
    """Return whether stderr is a terminal, where a line may be written over."""
    return sys.stderr.isatty()


def _write(text: str) -> None:
    print(text, end="", file=sys.stderr)
