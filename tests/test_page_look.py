"""Where things stand on the page: the source beside the conversation, dialogs, the list of documents, a phone."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import ask, marked, wait_final
from fakes import library_of, make_library, write_files
from serving import served

from rag.answering.claims import cite
from ui.answer import draw_answer
from ui.words import speaker

pytestmark = pytest.mark.browser

CHECK = Path(__file__).parent.parent / "rag" / "answering"
LONG = "The mill at Orbais, which stands below the weir and was painted many times, grinds rye. "
QUESTIONS = [
    "What does the mill at Orbais, which stands below the weir and was painted so many times, grind?",
    "Who steers the ferry at Dormans on the river Marne, and who keeps it when the water is high?",
    "What is painted at the weir below the mill at Orbais, and how many times was it painted?",
]
TOP = "Math.round(window.clicked.getBoundingClientRect().top)"
BOX = "s => { const r = document.querySelector(s).getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom] }"


@pytest.fixture
def library(tmp_path):
    with library_of(
        tmp_path,
        mill=LONG + "Filler stands here. " * 300 + "\n\nIts wheel was replaced in 1951.",
        ferry="Odile Marchal steers the ferry at Dormans.",
    ) as made:
        yield made


def test_the_source_stays_in_view_and_the_conversation_where_it_is(library, visit):
    with served(library) as address:
        page = visit(address, viewport={"width": 1360, "height": 850})
        for question in QUESTIONS:
            ask(page, question)
            wait_final(page, question)
        page.evaluate("window.clicked = [...document.querySelectorAll('.fn-quote')].at(-1)")
        before = page.evaluate(TOP)
        page.evaluate("window.clicked.click()")
        marked(page)
        assert abs(page.evaluate(TOP) - before) <= 1
        for part in ("#fn-close", "#fn-source h2", "#fn-only"):
            left, top, right, bottom = page.evaluate(BOX, part)
            assert (left >= 0, top >= 0, right <= 1360, bottom <= 850) == (True,) * 4, part
        page.click("#fn-only")
        assert page.evaluate(BOX, "#fn-source")[1::2] == [0, 850]
        assert abs(page.evaluate(TOP) - before) <= 1
        page.mouse.move(500, 300)
        page.mouse.wheel(0, -400)
        page.wait_for_function(f"() => {TOP} > {before + 100}")
        assert page.evaluate(BOX, "#fn-source")[1::2] == [0, 850]
        page.evaluate(f"scrollBy(0, {TOP} - {before})")
        page.keyboard.press("Escape")
        assert page.is_hidden("#fn-source")
        assert abs(page.evaluate(TOP) - before) <= 1


@pytest.mark.parametrize("size", [(1360, 850), (390, 844)])
def test_every_dialog_stands_in_the_middle(library, visit, size):
    width, height = size
    with served(library) as address:
        page = visit(address, viewport={"width": width, "height": height})
        for name in ("documents", "library", "settings", "evaluation", "judging", "keys"):
            page.evaluate("name => document.querySelector(`#fn-d-${name}`).showModal()", name)
            left, top, right, bottom = page.evaluate(BOX, f"#fn-d-{name}")
            assert abs(left - (width - right)) < 2, name
            assert abs(top - (height - bottom)) < 2, name
            assert top > 10, name
            page.keyboard.press("Escape")


def test_what_was_answered_before_speaks_the_language_chosen_since(library, visit):
    english = ["do not say", "Looked for", "closest passages", "In the words", "How this was", "line 1", "meaning",
               "Searched for", "Reading", "In all", "likely", "Ask all", "is asked"]  # fmt: skip
    with served(library) as address:
        page = visit(address)
        ask(page, "Zxqv <b>wpqr</b>?")
        wait_final(page, "Zxqv <b>wpqr</b>?")
        page.evaluate("footnote.askOnly('none', 'A <i>title')")
        page.evaluate("footnote.askOnly(null)")
        ask(page, "Who steers the ferry at Dormans?")
        wait_final(page, "Who steers the ferry at Dormans?")
        page.evaluate("footnote.askOnly('none', 'A <i>title')")
        said = page.text_content("#fn-talk")
        assert [words for words in english if words not in said] == []
        page.click("[data-dialog=settings]")
        page.check("#fn-settings [name=language][value=es]")
        page.keyboard.press("Escape")
        said = page.text_content("#fn-talk")
        assert [words for words in english if words in said] == []
        for words in ("Se buscó: «Zxqv <b>wpqr</b>?».", "línea 1", "pregunta a este documento: A <i>title"):
            assert words in said
        page.click(".fn-quote >> nth=-1")
        page.wait_for_selector("#fn-where")
        assert page.inner_text("#fn-where") == "ferry.txt · línea 1"
        page.reload()
        page.wait_for_selector("#fn-turns >> text=Los documentos no lo dicen.")


def test_places_and_refusals_are_said_in_every_language(library, visit, tmp_path):
    """The check's reasons come from its code, so that none is added without its translation."""
    source = "".join((CHECK / name).read_text("utf-8") for name in ("verify.py", "claims.py"))
    reasons = re.findall(r'f?"((?:It|The|One) [^"]+\.)"', source)
    reasons = [re.sub(r"\{[^}]*\}(?:\[0\]\})?", "7", one) for one in reasons if "own words" not in one]
    places = ["line 4", "page 12", "slide 3, notes", "chapter 2", "chapter “On tea”", 'sheet "A row" row 7',
              "table 2 row 5", "line 4 to line 9", "characters 1,204–1,310", "under “Pay”", "attached to a.eml"]  # fmt: skip
    assert len(reasons) >= 10
    with served(library) as address:
        page = visit(address)
        page.evaluate("footnote.chosen.language = 'he'")
        assert [one for one in reasons + places if page.evaluate("one => footnote.resay(one)", one) == one] == []
        assert page.evaluate("footnote.resay('line 4 to line 9')") == "שורה 4 עד שורה 9"
        for title in ("A line 4", "Back to school", "constructor"):
            assert page.evaluate("one => footnote.where(one)", title) == title


