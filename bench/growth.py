"""Search and ask over ever more passages. SQuAD paragraphs and mixtures -> times, recall, disk, memory by size."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from bench.rows import Options, Part, Row, at_least, at_most
from bench.search_speed import fill, some_questions
from bench.search_speed import measure as measure_search

_SIZES = (1_000, 10_000, 100_000, 1_000_000)
_SEARCHED, _ASKED = 200, 30
_IN_MEMORY = 100_000


def measure(options: Options) -> Part:
    """Return the figures of each size in turn, each asked in a process of its own so that memory is its own."""
    if not options.data:
        raise SystemExit("Growth needs paragraphs: give a folder with corpus.jsonl and questions.jsonl, --data FOLDER.")
    sizes: dict[int, dict[str, Any]] = {}
    for count in (size for size in _SIZES if size <= options.most_passages):
        folder = options.kept / f"passages-{options.data.name}-{count}"
        fill(options.data, folder, count)
        found = measure_search(folder, some_questions(options.data, _SEARCHED))
        questions = json.dumps(some_questions(options.data, _ASKED))
        command = [sys.executable, "-m", "bench.asked", str(folder)]
        sizes[count] = found | json.loads(subprocess.check_output(command, input=questions, text=True))
    return Part(_rows(sizes), {"growth": sizes})


def _rows(sizes: Mapping[int, Mapping[str, Any]]) -> list[Row]:
    rows = []
    for count, found in sizes.items():
        told = f"{count:,} passages"
        p50, p95 = ((f"search without embedding, p{p}, {told}", found[f"search_p{p}"], "ms") for p in (50, 95))
        memory = (f"memory, all models and {told}", found["peak_gigabytes"], "GB")
        rows += [
            *((at_most(*p50, 20), at_most(*p95, 80)) if count == _SIZES[-1] else (Row(*p50), Row(*p95))),
            Row(f"the same where the words are new to the process, p50, {told}", found["new_p50"], "ms"),
            at_least(f"recall@10 against exact search, {told}", found["recall"], "", 0.97),
            Row(f"question to the finished answer, p50, {told}", found["ask_p50"], "s"),
            Row(f"time to open, {told}", found["open_seconds"], "s"),
            Row(f"disk, {told}", found["gigabytes"], "GB"),
            at_most(*memory, 1.2) if count == _IN_MEMORY else Row(*memory),
        ]
    largest, smallest = max(sizes), min(sizes)
    if largest > smallest:
        growth = sizes[largest]["ask_p50"] / sizes[smallest]["ask_p50"]
        rows.append(at_most(f"ask latency, from {smallest:,} to {largest:,} passages", growth, "times", 2))
    return rows
