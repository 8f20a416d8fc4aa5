"""What breaks if a company or an industry falls out."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._contents.facts import Facts, number, provenance
from kedja._errors import KedjaError
from kedja._known_links import probabilities

if TYPE_CHECKING:
    from kedja._contents.chain import ChainTables

_SHOCKS, _ROWS = 100, 15  # companies that fail in turn; rows shown
_NAMED = 30  # inferred links shown by company to who asks for them


def shock(
    tables: ChainTables,
    facts: Facts,
    cluster: str | None,
    parts: dict[str, Any],
    threads: int,
    named: bool,
) -> None:
    """Losses from the supply links where they are known, else inferred links between industries.

    Inferred links count by industry; `named` also lists the most probable by company.
    """
    from kedja._report.content import Shock, Text

    undecided = Text(
        en="no supply links are known, and the members’ industries or sizes are missing.",
        sv="inga leveranslänkar är kända, och medlemmarnas branscher eller storlekar saknas.",
    )
    parts["shock"] = Shock(
        basis="", undecided=undecided, deciding_column="links (kind = supply), companies.nace, size"
    )
    try:
        if tables.supply is not None:
            found = _by_links(tables, facts, cluster, parts, threads)
            if named and len(tables.links):
                likely = _likely(tables.links, probabilities(tables.links), facts, cluster)
                found = dataclasses.replace(found, likely=likely)
            parts["shock"] = found
        elif len(tables.links):
            found = _marked(tables, facts, cluster, named)
            parts["shock"] = found if found.rows or found.likely else parts["shock"]
        elif tables.divisions_known:
            found = _inferred(tables, facts, cluster, parts, threads, named)
            parts["shock"] = found if found.rows else parts["shock"]
    except KedjaError as error:
        said = str(error)
        parts["shock"] = Shock(
            basis="", undecided=Text(en=said, sv=said), deciding_column="links, companies.size"
        )


def _by_links(
    tables: ChainTables,
    facts: Facts,
    cluster: str | None,
    parts: dict[str, Any],
    threads: int,
) -> Any:
    import pandas as pd

    from kedja import centrality
    from kedja import shock as shocks
    from kedja._report.content import Break, Shock

    data, supply = tables.data, tables.supply
    ids = np.asarray(supply.ids, dtype=object)
    mine = np.ones(len(ids), dtype=bool)
    if cluster is not None:
        mine = np.isin(ids, facts.members.get(cluster, []))
    buyers = np.asarray(centrality.degree(supply)["downstream"])
    order = [i for i in np.argsort(-buyers, kind="stable") if mine[i] and buyers[i] > 0]
    chosen = ids[order[:_SHOCKS]]
    rows: list[Any] = []
    if len(chosen):
        alone = pd.DataFrame({"scenario": chosen, "company": chosen, "remaining": 0.0})
        risk = shocks.esri(
            supply, shocks=alone, max_iterations=1000, threads=threads, progress=False
        )
        provenance(parts, "shock", risk)
        for i in np.argsort(-np.nan_to_num(risk["esri"]), kind="stable")[:_ROWS]:
            company = risk["scenario"][i]
            rows.append(
                Break(
                    name=facts.label(company),
                    cluster=facts.cluster_name.get(facts.cluster_of.get(company, ""), ""),
                    loss=number(risk["esri"][i]),
                    downstream=number(risk["esri_downstream"][i]),
                    upstream=number(risk["esri_upstream"][i]),
                    status=str(risk["status"][i]),
                )
            )
    frame = data.companies.to_pandas().set_index("id")
    kind = frame["nace"].fillna("").str[:2] if "nace" in frame else pd.Series("", index=frame.index)
    single = shocks.sourcing(supply, sector=kind.reindex(ids).fillna(""), progress=False)
    provenance(parts, "shock", single)
    share = np.asarray(single["single_source_share"])[mine]
    share = share[~np.isnan(share)]
    return Shock(
        basis="links",
        rows=tuple(rows),
        single_source=float(share.mean()) if len(share) else None,
        companies=len(share),
    )


def _marked(tables: ChainTables, facts: Facts, cluster: str | None, named: bool) -> Any:
    """The links of the data that are marked as inferred, by the industries that they join."""
    from kedja._report.content import Shock

    frame = tables.data.companies.to_pandas()
    kinds = frame["nace"].fillna("") if "nace" in frame else [""] * len(frame)
    sector = {c: k[:2] for c, k in zip(frame["id"], kinds, strict=True) if k}
    sellers = Counter(sector.values())
    p = probabilities(tables.links)
    return Shock(
        basis="inferred",
        rows=_by_industry(tables.links, p, sector, sellers, facts, cluster),
        likely=_likely(tables.links, p, facts, cluster) if named else (),
    )


def _inferred(
    tables: ChainTables,
    facts: Facts,
    cluster: str | None,
    parts: dict[str, Any],
    threads: int,
    named: bool,
) -> Any:
    from kedja import value_chain
    from kedja._report.content import Shock, Text

    flows, source = tables.flows
    links = value_chain.infer_links(tables.data, flows, threads=threads, progress=False)
    provenance(parts, "shock", links)
    ids = tables.data.companies.to_pandas()["id"]
    kinds = np.asarray(links.companies["sector"])
    placed = links.companies["status"] == "inferred"
    p = np.asarray(links["probability"])
    sector = dict(zip(ids, kinds, strict=True))
    return Shock(
        basis="inferred",
        rows=_by_industry(links, p, sector, Counter(kinds[placed].tolist()), facts, cluster),
        likely=_likely(links, p, facts, cluster) if named else (),
        source=Text(**source),
    )


def _by_industry(
    links: Any,
    p: np.ndarray,
    sector: dict[str, str],
    sellers: Counter[str],
    facts: Facts,
    cluster: str | None,
) -> tuple[Any, ...]:
    """Pairs of industries by their expected links, largest first: no company is named."""
    from kedja._report.content import Break

    mine = set(facts.members.get(cluster, [])) if cluster is not None else None
    total: dict[tuple[str, str], list[float]] = {}
    for seller, buyer, chance in zip(links["source"], links["target"], p.tolist(), strict=True):
        known = sector.get(seller) and sector.get(buyer)
        if known and (mine is None or buyer in mine):
            total.setdefault((sector[seller], sector[buyer]), []).append(chance)
    expected = {pair: sum(1.0 if c != c else c for c in all_) for pair, all_ in total.items()}
    order = sorted(total, key=lambda pair: (-expected[pair], pair))
    return tuple(
        Break(
            name=seller,
            buyer=buyer,
            links=expected[seller, buyer],
            probability=number(sum(total[seller, buyer]) / len(total[seller, buyer])),
            companies=sellers.get(seller, 0),
            status="inferred",
        )
        for seller, buyer in order[:_ROWS]
    )


def _likely(links: Any, p: np.ndarray, facts: Facts, cluster: str | None) -> tuple[Any, ...]:
    """The most probable links to members by company, for who asked for names."""
    from kedja._report.content import LikelyLink

    mine = set(facts.members.get(cluster, [])) if cluster is not None else None
    rows = [
        (-chance if chance == chance else 0.0, str(seller), str(buyer))
        for seller, buyer, chance in zip(links["source"], links["target"], p.tolist(), strict=True)
        if mine is None or buyer in mine
    ]
    return tuple(
        LikelyLink(
            seller=facts.label(seller),
            buyer=facts.label(buyer),
            probability=-chance if chance else None,
        )
        for chance, seller, buyer in sorted(rows)[:_NAMED]
    )
