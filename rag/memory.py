"""Bound the memory of this process, where the system can. bytes -> a limit, or none."""

from __future__ import annotations


def limit_memory(most_bytes: int) -> None:
    """Let this process hold so many bytes of address space, and leave no core when it falls.

    A lower limit stays. Windows has none and macOS takes none: there those on time and size stand alone.
    """
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, most_bytes), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        try:
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (ValueError, OSError):
            continue
