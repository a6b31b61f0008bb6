"""Read Outlook messages, the door to python-oxmsg. bytes -> Reading as of a mail."""

from __future__ import annotations

import io
from typing import Any

from rag.corpus.decode import Refusal
from rag.corpus.formats.cells import flat
from rag.corpus.formats.mail import ReadInner, mail_reading, named_apart
from rag.corpus.formats.reading import Reading


def read_msg(raw: bytes, _name: str, read_inner: ReadInner) -> Reading:
    """Return an Outlook message as `read_mail` returns a mail."""
    try:
        message = _loaded(raw)
        to = ", ".join(flat(f"{person.name or ''} <{person.email_address}>") for person in message.recipients)
        sent = message.sent_date.isoformat(" ", "minutes") if message.sent_date else ""
        headers = [("From", flat(message.sender or "")), ("To", to), ("Date", sent)]
        plain, html = message.body or "", message.html_body or ""
        attached = _attachments(message)
        subject = flat(message.subject or "")
    except Exception as error:  # olefile raises whatever its parsing does
        raise Refusal(f"The message is damaged and could not be read ({type(error).__name__}).") from error
    bodies = [("text/plain", plain)] if plain.strip() else [("text/html", html)] if html else []
    return mail_reading(subject, headers, bodies, attached, read_inner)


def msg_attachments(raw: bytes) -> list[tuple[str, bytes]]:
    """Return the files that are attached to an Outlook message, as `attachments` returns those of a mail."""
    try:
        return _attachments(_loaded(raw))
    except Exception as error:  # olefile raises whatever its parsing does
        raise Refusal(f"The message is damaged and could not be read ({type(error).__name__}).") from error


def _loaded(raw: bytes) -> Any:
    from oxmsg import Message

    return Message.load(io.BytesIO(raw))


def _attachments(message: Any) -> list[tuple[str, bytes]]:
    return named_apart([(a.file_name or "attachment", a.file_bytes) for a in message.attachments if a.file_bytes])
