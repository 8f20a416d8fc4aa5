#!/usr/bin/env python3
"""Builds examples/data/cordis_h2020 from the joined CORDIS extracts.

    scripts/build_cordis.py --source DIR --out DIR [--min-firms 5] [--min-lq 1.0]

The clusters are computed here. With the default thresholds they are compared with
clusters_observed.csv and memberships_observed.csv.gz of the source, and the program
ends with an error when a single one differs.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from _tables import fail, number, read_table, write_source, write_table, write_text, year_of

DEFAULT_MIN_FIRMS = 5
DEFAULT_MIN_LQ = 1.0

TYPES = {
    "PRC": "company",
    "HES": "university",
    "REC": "research",
    "PUB": "public",
    "OTH": "other",
}
# The EU writes EL and UK where ISO 3166-1 has GR and GB.
EU_TO_ISO = {"EL": "GR", "UK": "GB"}

# `kedja._contents.partners.stored_figures` of the back-test until 2016, after 2017; the report shows
# it as long as the checksum is that of the tables. Run it again when they change.
BACKTEST = {
    "data_checksum": "11659565feac7bd6",
    "until": 2016,
    "after": 2017,
    "events": 6467,
    "model": 0.751,
    "low": 0.738,
    "high": 0.765,
    "best_rule": "Adamic-Adar",
    "best_rule_value": 0.621,
    "precision_at_10": 0.023,
    "precision_at_10_of_rule": 0.044,
    "table": [
        {
            "rule": "model",
            "auc": 0.751,
            "low": 0.738,
            "high": 0.765,
            "inter_cluster": 0.744,
            "average_precision": 0.442,
            "precision": 0.023,
        },
        {
            "rule": "recency",
            "auc": 0.551,
            "low": 0.54,
            "high": 0.559,
            "inter_cluster": 0.559,
            "average_precision": 0.203,
            "precision": 0.022,
        },
        {
            "rule": "preferential_attachment",
            "auc": 0.527,
            "low": 0.514,
            "high": 0.536,
            "inter_cluster": 0.539,
            "average_precision": 0.182,
            "precision": 0.037,
        },
        {
            "rule": "common_neighbours",
            "auc": 0.612,
            "low": 0.6,
            "high": 0.625,
            "inter_cluster": 0.621,
            "average_precision": 0.244,
            "precision": None,
        },
        {
            "rule": "adamic_adar",
            "auc": 0.621,
            "low": 0.608,
            "high": 0.634,
            "inter_cluster": 0.631,
            "average_precision": 0.262,
            "precision": 0.044,
        },
        {
            "rule": "placebo",
            "auc": 0.72,
            "low": 0.706,
            "high": 0.735,
            "inter_cluster": 0.715,
            "average_precision": 0.401,
            "precision": None,
        },
    ],
}

CAVEATS = [
    "A link is a joint grant, not a delivery: two organisations shared a Horizon 2020 project.",
    "As of 2017: only projects that started before 2018.",
    "Names and places are missing for a third of the firms, and not at random: "
    "organisations that first appear after the mid-2017 extract have neither.",
    "Places are the city, not the street; NUTS regions are derived from the city.",
    "The SME mark is a lower bound: empty does not mean large.",
    "Clusters are observed groups (region x programme part), not cluster organisations; "
    "many have fewer than ten firms.",
    "Groups and capabilities both come from programme parts, so complementarity between "
    "them is partly true by definition.",
    "Subsidiaries of one group are separate organisations, and two names appear under two "
    "identifiers each.",
]
# The programme parts of Horizon 2020 in plain words.
PROGRAMME_PARTS = [
    ("ARF", "access to risk finance", "riskfinansiering"),
    ("ERC", "frontier research", "gränsöverskridande grundforskning"),
    ("Euratom", "nuclear research", "kärnforskning"),
    ("FET", "future and emerging technologies", "framtida och ny teknik"),
    ("Innovation in SMEs", "", "innovation i små och medelstora företag"),
    ("LEIT", "industrial technologies", "industriell teknik"),
    ("MSCA", "researcher mobility", "forskares rörlighet"),
    ("RI", "research infrastructures", "forskningsinfrastruktur"),
    ("SC1", "health", "hälsa"),
    ("SC2", "food and bioeconomy", "livsmedel och bioekonomi"),
    ("SC3", "energy", "energi"),
    ("SC4", "transport", "transport"),
    ("SC5", "climate and resources", "klimat och resurser"),
    ("SC6", "inclusive societies", "inkluderande samhällen"),
    ("SC7", "security", "säkerhet"),
    ("SEWP", "spreading excellence", "spridning av spetskompetens"),
    ("SWAFS", "science with and for society", "vetenskap med och för samhället"),
]

CAVEATS_SV = [
    "En länk är ett gemensamt bidrag, inte en leverans: två organisationer delade ett "
    "projekt i Horisont 2020.",
    "Läget 2017: bara projekt som startade före 2018.",
    "Namn och plats saknas för en tredjedel av företagen, och inte slumpmässigt: "
    "organisationer som dyker upp efter utdraget i mitten av 2017 har ingetdera.",
    "Platsen är orten, inte gatan; NUTS-regionen är härledd ur orten.",
    "Märkningen som litet eller medelstort företag är en undre gräns: tomt betyder inte stort.",
    "Klustren är observerade grupper (region x programdel), inte klusterorganisationer; "
    "många har färre än tio företag.",
    "Grupper och förmågor kommer båda från programdelar, så att de kompletterar varandra "
    "är delvis sant per definition.",
    "Dotterbolag i en koncern är skilda organisationer, och två namn förekommer under "
    "två identiteter vardera.",
]


@dataclass(frozen=True)
class Cluster:
    region: str
    field: str
    participations: int
    lq: Fraction
    firms: dict[str, int]  # organisation -> projects in this field

    @property
    def id(self) -> str:
        return f"{self.region}|{self.field}"


def observed_clusters(
    organisations: list[dict[str, str]],
    participations: list[dict[str, str]],
    fields_of: dict[str, list[str]],
    industrial: set[str],
    min_firms: int,
    min_lq: float,
) -> list[Cluster]:
    """NUTS 2 x industrial programme part.

    Counted is one per firm (PRC with a known NUTS 2 region), project and industrial
    programme part of the project. With n(r, f) such participations of region r in
    field f, LQ = (n(r, f) / n(r, .)) / (n(., f) / n(., .)): every sum runs over firms
    with a region and over industrial fields only.
    """
    region_of = {
        row["org_id"]: row["nuts2"]
        for row in organisations
        if row["type"] == "PRC" and row["nuts2"]
    }
    cells: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in participations:
        region = region_of.get(row["org_id"])
        if region is None:
            continue
        for field in fields_of.get(row["rcn"], ()):
            if field in industrial:
                cells[region, field][row["org_id"]] += 1
    in_region: Counter[str] = Counter()
    in_field: Counter[str] = Counter()
    for (region, field), firms in cells.items():
        in_region[region] += firms.total()
        in_field[field] += firms.total()
    everywhere = in_region.total()
    bound = Fraction(min_lq)
    found = []
    for (region, field), firms in sorted(cells.items()):
        count = firms.total()
        # Exact arithmetic: a location quotient of exactly 1 is not a matter of rounding.
        lq = Fraction(count * everywhere, in_region[region] * in_field[field])
        if len(firms) >= min_firms and lq >= bound:
            found.append(Cluster(region, field, count, lq, dict(sorted(firms.items()))))
    return found


def compare(clusters: list[Cluster], source: Path) -> None:
    """Ends the program unless the clusters are those that the source lists."""
    listed = {row["cluster_id"]: row for row in read_table(source / "clusters_observed.csv")}
    computed = {cluster.id: cluster for cluster in clusters}
    differing = sorted(listed.keys() ^ computed.keys())
    if differing:
        fail(
            f"{len(computed)} clusters computed, {len(listed)} listed in clusters_observed.csv; "
            f"first in only one of them: {differing[0]}"
        )
    for key, cluster in computed.items():
        row = listed[key]
        mine = (cluster.region, cluster.field, len(cluster.firms), cluster.participations)
        theirs = (row["nuts2"], row["field"], int(row["n_firms"]), int(row["participations"]))
        if mine != theirs or abs(float(cluster.lq) - float(row["lq"])) > 5.1e-5:
            fail(f"cluster {key} differs from clusters_observed.csv: {mine} instead of {theirs}")
    members = {
        (row["cluster_id"], row["org_id"]): int(row["n_projects"])
        for row in read_table(source / "memberships_observed.csv.gz")
    }
    mine_members = {
        (cluster.id, firm): count for cluster in clusters for firm, count in cluster.firms.items()
    }
    if members != mine_members:
        first = sorted(members.items() ^ mine_members.items())[0]
        fail(f"memberships differ from memberships_observed.csv.gz, first at {first}")


def build(source: Path, out: Path, min_firms: int, min_lq: float) -> None:
    organisations = sorted(
        read_table(source / "organisations.csv.gz"), key=lambda row: row["org_id"]
    )
    projects = {row["rcn"]: row for row in read_table(source / "projects.csv.gz")}
    participations = sorted(
        read_table(source / "participations.csv.gz"),
        key=lambda row: (row["org_id"], int(row["rcn"])),
    )
    fields = read_table(source / "fields.csv")
    industrial = {row["field"] for row in fields if row["industrial"] == "1"}
    fields_of: dict[str, list[str]] = defaultdict(list)
    for row in read_table(source / "project_field.csv.gz"):
        fields_of[row["rcn"]].append(row["programme_part"])
    order = {row["field"]: position for position, row in enumerate(fields)}
    for parts in fields_of.values():
        unknown = [part for part in parts if part not in order]
        if unknown:
            fail(f"programme part {unknown[0]!r} is not in fields.csv")
        parts.sort(key=order.__getitem__)

    clusters = observed_clusters(
        organisations, participations, fields_of, industrial, min_firms, min_lq
    )
    if (min_firms, min_lq) == (DEFAULT_MIN_FIRMS, DEFAULT_MIN_LQ):
        compare(clusters, source)

    def company(row: dict[str, str]) -> tuple[str, ...]:
        if row["type"] not in TYPES:
            fail(f"organisation {row['org_id']} has the unknown type {row['type']!r}")
        country = EU_TO_ISO.get(row["country"], row["country"])
        return (
            row["org_id"],
            row["name"],
            row["short_name"],
            TYPES[row["type"]],
            "" if country == "NA" else country,  # NA: missing or Namibia, the source cannot tell
            row["nuts3"] or row["nuts2"],
            row["city"],
            row["lat"],
            row["lon"],
            "true" if row["sme_evidence"] == "1" else "",
        )

    n_companies = write_table(
        out / "companies.csv.gz",
        ("id", "name", "short_name", "type", "country", "nuts", "city", "lat", "lon", "sme"),
        map(company, organisations),
    )

    years = {rcn: year_of(row["start_date"]) for rcn, row in projects.items()}
    undated = sum(not year for year in years.values())
    if undated:
        fail(f"{undated} projects have no start date")

    def participation(row: dict[str, str]) -> tuple[str, ...]:
        value = number(row["ec_contribution_eur"])
        return (
            row["org_id"],
            row["rcn"],
            row["role"],
            value,
            "EUR" if value else "",
            years[row["rcn"]],
            "|".join(fields_of[row["rcn"]]),
        )

    n_participations = write_table(
        out / "participations.csv.gz",
        ("company", "project", "role", "value", "currency", "year", "field"),
        map(participation, participations),
    )

    write_table(
        out / "clusters.csv",
        ("id", "name", "country", "region", "field"),
        (
            (
                cluster.id,
                f"{cluster.region} x {cluster.field} (observed)",
                EU_TO_ISO.get(cluster.region[:2], cluster.region[:2]),
                cluster.region,
                cluster.field,
            )
            for cluster in clusters
        ),
    )
    n_memberships = write_table(
        out / "memberships.csv",
        ("company", "cluster", "weight"),
        sorted(
            (firm, cluster.id, count)
            for cluster in clusters
            for firm, count in cluster.firms.items()
        ),
    )

    first_year: dict[tuple[str, str], str] = {}
    for row in participations:
        for field in fields_of[row["rcn"]]:
            key = (row["org_id"], field)
            year = years[row["rcn"]]
            if key not in first_year or year < first_year[key]:
                first_year[key] = year
    n_capabilities = write_table(
        out / "capabilities.csv.gz",
        ("company", "capability", "kind", "year"),
        (
            (org, field, "technology", year)
            for (org, field), year in sorted(
                first_year.items(), key=lambda item: (item[0][0], order[item[0][1]])
            )
        ),
    )

    write_source(
        out / "SOURCE.json",
        {
            "title": "European collaboration in Horizon 2020, projects starting before 2018",
            "title_sv": "Europeiskt samarbete i Horisont 2020, projekt med start före 2018",
            "licence": "CC BY 4.0",
            "attribution": "CORDIS, European Union; place names and coordinates: GeoNames "
            "(CC BY 4.0); NUTS 2016 regions: (c) EuroGeographics for the administrative "
            "boundaries",
            "as_of": "2017",
            "invented": False,
            "caveats": CAVEATS,
            "caveats_sv": CAVEATS_SV,
            "observed_clusters": {
                "fields": [row["field"] for row in fields if row["industrial"] == "1"],
                "type": TYPES["PRC"],
                "min_companies": min_firms,
                "min_location_quotient": min_lq,
            },
            "labels": {
                code: {"en": english, "sv": swedish} for code, english, swedish in PROGRAMME_PARTS
            },
            "backtest": BACKTEST,
        },
    )

    by_type = Counter(TYPES[row["type"]] for row in organisations)
    firms = [row for row in organisations if row["type"] == "PRC"]
    sizes = [len(cluster.firms) for cluster in clusters]
    in_clusters = {firm for cluster in clusters for firm in cluster.firms}
    counts = {
        "companies": n_companies,
        "by_type": ", ".join(f"{kind} {by_type[kind]:,}" for kind in TYPES.values()),
        "named": sum(bool(row["name"]) for row in organisations),
        "firms": len(firms),
        "firms_unnamed": sum(not row["name"] for row in firms),
        "firms_unplaced": sum(not row["nuts2"] for row in firms),
        "sme": sum(row["sme_evidence"] == "1" for row in organisations),
        "no_country": sum(row["country"] in ("", "NA") for row in organisations),
        "kosovo": sum(row["country"] == "XK" for row in organisations),
        "participations": n_participations,
        "no_value": sum(not row["ec_contribution_eur"] for row in participations),
        "no_field": sum(not fields_of[row["rcn"]] for row in participations),
        "no_field_projects": sum(not fields_of[rcn] for rcn in projects),
        "projects": len(projects),
        "clusters": len(clusters),
        "regions": len({cluster.region for cluster in clusters}),
        "small": sum(size < 10 for size in sizes),
        "memberships": n_memberships,
        "in_clusters": len(in_clusters),
        "capabilities": n_capabilities,
        "min_firms": min_firms,
        "min_lq": min_lq,
    }
    field_rows = "".join(
        f"| {row['field']} | {row['label']} | {'yes' if row['industrial'] == '1' else 'no'} |\n"
        for row in fields
    )
    write_text(out / "README.md", README.format(fields=field_rows, **counts))


README = """\
# European collaboration in Horizon 2020

