"""Find sentences, the door to nupunkt. text -> spans that hold every character but white space."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from rag.records import Span

_ABBREVIATIONS = frozenset(
    """
    mr mrs ms mme dr drs prof profs rev hon pres gov govs sen sens rep reps gen col lt lieut cmdr capt maj sgt
    cpl pvt pfc adm ste sr jr esq messrs supt insp atty amb asst jan feb mar apr jun jul aug sep sept oct nov
    dec mon tue tues wed thu thur thurs fri inc ltd corp co cos llc llp plc bros gmbh assn assoc dept depts
    univ inst govt natl intl mfg mgr mgmt admin exec fed prop fig figs eq eqs eqn eqns sec sect secs ch chap
    chs vol vols no nos pp para paras ed eds edn cf viz vs etc al ibid op cit seq approx ca est incl excl max
    avg misc resp ref refs app appx suppl supp trans transl tel ext attn encl nr pt pts ser ft lb lbs oz sq cu
    yd yds hr hrs tbsp tsp st ave blvd rd hwy pkwy bldg apt mt mts rte calif ariz ala ark colo conn del fla ga
    kan kans ky md mich minn mo mont neb nebr nev okla oreg pa penn tenn tex va vt wis wisc wyo abt arr dep
    """.split()
)
"""English abbreviations that are no words as well.

nupunkt's model, learned from scanned law and web pages, holds 3,000 more, and among them "month", "week", "lead" and
"bank", after which it went on ("The rent is 8,400 EUR a month. Aoife Byrne is in charge.").
"""

_WINDOW = 8000
"""Characters that are looked at together: the time Punkt takes for question marks in a row grows with their square."""


_DAY = re.compile(r"(?:^|[\s(])(?:[1-9]|[12]\d|3[01])\.$")
_MONTH = re.compile(
    r"(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    r"|januar|februar|mar(?:ts|s)|april|ma[ij]|juni|juli|august|september|oktober|november|de[cs]ember)(?!\w)"
)
"""A day, and the month after it, as German and its northern neighbours write them: "am 3. Mai"."""


class SentenceSplitter:
    """Splits English text into sentences (Punkt, Kiss & Strunk 2006, as in nupunkt).

    A date goes on after the point behind its day.
    """

    name = "nupunkt-0.8+abbreviations.3"

    def split(self, text: str, offset: int = 0) -> list[Span]:
        """Return the sentences of `text` in order, trimmed of white space, moved by `offset`.

        One of more than `_WINDOW` characters is cut there.
        """
        spans: list[Span] = []
        for start, end in _windowed(text):
            piece = text[start:end]
            if kept := piece.strip():
                first = start + piece.index(kept[0])
                before = spans.pop() if spans and _MONTH.match(kept) and _ends_in_day(text, spans[-1], offset) else None
                spans.append(Span(before.start if before else offset + first, offset + first + len(kept)))
        return spans


def _ends_in_day(text: str, span: Span, offset: int) -> bool:
    return bool(_DAY.search(text[max(span.start - offset, span.end - offset - 4) : span.end - offset]))


def _windowed(text: str) -> Iterator[tuple[int, int]]:
    """Yield where sentences start and end, looking at a window of the text at a time.

    The last one of a window is looked at again with what follows it.
    """
    at = 0
    while at < len(text):
        window = text[at : at + _WINDOW]
        found = [span for _, span in _tokenizer().tokenize_with_spans(window)] or [(0, len(window))]
        more = at + _WINDOW < len(text)
        kept = found[:-1] if more and len(found) > 1 else found
        yield from ((at + start, at + end) for start, end in kept)
        at += found[-1][0] if len(kept) < len(found) else len(window)


@cache
def _tokenizer() -> Any:
    """Return nupunkt's tokenizer with its model, of whose abbreviations those with dots in them and ours are kept."""
    from nupunkt.models import load_default_model

    tokenizer = copy.deepcopy(load_default_model())
    known = tokenizer._params
    known.abbrev_types = {one for one in known.abbrev_types if "." in one or len(one) == 1} | _ABBREVIATIONS
    return tokenizer
