"""Take the steps of training, with checkpoints to go on from. parameters, loss of a batch -> parameters, learned."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.training.examples import batches

_log = logging.getLogger("footnote.training")
_WARM_SHARE = 0.06
_SAVE_SECONDS = 180.0
_TELL_STEPS = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how fast to learn: `passes` over the examples, `batch` of them to a step.

    `rate` is AdamW's peak; it rises over the first 6 in 100 steps, then falls to none.
    """

    passes: int = 1
    batch: int = 32
    rate: float = 1.5e-4
    decay: float = 0.0
    seed: int = 0


def learn(
    learnt: Sequence[Any],
    loss_of: Callable[[list[int]], Any],
    lengths: Sequence[int] | npt.NDArray[np.int64],
    pace: Pace,
    *,
    folder: Path,
    keep: Callable[[], None],
) -> None:
    """Train the parameters; go on from the last checkpoint in `folder`, which must be of the same examples and pace.

    `loss_of` takes the numbers of a batch's examples, `lengths` are theirs, `keep` writes the weights down.
    """
    import torch

    random = Random(pace.seed)
    plan = [batch for _ in range(pace.passes) for batch in batches(lengths, pace.batch, random)]
    optimiser = torch.optim.AdamW(learnt, lr=pace.rate, weight_decay=pace.decay, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: _rate(n / len(plan)))
    checkpoint = folder / "checkpoint.pt"
    done = 0
    if checkpoint.is_file():
        saved = torch.load(checkpoint, map_location=learnt[0].device)
        for parameter, value in zip(learnt, saved["learnt"], strict=True):
            parameter.data.copy_(value)
        optimiser.load_state_dict(saved["optimiser"])
        schedule.load_state_dict(saved["schedule"])
        done = saved["done"]
    started = saved_at = time.monotonic()
    mean: Any = None
    for n in range(done, len(plan)):
        loss = loss_of(plan[n])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        schedule.step()
        mean = loss.detach() if mean is None else 0.98 * mean + 0.02 * loss.detach()
        if (n + 1) % _TELL_STEPS == 0:
            speed = (n + 1 - done) / (time.monotonic() - started)
            left = (len(plan) - n - 1) / speed / 60
            _log.info("%d/%d loss %.3f, %.1f steps/s, %.1f min left", n + 1, len(plan), float(mean), speed, left)
        if time.monotonic() - saved_at > _SAVE_SECONDS or n + 1 == len(plan):
            saved_at = time.monotonic()
            state = {"learnt": [p.detach() for p in learnt], "optimiser": optimiser.state_dict(), "done": n + 1}
            torch.save({**state, "schedule": schedule.state_dict()}, checkpoint)
            keep()


def _rate(share: float) -> float:
    return share / _WARM_SHARE if share < _WARM_SHARE else max(0.0, (1 - share) / (1 - _WARM_SHARE))
