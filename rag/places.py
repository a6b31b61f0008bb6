"""Where things lie: bundled folders, the user's cache, a library for a folder. Names -> paths."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from rag.errors import SourceError

HOME_NAME = ".footnote"
"""The folder, beside the documents' folder, that holds one folder for each library."""
_MAX_NAME_BYTES = 255


def bundled(name: str) -> Path:
    """Return the folder "seeds" or "prompts": inside the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "bundled" / name
    return inside if inside.is_dir() else package.parent / name


def cache_folder() -> Path:
    """Return the folder for files that can be made again. `FOOTNOTE_CACHE` overrides it."""
    if chosen := os.environ.get("FOOTNOTE_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local")) / "footnote"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/footnote"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "footnote"


def library_folder(source: Path) -> Path:
    """Return where the library of a folder (or file) of documents lies: `.footnote/NAME` beside it.

    Documents that cannot have a folder beside them (no right to write there, inside an installed package, or under a
    name that is no UTF-8, which the dense index does not take) get one in the user's cache.
    """
    source = source.expanduser().resolve()
    name = os.fsencode(source.name).decode("utf-8", "replace")
    beside = source.parent / HOME_NAME / source.name
    closed = "site-packages" in source.parts or "dist-packages" in source.parts
    closed = closed or os.fsencode(beside) != str(beside).encode("utf-8", "replace")
    if beside.is_dir() or (os.access(source.parent, os.W_OK) and not closed and source.name):
        return beside
    digest = hashlib.sha256(os.fsencode(str(source))).hexdigest()[:12]
    return cached_libraries() / f"{name or 'root'}-{digest}"


def meant_folder(path: Path) -> Path:
    """Return the folder of the library that a path means: its own, else that of the documents there.

    A path at which nothing is means the folder of a library to be.
    """
    path = path.expanduser().resolve()
    is_own = (path / "library.sqlite").is_file() or path.parent.name == HOME_NAME or not path.exists()
    return path if is_own else library_folder(path)


def named_library(name: str) -> Path | None:
    """Return the folder of the library that a bare name means; None for a path, or where something lies here under it.

    It is in a `.footnote/` here or above, else in the cache. One that is not made yet belongs to the nearest
    `.footnote/`, which may have to be made here; to the cache where nothing may be written.
    """
    is_bare = Path(name).name == name and not name.startswith((".", "~")) and "\0" not in name
    if not name or not is_bare or len(os.fsencode(name)) > _MAX_NAME_BYTES or os.path.lexists(name):
        return None
    here = Path.cwd()
    homes = [folder / HOME_NAME for folder in (here, *here.parents)]
    held = [home / name for home in (*homes, cached_libraries()) if (home / name / "library.sqlite").is_file()]
    near = next((home for home in homes if home.is_dir()), here / HOME_NAME)
    may_write = os.access(near if near.is_dir() else here, os.W_OK)
    return held[0] if held else (near if may_write else cached_libraries()) / name


def nearby_libraries(start: Path) -> list[Path]:
    """Return the libraries in the first `.footnote/` at `start` or above it, by name; none found gives `[]`."""
    for folder in (start, *start.parents):
        if found := libraries_in(folder / HOME_NAME):
            return found
    return []


def libraries_in(home: Path) -> list[Path]:
    """Return the libraries that lie in a folder, by name; one that is not there holds none."""
    return sorted(path.parent for path in home.glob("*/library.sqlite")) if home.is_dir() else []


def cached_libraries() -> Path:
    """Return the folder in the user's cache for the libraries that cannot lie beside their documents."""
    return cache_folder() / "libraries"


def existing_source(path: Path) -> Path:
    """Return `path` made absolute. Raises `SourceError` when there is nothing there."""
    try:
        absolute = path.expanduser().resolve()
        found = absolute.exists()
    except (OSError, RuntimeError, ValueError) as error:  # too long, not to be looked at, ~nobody, a null character
        raise SourceError(f"{str(path)!r} cannot be looked up ({error}). Check the path and give it again.") from error
    if not found:
        raise SourceError(f"There is no file or folder {str(absolute)!r}. Check the path and give it again.")
    return absolute


def child_environment() -> dict[str, str]:
    """Return this process's environment for one that runs this code too, from wherever it lies."""
    paths = [str(Path(__file__).resolve().parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
