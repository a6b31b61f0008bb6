"""Find the visible blocks of a page, the door to selectolax. HTML -> headings, paragraphs, rows, and what is hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rag.corpus.formats.articles import TURNING, Articles
from rag.corpus.formats.cells import flat
from rag.corpus.formats.elements import INLINE, Apart, steps, words_in
from rag.corpus.formats.hidden import unseen_nodes
from rag.corpus.formats.page_tables import rows_of
from rag.corpus.formats.published import stated_date
from rag.corpus.formats.reading import COMMENT
from rag.records import Hidden

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_CONTROLS = frozenset("button select option textarea input dialog".split())
_BESIDE: dict[str, MarkupKind] = {"nav": "furniture", "footer": "footer"}
_ROLES: dict[str, MarkupKind] = {"navigation": "furniture", "banner": "furniture", "contentinfo": "footer"}
_PARTS = frozenset("article aside blockquote li section".split())

MarkupKind = Literal["heading", "paragraph", "row", "term", "explanation", "furniture", "footer"]


@dataclass(frozen=True, slots=True)
class MarkupBlock:
    """A visible stretch of a page: `level` 1-6 for headings, `label` names a row of a table; `cells` are its own.

    Of a term and its explanation `level` says, from 1, in how many others' explanations they stand. `in_article`: the
    page itself says that it is of an article, which is more than a link to one; `in_teaser`: it is of such a link.
    """

    kind: MarkupKind
    text: str
    level: int = 0
    label: str = ""
    cells: tuple[str, ...] = ()
    in_article: bool = False
    in_teaser: bool = False


@dataclass(slots=True)
class Markup:
    """A page's title and day, its blocks in order, the texts of its links, and what nobody sees who looks at it."""

    title: str = ""
    date: str = ""
    blocks: list[MarkupBlock] = field(default_factory=list)
    links: frozenset[str] = frozenset()
    hidden: list[Hidden] = field(default_factory=list)


def read_markup(html: str) -> Markup:
    """Return what a page shows. Scripts are left out; what is hidden, and comments in the body, are kept apart."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    found = Markup()
    if title := tree.css_first("title"):
        found.title = flat(title.text())
    found.date = stated_date(tree)
    if tree.body is not None:
        found.links = frozenset(flat(link.text()) for link in tree.css("a"))
        apart = Apart(unseen_nodes(tree))
        _Walk(found, apart).run(tree.body)
        found.hidden = apart.found
    return found


def hidden_words(html: str) -> str:
    """Return the words of a page that nobody sees who looks at it."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    if tree.body is None:
        return ""
    apart = Apart(unseen_nodes(tree))
    words_in(tree.body, apart.take)
    return " ".join(one.text for one in apart.found if one.label != COMMENT)


class _Walk:
    """Goes through the elements without recursion: pages may be nested as deep as their writers like."""

    def __init__(self, found: Markup, apart: Apart) -> None:
        self._found = found
        self._apart = apart
        self._words: list[str] = []
        self._kinds: list[tuple[MarkupKind, int]] = [("paragraph", 0)]
        self._n_tables = 0
        self._articles = Articles()

    def run(self, root: LexborNode) -> None:
        for node, entering in steps(root, self._skip):
            tag = node.tag or ""
            if tag == "-text":
                self._words.append(node.text_content or "")
            elif entering and tag == "br":
                self._words.append("\n")
            elif tag not in INLINE:
                self._flush()
                if tag in TURNING:
                    self._articles.turn(node, entering=entering)
                if (kind := _kind_of(node)) != "paragraph" or tag in ("p", "div", "td"):
                    if entering:
                        self._kinds.append(self._within(kind, tag))
                    elif len(self._kinds) > 1:
                        self._kinds.pop()
        self._flush()

    def _within(self, kind: MarkupKind, tag: str) -> tuple[MarkupKind, int]:
        """Return kind and level of an element inside the one that is walked through."""
        around, level = self._kinds[-1]
        if around == "furniture" or kind == "furniture":
            return "furniture", level
        if around == "footer" or (around == "explanation" and kind == "paragraph"):
            return around, level
        if kind in ("term", "explanation"):
            return kind, level + 1 if around == "explanation" else 1
        return kind, int(tag[1]) if kind == "heading" else 0

    def _skip(self, node: LexborNode) -> bool:
        """Say whether to pass over an element, having taken what is to be taken of it as a whole."""
        tag = node.tag or ""
        if self._apart.take(node) or tag in _CONTROLS:
            return True
        if tag == "pre":
            self._flush()
            text = words_in(node, self._apart.take).strip("\n")
            kind, level = self._within("paragraph", tag)
            if text.strip():
                for part in re.split(r"\n\s*\n", text):
                    self._emit(kind, part, level)
            return True
        return tag == "table" and self._take_table(node)

    def _take_table(self, table: LexborNode) -> bool:
        """Take a table of values as rows; one that only lays out the page is walked through like any element."""
        apart = self._apart.anew()
        taken = rows_of(table, apart)
        if taken is None:
            return False
        self._flush()
        self._apart.found += apart.found
        self._n_tables += 1
        around = self._kinds[-1][0]
        kind: MarkupKind = around if around in ("furniture", "footer") else "row"
        for n, sentence, cells in taken:
            label = f"table {self._n_tables} row {n}"
            self._found.blocks.append(MarkupBlock(kind, sentence, 0, label, cells))
        return True

    def _flush(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        kind, level = self._kinds[-1]
        for line in re.split(r"\n[ \t]*\n", text) if kind in ("paragraph", "explanation") else [text]:
            self._emit(kind, flat(line), level)

    def _emit(self, kind: MarkupKind, text: str, level: int) -> None:
        if text.strip():
            articles = self._articles
            block = MarkupBlock(kind, text, level, in_article=articles.inside, in_teaser=articles.teasing)
            self._found.blocks.append(block)


def _kind_of(node: LexborNode) -> MarkupKind:
    tag = node.tag or ""
    beside = _BESIDE.get(tag) or _ROLES.get(node.attributes.get("role") or "")
    if beside:
        return "furniture" if beside == "footer" and _is_part(node) else beside
    if re.fullmatch(r"h[1-6]", tag):
        return "heading"
    kinds: dict[str, MarkupKind] = {"li": "row", "dt": "term", "dd": "explanation"}
    return kinds.get(tag, "paragraph")


def _is_part(node: LexborNode) -> bool:
    """Return whether an element stands in a part of the page, so that it is no foot of the page."""
    around = node.parent
    while around is not None and around.tag not in _PARTS:
        around = around.parent
    return around is not None
