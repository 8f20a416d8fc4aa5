"""Random graphs with given degrees: in expectation, or exactly."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._result import Result
from kedja._run import Progress, context


class ConfigurationResult(Result):
    """A fitted configuration model. Made by `configuration`."""

    __slots__ = ("_graph", "_model", "_rates")

    _graph: CompanyGraph
    _model: Any
    _rates: tuple[np.ndarray, np.ndarray] | None  # by vertex, of a weighted model

    def probability(self, pairs: Any) -> Result:
        """Chance of a link for given pairs.

        Parameters
        ----------
        pairs : DataFrame
            Columns ``source`` and ``target`` with company ids.

        Returns
        -------
        Result
            ``source``, ``target``, ``probability``; 0 for a company with itself. A weighted model
            adds ``expected``, the expected value (0 where there is no link).

        Examples
        --------
        >>> import kedja, pandas as pd
        >>> graph = kedja.CompanyGraph(list("abcd"), list("aab"), list("bcc"), directed=False)
        >>> model = kedja.null_models.configuration(graph)
        >>> pairs = pd.DataFrame({"source": ["a"], "target": ["b"]})
        >>> model.probability(pairs)["probability"].round(6).tolist()
        [1.0]
        """
        source = self._graph._vertex_of_ids(pairs["source"], "pairs")
        target = self._graph._vertex_of_ids(pairs["target"], "pairs")
        chance = self._model.probabilities(source, target)
        columns = {
            "source": np.asarray(pairs["source"], dtype=object),
            "target": np.asarray(pairs["target"], dtype=object),
            "probability": chance,
        }
        if self._rates is not None:
            rate = self._rates[0][source] + self._rates[1][target]
            columns["expected"] = np.divide(
                chance, rate, out=np.zeros_like(chance), where=chance > 0
            )
        return Result(
            columns,
            {**self.meta, "measure": "configuration_probability"},
            recompute=lambda: self.probability(pairs),
        )

    def sample(self, *, seed: int = 0, draw: int = 0) -> CompanyGraph:
        """A graph drawn from the model; the same seed and number give the same graph.

        Links of a weighted model have values.

        Examples
        --------
        >>> import kedja
        >>> graph = kedja.CompanyGraph(list("abcd"), list("aab"), list("bcc"), directed=False)
        >>> kedja.null_models.configuration(graph).sample(seed=3).num_companies
        4
        """
        source, target = self._model.draw(int(seed), int(draw))
        value = None
        if self._rates is not None:
            random = np.random.Generator(np.random.Philox(key=[int(seed), int(draw)]))
            rate = self._rates[0][source] + self._rates[1][target]
            value = random.standard_exponential(len(source)) / rate
        return _graph_of(self._graph, source, target, value)


def configuration(
    graph: CompanyGraph,
    *,
    weighted: bool = False,
    tolerance: float = 1e-10,
    max_iterations: int = 200,
    threads: int = 0,
    progress: Progress = None,
) -> ConfigurationResult:
    """Configuration model: the least biased graph with the observed degrees as expectations.

    Directed p_ij = x_i y_j / (1 + x_i y_j) for i != j, undirected p_ij = x_i x_j / (1 + x_i x_j).

    Parameters
    ----------
    graph : CompanyGraph
        Counted as simple: parallel links once, self-links not.
    weighted : bool, default False
        Keep strengths (sums of link values) as well: a link that exists has an exponentially
        distributed value of mean 1 / (b_i + c_j). Companies of equal degrees and strengths are
        solved once: O(their classes^2) per round, some tens of rounds.
    tolerance : float, default 1e-10
        Largest error of an expected degree, and relative error of an expected strength.
    max_iterations : int, default 200
        Newton steps.
    threads, progress
        See `CompanyGraph`. Threads change no bit of the result.

    Returns
    -------
    ConfigurationResult
        One row per company: ``downstream`` and ``upstream`` (expected numbers of buyers and
        suppliers, which are the observed ones; equal when undirected), ``downstream_fitness`` and
        ``upstream_fitness`` (x and y); a weighted model adds ``downstream_rate`` and
        ``upstream_rate`` (b and c). ``.probability(pairs)`` and ``.sample(seed=)`` use it.

    Raises
    ------
    InvalidArgumentError
        A weighted model of a company whose link values sum to 0.

    Notes
    -----
    Squartini and Garlaschelli 2011, https://doi.org/10.1088/1367-2630/13/8/083001; weighted:
    Parisi, Squartini and Garlaschelli 2020, https://doi.org/10.1088/1367-2630/ab74a7. Companies of
    equal degrees are solved once: O(classes^2) per product of Newton's method. Where a degree needs
    probabilities of 0 or 1 the fitness grows until the error is below the tolerance.
    Memory: 50 bytes per company and 1 per link.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(list("abcd"), list("abc"), list("bcd"), directed=False)
    >>> kedja.null_models.configuration(graph)["downstream"].round(6).tolist()
    [1.0, 2.0, 2.0, 1.0]
    """
    run = context(progress, "configuration model", threads)
    made = _core.WeightedConfigurationModel if weighted else _core.ConfigurationModel
    fitted = made(
        graph._core, tolerance=float(tolerance), max_iterations=int(max_iterations), **run
    )
    model = fitted.links() if weighted else fitted
    rates = fitted.rates() if weighted else None
    x, y, out, into = model.vertices()
    iteration = model.iteration()
    if weighted:
        values = fitted.iteration()
        iteration = {
            **values,
            "converged": iteration["converged"] and values["converged"],
            "degree_error": iteration["error_bound"],
        }
    if not iteration["converged"]:
        warnings.warn(
            f"the configuration model did not converge: largest error "
            f"{iteration['error_bound']:.3g} after {iteration['iterations']} steps",
            RuntimeWarning,
            stacklevel=2,
        )
    columns = {
        "downstream": out,
        "upstream": into,
        "downstream_fitness": x,
        "upstream_fitness": y,
    }
    if rates is not None:
        columns |= {"downstream_rate": rates[0], "upstream_rate": rates[1]}
    result = ConfigurationResult(
        {name: graph._by_row(values) for name, values in columns.items()},
        {
            "measure": "configuration",
            "parameters": {"weighted": weighted, "tolerance": tolerance},
            "graph_checksum": graph.checksum,
            "directed": graph.directed,
            **iteration,
        },
        ids=graph.ids,
        recompute=lambda: configuration(
            graph,
            weighted=weighted,
            tolerance=tolerance,
            max_iterations=max_iterations,
            threads=threads,
            progress=False,
        ),
    )
    object.__setattr__(result, "_model", model)
    object.__setattr__(result, "_rates", rates)
    object.__setattr__(result, "_graph", graph)
    return result


class RewireResult(Result):
    """Links of rewired graphs. Made by `rewire`."""

    __slots__ = ("_graph", "_links")

    _graph: CompanyGraph
    _links: list[Any]

    def graph(self, draw: int = 0) -> CompanyGraph:
        """Rewired graph number `draw` with the same companies.

        Examples
        --------
        >>> import kedja
        >>> graph = kedja.CompanyGraph(list("abcd"), list("abc"), list("bcd"))
        >>> kedja.null_models.rewire(graph, seed=1).graph().num_links
        3
        """
        if not 0 <= draw < len(self._links):
            raise InvalidArgumentError(f"draw must be in [0, {len(self._links)}), not {draw}")
        return _graph_of(self._graph, *self._links[draw][:2])


def rewire(
    graph: CompanyGraph,
    *,
    switches_per_link: float = 10,
    draws: int = 1,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> RewireResult:
    """Random graphs with exactly the degrees of a graph, by switching the ends of pairs of links.

    Parameters
    ----------
    graph : CompanyGraph
        Counted as simple: parallel links once, self-links not, values not.
    switches_per_link : float, default 10
        Attempted switches per link. A switch that would make a self-link or a link that exists is
        refused.
    draws : int, default 1
        How many graphs, each from the original.
    seed : int, default 0
    threads, progress
        See `CompanyGraph`. Graphs run side by side; threads change no bit of the result.

    Returns
    -------
    RewireResult
        ``draw``, ``source``, ``target``; ``.graph(draw)`` makes a `CompanyGraph`.
        ``meta["overlap"]`` is the mixing diagnostic: the share of original links that stand after
        each attempt per link, mean over draws (a sample of links in large graphs); mixed is where
        it no longer falls. ``meta["accepted"]`` is the share of attempts that were done.

    Notes
    -----
    Maslov and Sneppen 2002, https://doi.org/10.1126/science.1065103; Fosdick et al. 2018,
    https://doi.org/10.1137/16M1087175. In directed graphs a triangle that runs round cannot be
    turned by such switches, which matters in tiny graphs only. O(1) per switch.
    Memory: 60 bytes per company and 60 per link.

    Examples
    --------
    >>> import kedja
    >>> graph = kedja.CompanyGraph(list("abcdef"), list("aabbcd"), list("bccdee"))
    >>> made = kedja.null_models.rewire(graph, seed=1).graph()
    >>> (kedja.centrality.degree(made)["degree"] == kedja.centrality.degree(graph)["degree"]).all()
    np.True_
    """
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 1:
        raise InvalidArgumentError(f"draws must be a whole number of at least 1, not {draws!r}")
    links = _core.rewire(
        graph._core,
        switches_per_link=float(switches_per_link),
        seed=int(seed),
        draws=draws,
        **context(progress, "rewiring", threads),
    )
    ids = graph.ids[graph._row_of_vertex()]
    attempts = sum(one[2] for one in links)
    result = RewireResult(
        {
            "draw": np.repeat(np.arange(draws), [len(one[0]) for one in links]),
            "source": ids[np.concatenate([one[0] for one in links])],
            "target": ids[np.concatenate([one[1] for one in links])],
        },
        {
            "measure": "rewire",
            "parameters": {"switches_per_link": switches_per_link, "draws": draws},
            "graph_checksum": graph.checksum,
            "directed": graph.directed,
            "seed": seed,
            "attempts": attempts,
            "accepted": sum(one[3] for one in links) / attempts if attempts else float("nan"),
            "overlap": np.mean([one[4] for one in links], axis=0).tolist(),
        },
        recompute=lambda: rewire(
            graph,
            switches_per_link=switches_per_link,
            draws=draws,
            seed=seed,
            threads=threads,
            progress=False,
        ),
    )
    object.__setattr__(result, "_graph", graph)
    object.__setattr__(result, "_links", links)
    return result


def _graph_of(
    like: CompanyGraph, source: np.ndarray, target: np.ndarray, value: np.ndarray | None = None
) -> CompanyGraph:
    """The same companies with other links, given by vertex."""
    core = _core.make_graph(
        like.num_companies, source, target, value, like.directed, "keep", threads=0, progress=None
    )
    return CompanyGraph._from_core(core, like.ids, like._vertex_of_row)
