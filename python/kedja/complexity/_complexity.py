"""How complex rows and columns are, and what complexity is within reach."""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result, status_column
from kedja._run import Progress, context
from kedja.complexity._near import Near, near_table, said
from kedja.complexity._space import check_diagonal
from kedja.complexity._table import Binary, Prepared, prepare


def complexity(
    table: Any,
    *,
    method: Literal["eigenvector", "reflections"] = "eigenvector",
    scale: Literal["rows", "own"] | None = None,
    ddof: int = 0,
    reflections: int = 20,
    tolerance: float = 1e-13,
    binary: Binary = None,
    threads: int = 0,
    progress: Progress = None,
) -> tuple[Result, Result]:
    """Economic complexity of rows (ECI) and of columns (PCI).

    ECI is the second right eigenvector of D_c^-1 M D_k^-1 M', PCI that of D_k^-1 M' D_c^-1 M, on
    M = [RCA >= 1].

    Parameters
    ----------
    table : DataFrame, Dataset or Prepared
        See `prepare`.
    method : {'eigenvector', 'reflections'}, default 'eigenvector'
        'reflections' averages neighbours' averages a fixed number of times, which is not converged
        where the third eigenvalue is near the second.
    scale : {'rows', 'own'}, optional
        'rows' (default of the eigenvector) standardises PCI with the mean and deviation of ECI, so
        that ECI is the mean of PCI over a row's columns (as ecomplexity); 'own' (default of, and
        only choice for, reflections) by itself (as economic-complexity).
    ddof : {0, 1}, default 0
        Of the standard deviation.
    reflections : int, default 20
        Even; ECI is read at level N - 2 and PCI at level N - 1. With ``ddof=1`` and 20 this is
        economic-complexity's convention.
    tolerance : float, default 1e-13
        Residual of the eigenvector, relative to the eigenvalue 1.
    binary : float or 'rca', optional
        How M is made: see `prepare`.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    rows : Result
        ``row``, ``eci`` (standardised; rises with diversity), ``diversity`` (columns that the row
        has), ``component``, ``status``.
    columns : Result
        ``column``, ``pci``, ``ubiquity`` (rows that have the column), ``component``, ``status``.
        ``meta`` of both has ``eigenvalue``, ``next_eigenvalue`` and ``eigenvalue_gap`` of the
        largest component, and ``components`` with those of each.

    Warns
    -----
    RuntimeWarning
        The table falls into several components: eigenvalue 1 is multiple, so each component is
        solved and standardised by itself and values compare only within. Or the iteration stopped
        before its tolerance.

    Notes
    -----
    Empty rows and columns are NaN with status ``no_data``. A component whose rows all have the same
    columns is ``undefined``; one whose second eigenvalue is multiple (gap below 1e-9) is
    ``undecided``, since any mixture would do. Hidalgo and Hausmann 2009,
    https://doi.org/10.1073/pnas.0900943106. Lanczos on the symmetric form of the smaller side,
    O(cells x products).

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": list("xxxyyzw"), "column": list("klmlmmk")})
    >>> rows, columns = kedja.complexity.complexity(table, binary=1)
    >>> rows["eci"].round(3).tolist()
    [-1.615, -0.044, 0.742, 0.917]
    """
    made = prepare(table, binary=binary)
    chosen = scale or ("own" if method == "reflections" else "rows")
    found, common = _solve(
        made, method, chosen, ddof, reflections, tolerance, context(progress, "complexity", threads)
    )

    def again() -> tuple[Result, Result]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return complexity(
                table,
                method=method,
                scale=scale,
                ddof=ddof,
                reflections=reflections,
                tolerance=tolerance,
                binary=binary,
                threads=threads,
                progress=False,
            )

    row, column, _ = made.binary.cells()
    diversity = np.bincount(row, minlength=len(made.rows))
    ubiquity = np.bincount(column, minlength=len(made.columns))
    eci, row_status, row_component = found.rows()
    pci, column_status, column_component = found.columns()
    return (
        Result(
            {
                "row": made.rows,
                "eci": eci,
                "diversity": diversity,
                "component": _component(row_component),
                "status": status_column(row_status),
            },
            {**common, "measure": "eci"},
            recompute=lambda: again()[0],
        ),
        Result(
            {
                "column": made.columns,
                "pci": pci,
                "ubiquity": ubiquity,
                "component": _component(column_component),
                "status": status_column(column_status),
            },
            {**common, "measure": "pci"},
            recompute=lambda: again()[1],
        ),
    )


