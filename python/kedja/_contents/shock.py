"""What breaks if a company or an industry falls out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._contents.chain import divisions_known, flows_of, supply_of
from kedja._contents.facts import Facts, number, provenance
from kedja._errors import KedjaError

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_SHOCKS, _ROWS = 100, 15  # companies that fail in turn; rows shown


def shock(
    data: Dataset, facts: Facts, cluster: str | None, parts: dict[str, Any], threads: int
) -> None:
    """Losses from the supply links where they are known, else inferred links between industries."""
    from kedja._report.content import Shock, Text

    undecided = Text(
        en="no supply links are known, and the members’ industries or sizes are missing.",
        sv="inga leveranslänkar är kända, och medlemmarnas branscher eller storlekar saknas.",
    )
    parts["shock"] = Shock(
        basis="", undecided=undecided, deciding_column="links (kind = supply), companies.nace, size"
    )
    try:
        supply = supply_of(data)
        if supply is not None:
            parts["shock"] = _by_links(data, supply, facts, cluster, parts, threads)
        elif divisions_known(data):
            found = _inferred(data, facts, cluster, parts, threads)
            parts["shock"] = found if found.rows else parts["shock"]
    except KedjaError as error:
        said = str(error)
        parts["shock"] = Shock(
            basis="", undecided=Text(en=said, sv=said), deciding_column="links, companies.size"
        )


def _by_links(
    data: Dataset,
    supply: Any,
    facts: Facts,
    cluster: str | None,
    parts: dict[str, Any],
    threads: int,
) -> Any:
    import pandas as pd

    from kedja import centrality
    from kedja import shock as shocks
    from kedja._report.content import Break, Shock

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


def _inferred(
    data: Dataset, facts: Facts, cluster: str | None, parts: dict[str, Any], threads: int
) -> Any:
    from kedja import value_chain
    from kedja._report.content import Break, Shock, Text

    flows, source = flows_of(data)
    links = value_chain.infer_links(data, flows, threads=threads, progress=False)
    provenance(parts, "shock", links)
    ids = data.companies.to_pandas()["id"]
    sector = dict(zip(ids, links.companies["sector"], strict=True))
    placed = links.companies["status"] == "inferred"
    sellers: dict[str, int] = {}
    for name in np.asarray(links.companies["sector"])[placed]:
        sellers[name] = sellers.get(name, 0) + 1
    mine = set(facts.members.get(cluster, [])) if cluster is not None else None
    total: dict[tuple[str, str], list[float]] = {}
    for seller, buyer, p in zip(
        links["source"], links["target"], links["probability"], strict=True
    ):
        if mine is None or buyer in mine:
            total.setdefault((sector[seller], sector[buyer]), []).append(float(p))
    order = sorted(total, key=lambda pair: (-sum(total[pair]), pair))
    return Shock(
        basis="inferred",
        rows=tuple(
            Break(
                name=seller,
                buyer=buyer,
                links=sum(total[seller, buyer]),
                probability=sum(total[seller, buyer]) / len(total[seller, buyer]),
                companies=sellers.get(seller, 0),
                status="inferred",
            )
            for seller, buyer in order[:_ROWS]
        ),
        source=Text(**source),
    )
