"""Complementarity gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._known_links import known_links
from kedja._profile import Profile
from kedja._result import Result
from kedja._run import Progress, context
from kedja.gap._need_bands import need_bands
from kedja.gap._needs import Needs, has_needs, needs_of
from kedja.gap._rows import NAN, Rows

if TYPE_CHECKING:
    from kedja._dataset import Dataset
    from kedja._graph import CompanyGraph

Form = Literal["need", "capability"]


def complementarity(
    data: Dataset,
    *,
    cluster: str | None = None,
    form: Form | None = None,
    threshold: float = 1.0,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    r"""Complementarity between clusters, and what a cluster's ties do not yet deliver.

    Need form: unmet_ak = max(0, need - home supply) and spare_bk = max(0, supply - home supply);

    .. math:: comp(b \to a) = \frac{\sum_k \omega_k \min(unmet_{ak}, spare_{bk})}
              {\sum_k \omega_k\, unmet_{ak}}

    the pair's ``complementarity`` is sqrt(comp(b -> a) comp(a -> b)). A cluster's gap is 1 minus
    what clusters it is tied to could deliver over what all clusters could. Pairs count a spare once
    for everyone who wants it; in the joint optimum (``joint``, a transportation problem that
    separates by kind and has a closed form) it is delivered once, scarce spares in proportion.

    Capability form: added_ab = sum over the capabilities k that b is specialised in and a is not of
    how near k is to what a has: sum_l M_al phi_lk / sum_l phi_lk (phi_kk = 0); the pair's
    ``complementarity`` is sqrt(added_ab added_ba) divided by the largest pair. A cluster's gap is 1
    minus the part of its lacking, needed capabilities that a cluster it already shares projects or
    links with is specialised in, of those that any cluster is.

    Parameters
    ----------
    data : Dataset
    cluster : str, optional
        One cluster; default: all.
    form : {'need', 'capability'}, optional
        Default: need where needs, stages or an input-output table say what members need
        (``meta["form"]``, ``meta["need_basis"]``), else capability. With form="need" and none of
        them, supply links do: what members buy, sell, and sell to each other.
    threshold : float > 0, default 1
        Capability form: specialised in k with at least so many times the common share.
    draws : int >= 20, default 200
        Draws for the band (low, high: 5 and 95 per cent), the other clusters as they are. Need form:
        of the members' shares of what they need, have and buy. Capability form: of as many other
        companies of the same kind, of whose gaps at least about nine in ten lie in the band, each
        end taking for every capability the end of its share that moves the gap that way. Where
        shares are close to the threshold that is not the gap at the true shares: chance alone then
        says what a cluster is specialised in. As many draws of random companies, as many, tied to
        as many clusters at random (``random_low``, ``random_mid``, ``random_high``: 2.5, 50, 97.5
        per cent).
    seed, threads, progress
        See `capability`.

    Returns
    -------
    Result
        A row per cluster for the whole (item "", ``gap``), then its ten most complementary
        clusters: ``cluster``, ``item``, ``gap`` (of an item: the part of what any cluster could
        meet that this one could and clusters with ties could not; 0 where they are tied), ``low``, ``high``, ``complementarity`` in
        [0, 1], ``tied`` (whether any tie exists), ``alone`` (need form: part of the unmet need that
        all others could meet if nobody else asked; capability form: part of its need that it lacks
        and another cluster is specialised in), ``delivered`` (the part of ``alone`` that clusters
        with ties do: gap = 1 - delivered / alone), ``joint`` (need form: the part met in the joint optimum),
        ``random_low``, ``random_mid``, ``random_high``, ``status`` (``ok``, ``inferred``,
        ``too_small``: no members, ``undecided``: no links or participations at all, so nothing
        says what is delivered, or no other cluster).

    Raises
    ------
    InvalidArgumentError
        Neither capabilities nor NACE codes; an unknown cluster or form; form="need" without
        anything that says what is needed; fewer than 20 draws.

    References
    ----------
    After Balland and Boschma 2021, https://doi.org/10.1080/00343404.2020.1861240.
    O(clusters^2 capabilities).

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": list("abc")},
    ...     memberships={"company": list("abc"), "cluster": list("xyz")},
    ...     capabilities={"company": list("abc"), "capability": list("klm")},
    ...     needs={"company": ["a", "a"], "capability": ["l", "m"]},
    ...     links={"source": ["a"], "target": ["b"]})
    >>> found = kedja.gap.complementarity(data, cluster="x")
    >>> found["gap"].tolist(), found["item"].tolist()
    ([0.5, 0.5], ['', 'z'])
    """
    if form not in (None, "need", "capability"):
        raise InvalidArgumentError(f"form must be 'need' or 'capability', not {form!r}")
    profile = Profile(data)
    chosen = profile.chosen(cluster)
    tied = tied_clusters(data, profile)
    linked = bool(tied.any()) or bool(link_graphs(data))
    if form is None:
        form = "need" if has_needs(profile) else "capability"
    rows = Rows(
        cluster="",
        item="",
        gap=NAN,
        low=NAN,
        high=NAN,
        complementarity=NAN,
        tied=False,
        alone=NAN,
        joint=NAN,
        delivered=NAN,
        random_low=NAN,
        random_mid=NAN,
        random_high=NAN,
        status="ok",
    )
    meta = {**profile.meta(), "form": form, "seed": seed, "linked": linked}
    if form == "need":
        needs = needs_of(data, profile)
        if draws < 20:
            raise InvalidArgumentError("draws must be at least 20")
        pair, offer, gap, more = _of_needs(needs, tied)
        assert needs.shares is not None
        band, random = need_bands(
            needs,
            needs.shares,
            gap,
            tied,
            profile.members(),
            chosen,
            draws,
            seed,
        )
        meta["need_basis"], meta["joint_total"] = needs.basis, more["total"]
        known = np.asarray([g == g for g in gap])
        status = "inferred" if needs.inferred else "ok"
    else:
        pair, offer, band, random, alone, delivered = capability_pairs(
            profile,
            tied,
            threshold=threshold,
            draws=draws,
            seed=seed,
            run=context(progress, "complementarity", threads),
        )
        gap, known, status = band[0], profile.size > 0, profile.status
        more = {"alone": alone, "delivered": delivered}
    for a in chosen:
        name = profile.clusters[a]
        partners = tied[a].copy()
        partners[a] = False
        cells = {key: more[key][a] for key in ("alone", "joint", "delivered") if key in more}
        if not known[a]:
            rows.add(cluster=name, status="too_small" if not profile.size[a] else "no_data")
            continue
        if linked and np.count_nonzero(profile.size) > 1:
            cells |= {"gap": gap[a], "status": status, "low": band[1][a], "high": band[2][a]}
            cells |= {"random_mid": random[0][a], "random_low": random[1][a]}
            cells |= {"random_high": random[2][a]}
        else:
            cells["status"] = "undecided"
        rows.add(cluster=name, tied=bool(partners.any()), **cells)
        for b in np.lexsort((np.arange(len(partners)), -pair[a], -offer[a]))[:10]:
            if b != a and (pair[a, b] > 0 or offer[a, b] > 0):
                rows.add(
                    cluster=name,
                    item=profile.clusters[b],
                    gap=offer[a, b],
                    complementarity=pair[a, b],
                    tied=bool(tied[a, b]),
                    alone=cells["alone"],
                    status=status,
                )
    return rows.result(
        "gap.complementarity",
        data,
        {"cluster": cluster, "form": form, "threshold": threshold, "draws": draws},
        meta,
        lambda: complementarity(
            data,
            cluster=cluster,
            form=form,
            threshold=threshold,
            draws=draws,
            seed=seed,
            threads=threads,
            progress=False,
        ),
    )


def _of_needs(needs: Needs, tied: np.ndarray) -> tuple[Any, ...]:
    """Mutual pairs, what each could add, the gap, and what could be met."""
    n = len(tied)
    comp, offer, unmet, alone, joint, delivered, gap, total = _core.unmet_need(
        needs.need.ravel(),
        needs.supply.ravel(),
        None if needs.home is None else needs.home.ravel(),
        n,
        needs.need.shape[1],
        needs.omega,
        tied.ravel(),
    )
    comp = comp.reshape(n, n)
    if needs.delivered is not None:  # what is bought from other clusters is seen, not guessed
        with np.errstate(invalid="ignore", divide="ignore"):
            delivered = np.where(unmet > 0, needs.delivered / unmet, 0.0)
            gap = np.where(alone > 0, np.clip(1 - delivered / alone, 0.0, 1.0), 0.0)
    gap = np.where(needs.need.sum(axis=1) > 0, gap, np.nan)
    return (
        np.sqrt(comp * comp.T),
        offer.reshape(n, n),
        gap,
        {
            "alone": np.where(unmet > 0, alone, np.nan),
            "joint": np.where(unmet > 0, joint, np.nan),
            "delivered": np.where(unmet > 0, delivered, np.nan),
            "total": float(total),
            "comp": comp,
        },
    )


def capability_pairs(
    profile: Profile,
    tied: np.ndarray,
    *,
    run: dict[str, Any],
    threshold: float = 1.0,
    draws: int = 20,
    seed: int = 0,
    count_itself: bool = False,
) -> tuple[np.ndarray, np.ndarray, Any, Any, np.ndarray, np.ndarray]:
    """Complementarity of each pair of clusters, what each could add, the gap, random clusters, and
    what the gap is 1 minus the quotient of; `count_itself`: a capability is near itself."""
    pair, offer, gap, random, wanted, delivered = _core.complementarity(
        profile.core,
        profile.groups._core,
        profile.has,
        profile.nearness(count_itself=count_itself).ravel(),
        tied.ravel(),
        float(threshold),
        int(draws),
        int(seed),
        **run,
    )
    shape = tied.shape
    return pair.reshape(shape), offer.reshape(shape), gap, random, wanted, delivered


def usefulness(data: Dataset, profile: Profile, *, count_itself: bool = False) -> np.ndarray:
    """How useful a tie between two clusters would be: comp(a -> b) + comp(b -> a) where needs are
    known, else their complementarity by capabilities."""
    nobody = np.zeros((len(profile.clusters),) * 2, dtype=bool)
    if has_needs(profile):
        comp = _of_needs(needs_of(data, profile), nobody)[-1]["comp"]
        return np.asarray(comp + comp.T)
    run = {"threads": 0, "progress": None}
    return capability_pairs(profile, nobody, run=run, count_itself=count_itself)[0]


def link_graphs(data: Dataset) -> list[CompanyGraph]:
    """The graphs in which two companies count as linked, empty ones left out."""
    data = known_links(data)
    graphs = [data.graph(kind) for kind in ("supply", "collaboration")]
    return [graph for graph in graphs if graph.num_links]


def tied_clusters(data: Dataset, profile: Profile) -> np.ndarray:
    """Clusters by clusters: whether their members share a project or have a link."""
    n = len(profile.clusters)
    tied = np.zeros((n, n), dtype=bool)
    for graph in link_graphs(data):
        a, b, _, _, _ = _core.tie_counts(graph._core, profile.groups._core)
        tied[a, b] = tied[b, a] = True
    return tied
