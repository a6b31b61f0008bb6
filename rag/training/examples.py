"""Keep encoded examples in a file, so that they are drawn once and learned from here or elsewhere. lists <-> arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from rag.batches import padded

_POOL = 50
"""Batches are cut from this many batches' examples, sorted by length: little padding, still a random order."""


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of whole numbers of unlike length: row n is `values[ends[n - 1] : ends[n]]`."""

    values: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, n: int) -> npt.NDArray[np.int32]:
        return self.values[self.ends[n - 1] if n else 0 : self.ends[n]]

    def lengths(self) -> npt.NDArray[np.int64]:
        """Return how long each row is."""
        return np.diff(self.ends, prepend=0)

    def padded(self, rows: Sequence[int], fill: int) -> npt.NDArray[np.int64]:
        """Return some rows as one array `(rows, longest)`, with `fill` after the end of each."""
        return padded([self[n] for n in rows], fill)


Examples = Mapping[str, Ragged]
"""The fields of examples by name; row n of every field belongs to example n."""


def gather(examples: Iterable[Mapping[str, Sequence[int] | npt.NDArray[np.int32]]]) -> Examples:
    """Return examples, each with its fields, as arrays. Raises ValueError when there are none."""
    rows: dict[str, list[npt.NDArray[np.int32]]] = {}
    for example in examples:
        for name, values in example.items():
            rows.setdefault(name, []).append(np.asarray(values, dtype=np.int32))
    if not rows:
        raise ValueError("there are no examples")
    return {name: Ragged(np.concatenate(some), np.cumsum([len(row) for row in some])) for name, some in rows.items()}


def some(examples: Examples, start: int, stop: int) -> Examples:
    """Return examples `start` to `stop` (from 0, the last not among them)."""
    return {name: _cut(rows, start, stop) for name, rows in examples.items()}


def shorter(examples: Examples, most: int) -> Examples:
    """Return the examples of at most so many tokens: a batch of long ones may not fit the memory.

    Raises ValueError when there are none.
    """
    kept = np.flatnonzero(examples["ids"].lengths() <= most).tolist()
    return gather({name: rows[n] for name, rows in examples.items()} for n in kept)


def joined(parts: Sequence[Examples], like: str = "aims") -> Examples:
    """Return all examples of the parts; a field that a part lacks is zero there, of the shape of the field `like`."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: _joined([part.get(name) or _zeros(part[like]) for part in parts]) for name in names}


def _joined(parts: Sequence[Ragged]) -> Ragged:
    lengths = np.concatenate([part.lengths() for part in parts])
    return Ragged(np.concatenate([part.values for part in parts]), np.cumsum(lengths))


def _zeros(rows: Ragged) -> Ragged:
    return Ragged(np.zeros_like(rows.values), rows.ends)


def _cut(rows: Ragged, start: int, stop: int) -> Ragged:
    first = rows.ends[start - 1] if start else 0
    ends = rows.ends[start:stop]
    return Ragged(rows.values[first : ends[-1] if len(ends) else first], ends - first)


def save(examples: Examples, target: Path) -> None:
    """Write examples to a file, which appears whole or not at all."""
    arrays = {f"{name}.{part}": getattr(rows, part) for name, rows in examples.items() for part in ("values", "ends")}
    part = target.with_suffix(".part.npz")
    np.savez_compressed(part, **arrays)
    part.replace(target)


def load(source: Path) -> Examples:
    """Return the examples that `save` wrote."""
    with np.load(source) as arrays:
        names = [name.removesuffix(".values") for name in arrays.files if name.endswith(".values")]
        return {name: Ragged(arrays[f"{name}.values"], arrays[f"{name}.ends"]) for name in names}


def batches(lengths: Sequence[int] | npt.NDArray[np.int64], size: int, random: Random) -> list[list[int]]:
    """Return the examples' numbers in batches of like length, in a random order."""
    order = list(range(len(lengths)))
    random.shuffle(order)
    found: list[list[int]] = []
    for at in range(0, len(order), size * _POOL):
        near = sorted(order[at : at + size * _POOL], key=lambda n: int(lengths[n]))
        groups = [near[i : i + size] for i in range(0, len(near), size)]
        random.shuffle(groups)
        found += groups
    return found
