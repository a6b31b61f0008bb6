"""Measure a writer's adapter in llama.cpp, as the engine runs it. adapter and held-out sheets -> figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rag.answering.model_file import packaged_model
from rag.answering.second_reader import DECLINES
from rag.training.report import word_f1
from rag.training.sheets import Sheet
from rag.training.writer import SheetEncoder

_MAX_TOKENS = 48
_NUMBERED = re.compile(r"\s*\[(\d+)\]\s*$")


def report_writer(adapter: Path, sheets: Sequence[Sheet]) -> dict[str, float]:
    """Return the shares declined rightly and wrongly, and the mean token F1 of those answered that can be.

    Measured in a thread of its own, as llama.cpp needs beside torch: see `LlamaCppModel`.
    """
    with ThreadPoolExecutor(1, "llama") as alone:
        return alone.submit(_measured, adapter, sheets).result()


def _measured(adapter: Path, sheets: Sequence[Sheet]) -> dict[str, float]:
    import llama_cpp

    llm: Any = llama_cpp.Llama(
        str(packaged_model()), lora_path=str(adapter), n_ctx=2048, n_threads=1, n_threads_batch=1, verbose=False
    )
    encoder = SheetEncoder()
    due, undue, f1 = [], [], []
    for sheet in sheets:
        for question, wanted in sheet.asked:
            prompt = encoder.prompt(sheet.shown, question)
            reply = llm.create_completion(prompt, max_tokens=_MAX_TOKENS, temperature=0.0)["choices"][0]["text"]
            declined = reply.startswith(DECLINES[:3])
            if wanted == DECLINES:
                due.append(declined)
                continue
            undue.append(declined)
            if not declined:
                f1.append(word_f1(_NUMBERED.sub("", reply), _NUMBERED.sub("", wanted)))
    llm.close()
    return {
        "unanswerable": float(len(due)),
        "declined": _mean(due),
        "answerable": float(len(undue)),
        "declined_wrongly": _mean(undue),
        "token_f1": _mean(f1),
    }


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
