"""Read RTF, the door to striprtf. bytes -> Reading with a place for each paragraph."""

from __future__ import annotations

from rag.corpus.decode import Refusal
from rag.corpus.formats.reading import Reading, TextWriter


def read_rtf(raw: bytes, _name: str) -> Reading:
    """Return the text's paragraphs, and rows of tables as cells between bars."""
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(raw.decode("latin-1"), encoding="cp1252", errors="replace")
    except (ValueError, IndexError, KeyError, LookupError, UnicodeError) as error:
        raise Refusal(f"The RTF is damaged and could not be read ({type(error).__name__}).") from error
    writer = TextWriter()
    paragraphs = [line for line in text.split("\n") if line.strip()]
    for n, line in enumerate(paragraphs, 1):
        writer.place("paragraph", f"paragraph {n}")
        if line.count("|") > 1:
            writer.row("; ".join(cell.strip() for cell in line.split("|") if cell.strip()) + ".")
        else:
            writer.paragraph(line)
    if not paragraphs:
        raise Refusal("The document is empty: there is no text to search.")
    return writer.reading("", "application/rtf")
