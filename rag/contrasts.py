"""Know the words that tell things of a kind apart: the old and the new bridge. two words -> bool."""

from __future__ import annotations

_KINDS = tuple(
    frozenset(kind.split())
    for kind in (
        "first second third fourth fifth sixth seventh eighth ninth tenth last",
        "old new former current previous present original",
        "northern southern eastern western",
        "large big small",
        "morning afternoon evening",
        "monthly yearly annual",
        *("older newer", "larger smaller", "short long", "upper lower", "inner outer", "earlier later"),
        *("junior senior", "single double", "summer winter"),
    )
)
"""Words that tell things of a kind apart."""
CONTRASTS = "|".join(sorted(frozenset[str]().union(*_KINDS)))
"""Such words, as alternatives of a pattern."""
SUPERLATIVES = (
    "highest|lowest|largest|smallest|biggest|greatest|cheapest|dearest|longest|shortest|tallest|heaviest|lightest|oldest"
    "|youngest|newest|fastest|slowest|quietest|loudest|best|worst|strongest|weakest|richest|poorest|deepest|widest|hottest"
    "|coldest|nearest|fewest"
)
"""Words that set one above or below all others, as alternatives of a pattern."""


def of_a_kind(one: str, two: str) -> bool:
    """Say whether two words tell things of a kind apart: "old" and "new"."""
    return any({one.lower(), two.lower()} <= kind for kind in _KINDS)
