"""Gaps: what a cluster lacks, which company elsewhere could fill it, and how sure that is.

Every gap lies in [0, 1]: 0 nothing is missing, 1 everything. `analyse` gives them all.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._profile import Profile
from kedja._result import Result
from kedja._run import Progress, callback

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_COLUMNS = (
    "cluster",
    "measure",
    "item",
    "gap",
    "low",
    "high",
    "status",
    "filler",
    "filler_cluster",
    "evidence",
)


def capability(
    data: Dataset, *, cluster: str | None = None, draws: int = 200, seed: int = 0
) -> Result:
    r"""Capability gap: needed capabilities that a cluster's members lack.

    .. math:: G_a = \frac{\sum_k t_k (1 - \min(1, m_{ak}/c_k))}{\sum_k t_k}

    with m the share of members that have k, c the share among all companies that have any
    capability (the target) and t the need for k: the needs table, else the common shares.

    Parameters
    ----------
    data : Dataset
        With capabilities, or with NACE codes (then capabilities are NACE divisions and every row
        has the status ``inferred``).
    cluster : str, optional
        One cluster; default: all.
    draws, seed : int
        Model draws for the band (low, high: 5 and 95 per cent): each share is drawn from the ends
        of the Clopper-Pearson interval of x members of n, conservatively; and random clusters of the
        same size for ``random_low``, ``random_mid``, ``random_high`` (2.5, 50, 97.5 per cent).

    Returns
    -------
    Result
        A row per cluster for the whole (item ""), then a row per lacking capability: ``cluster``,
        ``item``, ``gap`` (its part of the whole gap for items), ``low``, ``high``, ``status``,
        ``density`` (how near the cluster's capabilities are to it), ``share`` (of members),
        ``common`` (of all companies), ``filler_cluster``, ``members``, ``random_low``,
        ``random_mid``, ``random_high``.

    References
    ----------
    Hidalgo et al. 2007, https://doi.org/10.1126/science.1144581; Neffke, Henning and Boschma 2011,
    https://doi.org/10.1111/j.1944-8287.2011.01121.x

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": ["a", "b", "c"]},
    ...     memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
    ...     capabilities={"company": ["a", "b", "b"], "capability": ["k", "k", "l"]})
    >>> kedja.gap.capability(data, cluster="x")["gap"].round(3).tolist()
    [0.333, 0.333]
    """
    profile = Profile(data)
    _, near = profile.relatedness()
    chosen = [profile.cluster(cluster)] if cluster is not None else range(len(profile.clusters))
    rows: list[tuple[Any, ...]] = []
    status = "inferred" if profile.basis == "nace2" else "ok"
    with np.errstate(invalid="ignore", divide="ignore"):
        met = np.where(profile.common > 0, np.minimum(1.0, profile.share / profile.common), 1.0)
    pool = np.flatnonzero(profile.has.any(axis=1))
    for a in chosen:
        n = int(profile.size[a])
        name = profile.clusters[a]
        if n == 0:
            rows.append(
                (
                    name,
                    "",
                    math.nan,
                    math.nan,
                    math.nan,
                    "too_small",
                    math.nan,
                    math.nan,
                    math.nan,
                    "",
                    0,
                    *[math.nan] * 3,
                )
            )
            continue
        parts = profile.needs * (1 - met[a])
        random = np.random.default_rng([seed, a])
        count = np.rint(profile.share[a] * n)
        # Shares drawn low make gaps high and the other way round; x of n gives Beta(x, n - x + 1)
        # and Beta(x + 1, n - x), the two ends of Clopper and Pearson's interval.
        ends = []
        for up in (0, 1):
            drawn = random.beta(
                np.maximum(count + up, 1e-12),
                np.maximum(n - count + 1 - up, 1e-12),
                size=(draws, len(count)),
            )
            with np.errstate(invalid="ignore", divide="ignore"):
                drawn_met = np.where(
                    profile.common > 0, np.minimum(1.0, drawn / profile.common), 1.0
                )
            ends.append((1 - drawn_met) * profile.needs)
        lower, upper = ends[1], ends[0]
        band = (np.quantile(lower.sum(axis=1), 0.05), np.quantile(upper.sum(axis=1), 0.95))
        chance = _random_clusters(profile, pool, n, draws, random)
        rows.append(
            (
                name,
                "",
                float(parts.sum()),
                float(band[0]),
                float(band[1]),
                status,
                math.nan,
                math.nan,
                math.nan,
                "",
                n,
                *chance,
            )
        )
        best = _best_cluster(profile, a)
        for k in np.argsort(-parts * (1 + np.nan_to_num(near[a])), kind="stable"):
            if parts[k] <= 0:
                continue
            part_band = (np.quantile(lower[:, k], 0.05), np.quantile(upper[:, k], 0.95))
            rows.append(
                (
                    name,
                    profile.capabilities[k],
                    float(parts[k]),
                    float(part_band[0]),
                    float(part_band[1]),
                    status,
                    float(near[a, k]),
                    float(profile.share[a, k]),
                    float(profile.common[k]),
                    profile.clusters[best[k]] if best[k] >= 0 else "",
                    n,
                    math.nan,
                    math.nan,
                    math.nan,
                )
            )
    names = (
        "cluster",
        "item",
        "gap",
        "low",
        "high",
        "status",
        "density",
        "share",
        "common",
        "filler_cluster",
        "members",
        "random_low",
        "random_mid",
        "random_high",
    )
    return _table(
        "gap.capability",
        names,
        rows,
        data,
        {"cluster": cluster, "draws": draws},
        profile.meta(),
        lambda: capability(data, cluster=cluster, draws=draws, seed=seed),
        seed=seed,
    )


def _random_clusters(
    profile: Profile, pool: np.ndarray, n: int, draws: int, random: Any
) -> tuple[float, float, float]:
    """The same gap for random clusters of n companies: 2.5, 50 and 97.5 per cent."""
    if len(pool) < n:
        return (math.nan, math.nan, math.nan)
    gaps = np.empty(draws)
    for i in range(draws):
        share = profile.has[random.choice(pool, n, replace=False)].mean(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            met = np.where(profile.common > 0, np.minimum(1.0, share / profile.common), 1.0)
        gaps[i] = ((1 - met) * profile.needs).sum()
    low, mid, high = np.quantile(gaps, [0.025, 0.5, 0.975])
    return (float(low), float(mid), float(high))


def _best_cluster(profile: Profile, a: int) -> np.ndarray:
    """For each capability, the other cluster with the largest share of members that have it."""
    share = np.nan_to_num(profile.share).copy()
    share[a] = -1.0
    share[profile.size < 3] = -1.0
    best = share.argmax(axis=0)
    return np.where(share.max(axis=0) > 0, best, -1)


def complementarity(data: Dataset, *, cluster: str | None = None) -> Result:
    """Complementarity between clusters, and what a cluster's ties do not yet deliver.

    added_ab = sum over the capabilities k that b is specialised in and a is not of how near k is
    to what a has: sum_l M_al phi_lk / sum_l phi_lk (phi_kk = 0); the pair's ``complementarity`` is
    sqrt(added_ab added_ba) divided by the largest pair. A cluster's gap is 1 minus the part of its
    lacking, needed capabilities that a cluster it already shares projects or links with has.

    Parameters
    ----------
    data : Dataset
    cluster : str, optional

    Returns
    -------
    Result
        A row per cluster for the whole (item "", ``gap``), then its ten most complementary
        clusters: ``cluster``, ``item``, ``gap`` (NaN), ``complementarity`` in [0, 1], ``tied``
        (whether any tie exists), ``status``.

    References
    ----------
    After Balland and Boschma 2021, https://doi.org/10.1080/00343404.2020.1861240

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": ["a", "b"]},
    ...     memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
    ...     capabilities={"company": ["a", "b"], "capability": ["k", "l"]})
    >>> kedja.gap.complementarity(data, cluster="x")["gap"].tolist()[0]
    1.0
    """
    profile = Profile(data)
    pair = _pair_complementarity(profile)
    tied = _tied(data, profile)
    specialised = profile.specialised()
    status = "inferred" if profile.basis == "nace2" else "ok"
    chosen = [profile.cluster(cluster)] if cluster is not None else range(len(profile.clusters))
    rows: list[tuple[Any, ...]] = []
    for a in chosen:
        lacks = ~specialised[a] & (profile.needs > 0)
        elsewhere = specialised[np.arange(len(profile.clusters)) != a].any(axis=0)
        wanted = profile.needs * (lacks & elsewhere)
        others = [b for b in np.flatnonzero(tied[a]) if b != a]
        delivered = profile.needs * (lacks & (specialised[others].any(axis=0) if others else False))
        gap = 1 - delivered.sum() / wanted.sum() if wanted.sum() > 0 else 0.0
        rows.append(
            (
                profile.clusters[a],
                "",
                float(gap),
                math.nan,
                bool(others),
                status if profile.size[a] else "too_small",
            )
        )
        order = [b for b in np.argsort(-pair[a], kind="stable")[:10] if b != a and pair[a, b] > 0]
        rows += [
            (
                profile.clusters[a],
                profile.clusters[b],
                math.nan,
                float(pair[a, b]),
                bool(tied[a, b]),
                status,
            )
            for b in order
        ]
    return _table(
        "gap.complementarity",
        ("cluster", "item", "gap", "complementarity", "tied", "status"),
        rows,
        data,
        {"cluster": cluster},
        profile.meta(),
        lambda: complementarity(data, cluster=cluster),
    )


def _pair_complementarity(profile: Profile) -> np.ndarray:
    _, near = profile.relatedness()
    near = np.nan_to_num(near)
    specialised = profile.specialised().astype(float)
    added = ((1 - specialised) * near) @ specialised.T  # a lacks k, is near it, b has it
    both = np.sqrt(added * added.T)
    np.fill_diagonal(both, 0.0)
    most = both.max() if both.size else 0.0
    made: np.ndarray = both / most if most > 0 else both
    return made


def _tied(data: Dataset, profile: Profile) -> np.ndarray:
    """Clusters whose members share a project or have a link."""
    member = profile.member.astype(float)
    tied = np.zeros((len(profile.clusters),) * 2, dtype=bool)
    for source, target in _links(data):
        np.logical_or(tied, (member[source].T @ member[target]) > 0, out=tied)
    return tied | tied.T


def _links(data: Dataset) -> list[tuple[np.ndarray, np.ndarray]]:
    found = []
    for kind in ("supply", "collaboration"):
        graph = data.graph(kind)
        if graph.num_links:
            source, target, _ = graph._link_rows()
            found.append((source, target))
    return found


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
    weighted by complementarity, so that only useful missing ties count.

    Parameters
    ----------
    data : Dataset
        With participations the null model is the stratified one of
        `null_models.tie_significance`, else the configuration model on its links.
    cluster : str, optional
    alpha : float in (0, 1), default 0.05
    draws, seed, threads, progress
        See `null_models.tie_significance`.

    Returns
    -------
    Result
        A row per cluster for the whole (item ""), then per other cluster by falling deficit:
        ``cluster``, ``item``, ``gap``, ``observed``, ``expected``, ``z``, ``qvalue``, ``weight``,
        ``status``.

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
    from kedja import null_models

    if not 0 < alpha < 1:
        raise InvalidArgumentError(f"alpha must lie in (0, 1), not {alpha}")
    profile = Profile(data)
    pair = _pair_complementarity(profile)
    if len(data.participations):
        ties = null_models.tie_significance(
            data, draws=draws, seed=seed, threads=threads, progress=progress
        )
    else:
        ties = null_models.tie_significance(
            data.graph("supply"), data.groups("cluster"), threads=threads, progress=progress
        )
    position = {name: i for i, name in enumerate(profile.clusters)}
    n = len(profile.clusters)
    shape = (n, n)
    values = {name: np.full(shape, np.nan) for name in ("observed", "expected", "z", "qvalue")}
    a = np.fromiter((position[x] for x in ties["a"]), dtype=np.int64, count=len(ties))
    b = np.fromiter((position[x] for x in ties["b"]), dtype=np.int64, count=len(ties))
    for name, matrix in values.items():
        matrix[a, b] = ties[name]
        if len(ties) != n * n:  # undirected: each pair once
            matrix[b, a] = ties[name]
    with np.errstate(invalid="ignore", divide="ignore"):
        significant = (values["qvalue"] < alpha) & (values["z"] < 0)
        deficit = np.where(
            significant, (values["expected"] - values["observed"]) / values["expected"], 0.0
        )
    chosen = [profile.cluster(cluster)] if cluster is not None else range(n)
    rows: list[tuple[Any, ...]] = []
    for i in chosen:
        others = np.arange(n) != i
        weight = pair[i] * others
        whole = float((weight * deficit[i]).sum() / weight.sum()) if weight.sum() > 0 else 0.0
        found = significant[i] & others
        rows.append(
            (
                profile.clusters[i],
                "",
                whole,
                math.nan,
                math.nan,
                math.nan,
                math.nan,
                math.nan,
                "ok" if found.any() else "not_significant",
            )
        )
        key = np.where(others, deficit[i] * (0.01 + pair[i]), -1.0)
        shown = [j for j in np.argsort(-key, kind="stable") if others[j]][
            : max(10, int(found.sum())) if cluster else 5
        ]
        rows += [
            (
                profile.clusters[i],
                profile.clusters[j],
                float(deficit[i, j]),
                *(float(values[name][i, j]) for name in values),
                float(pair[i, j]),
                "ok" if significant[i, j] else "not_significant",
            )
            for j in shown
        ]
    return _table(
        "gap.tie_deficit",
        ("cluster", "item", "gap", "observed", "expected", "z", "qvalue", "weight", "status"),
        rows,
        data,
        {"cluster": cluster, "alpha": alpha, "draws": draws},
        {**profile.meta(), "null": ties.meta["parameters"]["null"]},
        lambda: tie_deficit(
            data,
            cluster=cluster,
            alpha=alpha,
            draws=draws,
            seed=seed,
            threads=threads,
            progress=False,
        ),
        seed=seed,
    )


def reach(
    data: Dataset, *, cluster: str | None = None, by: Literal["country", "nuts2"] = "country"
) -> Result:
    r"""Reach gap: how narrowly a cluster's ties to others spread over countries or regions.

    .. math:: R_a = \max(0, 1 - \exp H(q_a) / \exp E[H(q^*_m)])

    with q_a the spread of the cluster's m external ties over regions and q* that of all clusters
    together, rarefied to the same m ties (expected entropy of m draws), since entropy grows with
    the number of ties.

    Parameters
    ----------
    data : Dataset
        With links or participations, and countries or NUTS regions.
    cluster : str, optional
    by : {'country', 'nuts2'}, default 'country'

    Returns
    -------
    Result
        A row per cluster for the whole (item ""), then the ten regions that are most
        under-represented: ``cluster``, ``item``, ``gap`` (items: q* log(q*/q_a) with one pseudo
        tie), ``low``, ``high`` (90 per cent, delta method on H), ``ties``, ``abroad`` (share of
        ties outside the cluster's country), ``status`` (``isolated``: no external ties).

    References
    ----------
    Rarefaction: Hurlbert 1971, https://doi.org/10.2307/1934145; effective number exp(H): Jost 2006,
    https://doi.org/10.1111/j.2006.0030-1299.14714.x

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": list("abc"), "country": ["SE", "NO", "DK"]},
    ...     memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
    ...     capabilities={"company": ["a"], "capability": ["k"]},
    ...     links={"source": ["a", "a"], "target": ["b", "c"]})
    >>> kedja.gap.reach(data, cluster="x")["ties"].tolist()[0]
    2.0
    """
    if by not in ("country", "nuts2"):
        raise InvalidArgumentError(f"by must be 'country' or 'nuts2', not {by!r}")
    profile = Profile(data)
    frame = data.companies.to_pandas()
    column = "country" if by == "country" else "nuts"
    if column not in frame:
        raise InvalidArgumentError(f"reach by {by} needs the column {column} in companies")
    place = frame[column].str.slice(0, 2 if by == "country" else 4).to_numpy(dtype=object)
    if by == "nuts2":
        place = np.array([p if len(p) == 4 else "" for p in place], dtype=object)
    names = sorted({p for p in place if p})
    code = {name: i for i, name in enumerate(names)}
    region = np.fromiter((code.get(p, -1) for p in place), dtype=np.int64, count=len(place))
    counts = np.zeros((len(profile.clusters), len(names)))
    member = profile.member
    for source, target in _links(data):
        for ends in ((source, target), (target, source)):
            inside, outside = ends
            known = region[outside] >= 0
            for i, j in zip(inside[known], outside[known], strict=True):
                if member[i].any():
                    counts[member[i] & ~member[j], region[j]] += 1
    pooled = counts.sum(axis=0)
    reference = pooled / pooled.sum() if pooled.sum() > 0 else pooled
    home = _home_places(data, profile, by)
    chosen = [profile.cluster(cluster)] if cluster is not None else range(len(profile.clusters))
    rows: list[tuple[Any, ...]] = []
    for a in chosen:
        ties = counts[a].sum()
        if ties == 0:
            rows.append(
                (profile.clusters[a], "", math.nan, math.nan, math.nan, 0.0, math.nan, "isolated")
            )
            continue
        q = counts[a] / ties
        seen = q > 0
        entropy = -(q[seen] * np.log(q[seen])).sum()
        spread = (q[seen] * np.log(q[seen]) ** 2).sum() - entropy**2
        sd = math.sqrt(max(spread, 0.0) / ties)
        even = _expected_entropy(reference, int(ties))
        gaps = [
            max(0.0, 1 - math.exp(h - even))
            for h in (entropy, entropy + 1.645 * sd, entropy - 1.645 * sd)
        ]
        abroad = 1 - q[code[home[a]]] if by == "country" and home[a] in code else math.nan
        rows.append(
            (
                profile.clusters[a],
                "",
                gaps[0],
                gaps[1],
                min(1.0, gaps[2]),
                float(ties),
                float(abroad),
                "ok",
            )
        )
        smooth = (counts[a] + reference) / (ties + 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            missing = np.where(reference > 0, reference * np.log(reference / smooth), 0.0)
        for r in np.argsort(-missing, kind="stable")[:10]:
            if missing[r] > 0:
                rows.append(
                    (
                        profile.clusters[a],
                        names[r],
                        float(missing[r]),
                        math.nan,
                        math.nan,
                        float(counts[a, r]),
                        math.nan,
                        "ok",
                    )
                )
    return _table(
        "gap.reach",
        ("cluster", "item", "gap", "low", "high", "ties", "abroad", "status"),
        rows,
        data,
        {"cluster": cluster, "by": by},
        {"reference": "all clusters' external ties"},
        lambda: reach(data, cluster=cluster, by=by),
    )


def _home_places(data: Dataset, profile: Profile, by: str) -> list[str]:
    frame = data.clusters.to_pandas().set_index("id")
    column = "country" if by == "country" else "region"
    if column not in frame:
        return [""] * len(profile.clusters)
    return [str(frame[column].get(name, "")) for name in profile.clusters]


def _expected_entropy(q: np.ndarray, m: int) -> float:
    """E[H] of m independent draws from q: sum_i sum_k Binomial(k; m, q_i) (-(k/m) log(k/m))."""
    k = np.arange(1, m + 1)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, m + 1)))])
    log_choose = log_factorial[m] - log_factorial[k] - log_factorial[m - k]
    term = -(k / m) * np.log(k / m)
    total = 0.0
    for p in q[q > 0]:
        if p < 1:
            total += float(
                (np.exp(log_choose + k * math.log(p) + (m - k) * math.log1p(-p)) * term).sum()
            )
    return total


def analyse(
    data: Dataset,
    *,
    cluster: str | None = None,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """All gaps of a cluster, or of every cluster, with who could fill them and the evidence.

    Parameters
    ----------
    data : Dataset
    cluster : str, optional
        One cluster; default: all.
    draws, seed, threads, progress
        See `capability` and `tie_deficit`.

    Returns
    -------
    Result
        ``cluster``, ``measure`` (capability, complementarity, tie_deficit, fragility, reach,
        coverage), ``item`` ("" for the measure as a whole), ``gap`` in [0, 1], ``low``, ``high``,
        ``status``, ``filler`` (a company id in another cluster, or ""), ``filler_cluster``,
        ``evidence``. Never one composite number. What the data cannot decide has the status
        ``undecided`` and says which column would.

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": ["a", "b"]},
    ...     memberships={"company": ["a", "b"], "cluster": ["x", "y"]},
    ...     capabilities={"company": ["a", "b"], "capability": ["k", "l"]})
    >>> sorted(set(kedja.gap.analyse(data, cluster="x")["measure"]))
    ['capability', 'complementarity', 'coverage', 'fragility', 'reach', 'tie_deficit']
    """
    profile = Profile(data)
    report = callback(progress, "gaps")
    rows: list[tuple[Any, ...]] = []
    fill = _Fillers(data, profile)
    cap = capability(data, cluster=cluster, draws=draws, seed=seed)
    if report:
        report(0.3)
    for i in range(len(cap)):
        item = cap["item"][i]
        if item:
            evidence = (
                f"{cap['share'][i]:.0%} of {cap['members'][i]} members have {item}, "
                f"{cap['common'][i]:.0%} of all companies do"
            )
            company = fill.with_capability(cap["filler_cluster"][i], item, cap["cluster"][i])
        else:
            evidence = (
                f"{cap['members'][i]} members; need from {profile.need_basis}; on {profile.basis}"
            )
            company = ""
        rows.append(
            (
                cap["cluster"][i],
                "capability",
                item,
                cap["gap"][i],
                cap["low"][i],
                cap["high"][i],
                cap["status"][i],
                company,
                cap["filler_cluster"][i],
                evidence,
            )
        )
    comp = complementarity(data, cluster=cluster)
    for i in range(len(comp)):
        if comp["item"][i] == "":
            evidence = "needed capabilities that clusters it is tied to do not have"
            rows.append(
                (
                    comp["cluster"][i],
                    "complementarity",
                    "",
                    comp["gap"][i],
                    math.nan,
                    math.nan,
                    comp["status"][i],
                    "",
                    "",
                    evidence,
                )
            )
        elif not comp["tied"][i]:
            evidence = f"complementarity {comp['complementarity'][i]:.2f}, no tie yet"
            rows.append(
                (
                    comp["cluster"][i],
                    "complementarity",
                    comp["item"][i],
                    math.nan,
                    math.nan,
                    math.nan,
                    comp["status"][i],
                    fill.central(comp["item"][i]),
                    comp["item"][i],
                    evidence,
                )
            )
    if report:
        report(0.4)
    linked = bool(_links(data))
    names = profile.clusters if cluster is None else [cluster]
    if linked:
        ties = tie_deficit(
            data, cluster=cluster, draws=draws, seed=seed, threads=threads, progress=False
        )
        for i in range(len(ties)):
            item = ties["item"][i]
            if item and ties["status"][i] != "ok":
                continue
            evidence = (
                f"{ties['observed'][i]:.1f} ties seen, {ties['expected'][i]:.1f} expected, z = {ties['z'][i]:.1f}, "
                f"q = {ties['qvalue'][i]:.2g}"
                if item
                else f"null model: {ties.meta['null']}"
            )
            rows.append(
                (
                    ties["cluster"][i],
                    "tie_deficit",
                    item,
                    ties["gap"][i],
                    math.nan,
                    math.nan,
                    ties["status"][i],
                    fill.central(item) if item else "",
                    item,
                    evidence,
                )
            )
        frame = data.companies.to_pandas()
        if "country" in frame and (frame["country"] != "").any():
            far = reach(data, cluster=cluster, by="country")
            for i in range(len(far)):
                item = far["item"][i]
                evidence = (
                    f"{far['ties'][i]:.0f} ties there"
                    if item
                    else f"{far['ties'][i]:.0f} ties outside the cluster"
                )
                rows.append(
                    (
                        far["cluster"][i],
                        "reach",
                        item,
                        far["gap"][i],
                        far["low"][i],
                        far["high"][i],
                        far["status"][i],
                        fill.in_country(item, far["cluster"][i]) if item else "",
                        "",
                        evidence,
                    )
                )
        else:
            rows += [
                (
                    n,
                    "reach",
                    "",
                    math.nan,
                    math.nan,
                    math.nan,
                    "undecided",
                    "",
                    "",
                    "companies.country would decide it",
                )
                for n in names
            ]
    else:
        for measure in ("tie_deficit", "reach"):
            rows += [
                (
                    n,
                    measure,
                    "",
                    math.nan,
                    math.nan,
                    math.nan,
                    "undecided",
                    "",
                    "",
                    "links or participations would decide it",
                )
                for n in names
            ]
    if report:
        report(0.9)
    rows += [
        (
            n,
            "fragility",
            "",
            math.nan,
            math.nan,
            math.nan,
            "undecided",
            "",
            "",
            "supply links with values would decide it",
        )
        for n in names
    ]
    rows += [
        (
            n,
            "coverage",
            "",
            math.nan,
            math.nan,
            math.nan,
            "undecided",
            "",
            "",
            "requirements and members' capabilities would decide it",
        )
        for n in names
    ]
    if report:
        report(1.0)
    return _table(
        "gap.analyse",
        _COLUMNS,
        rows,
        data,
        {"cluster": cluster, "draws": draws},
        profile.meta(),
        lambda: analyse(
            data, cluster=cluster, draws=draws, seed=seed, threads=threads, progress=False
        ),
        seed=seed,
    )


class _Fillers:
    """Named companies that could fill a gap: the most active ones, the nameless left out."""

    def __init__(self, data: Dataset, profile: Profile) -> None:
        frame = data.companies.to_pandas()
        self._profile = profile
        named = (
            (frame["name"] != "").to_numpy() if "name" in frame else np.ones(len(frame), dtype=bool)
        )
        firm = (
            (frame["type"] == "company").to_numpy()
            if "type" in frame
            else np.ones(len(frame), dtype=bool)
        )
        activity = np.zeros(len(frame))
        if len(data.participations):
            count = data.participations.to_pandas()["company"].value_counts()
            activity = count.reindex(profile.ids).fillna(0).to_numpy(dtype=float)
        elif "size" in frame:
            activity = frame["size"].fillna(0).to_numpy(dtype=float)
        self._score = np.where(named & firm, activity + 1, 0.0)
        self._country = (
            frame["country"].to_numpy(dtype=object)
            if "country" in frame
            else np.full(len(frame), "", dtype=object)
        )

    def _best(self, mask: np.ndarray) -> str:
        score = np.where(mask, self._score, 0.0)
        return str(self._profile.ids[int(score.argmax())]) if score.size and score.max() > 0 else ""

    def with_capability(self, cluster: str, item: str, asking: str) -> str:
        if not cluster:
            return ""
        p = self._profile
        mask = p.member[:, p.clusters.index(cluster)] & p.has[:, p.capabilities.index(item)]
        return self._best(mask & ~p.member[:, p.clusters.index(asking)])

    def central(self, cluster: str) -> str:
        return (
            self._best(self._profile.member[:, self._profile.clusters.index(cluster)])
            if cluster
            else ""
        )

    def in_country(self, country: str, asking: str) -> str:
        return self._best(
            (self._country == country)
            & ~self._profile.member[:, self._profile.clusters.index(asking)]
        )


def _table(
    measure: str,
    names: tuple[str, ...],
    rows: list[tuple[Any, ...]],
    data: Dataset,
    parameters: dict[str, Any],
    meta: dict[str, Any],
    again: Any,
    **more: Any,
) -> Result:
    columns: dict[str, np.ndarray] = {}
    texts = {
        "cluster",
        "measure",
        "item",
        "status",
        "filler",
        "filler_cluster",
        "evidence",
        "source",
        "target",
        "reasons",
    }
    for i, name in enumerate(names):
        values = [row[i] for row in rows]
        if name in texts:
            columns[name] = (
                np.asarray(values, dtype=object) if values else np.empty(0, dtype=object)
            )
        elif name in ("tied",):
            columns[name] = np.asarray(values, dtype=bool)
        elif name == "members":
            columns[name] = np.asarray(values, dtype=np.int64)
        else:
            columns[name] = np.asarray(values, dtype=np.float64)
    return Result(
        columns,
        {
            "measure": measure,
            "parameters": parameters,
            "data_checksum": data.checksum,
            **meta,
            **more,
        },
        recompute=again,
    )
