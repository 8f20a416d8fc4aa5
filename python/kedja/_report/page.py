"""From content to one HTML file: what the template needs, the security policy, the rendering."""

from __future__ import annotations

import base64
import dataclasses
import functools
import hashlib
import importlib.resources
import json
import math
import os
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from kedja._result import write_whole

from . import charts, evidence, wording
from .content import Gap, Phrase, ReportContent
from .redact import prepare
from .texts import plural, text

OVERVIEW_MEASURES = ("capability", "complementarity", "tie_deficit", "reach")
BROKER_ROLES = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison")


def render(content: ReportContent, lang: str = "en", audience: str = "internal") -> str:
    """The report as one HTML document.

    The same content gives the same bytes. Nothing in it loads from anywhere: style and script are
    inline, allowed by their hashes, and everything else is forbidden by the document's policy.
    """
    if lang not in wording.LANGUAGES:
        raise ValueError(f"lang: {lang!r} is not one of {', '.join(wording.LANGUAGES)}")
    seen = prepare(content, audience)
    style, script = _resource("report.css"), _resource("report.js")
    return _template().render(
        c=seen,
        lang=lang,
        audience=audience,
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
        top=evidence.top_three(seen.gaps),
        findings=_findings(seen),
        charts=_charts(seen, lang),
        data=json_block(_plain(seen)),
        ui=json_block({"lang": lang, "count": text("filter.count", lang)}),
        broker_roles=BROKER_ROLES,
        overview_measures=OVERVIEW_MEASURES,
        **_words(lang),
    )


def write(
    content: ReportContent,
    path: str | os.PathLike[str],
    *,
    lang: str = "en",
    audience: str = "internal",
) -> Path:
    """Render and write the report; an interrupted run leaves the previous file as it was."""
    write_whole(Path(path), render(content, lang, audience).encode("utf-8"))
    return Path(path)


def json_block(value: Any) -> Markup:
    """JSON that can stand in a script element: no character in it can end or open one."""
    dumped = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        dumped = dumped.replace(char, f"\\u{ord(char):04x}")
    return Markup(dumped)


def _plain(value: Any) -> Any:
    """The content as dicts, lists, numbers and text; what is not a number becomes null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _policy(style: str, script: str) -> str:
    def allow(source: str) -> str:
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        return f"'sha256-{digest}'"

    return (
        f"default-src 'none'; style-src {allow(style)}; script-src {allow(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@functools.cache
def _resource(name: str) -> str:
    resource = importlib.resources.files(__package__).joinpath(name)
    return resource.read_text(encoding="utf-8").replace("\r\n", "\n")


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(_resource("report.html.j2"))


def _findings(content: ReportContent) -> list[evidence.Finding]:
    """All gaps for the table: what can be told in order of importance, then the rest."""
    order = evidence.ranked(content.gaps)
    rest = [evidence.Finding(g, "") for g in content.gaps if all(g is not f.gap for f in order)]
    return order + rest


def _charts(content: ReportContent, lang: str) -> dict[str, charts.Chart | None]:
    focus = content.focus.id if content.focus else ""
    network = content.network
    clusters = {g.cluster for g in content.gaps}
    return {
        "gaps": charts.gap_profile(content.gaps, lang) if len(clusters) == 1 else None,
        "partners": charts.network_picture(network, lang)
        if network and any(e.kind == "suggested" for e in network.edges)
        else None,
        "ties": charts.heat_map(content.ties, lang, focus=focus)
        if content.ties and content.ties.cells
        else None,
        "regions": charts.tile_map(content.regions, lang) if content.regions else None,
        "chain": charts.chain_picture(content.chain, lang, focus=focus) if content.chain else None,
    }


def _words(lang: str) -> dict[str, Any]:
    """What the template calls: wordings, numbers, names, all bound to the language."""

    def say(phrase: Phrase) -> str:
        return wording.say(phrase, lang)

    def name(phrase: Phrase) -> Markup:
        """A name from the data: escaped, and kept from reordering the text around it."""
        return Markup("<bdi>{}</bdi>").format(say(phrase))

    def rich(key: str, **values: Any) -> Markup:
        """A wording whose values are markup or are escaped."""
        return Markup(escape(text(key, lang))).format(**values)

    def item(gap: Gap) -> Markup:
        return name(wording.coded(say(gap.item), gap.item_kind, lang))

    def sentence(text_: str) -> str:
        return text_[:1].upper() + text_[1:]

    def headline(gap: Gap) -> Markup:
        if not gap.item:
            return rich(f"whole.{gap.measure}")
        if gap.item_kind == "chain":
            return rich("head.chain")
        label = wording.coded(say(gap.item), gap.item_kind, lang)
        if text(f"head.{gap.measure}", lang).startswith("{item}"):
            label = sentence(label)
        return rich(f"head.{gap.measure}", item=name(label))

    def place(cluster: Phrase, land: str) -> Markup:
        parts = [name(cluster)] if say(cluster) else []
        parts += [name(wording.country(land, lang))] if land else []
        return Markup(", ").join(parts)

    def filler(gap: Gap) -> Markup:
        if not gap.filler:
            return rich("fill.none")
        who = Markup("<strong>{}</strong>").format(name(gap.filler))
        where = place(gap.filler_cluster, gap.filler_country)
        kind = "way" if gap.measure in ("tie_deficit", "reach") else "fill"
        return rich(f"{kind}.place", filler=who, place=where) if where else rich(kind, filler=who)

    def t(key: str, **values: Any) -> str:
        return text(key, lang, **values)

    def n(key: str, value: float, **values: Any) -> str:
        return plural(key, value, lang, **values)

    return {
        "t": t,
        "n": n,
        "say": say,
        "name": name,
        "rich": rich,
        "item": item,
        "headline": headline,
        "place": place,
        "filler": filler,
        "sentence": sentence,
        "industry": lambda code: name(wording.coded(code, "nace2", lang)),
        "number": lambda v, digits=0: wording.number(v, lang, digits),
        "count": lambda v: wording.count(v, lang),
        "percent": lambda v: wording.percent(v, lang),
        "qvalue": lambda v: wording.qvalue(v, lang),
        "key": lambda v: "" if wording.finite(v) is None else repr(float(v)),
        "country": lambda code: wording.country(code, lang),
        "region": lambda code, given="": wording.region(code, lang, given),
        "significant": charts.significant,
        "finite": wording.finite,
    }
