"""Draw an answer, growing or whole; all that is not our own is escaped. Answer -> HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from rag.answering.question import wants_account
from rag.courtesies import is_pleasantry
from rag.records import MENTIONED, MENTIONED_SOME, NAMED, OVERVIEW, Answer, Citation
from rag.render import N_NEAREST
from ui.quotes import draw_chip, draw_cited, draw_mark, draw_near, draw_uncited, evidence_of, folded, opens_evidence
from ui.trail import draw_trail, percent
from ui.words import Say, tagged

_LIKELY = 0.5
"""How likely the first evidence must be to answer for its words to stand large before it was checked."""
_OPENINGS = {
    OVERVIEW: "note_overview", MENTIONED: "note_mentions", MENTIONED_SOME: "note_mentions_some", NAMED: "note_named"
}  # fmt: skip


def draw_answer(
    answer: Answer, say: Say, *, final: bool, threshold: float | None = None, yet: Sequence[str] = ()
) -> str:  # fmt: skip
    """Return the answer: short answer and its quote, text with chips, further quotes; when final, how it was found.

    What comes later is drawn below what stands already, so that nothing moves while it grows. `threshold` is the
    confidence from which the library answers; `yet` tells, as HTML, why there may be more that was not found.
    """
    asks = not is_pleasantry(answer.prompt.query.text)
    if not asks:
        body = f'<p class="fn-short">{tagged(say, "no_question")}</p>{_suggested(answer)}'
    elif answer.outcome == "abstained":
        body = _silence(answer, say, threshold, yet)
    elif answer.outcome == "conflict":
        body = _disagreement(answer, say) + _why(yet)
    else:
        body = _stated(answer, say, final=final) + _why(yet)
    nothing = answer.outcome == "stopped" and not answer.citations
    how = draw_trail(answer, say, threshold) if final and asks and not nothing else ""
    state = answer.outcome if final else "growing"
    return f'<article class="fn-answer" data-state="{state}">{body}{how}</article>'


def draw_wait(words: str) -> str:
    """Return a line that says what is being done."""
    line = f'<p class="fn-wait" role="status">{escape(words)}</p>'
    return f'<article class="fn-answer" data-state="waiting">{line}</article>'


def draw_error(words: str) -> str:
    """Return an error that a person can mend."""
    return f'<article class="fn-answer" data-state="error"><p role="alert">{escape(words)}</p></article>'


def _stated(answer: Answer, say: Say, *, final: bool) -> str:
    """Return an answer that the documents give: its first quote stands above the text, the others below it."""
    written = [c for c in answer.claims if c.verdict == "supported"] if answer.outcome != "quoted" else []
    quotes = [draw_cited(c, answer) for c in answer.citations]
    if not quotes and answer.prompt.evidence and answer.outcome != "stopped":
        quotes = [draw_uncited(answer.prompt.evidence[0])]
    if final and not (quotes or written):
        return f'<p class="fn-note">{tagged(say, "stopped_before")}</p>'
    sentences = " ".join(f"{escape(c.text)}{''.join(map(draw_chip, c.citations))}" for c in written)
    text = f'<p class="fn-text" dir="auto">{sentences}</p>' if sentences else ""
    note = tagged(say, "writing" if not final else "note_" + answer.outcome)
    waits = ' role="status"' if not final else ""
    told = f'<p class="fn-note"{waits}>{note}</p>'
    if final and not text:
        return _short(answer, say) + folded(quotes, say) + told + _parts(answer, say)
    short = _short(answer, say) if final or answer.claims or answer.prompt.confidence >= _LIKELY else ""
    return short + folded(quotes[:1], say) + text + told + folded(quotes[1:], say) + _parts(answer, say)


def _short(answer: Answer, say: Say) -> str:
    """Return the words that answer, large, each with its chip: all that are told, or the best evidence's so far."""
    if opening := next((key for words, key in _OPENINGS.items() if answer.text.startswith(words)), ""):
        return f'<p class="fn-short">{tagged(say, opening)}</p>'
    told = [c for c in answer.claims if c.verdict == "supported" and not c.text.startswith("“")]
    if answer.outcome == "quoted" and told:
        words = "; ".join(f"{escape(c.text)}{''.join(map(draw_chip, c.citations))}" for c in told)
        return f'<p class="fn-short" dir="auto">{words}</p>'
    best = answer.prompt.evidence[0] if answer.prompt.evidence else None
    if best is None or best.answer is None:
        return ""
    if answer.outcome == "quoted" and (answer.claims or wants_account(answer.prompt.question)):
        return ""
    first = next((c for c in answer.citations if (c.start, c.end) == (best.start, best.end)), None)
    if answer.citations and first is None:
        return ""
    chip = draw_chip(first) if first else draw_mark(1, best.hit.passage.title, opens_evidence(best))
    return f'<p class="fn-short" dir="auto">{escape(best.answer_text)}{chip}</p>'


