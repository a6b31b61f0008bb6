"""Documents on the page: files and folders that are dropped, a long list, how far a sync is."""

import pytest
from fakes import make_library, write_files
from serving import served

pytestmark = pytest.mark.browser


@pytest.fixture
def library(tmp_path):
    docs = write_files(tmp_path / "docs", mill="The mill at Orbais grinds rye.")
    made = make_library(tmp_path / "lib" / "own", docs)
    made.sync()
    yield made
    made.close()


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
