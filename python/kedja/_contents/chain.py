"""Where the clusters stand in the value chain."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kedja._contents.facts import Facts, provenance
from kedja._errors import KedjaError
from kedja._known_links import split
from kedja._need import SHIPPED_TABLE

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_CLUSTERS = 12  # rows of the picture

#: names of the table that the steps are read from
SHIPPED_SOURCE = {
    "en": "the table of the United States for 2017",
    "sv": "tabellen för USA 2017",
}
OWN_SOURCE = {"en": "the flows given", "sv": "de flöden som getts"}


class ChainTables:
    """What the sections about the chain and about shocks both rest on, fetched once."""

    def __init__(self, data: Dataset) -> None:
        self.data, self.links = split(data)

    @cached_property
    def flows(self) -> tuple[Any, dict[str, str]]:
        """The input-output table of the data, else the one that comes with kedja, and its name."""
        from kedja import Flows, datasets

        if len(self.data.flows):
            return Flows.from_long(self.data.flows.to_pandas()), OWN_SOURCE
        return datasets.load(SHIPPED_TABLE), SHIPPED_SOURCE

    @cached_property
    def supply(self) -> Any:
        """The graph of supply links that are known, by value where every link has one in one
        currency, else by count; None where there are none."""
        if not len(self.data.links):
            return None
        graph = None
        if "value" in self.data.links.to_pandas():
            with suppress(KedjaError):  # missing values, several currencies: links count instead
                graph = self.data.graph("supply", weight="value")
        if graph is None:
            graph = self.data.graph("supply")
        return graph if graph.num_links else None

    @cached_property
    def divisions_known(self) -> bool:
        frame = self.data.companies.to_pandas()
        return "nace" in frame and bool((frame["nace"].fillna("") != "").any())


def chain(
    tables: ChainTables, facts: Facts, cluster: str | None, parts: dict[str, Any], threads: int
) -> None:
    """Levels of companies where supply links are known, else steps of their industries."""
    from kedja._report.content import Chain, Text

    try:
        if tables.supply is not None:
            parts["chain"] = _by_links(tables.supply, facts, cluster, parts, threads)
        elif tables.divisions_known:
            parts["chain"] = _by_flows(tables, facts, cluster, parts, threads)
    except KedjaError as error:
        said = str(error)
        parts["chain"] = Chain(basis="", undecided=Text(en=said, sv=said), deciding_column="flows")
    if parts.get("chain") is None or (not parts["chain"].stages and parts["chain"].basis):
        parts["chain"] = Chain(
            basis="",
            undecided=Text(
                en="neither supply links nor the companies’ industries are known.",
                sv="varken leveranslänkar eller företagens branscher är kända.",
            ),
            deciding_column="links (kind = supply), companies.nace",
        )


def _by_links(
    supply: Any, facts: Facts, cluster: str | None, parts: dict[str, Any], threads: int
) -> Any:
    from kedja import value_chain
    from kedja._report.content import Chain

    levels = value_chain.trophic_levels(supply, threads=threads, progress=False)
    provenance(parts, "chain", levels)
    ok = levels["status"] == "ok"
    half = {
        company: np.floor(2 * level + 1e-9) / 2  # a whole level but for rounding is whole
        for company, level, told in zip(supply.ids, levels["level"], ok, strict=True)
        if told
    }
    return Chain(
        basis="links", stages=_stages(facts, cluster, {c: ("", v) for c, v in half.items()})
    )


def _by_flows(
    tables: ChainTables, facts: Facts, cluster: str | None, parts: dict[str, Any], threads: int
) -> Any:
    from kedja import value_chain
    from kedja._report.content import Chain, Text

    flows, source = tables.flows
    steps = value_chain.upstreamness(flows, threads=threads, progress=False)
    provenance(parts, "chain", steps)
    told = steps["status"] == "ok"
    step = dict(zip(np.asarray(flows.labels)[told], steps["upstreamness"][told], strict=True))
    sectors = flows.sector_of(tables.data)
    ids = tables.data.companies.to_pandas()["id"]
    place = {
        company: (sector, step[sector])
        for company, sector in zip(ids, sectors["sector"], strict=True)
        if sector in step
    }
    return Chain(basis="flows", stages=_stages(facts, cluster, place), source=Text(**source))


def _stages(
    facts: Facts, cluster: str | None, place: dict[str, tuple[str, float]]
) -> tuple[Any, ...]:
    """Companies counted by cluster and place: the focus, then the clusters with most of them."""
    from kedja._report.content import Stage, Text

    everybody = Text(en="All companies", sv="Alla företag")
    members = facts.members or {"": list(place)}
    known = {name: sum(c in place for c in who) for name, who in members.items()}
    order = sorted(known, key=lambda name: (name != cluster, -known[name], name.encode()))
    made = []
    for name in order[:_CLUSTERS]:
        count = Counter(place[c] for c in members[name] if c in place)
        for (label, level), companies in sorted(count.items(), key=lambda item: item[0][::-1]):
            made.append(
                Stage(
                    cluster=name,
                    group=facts.cluster_name.get(name, name) or everybody,
                    label=label,
                    level=float(level),
                    companies=companies,
                )
            )
    return tuple(made)