def _parts(answer: Answer, say: Say) -> str:
    """Return on which parts of the question the documents disagree, which they do not answer, and what was compared."""
    parts = [("differ_on", part) for part in answer.disagreed] + [("silent_on", part) for part in answer.unanswered]
    told = [tagged(say, key, part=part) for key, part in parts]
    told += [tagged(say, "compared_rows", n=one.n_rows, column=one.column, title=one.title) for one in answer.compared]
    return "".join(f'<p class="fn-note" dir="auto">{one}</p>' for one in told)


def _disagreement(answer: Answer, say: Say) -> str:
    """Return the values that documents give as a table: value, where and of what day, the quote; the newest first."""
    heads = "".join(f'<th scope="col">{tagged(say, key)}</th>' for key in ("value", "document", "quote"))
    rows = []
    days = sorted({c.date for c in answer.citations} - {""}, reverse=True)
    for c in sorted(answer.citations, key=lambda c: c.date, reverse=True):
        found = evidence_of(c, answer)
        value = (found.answer_text if found else "") or c.quote
        rows.append(
            f'<tr><td class="fn-value"><span dir="auto">{escape(value)}</span>{draw_chip(c)}</td>'
            f'<td><span dir="auto">{escape(c.title or Path(c.path).name)}</span>{_day(c, days, say)}</td>'
            f"<td>{draw_cited(c, answer, bare=True)}</td></tr>"
        )
    return (
        f'<p class="fn-short">{tagged(say, "note_conflict")}</p><div class="fn-wide"><table class="fn-values">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _day(citation: Citation, days: Sequence[str], say: Say) -> str:
    """Return the document's day, if it gives one; the newest of several is called so."""
    if not citation.date:
        return ""
    newest = f" <strong>{tagged(say, 'newest')}</strong>" if len(days) > 1 and citation.date == days[0] else ""
    return f'<br><time class="fn-quiet" datetime="{escape(citation.date)}">{escape(citation.date)}</time>{newest}'


def _why(yet: Sequence[str]) -> str:
    return "".join(f'<p class="fn-note">{one}</p>' for one in yet if one)


def _silence(answer: Answer, say: Say, threshold: float | None, yet: Sequence[str]) -> str:
    """Return that the documents do not say: what was looked for, how likely the best place was, and the nearest."""
    looked = tagged(say, "looked_for", query=answer.prompt.query.text)
    sure, least = percent(answer.prompt.confidence), f"{threshold or 0:.0%}"
    unsure = tagged(say, "too_unsure", sure=sure, least=least) if threshold is not None else ""
    near = "".join(map(draw_near, answer.nearest[:N_NEAREST]))
    nearest = f'<h3>{tagged(say, "nearest")}</h3><div class="fn-quotes">{near}</div>' if near else ""
    return (
        f'<p class="fn-short">{tagged(say, "silent")}</p>'
        f'<p class="fn-note" dir="auto">{looked} {unsure}</p>{_why(yet)}{nearest}{_suggested(answer)}'
    )


def _suggested(answer: Answer) -> str:
    """Return where the page puts questions that the documents do answer."""
    return f'<div class="fn-suggest" data-suggest="{escape(answer.question, quote=True)}"></div>'
