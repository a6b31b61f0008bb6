"""The records that flow through Footnote. files -> Document -> Passage -> Hit -> Evidence -> Claim -> Answer.

Every record is frozen and holds the record it was made from, so that one can walk from an answer back to the exact
characters of a file. Spans are half-open character offsets into `Document.text`. Ranks start at 1. Scores: higher is
better. Sequences are tuples; a change is a new record (`dataclasses.replace`).
"""

from rag.records.answers import (
    DISAGREE,
    MENTIONED,
    MENTIONED_SOME,
    NAMED,
    OPENINGS,
    OVERVIEW,
    SILENT,
    Answer,
    Citation,
    Claim,
    Compared,
    Delta,
    Outcome,
    Verdict,
)
from rag.records.documents import Document, FileStatus, FileVerdict, Hidden, Passage, Place, Progress, Span
from rag.records.questions import Evidence, Hit, Message, Part, Prompt, Query, Turn

__all__ = [
    "DISAGREE",
    "MENTIONED",
    "MENTIONED_SOME",
    "NAMED",
    "OPENINGS",
    "OVERVIEW",
    "SILENT",
    "Answer",
    "Citation",
    "Claim",
    "Compared",
    "Delta",
    "Document",
    "Evidence",
    "FileStatus",
    "FileVerdict",
    "Hidden",
    "Hit",
    "Message",
    "Outcome",
    "Part",
    "Passage",
    "Place",
    "Progress",
    "Prompt",
    "Query",
    "Span",
    "Turn",
    "Verdict",
]
