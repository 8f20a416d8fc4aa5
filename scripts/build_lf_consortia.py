#!/usr/bin/env python3
"""Builds examples/data/lf_consortia from the landscape extracts of five consortia.

scripts/build_lf_consortia.py --source DIR --out DIR
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

from _tables import fail, read_table, write_source, write_table, write_text

FIELDS = {
    "CAMARA": "telecommunication interfaces",
    "CNCF": "cloud computing",
    "LFAI": "artificial intelligence and data",
    "LFEdge": "edge computing",
    "LFEnergy": "energy systems",
}
# The landscapes tell a member from its product of the same name with such an ending.
ENDING = re.compile(r" \((?:member|supporter|contributor|LFESS)\)$")

CAVEATS = [
    "A membership says who pays to be a member, not who works with whom: there are no links.",
    "A capability is an entry in the consortium's own landscape, so clusters and capabilities "
    "are not independent of each other; one consortium lists no capabilities at all.",
    "There are no countries: a country-code web domain is a hint, not a country.",
    "Half of the companies (those that are not members) have no name; read the id.",
    "Subsidiaries and renamed companies may be split; universities and foundations are not told "
    "apart from companies.",
    "Only 50 companies are in two or more consortia.",
]
CAVEATS_SV = [
    "Ett medlemskap säger vem som betalar för att vara medlem, inte vem som arbetar med vem: "
    "det finns inga länkar.",
    "En förmåga är en rad i konsortiets egen översikt, så kluster och förmågor är inte oberoende "
    "av varandra; ett konsortium redovisar inga förmågor alls.",
    "Länder saknas: en landskod i webbadressen är en ledtråd, inte ett land.",
    "Hälften av företagen (de som inte är medlemmar) saknar namn; läs identiteten.",
    "Dotterbolag och namnbyten kan vara delade på flera rader; universitet och stiftelser skiljs "
    "inte från företag.",
    "Bara 50 företag är med i två eller fler konsortier.",
]


def role_of(tier: str) -> str:
    """The tier; where the landscape repeats the category as the tier, once is enough."""
    parts = []
    for part in tier.split("|"):
        category, colon, level = part.partition(": ")
        parts.append(level if colon and category == level else part)
    return "|".join(parts)


def build(source: Path, out: Path) -> None:
    companies = sorted(read_table(source / "companies.csv"), key=lambda row: row["company_id"])
    consortia = sorted(read_table(source / "clusters.csv"), key=lambda row: row["consortium"])
    memberships = sorted(
        read_table(source / "memberships.csv"),
        key=lambda row: (row["company_id"], row["consortium"]),
    )
    capabilities = sorted(
        read_table(source / "capabilities.csv.gz"),
        key=lambda row: (row["company_id"], row["capability"]),
    )
    known = {row["company_id"] for row in companies}
    for row in memberships + capabilities:
        if row["company_id"] not in known:
            fail(f"company {row['company_id']} is not in companies.csv")
    for row in consortia:
        members = sum(m["consortium"] == row["consortium"] for m in memberships)
        if members != int(row["n_members"]):
            fail(f"{row['consortium']} has {members} members, clusters.csv says {row['n_members']}")

    write_table(
        out / "companies.csv.gz",
        ("id", "name", "domain", "cctld"),
        (
            (row["company_id"], ENDING.sub("", row["name"]), row["domain"], row["cctld"])
            for row in companies
        ),
    )
    write_table(
        out / "clusters.csv",
        ("id", "name", "field"),
        ((row["consortium"], row["name"], FIELDS[row["consortium"]]) for row in consortia),
    )
    write_table(
        out / "memberships.csv",
        ("company", "cluster", "role", "since"),
        (
            (row["company_id"], row["consortium"], role_of(row["tier"]), row["date"])
            for row in memberships
        ),
    )
    write_table(
        out / "capabilities.csv.gz",
        ("company", "capability", "kind"),
        ((row["company_id"], row["capability"], "technology") for row in capabilities),
    )
    write_source(
        out / "SOURCE.json",
        {
            "title": "Members and capabilities of five industry consortia",
            "title_sv": "Medlemmar och förmågor i fem branschkonsortier",
            "licence": "CC BY 4.0; the CAMARA part Apache-2.0",
            "attribution": "Cloud Native Computing Foundation, LF Energy, LF AI & Data and LF Edge "
            "landscapes (CC BY 4.0); CAMARA landscape (Apache-2.0)",
            "as_of": "2026",
            "invented": False,
            "caveats": CAVEATS,
            "caveats_sv": CAVEATS_SV,
        },
    )
    per_cluster = Counter(row["consortium"] for row in memberships)
    offering = Counter(row["capability"].split("/")[0] for row in capabilities)
    times = Counter(row["company_id"] for row in memberships)
    rows = "".join(
        f"| {row['consortium']} | {row['name']} | {per_cluster[row['consortium']]:,} "
        f"| {offering[row['consortium']]:,} | `{row['source']}` |\n"
        for row in consortia
    )
    write_text(
        out / "README.md",
        README.format(
            rows=rows,
            companies=len(companies),
            unnamed=sum(not row["name"] for row in companies),
            members=len(times),
            memberships=len(memberships),
            dated=sum(bool(row["date"]) for row in memberships),
            two=sum(count > 1 for count in times.values()),
            three=sum(count > 2 for count in times.values()),
            both=len(times.keys() & {row["company_id"] for row in capabilities}),
            capabilities=len(capabilities),
            cells=len({row["capability"] for row in capabilities}),
        ),
    )


README = """\
# Members and capabilities of five industry consortia

