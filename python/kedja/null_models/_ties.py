"""Which groups are linked more, or less, than chance explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._groups import Groups, of_graph
from kedja._measure import names_of
from kedja._result import Result
from kedja._run import Progress, context, stage

if TYPE_CHECKING:
    from kedja._dataset import Dataset

Tail = Literal["two-sided", "less", "greater"]


Null = Literal[
    "configuration", "within_between", "gravity", "rewire", "permutation", "coparticipation"
]
_GRAPH_NULLS = ("configuration", "within_between", "gravity", "rewire", "permutation")


def tie_significance(
    graph: CompanyGraph | Dataset,
    groups: Any = None,
    *,
    null: Null | None = None,
    tail: Tail = "two-sided",
    weighted: bool = False,
    distance: Any = None,
    draws: int = 200,
    switches_per_link: float = 10,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Which pairs of groups are linked more, or less, than chance explains.

    Parameters
    ----------
    graph : CompanyGraph or Dataset
        A graph is tested under the configuration model. A dataset with participations is tested
        under ``"coparticipation"``: shared projects against random deals of participations inside
        each field and year, so that groups of one field do not seem tied merely because they meet
        in that field's projects. Graphs count as simple: parallel links once, self-links not.
    groups
        See `structure.participation`; for a dataset the default is ``"cluster"``.
    null : str, optional
        What chance keeps. Default: configuration for graphs, coparticipation for datasets.

        - 'configuration': every company's numbers of links, in expectation.
        - 'within_between': these and the number of links inside groups, so that pairs of groups are
          compared with one another although groups keep to themselves. Each company in at most one
          group.
        - 'gravity': the groups' numbers of links and links inside groups (and `distance`), by
          Poisson regression over the pairs; variances with its dispersion, at least Poisson's.
        - 'rewire': every company's numbers of links exactly; moments from rewired graphs.
        - 'permutation': the graph; companies exchange their places in groups.
        - 'coparticipation': see above.
    tail : {'two-sided', 'less', 'greater'}, default 'two-sided'
    weighted : bool, default False
        Compare sums of link values instead of numbers of links (self-links left out). For
        'configuration' only, whose values are then exponential with every company's strength as
        expectation; p-values know the chance of no link at all, and where there is any take the
        gamma distribution with the moments that leaves; each company in at most one group.
    distance : DataFrame, optional
        For 'gravity': columns ``a``, ``b``, ``distance`` (> 0) for pairs of different groups, in
        either order.
    draws, seed : int
        Random draws for 'coparticipation', 'rewire' and 'permutation' (>= 20).
    switches_per_link : float, default 10
        For 'rewire': see `rewire`.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    Result
        One row per pair of groups: ``a``, ``b`` (all ordered pairs, a the supplying side; each
        pair once when undirected), ``observed``, ``expected``, ``z``, ``pvalue``, ``qvalue``
        (Benjamini and Hochberg over all pairs tested). NaN where chance allows no tie.

    Notes
    -----
    Configuration: p_ij = x_i y_j / (1 + x_i y_j) with exact first two moments; Squartini and
    Garlaschelli 2011, https://doi.org/10.1088/1367-2630/13/8/083001. Within-between multiplies the
    odds of a link inside a group by one more factor. p-values come from the normal distribution for
    expectations above 50, else from the Poisson or negative binomial distribution with the same
    moments.
    Memory: 60 bytes per company and 100 per pair of groups; each draw of graphs 60 per link.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(list("abcd"), list("aabc"), list("bcad"), directed=False)
    >>> kedja.null_models.tie_significance(graph, ["x", "x", "y", "y"]).columns
    ('a', 'b', 'observed', 'expected', 'z', 'pvalue', 'qvalue')
    """
    run = context(progress, "ties between groups", threads)
    meta: dict[str, Any] = {}
    chosen: str
    if isinstance(graph, CompanyGraph):
        chosen = null or "configuration"
        if chosen == "coparticipation":
            raise InvalidArgumentError(f"null={null!r} needs a Dataset with participations")
        if chosen not in _GRAPH_NULLS:
            raise InvalidArgumentError(
                f"null must be one of {', '.join(map(repr, _GRAPH_NULLS))}, not {null!r}"
            )
        if groups is None:
            raise InvalidArgumentError("groups must be given with a graph")
        if weighted and chosen != "configuration":
            raise InvalidArgumentError("weighted=True belongs to null='configuration'")
        if distance is not None and chosen != "gravity":
            raise InvalidArgumentError("distance belongs to null='gravity'")
        found = of_graph(groups, graph)
        got, meta = _of_graph(
            graph, found, chosen, tail, weighted, distance, draws, switches_per_link, seed, run
        )
        meta.update(graph_checksum=graph.checksum, directed=graph.directed)
    else:
        chosen = null or "coparticipation"
        found = groups if isinstance(groups, Groups) else graph.groups(groups or "cluster")
        if chosen in _GRAPH_NULLS:
            return tie_significance(
                graph.graph("collaboration"),
                found,
                null=null,
                tail=tail,
                weighted=weighted,
                distance=distance,
                draws=draws,
                switches_per_link=switches_per_link,
                seed=seed,
                threads=threads,
                progress=progress,
            )
        if chosen != "coparticipation":
            raise InvalidArgumentError(
                f"null must be 'coparticipation' or one of {', '.join(map(repr, _GRAPH_NULLS))}, "
                f"not {null!r}"
            )
        if weighted:
            raise InvalidArgumentError("weighted=True belongs to null='configuration'")
        company, project, stratum = graph._participation_arrays()
        got = _core.coparticipation_significance(
            found._core,
            company,
            project,
            stratum,
            tail=tail,
            draws=int(draws),
            seed=int(seed),
            **run,
        )
        meta.update(
            directed=False,
            seed=seed,
            draws=draws,
            strata=int(stratum.max()) + 1 if len(stratum) else 0,
        )
    return Result(
        {
            "a": names_of(found.names, got["a"]),
            "b": names_of(found.names, got["b"]),
            "observed": got["observed"],
            "expected": got["expected"],
            "z": got["z"],
            "pvalue": got["pvalue"],
            "qvalue": got["qvalue"],
        },
        {
            "measure": "tie_significance",
            "parameters": {"null": chosen, "tail": tail, "weighted": weighted},
            **meta,
            **got["iteration"],
        },
        recompute=lambda: tie_significance(
            graph,
            groups,
            null=null,
            tail=tail,
            weighted=weighted,
            distance=distance,
            draws=draws,
            switches_per_link=switches_per_link,
            seed=seed,
            threads=threads,
            progress=False,
        ),
    )


