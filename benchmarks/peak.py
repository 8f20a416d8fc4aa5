"""What a call costs: time and memory."""

from __future__ import annotations

import pathlib
import resource
import threading
import time
from collections.abc import Callable
from typing import Any


def peak_during(call: Callable[[], Any]) -> tuple[Any, float, float, float]:
    """(answer, wall, CPU, peak resident MiB above the start), sampled every 5 ms."""

    def resident() -> float:
        fields = pathlib.Path("/proc/self/statm").read_text().split()
        return int(fields[1]) * resource.getpagesize() / 2**20

    base, peak, stop = resident(), [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.005):
            peak[0] = max(peak[0], resident())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    wall, cpu = time.perf_counter(), time.process_time()
    answer = call()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    stop.set()
    return answer, wall, cpu, max(peak[0], resident()) - base
