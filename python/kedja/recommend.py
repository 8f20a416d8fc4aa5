"""Partners: who should link with whom, in a first honest form: evidence named, no probability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._errors import InvalidArgumentError
from kedja._profile import Profile
from kedja._result import Result
from kedja._run import Progress

if TYPE_CHECKING:
    from kedja._dataset import Dataset

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
        Exactly one: partners for a company, or for the members of a cluster.
    k : int >= 1, default 10
    progress
        See `CompanyGraph`.

    Returns
    -------
    Result
        At most k rows by falling score: ``source``, ``target``, ``score`` in [0, 1], the features
        (``common_neighbours`` shared partners; ``adamic_adar`` and ``resource_allocation`` weigh
        them by 1/log(degree) and 1/degree; ``preferential_attachment`` product of degrees;
        ``capability_similarity`` cosine; ``capability_complementarity`` share of the target's
        capabilities that the source lacks; ``same_country``), ``reasons``, ``status``.

    Raises
    ------
    InvalidArgumentError
        Unknown company or cluster (with the nearest name), or both given, or none.

    References
    ----------
    Adamic and Adar 2003, https://doi.org/10.1016/S0378-8733(03)00009-1; Zhou, Lu and Zhang 2009,
    https://doi.org/10.1140/epjb/e2009-00335-8

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
    if isinstance(k, bool) or int(k) != k or k < 1:
        raise InvalidArgumentError(f"k must be a whole number >= 1, not {k!r}")
    ids = data.ids
    frame = data.companies.to_pandas()
    member, has = _profile(data)
    if company is not None:
        rows = np.flatnonzero(ids == company)
        if len(rows) == 0:
            import difflib

            near = difflib.get_close_matches(str(company), ids.tolist(), 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InvalidArgumentError(f"there is no company {company!r}{hint}")
    else:
        clusters = sorted(data.clusters.to_pandas()["id"], key=lambda text: text.encode("utf-8"))
        if cluster not in clusters:
            import difflib

            near = difflib.get_close_matches(str(cluster), clusters, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InvalidArgumentError(f"there is no cluster {cluster!r}{hint}")
        rows = np.flatnonzero(member[:, clusters.index(cluster)])
    offset, neighbour = _neighbours(data)
    degree = np.diff(offset)
    named = (frame["name"] != "").to_numpy() if "name" in frame else np.ones(len(ids), dtype=bool)
    country = (
        frame["country"].to_numpy(dtype=object)
        if "country" in frame
        else np.full(len(ids), "", dtype=object)
    )
    found: list[tuple[Any, ...]] = []
    for i in rows:
        if not named[i]:
            continue
        mine = neighbour[offset[i] : offset[i + 1]]
        if len(mine) == 0:
            continue
        middle = np.repeat(mine, degree[mine])
        far = np.concatenate([neighbour[offset[j] : offset[j + 1]] for j in mine])
        order = np.argsort(far, kind="stable")  # sums in a fixed order
        far, middle = far[order], middle[order]
        target, first = np.unique(far, return_index=True)
        shared = np.diff(np.append(first, len(far)))
        adamic = np.add.reduceat(1 / np.log(np.maximum(degree[middle], 2)), first)
        allocation = np.add.reduceat(1 / degree[middle], first)
        keep = (target != i) & named[target] & ~np.isin(target, mine)
        keep &= ~(member[target] & member[i][None, :]).any(axis=1)
        if cluster is not None:
            keep &= ~np.isin(target, rows)
        for t, c, aa, ra in zip(
            target[keep], shared[keep], adamic[keep], allocation[keep], strict=True
        ):
            both = (has[i] & has[t]).sum()
            size = np.sqrt(has[i].sum() * has[t].sum())
            similar = both / size if size else 0.0
            complement = (has[t] & ~has[i]).sum() / has[t].sum() if has[t].sum() else 0.0
            found.append(
                (
                    i,
                    t,
                    int(c),
                    aa,
                    ra,
                    float(degree[i] * degree[t]),
                    similar,
                    complement,
                    bool(country[i] and country[i] == country[t]),
                )
            )
    columns = {
        name: np.array([row[n + 2] for row in found], dtype=float)
        for n, name in enumerate(FEATURES)
    }
    score = np.mean([_rank(columns[name]) for name in _SCORED], axis=0) if found else np.empty(0)
    best = _one_per_target(found, score, k)
    reasons = [_reasons({name: columns[name][b] for name in FEATURES}) for b in best]
    made: dict[str, np.ndarray] = {
        "source": ids[[found[b][0] for b in best]] if best else np.empty(0, dtype=object),
        "target": ids[[found[b][1] for b in best]] if best else np.empty(0, dtype=object),
        "score": score[best] if best else np.empty(0),
        **{name: columns[name][best] for name in FEATURES},
        "reasons": np.asarray(reasons, dtype=object),
        "status": np.asarray(["ok"] * len(best), dtype=object),
    }
    return Result(
        made,
        {
            "measure": "recommend.partners",
            "parameters": {"company": company, "cluster": cluster, "k": k},
            "data_checksum": data.checksum,
            "candidates": len(found),
            "scored_by": list(_SCORED),
            "note": "a rank among candidates, not a probability",
        },
        recompute=lambda: partners(data, company=company, cluster=cluster, k=k, progress=False),
    )


def _profile(data: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Members (companies by clusters) and capabilities (companies by capabilities)."""
    try:
        profile = Profile(data)
    except InvalidArgumentError:
        import pandas as pd

        ids = data.ids
        members = data.memberships.to_pandas()
        clusters = sorted(data.clusters.to_pandas()["id"], key=lambda text: text.encode("utf-8"))
        member = np.zeros((len(ids), len(clusters)), dtype=bool)
        row_of = pd.Series(np.arange(len(ids)), index=pd.Index(ids))
        if len(members):
            member[
                row_of.loc[members["company"]].to_numpy(),
                [clusters.index(c) for c in members["cluster"]],
            ] = True
        return member, np.zeros((len(ids), 0), dtype=bool)
    return profile.member, profile.has


