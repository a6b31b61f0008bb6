"""Read scans and photographs that are files of their own, the door to Pillow. bytes -> Reading, as of a scanned PDF."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

from rag.corpus.decode import Refusal
from rag.corpus.formats.ocr import MAX_SIDE, PIXELS_PER_POINT, Ocr, Picture, aside, scale_for
from rag.corpus.formats.reading import Reading, TextWriter
from rag.corpus.formats.write_pages import write_pages

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP")
_MAX_OPENED = 100_000_000
_MAX_PAGES = 20_000
_SMOOTH = {"1": "L", "P": "RGBA"}
"""Modes that cannot be made smaller smoothly, and what they are turned into."""


def read_picture(raw: bytes, _name: str, ocr: Ocr) -> Reading:
    """Return the words of a picture; the pages of a TIFF file are its places, counted from 1.

    A picture without words is refused, and every one where there is no OCR.
    """
    if ocr.why_not:
        raise Refusal(f"The file is an image, which only OCR can read. {ocr.why_not}")
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(raw), formats=_FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise Refusal("The picture is damaged, or larger than is read.") from error
    n_pages = min(getattr(image, "n_frames", 1), _MAX_PAGES) if image.format == "TIFF" else 1
    found = ocr.read(range(1, n_pages + 1), partial(_page, image))
    writer = TextWriter()
    if not found.lines:
        writer.must_hold(" ".join(["OCR read no words in the picture.", *ocr.missing(found)]))
    repeated = write_pages(writer, [found.lines.get(number, []) for number in range(1, n_pages + 1)])
    told = " ".join(filter(None, [aside(found), repeated]))
    missing, share = " ".join(ocr.missing(found)), len(found.lines) / n_pages
    return writer.reading("", Image.MIME[image.format or "PNG"], missing=missing, aside=told, share=share)


def _page(image: Image, number: int) -> Picture:
    """Return a page as a person sees it: turned as the camera was held, on white where it is transparent."""
    import numpy as np
    from PIL import Image, ImageOps

    image.seek(number - 1)
    if image.width * image.height > _MAX_OPENED:
        raise MemoryError("picture")
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    scale = scale_for(image.size, 1.0)
    full = image.convert(_SMOOTH[image.mode]) if image.mode in _SMOOTH else image
    small = full.resize((max(1, int(image.width * scale)), max(1, int(image.height * scale))), reducing_gap=2.0)
    upright = ImageOps.exif_transpose(small).convert("RGBA")
    white = Image.new("RGBA", upright.size, "white")
    pixels = np.asarray(Image.alpha_composite(white, upright).convert("RGB"))[:, :, ::-1]
    return Picture(np.ascontiguousarray(pixels), PIXELS_PER_POINT)
