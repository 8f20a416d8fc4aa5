"""Pairs that share neighbours: Adamic-Adar and its relatives."""

from __future__ import annotations

from typing import Any, Literal

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._measure import whole
from kedja._result import Result
from kedja._run import Progress, context


def two_hop(
    graph: CompanyGraph,
    *,
    score: Literal[
        "adamic_adar", "resource_allocation", "common_neighbours", "jaccard", "cosine"
    ] = "adamic_adar",
    k: int = 100,
    pairs: Any = None,
    per_company: bool = False,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Pairs that share neighbours: the best that are not linked yet, or the scores of given ones.

    Direction, link values and parallel links do not count; neighbours are those at either end.

    Parameters
    ----------
    graph : CompanyGraph
    score : {'adamic_adar', 'resource_allocation', 'common_neighbours', 'jaccard', 'cosine'}
        Sum of 1/log(degree), or of 1/degree, over the common neighbours; their number; that number
        over the union of both neighbourhoods, or over the root of the product of the degrees.
    k : int >= 1, default 100
        How many pairs in all, or per company.
    pairs : table with columns source and target, or sequence of two columns, optional
        Score these, linked or not, in this order; `k` and `per_company` do not apply.
    per_company : bool, default False
        The k best for each company; a pair may then stand under both of its ends.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        ``source``, ``target``, ``score``; best first, equal scores in the order of ids.

    Raises
    ------
    InvalidArgumentError
        Another score, k below 1, an id that is not in the graph.

    Notes
    -----
    Memory: 90 bytes per company and 15 per link; each further thread 50 per company.

    References
    ----------
    Adamic and Adar 2003, https://doi.org/10.1016/S0378-8733(03)00009-1; Zhou, Lu and Zhang 2009,
    https://doi.org/10.1140/epjb/e2009-00335-8. The best pairs of all are found by falling bounds on
    what a company's pairs can score, so that few companies are looked at unless the score is a
    ratio or `k` is close to the number of pairs; at worst, and per company, O(sum over companies of
    their neighbours' degrees) time.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(list("abcd"), list("aabb"), list("bccd"))
    >>> found = kedja.recommend.two_hop(graph, score="common_neighbours")
    >>> list(zip(found["source"], found["target"], found["score"].tolist()))
    [('a', 'd', 1.0), ('c', 'd', 1.0)]
    """
    run = context(progress, "shared neighbours", threads)
    ids = graph.ids[graph._row_of_vertex()]
    if pairs is not None:
        given = pair_columns(pairs)
        source, target = (graph._vertex_of_ids(column, "pairs") for column in given)
        value = _core.two_hop_scores(graph._core, score, source, target, **run)
    elif per_company:
        source, target, value = _core.two_hop_per_company(graph._core, score, whole("k", k), **run)
    else:
        source, target, value = _core.two_hop(graph._core, score, whole("k", k), **run)
    return Result(
        {"source": ids[source], "target": ids[target], "score": value},
        {
            "measure": "recommend.two_hop",
            "parameters": {"score": score, "k": k, "per_company": per_company},
            "graph_checksum": graph.checksum,
        },
        recompute=lambda: two_hop(
            graph,
            score=score,
            k=k,
            pairs=pairs,
            per_company=per_company,
            threads=threads,
            progress=False,
        ),
    )


def pair_columns(pairs: Any) -> tuple[Any, Any]:
    if isinstance(pairs, dict) or hasattr(pairs, "columns"):
        return pairs["source"], pairs["target"]
    if len(pairs) != 2:
        raise InvalidArgumentError("pairs must have two columns: source and target")
    return pairs[0], pairs[1]
