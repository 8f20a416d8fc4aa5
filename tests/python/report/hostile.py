"""Names that try to become markup, script, style, address or hidden text."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from kedja._report.content import (
    Break,
    Broker,
    CentralCompany,
    CentralMeasure,
    Chain,
    ClusterLabel,
    Driver,
    Edge,
    Focus,
    Gap,
    LikelyLink,
    LoadedTable,
    Network,
    Node,
    Partner,
    Problem,
    Provenance,
    Reason,
    RegionTies,
    ReportContent,
    Shock,
    Source,
    Stage,
    TieCell,
    TieMatrix,
)

INLINE = (
    "<script>alert(1)</script>",
    "</title></style></script><svg/onload=alert(1)>",
    "{{7*7}}${7*7}",
    "\u202egnp.exe",
    "</script><!--",
    "<img src=x onerror=alert(1)>",
    '"><iframe src=//evil.example>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "{% raw %}{{ c }}",
    "]]><script>alert(1)</script>",
    "<style>@import url(//evil.example)</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href=https://evil.example>x</a>",
    "\u2028</script>\u2029",
    "{item} {0} {filler.__class__}",
    "%s%n",
    "a\x00<b\x00>",
    "\ud800<b>",
    "<math><mtext></form><form><mglyph><style></math><img>",
)


def names() -> list[str]:
    """The inline kinds, and those of the shared corpus where it is at hand."""
    root = Path(__file__).resolve().parents[3]
    shared = Path(os.environ.get("KEDJA_SHARED", root.parent / "shared"))
    found = list(INLINE)
    for path in sorted((shared / "corpus" / "companies").glob("name_html_*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            found += [row["name"] for row in csv.DictReader(handle) if row["id"] == "C1"]
    return found


def everywhere(s: str, basis: str = "links") -> ReportContent:
    """The string in every text of the contract at once."""
    return ReportContent(
        title=s,
        as_of=s,
        version=s,
        invented=True,
        focus=Focus(id=s, name=s, country=s, region=s, members=3),
        sources=(Source(name=s, licence=s, attribution=s, address=s),),
        caveats=(s,),
        loaded=(LoadedTable(table=s, file=s, rows=1),),
        problems=tuple(
            Problem(severity="error", rule=s, action=s, code=s, file=s, row=1, column=s, value=s)
            for _ in range(9)
        ),
        central_measures=(CentralMeasure(key=s, label=s, help=s),),
        central=(CentralCompany(id=s, name=s, cluster=s, country=s, type=s, values=(1.0,)),),
        brokers=(Broker(id=s, name=s, cluster=s, country=s, total=1.0),),
        ties=TieMatrix(
            clusters=(ClusterLabel(id=s, name=s, short=s, country=s), ClusterLabel(id="b", name=s)),
            cells=(
                TieCell(row=0, column=1, observed=1.0, expected=9.0, z=-2.0, q=0.01, companies=5),
            ),
            null=s,
        ),
        gaps=tuple(
            Gap(
                cluster=s,
                measure=m,
                item=s,
                item_kind=k,
                gap=0.5,
                low=0.4,
                high=0.6,
                filler=s,
                filler_cluster=s,
                filler_country=s,
                evidence=s,
                formula=s,
                drivers=(Driver(label=s, share=0.5),),
                random_low=0.1,
                random_high=0.2,
                companies=5,
            )
            for m, k in (
                ("capability", "name"),
                ("reach", "nuts2"),
                ("tie_deficit", "country"),
                ("coverage", "nace2"),
            )
        ),
        partners=(
            Partner(
                rank=1,
                source=s,
                target=s,
                score=1.0,
                source_name=s,
                target_name=s,
                cluster=s,
                country=s,
                reasons=(Reason(text=s),),
                warnings=(s,),
            ),
        ),
        regions=(
            RegionTies(nuts2="SE23", ties=4.0, companies=5, name=s),
            RegionTies(nuts2=s, ties=1.0, companies=5),
        ),
        network=Network(
            nodes=(
                Node(id=s, label=s, role="member", group=s, country=s),
                Node(id="q", label=s, role="partner", group=s, country=s),
                Node(id="r", label=s, role="between"),
            ),
            edges=(Edge(source=s, target="q", kind="suggested"),),
        ),
        chain=Chain(
            basis="flows",
            stages=(
                Stage(cluster=s, group=s, label=s, level=1.5, companies=5),
                Stage(cluster="b", group=s, label=s, level=2.5, companies=5),
            ),
            source=s,
        ),
        shock=Shock(
            basis=basis,
            likely=(LikelyLink(seller=s, buyer=s, probability=0.5),),
            rows=(Break(name=s, buyer=s, cluster=s, loss=0.5, links=1.0, companies=5),),
            source=s,
        ),
        provenance=(
            Provenance(
                section="gaps", measure=s, parameters=((s, s),), checksum=s, version=s, note=s
            ),
        ),
    )
