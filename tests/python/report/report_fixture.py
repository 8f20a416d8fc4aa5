"""A rich invented report: every part of the contract filled, the numbers from a fixed seed."""

from __future__ import annotations

import dataclasses
import random

from kedja._report.content import (
    Break,
    CentralMeasure,
    Chain,
    ClusterLabel,
    Driver,
    Focus,
    Gap,
    LoadedTable,
    Partner,
    Reason,
    ReportContent,
    Shock,
    Source,
    Stage,
    Text,
    TieCell,
    TieMatrix,
)
from report_fixture_parts import (
    CLUSTERS,
    FOCUS,
    MEMBERS,
    NULL,
    PARTNERS,
    answers,
    brokers,
    central,
    network,
    overview,
    problems,
    provenance,
    regions,
)


def rich(**changes: object) -> ReportContent:
    """The fixture, with any field replaced."""
    content = ReportContent(
        title=Text(en="Electric vehicles in West Sweden", sv="Elfordon i Västsverige"),
        as_of="2017",
        version="0.0.1",
        invented=True,
        focus=Focus(id="c0", name=FOCUS, country="SE", region="SE23", members=34),
        sources=(
            Source(
                name="Invented member lists",
                licence="CC0 1.0",
                attribution=Text(en="Made for tests.", sv="Gjorda för prov."),
                address="https://example.org/lists",
            ),
        ),
        caveats=(
            Text(
                en="A joint project is not a delivery.",
                sv="Ett gemensamt projekt är ingen leverans.",
            ),
            Text(
                en="Names and places are missing for a third of the firms; suggestions leave "
                "the nameless out.",
                sv="Namn och plats saknas för en tredjedel av företagen; förslagen utelämnar "
                "dem som saknar namn.",
            ),
            Text(
                en="Clusters are observed groups, not cluster organisations.",
                sv="Kluster är observerade grupper, inte klusterorganisationer.",
            ),
        ),
        loaded=(
            LoadedTable(table="companies", file="companies.csv", rows=12345),
            LoadedTable(table="participations", file="participations.csv.gz", rows=88210),
            LoadedTable(table="needs", file="medlemmar.xlsx", rows=61),
        ),
        problems=problems(),
        answers=answers(),
        gaps=_gaps(),
        overview=overview(),
        partners=_partners(),
        ties=ties(),
        regions=regions(),
        network=network(),
        chain=Chain(
            basis="flows",
            source=Text(en="an invented table", sv="en påhittad tabell"),
            stages=(
                Stage(cluster="c0", group=FOCUS, label="29", level=2.1, companies=19),
                Stage(cluster="c0", group=FOCUS, label="72", level=1.0, companies=1),
                Stage(cluster="c1", group=CLUSTERS[1][0], label="24", level=4.3, companies=7),
            ),
        ),
        shock=Shock(
            basis="links",
            single_source=0.25,
            companies=12,
            rows=(
                Break(
                    name="Onlyhere Castings AB",
                    cluster=FOCUS,
                    loss=0.31,
                    downstream=0.29,
                    upstream=0.04,
                ),
            ),
        ),
        provenance=provenance(),
        central_measures=(
            CentralMeasure(
                key="betweenness",
                label=Text(en="Bridging", sv="Brygga"),
                help=Text(
                    en="Share of shortest paths that pass through (betweenness).",
                    sv="Andel av de kortaste vägarna som går genom (betweenness).",
                ),
            ),
            CentralMeasure(
                key="pagerank",
                label=Text(en="Importance", sv="Vikt"),
                digits=4,
                help=Text(
                    en="Weight received from weighty neighbours (PageRank).",
                    sv="Vikt som kommer från tunga grannar (PageRank).",
                ),
            ),
            CentralMeasure(key="degree", label=Text(en="Partners", sv="Partner"), digits=0),
            CentralMeasure(
                key="esri",
                label=Text(en="Loss if it stops", sv="Bortfall om den stannar"),
                dependency=True,
            ),
        ),
        central=central(),
        brokers=brokers(),
    )
    return dataclasses.replace(content, **changes)


