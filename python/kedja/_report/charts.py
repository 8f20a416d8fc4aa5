"""The charts that compare: ties between clusters, and the gaps of one cluster.

Colours are classes, so that the page's style decides them for light, dark and print, and because
the page's security policy forbids style attributes. Nothing is said by colour alone.
"""

from __future__ import annotations

from markupsafe import Markup

from .chart_chain import chain_picture
from .chart_map import tile_map
from .chart_network import network_picture
from .content import Gap, TieCell, TieMatrix
from .evidence import whole_rows
from .svg import Chart, el, join, short, width_of
from .texts import plural, text
from .wording import count, finite, number, percent, qvalue, say

__all__ = ["Chart", "chain_picture", "gap_profile", "heat_map", "network_picture", "tile_map"]

_RATIOS = (0.25, 0.5, 0.75, 4 / 3, 2.0, 4.0)  # edges of the seven classes of observed / expected


def ratio_class(cell: TieCell) -> int | None:
    """-3 (below a quarter of what chance gives) to 3 (above four times); None if unknown."""
    observed, expected = finite(cell.observed), finite(cell.expected)
    if observed is None or expected is None or (expected <= 0 and observed <= 0):
        return None
    if expected <= 0:
        return 3
    return sum(observed / expected >= edge for edge in _RATIOS) - 3


def significant(cell: TieCell, matrix: TieMatrix) -> int:
    """-1 significantly fewer ties than expected, 1 more, 0 neither."""
    q, observed, expected = finite(cell.q), finite(cell.observed), finite(cell.expected)
    if q is None or observed is None or expected is None or q >= matrix.significance:
        return 0
    return (observed > expected) - (observed < expected)


def cell_words(cell: TieCell, matrix: TieMatrix, lang: str) -> str:
    """A cell of the heat map as a sentence; its text alternative."""
    names = {
        "a": say(matrix.clusters[cell.row].name, lang),
        "b": say(matrix.clusters[cell.column].name, lang),
    }
    if cell.withheld:
        return text("heat.cell.withheld", lang, **names)
    if finite(cell.observed) is None or finite(cell.expected) is None:
        return text("heat.cell.none", lang, **names)
    verdict = ("fewer", "chance", "more")[significant(cell, matrix) + 1]
    q = finite(cell.q)
    tail = "" if q is None else f" (q{'' if q < 0.001 else ' ='} {qvalue(q, lang)})"
    return (
        text(
            f"heat.cell.{verdict}",
            lang,
            **names,
            observed=count(cell.observed, lang),
            expected=number(cell.expected, lang, 1),
        )
        + tail
    )


def heat_title(matrix: TieMatrix, focus: str, lang: str) -> str:
    """What the heat map shows, as a sentence."""
    pairs = [c for c in matrix.cells if c.row != c.column]
    position = next((i for i, c in enumerate(matrix.clusters) if c.id == focus), None)
    if position is not None:
        pairs = [c for c in pairs if position in (c.row, c.column)]
        fewer = {c.row + c.column - position for c in pairs if significant(c, matrix) < 0}
        return plural(
            "heat.title.focus",
            len(fewer),
            lang,
            focus=say(matrix.clusters[position].name, lang),
            all=number(len(matrix.clusters) - 1, lang),
        )
    fewer_pairs = sum(significant(c, matrix) < 0 for c in pairs)
    return plural("heat.title.all", fewer_pairs, lang, all=number(len(pairs), lang))


