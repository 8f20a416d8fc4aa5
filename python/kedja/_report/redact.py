"""What a reader may see: one pass over the content, before anything is drawn.

After `prepare` the content holds no raw text: personal identity numbers are masked, characters that
hide or reorder text are written out, and figures that the audience may not see are gone. Templates
and charts therefore need no rule of their own about privacy.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from .content import ClusterRow, Edge, Gap, Network, Overview, Partner, Problem, ReportContent
from .content_chain import Chain, Shock
from .wording import MAX_NAME, MAX_TEXT, visible

AUDIENCES = ("internal", "members", "public")
FEWEST = 3  # companies that a figure must rest on outside the internal audience
MASK = "******-****"

_NAMES = frozenset(
    {
        "id",
        "name",
        "source_name",
        "target_name",
        "label",
        "short",
        "filler",
        "file",
        "table",
        "column",
        "value",
        "source",
        "target",
        "type",
        "cluster",
        "country",
        "seller",
        "buyer",
    }
)
_NUMBERS = frozenset({"checksum", "version"})  # digits in these are never a person's
_HIDDEN = "[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*"  # may stand between digits and hide a number


def _digits(pattern: str) -> str:
    return _HIDDEN.join(part for part in re.findall(r"\[\d[^\]]*\]|\\d|\d", pattern))


# A Swedish personal identity number, ten or twelve digits: the month's first digit is 0 or 1, where
# an organisation number has at least 2. Also inside a sole trader's VAT number (SE ... 01).
_PERSONAL = re.compile(
    r"(?<!\d)(?:"
    + _digits("1[89]")
    + "|"
    + _digits("20")
    + ")?"
    + _HIDDEN
    + _digits(r"\d\d[01]\d\d\d")
    + _HIDDEN
    + "[-+\u2010-\u2015\u2212 \u00a0\u2009\u202f]?"
    + _HIDDEN
    + _digits(r"\d\d\d\d")
    + r"(?:(?<=\d)01)?(?!\d)"
)


def mask_personal(text: str) -> str:
    """The text with every Swedish personal identity number in it replaced by stars."""
    return _PERSONAL.sub(MASK, text)


def prepare(content: ReportContent, audience: str) -> ReportContent:
    """The content as `audience` may see it, every text safe to read.

    Outside "internal": no named dependency (supply and ownership links, dependency measures, items
    of the fragility gap, companies whose failure is told), no inferred link, no raw value of a table, and no figure that rests on
    fewer than `FEWEST` companies. Personal identity numbers are masked in every audience unless
    `content.personal`.
    """
    if audience not in AUDIENCES:
        raise ValueError(f"audience: {audience!r} is not one of {', '.join(AUDIENCES)}")
    content = dataclasses.replace(
        content,
        partners=tuple(p for p in content.partners if p.target_name.strip()),
        network=_by_position(content.network),
    )
    if audience != "internal":
        content = _outside(content)
    return _clean(content, mask=not content.personal)


def _outside(content: ReportContent) -> ReportContent:
    kept = [i for i, m in enumerate(content.central_measures) if not m.dependency]
    ties = content.ties
    if ties is not None:
        cells = tuple(
            dataclasses.replace(
                c, observed=None, expected=None, z=None, q=None, companies=None, withheld=True
            )
            if _too_few(c.companies)
            else c
            for c in ties.cells
        )
        ties = dataclasses.replace(ties, cells=cells)
    return dataclasses.replace(
        content,
        central_measures=tuple(content.central_measures[i] for i in kept),
        central=tuple(
            dataclasses.replace(row, values=tuple(row.values[i] for i in kept))
            for row in content.central
        )
        if kept
        else (),
        ties=ties,
        gaps=tuple(_outside_gap(g) for g in content.gaps if not _names_a_company(g)),
        overview=_outside_overview(content.overview),
        partners=tuple(_outside_partner(p) for p in content.partners if not p.inferred),
        regions=tuple(
            dataclasses.replace(r, ties=None, companies=None, withheld=True)
            if _too_few(r.companies)
            else r
            for r in content.regions
        ),
        network=_outside_network(content.network),
        chain=_outside_chain(content.chain),
        shock=_outside_shock(content.shock),
        problems=tuple(_outside_problem(p) for p in content.problems),
    )


def _too_few(companies: int | None) -> bool:
    return companies is None or companies < FEWEST


def _names_a_company(gap: Gap) -> bool:
    return gap.item_kind == "company" or (gap.measure == "fragility" and bool(gap.item))


def _outside_gap(gap: Gap) -> Gap:
    gap = dataclasses.replace(gap, witnesses=())
    if gap.measure != "fragility" and not _too_few(gap.companies):
        return gap
    silent = dataclasses.replace(
        gap, evidence="", formula="", drivers=(), filler="", filler_cluster="", filler_country=""
    )
    if not _too_few(gap.companies):
        return silent
    return dataclasses.replace(
        silent,
        gap=None,
        low=None,
        high=None,
        random_low=None,
        random_mid=None,
        random_high=None,
        companies=None,
        withheld=True,
    )


def _outside_overview(overview: Overview | None) -> Overview | None:
    if overview is None:
        return None
    return dataclasses.replace(
        overview,
        clusters=tuple(
            ClusterRow(id=row.id, name=row.name, country=row.country, withheld=True)
            if _too_few(row.companies)
            else row
            for row in overview.clusters
        ),
        strongest=tuple(p for p in overview.strongest if not _too_few(p.companies)),
        weakest=tuple(p for p in overview.weakest if not _too_few(p.companies)),
    )


def _outside_partner(partner: Partner) -> Partner:
    return dataclasses.replace(partner, reasons=tuple(r for r in partner.reasons if not r.internal))


def _outside_network(network: Network | None) -> Network | None:
    if network is None:
        return None
    edges = tuple(
        e for e in network.edges if not e.inferred and e.kind not in ("supply", "ownership")
    )
    return dataclasses.replace(network, edges=edges)


def _outside_chain(chain: Chain | None) -> Chain | None:
    if chain is None:
        return None
    stages = tuple(
        dataclasses.replace(s, level=None, companies=None, withheld=True)
        if _too_few(s.companies)
        else s
        for s in chain.stages
    )
    return dataclasses.replace(chain, stages=stages)


def _outside_shock(shock: Shock | None) -> Shock | None:
    """Every row names a dependency or rests on inferred links."""
    if shock is None:
        return None
    few = _too_few(shock.companies)
    return dataclasses.replace(
        shock,
        rows=(),
        likely=(),
        single_source=None if few else shock.single_source,
        companies=None if few else shock.companies,
        withheld=bool(shock.basis),
    )


def _outside_problem(problem: Problem) -> Problem:
    return dataclasses.replace(problem, value="", row=None)


def _by_position(network: Network | None) -> Network | None:
    """Nodes named by their position: two different ids may read the same once they are masked."""
    if network is None:
        return None
    rank = {node.id: f"n{i}" for i, node in enumerate(network.nodes)}
    return Network(
        nodes=tuple(dataclasses.replace(n, id=rank[n.id]) for n in network.nodes),
        edges=tuple(
            Edge(source=rank[e.source], target=rank[e.target], kind=e.kind, inferred=e.inferred)
            for e in network.edges
        ),
    )


def _clean(value: Any, *, mask: bool, limit: int = MAX_TEXT) -> Any:
    if isinstance(value, str):
        return visible(mask_personal(value) if mask else value, limit)
    if isinstance(value, tuple):
        return tuple(_clean(item, mask=mask, limit=limit) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(
            value,
            **{
                field.name: _clean(
                    getattr(value, field.name),
                    mask=mask and field.name not in _NUMBERS,
                    limit=MAX_NAME if field.name in _NAMES else limit,
                )
                for field in dataclasses.fields(value)
            },
        )
    return value
