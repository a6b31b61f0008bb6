"""Draw answers as HTML; all that is not our own is escaped. Answer -> HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from rag.records import Answer, Citation, Evidence, Hit
from ui.sources import place_of

_N_QUOTES = 3
_N_NEAREST = 3

_NOTES = {
    "answered": "",
    "quoted": "In the words of the document.",
    "conflict": "The documents disagree.",
    "stopped": "Stopped. What is above was checked.",
    "abstained": "",
}


def draw_question(question: str) -> str:
    """Return a turn's question."""
    return f'<div class="fn-question"><h2 dir="auto">{escape(question)}</h2></div>'


def draw_answer(answer: Answer, *, final: bool) -> str:
    """Return an answer, growing or final: text with chips, quotes, and how it was found (only when final)."""
    silent = answer.outcome == "abstained"
    body = _silence(answer) if silent else _text(answer, final=final) + _quotes(answer)
    how = _how(answer) if final else ""
    state = answer.outcome if final else "growing"
    return f'<article class="fn-answer" data-state="{state}">{body}{how}</article>'


def draw_wait(words: str) -> str:
    """Return a line that says what is being done."""
    line = f'<p class="fn-quiet" role="status">{escape(words)}</p>'
    return f'<article class="fn-answer" data-state="waiting">{line}</article>'


def draw_error(words: str) -> str:
    """Return an error that a person can mend."""
    return f'<article class="fn-answer" data-state="error"><p role="alert">{escape(words)}</p></article>'


def _text(answer: Answer, *, final: bool) -> str:
    """Return the checked sentences with their chips; before there are any, that they are being written."""
    shown = [claim for claim in answer.claims if claim.verdict == "supported"]
    if answer.outcome == "conflict":
        return _values(answer)
    short = _short_answer(answer) if final and answer.outcome == "quoted" else ""
    sentences = " ".join(f"{short or escape(c.text)}{''.join(_chip(cited) for cited in c.citations)}" for c in shown)
    if not sentences:
        empty = "Nothing was found before it was stopped." if final else "Reading and writing …"
        return f'<p class="fn-quiet fn-growing" role="status">{empty}</p>'
    note = f'<p class="fn-quiet">{_NOTES[answer.outcome]}</p>' if final and _NOTES[answer.outcome] else ""
    return f'<p class="fn-text" dir="auto">{sentences}</p>{note}'


def _short_answer(answer: Answer) -> str:
    """Return the words of the quote that answer, escaped: the whole quote stands below them. "" if none are known."""
    best = answer.prompt.evidence[0] if answer.prompt.evidence else None
    return escape(best.hit.passage.slice(best.answer)) if best and best.answer else ""


def _values(answer: Answer) -> str:
    """Return the values that documents give, each with its chip; the quotes stand below them."""
    spans = {(e.hit.passage.doc_id, e.start, e.end): e for e in answer.prompt.evidence}
    rows = []
    for c in answer.citations:
        found = spans.get((c.doc_id, c.start, c.end))
        words = found.hit.passage.slice(found.answer) if found and found.answer else c.quote
        rows.append(f'<li dir="auto">{escape(words)}{_chip(c)}</li>')
    return f'<p class="fn-quiet">{_NOTES["conflict"]}</p><ul class="fn-text fn-values">{"".join(rows)}</ul>'


def _chip(citation: Citation) -> str:
    return (
        f'<button type="button" class="fn-chip" {place_of(citation.doc_id, citation.start, citation.end)} '
        f'aria-label="Source {citation.number}: {escape(citation.title, quote=True)}">{citation.number}</button>'
    )


def _quotes(answer: Answer) -> str:
    """Return the quotes that the text cites, or while it cites none the best evidence."""
    spans = {(e.hit.passage.doc_id, e.start, e.end): e for e in answer.prompt.evidence}
    drawn = []
    for c in answer.citations:
        evidence = spans.get((c.doc_id, c.start, c.end))
        where = [Path(c.path).name, *(h for h in c.headings[-1:] if h != c.title)]
        words = _marked(c.quote, c.start, evidence)
        drawn.append(_quote(words, place_of(c.doc_id, c.start, c.end), where, number=str(c.number)))
    if not drawn and answer.prompt.evidence:
        drawn = [_evidence(answer.prompt.evidence[0])]
    opened, folded = "".join(drawn[:_N_QUOTES]), "".join(drawn[_N_QUOTES:])
    more = f"<details><summary>{len(drawn) - _N_QUOTES} more sources</summary>{folded}</details>" if folded else ""
    return f'<div class="fn-quotes">{opened}{more}</div>'


