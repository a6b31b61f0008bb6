"""Read plain text, Markdown and source code as they are. bytes -> Reading whose places are lines."""

from __future__ import annotations

from rag.corpus.blocks import SOURCE_CODE
from rag.corpus.decode import decode, normalise
from rag.corpus.formats.markdown_hidden import take_hidden
from rag.corpus.formats.reading import Reading


def read_plain(raw: bytes, _name: str) -> Reading:
    """Return the text as it is."""
    return Reading("", normalise(decode(raw)), "text/plain")


def read_markdown(raw: bytes, _name: str) -> Reading:
    """Return Markdown as it is, but for its comments and what HTML in it hides, which are kept apart."""
    text, hidden = take_hidden(normalise(decode(raw)))
    return Reading("", text, "text/markdown", hidden=hidden)


def read_code(raw: bytes, name: str) -> Reading:
    """Return source code as it is; its title is the file's name."""
    return Reading(name, normalise(decode(raw)), SOURCE_CODE)
