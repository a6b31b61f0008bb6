"""No serious finding of axe-core in any state of the page; skipped where axe-core is not at hand."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import LAST, ask, marked, wait_final
from fakes import make_library, write_files
from serving import served

from rag.answering.claims import cite
from ui.answer import draw_answer
from ui.words import speaker

pytestmark = pytest.mark.browser

INSTALLED = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
AXE = Path(os.environ.get("FOOTNOTE_AXE") or INSTALLED)
MILL = "What does the mill at Orbais grind?"
HOLIDAY = "How many days is the annual holiday at Orbais?"
SERIOUS = """async () => (await axe.run({ resultTypes: ["violations"] })).violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.target.join(" ")}`))"""


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("axe")
    docs = write_files(
        folder / "docs", mill="The mill at Orbais grinds rye.",
        one="Published 3 March 2021\n\nThe annual holiday at Orbais is 25 days.",
        two="Published 5 May 2022\n\nThe annual holiday at Orbais is 30 days.",
    )  # fmt: skip
    (docs / "odd.txt").write_bytes(bytes(range(256)) * 9)
    made = make_library(folder / ".footnote" / "own", docs)
    made.add(write_files(made.path / "documents", lamp="The lamp is oiled on Mondays."))
    made.sync()
    yield made
    made.close()


def disagreement(library, language):
    """An answer in which two documents disagree, as the page draws it."""
    answer = library.ask(HOLIDAY)
    found = answer.prompt.evidence
    cited = tuple(cite(found, n) for n in range(len(found)) if " days" in found[n].text)
    assert len(cited) == 2
    return draw_answer(replace(answer, outcome="conflict", citations=cited), speaker(language), final=True)


def states(page, library):
    """Bring the page from one state to the next; yield the name of each."""
    yield "start"
    ask(page, MILL)
    wait_final(page, MILL)
    page.click(f"{LAST} .fn-how summary")
    yield "answer"
    page.click(f"{LAST} .fn-quote")
    marked(page)
    yield "source"
    page.keyboard.press("Escape")
    ask(page, "Zxqv wpqr?")
    wait_final(page, "Zxqv wpqr?")
    yield "silence"
    drawn = disagreement(library, page.evaluate("footnote.chosen.language"))
    page.evaluate("([place, html]) => { document.querySelector(place).innerHTML = html }", [f"{LAST} .fn-drawn", drawn])
    yield "disagreement"
    for dialog, shown in (
        ("documents", ".fn-verdicts td"), ("settings", "#fn-models input"), ("library", "#fn-make"),
        ("evaluation", "#fn-d-evaluation"), ("judging", "#fn-judge"), ("keys", "#fn-d-keys"),
    ):  # fmt: skip
        page.evaluate("name => footnote.openDialog(name)", dialog)
        page.wait_for_selector(f"{shown} >> visible=true")
        yield dialog
        page.keyboard.press("Escape")


@pytest.mark.parametrize(
    ("look", "options"),
    [({}, {}), ({"theme": "dark"}, {}), ({"language": "he"}, {}), ({}, {"viewport": {"width": 390, "height": 844}})],
    ids=["light", "dark", "Hebrew", "phone"],
)
def test_no_state_of_the_page_has_a_serious_finding(library, visit, look, options):
    if not AXE.is_file():
        pytest.skip(f"There is no {AXE}. Install it: npm install axe-core, or name axe.min.js in FOOTNOTE_AXE")
    with served(library) as address:
        page = visit(address, reduced_motion="reduce", **options)
        page.evaluate("look => footnote.write('settings', { ...footnote.chosen, ...look })", look)
        page.reload()
        page.wait_for_selector("html[data-fn-ready]", state="attached")
        page.evaluate(AXE.read_text("utf-8"))
        found = {f"{state}: {finding}" for state in states(page, library) for finding in page.evaluate(SERIOUS)}
        assert found == set()
        page.evaluate("document.querySelector('#fn-send').textContent = ''")
        assert page.evaluate(SERIOUS) == ["button-name: #fn-send"], "axe-core saw nothing of the page"
