"""Read reStructuredText and Org mode. bytes -> Reading with Markdown headings on the same lines as in the file."""

from __future__ import annotations

import re

from rag.corpus.decode import decode, normalise
from rag.corpus.formats.reading import Reading

_UNDERLINE = re.compile(r"([=\-~^\"'`#*+.:_!$%&(),/;<>?@\[\\\]{|}])\1{2,}\s*$")
_DIRECTIVE = re.compile(r"\.\. (include|image|raw|contents|toctree|_|\||highlight|meta)")
_STARS = re.compile(r"(\*{1,6})[ \t]+(?:(?:TODO|DONE)[ \t]+)?(.*?)(?:[ \t]+:[\w:@]+:)?[ \t]*$")
_SETTING = re.compile(r"[ \t]*(#\+(?!begin|end)\w+:?|#\+(begin|end)_\w+|:[\w-]+:)", re.IGNORECASE)


def read_rst(raw: bytes, _name: str) -> Reading:
    """Return reStructuredText; lines underlined with signs become headings, the deeper the later met.

    Directives that only bring in other files are left out; lines keep their numbers.
    """
    lines = normalise(decode(raw)).split("\n")
    styles: list[str] = []
    aside = 0
    for n, line in enumerate(lines):
        under = lines[n + 1] if n + 1 < len(lines) else ""
        words = line.strip()
        if words and _UNDERLINE.match(under) and not _UNDERLINE.match(line) and len(under.strip()) >= len(words):
            over = n > 0 and lines[n - 1].strip() == under.strip()
            style = under[0] * (2 if over else 1)
            if style not in styles:
                styles.append(style)
            lines[n] = f"{'#' * min(6, styles.index(style) + 1)} {words}"
            lines[n + 1] = ""
            if over:
                lines[n - 1] = ""
        elif _DIRECTIVE.match(line):
            aside += len(line)
            lines[n] = ""
    return _reading(lines, "text/x-rst", aside)


def read_org(raw: bytes, _name: str) -> Reading:
    """Return Org mode text; starred lines become headings.

    Settings and drawers are left out; lines keep their numbers.
    """
    lines = normalise(decode(raw)).split("\n")
    aside = 0
    for n, line in enumerate(lines):
        if found := _STARS.match(line):
            lines[n] = f"{'#' * len(found[1])} {found[2]}"
        elif title := re.match(r"#\+title:\s*(.+)", line, re.IGNORECASE):
            lines[n] = f"# {title[1]}"
        elif _SETTING.match(line):
            aside += len(line)
            lines[n] = ""
    return _reading(lines, "text/org", aside)


def _reading(lines: list[str], media_type: str, aside: int) -> Reading:
    told = f"Left out: {aside:,} characters of directives and settings." if aside else ""
    return Reading("", "\n".join(lines), media_type, aside=told)
