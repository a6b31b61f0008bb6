"""The day that a document gives itself: read as it is written, never guessed."""

import datetime
import io
import zipfile

import pytest
from documents import docx, eml, epub, odt, pdf, pptx, wp, xlsx
from fakes import make_library, write_files
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.formats.read_any import read_any
from rag.dates import date_in, date_in_name, iso_date

DAYS = st.dates(datetime.date(1971, 1, 1), datetime.date(2199, 12, 31))
FORMS = ("%Y-%m-%d", "%Y-%m-%dT10:11:12Z", "%d %B %Y", "%B %d, %Y", "%a, %d %b %Y 10:11:12 +0100", "D:%Y%m%d101112Z")


@given(DAYS, st.sampled_from(FORMS))
def test_every_form_of_a_day_is_read(day, form):
    assert iso_date(day.strftime(form)) == day.isoformat()


@given(st.text(max_size=60))
def test_what_is_found_is_a_day(text):
    for found in (iso_date(text), date_in(text)):
        assert found == "" or datetime.date.fromisoformat(found)


@pytest.mark.parametrize(
    "written", ["05/02/2024", "31 Feb 2021", "1970-01-01T00:00:00Z", "v2024-02-05.3", "0000-00-00"]
)
def test_what_is_no_certain_day_is_none(written):
    assert iso_date(written) == ""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("A title\n\nPublished on February 3, 2024 10:32 am\n\nText.", "2024-02-03"),
        ("---\ntitle: X\ndate: 2024-02-05\n---\n", "2024-02-05"),
        ("By Jane O'Neil, 3 February 2024", "2024-02-03"),
        ("The Paper\nMon 5 Feb 2024 10.32 GMT", "2024-02-05"),
        ("_Last updated: 5 March 2021_", "2021-03-05"),
        ("October 7, 2023: the day it began", ""),
        ("The bridge was opened on 5 May 2021.", ""),
        ("Larkspur\nMinutes of the board, 14 May 2024\n\nPresent: Ann", "2024-05-14"),
        ("# Data sheet (revision C, 12 February 2024)\n", "2024-02-12"),
        ("Deadline: 5 May 2021", ""),
        ("The bridge was opened on 5 May 2021\nby the king.", ""),
        ("Line.\n" * 6 + "Minutes, 5 May 2021", ""),
        ("Date: 2024-02-05; Amount: 5.", ""),
        ("Line.\n" * 40 + "5 May 2021", ""),
    ],
)
def test_only_a_line_that_is_a_date_dates_a_text(text, day):
    assert date_in(text) == day


def test_a_name_dates_a_file_only_by_a_whole_day():
    assert date_in_name("minutes_2024-05-14_final") == date_in_name("minutes 14 May 2024") == "2024-05-14"
    assert date_in_name("minutes 2024-05") == date_in_name("v2024-02-05.3") == date_in_name("05-02-2024") == ""


def with_part(raw, name, text):
    kept = io.BytesIO(raw)
    with zipfile.ZipFile(kept, "a") as file:
        file.writestr(name, text)
    return kept.getvalue()


CORE = "<p xmlns:d='x'><d:created>2019-01-01T00:00:00Z</d:created><d:modified>2021-03-05T09:00:00Z</d:modified></p>"
PAGE = "<html><head>{}</head><body><p>The harbour opened again.</p>{}</body></html>"
META = '<meta property="article:published_time" content="2021-03-05T10:00:00+01:00">'
SCRIPT = '<script type="application/ld+json">{"datePublished": "2021-03-05T10:00:00"}</script>'
TIME = '<article><time datetime="2021-03-05">today</time><p>More.</p></article>'
FILES = {
    "a.html": PAGE.format(META, TIME.replace("2021", "2020")).encode(),
    "b.html": PAGE.format(SCRIPT, "").encode(),
    "c.html": PAGE.format("", TIME).encode(),
    "d.docx": with_part(docx(wp("The harbour opened.")), "docProps/core.xml", CORE),
    "e.pptx": with_part(pptx(("Harbour", "It opened.")), "docProps/core.xml", CORE),
    "f.odt": with_part(odt("<text:p>The harbour.</text:p>"), "meta.xml", "<m xmlns:c='x'><c:date>2021-03-05T09:00</c:date></m>"),
    "g.pdf": pdf(["The harbour opened."], changed="D:20210305090000Z"),
    "h.eml": eml("The harbour opened.").replace(b"Subject:", b"Date: Fri, 05 Mar 2021 09:00:00 +0000\nSubject:", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_files_tell_their_day(name):
    assert read_any(FILES[name], name).date == "2021-03-05"


@pytest.mark.parametrize(
    ("raw", "name"),
    [(docx(wp("The harbour.")), "a.docx"), (pdf(["The harbour."]), "a.pdf"), (eml("The harbour."), "a.eml"),
     (xlsx(S=[["a", "b"], ["x", "y"]]).replace(b"core.xml", b"corx.xml"), "a.xlsx"),
     (epub("<h1>One</h1><p>Text.</p>"), "a.epub"), (PAGE.format("", "").encode(), "a.html")],
)  # fmt: skip
def test_files_that_tell_none_get_none(raw, name):
    assert read_any(raw, name).date == ""


def test_a_citation_carries_the_day_and_a_copy_of_the_file_too(tmp_path):
    text = "Harbour notes\n\nPublished 5 March 2021\n\nThe harbour has three cranes."
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", notes=text, copy=text, other="A mill."))
    library.sync()
    assert library.ask("How many cranes has the harbour?").citations[0].date == "2021-03-05"
    assert sorted(document.date for document in library.documents()) == ["", "2021-03-05", "2021-03-05"]
    assert sorted(file.date for file in library.status()) == ["", "2021-03-05", "2021-03-05"]
    library.close()
