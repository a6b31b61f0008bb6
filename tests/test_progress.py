"""What a sync says of its pace and of the time it still takes."""

import itertools
from types import SimpleNamespace

import pytest

from rag import telling
from rag.records import Progress
from rag.render import per_second
from tests.fakes import make_library, write_files
from ui.adding import Shelf
from ui.documents import draw_progress
from ui.words import speaker


@pytest.mark.parametrize(
    ("done", "seconds", "told"),
    [
        (120, 10, "12"),
        (34, 10, "3.4"),
        (3, 10, "0.3"),
        (1, 60, "0.017"),
        (1, 10_000, "0.0001"),
        (0, 5, "–"),
        (3, 0, "–"),
    ],
)
def test_a_slow_pace_is_not_told_as_none(done, seconds, told):
    assert per_second(done, seconds) == told


def test_the_time_left_goes_by_what_the_files_hold_not_by_their_number(tmp_path, monkeypatch):
    clock = itertools.count()
    monkeypatch.setattr("rag.sync.time.monotonic", lambda: float(next(clock)))
    folder = write_files(tmp_path / "docs", **{f"a{n}": f"Small {n}." for n in range(9)}, z="The crow. " * 20_000)
    library = make_library(tmp_path / "lib", folder)
    steps = library.sync_steps()
    first = next(steps)
    assert (first.done, first.total) == (1, 10)
    assert first.share == pytest.approx(4008 / (10 * 4000 + 9 * 8 + 200_000))
    assert first.left_seconds > 20 * first.seconds
    steps.close()
    last = list(library.sync_steps())[-1]
    assert (last.share, last.left_seconds) == (1.0, 0.0)
    write_files(folder, new="One more.")
    shares = [step.share for step in library.sync_steps()]
    assert shares[0] == 0.0, "what is as it was takes no time"
    assert shares[-1] == 1.0
    library.close()


def test_terminal_and_page_tell_pace_and_time_left(tmp_path, monkeypatch, capsys):
    steps = [
        Progress(1, 6, "/a", "unchanged", 0.1),
        Progress(2, 6, "/b", "removed", 0.2),
        Progress(3, 6, "/c", "added", 8.0, 0.1),
        Progress(6, 6, "/f", "refused", 80.0, 1.0),
    ]
    monkeypatch.setattr(telling.sys, "stderr", SimpleNamespace(isatty=lambda: True, write=print, flush=lambda: None))
    assert list(telling.progress(iter(steps))) == steps
    told = capsys.readouterr().out
    assert "\r1/6 files\033" in told
    assert "\r2/6 files\033" in told
    assert "3/6 files, 0.12/s, 72 s left" in told
    assert "6/6 files, 0.025/s, 0 s left" in told
    library = make_library(tmp_path / "lib", None)
    shelf = Shelf(library)
    shelf._state = shelf._state.__class__(running=True)
    for step, begins in zip(
        steps,
        (
            "1 of 6 files. Q",
            "2 of 6 files. Q",
            "3 of 6 files, 0.12 a second, about 72 s",
            "6 of 6 files, 0.025 a second",
        ),
        strict=True,
    ):
        shelf._tell(step)
        assert draw_progress(shelf.state, speaker("en")).startswith(begins)
    library.close()
