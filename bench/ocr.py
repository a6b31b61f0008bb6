"""Measure OCR on pages that have a text layer. PDF files -> share of characters and words read rightly, seconds a page.

python bench/ocr.py FILE...     # the first pages of each, drawn as a scan of 200 dots per inch; needs the extra ocr
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rag.corpus.formats.ocr import Ocr
from rag.corpus.formats.rapid import RapidRecognizer
from rag.corpus.formats.read_any import read_any

_PAGES = 2
_LEAST_CHARACTERS = 500
_DOTS_PER_POINT = 200 / 72


def pages(path: Path) -> Iterator[tuple[int, str, bytes]]:
    """Yield (number, text, the page as a PDF that holds but a picture) for pages with enough text."""
    import pypdfium2

    pdf = pypdfium2.PdfDocument(path)
    for n in range(min(_PAGES, len(pdf))):
        one, kept = pypdfium2.PdfDocument.new(), io.BytesIO()
        one.import_pages(pdf, [n])
        one.save(kept)
        text = read_any(kept.getvalue(), path.name).text
        if len(text) >= _LEAST_CHARACTERS:
            scan = io.BytesIO()
            drawn: Any = pdf[n].render(scale=_DOTS_PER_POINT).to_pil().convert("L")
            drawn.save(scan, "PDF", resolution=200)
            yield n + 1, text, scan.getvalue()


def distance(one: str, two: str) -> int:
    """Return the Levenshtein distance of two texts: how many characters to put in, take out or exchange."""
    codes = np.array([ord(sign) for sign in two])
    steps = np.arange(len(two) + 1)
    row = steps.copy()
    for n, sign in enumerate(one, 1):
        row[1:] = np.minimum(row[:-1] + (codes != ord(sign)), row[1:] + 1)
        row[0] = n
        row = np.minimum.accumulate(row - steps) + steps
    return int(row[-1])


def main() -> None:
    """Print the figures of every page and of all together."""
    engine = RapidRecognizer()
    rows = []
    for path in map(Path, sys.argv[1:]):
        for number, text, scan in pages(path):
            start = time.process_time()
            found = read_any(scan, path.name, ocr=Ocr(lambda: engine, seconds=600)).text
            seconds = time.process_time() - start
            flat, read = " ".join(text.split()), " ".join(found.split())
            shared = (Counter(flat.split()) & Counter(read.split())).total()
            rows.append((len(flat), distance(flat, read), len(flat.split()), shared, seconds))
            print(
                f"{path.name} page {number}: {rows[-1][0]} characters, {shared / rows[-1][2]:.3f} of the words,",
                end=" ",
            )
            print(f"character accuracy {1 - rows[-1][1] / rows[-1][0]:.3f}, {seconds:.1f} s")
    middle = statistics.median(1 - wrong / characters for characters, wrong, *_ in rows)
    _, _, words, shared, seconds = (sum(column) for column in zip(*rows, strict=True))
    print(f"{len(rows)} pages: character accuracy {middle:.3f} (median), {shared / words:.3f} of the words,", end=" ")
    print(f"{seconds / len(rows):.1f} s a page")


if __name__ == "__main__":
    main()
