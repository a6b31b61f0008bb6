"""Take a file out of the mail that it is attached to. path -> bytes."""

from __future__ import annotations

from pathlib import Path

from rag.corpus.decode import Refusal
from rag.corpus.formats.detect import detect
from rag.corpus.formats.mail import attachments
from rag.corpus.formats.mailbox import mails_in
from rag.corpus.formats.outlook import msg_attachments
from rag.corpus.read import read_bytes
from rag.errors import SourceError

_INSIDE = {"msg": msg_attachments, "mbox": mails_in}


def read_original(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of a file, or of an attachment: `letter.eml/plan.pdf`. Raises `SourceError` when it is gone.

    A mail is taken apart here: a worker process has read this one before.
    """
    try:
        return _read(path, max_bytes)
    except Refusal as refusal:
        raise SourceError(f"{refusal} Its indexed text still is.") from refusal


def _read(path: Path, max_bytes: int) -> bytes:
    file = next((found for found in (path, *path.parents) if found.is_file()), None)
    if file is None:
        raise Refusal(f"The file {str(path)!r} is no longer there.")
    raw, holder = read_bytes(file, max_bytes), file.name
    for name in path.relative_to(file).parts:
        inner = dict(_INSIDE.get(detect(raw, holder), attachments)(raw))
        if name not in inner:
            raise Refusal(f"{name!r} is no longer attached to {file.name!r}.")
        raw, holder = inner[name], name
    return raw
