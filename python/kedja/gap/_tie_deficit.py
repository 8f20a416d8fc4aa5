"""Tie deficit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._known_links import known_links
from kedja._profile import Profile
from kedja._result import Result
from kedja._run import Progress
from kedja.gap._complementarity import usefulness
from kedja.gap._rows import NAN, Rows

if TYPE_CHECKING:
    from kedja._dataset import Dataset


def tie_deficit(
    data: Dataset,
    *,
    cluster: str | None = None,
    alpha: float = 0.05,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """Tie deficit: pairs of clusters with significantly fewer ties than chance explains.

    deficit_ab = (expected - observed) / expected where that is significant at false discovery rate
    `alpha`, else 0 with the status ``not_significant``. A cluster's gap is the mean of its deficits
    weighted by complementarity, so that only useful missing ties count. On supply links a cluster's
    row looks at what it sells.

    Parameters
    ----------
    data : Dataset
        With participations the null model is the stratified one of
        `null_models.tie_significance`, else the configuration model on its links.
    cluster : str, optional
        One cluster; default: all.
    alpha : float in (0, 1), default 0.05
    draws, seed, threads, progress
        See `null_models.tie_significance`.

    Returns
    -------
    Result
        A row per cluster for the whole (item ""), then other clusters by falling deficit (all
        significant ones and at least ten when one cluster is asked for, else five): ``cluster``,
        ``item``, ``gap``, ``low``, ``high`` (90 per cent, from the null model's own variance),
        ``observed``, ``expected``, ``z``, ``qvalue``, ``weight`` (usefulness of the tie; of the
        whole: the sum over all other clusters), ``random_low``, ``random_mid``,
        ``random_high``, ``status`` (``ok``, ``not_significant``, ``too_small``: no members,
        ``isolated``: no pair with it could be tested, ``undecided``: there is no other cluster). Clusters of equal size and tie count whose ties fall at random
        are what the null model is: at `alpha` 0.05 at least 95 in 100 such data sets have no
        deficit anywhere, so the random range is 0.

    Raises
    ------
    InvalidArgumentError
        Neither capabilities nor NACE codes; an unknown cluster; alpha outside (0, 1).

    References
    ----------
    Squartini and Garlaschelli 2011, https://doi.org/10.1088/1367-2630/13/8/083001

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": list("abcd")},
    ...     memberships={"company": list("abcd"), "cluster": list("xxyy")},
    ...     capabilities={"company": list("abcd"), "capability": list("kkll")},
    ...     links={"source": ["a", "c"], "target": ["b", "d"]})
    >>> kedja.gap.tie_deficit(data, cluster="x")["status"].tolist()
    ['not_significant', 'not_significant']
    """
    profile = Profile(data)
    ties = significance(data, draws=draws, seed=seed, threads=threads, progress=progress)
    pair = usefulness(data, profile)
    observed, expected, z, q, deficit, significant, low, high, gap = deficits(
        profile, ties, pair, alpha
    )
    rows = Rows(
        cluster="",
        item="",
        gap=NAN,
        low=NAN,
        high=NAN,
        observed=NAN,
        expected=NAN,
        z=NAN,
        qvalue=NAN,
        weight=NAN,
        random_low=NAN,
        random_mid=NAN,
        random_high=NAN,
        status="not_significant",
    )
    many: dict[str, int] = {}
    for i in profile.chosen(cluster):
        name = profile.clusters[i]
        found = significant[i].astype(bool)
        found[i] = False
        many[name] = int(found.sum())
        others = np.arange(len(profile.clusters)) != i
        if not profile.size[i] or not np.isfinite(z[i, others]).any():
            alone = not profile.size[others].any()
            reason = "undecided" if alone else "isolated"
            rows.add(cluster=name, status=reason if profile.size[i] else "too_small")
            continue
        rows.add(
            cluster=name,
            gap=gap[0][i],
            low=gap[1][i],
            high=gap[2][i],
            random_low=0.0,
            random_mid=0.0,
            random_high=0.0,
            weight=float(pair[i, others].sum()),
            status="ok" if found.any() else "not_significant",
        )
        order = np.argsort(-deficit[i] * (0.01 + pair[i]), kind="stable")
        order = order[order != i]
        for j in order[: max(10, int(found.sum())) if cluster else 5]:
            rows.add(
                cluster=name,
                item=profile.clusters[j],
                gap=deficit[i, j],
                low=low[i, j] if found[j] else NAN,
                high=high[i, j] if found[j] else NAN,
                observed=observed[i, j],
                expected=expected[i, j],
                z=z[i, j],
                qvalue=q[i, j],
                weight=pair[i, j],
                status="ok" if found[j] else "not_significant",
            )
    return rows.result(
        "gap.tie_deficit",
        data,
        {"cluster": cluster, "alpha": alpha, "draws": draws},
        {
            **profile.meta(),
            "null": ties.meta["parameters"]["null"],
            "seed": seed,
            "significant": many,
        },
        lambda: tie_deficit(
            data,
            cluster=cluster,
            alpha=alpha,
            draws=draws,
            seed=seed,
            threads=threads,
            progress=False,
        ),
    )


def deficits(profile: Profile, ties: Result, weight: np.ndarray, alpha: float) -> tuple[Any, ...]:
    """Clusters by clusters: observed, expected, z, q, deficit, whether significant, low, high; and
    each cluster's gap as value, low, high."""
    n = len(profile.clusters)
    number = {name: i for i, name in enumerate(profile.clusters)}
    a, b = (
        np.fromiter((number[x] for x in ties[side]), dtype=np.uint32, count=len(ties))
        for side in ("a", "b")
    )
    cells = [np.ascontiguousarray(ties[c]) for c in ("observed", "expected", "z", "qvalue")]
    *matrices, gap = _core.tie_deficit(
        a, b, *cells, n, ties.meta["directed"], np.ascontiguousarray(weight.ravel()), float(alpha)
    )
    return (*(m.reshape(n, n) for m in matrices), gap)


def significance(
    data: Dataset,
    *,
    draws: int,
    seed: int,
    threads: int,
    progress: Progress,
    null: Literal["configuration"] | None = None,
) -> Result:
    """Ties between clusters against the null model that fits the data, or a plain one."""
    from kedja import null_models

    if len(data.participations) and null is None:
        return null_models.tie_significance(
            data, draws=draws, seed=seed, threads=threads, progress=progress
        )
    data = known_links(data)
    graph = data.graph("supply")
    if graph.num_links == 0:
        graph = data.graph("collaboration")
    return null_models.tie_significance(
        graph, data.groups("cluster"), threads=threads, progress=progress
    )
