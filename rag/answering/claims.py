"""Turn written text into checked claims. sentence and Evidence -> Claim whose citations are valid by construction."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.evidence import same_words
from rag.answering.rows import labelled
from rag.answering.verify import refusal
from rag.records import Citation, Claim, Evidence
from rag.terms import term_over
from rag.words import content_stems

_ANSWER_SHARE = 0.5
"""Of the words that answer, the share that a claim must hold: the span's edges are the reader's guess."""

_LONGEST_VALUE = 0.7
"""Of a sentence, the share that an answer in a few words may have."""

_MARKER = re.compile(r"\s*\[\d+\]")


def check_claim(sentence: str, evidence: Sequence[Evidence], question: str) -> Claim:
    """Return the claim with the evidence that bears it out best, or refused, with the reason of the nearest one.

    Markers that the model wrote are ignored: what a claim rests on is found here, among the evidence it was shown.
    """
    text = _MARKER.sub("", sentence).strip()
    stems = set(content_stems(text))
    order = sorted(range(len(evidence)), key=lambda n: (-len(stems & set(content_stems(evidence[n].text))), n))
    reasons = []
    for n in order:
        reason = refusal(text, evidence[n].text, question) or _beside_the_point(stems, evidence[n])
        if not reason:
            return Claim(
                text, (cite(evidence, n),), "supported", "Its numbers, names and words stand in what it cites."
            )
        reasons.append(reason)
    return Claim(text, (), "unsupported", reasons[0] if reasons else "There is no evidence for it.")


def _beside_the_point(stems: set[str], evidence: Evidence) -> str:
    """Return "" when a claim's words hold the answer that was found in its evidence, if one was; else why not."""
    if evidence.answer is None:
        return ""
    answer = set(content_stems(evidence.answer_text))
    held = len(answer & stems) >= _ANSWER_SHARE * len(answer)
    return "" if held else "It leaves out what answers the question in the sentence it cites."


def value_claim(found: Evidence, evidence: Sequence[Evidence]) -> Claim | None:
    """Return the words of a sentence that answer, as a claim; None when they are hardly fewer than it.

    It cites that of the evidence with the same words.
    """
    words = _flat(labelled(found))
    if not (content_stems(words) or found.statement) or len(words) > _LONGEST_VALUE * len(found.text):
        return None
    n = next(n for n, one in enumerate(evidence) if same_words(one, found))
    return Claim(words, (cite(evidence, n),), "supported", "These words stand in the sentence it cites.")


def quote_claim(evidence: Sequence[Evidence], n: int) -> Claim:
    """Return evidence `n` (from 0) as a claim of its own: its words on one line; the citation has them verbatim."""
    return Claim(f"“{_flat(evidence[n].text)}”", (cite(evidence, n),), "supported", "It is the document's own words.")


def _flat(text: str) -> str:
    return " ".join(text.split())


def cite(evidence: Sequence[Evidence], n: int) -> Citation:
    """Return the citation `[n + 1]` of evidence `n` (from 0)."""
    found = evidence[n]
    passage = found.hit.passage
    first, last = passage.place_at(found.start), passage.place_at(found.end - 1)
    labels = [place.label for place in (first, last) if place]
    page = first.label.rpartition(" ")[2] if first and first.kind == "page" else ""
    return Citation(
        number=n + 1,
        quote=found.text,
        doc_id=passage.doc_id,
        path=passage.path,
        title=passage.title,
        start=found.start,
        end=found.end,
        headings=_above(found),
        page=int(page) if page.isdecimal() else None,
        place=" to ".join(dict.fromkeys(labels)),
        origin=passage.origin,
        date=passage.date,
        library=passage.library,
    )


def _above(found: Evidence) -> tuple[str, ...]:
    """Return the headings above a sentence, and the term that it explains unless that is quoted with it."""
    passage = found.hit.passage
    term = term_over(passage.text, found.start - passage.start)
    return passage.headings if not term or term in passage.headings else (*passage.headings, term)


def marked_text(claims: Sequence[Claim]) -> str:
    """Return the text of the supported claims, each with its markers: `… [1]`.

    A quote stands on a line of its own; values, which are no sentences, are set apart by semicolons.
    """
    text = ""
    for claim in claims:
        if claim.verdict == "supported":
            sentence = re.sub(r"( \[\d+\])+$", "", text).endswith((".", "!", "?", "”", "…"))
            seam = "" if not text else "\n" if claim.text.startswith("“") else " " if sentence else "; "
            text += seam + claim.text + "".join(f" [{citation.number}]" for citation in claim.citations)
    return text


def cited(claims: Sequence[Claim]) -> tuple[Citation, ...]:
    """Return the citations of the supported claims, each once, by number."""
    found = {c.number: c for claim in claims if claim.verdict == "supported" for c in claim.citations}
    return tuple(found[number] for number in sorted(found))
