"""Find the library that a command means, bring it in step, tell how it goes. arguments -> Library, lines on stderr."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from rag.askable import Askable
from rag.assemble import open_library
from rag.errors import DiskFull, FootnoteError, LibraryError, LibraryLocked, LibraryMissing, SourceError
from rag.fetch_model import fetch_model, model_place
from rag.library import Library
from rag.places import existing_source, meant_folder, named_library, nearby_libraries
from rag.records import FileStatus, Progress
from rag.render import on_one_line, per_second
from rag.settings import Settings
from rag.several import Together
from rag.silence import SILENCED
from rag.watch import changes

_MAX_TOLD = 20
_WAIT_SECONDS = 1.0
_GONE = "What was removed is gone from text, words and vectors (checked)."
"""A sync that could not see to it ends in an error."""


def find_library(chosen: argparse.Namespace, *, fill: bool = True) -> Library:
    """Return the library that is meant: named, in the environment, here or above, else the bundled articles'.

    With `fill` documents that were never indexed are so now.
    """
    settings = settings_of(chosen)
    if named := chosen.library or os.environ.get("FOOTNOTE_LIBRARY"):
        return _open_named(named, settings, fill=fill)
    nearby = nearby_libraries(Path.cwd())
    if len(nearby) > 1:
        names = "\n  ".join(str(path) for path in nearby)
        raise LibraryError(f"There are several libraries here; say which with --library:\n  {names}")
    if nearby:
        return open_library(at=nearby[0], settings=settings)
    library = open_library(settings=settings)
    note("No library here: using the five bundled articles. Add your own: footnote add FOLDER")
    if fill:
        show_sync(library, quiet=True)
    return library


def find_libraries(chosen: argparse.Namespace) -> Askable:
    """Return all that --library names, together if they are several; without it what `find_library` returns."""
    found = find_each(chosen)
    return found[0] if len(found) == 1 else Together(found)


def find_each(chosen: argparse.Namespace) -> list[Library]:
    """Return all that --library names, each once; without it what `find_library` returns."""
    opened = [_open_named(name, settings_of(chosen)) for name in dict.fromkeys(chosen.library or ())]
    unlike = {library.path: library for library in opened}
    return list(unlike.values()) or [find_library(chosen)]


def settings_of(chosen: argparse.Namespace) -> Settings:
    """Return the settings that a command was given, the others as they are by default."""
    quote = getattr(chosen, "quote", False)
    model = Path(chosen.model) if getattr(chosen, "model", None) else None
    reranker = getattr(chosen, "reranker", "")
    settings = Settings(model_path=model, compose=not quote, use_second=not quote, reranker=reranker)
    most = getattr(chosen, "max_file_mb", None)
    return replace(settings, max_file_mb=most) if most else settings


def _open_named(name: str, settings: Settings, *, fill: bool = True) -> Library:
    """Open the library of a name or at a path, or the one of the documents there, indexed if they never were."""
    if by_name := named_library(name):
        if not (by_name / "library.sqlite").is_file():
            raise LibraryMissing(
                f"There is no file or folder {str(Path.cwd() / name)!r}, nor a library {name!r}. See those that are "
                "here with: footnote libraries"
            )
        return open_library(at=by_name, settings=settings)
    path = existing_source(Path(name))
    if meant_folder(path) == path:
        return open_library(at=path, settings=settings)
    library = open_library(path, settings=settings)
    if fill and not library.status():
        show_sync(library, quiet=True)
    return library


def show_sync(library: Library, *, quiet: bool = False) -> int:
    """Sync and tell of it as `told_steps` does; return the exit status, 1 when there is no file."""
    return 0 if sum(1 for _ in told_steps(library, quiet=quiet)) else 1


def told_steps(library: Library, *, quiet: bool = False) -> Iterator[Progress]:
    """Yield the steps of a sync with a line of progress on stderr.

    At the end it says what changed (with `quiet` only if anything did) and which new files were not wholly read.
    """
    counts: dict[str, int] = {}
    new: set[str] = set()
    for step in _progress(library.sync_steps()):
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


def watch(library: Library) -> NoReturn:
    """Sync now and after every change in the followed folders, a line for each document, until Ctrl-C."""
    note(f"{library.name}: following {', '.join(map(str, library.sources())) or 'no folder'}. Stop with Ctrl-C.")
    for _ in changes(library.sources):
        try:
            steps = _watched_sync(library)
        except (SourceError, DiskFull) as error:
            note(str(error))
            continue
        why = {file.path: file.reason for file in library.status()} if steps else {}
        for step in steps:
            told = filter(None, [f"{step.change}\t{on_one_line(step.path)}", on_one_line(why.get(step.path, ""))])
            print(": ".join(told), flush=True)
    raise AssertionError("changes never end")


def _watched_sync(library: Library) -> list[Progress]:
    """Sync, as soon as no other process writes; return the steps of what changed."""
    told = ""
    while True:
        try:
            return [step for step in _progress(library.sync_steps()) if step.change != "unchanged"]
        except LibraryLocked as error:
            if str(error) != told:
                note(told := str(error))
            time.sleep(_WAIT_SECONDS)


def _is_of(file: FileStatus, paths: set[str]) -> bool:
    """Say whether a file is one of those at `paths`, or attached to one."""
    return not paths.isdisjoint([file.path, *map(str, Path(file.path).parents)])


def _progress(steps: Iterator[Progress]) -> Iterator[Progress]:
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
    with SILENCED:
        return sys.stderr.isatty()


def _write(text: str) -> None:
    with SILENCED:
        print(text, end="", file=sys.stderr)
