"""Gravity: what sizes and distances explain."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja._run import Progress, context


class GravityResult(Result):
    """A fitted gravity model. Made by `gravity`."""

    __slots__ = ("_fitted",)

    _fitted: np.ndarray

    @property
    def expected(self) -> np.ndarray:
        """Expected value of each observation, in the order of the table."""
        return self._fitted


def gravity(
    table: Any,
    *,
    value: str = "value",
    log: Sequence[str] = (),
    terms: Sequence[str] = (),
    tolerance: float = 1e-12,
    max_iterations: int = 100,
    threads: int = 0,
    progress: Progress = None,
) -> GravityResult:
    """Gravity model by Poisson pseudo-maximum likelihood, with robust standard errors.

    E[value] = exp(a + sum_j b_j log(column_j) + sum_k c_k column_k). Zeros stay in.

    Parameters
    ----------
    table : DataFrame
        One row per pair.
    value : str, default 'value'
        Column with what flows, finite and >= 0.
    log : sequence of str
        Columns that enter by their logarithm (sizes, distances), above 0.
    terms : sequence of str
        Columns that enter as they are (same sector, same country).
    tolerance : float, default 1e-12
        Relative change of the deviance at which the iteration stops.
    max_iterations : int, default 100
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    GravityResult
        One row per term: ``term`` ("constant", "log size", ...), ``coefficient``,
        ``robust_error`` (sandwich, times n / (n - k)), ``z``, ``pvalue``. ``.expected`` has the
        fitted value of each row of the table; ``meta["dispersion"]`` is Pearson's, over n - k.

    Raises
    ------
    InvalidArgumentError
        A column is missing, a logarithm does not exist (the row is named), a term is a linear
        combination of others.

    Notes
    -----
    Santos Silva and Tenreyro 2006, https://doi.org/10.1162/rest.88.4.641. O(n terms^2) per step.

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"value": [8, 4, 2, 1], "distance": [1, 2, 4, 8]})
    >>> kedja.null_models.gravity(table, log=["distance"])["coefficient"].round(6).tolist()
    [2.079442, -1.0]
    """
    frame = table if hasattr(table, "columns") else table.to_pandas()
    for name in (value, *log, *terms):
        if name not in frame.columns:
            raise InvalidArgumentError(
                f"there is no column {name!r}; the columns are {', '.join(map(str, frame.columns))}"
            )
    columns, names = [np.ones(len(frame))], ["constant"]
    for name in log:
        numbers = frame[name].to_numpy(dtype=np.float64)
        bad = ~(numbers > 0)
        if bad.any():
            at = int(np.argmax(bad))
            raise InvalidArgumentError(
                f"record {at}: column {name!r} is {numbers[at]:g}, which has no logarithm"
            )
        columns.append(np.log(numbers))
        names.append(f"log {name}")
    for name in terms:
        columns.append(frame[name].to_numpy(dtype=np.float64))
        names.append(str(name))
    coefficient, error, fitted, dispersion, deviance, iteration = _core.poisson_regression(
        np.ascontiguousarray(frame[value].to_numpy(dtype=np.float64)),
        np.ascontiguousarray(np.column_stack(columns)).reshape(-1),
        len(columns),
        tolerance=float(tolerance),
        max_iterations=int(max_iterations),
        **context(progress, "gravity", threads),
    )
    if not iteration["converged"]:
        warnings.warn(
            f"the gravity model did not converge in {iteration['iterations']} steps",
            RuntimeWarning,
            stacklevel=2,
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        z = coefficient / error
    result = GravityResult(
        {
            "term": np.asarray(names, dtype=object),
            "coefficient": coefficient,
            "robust_error": error,
            "z": z,
            "pvalue": np.fromiter((math.erfc(abs(v) / math.sqrt(2)) for v in z), dtype=np.float64),
        },
        {
            "measure": "gravity",
            "parameters": {"value": value, "log": list(log), "terms": list(terms)},
            "observations": len(frame),
            "dispersion": dispersion,
            "deviance": deviance,
            **iteration,
        },
        recompute=lambda: gravity(
            table,
            value=value,
            log=log,
            terms=terms,
            tolerance=tolerance,
            max_iterations=max_iterations,
            threads=threads,
            progress=False,
        ),
    )
    fitted.flags.writeable = False
    object.__setattr__(result, "_fitted", fitted)
    return result
