"""Read pictures of pages by OCR as long as time is left. pictures -> Lines, what became of each page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rag.corpus.formats.ocr_layout import Recognized, lines_in_order
from rag.corpus.formats.pdf_lines import Line

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]
    """`(height, width, 3)` uint8, blue, green, red."""

PAGE_SECONDS = 180.0
"""A page that takes longer is given up, and all that OCR read of its file with it."""
MAX_PIXELS, MAX_SIDE = 3_000_000, 2000
"""Bounds of a picture that is read: a page of A4 has 2.2 million pixels at 150 dots per inch."""
PIXELS_PER_POINT = 150 / 72

INSTALL = "To have pictures read by OCR: pip install 'footnote[ocr]', then sync again."
TURNED_OFF = "OCR is turned off (setting max_ocr_seconds)."
TOO_LATE = "Pages that OCR did not come to"
WAITING = (
    INSTALL, TURNED_OFF, TOO_LATE,
    "Run it through OCR first.", "(blank or pictures only)", "is an image, which is not read.",
)  # fmt: skip
"""What the verdicts say of files that OCR could read more of; the last three in libraries made before there was any."""


class Recognizer(Protocol):
    """Finds and reads the lines of a picture."""

    def recognize(self, pixels: Pixels) -> list[Recognized]:
        """Return the lines that were found, in any order; [] when there are none. Whatever it raises fails the page."""
        ...


class Picture(NamedTuple):
    """A page as a picture, and how many of its pixels make a point."""

    pixels: Pixels
    pixels_per_point: float


@dataclass(slots=True)
class Recognition:
    """What OCR made of pages: the `lines` of those with words, the numbers of the others, `why` some failed."""

    lines: dict[int, list[Line]] = field(default_factory=dict)
    wordless: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    why: str = ""


class Ocr:
    """What may be done for one file: its pages are read until `seconds` have passed since it was begun.

    `load` gives the recognizer when a page first needs it; without one, `why_not` is a sentence on what to do. `told`
    is called before each page.
    """

    def __init__(
        self, load: Callable[[], Recognizer] | None = None, *, seconds: float = 0.0, why_not: str = INSTALL,
        told: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self._load = load
        self._seconds = seconds
        self._told = told
        self._begun = time.monotonic()
        self.why_not = "" if load else why_not

    def read(self, numbers: Iterable[int], draw: Callable[[int], Picture], *, body: float = 0.0) -> Recognition:
        """Read pages, which `draw` draws by their numbers. `body` is the size of the file's other text, in points.

        Nothing that goes wrong with a page is raised.
        """
        found = Recognition()
        for number in numbers:
            if time.monotonic() - self._begun > self._seconds:
                found.late.append(number)
                continue
            self._told()
            try:
                lines = self._lines(draw(number), body)
            except Exception as error:  # whatever an engine raises over a page is that page's verdict
                found.failed.append(number)
                found.why = type(error).__name__
                continue
            if lines:
                found.lines[number] = lines
            else:
                found.wordless.append(number)
        return found

    def missing(self, found: Recognition) -> list[str]:
        """Return a sentence for each sort of pages that were not read."""
        late = f"{TOO_LATE} within {self._seconds:g} seconds (setting max_ocr_seconds)"
        sorts = (
            ("Pages on which OCR found no words", found.wordless),
            (f"Pages on which OCR failed ({found.why})", found.failed),
            (late, found.late),
        )
        return [f"{sort}: {listed(numbers)}." for sort, numbers in sorts if numbers]

    def _lines(self, picture: Picture, body: float) -> list[Line]:
        assert self._load is not None
        pixels = picture.pixels
        if pixels.size == 0 or pixels.min() == pixels.max():
            return []
        found = [line for line in self._load().recognize(pixels) if line.text.strip()]
        return lines_in_order(found, len(pixels), picture.pixels_per_point, body=body)


def aside(found: Recognition) -> str:
    """Return what the verdict tells of text that OCR read; "" when there is none."""
    if not found.lines:
        return ""
    return f"Read by OCR: page{'s' * (len(found.lines) > 1)} {listed(sorted(found.lines))}; there may be slips."


def scale_for(size: tuple[float, float], wanted: float) -> float:
    """Return the scale nearest to `wanted` at which a picture, which is `size` at scale 1, stays within the bounds."""
    width, height = (max(side, 1e-3) for side in size)
    return float(min(wanted, MAX_SIDE / max(width, height), (MAX_PIXELS / (width * height)) ** 0.5))


def listed(numbers: Sequence[int]) -> str:
    """Return numbers, in order, as a person writes them: "1-3, 7"; of more than 20 stretches the first."""
    stretches: list[list[int]] = []
    for number in numbers:
        if stretches and number == stretches[-1][1] + 1:
            stretches[-1][1] = number
        else:
            stretches.append([number, number])
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in stretches[:20])
    left = sum(last - first + 1 for first, last in stretches[20:])
    return f"{shown} and {left} more" if left else shown
