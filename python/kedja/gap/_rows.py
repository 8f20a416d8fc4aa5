"""Rows of a gap table, one list per column."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._result import Result

if TYPE_CHECKING:
    from kedja._dataset import Dataset
    from kedja.gap._explain import Explanation


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
        explain: Callable[[int, str], Explanation] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> GapResult:
        """`options` are what the explanation of a row needs beside the data."""
        kinds = {str: object, bool: np.bool_, int: np.int64, float: np.float64}
        columns: dict[str, np.ndarray] = {
            name: np.array(values, dtype=kinds[type(self._default[name])])
            for name, values in self._values.items()
        }
        made = GapResult(
            columns,
            {
                "measure": measure,
                "parameters": dict(parameters),
                "data_checksum": data.checksum,
                **meta,
            },
            recompute=again,
        )
        if explain is None:
            from kedja.gap._explain import explain_row

            def explain(i: int, lang: str) -> Explanation:
                return explain_row(data, made, i, lang, **(options or {}))

        object.__setattr__(made, "_explain", explain)
        return made


class GapResult(Result):
    """A table of gaps; each row opens into what it rests on."""

    __slots__ = ("_explain",)

    _explain: Callable[[int, str], Explanation]

    def explain(self, i: int, *, lang: Literal["en", "sv"] = "en") -> Explanation:
        """What row `i` rests on: the formula with its numbers, companies, links and projects.

        Parameters
        ----------
        i : int
            Position of the row; negative counts from the end.
        lang : {'en', 'sv'}, default 'en'

        Returns
        -------
        Explanation
            ``title``, ``text``, ``formula``, ``companies`` (id, name, role), ``links`` (source,
            target, kind, value, year), ``projects`` (project, companies, year); printing it shows
            all.

        Raises
        ------
        InvalidArgumentError
            There is no such row; another language.

        Examples
        --------
        >>> import kedja
        >>> data = kedja.from_tables(
        ...     companies={"id": ["a", "b"]},
        ...     memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
        ...     capabilities={"company": ["a", "b"], "capability": ["k", "l"]})
        >>> found = kedja.gap.capability(data, cluster="x")
        >>> found.explain(1).formula
        '0.500 × (1 − min(1, 0.000 / 0.500)) = 0.500'
        >>> [(c.id, c.role) for c in found.explain(0).companies]
        [('a', 'member')]
        """
        if not -len(self) <= i < len(self):
            raise InvalidArgumentError(f"there is no row {i}; the table has {len(self)} rows")
        if lang not in ("en", "sv"):
            raise InvalidArgumentError(f"lang must be 'en' or 'sv', not {lang!r}")
        return self._explain(i % len(self), lang)


NAN = math.nan
