"""What each audience may see, personal identity numbers, and characters that hide."""

from __future__ import annotations

import dataclasses

import pytest
from kedja._report import render
from kedja._report.content import Edge, Gap, Network, Node, RegionTies
from kedja._report.redact import MASK, mask_personal, prepare
from kedja._report.wording import visible
from report_fixture import rich


@pytest.mark.parametrize(
    "text",
    [
        "800101-1234",
        "8001011234",
        "19800101-1234",
        "198001011234",
        "200102031234",
        "800101+1234",
        "800101 1234",
        "800161-1234",
        "800101\u20131234",
        "80\u200b0101-1234",
        "8001\u00ad01-1234",
        "SE800101123401",
        "id 8001011234, Malmö",
    ],
)
def test_personal_numbers_are_masked(text: str) -> None:
    masked = mask_personal(text)
    assert MASK in masked
    assert "1234" not in masked


@pytest.mark.parametrize(
    "text",
    [
        "556012-5790",
        "5560125790",
        "165560125790",
        "999999999",
        "12345678901",
        "2017-01-01",
        "1\u202f234\u202f567",
        "10.2307/270949",
        "202100-5489",
    ],
)
def test_other_numbers_are_not(text: str) -> None:
    assert mask_personal(text) == text


def test_masking_reaches_every_text_and_can_be_asked_away() -> None:
    secret = "800101-1234"
    content = dataclasses.replace(
        rich(),
        title=f"Firma {secret}",
        gaps=(
            Gap(
                cluster="c",
                measure="capability",
                item=f"x {secret}",
                gap=1.0,
                evidence=secret,
                filler=secret,
                companies=9,
            ),
        ),
        network=Network(
            nodes=(
                Node(id=secret, label=secret, role="member"),
                Node(id="8001019999", label="P", role="partner"),
            ),
            edges=(Edge(source=secret, target="8001019999", kind="suggested"),),
        ),
    )
    for audience in ("internal", "members", "public"):
        assert "1234</" not in (page := render(content, "sv", audience))
        assert secret not in page
        assert "8001019999" not in page
    assert secret in render(dataclasses.replace(content, personal=True), "sv")


def test_masked_ids_keep_their_links_apart() -> None:
    content = rich(
        network=Network(
            nodes=(
                Node(id="800101-1234", label="A", role="member"),
                Node(id="800101-5678", label="B", role="member"),
                Node(id="p", label="P", role="partner"),
            ),
            edges=(Edge(source="800101-5678", target="p", kind="suggested"),),
        )
    )
    network = prepare(content, "internal").network
    assert network is not None
    assert network.edges[0].source == network.nodes[1].id != network.nodes[0].id


@pytest.mark.parametrize("audience", ["members", "public"])
@pytest.mark.parametrize("lang", ["en", "sv"])
def test_outside_nothing_internal_is_in_the_file(audience: str, lang: str) -> None:
    inside, outside = render(rich(), lang), render(rich(), lang, audience)
    for secret in (
        "INTERNAL-REASON",
        "INFERRED-PARTNER",
        "FRAGILE-EVIDENCE",
        "SECRET-VALUE-77",
        "esri",
        '"kind":"supply"',
    ):
        assert secret in inside
        assert secret not in outside
    assert "NAMELESS-ID" not in inside


def test_cells_on_fewer_than_three_companies_are_withheld() -> None:
    seen = prepare(rich(), "public")
    assert seen.ties is not None
    few = next(c for c in seen.ties.cells if (c.row, c.column) == (2, 5))
    assert few.withheld
    assert (few.observed, few.expected, few.z, few.q) == (None, None, None, None)
    assert few.companies is None  # one or two is not told either
    assert sum(c.withheld for c in seen.ties.cells) == 1
    region = next(r for r in seen.regions if r.nuts2 == "EE00")
    assert region.withheld
    assert region.ties is None
    gap = next(g for g in seen.gaps if g.item == "FR10")
    assert gap.withheld
    assert gap.gap is None
    assert not gap.evidence
    assert "fewer than 3" in render(rich(), "en", "public")
    assert "färre än 3" in render(rich(), "sv", "members")
    assert "fewer than 3" not in render(rich(), "en", "internal").split('id="report-data"')[
        0
    ].replace("rests on fewer than 3", "")


