"""Shared by the tests: where optional reference files are, and random graphs."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of reference values and corpora kept beside the project."""
    folder = Path(os.environ.get("KEDJA_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("reference files are not beside the project (set KEDJA_SHARED to their folder)")
    return folder


@pytest.fixture
def random_links():
    """Seeded link columns with loops and parallel links: (n, source, target, value)."""

    def make(seed: int, n: int = 12, m: int = 30) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
        random = np.random.default_rng(seed)
        ends = random.integers(0, n, size=(2, m))
        return n, ends[0], ends[1], np.round(random.lognormal(size=m), 6) + 1e-6

    return make
