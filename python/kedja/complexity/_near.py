"""What is near what, by the name of a form or as a table that is known already."""

from __future__ import annotations

from typing import Any

import numpy as np

from kedja import _core
from kedja._columns import numbers
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja.complexity._table import Prepared

Near = Any  # one of the words below, a DataFrame or a Result
_PROXIMITIES = {"geometric": "geometric", "conditional": "count"}
_RELATEDNESS = ("association", "cosine", "jaccard", "probability")


def said(near: Near) -> str:
    """What `meta` says of it."""
    return near if isinstance(near, str) else "given"


def near_table(made: Prepared, near: Near, diagonal: int, threads: int) -> Any:
    """Symmetric phi of the table's columns in the core; None is the published proximity.

    What asks for it takes shares of the sums around a column, where conditional shares
    both / u_k and counts of both are the same, since u_k cancels.
    """
    if not isinstance(near, str):
        return _given(made, near)
    if near == "proximity":
        return None
    if near in _PROXIMITIES:
        return _core.proximity(
            made.binary, method=_PROXIMITIES[near], threads=threads, progress=None
        )
    if near not in _RELATEDNESS:
        words = ", ".join(map(repr, ("proximity", *_PROXIMITIES, *_RELATEDNESS)))
        raise InvalidArgumentError(f"near must be {words}, a DataFrame or a Result, not {near!r}")
    if diagonal != 0:
        raise InvalidArgumentError(f"near={near!r} has no diagonal: say diagonal=0")
    return _core.relatedness(made.binary, method=near, threads=threads, progress=None)


def _given(made: Prepared, near: Any) -> Any:
    import pandas as pd

    frame = near.frame if isinstance(near, Result) else near
    frame = frame.to_pandas() if hasattr(frame, "to_pandas") else frame
    if not isinstance(frame, pd.DataFrame):
        raise InvalidArgumentError(
            f"near must be a word, a DataFrame or a Result, not {type(near).__name__}"
        )
    known_names = pd.Index(made.columns)

    def places(names: Any) -> np.ndarray:
        """Columns of the table by name; -1 where it has none."""
        found: np.ndarray = known_names.get_indexer(pd.Index([str(name) for name in names]))
        return found

    if not {"a", "b"} <= set(frame.columns):  # a square matrix
        a, b = np.repeat(frame.index, frame.shape[1]), np.tile(frame.columns, len(frame))
        one = np.repeat(places(frame.index), frame.shape[1])
        two = np.tile(places(frame.columns), len(frame))
        value = numbers("near", pd.Series(frame.to_numpy().reshape(-1)))
    else:
        last = next((c for c in reversed(frame.columns) if c not in ("a", "b")), None)
        if last is None:
            raise InvalidArgumentError("near needs columns a, b and a value")
        a, b = frame["a"].to_numpy(), frame["b"].to_numpy()
        one, two = places(a), places(b)
        value = numbers(f"near, {last}", frame[last])
    assert value is not None
    known = (one >= 0) & (two >= 0) & (value != 0)
    bad = known & ~(np.isfinite(value) & (value >= 0))
    if bad.any():
        at = int(np.argmax(bad))
        raise InvalidArgumentError(
            f"near: the value of {a[at]!r} and {b[at]!r} is {value[at]:g}; it must be finite and "
            ">= 0"
        )
    n = len(made.columns)
    made_of = _core.Table(
        n, n, one[known].astype(np.uint32), two[known].astype(np.uint32), value[known]
    )
    cells, mirrored = made_of.cells(), made_of.transposed().cells()
    if not all(np.array_equal(x, y) for x, y in zip(cells, mirrored, strict=True)):
        raise InvalidArgumentError("near must be symmetric: the same for a, b as for b, a")
    return made_of
