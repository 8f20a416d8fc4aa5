"""From a dataset to the report: runs the measures and fills the page's content."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from kedja import _core
from kedja._errors import InvalidArgumentError
from kedja._result import Result
from kedja._run import Progress, callback

if TYPE_CHECKING:
    from kedja._dataset import Dataset

_HEAT_CLUSTERS = 24
_EXACT_LIMIT = 5000  # companies up to which betweenness is exact


def report(
    data: Dataset,
    path: str | os.PathLike[str],
    *,
    cluster: str | None = None,
    audience: Literal["internal", "members", "public"] = "internal",
    lang: Literal["en", "sv"] = "en",
    personal: bool = False,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Path:
    """Write one offline HTML file that answers the questions of an analysis.

    Parameters
    ----------
    data : Dataset
    path : path
        Replaced whole, or left as it was when anything goes wrong.
    cluster : str, optional
        The cluster the report is about; default: the largest of a member list, else none.
    audience : {'internal', 'members', 'public'}, default 'internal'
        Outside internal no named dependency, fragility or inferred link, and no cell that rests on
        fewer than three companies.
    lang : {'en', 'sv'}, default 'en'
    personal : bool, default False
        Show personal identity numbers; they are masked otherwise.
    draws, seed, threads, progress
        See `gap.analyse`.

    Returns
    -------
    Path

    Examples
    --------
    >>> import kedja, tempfile, pathlib
    >>> data = kedja.datasets.load("nordic_demo")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = kedja.report(data, pathlib.Path(folder) / "report.html", lang="sv", progress=False)
    ...     made.stat().st_size > 10_000
    True
    """
    from kedja import _report

    if audience not in ("internal", "members", "public"):
        raise InvalidArgumentError(
            f"audience must be 'internal', 'members' or 'public', not {audience!r}"
        )
    if lang not in ("en", "sv"):
        raise InvalidArgumentError(f"lang must be 'en' or 'sv', not {lang!r}")
    target = Path(path)
    if not target.parent.is_dir():
        raise InvalidArgumentError(f"{target.parent} is not a folder")
    content = build(
        data,
        cluster=cluster,
        personal=personal,
        draws=draws,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    return _report.write(content, target, lang=lang, audience=audience)


def build(
    data: Dataset,
    *,
    cluster: str | None = None,
    personal: bool = False,
    draws: int = 200,
    seed: int = 0,
    threads: int = 0,
    progress: Progress = None,
) -> Any:
    """The content of a report, before it is drawn. See `report`."""
    from kedja import __version__
    from kedja._report.content import Focus, LoadedTable, ReportContent, Source, Text

    say = callback(progress, "report") or (lambda fraction: None)
    say(0.0)
    source = data.source
    names = data.clusters.to_pandas()["id"].tolist() if len(data.clusters) else []
    if cluster is None and names and not (len(data.links) or len(data.participations)):
        size = data.memberships.to_pandas()["cluster"].value_counts()
        cluster = str(min(size[size == size.max()].index)) if len(size) else None
    facts = _Facts(data)
    parts: dict[str, Any] = {"provenance": []}
    linked = bool(len(data.links) or len(data.participations))
    if linked:
        _central(data, facts, cluster, parts, threads, lambda f: say(0.05 + 0.45 * f))
    say(0.5)
    if names:
        _gaps(data, facts, cluster, parts, draws, seed, threads)
        say(0.75)
        if linked:
            _ties(data, facts, cluster, parts, draws, seed, threads)
            say(0.9)
            if cluster is not None:
                _partners(data, facts, cluster, parts)
    say(0.97)
    focus = None
    if cluster is not None:
        members = facts.members.get(cluster, [])
        focus = Focus(
            id=cluster,
            name=facts.cluster_name.get(cluster, cluster),
            members=len(members),
            companies=len(members),
            country=facts.cluster_country.get(cluster, ""),
            region=facts.cluster_region.get(cluster, ""),
        )
    title = source.get("title", "Kedja")
    content = ReportContent(
        title=Text(en=title, sv=source.get("title_sv", title)),
        as_of=str(source.get("as_of", "")),
        version=__version__,
        focus=focus,
        invented=bool(source.get("invented", False)),
        personal=personal,
        sources=(
            Source(
                name=title,
                licence=str(source.get("licence", "")),
                attribution=str(source.get("attribution", "")),
            ),
        )
        if source
        else (),
        caveats=tuple(
            Text(en=en, sv=sv)
            for en, sv in zip(
                source.get("caveats", []),
                source.get("caveats_sv", source.get("caveats", [])),
                strict=False,
            )
        ),
        loaded=tuple(
            LoadedTable(table=name, file=name, rows=len(table))
            for name, table in data._tables.items()
            if len(table)
        ),
        problems=tuple(_problem(row) for row in data._report[:500]),
        answers=tuple(_answer(row) for row in _answers(data)),
        central_measures=parts.get("central_measures", ()),
        central=parts.get("central", ()),
        brokers=parts.get("brokers", ()),
        ties=parts.get("ties"),
        gaps=parts.get("gaps", ()),
        partners=parts.get("partners", ()),
        regions=parts.get("regions", ()),
        network=parts.get("network"),
        provenance=tuple(parts["provenance"]),
    )
    say(1.0)
    return content


class _Facts:
    """Names and places by company id, and clusters by name."""

    def __init__(self, data: Dataset) -> None:
        frame = data.companies.to_pandas()
        ids = frame["id"].tolist()

        def column(name: str) -> dict[str, str]:
            return dict(zip(ids, frame[name], strict=True)) if name in frame else {}

        self.name, self.country, self.type, self.nuts = (
            column(c) for c in ("name", "country", "type", "nuts")
        )
        clusters = data.clusters.to_pandas()

        def of_cluster(name: str) -> dict[str, str]:
            return (
                dict(zip(clusters["id"], clusters[name], strict=True)) if name in clusters else {}
            )

        self.cluster_name = {c: n or c for c, n in of_cluster("name").items()}
        self.cluster_country, self.cluster_region = of_cluster("country"), of_cluster("region")
        self.members: dict[str, list[str]] = {}
        self.cluster_of: dict[str, str] = {}
        if len(data.memberships):
            table = data.memberships.to_pandas()
            for company, name in zip(table["company"], table["cluster"], strict=True):
                self.members.setdefault(name, []).append(company)
                self.cluster_of.setdefault(company, name)

    def label(self, company: str) -> str:
        return self.name.get(company) or company


def _number(value: Any) -> float | None:
    value = float(value)
    return None if math.isnan(value) or math.isinf(value) else value


def _provenance(parts: dict[str, Any], section: str, result: Result, note: str = "") -> None:
    from kedja._report.content import Provenance

    meta = result.meta
    parts["provenance"].append(
        Provenance(
            section=section,
            measure=str(meta["measure"]),
            parameters=tuple((k, str(v)) for k, v in meta.get("parameters", {}).items()),
            seed=meta.get("seed"),
            checksum=str(meta.get("graph_checksum") or meta.get("data_checksum") or ""),
            version=str(meta["version"]),
            note=note,
        )
    )


def _problem(row: Any) -> Any:
    from kedja._report.content import Problem

    severity, code, file, line, column, value, rule, action, _message, count = row
    return Problem(
        severity=severity,
        rule=rule,
        action=action,
        code=code,
        file=file,
        row=line,
        column=column,
        value=value,
        count=count,
    )


def _answers(data: Dataset) -> list[Any]:
    from kedja._answers import answers_of

    return answers_of(data)


def _answer(row: Any) -> Any:
    from kedja._report.content import Answer, Text

    return Answer(
        question=row.question,
        state=row.state,
        why=Text(**row.why),
        deciding_column=row.deciding_column,
    )


def _best_graph(data: Dataset) -> Any:
    graph = data.graph("collaboration")
    return graph if graph.num_links else data.graph("supply")


def _central(
    data: Dataset, facts: _Facts, cluster: str | None, parts: dict[str, Any], threads: int, say: Any
) -> None:
    from kedja import centrality, structure
    from kedja._report.content import Broker, CentralCompany, CentralMeasure, Text

    graph = _best_graph(data)
    epsilon = 0.01 if graph.num_companies > _EXACT_LIMIT else None
    harmonic = centrality.harmonic_closeness(graph, threads=threads, progress=False)
    say(0.2)
    between = centrality.betweenness(graph, epsilon=epsilon, threads=threads, progress=False)
    say(0.7)
    rank = centrality.pagerank(graph, threads=threads, progress=False)
    degree = centrality.degree(graph)
    for result in (harmonic, between, rank):
        _provenance(parts, "central", result)
    order = [
        i
        for i in np.argsort(-harmonic["harmonic_closeness"], kind="stable")
        if facts.name.get(graph.ids[i], "x")
    ][:15]
    parts["central_measures"] = (
        CentralMeasure(
            key="harmonic", label=Text(en="Closeness to all others", sv="Närhet till alla andra")
        ),
        CentralMeasure(
            key="betweenness",
            label=Text(en="Lies between others", sv="Ligger mellan andra"),
            help=Text(
                en="Estimated: no score errs by more than 0.01, with probability 0.9",
                sv="Uppskattad: inget värde avviker mer än 0,01, med sannolikhet 0,9",
            )
            if epsilon
            else "",
        ),
        CentralMeasure(
            key="pagerank",
            label=Text(en="Weight among the linked", sv="Tyngd bland de länkade"),
            digits=5,
        ),
        CentralMeasure(key="degree", label=Text(en="Partners", sv="Partner"), digits=0),
    )
    parts["central"] = tuple(
        CentralCompany(
            id=graph.ids[i],
            name=facts.label(graph.ids[i]),
            cluster=facts.cluster_of.get(graph.ids[i], ""),
            country=facts.country.get(graph.ids[i], ""),
            type=facts.type.get(graph.ids[i], ""),
            values=(
                _number(harmonic["harmonic_closeness"][i]),
                _number(between["betweenness"][i]),
                _number(rank["pagerank"][i]),
                _number(degree["degree"][i]),
            ),
        )
        for i in order
    )
    if len(data.memberships):
        broker = structure.brokerage(graph, data.groups("cluster"), threads=threads, progress=False)
        _provenance(parts, "central", broker)
        across = broker["total"] - broker["coordinator"]
        best = [
            i
            for i in np.argsort(-np.nan_to_num(across), kind="stable")
            if facts.name.get(graph.ids[i], "x")
        ][:15]
        roles = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison", "total")
        parts["brokers"] = tuple(
            Broker(
                id=graph.ids[i],
                name=facts.label(graph.ids[i]),
                cluster=facts.cluster_of.get(graph.ids[i], ""),
                country=facts.country.get(graph.ids[i], ""),
                **{role: _number(broker[role][i]) for role in roles},
            )
            for i in best
            if across[i] > 0
        )
    say(1.0)


def _gaps(
    data: Dataset,
    facts: _Facts,
    cluster: str | None,
    parts: dict[str, Any],
    draws: int,
    seed: int,
    threads: int,
) -> None:
    from kedja._profile import Profile
    from kedja._report.content import Driver, Gap, Provenance, Text
    from kedja.gap._analyse import gap_rows

    if cluster is None:
        return
    try:
        profile = Profile(data)
    except InvalidArgumentError:
        return
    found = list(
        gap_rows(data, profile, cluster, draws=draws, seed=seed, threads=threads, progress=False)
    )
    parts["provenance"].append(
        Provenance(
            section="gaps",
            measure="gap.analyse",
            parameters=(
                ("cluster", cluster),
                ("draws", str(draws)),
                *((k, str(v)) for k, v in profile.meta().items()),
            ),
            seed=seed,
            checksum=data.checksum,
            version=_core.version,
            note="",
        )
    )
    kind = {"capability": "nace2" if profile.basis == "nace2" else "name", "reach": "country"}
    members = len(facts.members.get(cluster, []))
    texts = _item_texts(data)

    def label(measure: str, item: str) -> Any:
        if measure in ("complementarity", "tie_deficit"):
            return facts.cluster_name.get(item, item)
        return texts.get(item, item) if measure == "capability" else item

    rows = []
    for row in found:
        company, other = row.filler, row.filler_cluster
        drivers: tuple[Any, ...] = ()
        whole = row.gap
        if not row.item and whole and whole > 0 and row.measure == "capability":
            drivers = tuple(
                Driver(label=label(r.measure, r.item), share=min(1.0, r.gap / whole))
                for r in sorted(
                    (r for r in found if r.measure == row.measure and r.item),
                    key=lambda r: -r.gap,
                )[:3]
            )
        rows.append(
            Gap(
                cluster=cluster,
                measure=row.measure,
                gap=_number(row.gap),
                item=label(row.measure, row.item),
                item_kind=kind.get(row.measure, "name") if row.item else "name",
                low=_number(row.low),
                high=_number(row.high),
                status=row.status,
                filler=facts.label(company) if company and facts.name.get(company, "x") else "",
                filler_cluster=facts.cluster_name.get(other, other),
                filler_country=facts.country.get(company, ""),
                evidence=Text(en=row.evidence.say("en"), sv=row.evidence.say("sv")),
                formula=Text(en=row.evidence.show_formula("en"), sv=row.evidence.show_formula("sv"))
                if row.evidence.formula
                else "",
                drivers=drivers,
                companies=members,
                random_low=_number(row.random[0]),
                random_mid=_number(row.random[1]),
                random_high=_number(row.random[2]),
            )
        )
    parts["gaps"] = tuple(rows)


def _item_texts(data: Dataset) -> dict[str, Any]:
    """Wording of capability codes that the data's source explains, such as programme parts."""
    from kedja._report.content import Text

    words = data.source.get("labels", {})
    return {
        code: Text(
            en=f"{code}: {said['en']}" if said["en"] else code,
            sv=f"{code}: {said['sv']}" if said["sv"] else code,
        )
        for code, said in words.items()
    }


