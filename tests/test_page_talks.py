"""Conversations on the page: one in two tabs, one that is opened while it answers, a turn that is asked anew."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import ANSWER, LAST, ask, wait_final
from fakes import SlowModel, library_of
from serving import served

pytestmark = pytest.mark.browser

MILL = "What does the mill at Orbais grind?"
FERRY = "Who steers the ferry at Dormans?"
WHEEL = "When was the wheel at Orbais replaced?"
DOCS = {
    "mill": "The mill at Orbais grinds rye. Its wheel at Orbais was replaced in 1951.",
    "ferry": "The ferry at Dormans is steered by Odile Marchal.",
}
QUESTIONS = "() => [...document.querySelectorAll('.fn-turn h2')].map(one => one.innerText)"
ALL_ANSWERED = "n => document.querySelectorAll('.fn-turn .fn-actions [data-act=retry]').length === n"

TWO_ON_DISK = """async () => {
    const [{ id }] = (await (await fetch('talks')).json()).kept;
    return (await (await fetch(`talks/${id}`)).json()).turns.length === 2;
}"""


@pytest.fixture
def library(tmp_path):
    with library_of(tmp_path, **DOCS) as made:
        yield made


@pytest.fixture
def growing(tmp_path, visit):
    """A page whose first answer is half written, and the model that goes on when it is let."""
    model = SlowModel("The mill at Orbais grinds rye.", "It was replaced in 1951.")
    with library_of(tmp_path, model=model, **DOCS) as library, served(library) as address:
        page = visit(address)
        ask(page, MILL)
        page.wait_for_selector(f"{ANSWER}[data-state=growing] .fn-text .fn-chip")
        yield page, model


@pytest.fixture
def two(library, visit):
    """Two tabs on one conversation, in which one question is answered."""
    with served(library) as address:
        one = visit(address)
        ask(one, MILL)
        wait_final(one, MILL)
        other = visit(address, context=one.context)
        other.click(".fn-talk-name")
        wait_final(other, MILL)
        yield one, other


def test_what_two_tabs_ask_in_one_conversation_stays_and_stands_in_both(two):
    one, other = two
    ask(one, FERRY)
    wait_final(one, FERRY)
    ask(other, WHEEL)
    wait_final(other, WHEEL)
    for page in two:
        page.wait_for_function(ALL_ANSWERED, arg=3)
        assert page.evaluate(QUESTIONS) == [MILL, FERRY, WHEEL]
        assert "Odile Marchal" in page.inner_text("#fn-turns")
    one.click(f"{LAST} [data-act=right]")
    other.wait_for_selector(f"{LAST} .fn-actions >> text=Kept as right")
    for page in two:
        page.reload()
        page.wait_for_function(ALL_ANSWERED, arg=3)
        assert page.evaluate(QUESTIONS) == [MILL, FERRY, WHEEL]


def test_two_tabs_that_ask_at_once_lose_neither_question(two):
    one, other = two
    ask(one, FERRY)
    ask(other, WHEEL)
    for page in two:
        page.wait_for_function(ALL_ANSWERED, arg=3)
        page.reload()
        page.wait_for_function(ALL_ANSWERED, arg=3)
        assert sorted(page.evaluate(QUESTIONS)) == sorted([MILL, FERRY, WHEEL])
        assert "The connection was lost" not in page.inner_text("#fn-turns")


def test_what_a_tab_that_wrote_at_the_same_moment_did_not_know_is_written_again(two):
    one, other = two
    other.click("#fn-new")
    ask(one, FERRY)
    wait_final(one, FERRY)
    kept = "JSON.parse(localStorage[Object.keys(localStorage).find(key => key.startsWith('footnote.talk.'))]).turns"
    other.wait_for_function(f"() => {kept}.length === 2 && {kept}[1].outcome")
    other.evaluate(
        "() => { const key = Object.keys(localStorage).find(key => key.startsWith('footnote.talk.'));"
        " const talk = JSON.parse(localStorage[key]); talk.turns.pop(); localStorage[key] = JSON.stringify(talk) }"
    )
    other.wait_for_function(f"() => {kept}.length === 2")


def test_a_conversation_that_was_kept_before_turns_had_names_goes_on_in_two_tabs(two):
    one, other = two
    address = other.url
    other.goto("about:blank")  # it would write again what it knows
    one.evaluate(
        "() => { const key = Object.keys(localStorage).find(key => key.startsWith('footnote.talk.'));"
        " const talk = JSON.parse(localStorage[key]);"
        " for (const turn of talk.turns) { delete turn.id; delete turn.when; } localStorage[key] = JSON.stringify(talk) }"
    )
    for n, (page, question) in enumerate([(one, FERRY), (other, WHEEL)], 1):
        page.goto(address)
        page.wait_for_function(ALL_ANSWERED, arg=n)
        ask(page, question)
        wait_final(page, question)
    one.wait_for_function(ALL_ANSWERED, arg=3)
    assert one.evaluate(QUESTIONS) == [MILL, FERRY, WHEEL]


@pytest.fixture
def apart(library, visit):
    """Two browsers that keep conversations on disk, on one in which one question is answered."""
    with served(library) as address:
        pages = [visit(address), visit(address)]
        for page in pages:
            page.click("[data-dialog=settings]")
            page.check("#fn-settings [name=talks][value=disk]")
            page.keyboard.press("Escape")
        one, other = pages
        ask(one, MILL)
        wait_final(one, MILL)
        one.wait_for_function("async () => (await (await fetch('talks')).json()).kept.length === 1")
        other.reload()
        other.click(".fn-talk-name")
        wait_final(other, MILL)
        yield one, other


def come_back(page):
    page.evaluate("dispatchEvent(new Event('focus'))")


def test_what_two_browsers_ask_in_one_conversation_on_disk_stays_and_stands_in_both(apart):
    one, other = apart
    ask(one, FERRY)
    wait_final(one, FERRY)
    ask(other, WHEEL)
    wait_final(other, WHEEL)
    other.wait_for_function(ALL_ANSWERED, arg=3)
    assert other.evaluate(QUESTIONS) == [MILL, FERRY, WHEEL]
    come_back(one)
    one.wait_for_function(ALL_ANSWERED, arg=3)
    assert one.evaluate(QUESTIONS) == [MILL, FERRY, WHEEL]
    for page in apart:
        page.reload()
        page.wait_for_function(ALL_ANSWERED, arg=3)
        assert page.evaluate(QUESTIONS) == [MILL, FERRY, WHEEL]


def test_two_browsers_that_ask_at_once_lose_neither_question(apart):
    one, other = apart
    ask(one, FERRY)
    ask(other, WHEEL)
    for page in apart:
        page.wait_for_selector(f"{LAST} .fn-actions [data-act=retry]")
    for page in apart:
        page.reload()
        page.wait_for_function(ALL_ANSWERED, arg=3)
        assert sorted(page.evaluate(QUESTIONS)) == sorted([MILL, FERRY, WHEEL])


def test_what_another_browser_is_answering_is_said_and_comes_by_itself(apart):
    one, other = apart
    held = []
    other.route("**/ask", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks it
    ask(other, WHEEL)
    one.wait_for_function(TWO_ON_DISK)
    ask(one, FERRY)
    one.wait_for_function(ALL_ANSWERED, arg=2)
    one.wait_for_selector(".fn-drawn >> text=in another window")
    held[0].continue_()
    one.wait_for_function(ALL_ANSWERED, arg=3)
    assert one.evaluate(QUESTIONS) == [MILL, WHEEL, FERRY]
    assert "1951" in one.inner_text("#fn-turns")
    assert "in another window" not in one.inner_text("#fn-turns")


def test_an_answer_that_another_browser_never_gets_is_given_up(apart):
    one, other = apart
    other.route("**/ask", lambda route: None)
    ask(other, WHEEL)
    one.wait_for_function(TWO_ON_DISK)
    ask(one, FERRY)
    one.wait_for_selector(".fn-drawn >> text=in another window")
    one.wait_for_function(ALL_ANSWERED, arg=2)
    one.clock.install()
    one.clock.fast_forward(10 * 60_000)
    one.wait_for_selector(".fn-answer[data-state=error]")


def test_a_name_that_another_browser_gave_is_not_taken_back(apart):
    one, other = apart
    one.on("dialog", lambda dialog: dialog.accept("Mills"))
    one.click(".fn-more summary")
    one.click(".fn-more button >> nth=0")
    one.wait_for_selector(".fn-talk-name >> text=Mills")
    ask(other, FERRY)
    wait_final(other, FERRY)
    other.wait_for_selector(".fn-talk-name >> text=Mills")


def test_a_menu_that_is_open_stays_so_when_another_browser_changes_the_list(apart):
    one, other = apart
    one.click(".fn-more summary")
    other.click("#fn-new")
    ask(other, WHEEL)
    wait_final(other, WHEEL)
    one.wait_for_function("async () => (await (await fetch('talks')).json()).kept.length === 2")
    come_back(one)
    one.wait_for_selector(f".fn-talk-name >> text={WHEEL}")
    one.on("dialog", lambda dialog: dialog.accept("Mills"))
    one.click("li:has([aria-current]) .fn-more[open] button >> nth=0", timeout=5000)
    one.wait_for_selector(".fn-talk-name[aria-current] >> text=Mills")


def test_a_conversation_that_was_deleted_in_one_browser_is_so_in_the_other(apart):
    one, other = apart
    other.click("#fn-new")
    one.on("dialog", lambda dialog: dialog.accept())
    one.click(".fn-more summary")
    one.click(".fn-more button >> nth=2")
    one.wait_for_function("async () => 'deleted' in (await (await fetch('talks')).json())"
                          " && !(await (await fetch('talks')).json()).kept.length")  # fmt: skip
    come_back(other)
    other.wait_for_selector(".fn-talk-name", state="detached")


def test_a_deleted_conversation_with_which_another_browser_goes_on_stays_in_that_one_only(apart, library):
    one, other = apart
    one.on("dialog", lambda dialog: dialog.accept())
    one.click(".fn-more summary")
    one.click(".fn-more button >> nth=2")
    one.wait_for_function("async () => !(await (await fetch('talks')).json()).kept.length")
    ask(other, FERRY)
    wait_final(other, FERRY)
    other.wait_for_selector("#fn-kept-said >> text=deleted on disk by another browser")
    come_back(one)
    assert not list((library.path / "conversations").glob("*.json"))
    assert one.query_selector(".fn-talk-name") is None
    other.reload()
    other.wait_for_function(ALL_ANSWERED, arg=2)
    assert other.evaluate(QUESTIONS) == [MILL, FERRY]


def test_the_open_conversation_is_clicked_while_it_answers_and_goes_on(growing):
    page, model = growing
    page.click(".fn-talk-name")
    page.wait_for_timeout(500)
    assert "The connection was lost" not in page.inner_text(LAST)
    model.go_on.set()
    wait_final(page, MILL)
    assert page.get_attribute(ANSWER, "data-state") == "answered"
    assert page.is_visible("#fn-send")


def test_a_conversation_that_is_left_and_opened_again_while_it_stops_shows_what_came(growing):
    page, _ = growing
    page.evaluate("document.querySelector('#fn-new').click(); document.querySelector('.fn-talk-name').click()")
    wait_final(page, MILL)
    assert page.get_attribute(ANSWER, "data-state") == "stopped"
    assert page.is_visible("#fn-send")


def suggesting(route):
    question = parse_qs(urlsplit(route.request.url).query)["question"][0]
    route.fulfill(body=json.dumps([f"{question} One.", f"{question} Two."]), content_type="application/json")


def test_what_is_suggested_belongs_to_the_question_as_it_is_now_and_stands_above_the_box(library, visit):
    with served(library) as address:
        page = visit(address, viewport={"width": 900, "height": 560})
        page.route("**/suggest?*", suggesting)
        ask(page, "Zxqv?")
        page.wait_for_selector(f"{LAST} .fn-suggest >> text=Zxqv? Two.")
        page.click(f"{LAST} [data-act=edit]")
        page.fill(f"{LAST} .fn-edit textarea", "Wpqr?")
        page.press(f"{LAST} .fn-edit textarea", "Enter")
        page.wait_for_selector(f"{LAST} .fn-suggest >> text=Wpqr? Two.")
        assert "Zxqv" not in page.inner_text(f"{LAST} .fn-suggest")
        last, box = (
            page.evaluate("s => { const r = [...document.querySelectorAll(s)].at(-1).getBoundingClientRect();"
                          " return [r.top, r.bottom] }", part)
            for part in (".fn-suggest button", "#fn-ask")
        )  # fmt: skip
        assert last[1] <= box[0]


def test_what_was_stopped_before_anything_was_found_is_not_judged(library, visit):
    with served(library) as address:
        page = visit(address)
        line = {"html": "<article class='fn-answer'>Stopped.</article>", "outcome": "stopped", "text": "", "plain": ""}
        page.route("**/ask", lambda route: route.fulfill(body=json.dumps(line) + "\n"))
        ask(page, MILL)
        wait_final(page, MILL)
        acts = page.eval_on_selector_all(f"{LAST} .fn-actions button", "all => all.map(one => one.dataset.act)")
        assert acts == ["retry", "edit"]
        page.unroute("**/ask")
        page.click(f"{LAST} [data-act=retry]")
        page.wait_for_selector(f"{LAST} [data-act=wrong]")


def test_what_is_suggested_leaves_the_beginning_of_its_answer_in_view(library, visit):
    with served(library) as address:
        page = visit(address, viewport={"width": 390, "height": 400})
        many = json.dumps([f"Long question {n}?" for n in range(12)])
        page.route("**/suggest?*", lambda route: route.fulfill(body=many))
        ask(page, "Zxqv wpqr?")
        page.wait_for_selector(f"{LAST} .fn-suggest >> text=Long question 11?")
        page.wait_for_timeout(100)
        bar, short = (
            page.evaluate("s => (r => [r.top, r.bottom])(document.querySelector(s).getBoundingClientRect())", part)
            for part in ("#fn-bar", f"{LAST} .fn-short")
        )
        assert bar[1] <= short[0] <= 400


def test_an_answer_that_failed_when_asked_anew_leaves_nothing_of_the_old_one_to_copy(library, visit):
    with served(library) as address:
        page = visit(address)
        ask(page, MILL)
        wait_final(page, MILL)
        page.route("**/ask", lambda route: route.abort())
        page.click(f"{LAST} [data-act=retry]")
        page.wait_for_selector(f"{ANSWER}[data-state=error]")
        page.wait_for_selector(f"{LAST} [data-act=retry]")
        assert page.query_selector(f"{LAST} [data-act=copy]") is None
