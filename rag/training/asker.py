"""Teach a language model to ask about a sentence, also what the text does not answer. Asked paragraphs -> questions.

People made too few questions that only seem to be answered; more of their kind are learned from them (Zhu et al. 2019,
arXiv 1906.06045). Those that a trained reader finds answered are dropped later (`invented.trusted`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from rag.training.draw import shared
from rag.training.examples import Examples, gather, load, save
from rag.training.learn import Pace, learn
from rag.training.lora import load_model
from rag.training.sets import Asked
from rag.training.writer import branch_loss, laid, vocabulary
from rag.words import content_stems

PACE = Pace(batch=4, rate=2e-4)
KINDS = {
    "none": "Question that the text does not answer:",
    "far": "Question in other words:",
    "near": "Question:",
}
"""What is asked for. Those that share most words with the sentence are learned from, and never asked for."""
WISHED = ("none", "far")
_TIMES = 2
_MOST_TOKENS = {"none": 32, "far": 46}
_AROUND = 3
_FAR = 0.4
_NEAR_SHARE = 0.2
_LEAST_SHARED = 0.3
_AGAIN = 3
_WORDS = range(7, 61)
_PORTION = 8192
ASKED_AT_ONCE = 32
"""Prompts that are gone on from at once; on a GPU many more are faster."""


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence to ask about, the two before it, and the text around it, each on one line."""

    sentence: str
    before: tuple[str, ...]
    window: str

    def prompt(self, kind: str) -> str:
        """Return what the model is to go on from."""
        return f"{self.window}\n\nSentence: {self.sentence}\n{KINDS[kind]}"


def place(row: Asked, n: int) -> Place:
    """Return sentence n of an asked paragraph as a place."""
    said = [" ".join(row.sentence(i).split()) for i in range(len(row.sentences))]
    start, end = row.sentences[max(0, n - _AROUND)].start, row.sentences[: n + _AROUND + 1][-1].end
    return Place(said[n], tuple(said[max(0, n - 2) : n]), " ".join(row.text[start:end].split()))


def lessons(rows: Iterable[Asked], random: Random) -> list[tuple[str, str]]:
    """Return prompts and the questions that people asked, in random order; unanswerable ones come three times."""
    found = [(kind, place(row, n), reply) for row in rows for kind, n, reply in _lesson(row, random)]
    found += [lesson for lesson in found if lesson[0] == "none"] * (_AGAIN - 1)
    random.shuffle(found)
    return [(where.prompt(kind), reply) for kind, where, reply in found]


def _lesson(row: Asked, random: Random) -> Iterator[tuple[str, int, str]]:
    question = " ".join(row.question.split())
    if row.answer:
        kind = "far" if shared(row) <= _FAR else "near"
        if kind == "far" or random.random() < _NEAR_SHARE:
            answer = " ".join(row.text[row.answer.start : row.answer.end].split())
            yield kind, row.holding()[0], f" {question} Answer: {answer}"
    elif not row.gold:
        asked = frozenset(content_stems(row.question))
        held = [len(asked & frozenset(content_stems(row.sentence(n)))) for n in range(len(row.sentences))]
        if held and max(held) >= _LEAST_SHARED * max(1, len(asked)):
            yield "none", held.index(max(held)), f" {question}"


def places(rows: Iterable[Asked], random: Random) -> list[Place]:
    """Return the sentences of the paragraphs, in random order, but for very short and very long ones."""
    paragraphs = {row.text: row for row in rows}.values()
    found = [place(row, n) for row in paragraphs for n in range(len(row.sentences))]
    found = [where for where in found if len(where.sentence.split()) in _WORDS]
    random.shuffle(found)
    return found


def encode(taught: Iterable[tuple[str, str]]) -> Examples:
    """Return prompts and replies as tokens, laid out like the sheets of one question."""
    llm = vocabulary()
    rows = (laid(_tokens(llm, prompt), [([], [*_tokens(llm, reply), llm.token_eos()])]) for prompt, reply in taught)
    return gather({**row, "first": [0] * len(row["first"])} for row in rows)


def keep_places(found: Sequence[Place], folder: Path) -> None:
    """Write places.jsonl, and prompts.npz with what is to be asked of each."""
    llm = vocabulary()
    save(gather({kind: _tokens(llm, one.prompt(kind)) for kind in WISHED} for one in found), folder / "prompts.npz")
    lines = (json.dumps(asdict(one), ensure_ascii=False) for one in found)
    (folder / "places.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def _tokens(llm: Any, text: str) -> list[int]:
    return list(llm.tokenize(text.encode(), add_bos=False, special=False))


def train_asker(examples: Examples, pace: Pace, folder: Path, *, base: Path) -> Path:
    """Train all of the GGUF model `base` to ask; return the path of its weights. Uses a GPU where there is one."""
    import torch
    from safetensors.torch import save_model

    torch.manual_seed(pace.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = load_model(base, dtype=torch.float32).to(device)
    learnt = list(model.parameters())
    for parameter in learnt:
        parameter.requires_grad = True
    target = folder / "asker.safetensors"

    def loss(rows: list[int]) -> Any:
        with torch.autocast(device, dtype=torch.bfloat16):
            return branch_loss(model, examples, rows)

    learn(learnt, loss, examples["ids"].lengths(), pace, folder=folder, keep=lambda: save_model(model, str(target)))
    return target


def ask(folder: Path, *, base: Path, seed: int, batch: int) -> None:
    """Ask twice of each kind about every place in prompts.npz; write asked-000.npz and so on, in portions.

    A portion that is there is not asked again, so a run that was stopped goes on.
    """
    import torch
    from safetensors.torch import load_model as read_weights

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = load_model(base, dtype=torch.float32)
    read_weights(model, str(folder / "asker.safetensors"))
    model = model.to(device=device, dtype=torch.bfloat16).eval()
    prompts = load(folder / "prompts.npz")
    for number, at in enumerate(range(0, len(prompts["none"]), _PORTION)):
        target = folder / f"asked-{number:03}.npz"
        if not target.is_file():
            torch.manual_seed(seed + number)
            rows = np.arange(at, min(at + _PORTION, len(prompts["none"])))
            said = [one for kind in WISHED for one in _asked(model, prompts, kind, rows, batch)]
            save(gather(said), target)


def _asked(model: Any, prompts: Examples, kind: str, rows: Any, batch: int) -> Iterator[dict[str, list[int]]]:
    """Yield each whole question as its place's number, its kind's and its tokens."""
    import torch

    end, some = model.config.eos_token_id, prompts[kind]
    rows = sorted(rows.tolist(), key=lambda n: len(some[n]))
    for at in range(0, len(rows), batch):
        now = rows[at : at + batch]
        turned = [some[n][::-1] for n in now]
        width = max(map(len, turned))
        ids = np.array([[*[end] * (width - len(one)), *one[::-1]] for one in turned])
        mask = np.array([[0] * (width - len(one)) + [1] * len(one) for one in turned])
        with torch.inference_mode():
            made = model.generate(
                input_ids=torch.tensor(ids, device=model.device),
                attention_mask=torch.tensor(mask, device=model.device),
                do_sample=True,
                top_k=40,
                temperature=0.9,
                num_return_sequences=_TIMES,
                max_new_tokens=_MOST_TOKENS[kind],
                eos_token_id=end,
                pad_token_id=end,
            )
        for n, tokens in enumerate(made[:, width:].tolist()):
            if end in tokens[1:]:
                said = tokens[: tokens.index(end, 1)]
                yield {"place": [now[n // _TIMES]], "kind": [WISHED.index(kind)], "ids": said}
