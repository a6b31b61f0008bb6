"""What the page draws: nothing from a document or a person comes out live."""

import re
from dataclasses import replace
from html import escape
from pathlib import Path

import httpx
import pytest
from fakes import FakeModel, make_library, write_files
from hypothesis import given
from hypothesis import strategies as st
from serving import served

from rag.answering.claims import cite, quote_claim
from rag.errors import SettingsError
from rag.records import Document, FileStatus, Span
from ui.answer import draw_answer
from ui.documents import draw_list, matching
from ui.footnotes import plain_citations, to_bibtex, to_markdown, to_plain
from ui.serve import build_app
from ui.sources import draw_source
from ui.words import LANGUAGES, catalogue, speaker

SAY = speaker("en")

UI = Path(__file__).parent.parent / "ui"
TEXT = "The harbour <b>opened</b> in 1931. It has three cranes & a bell. The keeper is called Ada Lindqvist."
SENTENCE = "It has three cranes & a bell."


@pytest.fixture
def library(tmp_path):
    made = make_library(
        tmp_path / "lib", write_files(tmp_path / "docs", harbour=TEXT), model=FakeModel(SENTENCE, SENTENCE)
    )
    made.sync()
    yield made
    made.close()


def test_a_final_answer_has_its_chip_quote_place_and_how_it_was_found(library):
    answer = library.ask("How many cranes has the harbour?")
    drawn = draw_answer(answer, SAY, final=True)
    start = TEXT.index(SENTENCE)
    assert f'data-start="{start}" data-end="{start + len(SENTENCE)}"' in drawn
    assert "three cranes &amp; a bell" in drawn
    assert 'class="fn-chip"' in drawn
    assert "harbour.txt" in drawn
    assert "How this was found" in drawn
    assert 'value="How many cranes has the harbour?"' in drawn
    assert "How this was found" not in draw_answer(answer, SAY, final=False)


def test_a_growing_answer_shows_its_best_evidence_before_any_sentence(library):
    first = next(library.stream("How many cranes has the harbour?"))
    drawn = draw_answer(first, SAY, final=False)
    assert "three cranes" in drawn
    assert "fn-chip" not in drawn
    assert "Reading and writing" in drawn


@pytest.mark.parametrize(("question", "large"), [("How many cranes has the harbour?", True),
                                                 ("Why has the harbour cranes?", False)])  # fmt: skip
def test_no_single_words_stand_large_where_the_answer_tells_none(library, question, large):
    first = next(library.stream(question))
    best = first.prompt.evidence[0]
    found = replace(best, answer=Span(best.start + 7, best.start + 19))
    growing = replace(first, prompt=replace(first.prompt, evidence=(found,)))
    assert ("fn-short" in draw_answer(growing, SAY, final=False)) == large
    claim = quote_claim((found,), 0)
    whole = replace(growing, claims=(claim,), citations=claim.citations)
    assert "fn-short" not in draw_answer(whole, SAY, final=True)


def test_a_refused_sentence_is_named_only_in_how_it_was_found(tmp_path):
    library = make_library(
        tmp_path / "lib", write_files(tmp_path / "docs", harbour=TEXT), model=FakeModel("It has nine cranes & a bell.")
    )
    library.sync()
    drawn = draw_answer(library.ask("How many cranes has the harbour?"), SAY, final=True)
    before, how = drawn.split('<details class="fn-how"', 1)
    assert "nine cranes" not in before
    assert "nine cranes" in how
    library.close()


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [("en", "1 sentence was not shown: the check refused it.", "2 sentences were not shown: the check refused them."),
     ("es", "Una frase no se mostró: la comprobación la rechazó.", "2 frases no se mostraron: la comprobación las rechazó."),
     ("he", "משפט אחד לא הוצג: הבדיקה דחתה אותו.", "2 משפטים לא הוצגו: הבדיקה דחתה אותם.")],
)  # fmt: skip
def test_that_sentences_were_refused_is_told_above_the_trail(tmp_path, language, one, two):
    replies = [f"{SENTENCE} It has nine cranes.", f"{SENTENCE} It has nine cranes. It opened in 1999.", SENTENCE]
    library = make_library(
        tmp_path / "lib", write_files(tmp_path / "docs", harbour=TEXT), model=FakeModel(*replies)
    )  # fmt: skip
    library.sync()
    for told in (one, two, ""):
        drawn = draw_answer(library.ask("How many cranes has the harbour?"), speaker(language), final=True)
        before = drawn.split('<details class="fn-how"', 1)[0]
        assert ("fn-refused" in before) is bool(told)
        assert told in before
    library.close()


