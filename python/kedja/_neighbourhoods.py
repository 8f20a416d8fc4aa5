"""Structure by who is next to whom: bow-tie, cores, triangles, structural holes."""

from __future__ import annotations

import numpy as np

from kedja import _core
from kedja._graph import CompanyGraph
from kedja._measure import company_result
from kedja._result import Result
from kedja._run import Progress, context

_PARTS = np.asarray(_core.bow_tie_parts, dtype=object)


def bow_tie(graph: CompanyGraph, *, progress: Progress = None) -> Result:
    """Where companies stand along the flow: before, in or after the largest strong core [1]_.

    Parameters
    ----------
    graph : CompanyGraph
    progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n rows; ``part``: ``core`` (the largest strong component, of several the one with the
        smallest id), ``in`` (leads to it), ``out`` (comes from it), ``tube`` (comes from ``in``
        and leads to ``out`` around the core), ``in_tendril`` (comes from ``in`` only),
        ``out_tendril`` (leads to ``out`` only), ``other``. ``meta["counts"]`` has the number of
        companies of each part.

    Notes
    -----
    O(n + m). In an undirected graph the core is the largest component and the rest ``other``.
    Yang, King and Fanti's division (FUSION 2011), which splits Broder's tendrils in two.
    Memory: 20 bytes per company.

    References
    ----------
    .. [1] A. Broder et al., Computer Networks 33 (2000).
       https://doi.org/10.1016/S1389-1286(00)00083-9

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c", "d"], ["a", "b", "c", "c"], ["b", "c", "b", "d"])
    >>> kedja.structure.bow_tie(graph)["part"].tolist()
    ['in', 'core', 'core', 'out']
    """
    part = _core.bow_tie(graph._core, progress=context(progress, "bow-tie", 1)["progress"])
    counts = np.bincount(part, minlength=len(_PARTS))
    return company_result(
        "bow_tie",
        graph,
        {"part": _PARTS[part]},
        {},
        lambda: bow_tie(graph, progress=False),
        counts={str(name): int(count) for name, count in zip(_PARTS, counts, strict=True)},
        conventions={"ties": "of equally large cores the one with the smallest id"},
    )


def core_number(graph: CompanyGraph, *, progress: Progress = None) -> Result:
    """The largest k for which a company is in the k-core, where all have k links inside [1]_.

    Parameters
    ----------
    graph : CompanyGraph
        Parallel links count once, self-links never; links in and out add up, so that a pair
        linked both ways counts twice (as NetworkX).
    progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n rows; ``core_number``, whole numbers from 0. ``meta["largest"]`` is the largest.

    Notes
    -----
    O(n + m) time.
    Memory: 20 bytes per company.

    References
    ----------
    .. [1] S. Seidman, Social Networks 5 (1983). https://doi.org/10.1016/0378-8733(83)90028-X

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(
    ...     ["a", "b", "c", "d"], ["a", "b", "c", "c"], ["b", "c", "a", "d"], directed=False
    ... )
    >>> kedja.structure.core_number(graph)["core_number"].tolist()
    [2, 2, 2, 1]
    """
    core = _core.core_number(graph._core, progress=context(progress, "core numbers", 1)["progress"])
    return company_result(
        "core_number",
        graph,
        {"core_number": core},
        {},
        lambda: core_number(graph, progress=False),
        largest=int(core.max(initial=0)),
    )