def _of_graph(
    graph: CompanyGraph,
    groups: Groups,
    null: str,
    tail: Tail,
    weighted: bool,
    distance: Any,
    draws: int,
    switches_per_link: float,
    seed: int,
    run: dict[str, Any],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns by number of group, and what `meta` says of the null."""
    if weighted:
        say = run["progress"] or False
        fit, sum_up = (stage(say, "", *part) or None for part in ((0.0, 0.7), (0.7, 1.0)))
        model = _core.WeightedConfigurationModel(
            graph._core,
            tolerance=1e-10,
            max_iterations=200,
            threads=run["threads"],
            progress=fit,
        )
        got = model.significance(
            graph._core, groups._core, tail=tail, threads=run["threads"], progress=sum_up
        )
        return got, {}
    if null == "configuration":
        return _core.tie_significance(graph._core, groups._core, tail=tail, **run), {}
    if null == "within_between":
        return _core.within_between_significance(graph._core, groups._core, tail=tail, **run), {}
    if null == "gravity":
        return _gravity_ties(graph, groups, tail, distance, run)
    draw = _core.rewired_significance if null == "rewire" else _core.permutation_significance
    got = draw(
        graph._core,
        groups._core,
        tail=tail,
        draws=int(draws),
        seed=int(seed),
        switches_per_link=float(switches_per_link),
        **run,
    )
    meta: dict[str, Any] = {"seed": seed, "draws": draws}
    if null == "rewire":
        meta["switches_per_link"] = switches_per_link
    return got, meta


def _gravity_ties(
    graph: CompanyGraph, groups: Groups, tail: Tail, distance: Any, run: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    import pandas as pd

    from kedja.null_models._gravity import gravity

    n = len(groups)
    observed = _core.observed_ties(graph._core, groups._core).reshape(n, n)
    if graph.directed:
        a, b = (x.reshape(-1) for x in np.mgrid[0:n, 0:n])
        sells, buys = observed.sum(axis=1), observed.sum(axis=0)
    else:
        a, b = np.triu_indices(n)
        sells = buys = observed.sum(axis=1) + observed.sum(axis=0)
    usable = (sells[a] > 0) & (buys[b] > 0)
    table = pd.DataFrame({"value": observed[a, b], "within": (a == b).astype(float)})
    if graph.directed:
        table["sells"], table["buys"] = sells[a], buys[b]
        log = ["sells", "buys"]
    else:
        table["links"] = sells[a] * buys[b]  # one coefficient for both ends
        log = ["links"]
    terms = ["within"] if (a == b)[usable].any() and (a != b)[usable].any() else []
    if distance is not None:
        table["log distance"] = _distances(distance, groups, a, b)
        terms.append("log distance")
        usable &= ~np.isnan(table["log distance"].to_numpy())
    expected = np.full(len(a), np.nan)
    variance = np.full(len(a), np.nan)
    model = gravity(
        table[usable], log=log, terms=terms, threads=run["threads"], progress=run["progress"]
    )
    expected[usable] = model.expected
    variance[usable] = model.expected * max(model.meta["dispersion"], 1.0)
    got = _core.ties_of_moments(
        a.astype(np.uint32), b.astype(np.uint32), observed[a, b], expected, variance, tail
    )
    got["iteration"] = {
        key: model.meta[key] for key in ("iterations", "residual", "error_bound", "converged")
    }
    coefficients = dict(zip(model["term"].tolist(), model["coefficient"].tolist(), strict=True))
    return got, {"coefficients": coefficients, "dispersion": model.meta["dispersion"]}


def _distances(distance: Any, groups: Groups, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Logarithms of distances, 0 inside groups (which have a term of their own)."""
    number = {name: i for i, name in enumerate(groups.names)}
    table = np.full((len(groups), len(groups)), np.nan)
    np.fill_diagonal(table, 1.0)
    for row, (one, two, far) in enumerate(
        zip(distance["a"], distance["b"], distance["distance"], strict=True)
    ):
        if str(one) not in number or str(two) not in number:
            continue
        if not far > 0:
            raise InvalidArgumentError(f"record {row}: distance is {far!r}, not above 0")
        table[number[str(one)], number[str(two)]] = far
        table[number[str(two)], number[str(one)]] = far
    np.fill_diagonal(table, 1.0)
    return np.log(table[a, b])


def q_values(pvalues: Any) -> np.ndarray:
    """False discovery rates of tests, after Benjamini and Hochberg. O(n log n).

    Parameters
    ----------
    pvalues : array of float, shape (n,)
        NaN is no test: it stays NaN and does not count.

    Returns
    -------
    numpy.ndarray of float, shape (n,)
        The least rate at which each test would be called significant.

    References
    ----------
    Benjamini and Hochberg 1995, https://doi.org/10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> import kedja
    >>> kedja.null_models.q_values([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    made: np.ndarray = _core.q_values(np.ascontiguousarray(pvalues, dtype=np.float64))
    return made
