"""Print what is here: libraries, documents, files with their verdicts, hidden words, models. Library -> lines."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from rag.corpus.glance import glance
from rag.corpus.read import shown_path
from rag.errors import LibraryError
from rag.fetch_model import held_models
from rag.library import Library
from rag.places import cached_libraries, libraries_in, nearby_libraries
from rag.render import on_one_line
from rag.telling import note


def list_libraries() -> bool:
    """Print the libraries here or in the folders above, then those in the cache; return whether all could be read."""
    found = [*nearby_libraries(Path.cwd()), *libraries_in(cached_libraries())]
    failed = False
    for folder in dict.fromkeys(found):
        try:
            held = glance(folder)
        except LibraryError as error:
            note(str(error))
            failed = True
            continue
        count = "1 document" if held.documents == 1 else f"{held.documents:,} documents"
        follows = ", ".join(map(shown_path, held.sources)) or "follows nothing"
        print(f"{on_one_line(shown_path(folder))}\t{count}\t{on_one_line(follows)}")
    if not found:
        note("There is no library here. Make one with: footnote add FOLDER")
    return not failed


def list_documents(library: Library) -> None:
    """Print path and title of every document that is indexed."""
    for document in library.documents():
        print(f"{on_one_line(document.path)}\t{on_one_line(document.title)}")


def list_files(library: Library, *, as_json: bool) -> None:
    """Print what became of every file."""
    for file in library.status():
        if as_json:
            print(json.dumps(dataclasses.asdict(file), ensure_ascii=False))
        else:
            size = (
                f"{file.characters:,} characters, {file.passages:,} passage{'s' * (file.passages != 1)}."
                if file.passages
                else ""
            )
            told = " ".join(filter(None, [size, file.reason]))
            print(f"{file.verdict}\t{on_one_line(file.path)}\t{on_one_line(told)}")


def list_hidden(library: Library, words: str, *, as_json: bool) -> None:
    """Print what is hidden in the files, with path and place; with `words` only what holds all of them."""
    for path, (label, text) in library.hidden(words):
        told = {"path": path, "place": label, "text": text}
        line = f"{', '.join(filter(None, [path, label]))}: {text}"
        print(json.dumps(told, ensure_ascii=False) if as_json else on_one_line(line))


def list_models() -> None:
    """Print the models that were downloaded, with their size; what is not whole is said so."""
    held = held_models()
    for one in held:
        whole = "" if one.is_whole else ", not whole: footnote fetch-model goes on with it"
        print(f"{one.name}\t{one.n_bytes / 1e6:,.0f} MB{whole}")
    if not held:
        note("No model was downloaded. Get one with: footnote fetch-model OWNER/NAME/FILE.gguf")