def _gaps() -> tuple[Gap, ...]:
    def whole(
        measure: str,
        gap: float | None,
        low: float | None,
        high: float | None,
        random_low: float | None,
        random_high: float | None,
        **more: object,
    ) -> Gap:
        return Gap(
            cluster=FOCUS,
            measure=measure,
            gap=gap,
            low=low,
            high=high,
            random_low=random_low,
            random_high=random_high,
            companies=34,
            **more,
        )

    return (
        whole(
            "capability",
            0.46,
            0.41,
            0.52,
            0.18,
            0.37,
            formula=Text(
                en="Σ need × demand × (1 − held) / Σ need × demand = 0.83 / 1.80",
                sv="Σ behov × efterfrågan × (1 − finns) / Σ behov × efterfrågan = 0,83 / 1,80",
            ),
        ),
        whole("complementarity", 0.58, 0.40, 0.71, 0.30, 0.55),
        whole("tie_deficit", 0.31, 0.27, 0.36, 0.04, 0.22),
        whole("fragility", 0.22, 0.15, 0.30, 0.12, 0.34, status="inferred"),
        whole("reach", 0.39, 0.33, 0.47, 0.35, 0.62),
        whole(
            "coverage",
            None,
            None,
            None,
            None,
            None,
            status="undecided",
            evidence=Text(
                en="No member has answered the green and digital questions.",
                sv="Ingen medlem har svarat på de gröna och digitala frågorna.",
            ),
        ),
        Gap(
            cluster=FOCUS,
            measure="capability",
            item=Text(en="battery cell testing", sv="provning av battericeller"),
            gap=1.0,
            filler="Zellwerk Prüftechnik GmbH",
            filler_cluster="Automotive Stuttgart",
            filler_country="DE",
            companies=34,
            evidence=Text(
                en="0 of 34 members hold it; 7 of 10 comparable clusters do. It is close to "
                "what members already do (density 0.41).",
                sv="0 av 34 medlemmar har den; 7 av 10 jämförbara kluster har den. Den "
                "ligger nära det medlemmarna redan gör (täthet 0,41).",
            ),
            formula=Text(
                en="need 0.12 × demand 0.90 × (1 − 0.00) × density 0.41 = 0.044",
                sv="behov 0,12 × efterfrågan 0,90 × (1 − 0,00) × täthet 0,41 = 0,044",
            ),
            drivers=(
                Driver(label=Text(en="Needed by drive lines", sv="Behövs av drivlinor"), share=0.6),
                Driver(label=Text(en="Needed by charging", sv="Behövs av laddning"), share=0.4),
            ),
        ),
        Gap(
            cluster=FOCUS,
            measure="capability",
            item="24",
            item_kind="nace2",
            gap=0.7,
            filler="Silesia Stal S.A.",
            filler_cluster="Silesia Metal",
            filler_country="PL",
            companies=34,
        ),
        Gap(
            cluster=FOCUS,
            measure="complementarity",
            item=Text(en="power electronics", sv="kraftelektronik"),
            gap=0.66,
            filler="Uusimaa Inverters Oy",
            filler_cluster="Helsinki Power Electronics",
            filler_country="FI",
            companies=9,
            evidence=Text(
                en="9 members ask for it, 2 offer it; ties meet a third.",
                sv="9 medlemmar söker det, 2 erbjuder det; kontakterna täcker en tredjedel.",
            ),
        ),
        Gap(
            cluster=FOCUS,
            measure="tie_deficit",
            item="Sensorik Bayern",
            item_kind="cluster",
            gap=0.79,
            low=0.70,
            high=0.86,
            random_low=0.0,
            random_high=0.45,
            filler="Isar Sensorik GmbH",
            filler_cluster="Sensorik Bayern",
            filler_country="DE",
            companies=11,
            evidence=Text(
                en="3 ties, 14.2 expected by chance (z = −3.6, q = 0.002).",
                sv="3 kontakter, 14,2 väntade av slump (z = −3,6, q = 0,002).",
            ),
        ),
        Gap(
            cluster=FOCUS,
            measure="fragility",
            item="Skövde Gjuteri & Söner AB",
            item_kind="company",
            gap=0.5,
            status="inferred",
            companies=3,
            evidence="FRAGILE-EVIDENCE 5 members buy castings from one firm",
        ),
        Gap(cluster=FOCUS, measure="reach", item="FR10", item_kind="nuts2", gap=0.4, companies=2),
        Gap(
            cluster=FOCUS,
            measure="tie_deficit",
            item="Porto Moldes",
            item_kind="cluster",
            gap=0.2,
            status="not_significant",
            companies=4,
        ),
    )


def _partners() -> tuple[Partner, ...]:
    rows = []
    for i, (name, cluster) in enumerate(PARTNERS):
        reasons = [
            Reason(
                text=Text(
                    en="Holds battery cell testing, which 6 members need.",
                    sv="Har provning av battericeller, som 6 medlemmar behöver.",
                )
            ),
            Reason(
                text=Text(
                    en=f"Has worked with {2 + i % 3} of the member’s partners.",
                    sv=f"Har arbetat med {2 + i % 3} av medlemmens partner.",
                )
            ),
        ]
        if i == 1:
            reasons.append(
                Reason(text="INTERNAL-REASON both buy from Vara Verktyg AB", internal=True)
            )
        warnings = (Text(en="same corporate group", sv="samma koncern"),) if i == 3 else ()
        rows.append(
            Partner(
                rank=i + 1,
                source=f"M{i % 5}",
                target=f"P{i}",
                score=0.93 - 0.061 * i,
                source_name=MEMBERS[(i * 3) % 7],
                target_name=name,
                cluster=CLUSTERS[cluster][0],
                country=CLUSTERS[cluster][1],
                reasons=tuple(reasons),
                warnings=warnings,
            )
        )
    rows.append(
        Partner(
            rank=10,
            source="M9",
            target="P99",
            score=0.3,
            source_name=MEMBERS[9],
            target_name="INFERRED-PARTNER Ltd",
            country="GB",
            inferred=True,
        )
    )
    rows.append(
        Partner(
            rank=11,
            source="M9",
            target="NAMELESS-ID",
            score=0.2,
            source_name=MEMBERS[9],
            target_name=" ",
        )
    )
    return tuple(rows)


def ties(seed: int = 7, n: int = len(CLUSTERS)) -> TieMatrix:
    """Observed ties round chance; the focus has a clear deficit with two clusters."""
    draw = random.Random(seed)
    cells = []
    for i in range(n):
        for j in range(i + 1, n):
            expected = draw.uniform(2, 26)
            factor = draw.choice((0.2, 0.6, 0.9, 1, 1, 1.1, 1.3, 1.8, 3))
            observed = max(0, round(expected * factor))
            if i == 0 and j in (3, 6):
                observed, expected = 3, 14.2
            z = (observed - expected) / expected**0.5
            q = min(1.0, 2.718 ** (-z * z / 2) * 2)
            cells.append(
                TieCell(
                    row=i,
                    column=j,
                    observed=float(observed),
                    expected=expected,
                    z=z,
                    q=q,
                    companies=2 if (i, j) == (2, 5) else 12,
                )
            )
    labels = tuple(
        ClusterLabel(id=f"c{i}", name=name, country=land, members=m)
        for i, (name, land, m) in enumerate((CLUSTERS * 3)[:n])
    )
    return TieMatrix(clusters=labels, cells=tuple(cells), null=NULL)
