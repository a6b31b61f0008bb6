"""The picture of a PDF's page: the quote is found through hyphens and line ends, and boxed where it stands."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scans import silent
from ui.pages import Box, lines_of, picture, squash


def pdf(*pages, rotate=0):
    """A PDF whose pages are lists of lines in 12 points, the first at the top, upright as seen."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        places = [f"0 1 -1 0 {92 + 16 * n} 72 Tm" if rotate else f"72 {700 - 16 * n} Td" for n in range(len(lines))]
        drawn = "\n".join(f"BT /F1 12 Tf {at} ({line}) Tj ET" for at, line in zip(places, lines, strict=True))
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Rotate {rotate} /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    text, offsets = "%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        offsets.append(len(text))
        text += f"{n} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


@given(st.text(max_size=80))
def test_every_sign_that_counts_comes_from_its_place(text):
    kept, places = squash(text)
    assert len(kept) == len(places)
    assert places == sorted(places)
    assert squash(" ".join(text))[0] == kept


def test_boxes_of_a_line_become_one():
    boxes = [Box(0, 0, 5, 10), Box(6, 1, 9, 8), Box(0, -20, 4, -10)]
    assert lines_of(boxes) == [Box(0, 0, 9, 10), Box(0, -20, 4, -10)]


@pytest.mark.parametrize("rotate", [0, 90])
def test_the_quote_is_found_and_its_words_are_tinted(tmp_path, rotate):
    pytest.importorskip("pypdfium2")
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "a.pdf"
    path.write_bytes(
        pdf(["Rivers."], ["Mills.", "The bridge has nine arch-", "es and a toll house.", "End."], rotate=rotate)
    )
    found = picture(path.read_bytes(), "nine arches and a toll")
    assert found.number == 2
    assert 0.1 < found.top < 0.19
    drawn = image.open(io.BytesIO(found.png)).convert("RGB")
    tinted = [at for at, pixel in enumerate(drawn.get_flattened_data()) if pixel == (255, 227, 184)]
    assert len(tinted) > 500
    top, bottom = (at // drawn.width / drawn.height for at in (tinted[0], tinted[-1]))
    assert found.top - 0.01 < top < bottom < found.top + 0.06
    assert picture(path.read_bytes(), "nine apples") is None


def test_a_scanned_page_is_shown_as_it_is_where_its_number_is_known():
    image = pytest.importorskip("PIL.Image")
    raw = silent(3, {1: ["The text layer."]})
    found = picture(raw, "Words that OCR read", page=2)
    assert (found.number, found.top) == (2, 0.0)
    drawn = image.open(io.BytesIO(found.png)).convert("RGB")
    assert set(drawn.get_flattened_data()) >= {(0, 0, 0), (255, 255, 255)}
    assert (255, 227, 184) not in set(drawn.get_flattened_data())
    assert picture(raw, "Words that OCR read") is None
    assert picture(raw, "Words that OCR read", page=1) is None
    assert picture(raw, "Words that OCR read", page=4) is None
    assert picture(raw, "The text layer", page=1).top > 0


def test_what_is_no_pdf_gives_no_picture(tmp_path):
    pytest.importorskip("pypdfium2")
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4 torn")
    assert picture(path.read_bytes(), "words") is None
    assert picture(b"", "words") is None
