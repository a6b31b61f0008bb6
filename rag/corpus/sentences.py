"""Find sentences, the door to nupunkt. text -> spans that hold every character but white space."""

from __future__ import annotations

from rag.records import Span


class SentenceSplitter:
    """Splits English text into sentences (Punkt, Kiss & Strunk 2006, as in nupunkt)."""

    name = "nupunkt-0.8"

    def split(self, text: str, offset: int = 0) -> list[Span]:
        """Return the sentences of `text` in order, trimmed of white space, moved by `offset`."""
        from nupunkt import sent_spans

        spans = []
        for start, end in sent_spans(text):
            piece = text[start:end]
            if kept := piece.strip():
                first = start + piece.index(kept[0])
                spans.append(Span(offset + first, offset + first + len(kept)))
        return spans
