"""Complexity: what rows (clusters, regions) specialise in, and what is near what."""

from __future__ import annotations

from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja._run import Progress, context

__all__ = ["density", "proximity", "rca"]


def __dir__() -> list[str]:
    return __all__


class _Table:
    """A long table as compiled sparse table with the names of its rows and columns."""

    def __init__(self, table: Any, binary: float | None) -> None:
        import pandas as pd

        frame = table if isinstance(table, pd.DataFrame) else table.to_pandas()
        if {"row", "column"} <= set(frame.columns):
            row, column = frame["row"].astype(str), frame["column"].astype(str)
            value = (
                frame["value"].to_numpy(dtype=np.float64)
                if "value" in frame
                else np.ones(len(frame))
            )
        else:  # a matrix
            stacked = frame.stack()
            row = stacked.index.get_level_values(0).astype(str)
            column = stacked.index.get_level_values(1).astype(str)
            value = stacked.to_numpy(dtype=np.float64)
        if np.isnan(value).any():
            raise InvalidArgumentError(
                f"cell {int(np.argmax(np.isnan(value)))}: the value is missing"
            )
        self.rows, row_codes = np.unique(
            np.asarray(row, dtype=object).astype(str), return_inverse=True
        )
        self.columns, column_codes = np.unique(
            np.asarray(column, dtype=object).astype(str), return_inverse=True
        )
        self.core = _core.Table(
            len(self.rows),
            len(self.columns),
            row_codes.astype(np.uint32),
            column_codes.astype(np.uint32),
            value,
        )
        self.binary = (
            self.core.specialisation(1.0) if binary is None else self.core.at_least(float(binary))
        )

    def name(self, which: str, codes: np.ndarray) -> np.ndarray:
        names: np.ndarray = (self.rows if which == "row" else self.columns).astype(object)
        return names[codes]


def rca(table: Any) -> Result:
    """Revealed comparative advantage (Balassa 1965, https://doi.org/10.1111/j.1467-9957.1965.tb00050.x).

    RCA_ck = (X_ck / X_c.) / (X_.k / X_..).

    Parameters
    ----------
    table : DataFrame
        Long (``row``, ``column``, ``value``; values finite and >= 0, repeated cells are summed) or
        a matrix with labels.

    Returns
    -------
    Result
        One row per cell given: ``row``, ``column``, ``rca``. ``meta["empty_rows"]`` and
        ``meta["empty_columns"]`` name those where RCA is 0/0.

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": ["x", "x", "y"], "column": ["k", "l", "l"], "value": [1, 1, 2]})
    >>> kedja.complexity.rca(table)["rca"].round(3).tolist()
    [2.0, 0.667, 1.333]
    """
    made = _Table(table, None)
    value, empty_rows, empty_columns = _core.rca(made.core)
    row, column, _ = made.core.cells()
    value = np.where(np.isin(row, empty_rows) | np.isin(column, empty_columns), np.nan, value)
    return Result(
        {"row": made.name("row", row), "column": made.name("column", column), "rca": value},
        {
            "measure": "rca",
            "parameters": {},
            "empty_rows": made.name("row", empty_rows).tolist(),
            "empty_columns": made.name("column", empty_columns).tolist(),
        },
        recompute=lambda: rca(table),
    )


def proximity(
    table: Any,
    *,
    diagonal: int = 1,
    binary: float | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Proximity: how often two columns come together (https://doi.org/10.1126/science.1144581).

    phi_kl = (rows with both) / max(rows with k, rows with l), on M = [RCA >= 1].

    Parameters
    ----------
    table : DataFrame
        See `rca`.
    diagonal : {0, 1}, default 1
        phi_kk.
    binary : float, optional
        Use M = [value >= binary] instead of RCA.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        ``a``, ``b``, ``proximity`` in (0, 1]; all ordered pairs with a value above 0.

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": ["x", "x", "y"], "column": ["k", "l", "l"]})
    >>> kedja.complexity.proximity(table, diagonal=0, binary=1)["proximity"].tolist()
    [0.5, 0.5]
    """
    _check_diagonal(diagonal)
    made = _Table(table, binary)
    phi = _core.proximity(made.binary, **context(progress, "proximity", threads))
    a, b, value = phi.cells()
    if diagonal == 0:
        keep = a != b
        a, b, value = a[keep], b[keep], value[keep]
    return Result(
        {"a": made.name("column", a), "b": made.name("column", b), "proximity": value},
        {"measure": "proximity", "parameters": {"diagonal": diagonal, "binary": binary}},
        recompute=lambda: proximity(
            table, diagonal=diagonal, binary=binary, threads=threads, progress=False
        ),
    )


def density(
    table: Any,
    *,
    diagonal: int = 0,
    binary: float | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Density: how much of what is near a column a row has (https://doi.org/10.1126/science.1144581).

    density_ck = sum_l M_cl phi_kl / sum_l phi_kl.

    Parameters
    ----------
    table : DataFrame
        See `rca`.
    diagonal : {0, 1}, default 0
        0: a column does not predict itself.
    binary : float, optional
        See `proximity`.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        Every row with every column: ``row``, ``column``, ``density`` in [0, 1]; NaN for a column
        that is near nothing.

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": ["x", "x", "y"], "column": ["k", "l", "l"]})
    >>> kedja.complexity.density(table, binary=1)["density"].tolist()
    [1.0, 1.0, 1.0, 0.0]
    """
    _check_diagonal(diagonal)
    made = _Table(table, binary)
    phi = _core.proximity(made.binary, threads=threads, progress=None)
    value = _core.density(
        made.binary, phi, count_itself=bool(diagonal), **context(progress, "density", threads)
    )
    rows, columns = len(made.rows), len(made.columns)
    return Result(
        {
            "row": np.repeat(made.rows.astype(object), columns),
            "column": np.tile(made.columns.astype(object), rows),
            "density": value,
        },
        {"measure": "density", "parameters": {"diagonal": diagonal, "binary": binary}},
        recompute=lambda: density(
            table, diagonal=diagonal, binary=binary, threads=threads, progress=False
        ),
    )


def _check_diagonal(diagonal: int) -> None:
    if diagonal not in (0, 1):
        raise InvalidArgumentError(f"diagonal must be 0 or 1, not {diagonal!r}")