Real organisations and the research and innovation projects they shared: {projects:,} Horizon 2020
projects that started before 2018. As of 2017.

Made by `scripts/build_cordis.py`; the same input gives the same bytes. This page is written by it too.

## Source and licence

* Organisations, projects, participations: CORDIS, the European Commission's record of funded research,
  two extracts (mid 2017, with names and cities; December 2020, participations without names) joined on
  the nine-digit participant code (PIC). Licence **CC BY 4.0**. Attribution: **CORDIS, European Union**.
  Changes: two extracts joined, names repaired where the encoding was broken, country codes and types
  translated, clusters and capabilities derived.
* `lat`, `lon`: coordinates of the city from **GeoNames, CC BY 4.0**.
* `nuts`: NUTS 2016 region that contains the city, derived from boundaries that are
  **(c) EuroGeographics for the administrative boundaries**.

`SOURCE.json` holds the same facts for programs: title, licence, attribution, and the caveats in English
and Swedish.

## Tables

| file | rows | columns |
|---|---|---|
| `companies.csv.gz` | {companies:,} | id, name, short_name, type, country, nuts, city, lat, lon, sme |
| `participations.csv.gz` | {participations:,} | company, project, role, value, currency, year, field |
| `clusters.csv` | {clusters:,} | id, name, country, region, field |
| `memberships.csv` | {memberships:,} | company, cluster, weight |
| `capabilities.csv.gz` | {capabilities:,} | company, capability, kind, year |

