"""Drive the page in a real Chromium: open it, ask, wait for the answer."""

import contextlib
import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WAIT_MS = 30_000
LAST = ".fn-turn:last-child"
ANSWER = f"{LAST} .fn-answer"


@contextlib.contextmanager
def chromium():
    """Yield a browser, or skip where there is none (in CI: fail)."""
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("No Chromium: the browser tests must run in CI. Install one: apt-get install chromium")
        pytest.skip("No Chromium on this machine; the page was not tested. Install one: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


@contextlib.contextmanager
def visiting(browser):
    """Yield what opens an address; afterwards no request has left the machine and no script has failed."""
    contexts, strays, failures = [], [], []

    def open_page(address, context=None, **options):
        if context is None:
            context = browser.new_context(**options)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on(
            "request", lambda r: strays.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None
        )
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto(address)
        page.wait_for_selector("html[data-fn-ready]", state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert strays == []
    assert failures == []


def ask(page, question):
    page.fill("#fn-box textarea", question)
    page.press("#fn-box textarea", "Enter")


def wait_final(page, question):
    """Wait until the newest turn is this question's and is final; return its answer's words."""
    page.wait_for_function(
        "([question, last]) => { const turn = document.querySelector(last);"
        " return turn?.querySelector('h2').innerText.trim() === question && turn.querySelector('.fn-actions button') }",
        arg=[question, LAST],
    )
    return page.inner_text(ANSWER)


def marked(page):
    """The words marked in the open source, once they are in view."""
    page.wait_for_selector("#fn-mark")
    page.wait_for_function(
        "() => { const box = document.querySelector('#fn-mark').getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight && box.height > 0 }"
    )
    return page.inner_text("#fn-mark")
