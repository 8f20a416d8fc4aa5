"""A measure's table together with how it was made."""

from __future__ import annotations

import html
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError, KedjaError

if TYPE_CHECKING:
    pass

_STATUS_NAMES: tuple[str, ...] = _core.status_names


class Result:
    """A frozen table keyed by the user's ids, with its provenance.

    Attributes
    ----------
    ids : numpy.ndarray or None
        Company ids in input order, for results with one row per company; None otherwise.
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

    __slots__ = ("_columns", "_frame", "_recompute", "ids", "meta")

    _columns: dict[str, np.ndarray]
    _frame: Any
    _recompute: Callable[[], Result] | None
    ids: np.ndarray | None
    meta: Mapping[str, Any]

    def __init__(
        self,
        columns: Mapping[str, Any],
        meta: Mapping[str, Any],
        *,
        ids: Sequence[Any] | np.ndarray | None = None,
        recompute: Callable[[], Result] | None = None,
    ) -> None:
        made: dict[str, np.ndarray] = {}
        for name, values in columns.items():
            array = values if isinstance(values, np.ndarray) else np.asarray(values, dtype=object)
            array = array.view()
            array.flags.writeable = False
            made[name] = array
        if (
            len(
                {len(values) for values in made.values()}
                | ({len(ids)} if ids is not None else set())
            )
            > 1
        ):
            raise KedjaError("columns of a result differ in length")
        object.__setattr__(self, "_columns", made)
        object.__setattr__(self, "_frame", None)
        object.__setattr__(self, "_recompute", recompute)
        object.__setattr__(self, "ids", None if ids is None else _frozen(ids))
        object.__setattr__(self, "meta", MappingProxyType({**meta, "version": _core.version}))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Result is frozen; make a copy of result.frame to change values")

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self._columns)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()))) if self._columns else 0

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
            index = None if self.ids is None else pd.Index(self.ids, name="company")
            object.__setattr__(self, "_frame", pd.DataFrame(data, index=index))
        return self._frame

    def _flat(self) -> Any:
        return self.frame.reset_index() if self.ids is not None else self.frame

    def to_arrow(self) -> Any:
        """The table as a pyarrow.Table (needs pyarrow)."""
        import pyarrow as pa

        return pa.Table.from_pandas(self._flat(), preserve_index=False)

    def to_polars(self) -> Any:
        """The table as a polars.DataFrame (needs polars)."""
        import polars as pl

        return pl.DataFrame(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Arrow PyCapsule protocol, so ``polars.DataFrame(result)`` and DuckDB work."""
        return self._flat().__arrow_c_stream__(requested_schema)

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

    def write(self, path: str | os.PathLike[str], *, excel_safe: bool = True) -> Path:
        """Write the table to ``.csv``, ``.json`` or ``.parquet``, whole or not at all.

        Parameters
        ----------
        path : path
            The ending decides the format. JSON carries ``meta`` beside the rows.
        excel_safe : bool, default True
            In CSV, put an apostrophe before text that a spreadsheet would run as a formula.
        """
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in (".csv", ".json", ".parquet"):
            raise InvalidArgumentError(f"{path.name}: write .csv, .json or .parquet")
        frame = self._flat()
        with _whole_file(path) as part:
            if kind == ".csv":
                if excel_safe:
                    frame = frame.copy()
                    for name in frame.columns:
                        if frame[name].dtype == object or str(frame[name].dtype) in (
                            "str",
                            "string",
                        ):
                            frame[name] = [_spreadsheet_safe(cell) for cell in frame[name]]
                frame.to_csv(part, index=False, lineterminator="\n")
            elif kind == ".parquet":
                frame.to_parquet(part, index=False)
            else:
                rows = json.loads(frame.to_json(orient="records", double_precision=15))
                part.write_text(
                    json.dumps(
                        {"meta": dict(self.meta), "rows": rows}, default=str, ensure_ascii=False
                    ),
                    encoding="utf-8",
                )
        return path


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


def _spreadsheet_safe(cell: object) -> object:
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + cell
    return cell


class _whole_file:
    """A temporary file in the target's folder that becomes the target only when all went well."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Path:
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".", suffix=self._path.suffix)
        os.close(handle)
        self._part = Path(name)
        return self._part

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                with open(self._part, "rb") as done:
                    os.fsync(done.fileno())
                self._part.chmod(0o644)
                os.replace(self._part, self._path)
                folder = os.open(self._path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
        finally:
            self._part.unlink(missing_ok=True)


def whole_file(path: Path) -> _whole_file:
    """``with whole_file(path) as part:`` write to part; path is replaced at the end, or never."""
    return _whole_file(path)


def rows(result: Result) -> Iterator[dict[str, Any]]:
    """The rows of a result as dictionaries, without pandas."""
    names = result.columns
    for values in zip(*(result[name] for name in names), strict=True):
        yield dict(zip(names, values, strict=True))
