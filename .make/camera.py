"""Open the page in a browser as a person set it, ask, and keep what is seen. -> docs/*.png, each under 120 kB."""

import io
import json
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
WIDE, PHONE = {"width": 1360, "height": 850}, {"width": 390, "height": 800}
NO_PATHS = """folders => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) for (const folder of folders)
        walk.currentNode.nodeValue = walk.currentNode.nodeValue.replaceAll(folder, "~"); }"""
CUT = """([state, ends]) => { const real = fetch; window.fetch = async (address, how) => {
    if (address !== "ask") return real(address, how);
    const lines = (await (await real(address, how)).text()).split("\\n");
    const last = lines.findLastIndex(line => line.includes(`data-state=\\\\"${state}`));
    const shown = new TextEncoder().encode(lines.slice(0, last + 1).join("\\n") + "\\n");
    const begin = (given) => { given.enqueue(shown); if (ends) given.close(); };
    return new Response(new ReadableStream({ start: begin })); } }"""
"""Has the page see an answer up to its last line in a state, and then nothing more, or that the connection ends."""


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
