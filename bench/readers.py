"""Check the readers on a folder of real and bad files. folder with manifest.jsonl -> verdicts, shares of text found.

python bench/readers.py FOLDER             # each line of manifest.jsonl: file, category, ref (character counts)
python bench/readers.py --articles FOLDER  # ground_truth.jsonl (id, articleBody) and html/ID*.gz: token F1
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.corpus.decode import Refusal
from rag.corpus.formats.reading import Reading
from rag.corpus.workers import ReadingWorkers

_REFUSED = {"password-needed", "empty-file"}
_REFUSED_KINDS = {".doc", ".zip"}
_BAD_BUT_TEXT = "kept|recovered|decoded|indexed|no crash|chunked|no mojibake|RecursionError|normalised|dropped"
_LEAST_SHARE = 0.95


def expected(entry: dict[str, Any]) -> set[str]:
    """Return the verdicts that are right for a file."""
    file, category, ref = Path(entry["file"]), entry["category"], entry.get("ref") or {}
    if category == "synthetic-bad":
        told = entry["expect"]
        refused = re.search("error|refused|rejected|reported|limit|never written|0 chunks", told)
        return ({"refused"} if refused else set()) | (
            {"indexed", "partly"} if re.search(_BAD_BUT_TEXT, told) else set()
        )
    if category in _REFUSED or file.suffix in _REFUSED_KINDS:
        return {"refused"}
    if "pages" in ref and not ref.get("mupdf_chars") and not ref.get("pypdf_chars"):
        return {"refused"}
    return {"indexed", "partly"}


def check_files(folder: Path) -> Iterator[tuple[dict[str, Any], str, Reading | None, str, float]]:
    """Yield (manifest entry, verdict, reading, reason, seconds) for every file."""
    workers = ReadingWorkers(timeout_seconds=60)
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        entry = json.loads(line)
        path = folder / entry["file"]
        start = time.perf_counter()
        try:
            reading = workers.read(path.read_bytes(), path.name)
        except Refusal as refusal:
            yield entry, "refused", None, str(refusal), time.perf_counter() - start
        else:
            reason = f"{reading.missing} {reading.aside}".strip()
            yield entry, "partly" if reading.missing else "indexed", reading, reason, time.perf_counter() - start
    workers.close()


def report_files(folder: Path) -> None:
    """Print the figures of a folder with a manifest."""
    verdicts, shares, wrong, slow = Counter[str](), [], [], []
    for entry, verdict, reading, reason, seconds in check_files(folder):
        verdicts[verdict] += 1
        if seconds > 1:
            slow.append(f"  {seconds:5.1f} s  {entry['file']}")
        if verdict not in expected(entry):
            wrong.append(f"  {verdict}, expected {expected(entry)}: {entry['file']}: {reason}")
        ref = entry.get("ref") or {}
        counts = [ref[name] for name in ("pypdf_chars", "mupdf_chars", "chars") if ref.get(name)]
        if reading and counts:
            aside = re.search(r"Set aside: ([\d,]+)", reading.aside)
            found = len(reading.text) + (int(aside[1].replace(",", "")) if aside else 0)
            shares.append((min(1.0, found / min(counts)), entry["file"], found, counts, reason))
    print(f"{verdicts.total()} files: {dict(verdicts)}; verdict not as expected: {len(wrong)}", *wrong, sep="\n")
    low = sorted(share for share in shares if share[0] < _LEAST_SHARE)
    middle = statistics.median(share[0] for share in shares)
    print(f"share of the reference's characters, {len(shares)} files: median {middle:.3f}")
    for share, file, found, counts, reason in low:
        print(f"  {share:.3f}  {file}: {found} of {counts}  {reason}")
    print(f"files that took over a second: {len(slow)}", *slow, sep="\n")


def report_articles(folder: Path) -> None:
    """Print the token F1 of the article bodies that were found."""
    workers = ReadingWorkers(timeout_seconds=60)
    scores = []
    for line in (folder / "ground_truth.jsonl").read_text("utf-8").splitlines():
        gold = json.loads(line)
        path = next((folder / "html").glob(f"{gold['id']}*"))
        try:
            text = workers.read(gzip.decompress(path.read_bytes()), "page.html").text
        except Refusal as refusal:
            print(f"  {gold['id']}: {refusal}")
            text = ""
        scores.append(token_f1(text, gold["articleBody"]))
    workers.close()
    print(f"{len(scores)} pages: token F1 {statistics.mean(scores):.4f}, under 0.8: {sum(s < 0.8 for s in scores)}")


def token_f1(found: str, gold: str) -> float:
    """Return the F1 of the words (without case, each as often as it stands there)."""
    one, two = (Counter(re.findall(r"\w+", text.lower())) for text in (found, gold))
    shared = (one & two).total()
    return 2 * shared / (one.total() + two.total()) if shared else 0.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", action="store_true", help="the folder holds articles, not a manifest")
    chosen = parser.parse_args()
    (report_articles if chosen.articles else report_files)(chosen.folder)