def test_unknown_support_counts_as_too_few() -> None:
    seen = prepare(rich(regions=(RegionTies(nuts2="DE11", ties=40.0),)), "members")
    assert seen.regions[0].ties is None


def test_links_that_are_inferred_or_deliveries_stay_inside() -> None:
    kinds = ("collaboration", "knowledge", "suggested", "supply", "ownership")
    edges = [Edge(source="a", target="b", kind=k, inferred=i) for k in kinds for i in (False, True)]
    nodes = (Node(id="a", label="A", role="member"), Node(id="b", label="B", role="partner"))
    content = rich(network=Network(nodes=nodes, edges=tuple(edges)))
    inside, outside = (prepare(content, a).network for a in ("internal", "public"))
    assert inside is not None
    assert outside is not None
    assert len(inside.edges) == 10
    assert [(e.kind, e.inferred) for e in outside.edges] == [(k, False) for k in kinds[:3]]


def test_dependency_measures_stay_inside() -> None:
    seen = prepare(rich(), "members")
    assert [m.key for m in seen.central_measures] == ["betweenness", "pagerank", "degree"]
    assert {len(row.values) for row in seen.central} == {3}


def test_fragility_stays_a_number_without_names_outside() -> None:
    rows = [g for g in prepare(rich(), "members").gaps if g.measure == "fragility"]
    assert [g.item for g in rows] == [""]
    assert rows[0].gap == 0.22


def test_unknown_audience_is_refused() -> None:
    with pytest.raises(
        ValueError, match="audience: 'press' is not one of internal, members, public"
    ):
        prepare(rich(), "press")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\u202egnp.exe", "⟨U+202E⟩gnp.exe"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("a\x00b", "a⟨U+0000⟩b"),
        ("a\ud800b", "a⟨U+D800⟩b"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("a\x1b[31m", "a⟨U+001B⟩[31m"),
        ("two\nlines", "two lines"),
        ("Ångström", "Ångström"),
        ("e\u0301", "e\u0301"),
        ("A" + "\u0301" * 50, "A" + "\u0301" * 4),
        ("x" * 5000, "x" * 4000 + "…"),
        ("", ""),
    ],
)
def test_nothing_hides(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@pytest.mark.parametrize("audience", ["members", "public"])
def test_outside_small_clusters_keep_only_their_name(audience: str) -> None:
    inside, outside = prepare(rich(), "internal").overview, prepare(rich(), audience).overview
    assert inside is not None and outside is not None
    assert inside.clusters[2].capability == 0.87654
    small = outside.clusters[2]
    assert small.withheld and small.name == "Tvåmanna"
    assert (small.companies, small.capability, small.missing) == (None, None, "")
    assert outside.clusters[0].capability == 0.41
    assert [p.b for p in inside.strongest] == ["Stål Norr", "SECRET-PAIR"]
    assert [p.b for p in outside.strongest] == ["Stål Norr"]
    page = render(rich(), "sv", audience)
    assert "SECRET" not in page and "0.87654" not in page


@pytest.mark.parametrize("lang", ["en", "sv"])
def test_the_console_summary_keeps_the_rules_of_the_page(lang: str) -> None:
    from kedja._summary import summary

    inside, outside = summary(rich(), lang), summary(rich(), lang, "public")
    assert {"en": "recycling", "sv": "återvinning"}[lang] in inside
    assert "SECRET-PAIR" in inside and "SECRET-PAIR" not in outside
    assert "INTERNAL-REASON" in inside and "INTERNAL-REASON" not in outside
    assert "\u2009" not in inside
    masked = dataclasses.replace(rich(), title="x", caveats=("800101-1234",))
    assert "800101" not in summary(masked, lang)
