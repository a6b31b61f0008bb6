"""The card of a citation: quote, document, place and date for mouse, keyboard and finger; hostile text inert in it."""

import pytest
from browsing import LAST, ask, wait_final
from fakes import FakeModel, make_library, write_files
from serving import served

pytestmark = pytest.mark.browser

BRIDGE = "When was the bridge over the Vesle finished?"
QUOTE = "The bridge over the Vesle was finished in 1904 <img src=x onerror='window.hacked=1'>."
CHIP = f"{LAST} .fn-chip >> nth=0"


@pytest.fixture
def answered(tmp_path, visit):
    """Opens a page with one answer, whose citation is hostile and dated."""
    docs = write_files(tmp_path / "docs", bridge=f"Notes on bridges\n\nPublished 5 March 2021\n\n{QUOTE}")
    library = make_library(tmp_path / "lib", docs, model=FakeModel(QUOTE))
    library.sync()
    with served(library) as address:

        def opened(**options):
            page = visit(address, **options)
            ask(page, BRIDGE)
            wait_final(page, BRIDGE)
            return page

        yield opened
    library.close()


def test_the_mouse_shows_and_leaves_it_and_a_click_on_it_opens_the_source(answered):
    page = answered()
    page.hover(CHIP)
    page.wait_for_selector("#fn-card")
    assert page.inner_text("#fn-card q") == QUOTE
    where = page.inner_text("#fn-card .fn-where")
    assert where.startswith("bridge.txt · Notes on bridges")
    assert where.endswith(" · 2021-03-05")
    assert page.evaluate("window.hacked") is None
    assert page.query_selector("#fn-card img") is None
    page.hover("#fn-card")
    page.wait_for_timeout(400)
    assert page.is_visible("#fn-card"), "it must stay while it is pointed at"
    page.hover("#fn-box textarea")
    page.wait_for_selector("#fn-card", state="hidden")
    page.hover(CHIP)
    page.click("#fn-card")
    page.wait_for_selector("#fn-mark")
    assert page.inner_text("#fn-mark") == QUOTE
    assert page.is_hidden("#fn-card")


def test_the_keyboard_reaches_it_and_escape_takes_it_away(answered):
    page = answered()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.fn-chip')"):
            break
    assert page.is_visible("#fn-card")
    assert page.get_attribute(":focus", "aria-describedby") == "fn-card"
    page.keyboard.press("Escape")
    assert page.is_hidden("#fn-card")
    page.keyboard.press("Enter")
    page.wait_for_selector("#fn-mark")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.fn-chip')")
    assert page.is_hidden("#fn-card")


def test_a_finger_shows_it_first_and_opens_the_source_next(answered):
    page = answered(viewport={"width": 360, "height": 740}, has_touch=True)
    page.tap(CHIP)
    assert page.is_visible("#fn-card")
    assert page.is_hidden("#fn-source")
    left, right = page.evaluate(
        "(({ left, right }) => [left, right])(document.querySelector('#fn-card').getBoundingClientRect())"
    )
    assert left >= 0
    assert right <= 360
    page.tap(CHIP)
    page.wait_for_selector("#fn-mark")
    page.tap("#fn-close")
    page.tap(CHIP)
    page.tap("#fn-card")
    page.wait_for_selector("#fn-mark")
