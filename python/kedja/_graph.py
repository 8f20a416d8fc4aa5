"""The company graph: links between companies, keyed by the user's ids."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._run import Progress, context

_INT_TYPES = (np.int64, np.int32, np.uint32)


class CompanyGraph:
    """Links between companies; a directed link runs from supplier to buyer.

    Parameters
    ----------
    ids : sequence of hashable or None
        Company ids, unique; their order is the row order of every result. None takes the ids that
        stand in `source` and `target`, in order of first appearance.
    source, target : array_like of ids, shape (m,)
        Ends of each link: lists, NumPy arrays, pandas or polars Series, pyarrow arrays.
    value : array_like of float, shape (m,), optional
        How strong each link is, finite and >= 0. Without values every link counts 1.
    directed : bool, default True
        False makes each link usable both ways; it is stored once and counted once.
    duplicates : {'keep', 'sum', 'error'}, default 'keep'
        What to do with links that join the same two companies.
    threads : int, default 0
        Worker threads; 0 uses all. Does not change the graph.
    progress : bool or callable, optional
        True shows a bar, False none; a callable gets the finished fraction and may return False.

    Raises
    ------
    InvalidArgumentError
        An id is repeated in `ids`, a link names an unknown or missing company, a value is
        negative, NaN or infinite; the message names the row.

    Notes
    -----
    Vertices are the ranks of the ids' UTF-8 bytes and links are kept in canonical order, so the
    order of rows changes no bit of a result. O(m log d) for largest degree d.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> graph
    CompanyGraph(3 companies, 2 links, directed)
    """

    __slots__ = ("_core", "_vertex_of_row", "ids")

    def __init__(
        self,
        ids: Any,
        source: Any,
        target: Any,
        value: Any = None,
        *,
        directed: bool = True,
        duplicates: str = "keep",
        threads: int = 0,
        progress: Progress = None,
    ) -> None:
        import pandas as pd

        ends = [pd.Index(_plain(column)) for column in (source, target)]
        if len(ends[0]) != len(ends[1]):
            raise InvalidArgumentError(
                f"source has {len(ends[0])} entries, target has {len(ends[1])}"
            )
        for name, end in zip(("source", "target"), ends, strict=True):
            if end.hasnans:
                raise InvalidArgumentError(f"link {int(np.argmax(end.isna()))}: {name} is missing")
        if ids is None:
            codes, unique = pd.factorize(ends[0].append(ends[1]))
            row_codes = codes[: len(ends[0])], codes[len(ends[0]) :]
            index = pd.Index(unique)
        else:
            index = pd.Index(_plain(ids))
            if index.hasnans:
                raise InvalidArgumentError(
                    f"company {int(np.argmax(index.isna()))}: the id is missing"
                )
            if not index.is_unique:
                repeated = index[index.duplicated()][0]
                raise InvalidArgumentError(f"company id {repeated!r} appears more than once")
            row_codes = (
                _codes("source", index, ends[0]),
                _codes("target", index, ends[1]),
            )
        self.ids: np.ndarray = np.asarray(index)
        self._vertex_of_row: np.ndarray | None = _rank_by_bytes(self.ids)
        self._core = _make(
            len(index),
            self._vertex_of_row[row_codes[0]],
            self._vertex_of_row[row_codes[1]],
            value,
            directed,
            duplicates,
            threads,
            progress,
        )

    @classmethod
    def from_arrays(
        cls,
        ids: Any,
        source: Any,
        target: Any,
        value: Any = None,
        *,
        directed: bool = True,
        duplicates: str = "keep",
        threads: int = 0,
        progress: Progress = None,
    ) -> CompanyGraph:
        """A graph from integer positions; the position is the vertex.

        Parameters
        ----------
        ids : int or sequence
            How many companies there are, or their ids (unique; row i is vertex i).
        source, target : array_like of int, shape (m,)
            Positions in [0, n). int32, int64 and uint32 arrays are read in place.
        value, directed, duplicates, threads, progress
            As for `CompanyGraph`.

        Examples
        --------
        >>> import kedja
        >>> kedja.CompanyGraph.from_arrays(3, [0, 1], [1, 2]).num_links
        2
        """
        graph = cls.__new__(cls)
        if isinstance(ids, (int, np.integer)) and not isinstance(ids, bool):
            if ids < 0:
                raise InvalidArgumentError(f"the number of companies must be >= 0, not {ids}")
            graph.ids = np.arange(int(ids))
        else:
            graph.ids = np.asarray(_plain(ids))
            if len(set(graph.ids.tolist())) != len(graph.ids):
                raise InvalidArgumentError("an id appears more than once in ids")
        graph._vertex_of_row = None
        graph._core = _make(
            len(graph.ids),
            _positions("source", source),
            _positions("target", target),
            value,
            directed,
            duplicates,
            threads,
            progress,
        )
        return graph

    @classmethod
    def _from_core(
        cls, core: Any, ids: np.ndarray, vertex_of_row: np.ndarray | None
    ) -> CompanyGraph:
        graph = cls.__new__(cls)
        graph._core, graph.ids, graph._vertex_of_row = core, ids, vertex_of_row
        return graph

    @property
    def num_companies(self) -> int:
        return int(self._core.num_vertices)

    @property
    def num_links(self) -> int:
        """Number of links; an undirected link counts once."""
        return int(self._core.num_links)

    @property
    def directed(self) -> bool:
        return bool(self._core.directed)

    @property
    def weighted(self) -> bool:
        return bool(self._core.weighted)

    @property
    def checksum(self) -> str:
        """Sixteen hexadecimal digits that depend on ids and links, not on the order of rows."""
        by_vertex = [str(i) for i in self.ids[self._row_of_vertex()].tolist()]
        return str(_core.checksum_with_ids(self._core, by_vertex))

    def _row_of_vertex(self) -> np.ndarray:
        if self._vertex_of_row is None:
            return np.arange(self.num_companies)
        rows = np.empty(len(self._vertex_of_row), dtype=np.int64)
        rows[self._vertex_of_row] = np.arange(len(rows))
        return rows

    def _by_row(self, values: np.ndarray) -> np.ndarray:
        """Values by vertex put into input order."""
        return values if self._vertex_of_row is None else values[self._vertex_of_row]

    def _by_row_index(self) -> np.ndarray:
        """Vertex of each row."""
        if self._vertex_of_row is None:
            return np.arange(self.num_companies)
        return self._vertex_of_row

    def _vertex_of_ids(self, ids: Any, what: str) -> np.ndarray:
        import pandas as pd

        rows = _codes(what, pd.Index(self.ids), pd.Index(_plain(ids)))
        vertices = rows if self._vertex_of_row is None else self._vertex_of_row[rows]
        return np.ascontiguousarray(vertices, dtype=np.uint32)

    def _link_rows(self) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        source, target, value = self._core.links()
        rows = self._row_of_vertex()
        return rows[source], rows[target], value

    @classmethod
    def from_networkx(cls, graph: Any, *, weight: str | None = "weight") -> CompanyGraph:
        """A graph with the nodes and edges of a networkx graph (multi or not, directed or not)."""
        source, target, value = [], [], []
        has_value = weight is not None and any(
            weight in data for _, _, data in graph.edges(data=True)
        )
        for u, v, data in graph.edges(data=True):
            source.append(u)
            target.append(v)
            if has_value:
                if weight not in data:
                    raise InvalidArgumentError(f"edge ({u!r}, {v!r}) has no {weight!r}")
                value.append(float(data[weight]))
        nodes = np.empty(graph.number_of_nodes(), dtype=object)
        nodes[:] = list(graph.nodes)
        return cls(
            nodes,
            _objects(source),
            _objects(target),
            value if has_value else None,
            directed=graph.is_directed(),
        )

    def to_networkx(self) -> Any:
        """A networkx MultiDiGraph or MultiGraph with edge attribute ``weight`` (needs networkx)."""
        import networkx as nx

        made = nx.MultiDiGraph() if self.directed else nx.MultiGraph()
        made.add_nodes_from(self.ids.tolist())
        source, target, value = self._link_rows()
        ends = zip(self.ids[source].tolist(), self.ids[target].tolist(), strict=True)
        if value is None:
            made.add_edges_from(ends)
        else:
            made.add_weighted_edges_from(
                (u, v, w) for (u, v), w in zip(ends, value.tolist(), strict=True)
            )
        return made

    @classmethod
    def from_scipy(
        cls, matrix: Any, ids: Sequence[Any] | None = None, *, directed: bool = True
    ) -> CompanyGraph:
        """A graph from a square sparse matrix: entry (i, j) is the value of the link i -> j.

        For ``directed=False`` the matrix must be symmetric; its upper triangle is used.
        """
        import scipy.sparse as sp

        coo = sp.coo_array(matrix)
        if coo.shape[0] != coo.shape[1]:
            raise InvalidArgumentError(f"the matrix must be square, not {coo.shape}")
        row, column, data = coo.row, coo.col, coo.data.astype(np.float64)
        if not directed:
            if (coo != coo.T).nnz:
                raise InvalidArgumentError("an undirected graph needs a symmetric matrix")
            upper = row <= column
            row, column, data = row[upper], column[upper], data[upper]
        return cls.from_arrays(
            coo.shape[0] if ids is None else ids,
            row.astype(np.int64),
            column.astype(np.int64),
            data,
            directed=directed,
        )

    def to_scipy(self) -> Any:
        """A scipy CSR array of link values in input order; parallel links are summed."""
        import scipy.sparse as sp

        source, target, value = self._link_rows()
        data = np.ones(len(source)) if value is None else value
        if not self.directed:
            loop = source == target
            source, target = (
                np.concatenate([source, target[~loop]]),
                np.concatenate([target, source[~loop]]),
            )
            data = np.concatenate([data, data[~loop]])
        n = self.num_companies
        return sp.csr_array((data, (source, target)), shape=(n, n))

    @classmethod
    def from_igraph(cls, graph: Any, *, weight: str | None = "weight") -> CompanyGraph:
        """A graph from an igraph.Graph; vertex attribute ``name`` gives the ids where present."""
        ids = graph.vs["name"] if "name" in graph.vs.attributes() else graph.vcount()
        ends = np.asarray(graph.get_edgelist(), dtype=np.int64).reshape(-1, 2)
        value = graph.es[weight] if weight in graph.es.attributes() else None
        return cls.from_arrays(
            ids, ends[:, 0].copy(), ends[:, 1].copy(), value, directed=graph.is_directed()
        )

    def to_igraph(self) -> Any:
        """An igraph.Graph with vertex attribute ``name`` and edge attribute ``weight``."""
        import igraph

        source, target, value = self._link_rows()
        made = igraph.Graph(
            n=self.num_companies, edges=np.column_stack([source, target]), directed=self.directed
        )
        made.vs["name"] = self.ids.tolist()
        if value is not None:
            made.es["weight"] = value
        return made

    def __repr__(self) -> str:
        kind = "directed" if self.directed else "undirected"
        return f"CompanyGraph({self.num_companies} companies, {self.num_links} links, {kind})"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}, checksum <code>{self.checksum}</code></p>"


def _plain(column: Any) -> Any:
    """A column as something pandas indexes without guessing types."""
    import pandas as pd

    if isinstance(column, (pd.Series, pd.Index, np.ndarray)):
        return column
    if hasattr(column, "to_pandas"):  # pyarrow, polars, DuckDB relations
        return column.to_pandas()
    if isinstance(column, range):
        return np.asarray(column)
    return _objects(column) if not _is_numeric(column) else np.asarray(column)


def _is_numeric(column: Any) -> bool:
    return len(column) > 0 and all(
        isinstance(item, (int, np.integer)) and not isinstance(item, bool) for item in column
    )


def _objects(items: Any) -> np.ndarray:
    items = list(items)
    made = np.empty(len(items), dtype=object)
    made[:] = items
    return made


def _codes(what: str, index: Any, ids: Any) -> np.ndarray:
    rows: np.ndarray = index.get_indexer(ids)
    if (rows < 0).any():
        bad = int(np.argmax(rows < 0))
        raise InvalidArgumentError(f"link {bad}: unknown {what} {ids[bad]!r}")
    return rows


def _rank_by_bytes(ids: np.ndarray) -> np.ndarray:
    """Row -> vertex: the rank of the id's UTF-8 bytes (numbers are ranked as their text)."""
    texts = [str(item).encode("utf-8", "surrogatepass") for item in ids.tolist()]
    order = sorted(range(len(texts)), key=texts.__getitem__)
    rank = np.empty(len(texts), dtype=np.int64)
    rank[order] = np.arange(len(texts))
    return rank


