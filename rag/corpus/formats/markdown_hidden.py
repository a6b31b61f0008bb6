"""Take out of Markdown what a browser does not show of it. text -> text of the same lines, and what is hidden."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from rag.corpus.formats.cells import flat
from rag.corpus.formats.markup import hidden_words
from rag.corpus.formats.reading import COMMENT
from rag.records import Hidden

_FENCE = r"^[ \t]{0,3}(?P<fence>`{3,}|~{3,})"
_INDENTED = r"(?<=\n\n)(?: {4}|\t)[^\n]*(?:\n(?: {4}|\t)[^\n]*)*"
_NOTE = r"^\[(?://|comment)\]:[ \t]*<?#?>?[ \t]+[(\"'](?P<note>[^\n]*)[)\"'][ \t]*$"
_TAG = r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>"
_TOKEN = re.compile(
    rf"{_FENCE}|(?P<ticks>`+)|(?P<indented>{_INDENTED})|{_NOTE}|(?P<open><!--)|(?P<tag>{_TAG})",
    re.MULTILINE | re.IGNORECASE,
)
_LONGEST_SPAN = 2_000
"""Characters of code in a line; after more a sign that opens it stands alone."""
_LINE = re.compile(r"\n")
_MARK, _END = "\ue002", "\ue003"
"""Stand around the number of a stretch of text, in its place among the tags."""
_NUMBER = re.compile(f"{_MARK}(\\d+){_END}")


def take_hidden(text: str) -> tuple[str, tuple[Hidden, ...]]:
    """Return Markdown without its comments and what elements of HTML in it hide, and these words, in order.

    Lines keep their numbers, which are the places. What stands in code is shown, whatever it is.
    """
    if "<" not in text and "]: " not in text:
        return text, ()
    parts = list(_parts(text))
    lost = [(start, end, COMMENT) for start, end, is_tag in parts if not is_tag]
    lost += [(start, end, "") for start, end in _stretches(text, parts)]
    lines = [found.end() for found in _LINE.finditer(text)] if lost else []
    hidden, kept, at = [], list[str](), 0
    for start, end, kind in sorted(lost):
        words = _bare(text[start:end]) if kind else text[start:end]
        if flat(words):
            label = f"line {bisect_right(lines, start) + 1}"
            hidden.append(Hidden(f"{label}, {kind}" if kind else label, flat(words)))
        kept += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end
    return "".join([*kept, text[at:]]), tuple(hidden)


def _bare(comment: str) -> str:
    """Return the words of a comment without the signs around it."""
    note = re.fullmatch(_NOTE, comment)
    return note["note"] if note else comment.removeprefix("<!--").removesuffix("-->")


def _parts(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, whether it is a tag) of the tags and comments outside of code, in order."""
    at = 0
    while token := _TOKEN.search(text, at):
        at = token.end()
        if token["fence"]:
            at = _end_of(rf"^[ \t]*{token['fence']}[`~]*[ \t]*$", text, at) or len(text)
        elif token["ticks"]:
            at = _end_of(rf"(?<!`){token['ticks']}(?!`)", text, at, until="\n\n") or at
        elif token["open"]:
            if (end := text.find("-->", at)) >= 0:
                yield token.start(), end + 3, False
                at = end + 3
            else:
                return
        elif token["tag"] or token["note"] is not None:
            yield token.start(), at, bool(token["tag"])


def _end_of(pattern: str, text: str, at: int, until: str = "") -> int:
    """Return where the next match of a pattern ends, 0 when there is none; if `until` is given, near and before it."""
    last = len(text)
    if until:
        last = min(last, at + _LONGEST_SPAN)
        end = text.find(until, at, last)
        last = end if end >= 0 else last
    found = re.compile(pattern, re.MULTILINE).search(text, at, last)
    return found.end() if found else 0


def _stretches(text: str, parts: list[tuple[int, int, bool]]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the stretches between tags and comments that the tags hide."""
    tags = [text[start:end] if is_tag else "" for start, end, is_tag in parts]
    if not any(re.search(r"\s(?:style|class|id|hidden|color)\b|<style", tag, re.IGNORECASE) for tag in tags):
        return
    edges = [0, *(edge for start, end, _ in parts for edge in (start, end)), len(text)]
    between = list(zip(edges[::2], edges[1::2], strict=True))
    skeleton = []
    is_style = False
    for n, (start, end) in enumerate(between):
        skeleton.append(text[start:end] if is_style else f"{_MARK}{n}{_END}")
        tag = tags[n] if n < len(tags) else ""
        skeleton.append(tag)
        is_style = tag.lower().startswith("<style")
    yield from (between[int(number)] for number in _NUMBER.findall(hidden_words("".join(skeleton))))
