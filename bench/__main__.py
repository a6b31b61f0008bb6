"""Measure everything in one run. -> a table (Markdown, JSON) and plots in a folder; nothing is asked twice of one part.

    python -m bench --data FOLDER          # FOLDER holds SQuAD paragraphs: corpus.jsonl, questions.jsonl (or .gz)

Each part runs in a process of its own; `--part NAME` runs only that one again, and the table is drawn from all.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from bench.rows import Options, Part
from bench.table import write_table
from rag.places import cache_folder

PARTS = ("machine", "starts", "asking", "ingest", "growth", "beside")
"""The modules of this package that measure, in the order in which they run; ingest and asking before beside."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts, write the table, say where it is; 1 when a part failed, which the table then says."""
    parser = argparse.ArgumentParser("python -m bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--data", type=Path, help="SQuAD paragraphs, for ingest and growth; without it growth is left out"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/bench"), help="where to write (default runs/bench)")
    parser.add_argument("--part", action="append", choices=PARTS, help="run only this part (may be given again)")
    parser.add_argument(
        "--million", action="store_true", help="grow to 1,000,000 passages (an hour more the first time)"
    )
    parser.add_argument("--run-here", choices=PARTS, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.data and not any((chosen.data / f"corpus.jsonl{end}").is_file() for end in ("", ".gz")):
        parser.error(f"There is no corpus.jsonl in {str(chosen.data)!r}. Give the folder that holds the paragraphs.")
    if chosen.run_here:
        _run_here(chosen.run_here, chosen)
        return 0
    wanted = chosen.part or [part for part in PARTS if part != "growth" or chosen.data]
    failed = [part for part in wanted if not _run(part, chosen)]
    if not chosen.data and not chosen.part:
        print("Growth was left out: it needs paragraphs, --data FOLDER.")
    print(f"The table is in {write_table(chosen.out, failed)}")
    return int(bool(failed))


def _run(part: str, chosen: argparse.Namespace) -> bool:
    """Run a part in a process of its own; say whether it ended well."""
    given = ["--run-here", part, "--out", str(chosen.out), *(["--data", str(chosen.data)] if chosen.data else [])]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bench", *given, *(["--million"] if chosen.million else [])], check=False
    )
    print(f"{part}: {time.perf_counter() - start:.0f} s{' (failed)' if done.returncode else ''}", flush=True)
    return not done.returncode


def _run_here(name: str, chosen: argparse.Namespace) -> None:
    """Measure one part and keep what it found."""
    options = Options(chosen.data, cache_folder() / "bench", most_passages=1_000_000 if chosen.million else 100_000)
    part: Part = import_module(f"bench.{name}").measure(options)
    kept = chosen.out / "parts" / f"{name}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(dataclasses.asdict(part), indent=1), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
