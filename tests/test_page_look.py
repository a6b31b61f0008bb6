"""Where things stand on the page: the source beside the conversation, dialogs, the list of documents, a phone."""

import pytest
from browsing import ask, marked, wait_final
from fakes import make_library, write_files
from serving import served

pytestmark = pytest.mark.browser

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
    docs = write_files(
        tmp_path / "docs", mill=LONG + "Filler stands here. " * 300 + "\n\nIts wheel was replaced in 1951.",
        ferry="Odile Marchal steers the ferry at Dormans.",
    )  # fmt: skip
    made = make_library(tmp_path / "lib" / "own", docs)
    made.sync()
    yield made
    made.close()


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
