#!/usr/bin/env python3
"""Builds examples/data/debian_supply, a directed supply network at scale.

    scripts/build_debian_supply.py --source DIR --out DIR

A supplier is a package that another package needs; the buyer is the one that needs it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from _tables import fail, read_table, write_source, write_table, write_text

CAVEATS = [
    "Software packages stand in for companies: structure and size are real, the economics are not.",
    "A link says that one package needs another, not how much of it: there are no values.",
    "Only the first of several alternative dependencies is taken, so substitutes do not show.",
    "Nearly free of cycles, unlike trade between companies.",
    "Clusters are maintainer teams; a quarter of the packages have none.",
]
CAVEATS_SV = [
    "Programpaket står för företag: struktur och storlek är verkliga, ekonomin är det inte.",
    "En länk säger att ett paket behöver ett annat, inte hur mycket: värden saknas.",
    "Bara det första av flera alternativa beroenden är med, så utbytbara leverantörer syns inte.",
    "Nästan fritt från cykler, till skillnad från handel mellan företag.",
    "Klustren är grupper av underhållare; en fjärdedel av paketen har ingen.",
]


def build(source: Path, out: Path) -> None:
    vertices = read_table(source / "vertices.csv.gz")
    name_of = {row["vertex"]: row["package"] for row in vertices}
    if len(set(name_of.values())) != len(vertices):
        fail("two packages have the same name")
    edges = read_table(source / "edges.csv.gz")
    links = sorted((name_of[row["supplier"]], name_of[row["buyer"]]) for row in edges)
    if len(set(links)) != len(links):
        fail("a link occurs twice")
    vertices.sort(key=lambda row: row["package"])

    write_table(
        out / "companies.csv.gz",
        ("id", "name", "type", "section", "maintainer_team"),
        (
            (row["package"], row["package"], "other", row["section"], row["maintainer_team"])
            for row in vertices
        ),
    )
    write_table(out / "links.csv.gz", ("source", "target"), links)
    teams = Counter(row["maintainer_team"] for row in vertices if row["maintainer_team"])
    write_table(
        out / "clusters.csv",
        ("id", "name", "field"),
        ((team, team, "software") for team in sorted(teams)),
    )
    n_memberships = write_table(
        out / "memberships.csv.gz",
        ("company", "cluster"),
        ((row["package"], row["maintainer_team"]) for row in vertices if row["maintainer_team"]),
    )
    write_source(
        out / "SOURCE.json",
        {
            "title": "Dependencies between the packages of Debian 12, a supply network at scale",
            "title_sv": "Beroenden mellan paketen i Debian 12, ett leverantörsnät i full skala",
            "licence": "free: package metadata of the Debian archive",
            "attribution": "The Debian Project, package index of Debian 12 (main, amd64)",
            "as_of": "2023",
            "invented": False,
            "caveats": CAVEATS,
            "caveats_sv": CAVEATS_SV,
        },
    )
    buyers = Counter(supplier for supplier, _ in links)
    hub, hub_buyers = min(buyers.items(), key=lambda item: (-item[1], item[0]))
    touched = {end for link in links for end in link}
    write_text(
        out / "README.md",
        README.format(
            companies=len(vertices),
            links=len(links),
            clusters=len(teams),
            memberships=n_memberships,
            sections=len({row["section"] for row in vertices if row["section"]}),
            isolated=len(vertices) - len(touched),
            hub=hub,
            hub_buyers=hub_buyers,
        ),
    )


README = """\
# Debian 12 package supply network

A real directed network at scale, for speed, centralities, single points of failure and shock propagation:
{companies:,} software packages and {links:,} links from the package that is needed (supplier) to the package that
needs it (buyer).

Made by `scripts/build_debian_supply.py`; the same input gives the same bytes. This page is written by it too.

## Source and licence

Package index of Debian 12, main, amd64 (`apt-cache dumpavail`), so that any Debian 12 machine can make it
again. First alternative of Depends and Pre-Depends; virtual names with a single provider are resolved.
Package names and dependencies are facts from Debian's freely redistributable archive metadata. Attribution:
**The Debian Project**. Personal maintainers are left out.

## Tables

| file | rows | columns |
|---|---|---|
| `companies.csv.gz` | {companies:,} | id, name, type, section, maintainer_team |
| `links.csv.gz` | {links:,} | source, target |
| `clusters.csv` | {clusters:,} | id, name, field |
| `memberships.csv.gz` | {memberships:,} | company, cluster |

* **companies.** One row per package; `type` is `other` for all. `section` ({sections} sections) and
  `maintainer_team` are extra columns. {isolated:,} packages have no link.
* **links.** Supply links: `source` supplies `target`. The largest supplier is `{hub}` with {hub_buyers:,} buyers.
* **clusters, memberships.** Maintainer teams.

## What it is not

* **Not companies and not trade.** Packages stand in for companies. Structure and size are real; prices,
  volumes and inventories do not exist, so a shock result says how the method behaves, not what a loss costs.
* **Not weighted.** A link has no value.
* **Not showing substitutes.** Of several alternatives only the first is taken.
* **Not typical in cycles.** Nearly free of them (the largest strongly connected part has 11 packages), unlike
  supply between companies.
* **Not industry clusters.** Teams of maintainers; a quarter of the packages have none.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="folder with the extracts")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    options = parser.parse_args()
    build(options.source, options.out)


if __name__ == "__main__":
    main()
