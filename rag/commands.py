"""Do what the command line asked. parsed arguments -> printed lines and an exit status."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from rag.assemble import open_library
from rag.errors import LibraryError, QuestionError
from rag.library import Library
from rag.places import existing_source, library_folder, nearby_libraries
from rag.records import Answer, Hit, Progress, Query
from rag.render import to_text
from rag.retrieval.lexical import shared_words
from rag.settings import Settings

_ABSTAINED = 3
_MAX_TOLD = 20


def run(chosen: argparse.Namespace) -> int:
    """Run the chosen command; return its exit status."""
    return {
        "add": _add, "ask": _ask, "search": _search, "chat": _chat, "list": _list, "status": _status, "sync": _sync,
        "remove": _remove, "repair": _repair, "calibrate": _calibrate,
    }[chosen.command](chosen)  # fmt: skip


def find_library(chosen: argparse.Namespace) -> Library:
    """Return the library that is meant: named, in the environment, here or above, else the bundled articles'."""
    settings = Settings(
        model_path=Path(chosen.model) if getattr(chosen, "model", None) else None,
        compose=not getattr(chosen, "quote", False),
        use_second=not getattr(chosen, "quote", False),
    )
    named = chosen.library or os.environ.get("FOOTNOTE_LIBRARY")
    if named:
        path = Path(named).expanduser().resolve()
        if (path / "library.sqlite").is_file():
            return open_library(at=path, settings=settings)
        library = open_library(existing_source(path), settings=settings)
        if not library.status():
            _show_sync(library, quiet=True)
        return library
    nearby = nearby_libraries(Path.cwd())
    if len(nearby) > 1:
        names = "\n  ".join(str(path) for path in nearby)
        raise LibraryError(f"There are several libraries here; say which with --library:\n  {names}")
    if nearby:
        return open_library(at=nearby[0], settings=settings)
    library = open_library(settings=settings)
    _note("No library here: using the five bundled articles. Add your own: footnote add FOLDER")
    _show_sync(library, quiet=True)
    return library


def _add(chosen: argparse.Namespace) -> int:
    paths = [existing_source(Path(path)) for path in chosen.paths]
    if chosen.library or os.environ.get("FOOTNOTE_LIBRARY"):
        folder = Path(chosen.library or os.environ["FOOTNOTE_LIBRARY"]).expanduser().resolve()
    else:
        here = [found for found in nearby_libraries(Path.cwd()) if found.parent.parent == Path.cwd().resolve()]
        folder = here[0] if len(here) == 1 else library_folder(paths[0])
    library = open_library(paths[0], at=folder)
    library.add(*paths)
    status = _show_sync(library)
    _note(f"Library: {library.path}")
    if library.path not in nearby_libraries(Path.cwd()):
        _note(f'Ask it from here with: footnote ask --library {str(library.path)!r} "..."')
    return status


def _ask(chosen: argparse.Namespace) -> int:
    question = chosen.question
    if question in (None, "-"):
        if sys.stdin.isatty():
            raise QuestionError('There is no question. Type it: footnote ask "..."')
        question = sys.stdin.read()
    library = find_library(chosen)
    shown = ""
    answer: Answer | None = None
    for answer in library.stream(question):
        if not chosen.json and answer.outcome != "abstained" and answer.text.startswith(shown):
            print(answer.text[len(shown) :], end="", flush=True)
            shown = answer.text
    assert answer is not None
    rest = answer.to_json() if chosen.json else to_text(answer)
    print(rest[len(shown) :] if rest.startswith(shown) else f"\n{rest}")
    return _ABSTAINED if answer.outcome == "abstained" else 0


def _search(chosen: argparse.Namespace) -> int:
    library = find_library(chosen)
    only = library.within(chosen.within) if chosen.within else ()
    query, hits = library.find(chosen.question, chosen.k, only=only)
    if query.text != query.question:
        _note(f"Searched for: {query.text}")
    for hit in hits:
        print(json.dumps(dataclasses.asdict(hit), ensure_ascii=False) if chosen.json else _shown_hit(query, hit))
    return 0 if hits else _ABSTAINED