* **companies.** `id` is the PIC; read it as text.
  `type`: {by_type}.
  All types are kept, since universities and institutes broker between firms; the firms are
  `type = company`. `country` is ISO 3166-1 alpha-2 (and XK, user-assigned, for the {kosovo} from Kosovo), empty
  for {no_country:,} (the source writes NA both for a missing country and for Namibia). `nuts` is NUTS 3
  where known, else NUTS 2, else empty. `sme` is `true` for the {sme:,} firms that were sole beneficiary
  of an SME-only project, else empty: empty means unknown.
* **participations.** One row per organisation and project. `project` is the CORDIS record number (not the
  grant number). `value` is the EU contribution in euro, unknown for {no_value:,}. `year` is the year the
  project started. `field` lists the project's programme parts, joined with `|`; {no_field:,} rows
  ({no_field_projects} projects) have none.
  Collaboration links are projected from this table when it is read.
* **clusters, memberships.** Computed: a NUTS 2 region and an industrial programme part form a cluster when at
  least {min_firms} firms of the region took part and the location quotient is at least {min_lq:g}. Counted is one per
  firm with a known region, project, and industrial programme part of the project. With n(r, f) of these in
  region r and field f, LQ = (n(r, f) / n(r, all)) / (n(all, f) / n(all, all)), where "all" runs over the
  industrial fields and over the firms with a known region. `weight` is the number of the firm's projects in
  the field. The thresholds are options: `--min-firms`, `--min-lq`. {regions} regions have a cluster;
  {in_clusters:,} firms are in one or more.
