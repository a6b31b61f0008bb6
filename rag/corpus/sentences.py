"""Find sentences, the door to nupunkt. text -> spans that hold every character but white space."""

from __future__ import annotations

from collections.abc import Iterator

from rag.records import Span

_WINDOW = 8000
"""Characters that are looked at together: the time Punkt takes for question marks in a row grows with their square."""


class SentenceSplitter:
    """Splits English text into sentences (Punkt, Kiss & Strunk 2006, as in nupunkt)."""

    name = "nupunkt-0.8"

    def split(self, text: str, offset: int = 0) -> list[Span]:
        """Return the sentences of `text` in order, trimmed of white space, moved by `offset`.

        One of more than `_WINDOW` characters is cut there.
        """
        spans = []
        for start, end in _windowed(text):
            piece = text[start:end]
            if kept := piece.strip():
                first = start + piece.index(kept[0])
                spans.append(Span(offset + first, offset + first + len(kept)))
        return spans


def _windowed(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences start and end, looking at a window of the text at a time.

    The last one of a window is looked at again with what follows it.
    """
    from nupunkt import sent_spans

    at = 0
    while at < len(text):
        window = text[at : at + _WINDOW]
        found = list(sent_spans(window)) or [(0, len(window))]
        more = at + _WINDOW < len(text)
        kept = found[:-1] if more and len(found) > 1 else found
        yield from ((at + start, at + end) for start, end in kept)
        at += found[-1][0] if len(kept) < len(found) else len(window)