def _neighbours(data: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Rows of neighbours over collaboration and supply links, both ways, without repetition."""
    pairs = []
    for kind in ("collaboration", "supply"):
        graph = data.graph(kind)
        if graph.num_links:
            source, target, _ = graph._link_rows()
            pairs += [np.stack([source, target]), np.stack([target, source])]
    n = len(data.ids)
    if not pairs:
        raise InvalidArgumentError(
            "partners are found through links or participations, and there are none"
        )
    both = np.unique(np.concatenate(pairs, axis=1), axis=1)
    both = both[:, both[0] != both[1]]
    offset = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(both[0], minlength=n), out=offset[1:])
    return offset, both[1]


def _rank(values: np.ndarray) -> np.ndarray:
    """Ranks in (0, 1], ties sharing their mean rank."""
    _, inverse, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    made: np.ndarray = ((last - count + 1 + last) / 2)[inverse] / len(values)
    return made


def _one_per_target(found: list[tuple[Any, ...]], score: np.ndarray, k: int) -> list[int]:
    """The k best pairs, at most one per target and two per source, ties by position."""
    order = sorted(range(len(found)), key=lambda b: (-score[b], found[b][0], found[b][1]))
    chosen: list[int] = []
    targets: set[int] = set()
    sources: dict[int, int] = {}
    several = len({f[0] for f in found}) > 1
    for b in order:
        source, target = found[b][0], found[b][1]
        if target in targets or (several and sources.get(source, 0) >= 2):
            continue
        chosen.append(b)
        targets.add(target)
        sources[source] = sources.get(source, 0) + 1
        if len(chosen) == k:
            break
    return chosen


def _reasons(f: dict[str, float]) -> str:
    said = [f"{f['common_neighbours']:.0f} shared partners"]
    if f["capability_similarity"] > 0:
        said.append(f"similar work (cosine {f['capability_similarity']:.2f})")
    if f["capability_complementarity"] > 0:
        said.append(f"{f['capability_complementarity']:.0%} of what it does is new to the source")
    said.append("same country" if f["same_country"] else "another country")
    return "; ".join(said)