def test_a_disagreement_breaks_no_file_s_name(tmp_path, visit):
    said = "The harbour at Orbais, that was widened by the engineers of the river in that year, has {} cranes now."
    names = {"003_9eaa924404a2f674": said.format(3), "004_149a33a4e948dcde": said.format(7)}
    with library_of(tmp_path, **names) as library, served(library) as address:
        answer = library.ask("How many cranes has the harbour at Orbais?")
        found = answer.prompt.evidence
        cited = tuple(cite(found, n) for n in range(len(found)))
        page = visit(address, viewport={"width": 1280, "height": 800})
        drawn = draw_answer(replace(answer, outcome="conflict", citations=cited), speaker("en"), final=True)
        page.evaluate("html => { document.querySelector('#fn-turns').innerHTML = html }", drawn)
        lines = "all => all.map(one => one.getClientRects().length)"
        assert page.eval_on_selector_all(".fn-values td:nth-child(2) > span", lines) == [1, 1]


def test_a_disagreement_breaks_no_word_on_a_phone(tmp_path, visit):
    said = "The annual holiday of the management at Orbais is {} days."
    docs = write_files(
        tmp_path / "docs", one=f"Management regulations\n\nPublished 3 March 2021\n\n{said.format(25)}",
        two=f"Incomprehensible agreement\n\nPublished 5 May 2022\n\n{said.format(30)}",
    )  # fmt: skip
    library = make_library(tmp_path / "lib", docs)
    library.sync()
    answer = library.ask("How many days is the annual holiday of the management at Orbais?")
    found = answer.prompt.evidence
    cited = tuple(cite(found, n) for n in range(len(found)) if "days" in found[n].text)
    assert len(cited) == 2
    drawn = draw_answer(replace(answer, outcome="conflict", citations=cited), speaker("en"), final=True)
    with served(library) as address:
        page = visit(address, viewport={"width": 390, "height": 844})
        page.evaluate("html => { document.querySelector('#fn-turns').innerHTML = html }", drawn)
        narrow = r"""() => [...document.querySelectorAll(".fn-values td, .fn-values .fn-words")].filter(one => {
            const words = one.innerText.split(/\s+/).map(word => word.length);
            return one.getBoundingClientRect().width < 250 && one.innerText.trim() && Math.max(...words) > 5 })
            .map(one => one.innerText)"""
        assert page.evaluate(narrow) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    library.close()
