"""Photograph the page's main states with the real engine on the bundled articles. -> docs/*.png, each under 120 kB."""

import io
import json
import shutil
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP), str(TOP / "tests")]
WIDE, PHONE = {"width": 1360, "height": 850}, {"width": 390, "height": 800}
RESIDENTS = "How many residents does Gaza have?"
VISITS = "How many times has Blinken visited since the war began?"
BREAKFAST = "What did Blinken eat for breakfast?"
KEEPER = "Who keeps the keys of the boat house?"
DEPTH = "How deep is the new basin of the harbour?"
PRICE = "What does a ton of rye cost in Orbais?"
NO_PATHS = """folders => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) for (const folder of folders)
        walk.currentNode.nodeValue = walk.currentNode.nodeValue.replaceAll(folder, "~"); }"""
HANG = """() => { const real = fetch; window.fetch = async (address, how) => {
    if (address !== "ask") return real(address, how);
    const lines = (await (await real(address, how)).text()).split("\\n");
    const last = lines.findLastIndex(line => line.includes('data-state=\\\\"growing'));
    const shown = new TextEncoder().encode(lines.slice(0, last + 1).join("\\n") + "\\n");
    return new Response(new ReadableStream({ start: (given) => given.enqueue(shown) })); } }"""
"""Has the page wait for ever on an answer that is half there."""


class Camera:
    """Opens the page as a person set it, asks, and keeps what is seen."""

    def __init__(self, browser, address, library):
        self.browser, self.address, self.library = browser, address, library
        self.folder = library.path.parent

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
        """Write what is seen to docs, in 256 colours and without a path of this machine."""
        from PIL import Image

        page.wait_for_timeout(400)
        page.evaluate(NO_PATHS, [str(self.folder), str(TOP)])
        path = TOP / "docs" / f"{name}.png"
        seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        seen.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
        size = path.stat().st_size
        print(f"{path.name}: {size / 1000:.0f} kB")
        if size >= 120_000:
            sys.exit(f"{path} has {size:,} bytes; at most 120,000 are wanted.")


def answers(camera):
    """Answers of every kind, and the documents they come from."""
    page = camera.open(WIDE)
    camera.keep(page, "page-start")
    camera.ask(page, RESIDENTS)
    camera.show_source(page)
    camera.keep(page, "page")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.hover(".fn-chip")
    page.wait_for_selector("#fn-card")
    camera.keep(page, "page-card")
    page.hover("#fn-box textarea")
    page.wait_for_selector("#fn-card", state="hidden")
    page.click(".fn-how summary")
    camera.keep(page, "page-how")
    camera.ask(page, VISITS)
    camera.keep(page, "page-disagreement")
    camera.ask(page, BREAKFAST)
    page.wait_for_selector(".fn-turn:last-child .fn-suggest button")
    camera.keep(page, "page-silence")
    page.click("[data-dialog=documents]")
    page.wait_for_selector(".fn-verdicts td")
    camera.keep(page, "page-documents")
    page.keyboard.press("Escape")
    page.click("[data-dialog=settings]")
    page.wait_for_selector("#fn-models input")
    camera.keep(page, "page-settings")


def work(camera):
    """Documents being added, an answer being written, a library that another process writes, a model that is gone."""
    from filelock import FileLock

    page = camera.open(WIDE)
    notes = camera.folder / "notes"
    notes.mkdir()
    for n in range(400):
        (notes / f"note-{n:03}.txt").write_text(
            f"Note {n} of the harbour master: pier {n} was inspected and found sound.\n"
        )
    page.click("[data-dialog=documents]")
    page.fill("#fn-follow [name=path]", str(notes))
    page.click("#fn-follow [type=submit]")
    page.wait_for_function("() => Number(document.querySelector('#fn-said').textContent.match(/\\d+/)?.[0]) > 50")
    camera.keep(page, "page-adding")
    page.click("#fn-halt")
    page.wait_for_selector("#fn-sync:not([hidden])", timeout=60_000)
    with FileLock(camera.library.path / "writer.lock"):
        page.click("#fn-sync")
        page.wait_for_function("() => document.querySelector('#fn-said').textContent.includes('being written')")
        camera.keep(page, "page-locked")
    camera.library.remove(notes)
    camera.library.sync()

    page = camera.open(WIDE, model=str(camera.folder / "models" / "larger.gguf"))
    camera.ask(page, RESIDENTS)
    camera.keep(page, "page-error")
    page = camera.open(WIDE)
    page.evaluate(HANG)
    page.fill("#fn-box textarea", RESIDENTS)
    page.press("#fn-box textarea", "Enter")
    page.wait_for_selector(".fn-answer[data-state=growing]")
    camera.keep(page, "page-streaming")


def sources(camera):
    """The source beside the answer when it is a PDF, a mail, a row of a table."""
    from documents import eml, pdf

    papers = camera.folder / "harbour"
    papers.mkdir()
    lines = ["The new basin lies east of the old pier. It was dug in two winters."] * 3
    report = [(18, 740, "Report on the harbour"), *((11, 700 - 15 * n, line) for n, line in enumerate(lines))]
    report += [
        (11, 640, "The new basin of the harbour is 7.5 metres deep at low water."),
        (11, 625, "Sand is taken out each May."),
    ]
    (papers / "report.pdf").write_bytes(pdf(["Harbour works in the year 2024"], report, changed="D:20240518090000Z"))
    mail = eml("Dear Bert,\n\nOdile Marchal keeps the keys of the boat house until the ferry runs again.\n\nAda")
    (papers / "keys.eml").write_bytes(b"Date: Mon, 05 Feb 2024 10:00:00 +0000\n" + mail)
    (papers / "prices.csv").write_text(
        "Town,Grain,Price of a ton\nOrbais,Rye,212 euro\nOrbais,Oats,190 euro\nDormans,Rye,208 euro\n"
    )
    camera.library.add(papers)
    camera.library.sync()
    for name, question in (("page-pdf", DEPTH), ("page-mail", KEEPER), ("page-table", PRICE)):
        page = camera.open(WIDE)
        camera.ask(page, question)
        camera.show_source(page)
        if name == "page-pdf":
            page.wait_for_selector("#fn-page img")
        camera.keep(page, name)
    camera.library.remove(papers)
    camera.library.sync()


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
    """Serve, photograph what is named (answers, work, sources, evaluation, looks; nothing: all), stop."""
    from playwright.sync_api import sync_playwright
    from serving import served

    from rag import open_library

    chosen = [
        states
        for states in (answers, work, sources, evaluation, looks)
        if states.__name__ in sys.argv[1:] or not sys.argv[1:]
    ]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("No Chromium here. Install one: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        library = open_library(TOP / "seeds", at=Path(folder) / "articles")
        library.sync()
        library.ask(RESIDENTS)
        with served(library) as address, sync_playwright() as playwright:
            flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            browser = playwright.chromium.launch(executable_path=chromium, args=flags)
            for states in chosen:
                states(Camera(browser, address, library))
            browser.close()
        library.close()


if __name__ == "__main__":
    main()