@pytest.mark.parametrize(("language", "told"), [("en", "The documents do not say: who paid &lt;it&gt;?"),
                                                ("es", "Los documentos no lo dicen: who paid"),
                                                ("he", "המסמכים אינם אומרים: \u2068who paid")])  # fmt: skip
def test_the_part_of_a_question_that_is_not_answered_is_told_in_one_sentence(library, language, told):
    answer = replace(library.ask("How many cranes has the harbour?"), unanswered=("who paid <it>?",))
    assert told in draw_answer(answer, speaker(language), final=True)


@pytest.mark.parametrize("said", ["hi", "Thank you very much!"])
def test_who_greets_or_thanks_is_not_told_how_likely_the_documents_answer(library, said):
    drawn = draw_answer(library.ask(said), SAY, final=True, threshold=0.5)
    assert "There is no question in that." in drawn
    assert "data-suggest" in drawn
    for word in ("do not say", "Looked for", "%", "How this was found"):
        assert word not in drawn


def test_a_hit_names_the_words_that_brought_it(library):
    drawn = draw_answer(library.ask("How many cranes has the harbour in Spring?"), SAY, final=True)
    hit = re.search(r"<h3>.*?Passages found.*?<li>(.*?)</li>", drawn)[1]
    told = re.sub(r"<[^>]*>", "", hit)
    assert re.search(r"words 1 \(\d\.\d\d: cranes, harbour\)", told)
    assert "spring" not in told
    assert "many" not in told


def test_a_hit_is_shown_without_the_marks_of_its_headings(tmp_path):
    docs = write_files(tmp_path / "docs", harbour__md=f"# Harbour\n\n## Cranes\n\n{SENTENCE} Issue #7 is open.")
    library = make_library(tmp_path / "lib", docs)
    library.sync()
    drawn = draw_answer(library.ask("How many cranes has the harbour?"), SAY, final=True)
    hits = re.search(r"<h3>.*?Passages found.*?</ol>", drawn)[0]
    assert ">Harbour: Cranes" in hits
    assert "## " not in re.sub(r"<[^>]*>", "", hits)
    library.close()


def test_in_hebrew_what_was_asked_keeps_its_own_direction(library):
    drawn = draw_answer(library.ask("Zxqv (wpqr)?"), speaker("he"), final=True)
    assert "\u2068Zxqv (wpqr)?\u2069" in drawn


def test_values_that_differ_stand_newest_first_with_their_days(tmp_path):
    said = "The harbour at Orbais has {} cranes now."
    docs = write_files(
        tmp_path / "docs", a=said.format(3), b=f"Notes\n\n5 March 2021\n\n{said.format(4)}",
        c=f"Minutes\n\nDate: 2023-01-09\n\n{said.format(7)}",
    )  # fmt: skip
    library = make_library(tmp_path / "lib", docs)
    library.sync()
    answer = library.ask("How many cranes has the harbour at Orbais?")
    found = answer.prompt.evidence
    cited = tuple(cite(found, n) for n in range(len(found)) if "cranes" in found[n].text)
    answer = replace(answer, outcome="conflict", citations=cited)
    drawn = draw_answer(answer, SAY, final=True)
    assert drawn.index("2023-01-09</time> <strong>") < drawn.index("2021-03-05</time></td>")
    assert drawn.index("2021-03-05</time>") < drawn.index("has 3 cranes")
    assert drawn.count(">newest<") == 1
    assert {one["date"] for one in plain_citations(answer)} == {"", "2021-03-05", "2023-01-09"}
    library.close()


def test_silence_shows_the_nearest_passages_as_no_answer(library):
    answer = replace(library.ask("How many cranes?"), outcome="abstained", text="The documents do not say.", claims=())
    drawn = draw_answer(answer, SAY, final=True)
    assert "none was found to answer it surely enough" in drawn
    assert "Looked for: “How many cranes?”.</span>" in drawn
    unsure = replace(answer, prompt=replace(answer.prompt, confidence=0.4999))
    assert "is 49% likely to answer" in draw_answer(unsure, SAY, final=True, threshold=0.5)
    assert "harbour.txt" in drawn
    best = answer.prompt.evidence[0]
    assert answer.nearest[0] == best
    assert f">{escape(best.text)}<" in drawn.partition("fn-near")[2]
    assert len({one.hit.passage.passage_id for one in answer.nearest}) == len(answer.nearest) == len(answer.hits)


