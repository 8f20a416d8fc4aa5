"""The bipartite configuration model and significant similarities."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja._run import Progress, context
from kedja.complexity._table import Binary, Prepared, prepare


class BicmResult(Result):
    """Probabilities of a bipartite configuration model, with tests and draws. Made by `bicm`."""

    __slots__ = ("_model", "_table")

    _model: Any
    _table: Prepared

    def pvalues(
        self,
        *,
        side: Literal["rows", "columns"] = "rows",
        threads: int = 0,
        progress: Progress = None,
    ) -> Result:
        """Which pairs have more in common than their degrees explain.

        Parameters
        ----------
        side : {'rows', 'columns'}, default 'rows'
            Pairs of rows by shared columns, or the other way round.
        threads, progress
            See `CompanyGraph`. Threads change no bit of the result.

        Returns
        -------
        Result
            All pairs, each once: ``a``, ``b``, ``pvalue``, ``qvalue``, ``shared``. The p-value is
            the exact chance of sharing at least as many (a Poisson-binomial upper tail); q-values
            are Benjamini and Hochberg's over all pairs.

        Raises
        ------
        InvalidArgumentError
            More than 2^31 pairs.

        Notes
        -----
        Saracco et al. 2017, https://doi.org/10.1088/1367-2630/aa6b38. O(pairs of degree classes x
        columns x width of the distribution).

        Examples
        --------
        >>> import kedja, pandas as pd
        >>> table = pd.DataFrame({"row": list("xxyyzz"), "column": list("klklmn")})
        >>> kedja.null_models.bicm(table).pvalues().columns
        ('a', 'b', 'pvalue', 'qvalue', 'shared')
        """
        if side not in ("rows", "columns"):
            raise InvalidArgumentError(f"side must be 'rows' or 'columns', not {side!r}")
        shared, p, q = self._model.shared(
            self._table.binary, rows=side == "rows", **context(progress, "similarities", threads)
        )
        names = self._table.rows if side == "rows" else self._table.columns
        a, b = np.triu_indices(len(names), 1)
        return Result(
            {
                "a": names[a],
                "b": names[b],
                "pvalue": p,
                "qvalue": q,
                "shared": shared.astype(np.int64),
            },
            {**self.meta, "measure": "bicm_pvalues", "side": side},
            recompute=lambda: self.pvalues(side=side, threads=threads, progress=False),
        )

    def sample(self, *, seed: int = 0, draw: int = 0) -> Result:
        """A table drawn from the model.

        Parameters
        ----------
        seed, draw : int
            The same seed and number give the same table.

        Returns
        -------
        Result
            Cells that are 1: ``row``, ``column``.

        Examples
        --------
        >>> import kedja, pandas as pd
        >>> table = pd.DataFrame({"row": list("xxyyzz"), "column": list("klklmn")})
        >>> kedja.null_models.bicm(table).sample(seed=1).columns
        ('row', 'column')
        """
        row, column, _ = self._model.draw(int(seed), int(draw)).cells()
        return Result(
            {"row": self._table.rows[row], "column": self._table.columns[column]},
            {**self.meta, "measure": "bicm_sample", "seed": seed, "draw": draw},
            recompute=lambda: self.sample(seed=seed, draw=draw),
        )


def bicm(
    table: Any,
    *,
    binary: Binary = None,
    tolerance: float = 1e-11,
    max_iterations: int = 200,
    threads: int = 0,
    progress: Progress = None,
) -> BicmResult:
    """Bipartite configuration model: the least biased 0/1 table with the observed degrees.

    p_ck = x_c y_k / (1 + x_c y_k), with fitnesses x and y for which every row and every column has
    its observed degree as expectation.

    Parameters
    ----------
    table : DataFrame, Dataset or Prepared
        See `complexity.prepare`. Values must be 0 or 1 unless `binary` says how to make them so.
    binary : float or 'rca', optional
        'rca' takes RCA >= 1, a number value >= binary.
    tolerance : float, default 1e-11
        Largest error of an expected degree.
    max_iterations : int, default 200
        Newton steps.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    BicmResult
        Every row with every column: ``row``, ``column``, ``probability``. Empty and full rows and
        columns have 0 and 1. ``.pvalues(side=)`` tests what pairs share, ``.sample(seed=)`` draws.
        ``meta`` has ``iterations``, ``error_bound`` (the largest error of an expected degree) and
        ``converged``.

    Raises
    ------
    InvalidArgumentError
        A value is neither 0 nor 1 and `binary` is not given.

    Notes
    -----
    Saracco et al. 2015, https://doi.org/10.1038/srep10595. Rows of equal degree are solved once:
    O(row classes x column classes) per product of Newton's method.

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": ["x", "x", "y"], "column": ["k", "l", "l"]})
    >>> kedja.null_models.bicm(table)["probability"].round(6).tolist()
    [1.0, 1.0, 0.0, 1.0]
    """
    if isinstance(table, Prepared):
        made = table
    else:
        made = prepare(table, binary=1.0 if binary is None else binary)
        if binary is None:
            row, column, value = made.core.cells()
            other = (value != 0) & (value != 1)
            if other.any():
                at = int(np.argmax(other))
                raise InvalidArgumentError(
                    f"the value of row {made.rows[row[at]]!r}, column {made.columns[column[at]]!r} "
                    f"is {value[at]:g}, neither 0 nor 1: say binary='rca' or a threshold"
                )
    model = _core.BipartiteModel(
        made.binary,
        tolerance=float(tolerance),
        max_iterations=int(max_iterations),
        **context(progress, "bipartite model", threads),
    )
    iteration = model.iteration()
    classes = model.classes()
    if not iteration["converged"]:
        import warnings

        warnings.warn(
            f"the bipartite model did not converge: largest degree error "
            f"{iteration['error_bound']:.3g} after {iteration['iterations']} steps",
            RuntimeWarning,
            stacklevel=2,
        )
    result = BicmResult(
        {**made.cell_names(), "probability": model.probabilities()},
        {
            "measure": "bicm",
            "parameters": {"tolerance": tolerance, **made.convention},
            "row_classes": classes[0],
            "column_classes": classes[1],
            **iteration,
            **made.empty(),
        },
        recompute=lambda: bicm(
            table,
            binary=binary,
            tolerance=tolerance,
            max_iterations=max_iterations,
            threads=threads,
            progress=False,
        ),
    )
    object.__setattr__(result, "_model", model)
    object.__setattr__(result, "_table", made)
    return result
