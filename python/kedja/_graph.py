"""The company graph: links between companies, keyed by the user's ids."""

from __future__ import annotations

import html
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kedja import _core
from kedja._columns import (
    INT_TYPES,
    TextIds,
    as_int64,
    codes_in,
    numbers,
    objects,
    plain,
    plain_item,
    positions,
    rank_by_bytes,
)
from kedja._errors import InvalidArgumentError
from kedja._result import write_whole
from kedja._run import Progress, context


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
    order of rows changes no bit of a result. O(n + m), and O(p log p) for p links between the
    same two companies.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> graph
    CompanyGraph(3 companies, 2 links, directed)
    """

    __slots__ = ("_checksum", "_core", "_index", "_vertex_of_row", "ids")

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
        made = _text_ends(ids, source, target) or _other_ends(ids, source, target)
        self.ids: np.ndarray = made[0]
        self._vertex_of_row: np.ndarray | None = made[1]
        self._checksum: str | None = None
        self._index: Any = None
        self._core = _make(
            len(self.ids), made[2], made[3], value, directed, duplicates, threads, progress
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
            graph.ids = np.asarray(plain(ids))
            if len(set(graph.ids.tolist())) != len(graph.ids):
                raise InvalidArgumentError("an id appears more than once in ids")
        graph._vertex_of_row = graph._checksum = graph._index = None
        graph._core = _make(
            len(graph.ids),
            positions("source", source),
            positions("target", target),
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
        graph._checksum = graph._index = None
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
        if self._checksum is None:  # of something that never changes
            by_vertex = self.ids[self._row_of_vertex()]
            if by_vertex.dtype == np.int64:
                made = _core.checksum_with_ids(self._core, np.ascontiguousarray(by_vertex))
            else:
                made = _core.checksum_with_ids(self._core, [str(i) for i in by_vertex.tolist()])
            self._checksum = str(made)
        return self._checksum

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

    def _vertex_of_ids(self, ids: Any, what: str, *, once: bool = False) -> np.ndarray:
        """`what` is the argument that they stand in, for messages; `once`: no id may repeat."""
        import pandas as pd

        given = pd.Index(plain(ids))
        if once and not given.is_unique:
            twice = plain_item(given[given.duplicated()][0])
            raise InvalidArgumentError(f"{what}: company {twice!r} appears more than once")
        where = f"{what}, row {{row}}" if len(given) > 1 else what
        if self._index is None:  # its table of ids is filled by the first search, and stays
            self._index = pd.Index(self.ids)
        rows = codes_in(self._index, given, where + ": unknown company {id}")
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
            objects(source),
            objects(target),
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

    def write_graphml(self, path: str | os.PathLike[str], *, personal: bool = False) -> Path:
        """Write the graph as GraphML, whole or not at all; values are the attribute ``weight``.

        Parameters
        ----------
        path : path
        personal : bool, default False
            False hides the digits of Swedish personal identity numbers used as ids; two of them
            that look the same then are an error.

        Examples
        --------
        >>> import kedja, pathlib, tempfile
        >>> graph = kedja.CompanyGraph(["ore", "steel"], ["ore"], ["steel"])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     kedja.read(graph.write_graphml(pathlib.Path(folder, "chain.graphml")))
        <Dataset 2 companies, 1 links>
        """
        names = [str(i) for i in self.ids[self._row_of_vertex()].tolist()]
        if not personal:
            names = [_core.masked(name) for name in names]
        if len(set(names)) < len(names):
            raise InvalidArgumentError(
                "ids are not distinct as text once masked; pass personal=True or other ids"
            )
        path = Path(path)
        write_whole(path, _core.graphml(self._core, names))
        return path

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the graph and its ids as a ``.kedja`` store, whole or not at all.

        Ids are kept as they are, personal identity numbers included: a store is a working file.

        Parameters
        ----------
        path : path
            Ends in ``.kedja``.

        Returns
        -------
        Path

        Raises
        ------
        InvalidArgumentError
            Another ending, ids that are neither texts nor whole numbers, a folder that does not
            exist.

        Examples
        --------
        >>> import kedja, pathlib, tempfile
        >>> graph = kedja.CompanyGraph(["ore", "steel"], ["ore"], ["steel"], [2.5])
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     again = kedja.open(graph.save(pathlib.Path(folder, "chain.kedja")))
        ...     again.checksum == graph.checksum
        True
        """
        from kedja._store import save_graph

        return save_graph(self, path)

    def __repr__(self) -> str:
        kind = "directed" if self.directed else "undirected"
        return f"CompanyGraph({self.num_companies} companies, {self.num_links} links, {kind})"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}, checksum <code>{self.checksum}</code></p>"


