"""Inferred links stand in the report by industry; by company only where names are asked for."""

from __future__ import annotations

import json

import kedja
import pandas as pd
import pytest
from kedja import _report
from kedja._contents import build
from kedja._report.redact import prepare
from kedja._summary import summary
from typer.testing import CliRunner

MAKERS = {
    "c1": ("Ironmonger AB", "24.10"),
    "c2": ("Knifeworks AB", "25.71"),
    "c3": ("Toolshed AB", "25.73"),
}
BUYERS = {
    "c4": ("Carmaker AB", "29.10"),
    "c5": ("Boatyard AB", "30.11"),
    "c6": ("Trainworks AB", "30.20"),
}
PEOPLE = {**MAKERS, **BUYERS}


def dataset(links: pd.DataFrame | None, *, nace: bool = True) -> kedja.Dataset:
    """Makers are the cluster x, buyers the cluster y."""
    companies = pd.DataFrame(
        [
            {"id": i, "name": n, "nace": k if nace else "", "size": 20}
            for i, (n, k) in PEOPLE.items()
        ]
    )
    tables = {
        "companies": companies,
        "clusters": pd.DataFrame({"id": ["x", "y"], "name": ["X", "Y"]}),
        "memberships": pd.DataFrame(
            {"company": list(PEOPLE), "cluster": ["x"] * len(MAKERS) + ["y"] * len(BUYERS)}
        ),
    }
    return kedja.from_tables(**tables, **({} if links is None else {"links": links}))


def guessed() -> pd.DataFrame:
    """Every maker sells to every buyer, perhaps."""
    rows = [(s, t) for s in MAKERS for t in BUYERS]
    chance = [(k + 1) / 10 for k in range(len(rows))]
    made = pd.DataFrame(rows, columns=["source", "target"])
    return made.assign(kind="supply", inferred=True, probability=chance)


def all_text(content: object) -> str:
    """The page, the console and the content itself, as JSON would hold them."""
    page = _report.render(content, "en", "internal") + summary(content, "en", "internal")
    return page + json.dumps(repr(prepare(content, "internal")), ensure_ascii=False)


def without_partners(content: object) -> object:
    """Introductions name companies by what they do; no link is said of them."""
    import dataclasses

    return dataclasses.replace(content, partners=(), network=None, gaps=())


def named_in(text: str) -> list[str]:
    return [name for name, _ in PEOPLE.values() if name in text]


@pytest.mark.parametrize("lang", ["en", "sv"])
def test_links_marked_as_inferred_name_nobody(lang: str) -> None:
    content = build(dataset(guessed()), cluster="y", draws=20, progress=False)
    assert content.shock.basis == "inferred" and content.chain.basis == "flows"
    assert content.central == () and content.brokers == () and content.shock.likely == ()
    # By hand: one maker of 24 and two of 25 against one buyer of 29 and two of 30.
    chance = guessed().set_index(["source", "target"])["probability"]
    got = {(r.name, r.buyer): (r.links, r.probability, r.companies) for r in content.shock.rows}
    assert set(got) == {("24", "29"), ("24", "30"), ("25", "29"), ("25", "30")}
    of = [chance[s, t] for s in ("c2", "c3") for t in ("c5", "c6")]
    assert got["25", "30"] == pytest.approx((sum(of), sum(of) / 4, 2))
    assert content.shock.rows[0].name == "25"  # most expected links first
    assert named_in(all_text(without_partners(content))) == []
    page = _report.render(content, lang, "internal")
    said = {"en": "mark as inferred", "sv": "märker som antagna"}[lang]
    assert said in page and 'id="t-likely"' not in page


def test_links_made_by_the_model_name_nobody() -> None:
    content = build(dataset(None), cluster="y", draws=20, progress=False)
    assert content.shock.basis == "inferred" and content.shock.rows
    assert named_in(all_text(without_partners(content))) == []


