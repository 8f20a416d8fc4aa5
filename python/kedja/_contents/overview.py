"""All clusters together: every cluster's gaps side by side, and the strongest and weakest ties."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._contents.facts import Facts, item_texts, number, provenance
from kedja._errors import InvalidArgumentError
from kedja._result import Result

if TYPE_CHECKING:
    from kedja._dataset import Dataset

MEASURES = ("capability", "complementarity", "tie_deficit", "reach")
_PAIRS = 10  # ties shown at either end
_SIGNIFICANT = 0.05  # false discovery rate


def overview(
    data: Dataset,
    facts: Facts,
    parts: dict[str, Any],
    tested: Result | None,
    draws: int,
    seed: int,
    threads: int,
) -> None:
    """Fill ``parts["overview"]``; `tested` are the ties between clusters against chance, if any."""
    from kedja import gap
    from kedja._report.content import ClusterRow, Overview

    run: dict[str, Any] = {"draws": draws, "seed": seed, "threads": threads, "progress": False}
    try:
        capability = gap.capability(data, **run)
    except InvalidArgumentError:
        return  # neither capabilities nor industries: nothing to compare clusters by
    provenance(parts, "overview", capability)
    found = {"capability": _wholes(capability)}
    if tested is not None:
        others = {
            "complementarity": gap.complementarity(data),
            "tie_deficit": gap.tie_deficit(data, **run),
        }
        if any(facts.country.values()):
            others["reach"] = gap.reach(data, by="country")
        for measure, result in others.items():
            provenance(parts, "overview", result)
            found[measure] = _wholes(result)
    texts = item_texts(data)
    most = _largest_items(capability)
    rows = []
    for cluster in sorted(facts.members):
        whole = {measure: found.get(measure, {}).get(cluster, {}) for measure in MEASURES}
        item, filler = most.get(cluster, ("", ""))
        needs = whole["capability"]
        rows.append(
            ClusterRow(
                id=cluster,
                name=facts.cluster_name.get(cluster, cluster),
                country=facts.cluster_country.get(cluster, ""),
                companies=len(facts.members[cluster]),
                capability=number(needs.get("gap", math.nan)),
                low=number(needs.get("low", math.nan)),
                high=number(needs.get("high", math.nan)),
                random_high=number(needs.get("random_high", math.nan)),
                missing=texts.get(item, item),
                filler_cluster=facts.cluster_name.get(filler, filler),
                complementarity=number(whole["complementarity"].get("gap", math.nan)),
                tie_deficit=number(whole["tie_deficit"].get("gap", math.nan)),
                reach=number(whole["reach"].get("gap", math.nan)),
            )
        )
    strongest, weakest, more, fewer = _extremes(facts, tested)
    parts["overview"] = Overview(
        clusters=tuple(rows),
        strongest=strongest,
        weakest=weakest,
        pairs=0 if tested is None else len(tested),
        more=more,
        fewer=fewer,
    )


def _wholes(result: Result) -> dict[str, dict[str, Any]]:
    """The row of each cluster that stands for the measure as a whole."""
    at = np.flatnonzero(result["item"] == "")
    return {result["cluster"][i]: {name: result[name][i] for name in result.columns} for i in at}


def _largest_items(result: Result) -> dict[str, tuple[str, str]]:
    """Each cluster's most missing capability and the cluster that is strongest in it."""
    best: dict[str, tuple[float, str, str]] = {}
    for i in np.flatnonzero((result["item"] != "") & (result["gap"] > 0)):
        cluster, size = result["cluster"][i], float(result["gap"][i])
        if cluster not in best or size > best[cluster][0]:
            best[cluster] = (size, result["item"][i], result["filler_cluster"][i])
    return {cluster: (item, filler) for cluster, (_, item, filler) in best.items()}


def _extremes(
    facts: Facts, tested: Result | None
) -> tuple[tuple[Any, ...], tuple[Any, ...], int, int]:
    """Pairs with most ties beyond chance and fewest below it, and how many pairs are either."""
    from kedja._report.content import TiePair

    if tested is None:
        return (), (), 0, 0
    z, q = tested["z"], tested["qvalue"]
    other = (tested["a"] != tested["b"]) & np.isfinite(z) & (q <= _SIGNIFICANT)

    def pair(i: int) -> Any:
        a, b = tested["a"][i], tested["b"][i]
        return TiePair(
            a=facts.cluster_name.get(a, a),
            b=facts.cluster_name.get(b, b),
            observed=number(tested["observed"][i]),
            expected=number(tested["expected"][i]),
            z=number(z[i]),
            q=number(q[i]),
            companies=min(len(facts.members.get(a, [])), len(facts.members.get(b, []))),
        )

    # The surest first, of equals the one farthest from chance; then by name, never by row order.
    far = np.abs(tested["observed"] - tested["expected"])
    order = np.lexsort((tested["b"], tested["a"], -far, q))
    few = [i for i in order if other[i] and z[i] < 0]
    many = [i for i in order if other[i] and z[i] > 0]
    return (
        tuple(pair(i) for i in many[:_PAIRS]),
        tuple(pair(i) for i in few[:_PAIRS]),
        len(many),
        len(few),
    )
