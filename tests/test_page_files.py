"""Documents on the page: files and folders that are dropped, a long list, how far a sync is."""

import pytest
from browsing import ask, wait_final
from fakes import library_of, write_files
from serving import served

pytestmark = pytest.mark.browser


@pytest.fixture
def library(tmp_path):
    with library_of(tmp_path, mill="The mill at Orbais grinds rye.") as made:
        yield made


def drop(page, *paths):
    """Let go of files and folders over the page, as from the desktop."""
    session = page.context.new_cdp_session(page)
    dragged = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 600, "y": 300, "data": dragged})


def test_files_and_folders_are_dropped_on_the_page_and_all_that_lies_in_them_is_added(library, visit, tmp_path):
    notes = write_files(tmp_path / "Trips", **{f"note{n}": f"Note {n}." for n in range(130)})
    write_files(notes / "deep" / "deeper", ferry="The ferry at Dormans is steered by Odile Marchal.")
    write_files(notes / ".git", head="Nobody's document.")
    write_files(notes, **{".hidden": "Nobody's document."})
    (notes / "empty").mkdir()
    lamp = write_files(tmp_path / "single", lamp="The lamp is oiled on Mondays.") / "lamp.txt"
    with served(library) as address:
        page = visit(address)
        drop(page, notes, lamp)
        page.wait_for_selector(".fn-verdicts >> text=lamp.txt", timeout=90_000)
        page.wait_for_function("() => document.querySelector('#fn-said').innerText === 'In step with 133 files.'")
        assert page.query_selector("#fn-refused-uploads li") is None
    names = {path.name for path in (library.path / "documents").iterdir()}
    assert len(names) == 132
    assert {"lamp.txt", "Trips – note129.txt", "deep – deeper – ferry.txt"} <= names


def test_what_is_told_of_a_copy_and_of_a_folder_that_is_let_go_is_true(library, visit, tmp_path):
    pond = write_files(tmp_path / "new", pond="A pond.") / "pond.txt"
    more = write_files(tmp_path / "more", **{f"note{n}": f"Note {n}." for n in range(5)})
    with served(library) as address:
        page = visit(address)
        page.click("[data-dialog=documents]")
        page.fill("#fn-follow [name=path]", str(more))
        page.press("#fn-follow [name=path]", "Enter")
        page.wait_for_selector("#fn-said >> text=In step with 6 files.")
        page.click(f".fn-unfollow[data-path='{more}']")
        page.wait_for_selector("#fn-said >> text=In step with 1 file.")
        page.evaluate(
            "() => { const real = fetch; window.fetch = async (address, how) => {"
            " if (how?.method === 'PUT') await new Promise(done => (window.goOn = done)); return real(address, how); } }"
        )
        page.set_input_files("#fn-files", [pond])
        page.wait_for_selector("#fn-said >> text=0 of 1 copied.")
        page.evaluate("window.goOn()")
        page.wait_for_selector("#fn-said >> text=In step with 2 files.")


def test_a_document_beyond_the_list_is_found_opened_asked_alone_and_removed(library, visit, tmp_path):
    write_files(library.path / "documents", **{f"note{n:03}": f"Note {n} of the harbour." for n in range(300)})
    write_files(library.path / "documents", zebra="The zebra at Reims eats hay.")
    library.add(library.path / "documents")
    library.sync()
    with served(library) as address:
        page = visit(address)
        page.wait_for_selector("#fn-find-side:visible")
        assert page.query_selector(".fn-files >> text=zebra") is None
        page.fill("#fn-find-side input", "ZEBRA docum")
        page.wait_for_selector(".fn-files >> text=zebra")
        assert len(page.query_selector_all(".fn-files li")) == 1
        page.click("#fn-side [data-dialog=documents]")
        assert page.input_value("#fn-find") == "ZEBRA docum"
        page.click(".fn-verdicts .fn-open >> text=zebra")
        page.wait_for_selector("#fn-source .fn-document >> text=eats hay")
        assert page.is_hidden("#fn-d-documents")
        page.click("#fn-only")
        ask(page, "What does the zebra at Reims eat?")
        assert "hay" in wait_final(page, "What does the zebra at Reims eat?")
        page.click("#fn-side [data-dialog=documents]")
        page.click(".fn-verdicts .fn-remove >> nth=0")
        page.wait_for_selector("#fn-list >> text=No document is called so.")
        page.fill("#fn-find", "note29")
        page.wait_for_function("() => document.querySelectorAll('.fn-verdicts .fn-open').length === 10")
        page.fill("#fn-find", "")
        page.wait_for_selector("#fn-table >> text=And 101 more: find them by name, above.")
    assert not (library.path / "documents" / "zebra.txt").exists()


def test_the_list_stays_where_it_was_scrolled_to_when_it_is_drawn_anew(library, visit):
    write_files(library.sources()[0], **{f"note{n:02}": f"Note {n}." for n in range(30)})
    library.sync()
    with served(library) as address:
        page = visit(address)
        page.wait_for_selector("#fn-list .fn-files li >> nth=29", state="attached")
        list_at = "document.querySelector('.fn-files').scrollTop"
        page.evaluate(f"{list_at} = 300; footnote.wordsAlone(true)")
        page.evaluate("footnote.refreshDocuments()")
        assert page.is_hidden("#fn-words-alone"), "it was drawn anew"
        assert page.evaluate(list_at) == 300


def test_the_table_stands_right_in_hebrew_and_a_button_is_called_what_it_says(library, visit):
    with served(library) as address:
        page = visit(address)
        page.evaluate("localStorage.setItem('footnote.settings', JSON.stringify({ language: 'he' }))")
        page.reload()
        page.click("#fn-side [data-dialog=documents]")
        page.wait_for_selector(".fn-verdicts td")
        # asked in one step: the table is drawn anew as sync goes on, and a cell that left the page has no style
        cells = "[...document.querySelectorAll('.fn-verdicts :is(th, td)')].map(one => getComputedStyle(one))"
        assert set(page.evaluate(f"{cells}.map(style => style.direction + style.paddingLeft)")) == {"rtl12px"}


def test_a_file_that_cannot_be_read_is_told_and_costs_the_others_nothing(library, visit, tmp_path):
    files = write_files(tmp_path / "new", a="A pond.", b="A brook.", c="A river.")

    def lose(route):
        (files / "b.txt").unlink(missing_ok=True)
        route.continue_()

    with served(library) as address:
        page = visit(address)
        page.route("**/documents/a.txt*", lose)
        page.click("[data-dialog=documents]")
        page.set_input_files("#fn-files", [files / name for name in ("a.txt", "b.txt", "c.txt")])
        page.wait_for_selector(".fn-verdicts >> text=c.txt")
        told = page.eval_on_selector_all("#fn-refused-uploads li", "all => all.map(one => one.innerText)")
        assert told == ["b.txt could not be read and was not taken; the others were."]
    assert {path.name for path in (library.path / "documents").iterdir()} == {"a.txt", "c.txt"}
