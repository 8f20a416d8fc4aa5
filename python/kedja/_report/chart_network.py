"""The cluster and its suggested partners: members left, go-betweens in the middle, partners right.

Layers instead of springs: the question is who should meet whom, every label has its own line, and
the same content always gives the same picture.
"""

from __future__ import annotations

from collections import defaultdict

from markupsafe import Markup

from .content import Network, Node
from .svg import Chart, el, short
from .texts import plural, text
from .wording import country, number, say

_ROW = 30.0
_LIMIT = {"member": 16, "between": 6, "partner": 16}
_X = {"member": 230.0, "between": 400.0, "partner": 570.0}
_WIDTH = 800.0


def network_picture(network: Network, lang: str) -> Chart:
    """Solid lines are links there are, dashed ones are suggested."""
    degree: dict[str, float] = defaultdict(float)
    for edge in network.edges:
        weight = 1000.0 if edge.kind == "suggested" else 1.0
        degree[edge.source] += weight
        degree[edge.target] += weight
    columns: dict[str, list[Node]] = {}
    for role, limit in _LIMIT.items():
        nodes = [n for n in network.nodes if n.role == role]
        columns[role] = sorted(nodes, key=lambda n: -degree[n.id])[:limit]
    left_out = len(network.nodes) - sum(len(c) for c in columns.values())
    places = _place(columns, network)
    suggested = [
        e
        for e in network.edges
        if e.kind == "suggested" and e.source in places and e.target in places
    ]
    height = max((y for _, y in places.values()), default=0.0) + _ROW
    marks: list[Markup] = []
    for edge in sorted(network.edges, key=lambda e: e.kind == "suggested"):
        if edge.source in places and edge.target in places and edge.source != edge.target:
            kind = "inferred" if edge.inferred and edge.kind != "suggested" else edge.kind
            marks.append(
                el("path", cls=f"edge {kind}", d=_curve(places[edge.source], places[edge.target]))
            )
    for role, nodes in columns.items():
        if nodes:
            anchor = {"member": "end", "between": "middle", "partner": "start"}[role]
            x = _X[role] + {"member": 8, "between": 0, "partner": -8}[role]
            marks.append(
                el(
                    "text",
                    text(f"network.{role}", lang),
                    cls="column",
                    x=x,
                    y=16,
                    text_anchor=anchor,
                )
            )
        marks += [mark for node in nodes for mark in _node(node, places[node.id], lang)]
    title = plural(
        "network.title", len(suggested), lang, partners=number(len(columns["partner"]), lang)
    )
    kinds = {e.kind for e in network.edges}
    legend = [("edge-suggested", text("network.legend.suggested", lang))]
    if kinds - {"suggested"}:
        legend.append(("edge-link", text("network.legend.link", lang)))
    if any(e.inferred for e in network.edges):
        legend.append(("edge-inferred", text("network.legend.inferred", lang)))
    note = plural("network.left_out", left_out, lang) if left_out else ""
    drawing = el(
        "svg",
        el("title", title),
        *marks,
        cls="chart network",
        viewBox=f"0 0 {_WIDTH:.0f} {height:.0f}",
        role="img",
    )
    return Chart(title, drawing, tuple(legend), note)


def _place(columns: dict[str, list[Node]], network: Network) -> dict[str, tuple[float, float]]:
    """Rows by the mean row of the neighbours in the other columns, four sweeps: fewer crossings."""
    near: dict[str, list[str]] = defaultdict(list)
    for edge in network.edges:
        near[edge.source].append(edge.target)
        near[edge.target].append(edge.source)
    tallest = max((len(c) for c in columns.values()), default=0)
    role_of = {n.id: role for role, nodes in columns.items() for n in nodes}
    rows: dict[str, float] = {}

    def lay(role: str) -> None:
        gap = (tallest - len(columns[role])) / 2
        for i, node in enumerate(columns[role]):
            rows[node.id] = gap + i

    for role in columns:
        lay(role)
    for sweep in range(4):
        for role in ("partner", "between") if sweep % 2 == 0 else ("between", "member"):

            def mean(node: Node, role: str = role) -> float:
                seen = [rows[i] for i in near[node.id] if role_of.get(i, role) != role]
                return sum(seen) / len(seen) if seen else rows[node.id]

            columns[role].sort(key=mean)
            lay(role)
    return {i: (_X[role_of[i]], 40.0 + row * _ROW) for i, row in rows.items()}


def _curve(a: tuple[float, float], b: tuple[float, float]) -> str:
    (ax, ay), (bx, by) = sorted((a, b))
    if ax == bx:  # inside a column: an arc towards the middle of the picture
        bend = 22 + 0.16 * abs(by - ay)
        side = -1 if ax > _WIDTH / 2 else 1
        return (
            f"M{ax:.1f} {ay:.1f}C{ax + side * bend:.1f} {ay:.1f} {bx + side * bend:.1f} "
            f"{by:.1f} {bx:.1f} {by:.1f}"
        )
    middle = (ax + bx) / 2
    return f"M{ax:.1f} {ay:.1f}C{middle:.1f} {ay:.1f} {middle:.1f} {by:.1f} {bx:.1f} {by:.1f}"


def _node(node: Node, place: tuple[float, float], lang: str) -> list[Markup]:
    x, y = place
    group = say(node.group, lang)
    land = country(node.country, lang) if node.country else ""
    full = ", ".join(part for part in (node.label, group, land) if part)
    hover = el("title", full)
    if node.role == "member":
        return [
            el("circle", hover, cls="node member", cx=x, cy=y, r=6),
            el("text", short(node.label, 26), cls="name", x=x - 14, y=y + 4, text_anchor="end"),
        ]
    if node.role == "between":
        return [
            el("circle", hover, cls="node between", cx=x, cy=y, r=6),
            el("text", short(node.label, 24), cls="name halo", x=x, y=y + 20, text_anchor="middle"),
        ]
    below = " · ".join(part for part in (group, land) if part)
    marks = [
        el("rect", hover, cls="node partner", x=x - 6, y=y - 6, width=12, height=12),
        el("text", short(node.label, 32), cls="name", x=x + 14, y=y + (0 if below else 4)),
    ]
    if below:
        marks.append(el("text", short(below, 38), cls="detail", x=x + 14, y=y + 12))
    return marks
