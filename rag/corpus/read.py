"""Read a file into one normalised text. path -> Document, or a refusal in a sentence."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path

from rag.corpus.blocks import find_title
from rag.records import Document

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
}
"""What can be read, by the ending of the name."""

SUPPORTED = "text and Markdown files (.txt, .text, .md, .markdown)"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")


class Refusal(Exception):
    """A file cannot be indexed; the message is a sentence for the person who added it."""


def doc_id_of(path: Path, base: Path) -> str:
    """Return the stable id of a file: 16 hex digits of the SHA-256 of its path as seen from `base`.

    A library and its documents may be moved together, or lie elsewhere on another machine, and keep their ids.
    """
    return hashlib.sha256(os.fsencode(os.path.relpath(path, base).replace(os.sep, "/"))).hexdigest()[:16]


def shown_path(path: Path) -> str:
    """Return a path as text that can be stored and printed, whatever bytes its name holds."""
    return os.fsencode(str(path)).decode("utf-8", "replace")


def fingerprint_of(raw: bytes) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(raw).hexdigest()


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Return a file's bytes. Raises `Refusal` when it cannot be opened, is too large or of no known type."""
    if path.suffix.lower() not in MEDIA_TYPES:
        raise Refusal(f"Files of type {path.suffix or 'without an ending'!r} are not read yet; {SUPPORTED} are.")
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise Refusal(f"The file has {size:,} bytes; at most {max_bytes:,} are read (setting max_file_mb).")
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"The file could not be opened: {error.strerror or error}.") from error


def read_document(path: Path, raw: bytes, doc_id: str) -> Document:
    """Turn a file's bytes into a document. Raises `Refusal` when there is no text in it."""
    text = normalise(decode(raw))
    if not text.strip():
        raise Refusal("The file is empty: there is no text to search.")
    media_type = MEDIA_TYPES[path.suffix.lower()]
    title = find_title(text, media_type) or shown_path(Path(path.stem))
    return Document(doc_id, shown_path(path), title, text, media_type, fingerprint_of(raw))


def decode(raw: bytes) -> str:
    """Return the text of `raw`: by its byte order mark, as UTF-8, or by the likeliest other encoding.

    Raises `Refusal` for bytes that are not text.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode(_likeliest_encoding(raw), "replace")
    if text.count("\x00") > len(text) // 100:
        raise Refusal("The file holds binary data, not text.")
    return text


def _likeliest_encoding(raw: bytes) -> str:
    """Return the encoding that reads most like a language; among equals the one of Western Windows, then by name."""
    from charset_normalizer import from_bytes

    matches = [] if b"\x00" in raw[:4096] else list(from_bytes(raw[:1_000_000]))
    if not matches:
        raise Refusal("The file does not hold text in any encoding that is known: is it really text?")
    return min(matches, key=lambda m: (-m.coherence, m.encoding != "cp1252", m.encoding)).encoding


def normalise(text: str) -> str:
    """Return the canonical text: one kind of line end, NFC, control characters and lone surrogates as U+FFFD."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _CONTROL.sub("\ufffd", unicodedata.normalize("NFC", text))
