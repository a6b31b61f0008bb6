"""Have nothing told while the terminal is silenced. A lock."""

from __future__ import annotations

import threading

SILENCED = threading.RLock()
"""Held while llama-cpp-python loads a model: it turns stdout and stderr of the whole process off, so that a line which
another thread writes meanwhile is lost. What is to be told waits for it."""
