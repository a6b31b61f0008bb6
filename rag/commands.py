"""Do what the command line asked. parsed arguments -> printed lines and an exit status."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shlex
import shutil
import sys
from pathlib import Path

from rag.askable import Askable
from rag.assemble import new_library
from rag.corpus.web import is_url
from rag.errors import DiskFull, LibraryError, QuestionError
from rag.fetch_model import delete_model
from rag.keeping import find_each, find_libraries, find_library, settings_of, watch
from rag.listing import list_documents, list_files, list_hidden, list_libraries, list_models
from rag.places import existing_source, library_folder, meant_folder, named_library, nearby_libraries
from rag.records import Answer, Hit, Query
from rag.render import on_one_line, to_text
from rag.retrieval.lexical import shared_words
from rag.telling import note, show_fetch, show_sync

_ABSTAINED = 3


def run(chosen: argparse.Namespace) -> int:
    """Run the chosen command; return its exit status."""
    return {
        "add": _add, "ask": _ask, "search": _search, "chat": _chat, "libraries": _libraries, "list": _list,
        "status": _status, "sync": _sync, "remove": _remove, "repair": _repair, "drop-old": _drop_old,
        "calibrate": _calibrate, "fetch-model": _fetch_model, "models": _models, "hidden": _hidden,
    }[chosen.command](chosen)  # fmt: skip


def _add(chosen: argparse.Namespace) -> int:
    urls = [path for path in chosen.paths if is_url(path)]
    paths = [existing_source(Path(path)) for path in chosen.paths if not is_url(path)]
    if named := chosen.library or os.environ.get("FOOTNOTE_LIBRARY"):
        by_name = named_library(named)
        meant = by_name or Path(named).expanduser().resolve()
        folder = by_name or meant_folder(meant)
        paths += [meant] * (meant != folder)  # documents: what is added joins them in their library
    else:
        here = [found for found in nearby_libraries(Path.cwd()) if found.parent.parent == Path.cwd().resolve()]
        folder = here[0] if len(here) == 1 else library_folder(paths[0] if paths else Path.cwd() / "web")
    is_new = not folder.exists()
    library = new_library(folder, settings_of(chosen))
    try:
        library.add(*paths, *urls)
    except BaseException:
        library.close()
        if is_new:
            shutil.rmtree(folder)
        raise
    status = show_sync(library)
    note(f"Library: {library.path}")
    if library.path not in nearby_libraries(Path.cwd()):
        note(f'Ask it from here with: footnote ask --library {str(library.path)!r} "..."')
    return status


def _ask(chosen: argparse.Namespace) -> int:
    question = chosen.question
    if question in (None, "-"):
        if sys.stdin.isatty():
            raise QuestionError('There is no question. Type it: footnote ask "..."')
        question = sys.stdin.read()
    library = find_libraries(chosen)
    shown = ""
    answer: Answer | None = None
    for answer in library.stream(question, only=_only(library, chosen)):
        if not chosen.json and answer.outcome != "abstained" and answer.text.startswith(shown):
            print(answer.text[len(shown) :], end="", flush=True)
            shown = answer.text
    assert answer is not None
    rest = answer.to_json() if chosen.json else to_text(answer)
    print(rest[len(shown) :] if rest.startswith(shown) else f"\n{rest}")
    return _ABSTAINED if answer.outcome == "abstained" else 0


def _search(chosen: argparse.Namespace) -> int:
    library = find_libraries(chosen)
    query, hits = library.find(chosen.question, chosen.k, only=_only(library, chosen))
    if query.text != query.question:
        note(f"Searched for: {query.text}")
    for hit in hits:
        print(json.dumps(dataclasses.asdict(hit), ensure_ascii=False) if chosen.json else _shown_hit(query, hit))
    return 0 if hits else _ABSTAINED


def _only(library: Askable, chosen: argparse.Namespace) -> tuple[str, ...]:
    """Return the doc_ids that --in, --since and --until mean; () for all."""
    if not (chosen.within or chosen.since or chosen.until):
        return ()
    return library.within(chosen.within or "*", since=chosen.since, until=chosen.until)


def _shown_hit(query: Query, hit: Hit) -> str:
    """Return a hit with its reasons: how alike it is, which of the words it holds and what they weigh."""
    told = []
    if "dense" in hit.scores:
        told.append(f"likeness {hit.scores['dense']:.2f}")
    if "lexical" in hit.scores:
        found = ", ".join(shared_words(query, hit.passage)) or "none"
        told.append(f"words {hit.scores['lexical']:.2f} ({found})")
    told += [f"{name} {score:.2f}" for name, score in hit.reread.items()]
    flat = " ".join(hit.passage.text.split())
    start, end = hit.passage.start, hit.passage.end
    place = on_one_line(" · ".join(filter(None, [hit.passage.library, Path(hit.passage.path).name])))
    return f"{hit.rank}. {place} {start:,}–{end:,}  {hit.score:.2f}: {'; '.join(told)}\n   {flat}"


def _chat(chosen: argparse.Namespace) -> int:
    from ui.serve import serve

    if chosen.folder:
        chosen.library = chosen.folder
    serve(
        find_library(chosen, fill=False), host=chosen.host, port=chosen.port, open_browser=not chosen.no_browser,
        password=chosen.password, mcp=chosen.mcp,
    )  # fmt: skip
    return 0


def _libraries(chosen: argparse.Namespace) -> int:  # noqa: ARG001  # every command takes what was typed
    return 0 if list_libraries() else 1


def _list(chosen: argparse.Namespace) -> int:
    list_documents(find_library(chosen))
    return 0


def _status(chosen: argparse.Namespace) -> int:
    library = find_library(chosen)
    list_files(library, as_json=chosen.json)
    if left_out := library.left_out():
        note(left_out)
    return 0


def _hidden(chosen: argparse.Namespace) -> int:
    list_hidden(find_library(chosen), " ".join(chosen.words), as_json=chosen.json)
    return 0


def _sync(chosen: argparse.Namespace) -> int:
    libraries = find_each(chosen, to_change=True)
    if chosen.watch and len(libraries) > 1:
        raise LibraryError("Only one library can be watched at a time. Start the command once for each.")
    return watch(libraries[0]) if chosen.watch else max(map(show_sync, libraries))


def _remove(chosen: argparse.Namespace) -> int:
    library = find_library(chosen, to_change=True)
    library.remove(*chosen.paths)
    try:
        return show_sync(library)
    except DiskFull as error:
        raise DiskFull(
            f"The disk of {str(library.path)!r} is full: not all that was to be removed is gone yet. Free some space, "
            f"then: footnote sync --library {str(library.path)!r}"
        ) from error


def _repair(chosen: argparse.Namespace) -> int:
    print(find_library(chosen, to_change=True).repair())
    return 0


def _drop_old(chosen: argparse.Namespace) -> int:
    print(find_library(chosen, to_change=True).drop_old())
    return 0


def _calibrate(chosen: argparse.Namespace) -> int:
    from eval.__main__ import main

    about = ["--documents", str(existing_source(Path(chosen.folder))), "--questions", chosen.questions]
    status = main(["calibrate", *about, "--risk", str(chosen.risk), "--write"])
    return 1 if status == 2 else status  # there 1 is what a gate says; here 2 is a command not understood


def _fetch_model(chosen: argparse.Namespace) -> int:
    path = show_fetch(chosen.name)
    print(path)
    note(f'Use it with: footnote ask --model {shlex.quote(str(path))} "..."')
    return 0


def _models(chosen: argparse.Namespace) -> int:
    if chosen.delete:
        note(f"Deleted: {delete_model(chosen.delete) / 1e6:,.0f} MB are free again.")
    else:
        list_models()
    return 0
