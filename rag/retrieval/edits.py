"""Count the edits between two words. words -> number of letters added, dropped, changed or swapped."""

from __future__ import annotations


def edits(one: str, other: str) -> tuple[int, int]:
    """Return how many edits turn `one` into `other`, and how many turn some beginning of `one` into it.

    An edit adds, drops or changes a letter or swaps two neighbours (optimal string alignment, Damerau 1964).
    """
    before: list[int] = []
    row = list(range(len(one) + 1))
    for i, letter in enumerate(other, 1):
        before, last, row = row, before, [i]
        for j, own in enumerate(one, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != own))
            if i > 1 and j > 1 and letter == one[j - 2] and other[i - 2] == own:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1], min(row)
