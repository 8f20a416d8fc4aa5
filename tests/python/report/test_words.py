"""One catalogue: both languages have every key with the same blanks, and the page uses no other."""

from __future__ import annotations

import math
import re
import string
from pathlib import Path

import kedja._report
import pytest
from kedja._report import content, redact, wording
from kedja._report.evidence import STRENGTHS
from kedja._report.page import BROKER_ROLES
from kedja._report.texts import PAGE_TEXTS, TEXTS, plural
from kedja._report.texts_charts import CHART_TEXTS

FOLDER = Path(kedja._report.__file__).parent
ROOT = Path(__file__).resolve().parents[3]
CLOSED = {  # families of keys that end in a word of the contract
    "measure": content.MEASURES,
    "whole": content.MEASURES,
    "head": content.MEASURES,
    "question": content.QUESTIONS,
    "state": content.ANSWER_STATES,
    "severity": content.SEVERITIES,
    "status": [s for s in content.STATUSES if s != "ok"],
    "audience": redact.AUDIENCES,
    "sure": STRENGTHS,
    "role": BROKER_ROLES,
    "network": content.NODE_ROLES,
}


def blanks(wording_: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(wording_) if name is not None}


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_both_languages_say_it(key: str) -> None:
    assert set(TEXTS[key]) == {"en", "sv"}
    assert all(TEXTS[key].values())
    assert blanks(TEXTS[key]["en"]) == blanks(TEXTS[key]["sv"])


def test_no_key_stands_twice() -> None:
    assert not set(PAGE_TEXTS) & set(CHART_TEXTS)


@pytest.mark.parametrize("family", sorted(CLOSED))
def test_every_word_of_the_contract_has_a_wording(family: str) -> None:
    assert all(f"{family}.{word}" in TEXTS for word in CLOSED[family])


def test_plural_keys_are_complete() -> None:
    for key in TEXTS:
        if key.endswith(".one"):
            assert f"{key[:-4]}.many" in TEXTS
        if key.endswith(".many"):
            assert f"{key[:-5]}.one" in TEXTS


def used(source: str) -> set[str]:
    """Keys in calls with a literal key; a key that goes on (`"state." ~ x`) is cut at its dot."""
    keys = re.findall(r'\b(?:t|n|text|plural|rich|th)\(f?"([a-z0-9_.]+)[{"]', source)
    keys += re.findall(r'else "([a-z]+\.[a-z0-9_.]+)"', source)
    return set(keys)


def test_page_and_charts_use_only_keys_there_are() -> None:
    sources = [FOLDER / "report.html.j2", *FOLDER.glob("*.py")]
    keys = set().union(*(used(path.read_text(encoding="utf-8")) for path in sources))
    assert len(keys) > 80
    families = {k.rsplit(".", 1)[0] + "." for k in TEXTS} | {k.split(".")[0] + "." for k in TEXTS}
    plurals = {k.rsplit(".", 1)[0] for k in TEXTS if k.endswith(".one")}
    unknown = {k for k in keys if k not in TEXTS and k not in families and k not in plurals}
    assert unknown == set()


@pytest.mark.parametrize(
    ("value", "digits", "en", "sv"),
    [
        (1234567.0, 0, "1\u202f234\u202f567", "1\u202f234\u202f567"),
        (0.5, 1, "0.5", "0,5"),
        (-2.25, 2, "\u22122.25", "\u22122,25"),
        (-0.001, 1, "0.0", "0,0"),
        (None, 0, "–", "–"),
        (math.nan, 0, "–", "–"),
        (math.inf, 0, "–", "–"),
    ],
)
def test_numbers_follow_the_language(value: float | None, digits: int, en: str, sv: str) -> None:
    assert wording.number(value, "en", digits) == en
    assert wording.number(value, "sv", digits) == sv


def test_shares_and_small_probabilities() -> None:
    assert wording.percent(0.625, "en") == "62%"
    assert wording.percent(0.625, "sv") == "62\u202f%"
    assert wording.qvalue(1e-9, "sv") == "<\u202f0,001"
    assert plural("map.ties", 1, "sv", shown="1") == "1 kontakt"
    assert plural("map.ties", 0, "en", shown="0") == "no ties"


def test_codes_read_as_names() -> None:
    assert wording.country("DE", "sv") == "Tyskland"
    assert wording.country("EL", "en") == wording.country("GR", "en") == "Greece"
    assert wording.country("NA", "en") == "Namibia"  # a country, not a missing value
    assert wording.country("ZZ", "en") == "ZZ"
    assert wording.region("SE23", "sv") == "Västsverige (SE23)"
    assert wording.region("FR10", "en") == "FR10 (France)"
    assert wording.coded("01", "nace2", "sv").startswith("01 Jordbruk")
    assert wording.coded("99999", "nace2", "en") == "99999"


def test_every_region_has_a_tile_of_its_own() -> None:
    tiles = wording.tiles()
    assert len(tiles) > 300
    assert len(set(tiles.values())) == len(tiles)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("nuts2_tiles.csv", "nuts2_tiles.csv"), ("nace_labels.csv", "nace_divisions_labels.csv")],
)
def test_package_data_are_the_code_lists(ours: str, theirs: str) -> None:
    original = ROOT / "data" / "codes" / theirs
    if not original.exists():
        pytest.skip(f"{original} is not in this checkout")
    lines = original.read_text(encoding="utf-8").splitlines()
    assert (FOLDER / "data" / ours).read_text(encoding="utf-8").splitlines() == lines


def test_every_rule_of_the_door_check_has_swedish_words() -> None:
    core = pytest.importorskip("kedja._core")
    from kedja._report.texts_rules import RULES_SV

    codes = {entry[0]: entry for entry in core.code_table}
    assert set(RULES_SV) == set(codes)
    for code, (rule, action) in RULES_SV.items():
        assert rule and action
        assert not {rule, action} & {*codes[code][2:]}, f"{code} is not translated"
