"""Where clusters stand and what breaks: computed, drawn, and kept from those who may not see it."""

from __future__ import annotations

import dataclasses
import math
import re
from collections import Counter

import kedja
import numpy as np
import pandas as pd
import pytest
from hostile import everywhere, names
from kedja._contents import build
from kedja._report import render
from kedja._report.chart_chain import chain_picture
from kedja._report.content import Break, Chain, Shock, Stage, Text
from kedja._report.redact import prepare
from report_fixture import rich


def section(page: str, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)
    assert found, name
    return found.group(0)


def links(**more: object) -> kedja.Dataset:
    """Two clusters of four along a chain a -> b -> ... -> h."""
    ids = list("abcdefgh")
    return kedja.from_tables(
        companies=pd.DataFrame({"id": ids, "name": [f"Firm <{i}>" for i in ids], **more}),
        links=pd.DataFrame({"source": ids[:-1], "target": ids[1:]}),
        clusters=pd.DataFrame({"id": ["x", "y"], "name": ["X", "Y"]}),
        memberships=pd.DataFrame({"company": ids, "cluster": list("xxxxyyyy")}),
    )


def test_supply_links_give_levels_and_losses() -> None:
    content = build(links(), cluster="x", draws=20, progress=False)
    assert content.chain.basis == content.shock.basis == "links"
    # The chain climbs one level per link, so companies stand at 0 to 7.
    assert [(s.cluster, s.level) for s in content.chain.stages] == [
        *(("x", float(k)) for k in range(4)),
        *(("y", float(k)) for k in range(4, 8)),
    ]
    # Every buyer has one supplier and every supplier one buyer: whoever fails, all others in the
    # way of goods and money fail too. Seven of eight companies sell, and sales are the weights.
    losses = {r.name: (r.loss, r.downstream, r.upstream) for r in content.shock.rows}
    for k, name in enumerate("abcd"):
        want = (1.0, (7 - k) / 7, (k + 1) / 7)
        assert losses[f"Firm <{name}>"] == pytest.approx(want, abs=1e-6)
    assert (content.shock.single_source, content.shock.companies) == (1.0, 3)
    page = render(content, "en", "internal")
    assert "Firm &lt;a&gt;" in section(page, "shock") and "<a>" not in section(page, "shock")


@pytest.mark.parametrize(("values", "single"), [((9.0, 1.0), 1.0), ((9.0, None), 0.0)])
def test_values_count_where_all_links_have_one(
    values: tuple[float | None, ...], single: float
) -> None:
    data = kedja.from_tables(
        companies=pd.DataFrame({"id": list("abc")}),
        links=pd.DataFrame({"source": ["a", "b"], "target": ["c", "c"], "value": values}),
        clusters=pd.DataFrame({"id": ["x"], "name": ["X"]}),
        memberships=pd.DataFrame({"company": list("abc"), "cluster": ["x"] * 3}),
    )
    content = build(data, cluster="x", draws=20, progress=False)
    # c gets nine tenths from a by value, half by count; above four fifths is a single source.
    assert (content.shock.single_source, content.shock.companies) == (single, 1)


def test_industries_give_steps_and_inferred_pairs() -> None:
    data = kedja.datasets.load("nordic_demo")
    content = build(data, draws=20, progress=False)
    focus = content.focus.id
    assert content.chain.basis == "flows"
    assert content.chain.stages[0].cluster == focus
    # Against the definition: U = (1 - B)^-1 1, and counts by hand.
    flows = kedja.datasets.load("us_bea_2017_nace")
    sold = np.asarray(flows.to_frame(), dtype=float)
    output = np.where(flows.output > 0, flows.output, 1.0)
    steps = np.linalg.solve(np.eye(flows.n) - sold / output[:, None], np.ones(flows.n))
    at = dict(zip(flows.labels, steps, strict=True))
    for stage in content.chain.stages:
        assert stage.level == pytest.approx(at[stage.label], rel=1e-9)
    frame = data.companies.to_pandas().set_index("id")["nace"].str[:2]
    table = data.memberships.to_pandas()
    mine = frame.reindex(table.loc[table["cluster"] == focus, "company"])
    counted = Counter(mine[mine.isin(flows.labels)])
    got = {s.label: s.companies for s in content.chain.stages if s.cluster == focus}
    assert {k: got[k] for k in counted} == dict(counted)

    assert content.shock.basis == "inferred"
    inferred = kedja.value_chain.infer_links(data, flows, progress=False).frame
    sector = flows.sector_of(data).frame["sector"]
    inferred = inferred[inferred["target"].isin(mine.index)]
    by_pair = inferred.groupby(
        [
            sector.reindex(inferred["source"]).to_numpy(),
            sector.reindex(inferred["target"]).to_numpy(),
        ]
    )["probability"].agg(["sum", "mean"])
    assert len(content.shock.rows) > 3
    assert content.shock.rows[0].links == pytest.approx(by_pair["sum"].max())
    for row in content.shock.rows:
        assert row.status == "inferred"
        assert row.links == pytest.approx(by_pair.loc[(row.name, row.buyer), "sum"])
        assert row.probability == pytest.approx(by_pair.loc[(row.name, row.buyer), "mean"])
    for lang, word in (("en", "inferred"), ("sv", "antagen")):
        shown = section(render(content, lang, "internal"), "shock")
        assert shown.count(f'<span class="second">{word}</span>') == len(content.shock.rows)
        for name in data.companies.to_pandas()["name"]:
            assert name not in shown