@given(st.text(max_size=200), st.integers(0, 250), st.integers(0, 250))
def test_a_source_is_escaped_whole_and_marks_what_was_asked(text, start, end):
    document = Document("d", "/x/a.txt", "A title", text, "text/plain", "f")
    drawn = draw_source(document, Span(start, end), SAY)
    body = drawn.split('tabindex="0">', 1)[1].removesuffix("</div>")
    marked = body.partition('<mark id="fn-mark" tabindex="-1">')[2].partition("</mark>")[0]
    plain = body.replace('<mark id="fn-mark" tabindex="-1">', "").replace("</mark>", "")
    assert "<" not in plain
    assert _unescaped(plain) == text
    if start < end and start < len(text):
        assert _unescaped(marked) == text[start:end]


def _unescaped(text):
    """Undo our five escapes only: `html.unescape` would also change what stood in the document."""
    for name, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(name, sign)
    return text


def test_headings_and_rows_that_readers_wrote_are_drawn_and_nothing_else_is():
    text = "# Keys <b>\n\n\tFrom: Ada\n\tTo: Bert\n\nThe keys."
    mail = Document("d", "/x/a.eml", "T", text, "message/rfc822", "f")
    drawn = draw_source(mail, Span(text.index("From"), text.index("\n\tTo")), SAY)
    assert "<strong>Keys &lt;b&gt;</strong>" in drawn
    assert '<mark id="fn-mark" tabindex="-1">From: Ada</mark>\nTo: Bert' in drawn
    assert "# Keys &lt;b&gt;" in draw_source(replace(mail, media_type="text/markdown"), Span(0, 0), SAY)


def test_a_long_document_shows_the_part_around_the_quote_and_says_so():
    text = "word " * 200_000 + "the place" + " word" * 200_000
    start = text.index("the place")
    drawn = draw_source(Document("d", "/x/a.txt", "T", text, "text/plain", "f"), Span(start, start + 9), SAY)
    assert len(drawn) < 60_000
    assert ">the place</mark>" in drawn
    assert f"of {len(text):,} are shown" in drawn


def test_documents_list_refusals_last_and_says_when_it_is_cut():
    files = [FileStatus(f"d{n}", f"/x/{n}.txt", f"T{n}", "indexed", "", 5, 1.0, 1) for n in range(300)]
    files.append(FileStatus("bad", "/x/z.pdf", "", "refused", "Files of type '.pdf' are not read yet.", 0, 0.0, 0))
    drawn = draw_list(files, SAY)
    assert drawn.index("300 indexed · 1 refused") < drawn.index("T0<") < drawn.index("not read yet")
    assert "101 more" in drawn


def test_documents_of_one_title_are_told_apart_by_where_they_lie():
    files = [
        FileStatus(n, f"/x/{n}/g&c.md", title, "indexed", "", 5, 1.0, 1)
        for n, title in (("a", "Guide"), ("b", "Guide"), ("c", "Menu"))
    ]
    drawn = draw_list(files, SAY)
    assert ">a/g&amp;c.md</p>" in drawn
    assert ">b/g&amp;c.md</p>" in drawn
    assert "c/g&amp;c.md</p>" not in drawn


def test_an_answer_is_taken_along_with_its_footnotes_and_nothing_live(tmp_path):
    text = "The keeper is <b>Ada</b> *Lindqvist* [evil](http://evil.example/)."
    library = make_library(tmp_path / "lib", write_files(tmp_path / "docs", harbour=text))
    library.sync()
    answer = library.ask("Who is the keeper?")
    assert "[1] “The keeper is <b>Ada</b>" in to_plain(answer)
    written = to_markdown(answer)
    assert "[^1]: “The keeper is \\<b\\>Ada\\</b\\> \\*Lindqvist\\* \\[evil\\]" in written
    assert written.count("[^1]") == 2
    library.close()


def test_sources_become_bibtex_once_each_and_escaped(tmp_path):
    docs = write_files(
        tmp_path / "docs", **{"Port & {Co}_é": "Harbour 100%\n\n5 March 2021\n\nThe keeper is Ada. She keeps 3 keys."}
    )
    library = make_library(tmp_path / "lib", docs)
    library.sync()
    answer = library.ask("Who is the keeper?")
    found = answer.prompt.evidence
    answer = replace(answer, citations=tuple(cite(found, n) for n in range(len(found))))
    assert len(answer.citations) > 1
    assert to_bibtex(answer) == (
        "@misc{portco-1,\n  title = {Harbour 100\\%},\n  howpublished = {Port \\& \\{Co\\}\\_é.txt},\n  year = {2021},\n"
        "  date = {2021-03-05},\n  note = {"
        + "; ".join(dict.fromkeys(c.place for c in answer.citations)) + "},\n}"
    )  # fmt: skip
    assert to_bibtex(replace(answer, citations=())) == ""
    library.close()