def _ties(
    data: Dataset,
    facts: _Facts,
    cluster: str | None,
    parts: dict[str, Any],
    draws: int,
    seed: int,
    threads: int,
) -> None:
    from kedja._report.content import ClusterLabel, RegionTies, Text, TieCell, TieMatrix
    from kedja.gap._tie_deficit import significance

    ties = significance(data, draws=draws, seed=seed, threads=threads, progress=False)
    if ties.meta["parameters"]["null"] == "coparticipation":
        null = Text(
            en="Chance: participations dealt at random inside each field and year",
            sv="Slump: deltaganden fördelade slumpvis inom varje område och år",
        )
    else:
        null = Text(
            en="Chance: links drawn at random with every company's number of links kept",
            sv="Slump: länkar dragna slumpvis med varje företags antal länkar bevarat",
        )
    _provenance(parts, "ties", ties)
    weight: dict[str, float] = {}
    for a, b, seen in zip(ties["a"], ties["b"], ties["observed"], strict=True):
        near = cluster is None or cluster in (a, b)
        for name in (a, b):
            weight[name] = weight.get(name, 0.0) + (seen if near else 0.001 * seen)
    shown = sorted(weight, key=lambda name: (name != cluster, -weight[name], name))[:_HEAT_CLUSTERS]
    shown = (
        [cluster, *sorted(c for c in shown if c != cluster)] if cluster in shown else sorted(shown)
    )
    at = {name: i for i, name in enumerate(shown)}
    cells = tuple(
        TieCell(
            row=at[a],
            column=at[b],
            observed=_number(o),
            expected=_number(e),
            z=_number(z),
            q=_number(q),
            companies=min(len(facts.members.get(a, [])), len(facts.members.get(b, []))),
        )
        for a, b, o, e, z, q in zip(
            ties["a"],
            ties["b"],
            ties["observed"],
            ties["expected"],
            ties["z"],
            ties["qvalue"],
            strict=True,
        )
        if a in at and b in at
    )
    labels = tuple(
        ClusterLabel(
            id=name,
            name=facts.cluster_name.get(name, name),
            short=name,
            country=facts.cluster_country.get(name, ""),
            members=len(facts.members.get(name, [])),
        )
        for name in shown
    )
    parts["ties"] = TieMatrix(
        clusters=labels, cells=cells, null=null, directed=ties.meta["directed"]
    )
    if cluster is not None and facts.nuts:
        members = set(facts.members.get(cluster, []))
        graph = _best_graph(data)
        source, target, _ = graph._link_rows()
        counts: dict[str, float] = {}
        seen_in: dict[str, set[str]] = {}
        for i, j in zip(graph.ids[source], graph.ids[target], strict=True):
            for one, other in ((i, j), (j, i)):
                if one in members and other not in members and len(facts.nuts.get(other, "")) >= 4:
                    region = facts.nuts[other][:4]
                    counts[region] = counts.get(region, 0.0) + 1
                    seen_in.setdefault(region, set()).add(other)
        home = facts.cluster_region.get(cluster, "")
        parts["regions"] = tuple(
            RegionTies(
                nuts2=region,
                ties=counts[region],
                companies=len(seen_in[region]),
                own=region == home,
            )
            for region in sorted(counts)
        )


