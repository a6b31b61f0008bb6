"""What people do with the page besides asking: documents, conversations, judging, two tabs, a server that goes."""

import json
import time
from dataclasses import replace

import httpx
import pytest
from browsing import ANSWER, LAST, ask, wait_final
from fakes import FakeModel, library_of, make_library, write_files
from serving import served
from test_ui_pages import pdf

from eval.question_set import read_questions
from rag.answering.model_file import packaged_model
from rag.feedback import own_questions, read_feedback

pytestmark = pytest.mark.browser

MILL = "What does the mill at Orbais grind?"
FERRY = "Who steers the ferry at Dormans?"


@pytest.fixture
def library(tmp_path):
    with library_of(tmp_path, mill="The mill at Orbais grinds rye. Its wheel was replaced in 1951.") as made:
        yield made


def test_a_file_is_added_asked_removed_and_no_longer_answers(library, visit, tmp_path):
    files = write_files(tmp_path / "new", ferry="The ferry at Dormans is steered by Odile Marchal.")
    (files / "odd.xyz").write_bytes(bytes(range(256)) * 9)
    with served(library) as address:
        page = visit(address)
        page.click("[data-dialog=documents]")
        page.set_input_files("#fn-files", [files / "ferry.txt", files / "odd.xyz"])
        page.wait_for_selector(".fn-verdicts tr[data-verdict=indexed] .fn-remove")
        assert len(page.inner_text(".fn-verdicts tr[data-verdict=refused] td:nth-child(2) .fn-reason")) > 20
        page.keyboard.press("Escape")
        ask(page, FERRY)
        assert "Odile Marchal" in wait_final(page, FERRY)
        page.click("[data-dialog=documents]")
        page.click(".fn-verdicts tr[data-verdict=indexed] .fn-remove")
        page.wait_for_selector(".fn-verdicts tr[data-verdict=indexed] .fn-remove", state="detached")
        page.keyboard.press("Escape")
        ask(page, FERRY)
        page.wait_for_function("() => document.querySelectorAll('.fn-turn').length === 2")
        wait_final(page, FERRY)
        assert "Odile Marchal" not in page.inner_text(ANSWER)
        assert len(library.documents()) == 1


def test_conversations_outlive_a_reload_and_are_renamed_exported_and_deleted(library, visit):
    with served(library) as address:
        page = visit(address)
        page.on("dialog", lambda dialog: dialog.accept("Mills"))
        ask(page, MILL)
        said = wait_final(page, MILL)
        page.click(f"{LAST} [data-act=edit]")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.dataset.act") == "edit"
        page.keyboard.press("Enter")
        page.fill(f"{LAST} .fn-edit textarea", "When was the wheel at Orbais replaced?")
        page.press(f"{LAST} .fn-edit textarea", "Enter")
        assert "1951" in wait_final(page, "When was the wheel at Orbais replaced?")
        page.reload()
        assert "1951" in wait_final(page, "When was the wheel at Orbais replaced?") != said
        page.click(".fn-more summary")
        page.click(".fn-more button >> nth=0")
        page.wait_for_function("() => document.querySelector('.fn-talk-name').innerText === 'Mills'")
        page.click(".fn-more summary")
        with page.expect_download() as saved:
            page.click(".fn-more button >> nth=1")
        assert saved.value.suggested_filename == "Mills.md"
        written = saved.value.path().read_text("utf-8")
        assert written.startswith("## When was the wheel at Orbais replaced?")
        assert "[^1-1]: “Its wheel was replaced in 1951.”" in written
        page.click(".fn-more summary")
        page.click(".fn-more button >> nth=2")
        page.wait_for_selector(".fn-talk-name", state="detached")
        assert page.is_visible("#fn-welcome")


