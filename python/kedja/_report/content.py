"""The contract between numbers and pages: everything a report shows, as plain frozen values.

Whoever computes fills a `ReportContent`; whoever draws reads it. Nothing here needs pandas, NumPy
or the compiled library, so a page can be rendered, tested and stored apart from the data it shows.

Conventions
-----------
* A text that people read is a `Phrase`: a plain `str` where it is a name (the same in every
  language), a `Text` where it is wording, with both languages.
* A number that is missing is `None`; NaN and infinities are read as missing too.
* `companies` beside a figure says how many companies the figure rests on. Outside the internal
  audience a figure with fewer than three, **or with `None`**, is withheld: unknown is treated as
  too few. Where an observed count is zero, give the members of the smaller group compared.
* Raw names go in raw: escaping, masking of personal identity numbers and making invisible
  characters visible happen once, in `kedja._report.redact`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .content_chain import CHAIN_BASES, SHOCK_BASES
from .content_chain import Break as Break
from .content_chain import Chain as Chain
from .content_chain import LikelyLink as LikelyLink
from .content_chain import Shock as Shock
from .content_chain import Stage as Stage

QUESTIONS = ("hold_together", "position", "missing", "partners", "what_if")
ANSWER_STATES = ("answered", "partial", "undecided")
SEVERITIES = ("error", "warning", "info")
MEASURES = ("capability", "complementarity", "tie_deficit", "fragility", "reach", "coverage")
ITEM_KINDS = ("name", "nace2", "nuts2", "country", "cluster", "company", "chain")
NODE_ROLES = ("member", "partner", "between")
EDGE_KINDS = ("supply", "collaboration", "knowledge", "ownership", "suggested")
SECTIONS = (
    "gaps",
    "overview",
    "partners",
    "ties",
    "regions",
    "central",
    "chain",
    "shock",
    "data",
)
STATUSES = (
    "ok",
    "isolated",
    "undefined",
    "no_group",
    "no_data",
    "too_small",
    "not_converged",
    "not_significant",
    "undecided",
    "inferred",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One wording in both languages of the report."""

    en: str
    sv: str


