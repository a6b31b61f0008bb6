"""Tell how the documents begin, for who asks what they are about. question, Hits -> a sentence of each document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.answering.evidence import distinct, statements
from rag.answering.furniture import is_furniture
from rag.records import Evidence, Hit, Span
from rag.words import content_words

_THEM = (
    r"(?:(?:(?:all|the|these|this|those|my|your|our) )*"
    r"(?:documents?|docs|articles?|files?|papers?|folders?|texts?|sources?|reports?|library|collection|pdfs?)"
    r"|this|these|it|everything|them|it all|all of (?:this|it|them))"
)
_ASKED = re.compile(
    r"(?:please |so |and |ok |hey |hi |can you |could you )*(?:"
    rf"what(?:['’]s| is| are) {_THEM}(?: all| mainly)? about"
    rf"|what (?:do|does) {_THEM} (?:say|contain|cover|tell(?: me| us)?|talk about|deal with)"
    rf"|what(?:['’]s| is) in(?:side)? (?:here|{_THEM})"
    rf"|(?:summari[sz]e|sum up|outline)(?: {_THEM})?(?: for me)?"
    r"|(?:give me |write |i want |i need )?(?:a |an |the )?(?:short |brief |quick )?"
    rf"(?:summary|overview|gist)(?: of {_THEM})?"
    r"|tl;? ?dr)(?: please)?[?!. ]*",
    re.IGNORECASE,
)
MOST_BEGUN = 5
"""Documents of which an answer tells."""

_LEAST_WORDS = 5
"""Content words from which a sentence says something by itself: bylines and labels have fewer."""
_ENDED = re.compile(r"[.!?…]['\"”’)\]]*$")


def asks_overview(question: str) -> bool:
    """Return whether a question asks what the documents are about, all of them."""
    return bool(_ASKED.fullmatch(question.strip()))


def overview(hits: Sequence[Hit], k: int) -> tuple[Evidence, ...]:
    """Return up to `k` sentences, one for each document in the order of the hits; of one document one for each hit.

    Each is the first whole sentence that is no page furniture; where there is none, the first line.
    """
    by_document: dict[str, list[Hit]] = {}
    for hit in hits:
        by_document.setdefault(hit.passage.doc_id, []).append(hit)
    groups = list(by_document.values()) if len(by_document) > 1 else [[hit] for hit in hits]
    found = [one for group in groups if (one := _first(group))]
    return tuple(distinct(found, k))


def _first(hits: Iterable[Hit]) -> Evidence | None:
    lines = [(hit, span) for hit in hits for span in statements(hit.passage)]
    whole = next(((hit, span) for hit, span in lines if _is_whole(hit.passage.slice(span))), None)
    hit, span = whole or next(iter(lines), (None, Span(0, 0)))
    return Evidence(hit, span.start, span.end, 1.0) if hit else None


def _is_whole(text: str) -> bool:
    return bool(_ENDED.search(text)) and len(content_words(text)) >= _LEAST_WORDS and not is_furniture(text)