def test_a_conversation_without_room_costs_no_other_one_and_says_so(library, visit):
    with served(library) as address:
        page = visit(address)
        page.on("dialog", lambda dialog: dialog.accept())
        ask(page, MILL)
        wait_final(page, MILL)
        page.click("#fn-new")
        page.evaluate(
            "localStorage.setItem('filler', 'x'.repeat(5_150_000)); localStorage.setItem('more', 'y'.repeat(60_000))"
        )
        ask(page, FERRY)
        wait_final(page, FERRY)
        page.evaluate("footnote.talk().turns[0].text += 'z'.repeat(100_000); footnote.keepTalk()")
        page.wait_for_selector("#fn-kept-said >> text=no room for this conversation")
        names = page.eval_on_selector_all(".fn-talk-name", "all => all.map(one => one.innerText)")
        assert names == [FERRY, MILL]
        page.evaluate("localStorage.removeItem('filler'); footnote.keepTalk()")
        assert page.is_hidden("#fn-kept-said")
        page.click(".fn-talk-name >> nth=1")
        assert "rye" in wait_final(page, MILL)
        page.click(".fn-talk-name >> nth=0")
        wait_final(page, FERRY)


def test_conversations_are_kept_on_disk_only_when_asked_and_nothing_live_comes_back(library, visit):
    folder = library.path / "conversations"
    with served(library) as address:
        page = visit(address)
        page.on("dialog", lambda dialog: dialog.accept("Mills"))
        ask(page, MILL)
        wait_final(page, MILL)
        assert not folder.exists()
        page.click("[data-dialog=settings]")
        page.check("#fn-settings [name=talks][value=disk]")
        page.keyboard.press("Escape")
        wait_for(lambda: len(list(folder.glob("*.json"))) == 1)
        (path,) = folder.glob("*.json")
        kept = json.loads(path.read_text("utf-8"))
        kept["turns"][0]["html"] += "<img src=x onerror='window.hacked=1'><p onclick='window.hacked=1'>Added.</p>"
        path.write_text(json.dumps(kept), "utf-8")
        (folder / "torn1.json").write_text("{", "utf-8")

        other = visit(address)  # another browser, which has none of it
        assert other.query_selector(".fn-talk-name") is None
        other.click("[data-dialog=settings]")
        other.check("#fn-settings [name=talks][value=disk]")
        other.keyboard.press("Escape")
        other.click(".fn-talk-name")
        assert "rye" in wait_final(other, MILL)
        assert "Added." in other.inner_text(f"{LAST} .fn-drawn")
        assert other.query_selector(f"{LAST} img, {LAST} [onclick]") is None
        ask(other, FERRY)
        wait_final(other, FERRY)
        wait_for(lambda: len(json.loads(path.read_text("utf-8"))["turns"]) == 2)

        page.reload()
        page.wait_for_selector(".fn-more summary")
        page.click(".fn-more summary")
        page.click(".fn-more button >> nth=0")
        wait_for(lambda: json.loads(path.read_text("utf-8"))["name"] == "Mills")
        page.click(".fn-more summary")
        page.click(".fn-more button >> nth=2")
        wait_for(lambda: not path.exists())
        page.wait_for_selector(".fn-talk-name", state="detached")


def wait_for(holds):
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("It did not come to be.")


def test_another_library_is_one_link_away_and_answers_from_its_own_documents(library, visit, tmp_path):
    home = tmp_path / ".footnote"
    docs = write_files(tmp_path / "ferry", ferry="The ferry at Dormans is steered by Odile Marchal.")
    make_library(home / "Ferry & <b>é", docs).close()
    library.path, library.name = home / "own", "own"
    (home / "own").mkdir()
    with served(library) as address:
        page = visit(address)
        page.click("#fn-library summary")
        assert page.inner_text("#fn-library a bdi") == "Ferry & <b>é"
        page.click("#fn-library a")
        page.wait_for_selector("html[data-fn-ready]", state="attached")
        assert "/library/Ferry" in page.url
        page.wait_for_selector("#fn-library summary >> text=Ferry")
        page.click("[data-dialog=documents]")
        page.wait_for_selector(".fn-followed code")
        assert page.inner_text(".fn-followed code") == str(docs)
        page.keyboard.press("Escape")
        page.click("#fn-library summary")
        page.click("#fn-library a")
        page.wait_for_selector("#fn-library summary >> text=own")
        ask(page, MILL)
        assert "rye" in wait_final(page, MILL)
        for name in ("%2e%2e", "none", "own"):
            assert httpx.get(f"{address}/library/{name}/").status_code == 404


