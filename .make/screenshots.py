"""Photograph the page's main states with the real engine on the bundled articles. -> docs/*.png, each under 300 kB."""

import asyncio
import json
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))
WIDE, PHONE = {"width": 1360, "height": 850}, {"width": 390, "height": 800}
RESIDENTS = "How many residents does Gaza have?"
VISITS = "How many times has Blinken visited since the war began?"
BREAKFAST = "What did Blinken eat for breakfast?"


def serve(library):
    """Serve the library's page from a thread; return its address and what stops it."""
    import uvicorn

    from ui.serve import build_app

    servers = []

    async def run():
        servers.append(uvicorn.Server(uvicorn.Config(build_app(library), port=0, log_level="critical")))
        await servers[0].serve()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    while not (servers and servers[0].started):
        time.sleep(0.05)
    return f"http://127.0.0.1:{servers[0].servers[0].sockets[0].getsockname()[1]}", servers[0]


class Camera:
    """Opens the page as a person set it, asks, and keeps what is seen."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address

    def open(self, viewport, **chosen):
        """Return the page as a person set it."""
        page = self.browser.new_context(viewport=viewport, reduced_motion="reduce").new_page()
        page.goto(self.address)
        page.evaluate("chosen => localStorage.setItem('footnote.settings', chosen)", json.dumps(chosen))
        page.reload()
        page.wait_for_selector("html[data-fn-ready]", state="attached")
        return page

    def ask(self, page, question):
        """Ask and wait for the whole answer."""
        n = len(page.query_selector_all(".fn-turn"))
        page.fill("#fn-box textarea", question)
        page.press("#fn-box textarea", "Enter")
        page.wait_for_selector(f".fn-turn:nth-child({n + 1}) .fn-actions button")

    def show_source(self, page):
        """Open the first quote of the last answer."""
        page.click(".fn-turn:last-child .fn-quote")
        page.wait_for_selector("#fn-mark")

    def keep(self, page, name):
        """Write what is seen to docs."""
        page.wait_for_timeout(400)
        path = TOP / "docs" / f"{name}.png"
        page.screenshot(path=path)
        size = path.stat().st_size
        print(f"{path.name}: {size / 1000:.0f} kB")
        if size >= 300_000:
            sys.exit(f"{path} has {size:,} bytes; at most 300,000 are wanted.")


def answers(camera):
    """Answers of every kind, and the documents they come from."""
    page = camera.open(WIDE)
    camera.keep(page, "page-start")
    camera.ask(page, RESIDENTS)
    camera.show_source(page)
    camera.keep(page, "page")
    page.keyboard.press("Escape")
    page.click(".fn-how summary")
    camera.keep(page, "page-how")
    camera.ask(page, VISITS)
    camera.keep(page, "page-disagreement")
    camera.ask(page, BREAKFAST)
    page.wait_for_selector(".fn-turn:last-child .fn-suggest button")
    camera.keep(page, "page-silence")
    page.click("[data-dialog=documents]")
    page.wait_for_selector(".fn-verdicts td")
    page.eval_on_selector_all(".fn-followed code", "all => all.forEach(one => (one.textContent = '~/articles'))")
    camera.keep(page, "page-documents")


def evaluation(camera):
    """A run made from the page."""
    page = camera.open(WIDE)
    page.click("[data-dialog=evaluation]")
    page.fill("#fn-run [name=limit]", "24")
    page.click("#fn-run [type=submit]")
    page.wait_for_selector("#fn-report", timeout=400_000)
    page.click("#fn-report [type=submit]")
    camera.keep(page, "page-evaluation")


def looks(camera):
    """Dark, right to left, phone."""
    for name, viewport, chosen in (
        ("page-dark", WIDE, {"theme": "dark"}),
        ("page-right-to-left", WIDE, {"language": "he"}),
        ("page-phone", PHONE, {}),
    ):
        page = camera.open(viewport, **chosen)
        camera.ask(page, RESIDENTS)
        if viewport == WIDE:
            camera.show_source(page)
        camera.keep(page, name)


def main():
    """Serve, photograph what is named (answers, evaluation, looks; nothing: all), stop."""
    from playwright.sync_api import sync_playwright

    from rag import open_library

    chosen = [states for states in (answers, evaluation, looks) if states.__name__ in sys.argv[1:] or not sys.argv[1:]]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("No Chromium here. Install one: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        library = open_library(TOP / "seeds", at=Path(folder) / "articles")
        library.sync()
        library.ask(RESIDENTS)
        address, server = serve(library)
        with sync_playwright() as playwright:
            flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=chromium, args=flags)
            for states in chosen:
                states(Camera(browser, address))
            browser.close()
        server.should_exit = True
        library.close()


if __name__ == "__main__":
    main()
