"""Tables of flows put beside each other by label, whatever form they came in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from kedja._columns import objects
from kedja._errors import DataError, InvalidArgumentError

_DENSE_SHARE = 0.05  # of cells that are not zero, from which a full array is kept


class Rows(NamedTuple):
    """A square matrix in compressed rows: sorted columns, no repeats, no zeros."""

    offsets: np.ndarray
    columns: np.ndarray
    values: np.ndarray

    @classmethod
    def of_links(cls, n: int, source: np.ndarray, target: np.ndarray, value: np.ndarray) -> Rows:
        """Repeated pairs are summed in the order in which they come."""
        order = np.lexsort((target, source))
        source, target, value = source[order], target[order], value[order]
        first = np.ones(len(source), dtype=bool)
        first[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
        at = np.flatnonzero(first)
        summed = np.add.reduceat(value, at) if len(at) else np.zeros(0)
        source, target = source[at], target[at]
        kept = summed != 0  # NaN stays, and is refused later
        source, target, summed = source[kept], target[kept], summed[kept]
        offsets = np.zeros(n + 1, dtype=np.int64)
        np.cumsum(np.bincount(source, minlength=n), out=offsets[1:])
        made = cls(offsets, target.astype(np.int64), summed.astype(np.float64))
        for part in made:
            part.flags.writeable = False
        return made

    @property
    def n(self) -> int:
        return len(self.offsets) - 1

    def sources(self) -> np.ndarray:
        return np.repeat(np.arange(self.n), np.diff(self.offsets))

    def moved(self, rank: np.ndarray) -> Rows:
        """The same matrix with row and column i at rank[i]."""
        return Rows.of_links(self.n, rank[self.sources()], rank[self.columns], self.values)


def label_array(labels: list[Any]) -> np.ndarray:
    """Labels as an array: of whole numbers where all are, else of the labels themselves."""
    whole = all(isinstance(i, (int, np.integer)) and not isinstance(i, bool) for i in labels)
    return np.asarray(labels) if labels and whole else objects(labels)


def matrix_of_links(
    n: int, source: np.ndarray, target: np.ndarray, value: np.ndarray
) -> np.ndarray | Rows:
    """Links as compressed rows, or as a full array where most cells are used."""
    rows = Rows.of_links(n, source, target, value)
    if len(rows.values) < _DENSE_SHARE * n * n or n > 20_000:
        return rows
    full = np.zeros((n, n))
    full[rows.sources(), rows.columns] = rows.values
    return full


def text_of(label: Any) -> str:
    """A label as text; levels are joined by a bar."""
    return "|".join(map(str, label)) if isinstance(label, tuple) else str(label)


def first_seen(items: Any) -> list[Any]:
    return list(dict.fromkeys(items))


def _labels_of(index: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """Labels of a pandas index, and its first level where it has two."""
    if getattr(index, "nlevels", 1) > 1:
        rows = list(index)
        return objects(text_of(row) for row in rows), objects(row[0] for row in rows)
    return np.asarray(index), None


def as_labels(labels: Any, n: int) -> np.ndarray:
    made, _ = _labels_of(labels) if hasattr(labels, "nlevels") else (None, None)
    if made is None:
        items = list(labels)
        whole = all(isinstance(i, (int, np.integer)) and not isinstance(i, bool) for i in items)
        made = np.asarray(items) if whole and items else objects(map(_scalar, items))
    if len(made) != n:
        raise DataError(f"labels: {len(made)} labels for {n} rows of Z", "E_SHAPE", "labels")
    _unique(made, "labels")
    return made


def _scalar(label: Any) -> Any:
    return text_of(label) if isinstance(label, tuple) else label


def of_labels(table: Any, n: int) -> np.ndarray | None:
    """Labels that a Series or frame bears, unless they are only row numbers."""
    index = getattr(table, "index", None)
    if index is None or callable(index) or type(index).__name__ == "RangeIndex":
        return None
    made, _ = _labels_of(index)
    if len(made) != n:
        raise DataError(
            f"final_demand: {len(made)} rows for {n} rows of Z", "E_SHAPE", "final_demand"
        )
    _unique(made, "final_demand")
    return made


def _unique(labels: np.ndarray, table: str) -> None:
    seen: dict[Any, int] = {}
    for row, label in enumerate(labels.tolist()):
        if label is None or label != label or label == "":
            raise DataError(f"{table}, row {row}: the label is empty", "E_ID_EMPTY", table, row)
        if label in seen:
            raise DataError(
                f"{table}, row {row}: label {label!r} stands in row {seen[label]} already; rename or add up "
                "the two rows",
                "E_DUP_ID",
                table,
                row,
                "",
                str(label),
            )
        seen[label] = row


def by_label(have: np.ndarray, want: np.ndarray, table: str) -> np.ndarray:
    """Row of `have` for each of `want`; both must hold the same labels."""
    at = {label: row for row, label in enumerate(have.tolist())}
    rows = np.empty(len(want), dtype=np.int64)
    for k, label in enumerate(want.tolist()):
        row = at.pop(label, None)
        if row is None:
            raise DataError(
                f"{table}: sector {label!r} is missing; tables are aligned by label, so every table must "
                "have every sector",
                "E_DANGLING",
                table,
                k,
                "",
                str(label),
            )
        rows[k] = row
    if at:
        label, row = next(iter(at.items()))
        raise DataError(
            f"{table}, row {row}: unknown sector {label!r}; it is not a row of Z",
            "E_DANGLING",
            table,
            row,
            "",
            str(label),
        )
    return rows


def _numbers(values: Any, table: str) -> np.ndarray:
    try:
        made = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{table}: {error}", "E_NUMBER", table) from None
    return made


def matrix_of(Z: Any) -> tuple[np.ndarray | Rows, np.ndarray | None, np.ndarray | None]:
    """Z as a C-ordered array or compressed rows, its labels, and the first level of them."""
    if isinstance(Z, Rows):
        return Z, None, None
    shape = getattr(Z, "shape", None)
    labels = levels = None
    if hasattr(Z, "tocsr"):
        _square(shape)
        coo = Z.tocoo()
        made = Rows.of_links(
            int(coo.shape[0]),
            np.asarray(coo.row, dtype=np.int64),
            np.asarray(coo.col, dtype=np.int64),
            _numbers(coo.data, "Z"),
        )
        return made, None, None
    if hasattr(Z, "columns") and hasattr(Z, "index"):
        _square(shape)
        labels, levels = _labels_of(Z.index)
        columns, _ = _labels_of(Z.columns)
        _unique(labels, "Z")
        _unique(columns, "columns of Z")
        values = _numbers(Z.to_numpy(), "Z")
        if columns.tolist() != labels.tolist():
            values = values[:, by_label(columns, labels, "columns of Z")]
    else:
        values = _numbers(Z, "Z")
        _square(values.shape)
    return np.ascontiguousarray(values), labels, levels


def _square(shape: Any) -> None:
    if len(shape) != 2 or shape[0] != shape[1]:
        found = " x ".join(map(str, shape))
        raise DataError(
            f"Z: {found} values; a table of flows is square, one row and one column per sector",
            "E_SHAPE",
            "Z",
            int(min(shape)) if shape else None,
            "",
            found,
        )


def columns_of(
    table: Any, labels: np.ndarray, what: str = "final_demand", *, numeric: bool = True
) -> tuple[np.ndarray, list[Any], bool]:
    """A table by sector as (n, r) values, the columns' names, and whether it bore names itself."""
    import pandas as pd

    n, names, named = len(labels), [what], False
    if isinstance(table, Mapping):
        table = pd.Series(table)
    if isinstance(table, (pd.Series, pd.DataFrame)):
        if isinstance(table, pd.DataFrame):
            names, named = list(table.columns), True
            if table.columns.nlevels > 1:  # categories within regions
                regions = [name[0] for name in names]
                names = first_seen(regions)
                values = _numbers(table.to_numpy(), what)
                member = np.asarray(
                    [[region == name for name in names] for region in regions], float
                )
                table = pd.DataFrame(values @ member, index=table.index, columns=pd.Index(names))
        own, _ = _labels_of(table.index)
        values = table.to_numpy()
        numbered = type(table.index).__name__ == "RangeIndex" and labels.dtype.kind not in "iu"
        if not numbered:  # row numbers of a table without labels mean positions
            _unique(own, what)
            values = values[by_label(own, labels, what)]
    else:
        values = np.asarray(table) if numeric else objects(table)
    if numeric:
        values = _numbers(values, what)
    if values.ndim == 1:
        values = values[:, None]
    if values.ndim != 2 or values.shape[0] != n:
        raise DataError(
            f"{what}: {values.shape[0]} rows for {n} sectors"
            if values.ndim == 2
            else f"{what}: give one or two dimensions, not {values.ndim}",
            "E_SHAPE",
            what,
        )
    if not numeric:
        for row, value in enumerate(values[:, 0].tolist()):
            if value is None or value != value or value == "":
                raise DataError(
                    f"{what}: sector {text_of(labels[row])} has no group", "E_MISSING", what, row
                )
    return np.ascontiguousarray(values), names, named


def no_allocation(what: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"{what} needs to know each sector's output; pass output= or final_demand= to from_coefficients"
    )