def test_a_new_library_is_made_named_filled_and_asked(visit, tmp_path, monkeypatch):
    def open_fake(source=None, *, at, settings):
        return make_library(at, source, settings=settings)

    monkeypatch.setattr("ui.new_library.open_library", open_fake)
    monkeypatch.setattr("ui.libraries.open_library", open_fake)
    home, ferry = (
        tmp_path / ".footnote",
        write_files(tmp_path / "ferry", ferry="Odile Marchal steers the ferry at Dormans."),
    )
    own = make_library(
        home / "own", write_files(tmp_path / "docs", mill="The mill at Orbais grinds rye.", pond="A pond.")
    )
    own.sync()
    with served(own) as address:
        page = visit(address)
        page.click("#fn-library summary")
        assert page.inner_text("#fn-library [aria-current] .fn-count").split()[0] == "2"
        page.click("#fn-library [data-dialog=library]")
        page.fill("#fn-make [name=name]", "own")
        page.press("#fn-make [name=name]", "Enter")
        page.wait_for_function("() => document.querySelector('#fn-make-said').innerText.includes('already')")
        page.fill("#fn-make [name=name]", "Bücher & <b>")
        page.fill("#fn-make [name=folder]", str(tmp_path / "nowhere"))
        page.click("#fn-make button")
        page.wait_for_function("() => document.querySelector('#fn-make-said').innerText.includes('slashes')")
        page.fill("#fn-make [name=name]", "Bücher & %41")
        page.click("#fn-make button")
        page.wait_for_function("() => document.querySelector('#fn-make-said').innerText.includes('no file or folder')")
        assert not (home / "Bücher & %41").exists()
        page.fill("#fn-make [name=folder]", str(ferry))
        page.click("#fn-make button")
        page.wait_for_selector("#fn-library summary >> text=Bücher & %41")
        page.wait_for_selector(".fn-files .fn-open >> text=ferry")
        ask(page, FERRY)
        assert "Odile Marchal" in wait_final(page, FERRY)
        page.click("#fn-library summary")
        page.wait_for_function(
            "() => document.querySelector('#fn-library [aria-current] .fn-count')?.innerText.startsWith('1')"
        )
        page.click("#fn-library [data-dialog=library]")
        page.fill("#fn-make [name=name]", "empty")
        page.press("#fn-make [name=name]", "Enter")
        page.wait_for_selector("#fn-library summary >> text=empty")
        page.wait_for_selector("#fn-begin:visible")
        assert page.url.endswith("/library/empty/")
    own.close()


def test_two_tabs_keep_their_own_conversations_and_see_both(library, visit):
    with served(library) as address:
        one = visit(address)
        two = visit(address, context=one.context)
        ask(one, MILL)
        ask(two, FERRY)
        assert "rye" in wait_final(one, MILL)
        wait_final(two, FERRY)
        for page in (one, two):
            page.wait_for_function("() => document.querySelectorAll('.fn-talk-name').length === 2")
            assert len(page.query_selector_all(".fn-turn")) == 1


