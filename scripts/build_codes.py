#!/usr/bin/env python3
"""Builds the bare code lists in data/codes.

    scripts/build_codes.py --source DIR --out DIR

DIR holds sni2007_nace2_class.csv, nace_rev21.csv and nuts2016.csv; from these only the
codes are taken, never a label. What is written by hand stands in _code_lists.py.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from _code_lists import (
    ISO_3166_1,
    ISO_4217,
    ISO_4217_WITHDRAWN,
    MISSING_IN_SNI,
    NOT_IN_NACE_REV2,
    SE_COUNTIES,
    municipalities,
    nace_rev2_labels,
)
from _tables import fail, read_table, write_table, write_text
from _tiles import tiles

NACE_REV2_COUNTS = (21, 88, 272, 615)
NACE_REV21_COUNTS = (22, 87, 287, 651)
NUTS_2016_COUNTS = (37, 125, 332, 1522)
# In Northern Ireland (UKN0) the NUTS 2016 codes ran out of digits: these do not begin
# with the code of the region that holds them, and there is no UKN1.
NUTS_2016_ODD = tuple(f"UKN1{digit}" for digit in range(7))
EU_TO_ISO = {"EL": "GR", "UK": "GB"}


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        fail(f"{what}: {found} instead of {wanted}")


def level_of(code: str) -> int:
    """1 section (A), 2 division (01), 3 group (01.1), 4 class (01.11)."""
    return 1 if code.isalpha() else len(code.replace(".", ""))


def in_order(codes: Iterable[str], section_of: dict[str, str]) -> list[str]:
    """Section, then its divisions, each followed by its groups and their classes."""
    return sorted(
        codes, key=lambda c: (c if c.isalpha() else section_of[c[:2]], not c.isalpha(), c)
    )


def nace_rev2(source: Path) -> list[tuple[str, int]]:
    classes = {row["nace4"] for row in read_table(source / "sni2007_nace2_class.csv")}
    # Sections from our own list: the source has construction (41 to 43) in E instead of F.
    section_of: dict[str, str] = {}
    section = ""
    for code, _, _ in nace_rev2_labels():
        if code.isalpha():
            section = code
        else:
            section_of[code] = section
    expect("divisions with classes", {c[:2] for c in classes}, set(section_of))
    expect("classes to remove that are not in the list", set(NOT_IN_NACE_REV2) - classes, set())
    expect("classes to add that are in the list", set(MISSING_IN_SNI) & classes, set())
    classes = classes - set(NOT_IN_NACE_REV2) | set(MISSING_IN_SNI)
    codes = classes | {c[:4] for c in classes} | {c[:2] for c in classes} | set(section_of.values())
    rows_out = [(code, level_of(code)) for code in in_order(codes, section_of)]
    counts = Counter(level for _, level in rows_out)
    expect("NACE Rev. 2", tuple(counts[k] for k in (1, 2, 3, 4)), NACE_REV2_COUNTS)
    return rows_out


def nace_rev21(source: Path) -> list[tuple[str, int]]:
    rows = read_table(source / "nace_rev21.csv")
    section_of = {row["code"]: row["parent"] for row in rows if row["level"] == "2"}
    codes = {row["code"]: int(row["level"]) for row in rows}
    for row in rows:
        expect(f"level of {row['code']}", level_of(row["code"]), codes[row["code"]])
        if row["parent"] and row["parent"] not in codes:
            fail(f"parent {row['parent']} of {row['code']} is missing")
    counts = Counter(codes.values())
    expect("NACE Rev. 2.1", tuple(counts[k] for k in (1, 2, 3, 4)), NACE_REV21_COUNTS)
    return [(code, codes[code]) for code in in_order(codes, section_of)]


def build(source: Path, out: Path) -> None:
    rev2 = nace_rev2(source)
    write_table(out / "nace_rev2.csv", ("code", "level"), rev2)
    write_table(out / "nace_rev21.csv", ("code", "level"), nace_rev21(source))

    labels = nace_rev2_labels()
    expect(
        "codes with a label",
        [row[0] for row in labels],
        [code for code, level in rev2 if level < 3],
    )
    write_table(out / "nace_divisions_labels.csv", ("code", "label_en", "label_sv"), labels)

    regions = sorted(read_table(source / "nuts2016.csv"), key=lambda row: row["nuts_id"])
    counts = Counter(int(row["level"]) for row in regions)
    expect("NUTS 2016", tuple(counts[k] for k in (0, 1, 2, 3)), NUTS_2016_COUNTS)
    known = {row["nuts_id"] for row in regions}
    for row in regions:
        code = row["nuts_id"]
        expect(f"length of {code}", len(code), 2 + int(row["level"]))
        parent = "UKN0" if code in NUTS_2016_ODD else code[:-1]
        if len(code) > 2 and parent not in known:
            fail(f"region {parent} that should hold {code} is missing")
    write_table(
        out / "nuts2016.csv",
        ("code", "level", "country"),
        (
            (row["nuts_id"], row["level"], EU_TO_ISO.get(row["country"], row["country"]))
            for row in regions
        ),
    )

    in_nuts = {EU_TO_ISO.get(row["country"], row["country"]) for row in regions}
    expect("NUTS countries that ISO 3166-1 lacks", in_nuts - set(ISO_3166_1), set())
    expect("countries", len(set(ISO_3166_1)), 249)
    write_table(
        out / "countries.csv",
        ("code", "nuts"),
        ((code, int(code in in_nuts)) for code in sorted(ISO_3166_1)),
    )

    expect("currencies", len(set(ISO_4217)), 178)
    expect("currencies both in force and withdrawn", set(ISO_4217) & set(ISO_4217_WITHDRAWN), set())
    write_table(
        out / "currencies.csv",
        ("code", "last_year"),
        sorted([(code, "") for code in ISO_4217] + list(ISO_4217_WITHDRAWN.items())),
    )

    write_table(
        out / "se_counties.csv", ("code", "name", "nuts3"), (row[:3] for row in SE_COUNTIES)
    )
    nuts3 = {code: region for code, _, region, _ in SE_COUNTIES}
    swedish = {code for code in known if code[:2] == "SE" and len(code) == 5}
    expect("Swedish NUTS 3 regions", set(nuts3.values()), swedish)
    places = sorted(municipalities())
    per_county = Counter(code[:2] for code, _ in places)
    expect("municipalities per county", dict(per_county), {row[0]: row[3] for row in SE_COUNTIES})
    expect("different municipality codes", len({code for code, _ in places}), 290)
    expect("different municipality names", len({name for _, name in places}), 290)
    write_table(
        out / "se_municipalities.csv",
        ("code", "name", "nuts3"),
        ((code, name, nuts3[code[:2]]) for code, name in places),
    )

    cells = tiles(
        [
            (row["nuts_id"], float(row["lat"]), float(row["lon"]))
            for row in regions
            if row["level"] == "2"
        ]
    )
    expect("different tiles", len(set(cells.values())), NUTS_2016_COUNTS[2])
    write_table(
        out / "nuts2_tiles.csv",
        ("nuts2", "x", "y"),
        ((code, x, y) for code, (x, y) in cells.items()),
    )
    write_text(out / "README.md", README)


README = """\
# Code lists

