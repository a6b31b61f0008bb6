"""Train the reader: does this window answer the question, and where? Pairs -> weights laid over the packaged MiniLM."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.answering.reader_model import build_reader, frozen, pack
from rag.retrieval.embed import packaged_model
from rag.training.pairs import Pair

_log = logging.getLogger("footnote.training")


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to learn. `rate` is AdamW's peak; it rises over `warm_share` of the steps, then falls.

    `start` is the path of weights to go on from; "" starts from the packaged model.
    """

    pairs: int = 70_000
    batch: int = 32
    rate: float = 1.5e-4
    warm_share: float = 0.06
    max_tokens: int = 192
    seed: int = 0
    start: str = ""
    save_seconds: float = 180.0


def train(pairs: Sequence[Pair], plan: Plan, folder: Path) -> Path:
    """Train over the pairs once; go on from the last checkpoint in `folder` if there is one. Returns the weights' path.

    Needs the same pairs and plan as the run it goes on from. Uses a GPU where there is one.
    """
    import torch

    torch.manual_seed(plan.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = build_reader(packaged_model(), Path(plan.start) if plan.start else None).to(device)
    for layer in model.bert.encoder.layer:
        layer.attention.self.dropout.p = 0.0  # costs a fifth of a step's time on a CPU
    learnt = [p for name, p in model.named_parameters() if not frozen(name)]
    for name, parameter in model.named_parameters():
        parameter.requires_grad = not frozen(name)
    optimiser = torch.optim.AdamW(learnt, lr=plan.rate, weight_decay=0.01, fused=True)
    batches = _batches(pairs, plan)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: _rate(n / len(batches), plan.warm_share))
    checkpoint = folder / "checkpoint.pt"
    done = 0
    if checkpoint.is_file():
        saved = torch.load(checkpoint, map_location=device)
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        schedule.load_state_dict(saved["schedule"])
        done = saved["done"]
    encode = Encoder(plan.max_tokens)
    model.train()
    started = saved_at = time.monotonic()
    mean = 0.0
    for n in range(done, len(batches)):
        loss = _loss(model, encode([pairs[i] for i in batches[n]], device), device)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        schedule.step()
        mean = 0.98 * mean + 0.02 * float(loss.detach()) if n > done else float(loss.detach())
        if (n + 1) % 50 == 0:
            speed = (n + 1 - done) / (time.monotonic() - started)
            left = (len(batches) - n - 1) / speed / 60
            _log.info(
                "%d/%d loss %.3f, %.0f pairs/s, %.1f min left", n + 1, len(batches), mean, speed * plan.batch, left
            )
        if time.monotonic() - saved_at > plan.save_seconds:
            saved_at = time.monotonic()
            state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "done": n + 1}
            torch.save({**state, "schedule": schedule.state_dict()}, checkpoint)
    target = folder / "reader.safetensors"
    pack(model, target)
    (folder / "plan.json").write_text(json.dumps(asdict(plan), indent=2) + "\n", "utf-8")
    return target


class Encoder:
    """Turns pairs into padded tensors: ids, kinds, mask, answerable, start, end (-1 where there is no span)."""

    def __init__(self, max_tokens: int) -> None:
        import tokenizers

        self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_tokens, strategy="only_second")
        self._tokenizer.enable_padding(pad_id=0)

    def encoded(self, pairs: Sequence[Pair]) -> Any:
        """Return what the tokenizer makes of pairs, padded to the longest."""
        return self._tokenizer.encode_batch([(pair.question[:400], pair.window) for pair in pairs])

    def lengths(self, pairs: Sequence[Pair]) -> list[int]:
        """Return how many tokens each pair has."""
        found: list[int] = []
        for at in range(0, len(pairs), 256):
            found += [sum(e.attention_mask) for e in self.encoded(pairs[at : at + 256])]
        return found

    def __call__(self, pairs: Sequence[Pair], device: str) -> dict[str, Any]:
        """Return the tensors of a batch on `device`."""
        import torch

        encoded = self.encoded(pairs)
        starts, ends = zip(*(_token_span(e, pair) for e, pair in zip(encoded, pairs, strict=True)), strict=True)
        rows = {
            "ids": [e.ids for e in encoded],
            "kinds": [e.type_ids for e in encoded],
            "mask": [e.attention_mask for e in encoded],
            "answerable": [float(pair.answerable) for pair in pairs],
            "start": starts,
            "end": ends,
        }
        return {name: torch.tensor(values, device=device) for name, values in rows.items()}


def _token_span(encoded: Any, pair: Pair) -> tuple[int, int]:
    if pair.answer is None:
        return -1, -1
    inside = [
        n
        for n, (kind, (start, end)) in enumerate(zip(encoded.type_ids, encoded.offsets, strict=True))
        if kind == 1 and start < pair.answer.end and pair.answer.start < end
    ]
    return (inside[0], inside[-1]) if inside else (-1, -1)


def _loss(model: Any, batch: dict[str, Any], device: str) -> Any:
    import torch
    from torch.nn import functional

    with torch.autocast(device, dtype=torch.bfloat16):
        answerable, start, end = model(batch["ids"], batch["kinds"], batch["mask"])
    loss = functional.binary_cross_entropy_with_logits(answerable.float(), batch["answerable"])
    for logits, gold in ((start, batch["start"]), (end, batch["end"])):
        if bool((gold >= 0).any()):
            loss = loss + 0.5 * functional.cross_entropy(logits.float(), gold, ignore_index=-1)
    return loss


def _batches(pairs: Sequence[Pair], plan: Plan) -> list[list[int]]:
    """Return the pairs' numbers in batches of like length in tokens, in a random order that the seed decides."""
    from random import Random

    random = Random(plan.seed)
    lengths = Encoder(plan.max_tokens).lengths(pairs)
    order = list(range(len(pairs)))
    random.shuffle(order)
    found: list[list[int]] = []
    pool = plan.batch * 50
    for at in range(0, len(order), pool):
        near = sorted(order[at : at + pool], key=lengths.__getitem__)
        groups = [near[i : i + plan.batch] for i in range(0, len(near), plan.batch)]
        random.shuffle(groups)
        found += groups
    return found


def _rate(share: float, warm: float) -> float:
    return share / warm if share < warm else max(0.0, (1 - share) / (1 - warm))


def scored(model: Any, pairs: Sequence[Pair], plan: Plan, device: str) -> Iterator[tuple[Pair, float, str]]:
    """Yield (pair, probability that it is answerable, the span it would give) for each pair."""
    import torch

    encode = Encoder(plan.max_tokens)
    model.eval()
    with torch.inference_mode(), torch.autocast(device, dtype=torch.bfloat16):
        for at in range(0, len(pairs), 64):
            some = pairs[at : at + 64]
            batch = encode(some, device)
            answerable, start, end = (x.float() for x in model(batch["ids"], batch["kinds"], batch["mask"]))
            encoded = encode.encoded(some)
            for row, pair in enumerate(some):
                first, last = best_span(start[row].tolist(), end[row].tolist(), encoded[row].type_ids)
                span = pair.window[encoded[row].offsets[first][0] : encoded[row].offsets[last][1]]
                yield pair, float(torch.sigmoid(answerable[row])), span


def best_span(start: Sequence[float], end: Sequence[float], kinds: Sequence[int], longest: int = 30) -> tuple[int, int]:
    """Return the first and last token of the likeliest span in the window (tokens of kind 1)."""
    inside = [n for n, kind in enumerate(kinds) if kind == 1]
    return max(
        ((i, j) for i in inside for j in inside if i <= j < i + longest), key=lambda span: start[span[0]] + end[span[1]]
    )
