"""Ties over Europe as equal tiles: every NUTS 2 region counts the same, whatever its area."""

from __future__ import annotations

import math
from collections import defaultdict

from markupsafe import Markup

from .content import RegionTies
from .svg import Chart, el, join
from .texts import plural, text
from .wording import count, country, finite, number, region, tiles

_CELL = 26.0


def tile_map(regions: tuple[RegionTies, ...], lang: str) -> Chart:
    """A tile for each region, darker with more ties, the number in it, the home region framed."""
    cells = tiles()
    known = {r.nuts2: r for r in regions if r.nuts2 in cells}
    most = max((finite(r.ties) or 0 for r in known.values()), default=0)
    edges = _edges(most)
    marks = [_tile(code, place, known.get(code), edges, lang) for code, place in cells.items()]
    marks.append(el("path", cls="border", d=_borders(cells)))
    marks += _country_names(cells, known)
    for code, place in cells.items():
        if code in known and known[code].own:
            marks.append(
                el(
                    "rect",
                    cls="frame home",
                    x=place[0] * _CELL - 2,
                    y=place[1] * _CELL - 2,
                    width=_CELL + 4,
                    height=_CELL + 4,
                )
            )
    width = (max(x for x, _ in cells.values()) + 1) * _CELL + 4
    height = (max(y for _, y in cells.values()) + 1) * _CELL + 4
    title = map_title(known, len(cells), lang)
    drawing = el(
        "svg",
        el("title", title),
        el("g", join(marks), transform="translate(2 2)"),
        cls="chart map",
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
    )
    legend = [("s0", text("map.legend.none", lang))]
    legend += [(f"s{k + 1}", _class_words(edges, k, most, lang)) for k in range(len(edges))]
    if any(r.withheld for r in known.values()):
        legend.append(("withheld", text("withheld", lang)))
    if any(r.own for r in known.values()):
        legend.append(("frame home", text("map.legend.own", lang)))
    off = sum(1 for r in regions if r.nuts2 not in cells)
    note = plural("map.off", off, lang) if off else ""
    return Chart(title, drawing, tuple(legend), note)


def map_title(known: dict[str, RegionTies], total: int, lang: str) -> str:
    """What the map shows, as a sentence."""
    outside: dict[str, float] = defaultdict(float)
    reached = 0
    for code, row in known.items():
        ties = finite(row.ties) or 0
        if ties > 0:
            reached += 1
            if not row.own:
                outside[code[:2]] += ties
    if not outside:
        return plural("map.title.few", reached, lang, all=number(total, lang))
    best = max(sorted(outside), key=lambda c: outside[c])
    return plural(
        "map.title",
        reached,
        lang,
        all=number(total, lang),
        country=country(best, lang),
        share=number(100 * outside[best] / sum(outside.values()), lang),
    )


def _edges(most: float) -> list[int]:
    """Lowest value of each class, at round numbers, at most five."""
    if most <= 0:
        return []
    steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000, 100000]
    usable = [s for s in steps if s <= most] or [1]
    if len(usable) <= 5:
        return usable
    return [usable[k * (len(usable) - 1) // 4] for k in range(5)]


def _class_words(edges: list[int], k: int, most: float, lang: str) -> str:
    low = edges[k]
    high = edges[k + 1] - 1 if k + 1 < len(edges) else math.floor(most)
    return number(low, lang) if high <= low else f"{number(low, lang)}–{number(high, lang)}"


def _tile(
    code: str, place: tuple[int, int], row: RegionTies | None, edges: list[int], lang: str
) -> Markup:
    x, y = place[0] * _CELL, place[1] * _CELL
    ties = finite(row.ties) if row else None
    shade = sum(ties >= e for e in edges) if ties else 0
    kind = "withheld" if row and row.withheld else f"s{shade}"
    if ties and shade == 0:  # less than one tie, by shared memberships
        kind = "s1"
    words = region(code, lang, row.name if row else "") + ": "
    words += (
        text("withheld", lang)
        if row and row.withheld
        else plural("map.ties", ties or 0, lang, shown=count(ties or 0, lang))
    )
    marks = [
        el("title", words),
        el("rect", cls=f"cell {kind}", x=x + 0.5, y=y + 0.5, width=_CELL - 1, height=_CELL - 1),
    ]
    if row and row.withheld:
        marks.append(
            el("path", cls="slash", d=f"M{x + 6:.0f} {y + 20:.0f}L{x + 20:.0f} {y + 6:.0f}")
        )
    elif ties:
        shown = number(ties, lang) if ties >= 1 else "<1"
        marks.append(
            el(
                "text",
                shown,
                cls=f"tile-number on{shade}",
                x=x + _CELL / 2,
                y=y + _CELL / 2 + 4,
                text_anchor="middle",
            )
        )
    return el("g", *marks)


def _borders(cells: dict[str, tuple[int, int]]) -> str:
    """Lines between tiles of different countries, and round the outside."""
    owner = {place: code[:2] for code, place in cells.items()}
    parts = []
    for (x, y), land in sorted(owner.items()):
        left, top = x * _CELL, y * _CELL
        if owner.get((x - 1, y)) != land:
            parts.append(f"M{left:.0f} {top:.0f}v{_CELL:.0f}")
        if owner.get((x, y - 1)) != land:
            parts.append(f"M{left:.0f} {top:.0f}h{_CELL:.0f}")
        if (x + 1, y) not in owner:
            parts.append(f"M{left + _CELL:.0f} {top:.0f}v{_CELL:.0f}")
        if (x, y + 1) not in owner:
            parts.append(f"M{left:.0f} {top + _CELL:.0f}h{_CELL:.0f}")
    return "".join(parts)


def _country_names(cells: dict[str, tuple[int, int]], known: dict[str, RegionTies]) -> list[Markup]:
    """Each country's code near its middle: on a tile without ties, else in a free cell by it."""
    lands: dict[str, list[str]] = defaultdict(list)
    for code in cells:
        lands[code[:2]].append(code)
    taken = set(cells.values())
    marks = []
    for land, codes in sorted(lands.items()):
        mx = sum(cells[c][0] for c in codes) / len(codes)
        my = sum(cells[c][1] for c in codes) / len(codes)

        def far(place: tuple[int, int], mx: float = mx, my: float = my) -> float:
            return (place[0] - mx) ** 2 + (place[1] - my) ** 2

        own = [cells[c] for c in codes]
        free = [cells[c] for c in codes if not _has_number(known.get(c))]
        beside = [
            (x + dx, y + dy)
            for x, y in own
            for dx, dy in ((1, 0), (-1, 0), (0, -1), (0, 1))
            if (x + dx, y + dy) not in taken and x + dx >= 0 and y + dy >= 0
        ]
        choice = free or beside
        if choice:
            x, y = min(choice, key=lambda place: (far(place), place))
            taken.add((x, y))
            marks.append(
                el(
                    "text",
                    land,
                    cls="land",
                    x=(x + 0.5) * _CELL,
                    y=(y + 0.5) * _CELL + 4,
                    text_anchor="middle",
                )
            )
        else:
            x, y = min(own, key=lambda place: (far(place), place))
            marks.append(el("text", land, cls="land tiny", x=x * _CELL + 2.5, y=y * _CELL + 8))
    return marks


def _has_number(row: RegionTies | None) -> bool:
    return row is not None and (row.withheld or bool(finite(row.ties)))
