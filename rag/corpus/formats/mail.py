"""Read mails and saved web archives. bytes -> Reading with the headers, the body and the attached files."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from email.message import Message

from rag.corpus.dates import iso_date
from rag.corpus.decode import Refusal, decode
from rag.corpus.formats.markup import read_markup
from rag.corpus.formats.page import write_blocks
from rag.corpus.formats.reading import Reading, TextWriter, flat

ReadInner = Callable[[bytes, str], Reading]
_HEADERS = ("From", "To", "Cc", "Date")
_MAX_ATTACHED = 200


def read_mail(raw: bytes, _name: str, read_inner: ReadInner) -> Reading:
    """Return a mail's subject, senders, body and what can be read of its attachments; places are its parts.

    Of a body in two forms the plain one is kept. Attachments that cannot be read are told.
    """
    if b"\x00" in raw[:200]:
        raw = decode(raw).encode("utf-8")
    parsed = email.message_from_bytes(raw, policy=email.policy.compat32)
    headers = [(name, decoded_header(parsed, name)) for name in _HEADERS]
    bodies: list[tuple[str, str]] = []
    attached: list[tuple[str, bytes]] = []
    for part in _parts(parsed):
        name = decoded_filename(part)
        payload = _payload(part)
        if part.get_content_type() in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            bodies.append((part.get_content_type(), _text(part, payload)))
        elif name and payload:
            attached.append((name, payload))
    plain = [body for body in bodies if body[0] == "text/plain" and body[1].strip()]
    return mail_reading(decoded_header(parsed, "Subject"), headers, plain or bodies, attached, read_inner)


def mail_reading(
    subject: str, headers: list[tuple[str, str]], bodies: list[tuple[str, str]],
    attached: list[tuple[str, bytes]], read_inner: ReadInner,
) -> Reading:  # fmt: skip
    """Return a mail as a reading. `bodies` are (media type, text), `attached` are (file name, bytes)."""
    writer = TextWriter()
    writer.place("part", "header")
    writer.heading(subject, 1)
    for name, value in headers:
        if value:
            writer.row(f"{name}: {value}")
    n_headers = len(writer)
    for media_type, text in bodies:
        writer.place("part", "body")
        if media_type == "text/html":
            write_blocks(writer, read_markup(text).blocks, "body")
        else:
            for paragraph in text.replace("\r\n", "\n").split("\n\n"):
                writer.paragraph(paragraph)
    problems, pictures = _attach(writer, attached, read_inner)
    if not len(writer):
        raise Refusal("The mail is empty: there is no text to search.")
    n_parts = len(attached) + bool(bodies) + bool(n_headers)
    return writer.reading(
        subject,
        "message/rfc822",
        missing=" ".join(problems).replace("..", "."),
        aside=f"Left out: {pictures} attached images." if pictures else "",
        share=1 - len(problems) / max(1, n_parts),
        date=iso_date(dict(headers).get("Date", "")),
    )


def _attach(writer: TextWriter, attached: list[tuple[str, bytes]], read_inner: ReadInner) -> tuple[list[str], int]:
    """Write what can be read of the attachments; return what could not, in sentences, and how many are images."""
    problems, pictures = [], 0
    for name, raw in attached[:_MAX_ATTACHED]:
        try:
            reading = read_inner(raw, name)
            writer.take(reading, f"attachment “{flat(name)}”")
            if reading.missing:
                problems.append(f"Of attachment {flat(name)!r}: {reading.missing}")
        except Refusal as refusal:
            if str(refusal).startswith("The file is an image"):
                pictures += 1
            else:
                problems.append(f"Attachment {flat(name)!r} was not read: {str(refusal).partition('. ')[0]}.")
    if len(attached) > _MAX_ATTACHED:
        problems.append(f"Of {len(attached)} attachments the first {_MAX_ATTACHED} were read.")
    return problems, pictures


def decoded_header(message: Message, name: str) -> str:
    """Return a header with its encoded words decoded, or ""."""
    from email.header import decode_header, make_header

    value = str(message.get(name, ""))
    try:
        return flat(str(make_header(decode_header(value))))
    except (ValueError, LookupError, UnicodeError):
        return flat(value)


def decoded_filename(part: Message) -> str:
    """Return the name of an attached file, or ""."""
    from email.header import decode_header, make_header

    try:
        value = part.get_filename() or ""
        return str(make_header(decode_header(value))) if value else ""
    except (ValueError, LookupError, UnicodeError, TypeError):
        return "attachment"


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something, without recursion; an attached mail is one part."""
    stack = [message]
    while stack:
        part = stack.pop()
        inner = part.get_payload()
        if isinstance(inner, list) and (part is message or part.get_content_maintype() == "multipart"):
            stack.extend(child for child in reversed(inner) if isinstance(child, Message))
        else:
            yield part


def _payload(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822" and isinstance(part.get_payload(), list):
        return b"".join(inner.as_bytes() for inner in part.get_payload() if isinstance(inner, Message))
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _text(part: Message, payload: bytes) -> str:
    charset = part.get_content_charset() or "utf-8"
    try:
        return payload.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return decode(payload) if payload else ""
