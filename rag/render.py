"""Show and store an answer. Answer -> terminal text, escaped HTML, plain JSON and back."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rag.courtesies import is_pleasantry
from rag.errors import SettingsError

if TYPE_CHECKING:
    from rag.records import Answer, Citation

T = TypeVar("T")

_adapters: dict[type, Any] = {}

N_NEAREST = 3
"""Places that are shown where the documents do not say."""

_NO_QUESTION = "There is no question in that. Ask one, and the documents are searched for its answer."
_MAX_SHOWN = 300
_MOVING = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def to_text(answer: Answer) -> str:
    """Return the answer and its sources for a terminal: the text, then a quote and a place for each number."""
    lines = [_NO_QUESTION if is_pleasantry(answer.question) else answer.text]
    if answer.outcome == "abstained" and answer.hits:
        lines.append("\nThe nearest passages; none was found to answer it surely enough:")
        for near in answer.nearest[:N_NEAREST]:
            name = on_one_line(Path(near.hit.passage.path).name)
            lines.append(f"  - {shortened(near.text, _MAX_SHOWN)}\n    {name}")
    if answer.citations:
        lines.append("")
        lines += [
            f"[{c.number}] “{' '.join(c.quote.split())}”\n    {on_one_line(place(c, answer.citations))}"
            for c in answer.citations
        ]
    return "\n".join(lines)


def on_one_line(text: str) -> str:
    """Return a name for a terminal: signs that end a line, move the cursor or turn the direction are written out."""
    return _MOVING.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def place(citation: Citation, among: Iterable[Citation] = ()) -> str:
    """Return where a citation stands, for a person: file name, title, heading, place (else characters), day, origin.

    The name has as many of its folders before it as tell it from those of other files in `among`. Where several
    libraries were asked, its library comes last.
    """
    name = _told_apart(citation.path, {other.path for other in among} - {citation.path})
    above = [heading for heading in citation.headings[-1:] if heading != citation.title]
    title = [citation.title] if citation.title and citation.title not in name else []
    above = [heading for heading in above if heading not in citation.place]
    where = citation.place or f"characters {citation.start:,}–{citation.end:,}"
    library = [f"library {citation.library}"] if citation.library else []
    return " · ".join(filter(None, [name, *title, *above, where, citation.date, citation.origin, *library]))


def _told_apart(path: str, others: Collection[str]) -> str:
    """Return the shortest end of a path that is none of another's."""
    parts = Path(path).parts
    ends = (Path(*parts[-n:]) for n in range(1, len(parts) + 1))
    return next(
        (str(end) for end in ends if not any(Path(other).parts[-len(end.parts) :] == end.parts for other in others)),
        path,
    )


def per_second(done: int, seconds: float) -> str:
    """Return how many are done in a second, with as many digits as tell it from 0; "–" while there is no telling."""
    if not done or seconds <= 0:
        return "–"
    rate = done / seconds
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}" if rate >= 1 else f"{rate:.2g}"


def to_html(answer: Answer) -> str:
    """Return the answer for a notebook; everything that comes from documents or the model is escaped."""
    sources = "".join(
        f"<li value='{c.number}'><q>{escape(c.quote)}</q><br><small>{escape(place(c, answer.citations))}</small></li>"
        for c in answer.citations
    )
    return f"<div class='footnote-answer'><p>{escape(answer.text)}</p><ol>{sources}</ol></div>"


def to_json(answer: Answer) -> str:
    """Return the whole answer as JSON, its prompt and hits included."""
    return str(_adapter(type(answer)).dump_json(answer, indent=1).decode("utf-8"))


def from_json(kind: type[T], text: str) -> T:
    """Return the answer (a `kind`) that `to_json` wrote. Raises `SettingsError` for anything else."""
    from pydantic import ValidationError

    try:
        found: T = _adapter(kind).validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(
            f"This is not an answer saved as JSON: {first['msg']} at {'.'.join(map(str, first['loc'])) or 'the start'}."
        ) from error
    return found


def _adapter(kind: type) -> Any:
    from pydantic import TypeAdapter

    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def shortened(text: str, most: int) -> str:
    """Return a text on one line; of more than `most` characters its first words, and " …"."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0] + " …"