Real memberships (who pays to be a member) and real capability entries (which company offers a product or
project in which cell of the consortium's landscape). As of 2026.

Made by `scripts/build_lf_consortia.py`; the same input gives the same bytes. This page is written by it too.

## Source and licence

The public `landscape.yml` files of five consortia:

| id | consortium | members | capability rows | repository |
|---|---|---|---|---|
{rows}
Licence: the landscapes of CNCF, LF Energy, LF AI & Data and LF Edge **CC BY 4.0** (attribution: the
consortium's landscape, as named above); CAMARA **Apache-2.0**. Changes: companies of the five files joined,
endings such as "(member)" taken off names, foundation-owned projects left out. Nothing that the landscapes
fetch from Crunchbase is included.

## Tables

| file | rows | columns |
|---|---|---|
| `companies.csv.gz` | {companies:,} | id, name, domain, cctld |
| `clusters.csv` | 5 | id, name, field |
| `memberships.csv` | {memberships:,} | company, cluster, role, since |
| `capabilities.csv.gz` | {capabilities:,} | company, capability, kind |

* **companies.** `id` is the slug that the landscape gives the organisation, or `dom:` and the web domain.
  `name` is empty for {unnamed:,}, none of them a member. `domain` and `cctld` (country-code ending of the
  domain) are extra columns.
* **memberships.** `role` is the membership tier (several joined with `|`); `since` is the date joined, known
  for {dated:,}. {members:,} members; {two} are in two or more consortia, {three} in three or more.
* **capabilities.** {cells} cells, written consortium/category/subcategory. {both} members also have capabilities.

## What it is not

* **Not links.** Nothing here says that two companies work together or trade.
* **Not independent evidence.** Clusters and capabilities come from the same landscapes, and a capability
  carries its consortium's name; CAMARA lists no capabilities, which is not the same as having none.
* **Not geography.** There is no country; a country-code domain is a hint.
* **Not a company register.** Subsidiaries and renamed companies may be split, and universities and foundations
  are not told apart from companies.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="folder with the extracts")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    options = parser.parse_args()
    build(options.source, options.out)


if __name__ == "__main__":
    main()
