"""Make an empty library beside the others. a name, perhaps a folder to follow -> its folder, or a sentence why not."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from rag.assemble import open_library
from rag.errors import FootnoteError, LibraryError, SettingsError
from rag.places import existing_source
from rag.settings import Settings
from ui.adding import safe_name
from ui.words import Say

_MOST_CHARS = 60


def checked_name(typed: str, taken: Sequence[str], say: Say) -> str:
    """Return the name as it is kept. Raises `SettingsError`, in the words of the page, for one that cannot be."""
    name = unicodedata.normalize("NFC", typed).strip()
    if not name:
        raise SettingsError(say("name_empty"))
    if len(name) > _MOST_CHARS:
        raise SettingsError(say("name_long", n=len(name), most=_MOST_CHARS))
    if safe_name(name) != name:
        raise SettingsError(say("name_bad"))
    if name.casefold() in {other.casefold() for other in taken}:
        raise SettingsError(say("name_taken", name=name))
    return name


def make_library(at: Path, follows: str, *, settings: Settings, say: Say) -> None:
    """Make the library `at`, a folder that is not there yet; it follows its own `documents` if nothing is named.

    Raises `SourceError` when what it is to follow is not there, `SettingsError` when the name is taken,
    `LibraryError` when it cannot be made; nothing is left of it then.
    """
    source = existing_source(Path(follows.strip())) if follows.strip() else None
    try:
        at.mkdir(parents=True)
    except FileExistsError as error:
        raise SettingsError(say("name_taken", name=at.name)) from error
    except OSError as error:
        raise LibraryError(say("not_made", name=at.name, why=error.strerror)) from error
    try:
        if source is None:
            source = at / "documents"
            source.mkdir()
        open_library(source, at=at, settings=settings).close()
    except (FootnoteError, OSError) as error:
        shutil.rmtree(at, ignore_errors=True)
        raise LibraryError(say("not_made", name=at.name, why=str(error).rstrip("."))) from error
