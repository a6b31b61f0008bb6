"""Write an answer out to be taken elsewhere, its sources as footnotes. Answer -> plain text, Markdown, BibTeX, JSON."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from rag.records import Answer
from rag.render import place

_BIBTEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "{}%#$&_"}
    | {"\\": r"\textbackslash ", "~": r"\textasciitilde ", "^": r"\textasciicircum "}
)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def to_plain(answer: Answer) -> str:
    """Return the text with its markers `[n]`, then one footnote a line: the quote and where it stands."""
    notes = [f"[{c.number}] “{_flat(c.quote)}” {place(c, answer.citations)}" for c in answer.citations]
    return "\n\n".join(filter(None, [answer.text, "\n".join(notes)]))


def to_markdown(answer: Answer) -> str:
    """Return the same as Markdown with its own footnotes; nothing of a document is live in it."""
    text = _inert(answer.text)
    for c in answer.citations:
        text = text.replace(f"\\[{c.number}\\]", f"[^{c.number}]")
    notes = [
        f"[^{c.number}]: “{_inert(_flat(c.quote))}” {_inert(place(c, answer.citations))}" for c in answer.citations
    ]
    return "\n\n".join(filter(None, [text, "\n".join(notes)]))


def to_bibtex(answer: Answer) -> str:
    """Return the documents that an answer cites as BibTeX entries, in the order of their numbers, with the places."""
    entries: dict[str, str] = {}
    for first in answer.citations:
        if first.doc_id in entries:
            continue
        name = PurePath(first.path)
        places = [c.place for c in answer.citations if c.doc_id == first.doc_id and c.place]
        fields = {
            "title": first.title or name.name, "howpublished": name.name, "year": first.date[:4], "date": first.date,
            "note": "; ".join(dict.fromkeys(places)),
        }  # fmt: skip
        lines = "".join(f"  {field} = {{{_in_bibtex(_flat(told))}}},\n" for field, told in fields.items() if told)
        entries[first.doc_id] = f"@misc{{{_key(name.stem)}{first.number},\n{lines}}}"
    return "\n\n".join(entries.values())


def as_plain(answer: Answer, *, words_alone: bool) -> dict[str, Any]:
    """Return what an answer says, rests on and how it was searched (`Library.by_words_alone`), ready for JSON."""
    return {
        "text": answer.text,
        "outcome": answer.outcome,
        "confidence": answer.prompt.confidence,
        "query": answer.prompt.query.text,
        "words_alone": words_alone,
        "model": answer.model,
        "seconds": dict(answer.timings),
        "citations": plain_citations(answer),
    }


def plain_citations(answer: Answer) -> list[dict[str, Any]]:
    """Return each citation with its quote and exact place, ready for JSON."""
    return [
        {
            "number": c.number, "quote": c.quote, "doc_id": c.doc_id, "document": c.title, "file": c.path,
            "start": c.start, "end": c.end, "page": c.page, "place": c.place,
            "date": c.date,
        }
        for c in answer.citations
    ]  # fmt: skip


def _flat(text: str) -> str:
    return " ".join(text.split())


def _key(stem: str) -> str:
    """Return what an entry is called, which must be plain letters and figures; its number makes it the only one."""
    return "".join(re.findall(r"[a-z0-9]+", stem.lower()))[:24] + "-"


def _in_bibtex(text: str) -> str:
    return text.translate(_BIBTEX)


def _inert(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