* **capabilities.** The programme parts an organisation has taken part in; `year` is the first start year.

| programme part | label | industrial |
|---|---|---|
{fields}
## What it is not

* **Not deliveries.** A link is a joint grant. It says that two organisations worked in the same funded
  project, not that one sells to the other. Projects with many partners make cliques.
* **Not today.** As of 2017; companies have since merged, moved, closed and been founded.
* **Not complete.** {firms_unnamed:,} of {firms:,} firms have no name or city, {firms_unplaced:,} no NUTS region,
  and they are not missing at random: they first appear after the mid-2017 extract, so newcomers are the
  nameless ones. Suggestions should leave them out. Firms that never applied for EU funding are not here at all.
* **Not an SME register.** The SME mark is a lower bound; no mark does not mean large.
* **Not cluster organisations.** The clusters are observed groups with no office, no member list and no manager;
  {small} of {clusters} have fewer than ten firms.
* **Not independent evidence of complementarity.** Groups and capabilities both come from programme parts, so
  complementarity between them is partly true by definition.
* **Not corporate groups.** Subsidiaries of one group are separate rows; two names appear under two PICs.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="folder with the extracts")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--min-firms", type=int, default=DEFAULT_MIN_FIRMS)
    parser.add_argument("--min-lq", type=float, default=DEFAULT_MIN_LQ)
    options = parser.parse_args()
    build(options.source, options.out, options.min_firms, options.min_lq)


if __name__ == "__main__":
    main()
