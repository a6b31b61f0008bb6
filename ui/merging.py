"""Merge a conversation that two browsers went on with. what one of them sends, what is kept -> all that was said."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

Talk = dict[str, Any]
"""A conversation: id, name, the times it was named and changed (in ms), and its turns, each with an id and a time."""


def parsed(talk_id: str, raw: str | bytes) -> Talk:
    """Return a conversation out of its JSON; turns without ids go by their places. Raises `ValueError` for no such."""
    try:
        talk = json.loads(raw)
        turns = [
            {**turn, "id": str(turn.get("id") or at), "when": _time(turn, "when")}
            for at, turn in enumerate(talk["turns"])
        ]
        times = {key: _time(talk, key) for key in ("when", "named")}
        return {"id": talk_id, "name": str(talk.get("name", "")), **times, "turns": turns}
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("This is no conversation.") from error


def merged(sent: Talk, kept: Talk) -> Talk:
    """Return a conversation with the turns of both, as two tabs merge theirs (`static/tabs.js`).

    They stand in the order kept, then those that were only sent; of a turn in both it is the newer. The name is the one
    that was given last.
    """
    ours = {turn["id"]: turn for turn in sent["turns"]}
    turns = []
    for theirs in kept["turns"]:
        mine = ours.pop(theirs["id"], theirs)
        turns.append(theirs if theirs["when"] > mine["when"] else mine)
    named = kept if kept["named"] > sent["named"] else sent
    return {
        **sent, "name": named["name"], "named": named["named"], "when": max(sent["when"], kept["when"]),
        "turns": [*turns, *ours.values()],
    }  # fmt: skip


def says_more(talk: Talk, sent: Talk) -> bool:
    """Say whether a merged conversation holds what was not sent."""
    return any(talk[key] != sent[key] for key in ("turns", "named"))


def _time(record: dict[str, Any], key: str) -> float:
    found = float(record.get(key) or 0)
    if not isfinite(found):
        raise ValueError(f"{key} is {found}")
    return found
