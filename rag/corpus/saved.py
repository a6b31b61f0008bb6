"""Keep pages of the web as files that a library follows. Fetched -> a file, and where it came from."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from rag.corpus.read import doc_id_of
from rag.corpus.store import Store
from rag.errors import LibraryError, SourceError

if TYPE_CHECKING:
    from rag.corpus.fetch import Fetched

_ENDINGS = {
    "text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf", "text/markdown": ".md",
    "text/csv": ".csv", "application/json": ".json", "application/xml": ".xml", "text/xml": ".xml",
}  # fmt: skip
_MAX_STEM = 80


class SavedPages:
    """The folder of pages that were fetched for a library. An address has one file, whatever it gives."""

    def __init__(self, folder: Path, store: Store, base: Path) -> None:
        self.folder = folder
        self._store = store
        self._base = base

    def keep(self, url: str, fetched: Fetched) -> None:
        """Write what `url` gave in place of what it gave before, and note address and time. Call it while writing."""
        path = self.folder / (_stem(url) + _ending(fetched))
        partial = path.with_name(f".{path.name}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(fetched.raw)
            origin = f"{fetched.url}, fetched {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
            self._store.set_origin(doc_id_of(path, self._base), origin)
            for older in self._files(url):
                if older != path:
                    older.unlink()
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise LibraryError(
                f"What {url!r} gave could not be written to {str(self.folder)!r}: {error.strerror}. Nothing was lost."
            ) from error

    def forget(self, url: str) -> None:
        """Delete the file of an address; its document goes with the next sync. Raises `SourceError`: there is none."""
        found = self._files(url)
        if not found:
            raise SourceError(f"The library holds no page from {url!r}. See what it holds with: footnote status")
        for path in found:
            path.unlink()

    def _files(self, url: str) -> list[Path]:
        return sorted(path for path in self.folder.glob(f"{_stem(url)}*") if path.stem == _stem(url))


def _stem(url: str) -> str:
    """Return a file name without ending for an address: readable, and another for every address."""
    parts = urlsplit(url)._replace(fragment="")
    words = re.sub(r"[^\w.]+", "-", f"{parts.hostname}{unquote(parts.path)}").strip("-.")
    digest = hashlib.sha256(parts.geturl().encode("utf-8", "replace")).hexdigest()[:8]
    return f"{words.encode('utf-8')[:_MAX_STEM].decode('utf-8', 'ignore')}-{digest}"


def _ending(fetched: Fetched) -> str:
    own = PurePosixPath(urlsplit(fetched.url).path).suffix.lower()
    own = own if re.fullmatch(r"\.[a-z0-9]{1,8}", own) else ""
    return _ENDINGS.get(fetched.media_type) or own or ".txt"
