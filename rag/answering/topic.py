"""Tell what the documents say about something. question, Hits -> the sentences that speak of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.evidence import distinct, statements
from rag.answering.furniture import is_furniture
from rag.records import Evidence, Hit
from rag.words import content_stems, content_words

_ASKED = re.compile(
    r"^(?:please |so |and |ok |hey )*(?:"
    r"what (?:do|does|did) (?:(?:all|the|these|this|my|your|our) )*"
    r"(?:documents?|articles?|sources?|reports?|papers?|files?|texts?|they|it) (?:say|tell(?: me| us)?|mention|write)"
    r" (?:about|on|of|regarding)|"
    r"(?:can you |could you )?(?:tell me|tell us)(?: more| something| everything| all)? about|"
    r"what (?:do you know|can you (?:tell|say)(?: me| us)?) about|"
    r"(?:give me |write )?(?:a |an )?(?:short |brief )?(?:summary|overview) of|"
    r"(?:can you |could you )?summari[sz]e"
    r")\s+(?P<topic>[^?!]+?)[?!. ]*$",
    re.IGNORECASE,
)
_LONE = re.compile(
    r"(?:(?:and|but|so|ok) )*(?:(?:what|how) about )?(?:(?:the|an?|my|our|your|about) )*"
    r"(?P<topic>[^\W\d_][\w'’-]{2,})[?!. ]*",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?:From|To|Cc|Bcc|Date|Sent|Subject|Reply-To): ")
"""How a line of the head of a mail begins."""
_TEXTS = r"(?:documents?|articles?|sources?|reports?|papers?|files?|texts?|pages?)"
_MENTIONED = re.compile(
    rf"^(?:please |so |and |ok |hey )*(?:(?:which|what)(?: of (?:the|these|my|our))? {_TEXTS} "
    r"(?:mentions?|names?|speaks? of|talks? about|writes? about|deals? with|refers? to|discuss(?:es)?|(?:is|are) about)"
    r"|(?P<place>where|in (?:what|which) (?:matters?|connections?|contexts?|places?)) (?:is|are|was|were|does|do|did)) "
    r"(?:the (?:name|word|term) )?(?P<topic>[^?!]+?)"
    r"(?P<named> (?:(?:being |get )?(?:mentioned|named|discussed|referred to)|turns? up|comes? up|appears?))?"
    rf"(?: (?:in|across) (?:(?:all|any|the|these|this|my|your|our) )*{_TEXTS})?[?!. ]*$",
    re.IGNORECASE,
)
"""Asks which documents speak of something: "Which files mention the lease?", "Where is the lease mentioned?"."""

_MOST_LED = 2
MOST_MENTIONED = 10
"""Documents of which a sentence is told that mentions something."""


def topic_of(question: str) -> str:
    """Return what a question wants to hear about, without asking anything in particular of it; "" for another.

    A lone word ("petrol", "what about the dog?") asks nothing in particular.
    """
    found = _ASKED.match(question.strip()) or _LONE.fullmatch(question.strip())
    return found["topic"] if found and content_words(found["topic"]) else ""


def mentioned(question: str) -> str:
    """Return what a question asks the places of, where it asks which documents speak of something; "" for another."""
    found = _MENTIONED.match(question.strip())
    return found["topic"] if found and (found["named"] or not found["place"]) else ""


def of_each_document(found: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the first evidence of each document, in order."""
    first: dict[str, Evidence] = {}
    for one in found:
        first.setdefault(one.hit.passage.doc_id, one)
    return tuple(first.values())


def on_topic(topic: str, hits: Sequence[Hit], k: int) -> tuple[Evidence, ...]:
    """Return up to `k` sentences that hold all content words of a topic, or stand under a heading that does.

    A line that only names the topic leads the two after it, as a heading would. First come those that hold more of its
    words themselves, then as they stand in the hits; the score is that share, in [0, 1]. Lines of the head of a mail
    come last, with the score 0.
    """
    wanted = frozenset(content_stems(topic))
    if not wanted:
        return ()
    found = []
    for hit in hits:
        headings = frozenset(stem for heading in hit.passage.headings for stem in content_stems(heading))
        led = 0
        for span in statements(hit.passage):
            text = hit.passage.slice(span)
            said = frozenset(content_stems(text))
            if wanted <= said | headings and frozenset(stem for stem in said if not stem.isdigit()) <= wanted:
                led = _MOST_LED
                continue
            above = wanted if led else headings
            led = max(0, led - 1)
            if wanted <= said | above and not is_furniture(text):
                share = max(len(wanted & said), bool(led)) / len(wanted)
                found.append(Evidence(hit, span.start, span.end, 0.0 if _HEADER.match(text) else share))
    return tuple(distinct(sorted(found, key=lambda one: -one.score), k))
