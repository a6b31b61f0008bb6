"""Read mails. bytes -> Reading with the headers and the body, and what is attached."""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import Message
from pathlib import PurePosixPath

from rag.corpus.decode import Refusal, decode
from rag.corpus.formats.cells import flat
from rag.corpus.formats.markup import read_markup
from rag.corpus.formats.page import write_blocks
from rag.corpus.formats.reading import MAX_CHARACTERS, Attached, Reading, TextWriter
from rag.dates import iso_date

ReadInner = Callable[[bytes, str], Reading]
_HEADERS = ("From", "To", "Cc", "Date")
_MAX_ATTACHED = 200
_MAX_NAME = 100


def read_mail(raw: bytes, _name: str, read_inner: ReadInner) -> Reading:
    """Return a mail's subject, senders, body and, each for itself, what is attached; places are its parts.

    Of a body in two forms the plain one is kept.
    """
    parsed = parse_message(raw)
    headers = [(name, decoded_header(parsed, name)) for name in _HEADERS]
    bodies = [(part.get_content_type(), text_of(part, payload_of(part))) for part in parts_of(parsed) if _is_body(part)]
    plain = [body for body in bodies if body[0] == "text/plain" and body[1].strip()]
    return mail_reading(decoded_header(parsed, "Subject"), headers, plain or bodies, attachments(raw), read_inner)


def attachments(raw: bytes) -> list[tuple[str, bytes]]:
    """Return the files that are attached to a mail, each under a name that no other has.

    Pictures that the body shows are no files of their own.
    """
    found = []
    for part in parts_of(parse_message(raw)):
        shown = part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment"
        name = decoded_filename(part)
        if name and not _is_body(part) and not shown and (payload := payload_of(part)):
            found.append((name, payload))
    return named_apart(found)


def named_apart(files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return files under names that can end a path, no two alike: a second "a.pdf" becomes "a (2).pdf"."""
    taken: dict[str, bytes] = {}
    for name, raw in files:
        bare = PurePosixPath(re.sub(r"[/\\]", "_", flat(name)).strip(". ")[-_MAX_NAME:] or "attachment")
        number = 1
        own = bare.name
        while own in taken:
            number += 1
            own = f"{bare.stem} ({number}){bare.suffix}"
        taken[own] = raw
    return list(taken.items())


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
    for media_type, text in bodies:
        writer.place("part", "body")
        if media_type == "text/html":
            markup = read_markup(text)
            write_blocks(writer, markup.blocks, "body")
            writer.hide_all(markup.hidden, "body")
        else:
            for paragraph in text.replace("\r\n", "\n").split("\n\n"):
                writer.paragraph(paragraph)
    if attached:
        writer.place("part", "attachments")
        writer.row(f"Attachments: {'; '.join(name for name, _ in attached)}")
    writer.must_hold("The mail is empty: there is no text to search.")
    inner, n_all = read_attached(attached, read_inner)
    missing = f"Of {n_all} attachments the first {len(inner)} were read." if n_all > len(inner) else ""
    aside = f"Attachments that are documents of their own: {len(inner)}." if inner else ""
    share = (1 + len(inner)) / (1 + n_all)
    date = iso_date(dict(headers).get("Date", ""))
    return writer.reading(
        subject, "message/rfc822", missing=missing, aside=aside, share=share, attached=inner, date=date
    )


def read_attached(
    attached: list[tuple[str, bytes]], read_inner: ReadInner, *, most: int = _MAX_ATTACHED
) -> tuple[tuple[Attached, ...], int]:
    """Return what became of each attachment, those of attached mails after them, and how many there are in all."""
    found: list[Attached] = []
    for name, raw in attached:
        digest = hashlib.sha256(raw).hexdigest()
        try:
            if len(found) >= most or sum(len(a.reading.text) for a in found if a.reading) > MAX_CHARACTERS:
                raise Refusal("The mail holds more than is read of one file.")
            reading = read_inner(raw, name)
            found.append(Attached(name, digest, replace(reading, attached=())))
            found += [replace(inner, name=f"{name}/{inner.name}") for inner in reading.attached]
        except Refusal as refusal:
            found.append(Attached(name, digest, refused=str(refusal)))
    return tuple(found[:most]), len(found)


def parse_message(raw: bytes) -> Message:
    """Return a mail, or a page that was saved as one, with its parts."""
    if b"\x00" in raw[:200]:
        raw = decode(raw).encode("utf-8")
    return email.message_from_bytes(raw, policy=email.policy.compat32)


def _is_body(part: Message) -> bool:
    return part.get_content_type() in ("text/plain", "text/html") and part.get_content_disposition() != "attachment"


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


def parts_of(message: Message) -> Iterator[Message]:
    """Yield the parts that hold something, without recursion; an attached mail is one part."""
    stack = [message]
    while stack:
        part = stack.pop()
        inner = part.get_payload()
        if isinstance(inner, list) and (part is message or part.get_content_maintype() == "multipart"):
            stack.extend(child for child in reversed(inner) if isinstance(child, Message))
        else:
            yield part


def payload_of(part: Message) -> bytes:
    """Return the bytes that a part holds; of an attached mail all of it."""
    if part.get_content_type() == "message/rfc822" and isinstance(part.get_payload(), list):
        return b"".join(inner.as_bytes() for inner in part.get_payload() if isinstance(inner, Message))
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def text_of(part: Message, payload: bytes) -> str:
    """Return the text of a part, by the encoding that it names or by the likeliest."""
    charset = part.get_content_charset() or "utf-8"
    try:
        return payload.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return decode(payload) if payload else ""
