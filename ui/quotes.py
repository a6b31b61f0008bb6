"""Draw quotes and the chips that stand for them; each opens its source. Citation or Evidence -> HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from rag.records import Answer, Citation, Evidence, Span
from rag.render import place, shortened
from ui.sources import opens
from ui.words import Say, tagged

_N_QUOTES = 3
_MAX_NEAR = 240


def draw_near(found: Evidence) -> str:
    """Return a place that comes near to an answer, as a button that opens it: its first words and where they stand."""
    p = found.hit.passage
    short = shortened(found.text, _MAX_NEAR)
    name = Path(p.path).name
    told = [name, p.title if p.title not in name else "", *p.headings[-1:], p.date]
    where = " · ".join(dict.fromkeys(filter(None, told)))
    opened = opens(p.doc_id, Span(found.start, found.end), where, short)
    return _quote(escape(short), opened, where, kind="fn-quote fn-near")


def folded(quotes: Sequence[str], say: Say) -> str:
    """Return quotes, those beyond the first few folded away."""
    opened, rest = "".join(quotes[:_N_QUOTES]), quotes[_N_QUOTES:]
    more = f"<summary>{tagged(say, 'more_sources', n=len(rest))}</summary>{''.join(rest)}"
    return f'<div class="fn-quotes">{opened}{f"<details>{more}</details>" if rest else ""}</div>' if quotes else ""


def draw_cited(citation: Citation, answer: Answer, *, bare: bool = False) -> str:
    """Return the quote of a citation, the words that answer marked; `bare`: without its number."""
    words = _marked(citation.quote, citation.start, evidence_of(citation, answer))
    number = "" if bare else str(citation.number)
    return _quote(words, _opens_cited(citation), place(citation, answer.citations), number=number)


def draw_uncited(e: Evidence) -> str:
    """Return the best evidence as the first quote, while nothing is cited yet."""
    return _quote(_marked(e.text, e.start, e), opens_evidence(e), Path(e.hit.passage.path).name, number="1")


def opens_evidence(e: Evidence) -> str:
    """Return the attributes that open a place of evidence."""
    return opens(e.hit.passage.doc_id, Span(e.start, e.end), Path(e.hit.passage.path).name, e.text)


def _opens_cited(c: Citation) -> str:
    return opens(c.doc_id, Span(c.start, c.end), place(c), c.quote)


def _quote(words: str, opened: str, where: str, *, number: str = "", kind: str = "fn-quote") -> str:
    """Return one quote, already escaped, as a button that opens its source."""
    mark = f'<span class="fn-number" aria-hidden="true">{number}</span>' if number else ""
    return (
        f'<button type="button" class="{kind}" {opened}>{mark}<span class="fn-words" dir="auto">“{words}”</span>'
        f'<span class="fn-where" dir="auto">{escape(where)}</span></button>'
    )


def draw_chip(citation: Citation) -> str:
    """Return the chip of a citation."""
    return draw_mark(citation.number, citation.title, _opens_cited(citation))


def draw_mark(number: int, title: str, opened: str) -> str:
    """Return a chip; `card.js` shows its quote and place when it is pointed at, focused or touched."""
    label = f' aria-label="{escape(f"{number}: {title}", quote=True)}"'
    return f'<button type="button" class="fn-chip" {opened}{label}>{number}</button>'


def _marked(text: str, start: int, evidence: Evidence | None) -> str:
    """Return a quote that stands at `start`, escaped, with the words that answer marked."""
    if evidence and evidence.answer:
        first, last = evidence.answer.start - start, evidence.answer.end - start
        if 0 <= first < last <= len(text):
            return f"{escape(text[:first])}<mark>{escape(text[first:last])}</mark>{escape(text[last:])}"
    return escape(text)


def evidence_of(c: Citation, answer: Answer) -> Evidence | None:
    """Return the evidence that a citation stands for, if it is among what the answer was made from."""
    at = (c.doc_id, c.start, c.end)
    return next((e for e in answer.prompt.evidence if (e.hit.passage.doc_id, e.start, e.end) == at), None)