def _text_ends(
    ids: Any, source: Any, target: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None:
    """Ids, vertex of each row, and the links' vertices, where all ids are texts; else None."""
    known = TextIds()
    if ids is not None:
        rows = known.add("ids", ids)
        if rows is None:
            return None
        if len(known) < len(rows):
            first = np.empty(len(known), dtype=np.int64)
            first[rows[::-1]] = np.arange(len(rows))[::-1]
            repeated = int(np.flatnonzero(first[rows] != np.arange(len(rows)))[0])
            raise InvalidArgumentError(
                f"company id {known.texts()[rows[repeated]]!r} appears more than once"
            )
    companies = len(known)
    ends = []
    for name, column in (("source", source), ("target", target)):
        codes = known.add(name, column)
        if codes is None:
            return None
        ends.append(codes)
    _same_length(*ends)
    if ids is not None and len(known) > companies:
        for name, codes in zip(("source", "target"), ends, strict=True):
            if (codes >= companies).any():
                bad = int(np.argmax(codes >= companies))
                raise InvalidArgumentError(
                    f"link {bad}: unknown {name} {known.texts()[codes[bad]]!r}"
                )
    rank = known.rank()
    texts = known.texts() if ids is None else objects(ids)
    return texts, rank, rank[ends[0]], rank[ends[1]]


def _other_ends(
    ids: Any, source: Any, target: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The same for ids of any hashable kind."""
    import pandas as pd

    ends = [pd.Index(plain(column)) for column in (source, target)]
    _same_length(*ends)
    for name, end in zip(("source", "target"), ends, strict=True):
        if end.hasnans:
            raise InvalidArgumentError(f"link {int(np.argmax(end.isna()))}: {name} is missing")
    if ids is None:
        codes, unique = pd.factorize(ends[0].append(ends[1]))
        index = pd.Index(unique)
        rows = codes[: len(ends[0])], codes[len(ends[0]) :]
    else:
        index = pd.Index(plain(ids))
        if index.hasnans:
            raise InvalidArgumentError(f"company {int(np.argmax(index.isna()))}: the id is missing")
        if not index.is_unique:
            repeated = index[index.duplicated()][0]
            raise InvalidArgumentError(f"company id {repeated!r} appears more than once")
        rows = (
            codes_in(index, ends[0], "link {row}: unknown source {id}"),
            codes_in(index, ends[1], "link {row}: unknown target {id}"),
        )
    texts = np.asarray(index)
    rank = rank_by_bytes(texts)
    return texts, rank, rank[rows[0]], rank[rows[1]]


def _same_length(source: Any, target: Any) -> None:
    if len(source) != len(target):
        raise InvalidArgumentError(f"source has {len(source)} entries, target has {len(target)}")


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
    if source.dtype != target.dtype or source.dtype.type not in INT_TYPES:
        source, target = as_int64("source", source), as_int64("target", target)
    return _core.make_graph(
        n,
        np.ascontiguousarray(source),
        np.ascontiguousarray(target),
        numbers("value", value),
        directed,
        duplicates,
        **context(progress, "building the graph", threads),
    )
