"""Read web pages, the door to trafilatura. bytes -> Reading of the article, or of all that the page shows."""

from __future__ import annotations

import logging
import re
from collections import Counter

from rag.corpus.decode import decode
from rag.corpus.formats.beside import beside
from rag.corpus.formats.markup import Markup, MarkupBlock, read_markup
from rag.corpus.formats.reading import Reading, TextWriter

_SPACES = re.compile(r"[\s\u200b]+")
_SURROUNDED = re.compile(r"<(nav|aside|header|footer|script)[\s>]|role=[\"']?navigation", re.IGNORECASE)
_FEW_LINKS = 30
"""A page with fewer links, without menus and scripts, is a document: all of it is kept."""
_LEAST_BODY = 150
_SURE = 40
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w-]{3,20})", re.IGNORECASE)


def read_html(raw: bytes, _name: str) -> Reading:
    """Return a page's headings, paragraphs and rows; places are headings and rows of tables.

    When the page has an article with menus and the like around it, the article is kept, and what else is told beside it
    in whole sentences or says how its owner is reached; how much was set aside is told.
    """
    html = decode_html(raw)
    markup = read_markup(html)
    body, aside = article_blocks(html, markup)
    writer = TextWriter()
    write_blocks(writer, body)
    writer.hide_all(markup.hidden)
    writer.must_hold("The page shows no text to search.")
    told = f"Set aside: {aside:,} characters of menus and other page furniture." if aside else ""
    return writer.reading(markup.title, "text/html", aside=told, date=markup.date)


def decode_html(raw: bytes) -> str:
    """Return a page's text, by its byte order mark, as UTF-8, by the encoding that it names, or by the likeliest."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if (named := _CHARSET.search(raw[:4096])) and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode(named[1].decode("ascii"), "replace")
        except LookupError:
            pass
    return decode(raw)


def write_blocks(writer: TextWriter, blocks: list[MarkupBlock], top: str = "top of the page") -> None:
    """Write a page's blocks with their places; what stands before the first heading lies at `top`."""
    under = top
    writer.place("heading", under)
    for block in blocks:
        if block.kind == "heading":
            under = f"under “{block.text[:80]}”"
            writer.place("heading", under)
        elif block.label:
            writer.place("row", block.label)
        write_block(writer, block)
        if block.label:
            writer.place("heading", under)


def write_block(writer: TextWriter, block: MarkupBlock) -> None:
    """Write a block as what it is."""
    if block.kind == "heading":
        writer.heading(block.text, block.level)
    elif block.kind == "row" or block.label:
        writer.row(block.text)
    elif block.kind == "term":
        writer.term(block.text, block.level)
    elif block.kind == "explanation":
        writer.explanation(block.text, block.level)
    else:
        writer.paragraph(block.text)


def article_blocks(html: str, markup: Markup) -> tuple[list[MarkupBlock], int]:
    """Return the blocks of the article and how many characters of others were set aside."""
    shown = [block for block in markup.blocks if block.kind not in ("furniture", "footer")]
    if not _SURROUNDED.search(html) and html.count("<a ") < _FEW_LINKS:
        return markup.blocks, 0
    surely, likely = (_inside(shown, _article(html, broadly=broadly)) for broadly in (False, True))
    kept = _with_headings(shown, _widened(shown, surely, likely, markup.links))
    if _n_chars(kept) < _LEAST_BODY:
        kept = shown
    others = beside(html, markup, kept)
    aside = _n_chars(markup.blocks) - _n_chars(kept) - _n_chars(others)
    if others and markup.title and sum(block.kind == "heading" for block in kept) > 1:  # it is not of the last section
        kept = [*kept, MarkupBlock("heading", markup.title, 1)]
    return kept + others, aside


def _n_chars(blocks: list[MarkupBlock]) -> int:
    return sum(len(block.text) for block in blocks)


def _article(html: str, *, broadly: bool) -> str:
    """Return the words of what trafilatura takes for the article, or `broadly` for it; "" when it finds none."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        return trafilatura.extract(html, include_comments=False, include_tables=True, favor_recall=broadly) or ""
    except (RecursionError, ValueError, AssertionError):
        return ""


def _inside(blocks: list[MarkupBlock], article: str) -> list[bool]:
    lines = [_squeeze(line) for line in article.split("\n")]
    body, whole = "".join(lines), set(lines)
    return [_stands_in(block, body, whole) for block in blocks]


def _widened(blocks: list[MarkupBlock], surely: list[bool], likely: list[bool], links: frozenset[str]) -> list[bool]:
    """Return which blocks are of the article: surely, or likely and after its beginning (lists, further articles).

    Likely is also what is told in what the page itself calls an article. Not what stands there more than once, nor
    teasers: links, and what stands under a heading that is one.
    """
    counts = Counter(block.text for block in blocks)
    begun = under_link = False
    inside: list[bool] = []
    for block, sure, like in zip(blocks, surely, likely, strict=True):
        is_link = block.text in links
        under_link = is_link if block.kind == "heading" else under_link
        likes = like or (block.in_article and _is_told(block))
        more = likes and begun and counts[block.text] == 1 and not (is_link or under_link)
        inside.append(sure or more)
        begun = begun or sure
    return inside


def _is_told(block: MarkupBlock) -> bool:
    """Return whether a block is an item, a row, or a paragraph long enough to be no byline."""
    return block.kind != "heading" and (block.kind != "paragraph" or len(block.text) >= _SURE)


def _stands_in(block: MarkupBlock, body: str, lines: set[str]) -> bool:
    """Say whether a block is of the article; one too short to be sure of must be a line of it."""
    if block.cells:
        return all(_squeeze(cell) in body for cell in block.cells)
    text = _squeeze(block.text)
    return text in body if len(text) >= _SURE else text in lines or "-" + text in lines


def _with_headings(blocks: list[MarkupBlock], inside: list[bool]) -> list[MarkupBlock]:
    """Return the blocks inside the article, the headings right above them, and the terms that they explain.

    A byline or the like of an article may stand between.
    """
    kept: list[MarkupBlock] = []
    follows = False
    for block, stands_in in zip(reversed(blocks), reversed(inside), strict=True):
        leads = follows and block.kind in ("heading", "term")
        if stands_in or leads:
            kept.append(block)
        passed_over = follows and block.kind == "paragraph" and block.in_article
        follows = stands_in or passed_over or (leads and block.kind == "term")
    return kept[::-1]


def _squeeze(text: str) -> str:
    return _SPACES.sub("", text)
