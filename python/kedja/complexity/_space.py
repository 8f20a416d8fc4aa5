"""What is near what: advantage, proximity, density, relatedness, what partners add."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Names, Result
from kedja._run import Progress, context
from kedja.complexity._near import Near, near_table, said
from kedja.complexity._table import Binary, Prepared, prepare


def rca(table: Any, *, decimals: int | None = None) -> Result:
    """Revealed comparative advantage (Balassa 1965, https://doi.org/10.1111/j.1467-9957.1965.tb00050.x).

    RCA_ck = (X_ck / X_c.) / (X_.k / X_..).

    Parameters
    ----------
    table : DataFrame, Dataset or Prepared
        See `prepare`.
    decimals : int, optional
        Round to so many decimals (EconGeo: 2).

    Returns
    -------
    Result
        One row per cell given: ``row``, ``column``, ``rca`` (>= 0; cells not given have RCA 0).
        ``meta["empty_rows"]`` and ``meta["empty_columns"]`` name those where RCA is 0/0: NaN.

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": ["x", "x", "y"], "column": ["k", "l", "l"], "value": [1, 1, 2]})
    >>> kedja.complexity.rca(table)["rca"].round(3).tolist()
    [2.0, 0.667, 1.333]
    """
    made = prepare(table)
    value, empty_rows, empty_columns = made.rca()
    if decimals is not None:
        value = np.round(value, decimals)
    return Result(
        {
            "row": Names(len(value), lambda: made.rows[made.core.cells()[0]]),
            "column": Names(len(value), lambda: made.columns[made.core.cells()[1]]),
            "rca": value,
        },
        {
            "measure": "rca",
            "parameters": {"decimals": decimals},
            "empty_rows": made.rows[empty_rows].tolist(),
            "empty_columns": made.columns[empty_columns].tolist(),
        },
        recompute=lambda: rca(table, decimals=decimals),
    )


def proximity(
    table: Any,
    *,
    diagonal: int = 1,
    method: Literal["minimum", "geometric", "conditional"] = "minimum",
    binary: Binary = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Proximity: how often two columns come together (https://doi.org/10.1126/science.1144581).

    phi_kl = (rows with both) / max(rows with k, rows with l), on M = [RCA >= 1].

    Parameters
    ----------
    table : DataFrame, Dataset or Prepared
        See `prepare`.
    diagonal : {0, 1}, default 1
        phi_kk (1 as ecomplexity, 0 as economic-complexity).
    method : {'minimum', 'geometric', 'conditional'}, default 'minimum'
        What the rows with both are divided by, u_k being the rows with k: max(u_k, u_l);
        sqrt(u_k u_l) (``procedure="sqrt"`` of economic-complexity); u_k alone, so that phi_kl is
        the share of the rows with a that have b (``asymmetric`` of ecomplexity).
    binary : float or 'rca', optional
        How M is made: see `prepare`.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        ``a``, ``b``, ``proximity`` in (0, 1]; all ordered pairs with a value above 0.

    Raises
    ------
    InvalidArgumentError
        `method` or `diagonal` is none of these.

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": ["x", "x", "y"], "column": ["k", "l", "l"]})
    >>> kedja.complexity.proximity(table, diagonal=0, binary=1)["proximity"].tolist()
    [0.5, 0.5]
    """
    check_diagonal(diagonal)
    made = prepare(table, binary=binary)
    if method not in ("minimum", "geometric", "conditional"):
        raise InvalidArgumentError(
            f"method must be 'minimum', 'geometric' or 'conditional', not {method!r}"
        )
    phi = _core.proximity(made.binary, method=method, **context(progress, "proximity", threads))
    return _pairs(
        "proximity",
        made.columns,
        phi,
        diagonal == 1,
        {"diagonal": diagonal, "method": method, **made.convention},
        made,
        lambda: proximity(
            table,
            diagonal=diagonal,
            method=method,
            binary=binary,
            threads=threads,
            progress=False,
        ),
    )


def relatedness(
    table: Any,
    *,
    method: Literal["association", "cosine", "jaccard", "probability"] = "association",
    side: Literal["columns", "rows"] = "columns",
    binary: Binary = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Relatedness: how much more often two columns come together than their sizes suggest.

    With C_ij the rows that have both i and j (diagonal 0), s_i = sum_j C_ij and T = sum of C:
    association C T / (s_i s_j), above 1 where more than chance; cosine C / sqrt(s_i s_j); jaccard
    C / (s_i + s_j - C); probability C / [(s_i/T s_j/(T - s_i) + s_j/T s_i/(T - s_j)) T/2].

    Parameters
    ----------
    table : DataFrame, Dataset or Prepared
        See `prepare`.
    method : {'association', 'cosine', 'jaccard', 'probability'}, default 'association'
    side : {'columns', 'rows'}, default 'columns'
        'rows' relates rows by the columns they share.
    binary : float or 'rca', optional
        How M is made: see `prepare`.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        ``a``, ``b``, ``relatedness`` (> 0); all ordered pairs that come together at least once.

    Notes
    -----
    van Eck and Waltman 2009, https://doi.org/10.1002/asi.21075; the probability form Steijn 2021,
    https://doi.org/10.1162/qss_a_00122. O(sum over rows of their squared size).

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": list("xxyyz"), "column": list("klklm")})
    >>> kedja.complexity.relatedness(table, method="cosine", binary=1)["relatedness"].tolist()
    [1.0, 1.0]
    """
    if side not in ("columns", "rows"):
        raise InvalidArgumentError(f"side must be 'columns' or 'rows', not {side!r}")
    made = prepare(table, binary=binary)
    binary_table = made.binary if side == "columns" else made.binary.transposed()
    found = _core.relatedness(
        binary_table, method=method, **context(progress, "relatedness", threads)
    )
    return _pairs(
        "relatedness",
        made.columns if side == "columns" else made.rows,
        found,
        False,
        {"method": method, "side": side, **made.convention},
        made,
        lambda: relatedness(
            table, method=method, side=side, binary=binary, threads=threads, progress=False
        ),
    )


def density(
    table: Any,
    *,
    diagonal: int = 0,
    near: Near = "proximity",
    decimals: int | None = None,
    binary: Binary = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Density: how much of what is near a column a row has (https://doi.org/10.1126/science.1144581).

    density_ck = sum_l M_cl phi_kl / sum_l phi_kl.

    Parameters
    ----------
    table : DataFrame, Dataset or Prepared
        See `prepare`.
    diagonal : {0, 1}, default 0
        phi_kk. 0 (as economic-complexity and EconGeo): a column does not predict itself; 1 as
        ecomplexity.
    near : str, DataFrame or Result, default 'proximity'
        What phi is: 'proximity', 'geometric' or 'conditional' (see `proximity`), a method of
        `relatedness` ('association', 'cosine', 'jaccard', 'probability', whose diagonal is 0), or
        proximities that are known already, of a larger table for instance: a square matrix with
        labels, or columns ``a``, ``b`` and the value last, as `proximity` and `relatedness` give
        them. Given ones are >= 0 and symmetric; pairs not given are 0, names that the table lacks
        are left out, and the diagonal counts as given where ``diagonal=1``.
    decimals : int, optional
        Round to so many decimals (EconGeo rounds per cent to 2: that is 4 here).
    binary : float or 'rca', optional
        How M is made: see `prepare`.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        Every row with every column: ``row``, ``column``, ``density`` in [0, 1]; NaN for a column
        that is near nothing and for a row without any value, which ``meta`` lists.

    Notes
    -----
    O(cells x min(rows, columns)) with proximities, which are never kept when rows are fewer.

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": ["x", "x", "y"], "column": ["k", "l", "l"]})
    >>> kedja.complexity.density(table, binary=1)["density"].tolist()
    [1.0, 1.0, 1.0, 0.0]
    """
    check_diagonal(diagonal)
    made = prepare(table, binary=binary)
    run = context(progress, "density", threads)
    phi = near_table(made, near, diagonal, threads)
    if phi is None:
        value = _core.own_density(made.binary, count_itself=bool(diagonal), **run)
    else:
        value = _core.density(made.binary, phi, count_itself=bool(diagonal), **run)
    value = value.reshape(len(made.rows), len(made.columns))
    value[made.zero()[0]] = np.nan
    if decimals is not None:
        value = np.round(value, decimals)
    value = value.reshape(-1)
    if phi is None and decimals is None:
        made.remember_density(diagonal, value)
    return Result(
        {**made.cell_names(), "density": value},
        {
            "measure": "density",
            "parameters": {
                "diagonal": diagonal,
                "near": said(near),
                "decimals": decimals,
                **made.convention,
            },
            **made.empty(),
        },
        recompute=lambda: density(
            table,
            diagonal=diagonal,
            near=near,
            decimals=decimals,
            binary=binary,
            threads=threads,
            progress=False,
        ),
    )


def complementarity(
    table: Any,
    *,
    column: Any = None,
    near: Near = "proximity",
    binary: Binary = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Complementarity: what a partner adds around the columns that one lacks.

    The density around column k that b's columns would add to a's is
    added_k = sum of phi_kl over the l that b has and a lacks / sum_l phi_kl, with phi_kk = 0.

    Parameters
    ----------
    table : DataFrame, Dataset or Prepared
        See `prepare`; rows are what is paired (clusters, regions).
    column : optional
        Only this column; default: the mean over all columns that a lacks.
    near : str, DataFrame or Result, default 'proximity'
        See `density`.
    binary : float or 'rca', optional
        How M is made: see `prepare`.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        All ordered pairs of different rows: ``a``, ``b``, ``complementarity`` in [0, 1], what b
        adds to a. NaN where a lacks nothing that is near anything (or has `column`), and for rows
        without any value, which ``meta`` lists.

    Notes
    -----
    After Balland and Boschma 2021, https://doi.org/10.1080/00343404.2020.1861240.
    O(rows x (non-zero phi + cells)).

    Examples
    --------
    >>> import kedja, pandas as pd
    >>> table = pd.DataFrame({"row": list("xyyzz"), "column": list("kklkm")})
    >>> found = kedja.complexity.complementarity(table, binary=1).frame
    >>> found[found["a"] == "x"].round(3).values.tolist()
    [['x', 'y', 0.0], ['x', 'z', 0.0]]
    """
    made = prepare(table, binary=binary)
    phi = near_table(made, near, 0, threads)
    if phi is None:
        phi = _core.proximity(made.binary, method="minimum", threads=threads, progress=None)
    value = _core.added_density(
        made.binary,
        phi,
        None if column is None else made.column_position(column),
        **context(progress, "complementarity", threads),
    )
    n = len(made.rows)
    value = value.reshape(n, n)
    zero = made.zero()[0]
    value[zero] = np.nan
    value[:, zero] = np.nan
    other = ~np.eye(n, dtype=bool).reshape(-1)
    return Result(
        {
            "a": np.repeat(made.rows, n)[other],
            "b": np.tile(made.rows, n)[other],
            "complementarity": value.reshape(-1)[other],
        },
        {
            "measure": "complementarity",
            "parameters": {"column": column, "near": said(near), **made.convention},
            **made.empty(),
        },
        recompute=lambda: complementarity(
            table, column=column, near=near, binary=binary, threads=threads, progress=False
        ),
    )


def _pairs(
    measure: str,
    names: np.ndarray,
    table: Any,
    diagonal: bool,
    parameters: dict[str, Any],
    made: Prepared,
    again: Any,
) -> Result:
    a, b, value = table.cells()
    if not diagonal:
        keep = a != b
        a, b, value = a[keep], b[keep], value[keep]
    return Result(
        {"a": names[a], "b": names[b], measure: value},
        {"measure": measure, "parameters": parameters, **made.empty()},
        recompute=again,
    )


def check_diagonal(diagonal: int) -> None:
    if diagonal not in (0, 1):
        raise InvalidArgumentError(f"diagonal must be 0 or 1, not {diagonal!r}")
