"""The report on the console: the same content in plain lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kedja._report.content import Gap, Phrase, Problem, ReportContent, TiePair
from kedja._report.redact import prepare
from kedja._report.texts import text
from kedja._report.wording import coded, count, country, number, percent, qvalue, say

_WORDS = {
    "loaded": {"en": "Loaded", "sv": "Inläst"},
    "rows": {"en": "rows", "sv": "rader"},
    "found": {
        "en": "Checked: {error} errors, {warning} warnings, {info} notes",
        "sv": "Kontrollerat: {error} fel, {warning} varningar, {info} upplysningar",
    },
    "answers": {"en": "What the data can answer", "sv": "Vad uppgifterna kan svara på"},
    "central": {"en": "Most central companies", "sv": "Mest centrala företag"},
    "brokers": {
        "en": "Brokers between clusters (pairs of partners they join)",
        "sv": "Mäklare mellan kluster (par av partner som de förenar)",
    },
    "strongest": {"en": "Strongest ties between clusters", "sv": "Starkaste klusterkontakterna"},
    "weakest": {"en": "Weakest ties between clusters", "sv": "Svagaste klusterkontakterna"},
    "tie": {
        "en": "{observed} ties, {expected} by chance, z = {z}, q = {q}",
        "sv": "{observed} kontakter, {expected} av en slump, z = {z}, q = {q}",
    },
    "everyone": {
        "en": "All {n} clusters: {beyond} lack more capabilities than random clusters of their size",
        "sv": "Alla {n} kluster: {beyond} saknar fler förmågor än slumpvisa kluster av samma storlek",
    },
    "lacks": {"en": "lacks most", "sv": "saknar mest"},
    "strong": {"en": "strong in it", "sv": "starkt på det"},
    "gaps": {
        "en": "Gaps of {cluster} (0% nothing missing, 100% everything)",
        "sv": "Luckor i {cluster} (0 % inget saknas, 100 % allt)",
    },
    "fillers": {
        "en": "Largest single gaps and who could fill them",
        "sv": "Största enskilda luckorna och vem som kan fylla dem",
    },
    "nobody": {"en": "nobody named", "sv": "ingen namngiven"},
    "partners": {
        "en": "Partner suggestions (named organisations only, as of {as_of})",
        "sv": "Förslag på partner (bara namngivna organisationer, läget {as_of})",
    },
    "warning": {"en": "note", "sv": "obs"},
}


_SPACES = dict.fromkeys(map(ord, "\u2009\u202f\u00a0"), " ")  # as a console shows them


def summary(content: ReportContent, lang: str = "en", audience: str = "internal") -> str:
    """What the report of `content` says, as text for a console; privacy rules as on the page."""
    seen = prepare(content, audience)

    def word(key: str, **values: object) -> str:
        return _WORDS[key][lang].format(**values)

    lines: list[str] = []
    for part in (_data, _central, _ties, _overview, _gaps, _partners):
        made = list(part(seen, lang, word))
        if made:
            lines += ["", *made] if lines else made
    return "\n".join(lines).translate(_SPACES)


Word = Callable[..., str]


def _data(c: ReportContent, lang: str, word: Word) -> Iterator[str]:
    tables = ", ".join(f"{row.table} {row.rows} {word('rows')}" for row in c.loaded)
    yield f"{word('loaded')}: {tables}"
    seen = {level: 0 for level in ("error", "warning", "info")}
    first: dict[str, tuple[Problem, int]] = {}  # of each rule, and how often it was met
    for problem in c.problems:
        seen[problem.severity] += problem.count
        known, times = first.get(problem.code, (problem, 0))
        first[problem.code] = (known, times + problem.count)
    yield word("found", **seen)
    for problem, times in first.values():
        yield f"  {times} x {problem.code}: {say(problem.rule, lang)}"
    for source in c.sources:
        yield f"{say(source.name, lang)} ({source.licence}; {say(source.attribution, lang)})"
    for caveat in c.caveats:
        yield f"  ! {say(caveat, lang)}"
    if c.answers:
        yield f"{word('answers')}:"
        for row in c.answers:
            question = text(f"question.{row.question}", lang)
            yield f"  {question} {text(f'state.{row.state}', lang)}: {say(row.why, lang)}"


def _central(c: ReportContent, lang: str, word: Word) -> Iterator[str]:
    if c.central:
        yield f"{word('central')}:"
        for company in c.central[:5]:
            values = ", ".join(
                f"{say(m.label, lang).lower()} {number(v, lang, m.digits)}"
                for m, v in zip(c.central_measures, company.values, strict=True)
            )
            yield f"  {company.name or company.id} ({country(company.country, lang) if company.country else '-'}): {values}"
    if c.brokers:
        yield f"{word('brokers')}:"
        for broker in c.brokers[:5]:
            pairs = (broker.total or 0) - (broker.coordinator or 0)
            where = say(broker.cluster, lang)
            yield f"  {broker.name or broker.id} ({where or '-'}): {number(pairs, lang, 0)}"


def _ties(c: ReportContent, lang: str, word: Word) -> Iterator[str]:
    if c.overview is None:
        return

    def line(p: TiePair) -> str:
        said = word(
            "tie",
            observed=count(p.observed, lang),
            expected=number(p.expected, lang, 1),
            z=number(p.z, lang, 1),
            q=qvalue(p.q, lang),
        )
        return f"  {say(p.a, lang)} - {say(p.b, lang)}: {said}"

    for key, pairs in (("strongest", c.overview.strongest), ("weakest", c.overview.weakest)):
        if pairs:
            yield f"{word(key)}:"
            yield from (line(p) for p in pairs[:3])


def _overview(c: ReportContent, lang: str, word: Word) -> Iterator[str]:
    if c.overview is None or not c.overview.clusters:
        return
    rows = [row for row in c.overview.clusters if row.capability is not None]
    beyond = [
        row
        for row in rows
        if row.random_high is not None and row.low is not None and row.low > row.random_high
    ]
    yield word("everyone", n=len(c.overview.clusters), beyond=len(beyond))
    for row in sorted(beyond, key=lambda r: (-(r.capability or 0), r.id))[:5]:
        missing, strong = say(row.missing, lang), say(row.filler_cluster, lang)
        yield (
            f"  {say(row.name, lang)}: {percent(row.capability, lang)}"
            f" ({word('lacks')}: {missing or '-'}; {word('strong')}: {strong or '-'})"
        )


def _gaps(c: ReportContent, lang: str, word: Word) -> Iterator[str]:
    if c.focus is None or not c.gaps:
        return

    def size(g: Gap) -> str:
        if g.withheld:
            return text("withheld", lang)
        if g.gap is None:
            return text(f"status.{g.status}", lang)
        band = "" if g.low is None else f" ({percent(g.low, lang)} - {percent(g.high, lang)})"
        return percent(g.gap, lang) + band

    yield f"{word('gaps', cluster=say(c.focus.name, lang))}:"
    for g in c.gaps:
        if not g.item:
            name = text(f"measure.{g.measure}", lang)
            yield f"  {name}: {size(g)}. {say(g.evidence, lang)}"
    items = [g for g in c.gaps if g.item and g.measure == "capability" and g.gap]
    if items:
        yield f"{word('fillers')}:"
    for g in sorted(items, key=lambda g: -(g.gap or 0))[:5]:
        where = _place(g.filler_cluster, g.filler_country, lang)
        who = g.filler or word("nobody")
        item = coded(say(g.item, lang), g.item_kind, lang)
        yield f"  {item}: {size(g)}; {who}{where}. {say(g.evidence, lang)}"


def _partners(c: ReportContent, lang: str, word: Word) -> Iterator[str]:
    if not c.partners:
        return
    yield f"{word('partners', as_of=c.as_of or '-')}:"
    for p in c.partners:
        where = _place(p.cluster, p.country, lang)
        why = "; ".join(say(r.text, lang) for r in p.reasons)
        yield f"  {p.rank:2}. {p.source_name or p.source} - {p.target_name}{where}: {why}"
        for warning in p.warnings:
            yield f"      {word('warning')}: {say(warning, lang)}"


def _place(cluster: Phrase, code: str, lang: str) -> str:
    parts = [say(cluster, lang)] if cluster else []
    if code:
        parts.append(country(code, lang))
    return f" ({', '.join(parts)})" if parts else ""
