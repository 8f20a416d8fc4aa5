"""The page opens a gap into companies, links and projects, for the internal reader only."""

from __future__ import annotations

from pathlib import Path

import kedja
import pytest


@pytest.fixture(scope="module")
def data() -> kedja.Dataset:
    ids = [f"c{i}" for i in range(12)]
    return kedja.from_tables(
        companies={
            "id": ids,
            "name": [f"Witness {i} AB" for i in range(12)],
            "country": ["SE"] * 6 + ["NO"] * 6,
            "nace": ["24.10", "25.11", "28.11"] * 4,
        },
        memberships={"company": ids[:10], "cluster": ["x"] * 5 + ["y"] * 5},
        capabilities={
            "company": ["c0", "c1", "c5", "c6", "c7", "c0", "c1"],
            "capability": ["k", "k", "l", "l", "l", "green:hydrogen", "green:ecodesign"],
        },
        links={
            "source": ["c5", "c6", "c7", "c11"],
            "target": ["c0", "c1", "c2", "c3"],
            "kind": ["supply"] * 4,
        },
    )


@pytest.mark.parametrize("lang", ["en", "sv"])
def test_the_internal_page_names_who_stands_behind_a_gap(data, lang: str, tmp_path: Path) -> None:
    page = kedja.report(data, tmp_path / "r.html", cluster="x", lang=lang, progress=False)
    text = page.read_text(encoding="utf-8")
    head = {"en": "Companies: single supplier", "sv": "Företag: enda leverantör"}[lang]
    assert head in text and "c11 → c3 (supply, 1)" in text
    label = {"en": "installing renewable energy", "sv": "installera förnybar energi"}[lang]
    assert label in text  # codes of requirements are shown as words
    beside = {
        "en": "green:renewable_energy installing renewable",
        "sv": "green:renewable_energy installera",
    }
    assert beside[lang] in text  # and stand beside the codes in what was calculated


@pytest.mark.parametrize("audience", ["members", "public"])
def test_other_pages_name_nobody(data, audience: str, tmp_path: Path) -> None:
    page = kedja.report(data, tmp_path / "r.html", cluster="x", audience=audience, progress=False)
    text = page.read_text(encoding="utf-8")
    assert "Companies: single supplier" not in text and "→ c3" not in text
