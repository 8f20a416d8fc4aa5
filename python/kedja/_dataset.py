"""All tables of one analysis, checked and joined."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np

from kedja import _core
from kedja._answers import answers_of
from kedja._columns import objects
from kedja._errors import DataError, InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._groups import Groups
from kedja._read import table_in_memory, tables_of_path, tables_of_paths
from kedja._result import Result
from kedja._run import Progress, context

TABLES = (
    "companies",
    "clusters",
    "memberships",
    "links",
    "participations",
    "capabilities",
    "needs",
    "stages",
    "requirements",
    "flows",
)
OnBad = Literal["raise", "report", "drop"]


class Table:
    """One table of a dataset; ``to_pandas()``, ``to_polars()`` or any Arrow consumer takes it."""

    __slots__ = ("_core", "_frame", "name")

    def __init__(self, core: Any, name: str) -> None:
        self._core, self.name = core, name
        self._frame: Any = None

    def __len__(self) -> int:
        return int(self._core.num_rows(self.name))

    def __repr__(self) -> str:
        return f"<Table {self.name}: {len(self)} rows>"

    def to_pandas(self) -> Any:
        """The table as a pandas frame; missing texts are empty, missing numbers NaN."""
        if self._frame is None:
            import pandas as pd

            data: dict[str, Any] = {}
            for name, kind, values in self._core.columns(self.name):
                if kind == "number":
                    data[name] = values
                elif kind == "year":
                    data[name] = pd.array(values, dtype="Int64")
                elif kind == "boolean":
                    data[name] = pd.array(values, dtype="boolean")
                else:
                    data[name] = pd.array(["" if v is None else v for v in values], dtype="str")
            self._frame = pd.DataFrame(data)
        return self._frame

    def to_polars(self) -> Any:
        """The table as a polars frame (needs polars)."""
        import polars as pl

        return pl.DataFrame(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return _core.table_frame(self._core, self.name).arrow()


class Dataset:
    """Companies, their clusters and links, and what is known of them. Made by `kedja.read`.

    Attributes
    ----------
    companies, clusters, memberships, links, participations, capabilities, needs, stages, requirements, flows : Table
    source : Mapping
        What ``SOURCE.json`` beside the tables says: title, licence, attribution, caveats.
    """

    def __init__(
        self,
        core: Any,
        report: list[Any],
        source: Mapping[str, Any] | None = None,
        usable: bool = True,
    ) -> None:
        self._core = core
        self._report = report
        self.source: Mapping[str, Any] = dict(source or {})
        self._usable = usable
        self._checksum: str | None = None
        self._tables = {name: Table(core, name) for name in TABLES}

    def __getattr__(self, name: str) -> Table:
        tables = self.__dict__.get("_tables", {})
        if name in tables:
            if not self._usable:
                raise DataError(
                    "the tables have errors; see check() and mend them first", "E_FORMAT"
                )
            found: Table = tables[name]
            return found
        raise AttributeError(f"a Dataset has no {name!r}")

    def __repr__(self) -> str:
        filled = ", ".join(f"{len(t)} {name}" for name, t in self._tables.items() if len(t))
        return f"<Dataset {filled}>"

    def check(self) -> Result:
        """The load report: every problem, where it stands and what was done.

        Returns
        -------
        Result
            ``severity`` (error, warning, info), ``code``, ``file``, ``row``, ``column``,
            ``value``, ``rule``, ``action``, ``message``, ``count``.

        Examples
        --------
        >>> import kedja
        >>> data = kedja.from_tables(companies={"id": ["a", "b"], "size": ["3", ""]})
        >>> data.check()["code"].tolist()
        ['W_MISSING']
        """
        names = (
            "severity",
            "code",
            "file",
            "row",
            "column",
            "value",
            "rule",
            "action",
            "message",
            "count",
        )
        columns = list(zip(*self._report, strict=True)) or [()] * len(names)
        made = {
            name: np.asarray(values, dtype=object)
            for name, values in zip(names, columns, strict=True)
        }
        made["count"] = made["count"].astype(np.int64)
        return Result(made, {"measure": "check", "parameters": {}}, recompute=self.check)

    def _need_usable(self) -> None:
        if not self._usable:
            raise DataError("the tables have errors; see check() and mend them first", "E_FORMAT")

    @property
    def ids(self) -> np.ndarray:
        """Company ids in input order."""
        return np.asarray(self.companies.to_pandas()["id"].tolist(), dtype=object)

    @property
    def ids_by_vertex(self) -> np.ndarray:
        """Company ids in the order of the compiled core: that of their UTF-8 bytes."""
        return objects(self._core.ids_by_vertex())

    @property
    def checksum(self) -> str:
        """Digest of all tables that does not depend on the order of rows."""
        if self._checksum is None:
            whole = hashlib.blake2b(digest_size=8)
            for name, table in self._tables.items():
                frame = table.to_pandas()
                lines = sorted("\x1f".join(map(str, row)) for row in frame.itertuples(index=False))
                whole.update(f"{name}\x1e{list(frame.columns)}\x1e".encode())
                whole.update("\x1e".join(lines).encode("utf-8", "surrogatepass"))
            self._checksum = whole.hexdigest()
        return self._checksum

    def graph(
        self,
        kind: str | list[str] = "supply",
        *,
        weight: Literal["value"] | None = None,
        years: int | tuple[int | None, int | None] | None = None,
        duplicates: Literal["sum", "keep", "error"] = "sum",
        directed: bool | None = None,
        missing: Literal[1] | None = None,
        rates: Mapping[str, float] | None = None,
        projection: Literal["count", "newman"] = "count",
        max_size: int = 0,
        threads: int = 0,
        progress: Progress = None,
    ) -> CompanyGraph:
        """The links of one kind, or of several, as a graph of all companies.

        Parameters
        ----------
        kind : str or list of str, default 'supply'
            supply, collaboration, knowledge, ownership. Collaboration also links organisations
            that share a project.
        weight : 'value', optional
            Sum link values; default: every link (and every shared project) counts 1.
        years : int or (first, last), optional
            Closed interval; rows without a year are kept.
        duplicates : {'sum', 'keep', 'error'}, default 'sum'
            Links that join the same two companies.
        directed : bool, optional
            Needed when kinds of both sorts are joined.
        missing : 1, optional
            What a missing value counts; default: an error that names the row.
        rates : mapping, optional
            Currency -> factor. Without it values of different currencies are refused.
        projection : {'count', 'newman'}, default 'count'
            Worth of a shared project: 1, or 1 / (participants - 1).
        max_size : int, default 0
            Leave out projects with more participants; 0 keeps all.
        threads, progress
            See `CompanyGraph`.

        Examples
        --------
        >>> import kedja
        >>> data = kedja.from_tables(companies={"id": ["a", "b"]}, links={"source": ["a"], "target": ["b"]})
        >>> data.graph("supply").num_links
        1
        """
        self._need_usable()
        if weight not in (None, "value"):
            raise InvalidArgumentError(f"weight must be 'value' or None, not {weight!r}")
        if missing not in (None, 1):
            raise InvalidArgumentError(f"missing must be 1 or None, not {missing!r}")
        if projection not in ("count", "newman"):
            raise InvalidArgumentError(
                f"projection must be 'count' or 'newman', not {projection!r}"
            )
        if duplicates not in ("sum", "keep", "error"):
            raise InvalidArgumentError(
                f"duplicates must be 'sum', 'keep' or 'error', not {duplicates!r}"
            )
        first, last = years if isinstance(years, tuple) else (years, years)
        core, _undated, _skipped = self._core.graph(
            kinds=[kind] if isinstance(kind, str) else list(kind),
            directed=directed,
            use_value=weight == "value",
            first_year=first,
            last_year=last,
            missing_as_one=missing == 1,
            rates=dict(rates or {}),
            duplicates=duplicates,
            projection=projection,
            max_size=max_size,
            **context(progress, "building the graph", threads),
        )
        return CompanyGraph._from_core(core, self.ids, self._core.vertex_of_row().astype(np.int64))

    def cluster_graph(
        self, kind: str | list[str] = "collaboration", **options: Any
    ) -> CompanyGraph:
        """Clusters as vertices; links are summed over members with their shares. See `graph`."""
        graph = self.graph(kind, **options)
        groups = self.groups("cluster")
        a, b, _, value, _ = _core.tie_counts(graph._core, groups._core)
        return CompanyGraph.from_arrays(
            groups.names, a.astype(np.int64), b.astype(np.int64), value, directed=graph.directed
        )

    def groups(self, by: str = "cluster") -> Groups:
        """Groups of companies by cluster, country, nuts1, nuts2, nuts3, nace2, type or a text column.

        Examples
        --------
        >>> import kedja
        >>> data = kedja.from_tables(companies={"id": ["a", "b"], "country": ["SE", "NO"]})
        >>> data.groups("country").names
        ['NO', 'SE']
        """
        self._need_usable()
        core, names = self._core.groups(by)
        return Groups(core, names, by)

    def as_of(self, year: int) -> Dataset:
        """The data as known in `year`: later rows and lapsed memberships are left out.

        Rows without a year are kept. Observed clusters (SOURCE.json beside the data has a rule
        ``observed_clusters``) are found anew from the participations that are left, so that no
        cluster knows what came later.

        Parameters
        ----------
        year : int

        Returns
        -------
        Dataset

        Examples
        --------
        >>> import kedja
        >>> data = kedja.from_tables(
        ...     companies={"id": ["a", "b"]},
        ...     links={"source": ["a", "b"], "target": ["b", "a"], "year": [2015, 2018]})
        >>> len(data.as_of(2016).links)
        1
        """
        self._need_usable()
        past = Dataset(self._core.as_of(int(year)), self._report, self.source)
        rule = self.source.get("observed_clusters")
        if not isinstance(rule, dict):
            return past
        from kedja._observed import observed_tables

        tables: dict[str, Any] = {name: table for name, table in past._tables.items() if len(table)}
        tables.update(observed_tables(past, rule))
        raw = [table_in_memory(name, table) for name, table in tables.items()]
        return Dataset(_core.check(raw, "raise", {})[0], self._report, self.source)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write all tables as one ``.kedja`` store, whole or not at all; `kedja.open` reads it.

        The load report and what is known of the source go with them. Ids are kept as they are,
        personal identity numbers included: a store is a working file.

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
            Another ending, or a folder that does not exist or cannot be written to.

        Examples
        --------
        >>> import kedja, pathlib, tempfile
        >>> data = kedja.from_tables(companies={"id": ["a", "b"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     kedja.open(data.save(pathlib.Path(folder, "list.kedja"))).checksum == data.checksum
        True
        """
        self._need_usable()
        from kedja._store import save_dataset

        return save_dataset(self, path)

    def answers(self, lang: Literal["en", "sv"] = "en") -> Result:
        """Which questions these data answer, and which column would decide the others.

        Returns
        -------
        Result
            ``question``, ``state`` (answered, partial, undecided), ``why``, ``deciding_column``.

        Examples
        --------
        >>> import kedja
        >>> data = kedja.from_tables(companies={"id": ["a", "b"]})
        >>> data.answers()["state"].tolist()[0]
        'undecided'
        """
        self._need_usable()
        if lang not in ("en", "sv"):
            raise InvalidArgumentError(f"lang must be 'en' or 'sv', not {lang!r}")
        rows = answers_of(self)
        return Result(
            {
                "question": [r.question for r in rows],
                "state": [r.state for r in rows],
                "why": [r.why[lang] for r in rows],
                "deciding_column": [r.deciding_column for r in rows],
            },
            {"measure": "answers", "parameters": {"lang": lang}},
            recompute=lambda: self.answers(lang),
        )

    def _participation_arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Company vertex, project and stratum (field and start year) of every participation."""
        if len(self.participations) == 0:
            raise InvalidArgumentError("this null model needs a table of participations")
        company, project, stratum = self._core.participations()
        return company, project, stratum


def read(
    path: str | os.PathLike[str] | list[str | os.PathLike[str]],
    *,
    on_bad: OnBad = "raise",
    columns: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    decimal: str = "",
    comment: str = "",
) -> Dataset:
    """Read and check tables.

    Parameters
    ----------
    path : path or list of paths
        A folder of ``.csv``, ``.tsv`` (also ``.gz``), ``.parquet`` or ``.xlsx`` files named as the
        tables, or of ``.xlsx`` lists of companies; one ``.xlsx``; one ``.graphml`` or
        ``.edgelist``; a ``.kedja`` store of a dataset; one sheet or file of any name, which is read
        as companies; or a list of such files, whose companies are merged by id.
    on_bad : {'raise', 'report', 'drop'}, default 'raise'
        Bad rows: raise `DataError`, keep them in the report (only ``check()`` may be used then),
        or leave them out and count them.
    columns : mapping, optional
        Your column name -> kedja's. English and Swedish names are known already.
    encoding : {'utf-8', 'windows-1252'}, default 'utf-8'
    decimal : {'', ',', '.'}, default ''
        Decimal mark of text files; by default a comma in files that use semicolons.
    comment : str, default ''
        Lines that start with this character are skipped.

    Returns
    -------
    Dataset

    Raises
    ------
    DataError
        With ``file``, ``row``, ``column``, ``value`` and ``code`` of the first problem; the message
        lists up to ten.
    """
    options = {"encoding": encoding, "decimal": decimal, "comment": comment}
    if isinstance(path, (list, tuple)):
        raw = tables_of_paths(path, **options)
        folder = Path(path[0]).parent if path else Path()
    else:
        folder = Path(path)
        if folder.suffix.lower() == ".kedja" and folder.is_file():
            return _stored(folder)
        raw = tables_of_path(folder, **options)
    return _checked(raw, on_bad, columns, _source_beside(folder))


def from_tables(
    *, on_bad: OnBad = "raise", columns: Mapping[str, str] | None = None, **tables: Any
) -> Dataset:
    """A dataset from tables in memory, or from files given one by one.

    Parameters
    ----------
    companies, clusters, memberships, links, participations, capabilities, needs, stages, requirements, flows
        pandas or polars frames, pyarrow tables, DuckDB relations, dictionaries of columns, paths.
    on_bad, columns
        See `read`.

    Examples
    --------
    >>> import kedja
    >>> kedja.from_tables(companies={"id": ["a", "b"]}, links={"source": ["a"], "target": ["b"]})
    <Dataset 2 companies, 1 links>
    """
    unknown = [name for name in tables if name not in TABLES]
    if unknown:
        raise InvalidArgumentError(
            f"there is no table {unknown[0]!r}; tables are {', '.join(TABLES)}"
        )
    raw = [table_in_memory(name, table) for name, table in tables.items() if table is not None]
    return _checked(raw, on_bad, columns, {})


def _checked(
    raw: list[Any], on_bad: str, columns: Mapping[str, str] | None, source: Mapping[str, Any]
) -> Dataset:
    core, report = _core.check(raw, on_bad, dict(columns or {}))
    usable = on_bad != "report" or not any(row[0] == "error" for row in report)
    return Dataset(core, report, source, usable)


def _stored(path: Path) -> Dataset:
    from kedja._store import open as open_store

    found = open_store(path)
    if not isinstance(found, Dataset):
        raise DataError(
            f"{path.name}: holds a graph and no tables; use kedja.open", "E_FORMAT", path.name
        )
    return found


def _source_beside(path: Path) -> dict[str, Any]:
    file = (path if path.is_dir() else path.parent) / "SOURCE.json"
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"SOURCE.json: {error}", "E_FORMAT", "SOURCE.json") from None
    return found if isinstance(found, dict) else {}
