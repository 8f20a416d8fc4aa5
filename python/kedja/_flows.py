"""Input-output flows: who sells what to whom per period, checked before any measure sees them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._columns import objects, rank_by_bytes
from kedja._errors import DataError, InvalidArgumentError
from kedja._flows_align import (
    Rows,
    as_labels,
    by_label,
    columns_of,
    first_seen,
    matrix_of,
    of_labels,
    text_of,
)

_ROUNDING = 1e-9  # relative imbalance that is rounding, not a statement about the table

if TYPE_CHECKING:
    from kedja._graph import CompanyGraph
    from kedja._result import Result


class FlowsWarning(str):
    """A text that begins with its code; ``code`` and ``message`` are its parts."""

    code: str
    message: str

    def __new__(cls, code: str, message: str) -> FlowsWarning:
        made = super().__new__(cls, f"{code}: {message}")
        made.code, made.message = code, message
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return FlowsWarning, (self.code, self.message)


class Flows:
    """Sales between sectors (or country-sectors, or companies), final demand and output.

    For every sector i: output_i = sum_j Z_ij + final demand_i, and value added_j = output_j -
    sum_i Z_ij. Labels are kept everywhere; tables are aligned by label, never by position.

    Parameters
    ----------
    Z : array_like, DataFrame or scipy sparse array, shape (n, n)
        Money per period; row sells to column. Finite and >= 0.
    final_demand : array_like, Series or DataFrame, shape (n,) or (n, r)
        In the unit of `Z`. A negative entry (stocks drawn down) is legal. With `groups`, r columns
        by group of destination follow the first appearance of the groups; columns that bear the
        groups' names are put into that order. Columns with two levels are summed to the first.
    output : array_like or Series, shape (n,), optional
        Default: the row sums of `Z` plus final demand. A given output must agree with them within
        `balance_tolerance`.
    labels : sequence, optional
        Default: those of `Z` (two levels are joined by ``|``), else of `final_demand`, else 0 to
        n - 1. Unique.
    groups : sequence, Series or mapping, optional
        A group (country, cluster, region) per sector. Default: the first of two levels.
    balance_tolerance : float, default 1e-3
        Largest gap between output and its parts, relative to output, that is only a warning.
    copy : bool, default True
        False keeps a large dense `Z` without copying it where it is C-ordered float64 and its
        labels are in order; do not change it afterwards.

    Attributes
    ----------
    labels : numpy.ndarray, shape (n,)
    groups : numpy.ndarray, shape (n,), or None
    group_names : list
        In order of first appearance; empty without groups.
    Z : numpy.ndarray or scipy.sparse.csr_array, shape (n, n)
    final_demand : numpy.ndarray, shape (n, r)
    final_demand_names : list of str
    output, value_added : numpy.ndarray, shape (n,)
        `value_added` is output less the column sums of `Z`, imports from outside included.
    nace_map : DataFrame or None
        Which sector holds which NACE division; see `sector_of`.
    warnings : list of str
        What is odd but legal; each begins with its code and has ``code`` and ``message``.

    Raises
    ------
    DataError
        ``E_SHAPE``: not square, or lengths differ. ``E_NUMBER``: NaN or infinite. ``E_RANGE``: a
        negative flow or output. ``E_ZERO_OUTPUT``: a sector buys but has no output.
        ``E_BALANCE``: output differs from its parts. ``E_DUP_ID``, ``E_DANGLING``: a label twice,
        or not in every table. ``row``, ``column`` and ``value`` say where.

    Examples
    --------
    >>> import kedja, numpy as np
    >>> flows = kedja.Flows([[20.0, 40.0], [10.0, 5.0]], [40.0, 85.0], labels=["ore", "steel"])
    >>> flows.output.tolist(), flows.value_added.tolist()
    ([100.0, 100.0], [70.0, 55.0])
    >>> flows
    Flows(2 sectors, 4 flows)
    """

    __slots__ = (
        "_checksum",
        "_csr",
        "_dense",
        "_order",
        "_output",
        "_rank",
        "_system",
        "allocation_known",
        "final_demand",
        "final_demand_names",
        "group_names",
        "groups",
        "kind",
        "labels",
        "nace_map",
        "output",
        "value_added",
        "warnings",
    )

    def __init__(
        self,
        Z: Any,
        final_demand: Any,
        *,
        output: Any = None,
        labels: Any = None,
        groups: Any = None,
        balance_tolerance: float = 1e-3,
        copy: bool = True,
    ) -> None:
        matrix, own_labels, levels = matrix_of(Z)
        n = matrix.n if isinstance(matrix, Rows) else len(matrix)
        if own_labels is None:
            own_labels = as_labels(labels, n) if labels is not None else of_labels(final_demand, n)
        elif labels is not None:
            wanted = as_labels(labels, n)
            at = by_label(own_labels, wanted, "labels")
            matrix = np.ascontiguousarray(np.asarray(matrix)[np.ix_(at, at)])
            levels = None if levels is None else levels[at]
            own_labels = wanted
        if own_labels is None:
            own_labels = np.arange(n)
        demand, names, by_region = columns_of(final_demand, own_labels)
        given = None if output is None else columns_of(output, own_labels, "output")[0]
        if groups is not None:
            levels = columns_of(groups, own_labels, "groups", numeric=False)[0][:, 0]
        self.kind = "sectors"
        self.allocation_known = True
        self.nace_map: Any = None
        self._make(matrix, demand, names, by_region, given, own_labels, levels, copy)
        self._check_identities(given, balance_tolerance)

    def _make(
        self,
        matrix: np.ndarray | Rows,
        demand: np.ndarray,
        names: list[Any],
        by_region: bool,
        output: np.ndarray | None,
        labels: np.ndarray,
        groups: np.ndarray | None,
        copy: bool,
    ) -> None:
        n = len(labels)
        self._checksum: str | None = None
        self._system: Any = None
        self.labels = _frozen(labels)
        self.groups = None if groups is None else _frozen(objects(groups))
        self.group_names: list[Any] = [] if groups is None else first_seen(self.groups)
        self.warnings: list[FlowsWarning] = []
        rank = np.arange(n) if labels.dtype.kind in "iu" else rank_by_bytes(labels)
        order = np.argsort(rank)
        moved = bool((order != np.arange(n)).any())
        self._rank = rank if moved else None
        self._order = order if moved else None
        self._dense: Any = None
        self._csr: Any = None
        if isinstance(matrix, Rows):
            self._csr = matrix.moved(rank) if moved else matrix
        elif moved:
            self._dense = _read_only(np.ascontiguousarray(matrix[np.ix_(order, order)]))
        else:
            self._dense = _read_only(matrix.copy() if copy else matrix)
        self._check_cells()
        demand, names = self._demand_by_group(demand, names, by_region)
        bad = ~np.isfinite(demand)
        if bad.any():
            i, c = (int(k) for k in np.argwhere(bad)[0])
            raise self._error(
                "E_NUMBER", "final demand is not a finite number", i, names[c], demand[i, c]
            )
        self.final_demand = _frozen(demand)
        self.final_demand_names = names
        sold = self._by_row(self._sums(1))
        made = sold + demand.sum(axis=1)
        if output is None:
            output_values = np.where(
                np.abs(made) <= _ROUNDING * (sold + np.abs(demand).sum(axis=1)), 0.0, made
            )
        else:
            output_values = output[:, 0]
        if not np.isfinite(output_values).all():
            i = int(np.argmin(np.isfinite(output_values)))
            raise self._error(
                "E_NUMBER", "output is not a finite number", i, "output", output_values[i]
            )
        if (output_values < 0).any():
            i = int(np.argmax(output_values < 0))
            raise self._error(
                "E_RANGE",
                f"output is negative (sales {sold[i]:.6g} plus final demand {demand[i].sum():.6g})",
                i,
                "output",
                output_values[i],
            )
        self.output = _frozen(output_values)
        self._output = _frozen(self._canonical(output_values))
        self.value_added = _frozen(output_values - self._by_row(self._sums(0)))

    # --- what is checked at the door ----------------------------------------------------------

    def _check_cells(self) -> None:
        values = self._dense if self._dense is not None else self._csr[2]
        if values.size == 0:
            return
        low, high = values.min(), values.max()  # NaN comes through both
        if low >= 0 and high < np.inf:
            return
        for i in range(self.n):
            columns, cells = self._row(i)
            bad = ~((cells >= 0) & (cells < np.inf))
            if bad.any():
                k = int(np.argmax(bad))
                row = i if self._order is None else int(self._order[i])
                column = int(columns[k]) if self._order is None else int(self._order[columns[k]])
                negative = cells[k] < 0 and np.isfinite(cells[k])
                raise self._error(
                    "E_RANGE" if negative else "E_NUMBER",
                    "a flow is negative; money flows from buyer to seller, so correct the sign or "
                    "add it to the opposite flow"
                    if negative
                    else "a flow is not a finite number; write 0 where nothing is sold",
                    row,
                    self.labels[column],
                    cells[k],
                )

    def _check_identities(self, given: np.ndarray | None, tolerance: float) -> None:
        sold, demand = self._by_row(self._sums(1)), self.final_demand.sum(axis=1)
        bought = self._by_row(self._sums(0))
        empty = (self.output == 0) & (bought > 0)
        if empty.any():
            i = int(np.argmax(empty))
            raise self._error(
                "E_ZERO_OUTPUT",
                f"the sector buys {bought[i]:.6g} but its output is 0; correct its sales or final demand, "
                "or leave out its purchases",
                i,
                "output",
                0.0,
            )
        if given is not None:
            gap = np.abs(self.output - sold - demand)
            scale = np.maximum(self.output, sold + np.abs(self.final_demand).sum(axis=1))
            relative = np.divide(gap, scale, out=np.zeros(self.n), where=scale > 0)
            i = int(np.argmax(relative)) if self.n else 0
            if self.n and relative[i] > tolerance:
                raise self._error(
                    "E_BALANCE",
                    f"output is {self.output[i]:.6g} but sales {sold[i]:.6g} and final demand "
                    f"{demand[i]:.6g} make {sold[i] + demand[i]:.6g}; correct one of them or raise "
                    "balance_tolerance",
                    i,
                    "output",
                    self.output[i],
                )
            if self.n and relative[i] > _ROUNDING:
                self._warn(
                    "W_BALANCE",
                    f"output and its parts differ by up to {relative[i]:.2g} (sector {text_of(self.labels[i])}); "
                    "output was used as given",
                )
        short = self.value_added < -_ROUNDING * self.output
        if short.any():
            i = int(
                np.argmin(
                    np.divide(
                        self.value_added, self.output, where=self.output > 0, out=np.zeros(self.n)
                    )
                )
            )
            self._warn(
                "W_COLUMN_SUM",
                f"{int(short.sum())} of {self.n} sectors buy more than their output, most of all "
                f"{text_of(self.labels[i])} ({bought[i] / self.output[i]:.3g} times)",
            )

    def _error(self, code: str, what: str, row: int, column: Any, value: Any) -> DataError:
        label, column = text_of(self.labels[row]), text_of(column)
        shown = f"{float(value):.15g}"
        return DataError(
            f"flows, row {label}, column {column}, value {shown}: {what}",
            code,
            "flows",
            row,
            column,
            shown,
        )

    def _warn(self, code: str, message: str) -> None:
        self.warnings.append(FlowsWarning(code, message))

    def _demand_by_group(
        self, demand: np.ndarray, names: list[Any], by_region: bool
    ) -> tuple[np.ndarray, list[Any]]:
        if self.group_names and set(names) == set(self.group_names) and len(names) > 0:
            at = [names.index(name) for name in self.group_names]
            return np.ascontiguousarray(demand[:, at]), list(self.group_names)
        if self.group_names and not by_region and demand.shape[1] == len(self.group_names):
            return demand, list(self.group_names)
        if not by_region:
            count = demand.shape[1]
            names = (
                ["final_demand"] if count == 1 else [f"final_demand_{k + 1}" for k in range(count)]
            )
        return demand, [text_of(name) for name in names]

    # --- other ways to make one ---------------------------------------------------------------

    @classmethod
    def from_long(
        cls,
        table: Any,
        *,
        final_demand: Any = None,
        output: Any = None,
        groups: Any = None,
        nace_map: Any = None,
        balance_tolerance: float = 1e-3,
    ) -> Flows:
        """Flows from rows (source, target, value), such as ``data.flows``.

        Parameters
        ----------
        table : DataFrame or anything that becomes one
            Columns source (sells), target (buys), value. Repeated pairs are summed. Rows whose
            target is ``final_demand`` are final demand, as are ``final_demand:NAME`` (one column
            per name).
        final_demand : Series, mapping or DataFrame, optional
            By sector; a frame may have a column ``sector`` instead of an index, and a column
            ``total`` beside its parts, which is checked.
        output : Series, mapping or DataFrame, optional
            By sector; of a frame the column ``output``.
        groups, balance_tolerance
            See `Flows`.
        nace_map : DataFrame, optional
            Columns nace (division), sector, weight (default 1), for `sector_of`.

        Returns
        -------
        Flows
            Labels in order of first appearance (sources and targets of a row in turn). Where
            neither final demand nor output is known, output is what is sold, or what is bought
            where nothing is sold (``W_OUTPUT`` says for how many).

        Examples
        --------
        >>> import kedja, pandas as pd
        >>> table = pd.DataFrame({"source": ["ore", "steel"], "target": ["steel", "final_demand"],
        ...                       "value": [3.0, 10.0]})
        >>> kedja.Flows.from_long(table).output.tolist()
        [3.0, 10.0]
        """
        from kedja._flows_read import from_long

        return from_long(table, final_demand, output, groups, nace_map, balance_tolerance)

    @classmethod
    def from_graph(cls, graph: Any, revenue: Any = None, *, groups: Any = None) -> Flows:
        """Companies as sectors: supply links with values, and revenue where it is known.

        Parameters
        ----------
        graph : CompanyGraph
            Directed; a link's value is what source sells to target per period (without values
            every link is worth 1).
        revenue : Series, mapping or array_like, optional
            By company; NaN where unknown. Output is the larger of revenue and known sales, and
            purchases where both are 0 or unknown (``W_OUTPUT`` says for how many). Final demand is
            what is left of output.
        groups
            See `Flows`.

        Examples
        --------
        >>> import kedja
        >>> graph = kedja.CompanyGraph(["ore", "steel"], ["ore"], ["steel"], [3.0])
        >>> kedja.Flows.from_graph(graph, {"ore": 4.0, "steel": 10.0}).final_demand[:, 0].tolist()
        [1.0, 10.0]
        """
        from kedja._flows_read import from_graph

        return from_graph(graph, revenue, groups)

    @classmethod
    def from_pymrio(cls, io: Any) -> Flows:
        """Flows from a pymrio IOSystem with Z and Y; regions become groups.

        Labels are ``region|sector``; final demand is summed over categories to regions.
        """
        from kedja._flows_read import from_pymrio

        return from_pymrio(io)

    @classmethod
    def from_coefficients(cls, A: Any, *, output: Any = None, labels: Any = None) -> Flows:
        """Flows from technical coefficients, A_ij = Z_ij / output_j.

        Parameters
        ----------
        A : array_like, DataFrame, sparse array, or path of a .csv file, shape (n, n)
            A file may have a row and a column of labels.
        output : array_like or Series, shape (n,), optional
            Final demand is what is left of it. Default: 1 per sector; multipliers and backward
            linkages need no more, and measures of where sales go are refused.
        labels : sequence, optional

        Examples
        --------
        >>> import kedja
        >>> kedja.Flows.from_coefficients([[0.2, 0.4], [0.1, 0.3]], output=[100.0, 50.0]).Z.tolist()
        [[20.0, 20.0], [10.0, 15.0]]
        """
        from kedja._flows_read import from_coefficients

        return from_coefficients(A, output, labels)

    def aggregate(self, groups: Any, *, regions: Any = None, final_demand: Any = None) -> Flows:
        """Flows between groups of sectors, merged or split; sums of money stay what they were.

        Parameters
        ----------
        groups : sequence, Series or mapping; or DataFrame of shares, shape (n, k)
            The new label of every sector; no sector may be left out. A frame has sectors as index
            and new labels as columns: the share, in [0, 1], of the sector that goes to each; the
            shares of a sector add up to 1. What is split buys and sells like the whole.
        regions : sequence, Series or mapping, optional
            A group for every new label. Default: the old groups, where each new label lies in one.
        final_demand : sequence, Series or mapping, optional
            Where each column of final demand goes. If these are regions, the columns become one
            per region, of zeros where a region has no final demand of its own. Default: columns
            that are the old groups follow them where each goes to one region whole; others stay
            as they are.

        Returns
        -------
        Flows
            Labels in order of first appearance.

        Raises
        ------
        DataError
            ``E_DANGLING``: a sector, column or region is missing or unknown. ``E_RANGE``: shares
            outside [0, 1], or that do not add up to 1. ``E_SHAPE``: lengths differ.

        Notes
        -----
        O(m) for labels; a flow is written once for each pair of parts of its ends.

        Examples
        --------
        >>> import kedja, pandas as pd
        >>> flows = kedja.Flows([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0], labels=["a", "b"])
        >>> flows.aggregate({"a": "all", "b": "all"}).Z.tolist()
        [[10.0]]

        A quarter of a is split off:

        >>> shares = pd.DataFrame({"c": [0.25, 0], "a": [0.75, 0], "b": [0, 1]}, ["a", "b"])
        >>> flows.aggregate(shares).output.tolist()
        [2.0, 6.0, 13.0]
        """
        from kedja._flows_aggregate import aggregate

        return aggregate(self, groups, regions, final_demand)

    def sector_of(self, companies: Any) -> Result:
        """The sector of each company, by its NACE code.

        Parameters
        ----------
        companies : Dataset, Series or mapping
            Company id to NACE code (division, group or class); of a dataset the column nace.

        Returns
        -------
        Result
            One row per company: ``sector`` (empty where undecided), ``weight`` (how much of the
            division is at home there, 1 for almost all), ``status``: ``no_data`` without a code,
            ``undecided`` where no sector holds the division.

        Notes
        -----
        A division that several sectors share goes to the one with the largest weight. Without a
        `nace_map` the labels say which divisions a sector holds: 36-37, C10-12, C10T12, J62_63, B
        (a section), SE|C24. In a table of several countries (the groups of the flows) a company of
        a dataset goes to the sector of its own country; without one it is ``undecided``.

        Examples
        --------
        >>> import kedja
        >>> flows = kedja.datasets.load("us_bea_2017_nace")
        >>> flows.sector_of({"acme": "24.10", "water works": "36.00"})["sector"].tolist()
        ['24', '36-37']
        """
        from kedja._flows_read import sector_of

        return sector_of(self, companies)

    # --- what it holds ------------------------------------------------------------------------

    @property
    def n(self) -> int:
        return len(self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def num_flows(self) -> int:
        """Cells that are not zero."""
        return int(np.count_nonzero(self._dense) if self._dense is not None else len(self._csr[2]))

    @property
    def Z(self) -> Any:
        if self._dense is not None:
            if self._rank is None:
                return self._dense
            return _read_only(self._dense[np.ix_(self._rank, self._rank)])
        try:
            import scipy.sparse as sp
        except ImportError:
            raise InvalidArgumentError(
                "these flows are sparse, and Z as a matrix needs scipy; use to_long()"
            ) from None
        made = sp.csr_array((self._csr[2], self._csr[1], self._csr[0]), shape=(self.n, self.n))
        return made if self._rank is None else made[self._rank][:, self._rank]

    def dense(self) -> np.ndarray:
        """Z as an ordinary array; 8 n^2 bytes."""
        if self._dense is not None:
            return np.asarray(self.Z)
        made = np.zeros((self.n, self.n))
        made[self._links()] = self._csr[2]
        return made

    def to_frame(self) -> Any:
        """Z as a pandas frame with the labels on both sides."""
        import pandas as pd

        return pd.DataFrame(self.dense(), index=self.labels, columns=self.labels)

    def final_demand_frame(self) -> Any:
        """Final demand as a pandas frame: labels by names."""
        import pandas as pd

        return pd.DataFrame(self.final_demand, index=self.labels, columns=self.final_demand_names)

    def to_long(self) -> Any:
        """The flows that are not zero as a pandas frame: source, target, value."""
        import pandas as pd

        source, target = self._links()
        values = self._dense[self._dense != 0] if self._dense is not None else self._csr[2]
        return pd.DataFrame(
            {"source": self.labels[source], "target": self.labels[target], "value": values}
        )

    def to_graph(self) -> CompanyGraph:
        """The flows that are not zero as a directed graph of the sectors, with their money."""
        from kedja._graph import CompanyGraph

        source, target = self._links()
        values = self._dense[self._dense != 0] if self._dense is not None else self._csr[2]
        if self.labels.dtype.kind in "iu":
            return CompanyGraph.from_arrays(self.labels, source, target, values)
        return CompanyGraph(self.labels, self.labels[source], self.labels[target], values)

    def final_demand_by_group(self) -> np.ndarray:
        """Final demand by group of destination, shape (n, number of groups).

        Raises
        ------
        InvalidArgumentError
            There are no groups, or the columns of final demand are not the groups.
        """
        if not self.group_names:
            raise InvalidArgumentError("the flows have no groups; pass groups= to Flows")
        if self.final_demand_names != self.group_names:
            raise InvalidArgumentError(
                f"final demand has columns {', '.join(map(text_of, self.final_demand_names[:6]))} but must have one "
                f"per group ({', '.join(map(text_of, self.group_names[:6]))}), in the order of their first appearance; "
                "Flows.aggregate(final_demand=) says where each column goes"
            )
        return self.final_demand

    @property
    def checksum(self) -> str:
        """Sixteen hexadecimal digits that depend on labels and money, not on the order of rows."""
        if self._checksum is None:
            whole = hashlib.blake2b(digest_size=8)
            labels = self.labels if self._order is None else self.labels[self._order]
            whole.update("\x1f".join(map(text_of, labels)).encode("utf-8", "surrogatepass"))
            for i in range(self.n):
                columns, cells = self._row(i)
                kept = cells != 0
                whole.update(columns[kept].tobytes())
                whole.update(cells[kept].tobytes())
            whole.update(self._output.tobytes())
            whole.update(self._canonical(self.final_demand).tobytes())
            self._checksum = whole.hexdigest()
        return self._checksum

    def __repr__(self) -> str:
        parts = [f"{self.n} {self.kind}", f"{self.num_flows} flows"]
        if self.group_names:
            parts.append(f"{len(self.group_names)} groups")
        if self.warnings:
            parts.append(f"{len(self.warnings)} warnings")
        return f"Flows({', '.join(parts)})"

    # --- by position in the order of the labels' bytes, which the compiled core works in -------

    def _by_row(self, values: np.ndarray) -> np.ndarray:
        """Canonical order to input order."""
        return values if self._rank is None else values[self._rank]

    def _canonical(self, values: np.ndarray) -> np.ndarray:
        """Input order to canonical order."""
        return np.ascontiguousarray(values if self._order is None else values[self._order])

    def _row(self, i: int) -> tuple[np.ndarray, np.ndarray]:
        if self._dense is not None:
            return np.arange(self.n), self._dense[i]
        first, last = self._csr[0][i], self._csr[0][i + 1]
        return self._csr[1][first:last], self._csr[2][first:last]

    def _sums(self, axis: int) -> np.ndarray:
        """Row sums (axis 1) or column sums (axis 0)."""
        if self._dense is not None:
            made: np.ndarray = self._dense.sum(axis=axis)
            return made
        at = self._csr.columns if axis == 0 else self._csr.sources()
        return np.bincount(at, weights=self._csr.values, minlength=self.n)

    def _links(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows and columns, in input order, of the cells that are not zero."""
        if self._dense is not None:
            source, target = np.nonzero(self._dense)
        else:
            source, target = self._csr.sources(), self._csr.columns
        return (
            (source, target) if self._order is None else (self._order[source], self._order[target])
        )


def _frozen(values: np.ndarray) -> np.ndarray:
    made = np.array(values)
    made.flags.writeable = False
    return made


def _read_only(values: np.ndarray) -> np.ndarray:
    made = values.view()
    made.flags.writeable = False
    return made
