"""Names and places by company id, and what every section needs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kedja._result import Result
from kedja.recommend._history import corporate_groups

if TYPE_CHECKING:
    from kedja._dataset import Dataset


class Facts:
    """Names and places by company id, and clusters by name."""

    def __init__(self, data: Dataset) -> None:
        frame = data.companies.to_pandas()
        ids = frame["id"].tolist()

        def column(name: str) -> dict[str, str]:
            return dict(zip(ids, frame[name], strict=True)) if name in frame else {}

        self.name, self.country, self.type, self.nuts = (
            column(c) for c in ("name", "country", "type", "nuts")
        )
        clusters = data.clusters.to_pandas()

        def of_cluster(name: str) -> dict[str, str]:
            return (
                dict(zip(clusters["id"], clusters[name], strict=True)) if name in clusters else {}
            )

        self.cluster_name = {c: n or c for c, n in of_cluster("name").items()}
        self.cluster_country, self.cluster_region = of_cluster("country"), of_cluster("region")
        number = {company: v for v, company in enumerate(data.ids_by_vertex)}
        group = corporate_groups(data, number)
        self.corporate = {c: int(group[v]) for c, v in number.items() if group[v] >= 0}
        self.members: dict[str, list[str]] = {}
        self.cluster_of: dict[str, str] = {}
        if len(data.memberships):
            table = data.memberships.to_pandas()
            for company, name in zip(table["company"], table["cluster"], strict=True):
                self.members.setdefault(name, []).append(company)
                self.cluster_of.setdefault(company, name)

    def label(self, company: str) -> str:
        return self.name.get(company) or company


def number(value: Any) -> float | None:
    value = float(value)
    return None if math.isnan(value) or math.isinf(value) else value


def provenance(parts: dict[str, Any], section: str, result: Result, note: str = "") -> None:
    from kedja._report.content import Provenance

    meta = result.meta
    parts["provenance"].append(
        Provenance(
            section=section,
            measure=str(meta["measure"]),
            parameters=tuple((k, str(v)) for k, v in meta.get("parameters", {}).items()),
            seed=meta.get("seed"),
            checksum=str(meta.get("graph_checksum") or meta.get("data_checksum") or ""),
            version=str(meta["version"]),
            note=note,
        )
    )


def best_graph(data: Dataset) -> Any:
    graph = data.graph("collaboration")
    return graph if graph.num_links else data.graph("supply")


def item_texts(data: Dataset) -> dict[str, Any]:
    """Wording of capability codes that the data's source explains, such as programme parts."""
    from kedja._report.content import Text

    words = data.source.get("labels", {})
    return {
        code: Text(
            en=f"{code}: {said['en']}" if said["en"] else code,
            sv=f"{code}: {said['sv']}" if said["sv"] else code,
        )
        for code, said in words.items()
    }
