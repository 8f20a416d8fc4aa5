"""The best few new links, chosen together under budgets, with a bound on what is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._measure import whole
from kedja._profile import Profile
from kedja._result import Result
from kedja._run import Progress, callback, context, stage
from kedja.recommend._explain import explained, same_owner
from kedja.recommend._fit import fit
from kedja.recommend._fitted import FEATURES
from kedja.recommend._goals import WHY_NONE, Integration, Reach, greedy
from kedja.recommend._names import leading_word
from kedja.recommend._search import Filter, best, eligible
from kedja.recommend._two_hop import pair_columns

if TYPE_CHECKING:
    from kedja._dataset import Dataset

Offer = tuple[int, int, int, float]  # source, target, the cluster that gains, score


def links(
    data: Dataset,
    *,
    cluster: str | None = None,
    k: int = 10,
    objective: Literal["need", "integration", "reach"] = "need",
    per_company: int = 1,
    per_cluster: int | None = None,
    fragility: float = 1.0,
    candidates: int = 10,
    pairs: Any = None,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Result:
    """The k new links that together cover most unmet need, and spare clusters single sources.

    Every candidate link joins a member of a cluster with a company elsewhere and brings that
    company's capabilities to the cluster. Two things count, both with falling returns: *covered
    need*, the need of a cluster for a capability that fewer members have than is usual among all
    companies (times the need for it), filled up to that usual number; and *fragility*, capabilities
    that one member alone has, which a second source outside relieves once. Links are chosen one
    after the other (lazy greedy).

    Parameters
    ----------
    data : Dataset
        With clusters and capabilities (or NACE codes).
    cluster : str, optional
        New links of one cluster; default: of all.
    k : int >= 1, default 10
    objective : {'need', 'integration', 'reach'}, default 'need'
        ``need``: as above. ``integration``: how near clusters are to each other, the mean over all
        pairs of clusters of 1 / steps between them (0: no way), where two clusters are a step apart
        when members of theirs have worked together or they share a member. ``reach``: the share
        of all companies within two links of a member, mean over the asked clusters. For the last
        two links are chosen greedily too, but these goals are *not submodular*: there is no
        guarantee and no bound (both NaN). `fragility` does not apply to them.
    per_company : int, default 1
        At most so many new links for a member, and for a company elsewhere.
    per_cluster : int, optional
        At most so many new links for one cluster.
    fragility : float >= 0, default 1
        Worth of a second source for the one holder of a capability, in units of a fully covered
        need of the same weight; 0 leaves it out.
    candidates : int, default 10
        Partners per member that may be chosen (see `fit`); none that ownership links put into
        the member's own corporate group.
    pairs : table with columns source and target, optional
        Choose among these links instead; source is the member.
    seed, threads, progress
        See `fit`.

    Returns
    -------
    Result
        In the order chosen: ``source``, ``target``, ``cluster`` (that gains), ``gain`` (share of
        all unmet need and fragility that the link covers on top of those before; for another
        objective, by how much that rises), ``total``,
        ``brings`` (the capabilities that count), ``score`` (see `PartnerModel.score`; of links that
        add the same, the best score is chosen, names that suggest one corporate group last), ``asked_by``, ``supply_fit``,
        ``distance_km`` and ``reasons`` (see `PartnerModel.partners`), ``status``.
        ``meta``: ``value`` (the last total), ``bound`` (no choice of k candidate links covers
        more), ``certificate`` (value / bound), ``guarantee``.

    Raises
    ------
    InvalidArgumentError
        No clusters with capabilities, an unknown cluster, a cluster without unmet needs.

    Notes
    -----
    The objective is monotone and submodular: greedy choice reaches at least 1 - 1/e = 63 % of the
    best without budgets, and 1 / (1 + number of kinds of budgets) within them; the certificate
    is usually far higher. ``integration`` and ``reach`` are goals on the whole network: not
    submodular, and greedy choice has no such guarantee for them.
    O(k * different gains * clusters^2) time for integration, O(k * offers * partners) for reach.

    References
    ----------
    Nemhauser, Wolsey and Fisher 1978, https://doi.org/10.1007/BF01588971; Minoux 1978,
    https://doi.org/10.1007/BFb0006528; Leskovec et al. 2007,
    https://doi.org/10.1145/1281192.1281239.

    Examples
    --------
    >>> import kedja
    >>> data = kedja.from_tables(
    ...     companies={"id": list("abcd"), "name": list("ABCD")},
    ...     memberships={"company": list("abcd"), "cluster": list("xxyy")},
    ...     capabilities={"company": list("abcd"), "capability": ["weld", "weld", "cast", "paint"]})
    >>> found = kedja.recommend.links(data, cluster="x", k=2)
    >>> list(zip(found["target"], found["brings"]))
    [('c', 'cast'), ('d', 'paint')]
    """
    if not fragility >= 0:
        raise InvalidArgumentError(f"fragility must be >= 0, not {fragility!r}")
    if objective not in ("need", "integration", "reach"):
        raise InvalidArgumentError(
            f"objective must be 'need', 'integration' or 'reach', not {objective!r}"
        )
    profile = Profile(data, required=objective == "need")
    if not profile.clusters:
        raise InvalidArgumentError("new links are chosen for clusters, and there are none")
    asked = profile.chosen(cluster)
    members = profile.members()
    learning, searching, progress = (
        stage(progress, label, first, last)
        for label, first, last in (
            ("fitting", 0.0, 0.5),
            ("partners", 0.5, 0.8),
            ("new links", 0.8, 1.0),
        )
    )
    model = fit(data, seed=seed, threads=threads, progress=learning)
    clusters_of: dict[int, list[int]] = {}
    for g, inside in enumerate(members):
        for v in inside.tolist():
            clusters_of.setdefault(v, []).append(g)
    if objective != "need":
        return _toward(
            data, model, profile, clusters_of, objective, cluster=cluster, k=k, per_company=per_company,
            per_cluster=per_cluster, candidates=candidates, pairs=pairs, seed=seed,
            threads=threads, searching=searching, progress=progress,
        )  # fmt: skip
    has: dict[int, set[int]] = {}
    row, column, _ = profile.has.cells()
    for v, item in zip(row.tolist(), column.tolist(), strict=True):
        has.setdefault(v, set()).add(item)
    # Items are (cluster, capability) for need, then the same for fragility.
    m = len(profile.capabilities)
    holders = np.rint(profile.share * profile.size[:, None])
    usual = profile.common[None, :] * profile.size[:, None]
    short = np.maximum(usual - holders, 0.0)
    weight = np.broadcast_to(profile.need, short.shape)
    wanted = np.isin(np.arange(len(members)), asked)[:, None]
    needed = np.where(wanted, short, 0.0)
    worth = np.divide(weight, short, out=np.zeros_like(short), where=needed > 0)  # per company
    alone = np.where(wanted & (holders == 1), 1.0, 0.0)
    lone_worth = fragility * weight * alone
    total = float((worth * needed).sum() + lone_worth.sum())
    if total <= 0:
        raise InvalidArgumentError(
            f"cluster {cluster!r} has no unmet need and no single source: nothing to choose for"
            if cluster is not None
            else "no cluster has an unmet need or a single source: nothing to choose for"
        )
    if pairs is not None:
        source, target = (list(column) for column in pair_columns(pairs))
    else:
        asking = np.unique(np.concatenate([members[g] for g in asked]))
        every = Filter(newcomers=True)
        may = eligible(model, every)
        most = whole("candidates", candidates)
        found = best(model, asking, may, most, every, threads, searching)
        near = np.stack([found.source, found.target], axis=1).astype(np.int64)
        holding = _holders(needed + alone, has, members, asked, may, candidates)
        ends = np.unique(np.concatenate([near, holding]), axis=0)
        source, target = profile.ids[ends[:, 0]], profile.ids[ends[:, 1]]
    offers = _offers(model, source, target, clusters_of, asked, pairs is None, threads)
    cells = _cells(offers, has, needed, alone)
    covers = _core.Table(
        len(offers),
        2 * len(members) * m,
        np.array([c[0] for c in cells], dtype=np.uint32),
        np.array([c[1] for c in cells], dtype=np.uint32),
        None,
    )
    budgets = [
        (np.array([o[0] for o in offers], dtype=np.uint32), whole("per_company", per_company)),
        (np.array([o[1] for o in offers], dtype=np.uint32), per_company),
    ]
    if per_cluster is not None:
        accounts = np.array([o[2] for o in offers], dtype=np.uint32)
        budgets.append((accounts, whole("per_cluster", per_cluster)))
    chosen, gain, value, bound = _core.best_cover(
        covers,
        np.concatenate([worth.ravel(), lone_worth.ravel()]) / total,
        np.concatenate([needed.ravel(), alone.ravel()]),
        whole("k", k),
        budgets,
        **context(progress, "new links", threads),
    )
    picked = [offers[i] for i in chosen]
    bringing = [
        ", ".join(
            profile.capabilities[i]
            for i in sorted(has.get(v, ()))
            if needed[g, i] > 0 or alone[g, i] > 0
        )
        for _, v, g, _ in picked
    ]
    return Result(
        {
            "source": profile.ids[[o[0] for o in picked]],
            "target": profile.ids[[o[1] for o in picked]],
            "cluster": np.array([profile.clusters[o[2]] for o in picked], dtype=object),
            "gain": gain,
            "total": np.cumsum(gain),
            "brings": np.array(bringing, dtype=object),
            **_said(model, picked),
            "status": np.array([profile.status] * len(picked), dtype=object),
        },
        {
            "measure": "recommend.links",
            "parameters": {
                "cluster": cluster,
                "k": k,
                "objective": objective,
                "per_company": per_company,
                "per_cluster": per_cluster,
                "fragility": fragility,
                "candidates": candidates,
            },
            "seed": seed,
            "offers": len(offers),
            "value": value,
            "bound": bound,
            "certificate": value / bound if bound > 0 else 1.0,
            "guarantee": f"at least 1/{1 + len(budgets)} of the best within these budgets",
            "data_checksum": data.checksum,
            **profile.meta(),
        },
        recompute=lambda: links(
            data,
            cluster=cluster,
            k=k,
            per_company=per_company,
            per_cluster=per_cluster,
            fragility=fragility,
            candidates=candidates,
            pairs=pairs,
            seed=seed,
            threads=threads,
            progress=False,
        ),
    )


def _offers(
    model: Any,
    source: Any,
    target: Any,
    clusters_of: dict[int, list[int]],
    asked: np.ndarray,
    found: bool,
    threads: int,
) -> list[Offer]:
    """Pairs that link an asked cluster of the source with a company elsewhere, best score first.

    Equal gains go to the first offer; those whose names suggest one corporate group come last. Of
    pairs that were `found` and not given, those of one owner are left out.
    """
    history = model._history
    score = model.score((source, target), threads=threads, progress=False)["score"]
    wanted = set(asked.tolist())
    offers = []
    ends = (model._vertices(column).tolist() for column in (source, target))
    for u, v, value in zip(*ends, score.tolist(), strict=True):
        if found and same_owner(history, u, v):
            continue
        theirs = clusters_of.get(v, ())
        offers += [
            (u, v, g, value) for g in clusters_of.get(u, ()) if g in wanted and g not in theirs
        ]
    first = [leading_word(name) for name in history.name]
    offers.sort(key=lambda o: (first[o[0]] != "" and first[o[0]] == first[o[1]], -o[3], *o[:3]))
    return offers


def _cells(
    offers: list[Offer],
    has: dict[int, set[int]],
    needed: np.ndarray,
    alone: np.ndarray,
) -> list[tuple[int, int]]:
    """What each offer brings: offer and item; the items of fragility follow those of need."""
    clusters, m = needed.shape
    made = []
    for row, (_, v, g, _) in enumerate(offers):
        for i in sorted(has.get(v, ())):
            if needed[g, i] > 0 or alone[g, i] > 0:
                made.append((row, g * m + i))
            if alone[g, i] > 0:
                made.append((row, (clusters + g) * m + i))
    return made


def _said(model: Any, picked: list[Offer]) -> dict[str, Any]:
    """Score and evidence of chosen links."""
    source, target = (np.array([o[end] for o in picked], dtype=np.uint32) for end in (0, 1))
    known = model._evidence
    rows = known.features(source, target, **context(False, "evidence", 1))
    full = explained(known, source, target, rows, FEATURES)
    shown = ("asked_by", "supply_fit", "distance_km", "reasons")
    return {"score": np.array([o[3] for o in picked]), **{name: full[name] for name in shown}}


def _toward(
    data: Dataset,
    model: Any,
    profile: Profile,
    clusters_of: dict[int, list[int]],
    objective: Literal["integration", "reach"],
    *,
    cluster: str | None,
    k: int,
    per_company: int,
    per_cluster: int | None,
    candidates: int,
    pairs: Any,
    seed: int,
    threads: int,
    searching: Progress,
    progress: Progress,
) -> Result:
    """Links for a goal on the whole network."""
    members, asked = profile.members(), profile.chosen(cluster)
    if pairs is not None:
        source, target = (list(column) for column in pair_columns(pairs))
    else:
        asking = np.unique(np.concatenate([members[g] for g in asked]))
        every = Filter(newcomers=True)
        may = eligible(model, every)
        if objective == "integration":  # a company in no cluster joins none
            may &= np.isin(np.arange(len(may)), np.array(sorted(clusters_of)))
        most = whole("candidates", candidates)
        found = best(model, asking, may, most, every, threads, searching)
        source, target = profile.ids[found.source], profile.ids[found.target]
    offers = _offers(model, source, target, clusters_of, asked, pairs is None, threads)
    most_each = whole("per_company", per_company)
    budgets = [(np.array([o[end] for o in offers], dtype=np.uint32), most_each) for end in (0, 1)]
    if per_cluster is not None:
        accounts = np.array([o[2] for o in offers], dtype=np.uint32)
        budgets.append((accounts, whole("per_cluster", per_cluster)))
    goal: Integration | Reach = (
        Integration(model._history, members)
        if objective == "integration"
        else Reach(model._history, members, asked.tolist())
    )
    before = goal.value
    say = callback(progress, "new links") or (lambda fraction: None)
    chosen, gains = greedy(goal, offers, whole("k", k), budgets, say)
    say(1.0)
    picked = [offers[i] for i in chosen]
    brings = [", ".join(profile.clusters[g] for g in clusters_of.get(o[1], ())) for o in picked]
    return Result(
        {
            "source": profile.ids[[o[0] for o in picked]],
            "target": profile.ids[[o[1] for o in picked]],
            "cluster": np.array([profile.clusters[o[2]] for o in picked], dtype=object),
            "gain": np.array(gains),
            "total": before + np.cumsum(gains),
            "brings": np.array(brings, dtype=object),
            **_said(model, picked),
            "status": np.array(["ok"] * len(picked), dtype=object),
        },
        {
            "measure": "recommend.links",
            "parameters": {
                "cluster": cluster,
                "k": k,
                "objective": objective,
                "per_company": per_company,
                "per_cluster": per_cluster,
                "candidates": candidates,
            },
            "seed": seed,
            "offers": len(offers),
            "before": before,
            "value": goal.value,
            "bound": float("nan"),
            "certificate": float("nan"),
            "guarantee": WHY_NONE,
            "data_checksum": data.checksum,
        },
        recompute=lambda: links(
            data, cluster=cluster, k=k, objective=objective, per_company=per_company,
            per_cluster=per_cluster, candidates=candidates, pairs=pairs, seed=seed,
            threads=threads, progress=False,
        ),
    )  # fmt: skip


def _holders(
    wanted: np.ndarray,
    has: dict[int, set[int]],
    members: list[np.ndarray],
    asked: np.ndarray,
    eligible: np.ndarray,
    most: int,
) -> np.ndarray:
    """Pairs of a member and a company elsewhere that has a wanted capability.

    Per capability the `most` companies with most wanted capabilities; none where that would make
    more than 200,000 pairs.
    """
    made: list[tuple[int, int]] = []
    for g in asked.tolist():
        items = set(np.flatnonzero(wanted[g] > 0).tolist())
        inside = set(members[g].tolist())
        brings = {
            v: len(items & theirs)
            for v, theirs in has.items()
            if eligible[v] and v not in inside and not items.isdisjoint(theirs)
        }
        chosen: set[int] = set()
        for item in sorted(items):
            holders = [v for v in brings if item in has[v]]
            chosen.update(sorted(holders, key=lambda v: (-brings[v], v))[:most])
        if len(made) + len(chosen) * len(inside) > 200_000:
            break
        made += [(u, v) for u in sorted(inside) for v in sorted(chosen)]
    return np.array(made, dtype=np.int64).reshape(-1, 2)