def test_a_wrong_answer_becomes_a_question_that_the_evaluation_reads(library, visit):
    with served(library) as address:
        page = visit(address)
        ask(page, MILL)
        wait_final(page, MILL)
        page.click(f"{LAST} [data-act=wrong]")
        page.fill("#fn-judge [name=right_answer]", "barley")
        page.click("#fn-judge [type=submit]")
        page.wait_for_function("() => document.querySelector('#fn-judge-said').innerText.includes('no document')")
        page.fill("#fn-judge [name=right_answer]", "rye")
        page.fill("#fn-judge [name=reason]", "too long")
        page.click("#fn-judge [type=submit]")
        page.wait_for_selector("#fn-d-judging", state="hidden")
        assert "Kept as not right" in page.inner_text(f"{LAST} .fn-actions")
    (question,) = read_questions(own_questions(library.path))
    assert (question.question, question.answers, question.kind) == (MILL, (("rye",),), "fact")
    assert "grinds rye" in question.quotes[0].text
    assert [row[0] for row in read_feedback(library.path)] == [MILL]
    rows = [json.loads(line) for line in (library.path / "feedback.jsonl").read_text("utf-8").splitlines()]
    assert rows[-1]["reason"] == "too long"


def test_an_open_page_goes_on_after_its_server_was_started_again(library, visit):
    with served(library) as address:
        page = visit(address)
        ask(page, MILL)
        wait_final(page, MILL)
        port = int(address.rsplit(":", 1)[1])
    ask(page, FERRY)
    assert "footnote chat" in wait_final(page, FERRY)
    with served(library, port=port):
        page.click(f"{LAST} [data-act=retry]")
        page.wait_for_function(f"() => !document.querySelector('{ANSWER}[data-state=error]')")
        wait_final(page, FERRY)
        assert "grinds rye" in page.inner_text("#fn-turns")


def test_the_page_speaks_other_languages_and_mirrors_itself(library, visit):
    with served(library) as address:
        page = visit(address)
        page.click("[data-dialog=settings]")
        page.check("#fn-settings [name=language][value=he]")
        page.check("#fn-settings [name=size][value=large]")
        page.keyboard.press("Escape")
        assert page.evaluate("document.querySelector('#fn-side').getBoundingClientRect().right === innerWidth")
        page.reload()
        page.wait_for_selector("html[data-fn-ready][dir=rtl][data-fn-size=large]", state="attached")
        assert page.inner_text("#fn-send") == "לשאול"
        direction = "getComputedStyle(document.querySelector('#fn-box textarea')).direction"
        assert page.evaluate(direction) == "rtl"
        page.fill("#fn-box textarea", "Why?")
        assert page.evaluate(direction) == "ltr"
        ask(page, "Zxqv?")
        assert "המסמכים אינם אומרים." in wait_final(page, "Zxqv?")


def test_a_connection_that_is_lost_keeps_what_came(library, visit):
    with served(library) as address:
        page = visit(address)
        line = (
            json.dumps(
                {
                    "html": '<article class="fn-answer" data-state="growing"><p>Rye.</p><p class="fn-note">Writing …</p></article>'
                }
            )
            + "\n"
        )
        page.route("**/ask", lambda route: route.fulfill(body=line, content_type="application/x-ndjson"))
        ask(page, MILL)
        wait_final(page, MILL)
        assert "Rye." in page.inner_text(f"{LAST} .fn-drawn")
        assert "Writing" not in page.inner_text(f"{LAST} .fn-drawn")
        assert "The connection was lost" in page.inner_text(f"{LAST} .fn-drawn")
        page.unroute("**/ask")
        page.click(f"{LAST} [data-act=retry]")
        page.wait_for_selector(f"{ANSWER}[data-state=quoted]")


def test_a_pdf_opens_at_the_picture_of_its_page(library, visit, tmp_path):
    pytest.importorskip("pypdfium2")
    path = tmp_path / "mill.pdf"
    path.write_bytes(pdf(["Rivers."], ["."] * 20 + ["The mill at Orbais", "grinds rye."]))
    of_text = library.document
    library.document = lambda doc_id: replace(of_text(doc_id), path=str(path), media_type="application/pdf")
    with served(library) as address:
        page = visit(address)
        ask(page, MILL)
        wait_final(page, MILL)
        page.click(f"{LAST} .fn-quote")
        page.wait_for_selector("#fn-page img")
        assert page.get_attribute("#fn-page img", "alt") == "Page 2, the quote marked"
        room = "document.querySelector('.fn-document')"
        assert page.evaluate(
            f"{room}.scrollTop > 0 && {room}.scrollTop < document.querySelector('#fn-page').offsetHeight"
        )


