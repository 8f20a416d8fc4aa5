"""Partners: who should link with whom, in a first honest form: evidence named, no probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._profile import Profile, unknown
from kedja._result import Result
from kedja._run import Progress, context

if TYPE_CHECKING:
    from kedja._dataset import Dataset

__all__ = ["partners", "two_hop"]


def __dir__() -> list[str]:
    return __all__


FEATURES = (
    "common_neighbours",
    "adamic_adar",
    "resource_allocation",
    "preferential_attachment",
    "capability_similarity",
    "capability_complementarity",
    "same_country",
)
_SCORED = (
    "adamic_adar",
    "resource_allocation",
    "capability_similarity",
    "capability_complementarity",
)


def partners(
    data: Dataset,
    *,
    company: str | None = None,
    cluster: str | None = None,
    k: int = 10,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Ranked partners in other clusters and countries, each with its evidence.

    Candidates are companies two links away that are not yet linked, are in no cluster of the
    source, and have a name; nothing of size n x n is formed. The score is the mean rank (0 to 1)
    over adamic_adar, resource_allocation, capability_similarity and capability_complementarity
    among the candidates: a rank, not a probability.

    Parameters
    ----------
    data : Dataset
        With links or participations.
    company, cluster : str
        Exactly one: partners for a company, or for the members of a cluster (then at most two
        suggestions per member).
    k : int >= 1, default 10
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        At most k rows by falling score, each target once: ``source``, ``target``, ``score`` in
        (0, 1], the features (``common_neighbours`` shared partners; ``adamic_adar`` and
        ``resource_allocation`` weigh them by 1/log(degree) and 1/degree;
        ``preferential_attachment`` product of degrees; ``capability_similarity`` cosine;
        ``capability_complementarity`` share of the target's capabilities that the source lacks;
        ``same_country``), ``reasons``, ``status``.

    Raises
    ------
    InvalidArgumentError
        Unknown company or cluster (with the nearest name), or both given, or none; no links.

    References
    ----------
    Adamic and Adar 2003, https://doi.org/10.1016/S0378-8733(03)00009-1; Zhou, Lu and Zhang 2009,
    https://doi.org/10.1140/epjb/e2009-00335-8. O(sum of the sources' neighbours' degrees).

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": list("abc"), "name": ["A", "B", "C"]},
    ...     memberships={"company": ["a", "c"], "cluster": ["x", "y"]},
    ...     links={"source": ["a", "b"], "target": ["b", "c"], "kind": ["collaboration"] * 2})
    >>> kedja.recommend.partners(data, cluster="x")["target"].tolist()
    ['c']
    """
    if (company is None) == (cluster is None):
        raise InvalidArgumentError("give exactly one of company= and cluster=")
    profile = Profile(data, required=False)
    if company is not None:
        sources = np.flatnonzero(profile.ids == company).astype(np.uint32)
        if len(sources) == 0:
            raise InvalidArgumentError(unknown("company", company, profile.ids.tolist()))
    else:
        sources = profile.members()[profile.cluster(str(cluster))]
    graphs = [data.graph(kind) for kind in ("collaboration", "supply")]
    if not any(graph.num_links for graph in graphs):
        raise InvalidArgumentError(
            "partners are found through links or participations, and there are none"
        )
    named, country = _facts(data, profile.ids)
    got, candidates = _core.partners(
        [graph._core for graph in graphs],
        profile.groups._core,
        profile.has,
        named,
        country,
        np.ascontiguousarray(sources, dtype=np.uint32),
        _whole("k", k),
        **context(progress, "partners", threads),
    )
    features = {name: np.asarray(got[name], dtype=np.float64) for name in FEATURES}
    rows = range(len(got["source"]))
    reasons = [_reasons({name: features[name][i] for name in FEATURES}) for i in rows]
    return Result(
        {
            "source": profile.ids[got["source"]],
            "target": profile.ids[got["target"]],
            "score": got["score"],
            **features,
            "reasons": np.asarray(reasons, dtype=object),
            "status": np.asarray(["ok"] * len(reasons), dtype=object),
        },
        {
            "measure": "recommend.partners",
            "parameters": {"company": company, "cluster": cluster, "k": k},
            "data_checksum": data.checksum,
            "candidates": candidates,
            "scored_by": list(_SCORED),
            "note": "a rank among candidates, not a probability",
        },
        recompute=lambda: partners(
            data, company=company, cluster=cluster, k=k, threads=threads, progress=False
        ),
    )


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

    References
    ----------
    Adamic and Adar 2003, https://doi.org/10.1016/S0378-8733(03)00009-1; Zhou, Lu and Zhang 2009,
    https://doi.org/10.1140/epjb/e2009-00335-8. O(sum over companies of their neighbours' degrees)
    time, O(n + k) memory per thread.

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
        given = _pair_columns(pairs)
        source, target = (graph._vertex_of_ids(column, "company") for column in given)
        value = _core.two_hop_scores(graph._core, score, source, target, **run)
    elif per_company:
        source, target, value = _core.two_hop_per_company(graph._core, score, _whole("k", k), **run)
    else:
        source, target, value = _core.two_hop(graph._core, score, _whole("k", k), **run)
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


def _pair_columns(pairs: Any) -> tuple[Any, Any]:
    if isinstance(pairs, dict) or hasattr(pairs, "columns"):
        return pairs["source"], pairs["target"]
    if len(pairs) != 2:
        raise InvalidArgumentError("pairs must have two columns: source and target")
    return pairs[0], pairs[1]


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or int(value) != value or value < 1:
        raise InvalidArgumentError(f"{name} must be a whole number >= 1, not {value!r}")
    return int(value)


def _facts(data: Dataset, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By vertex: whether the company has a name, and its country as a number (-1: unknown)."""
    frame = data.companies.to_pandas().set_index("id").loc[ids]
    named = (frame["name"] != "").to_numpy() if "name" in frame else np.ones(len(ids), dtype=bool)
    if "country" not in frame:
        return named, np.full(len(ids), -1, dtype=np.int32)
    text = frame["country"].to_numpy(dtype=object)
    known, code = np.unique(text.astype(str), return_inverse=True)
    code = np.where(known[code] == "", -1, code)
    return np.ascontiguousarray(named, dtype=bool), code.astype(np.int32)


def _reasons(f: dict[str, float]) -> str:
    said = [f"{f['common_neighbours']:.0f} shared partners"]
    if f["capability_similarity"] > 0:
        said.append(f"similar work (cosine {f['capability_similarity']:.2f})")
    if f["capability_complementarity"] > 0:
        said.append(f"{f['capability_complementarity']:.0%} of what it does is new to the source")
    said.append("same country" if f["same_country"] else "another country")
    return "; ".join(said)
