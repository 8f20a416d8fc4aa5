"""New links chosen together, consortia and introductions between member lists."""

from __future__ import annotations

from pathlib import Path

import kedja
import numpy as np
import pytest


def needy() -> kedja.Dataset:
    """Cluster x (a, b, c) welds and casts; y and z bring what it lacks."""
    return kedja.from_tables(
        companies={"id": list("abcdefg"), "name": [f"Firm {c}" for c in "ABCDEFG"]},
        clusters={"id": ["x", "y", "z"], "country": ["SE", "FI", "NO"]},
        memberships={"company": list("abcdefg"), "cluster": list("xxxyyzz")},
        capabilities={
            "company": list("abccdeefg"),
            "capability": ["weld", "weld", "weld", "cast", "paint", "test", "paint", "test", "cast"],
        },
    )  # fmt: skip


def test_links_cover_need_together() -> None:
    data = needy()
    found = kedja.recommend.links(data, cluster="x", k=3)
    assert set(found["cluster"]) == {"x"} and set(found["source"]) <= set("abc")
    assert set(found["target"]) <= set("defg") and len(set(found["target"])) == len(found)
    assert len(set(found["source"])) == len(found)  # one new link per member
    assert (np.diff(found["gain"]) <= 1e-12).all()  # falling returns
    assert found["total"][-1] == pytest.approx(found.meta["value"])
    assert found.meta["value"] <= found.meta["bound"] + 1e-12 <= 1 + 1e-9
    assert found["target"][0] == "e"  # paints and tests: more than anyone else brings
    assert found.verify()
    plain = kedja.recommend.links(data, cluster="x", k=3, fragility=0)
    assert all("cast" not in b for b in plain["brings"])  # one of three casts: as usual
    assert len(kedja.recommend.links(data, cluster="x", k=3, per_cluster=1)) == 1
    given = kedja.recommend.links(data, cluster="x", pairs=(["a"], ["d"]))
    assert list(zip(given["source"], given["target"], strict=True)) == [("a", "d")]
    with pytest.raises(kedja.InvalidArgumentError, match="did you mean 'x'"):
        kedja.recommend.links(data, cluster="xx")


def test_a_cluster_without_needs_is_said() -> None:
    data = kedja.from_tables(
        companies={"id": list("abcd"), "name": list("ABCD")},
        memberships={"company": list("abcd"), "cluster": list("xxyy")},
        capabilities={"company": list("abcd"), "capability": ["weld"] * 4},
    )
    with pytest.raises(kedja.InvalidArgumentError, match="no unmet need"):
        kedja.recommend.links(data, cluster="x")


def test_a_consortium_covers_what_is_asked() -> None:
    data = needy()
    found = kedja.recommend.consortium(
        data, capabilities=["weld", "paint", "test"], countries=["NO", "SE"]
    )
    assert found["covered"][-1] == pytest.approx(1.0) and found.meta["missing"] == []
    assert set(found["cluster"]) == {"x", "y", "z"} and found.verify()
    assert found["cluster"].tolist()[0] == "x"  # weld and SE; equal ones in the order of names
    short = kedja.recommend.consortium(data, capabilities=["weld", "paint"], k=1)
    assert short.meta["missing"] == ["paint"] and short.meta["bound"] >= short.meta["covered"]
    with pytest.raises(kedja.InvalidArgumentError, match="capability 'welding'"):
        kedja.recommend.consortium(data, capabilities=["welding"])
    with pytest.raises(kedja.InvalidArgumentError, match="country 'DE'"):
        kedja.recommend.consortium(data, capabilities=["weld"], countries=["DE"])


def test_member_lists_get_three_introductions_in_swedish(tmp_path: Path) -> None:
    data = kedja.datasets.load("nordic_demo")
    page = kedja.report(data, tmp_path / "r.html", lang="sv", draws=20, progress=False)
    text = page.read_text(encoding="utf-8")
    assert 'id="t-partners"' in text
    assert text.count("gör det som färre medlemmar gör här än på andra håll") >= 3
    assert "täcker" in text