Made by `scripts/build_codes.py`, which also checks the counts below; the same input gives the same bytes.
All codes are text: `01` is not `1`. Lists are bare (no labels) except where the wording is free to use.

| file | columns | rows | what |
|---|---|---|---|
| `nace_rev2.csv` | code, level | 996 | NACE Rev. 2: 21 sections (level 1), 88 divisions, 272 groups, 615 classes (level 4) |
| `nace_rev21.csv` | code, level | 1,047 | NACE Rev. 2.1: 22 sections, 87 divisions, 287 groups, 651 classes |
| `nace_divisions_labels.csv` | code, label_en, label_sv | 109 | labels of the sections and divisions of NACE Rev. 2 |
| `nuts2016.csv` | code, level, country | 2,016 | NUTS 2016, levels 0 to 3, with the statistical regions of EFTA and candidate countries |
| `nuts2_tiles.csv` | nuts2, x, y | 332 | a map of equal tiles: every NUTS 2 region has a cell of its own |
| `countries.csv` | code, nuts | 249 | ISO 3166-1 alpha-2; `nuts` is 1 where `nuts2016.csv` has the country |
| `currencies.csv` | code, last_year | 195 | ISO 4217 alphabetic codes: 178 in force in 2026, and those withdrawn since 2007 with their last year of use |
| `se_counties.csv` | code, name, nuts3 | 21 | Swedish counties |
| `se_municipalities.csv` | code, name, nuts3 | 290 | Swedish municipalities |

## Source and licence

* **NACE Rev. 2** and its labels: Regulation (EC) No 1893/2006, Annex I. EU law is free to reuse
  (Commission Decision 2011/833/EU), (c) European Union. The class list starts from the Swedish SNI 2007,
  whose retail classes differ; the corrections are listed in `scripts/_code_lists.py`. The Swedish labels
  are those of SNI 2007, the Swedish edition of NACE Rev. 2 (Statistics Sweden). Labels were typed in, not
  copied from an official file: where wording decides something, look it up.
* **NACE Rev. 2.1**: codes of Commission Delegated Regulation (EU) 2023/137, (c) European Union.
* **NUTS 2016**: codes of Commission Regulation (EU) 2016/2066 and Eurostat's statistical regions,
  (c) European Union. `country` is ISO 3166-1 (GR and GB where the NUTS code begins with EL and UK).
  The regions outside any territory (codes ending in Z) are not in the list. A code begins with the code of
  the region that holds it, with seven exceptions: UKN10 to UKN16 lie in UKN0 (there is no UKN1).
* **Tiles**: our own layout, computed from where the regions lie (label points: Eurostat GISCO,
  (c) EuroGeographics for the administrative boundaries; no coordinate is shipped). `x` grows to the east
  and `y` to the south. Roughly geographic, not a map: crowded parts have been given room, and the
  Canary Islands, Madeira, the Azores and the French overseas regions stand at the western edge.
* **Countries, currencies**: the bare codes of ISO 3166-1 and ISO 4217, which ISO allows to be used free of
  charge. Kosovo has no ISO 3166-1 code (XK is user-assigned and therefore not in the list).
* **Swedish counties and municipalities**: official codes and names, as of 2024 (unchanged since 2007);
  facts without copyright. NUTS 3 regions are the counties.

Our own part, the selection and the layout, is under the project's licence (Apache-2.0).
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--source", type=Path, required=True, help="folder with the classifications"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    options = parser.parse_args()
    build(options.source, options.out)


if __name__ == "__main__":
    main()
