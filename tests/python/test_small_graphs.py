"""Every function of a graph bears graphs of no, one and two companies, and says why it has no value.

A row stands for each company, and a value that is missing has a status that names the reason.
"""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import kedja
import numpy as np
import pytest
from families import OF_GRAPHS, public_functions

LINKS: dict[str, tuple[int, list[tuple[int, int]]]] = {
    "nobody": (0, []),
    "one": (1, []),
    "one that sells to itself": (1, [(0, 0)]),
    "two apart": (2, []),
    "two": (2, [(0, 1)]),
    "two both ways, twice": (2, [(0, 1), (1, 0), (0, 1), (1, 1)]),
    "two, worth nothing": (2, [(0, 1)]),
}

#: what a function is called with besides the graph; several where options take other ways
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "centrality.betweenness": [{}, {"length": "1/value"}, {"epsilon": 0.1}, {"top_k": 1}],
    "centrality.edge_betweenness": [{}, {"length": "1/value"}],
    "centrality.closeness": [{}, {"length": "1/value"}, {"top_k": 1}, {"wf_improved": False}],
    "centrality.harmonic_closeness": [{}, {"length": "1/value"}, {"top_k": 1}, {"max_hops": 1}],
    "centrality.current_flow_betweenness": [{}, {"epsilon": 0.1}],
    "centrality.group_closeness": [{"k": 1}],
    "structure.components": [{}, {"kind": "strong"}],
    "structure.communities": [{}, {"method": "louvain"}],
    "structure.diameter": [{}, {"length": "1/value"}],
    "structure.distances": [{"source": "a"}, {"source": "a", "length": "1/value"}],
    "structure.eccentricity": [{}, {"length": "1/value"}],
    "structure.spanning_forest": [{}, {"length": "1/value"}],
    "structure.triangles": [{}, {"weighted": True}],
    "structure.brokerage": [{}, {"expected": True}],
    "recommend.two_hop": [{}, {"per_company": True}],
    "null_models.tie_significance": [{"null": name} for name in ("configuration", "rewire", "permutation")],
}  # fmt: skip
#: functions of a company or of groups of them need one
NEEDS_ONE = {"centrality.group_closeness", "structure.distances"}


def functions() -> list[Any]:
    return [
        pytest.param(name, function, id=name)
        for name, function in public_functions(OF_GRAPHS)
        if next(iter(inspect.signature(function).parameters)) == "graph"
    ]


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("shape", LINKS)
@pytest.mark.parametrize(("name", "function"), functions())
def test_graphs_of_few_companies(name, function, shape, directed):
    n, links = LINKS[shape]
    ids = np.array(list("ab")[:n], dtype=object)
    ends = [ids[[link[side] for link in links]] for side in (0, 1)]
    value = np.full(len(links), 0.0 if "nothing" in shape else 2.0)
    graph = kedja.CompanyGraph(ids, *ends, value, directed=directed)
    grouped = "groups" in inspect.signature(function).parameters
    more = [np.array(list("xy")[:n], dtype=object)] if grouped else []
    for options in OPTIONS.get(name, [{}]):
        if n == 0 and name in NEEDS_ONE:
            with pytest.raises(kedja.InvalidArgumentError):
                function(graph, *more, **options)
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = function(graph, *more, **options)
        if not isinstance(found, kedja.Result):
            continue
        assert found.verify()
        frame = found.frame
        if frame.index.name != "company":
            continue
        if "top_k" not in options:
            assert frame.index.tolist() == ids.tolist()
        values = frame.select_dtypes("number")
        known = [
            c for c in values if not c.startswith("z_")
        ]  # z has none where chance has no spread
        missing = values[known].isna().any(axis=1)
        assert not missing.any() or (frame.loc[missing, "status"] != "ok").all()
        if "distance" not in values:
            assert not np.isinf(values.to_numpy()).any()
