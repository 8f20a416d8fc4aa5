"""The part of the contract about value chains and shocks: where clusters stand, and what breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .content import Phrase

CHAIN_BASES = ("flows", "links", "")
SHOCK_BASES = ("links", "inferred", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Companies of one cluster that stand at the same place of the chain.

    `label` is a NACE division where the chain's basis is "flows", else empty. `withheld` is set for
    a reader who may not see the figure, never by who computes.
    """

    cluster: str
    group: Phrase
    level: float | None
    label: str = ""
    companies: int | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Where clusters stand. `basis` "flows": steps to the final buyer of the members' industries,
    by the table named in `source`; "links": levels of the companies in the supply links; "":
    `undecided` says why there is nothing, `deciding_column` what would decide it.
    """

    basis: str
    stages: tuple[Stage, ...] = ()
    source: Phrase = ""
    undecided: Phrase = ""
    deciding_column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A company that others rest on (basis "links"), or a pair of industries ("inferred").

    Shares of output lost are in [0, 1]; `links` is the expected number of links and `probability`
    the mean one of those counted. All of it is for the internal audience.
    """

    name: Phrase
    buyer: str = ""
    cluster: Phrase = ""
    loss: float | None = None
    downstream: float | None = None
    upstream: float | None = None
    links: float | None = None
    probability: float | None = None
    companies: int | None = None
    status: str = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyLink:
    """An inferred link by company. Only where the reader asked for names, and internal."""

    seller: str
    buyer: str
    probability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock:
    """What breaks. `single_source` is the mean share of inputs that come from one supplier, over
    `companies` members with inputs. Basis "inferred" without a `source`: the data marked their
    links so. `likely` is empty unless names were asked for. `withheld` is set for a reader who may
    not see the rows.
    """

    basis: str
    rows: tuple[Break, ...] = ()
    likely: tuple[LikelyLink, ...] = ()
    single_source: float | None = None
    companies: int | None = None
    source: Phrase = ""
    undecided: Phrase = ""
    deciding_column: str = ""
    withheld: bool = False
