"""Train the language model to answer in a few words with a number, or to decline. Asked paragraphs -> GGUF adapter.

Several questions are asked of the same sentences: these are read once, and each question sees them and itself only
(its own branch of the attention mask), exactly as if it had been asked alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from rag.training.examples import Examples, gather
from rag.training.learn import Pace, learn
from rag.training.lora import add_adapter, export_adapter, load_model, read_adapter
from rag.training.sheets import Sheet

PACE = Pace(batch=2, rate=4e-4)
_FIRST_WEIGHT = 4.0
"""How much a reply's first token weighs against its others: it decides whether the model declines."""
_NONE = -1


def vocabulary() -> Any:
    """Return the packaged language model, with its vocabulary only."""
    import llama_cpp

    from rag.answering.model_file import packaged_model

    return llama_cpp.Llama(str(packaged_model()), vocab_only=True, verbose=False)


class SheetEncoder:
    """Turns sheets into tokens exactly as the engine will: one trunk, a branch for each question."""

    def __init__(self) -> None:
        from rag.answering.chat_format import ChatFormat
        from rag.answering.prompt import PromptTemplate
        from rag.places import bundled

        self._llm = vocabulary()
        self._format = ChatFormat(self._llm)
        self._template = PromptTemplate(bundled("prompts") / "short_answer.md")

    def text(self, tokens: Iterable[int]) -> str:
        """Return the text of some tokens, less what is no UTF-8."""
        return str(self._llm.detokenize([int(token) for token in tokens]).decode("utf-8", "ignore"))

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


def encode(sheets: Iterable[Sheet]) -> Examples:
    """Return sheets as tokens: their ids, places and branches (0: the trunk).

    `aims` are the tokens of the replies, `at` where each is foretold, `first` marks those that begin a reply.
    """
    encoder = SheetEncoder()
    return gather(laid(*encoder.branches(sheet)) for sheet in sheets)


def laid(trunk: list[int], branches: Sequence[tuple[list[int], list[int]]]) -> dict[str, list[int]]:
    """Return the fields of an example: a trunk, and branches of a question's tokens and its reply's."""
    ids, places, owner = list(trunk), list(range(len(trunk))), [0] * len(trunk)
    at: list[int] = []
    for number, (question, reply) in enumerate(branches, 1):
        at += range(len(ids) + len(question) - 1, len(ids) + len(question) - 1 + len(reply))
        tokens = question + reply[:-1]
        places += range(len(trunk), len(trunk) + len(tokens))
        owner += [number] * len(tokens)
        ids += tokens
    aims = [token for _, reply in branches for token in reply]
    first = [int(n == 0) for _, reply in branches for n in range(len(reply))]
    return {"ids": ids, "places": places, "branch": owner, "aims": aims, "at": at, "first": first}


def train_writer(
    examples: Examples, pace: Pace, folder: Path, *, base: Path, rank: int, alpha: float, start: Path | None = None
) -> Path:
    """Train an adapter for the GGUF model `base`, from the adapter `start` if there is one. Returns the adapter's path.

    Invented questions among the examples are first read by the model as it is (`invented.trusted`). Uses a GPU where
    there is one.
    """
    import torch

    torch.manual_seed(pace.seed)
    model = load_model(base).to("cuda" if torch.cuda.is_available() else "cpu")
    layers = add_adapter(model, rank=rank, alpha=alpha)
    if start:
        read_adapter(layers, model.config, start, alpha=alpha)
    if "kind" in examples:
        from rag.training.invented import trusted

        examples = {**examples, "keep": trusted(model, examples, Random(pace.seed))}
    target = folder / "writer.gguf"
    learn(
        [parameter for layer in layers.values() for parameter in (layer.a, layer.b)],
        lambda rows: branch_loss(model, examples, rows),
        examples["ids"].lengths(),
        pace,
        folder=folder,
        keep=lambda: export_adapter(layers, model.config, target, alpha=alpha),
    )
    return target


def branch_loss(model: Any, examples: Examples, rows: Sequence[int]) -> Any:
    """Return the weighted mean cross-entropy of the replies' tokens of some sheets."""
    import torch
    from torch.nn import functional

    logits, aims = replies(model, examples, rows)
    first = np.concatenate([examples["first"][n] for n in rows])
    weighed = 1 + (_FIRST_WEIGHT - 1) * first
    if "keep" in examples:
        weighed = weighed * np.concatenate([examples["keep"][n] for n in rows])
    weights = torch.tensor(weighed, device=logits.device, dtype=torch.float32)
    losses = functional.cross_entropy(logits, aims, reduction="none")
    return (losses * weights).sum() / weights.sum().clamp(min=1)


def replies(model: Any, examples: Examples, rows: Sequence[int]) -> tuple[Any, Any]:
    """Return the logits `(n, vocabulary)` before each token of the sheets' replies, and those tokens `(n,)`."""
    import torch

    device = model.lm_head.weight.device
    branch = torch.tensor(examples["branch"].padded(rows, _NONE), device=device)
    length = branch.shape[1]
    seen = torch.tril(torch.ones(length, length, dtype=torch.bool, device=device))
    seen = seen & ((branch[:, None, :] == 0) | (branch[:, None, :] == branch[:, :, None]))
    mask = torch.zeros(len(rows), 1, length, length, dtype=model.dtype, device=device)
    hidden = model.model(
        input_ids=torch.tensor(examples["ids"].padded(rows, 0), device=device),
        position_ids=torch.tensor(examples["places"].padded(rows, 0), device=device),
        attention_mask=mask.masked_fill(~seen[:, None], float("-inf")),
        use_cache=False,
    ).last_hidden_state
    at = np.concatenate([examples["at"][n] + i * length for i, n in enumerate(rows)])
    aims = np.concatenate([examples["aims"][n] for n in rows])
    chosen = hidden.reshape(-1, hidden.shape[-1])[torch.tensor(at, device=device, dtype=torch.long)]
    return model.lm_head(chosen).float(), torch.tensor(aims, device=device, dtype=torch.long)
