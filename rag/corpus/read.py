"""Read a file into a document. path and bytes -> Document, or a refusal in a sentence."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rag.corpus.decode import Refusal, decode, normalise
from rag.corpus.formats.reading import Attached, Reading, hidden_sentence
from rag.corpus.title import find_title
from rag.dates import date_in, date_in_name
from rag.records import Document

__all__ = ["Refusal", "decode", "doc_id_of", "fingerprint_of", "normalise", "read_bytes", "read_document", "shown_path"]

TOO_LARGE = "(setting max_file_mb"
"""What the verdict on a file that is too large holds, and no other."""


def doc_id_of(path: Path, base: Path) -> str:
    """Return the stable id of a file: 16 hex digits of the SHA-256 of its path as seen from `base`.

    A library and its documents may be moved together, or lie elsewhere on another machine, and keep their ids. From
    another drive of Windows nothing is seen: the whole path counts then.
    """
    try:
        seen = os.path.relpath(path, base)
    except ValueError:
        seen = str(path)
    return hashlib.sha256(os.fsencode(seen.replace(os.sep, "/"))).hexdigest()[:16]


def shown_path(path: Path) -> str:
    """Return a path as text that can be stored and printed, whatever bytes its name holds."""
    return os.fsencode(str(path)).decode("utf-8", "replace")


def fingerprint_of(raw: bytes) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(raw).hexdigest()


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Return a file's bytes. Raises `Refusal` when it cannot be opened or is too large."""
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise Refusal(
                f"The file has {size:,} bytes; at most {max_bytes:,} are read "
                f"{TOO_LARGE}, or footnote sync --max-file-mb)."
            )
        return path.read_bytes()
    except OSError as error:
        raise Refusal(f"The file could not be opened: {error.strerror or error}.") from error


def read_document(path: Path, raw: bytes, doc_id: str) -> Document:
    """Turn a file's bytes into a document, in this process. Raises `Refusal` when there is no text in it."""
    from rag.corpus.formats.read_any import read_any

    return as_document(read_any(raw, shown_path(Path(path.name))), path, doc_id, fingerprint_of(raw))


def as_document(reading: Reading, path: Path, doc_id: str, fingerprint: str) -> Document:
    """Return what a reader found as the document of a file."""
    title = reading.title or find_title(reading.text, reading.media_type) or title_by_name(path)
    return Document(
        doc_id,
        shown_path(path),
        title,
        reading.text,
        reading.media_type,
        fingerprint,
        reading.places,
        "partly" if reading.missing else "indexed",
        " ".join(part for part in (reading.missing, reading.aside, hidden_sentence(reading.hidden)) if part),
        reading.share if reading.missing else 1.0,
        date=date_in(reading.text) or date_in_name(path.stem) or reading.date,
        origin=reading.origin,
        hidden=reading.hidden,
    )


def attached_documents(mail: Document, attached: Sequence[Attached]) -> tuple[Document, ...]:
    """Return the files attached to a mail as documents; those that cannot be read have the verdict "refused"."""
    found = []
    for one in attached:
        path, doc_id = Path(mail.path) / one.name, attached_id(mail.doc_id, one.name)
        if one.reading:
            document = as_document(one.reading, path, doc_id, one.fingerprint)
        else:
            document = Document(doc_id, str(path), "", "", "", one.fingerprint, (), "refused", one.refused, 0.0)
        found.append(replace(document, origin=attached_origin(Path(mail.path), one.name)))
    return tuple(found)


def attached_id(doc_id: str, name: str) -> str:
    """Return the stable id of a file that is attached to a mail."""
    return hashlib.sha256(f"{doc_id}/{name}".encode()).hexdigest()[:16]


def attached_origin(mail: Path, name: str) -> str:
    """Return what tells a person which mail a file came with."""
    return f"attached to {'/'.join([mail.name, *name.split('/')[:-1]])}"


def title_by_name(path: Path) -> str:
    """Return the title of a document that has none of its own."""
    return shown_path(Path(path.stem))