def outlook(
    table: Any,
    *,
    diagonal: int = 1,
    near: Near = "proximity",
    pci: Any = None,
    share_of: Literal["other", "itself"] = "other",
    subtract_own: bool = False,
    of_held: bool = False,
    standardise: bool = True,
    binary: Binary = None,
    threads: int = 0,
    progress: Progress = None,
) -> tuple[Result, Result]:
    """Complexity within reach: outlook of rows (COI) and gain of each missing column (COG).

    COI_c = sum_k (1 - M_ck) d_ck PCI_k and
    COG_ck = (1 - M_ck) sum_l (1 - M_cl) phi_lk PCI_l / sum_m phi_lm, d being the density.

    Parameters
    ----------
    table : DataFrame, Dataset or Prepared
        See `prepare`.
    diagonal : {0, 1}, default 1
        phi_kk, in phi and in the density (1 as ecomplexity).
    near : str, DataFrame or Result, default 'proximity'
        What phi is, there too: see `density`.
    pci : Result, Series or mapping, optional
        PCI of each column (NaN or none: the column counts for nothing), such as the second result
        of `complexity` by reflections. Default: that of the eigenvector, on the scale of ECI's
        deviation, before its mean is taken off (as ecomplexity).
    share_of : {'other', 'itself'}, default 'other'
        What a gain divides phi_lk by: the sum of phi around the other lacking column l (as
        ecomplexity), or around k itself (as economic-complexity).
    subtract_own : bool, default False
        Take d_ck PCI_k off the gain, as the Atlas of Economic Complexity's glossary does, and
        economic-complexity.
    of_held : bool, default False
        Give the gain of columns that the row has, too, from those that it lacks (as
        economic-complexity).
    standardise : bool, default True
        Give COI with mean 0 and standard deviation 1 over the rows that have one (ddof 0). COG is
        never shifted.
    binary : float or 'rca', optional
        How M is made: see `prepare`.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    rows : Result
        ``row``, ``coi``, ``status``.
    cells : Result
        Every row with every column: ``row``, ``column``, ``cog``; 0 where the row has the column,
        unless `of_held`.

    Warns
    -----
    RuntimeWarning
        As `complexity`.

    Notes
    -----
    Rows without an ECI are NaN with its status; with `pci`, rows that have no column with one are
    ``no_data``. Hausmann, Hidalgo et al. 2014,
    https://doi.org/10.7551/mitpress/9647.001.0001. O(cells x min(rows, columns)).

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": list("xxxyyzw"), "column": list("klmlmmk")})
    >>> rows, cells = kedja.complexity.outlook(table, binary=1)
    >>> rows["coi"].round(3).tolist()
    [1.113, 0.46, -1.596, 0.023]
    """
    check_diagonal(diagonal)
    if share_of not in ("other", "itself"):
        raise InvalidArgumentError(f"share_of must be 'other' or 'itself', not {share_of!r}")
    made = prepare(table, binary=binary)
    if pci is None:
        found, common = _solve(
            made, "eigenvector", "rows", 0, 20, 1e-13, context(False, "complexity", threads)
        )
        value, row_status = found.unshifted(), status_column(found.rows()[1])
    else:
        value, row_status, common = _given_pci(made, pci), None, {**made.empty()}
    phi = near_table(made, near, diagonal, threads)
    coi, cog = _core.outlook(
        made.binary,
        value,
        count_itself=bool(diagonal),
        subtract_own=bool(subtract_own),
        of_itself=share_of == "itself",
        density=made.known_density(diagonal) if phi is None else None,
        of_held=bool(of_held),
        near=phi,
        **context(progress, "outlook", threads),
    )
    defined = ~np.isnan(coi)
    if standardise and defined.any():
        deviation = coi[defined].std()
        with np.errstate(invalid="ignore", divide="ignore"):
            coi = (coi - coi[defined].mean()) / deviation if deviation > 0 else coi * np.nan
    common = {
        **common,
        "parameters": {
            "diagonal": diagonal,
            "near": said(near),
            "pci": "eigenvector" if pci is None else "given",
            "share_of": share_of,
            "subtract_own": subtract_own,
            "of_held": of_held,
            "standardise": standardise,
            **made.convention,
        },
    }

    def again() -> tuple[Result, Result]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return outlook(
                table,
                diagonal=diagonal,
                near=near,
                pci=pci,
                share_of=share_of,
                subtract_own=subtract_own,
                of_held=of_held,
                standardise=standardise,
                binary=binary,
                threads=threads,
                progress=False,
            )

    if row_status is None:
        status = np.where(defined, "ok", "no_data").astype(object)
    else:
        status = row_status.copy()
    status[np.isnan(coi) & defined] = "undefined"
    return (
        Result(
            {"row": made.rows, "coi": coi, "status": status},
            {**common, "measure": "coi"},
            recompute=lambda: again()[0],
        ),
        Result(
            {**made.cell_names(), "cog": cog},
            {**common, "measure": "cog"},
            recompute=lambda: again()[1],
        ),
    )