def triangles(
    graph: CompanyGraph, *, weighted: bool = False, threads: int = 0, progress: Progress = None
) -> Result:
    """Triangles around every company, and how many of the possible ones exist (clustering).

    Parameters
    ----------
    graph : CompanyGraph
        Parallel links count once (their values add up), self-links make no triangle.
    weighted : bool, default False
        Clustering by link values: a triangle counts the cube root of the product of its links'
        values, each over the largest value in the graph [1]_. Counts stay counts.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n rows; ``triangles`` (direction ignored), ``clustering`` in [0, 1], of directed graphs in
        Fagiolo's form [2]_; NaN with fewer than two neighbours, with the ``status``
        ``isolated`` or ``undefined``. ``meta["total"]`` is the number in the whole graph and
        ``meta["transitivity"]`` three times that over the pairs of neighbours (NaN without any).

    Notes
    -----
    The forms and values of NetworkX 3.6, except NaN where it has 0 for 0/0. O(m sqrt(m)) at worst.
    Memory: 60 bytes per company and 40 per link; each further thread 8 per company.

    References
    ----------
    .. [1] J.-P. Onnela et al., Phys. Rev. E 71 (2005) 065103.
       https://doi.org/10.1103/PhysRevE.71.065103
    .. [2] G. Fagiolo, Phys. Rev. E 76 (2007) 026107. https://doi.org/10.1103/PhysRevE.76.026107

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(
    ...     ["a", "b", "c", "d"], ["a", "b", "c", "c"], ["b", "c", "a", "d"], directed=False
    ... )
    >>> kedja.structure.triangles(graph)["clustering"].round(3).tolist()
    [1.0, 1.0, 0.333, nan]
    """
    count, clustering, status, total, transitivity = _core.triangles(
        graph._core, weighted=weighted, **context(progress, "triangles", threads)
    )
    return company_result(
        "triangles",
        graph,
        {"triangles": count, "clustering": clustering},
        {"weighted": weighted},
        lambda: triangles(graph, weighted=weighted, threads=threads, progress=False),
        status=status,
        total=total,
        transitivity=transitivity,
        conventions={"fewer than two neighbours": "NaN (NetworkX: 0)"},
    )


def structural_holes(
    graph: CompanyGraph, *, weighted: bool = True, threads: int = 0, progress: Progress = None
) -> Result:
    r"""Burt's constraint, effective size, efficiency and hierarchy of every company [1]_.

    With :math:`s_{ij}` the value of all links between i and j, :math:`p_{ij} = s_{ij} / \sum_k
    s_{ik}` and :math:`m_{jq} = s_{jq} / \max_k s_{jk}`, over the contacts j of i:

    .. math:: c_i = \sum_j c_{ij},\quad c_{ij} = (p_{ij} + \sum_q p_{iq} p_{qj})^2,\quad
              e_i = \sum_j (1 - \sum_q p_{iq} m_{jq})

    Parameters
    ----------
    graph : CompanyGraph
        Links to and from a contact add up, as do parallel links; self-links are left out.
    weighted : bool, default True
        Link values are strengths; False takes a link as there or not.
    threads, progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        n rows; ``constraint`` > 0 (a broker's is small), ``effective_size`` in (0, contacts],
        ``efficiency`` = effective size / contacts, ``hierarchy`` in [0, 1] (1 when one contact
        holds the whole constraint, as a single one does), ``status``; without contacts NaN and
        ``isolated``, with links of value 0 only NaN and ``undefined``.

    Notes
    -----
    Hierarchy is Theil's inequality of the :math:`c_{ij}` over its largest value. For undirected
    links without values the effective size is Borgatti's n - 2t/n. O(sum over pairs of the smaller
    degree) <= O(m sqrt(m)).
    Memory: 90 bytes per company and 60 per link; each further thread 8 per company.

    References
    ----------
    .. [1] R. Burt, Structural Holes, Harvard University Press (1992).
       https://doi.org/10.4159/9780674029095

    Examples
    --------
    A broker between two others who are not linked is not constrained by either more than half:

    >>> import kedja
    >>> graph = kedja.CompanyGraph(["a", "b", "c"], ["a", "b"], ["b", "c"], directed=False)
    >>> holes = kedja.structure.structural_holes(graph)
    >>> holes["constraint"].tolist(), holes["effective_size"].tolist()
    ([1.0, 0.5, 1.0], [1.0, 2.0, 1.0])
    """
    constraint, size, efficiency, hierarchy, status = _core.structural_holes(
        graph._core, weighted=weighted, **context(progress, "structural holes", threads)
    )
    return company_result(
        "structural_holes",
        graph,
        {
            "constraint": constraint,
            "effective_size": size,
            "efficiency": efficiency,
            "hierarchy": hierarchy,
        },
        {"weighted": weighted},
        lambda: structural_holes(graph, weighted=weighted, threads=threads, progress=False),
        status=status,
        conventions={"hierarchy of a single contact": 1.0, "self-links": "left out"},
    )
