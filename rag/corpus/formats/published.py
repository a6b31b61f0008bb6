"""Find the day on which a web page says it was published. parsed HTML -> "2024-02-05", or ""."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.dates import iso_date

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_NAMES = (
    "article:published_time", "datepublished", "date", "dc.date", "dcterms.date", "dcterms.created", "pubdate",
    "publish-date", "parsely-pub-date", "sailthru.date", "citation_publication_date", "article:modified_time",
)  # fmt: skip
_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


def stated_date(tree: LexborHTMLParser) -> str:
    """Return the day on which a page says that it was published: in its head, or in the first time that it marks."""
    named: dict[str, str] = {}
    for tag in tree.css("meta[content]"):
        name = tag.attributes.get("property") or tag.attributes.get("name") or tag.attributes.get("itemprop") or ""
        named.setdefault(name.lower(), tag.attributes.get("content") or "")
    stated = [named[name] for name in _NAMES if name in named]
    stated += [found[1] for script in tree.css("script") if (found := _PUBLISHED.search(script.text()))]
    stated += [
        time.attributes.get("datetime") or ""
        for time in tree.css("article time[datetime], time[itemprop=datePublished]")[:1]
    ]
    return next(filter(None, map(iso_date, stated)), "")
