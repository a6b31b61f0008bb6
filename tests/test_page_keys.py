"""The page without a mouse: where the keys lead, where the focus is when what had it is gone, a phone's menu."""

import json

import pytest
from browsing import LAST, ask, wait_final
from fakes import library_of, write_files
from serving import served

pytestmark = pytest.mark.browser

MILL = "What does the mill at Orbais grind?"
FOCUS = "() => { const one = document.activeElement; return one.id || one.className || one.tagName }"


@pytest.fixture
def library(tmp_path):
    with library_of(tmp_path, mill="The mill at Orbais grinds rye. Its wheel was replaced in 1951.") as made:
        notes = {f"note{n:02}": f"Note {n} of the harbour." for n in range(40)}
        made.add(write_files(made.path / "documents", **notes))
        made.sync()
        yield made


def test_the_keys_open_the_source_of_the_last_answer(library, visit):
    with served(library) as address:
        page = visit(address)
        ask(page, MILL)
        wait_final(page, MILL)
        page.keyboard.press("Escape")
        page.keyboard.press("]")
        page.wait_for_selector("#fn-source:visible #fn-mark")
        assert "Orbais" in page.inner_text("#fn-mark")
        page.keyboard.press("Escape")
        again = "What is note 7 of the harbour?"
        ask(page, again)
        wait_final(page, again)
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("o")
        page.wait_for_function("() => document.querySelector('#fn-mark')?.innerText.includes('harbour')")


def test_esc_leads_out_of_the_empty_box_and_the_keys_work_there(library, visit):
    with served(library) as address:
        page = visit(address)
        ask(page, MILL)
        wait_final(page, MILL)
        page.keyboard.type("Draft")
        page.keyboard.press("Escape")
        assert page.evaluate(FOCUS) != "fn-drawn", "what is typed is not left"
        page.fill("#fn-box textarea", "")
        page.keyboard.press("Escape")
        assert page.evaluate(FOCUS) == "fn-drawn"
        page.keyboard.press("]")
        page.wait_for_selector("#fn-source:visible #fn-mark")
        assert page.input_value("#fn-box textarea") == ""
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert "leave the empty box" in page.inner_text("#fn-d-keys")
        page.keyboard.press("Escape")
        page.focus(".fn-talk-name ~ .fn-more summary")
        page.keyboard.press("Enter")
        assert page.query_selector(".fn-more[open]")
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        assert page.query_selector(".fn-more[open]") is None
        assert page.evaluate("document.activeElement.ariaLabel") == f"More: {MILL}"


def test_the_list_of_documents_is_one_stop_and_the_arrows_go_through_it(library, visit):
    name = "document.activeElement.textContent"
    with served(library) as address:
        page = visit(address)
        page.wait_for_selector("#fn-find-side:visible")
        page.focus("#fn-find-side input")
        page.keyboard.press("Tab")
        names = page.eval_on_selector_all(".fn-files .fn-open", "all => all.map(one => one.textContent)")
        assert len(names) == 41
        seen = [page.evaluate(name)]
        for key in ("ArrowDown", "ArrowDown", "ArrowUp", "End", "ArrowDown", "Home", "ArrowUp", "ArrowDown"):
            page.keyboard.press(key)
            seen.append(page.evaluate(name))
        assert seen == [names[n] for n in (0, 1, 2, 1, 40, 40, 0, 0, 1)]
        page.evaluate("footnote.refreshDocuments()")
        page.wait_for_timeout(500)
        assert page.evaluate(name) == names[1]
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.dialog") == "documents"
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(name) == names[1]
        page.keyboard.press("Enter")
        page.wait_for_selector("#fn-source:visible #fn-close")
        page.keyboard.press("Escape")
        assert page.evaluate(name) == names[1]


def test_esc_empties_a_search_first_and_ends_nothing_else(library, visit):
    with served(library) as address:
        page = visit(address)
        page.click(".fn-files .fn-open >> nth=0")
        page.wait_for_selector("#fn-source:visible #fn-close")
        page.fill("#fn-find-side input", "note3")
        page.wait_for_function("() => document.querySelectorAll('.fn-files li').length === 10")
        page.keyboard.press("Escape")
        page.wait_for_function("() => document.querySelectorAll('.fn-files li').length === 41")
        assert page.is_visible("#fn-source")
        page.keyboard.press("Escape")
        assert page.is_hidden("#fn-source")
        page.click("#fn-side [data-dialog=documents]")
        page.fill("#fn-find", "note3")
        page.keyboard.press("Escape")
        page.wait_for_function("() => document.querySelectorAll('.fn-files li').length === 41")
        assert page.is_visible("#fn-d-documents")
        page.keyboard.press("Escape")
        assert page.is_hidden("#fn-d-documents")


