"""Rows of a gap table, one list per column."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._result import Result

if TYPE_CHECKING:
    from kedja._dataset import Dataset


class Rows:
    """Collects rows by column name; what a row does not say is NaN, empty or the column's default.

    Parameters
    ----------
    **columns
        Name and default; the default's type is the column's type.
    """

    def __init__(self, **columns: Any) -> None:
        self._default = columns
        self._values: dict[str, list[Any]] = {name: [] for name in columns}

    def add(self, **cells: Any) -> None:
        for name, default in self._default.items():
            self._values[name].append(cells.pop(name, default))
        if cells:
            raise TypeError(f"there is no column {next(iter(cells))!r}")

    def result(
        self,
        measure: str,
        data: Dataset,
        parameters: Mapping[str, Any],
        meta: Mapping[str, Any],
        again: Callable[[], Result],
    ) -> Result:
        kinds = {str: object, bool: np.bool_, int: np.int64, float: np.float64}
        columns: dict[str, np.ndarray] = {
            name: np.array(values, dtype=kinds[type(self._default[name])])
            for name, values in self._values.items()
        }
        return Result(
            columns,
            {
                "measure": measure,
                "parameters": dict(parameters),
                "data_checksum": data.checksum,
                **meta,
            },
            recompute=again,
        )


NAN = math.nan