Phrase = str | Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where data come from. `address` is shown as text and never as a link that loads."""

    name: Phrase
    licence: str
    attribution: Phrase = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedTable:
    """One table as loaded: its name, the file's name without its folder, and its rows."""

    table: str
    file: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One line of the door check; `count` > 1 stands for as many like it."""

    severity: str
    rule: Phrase
    action: Phrase = ""
    code: str = ""
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How far the data answer one of the `QUESTIONS`, and the column that would decide it."""

    question: str
    state: str
    why: Phrase = ""
    deciding_column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CentralMeasure:
    """A column of the table of central companies. `dependency` columns stay internal."""

    key: str
    label: Phrase
    help: Phrase = ""
    digits: int = 3
    dependency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CentralCompany:
    """One row of that table; `values` in the order of the measures."""

    id: str
    name: str
    cluster: str = ""
    country: str = ""
    type: str = ""
    values: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Gould and Fernandez's five roles of one company between clusters (DOI 10.2307/270949)."""

    id: str
    name: str
    cluster: str = ""
    country: str = ""
    coordinator: float | None = None
    itinerant: float | None = None
    representative: float | None = None
    gatekeeper: float | None = None
    liaison: float | None = None
    total: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterLabel:
    """A cluster as an axis of the heat map; `short` is drawn, `name` is read out."""

    id: str
    name: Phrase
    short: Phrase = ""
    country: str = ""
    members: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TieCell:
    """Ties from cluster `row` to cluster `column` (positions), observed and expected by chance.

    `withheld` is set for a reader who may not see the cell, never by who computes.
    """

    row: int
    column: int
    observed: float | None
    expected: float | None
    z: float | None = None
    q: float | None = None
    companies: int | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TieMatrix:
    """The chosen clusters in drawing order. Undirected: give each pair once, any order."""

    clusters: tuple[ClusterLabel, ...]
    cells: tuple[TieCell, ...]
    directed: bool = False
    null: Phrase = ""
    significance: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One part of a gap: what it is and its share of the gap, in [0, 1]."""

    label: Phrase
    share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnesses:
    """Companies, links or projects that a gap rests on: the first of them, and how many in all."""

    label: Phrase
    lines: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One gap of one cluster, 0 = nothing missing, 1 = all missing.

    `item` empty = the measure as a whole (one such row for each measure feeds the gap profile);
    else what is missing, a code where `item_kind` says so. `low`, `high`: the band of the estimate.
    `random_low`, `random_high`: the range that holds 95 in 100 random clusters of the same size and
    tie count. An item without a band or a range is as sure as its measure as a whole. `filler` is
    an organisation's name (empty where nameless); `formula` has the numbers in it. Evidence and
    drivers of every measure but fragility are shown to all audiences: name no dependency in them.
    `witnesses` name companies, links and projects and are shown to the internal audience only.
    `withheld` is set for a reader who may not see the figure, never by who computes.
    """

    cluster: str
    measure: str
    gap: float | None
    item: Phrase = ""
    item_kind: str = "name"
    low: float | None = None
    high: float | None = None
    status: str = "ok"
    filler: str = ""
    filler_cluster: Phrase = ""
    filler_country: str = ""
    evidence: Phrase = ""
    formula: Phrase = ""
    drivers: tuple[Driver, ...] = ()
    witnesses: tuple[Witnesses, ...] = ()
    random_low: float | None = None
    random_mid: float | None = None
    random_high: float | None = None
    companies: int | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRow:
    """One cluster among all: its gaps side by side, what it lacks most and who is strong in it.

    `low`, `high` are the band of `capability`, `random_high` the upper end of the range that holds
    95 in 100 random clusters of the same size.
    """

    id: str
    name: Phrase
    country: str = ""
    companies: int | None = None
    capability: float | None = None
    low: float | None = None
    high: float | None = None
    random_high: float | None = None
    complementarity: float | None = None
    tie_deficit: float | None = None
    reach: float | None = None
    missing: Phrase = ""
    filler_cluster: Phrase = ""
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TiePair:
    """Two different clusters whose ties are not what chance gives."""

    a: Phrase
    b: Phrase
    observed: float | None
    expected: float | None
    z: float | None = None
    q: float | None = None
    companies: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All clusters together; `pairs` were tested, `more` and `fewer` of them differ from chance."""

    clusters: tuple[ClusterRow, ...] = ()
    strongest: tuple[TiePair, ...] = ()
    weakest: tuple[TiePair, ...] = ()
    pairs: int = 0
    more: int = 0
    fewer: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a partner is suggested; `internal`: names a dependency or rests on an inferred link."""

    text: Phrase
    internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """How one way to order pairs did in a back-test; `auc` with its 90 % band, None: not known."""

    rule: str
    auc: float | None
    low: float | None = None
    high: float | None = None
    inter_cluster: float | None = None
    precision: float | None = None
    average_precision: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A suggested new link between named organisations; the nameless are left out."""

    rank: int
    source: str
    target: str
    score: float | None
    source_name: str = ""
    target_name: str = ""
    cluster: Phrase = ""
    country: str = ""
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Phrase, ...] = ()
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionTies:
    """Ties of the cluster (or of all) that end in one NUTS 2 region; `own` = the home region."""

    nuts2: str
    ties: float | None
    companies: int | None = None
    name: str = ""
    own: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A company in the network picture; `group` is its cluster, `country` its ISO code."""

    id: str
    label: str
    role: str
    group: Phrase = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A link in the network picture, by node ids. Supply and inferred links stay internal."""

    source: str
    target: str
    kind: str = "collaboration"
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The cluster, its suggested partners and those who stand between them."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How one number or table was made; `section` is where on the page it stands."""

    section: str
    measure: str
    parameters: tuple[tuple[str, str], ...] = ()
    seed: int | None = None
    checksum: str = ""
    version: str = ""
    note: Phrase = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """The cluster that the report is about; a report without one is about all clusters."""

    id: str
    name: Phrase
    country: str = ""
    region: str = ""
    members: int | None = None
    companies: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """All that one report shows. An empty part is left out of the page, or said to be missing.

    `partners_tested` and the table `backtest` say how such suggestions did in the past; they name
    nobody.
    """

    title: Phrase
    as_of: str
    version: str
    focus: Focus | None = None
    invented: bool = False
    personal: bool = False
    sources: tuple[Source, ...] = ()
    caveats: tuple[Phrase, ...] = ()
    loaded: tuple[LoadedTable, ...] = ()
    problems: tuple[Problem, ...] = ()
    answers: tuple[Answer, ...] = ()
    central_measures: tuple[CentralMeasure, ...] = ()
    central: tuple[CentralCompany, ...] = ()
    brokers: tuple[Broker, ...] = ()
    ties: TieMatrix | None = None
    gaps: tuple[Gap, ...] = ()
    overview: Overview | None = None
    partners: tuple[Partner, ...] = ()
    partners_tested: Phrase = ""
    backtest: tuple[Tested, ...] = ()
    regions: tuple[RegionTies, ...] = ()
    network: Network | None = None
    chain: Chain | None = None
    shock: Shock | None = None
    provenance: tuple[Provenance, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no page can show, naming the field, the value and what is allowed."""
        for name, items, field, allowed in (
            ("problems", self.problems, "severity", SEVERITIES),
            ("answers", self.answers, "question", QUESTIONS),
            ("answers", self.answers, "state", ANSWER_STATES),
            ("gaps", self.gaps, "measure", MEASURES),
            ("gaps", self.gaps, "item_kind", ITEM_KINDS),
            ("gaps", self.gaps, "status", STATUSES),
            ("provenance", self.provenance, "section", SECTIONS),
            ("network.nodes", self.network.nodes if self.network else (), "role", NODE_ROLES),
            ("network.edges", self.network.edges if self.network else (), "kind", EDGE_KINDS),
            ("chain", (self.chain,) if self.chain else (), "basis", CHAIN_BASES),
            ("shock", (self.shock,) if self.shock else (), "basis", SHOCK_BASES),
            ("shock.rows", self.shock.rows if self.shock else (), "status", STATUSES),
        ):
            for position, item in enumerate(items):
                _require_one_of(f"{name}[{position}].{field}", getattr(item, field), allowed)
        for position, row in enumerate(self.central):
            if len(row.values) != len(self.central_measures):
                raise ValueError(
                    f"central[{position}].values: {len(row.values)} values for "
                    f"{len(self.central_measures)} measures"
                )
        if self.ties is not None:
            last = len(self.ties.clusters)
            for position, cell in enumerate(self.ties.cells):
                if not (0 <= cell.row < last and 0 <= cell.column < last):
                    raise ValueError(
                        f"ties.cells[{position}]: ({cell.row}, {cell.column}) is "
                        f"outside the {last} clusters"
                    )
        if self.network is not None:
            known = {node.id for node in self.network.nodes}
            for position, edge in enumerate(self.network.edges):
                for end in (edge.source, edge.target):
                    if end not in known:
                        raise ValueError(f"network.edges[{position}]: no node {end!r}")


def _require_one_of(where: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{where}: {value!r} is not one of {', '.join(allowed)}")
