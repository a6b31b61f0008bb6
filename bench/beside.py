"""Ask the peers what Footnote was asked: same documents, models, questions, machine. -> their figures."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path

from bench.asking import compared_questions, summary
from bench.environments import PEERS, Peer, made
from bench.rows import Options, Part, Row
from eval.metrics.answers import gold_in_answer
from rag.answering.model_file import packaged_model as language_model
from rag.places import bundled
from rag.retrieval.embed import packaged_model as embedder

_TIMEOUT_SECONDS = 600
_DECLINES = re.compile(
    r"\b(not|no|n't|doesn't|isn't)\b.{0,40}\b(mention|specif|provid|state|stated|given|say|said|know|answer|information|"
    r"contain)|\bI (don't|do not|can't|cannot)\b|\b(unknown|unclear)\b",
    re.IGNORECASE,
)
"""Signs that an answer declines; they are read generously."""


def measure(_: Options) -> Part:
    """Return for each peer its times and right answers over the questions that Footnote was asked."""
    rows: list[Row] = []
    compared: dict[str, object] = {}
    for peer in PEERS:
        effort = made(peer)
        found = _run(peer)
        compared[peer.name] = {
            **found,
            "install_seconds": effort["seconds"],
            "install_gigabytes": effort["bytes"] / 1e9,
        }
        rows += [
            Row(f"{peer.name}: question to the first word, p50", found["first_p50"], "s"),
            Row(f"{peer.name}: question to the finished answer, p50", found["total_p50"], "s"),
            Row(f"{peer.name}: ingest", found["characters_per_second"], "characters/s"),
        ]
    return Part(rows, {"compared": compared})


def _run(peer: Peer) -> dict[str, object]:
    """Run a peer's script by its own python; return its figures, its answers judged as Footnote's are."""
    questions = compared_questions()
    script = Path(__file__).parent / "peers" / f"with_{peer.script}.py"
    with tempfile.TemporaryDirectory() as scratch:
        asked = Path(scratch) / "questions.json"
        asked.write_text(json.dumps([question.question for question in questions]), "utf-8")
        given = [str(bundled("seeds")), str(embedder()), str(language_model()), str(asked)]
        command = [str(peer.python), str(script), *given]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=scratch, timeout=_TIMEOUT_SECONDS
        )
        if done.returncode:
            raise SystemExit(f"{peer.name} failed:\n{done.stderr[-3000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    times = [
        {
            "first": one["first"],
            "total": one["total"],
            "right": gold_in_answer(one["text"], question.answers)
            if question.answerable
            else float(bool(_DECLINES.search(one["text"])) or not one["text"].strip()),
        }
        for one, question in zip(told["asked"], questions, strict=True)
    ]
    return {
        **summary(times, questions),
        "characters_per_second": told["characters"] / told["ingest_seconds"],
        "versions": told["versions"],
        "peak_gigabytes": told["peak_gigabytes"],
        "answers": [one["text"] for one in told["asked"]],
    }