def _partners(data: Dataset, facts: _Facts, cluster: str, parts: dict[str, Any]) -> None:
    from kedja import recommend
    from kedja._report.content import Edge, Network, Node, Partner, Reason, Text

    found = recommend.partners(data, cluster=cluster, k=10)
    _provenance(parts, "partners", found, "a rank among candidates, not a probability")
    rows = []
    for i in range(len(found)):
        source, target = found["source"][i], found["target"][i]
        shared = int(found["common_neighbours"][i])
        new = found["capability_complementarity"][i]
        reasons = [
            Reason(text=Text(en=f"{shared} shared partners", sv=f"{shared} gemensamma partner")),
            Reason(
                text=Text(
                    en=f"similar work: cosine {found['capability_similarity'][i]:.2f}",
                    sv=f"liknande verksamhet: cosinus {found['capability_similarity'][i]:.2f}".replace(
                        ".", ","
                    ),
                )
            ),
        ]
        if new > 0:
            reasons.append(
                Reason(
                    text=Text(
                        en=f"{new:.0%} of what it does is new here",
                        sv=f"{new:.0%} av det den gör är nytt här",
                    )
                )
            )
        warnings = []
        if _same_group(facts.label(source), facts.label(target)):
            warnings.append(
                Text(en="the names suggest one corporate group", sv="namnen tyder på samma koncern")
            )
        other = facts.cluster_of.get(target, "")
        rows.append(
            Partner(
                rank=i + 1,
                source=source,
                target=target,
                score=_number(found["score"][i]),
                source_name=facts.label(source),
                target_name=facts.label(target),
                cluster=facts.cluster_name.get(other, other),
                country=facts.country.get(target, ""),
                reasons=tuple(reasons),
                warnings=tuple(warnings),
            )
        )
    parts["partners"] = tuple(rows)
    graph = _best_graph(data)
    ids = graph.ids
    a, b, _ = graph._link_rows()
    members = {c for c in facts.members.get(cluster, [])}
    partners = {row.target for row in rows}
    touching: dict[str, set[str]] = {}
    for i, j in zip(ids[a], ids[b], strict=True):
        for one, other in ((i, j), (j, i)):
            if one in members or one in partners:
                touching.setdefault(other, set()).add(one)
    between = [
        c
        for c, ends in touching.items()
        if c not in members
        and c not in partners
        and ends & members
        and ends & partners
        and facts.name.get(c, "x")
    ]
    between = sorted(between, key=lambda c: (-len(touching[c]), c))[:12]
    linked = {row.source for row in rows} | {
        m for c in between for m in touching[c] if m in members
    }
    drawn = sorted(linked)[:24]
    nodes = [
        Node(
            id=c,
            label=facts.label(c),
            role="member",
            group=cluster,
            country=facts.country.get(c, ""),
        )
        for c in drawn
    ]
    nodes += [
        Node(
            id=c,
            label=facts.label(c),
            role="partner",
            group=facts.cluster_of.get(c, ""),
            country=facts.country.get(c, ""),
        )
        for c in sorted(partners)
    ]
    nodes += [
        Node(
            id=c,
            label=facts.label(c),
            role="between",
            group=facts.cluster_of.get(c, ""),
            country=facts.country.get(c, ""),
        )
        for c in between
    ]
    known = {node.id for node in nodes}
    edges = [
        Edge(source=i, target=j)
        for i, j in zip(ids[a], ids[b], strict=True)
        if i in known and j in known
    ]
    edges += [
        Edge(source=row.source, target=row.target, kind="suggested")
        for row in rows
        if row.source in known
    ]
    parts["network"] = Network(nodes=tuple(nodes), edges=tuple(edges))


_LEGAL_FORMS = {
    "ab",
    "as",
    "asa",
    "oy",
    "oyj",
    "gmbh",
    "ag",
    "sa",
    "srl",
    "spa",
    "ltd",
    "limited",
    "bv",
    "nv",
    "sl",
    "sas",
    "aps",
    "publ",
    "se",
    "kg",
    "plc",
    "inc",
    "company",
    "the",
    "de",
    "of",
    "and",
    "for",
}


def _same_group(one: str, other: str) -> bool:
    """Whether two names share their first telling word, legal forms left out."""

    def first(name: str) -> str:
        words = [
            w
            for w in "".join(c if c.isalnum() else " " for c in name.lower()).split()
            if w not in _LEGAL_FORMS
        ]
        return words[0] if words else ""

    return len(first(one)) >= 4 and first(one) == first(other)
