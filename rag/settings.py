"""Every knob, with its unit. Keyword arguments -> Settings."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are split, searched and answered from. `dataclasses.replace` varies one.

    Splitting (a change needs `footnote repair`): `passage_tokens` is the size a passage grows to, in word pieces of
    the embedder. Search: `k_searched` passages are asked of each searcher, `k_hits` are kept after fusion, in which
    dense similarity weighs `dense_weight` in [0, 1]; `use_spelling` mends misspelt words and says acronyms in full.
    `reranker` reads the first `k_reranked` hits and weighs `rerank_weight` in [0, 1]: "reader" is the trained
    reader, any other name a cross-encoder on this machine, "" none.
    Evidence: the `n_read` likeliest sentences of the hits are read, and as many again once or twice in doubt (with
    `use_reader` off none are: likeness and shared words decide), `k_evidence` of them are kept; with `use_second` the
    packaged language model judges the best. The documents are said to be silent when the confidence in [0, 1] is
    under `min_confidence` (None: what `footnote calibrate` kept in the library, else 0.5). Model: `model_path` is a
    GGUF file that writes sentences of its own from the first `k_shown` (None: answers are in the documents' words, as
    they are with `compose` off); a reply is at most `max_answer_tokens` long and takes at most `timeout_seconds`.
    Files larger than `max_file_mb` are refused, and those that take longer than `max_read_seconds` to read. With the
    extra `ocr` installed, pages of each file are read by OCR for `max_ocr_seconds` (0: none are). A page of the web may
    take `max_fetch_seconds` to come.
    """

    passage_tokens: int = 200
    use_dense: bool = True
    use_lexical: bool = True
    use_spelling: bool = True
    use_reader: bool = True
    use_second: bool = True
    n_read: int = 16
    dense_weight: float = 0.4
    k_searched: int = 20
    reranker: str = ""
    k_reranked: int = 24
    rerank_weight: float = 0.3
    k_hits: int = 12
    k_evidence: int = 10
    k_shown: int = 3
    min_confidence: float | None = None
    compose: bool = True
    model_path: Path | None = None
    context_tokens: int = 4096
    max_answer_tokens: int = 96
    timeout_seconds: float = 20.0
    max_question_chars: int = 2000
    max_file_mb: int = 64
    max_read_seconds: float = 60.0
    max_ocr_seconds: float = 900.0
    max_fetch_seconds: float = 30.0
    threads: int = 0

    def __post_init__(self) -> None:
        """Refuse values that cannot be, naming the setting and its bounds."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if (sort := _sort(field)) and not (value is None and field.default is None) and not _is(value, sort):
                raise SettingsError(f"The setting {field.name} is {value!r}; it must be {_SORTS[sort]}.")
        for name, (low, high) in BOUNDS.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise SettingsError(f"The setting {name} is {value}; it must lie between {low} and {high}.")
        if not (self.use_dense or self.use_lexical):
            raise SettingsError("use_dense and use_lexical are both off; at least one search must be on.")


BOUNDS: dict[str, tuple[float, float]] = {
    "passage_tokens": (16, 240),
    "dense_weight": (0, 1),
    "k_searched": (1, 1000),
    "k_reranked": (1, 1000),
    "rerank_weight": (0, 1),
    "k_hits": (1, 100),
    "k_evidence": (1, 100),
    "n_read": (1, 1000),
    "k_shown": (1, 20),
    "min_confidence": (0, 1),
    "context_tokens": (512, 131072),
    "max_answer_tokens": (1, 4096),
    "timeout_seconds": (0.1, 3600),
    "max_question_chars": (1, 100_000),
    "max_file_mb": (1, 4096),
    "max_read_seconds": (0.1, 3600),
    "max_ocr_seconds": (0, 86_400),
    "max_fetch_seconds": (0.1, 3600),
    "threads": (0, 1024),
}


_SORTS: dict[type, str] = {bool: "True or False", int: "a whole number", float: "a number"}


def _sort(field: dataclasses.Field[object]) -> type | None:
    """Return what a setting is, if it is a switch or a number; one that is None by itself is a number if bounded."""
    if field.default is None:
        return float if field.name in BOUNDS else None
    return type(field.default) if type(field.default) in _SORTS else None


def _is(value: object, sort: type) -> bool:
    if sort is bool or isinstance(value, bool):
        return sort is bool and isinstance(value, bool)
    return isinstance(value, (int, float) if sort is float else int)


def as_plain(settings: Settings) -> dict[str, object]:
    """Return the settings as JSON-ready values, for a run's record."""
    plain = dataclasses.asdict(settings)
    return {name: str(value) if isinstance(value, Path) else value for name, value in plain.items()}
