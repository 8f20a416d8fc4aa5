"""The most central companies and the brokers between clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._contents.facts import Facts, best_graph, number, provenance

if TYPE_CHECKING:
    from kedja._dataset import Dataset


_EXACT_LIMIT = 5000  # companies up to which betweenness is exact


def central(
    data: Dataset, facts: Facts, cluster: str | None, parts: dict[str, Any], threads: int, say: Any
) -> None:
    from kedja import centrality, structure
    from kedja._report.content import Broker, CentralCompany, CentralMeasure, Text

    graph = best_graph(data)
    epsilon = 0.01 if graph.num_companies > _EXACT_LIMIT else None
    harmonic = centrality.harmonic_closeness(graph, threads=threads, progress=False)
    say(0.2)
    between = centrality.betweenness(graph, epsilon=epsilon, threads=threads, progress=False)
    say(0.7)
    rank = centrality.pagerank(graph, threads=threads, progress=False)
    degree = centrality.degree(graph)
    for result in (harmonic, between, rank):
        provenance(parts, "central", result)
    order = [
        i
        for i in np.argsort(-harmonic["harmonic_closeness"], kind="stable")
        if facts.name.get(graph.ids[i], "x")
    ][:15]
    parts["central_measures"] = (
        CentralMeasure(
            key="harmonic", label=Text(en="Closeness to all others", sv="Närhet till alla andra")
        ),
        CentralMeasure(
            key="betweenness",
            label=Text(en="Lies between others", sv="Ligger mellan andra"),
            help=Text(
                en="Estimated: no score errs by more than 0.01, with probability 0.9",
                sv="Uppskattad: inget värde avviker mer än 0,01, med sannolikhet 0,9",
            )
            if epsilon
            else "",
        ),
        CentralMeasure(
            key="pagerank",
            label=Text(en="Weight among the linked", sv="Tyngd bland de länkade"),
            digits=5,
        ),
        CentralMeasure(key="degree", label=Text(en="Partners", sv="Partner"), digits=0),
    )
    parts["central"] = tuple(
        CentralCompany(
            id=graph.ids[i],
            name=facts.label(graph.ids[i]),
            cluster=facts.cluster_of.get(graph.ids[i], ""),
            country=facts.country.get(graph.ids[i], ""),
            type=facts.type.get(graph.ids[i], ""),
            values=(
                number(harmonic["harmonic_closeness"][i]),
                number(between["betweenness"][i]),
                number(rank["pagerank"][i]),
                number(degree["degree"][i]),
            ),
        )
        for i in order
    )
    if len(data.memberships):
        broker = structure.brokerage(graph, data.groups("cluster"), threads=threads, progress=False)
        provenance(parts, "central", broker)
        across = broker["total"] - broker["coordinator"]
        best = [
            i
            for i in np.argsort(-np.nan_to_num(across), kind="stable")
            if facts.name.get(graph.ids[i], "x")
        ][:15]
        roles = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison", "total")
        parts["brokers"] = tuple(
            Broker(
                id=graph.ids[i],
                name=facts.label(graph.ids[i]),
                cluster=facts.cluster_of.get(graph.ids[i], ""),
                country=facts.country.get(graph.ids[i], ""),
                **{role: number(broker[role][i]) for role in roles},
            )
            for i in best
            if across[i] > 0
        )
    say(1.0)