@pytest.mark.model
def test_strictness_and_length_change_how_the_engine_answers(engine, visit):
    with served(engine) as address:
        page = visit(address)
        page.set_default_timeout(90_000)
        page.evaluate("Object.assign(footnote.chosen, {strictness: 'strict', length: 'quotes'})")
        ask(page, "What did Blinken say about the hostages?")
        least = f"from {(1 + engine.threshold) / 2:.0%} on"
        assert least in wait_final(page, "What did Blinken say about the hostages?")
        assert "Model: quotes" in page.text_content(f"{LAST} .fn-how")


@pytest.mark.model
def test_another_model_is_tried_out_and_chosen(engine, visit, tmp_path):
    path = tmp_path / "Mine <b>.gguf"
    path.symlink_to(packaged_model())
    with served(engine) as address:
        page = visit(address)
        page.set_default_timeout(90_000)
        page.click("[data-dialog=settings]")
        page.wait_for_selector("#fn-models input")
        assert "MB · about 0.3 GB of memory · reads" in page.inner_text("#fn-models")
        page.fill("#fn-model-path", "/none.gguf")
        page.press("#fn-model-path", "Enter")
        page.wait_for_function("() => document.querySelector('#fn-model-said').innerText.includes('no model file')")
        page.fill("#fn-model-path", str(path))
        page.click("#fn-model-do")
        page.wait_for_function("() => document.querySelectorAll('#fn-models input').length === 2")
        assert page.inner_text("#fn-models").count("about 0.3 GB of memory") == 2
        assert "did not answer three of four plain questions" in page.inner_text("#fn-model-said")
        chosen = page.evaluate("footnote.chosen.model")
        assert page.is_checked(f"#fn-models [value='{chosen}']")
        page.keyboard.press("Escape")
        ask(page, "How many residents does Gaza have?")
        assert "2.3 million" in wait_final(page, "How many residents does Gaza have?")
        page.evaluate("footnote.chosen.model = '/gone.gguf'")
        page.click(f"{LAST} [data-act=retry]")
        page.wait_for_selector(f"{ANSWER}[data-state=error]")
        assert "There is no model file '/gone.gguf'" in page.inner_text(ANSWER)
        page.evaluate("path => (footnote.chosen.model = path)", chosen)
        page.click("[data-dialog=settings]")
        page.click("#fn-models .fn-remove")
        assert page.evaluate("footnote.chosen.model") == ""


def test_an_answer_is_copied_with_its_footnotes(tmp_path, visit):
    library = make_library(
        tmp_path / "lib",
        write_files(tmp_path / "d", a="Ann Lee sold the farm in 1901."),
        model=FakeModel("Ann Lee sold the farm."),
    )
    library.sync()
    with served(library) as address:
        page = visit(address, permissions=["clipboard-read", "clipboard-write"])
        ask(page, "Who sold the farm?")
        wait_final(page, "Who sold the farm?")
        page.click(f"{LAST} [data-act=copy]")
        page.wait_for_function("() => document.querySelector('[data-act=copy]').innerText === 'Copied'")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(
            "Who sold the farm?\n\nAnn Lee sold the farm. [1]\n\n[1] “Ann Lee sold the farm in 1901.” a.txt"
        )
        page.click(f"{LAST} .fn-actions summary")
        page.click(f"{LAST} [data-act=copy_bibtex]")
        page.wait_for_function("() => document.querySelector('[data-act=copy_bibtex]').innerText === 'Copied'")
        assert page.evaluate("navigator.clipboard.readText()").startswith("@misc{a-1,\n  title = {a},")
    library.close()
