"""How a measure is run: threads, progress and Ctrl-C, the same for every measure."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, TypeAlias

Progress: TypeAlias = bool | Callable[[float], Any] | None

_SHOW_AFTER = 1.5  # seconds; short work shows no bar


class _Bar:
    """One line on standard error, drawn only when the work takes longer than 1.5 s."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._started = time.monotonic()
        self._drawn = False

    def __call__(self, fraction: float) -> None:
        now = time.monotonic()
        if fraction < 1.0 and now - self._started < _SHOW_AFTER:
            return
        if fraction >= 1.0 and not self._drawn:
            return
        self._drawn = True
        filled = int(30 * fraction)
        bar = "#" * filled + "." * (30 - filled)
        end = "\n" if fraction >= 1.0 else ""
        sys.stderr.write(f"\r{self._label:<28.28} [{bar}] {fraction:4.0%}{end}")
        sys.stderr.flush()


def callback(progress: Progress, label: str) -> Callable[[float], Any] | None:
    """What the compiled core calls: None, the user's callable, or a bar.

    ``None`` shows a bar when standard error is a terminal, ``True`` always, ``False`` never.
    """
    if callable(progress):
        return progress
    if progress is False or (progress is None and not sys.stderr.isatty()):
        return None
    return _Bar(label)


def context(progress: Progress, label: str, threads: int) -> dict[str, Any]:
    """Keyword arguments that every compiled measure takes."""
    if isinstance(threads, bool) or not isinstance(threads, int) or not 0 <= threads <= 1024:
        from kedja._errors import InvalidArgumentError

        raise InvalidArgumentError(f"threads must be a whole number in [0, 1024], not {threads!r}")
    return {"threads": threads, "progress": callback(progress, label)}


def stage(progress: Progress, label: str, first: float, last: float) -> Progress:
    """`progress` for one part of a longer job: its 0..1 becomes first..last of the whole."""
    say = callback(progress, label)
    if say is None:
        return False
    return lambda fraction: say(first + (last - first) * fraction)
