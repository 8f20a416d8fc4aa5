"""A measure's table together with how it was made."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError, KedjaError

_STATUS_NAMES: tuple[str, ...] = _core.status_names


class Names:
    """A long column of few names: an array only once somebody reads it."""

    __slots__ = ("_length", "_make")

    def __init__(self, length: int, make: Callable[[], np.ndarray]) -> None:
        self._length, self._make = length, make

    def __len__(self) -> int:
        return self._length

    def array(self) -> np.ndarray:
        return self._make()


class _Columns(Mapping[str, np.ndarray]):
    """Columns by name, as read-only arrays."""

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given: dict[str, Any] = {}
        for name, values in given.items():
            self._given[name] = values if isinstance(values, Names) else _read_only(values)

    def __getitem__(self, name: str) -> np.ndarray:
        values = self._given[name]
        if isinstance(values, Names):
            values = self._given[name] = _read_only(values.array())
        made: np.ndarray = values
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def lengths(self) -> set[int]:
        return {len(values) for values in self._given.values()}


def _read_only(values: Any) -> np.ndarray:
    array = values if isinstance(values, np.ndarray) else np.asarray(values, dtype=object)
    array = array.view()
    array.flags.writeable = False
    return array


class Result:
    """A frozen table keyed by the user's ids, with its provenance.

    Attributes
    ----------
    ids : numpy.ndarray or None
        Company ids in input order, for results with one row per company (or sector labels, for
        one per sector); None otherwise.
    columns : tuple of str
        Names of the columns, in order.
    meta : Mapping[str, Any]
        ``measure``, ``parameters``, ``conventions``, ``version``, ``graph_checksum`` and whatever
        the run reported (``iterations``, ``residual``, ``converged``, ``seed``, ...).

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> result = kedja.centrality.degree(graph)
    >>> result["degree"].tolist()
    [1, 2, 1]
    >>> result.verify()
    True
    """

    __slots__ = ("_columns", "_frame", "_key", "_recompute", "ids", "meta")

    _columns: _Columns
    _frame: Any
    _key: str
    _recompute: Callable[[], Result] | None
    ids: np.ndarray | None
    meta: Mapping[str, Any]

    def __init__(
        self,
        columns: Mapping[str, Any],
        meta: Mapping[str, Any],
        *,
        ids: Sequence[Any] | np.ndarray | None = None,
        key: str = "company",
        recompute: Callable[[], Result] | None = None,
    ) -> None:
        made = _Columns(columns)
        if len(made.lengths() | ({len(ids)} if ids is not None else set())) > 1:
            raise KedjaError("columns of a result differ in length")
        object.__setattr__(self, "_columns", made)
        object.__setattr__(self, "_frame", None)
        object.__setattr__(self, "_key", key)  # what the ids are of
        object.__setattr__(self, "_recompute", recompute)
        object.__setattr__(self, "ids", None if ids is None else _frozen(ids))
        object.__setattr__(self, "meta", MappingProxyType({**meta, "version": _core.version}))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Result is frozen; make a copy of result.frame to change values")

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._columns)

    def __len__(self) -> int:
        return max(self._columns.lengths(), default=0)

    def __getitem__(self, column: str) -> np.ndarray:
        """The column as a read-only NumPy array, without building a pandas frame."""
        try:
            values: np.ndarray = self._columns[column]
        except KeyError:
            raise InvalidArgumentError(
                f"there is no column {column!r}; the columns are {', '.join(self._columns)}"
            ) from None
        return values

    @property
    def frame(self) -> Any:
        """The table as a pandas frame; company results have the ids as index ``company``."""
        if self._frame is None:
            import pandas as pd

            data: dict[str, Any] = {}
            for name, values in self._columns.items():
                if name == "status":
                    data[name] = pd.Categorical(values, categories=list(_STATUS_NAMES))
                elif values.dtype == object:
                    data[name] = pd.array(
                        list(values), dtype="str" if _all_text(values) else object
                    )
                else:
                    data[name] = values
            index = None if self.ids is None else pd.Index(self.ids, name=self._key)
            object.__setattr__(self, "_frame", pd.DataFrame(data, index=index))
        return self._frame

    def _frame_out(self, personal: bool = True) -> Any:
        columns = self._columns if self.ids is None else {self._key: self.ids, **self._columns}
        made = table_frame(columns)
        if not personal:
            made.mask_personal_numbers()
        return made

    def to_arrow(self) -> Any:
        """The table as a pyarrow.Table (needs pyarrow); ids are the column ``company``."""
        import pyarrow as pa

        return pa.table(self)

    def to_polars(self) -> Any:
        """The table as a polars.DataFrame (needs polars); ids are the column ``company``."""
        import polars as pl

        return pl.DataFrame(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Arrow PyCapsule protocol: polars, DuckDB, pyarrow and pandas read the result as a table.

        Text is large_string, numbers double, whole numbers int64; another schema is not made.
        """
        return self._frame_out().arrow()

    def __repr__(self) -> str:
        return f"<Result {self.meta.get('measure')}: {len(self)} rows, columns {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        facts = ", ".join(
            f"{html.escape(str(key))} = {html.escape(str(value))}"
            for key, value in self.meta.items()
            if not isinstance(value, Mapping)
        )
        head = self.frame.head(10).to_html(escape=True)
        return f"{head}<p><small>{len(self)} rows; {facts}</small></p>"

    def verify(self) -> bool:
        """Compute the result again with the recorded parameters and compare every bit.

        Returns
        -------
        bool
            True when all columns are identical (NaN equals NaN).

        Raises
        ------
        KedjaError
            A column differs, or the result cannot be computed again (it was loaded from a file).
        """
        if self._recompute is None:
            raise KedjaError("this result does not know how it was computed")
        again = self._recompute()
        for name in self._columns:
            ours, theirs = self._columns[name], again._columns[name]
            same = (
                list(ours) == list(theirs)
                if ours.dtype == object
                else ours.tobytes() == theirs.tobytes()
            )
            if not same:
                raise KedjaError(f"column {name!r} differs when computed again")
        return True

    def write(
        self, path: str | os.PathLike[str], *, excel_safe: bool = True, personal: bool = False
    ) -> Path:
        """Write the table to ``.csv``, ``.json`` or ``.parquet``, whole or not at all.

        Parameters
        ----------
        path : path
            The ending decides the format. JSON carries ``meta`` beside the rows; Parquet needs
            pyarrow.
        excel_safe : bool, default True
            In CSV, put an apostrophe before text that a spreadsheet would run as a formula.
        personal : bool, default False
            False hides the digits of Swedish personal identity numbers used as ids.

        Raises
        ------
        InvalidArgumentError
            Another ending, or a folder that does not exist or cannot be written to.

        Examples
        --------
        >>> import kedja, pathlib, tempfile
        >>> graph = kedja.CompanyGraph(["ore", "steel"], ["ore"], ["steel"])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     kedja.centrality.degree(graph).write(pathlib.Path(folder, "d.csv")).read_text()
        'company,degree,upstream,downstream\\nore,1,0,1\\nsteel,1,1,0\\n'
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in (".csv", ".json", ".parquet"):
            raise InvalidArgumentError(f"{path.name}: write .csv, .json or .parquet")
        table = self._frame_out(personal)
        if kind == ".csv":
            content = table.csv(excel_safe)
        elif kind == ".json":
            content = table.json(self._meta_json())
        else:
            content = _parquet(table)
        write_whole(path, content)
        return path

    def to_json(self, *, personal: bool = False) -> str:
        """The rows and ``meta`` as one JSON text; NaN is null. `personal` as for `write`."""
        content: bytes = self._frame_out(personal).json(self._meta_json())
        return content.decode("utf-8")

    def _meta_json(self) -> str:
        return json.dumps(dict(self.meta), default=str, ensure_ascii=False)


class _Capsule:
    """An Arrow stream that has no other home."""

    def __init__(self, stream: object) -> None:
        self._stream = stream

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._stream


def _parquet(table: Any) -> bytes:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise InvalidArgumentError(
            "writing Parquet needs pyarrow; pip install 'kedja[arrow]'"
        ) from None
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(_Capsule(table.arrow())), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def status_column(codes: np.ndarray) -> np.ndarray:
    """Status bytes of the compiled core as an array of names."""
    return np.asarray(_STATUS_NAMES, dtype=object)[codes]


def _all_text(values: np.ndarray) -> bool:
    return all(isinstance(value, str) for value in values)


def _frozen(ids: Sequence[Any] | np.ndarray) -> np.ndarray:
    array = ids if isinstance(ids, np.ndarray) else np.asarray(ids, dtype=object)
    array = array.view()
    array.flags.writeable = False
    return array


def write_whole(path: Path, content: bytes) -> None:
    """Write by a temporary file, flush and rename: `path` is replaced whole, or not at all."""
    _core.write_whole_file(os.fspath(path), content)


def table_frame(columns: Mapping[str, np.ndarray]) -> Any:
    """Columns as the compiled core's table; what is not a number or a truth value goes as text."""
    made = []
    for name, values in columns.items():
        kind = values.dtype.kind
        if kind == "b":
            column: Any = values
        elif kind == "f":
            column = values.astype(np.float64, copy=False)
        elif kind in "iu":
            column = values.astype(np.int64)
        else:
            column = [v if v is None or isinstance(v, str) else str(v) for v in values.tolist()]
        made.append((name, column))
    return _core.Frame(made)


def rows(result: Result) -> Iterator[dict[str, Any]]:
    """The rows of a result as dictionaries, without pandas."""
    names = result.columns
    for values in zip(*(result[name] for name in names), strict=True):
        yield dict(zip(names, values, strict=True))