def test_the_focus_is_never_lost_with_what_had_it(library, visit):
    with served(library) as address:
        page = visit(address)
        ask(page, MILL)
        wait_final(page, MILL)
        for act in ("right", "retry", "wrong"):
            page.focus(f"{LAST} [data-act={act}]")
            page.keyboard.press("Enter")
            if act == "wrong":
                page.wait_for_selector("#fn-d-judging[open]")
                page.fill("#fn-judge [name=reason]", "Too long.")
                page.focus("#fn-judge [type=submit]")
                page.keyboard.press("Enter")
                page.wait_for_selector("#fn-d-judging", state="hidden")
            if act != "retry":
                page.wait_for_selector(f"{LAST} [data-act={act}]", state="detached")
            assert page.evaluate(FOCUS) != "BODY", act
            page.wait_for_function("() => !footnote.busy()")
            page.wait_for_selector(f"{LAST} [data-act=retry]")
            assert page.evaluate(FOCUS) != "BODY", act
        page.focus(".fn-talk-name")
        page.keyboard.press("Enter")
        page.click("#fn-side [data-dialog=documents]")
        page.wait_for_selector(".fn-verdicts .fn-remove")
        label = "() => document.activeElement.ariaLabel"
        page.focus(".fn-verdicts [aria-label='Remove note05.txt']")
        page.keyboard.press("Enter")
        page.wait_for_selector(".fn-verdicts [aria-label='Remove note05.txt']", state="detached")
        assert page.evaluate(label) == "Remove note06.txt"
        page.route("**/documents/progress*", lambda route: route.fulfill(json=going, headers={}))
        going = {"running": True, "done": 1, "total": 2, "said": "Going on."}
        page.focus("#fn-sync")
        page.keyboard.press("Enter")
        page.wait_for_selector("#fn-said >> text=Going on.")
        assert page.evaluate(FOCUS) == "fn-halt"
        going["running"] = False
        page.wait_for_selector("#fn-sync:visible")
        assert page.evaluate(FOCUS) == "fn-sync"


def test_the_menu_of_a_phone_is_told_entered_and_left(library, visit):
    with served(library) as address:
        page = visit(address, viewport={"width": 390, "height": 844})
        expanded = "() => document.querySelector('#fn-menu').getAttribute('aria-expanded')"
        assert page.evaluate(expanded) == "false"
        page.focus("#fn-menu")
        page.keyboard.press("Enter")
        assert page.evaluate(expanded) == "true"
        assert page.evaluate(FOCUS) == "fn-side"
        for _ in range(60):
            page.keyboard.press("Tab")
            assert page.evaluate("!document.activeElement.closest('#fn-talk')")
        page.keyboard.press("Escape")
        assert page.is_hidden("#fn-side")
        assert (page.evaluate(expanded), page.evaluate(FOCUS)) == ("false", "fn-menu")
        page.keyboard.press("Enter")
        page.mouse.click(380, 400)
        assert (page.evaluate(expanded), page.evaluate(FOCUS)) == ("false", "fn-menu")
        page.keyboard.press("Enter")
        page.click("#fn-side [data-dialog=keys]")
        page.keyboard.press("Escape")
        assert page.evaluate(FOCUS) == "fn-menu"
        page.keyboard.press("Enter")
        page.set_viewport_size({"width": 1300, "height": 844})
        page.wait_for_function("() => !document.querySelector('#fn-talk').inert")


@pytest.mark.parametrize("language", ["en", "es", "he"])
def test_the_empty_box_is_one_line_high_on_a_phone(library, visit, language):
    with served(library) as address:
        page = visit(address, viewport={"width": 360, "height": 740})
        page.evaluate("chosen => localStorage.setItem('footnote.settings', chosen)", json.dumps({"language": language}))
        page.reload()
        page.wait_for_selector(f"html[data-fn-ready][lang={language}]", state="attached")
        question = "Mill?"
        ask(page, question)
        wait_final(page, question)
        assert page.evaluate("document.querySelector('#fn-box textarea').offsetHeight") <= 48
        top, bar = (
            page.evaluate("s => document.querySelector(s).getBoundingClientRect()", part)
            for part in (f"{LAST} h2", "#fn-bar")
        )
        assert top["top"] >= bar["bottom"]


def test_back_closes_the_source_on_a_phone_and_leaves_the_page_where_it_was(library, visit):
    with served(library) as address:
        page = visit(address, viewport={"width": 390, "height": 844})
        ask(page, MILL)
        wait_final(page, MILL)
        for leave in (page.go_back, lambda: page.click("#fn-close"), lambda: page.keyboard.press("Escape")):
            page.click(f"{LAST} .fn-quote")
            page.wait_for_selector("#fn-source:visible #fn-mark")
            leave()
            page.wait_for_selector("#fn-source", state="hidden")
            page.wait_for_function("() => !history.state?.fnSource")
        assert page.is_visible(f"{LAST} .fn-quote")
        page.click(f"{LAST} .fn-quote")
        page.click("#fn-only")
        page.wait_for_selector("#fn-only-note:visible")
        page.reload()
        page.wait_for_selector("#fn-only-note:visible")
        assert "mill" in page.inner_text("#fn-only-note")
        page.click("#fn-only-note button")
        page.reload()
        page.wait_for_selector("html[data-fn-ready]", state="attached")
        assert page.is_hidden("#fn-only-note")
