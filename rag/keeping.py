"""Find the library that a command means, and keep it in step. arguments -> Library."""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from rag.askable import Askable
from rag.assemble import open_library
from rag.errors import DiskFull, LibraryError, LibraryLocked, LibraryMissing, SourceError
from rag.library import Library
from rag.places import existing_source, meant_folder, named_library, nearby_libraries
from rag.records import Progress
from rag.render import on_one_line
from rag.settings import Settings
from rag.several import Together
from rag.telling import note, progress, show_sync
from rag.watch import changes

_WAIT_SECONDS = 1.0


def find_library(chosen: argparse.Namespace, *, fill: bool = True, to_change: bool = False) -> Library:
    """Return the library that is meant: named, in the environment, here or above, else the bundled articles'.

    With `fill` documents that were never indexed are so now. `to_change`: never the bundled articles'.
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
    if to_change:
        raise LibraryMissing(
            "There is no library here or in a folder above. Say which one with --library NAME; those that there are: "
            "footnote libraries"
        )
    library = open_library(settings=settings)
    note("No library here: using the five bundled articles. Add your own: footnote add FOLDER")
    if fill:
        show_sync(library, quiet=True)
    return library


def find_libraries(chosen: argparse.Namespace) -> Askable:
    """Return all that --library names, together if they are several; without it what `find_library` returns."""
    found = find_each(chosen)
    return found[0] if len(found) == 1 else Together(found)


def find_each(chosen: argparse.Namespace, *, to_change: bool = False) -> list[Library]:
    """Return all that --library names, each once; without it what `find_library` returns."""
    opened = [_open_named(name, settings_of(chosen)) for name in dict.fromkeys(chosen.library or ())]
    unlike = {library.path: library for library in opened}
    return list(unlike.values()) or [find_library(chosen, to_change=to_change)]


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
        note(f"{str(path)!r} was never indexed: its documents are read now, which later only what changed is.")
        show_sync(library, quiet=True)
    return library


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
            return [step for step in progress(library.sync_steps()) if step.change != "unchanged"]
        except LibraryLocked as error:
            if str(error) != told:
                note(told := str(error))
            time.sleep(_WAIT_SECONDS)
