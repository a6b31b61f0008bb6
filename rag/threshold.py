"""Know from which confidence a library answers. Settings, Store -> a probability."""

from __future__ import annotations

from rag.corpus.store import Store
from rag.errors import SettingsError
from rag.settings import Settings

_LEAST_CONFIDENCE = "min_confidence"
_DEFAULT_CONFIDENCE = 0.5


def least_confidence(settings: Settings, store: Store) -> float:
    """Return the confidence in [0, 1] from which a library answers: as set, as kept in it, or the default."""
    if settings.min_confidence is not None:
        return settings.min_confidence
    return float(store.facts().get(_LEAST_CONFIDENCE, _DEFAULT_CONFIDENCE))


def keep_confidence(confidence: float, store: Store) -> None:
    """Keep in a library the confidence in [0, 1] from which to answer. Raises `SettingsError` for another number."""
    if not 0 <= confidence <= 1:
        raise SettingsError(f"The confidence is {confidence}; it must lie between 0 and 1.")
    store.set_facts({_LEAST_CONFIDENCE: str(confidence)})
