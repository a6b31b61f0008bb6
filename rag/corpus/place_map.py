"""Find where a stretch of a document lies for a person. Document, spans -> Places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from rag.records import Document, Place, Span


class PlaceFinder:
    """Finds places in one document, whose passages must be asked about in reading order.

    A document without a place map is one of lines, counted from 1.
    """

    def __init__(self, document: Document) -> None:
        self._text = document.text
        self._places = document.places
        self._starts = [place.start for place in document.places]
        self._line, self._at = 1, 0

    def __call__(self, spans: Sequence[Span]) -> tuple[Place, ...]:
        """Return the places where the spans of a passage begin and those inside them, each once, in order."""
        if not self._places:
            return self._lines(spans)
        wanted: set[int] = set()
        for span in spans:
            first = bisect_right(self._starts, span.start) - 1
            wanted.update(range(max(0, first), bisect_right(self._starts, max(span.start, span.end - 1))))
        return tuple(self._places[n] for n in sorted(wanted))

    def _lines(self, spans: Sequence[Span]) -> tuple[Place, ...]:
        found: list[Place] = []
        for span in spans:
            self._line += self._text.count("\n", self._at, span.start)
            self._at = max(self._at, span.start)
            if not found or found[-1].label != f"line {self._line}":
                found.append(Place(span.start, "line", f"line {self._line}"))
        return tuple(found)
