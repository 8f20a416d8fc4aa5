"""Charts: what a mark means, the sentence above it, and that the drawing is well-formed."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from kedja._report import charts
from kedja._report.content import Edge, Gap, Network, Node, RegionTies, TieCell
from kedja._report.redact import prepare
from kedja._report.svg import Chart, el
from report_fixture import rich, ties


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(str(chart.svg))


def cell(observed: float | None, expected: float | None, q: float | None = None) -> TieCell:
    return TieCell(row=0, column=1, observed=observed, expected=expected, q=q)


@pytest.mark.parametrize(
    ("observed", "expected", "shade"),
    [
        (0, 10, -3),
        (2.4, 10, -3),
        (2.5, 10, -2),
        (5, 10, -1),
        (7.5, 10, 0),
        (10, 10, 0),
        (14, 10, 1),
        (20, 10, 2),
        (40, 10, 3),
        (3, 0, 3),
        (0, 0, None),
        (None, 10, None),
        (float("nan"), 10, None),
    ],
)
def test_shade_is_the_ratio(observed: float | None, expected: float, shade: int | None) -> None:
    assert charts.ratio_class(cell(observed, expected)) == shade


def test_sign_needs_significance() -> None:
    matrix = ties()
    assert charts.significant(cell(1, 10, 0.01), matrix) == -1
    assert charts.significant(cell(20, 10, 0.01), matrix) == 1
    assert charts.significant(cell(1, 10, 0.05), matrix) == 0
    assert charts.significant(cell(1, 10, None), matrix) == 0


@pytest.mark.parametrize("lang", ["en", "sv"])
@pytest.mark.parametrize("n", [1, 2, 14, 40])
def test_heat_map_has_a_text_for_every_cell(n: int, lang: str) -> None:
    matrix = ties(n=n)
    tree = drawn(charts.heat_map(matrix, lang, focus="c0"))
    cells = tree.findall(".//g[@role='gridcell']")
    assert len(cells) == n * (n - 1)  # undirected: both triangles, no diagonal here
    assert all(c.findtext("title") for c in cells)
    assert len(tree.findall(".//path")) == 2 * sum(
        charts.significant(c, matrix) != 0 for c in matrix.cells
    )


def test_heat_title_counts_the_pairs_of_the_focus() -> None:
    matrix = ties()
    mine = sum(charts.significant(c, matrix) < 0 for c in matrix.cells if 0 in (c.row, c.column))
    assert f"{mine} of the 13" in charts.heat_title(matrix, "c0", "en")
    assert "of 91 pairs" in charts.heat_title(matrix, "", "en")


def test_profile_marks_only_what_is_outside_random() -> None:
    chart = charts.gap_profile(rich().gaps, "en")
    tree = drawn(chart)
    dots = [c.get("class") for c in tree.findall("circle")]
    assert dots == ["dot", "dot", "dot", "dot open", "dot open"]
    assert chart.title.startswith("3 of 5")
    assert "cannot be told" in str(chart.svg)
    for node in tree.iter():  # nothing outside the drawing
        for name in ("x", "cx", "x1", "x2"):
            if (value := node.get(name, "")).endswith("%"):
                assert 0 <= float(value[:-1]) <= 100


def test_profile_survives_values_out_of_range() -> None:
    wild = Gap(
        cluster="c",
        measure="reach",
        gap=7.0,
        low=-3.0,
        high=float("inf"),
        random_low=0.5,
        random_high=0.1,
    )
    drawn(charts.gap_profile((wild,), "sv"))


def test_map_numbers_and_home() -> None:
    tree = drawn(charts.tile_map(rich().regions, "en"))
    texts = [t.text for t in tree.iter("text")]
    assert "64" in texts
    assert "DE" in texts
    assert len([r for r in tree.iter("rect") if (r.get("class") or "").startswith("cell")]) == 332
    assert len([r for r in tree.iter("rect") if r.get("class") == "frame home"]) == 1


def test_map_without_ties_and_with_one() -> None:
    assert "0 of 332" in charts.tile_map((), "en").title
    assert "1 of 332" in charts.tile_map((RegionTies(nuts2="DE11", ties=2.0),), "en").title


def test_network_is_the_same_every_time_and_keeps_to_its_frame() -> None:
    network = prepare(rich(), "internal").network
    assert network is not None
    one, two = charts.network_picture(network, "en"), charts.network_picture(network, "en")
    assert one == two
    assert one.title.startswith("9 suggested links to 9")
    tree = drawn(one)
    width, height = (float(v) for v in tree.get("viewBox", "").split()[2:])
    for mark in [*tree.findall("circle"), *tree.findall("rect")]:
        assert 0 < float(mark.get("cx") or mark.get("x") or 0) < width
        assert 0 < float(mark.get("cy") or mark.get("y") or 0) < height


def test_large_and_empty_networks() -> None:
    nodes = tuple(Node(id=str(i), label=f"Company {i}", role="member") for i in range(500))
    edges = tuple(Edge(source=str(i), target=str(i + 1)) for i in range(499))
    assert "484" in charts.network_picture(Network(nodes=nodes, edges=edges), "en").note
    drawn(charts.network_picture(Network(), "sv"))


def test_elements_escape_what_goes_in() -> None:
    assert str(el("text", "<b>&", cls='"x', data_y=1.0)) == (
        '<text class="&quot;x" data-y="1">&lt;b&gt;&amp;</text>'
    )
