"""Kill a sync at random moments; see that nothing told is lost and that the end equals an undisturbed library.

What was told as removed must be gone, and 20 questions must get the same answers from both in the end.

python bench/kills.py            # 100 kills
python bench/kills.py --kills 20 --seed 3
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.fakes import make_library

_SECONDS_A_BATCH = "0.03"
_LONGEST = 0.8
_ASKED = 20


def disturb(folder: Path, dice: random.Random, round_number: int) -> None:
    """Change, move, copy and delete a few files, and add some."""
    files = sorted(folder.glob("*.txt"))
    for path in dice.sample(files, min(6, len(files))):
        act = dice.choice(["change", "move", "copy", "delete"])
        if act == "change":
            path.write_text(f"Heron {round_number} of {path.stem} nests. " * dice.randint(1, 60))
        elif act == "move":
            path.rename(folder / f"moved-{round_number}-{path.name}"[:200])
        elif act == "copy":
            shutil.copy(path, folder / f"copy-{round_number}-{path.name}"[:200])
        else:
            path.unlink()
    for n in range(6):
        (folder / f"new-{round_number}-{n}.txt").write_text(f"Mill {n} of round {round_number} grinds. " * 40)


def held(folder: Path, source: Path | None) -> tuple[set[tuple[str, str]], set[str]]:
    """Return (passage id, text) of every passage and the ids in the dense index, after a question was asked."""
    library = make_library(folder, source)
    rows = library._parts.database.rows("SELECT passage_id, body FROM passages")
    if rows:
        assert library.search("heron nests in the mill", 3), "nothing was found"
    assert library._parts.database.check() == ""
    with library._parts.dense._opened() as collection:
        dense = set(collection.get(include=[])["ids"])
    library.close()
    return set(rows), dense


def answers(folder: Path, questions: list[str]) -> list[tuple[str, str, list[tuple[str, str, int]]]]:
    """Return the outcome, the text and the citations (path, quote, start) of each question's answer."""
    library = make_library(folder, None)
    found = [library.ask(question) for question in questions]
    library.close()
    return [(a.outcome, a.text, [(c.path, c.quote, c.start) for c in a.citations]) for a in found]


def some_questions(folder: Path, dice: random.Random) -> list[str]:
    """Return questions about documents of a library that were drawn by chance."""
    library = make_library(folder, None)
    documents = library.documents()
    library.close()
    return [f"What of {one.text.partition('.')[0]}?" for one in dice.sample(documents, min(_ASKED, len(documents)))]


def told_by_a_killed_sync(
    library: Path, folder: Path, seconds: float, *, after_first: bool
) -> tuple[set[str], set[str]]:
    """Run a sync, kill it some seconds after it began or told its first file; return paths told as kept, as removed."""
    command = [sys.executable, "-m", "tests.slow_sync", str(library), str(folder), _SECONDS_A_BATCH]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n", "the library did not open"
    first = child.stdout.readline() if after_first else ""
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    lines = (first + child.stdout.read()).split("\n")[:-1]
    child.stdout.close()
    child.wait()
    steps = [line.split(" ", 1) for line in lines]
    removed = {path for change, path in steps if change == "removed"}
    return {path for change, path in steps if change != "removed"}, removed


def ends_alike(library: Path, clean: Path, folder: Path, dice: random.Random) -> bool:
    """Bring a library in step, make a clean one; say whether they hold the same and answer the same."""
    for one in (library, clean):
        made = make_library(one, folder)
        made.sync()
        made.close()
    same = held(library, None) == held(clean, None)
    questions = some_questions(clean, dice)
    ours, theirs = answers(library, questions), answers(clean, questions)
    n_alike = sum(one == other for one, other in zip(ours, theirs, strict=True))
    n_answered = sum(outcome != "abstained" for outcome, _, _ in theirs)
    print(f"The end equals an undisturbed library: {same}")
    print(f"{n_alike} of {len(questions)} questions get the same answer from both; {n_answered} are answered")
    return same and n_alike == len(questions)


def main() -> int:
    """Run all rounds; print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    dice = random.Random(chosen.seed)
    base = Path(tempfile.mkdtemp())
    folder, library = base / "docs", base / "lib"
    folder.mkdir()
    for n in range(40):
        (folder / f"f{n:02}.txt").write_text(f"Paragraph {n} tells of heron number {n}. " * 30)
    failures = interrupted = n_told = n_removed = 0
    for kill in range(chosen.kills):
        told, removed = told_by_a_killed_sync(library, folder, dice.uniform(0, _LONGEST), after_first=kill % 4 > 0)
        n_files = sum(1 for _ in folder.iterdir())
        interrupted += len(told) < n_files
        n_told += len(told)
        n_removed += len(removed)
        passages, dense = held(library, None)
        paths = {document.path for document in make_library(library, None).documents()}
        if not told <= paths or removed & paths or dense != {passage_id for passage_id, _ in passages}:
            failures += 1
            print(f"kill {kill}: lost {sorted(told - paths)}, came back {sorted(removed & paths)}")
            print(f"  {len(dense)} vectors of {len(passages)} passages")
        disturb(folder, dice, kill)
    print(f"{chosen.kills} kills, {interrupted} in the middle of a sync, {failures} failures")
    print(f"{n_told:,} files told as kept, {n_removed:,} as removed")
    same = ends_alike(library, base / "clean", folder, dice)
    shutil.rmtree(base)
    return 0 if same and not failures else 1


if __name__ == "__main__":
    sys.exit(main())