def test_nothing_to_compute_says_what_would_decide() -> None:
    data = kedja.from_tables(
        companies=pd.DataFrame({"id": list("abcd")}),
        clusters=pd.DataFrame({"id": ["x"], "name": ["X"]}),
        memberships=pd.DataFrame({"company": list("abcd"), "cluster": ["x"] * 4}),
    )
    content = build(data, draws=20, progress=False)
    assert content.chain.basis == content.shock.basis == ""
    assert "companies.nace" in content.chain.deciding_column
    for lang, said in (("en", "Not decided"), ("sv", "Inte avgjort")):
        page = render(content, lang)
        for name in ("chain", "shock"):
            assert said in section(page, name) and "links (kind = supply)" in section(page, name)


def test_a_table_that_cannot_be_solved_is_told_and_not_raised() -> None:
    data = links(nace=["25"] * 8)
    flows = pd.DataFrame({"source": ["25"], "target": ["25"], "value": [5.0]})
    data = kedja.from_tables(
        companies=data.companies.to_pandas(),
        flows=flows,
        clusters=data.clusters.to_pandas(),
        memberships=data.memberships.to_pandas(),
    )
    content = build(data, draws=20, progress=False)
    assert content.chain.basis == "" and content.chain.undecided
    assert render(content, "sv", "internal")


@pytest.mark.parametrize("audience", ["members", "public"])
@pytest.mark.parametrize("basis", ["links", "inferred"])
def test_dependencies_and_inferred_links_stay_inside(audience: str, basis: str) -> None:
    content = rich()
    content = dataclasses.replace(content, shock=dataclasses.replace(content.shock, basis=basis))
    seen = prepare(content, audience)
    assert seen.shock.rows == () and seen.shock.withheld
    assert seen.shock.single_source == 0.25  # rests on twelve companies
    assert [s.withheld for s in seen.chain.stages] == [False, True, False]
    page = render(content, "en", audience)
    assert "Onlyhere" not in page and "Onlyhere" in render(content, "en", "internal")
    few = dataclasses.replace(content.shock, companies=2)
    assert prepare(dataclasses.replace(content, shock=few), audience).shock.single_source is None


@pytest.mark.parametrize("basis", ["links", "inferred", ""])
@pytest.mark.parametrize("name", names(), ids=ascii)
def test_names_stay_text(name: str, basis: str) -> None:
    def tags(s: str) -> Counter[str]:
        content = everywhere(s, basis)
        content = dataclasses.replace(
            content,
            chain=dataclasses.replace(content.chain, basis="flows" if basis else ""),
            shock=dataclasses.replace(content.shock, undecided=s, deciding_column=s),
        )
        page = render(content, "en", "internal")
        return Counter(re.findall(r"<([a-z0-9]+)", section(page, "chain") + section(page, "shock")))

    assert tags(name) == tags("Plain")


def test_picture_places_circles_by_level_and_says_them() -> None:
    chain = Chain(
        basis="links",
        stages=(
            Stage(cluster="b", group="B", level=0.0, companies=4),
            Stage(cluster="a", group="A & Co", level=2.0, companies=9),
            Stage(cluster="a", group="A & Co", level=math.nan, companies=9),
            Stage(cluster="a", group="A & Co", level=None, withheld=True),
        ),
    )
    chart = chain_picture(chain, "en", focus="a")
    assert chart is not None
    centre = [float(x) for x in re.findall(r'<circle[^>]* cx="([\d.]+)"', chart.svg)]
    assert len(centre) == 2 and centre[0] > centre[1]  # nine companies come first, at level 2
    assert "A &amp; Co: Level, 2.0, 9 companies" in chart.svg
    assert chart.svg.index("A &amp; Co</text>") < chart.svg.index(">B</text>")  # the focus on top
    assert chart.title == "A & Co stands between 2.0 and 2.0"
    assert chain_picture(dataclasses.replace(chain, stages=()), "en") is None


def test_contract_refuses_unknown_words() -> None:
    with pytest.raises(ValueError, match=r"chain\[0\]\.basis"):
        rich(chain=Chain(basis="guess"))
    with pytest.raises(ValueError, match=r"shock\.rows\[0\]\.status"):
        rich(shock=Shock(basis="links", rows=(Break(name=Text(en="a", sv="b"), status="odd"),)))
