"""Suggested partners, and the picture of the cluster with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kedja._contents.facts import Facts, best_graph, number, provenance

if TYPE_CHECKING:
    from kedja._dataset import Dataset


def partners(data: Dataset, facts: Facts, cluster: str, parts: dict[str, Any]) -> None:
    from kedja import recommend
    from kedja._report.content import Edge, Network, Node, Partner, Reason, Text

    found = recommend.partners(data, cluster=cluster, k=10)
    provenance(parts, "partners", found, "a rank among candidates, not a probability")
    rows = []
    for i in range(len(found)):
        source, target = found["source"][i], found["target"][i]
        shared = int(found["common_neighbours"][i])
        new = found["capability_complementarity"][i]
        reasons = [
            Reason(text=Text(en=f"{shared} shared partners", sv=f"{shared} gemensamma partner")),
            Reason(
                text=Text(
                    en=f"similar work: cosine {found['capability_similarity'][i]:.2f}",
                    sv=f"liknande verksamhet: cosinus {found['capability_similarity'][i]:.2f}".replace(
                        ".", ","
                    ),
                )
            ),
        ]
        if new > 0:
            reasons.append(
                Reason(
                    text=Text(
                        en=f"{new:.0%} of what it does is new here",
                        sv=f"{new:.0%} av det den gör är nytt här",
                    )
                )
            )
        warnings = []
        if same_group(facts.label(source), facts.label(target)):
            warnings.append(
                Text(en="the names suggest one corporate group", sv="namnen tyder på samma koncern")
            )
        other = facts.cluster_of.get(target, "")
        rows.append(
            Partner(
                rank=i + 1,
                source=source,
                target=target,
                score=number(found["score"][i]),
                source_name=facts.label(source),
                target_name=facts.label(target),
                cluster=facts.cluster_name.get(other, other),
                country=facts.country.get(target, ""),
                reasons=tuple(reasons),
                warnings=tuple(warnings),
            )
        )
    parts["partners"] = tuple(rows)
    graph = best_graph(data)
    ids = graph.ids
    a, b, _ = graph._link_rows()
    members = {c for c in facts.members.get(cluster, [])}
    partners = {row.target for row in rows}
    touching: dict[str, set[str]] = {}
    for i, j in zip(ids[a], ids[b], strict=True):
        for one, other in ((i, j), (j, i)):
            if one in members or one in partners:
                touching.setdefault(other, set()).add(one)
    between = [
        c
        for c, ends in touching.items()
        if c not in members
        and c not in partners
        and ends & members
        and ends & partners
        and facts.name.get(c, "x")
    ]
    between = sorted(between, key=lambda c: (-len(touching[c]), c))[:12]
    linked = {row.source for row in rows} | {
        m for c in between for m in touching[c] if m in members
    }
    drawn = sorted(linked)[:24]
    nodes = [
        Node(
            id=c,
            label=facts.label(c),
            role="member",
            group=cluster,
            country=facts.country.get(c, ""),
        )
        for c in drawn
    ]
    nodes += [
        Node(
            id=c,
            label=facts.label(c),
            role="partner",
            group=facts.cluster_of.get(c, ""),
            country=facts.country.get(c, ""),
        )
        for c in sorted(partners)
    ]
    nodes += [
        Node(
            id=c,
            label=facts.label(c),
            role="between",
            group=facts.cluster_of.get(c, ""),
            country=facts.country.get(c, ""),
        )
        for c in between
    ]
    known = {node.id for node in nodes}
    edges = [
        Edge(source=i, target=j)
        for i, j in zip(ids[a], ids[b], strict=True)
        if i in known and j in known
    ]
    edges += [
        Edge(source=row.source, target=row.target, kind="suggested")
        for row in rows
        if row.source in known
    ]
    parts["network"] = Network(nodes=tuple(nodes), edges=tuple(edges))


_LEGAL_FORMS = {
    "ab",
    "as",
    "asa",
    "oy",
    "oyj",
    "gmbh",
    "ag",
    "sa",
    "srl",
    "spa",
    "ltd",
    "limited",
    "bv",
    "nv",
    "sl",
    "sas",
    "aps",
    "publ",
    "se",
    "kg",
    "plc",
    "inc",
    "company",
    "the",
    "de",
    "of",
    "and",
    "for",
}


def same_group(one: str, other: str) -> bool:
    """Whether two names share their first telling word, legal forms left out."""

    def first(name: str) -> str:
        words = [
            w
            for w in "".join(c if c.isalnum() else " " for c in name.lower()).split()
            if w not in _LEGAL_FORMS
        ]
        return words[0] if words else ""

    return len(first(one)) >= 4 and first(one) == first(other)
