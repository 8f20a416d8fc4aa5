"""The parts of the invented report that are lists of companies, regions and remarks."""

from __future__ import annotations

import random

from kedja._report.content import (
    Answer,
    Broker,
    CentralCompany,
    ClusterRow,
    Edge,
    Network,
    Node,
    Overview,
    Problem,
    Provenance,
    RegionTies,
    Text,
    TiePair,
)
from kedja._report.wording import tiles

FOCUS = "Elfordon Väst"
CLUSTERS = [
    (FOCUS, "SE", 34),
    ("Batteri Norrland", "SE", 21),
    ("Automotive Stuttgart", "DE", 88),
    ("Sensorik Bayern", "DE", 52),
    ("Vallée de l’Énergie", "FR", 47),
    ("Fjordkraft Trøndelag", "NO", 19),
    ("Helsinki Power Electronics", "FI", 26),
    ("Brainport Mobility", "NL", 61),
    ("Torino Motori", "IT", 40),
    ("Basque Machine Tools", "ES", 37),
    ("Silesia Metal", "PL", 29),
    ("Porto Moldes", "PT", 16),
    ("Öresund Life Science", "DK", 31),
    ("Linz Mechatronik", "AT", 23),
]
MEMBERS = [
    "Norrtrafik AB",
    "Östgöta Plåt AB",
    "Hisinge Drivlinor AB",
    "Mölndal Kraftelektronik AB",
    "Trollhätte Prototyp AB",
    "Borås Kompositteknik AB",
    "Kungälvs Laddsystem AB",
    "Vara Verktyg AB",
    "Skövde Gjuteri & Söner AB",
    "Alingsås Sensor AB",
]
PARTNERS = [
    ("Zellwerk Prüftechnik GmbH", 2),
    ("Isar Sensorik GmbH", 3),
    ("Batteritestlabbet Skellefteå", 1),
    ("Electrochimie du Rhône SA", 4),
    ("Fjord Cellelab AS", 5),
    ("Uusimaa Inverters Oy", 6),
    ("Eindhoven Thermal BV", 7),
    ("Officine Termiche Srl", 8),
    ("Donau Leiterplatten GmbH", 13),
]
NULL = Text(
    en="Chance = the same organisations and projects, shuffled within programme field and "
    "start year; 999 draws.",
    sv="Slump = samma organisationer och projekt, omblandade inom programområde och "
    "startår; 999 dragningar.",
)


def regions() -> tuple[RegionTies, ...]:
    draw = random.Random(3)
    rows = [RegionTies(nuts2="SE23", ties=64.0, companies=30, own=True)]
    weights = {
        "SE": 0.9,
        "DE": 0.75,
        "FR": 0.4,
        "NL": 0.6,
        "NO": 0.5,
        "FI": 0.5,
        "DK": 0.7,
        "IT": 0.35,
        "ES": 0.3,
        "AT": 0.4,
        "BE": 0.5,
        "UK": 0.25,
        "PL": 0.15,
    }
    for code in tiles():
        if code not in ("SE23", "EE00") and draw.random() < weights.get(code[:2], 0.03):
            rows.append(
                RegionTies(
                    nuts2=code, ties=float(int(draw.paretovariate(0.9))) % 90 + 1, companies=5
                )
            )
    rows.append(RegionTies(nuts2="EE00", ties=2.0, companies=2))
    rows.append(RegionTies(nuts2="US06", ties=3.0, companies=3, name="California"))
    return tuple(rows)


def network() -> Network:
    nodes = [
        Node(id=f"m{i}", label=name, role="member", group=FOCUS, country="SE")
        for i, name in enumerate(MEMBERS)
    ]
    nodes += [
        Node(id=f"p{i}", label=name, role="partner", group=CLUSTERS[c][0], country=CLUSTERS[c][1])
        for i, (name, c) in enumerate(PARTNERS)
    ]
    nodes += [
        Node(id=f"b{i}", label=name, role="between", country=land)
        for i, (name, land) in enumerate(
            (("Chalmers tekniska högskola", "SE"), ("Fraunhofer ISIT", "DE"), ("RISE", "SE"))
        )
    ]
    edges = [
        Edge(source=f"m{(i * 3) % 7}", target=f"p{i}", kind="suggested")
        for i in range(len(PARTNERS))
    ]
    edges += [Edge(source=f"m{i}", target=f"b{i % 3}") for i in range(8)]
    edges += [Edge(source=f"b{i % 3}", target=f"p{i}") for i in range(6)]
    edges += [
        Edge(source="m0", target="m3", kind="supply"),
        Edge(source="m8", target="m1", kind="supply"),
        Edge(source="m2", target="m5", kind="supply", inferred=True),
    ]
    return Network(nodes=tuple(nodes), edges=tuple(edges))


