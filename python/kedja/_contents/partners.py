"""Suggested partners, and the picture of the cluster with them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kedja._contents.facts import Facts, best_graph, number, provenance
from kedja.recommend._explain import same_group

if TYPE_CHECKING:
    from kedja._dataset import Dataset


def partners(
    data: Dataset,
    facts: Facts,
    cluster: str,
    parts: dict[str, Any],
    seed: int,
    threads: int,
    backtest: bool = False,
) -> None:
    """Ten partners with reasons and probabilities, and the network around them."""
    from kedja import recommend

    found = recommend.partners(
        data, cluster=cluster, k=10, seed=seed, threads=threads, progress=False
    )
    probable = found.meta["kind"] == "probability"
    rate = found.meta.get("base_rate", 0.0)
    note = (
        f"score: probability of a first {found.meta['event']} within a year; base rate {rate:.2g}, "
        f"fitted on {found.meta['events']} joint grants of {found.meta['learned_from'][0]}"
        if probable
        else "a rank among candidates, not a probability"
    )
    provenance(parts, "partners", found, note)
    rows = []
    for i in range(len(found)):
        shared, last = int(found["common_neighbours"][i]), found["last_shared"][i]
        new = found["capability_complementarity"][i]
        reasons = []
        if shared:
            reasons.append(
                (
                    f"{shared} shared partner{'s' if shared > 1 else ''}"
                    + (f", the last in {last}" if last else ""),
                    f"{shared} gemensamma partner" + (f", senast {last}" if last else ""),
                )
            )
        if found["capability_similarity"][i] > 0:
            alike = f"{found['capability_similarity'][i]:.2f}"
            reasons.append(
                (
                    f"similar work: cosine {alike}",
                    f"liknande verksamhet: cosinus {alike.replace('.', ',')}",
                )
            )
        reasons += _trade_and_asks(found, i)
        if new > 0:
            reasons.append(
                (
                    f"{new:.0%} of what it does is new here",
                    f"{100 * new:.0f} % av det den gör är nytt här",
                )
            )
        if probable:
            times = found["score"][i] / rate
            chance = f"{found['score'][i]:.1%}"
            reasons.append(
                (
                    f"chance of a joint grant within a year {chance}, "
                    f"{times:.0f} times that of an average pair",
                    f"chans till ett gemensamt bidrag inom ett år {chance.replace('.', ',').replace('%', ' %')}, "
                    f"{times:.0f} gånger ett genomsnittligt pars",
                )
            )
        if found["status"][i] == "inferred":
            reasons.append(
                (
                    "no joint work on record: judged by capability and place only",
                    "inget gemensamt arbete känt: bedömt bara efter förmåga och plats",
                )
            )
        rows.append(_row(i, found, facts, reasons, number(found["score"][i]), False))
    parts["partners"] = tuple(rows)
    if probable:
        known = _run(data, seed, threads) if backtest else data.source.get("backtest", {})
        parts["partners_tested"] = _tested(data, known)
        if known.get("data_checksum") == data.checksum:
            parts["backtest"] = _table(known)
    _picture(data, facts, cluster, rows, parts)


_RULE_NAMES = {
    "recency": "recent shared partners",
    "preferential_attachment": "preferential attachment",
    "common_neighbours": "common neighbours",
    "adamic_adar": "Adamic-Adar",
}


def _run(data: Dataset, seed: int, threads: int) -> dict[str, Any]:
    """The back-test's figures, shaped as they are stored for the data shipped."""
    from kedja import recommend

    found = recommend.backtest(
        data, negatives="degree_matched", seed=seed, threads=threads, progress=False
    )
    return stored_figures(found)


