"""Read RTF, the door to striprtf. bytes -> Reading with a place for each paragraph."""

from __future__ import annotations

import re

from rag.corpus.decode import Refusal
from rag.corpus.formats.reading import Reading, TextWriter
from rag.corpus.formats.rtf_hidden import CLOSE, OPEN, mark_hidden

_LOST = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}?")


def read_rtf(raw: bytes, _name: str) -> Reading:
    """Return the text's paragraphs, and rows of tables as cells between bars; what nobody sees is kept apart."""
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(mark_hidden(raw.decode("latin-1")), encoding="cp1252", errors="replace")
    except (ValueError, IndexError, KeyError, LookupError, UnicodeError) as error:
        raise Refusal(f"The RTF is damaged and could not be read ({type(error).__name__}).") from error
    writer = TextWriter()
    paragraphs = [line for line in text.split("\n") if line.strip()]
    for n, line in enumerate(paragraphs, 1):
        label = f"paragraph {n}"
        writer.hide("".join(_LOST.findall(line)), label)
        seen = _LOST.sub("", line)
        writer.place("paragraph", label)
        if seen.count("|") > 1:
            writer.row("; ".join(cell.strip() for cell in seen.split("|") if cell.strip()) + ".")
        else:
            writer.paragraph(seen)
    writer.must_hold("The document is empty: there is no text to search.")
    return writer.reading("", "application/rtf")
