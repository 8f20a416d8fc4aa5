"""Groups of companies in the forms that users have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph


class Groups:
    """Which groups each company belongs to, with shares that sum to 1 per company.

    Attributes
    ----------
    names : list of str
        Group names in the order of their UTF-8 bytes.
    """

    __slots__ = ("_core", "by", "names")

    def __init__(self, core: Any, names: list[str], by: str = "groups") -> None:
        self._core, self.names, self.by = core, names, by

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"Groups({len(self.names)} groups by {self.by}, {self._core.num_vertices} companies)"


def of_graph(groups: Any, graph: CompanyGraph) -> Groups:
    """Groups for a graph, from any of the accepted forms.

    `groups` is what ``Dataset.groups`` gives, a Series or mapping from company id to group, an
    array aligned with the companies, or a table with columns company and cluster (and weight).
    Missing groups (None, NaN, "") mean that the company is in no group.
    """
    if isinstance(groups, Groups):
        if groups._core.num_vertices != graph.num_companies:
            raise InvalidArgumentError(
                f"the groups have {groups._core.num_vertices} companies, the graph {graph.num_companies}"
            )
        return groups
    import pandas as pd

    weight: Any = None
    if hasattr(groups, "columns") and not isinstance(groups, pd.Series):
        table = groups if isinstance(groups, pd.DataFrame) else groups.to_pandas()
        try:
            company, label = table["company"], table["cluster"]
        except KeyError as error:
            raise InvalidArgumentError(
                f"a table of memberships needs columns company and cluster; {error} is missing"
            ) from None
        if "weight" in table:
            weight = table["weight"].fillna(1.0).to_numpy(dtype=np.float64)
        vertex = graph._vertex_of_ids(company, "groups")
        labels = label.to_numpy(dtype=object)
    elif isinstance(groups, (pd.Series, Mapping)):
        series = groups if isinstance(groups, pd.Series) else pd.Series(groups, dtype=object)
        vertex = graph._vertex_of_ids(series.index, "groups")
        labels = series.to_numpy(dtype=object)
    else:
        labels = np.asarray(groups, dtype=object)
        if labels.shape != (graph.num_companies,):
            raise InvalidArgumentError(
                f"groups must have one entry per company ({graph.num_companies}), not {labels.shape}"
            )
        vertex = graph._by_row_index()
    known = np.array([not (x is None or x == "" or x != x) for x in labels], dtype=bool)
    texts = [str(x) for x in labels[known]]
    names = sorted(set(texts), key=lambda name: name.encode("utf-8"))
    number = {name: i for i, name in enumerate(names)}
    return Groups(
        _core.Grouping(
            graph.num_companies,
            len(names),
            np.ascontiguousarray(vertex[known], dtype=np.uint32),
            np.fromiter((number[t] for t in texts), dtype=np.uint32, count=len(texts)),
            None if weight is None else np.ascontiguousarray(weight[known]),
        ),
        names,
    )
