"""How many links a company has, and what they are worth."""

from __future__ import annotations

from kedja import _core
from kedja._graph import CompanyGraph
from kedja._measure import company_result
from kedja._result import Result


def degree(graph: CompanyGraph) -> Result:
    """Number of links of every company.

    Parameters
    ----------
    graph : CompanyGraph
        Parallel links count each; a self-link adds 2 to ``degree``.

    Returns
    -------
    Result
        n rows; ``degree`` (upstream + downstream; each link once when undirected), ``upstream``
        (links from suppliers), ``downstream`` (links to buyers), whole numbers >= 0.

    Notes
    -----
    O(n).
    Memory: 30 bytes per company.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> kedja.centrality.degree(graph)["degree"].tolist()
    [1, 2, 1]
    """
    total, upstream, downstream = _core.degree(graph._core)
    return company_result(
        "degree",
        graph,
        {"degree": total, "upstream": upstream, "downstream": downstream},
        {},
        lambda: degree(graph),
    )


def strength(graph: CompanyGraph) -> Result:
    """Sum of link values of every company.

    Parameters
    ----------
    graph : CompanyGraph
        Without values every link is worth 1.

    Returns
    -------
    Result
        n rows; ``strength``, ``upstream``, ``downstream`` in the unit of the values.

    Notes
    -----
    O(n + m).
    Memory: 30 bytes per company.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel"], ["ore"], ["steel"], [2.5])
    >>> kedja.centrality.strength(graph)["upstream"].tolist()
    [0.0, 2.5]
    """
    total, upstream, downstream = _core.strength(graph._core)
    return company_result(
        "strength",
        graph,
        {"strength": total, "upstream": upstream, "downstream": downstream},
        {},
        lambda: strength(graph),
    )
