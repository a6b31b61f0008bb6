"""Draw the page of a PDF with a quote boxed, in a process of its own. a PDF's bytes and a quote -> Picture.

A PDF is hostile data: what parses it has little time and memory, and takes nothing with it when it falls.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import unicodedata
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from rag.memory import limit_memory

_SCALE = 1.6
_MAX_PIXELS = 4_000_000
_SEARCH_SECONDS = 4.0
_TIMEOUT_SECONDS = 12.0
_MEMORY_BYTES = 1_500_000_000
_MARK = (255, 227, 184)


class Picture(NamedTuple):
    """A page as a PNG: its number from 1, and how far down its first box lies, in [0, 1]."""

    number: int
    top: float
    png: bytes


class Box(NamedTuple):
    """A rectangle in the page's own units, y upwards."""

    left: float
    bottom: float
    right: float
    top: float


def picture(raw: bytes, quote: str, *, page: int | None = None) -> Picture | None:
    """Return the page on which a quote stands, the quote boxed; None when it is not found.

    `page` (from 1) is where to look first. If it has no text to look in, for it is a scan, it is returned as it is.
    """
    asked = json.dumps({"quote": quote[:5000], "page": page}).encode("ascii") + b"\n" + raw
    command = [sys.executable, "-m", "ui.pages"]
    top = Path(__file__).resolve().parent.parent
    try:
        drawn = subprocess.run(
            command, input=asked, capture_output=True, timeout=_TIMEOUT_SECONDS, cwd=top, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    head, _, png = drawn.stdout.partition(b"\n")
    if drawn.returncode or not png:
        return None
    number, _, far = head.partition(b" ")
    return Picture(int(number), float(far), png)


def squash(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of `text`, folded, and for each the place it comes from.

    Line breaks, spaces and hyphens, which a reader of PDFs joins or drops, do not count.
    """
    kept, places = [], []
    for at, sign in enumerate(text):
        for one in unicodedata.normalize("NFKC", sign).casefold():
            if one.isalnum():
                kept.append(one)
                places.append(at)
    return "".join(kept), places


def lines_of(boxes: list[Box]) -> list[Box]:
    """Return one box for each run of character boxes on a line."""
    lines: list[Box] = []
    for box in boxes:
        last = lines[-1] if lines else None
        if last and box.bottom < last.top and box.top > last.bottom and box.left >= last.left:
            low, high = min(last.bottom, box.bottom), max(last.top, box.top)
            lines[-1] = Box(last.left, low, max(last.right, box.right), high)
        else:
            lines.append(box)
    return lines


def _find(pdf: Any, raw: Any, quote: str, first: int | None) -> tuple[int, list[Box]] | None:
    """Return the page (from 0) of a quote and its boxes, looking at `first` (from 1) before the others.

    That page without boxes if it holds no text.
    """
    wanted, _ = squash(quote)
    give_up = time.monotonic() + _SEARCH_SECONDS
    order = [first - 1] if first and first <= len(pdf) else []
    for n in (*order, *range(len(pdf))):
        text_page = pdf[n].get_textpage()
        signs = [raw.FPDFText_GetUnicode(text_page, at) for at in range(text_page.count_chars())]
        if not signs and n + 1 == first:
            return n, []
        found, places = squash("".join(chr(sign) if sign < 0x110000 else " " for sign in signs))
        at = found.find(wanted)
        if wanted and at >= 0:
            chars = sorted(set(places[at : at + len(wanted)]))
            return n, lines_of([Box(*text_page.get_charbox(char)) for char in chars])
        if time.monotonic() > give_up:
            break
    return None


def _draw(page: Any, raw: Any, boxes: list[Box]) -> tuple[Any, float]:
    """Return the page as a picture, the boxes tinted as marks are in text, and how far down the first one lies."""
    import ctypes

    from PIL import Image, ImageChops, ImageDraw

    width, height = page.get_size()
    scale = min(_SCALE, (_MAX_PIXELS / max(1.0, width * height)) ** 0.5)
    drawn = page.render(scale=scale).to_pil().convert("RGB")
    tint = Image.new("RGB", drawn.size, "white")
    pen = ImageDraw.Draw(tint)
    x, y = ctypes.c_int(), ctypes.c_int()
    tops = []

    def on_picture(across: float, up: float) -> tuple[int, int]:
        raw.FPDF_PageToDevice(page, 0, 0, *drawn.size, 0, across, up, ctypes.byref(x), ctypes.byref(y))
        return x.value, y.value

    for box in boxes:
        one, other = on_picture(box.left, box.bottom), on_picture(box.right, box.top)
        left, right = sorted((one[0], other[0]))
        top, bottom = sorted((one[1], other[1]))
        tops.append(top)
        pen.rectangle((left - 2, top - 2, right + 2, bottom + 2), fill=_MARK)
    return ImageChops.multiply(drawn, tint), min(1.0, max(0.0, tops[0] / drawn.height)) if tops else 0.0


def main() -> int:
    """Read what is asked and the PDF; write the page's number, how far down the quote is, and the PNG."""
    limit_memory(_MEMORY_BYTES)
    asked = json.loads(sys.stdin.buffer.readline())
    pdfium, raw = import_module("pypdfium2"), import_module("pypdfium2.raw")
    try:
        pdf = pdfium.PdfDocument(sys.stdin.buffer.read())
        found = _find(pdf, raw, asked["quote"], asked["page"])
    except pdfium.PdfiumError:
        return 1
    if found is None:
        return 1
    n, boxes = found
    drawn, top = _draw(pdf[n], raw, boxes)
    sys.stdout.buffer.write(f"{n + 1} {top:.3f}\n".encode())
    drawn.save(sys.stdout.buffer, "PNG")
    return 0


if __name__ == "__main__":
    sys.exit(main())
