"""Columns that a caller hands over, as the compiled core takes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError

INT_TYPES = (np.int64, np.int32, np.uint32)


def stream_of(column: Any) -> Any | None:
    """The column's Arrow stream, or None where it has no texts in Arrow's memory."""
    import pandas as pd

    if isinstance(column, (pd.Series, pd.Index)):
        if not isinstance(column.dtype, pd.StringDtype) or column.dtype.storage == "python":
            return None
        return pd.DataFrame({"text": pd.Index(column)}).__arrow_c_stream__()  # no index column
    if hasattr(column, "__arrow_c_stream__"):  # polars Series, pyarrow ChunkedArray
        return column.__arrow_c_stream__()
    if hasattr(column, "__arrow_c_array__"):  # pyarrow Array
        import pyarrow as pa

        return pa.chunked_array([column]).__arrow_c_stream__()
    return None


class TextIds:
    """Ids that are all texts, numbered in order of first appearance."""

    def __init__(self) -> None:
        self._core = _core.Ids()

    def __len__(self) -> int:
        return len(self._core)

    def add(self, name: str, column: Any) -> np.ndarray | None:
        """The number of each id; None when the column is not text."""
        import pandas as pd

        stream = stream_of(column)
        if stream is not None:
            codes: np.ndarray = self._core.add_stream(stream, name)
            return codes
        if isinstance(column, np.ndarray):
            if column.dtype.kind not in "OU":
                return None
        elif isinstance(column, (pd.Series, pd.Index)):
            if column.dtype.kind != "O":
                return None
            column = column.to_numpy(dtype=object)
        elif not isinstance(column, (list, tuple)):
            return None
        found: np.ndarray | None = self._core.add_objects(column)
        return found

    def texts(self) -> np.ndarray:
        return objects(self._core.texts())

    def rank(self) -> np.ndarray:
        """Number -> rank of the id's UTF-8 bytes."""
        return np.asarray(self._core.rank(), dtype=np.uint32)


def plain(column: Any) -> Any:
    """A column as something pandas indexes without guessing types."""
    import pandas as pd

    if isinstance(column, (pd.Series, pd.Index, np.ndarray)):
        return column
    if hasattr(column, "to_pandas"):  # pyarrow, polars, DuckDB relations
        return column.to_pandas()
    if isinstance(column, range):
        return np.asarray(column)
    return objects(column) if not _is_numeric(column) else np.asarray(column)


def _is_numeric(column: Any) -> bool:
    return len(column) > 0 and all(
        isinstance(item, (int, np.integer)) and not isinstance(item, bool) for item in column
    )


def objects(items: Any) -> np.ndarray:
    """An array of the items themselves, never of what NumPy makes of them."""
    items = list(items)
    made = np.empty(len(items), dtype=object)
    made[:] = items
    return made


def codes_in(index: Any, ids: Any, unknown: str) -> np.ndarray:
    """Position of each id in an index. `unknown` is the message about one that is not there, with
    {row} and {id}."""
    rows: np.ndarray = index.get_indexer(ids)
    if (rows < 0).any():
        bad = int(np.argmax(rows < 0))
        raise InvalidArgumentError(unknown.format(row=bad, id=repr(plain_item(ids[bad]))))
    return rows


def plain_item(item: Any) -> Any:
    """Python's own number or text for one of NumPy's, whose repr names a type."""
    return item.item() if isinstance(item, np.generic) else item


def rank_by_bytes(ids: np.ndarray) -> np.ndarray:
    """Row -> vertex: the rank of the id's UTF-8 bytes (numbers are ranked as their text)."""
    texts = [str(item).encode("utf-8", "surrogatepass") for item in ids.tolist()]
    order = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.empty(len(texts), dtype=np.int64)
    rank[order] = np.arange(len(texts))
    return rank


def positions(name: str, values: Any) -> np.ndarray:
    """Whole numbers as an array; int32, int64 and uint32 are not copied."""
    array = np.asarray(values)
    if array.size == 0:
        array = array.astype(np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise InvalidArgumentError(
            f"{name} must be a 1-d array of whole numbers, not {array.dtype}"
        )
    return array


def as_int64(name: str, array: np.ndarray) -> np.ndarray:
    unsigned = array.dtype.kind == "u" and array.dtype.itemsize == 8
    if unsigned and len(array) and array.max() > 2**63 - 1:
        raise InvalidArgumentError(f"{name} holds positions above 2^63")
    return array.astype(np.int64)


def numbers(name: str, values: Any) -> np.ndarray | None:
    """Link values as float64, or None when there are none."""
    if values is None:
        return None
    import pandas as pd

    try:
        return np.ascontiguousarray(pd.to_numeric(plain(values)), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(f"{name} must be numbers: {error}") from None
