"""Photograph the page's main states with the real engine on the bundled articles. -> docs/*.png, each under 120 kB."""

import shutil
import sys
import tempfile
from pathlib import Path

from camera import TOP, Camera
from states import RESIDENTS, answers, evaluation, looks, more_answers, sources
from states_of_work import connection_lost, first_start, hostile, refused, work

sys.path[:0] = [str(TOP), str(TOP / "tests")]
STATES = (
    answers, more_answers, work, sources, evaluation, looks, first_start, refused, hostile, connection_lost
)  # fmt: skip


def main():
    """Serve, photograph the states that are named (none: all), stop."""
    from playwright.sync_api import sync_playwright
    from serving import served

    from rag import open_library

    chosen = [states for states in STATES if states.__name__ in sys.argv[1:] or not sys.argv[1:]]
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