def test_every_language_has_every_text_with_the_same_blanks():
    english = catalogue()["en"]
    assert set(catalogue()) == set(LANGUAGES)
    for texts in catalogue().values():
        assert texts.keys() == english.keys()
        for key, text in texts.items():
            assert sorted(re.findall(r"{(\w+)", text)) == sorted(re.findall(r"{(\w+)", english[key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_that_names_its_object_says_the_words_that_are_seen(language):
    for seen, heard in (("remove", "remove_one"), ("fetch_do", "fetch_one")):
        assert speaker(language)(seen) in speaker(language)(heard, name="X"), heard


def test_documents_are_found_by_all_words_of_title_or_path_in_any_letters():
    files = [FileStatus(f"d{n}", path, title, "indexed", "", 5, 1.0, 1) for n, (path, title) in enumerate(
        [("/Papers/Stra\u00dfe.txt", "Caf\u00e9 Plan"), ("/papers/b.pdf", "")])]  # fmt: skip
    found = {find: [file.doc_id for file in matching(files, find)] for find in
             ("PAPERS", " strasse ", "cafe\u0301", "plan papers", "plan b.pdf", "", "*")}  # fmt: skip
    assert found == {"PAPERS": ["d0", "d1"], " strasse ": ["d0"], "cafe\u0301": ["d0"], "plan papers": ["d0"],
                     "plan b.pdf": [], "": ["d0", "d1"], "*": []}  # fmt: skip


def test_every_text_that_the_page_asks_for_is_in_the_catalogue():
    code = "".join(path.read_text("utf-8") for path in (*UI.glob("*.py"), *UI.glob("static/*.js")))
    asked = set(re.findall(r"(?:\bsay|_say|_t)\(\s*['\"](\w+)['\"]\s*[,)]", code))
    assert len(asked) > 60
    assert asked <= catalogue()["en"].keys()


def test_only_marked_words_of_a_pdf_ask_for_a_picture_of_their_page():
    pdf = Document("d", "/x/a.pdf", "T", "Some words.", "application/pdf", "f")
    assert 'data-page="page?doc=d&amp;start=0&amp;end=4"' in draw_source(pdf, Span(0, 4), SAY)
    assert "fn-page" not in draw_source(pdf, Span(0, 0), SAY)
    assert "fn-page" not in draw_source(replace(pdf, media_type="text/plain"), Span(0, 4), SAY)


# --- the server


def test_other_addresses_need_a_password(library):
    with pytest.raises(SettingsError, match="--password"):
        build_app(library, host="0.0.0.0")


def test_a_password_guards_every_address_of_the_page(library):
    doc = library.documents()[0].doc_id
    with served(library, host="0.0.0.0", password="pässword") as address, httpx.Client(base_url=address) as client:
        for path in ("/", "/config", f"/source?doc={doc}", f"/text?doc={doc}", "/gradio_api/info"):
            assert client.get(path).status_code == 401
            assert client.get(path, auth=("", "wrong")).status_code == 401
        assert client.get("/", headers={"Authorization": "Basic !"}).status_code == 401
        assert client.get("/", auth=(b"me", "pässword".encode())).status_code == 200


def test_pages_carry_their_guards_and_refuse_other_names(library):
    with served(library) as address, httpx.Client(base_url=address) as client:
        reply = client.get("/")
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_a_source_that_is_gone_is_said(library):
    doc = library.documents()[0].doc_id
    with served(library) as address, httpx.Client(base_url=address) as client:
        gone = client.get("/source?doc=%3Cscript%3E")
        assert gone.status_code == 404
        assert "<script>" not in gone.text
        assert client.get("/text?doc=nope").status_code == 404
        assert client.get(f"/source?doc={doc}&start=-5&end=99999999").status_code == 200
        assert client.get(f"/text?doc={doc}").text == TEXT


def test_code_and_columns_of_spaces_are_drawn_in_letters_of_one_width():
    table = "Prices are by the hour.\n\nRoom        Member   Other\nSmall       £8.50    £12.00\nLarge       £11.00   £18.00\n"
    columns = Document("d", "/x/a.txt", "T", table, "text/plain", "f")
    prose = replace(columns, text=TEXT)
    code = replace(prose, media_type="text/x-source")
    drawn = [draw_source(one, Span(0, 4), SAY) for one in (columns, prose, code)]
    assert ["fn-document fn-spaced" in one for one in drawn] == [True, False, True]
    assert "£8.50    £12.00" in drawn[0]
