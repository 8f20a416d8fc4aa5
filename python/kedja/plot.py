"""Pictures of results for notebooks and papers, drawn with matplotlib (extra ``plot``).

Each takes a result and draws into `ax`, or into a new figure, and gives back the axes, on which
everything can still be changed. The same input always gives the same picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._graph import CompanyGraph
from kedja._result import Result

__all__ = ["chain", "cluster_matrix", "gap_profile", "network", "region_map", "robustness_curve"]

_ACCENT, _QUIET, _SOFT = "#0b5f7d", "#5b666c", "#e3e3dc"


def __dir__() -> list[str]:
    return __all__


def cluster_matrix(
    ties: Result, *, most: int = 30, significance: float = 0.05, ax: Any = None
) -> Any:
    """Ties between clusters against chance: colour is observed over expected, + and - where clear.

    Parameters
    ----------
    ties : Result
        Of `kedja.null_models.tie_significance`.
    most : int, default 30
        Only the clusters with the most ties are drawn.
    significance : float, default 0.05
        A sign is drawn where the q-value is below it.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Rows are the source side.

    Examples
    --------
    >>> import kedja, matplotlib
    >>> matplotlib.use("Agg")
    >>> graph = kedja.CompanyGraph(list("abcd"), list("aab"), list("bcd"), directed=False)
    >>> ties = kedja.null_models.tie_significance(graph, list("xxyy"), progress=False)
    >>> [label.get_text() for label in kedja.plot.cluster_matrix(ties).get_yticklabels()]
    ['x', 'y']
    """
    _columns(ties, "a", "b", "observed", "expected", "qvalue")
    total: dict[Any, float] = {}
    for a, b, observed in zip(ties["a"], ties["b"], ties["observed"], strict=True):
        for name in {a, b}:
            total[name] = total.get(name, 0.0) + float(observed)
    names = sorted(sorted(total, key=lambda name: (-total[name], str(name)))[:most], key=str)
    at = {name: k for k, name in enumerate(names)}
    ratio = np.full((len(names), len(names)), np.nan)
    signs: list[tuple[int, int, str]] = []
    directed = {(b, a) for a, b in zip(ties["a"], ties["b"], strict=True) if a != b} & set(
        zip(ties["a"], ties["b"], strict=True)
    )
    for a, b, observed, expected, q in zip(
        *(ties[name] for name in ("a", "b", "observed", "expected", "qvalue")), strict=True
    ):
        if a not in at or b not in at or not expected > 0:
            continue
        value = np.log2(max(float(observed), 0.125 * float(expected)) / float(expected))
        sign = ("+" if observed > expected else "\N{MINUS SIGN}") if q < significance else ""
        for i, j in {(at[a], at[b])} | (set() if directed else {(at[b], at[a])}):
            ratio[i, j] = value
            if sign:
                signs.append((i, j, sign))
    ax = _axes(ax, (1 + 0.32 * len(names), 1 + 0.32 * len(names)))
    shown = ax.imshow(ratio, cmap="PuOr", vmin=-3, vmax=3)
    for i, j, sign in signs:
        ax.text(j, i, sign, ha="center", va="center")
    ax.set_xticks(range(len(names)), list(map(str, names)), rotation=60, ha="right")
    ax.set_yticks(range(len(names)), list(map(str, names)))
    bar = ax.figure.colorbar(shown, ax=ax, shrink=0.6, ticks=[-3, -1, 0, 1, 3])
    bar.ax.set_yticklabels(["1/8", "1/2", "as by chance", "2", "8 times"])
    ax.set_title("Ties between clusters, observed over expected")
    return ax


def gap_profile(gaps: Result, *, cluster: str | None = None, ax: Any = None) -> Any:
    """The gaps of one cluster: a dot for each measure, a line for its band.

    Parameters
    ----------
    gaps : Result
        Of `kedja.gap.analyse`.
    cluster : str, optional
        Needed where the result is about several.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        One row per measure from the top; a measure that the data cannot decide has its status
        written instead of a dot.

    Examples
    --------
    >>> import kedja, matplotlib
    >>> matplotlib.use("Agg")
    >>> data = kedja.from_tables(
    ...     companies={"id": ["a", "b", "c"]}, memberships={"company": ["a", "c"], "cluster": ["x", "y"]},
    ...     capabilities={"company": ["a", "b", "c"], "capability": ["weld", "cast", "cast"]})
    >>> gaps = kedja.gap.analyse(data, cluster="x", progress=False)
    >>> kedja.plot.gap_profile(gaps).get_title()
    'Gaps of x'
    """
    _columns(gaps, "cluster", "measure", "item", "gap", "low", "high", "status")
    known = sorted({str(name) for name in gaps["cluster"]})
    if cluster is None and len(known) == 1:
        cluster = known[0]
    if cluster not in known:
        raise InvalidArgumentError(f"cluster must be one of {', '.join(known)}, not {cluster!r}")
    rows = [
        i
        for i in range(len(gaps))
        if gaps["cluster"][i] == cluster and not str(gaps["item"][i] or "")
    ]
    ax = _axes(ax, (6.5, 0.6 + 0.5 * len(rows)))
    for y, i in enumerate(rows):
        value = float(gaps["gap"][i])
        ax.plot([0, 1], [y, y], color=_SOFT, linewidth=6, zorder=0)
        if np.isnan(value):
            ax.text(0.01, y, str(gaps["status"][i]), va="center", color=_QUIET)
            continue
        low, high = float(gaps["low"][i]), float(gaps["high"][i])
        if not np.isnan(low) and not np.isnan(high):
            ax.plot([low, high], [y, y], color=_ACCENT, linewidth=2)
        ax.plot([value], [y], "o", color=_ACCENT)
    ax.set_yticks(range(len(rows)), [str(gaps["measure"][i]).replace("_", " ") for i in rows])
    ax.invert_yaxis()
    ax.set_xlim(-0.02, 1.02)
    ax.set_xlabel("0: nothing missing, 1: all missing")
    ax.set_title(f"Gaps of {cluster}")
    return ax


def chain(
    levels: Result,
    *,
    groups: Any = None,
    graph: CompanyGraph | None = None,
    most_links: int = 2000,
    ax: Any = None,
) -> Any:
    """Companies along the value chain: levels on one axis, clusters coloured.

    Parameters
    ----------
    levels : Result
        With a row per company or sector, such as of `kedja.value_chain.trophic_levels` or
        ``upstreamness``; its first column is drawn.
    groups : sequence, Series or mapping, optional
        A group per row of `levels`: each has a band and a colour of its own.
    graph : CompanyGraph, optional
        Its links are drawn as thin lines, the strongest first.
    most_links : int, default 2000
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Rows without a level are left out.

    Examples
    --------
    >>> import kedja, matplotlib
    >>> matplotlib.use("Agg")
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> levels = kedja.value_chain.trophic_levels(graph)
    >>> kedja.plot.chain(levels, graph=graph).get_xlabel()
    'level'
    """
    ids = _row_names(levels)
    column = next(name for name in levels.columns if levels[name].dtype.kind == "f")
    x = levels[column]
    label = _group_of(groups, ids)
    names = sorted(set(label), key=str)
    band = {name: k for k, name in enumerate(names)}
    # Within a band, the golden ratio spreads neighbours apart and is the same every time.
    order = np.lexsort((np.arange(len(x)), x))
    y = np.empty(len(x))
    y[order] = (np.arange(len(x)) * 0.618033988749895) % 1.0
    y = np.array([band[name] for name in label]) + 0.1 + 0.8 * y
    ax = _axes(ax, (8, 1.5 + 0.8 * len(names)))
    if graph is not None:
        from matplotlib.collections import LineCollection

        place = {company: k for k, company in enumerate(ids)}
        source, target, value = graph._link_rows()
        keep = np.arange(len(source))
        if value is not None:
            keep = np.argsort(-value, kind="stable")
        ends = [
            (place[graph.ids[source[k]]], place[graph.ids[target[k]]]) for k in keep[:most_links]
        ]
        lines = [[(x[i], y[i]), (x[j], y[j])] for i, j in ends if np.isfinite(x[i] + x[j])]
        ax.add_collection(LineCollection(lines, colors=_SOFT, linewidths=0.6, zorder=0))
    colours = _colours(len(names))
    for name in names:
        mine = [k for k in range(len(x)) if label[k] == name and np.isfinite(x[k])]
        ax.scatter(x[mine], y[mine], s=14, color=colours[band[name]], label=str(name))
    ax.set_yticks([k + 0.5 for k in range(len(names))], [str(name) for name in names])
    if names == [""]:
        ax.set_yticks([])
    ax.set_xlabel(column)
    return ax


def region_map(values: Mapping[str, float], *, ax: Any = None) -> Any:
    """Values over Europe as equal tiles, one for each NUTS 2 region of 2016.

    Parameters
    ----------
    values : mapping or Series
        NUTS 2 code -> number. Regions that are not on the map are an error that names one.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import kedja, matplotlib
    >>> matplotlib.use("Agg")
    >>> len(kedja.plot.region_map({"SE23": 4, "NO02": 1}).patches) > 250
    True
    """
    from kedja._report.wording import tiles

    cells = tiles()
    given = dict(values.items())
    unknown = [code for code in given if code not in cells]
    if unknown:
        raise InvalidArgumentError(f"{unknown[0]!r} is not a NUTS 2 region of the map")
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    most = max((v for v in given.values() if np.isfinite(v)), default=0.0) or 1.0
    shades = colormaps["PuBu"]
    ax = _axes(ax, (8, 8))
    for code, (column, row) in cells.items():
        value = given.get(code, np.nan)
        known = np.isfinite(value)
        colour = shades(0.1 + 0.9 * max(value, 0.0) / most) if known else "#f0efe9"
        ax.add_patch(Rectangle((column, -row), 0.94, 0.94, facecolor=colour))
        if known:
            dark = value > 0.6 * most
            ax.text(
                column + 0.47,
                -row + 0.47,
                f"{value:.3g}",
                ha="center",
                va="center",
                fontsize=6,
                color="white" if dark else "black",
            )
    ax.set_xlim(-0.5, max(c for c, _ in cells.values()) + 1.5)
    ax.set_ylim(-max(r for _, r in cells.values()) - 0.5, 1.5)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def network(
    graph: CompanyGraph, *, groups: Any = None, labels: bool = False, ax: Any = None
) -> Any:
    """A small network: companies of a group side by side on a circle, links across it.

    Parameters
    ----------
    graph : CompanyGraph
        At most 2,000 companies; draw a part of a larger one.
    groups : sequence, Series or mapping, optional
        A group per company, coloured and placed together.
    labels : bool, default False
        Write the ids.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import kedja, matplotlib
    >>> matplotlib.use("Agg")
    >>> graph = kedja.CompanyGraph(["ore", "steel", "car"], ["ore", "steel"], ["steel", "car"])
    >>> len(kedja.plot.network(graph, groups=["x", "x", "y"]).collections)
    3
    """
    if graph.num_companies > 2000:
        raise InvalidArgumentError(
            f"{graph.num_companies} companies are too many for one picture (2,000 at most)"
        )
    from matplotlib.collections import LineCollection

    ids = graph.ids.tolist()
    label = _group_of(groups, ids)
    names = sorted(set(label), key=str)
    order = sorted(range(len(ids)), key=lambda k: (str(label[k]), str(ids[k])))
    angle = np.empty(len(ids))
    angle[order] = 2 * np.pi * np.arange(len(ids)) / max(len(ids), 1)
    place = np.column_stack([np.cos(angle), np.sin(angle)])
    ax = _axes(ax, (7, 7))
    source, target, _ = graph._link_rows()
    ax.add_collection(
        LineCollection(
            list(np.stack([place[source], place[target]], axis=1)),
            colors=_SOFT,
            linewidths=0.7,
            zorder=0,
        )
    )
    for colour, name in zip(_colours(len(names)), names, strict=True):
        mine = [k for k in range(len(ids)) if label[k] == name]
        ax.scatter(*place[mine].T, s=20, color=colour, label=str(name))
    if labels:
        for k, company in enumerate(ids):
            ax.annotate(str(company), 1.05 * place[k], ha="center", va="center", fontsize=7)
    if names not in ([""], []):
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def robustness_curve(curves: Result | Mapping[str, Result], *, ax: Any = None) -> Any:
    """How much of a network hangs together as companies drop out.

    Parameters
    ----------
    curves : Result or mapping of name -> Result
        Of `kedja.structure.robustness`; several are drawn together.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> import kedja, matplotlib
    >>> matplotlib.use("Agg")
    >>> graph = kedja.CompanyGraph(list("abc"), list("ab"), list("bc"))
    >>> float(kedja.plot.robustness_curve(kedja.structure.robustness(graph)).get_ylim()[0])
    0.0
    """
    named = {"": curves} if isinstance(curves, Result) else dict(curves)
    ax = _axes(ax, (6, 4))
    for colour, (name, curve) in zip(_colours(len(named)), named.items(), strict=True):
        _columns(curve, "removed_share", "largest")
        ax.plot(curve["removed_share"], curve["largest"], color=colour, label=name or None)
        if "low" in curve.columns:
            ax.fill_between(
                curve["removed_share"], curve["low"], curve["high"], color=colour, alpha=0.2
            )
    ax.set_xlabel("share of companies removed")
    ax.set_ylabel("share in the largest component")
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    if any(named):
        ax.legend(frameon=False)
    return ax


def _axes(ax: Any, size: tuple[float, float]) -> Any:
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise InvalidArgumentError("pictures need matplotlib; pip install 'kedja[plot]'") from None
    return plt.figure(figsize=size, layout="constrained").add_subplot()


def _columns(result: Result, *names: str) -> None:
    missing = [name for name in names if name not in result.columns]
    if missing:
        raise InvalidArgumentError(
            f"the result has no column {missing[0]!r}; it is of {result.meta.get('measure')}"
        )


def _row_names(result: Result) -> list[Any]:
    if result.ids is not None:
        return list(result.ids.tolist())
    first = result[result.columns[0]]
    return list(first.tolist()) if first.dtype == object else list(range(len(first)))


def _group_of(groups: Any, ids: list[Any]) -> list[Any]:
    """A group per row; those without one are in the group ''."""
    if groups is None:
        return [""] * len(ids)
    if hasattr(groups, "get"):
        return [groups.get(company, "") for company in ids]
    made = list(groups)
    if len(made) != len(ids):
        raise InvalidArgumentError(f"there are {len(made)} groups for {len(ids)} rows")
    return made


def _colours(count: int) -> list[Any]:
    from matplotlib import colormaps

    if count <= 10:
        return [colormaps["tab10"](k) for k in range(count)]
    return [colormaps["viridis"](k / (count - 1)) for k in range(count)]
