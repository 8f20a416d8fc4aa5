"""Member lists against known organisations: names, legal forms, review."""

from __future__ import annotations

from pathlib import Path

import kedja
import pytest

MATCHES = [
    ("Volvo Personvagnar AB", "VOLVO PERSONVAGNAR AKTIEBOLAG"),
    ("Kongsberg Mærsk ASA", "Kongsberg Maersk"),
    ("Jyväskylän Sähkö Oy", "JYVASKYLAN SAHKO OYJ"),
    ("Müller Präzision GmbH & Co. KG", "Muller Prazision GmbH"),
]


@pytest.mark.parametrize(("ours", "theirs"), MATCHES)
def test_names_match_through_legal_forms_and_letters(ours: str, theirs: str) -> None:
    found = kedja.match(
        {"id": ["1"], "name": [ours]}, {"id": ["x", "y"], "name": ["Other Thing", theirs]}
    )
    assert found["match"][0] == "y" and found["decision"][0] == "match" and found["score"][0] == 1.0


def test_matches_are_reviewable_and_ambiguity_is_said() -> None:
    reference = {
        "id": ["p", "q", "r"],
        "name": ["Nordic Steel AB", "Nordic Steel Oy", "Nordic Steelworks Ltd"],
        "country": ["SE", "FI", "GB"],
    }
    ask = {"id": ["1", "2", "3"], "name": ["Nordic Steel", "Nordic Steel", "Something Else"]}
    found = kedja.match(ask, reference)
    assert found["decision"].tolist() == ["ambiguous", "ambiguous", "none"]
    assert {found["match"][0], found["second"][0]} == {"p", "q"} and found["match"][2] == ""
    placed = kedja.match({**ask, "country": ["SE", "FI", "SE"]}, reference)
    assert placed["match"].tolist()[:2] == ["p", "q"]
    assert placed["decision"].tolist()[:2] == ["match", "match"]
    assert placed["same_country"].tolist()[:2] == ["yes", "yes"] and placed.verify()
    with pytest.raises(kedja.InvalidArgumentError, match="needs a column name"):
        kedja.match({"id": ["1"]}, reference)
    with pytest.raises(kedja.InvalidArgumentError, match="threshold"):
        kedja.match(ask, reference, threshold=2)


def test_rapidfuzz_is_an_extra() -> None:
    ask = {"name": ["Nordic Steel AB"]}
    try:
        import rapidfuzz  # noqa: F401
    except ImportError:
        with pytest.raises(kedja.InvalidArgumentError, match=r"kedja\[match\]"):
            kedja.match(ask, ask, method="rapidfuzz")
    else:
        assert kedja.match(ask, ask, method="rapidfuzz")["score"][0] == 1.0


def test_cluster_organisations_are_found_among_participants(shared: Path) -> None:
    pd = pytest.importorskip("pandas")
    listed = pd.read_csv(
        shared / "data/cluster_organisations/cluster_organisations.csv",
        dtype=str,
        keep_default_na=False,
    )
    listed = listed[listed["source"] == "cordis_h2020"]
    ask = listed.rename(columns={"org_id": "id"})[["id", "name", "country", "city"]]
    known = kedja.datasets.load("cordis_h2020").companies.to_pandas()
    found = kedja.match(ask, known)
    sure = found["decision"] == "match"
    assert sure.mean() > 0.9
    assert (found["match"][sure] == found["id"][sure]).mean() > 0.98