def heat_map(matrix: TieMatrix, lang: str, *, focus: str = "") -> Chart:
    """Ties between clusters against chance: colour for the ratio, + and - where significant."""
    n = len(matrix.clusters)
    size = 30 if n <= 14 else 24 if n <= 24 else 18
    labels = [short(say(c.short or c.name, lang), 30) for c in matrix.clusters]
    longest = max((width_of(label, 12) for label in labels), default=0)
    left, top = longest + 12, longest * 0.72 + 16
    mine = next((i for i, c in enumerate(matrix.clusters) if c.id == focus), None)
    cells = {(c.row, c.column): c for c in matrix.cells}
    if not matrix.directed:
        cells |= {(c.column, c.row): c for c in matrix.cells if (c.column, c.row) not in cells}
    head, body = [], []
    for i, label in enumerate(labels):
        bold = "axis own" if i == mine else "axis"
        middle = (i + 0.5) * size
        head.append(
            el(
                "text",
                label,
                cls=bold,
                transform=f"translate({left + middle + 3:.1f} {top - 6:.1f}) rotate(-46)",
                aria_hidden="true",
            )
        )
        body.append(
            el(
                "text",
                label,
                cls=bold,
                x=left - 8,
                y=top + middle + 4,
                text_anchor="end",
                aria_hidden="true",
            )
        )
    for i in range(n):
        row = [
            _cell(cells[i, j], matrix, left + j * size, top + i * size, size, lang)
            for j in range(n)
            if (i, j) in cells
        ]
        body.append(el("g", join(row), role="row"))
    if mine is not None:
        body.append(
            el(
                "rect",
                cls="frame",
                x=left - 1,
                y=top + mine * size - 1,
                width=n * size + 2,
                height=size + 2,
            )
        )
    width, height = left + n * size + longest * 0.72 + 8, top + n * size + 4
    title = heat_title(matrix, focus, lang)
    drawing = el(
        "svg",
        *head,
        *body,
        cls="chart heat",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        width=round(width),
        height=round(height),
        role="grid",
        aria_label=title,
        aria_readonly="true",
    )
    legend = [(f"h{k}", text(f"heat.legend.{k}", lang)) for k in (-3, -2, -1, 0, 1, 2, 3)]
    legend += [("less", text("heat.legend.less", lang)), ("plus", text("heat.legend.plus", lang))]
    if any(c.withheld for c in matrix.cells):
        legend.append(("withheld", text("withheld", lang)))
    return Chart(title, drawing, tuple(legend), say(matrix.null, lang))


def _cell(cell: TieCell, matrix: TieMatrix, x: float, y: float, size: float, lang: str) -> Markup:
    k = None if cell.withheld else ratio_class(cell)
    shade = "withheld" if cell.withheld else "none" if k is None else f"h{k}"
    marks = [
        el("title", cell_words(cell, matrix, lang)),
        el("rect", cls=f"cell {shade}", x=x + 1, y=y + 1, width=size - 2, height=size - 2),
    ]
    cx, cy, arm = x + size / 2, y + size / 2, size * 0.18
    if cell.withheld:
        marks.append(
            el(
                "path",
                cls="slash",
                d=f"M{x + 5:.1f} {y + size - 5:.1f}L{x + size - 5:.1f} {y + 5:.1f}",
            )
        )
    sign = significant(cell, matrix)
    if sign:
        upright = f"M{cx:.1f} {cy - arm:.1f}v{2 * arm:.1f}" if sign > 0 else ""
        marks.append(
            el("path", cls=f"sign on{k}", d=f"M{cx - arm:.1f} {cy:.1f}h{2 * arm:.1f}" + upright)
        )
    return el("g", *marks, role="gridcell", tabindex="-1")


def _x(value: float) -> str:
    """A share as a place on the strip, in per cent of the drawing's width."""
    return f"{1.5 + 97 * min(1.0, max(0.0, value)):.2f}%"


def _span(low: float, high: float) -> dict[str, str]:
    low, high = (min(1.0, max(0.0, v)) for v in (low, high))
    return {"x": _x(low), "width": f"{max(0.3, 97 * (high - low)):.2f}%"}


def outside(gap: Gap) -> bool:
    """Whether a gap is larger than in 95 in 100 random clusters."""
    value, high = finite(gap.gap), finite(gap.random_high)
    return (
        value is not None and high is not None and value > high and gap.status in ("ok", "inferred")
    )