@pytest.mark.parametrize("links", [guessed(), None])
def test_names_show_on_request_to_the_internal_audience(links: pd.DataFrame | None) -> None:
    data = dataset(links)
    content = build(data, cluster="y", draws=20, inferred_names=True, progress=False)
    likely = content.shock.likely
    assert likely and all(link.buyer in {n for n, _ in BUYERS.values()} for link in likely)
    assert [x.probability for x in likely] == sorted((x.probability for x in likely), reverse=True)
    if links is not None:
        assert likely[0].seller == "Toolshed AB" and likely[0].buyer == "Trainworks AB"
        assert likely[0].probability == pytest.approx(0.9)
    page = _report.render(content, "en", "internal")
    table = page[page.index('id="t-likely"') :]
    table = table[: table.index("</table>")]
    assert likely[0].seller in table and table.count("inferred</span>") == len(likely)
    for audience in ("members", "public"):
        assert prepare(content, audience).shock.likely == ()
        assert 'id="t-likely"' not in _report.render(content, audience=audience)


def test_known_links_are_named_and_inferred_ones_beside_them_are_not() -> None:
    known = pd.DataFrame({"source": ["c1"], "target": ["c4"], "kind": ["supply"]})
    links = pd.concat([guessed(), known.assign(inferred=False)], ignore_index=True)
    plain = build(dataset(links), cluster="x", draws=20, progress=False)
    assert plain.shock.basis == plain.chain.basis == "links"
    assert [row.name for row in plain.shock.rows] == ["Ironmonger AB"]  # nobody else sells for sure
    assert plain.shock.likely == ()
    same = build(dataset(known), cluster="x", draws=20, progress=False)
    assert plain.shock == same.shock and plain.chain == same.chain
    assert plain.central == same.central and plain.gaps == same.gaps
    asked = build(dataset(links), cluster="y", draws=20, inferred_names=True, progress=False)
    assert len(asked.shock.likely) == len(guessed())


def test_without_industries_marked_links_say_nothing_but_on_request() -> None:
    data = dataset(guessed(), nace=False)
    plain = build(data, cluster="y", draws=20, progress=False)
    assert plain.shock.basis == "" and named_in(all_text(without_partners(plain))) == []
    asked = build(data, cluster="y", draws=20, inferred_names=True, progress=False)
    assert asked.shock.rows == () and len(asked.shock.likely) == len(guessed())


def test_other_audiences_cannot_ask(tmp_path) -> None:
    data = dataset(None)
    for audience in ("members", "public"):
        with pytest.raises(kedja.InvalidArgumentError, match="internal audience only"):
            kedja.report(data, tmp_path / "r.html", audience=audience, inferred_names=True)
    assert not list(tmp_path.iterdir())


def test_the_command_line_has_the_option(tmp_path) -> None:
    from kedja._cli import app

    folder = tmp_path / "data"
    folder.mkdir()
    data = dataset(guessed())
    for name in ("companies", "clusters", "memberships", "links"):
        getattr(data, name).to_pandas().to_csv(folder / f"{name}.csv", index=False)
    for options, wanted in (([], False), (["--inferred-names"], True)):
        out = tmp_path / "r.html"
        made = CliRunner().invoke(app, ["report", str(folder), "--out", str(out), *options])
        assert made.exit_code == 0, made.output
        assert ('id="t-likely"' in out.read_text(encoding="utf-8")) == wanted


@pytest.mark.parametrize("valued", [False, True])
def test_both_sections_share_one_fetch(monkeypatch, valued: bool) -> None:
    from kedja import datasets
    from kedja._contents.chain import ChainTables, chain
    from kedja._contents.facts import Facts
    from kedja._contents.shock import shock
    from kedja._dataset import Dataset

    fetched: list[str] = []
    load, graph = datasets.load, Dataset.graph
    monkeypatch.setattr(datasets, "load", lambda name: fetched.append(name) or load(name))
    monkeypatch.setattr(Dataset, "graph", lambda *a, **o: fetched.append("graph") or graph(*a, **o))
    links = pd.DataFrame({"source": ["c1", "c2"], "target": ["c4", "c5"], "value": [1.0, 2.0]})
    data = dataset(links if valued else None)
    facts = Facts(data)
    fetched.clear()  # ownership, for corporate groups
    tables, parts = ChainTables(data), {"provenance": []}
    chain(tables, facts, "x", parts, 1)
    shock(tables, facts, "x", parts, 1, False)
    assert parts["chain"].stages and (parts["shock"].rows or not valued)
    assert fetched == (["graph"] if valued else ["us_bea_2017_nace"])