def _given_pci(made: Prepared, pci: Any) -> np.ndarray:
    """PCI by column from a result of `complexity`, a Series or a mapping."""
    if isinstance(pci, Result):
        if "pci" not in pci.columns:
            raise InvalidArgumentError(
                "pci must be the second result of complexity, with column pci"
            )
        if np.array_equal(pci["column"], made.columns):
            return np.array(pci["pci"])
        pci = dict(zip(pci["column"].tolist(), pci["pci"].tolist(), strict=True))
    elif not hasattr(pci, "items"):
        raise InvalidArgumentError("pci must be a result of complexity, a Series or a mapping")
    known = {str(name): float(value) for name, value in pci.items()}
    unknown = set(known) - set(made.columns.tolist())
    if unknown:
        raise InvalidArgumentError(f"pci: there is no column {min(unknown)!r}")
    return np.asarray([known.get(name, np.nan) for name in made.columns.tolist()])


def _component(numbers: np.ndarray) -> np.ndarray:
    """Component numbers as signed integers; -1 is none."""
    return numbers.astype(np.int32)


def _solve(
    made: Prepared,
    method: str,
    scale: str,
    ddof: int,
    reflections: int,
    tolerance: float,
    run: dict[str, Any],
) -> tuple[Any, dict[str, Any]]:
    for name, value in (("ddof", ddof), ("reflections", reflections)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidArgumentError(f"{name} must be a whole number, not {value!r}")
    asked = (method, scale, ddof, reflections, float(tolerance))
    found = made.solved.get(asked)
    if found is None:
        found = made.solved[asked] = _core.complexity(
            made.binary,
            method=method,
            scale=scale,
            ddof=ddof,
            reflections=reflections,
            tolerance=float(tolerance),
            **run,
        )
    iterations, residual, error_bound, converged = found.iteration()
    parts = found.components()
    components = [
        {"rows": r, "columns": c, "eigenvalue": second, "next_eigenvalue": third}
        for r, c, second, third in parts
    ]
    meta: dict[str, Any] = {
        "parameters": {
            "method": method,
            "scale": scale,
            "ddof": ddof,
            "reflections": reflections,
            **made.convention,
        },
        "conventions": {
            "sign": "ECI rises with diversity",
            "scale": f"standardised per component, ddof {ddof}; PCI by {scale}",
        },
        "iterations": iterations,
        "residual": residual,
        "error_bound": error_bound,
        "converged": converged,
        "components": components,
        **made.empty(),
    }
    if method == "eigenvector" and parts:
        meta["eigenvalue"], meta["next_eigenvalue"] = parts[0][2], parts[0][3]
        meta["eigenvalue_gap"] = parts[0][2] - parts[0][3]
    if len(parts) > 1:
        warnings.warn(
            f"the table falls into {len(parts)} components that share no column; complexity is "
            "given per component and compares only within",
            RuntimeWarning,
            stacklevel=3,
        )
    if not converged:
        warnings.warn(
            f"complexity did not converge: residual {residual:.3g} after {iterations} products; "
            "raise tolerance",
            RuntimeWarning,
            stacklevel=3,
        )
    return found, meta
