"""The data sets and code lists that ship: rebuilt byte for byte, and true to what they say.

Rebuilding needs the source extracts: a folder `data` with one folder per source, inside the
folder that KEDJA_SHARED names, or inside ../shared beside the repository.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "examples" / "data"
CODES = ROOT / "data" / "codes"
SCRIPTS = ROOT / "scripts"
SHARED = Path(os.environ.get("KEDJA_SHARED", ROOT.parent / "shared")) / "data"

BUILDS = {
    "build_cordis.py": ("cordis_h2020", DATA / "cordis_h2020"),
    "build_lf_consortia.py": ("lf_consortia", DATA / "lf_consortia"),
    "build_debian_supply.py": ("debian_supply", DATA / "debian_supply"),
    "build_codes.py": ("classifications", CODES),
}
SETS = ("cordis_h2020", "debian_supply", "lf_consortia", "nordic_demo", "us_bea_2017_nace")
NORDIC = DATA / "nordic_demo"
MARK = "(påhittat)"


def table(path: Path) -> list[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPTS / script, *map(str, arguments)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def extracts(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(
            f"source extracts '{name}' not found; set KEDJA_SHARED to the folder above data/"
        )
    return folder


def content(path: Path) -> bytes:
    """The bytes of a file; of a .gz its payload where another deflate is at work (zlib-ng)."""
    raw = path.read_bytes()
    if path.suffix == ".gz" and "ng" in zlib.ZLIB_RUNTIME_VERSION:
        return gzip.decompress(raw)
    return raw


def assert_same_files(built: Path, committed: Path) -> None:
    names = sorted(path.name for path in committed.iterdir())
    assert sorted(path.name for path in built.iterdir()) == names
    for name in names:
        assert content(built / name) == content(committed / name), f"{name} differs"


# Rebuilding


@pytest.mark.parametrize("script", BUILDS)
def test_builder_reproduces_what_is_committed(script: str, tmp_path: Path) -> None:
    source, committed = BUILDS[script]
    done = run(script, "--source", extracts(source), "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert_same_files(tmp_path, committed)


def test_nordic_demo_is_reproduced(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    done = run("make_nordic_demo.py", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    committed = sorted(NORDIC.glob("*.xlsx"))
    assert [path.name for path in committed] == sorted(
        path.name for path in tmp_path.glob("*.xlsx")
    )
    for path in committed:
        assert sheet_rows(tmp_path / path.name) == sheet_rows(path)
    with zipfile.ZipFile(committed[0]) as book:
        writer = book.read("docProps/app.xml").decode()
    if f"<AppVersion>{'.'.join(openpyxl.__version__.split('.')[:2])}</AppVersion>" in writer:
        assert_same_files(tmp_path, NORDIC)


def test_cordis_builder_refuses_clusters_that_differ(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(extracts("cordis_h2020"), source)
    listed = source / "clusters_observed.csv"
    listed.chmod(0o644)
    source.chmod(0o755)
    lines = listed.read_text(encoding="utf-8").splitlines(keepends=True)
    listed.write_text("".join(lines[:-1]), encoding="utf-8")
    done = run("build_cordis.py", "--source", source, "--out", tmp_path / "out")
    assert done.returncode != 0
    assert "300 clusters computed, 299 listed" in done.stderr


def test_cordis_thresholds_are_parameters(tmp_path: Path) -> None:
    done = run(
        "build_cordis.py", "--source", extracts("cordis_h2020"), "--out", tmp_path,
        "--min-firms", 10, "--min-lq", 1.5,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    strict = {row["id"] for row in table(tmp_path / "clusters.csv")}
    usual = {row["id"] for row in table(DATA / "cordis_h2020" / "clusters.csv")}
    assert strict < usual
    members = Counter(row["cluster"] for row in table(tmp_path / "memberships.csv"))
    assert min(members.values()) >= 10


def test_builder_names_the_missing_file(tmp_path: Path) -> None:
    done = run("build_codes.py", "--source", tmp_path, "--out", tmp_path / "out")
    assert done.returncode != 0
    assert "missing input file sni2007_nace2_class.csv" in done.stderr


# All data sets


@pytest.mark.parametrize("name", SETS)
def test_source_says_what_the_set_is(name: str) -> None:
    source = json.loads((DATA / name / "SOURCE.json").read_text(encoding="utf-8"))
    assert source["title"] and source["licence"] and source["attribution"] and source["as_of"]
    assert source["invented"] is (name == "nordic_demo")
    assert len(source["caveats"]) == len(source["caveats_sv"]) >= 4
    assert "invented" in source["title"].lower() or not source["invented"]
    readme = (DATA / name / "README.md").read_text(encoding="utf-8")
    assert "What it is not" in readme


@pytest.mark.parametrize("name", SETS)
def test_set_is_small_enough_to_ship(name: str) -> None:
    assert sum(path.stat().st_size for path in (DATA / name).iterdir()) < 10_000_000


@pytest.mark.parametrize("path", sorted(DATA.glob("*/*.gz")), ids=lambda path: path.name)
def test_gzip_carries_no_time_and_no_name(path: Path) -> None:
    header = path.read_bytes()[:10]
    assert header[3] == 0, "no flags: no file name"
    assert header[4:8] == b"\0\0\0\0", "no time"


@pytest.mark.parametrize("name", ("cordis_h2020", "debian_supply", "lf_consortia"))
def test_rows_refer_to_known_companies_and_clusters(name: str) -> None:
    tables = {path.name.split(".")[0]: table(path) for path in (DATA / name).glob("*.csv*")}
    ids = [row["id"] for row in tables["companies"]]
    assert len(set(ids)) == len(ids) and all(ids)
    assert ids == sorted(ids)
    clusters = [row["id"] for row in tables["clusters"]]
    assert len(set(clusters)) == len(clusters)
    assert {row["cluster"] for row in tables["memberships"]} == set(clusters)
    for other, key in (
        ("memberships", "company"), ("participations", "company"), ("capabilities", "company"),
        ("links", "source"), ("links", "target"),
    ):  # fmt: skip
        assert {row[key] for row in tables.get(other, ())} <= set(ids)
    for other, keys in (
        ("memberships", ("company", "cluster")), ("participations", ("company", "project")),
        ("capabilities", ("company", "capability")), ("links", ("source", "target")),
    ):  # fmt: skip
        rows = [tuple(row[key] for key in keys) for row in tables.get(other, ())]
        assert len(set(rows)) == len(rows), f"{other} has a row twice"


# European collaboration


@pytest.fixture(scope="module")
def cordis() -> dict[str, list[dict[str, str]]]:
    folder = DATA / "cordis_h2020"
    return {path.name.split(".")[0]: table(path) for path in folder.glob("*.csv*")}


def test_cordis_counts(cordis: dict[str, list[dict[str, str]]]) -> None:
    counts = {name: len(rows) for name, rows in cordis.items()}
    assert counts == {
        "companies": 22787, "participations": 70724, "clusters": 300, "memberships": 4732,
        "capabilities": 37222,
    }  # fmt: skip
    assert Counter(row["type"] for row in cordis["companies"]) == {
        "company": 14395, "university": 2013, "research": 2269, "public": 1641, "other": 2469,
    }  # fmt: skip
    assert len({row["project"] for row in cordis["participations"]}) == 15004
    assert len({row["company"] for row in cordis["memberships"]}) == 4296
    assert sum(row["sme"] == "true" for row in cordis["companies"]) == 2292


def test_cordis_columns_hold_what_they_should(cordis: dict[str, list[dict[str, str]]]) -> None:
    countries = {row["code"] for row in table(CODES / "countries.csv")}
    regions = {row["code"]: row for row in table(CODES / "nuts2016.csv")}
    for row in cordis["companies"]:
        assert len(row["id"]) == 9 and row["id"].isdigit()
        assert row["country"] in countries | {"", "XK"}
        assert row["country"] != "NA"
        assert row["sme"] in ("", "true")
        assert bool(row["lat"]) == bool(row["lon"])
        if row["nuts"]:
            assert regions[row["nuts"]]["country"] == row["country"]
    for row in cordis["participations"]:
        assert row["year"] in ("2014", "2015", "2016", "2017")
        assert row["currency"] == ("EUR" if row["value"] else "")
        assert not row["value"] or float(row["value"]) >= 0
    assert sum(not row["value"] for row in cordis["participations"]) == 7941
    without = {row["project"] for row in cordis["participations"] if not row["field"]}
    assert len(without) == 101
    for row in cordis["clusters"]:
        assert regions[row["region"]]["level"] == "2"
        assert regions[row["region"]]["country"] == row["country"]
        assert row["id"] == f"{row['region']}|{row['field']}"


def test_cordis_clusters_follow_from_the_shipped_tables(
    cordis: dict[str, list[dict[str, str]]],
) -> None:
    """The rule of the README, written again from the shipped tables alone."""
    industrial = {"LEIT", "SC1", "SC2", "SC3", "SC4", "SC5", "SC7"}
    region_of = {
        row["id"]: row["nuts"][:4]
        for row in cordis["companies"]
        if row["type"] == "company" and row["nuts"]
    }
    weights: Counter[tuple[str, str, str]] = Counter()
    for row in cordis["participations"]:
        if row["company"] in region_of:
            for field in industrial.intersection(row["field"].split("|")):
                weights[region_of[row["company"]], field, row["company"]] += 1
    cell: Counter[tuple[str, str]] = Counter()
    firms: Counter[tuple[str, str]] = Counter()
    in_region: Counter[str] = Counter()
    in_field: Counter[str] = Counter()
    for (region, field, _), count in weights.items():
        cell[region, field] += count
        firms[region, field] += 1
        in_region[region] += count
        in_field[field] += count
    everywhere = sum(cell.values())
    clusters = {
        (region, field)
        for (region, field), count in cell.items()
        if firms[region, field] >= 5 and count * everywhere >= in_region[region] * in_field[field]
    }
    assert {(row["region"], row["field"]) for row in cordis["clusters"]} == clusters
    expected = {
        (company, f"{region}|{field}"): count
        for (region, field, company), count in weights.items()
        if (region, field) in clusters
    }
    shipped = {
        (row["company"], row["cluster"]): int(row["weight"]) for row in cordis["memberships"]
    }
    assert shipped == expected


def test_cordis_capabilities_are_first_participations(
    cordis: dict[str, list[dict[str, str]]],
) -> None:
    first: dict[tuple[str, str], str] = defaultdict(lambda: "9999")
    for row in cordis["participations"]:
        for field in filter(None, row["field"].split("|")):
            key = (row["company"], field)
            first[key] = min(first[key], row["year"])
    assert {
        (row["company"], row["capability"]): row["year"] for row in cordis["capabilities"]
    } == first
    assert {row["kind"] for row in cordis["capabilities"]} == {"technology"}


# The other real sets


def test_debian_supply_counts() -> None:
    folder = DATA / "debian_supply"
    links = table(folder / "links.csv.gz")
    assert len(table(folder / "companies.csv.gz")) == 63666
    assert len(links) == 264689
    assert len(table(folder / "clusters.csv")) == 445
    assert len(table(folder / "memberships.csv.gz")) == 47000
    assert Counter(row["source"] for row in links).most_common(1) == [("libc6", 21839)]
    assert not any(row["source"] == row["target"] for row in links)


def test_lf_consortia_counts() -> None:
    folder = DATA / "lf_consortia"
    memberships = table(folder / "memberships.csv")
    assert Counter(row["cluster"] for row in memberships) == {
        "CNCF": 706, "CAMARA": 188, "LFEnergy": 86, "LFAI": 64, "LFEdge": 44,
    }  # fmt: skip
    assert len(table(folder / "companies.csv.gz")) == 2052
    assert len(table(folder / "capabilities.csv.gz")) == 1965
    assert sum(n > 1 for n in Counter(row["company"] for row in memberships).values()) == 50
    names = [row["name"] for row in table(folder / "companies.csv.gz")]
    assert not any(name.endswith(("(member)", "(supporter)")) for name in names)


# Invented Swedish clusters


def sheet_rows(path: Path) -> list[tuple[object, ...]]:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Medlemmar"]
    return [tuple(row) for row in book["Medlemmar"].iter_rows(values_only=True)]


@pytest.fixture(scope="module")
def nordic() -> dict[str, list[tuple[object, ...]]]:
    return {path.name: sheet_rows(path) for path in sorted(NORDIC.glob("*.xlsx"))}


def luhn_holds(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value // 10 + value % 10
    return total % 10 == 0


def test_the_luhn_check_itself() -> None:
    assert luhn_holds("2120000142")  # a published number: a Swedish municipality
    assert not luhn_holds("2120000143")


def test_nordic_lists_have_the_headings_and_sizes(
    nordic: dict[str, list[tuple[object, ...]]],
) -> None:
    assert len(nordic) == 6
    for rows in nordic.values():
        assert rows[0] == (
            "Organisationsnummer", "Namn", "SNI", "Anställda", "Kommun", "Medlem i",
        )  # fmt: skip
        assert 25 <= len(rows) - 1 <= 60
        assert len({row[5] for row in rows[1:]}) == 1
        assert str(rows[1][5]).endswith(MARK)
    assert len({rows[1][5] for rows in nordic.values()}) == 6


def test_no_nordic_company_can_be_real(nordic: dict[str, list[tuple[object, ...]]]) -> None:
    for rows in nordic.values():
        for number, name, *_ in rows[1:]:
            assert isinstance(number, str) and isinstance(name, str)
            digits = number.replace("-", "")
            assert len(number) == 11 and number[6] == "-" and len(digits) == 10 and digits.isdigit()
            assert digits[:2] == "55" and int(digits[2]) >= 2
            assert not luhn_holds(digits), f"{number} could be real"
            assert name.endswith(MARK)


def test_nordic_values_are_sensible(nordic: dict[str, list[tuple[object, ...]]]) -> None:
    places = {row["name"] for row in table(CODES / "se_municipalities.csv")}
    classes = {row["code"].replace(".", "") for row in table(CODES / "nace_rev2.csv")}
    blank = leading_zero = 0
    for rows in nordic.values():
        for _, _, sni, employees, place, _ in rows[1:]:
            assert isinstance(sni, str) and len(sni) == 5 and sni.isdigit()
            assert sni[:4] in classes, f"{sni} is in no class of NACE Rev. 2"
            assert place in places
            assert employees is None or (isinstance(employees, int) and 1 <= employees <= 249)
            blank += employees is None
            leading_zero += sni[0] == "0"
        assert len({str(row[2])[:2] for row in rows[1:]}) >= 8, "a mix of industries"
    assert 3 <= blank <= 30
    assert leading_zero >= 10


def test_some_nordic_companies_are_in_two_lists(
    nordic: dict[str, list[tuple[object, ...]]],
) -> None:
    seen: dict[object, list[tuple[object, ...]]] = defaultdict(list)
    for rows in nordic.values():
        for row in rows[1:]:
            seen[row[0]].append(row)
    twice = [rows for rows in seen.values() if len(rows) > 1]
    assert 8 <= len(twice) <= 12
    for first, second in twice:
        assert first[:5] == second[:5]
        assert first[5] != second[5]
    names = [rows[0][1] for rows in seen.values()]
    assert len(set(names)) == len(names)


def test_nordic_workbooks_carry_no_time() -> None:
    for path in NORDIC.glob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b"2024-01-01T00:00:00Z" in book.read("docProps/core.xml")


# Code lists


@pytest.mark.parametrize(
    ("name", "counts"),
    (("nace_rev2", (21, 88, 272, 615)), ("nace_rev21", (22, 87, 287, 651))),
)
def test_nace_counts_and_hierarchy(name: str, counts: tuple[int, ...]) -> None:
    rows = table(CODES / f"{name}.csv")
    assert list(rows[0]) == ["code", "level"]
    levels = Counter(int(row["level"]) for row in rows)
    assert tuple(levels[k] for k in (1, 2, 3, 4)) == counts
    codes = [row["code"] for row in rows]
    assert len(set(codes)) == len(codes)
    known = set(codes)
    for row in rows:
        code = row["code"]
        if row["level"] == "4":
            assert code[:4] in known
        elif row["level"] == "3":
            assert code[:2] in known
        elif row["level"] == "1":
            assert len(code) == 1 and code.isupper()


def test_nace_rev2_has_the_regulations_retail_classes() -> None:
    codes = {row["code"] for row in table(CODES / "nace_rev2.csv")}
    assert {"47.61", "47.78", "47.79", "47.81", "47.91", "47.99", "01.11", "99.00"} <= codes
    assert not {"47.55", "47.56", "47.57", "47.58", "47.92"} & codes


def test_nace_rev2_sections_hold_their_divisions() -> None:
    section, holds = "", {}
    for row in table(CODES / "nace_rev2.csv"):
        if row["level"] == "1":
            section = row["code"]
        elif row["level"] == "2":
            holds[row["code"]] = section
    assert [holds[code] for code in ("01", "33", "35", "39", "41", "43", "47", "62", "99")] == list(
        "ACDEFFGJU"
    )
    labels = table(CODES / "nace_divisions_labels.csv")
    assert {row["code"] for row in labels} == set(holds) | set(holds.values())
    assert len(labels) == 109
    assert all(row["label_en"] and row["label_sv"] for row in labels)


def test_nuts_2016() -> None:
    rows = table(CODES / "nuts2016.csv")
    levels = Counter(row["level"] for row in rows)
    assert levels == {"0": 37, "1": 125, "2": 332, "3": 1522}
    by_code = {row["code"]: row for row in rows}
    assert by_code["EL30"]["country"] == "GR" and by_code["UKI3"]["country"] == "GB"
    assert by_code["SE232"]["level"] == "3"
    orphans = {code for code in by_code if len(code) > 2 and code[:-1] not in by_code}
    assert orphans == {f"UKN1{digit}" for digit in range(7)}  # they lie in UKN0
    listed = "AT BE BG CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
    members = set(listed.split())
    of_members = Counter(row["level"] for row in rows if row["country"] in members)
    assert (of_members["1"], of_members["2"], of_members["3"]) == (104, 281, 1348)


def test_countries_and_currencies() -> None:
    countries = table(CODES / "countries.csv")
    assert len(countries) == 249
    codes = [row["code"] for row in countries]
    assert codes == sorted(set(codes)) and all(len(code) == 2 for code in codes)
    assert {"GR", "GB", "NA", "SE", "SS"} <= set(codes) and not {"EL", "UK", "XK"} & set(codes)
    nuts = {row["country"] for row in table(CODES / "nuts2016.csv")}
    assert {row["code"] for row in countries if row["nuts"] == "1"} == nuts
    currencies = table(CODES / "currencies.csv")
    active = {row["code"] for row in currencies if not row["last_year"]}
    assert len(active) == 178 and {"EUR", "SEK", "NOK", "DKK", "GBP", "USD", "XTS"} <= active
    gone = {row["code"]: row["last_year"] for row in currencies if row["last_year"]}
    assert gone["HRK"] == "2022" and gone["EEK"] == "2010"


def test_swedish_places() -> None:
    counties = table(CODES / "se_counties.csv")
    places = table(CODES / "se_municipalities.csv")
    nuts = {row["code"] for row in table(CODES / "nuts2016.csv")}
    assert len(counties) == 21 and len(places) == 290
    assert Counter(row["code"][:2] for row in places) == {
        "01": 26, "03": 8, "04": 9, "05": 13, "06": 13, "07": 8, "08": 12, "09": 1, "10": 5,
        "12": 33, "13": 6, "14": 49, "17": 16, "18": 12, "19": 10, "20": 15, "21": 10, "22": 7,
        "23": 8, "24": 15, "25": 14,
    }  # fmt: skip
    region = {row["code"]: row["nuts3"] for row in counties}
    assert set(region.values()) == {code for code in nuts if code[:2] == "SE" and len(code) == 5}
    assert all(row["nuts3"] == region[row["code"][:2]] for row in places)
    assert len({row["name"] for row in places}) == 290
    named = {row["name"]: row["code"] for row in places}
    assert (named["Göteborg"], named["Kiruna"], named["Håbo"], named["Habo"]) == (
        "1480", "2584", "0305", "0643",
    )  # fmt: skip


def test_tiles_are_a_map() -> None:
    tiles = {
        row["nuts2"]: (int(row["x"]), int(row["y"])) for row in table(CODES / "nuts2_tiles.csv")
    }
    regions = {row["code"] for row in table(CODES / "nuts2016.csv") if row["level"] == "2"}
    assert set(tiles) == regions
    assert len(set(tiles.values())) == len(tiles)
    columns = {x for x, _ in tiles.values()}
    rows = {y for _, y in tiles.values()}
    assert columns == set(range(max(columns) + 1)) and rows == set(range(max(rows) + 1))
    assert len(columns) <= 30 and len(rows) <= 30
    north_to_south = ("NO07", "SE33", "SE11", "DK01", "DE21", "ITC4", "ITF6", "MT00")
    heights = [tiles[code][1] for code in north_to_south]
    assert heights == sorted(heights) and len(set(heights)) == len(heights)
    west_to_east = ("PT17", "ES30", "FR10", "DE21", "PL91", "TR51", "TRB2")
    across = [tiles[code][0] for code in west_to_east]
    assert across == sorted(across) and len(set(across)) == len(across)
    # Regions of one country lie together: most have a neighbour of their own country.
    several = Counter(code[:2] for code in tiles)
    at = {cell: code for code, cell in tiles.items()}
    alone = [
        code
        for code, (x, y) in tiles.items()
        if several[code[:2]] > 3
        and not any(
            at.get((x + dx, y + dy), "")[:2] == code[:2] for dx in (-1, 0, 1) for dy in (-1, 0, 1)
        )
    ]
    assert len(alone) <= 0.05 * math.ceil(len(tiles)), alone