def _positions(name: str, values: Any) -> np.ndarray:
    array = np.asarray(values)
    if array.size == 0:
        array = array.astype(np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise InvalidArgumentError(
            f"{name} must be a 1-d array of whole numbers, not {array.dtype}"
        )
    return array


def _make(
    n: int,
    source: np.ndarray,
    target: np.ndarray,
    value: Any,
    directed: bool,
    duplicates: str,
    threads: int,
    progress: Progress,
) -> Any:
    if source.dtype != target.dtype or source.dtype.type not in _INT_TYPES:
        source, target = _as_int64("source", source), _as_int64("target", target)
    weight = None
    if value is not None:
        import pandas as pd

        try:
            weight = np.ascontiguousarray(pd.to_numeric(_plain(value)), dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise InvalidArgumentError(f"value must be numbers: {error}") from None
    return _core.make_graph(
        n,
        np.ascontiguousarray(source),
        np.ascontiguousarray(target),
        weight,
        directed,
        duplicates,
        **context(progress, "building the graph", threads),
    )


def _as_int64(name: str, array: np.ndarray) -> np.ndarray:
    if (
        array.dtype.kind == "u"
        and array.dtype.itemsize == 8
        and len(array)
        and array.max() > 2**63 - 1
    ):
        raise InvalidArgumentError(f"{name} holds positions above 2^63")
    return array.astype(np.int64)