def _shown_hit(query: Query, hit: Hit) -> str:
    """Return a hit with its reasons: how alike it is, which of the words it holds and what they weigh."""
    told = []
    if "dense" in hit.scores:
        told.append(f"likeness {hit.scores['dense']:.2f}")
    if "lexical" in hit.scores:
        found = ", ".join(shared_words(query, hit.passage)) or "none"
        told.append(f"words {hit.scores['lexical']:.2f} ({found})")
    flat = " ".join(hit.passage.text.split())
    start, end = hit.passage.start, hit.passage.end
    return f"{hit.rank}. {Path(hit.passage.path).name} {start:,}–{end:,}  {hit.score:.2f}: {'; '.join(told)}\n   {flat}"


def _chat(chosen: argparse.Namespace) -> int:
    from ui.serve import serve

    if chosen.folder:
        chosen.library = chosen.folder
    library = find_library(chosen)
    _show_sync(library, quiet=True)
    serve(
        library, host=chosen.host, port=chosen.port, open_browser=not chosen.no_browser, password=chosen.password,
        mcp=chosen.mcp,
    )  # fmt: skip
    return 0


def _list(chosen: argparse.Namespace) -> int:
    for document in find_library(chosen).documents():
        print(f"{document.path}\t{document.title}")
    return 0


def _status(chosen: argparse.Namespace) -> int:
    for file in find_library(chosen).status():
        if chosen.json:
            print(json.dumps(dataclasses.asdict(file), ensure_ascii=False))
        else:
            size = f"{file.characters:,} characters, {file.passages} passages." if file.passages else ""
            print(f"{file.verdict}\t{file.path}\t{' '.join(filter(None, [size, file.reason]))}")
    return 0


def _sync(chosen: argparse.Namespace) -> int:
    return _show_sync(find_library(chosen))


def _remove(chosen: argparse.Namespace) -> int:
    library = find_library(chosen)
    library.remove(*chosen.paths)
    return _show_sync(library)


def _repair(chosen: argparse.Namespace) -> int:
    print(find_library(chosen).repair())
    return 0


def _calibrate(chosen: argparse.Namespace) -> int:
    from eval.__main__ import main

    about = ["--documents", str(existing_source(Path(chosen.folder))), "--questions", chosen.questions]
    return main(["calibrate", *about, "--risk", str(chosen.risk), "--write"])


def _show_sync(library: Library, *, quiet: bool = False) -> int:
    """Sync with a line of progress on stderr; then say what changed and which new files were not wholly read."""
    counts: dict[str, int] = {}
    new: set[str] = set()
    for step in _progress(library.sync_steps()):
        counts[step.change] = counts.get(step.change, 0) + 1
        if step.change in ("added", "changed", "refused"):
            new.add(step.path)
    changed = {change: count for change, count in counts.items() if change != "unchanged"}
    if changed or not quiet:
        listed = ", ".join(f"{count} {change}" for change, count in sorted(counts.items())) or "no files"
        _note(f"{library.name}: {listed}.")
    told = [file for file in library.status() if file.path in new and file.verdict != "indexed"] if new else []
    for file in told[:_MAX_TOLD]:
        _note(f"  {file.verdict}: {file.path}: {file.reason}")
    if len(told) > _MAX_TOLD:
        _note(f"  and {len(told) - _MAX_TOLD:,} more: footnote status tells of each.")
    return 0 if sum(counts.values()) else 1


def _progress(steps: Iterator[Progress]) -> Iterator[Progress]:
    """Pass the steps on, writing rate and time left to stderr when that is a terminal."""
    live = sys.stderr.isatty()
    for step in steps:
        if live:
            rate = step.done / step.seconds if step.seconds > 0 else 0.0
            left = (step.total - step.done) / rate if rate else 0.0
            print(f"\r{step.done}/{step.total} files, {rate:.0f}/s, {left:.0f} s left\033[K", end="", file=sys.stderr)
        yield step
    if live:
        print("\r\033[K", end="", file=sys.stderr)


def _note(text: str) -> None:
    print(text, file=sys.stderr)
