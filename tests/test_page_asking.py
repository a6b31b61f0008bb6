"""Asking on: follow-ups, two people at once, an answer taken along; and how smooth the page is meanwhile."""

import os
import threading
import time

import pytest
from browsing import LAST, ask, wait_final
from fakes import FakeModel, library_of, make_library, write_files
from serving import served

from rag.records import Delta

pytestmark = pytest.mark.browser

MILL = "What does the mill at Orbais grind?"
FERRY = "Who steers the ferry at Dormans?"
FACTS = [f"Pier {n} of the harbour at Orbais was built in {1900 + n}." for n in range(12)]
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
WATCH = "new PerformanceObserver(l => (window.long ||= []).push(...l.getEntries().map(e => e.duration))).observe({type: 'longtask'})"


class Unhurried(FakeModel):
    """Writes a word at a time, with a pause after each, and not while it may not."""

    def __init__(self, *replies):
        super().__init__(*replies)
        self.may_write = threading.Event()
        self.may_write.set()

    def generate(self, messages, *, max_tokens, timeout_seconds):
        self.may_write.wait(60)
        for delta in super().generate(messages, max_tokens=max_tokens, timeout_seconds=timeout_seconds):
            time.sleep(0.02)
            yield Delta(delta.text, delta.finish)


@pytest.fixture
def library(tmp_path):
    with library_of(
        tmp_path,
        mill="The mill at Orbais grinds rye. The wheel of the mill at Orbais was replaced in 1951.",
        ferry="Odile Marchal steers the ferry at Dormans.",
    ) as made:
        yield made


def test_a_follow_up_is_searched_with_what_it_is_about_and_its_query_is_edited(library, visit):
    with served(library) as address:
        page = visit(address)
        ask(page, MILL)
        wait_final(page, MILL)
        ask(page, "When was its wheel replaced?")
        wait_final(page, "When was its wheel replaced?")
        assert "the mill at Orbais" in page.input_value(f"{LAST} .fn-query input")
        page.click(f"{LAST} .fn-how summary")
        page.fill(f"{LAST} .fn-query input", "ferry at Dormans")
        page.click(f"{LAST} .fn-query button")
        page.wait_for_function("() => !footnote.busy()")
        assert page.input_value(f"{LAST} .fn-query input") == "ferry at Dormans"
        assert "Odile Marchal" in page.text_content(f"{LAST} .fn-drawn")
        assert len(page.query_selector_all(".fn-turn")) == 2


def test_two_browsers_ask_at_the_same_time_and_each_gets_its_own_answer(tmp_path, visit):
    docs = write_files(
        tmp_path / "docs", mill="The mill at Orbais grinds rye.", ferry="Odile steers the ferry at Dormans."
    )
    model = Unhurried(*["Odile steers the ferry at Dormans. The mill at Orbais grinds rye."] * 2)
    model.may_write.clear()
    library = make_library(tmp_path / "lib", docs, model=model)
    library.sync()
    with served(library) as address:
        one, two = visit(address), visit(address)
        ask(one, MILL)
        ask(two, FERRY)
        for page in (one, two):
            page.wait_for_function("footnote.busy()")
        model.may_write.set()
        assert "rye" in wait_final(one, MILL)
        assert "Odile" in wait_final(two, FERRY)
        for page, question in ((one, MILL), (two, FERRY)):
            assert page.eval_on_selector_all(".fn-turn h2", "all => all.map(one => one.innerText)") == [question]
            assert page.eval_on_selector_all(".fn-talk-name", "all => all.map(one => one.innerText)") == [question]
    library.close()


def test_that_a_sentence_was_refused_is_told_and_leads_to_it(tmp_path, visit):
    docs = write_files(tmp_path / "docs", mill="The mill at Orbais grinds rye.")
    library = make_library(
        tmp_path / "lib", docs, model=FakeModel("The mill at Orbais grinds rye. It has nine wheels.")
    )
    library.sync()
    with served(library) as address:
        page = visit(address)
        ask(page, MILL)
        assert "1 sentence was not shown: the check refused it." in wait_final(page, MILL)
        assert page.is_hidden(f"{LAST} .fn-how s")
        page.click(f"{LAST} .fn-refused")
        page.wait_for_selector(f"{LAST} .fn-how s >> text=It has nine wheels.")
        assert page.evaluate("document.activeElement.matches('.fn-how summary')")
        page.reload()
        page.click(f"{LAST} .fn-refused")
        page.wait_for_selector(f"{LAST} .fn-how s >> text=It has nine wheels.")
    library.close()


def test_an_answer_is_copied_as_markdown(library, visit):
    with served(library) as address:
        page = visit(address, permissions=["clipboard-read", "clipboard-write"])
        ask(page, MILL)
        wait_final(page, MILL)
        page.click(f"{LAST} .fn-actions summary")
        page.click(f"{LAST} [data-act=copy_markdown]")
        page.wait_for_function("() => document.querySelector('[data-act=copy_markdown]').innerText === 'Copied'")
        copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"**{MILL}**\n\n")
    assert "[^1]: “The mill at Orbais grinds rye.” mill.txt" in copied


def test_the_page_never_freezes_while_an_answer_is_written(tmp_path, visit):
    """Of three answers the smoothest counts, for others may be at work on this machine; a page that freezes always does."""
    docs = write_files(tmp_path / "docs", harbour=" ".join(FACTS))
    library = make_library(tmp_path / "lib", docs, model=Unhurried(*[" ".join(FACTS)] * 3))
    library.sync()
    question = "When were the piers of the harbour at Orbais built?"
    longest = []
    with served(library) as address:
        page = visit(address)
        page.evaluate(WATCH)
        for _ in range(3):
            page.evaluate("window.long = []")
            ask(page, question)
            wait_final(page, question)
            assert len(page.query_selector_all(f"{LAST} .fn-text .fn-chip")) >= 3
            longest.append(max(page.evaluate("window.long"), default=0))
            if longest[-1] < 200:
                break
            page.click("#fn-new")
    library.close()
    assert min(longest) < 200


def test_the_first_paint_comes_within_a_second_and_a_half(library, visit):
    with served(library) as address:
        painted = min(visit(address).evaluate(PAINTED) for _ in range(3))
    if painted >= 1500 and os.getloadavg()[0] > (os.cpu_count() or 1):
        pytest.skip(f"The machine is busy: the best of three first paints took {painted:.0f} ms.")
    assert painted < 1500
