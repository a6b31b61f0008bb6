"""Split a document into passages that follow its structure. Document -> Passages of whole sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.corpus.blocks import SOURCE_CODE, Block, find_blocks
from rag.corpus.sentences import SentenceSplitter
from rag.records import Document, Passage, Span
from rag.terms import term_above

CountTokens = Callable[[str], int]
"""How many word pieces a text costs the embedder."""

SPLITTER_VERSION = "8"
"""Raised whenever the same document would give other passages."""

_MAX_HEAD_TOKENS = 48
_SPECIAL_TOKENS = 2
_MOST_CHARS = 16
"""Characters for each word piece that no text has on the whole; only white space and odd signs come near."""
_MAX_HEADINGS = 3
_LONG_ITEM_CHARS = 120
"""An item of a list, or a numbered clause, of more characters is read by its sentences."""
_WITHOUT_TERMS = ("text/markdown", SOURCE_CODE)
"""In these an indent means something else."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence (or a part of one too long to embed), its cost, the headings above it, and its table's first row.

    `opens` marks the first piece of a block, unless a heading stands right above it: the two stay together.
    """

    span: Span
    tokens: int
    headings: tuple[str, ...]
    opens: bool
    is_heading: bool
    columns: str = ""


class PassageSplitter:
    """Splits by headings, then packs whole paragraphs, then sentences, up to `passage_tokens` word pieces.

    A passage and its head (title and headings) together never exceed `max_tokens`, so the embedder cuts nothing off.
    Passages do not overlap and hold every character of the text but the white space between them.
    """

    def __init__(self, count_tokens: CountTokens, *, passage_tokens: int, max_tokens: int) -> None:
        self.name = self.name_of(passage_tokens)
        self._count = count_tokens
        self._sentences = SentenceSplitter()
        self._capacity = max_tokens - _SPECIAL_TOKENS - _MAX_HEAD_TOKENS
        self._target = min(passage_tokens, self._capacity)

    @staticmethod
    def name_of(passage_tokens: int) -> str:
        """Return what identifies the way documents are split."""
        return f"structure-{SPLITTER_VERSION}/{SentenceSplitter.name}/{passage_tokens}"

    def split(self, document: Document) -> list[Passage]:
        """Return the passages in reading order; a document without text gives none."""
        passages: list[Passage] = []
        group: list[_Piece] = []
        used = 0
        pieces = list(self._pieces(document))
        for n, piece in enumerate(pieces):
            ahead = self._paragraph_tokens(pieces, n) if piece.opens else piece.tokens
            only_headings = all(kept.is_heading for kept in group)
            full = used + piece.tokens > (self._capacity if only_headings else self._target)
            new_section = bool(group) and piece.headings != group[-1].headings and piece.opens
            better_apart = piece.opens and used + ahead > self._target and ahead <= self._target
            if group and (full or (not only_headings and (new_section or better_apart))):
                passages.append(self._passage(document, group, len(passages)))
                group, used = [], 0
            group.append(piece)
            used += piece.tokens
        if group:
            passages.append(self._passage(document, group, len(passages)))
        return passages

    def _pieces(self, document: Document) -> Iterator[_Piece]:
        """Yield the text's sentences in order."""
        trail: list[tuple[int, str]] = []
        after_heading = False
        for block in find_blocks(document.text, document.media_type):
            if block.kind == "heading":
                name = document.text[block.start : block.end].lstrip("# \t").rstrip("# \t")
                trail = [(level, kept) for level, kept in trail if level < block.level] + [(block.level, name)]
            headings = tuple(name for _, name in trail)
            opens = not after_heading and block.kind != "margin"
            for span in self._spans(document.text, block):
                tokens = self._cost(document.text[span.start : span.end])
                for part in self._fit(document.text, span, tokens):
                    cost = min(tokens, self._capacity)
                    yield _Piece(part, cost, headings, opens, block.kind == "heading", block.head)
                    opens = False
            after_heading = block.kind == "heading" or (after_heading and block.kind == "margin")

    def _spans(self, text: str, block: Block) -> list[Span]:
        body = text[block.start : block.end]
        is_long = len(body) > _LONG_ITEM_CHARS and text[block.start - 1 : block.start] != "\t"
        if block.kind == "paragraph" or (block.kind == "line" and is_long):
            first, *others = self._sentences.split(body, block.start) or [Span(block.start, block.end)]
            if others and not any(map(str.isalpha, text[first.start : first.end])):  # the number of a quoted clause
                first, *others = Span(first.start, others[0].end), *others[1:]
            return [first, *others]
        if block.kind == "code":
            return [Span(block.start + m.start(), block.start + m.end()) for m in re.finditer(r"\S[^\n]*", body)]
        return [Span(block.start, block.end)]

    def _cost(self, text: str) -> int:
        """Return what a text costs; of one far too long to embed, only that it costs too much: counting takes time."""
        return self._count(text) if len(text) <= _MOST_CHARS * self._capacity else self._capacity + 1

    def _fit(self, text: str, span: Span, tokens: int) -> Iterator[Span]:
        """Yield `span`, halved at white space (or in the middle of a word) until each part fits the embedder."""
        if tokens <= self._capacity or span.end - span.start <= 1:
            yield span
            return
        middle = (span.start + span.end) // 2
        cut = text.rfind(" ", span.start + 1, middle)
        cut = middle if cut < 0 else cut
        for start, end in ((span.start, cut), (cut, span.end)):
            body = text[start:end]
            if kept := body.strip():
                first = start + body.index(kept[0])
                part = Span(first, first + len(kept))
                yield from self._fit(text, part, self._cost(kept))

    @staticmethod
    def _paragraph_tokens(pieces: list[_Piece], n: int) -> int:
        total = pieces[n].tokens
        for piece in pieces[n + 1 :]:
            if piece.opens:
                break
            total += piece.tokens
        return total

    def _passage(self, document: Document, group: list[_Piece], number: int) -> Passage:
        start, end = group[0].span.start, group[-1].span.end
        above = [group[0].columns] if group[0].columns and group[0].columns not in document.text[start:end] else []
        if document.media_type not in _WITHOUT_TERMS and (term := _term_of(document.text, group)):
            above.append(term)
        return Passage(
            passage_id=f"{document.doc_id}-{number:05d}",
            doc_id=document.doc_id,
            path=document.path,
            title=document.title,
            headings=(*group[-1].headings[-_MAX_HEADINGS:], *above),
            text=document.text[start:end],
            start=start,
            end=end,
            sentences=tuple(piece.span for piece in group),
        )

    def embedded_text(self, passage: Passage) -> str:
        """Return what the embedder sees: title and headings (cut to what is left for them), then the passage."""
        names = [name for name in (passage.title, *passage.headings) if name not in passage.text]
        head = " > ".join(dict.fromkeys(names))
        while head and self._count(head) > _MAX_HEAD_TOKENS:
            head = head[: len(head) * 3 // 4]
        return f"{head}\n{passage.text}" if head else passage.text


def _term_of(text: str, group: list[_Piece]) -> str:
    """Return the term that all of some sentences explain, which stands before them; "" where they explain none."""
    term = term_above(text, group[0].span.start)
    above = term_above(text, group[-1].span.start)
    while term and above and above != term:
        above = term_above(text, above[0])
    return text[slice(*term)] if term and above == term else ""