def stored_figures(found: Any) -> dict[str, Any]:
    """What the report shows of a back-test beside equally active companies."""
    frame = found.frame
    bar = frame[(frame["negatives"] == "degree_matched") & (frame["pairs"] == "all")]
    inter = frame[(frame["negatives"] == "degree_matched") & (frame["pairs"] != "all")]
    inter_auc = dict(zip(inter["score"], inter["roc_auc"], strict=True))

    def rounded(value: Any, digits: int) -> float | None:
        return None if value is None or value != value else round(float(value), digits)

    table = [
        {
            "rule": row.score,
            "auc": rounded(row.roc_auc, 3),
            "low": rounded(row.low, 3),
            "high": rounded(row.high, 3),
            "inter_cluster": rounded(inter_auc.get(row.score), 3),
            "average_precision": rounded(row.average_precision, 3),
            "precision": rounded(row.precision_at_k, 3),
        }
        for row in bar.itertuples()
    ]
    model = table[0]
    rules = [row for row in table if row["rule"] in _RULE_NAMES]
    best = max(rules, key=lambda row: row["auc"] or 0.0)
    after = found.meta["parameters"]["after"]
    return {
        "data_checksum": found.meta["data_checksum"],
        "until": found.meta["parameters"]["until"],
        "after": after[0] if after[0] == after[1] else f"{after[0]}-{after[1]}",
        "events": int(bar["events"].iloc[0]),
        "model": model["auc"],
        "low": model["low"],
        "high": model["high"],
        "best_rule": _RULE_NAMES[best["rule"]],
        "best_rule_value": best["auc"],
        "precision_at_10": model["precision"],
        "precision_at_10_of_rule": best["precision"],
        "table": table,
    }


def _table(known: dict[str, Any]) -> Any:
    from kedja._report.content import Tested

    return tuple(Tested(**row) for row in known.get("table", ()))


def _tested(data: Dataset, known: dict[str, Any]) -> Any:
    """How such suggestions did: stored figures where they are of these very tables, else the way."""
    from kedja._report.content import Text

    if known.get("data_checksum") != data.checksum:
        return Text(
            en="Not tested here: kedja backtest shows how such suggestions would have done in the "
            "past of these data.",
            sv="Inte prövat här: kedja backtest visar hur sådana förslag skulle ha stått sig i "
            "dessa datas egen historia.",
        )
    en = (
        "Tested: fitted on what was known in {until}, asked about {after}. Of two pairs of equally "
        "active companies, one that then met and one that did not, the model put the right one "
        "first {model} times in 100 (90% band {low} to {high}; chance is 50, the best single rule, "
        "{rule}, {other}). Of the ten best for each company {hits}% met within the year; {rule}, "
        "which favours the busiest, {rule_hits}%."
    )
    sv = (
        "Prövat: anpassat till det som var känt {until}, frågat om {after}. Av två par med lika "
        "aktiva företag, ett som sedan möttes och ett som inte gjorde det, satte modellen rätt par "
        "först {model} gånger av 100 (90 % osäkerhet {low} till {high}; slumpen ger 50, den bästa "
        "enkla regeln, {rule}, {other}). Av de tio bästa för varje företag möttes {hits} % inom "
        "året; {rule}, som gynnar de mest aktiva, {rule_hits} %."
    )
    figures = {
        "until": known["until"],
        "after": known["after"],
        "model": round(100 * known["model"]),
        "low": round(100 * known["low"]),
        "high": round(100 * known["high"]),
        "rule": known["best_rule"],
        "other": round(100 * known["best_rule_value"]),
    }
    if known["precision_at_10"] is None or known["precision_at_10_of_rule"] is None:
        en, sv = (
            text[: text.rindex(said)] for text, said in ((en, " Of the ten"), (sv, " Av de tio"))
        )
        return Text(en=en.format(**figures), sv=sv.format(**figures))
    hits = f"{100 * known['precision_at_10']:.1f}"
    rule_hits = f"{100 * known['precision_at_10_of_rule']:.1f}"
    return Text(
        en=en.format(**figures, hits=hits, rule_hits=rule_hits),
        sv=sv.format(**figures, hits=hits.replace(".", ","), rule_hits=rule_hits.replace(".", ",")),
    )