def central() -> tuple[CentralCompany, ...]:
    names = [
        ("Chalmers tekniska högskola", "", "SE", "university"),
        *((m, FOCUS, "SE", "company") for m in MEMBERS[:6]),
        *((p, CLUSTERS[c][0], CLUSTERS[c][1], "company") for p, c in PARTNERS[:5]),
    ]
    return tuple(
        CentralCompany(
            id=f"x{i}",
            name=n,
            cluster=c,
            country=land,
            type=kind,
            values=(0.21 / (i + 1), 0.0412 / (i + 2), 61.0 - 4 * i, None if i == 0 else 0.3 / i),
        )
        for i, (n, c, land, kind) in enumerate(names)
    )


def brokers() -> tuple[Broker, ...]:
    return (
        Broker(
            id="b0",
            name="Chalmers tekniska högskola",
            country="SE",
            coordinator=0,
            itinerant=312,
            representative=41,
            gatekeeper=37,
            liaison=2210,
            total=2600,
        ),
        Broker(
            id="b1",
            name="Fraunhofer ISIT",
            cluster="Sensorik Bayern",
            country="DE",
            coordinator=88,
            itinerant=12,
            representative=140,
            gatekeeper=122.5,
            liaison=900,
            total=1262.5,
        ),
    )


def answers() -> tuple[Answer, ...]:
    return (
        Answer(
            question="hold_together",
            state="answered",
            why=Text(en="Links are known.", sv="Länkarna är kända."),
        ),
        Answer(
            question="position",
            state="partial",
            deciding_column="links.kind",
            why=Text(
                en="Links have no direction: no one knows who sells.",
                sv="Länkarna saknar riktning.",
            ),
        ),
        Answer(
            question="missing",
            state="partial",
            deciding_column="needs.capability",
            why=Text(
                en="Coverage needs the members’ answers.", sv="Täckning kräver medlemmarnas svar."
            ),
        ),
        Answer(
            question="partners",
            state="answered",
            why=Text(
                en="Names, places and links are known.", sv="Namn, platser och länkar är kända."
            ),
        ),
        Answer(
            question="what_if",
            state="undecided",
            deciding_column="links.kind = supply",
            why=Text(en="No deliveries are known.", sv="Inga leveranser är kända."),
        ),
    )


def problems() -> tuple[Problem, ...]:
    return (
        Problem(
            severity="warning",
            rule=Text(en="A duplicate link is summed", sv="Dubbla länkar läggs ihop"),
            action=Text(en="summed", sv="lades ihop"),
            code="W102",
            file="links.csv",
            row=1204,
            column="source",
            value="SECRET-VALUE-77",
            count=14,
        ),
        Problem(
            severity="info",
            rule=Text(en="NUTS code of another edition", sv="NUTS-kod från annan utgåva"),
            action=Text(en="kept", sv="behölls"),
            file="companies.csv",
            row=88,
            column="nuts",
            value="FR71",
        ),
    )


def provenance() -> tuple[Provenance, ...]:
    return tuple(
        Provenance(
            section=s,
            measure=m,
            parameters=(("clusters", "14"), ("null", "bipartite")),
            seed=20170101,
            checksum="9f31c0aa41d2e877",
            version="0.0.1",
            note=Text(en="999 draws", sv="999 dragningar"),
        )
        for s, m in (
            ("gaps", "gap.analyse"),
            ("partners", "recommend.partners"),
            ("ties", "null_models.tie_significance"),
            ("regions", "gap.reach"),
            ("central", "centrality.betweenness"),
            ("data", "check"),
        )
    )


def overview() -> Overview:
    """Three clusters: an ordinary one, one with a code as its need, one of two companies."""
    return Overview(
        clusters=(
            ClusterRow(
                id="c0",
                name="Elfordon Väst <b>",
                country="SE",
                companies=34,
                capability=0.41,
                low=0.3,
                high=0.5,
                random_high=0.28,
                complementarity=0.2,
                tie_deficit=0.0,
                reach=0.1,
                missing=Text(en="recycling", sv="återvinning"),
                filler_cluster="Stål Norr",
            ),
            ClusterRow(id="c1", name="Stål Norr", country="SE", companies=12, capability=0.22),
            ClusterRow(
                id="c2", name="Tvåmanna", companies=2, capability=0.87654, missing="SECRET-NEED"
            ),
        ),
        strongest=(
            TiePair(
                a="Elfordon Väst",
                b="Stål Norr",
                observed=9,
                expected=2.5,
                z=4.1,
                q=0.0,
                companies=12,
            ),
            TiePair(
                a="Stål Norr", b="SECRET-PAIR", observed=1, expected=0.01, z=9.0, q=0.0, companies=2
            ),
        ),
        weakest=(TiePair(a="A", b="B", observed=0, expected=7.25, z=-3.0, q=0.04, companies=5),),
        pairs=3,
        more=2,
        fewer=1,
    )
