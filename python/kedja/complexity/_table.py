"""Tables of rows by columns in the forms that users have them."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._columns import TextIds, numbers, objects, plain
from kedja._errors import InvalidArgumentError
from kedja._result import Names, Result

if TYPE_CHECKING:
    from kedja._dataset import Dataset

Binary = float | Literal["rca"] | None


class Prepared:
    """A table in the compiled core with the names of its rows and columns. Made by `prepare`.

    Attributes
    ----------
    rows, columns : numpy.ndarray of str
        Names in the order of their UTF-8 bytes.
    empty_rows, empty_columns : list of str
        Those without any value above 0 in the table, or without any 1 in its 0/1 form.
    """

    def __init__(
        self,
        rows: np.ndarray,
        columns: np.ndarray,
        core: Any,
        binary: Binary,
        advantage: float,
        decimals: int | None,
    ) -> None:
        self.rows, self.columns, self.core = rows, columns, core
        self._rca: Any = None
        self.convention: dict[str, Any] = {"binary": "rca" if binary is None else binary}
        if binary is None or binary == "rca":
            self.convention |= {"advantage": advantage, "decimals": decimals}
            self._rca = _core.rca(core)
            value = self._rca[0] if decimals is None else np.round(self._rca[0], decimals)
            self.binary = core.chosen(value, advantage)
        else:
            self.binary = core.at_least(_threshold(binary))
        self._zero: tuple[np.ndarray, np.ndarray] | None = None
        self.solved: dict[tuple[Any, ...], Any] = {}  # complexities by method and its options
        self._density: dict[int, weakref.ref[np.ndarray]] = {}
        self._names: dict[str, weakref.ref[np.ndarray]] = {}

    def rca(self) -> Any:
        """Advantage of each cell, and rows and columns without any value."""
        if self._rca is None:
            self._rca = _core.rca(self.core)
        return self._rca

    def remember_density(self, diagonal: int, value: np.ndarray) -> None:
        """Keeps a density for `outlook` while somebody holds it; it must not be written to."""
        value.flags.writeable = False
        # Views of an array keep the array that they look into, not each other.
        owner = value.base if isinstance(value.base, np.ndarray) else value
        self._density[diagonal] = weakref.ref(owner)

    def known_density(self, diagonal: int) -> np.ndarray | None:
        found = self._density.get(diagonal)
        kept = None if found is None else found()
        return None if kept is None else kept.reshape(-1)

    def zero(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows and columns whose values are all 0, as masks."""
        if self._zero is None:
            self._zero = self.core.zero_lines()
        return self._zero

    def empty(self) -> dict[str, list[str]]:
        """What `meta` says about rows and columns that have nothing."""
        rows, columns = self.binary.zero_lines()
        return {
            "empty_rows": self.rows[rows].tolist(),
            "empty_columns": self.columns[columns].tolist(),
        }

    def cell_names(self) -> dict[str, Names]:
        """Names of every row with every column, row after row; one copy for all who read it."""
        count = len(self.rows) * len(self.columns)
        return {
            "row": Names(count, lambda: self._every("row")),
            "column": Names(count, lambda: self._every("column")),
        }

    def _every(self, side: str) -> np.ndarray:
        known = self._names.get(side)
        kept = None if known is None else known()
        if kept is None:
            if side == "row":
                whole = np.repeat(self.rows, len(self.columns))
            else:
                whole = np.tile(self.columns, len(self.rows))
            kept = whole.base if isinstance(whole.base, np.ndarray) else whole
            self._names[side] = weakref.ref(kept)
        return kept.reshape(-1)

    def column_position(self, name: Any) -> int:
        found = np.flatnonzero(self.columns == str(name))
        if len(found) == 0:
            from kedja._profile import unknown

            raise InvalidArgumentError(unknown("column", name, self.columns.tolist()))
        return int(found[0])


def prepare(
    table: Any,
    *,
    by: str = "cluster",
    binary: Binary = None,
    advantage: float = 1.0,
    decimals: int | None = None,
) -> Prepared:
    """Read a table once, with its less common conventions, for several functions of this module.

    Parameters
    ----------
    table : DataFrame or Dataset
        Long (``row``, ``column`` and, unless every row counts 1, ``value``; values finite and
        >= 0, repeated cells are summed), a matrix with labels, or a dataset: then rows are its
        groups and columns its capabilities (without them NACE divisions), counting members.
    by : str, default 'cluster'
        Which groups of a dataset: see `Dataset.groups`; 'company' takes each company.
    binary : float or 'rca', optional
        How the 0/1 table M is made: 'rca' (as None) M = [RCA >= advantage]; a number
        M = [value >= binary].
    advantage : float, default 1.0
        Least RCA that counts.
    decimals : int, optional
        Round RCA to so many decimals before it is compared (EconGeo: 2).

    Returns
    -------
    Prepared
        Accepted wherever a table is; `binary` is then settled.

    Raises
    ------
    InvalidArgumentError
        A value is negative or missing, a name is missing; the message says where.

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": ["x", "x", "y"], "column": ["k", "l", "l"], "value": [1, 1, 2]})
    >>> ready = kedja.complexity.prepare(table, advantage=0.5)
    >>> kedja.complexity.proximity(ready, diagonal=0)["proximity"].tolist()
    [0.5, 0.5]
    """
    if isinstance(table, Prepared):
        if binary is not None or advantage != 1.0 or decimals is not None:
            raise InvalidArgumentError("the table is prepared: say binary in prepare()")
        return table
    from kedja._dataset import Dataset

    if not (isinstance(advantage, (int, float)) and advantage > 0):
        raise InvalidArgumentError(f"advantage must be a number above 0, not {advantage!r}")
    if isinstance(table, Dataset):
        rows, columns, core = _of_dataset(table, by)
    else:
        import pandas as pd

        if isinstance(table, Result):
            frame = table.frame
        else:
            frame = table if isinstance(table, pd.DataFrame) else table.to_pandas()
        long = {"row", "column"} <= set(frame.columns)
        rows, columns, core = _of_long(frame) if long else _of_matrix(frame)
    return Prepared(rows, columns, core, binary, float(advantage), decimals)


