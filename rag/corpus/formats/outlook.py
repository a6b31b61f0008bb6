"""Read Outlook messages, the door to python-oxmsg. bytes -> Reading as of a mail."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

from rag.corpus.decode import Refusal
from rag.corpus.formats.cells import flat
from rag.corpus.formats.mail import ReadInner, mail_reading, named_apart
from rag.corpus.formats.reading import Reading

_SEALED = "IPM.Note.SMIME"
_PROPERTIES = "__properties_version1.0"
_INNER_MESSAGE = "__substg1.0_3701000D"
_INNER_HEADER, _MISSING_IN_IT = 24, 8
"""What comes before the properties of a message within another is so many bytes long, and so many short of what comes
before those of a file's."""
_CUT = ("incomplete", "out of range", "less than declared")
"""Said by olefile, which goes on with what there is."""


def read_msg(raw: bytes, _name: str, read_inner: ReadInner) -> Reading:
    """Return an Outlook message as `read_mail` returns a mail."""
    with _damage_told():
        storage = _opened(raw)
        message = _message(storage)
        subject, headers, bodies = flat(message.subject or ""), _headers(message), _bodies(message)
        attached = _attachments(storage)
        kind = message.message_class
    if kind.startswith(_SEALED) and not bodies:
        raise Refusal("The message is encrypted or sealed (S/MIME) and cannot be read. Save its text from Outlook.")
    return mail_reading(subject, headers, bodies, attached, read_inner)


def msg_attachments(raw: bytes) -> list[tuple[str, bytes]]:
    """Return the files that are attached to an Outlook message, as `attachments` returns those of a mail.

    A message that is attached comes as a mail (.eml): in an Outlook message it is no file of its own.
    """
    with _damage_told():
        return _attachments(_opened(raw))


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except Refusal:
        raise
    except Exception as error:  # olefile raises whatever its parsing does
        raise Refusal(f"The message is damaged and could not be read ({type(error).__name__}).") from error


def _opened(raw: bytes) -> Any:
    """Return the storage of a message's file. Raises `Refusal` where some of it is missing."""
    from olefile import OleFileIO
    from oxmsg.storage import Storage

    with OleFileIO(io.BytesIO(raw)) as ole:
        storage = Storage.from_ole(ole)
        if any(words in said for _, said in ole.parsing_issues for words in _CUT):
            raise Refusal("The message is damaged: a part of the file is missing.")
    return storage


def _message(storage: Any) -> Any:
    from oxmsg import Message

    return Message(storage)


def _headers(message: Any) -> list[tuple[str, str]]:
    people = [(one.name or "", f"<{one.email_address}>" if one.email_address else "") for one in message.recipients]
    to = ", ".join(flat(" ".join(one)) for one in people)
    sent = message.sent_date.isoformat(" ", "minutes") if message.sent_date else ""
    return [("From", flat(message.sender or "")), ("To", to), ("Date", sent)]


def _bodies(message: Any) -> list[tuple[str, str]]:
    plain, html = message.body or "", message.html_body or ""
    return [("text/plain", plain)] if plain.strip() else [("text/html", html)] if html else []


def _attachments(storage: Any) -> list[tuple[str, bytes]]:
    from oxmsg.attachment import Attachment

    found = []
    for held in storage.iter_attachment_storages():
        attachment = Attachment(held)
        if inner := _inner(held):
            subject = flat(_message(inner).subject) or "message"
            found.append((f"{subject}.eml", _as_mail(inner)))
        elif raw := attachment.file_bytes:
            found.append((attachment.file_name or "attachment", raw))
    return named_apart(found)


def _inner(attachment: Any) -> Any:
    """Return the storage of a message that is attached, as of one that is a file; None where it is no message."""
    for held in attachment.storages:
        if held.name == _INNER_MESSAGE and any(stream.name == _PROPERTIES for stream in held.streams):
            return replace(held, streams=tuple(map(_with_long_header, held.streams)))
    return None


def _with_long_header(stream: Any) -> Any:
    if stream.name != _PROPERTIES:
        return stream
    header, properties = stream.bytes_[:_INNER_HEADER], stream.bytes_[_INNER_HEADER:]
    return replace(stream, bytes_=header + bytes(_MISSING_IN_IT) + properties)


def _as_mail(storage: Any) -> bytes:
    """Return a message as a mail, of the same bytes each time."""
    message, mail = _message(storage), EmailMessage()
    mail["Subject"] = flat(message.subject or "")
    for name, value in _headers(message):
        if value:
            mail[name] = message.sent_date if name == "Date" else value
    for media_type, text in _bodies(message):
        mail.set_content(text, subtype=media_type.removeprefix("text/"))
    attached = _attachments(storage)
    for name, raw in attached:
        mail.add_attachment(raw, maintype="application", subtype="octet-stream", filename=name)
    if attached:
        mail.set_boundary(hashlib.sha256(b"".join(raw for _, raw in attached)).hexdigest())
    return mail.as_bytes()
