"""Check the readers on a folder of real and bad files. folder with manifest.jsonl -> verdicts, shares of text found.

python -m bench.readers FOLDER             # manifest.jsonl: file, category, sha256, ref (character counts) or expect
python -m bench.readers --articles FOLDER  # ground_truth.jsonl (id, articleBody) and html/ID*.gz: token F1

Exit status 1 when a verdict is not right by the rules of `bench/expected.py`, when a file that is not wholly indexed
has no reason, or when a PDF lacks more than a twentieth of its text without saying so. Its text: the characters that
PDFium gives, white space not counted. The counts of pypdf and MuPDF in the manifest are shown too; they hold the spaces
by which columns are set apart, and letters that are drawn several times for a shadow.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.expected import Entry, right_verdicts
from rag.corpus.decode import Refusal, normalise
from rag.corpus.formats.reading import Reading
from rag.corpus.workers import ReadingWorkers

_LEAST_SHARE = 0.95
_SLOW_SECONDS = 1.0
_NO_LETTER = "\ufffd\ufffe\uffff"


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a file: `share` of a PDF's text that was found (None: not a PDF), `counted` of the manifest's."""

    file: str
    verdict: str
    right: tuple[str, ...]
    reason: str
    seconds: float
    share: float | None = None
    counted: float | None = None

    @property
    def wrong(self) -> str:
        """What is wrong with the verdict, "" if nothing is."""
        if self.verdict not in self.right:
            return f"expected {' or '.join(self.right)}"
        if self.verdict != "indexed" and not self.reason:
            return "no reason is given"
        lost = self.verdict == "indexed" and self.share is not None and self.share < _LEAST_SHARE
        return "text is missing, which is not said" if lost else ""


def check_files(folder: Path) -> Iterator[Checked]:
    """Yield what became of every file of a folder, in the order of its manifest."""
    workers = ReadingWorkers(timeout_seconds=60)
    manifest = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    for entry in manifest:
        path = folder / entry["file"]
        raw = path.read_bytes()
        right = right_verdicts(entry, manifest)
        start = time.perf_counter()
        try:
            reading = workers.read(raw, path.name)
        except Refusal as refusal:
            yield Checked(entry["file"], "refused", right, str(refusal), time.perf_counter() - start)
            continue
        seconds, verdict = time.perf_counter() - start, "partly" if reading.missing else "indexed"
        reason = f"{reading.missing} {reading.aside}".strip()
        shares = _shares(raw, reading, entry) if reading.media_type == "application/pdf" else (None, None)
        yield Checked(entry["file"], verdict, right, reason, seconds, *shares)
    workers.close()


def _shares(raw: bytes, reading: Reading, entry: Entry) -> tuple[float | None, float | None]:
    """Return what was found of what PDFium gives, and of the fewer of the manifest's counts; None where that is 0."""
    aside = re.search(r"Set aside: ([\d,]+)", reading.aside)
    told = int(aside[1].replace(",", "")) if aside else 0
    given, found = pdfium_letters(raw), letters(reading.text) + letters("".join(one.text for one in reading.hidden))
    counts = [n for n in (entry.get("ref", {}).get(name) for name in ("pypdf_chars", "mupdf_chars")) if n]
    share = min(1.0, ((given & found).total() + told) / given.total()) if given else None
    return share, min(1.0, (len(reading.text) + told) / min(counts)) if counts else None


def pdfium_letters(raw: bytes) -> Counter[str]:
    """Return the characters that PDFium gives of a PDF's pages, each with how often it stands there."""
    import pypdfium2

    with pypdfium2.PdfDocument(raw) as pdf:
        return letters("".join(page.get_textpage().get_text_range() for page in pdf))


def letters(text: str) -> Counter[str]:
    """Return the characters of a text, without white space and signs that stand for what could not be read."""
    return Counter(re.sub(rf"[\s{_NO_LETTER}]", "", normalise(text)))


def report_files(folder: Path) -> int:
    """Print the figures of a folder with a manifest; return how many files are not as they should be."""
    files = list(check_files(folder))
    wrong = [f"  {one.file}: {one.verdict}, {one.wrong}. {one.reason}" for one in files if one.wrong]
    verdicts = Counter(one.verdict for one in files)
    print(f"{len(files)} files: {dict(verdicts)}; not as they should be: {len(wrong)}", *wrong, sep="\n")
    _report_shares([one for one in files if one.share is not None])
    slow = [f"  {one.seconds:5.1f} s  {one.file}" for one in files if one.seconds > _SLOW_SECONDS]
    print(f"files that took over a second: {len(slow)}", *slow, sep="\n")
    return len(wrong)


def _report_shares(pdfs: Sequence[Checked]) -> None:
    shares = [one.share for one in pdfs if one.share is not None]
    counted = [one.counted for one in pdfs if one.counted is not None]
    print(
        f"text found of PDFium's, {len(shares)} PDFs: median {statistics.median(shares):.3f}, least {min(shares):.3f}"
    )
    print(f"characters of the manifest's, {len(counted)} PDFs: median {statistics.median(counted):.3f}; the lowest:")
    for one in sorted(pdfs, key=lambda one: 1.0 if one.counted is None else one.counted):
        if one.counted is not None and one.counted < _LEAST_SHARE:
            print(f"  {one.counted:.3f}, of PDFium's {one.share:.3f}  {one.file}  {one.reason}")


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
    if chosen.articles:
        report_articles(chosen.folder)
    else:
        sys.exit(int(bool(report_files(chosen.folder))))