def _of_long(frame: Any) -> tuple[np.ndarray, np.ndarray, Any]:
    value = np.ones(len(frame)) if "value" not in frame else numbers("value", frame["value"])
    assert value is not None
    rows, row = _named("row", frame["row"])
    columns, column = _named("column", frame["column"])
    bad = ~(np.isfinite(value) & (value >= 0))
    if bad.any():
        at = int(np.argmax(bad))
        _refuse(f"record {at}", rows[row[at]], columns[column[at]], value[at])
    return rows, columns, _core.Table(len(rows), len(columns), row, column, value)


def _of_matrix(frame: Any) -> tuple[np.ndarray, np.ndarray, Any]:
    try:
        value = frame.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(
            f"a table needs columns row and column (and value), or be a matrix of numbers: {error}"
        ) from None
    rows, row = _labels("row", frame.index)
    columns, column = _labels("column", frame.columns)
    core, bad = _core.table_of_matrix(
        np.ascontiguousarray(value), len(rows), len(columns), row, column
    )
    if bad >= 0:
        r, c = divmod(bad, value.shape[1])
        _refuse("matrix", rows[row[r]], columns[column[c]], value[r, c])
    return rows, columns, core


def _of_dataset(data: Dataset, by: str) -> tuple[np.ndarray, np.ndarray, Any]:
    if len(data.capabilities):
        company, item, names = data._core.capabilities("capabilities")
    else:
        company, item, names = data._core.capabilities("nace2")
        if len(company) == 0:
            raise InvalidArgumentError(
                "complexity needs a table of capabilities, or companies with nace"
            )
    columns = np.asarray(names, dtype=object)
    if by == "company":
        rows = data.ids_by_vertex.astype(object)
        return rows, columns, _core.Table(len(rows), len(columns), company, item, None)
    groups = data.groups(by)
    vertex, group, share = groups._core.rows()
    count = np.bincount(vertex, minlength=len(data.ids))
    first = np.concatenate([[0], np.cumsum(count)])
    order = np.argsort(vertex, kind="stable")
    times = count[company]
    start = np.repeat(first[company], times)
    step = np.arange(len(start)) - np.repeat(np.cumsum(times) - times, times)
    at = order[start + step]
    core = _core.Table(
        len(groups), len(columns), group[at].astype(np.uint32), np.repeat(item, times), share[at]
    )
    return np.asarray(groups.names, dtype=object), columns, core


def _labels(what: str, index: Any) -> tuple[np.ndarray, np.ndarray]:
    """As `_named`, at once where all are texts that stand once."""
    texts = index.tolist()
    if len(set(map(type, texts)) - {str}) or len(set(texts)) < len(texts):
        return _named(what, index)
    coded = [text.encode("utf-8", "surrogatepass") for text in texts]
    order = np.asarray(sorted(range(len(texts)), key=coded.__getitem__), dtype=np.int64)
    position = np.empty(len(texts), dtype=np.uint32)
    position[order] = np.arange(len(texts), dtype=np.uint32)
    return objects(texts)[order], position


def _named(what: str, column: Any) -> tuple[np.ndarray, np.ndarray]:
    """Names in the order of their bytes, and the position of each entry."""
    import pandas as pd

    column = pd.Index(column) if not isinstance(column, (pd.Index, pd.Series)) else column
    missing = np.asarray(column.isna())
    if missing.any():
        raise InvalidArgumentError(f"record {int(np.argmax(missing))}: the {what} is missing")
    known = TextIds()
    codes = known.add(what, column)
    if codes is None:
        codes = known.add(what, [str(item) for item in plain(column).tolist()])
    assert codes is not None
    rank = known.rank()
    names = np.empty(len(rank), dtype=object)
    names[rank] = known.texts()
    return names, np.ascontiguousarray(rank[codes], dtype=np.uint32)


def _refuse(where: str, row: str, column: str, value: float) -> None:
    said = "is missing" if np.isnan(value) else f"is {value:g}; it must be finite and >= 0"
    raise InvalidArgumentError(f"{where}: the value of row {row!r}, column {column!r} {said}")


def _threshold(binary: Any) -> float:
    if isinstance(binary, bool) or not isinstance(binary, (int, float)) or not binary > 0:
        raise InvalidArgumentError(f"binary must be 'rca' or a number above 0, not {binary!r}")
    return float(binary)
