"""Centralities: how a company sits in the whole chain.

Definitions are NetworkX 3.6's, except: scores are normalized by default, `direction` is
``"upstream"`` (paths that end in the company, NetworkX's default) or ``"downstream"``, and link
values are strengths that are never silently used as lengths.
"""

from kedja.centrality._betweenness import betweenness, edge_betweenness
from kedja.centrality._closeness import closeness, group_closeness, harmonic_closeness
from kedja.centrality._current_flow import current_flow_betweenness
from kedja.centrality._degree import degree, strength
from kedja.centrality._iterative import eigenvector, hits, katz, pagerank

__all__ = [
    "betweenness",
    "closeness",
    "current_flow_betweenness",
    "degree",
    "edge_betweenness",
    "eigenvector",
    "group_closeness",
    "harmonic_closeness",
    "hits",
    "katz",
    "pagerank",
    "strength",
]


def __dir__() -> list[str]:
    return __all__