def _evidence(e: Evidence) -> str:
    passage = e.hit.passage
    return _quote(_marked(e.text, e.start, e), place_of(passage.doc_id, e.start, e.end), [Path(passage.path).name])


def _marked(text: str, start: int, evidence: Evidence | None) -> str:
    """Return a quote that stands at `start`, escaped, with the words that answer marked."""
    if evidence and evidence.answer:
        first, last = evidence.answer.start - start, evidence.answer.end - start
        if 0 <= first < last <= len(text):
            return f"{escape(text[:first])}<b>{escape(text[first:last])}</b>{escape(text[last:])}"
    return escape(text)


def _quote(words: str, place: str, where: Sequence[str], *, number: str = "") -> str:
    """Return one quote, already escaped, as a button that opens its source."""
    mark = f'<span class="fn-number" aria-hidden="true">{number}</span>' if number else ""
    return (
        f'<button type="button" class="fn-quote" {place}>{mark}<span class="fn-words" dir="auto">“{words}”</span>'
        f'<span class="fn-quiet fn-where">{escape(" · ".join(where))}</span></button>'
    )


def _silence(answer: Answer) -> str:
    near = "".join(_near(hit) for hit in answer.hits[:_N_NEAREST])
    nearest = f'<p class="fn-quiet">The nearest passages, which do not answer it:</p>{near}' if near else ""
    return f'<p class="fn-text" dir="auto">{escape(answer.text)}</p><div class="fn-quotes">{nearest}</div>'


def _near(hit: Hit) -> str:
    p = hit.passage
    flat = " ".join(p.text.split())
    short = flat if len(flat) <= 240 else flat[:239].rsplit(" ", 1)[0] + " …"
    return (
        f'<button type="button" class="fn-quote fn-near" {place_of(p.doc_id, p.start, p.end)}>'
        f'<span class="fn-words" dir="auto">{escape(short)}</span>'
        f'<span class="fn-quiet fn-where">{escape(Path(p.path).name)}</span></button>'
    )


def _how(answer: Answer) -> str:
    """Return, folded, what was searched, what that brought and why, what the check refused, and the seconds."""
    query = answer.prompt.query
    searched = f"<p>Searched for: <q>{escape(query.text)}</q></p>" if query.text != query.question else ""
    hits = "".join(_hit(hit) for hit in answer.hits)
    refused = "".join(
        f"<li><s>{escape(claim.text)}</s> {escape(claim.why)}</li>"
        for claim in answer.claims
        if claim.verdict == "unsupported"
    )
    left_out = f"<p>Written but not shown, because the check refused it:</p><ul>{refused}</ul>" if refused else ""
    seconds = " · ".join(f"{stage} {took:.2f} s" for stage, took in answer.timings.items())
    total = answer.timings.get("total", 0.0)
    return (
        f'<details class="fn-how"><summary>How this was found <span class="fn-quiet">{total:.1f} s</span></summary>'
        f"{searched}<p>That the documents answer it: {answer.prompt.confidence:.0%} likely.</p>"
        f"<ol>{hits}</ol>{left_out}<p>{escape(answer.model)} · {seconds}</p></details>"
        f'<button type="button" class="fn-wrong" data-question="{escape(answer.question, quote=True)}" '
        f'data-answer="{escape(answer.text, quote=True)}">Not right</button>'
    )


def _hit(hit: Hit) -> str:
    reasons = ", ".join(f"{name} rank {rank} ({hit.scores[name]:.2f})" for name, rank in sorted(hit.ranks.items()))
    p = hit.passage
    start = " ".join(p.text.split())[:90]
    return (
        f'<li><button type="button" class="fn-open" {place_of(p.doc_id, p.start, p.end)} dir="auto">'
        f'{escape(Path(p.path).name)}: {escape(start)} …</button> <span class="fn-quiet">{hit.score:.2f}: '
        f"{escape(reasons)}</span></li>"
    )
