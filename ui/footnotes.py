"""Write an answer out to be taken elsewhere, its sources as footnotes. Answer -> plain text, Markdown."""

from __future__ import annotations

import re

from rag.records import Answer
from rag.render import place

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def to_plain(answer: Answer) -> str:
    """Return the text with its markers `[n]`, then one footnote a line: the quote and where it stands."""
    notes = [f"[{c.number}] “{_flat(c.quote)}” {place(c)}" for c in answer.citations]
    return "\n\n".join(filter(None, [answer.text, "\n".join(notes)]))


def to_markdown(answer: Answer) -> str:
    """Return the same as Markdown with its own footnotes; nothing of a document is live in it."""
    text = _inert(answer.text)
    for c in answer.citations:
        text = text.replace(f"\\[{c.number}\\]", f"[^{c.number}]")
    notes = [f"[^{c.number}]: “{_inert(_flat(c.quote))}” {_inert(place(c))}" for c in answer.citations]
    return "\n\n".join(filter(None, [text, "\n".join(notes)]))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _inert(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