def introductions(
    data: Dataset, facts: Facts, cluster: str, parts: dict[str, Any], seed: int, threads: int
) -> None:
    """The three introductions most worth making where no link is known: what, where and how near."""
    from kedja import InvalidArgumentError, recommend
    from kedja._profile import Profile
    from kedja._report.wording import coded

    try:
        found = recommend.links(
            data, cluster=cluster, k=3, seed=seed, threads=threads, progress=False
        )
    except InvalidArgumentError:  # nothing that the cluster lacks, or nothing known of what it does
        return
    provenance(parts, "partners", found, "chosen for covered need; no link is known to learn from")
    profile = Profile(data)
    kind = "nace2" if profile.basis == "nace2" else "name"
    rows = []
    for i in range(len(found)):
        source, target = found["source"][i], found["target"][i]
        items = found["brings"][i].split(", ")[:3]
        said = {lang: ", ".join(coded(item, kind, lang) for item in items) for lang in ("en", "sv")}
        share = f"{found['gain'][i]:.0%}"
        reasons = [
            (
                f"does what fewer members here do than elsewhere: {said['en']}",
                f"gör det som färre medlemmar gör här än på andra håll: {said['sv']}",
            ),
            (
                f"covers {share} of the cluster's unmet need",
                f"täcker {share.replace('%', ' %')} av klustrets otäckta behov",
            ),
        ]
        reasons += _trade_and_asks(found, i)
        here, there = facts.nuts.get(source, ""), facts.nuts.get(target, "")
        apart = found["distance_km"][i]
        if not math.isnan(apart):
            reasons.append((f"{apart:.0f} km apart", f"{apart:.0f} km från varandra"))
        elif here and there:
            near = here[:4] == there[:4]
            reasons.append(
                ("same region", "samma region") if near else ("another region", "en annan region")
            )
        rows.append(_row(i, found, facts, reasons, number(found["gain"][i]), True))
    parts["partners"] = tuple(rows)


def _trade_and_asks(found: Any, i: int) -> list[tuple[str, str]]:
    """Reasons from the industries' trade and from what members ask for."""
    reasons = []
    trade, asked = math.expm1(found["supply_fit"][i]), int(found["asked_by"][i])
    if trade > 1:
        times = f"{trade:.1f}"
        reasons.append(
            (
                f"their industries trade {times} times as much as by chance "
                "(inferred from an input-output table)",
                f"deras branscher handlar {times.replace('.', ',')} gånger så mycket som av en "
                "slump (härlett ur en input-outputtabell)",
            )
        )
    if asked:
        reasons.append(
            (
                f"can do what {asked} member{'s ask' if asked > 1 else ' asks'} for",
                f"kan det som {asked} medlem{'mar' if asked > 1 else ''} efterfrågar",
            )
        )
    return reasons


def _row(
    i: int,
    found: Any,
    facts: Facts,
    reasons: list[tuple[str, str]],
    score: float | None,
    inferred: bool,
) -> Any:
    from kedja._report.content import Partner, Reason, Text

    source, target = found["source"][i], found["target"][i]
    warnings = []
    owner = facts.corporate.get(source)
    if owner is not None and owner == facts.corporate.get(target):
        warnings.append(
            Text(en="one corporate group by ownership", sv="samma koncern enligt ägande")
        )
    elif same_group(facts.label(source), facts.label(target)):
        warnings.append(
            Text(en="the names suggest one corporate group", sv="namnen tyder på samma koncern")
        )
    other = facts.cluster_of.get(target, "")
    return Partner(
        rank=i + 1,
        source=source,
        target=target,
        score=score,
        source_name=facts.label(source),
        target_name=facts.label(target),
        cluster=facts.cluster_name.get(other, other),
        country=facts.country.get(target, ""),
        reasons=tuple(Reason(text=Text(en=en, sv=sv)) for en, sv in reasons),
        warnings=tuple(warnings),
        inferred=inferred,
    )


def _picture(
    data: Dataset, facts: Facts, cluster: str, rows: list[Any], parts: dict[str, Any]
) -> None:
    from kedja._report.content import Edge, Network, Node

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
