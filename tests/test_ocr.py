"""What has no text layer is read by OCR: pages, pictures, their order, and what is told when something is not read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rag.corpus.formats.ocr import MAX_PIXELS, MAX_SIDE, Ocr, listed, scale_for
from rag.corpus.formats.ocr_layout import Recognized, lines_in_order
from rag.corpus.formats.pdf_lines import CUT
from rag.corpus.formats.read_any import read_any
from rag.corpus.read import Refusal
from tests.documents import eml, pdf
from tests.scans import FakeRecognizer, drawn, saved, silent, written

INSTALL = r"pip install 'footnote\[ocr\]', then sync again\."


def read(raw, *pages, name="a.pdf", seconds=60.0):
    """Read with an engine that finds these lines on the pages it is shown."""
    engine = FakeRecognizer(*pages)
    return read_any(raw, name, ocr=Ocr(lambda: engine, seconds=seconds)), engine


def labels(reading, *words):
    return [[p.label for p in reading.places if p.start <= reading.text.index(word)][-1] for word in words]


def test_a_scanned_pdf_is_read_page_by_page():
    found, engine = read(
        silent(2), written("The old bridge was built by many hands and is known for", "its arches."), written("Mills.")
    )
    assert "built by many hands and is known for its arches." in found.text
    assert labels(found, "arches", "Mills") == ["page 1", "page 2"]
    assert (found.missing, found.share) == ("", 1.0)
    assert found.aside == "Read by OCR: pages 1-2; there may be slips."
    assert len(engine.shown) == 2


def test_a_silent_page_among_others_is_read_and_they_are_not():
    raw = silent(3, {1: ["Rivers run."], 3: ["Mills turn."]})
    found, engine = read(raw, written("Bridges stand."))
    assert [word for word in found.text.split() if word.istitle()] == ["Rivers", "Bridges", "Mills"]
    assert labels(found, "Bridges", "Mills") == ["page 2", "page 3"]
    assert found.aside == "Read by OCR: page 2; there may be slips."
    assert len(engine.shown) == 1


def test_a_blank_page_is_told_without_asking():
    found, engine = read(pdf(["Words."], [], ["More."]))
    assert found.missing == "Pages on which OCR found no words: 2."
    assert found.share == pytest.approx(2 / 3)
    assert not engine.shown


def test_a_page_that_makes_ocr_fail_is_missing_and_no_other():
    found, _ = read(silent(3), written("First."), OSError("torn"), written("Third."))
    assert (found.text.split(), found.missing) == (["First.", "Third."], "Pages on which OCR failed (OSError): 2.")
    assert found.share == pytest.approx(2 / 3)


def test_an_engine_that_cannot_be_loaded_costs_only_its_pages():
    def load():
        raise ImportError("libGL.so.1")

    found = read_any(silent(2, {1: ["Words."]}), "a.pdf", ocr=Ocr(load, seconds=60))
    assert (found.text, found.missing) == ("Words.", "Pages on which OCR failed (ImportError): 2.")


def test_what_ocr_has_no_time_for_is_told():
    class Slow(FakeRecognizer):
        def recognize(self, pixels):
            time.sleep(0.1)
            return super().recognize(pixels)

    engine = Slow(*[written(f"Page of number {n}.") for n in range(40)])
    found = read_any(silent(40), "a.pdf", ocr=Ocr(lambda: engine, seconds=0.25))
    n = len(engine.shown)
    assert 1 <= n < 10
    assert found.missing == f"Pages that OCR did not come to within 0.25 seconds (setting max_ocr_seconds): {n + 1}-40."
    assert found.share == pytest.approx(n / 40)
    assert found.text.count("Page of number") == n


def test_a_file_on_which_nothing_was_read_is_refused_and_says_why():
    with pytest.raises(Refusal, match=r"read none on its 3 pages\. .*found no words: 1, 3\. .*failed \(OSError\): 2\."):
        read(silent(3), [], OSError("torn"), written("  "))


def test_without_ocr_the_verdict_says_what_to_do():
    with pytest.raises(Refusal, match=f"no text layer: its 2 pages may be pictures.*{INSTALL}"):
        read_any(silent(2), "a.pdf")
    found = read_any(silent(2, {1: ["Words."]}), "a.pdf")
    assert found.missing.startswith("Pages without text (blank, or pictures only): 2. To have")
    with pytest.raises(Refusal, match=f"an image, which only OCR can read.*{INSTALL}"):
        read_any(saved(drawn(), kind="PNG"), "a.png")


def test_what_is_attached_to_a_mail_is_read_too():
    raw = eml("See.", attached=[("plan.pdf", silent(1)), ("photo.png", saved(drawn("x"), kind="PNG"))])
    found, _ = read(raw, written("The plan."), written("The photograph."), name="a.eml")
    assert [one.reading.text for one in found.attached] == ["The plan.", "The photograph."]


@pytest.mark.parametrize("box", [(20_000, 20_000), (3, 14_000), (0.01, 0.01), (612, 792)])
def test_the_picture_of_a_page_is_bounded(box):
    raw = silent(1).replace(b"[0 0 612 792]", b"[0 0 %g %g]" % box).replace(b"100 100 300 9 re", b"0 0 2 9999 re")
    engine = FakeRecognizer([], [])
    ocr = Ocr(lambda: engine, seconds=60)
    with pytest.raises(Refusal):
        read_any(raw, "a.pdf", ocr=ocr)
    for height, width, colours in engine.shown:
        assert (colours, height * width <= 1.01 * MAX_PIXELS, max(height, width) <= MAX_SIDE + 1) == (3, True, True)


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0.001, 10))
def test_no_scale_leaves_the_bounds(width, height, wanted):
    scale = scale_for((width, height), wanted)
    assert 0 < scale <= wanted
    assert scale * max(width, height) <= MAX_SIDE * 1.001
    assert scale * width * scale * height <= MAX_PIXELS * 1.001


def texts(found, **options):
    return [line.text for line in lines_in_order(found, 2000, 2.0, **options)]


def test_columns_are_read_one_after_the_other_between_what_reaches_over_their_gutter():
    left = written("one", "two", "three", left=100, width=500, top=200)
    right = written("four", "five", "six", left=640, width=500, top=205)
    title, foot = written("Title", left=560, width=200), written("Foot", width=1580, top=900)
    found = [foot[0], right[2], left[1], title[0], right[0], left[2], right[1], left[0]]
    assert texts(found) == ["Title", "one", "two", "three", "four", "five", "six", "Foot"]
    third = written("seven", "eight", "nine", left=1180, width=500, top=202)
    assert texts([*third, *found])[-4:] == ["seven", "eight", "nine", "Foot"]


def test_two_lines_side_by_side_are_no_columns():
    left, right = (written(*words, left=left, width=500, top=200) for words, left in (("ac", 100), ("bd", 640)))
    assert texts([*right, *left]) == ["a b", "c d"]


@given(st.lists(st.tuples(*[st.integers(0, 400)] * 4), max_size=12))
def test_no_word_is_lost_or_doubled(boxes):
    found = [
        Recognized(f"w{n}", left, top, left + width + 1, top + height + 1)
        for n, (left, top, width, height) in enumerate(boxes)
    ]
    assert sorted(" ".join(texts(found)).split()) == sorted(box.text for box in found)


def test_cells_of_a_row_are_one_line():
    rows = [("Rye", "40"), ("Oats", "55"), ("Wheat", "61")]
    found = [
        Recognized(cell, 100 + 600 * column, 100 + 60 * n + 4 * column, 200 + 600 * column, 130 + 60 * n)
        for n, row in enumerate(rows)
        for column, cell in enumerate(row)
    ]
    assert texts(found[::-1]) == ["Rye 40", "Oats 55", "Wheat 61"]


def test_lines_have_boxes_in_points_from_below_and_sizes_of_the_files_text():
    found = [*written("Bridges", size=60, top=20), *written("a b", "c d"), Recognized("upwards", 10, 100, 30, 400)]
    lines = {line.text: line for line in lines_in_order(found, 2000, 2.0, body=9.0)}
    assert (lines["a b"].left, lines["a b"].bottom, lines["a b"].right, lines["a b"].top) == (50, 935, 500, 950)
    assert [lines[text].size for text in ("Bridges", "a b", "c d")] == [18.0, 9.0, 9.0]
    assert lines["upwards"].size == 9.0
    assert list(lines)[-1] == "upwards"
    assert lines_in_order([], 2000, 2.0) == []


def test_a_heading_is_one_and_large_print_of_a_whole_page_is_not():
    raw = silent(3, {1: [(9, 700 - 12 * n, f"Small print {n}") for n in range(9)]})
    found, _ = read(
        raw, written("All of it", "is large.", size=80), [*written("Aims", size=60), *written("a", "b", top=300)]
    )
    assert [line for line in found.text.splitlines() if line.startswith("#")] == ["# Aims"]


def test_words_cut_by_the_end_of_a_line_are_made_whole():
    assert texts(written("The har-", "1990-", "a -")) == [f"The har{CUT}", "1990-", "a -"]
    found, _ = read(silent(1), written("The old har-", "bour stands."))
    assert found.text == "The old harbour stands."


@pytest.mark.parametrize(
    ("numbers", "told"),
    [([], ""), ([4], "4"), ([1, 2, 3, 7, 9, 10], "1-3, 7, 9-10"), (range(1, 1001), "1-1000"),
     (range(1, 60, 2), f"{', '.join(map(str, range(1, 40, 2)))} and 10 more")],
)  # fmt: skip
def test_pages_are_listed_as_a_person_writes_them(numbers, told):
    assert listed(list(numbers)) == told


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("JPEG", "L"), ("GIF", "P"), ("BMP", "RGB"), ("TIFF", "1")]
)
def test_pictures_are_read(kind, mode):
    found, engine = read(saved(drawn("x").convert(mode), kind=kind), written("Words."), name="scan")
    assert (found.text, found.missing, labels(found, "Words")) == ("Words.", "", ["page 1"])
    assert found.media_type.startswith("image/")
    assert engine.shown == [(700, 1240, 3)]


def test_the_pages_of_a_tiff_are_its_places():
    raw = saved(drawn("x"), drawn("y"), drawn("z"), kind="TIFF")
    found, _ = read(raw, written("First."), [], written("Third."), name="fax.tif")
    assert labels(found, "First", "Third") == ["page 1", "page 3"]
    assert (found.missing, found.share) == ("Pages on which OCR found no words: 2.", pytest.approx(2 / 3))


def test_a_photograph_is_turned_as_the_camera_was_held_and_made_smaller():
    exif = Image.Exif()
    exif[0x0112] = 6
    _, engine = read(
        saved(drawn("x", size=(4000, 1000)), kind="JPEG", exif=exif.tobytes()), written("Words."), name="a.jpg"
    )
    assert engine.shown == [(2000, 500, 3)]


def test_what_is_transparent_is_white():
    class Looks(FakeRecognizer):
        def recognize(self, pixels):
            self.corner = tuple(pixels[0, 0])
            return super().recognize(pixels)

    page = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    page.paste((255, 0, 0, 255), (100, 100, 200, 150))
    engine = Looks(written("Words."))
    read_any(saved(page, kind="PNG"), "a.png", ocr=Ocr(lambda: engine, seconds=60))
    assert engine.corner == (255, 255, 255)


@pytest.mark.parametrize("keep", [20, 400])
def test_damaged_and_empty_pictures_are_refused(keep):
    raw = saved(drawn("x"), kind="PNG")
    with pytest.raises(Refusal, match=r"damaged|OCR failed"):
        read(raw[:keep], [], name="a.png")
    with pytest.raises(Refusal, match=r"OCR read no words in the picture\. Pages on which OCR found no words: 1\."):
        read(raw, [], name="a.png")
