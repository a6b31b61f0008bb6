"""Kill a sync at random moments; see that nothing told is lost and that the end equals an undisturbed library.

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


def told_by_a_killed_sync(library: Path, folder: Path, seconds: float, *, after_first: bool) -> set[str]:
    """Run a sync, kill it some seconds after it began or told its first file; return the paths it told to have kept."""
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
    return {path for change, path in steps if change != "removed"}


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
    failures = interrupted = n_told = 0
    for kill in range(chosen.kills):
        told = told_by_a_killed_sync(library, folder, dice.uniform(0, _LONGEST), after_first=kill % 4 > 0)
        n_files = sum(1 for _ in folder.iterdir())
        interrupted += len(told) < n_files
        n_told += len(told)
        passages, dense = held(library, None)
        paths = {document.path for document in make_library(library, None).documents()}
        if not told <= paths or dense != {passage_id for passage_id, _ in passages}:
            failures += 1
            print(f"kill {kill}: lost {sorted(told - paths)}, {len(dense)} vectors of {len(passages)}")
        disturb(folder, dice, kill)
    made = make_library(library, folder)
    made.sync()
    made.close()
    clean = make_library(base / "clean", folder)
    clean.sync()
    clean.close()
    same = held(library, None) == held(base / "clean", None)
    print(f"{chosen.kills} kills, {interrupted} in the middle of a sync, {n_told:,} files told, {failures} failures")
    print(f"The end equals an undisturbed library: {same}")
    shutil.rmtree(base)
    return 0 if same and not failures else 1


if __name__ == "__main__":
    sys.exit(main())
