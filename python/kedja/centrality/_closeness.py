"""How near a company, or a group of them, is to all others."""

from __future__ import annotations

from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._lengths import names_the_link
from kedja._measure import chosen_rows, company_result, whole
from kedja._result import Result
from kedja._run import Progress, context
from kedja.centrality._options import Direction, Length


@names_the_link
def harmonic_closeness(
    graph: CompanyGraph,
    *,
    direction: Direction = "upstream",
    normalized: bool = True,
    max_hops: int | None = None,
    length: Length | None = None,
    top_k: int | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Harmonic closeness: how near a company is to all others.

    .. math:: H(v) = \frac{1}{n-1} \sum_{u \ne v} \frac{1}{d(u, v)}

    where d counts links on a shortest path from u to v and 1/infinity is 0 [1]_.

    Parameters
    ----------
    graph : CompanyGraph
    direction : {'upstream', 'downstream'}, default 'upstream'
        Paths that end in the company, or that start at it.
    normalized : bool, default True
        Divide by n - 1; False gives the plain sum, in [0, n - 1] by hops.
    max_hops : int >= 1, optional
        Longer paths count as 0; hops only.
    length : {'value', '1/value'}, optional
        Measure paths by link values (all > 0), or by their inverse (a value of 0 cannot be
        walked). Default: every link is one step.
    top_k : int >= 1, optional
        Only the k companies with the largest scores, best first; ties in input order. By hops a
        search ends when what it has not seen yet cannot lift a company to the k-th best [2]_; the
        answer is that of sorting all.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows (k with `top_k`); ``harmonic_closeness`` (in [0, 1] by hops when normalized; 0 for isolated
        companies), ``reached`` (number of other companies with a path).

    Raises
    ------
    InvalidArgumentError
        A word is not allowed, `max_hops` is not a whole number >= 1, or the graph has no values.

    Notes
    -----
    By hops 512 searches share each pass over the links, by lengths 16. For `top_k` above 32 and
    n / 128, by lengths, and where scores turn out too even for bounds to end searches, all scores
    are computed.
    Memory: 310 bytes per company and 50 per link; each further thread 250 per company.

    References
    ----------
    .. [1] P. Boldi and S. Vigna, "Axioms for centrality", Internet Mathematics 10 (2014).
       https://doi.org/10.1080/15427951.2013.865686
    .. [2] E. Bergamini et al., "Computing top-k closeness centrality faster in unweighted graphs",
       ACM Trans. Knowl. Discov. Data 13 (2019). https://doi.org/10.1145/3344719

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> kedja.centrality.harmonic_closeness(graph)["harmonic_closeness"].tolist()
    [0.0, 0.5, 0.75]
    """
    if max_hops is not None:
        whole("max_hops", max_hops)
    if max_hops is not None and length is not None:
        raise InvalidArgumentError("max_hops counts links; it cannot be combined with length")
    parameters: dict[str, Any] = {
        "direction": direction,
        "normalized": normalized,
        "max_hops": max_hops,
        "length": length,
    }
    options: dict[str, Any] = {
        "direction": direction,
        "normalized": normalized,
        "max_hops": None if max_hops is None else min(int(max_hops), 2**32 - 1),
        "length": length,
        **context(progress, "harmonic closeness", threads),
    }

    def again() -> Result:
        return harmonic_closeness(graph, **parameters, top_k=top_k, threads=threads, progress=False)

    if top_k is not None:
        whole("top_k", top_k)
        vertex, score, reached = _core.best_harmonic_closeness(graph._core, int(top_k), **options)
        columns = {"harmonic_closeness": score, "reached": reached}
        return chosen_rows(
            "harmonic_closeness", graph, vertex, columns, parameters, again, k=int(top_k)
        )
    score, reached = _core.harmonic_closeness(graph._core, **options)
    return company_result(
        "harmonic_closeness",
        graph,
        {"harmonic_closeness": score, "reached": reached},
        parameters,
        again,
    )


@names_the_link
def closeness(
    graph: CompanyGraph,
    *,
    direction: Direction = "upstream",
    wf_improved: bool = True,
    length: Length | None = None,
    top_k: int | None = None,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Closeness: the inverse of a company's mean distance to those with a path [1]_.

    .. math:: C(v) = \frac{r_v}{n-1} \cdot \frac{r_v}{\sum_u d(u, v)}

    over the :math:`r_v` other companies u with a path to v. The first factor, the share of the
    others that have a path, keeps small components from looking central [2]_.

    Parameters
    ----------
    graph : CompanyGraph
    direction : {'upstream', 'downstream'}, default 'upstream'
        Paths that end in the company, or that start at it.
    wf_improved : bool, default True
        False leaves the first factor out.
    length : {'value', '1/value'}, optional
        Measure paths by link values (all > 0), or by their inverse (a value of 0 cannot be
        walked). Default: every link is one step.
    top_k : int >= 1, optional
        Only the k companies with the largest scores, best first; ties in input order. By hops a
        search ends when what it has not seen yet cannot lift a company to the k-th best [3]_; the
        answer is that of sorting all.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        n rows (k with `top_k`); ``closeness`` (in [0, 1] by hops), ``reached`` (number of other companies with a
        path), ``status`` (``isolated``: nobody has a path, the score is 0).

    Raises
    ------
    InvalidArgumentError
        A word is not allowed, or `length` asks for values that the graph lacks or has as 0.

    Notes
    -----
    By hops 512 searches share each pass over the links, by lengths 16. For `top_k` above 32 and
    n / 128, by lengths, and where scores turn out too even for bounds to end searches, all scores
    are computed.
    Memory: 310 bytes per company and 50 per link; each further thread 250 per company.

    References
    ----------
    .. [1] L. C. Freeman, Social Networks 1 (1978). https://doi.org/10.1016/0378-8733(78)90021-7
    .. [2] S. Wasserman and K. Faust, "Social network analysis" (1994), page 201.
    .. [3] E. Bergamini et al., "Computing top-k closeness centrality faster in unweighted graphs",
       ACM Trans. Knowl. Discov. Data 13 (2019). https://doi.org/10.1145/3344719

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> kedja.centrality.closeness(graph)["closeness"].round(3).tolist()
    [0.0, 0.5, 0.667]
    """
    parameters: dict[str, Any] = {
        "direction": direction,
        "wf_improved": wf_improved,
        "length": length,
    }
    options: dict[str, Any] = {**parameters, **context(progress, "closeness", threads)}

    def again() -> Result:
        return closeness(graph, **parameters, top_k=top_k, threads=threads, progress=False)

    if top_k is not None:
        whole("top_k", top_k)
        vertex, score, reached = _core.best_closeness(graph._core, int(top_k), **options)
        isolated = _core.status_names.index("isolated")
        return chosen_rows(
            "closeness",
            graph,
            vertex,
            {"closeness": score, "reached": reached},
            parameters,
            again,
            k=int(top_k),
            status=np.where(reached == 0, isolated, 0).astype(np.uint8),
        )
    score, reached, status = _core.closeness(graph._core, **options)
    return company_result(
        "closeness",
        graph,
        {"closeness": score, "reached": reached},
        parameters,
        again,
        status=status,
    )


def group_closeness(
    graph: CompanyGraph,
    *,
    k: int | None = None,
    group: Any = None,
    direction: Direction = "upstream",
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""How near a group of companies is to all others, or the nearest group of k [1]_.

    .. math:: C(S) = \frac{n - |S|}{\sum_{v \notin S} d(v, S)}

    by hops, where d(v, S) leads to the nearest member. Companies without a path add nothing to the
    sum, as in NetworkX, so look at ``reached`` beside the score.

    Parameters
    ----------
    graph : CompanyGraph
    k : int in [1, n], optional
        Find a group of k companies by the greedy rule: every new member lowers the sum of
        distances the most, where a missing path counts n. The sum falls by at least 1 - 1/e = 63 %
        of what the best group would achieve [2]_.
    group : sequence of ids, optional
        Score this group instead. Give either `k` or `group`.
    direction : {'upstream', 'downstream'}, default 'upstream'
        Paths that end in the group, or that start at it.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        One row per member, as given or in the order chosen; ``company``, ``group_closeness`` and
        ``reached`` (others with a path) of the group made by this and all members before it; the
        last row is the whole group's, also in ``meta["group_closeness"]``.

    Raises
    ------
    InvalidArgumentError
        Neither or both of `k` and `group`, an unknown or repeated company, or k outside [1, n].

    Notes
    -----
    O(n m / 512) word operations for the first member; later ones look again only at companies that
    may still win.
    Memory: 320 bytes per company and 10 per link; each further thread 250 per company.

    References
    ----------
    .. [1] M. G. Everett and S. P. Borgatti, J. Math. Sociol. 23 (1999).
       https://doi.org/10.1080/0022250X.1999.9990219
    .. [2] E. Bergamini, T. Gonser and H. Meyerhenke, "Scaling up group closeness maximization",
       ALENEX 2018. https://doi.org/10.1137/1.9781611975055.18

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(list("abcde"), list("abcd"), list("bcde"), directed=False)
    >>> kedja.centrality.group_closeness(graph, k=2).frame["company"].tolist()
    ['c', 'a']
    >>> kedja.centrality.group_closeness(graph, group=["b", "d"]).meta["group_closeness"]
    1.0
    """
    if (k is None) == (group is None):
        raise InvalidArgumentError("give either k= (find a group) or group= (score one)")
    if k is not None and (isinstance(k, bool) or int(k) != k or not 1 <= k <= graph.num_companies):
        raise InvalidArgumentError(
            f"k must be a whole number in [1, {graph.num_companies}], not {k!r}"
        )
    member, score, reached = _core.group_closeness(
        graph._core,
        group=None if group is None else graph._vertex_of_ids(group, "group", once=True),
        size=1 if k is None else int(k),
        direction=direction,
        **context(progress, "group closeness", threads),
    )
    parameters: dict[str, Any] = {"k": k, "group": group, "direction": direction}
    return Result(
        {
            "company": graph.ids[graph._row_of_vertex()[member]],
            "group_closeness": score,
            "reached": reached,
        },
        {
            "measure": "group_closeness",
            "parameters": parameters,
            "graph_checksum": graph.checksum,
            "group_closeness": float(score[-1]),
        },
        recompute=lambda: group_closeness(graph, **parameters, threads=threads, progress=False),
    )
