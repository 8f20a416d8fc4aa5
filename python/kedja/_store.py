"""The ``.kedja`` store: a dataset or a graph in one checked, memory-mapped file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from kedja import _core
from kedja._columns import objects
from kedja._dataset import Dataset
from kedja._errors import DataError, InvalidArgumentError
from kedja._graph import CompanyGraph

_NOTES = "python/notes"  # what only Python knows of the content, as JSON


def open(path: str | os.PathLike[str], *, verify: bool = True) -> Dataset | CompanyGraph:
    """Open a ``.kedja`` store.

    Parameters
    ----------
    path : path
        Written by `Dataset.save` or `CompanyGraph.save`.
    verify : bool, default True
        Compare a section's checksum, and check that a graph's links stay inside it, before their
        first use. False is for a file that was verified before and that nobody else can write.

    Returns
    -------
    Dataset or CompanyGraph
        What the file holds. A graph's links stay in the file and are mapped, so opening takes
        milliseconds at any size and processes share the memory; a dataset's tables are loaded.

    Raises
    ------
    DataError
        ``E_FILE``: it cannot be opened. ``E_FORMAT``: not such a file, or of another version.
        ``E_CHECKSUM``: cut short or damaged; the message names the section.

    Examples
    --------
    >>> import kedja, pathlib, tempfile
    >>> graph = kedja.CompanyGraph(["ore", "steel"], ["ore"], ["steel"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kedja.open(graph.save(pathlib.Path(folder, "chain.kedja")))
    CompanyGraph(2 companies, 1 links, directed)
    """
    file = _core.StoreFile(os.fspath(path), verify)
    if file.holds_dataset:
        notes = _notes(file, Path(path).name)
        report = [tuple(row) for row in notes.get("report", [])]
        return Dataset(file.dataset(), report, notes.get("source", {}))
    return StoredGraph(file, Path(path).name)


class StoredGraph(CompanyGraph):
    """A graph whose arrays stay in its file; they are verified and mapped when first needed."""

    __slots__ = ("_file", "_loaded", "_name")

    def __init__(self, file: Any, name: str) -> None:
        self._file, self._name = file, name
        self._loaded: dict[str, Any] = {}
        self._checksum: str | None = None

    @property
    def _core(self) -> Any:
        if "core" not in self._loaded:
            self._loaded["core"] = self._file.graph()
        return self._loaded["core"]

    @property
    def _vertex_of_row(self) -> np.ndarray | None:  # type: ignore[override]
        if "rows" not in self._loaded:
            rows = self._file.vertex_of_row()
            self._loaded["rows"] = rows if len(rows) else None
        found: np.ndarray | None = self._loaded["rows"]
        return found

    @property
    def ids(self) -> np.ndarray:  # type: ignore[override]
        if "ids" not in self._loaded:
            kind = _notes(self._file, self._name).get("ids")
            if kind == "position":
                ids = np.arange(self.num_companies)
            else:
                ids = objects(self._file.ids())
                ids = ids.astype(np.int64) if kind == "int" else ids
            self._loaded["ids"] = ids
        found: np.ndarray = self._loaded["ids"]
        return found


def save_graph(graph: CompanyGraph, path: str | os.PathLike[str]) -> Path:
    """See `CompanyGraph.save`."""
    path = _checked_name(path)
    ids = graph.ids
    if ids.dtype.kind in "iu":
        positions = np.array_equal(ids, np.arange(len(ids)))
        kind = "position" if positions else "int"
    elif all(isinstance(i, str) for i in ids.tolist()):
        kind = "text"
    else:
        raise InvalidArgumentError("a store keeps ids that are texts or whole numbers")
    rows = graph._vertex_of_row
    _core.save_graph(
        os.fspath(path),
        graph._core,
        [str(i) for i in ids.tolist()] if kind != "position" else [""] * len(ids),
        np.zeros(0, np.uint32) if rows is None else np.ascontiguousarray(rows, dtype=np.uint32),
        {_NOTES: json.dumps({"ids": kind})},
    )
    return path


def save_dataset(data: Dataset, path: str | os.PathLike[str]) -> Path:
    """See `Dataset.save`."""
    path = _checked_name(path)
    notes = {"report": data._report, "source": dict(data.source)}
    _core.save_dataset(os.fspath(path), data._core, {_NOTES: json.dumps(notes, ensure_ascii=False)})
    return path


def _checked_name(path: str | os.PathLike[str]) -> Path:
    path = Path(path)
    if path.suffix != ".kedja":
        raise InvalidArgumentError(f"{path.name}: the name of a store ends in .kedja")
    return path


def _notes(file: Any, name: str) -> dict[str, Any]:
    if not file.has(_NOTES):
        return {}
    try:
        found = json.loads(file.text(_NOTES))
    except ValueError as error:
        raise DataError(f"{name}: section {_NOTES}: {error}", "E_FORMAT", name) from None
    if not isinstance(found, dict):
        raise DataError(f"{name}: section {_NOTES} is not a JSON object", "E_FORMAT", name)
    return found
