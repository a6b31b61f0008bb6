"""Read mailboxes (mbox). bytes -> Reading that lists the mails, each a document of its own."""

from __future__ import annotations

import re

from rag.corpus.formats.cells import flat
from rag.corpus.formats.mail import ReadInner, decoded_header, named_apart, parse_message, read_attached
from rag.corpus.formats.reading import Reading, TextWriter

_BETWEEN = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]*\d\d:\d\d[^\r\n]*\d{4}[^\r\n]*\r?\n(?=[\w-]+:)")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_MOST = 1_000
_LONGEST_NAME = 60


def is_mailbox(raw: bytes) -> bool:
    """Say whether a file is several mails one after the other."""
    return _BETWEEN.match(raw) is not None


def mails_in(raw: bytes) -> list[tuple[str, bytes]]:
    """Return the mails of a mailbox, each under a name that no other has."""
    mails = [_QUOTED.sub(rb"\1", mail) for mail in _BETWEEN.split(raw) if mail.strip()]
    return named_apart(
        [(f"{n} {decoded_header(parse_message(mail), 'Subject')}.eml", mail) for n, mail in enumerate(mails, 1)]
    )


def read_mailbox(raw: bytes, name: str, read_inner: ReadInner) -> Reading:
    """Return a line for each mail; the mails, and what is attached to them, are documents of their own."""
    writer = TextWriter()
    mails = mails_in(raw)
    writer.place("part", "list of mails")
    writer.heading(name, 1)
    for n, (_, mail) in enumerate(mails, 1):
        parsed = parse_message(mail)
        told = [decoded_header(parsed, header) for header in ("From", "Date", "Subject")]
        writer.place("part", f"mail {n}")
        writer.row(flat("; ".join(filter(None, told))) or f"Mail {n}")
    inner, n_all = read_attached(mails, read_inner, most=_MOST)
    missing = f"Of {n_all:,} mails and attachments the first {len(inner):,} were read." if n_all > len(inner) else ""
    share = (1 + len(inner)) / (1 + n_all)
    aside = f"Mails and attachments that are documents of their own: {len(inner):,}."
    return writer.reading("", "application/mbox", missing=missing, aside=aside, share=share, attached=inner)
