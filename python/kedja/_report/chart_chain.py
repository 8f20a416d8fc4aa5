"""The chain picture: clusters on one axis of levels, a circle for the companies at each place."""

from __future__ import annotations

import math

from .content import Chain, Stage
from .svg import Chart, el, join, short, width_of
from .texts import plural, text
from .wording import coded, finite, number, say

_WIDTH, _ROW = 460.0, 34.0  # of the axis; of one cluster


def stage_words(stage: Stage, chain: Chain, lang: str) -> str:
    """A circle as a sentence; its text alternative."""
    level = number(stage.level, lang, 1)
    label = coded(stage.label, "nace2", lang) if stage.label else text("col.level", lang)
    return plural(
        "chain.stage",
        stage.companies or 0,
        lang,
        cluster=say(stage.group, lang),
        stage=label,
        level=level,
    )


def chain_picture(chain: Chain, lang: str, *, focus: str = "") -> Chart | None:
    """One row per cluster, the focus first; None where nothing may be shown."""
    shown = [s for s in chain.stages if not s.withheld and finite(s.level) is not None]
    if not shown or not chain.basis:
        return None
    clusters = sorted({s.cluster: s for s in shown}.values(), key=lambda s: s.cluster != focus)
    row = {s.cluster: i for i, s in enumerate(clusters)}
    levels = [float(s.level) for s in shown if s.level is not None]
    low, high = math.floor(min(levels)), math.ceil(max(levels))
    if high == low:
        high += 1
    names = [short(say(s.group, lang), 34) for s in clusters]
    left = max(width_of(name, 12) for name in names) + 16
    bottom = 16 + _ROW * len(clusters)

    def x(level: float) -> float:
        return left + 14 + (_WIDTH - 28) * (level - low) / (high - low)

    parts = []
    every = max(1, math.ceil((high - low) / 8))
    for tick in range(low, high + 1, every):
        parts.append(el("path", cls="track", d=f"M{x(tick):.1f} 8V{bottom:.1f}"))
        parts.append(
            el(
                "text",
                number(tick, lang),
                cls="axis",
                x=x(tick),
                y=bottom + 16,
                text_anchor="middle",
            )
        )
    parts.append(
        el(
            "text",
            text(f"chain.axis.{chain.basis}", lang),
            cls="axis",
            x=left + _WIDTH / 2,
            y=bottom + 34,
            text_anchor="middle",
        )
    )
    for name, stage in zip(names, clusters, strict=True):
        own = "axis own" if stage.cluster == focus else "axis"
        y = 16 + _ROW * (row[stage.cluster] + 0.5)
        parts.append(el("text", name, cls=own, x=left - 8, y=y + 4, text_anchor="end"))
    for stage in sorted(shown, key=lambda s: -(s.companies or 0)):  # small circles stay on top
        mine = not focus or stage.cluster == focus
        parts.append(
            el(
                "circle",
                el("title", stage_words(stage, chain, lang)),
                cls="dot" if mine else "dot open",
                cx=x(float(stage.level or 0)),
                cy=16 + _ROW * (row[stage.cluster] + 0.5),
                r=min(14.0, 3.0 + 1.2 * math.sqrt(stage.companies or 1)),
            )
        )
    picked = [s for s in shown if s.cluster == focus] or shown
    span = [float(s.level) for s in picked if s.level is not None]
    ends = {"low": number(min(span), lang, 1), "high": number(max(span), lang, 1)}
    named = focus in row and bool(focus)
    title = (
        text("chain.chart.focus", lang, focus=say(picked[0].group, lang), **ends)
        if named
        else text("chain.chart.all", lang, **ends)
    )
    width, height = left + _WIDTH + 8, bottom + 44
    svg = el(
        "svg",
        el("title", title),
        join(parts),
        cls="chart",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=round(width),
        height=round(height),
        role="img",
    )
    legend = (
        ("dot", short(say(picked[0].group, lang), 34)),
        ("dot-open", text("chain.others", lang)),
    )
    return Chart(
        title=title,
        svg=svg,
        legend=legend if named and len(clusters) > 1 else (),
        note=text("chain.note", lang),
    )