def gap_profile(gaps: tuple[Gap, ...], lang: str) -> Chart:
    """The six measures: dot = this cluster, line = its band, grey = random clusters.

    Drawn in shares of the width, so that letters keep their size on a telephone.
    """
    rows = whole_rows(gaps)
    step, first, extra = 62, 8, 0
    marks: list[Markup] = []
    labelled = False
    for i, gap in enumerate(rows):
        y = first + i * step + extra
        marks.append(
            el("text", text(f"measure.{gap.measure}", lang), cls="row-name", x="1.5%", y=y + 14)
        )
        line = y + 34
        value = finite(gap.gap)
        if value is None or gap.withheld:
            words = "withheld" if gap.withheld else "profile.none"
            marks.append(el("text", text(words, lang), cls="row-none", x="1.5%", y=line + 2))
            continue
        marks.append(el("line", cls="track", x1=_x(0), x2=_x(1), y1=line, y2=line))
        marks.append(
            el(
                "text",
                percent(value, lang),
                cls="row-value",
                x="98.5%",
                y=y + 14,
                text_anchor="end",
            )
        )
        low, high = finite(gap.random_low), finite(gap.random_high)
        if low is not None and high is not None:
            marks.append(el("rect", cls="random", y=line - 9, height=18, **_span(low, high)))
            if not labelled:
                labelled, extra = True, 14
                near = _anchor((low + high) / 2)
                marks.append(
                    el("text", text("profile.random", lang), cls="row-note", y=line + 23, **near)
                )
        low, high = finite(gap.low), finite(gap.high)
        if low is not None and high is not None:
            marks.append(el("rect", cls="band", y=line - 2.5, height=5, rx=2.5, **_span(low, high)))
        marks.append(
            el("circle", cls="dot" if outside(gap) else "dot open", cx=_x(value), cy=line, r=6.5)
        )
    base = first + len(rows) * step + extra - 6
    for value, anchor, key in ((0.0, "start", "profile.zero"), (1.0, "end", "profile.full")):
        marks.append(
            el(
                "text",
                text(key, lang),
                cls="axis",
                y=base + 10,
                text_anchor=anchor,
                x="1.5%" if value == 0 else "98.5%",
            )
        )
    larger = sum(outside(g) for g in rows)
    known = sum(finite(g.gap) is not None for g in rows)
    title = plural("profile.title", larger, lang, all=number(known, lang))
    legend = (
        ("dot", text("profile.legend.dot", lang)),
        ("dot-open", text("profile.legend.open", lang)),
        ("band", text("profile.legend.band", lang)),
        ("random", text("profile.legend.random", lang)),
    )
    drawing = el(
        "svg",
        el("title", title),
        el("desc", " ".join(profile_words(rows, lang))),
        *marks,
        cls="chart profile",
        width="100%",
        height=base + 20,
        role="img",
    )
    return Chart(title, drawing, legend)


def _anchor(value: float) -> dict[str, str]:
    if value < 0.24:
        return {"x": "1.5%", "text_anchor": "start"}
    if value > 0.76:
        return {"x": "98.5%", "text_anchor": "end"}
    return {"x": _x(value), "text_anchor": "middle"}


def profile_words(rows: list[Gap], lang: str) -> list[str]:
    """Each row of the gap profile as a sentence; its text alternative."""
    words = []
    for gap in rows:
        name = text(f"measure.{gap.measure}", lang)
        if finite(gap.gap) is None or gap.withheld:
            state = text("withheld" if gap.withheld else "profile.none", lang)
            words.append(f"{name}: {state}.")
        elif finite(gap.random_low) is None or finite(gap.random_high) is None:
            words.append(f"{name}: {percent(gap.gap, lang)}.")
        else:
            words.append(
                text(
                    "profile.row",
                    lang,
                    name=name,
                    gap=percent(gap.gap, lang),
                    low=percent(gap.random_low, lang),
                    high=percent(gap.random_high, lang),
                )
            )
    return words
