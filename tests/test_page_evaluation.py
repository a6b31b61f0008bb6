"""The evaluation page: a wrong answer becomes a question, which is run, read as a report, and compared with a second run."""

import pytest
from browsing import LAST, ask, wait_final
from fakes import write_files
from serving import served

from rag import open_library

pytestmark = [pytest.mark.browser, pytest.mark.model]

WHEEL = "When was the wheel of the mill at Orbais replaced?"
FRAME = "document.querySelector('#fn-frame')"
INSIDE = f"{FRAME}.contentDocument"


def shown(page, heading):
    """Wait for a report of this heading, as high as it is long."""
    page.wait_for_function(
        f"heading => {INSIDE}?.querySelector('h1')?.innerText.includes(heading)"
        f" && {FRAME}.clientHeight >= {INSIDE}.body.offsetHeight",
        arg=heading,
    )
    return page.frame_locator("#fn-frame")


def run(page, n):
    page.click("#fn-run [type=submit]")
    page.wait_for_selector("#fn-run-stop:visible")
    page.wait_for_function(f"() => document.querySelectorAll('#fn-report [name=run] option').length === {n}")
    page.wait_for_selector("#fn-run-stop", state="hidden")


def test_from_a_wrong_answer_to_two_runs_compared(tmp_path, visit):
    docs = write_files(tmp_path / "docs", mill="The mill at Orbais grinds rye. Its wheel was replaced in 1951.")
    library = open_library(docs)
    library.sync()
    with served(library) as address:
        page = visit(address, viewport={"width": 1360, "height": 850})
        page.set_default_timeout(120_000)
        page.click("[data-dialog=settings]")
        page.check("#fn-settings [name=theme][value=dark]")
        page.keyboard.press("Escape")
        ask(page, WHEEL)
        wait_final(page, WHEEL)
        page.click(f"{LAST} [data-act=wrong]")
        page.fill("#fn-judge [name=right_answer]", "1951")
        page.click("#fn-judge [type=submit]")
        page.wait_for_selector("#fn-d-judging", state="hidden")

        page.click("[data-dialog=evaluation]")
        page.wait_for_selector("#fn-run option >> text=Your own (1)", state="attached")
        run(page, 1)
        assert page.inner_text("#fn-run-said") == ""
        page.click("#fn-report [type=submit]")
        report = shown(page, "Run own-")
        assert report.locator("svg").count() == 5
        assert page.evaluate(f"getComputedStyle({INSIDE}.body).backgroundColor") == "rgb(23, 24, 26)"
        assert page.evaluate(f"{INSIDE}.documentElement.scrollHeight <= {FRAME}.clientHeight")

        run(page, 2)
        newer, older = page.eval_on_selector_all("#fn-report [name=run] option", "all => all.map(one => one.value)")
        page.select_option("#fn-report [name=run]", newer)
        page.select_option("#fn-report [name=other]", older)
        page.click("#fn-report [type=submit]")
        compared = shown(page, f"{newer}, compared with {older}")
        assert "No difference shown." in compared.locator("body").inner_text()
        assert compared.locator("svg .range").count() == compared.locator("td:nth-child(5)").count() > 3
        last = compared.locator("td:nth-child(6)").first.bounding_box()
        room = page.locator("#fn-frame").bounding_box()
        assert last["x"] + last["width"] <= room["x"] + room["width"], "the last column is cut off"
    library.close()
