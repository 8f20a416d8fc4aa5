"""Ties between clusters against chance, and the regions that ties end in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kedja._contents.facts import Facts, best_graph, number, provenance
from kedja._result import Result

if TYPE_CHECKING:
    from kedja._dataset import Dataset


_HEAT_CLUSTERS = 24


def ties(
    data: Dataset,
    facts: Facts,
    cluster: str | None,
    parts: dict[str, Any],
    draws: int,
    seed: int,
    threads: int,
) -> Result:
    """Fill the matrix of ties near the cluster and its regions; all tested pairs are returned."""
    from kedja._report.content import ClusterLabel, RegionTies, Text, TieCell, TieMatrix
    from kedja.gap._tie_deficit import significance

    tested = significance(data, draws=draws, seed=seed, threads=threads, progress=False)
    if tested.meta["parameters"]["null"] == "coparticipation":
        null = Text(
            en="Chance: participations dealt at random inside each field and year",
            sv="Slump: deltaganden fördelade slumpvis inom varje område och år",
        )
    else:
        null = Text(
            en="Chance: links drawn at random with every company's number of links kept",
            sv="Slump: länkar dragna slumpvis med varje företags antal länkar bevarat",
        )
    provenance(parts, "ties", tested)
    weight: dict[str, float] = {}
    for a, b, seen in zip(tested["a"], tested["b"], tested["observed"], strict=True):
        near = cluster is None or cluster in (a, b)
        for name in (a, b):
            weight[name] = weight.get(name, 0.0) + (seen if near else 0.001 * seen)
    shown = sorted(weight, key=lambda name: (name != cluster, -weight[name], name))[:_HEAT_CLUSTERS]
    shown = (
        [cluster, *sorted(c for c in shown if c != cluster)] if cluster in shown else sorted(shown)
    )
    at = {name: i for i, name in enumerate(shown)}
    cells = tuple(
        TieCell(
            row=at[a],
            column=at[b],
            observed=number(o),
            expected=number(e),
            z=number(z),
            q=number(q),
            companies=min(len(facts.members.get(a, [])), len(facts.members.get(b, []))),
        )
        for a, b, o, e, z, q in zip(
            tested["a"],
            tested["b"],
            tested["observed"],
            tested["expected"],
            tested["z"],
            tested["qvalue"],
            strict=True,
        )
        if a in at and b in at
    )
    labels = tuple(
        ClusterLabel(
            id=name,
            name=facts.cluster_name.get(name, name),
            short=name,
            country=facts.cluster_country.get(name, ""),
            members=len(facts.members.get(name, [])),
        )
        for name in shown
    )
    parts["ties"] = TieMatrix(
        clusters=labels, cells=cells, null=null, directed=tested.meta["directed"]
    )
    if cluster is not None and facts.nuts:
        members = set(facts.members.get(cluster, []))
        graph = best_graph(data)
        source, target, _ = graph._link_rows()
        counts: dict[str, float] = {}
        seen_in: dict[str, set[str]] = {}
        for i, j in zip(graph.ids[source], graph.ids[target], strict=True):
            for one, other in ((i, j), (j, i)):
                if one in members and other not in members and len(facts.nuts.get(other, "")) >= 4:
                    region = facts.nuts[other][:4]
                    counts[region] = counts.get(region, 0.0) + 1
                    seen_in.setdefault(region, set()).add(other)
        home = facts.cluster_region.get(cluster, "")
        parts["regions"] = tuple(
            RegionTies(
                nuts2=region,
                ties=counts[region],
                companies=len(seen_in[region]),
                own=region == home,
            )
            for region in sorted(counts)
        )
    return tested
