"""Train the language model to answer in a few words with a number, or to decline. Asked paragraphs -> GGUF adapter.

Several questions are asked of the same sentences: these are read once, and each question sees them and itself only
(its own branch of the attention mask), exactly as if it had been asked alone.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.answering.chat_format import ChatFormat
from rag.answering.model_file import packaged_model
from rag.answering.prompt import PromptTemplate
from rag.places import bundled
from rag.training.lora import add_adapter, export_adapter, load_model, read_adapter
from rag.training.sheets import Sheet

_log = logging.getLogger("footnote.training")


@dataclass(frozen=True, slots=True)
class WriterPlan:
    """How long and how fast to learn: `sheets` of sentences, `per_step` of them for each step of AdamW.

    `start` is the path of an adapter to go on from; "" starts from none.
    """

    sheets: int = 2000
    per_step: int = 2
    rate: float = 4e-4
    rank: int = 16
    alpha: float = 32.0
    seed: int = 0
    start: str = ""
    save_seconds: float = 180.0


class SheetEncoder:
    """Turns sheets into tokens exactly as the engine will: one trunk, a branch for each question."""

    def __init__(self) -> None:
        import llama_cpp

        self._llm: Any = llama_cpp.Llama(str(packaged_model()), vocab_only=True, verbose=False)
        self._format = ChatFormat(self._llm)
        self._template = PromptTemplate(bundled("prompts") / "short_answer.md")

    def prompt(self, shown: str, question: str) -> list[int]:
        """Return the tokens of the prompt for a question about what is shown."""
        return self._format.tokens(self._template.fill_sentences(question, [shown] if shown else []))[0]

    def branches(self, sheet: Sheet) -> tuple[list[int], list[tuple[list[int], list[int]]]]:
        """Return the trunk, and for each question its own tokens and those of the reply."""
        prompts = [self.prompt(sheet.shown, question) for question, _ in sheet.asked]
        trunk = len(self.prompt(sheet.shown, "")) - len(self.prompt("", "")) + self._shared()
        end = self._llm.token_eos()
        replies = [[*self._llm.tokenize(r.encode(), add_bos=False, special=False), end] for _, r in sheet.asked]
        return prompts[0][:trunk], [(p[trunk:], r) for p, r in zip(prompts, replies, strict=True)]

    def _shared(self) -> int:
        """Return how many tokens two prompts without sentences share."""
        one, two = self.prompt("", "a"), self.prompt("", "b")
        return next(n for n, (x, y) in enumerate(zip(one, two, strict=True)) if x != y)


def train_writer(sheets: Sequence[Sheet], plan: WriterPlan, folder: Path) -> Path:
    """Train over the sheets once; go on from the last checkpoint in `folder`. Returns the adapter's path."""
    import torch

    torch.manual_seed(plan.seed)
    model = load_model(packaged_model())
    layers = add_adapter(model, rank=plan.rank, alpha=plan.alpha)
    if plan.start:
        read_adapter(layers, model.config, Path(plan.start))
    learnt = [p for layer in layers.values() for p in (layer.a, layer.b)]
    optimiser = torch.optim.AdamW(learnt, lr=plan.rate, weight_decay=0.0)
    steps = len(sheets) // plan.per_step
    warm = max(1, steps // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda n: min(1.0, (n + 1) / warm, max(0.05, (steps - n) / (steps - warm)))
    )
    checkpoint = folder / "checkpoint.pt"
    done = 0
    if checkpoint.is_file():
        saved = torch.load(checkpoint)
        for parameter, value in zip(learnt, saved["learnt"], strict=True):
            parameter.data.copy_(value)
        optimiser.load_state_dict(saved["optimiser"])
        schedule.load_state_dict(saved["schedule"])
        done = saved["done"]
    encoder = SheetEncoder()
    started = saved_at = time.monotonic()
    mean = 0.0
    for n in range(done, steps):
        optimiser.zero_grad(set_to_none=True)
        for sheet in sheets[n * plan.per_step : (n + 1) * plan.per_step]:
            loss = branch_loss(model, *encoder.branches(sheet))
            (loss / plan.per_step).backward()
            mean = float(loss.detach()) if n == done else 0.98 * mean + 0.02 * float(loss.detach())
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        schedule.step()
        if (n + 1) % 20 == 0:
            took = (time.monotonic() - started) / (n + 1 - done)
            _log.info("%d/%d loss %.3f, %.1f s/step, %.0f min left", n + 1, steps, mean, took, took * (steps - n) / 60)
        if time.monotonic() - saved_at > plan.save_seconds or n + 1 == steps:
            saved_at = time.monotonic()
            state = {"learnt": [p.detach() for p in learnt], "optimiser": optimiser.state_dict(), "done": n + 1}
            torch.save({**state, "schedule": schedule.state_dict()}, checkpoint)
            export_adapter(layers, model.config, folder / "writer.gguf", alpha=plan.alpha)
    (folder / "plan.json").write_text(json.dumps(asdict(plan), indent=2) + "\n", "utf-8")
    return folder / "writer.gguf"


def branch_loss(model: Any, trunk: list[int], branches: Sequence[tuple[list[int], list[int]]]) -> Any:
    """Return the mean cross-entropy of the replies' tokens, each branch seeing the trunk and itself only."""
    import torch
    from torch.nn import functional

    ids, places, owner, aims = list(trunk), list(range(len(trunk))), [0] * len(trunk), []
    for number, (question, reply) in enumerate(branches, 1):
        tokens = question + reply[:-1]
        first = len(ids) + len(question) - 1
        aims += [(first + n, token) for n, token in enumerate(reply)]
        places += range(len(trunk), len(trunk) + len(tokens))
        owner += [number] * len(tokens)
        ids += tokens
    own = torch.tensor(owner)
    seen = torch.tril(torch.ones(len(ids), len(ids), dtype=torch.bool))
    seen &= (own[None, :] == 0) | (own[None, :] == own[:, None])
    mask = torch.zeros(1, 1, len(ids), len(ids), dtype=torch.bfloat16).masked_fill(~seen, float("-inf"))
    hidden = model.model(
        input_ids=torch.tensor([ids]), position_ids=torch.tensor([places]), attention_mask=mask, use_cache=False
    ).last_hidden_state[0]
    at, wanted = zip(*aims, strict=True)
    return functional.cross_entropy(model.lm_head(hidden[list(at)]).float(), torch.tensor(wanted))
