"""Put what OCR found on a page in reading order. boxes with their words -> Lines, column after column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from rag.corpus.formats.columns import rows_in_order
from rag.corpus.formats.pdf_lines import CUT, Line

_LARGER = 1.4
"""Height, in those of most lines, from which one is a heading: boxes of equal letters differ by a third."""
_BODY = 11.0
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-‐]$")


class Recognized(NamedTuple):
    """A stretch of a line and its box in pixels, the y axis pointing down."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def lines_in_order(
    found: Sequence[Recognized], height: float, pixels_per_point: float, *, body: float = 0.0
) -> list[Line]:
    """Return the lines of a page that is `height` pixels high.

    What stands side by side is one line in a table, and lines of several columns in prose; text across all columns
    parts what is above it from what is below. Sizes are `body` (in points) but for headings; line ends that cut a word
    in two are marked. What is written upwards or downwards comes last.
    """
    if not found:
        return []
    sideways = [box for box in found if len(box.text) > 2 and box.bottom - box.top > 2 * (box.right - box.left)]
    upright = [box for box in found if box not in sideways]
    usual = median(box.bottom - box.top for box in upright or found)
    scale = 1 / pixels_per_point
    lines = []
    for row in [*rows_in_order(upright, usual), *([box] for box in sideways)]:
        left, top = min(box.left for box in row), min(box.top for box in row)
        right, bottom = max(box.right for box in row), max(box.bottom for box in row)
        text = _HYPHEN.sub(CUT, " ".join(box.text.strip() for box in row))
        share = median(box.bottom - box.top for box in row) / max(usual, 1.0) if right - left > bottom - top else 1.0
        size = round((body or _BODY) * (share if share >= _LARGER else 1.0), 1)
        lines.append(Line(text, left * scale, (height - bottom) * scale, right * scale, (height - top) * scale, size))
    return lines
